"""What a verb is about: the graph behind SUBJECT, with its derivative.

SUBJECT --names or typed--> graph --calculus--> derivative with respect to --wrt (all by default)
"""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass

from symnet.calculus import gradient
from symnet.cli import UsageError, names
from symnet.cli.answer import Answer, answer
from symnet.cli.judged import judged
from symnet.cli.page import Section
from symnet.cli.typed import Typed, is_text, typed
from symnet.notation import CheckFailed, Graph


@dataclass(frozen=True)
class Subject:
    """A graph with a name for files and titles; `text` is where it comes from, if it was typed."""

    name: str
    graph: Graph
    text: Typed | None = None

    @property
    def small(self) -> Graph | None:
        """The same at sizes that can be evaluated entry by entry."""
        return None if self.text is None else self.text.small()


def subject(options: Namespace) -> Subject:
    """Raises UsageError for an unknown NAME, ParseError for TEXT that cannot be read."""
    if is_text(options):
        found = typed(options)
        return Subject("typed", found.graph(), found)
    if options.assume:
        raise UsageError("--assume is for TEXT; a page or layer states what it assumes")
    return Subject(options.name, names.graph(options.name))


def variables(graph: Graph, wrt: list[str] | None = None) -> tuple[str, ...]:
    """The tensors named in `wrt`, separated by commas; else all given ones that have a gradient.

    An optimiser's graph is not differentiated unless variables are named, nor is it by states.
    Raises UnknownTensor, UsageError if there is nothing to differentiate by.
    """
    if wrt:
        words = [w.strip() for word in wrt for w in word.split(",")]
        return tuple(dict.fromkeys(graph.tensor(w).name for w in words if w))
    if is_rule(graph):
        return ()
    fixed = {t.name for t in (*graph.states, *(t for t, _ in graph.drawn))}
    return tuple(t.name for t in graph.given if not t.is_integer_valued and t.name not in fixed)


def is_rule(graph: Graph) -> bool:
    """Whether all that the graph gives out are new values of its states, as of an optimiser."""
    new = {t.name for _, t in graph.updates}
    return bool(new) and all(t.name in new for t in graph.outputs)


def answered(options: Namespace, found: Subject | None = None) -> Answer:
    """The derivative that the options ask for, held to the judges. Raises what these raise."""
    found = found or subject(options)
    wrt = variables(found.graph, options.wrt)
    if not wrt:
        raise UsageError(f"{found.name} has no real tensor to differentiate by; name one: --wrt")
    kind = "jacobian" if getattr(options, "jacobian", False) else "gradient"
    kind = "jvp" if getattr(options, "jvp", False) else kind
    if getattr(options, "order", 1) == 2:
        kind = "hessian"
    if kind in ("jacobian", "hessian") and len(wrt) > 1:
        raise UsageError(
            f"a {kind.capitalize()} is by one variable; name it: --wrt {' or --wrt '.join(wrt)}"
        )
    check = not options.no_check
    return answer(found.graph, wrt, kind, check, options.seed, found.small if check else None)


def sections(name: str, wrt: list[str] | None = None) -> list[Section]:
    """The sections of a page; for a layer, or where variables are named, one section.

    Raises UsageError for an unknown NAME, UnknownTensor for an unknown variable.
    """
    if wrt is None and name in names.page_names():
        return names.page(name).sections()
    graph = names.graph(name)
    return [Section(name, graph, variables(graph, wrt))]


def derived(found: Subject, wrt: list[str] | None = None, check: int | None = None) -> Graph:
    """Value and gradient of a subject, in one graph; the value is the first output.

    For a graph with parameters the gradient is with respect to these, unless `wrt` names others.
    An optimiser's graph is given as it is. With a seed as `check` the judges try it first, and
    CheckFailed is raised where they disagree.
    """
    graph = found.graph
    chosen = variables(graph, wrt)
    if wrt is None and graph.parameters:
        chosen = tuple(t.name for t in graph.parameters)
    if not chosen or (wrt is None and is_rule(graph)):
        return graph
    if check is not None:
        verdict = judged(found.small or graph, chosen, check)
        if not verdict.passed:
            raise CheckFailed(f"the judges do not confirm the gradient of {found.name}: {verdict}")
    cotangent = f"{graph.output.name}_bar" if graph.output.order else None
    return gradient(graph, chosen, cotangent, with_value=True)
