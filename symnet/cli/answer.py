"""What was derived from one graph, checked, and in every form in which it is printed.

    graph --calculus--> derived --judges--> Answer --> index | matrix | latex | numpy | steps | JSON

Nothing is printed before the judges agree; what they refuse raises CheckFailed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from symnet.calculus import gradient, hessian, jacobian, jvp
from symnet.calculus.steps import Level
from symnet.cli.judged import check_against_pushforward, check_numpy, judged
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
    """A graph with its derivative; `verdict` is None if the judges were not asked.

    `small` is the same derivative at smaller sizes, if there is such.
    """

    graph: Graph
    wrt: tuple[str, ...]
    kind: str
    derived: Graph
    verdict: Verdict | None = None
    small: Graph | None = None

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

    def matrix(self, definitions: bool = False) -> str:
        """The derivative in matrix form, after the definitions if these are asked for."""
        first = [text(self.graph, form="matrix")] if definitions else []
        return "\n".join([*first, text(self.derived, self.own, form="matrix")])

    def numpy(self) -> str:
        """The derivative as NumPy text that can be pasted, with what it needs.

        It has been read back and evaluated, unless nothing was judged; raises CheckFailed where
        that gives another value, or is not possible.
        """
        return self._numpy

    @cached_property
    def _numpy(self) -> str:
        made = text(self.derived, form="numpy")
        if self.verdict is not None and not check_numpy(self.small_derived, self._small_text):
            raise CheckFailed(
                "the NumPy form uses what typed text does not have, so it could not be tried; "
                "symnet export writes tested code, --no-check prints this form as it is"
            )
        return made

    @property
    def _small_text(self) -> str:
        return text(self.small_derived, form="numpy")

    @property
    def small_derived(self) -> Graph:
        """The derivative at sizes that can be evaluated entry by entry."""
        return self.derived if self.small is None else self.small

    def latex_matrix(self) -> str:
        """Rows for align* of definitions and derivative, in matrix form."""
        first = latex(self.graph, form="matrix")
        return f"{first} \\\\\n{latex(self.derived, self.own, form='matrix')}"

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
    verdict = tried_derived = None
    if check:
        tried = small or graph
        at_hand = kind == "gradient" and small is None
        verdict = judged(tried, wrt, seed, derived if at_hand else None)
        if not verdict.passed:
            raise CheckFailed(f"the judges do not confirm it, so nothing is shown: {verdict}")
        if kind in ("jacobian", "hessian"):
            order = 2 if kind == "hessian" else 1
            check_against_pushforward(tried, derive(tried, wrt, kind), wrt[0], order, seed)
        tried_derived = derived if small is None else derive(small, wrt, kind)
    return Answer(graph, wrt, kind, derived, verdict, tried_derived)


def derive(graph: Graph, wrt: tuple[str, ...], kind: str) -> Graph:
    """The derived graph, of the kind gradient, jacobian, hessian or jvp."""
    if kind == "gradient":
        return gradient(graph, wrt, f"{graph.output.name}_bar" if graph.output.order else None)
    if kind == "jvp":
        return jvp(graph, wrt)
    return (jacobian if kind == "jacobian" else hessian)(graph, wrt[0])
