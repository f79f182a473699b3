"""An entry of the list derived by symnet: its graph, its gradient and its Hessians, once."""

from dataclasses import dataclass
from functools import cache

from symnet.calculus import gradient, hessian
from symnet.notation import Graph
from symnet.notation.parse import parse
from tests.literature.entry import Known
from tests.literature.sections import ENTRIES


@dataclass(frozen=True)
class Derived:
    """One derivative: its graph, and for each output the literature's text for it."""

    graph: Graph
    order: int
    literature: dict[str, str]


def read(entry: Known) -> Graph:
    return parse(entry.index or entry.text, dict(entry.shapes), assume=dict(entry.assume))


def derivatives(entry: Known) -> tuple[Derived, ...]:
    """All gradients in one graph, then each Hessian."""
    graph, found = read(entry), []
    if entry.gradient:
        names = {f"{wrt}_bar": text for wrt, text in entry.gradient.items()}
        found.append(Derived(gradient(graph, list(entry.gradient)), 1, names))
    for wrt, text in entry.hessian.items():
        second = hessian(graph, wrt)
        found.append(Derived(second, 2, {second.output.name: text}))
    return tuple(found)


@cache
def derived(name: str) -> tuple[Derived, ...]:
    return derivatives(ENTRIES[name])
