"""LaTeX of every layer and of its gradient, in golden/<name>.tex: what a reader sees.

First the layer, with its updates; below an empty line the cotangents of its real given tensors,
but running statistics, and of what lies between, for a cotangent of the output.
"""

from collections.abc import Callable

import pytest

from symnet.calculus import gradient
from symnet.layers import catalogue
from symnet.notation import Graph
from symnet.render import latex
from tests.render.subjects import FIXED


def formulas(graph: Graph) -> str:
    """The rows of the layer and, if a given tensor has a derivative, those of its gradient."""
    running = {state.name for _, state in graph.estimates}
    real = [t.name for t in graph.given if not set(t.assume) & FIXED and t.name not in running]
    if not real:
        return latex(graph) + "\n"
    bar = f"{graph.output.name}_bar" if graph.output.order else None
    derived = gradient(graph, real, cotangent=bar, with_value=True)
    own = {d.name for d in graph.definitions}
    cotangents = tuple(d.name for d in derived.definitions if d.name not in own)
    return f"{latex(graph)}\n\n{latex(derived, which=cotangents)}\n"


@pytest.mark.parametrize("name", list(catalogue()))
def test_formulas(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"{name}.tex", formulas(catalogue()[name]()))
