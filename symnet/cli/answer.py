"""What was derived from one graph, checked, and in every form in which it is printed.

    graph --calculus--> derived --judges--> Answer --> index | matrix | latex | numpy | steps | JSON

Nothing is printed before the judges agree; what they refuse raises CheckFailed.
"""

from __future__ import annotations

from dataclasses import dataclass

from symnet.calculus import gradient, hessian, jacobian, jvp
from symnet.calculus.steps import Level
from symnet.cli.judged import check_against_pushforward, judged
from symnet.notation import CheckFailed, Graph
from symnet.render.latex import latex
from symnet.render.text import text
from symnet.verify.derivation import Derivation, steps
from symnet.verify.judge import Verdict

TITLES = {
    "gradient": "gradient with respect to",
    "jacobian": "Jacobian with respect to",
    "hessian": "Hessian with respect to",
    "jvp": "pushforward along",
}


@dataclass(frozen=True)
class Answer:
    """A graph with its derivative; `verdict` is None if the judges were not asked."""

    graph: Graph
    wrt: tuple[str, ...]
    kind: str
    derived: Graph
    verdict: Verdict | None = None

    @property
    def title(self) -> str:
        return f"{TITLES[self.kind]} {', '.join(self.wrt)}"

    @property
    def own(self) -> tuple[str, ...]:
        """The names of what was derived: all definitions that the graph does not have."""
        before = {d.name for d in self.graph.definitions}
        return tuple(d.name for d in self.derived.definitions if d.name not in before)

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks: inferred extents, the reason of every zero, the cotangent that is given."""
        said = [f"{name}: {remark}" for name, remark in self.graph.notes]
        known = set(self.graph.notes)
        said += [f"{n} = 0: {why}" for n, why in self.derived.notes if (n, why) not in known]
        if self.graph.output.order and self.kind == "gradient":
            y = self.graph.output.name
            said.append(
                f"{y} is no scalar: {y}_bar, of the shape of {y}, is its given cotangent, "
                f"and <{y}_bar, {y}> is differentiated"
            )
        return tuple(said)

    def definitions(self) -> str:
        """The function itself, in index form."""
        return text(self.graph)

    def index(self) -> str:
        """The derivative in index form."""
        return text(self.derived, self.own)

    def latex(self) -> str:
        """Rows for align*: the definitions, then the derivative."""
        return f"{latex(self.graph)} \\\\\n{latex(self.derived, self.own)}"

    def matrix(self) -> str:
        return ""

    def numpy(self) -> str:
        return ""

    def latex_matrix(self) -> str:
        return ""

    def steps(self, level: Level) -> Derivation:
        """The derivation; each step has been evaluated on both sides, unless nothing was judged."""
        y = self.graph.output
        cotangent = f"{y.name}_bar" if y.order and self.kind == "gradient" else None
        check = self.verdict is not None
        return steps(self.graph, self.wrt, cotangent, level, self.kind, check)


def answer(
    graph: Graph,
    wrt: tuple[str, ...],
    kind: str = "gradient",
    check: bool = True,
    seed: int = 0,
    small: Graph | None = None,
) -> Answer:
    """Derive, and let the judges try it; at the sizes of `small`, if given, the same text.

    Raises what the calculus raises, and CheckFailed where a judge disagrees.
    """
    derived = derive(graph, wrt, kind)
    verdict = None
    if check:
        tried = small or graph
        verdict = judged(tried, wrt, seed)
        if not verdict.passed:
            raise CheckFailed(f"the judges do not confirm it, so nothing is shown: {verdict}")
        if kind in ("jacobian", "hessian"):
            order = 2 if kind == "hessian" else 1
            check_against_pushforward(tried, derive(tried, wrt, kind), wrt[0], order, seed)
    return Answer(graph, wrt, kind, derived, verdict)


def derive(graph: Graph, wrt: tuple[str, ...], kind: str) -> Graph:
    """The derived graph, of the kind gradient, jacobian, hessian or jvp."""
    if kind == "gradient":
        return gradient(graph, wrt, f"{graph.output.name}_bar" if graph.output.order else None)
    if kind == "jvp":
        return jvp(graph, wrt)
    return (jacobian if kind == "jacobian" else hessian)(graph, wrt[0])
