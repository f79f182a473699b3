"""A formula derived by hand, held to the checker: proved, agrees, or refuted with its slip.

"x_bar[n,k] = p[n,k] - y[n,k]"       about a tensor that the section's graphs define
"sum[k](x_bar[n,k]) == 0"            an identity between such tensors
("p = softmax(x)", "dL_dp = ...")    a derivation, each step equal to the one before
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from symnet.calculus import gradient
from symnet.notation import Definition, Graph, GraphError
from symnet.notation.report import Report, SlipKind
from symnet.notation.report import Verdict as Answer
from symnet.render.report import report_json, report_text
from symnet.render.text import text_of
from symnet.verify.check import Checker
from symnet.verify.claims import left_of, sides
from symnet.verify.truth import Truth, beside

LEAST = 1e-300  # a chance that is shown
Claimed = str | Definition | tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """A hand formula in either notation or as a Definition, an identity, or steps; and its source.

    A well-known mistake has `right=False` and the kind of `slip` that is to be found; among steps
    it is the one with the number `step`, from 1. Raises GraphError if these do not fit together.
    """

    claimed: Claimed
    source: str
    right: bool = True
    slip: SlipKind | None = None
    step: int | None = None

    def __post_init__(self) -> None:
        if self.right == (self.slip is not None):
            raise GraphError("a claim that is wrong names its slip, and no other claim does")
        if (self.step is not None) != (not self.right and isinstance(self.claimed, tuple)):
            raise GraphError("a derivation that is wrong names its step, and no other claim does")


@dataclass(frozen=True)
class Finding:
    """What the checker says of a claim, with the claim as text (steps: one a line)."""

    claim: Claim
    shown: str
    report: Report

    @property
    def verdict(self) -> Answer:
        """proved, agrees or refuted."""
        return self.report.verdict

    @property
    def as_expected(self) -> bool:
        """Proved or agrees; a known mistake is refuted, for its slip, at its step."""
        if self.claim.right or self.report:
            return self.claim.right and bool(self.report)
        slip = self.report.slip
        found = None if slip is None else slip.kind
        return self.claim.slip is found and self.report.step == self.claim.step

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def as_json(self) -> dict[str, Any]:
        """The report as JSON values, beside what the page says."""
        said = {
            "source": self.claim.source,
            "right": self.claim.right,
            "as_expected": self.as_expected,
        }
        return {**said, **report_json(self.report), "claim": self.shown}


def check_claim(
    graph: Graph, derived: Graph, claim: Claim, wrt: tuple[str, ...] = (), seed: int = 0
) -> Finding:
    """Hold a claim to the checker; `derived` is the gradient graph of `graph` by `wrt`.

    A claim about the Jacobian dy_dx or the Hessian d2L_dx2 is about that of `graph`. Raises
    GraphError if neither graph defines the tensor that is claimed, and what the checker raises.
    """
    if isinstance(claim.claimed, tuple):
        report = Checker(graph, wrt[0] if wrt else None, seed=seed).check(list(claim.claimed))
        return Finding(claim, "\n".join(claim.claimed), report)
    known = beside(graph, _with_cotangent(graph, derived, claim.claimed, wrt))
    shown = claim.claimed
    if isinstance(shown, Definition):
        shown = text_of(shown, known)
    return Finding(claim, shown, _report(graph, known, shown, wrt, seed))


def _with_cotangent(graph: Graph, derived: Graph, claimed: Claimed, wrt: tuple[str, ...]) -> Graph:
    """The gradient graph with those cotangents of the graph's own tensors that are spoken of.

    A cotangent that is used once has no name in a gradient, unless it is asked for.
    """
    if not wrt or not isinstance(claimed, str):
        return derived
    own = {d.name for d in graph.definitions} - {t.name for t in graph.outputs}
    named = {t.name for t in derived.tensors}
    stems = dict.fromkeys(w[:-4] for w in re.findall(r"\b[A-Za-z]\w*_bar\b", claimed))
    further = [x for x in stems if x in own and f"{x}_bar" not in named]
    if not further:
        return derived
    output = graph.outputs[0]
    return gradient(graph, (*wrt, *further), f"{output.name}_bar" if output.order else None)


def _report(graph: Graph, known: Graph, shown: str, wrt: tuple[str, ...], seed: int) -> Report:
    """The report on a claim that is text."""
    if sides(shown):
        return Checker(known, None, seed=seed).check(shown)
    name = left_of(shown)
    if name is None:
        raise GraphError(f"a claim says what it is about, x_bar[n,k] = ...: {shown}")
    if name in (seconds := _seconds(graph, wrt)):
        by, of = seconds[name]
        return Checker(graph, by, of=of, seed=seed).check(shown)
    if known.definition(name) is None:
        names = ", ".join(d.name for d in known.definitions)
        raise GraphError(f"claim about {name}, which is not derived; there are {names}")
    truth = Truth(known, name, "identity", known.tensor(name), known)
    variable = next((x for x, bar in known.cotangents if bar == name and x in wrt), None)
    if variable is not None:
        kind = "vjp" if graph.output.order else "gradient"
        truth = Truth(known, name, kind, graph.tensor(variable), graph)
    return Checker(graph, None, seed=seed).about(truth, shown)


def _seconds(graph: Graph, wrt: tuple[str, ...]) -> Mapping[str, tuple[str, str]]:
    """The name of the Jacobian or Hessian by each variable -> (variable, kind)."""
    if not wrt:
        return {}
    y = graph.output
    if y.order:
        return {f"d{y.name}_d{x}": (x, "jacobian") for x in wrt}
    return {f"d2{y.name}_d{x}2": (x, "hessian") for x in wrt}


# -- as text -----------------------------------------------------------------------------------


def _lines(f: Finding) -> Iterator[str]:
    if isinstance(f.claim.claimed, tuple):
        yield from _derivation(f)
    elif f.report:
        yield f"claim ({f.claim.source}):  {f.shown}"
        yield from _held(f.report, "" if f.claim.right else "a known mistake, but ")
    else:
        yield f"claim ({f.claim.source}):"
        yield f"  {_refuted(f)}: {f.shown}"
        yield from _found(f.report)


def _refuted(f: Finding) -> str:
    if f.claim.right:
        return "REFUTED"
    known = "refuted, as a known mistake should be"
    return known if f.as_expected else f"{known}, but not for its slip, {f.claim.slip}"


def _held(r: Report, but: str = "") -> Iterator[str]:
    """How it is known, in a line or two."""
    yield f"  {but}{r.verdict}{f': {_known_by(r)}' if _known_by(r) else ''}"
    layout = "" if sides(r.claim) else r.layout  # one number against a row is no layout
    yield from (f"  {said}" for said in (*r.evidence.kinks, layout, *r.notes) if said)


def _known_by(r: Report) -> str:
    e = r.evidence
    if r.verdict is Answer.AGREES:
        why = f" ({'; '.join(e.remarks)})" if e.remarks else ""
        return f"to 40 digits at {e.trials} points{why}"
    if e.kind == "random models":
        chance = max(float(e.failure), LEAST)
        return f"{e.trials} random models, chance of an error below {chance:.0e}"
    return f"{e.kind}, and {e.trials} random models" if e.trials else e.kind


def _found(r: Report) -> Iterator[str]:
    """A refutation without its first lines, and with the derived formula once."""
    start = 1 + len(r.claim.splitlines() or [""])
    if r.correction != r.derived:
        yield from report_text(r).splitlines()[start:]
        return
    lines = report_text(replace(r, derived="")).splitlines()
    yield from (line for line in lines[start:] if line.strip() != "derived")


def _derivation(f: Finding) -> Iterator[str]:
    """The steps with their verdicts; a wrong one in full, and nothing of those after it."""
    steps = f.shown.splitlines()
    yield f"derivation ({f.claim.source}), {len(steps)} steps:"
    width = max(len(s) for s in steps)
    for k, (said, r) in enumerate(zip(steps, f.report.steps, strict=False), start=1):
        is_definition = r.evidence.kind == "nothing to check"
        yield f"  {k:2}  {said:{width}}  {r.about if is_definition else r.verdict}"
        if not r:
            yield from (f"    {line}" for line in _found(r))
    if f.report.step is None:
        yield "  every step holds" + ("" if f.claim.right else ", though one should not")
    else:
        yield f"  step {f.report.step}: {_refuted(f)}"
