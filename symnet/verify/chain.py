"""A derivation as a list of steps, each equal to the one before; the first wrong one is named.

"x_hat_bar = g*y_bar"              about a derived tensor: has to be its value
"e = X@w - y"                      a new name: a definition, used from there on
"a == b"                           an equation by itself
"..." or "= ..."                   has to equal the step before; the first one, the truth
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from symnet.notation import Graph, GraphError, ParseError
from symnet.notation.report import Evidence, Report, Verdict
from symnet.verify.asked import Asked
from symnet.verify.claims import ASSIGNED, Read, Sides, left_of, sides
from symnet.verify.shown import ShownReport
from symnet.verify.truth import Truth

ORDER = (Verdict.REFUTED, Verdict.AGREES, Verdict.PROVED)


@dataclass
class _State:
    """What has been written down: definitions as text, the graph they made, the last formula."""

    graph: Graph
    before: str = ""
    last: Read | None = None
    said: str = ""  # the last formula as it was written
    continues: bool = False  # whether a formula without a left side goes on with the last one


def check_steps(checker: Asked, steps: list[Any]) -> Report:
    """The report on a derivation; `step` is the number of the first wrong step."""
    if not steps:
        raise GraphError("a derivation needs at least one step")
    truth = checker.usual_truth(_cotangents(steps))
    state = _State(truth.graph if truth is not None else checker.known())
    reports: list[Report] = []
    for number, step in enumerate(steps, start=1):
        try:
            report = _step(checker, state, step, truth)
        except ParseError as e:
            raise ParseError(f"step {number}: {e}") from None
        reports.append(report)
        if not report:
            return _whole(checker, truth, reports, number, len(steps))
    return _whole(checker, truth, reports, None, len(steps))


def _cotangents(steps: list[Any]) -> list[str]:
    """The tensors whose cotangents the steps speak of: x_hat of x_hat_bar."""
    words = re.findall(r"\b([A-Za-z]\w*)_bar\b", "\n".join(s for s in steps if isinstance(s, str)))
    return list(dict.fromkeys(words))


def _whole(
    checker: Asked, truth: Truth | None, reports: list[Report], wrong: int | None, count: int
) -> Report:
    verdict = min((r.verdict for r in reports), key=ORDER.index)
    last = reports[-1]
    notes: tuple[str, ...] = ()
    if wrong is not None and wrong < count:
        notes = (f"the {count - wrong} steps after it were not looked at",)
    return ShownReport(
        verdict,
        truth.name if truth is not None else "the derivation",
        last.claim,
        last.derived,
        last.evidence,
        counterexample=last.counterexample,
        slip=last.slip,
        step=wrong,
        steps=tuple(reports),
        notes=notes,
    )


def _step(checker: Asked, state: _State, step: Any, truth: Truth | None) -> Report:
    text = step.strip() if isinstance(step, str) else step
    goes_on = isinstance(text, str) and re.match(r"=(?!=)", text) is not None
    if isinstance(text, str):
        text = re.sub(r"^=(?!=)\s*", "", text)
        if pair := sides(text):
            return _equation(checker, state, pair, text)
    whole = f"{state.before}{text}" if isinstance(text, str) else text
    name = left_of(text) if isinstance(text, str) else None
    hidden = {n for n in (name, truth.name if truth is not None else None) if n is not None}
    known = {t.name for t in state.graph.tensors}
    tensor = state.graph.tensor(name) if name is not None and name in known else None
    read = checker.read(whole, state.graph, hidden, "step", tensor)
    expected: str | None
    if name is not None and name in _own(state):  # given before: it has to keep its value
        earlier = checker.read(state.before + name, read.graph, hidden, "earlier")
        read, expected = replace(read, graph=earlier.graph), earlier.name
        about = name
    elif name is not None:
        about, expected = name, name if name in known else None
    elif state.last is not None and (goes_on or state.continues):
        about, expected = "this step and the one before", state.last.name
    else:
        about, expected = (truth.name, truth.name) if truth is not None else ("", None)
    said = state.said if state.last is not None and expected == state.last.name else ""
    state.last, state.graph, state.said = read, read.graph, str(text)
    state.continues = name is None or (truth is not None and name == truth.name)
    if expected is None:
        if name is not None:
            state.before += text.rstrip(";") + "\n"
        return _noted(text, "a definition" if name else "where the derivation starts")
    side = Truth(read.graph, expected, "identity", read.graph.tensor(expected), checker.base(truth))
    if truth is not None and expected == truth.name:
        side = replace(truth, graph=read.graph)
    report = checker.compare(
        replace(read, text=str(text), before=state.before), side, about, layouts=False
    )
    return replace(report, derived=said) if said else report


def _own(state: _State) -> set[str]:
    return set(ASSIGNED.findall(state.before))


def _equation(checker: Asked, state: _State, pair: Sides, text: str) -> Report:
    first = checker.read(state.before + pair.left, state.graph, (), "lhs")
    second = checker.read(state.before + pair.right, first.graph, {first.name}, "rhs")
    state.graph, state.last, state.continues = second.graph, second, True
    state.said = pair.right
    left, said = (
        replace(r, text=t, before=state.before)
        for r, t in ((first, pair.left), (second, pair.right))
    )
    return checker.equation(left, said, pair, text)


def _noted(text: Any, said: str) -> Report:
    return ShownReport(Verdict.PROVED, said, str(text), "", Evidence("nothing to check"))
