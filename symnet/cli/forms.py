"""An answer in the form asked for: formulas alone for a pipe, a page for a reader, JSON."""

from __future__ import annotations

from collections.abc import Iterator

from symnet.calculus import cost
from symnet.calculus.steps import Level
from symnet.cli.answer import Answer
from symnet.cli.show import aligned
from symnet.notation import CheckFailed


def printed(answer: Answer, form: str, level: Level = "homework") -> str:
    """The text on standard output; remarks stand behind a # (a % in LaTeX)."""
    if form == "page":
        return "\n".join(_page(answer))
    if form == "steps":
        return str(answer.steps(level))
    if form in ("latex", "latex-matrix"):
        formulas = answer.latex() if form == "latex" else answer.latex_matrix()
        return "\n".join([*(f"% {note}" for note in answer.notes), formulas])
    if form in ("index", "text"):
        rows = aligned((*answer.definitions().splitlines(), *answer.index().splitlines()))
    elif form == "matrix":
        rows = aligned(answer.matrix(definitions=True).splitlines())
    else:
        rows = answer.numpy().splitlines()
    return "\n".join([*rows, *(f"# {note}" for note in _unsaid(answer, rows))])


def _unsaid(answer: Answer, rows: list[str]) -> list[str]:
    """The notes that do not stand behind a row already."""
    return [n for n in answer.notes if not any(n.partition(": ")[2] in row for row in rows)]


def _page(answer: Answer) -> Iterator[str]:
    definitions = aligned(answer.definitions().splitlines())
    found = aligned(answer.index().splitlines())
    yield from definitions
    yield f"\n{answer.title}:\n"
    yield from (f"    {line}" for line in found)
    yield "\nin matrix form:\n"
    yield from (f"    {line}" for line in aligned(answer.matrix().splitlines()))
    if unsaid := _unsaid(answer, found):
        yield ""
        yield from (f"# {note}" for note in unsaid)
    if answer.verdict is not None:
        yield f"\njudges: {answer.verdict}"


def _numpy(answer: Answer) -> list[str] | None:
    """None where the NumPy form could not be tried."""
    try:
        return answer.numpy().splitlines()
    except CheckFailed:
        return None


def as_json(answer: Answer, level: Level = "homework") -> dict[str, object]:
    """The keys are stable; docs/text.md lists them."""
    verdict = answer.verdict
    counted = cost(answer.derived)
    derivation = answer.steps(level)
    return {
        "kind": answer.kind,
        "wrt": list(answer.wrt),
        "definitions": answer.definitions().splitlines(),
        "gradient": answer.index().splitlines(),
        "matrix": answer.matrix().splitlines(),
        "numpy": _numpy(answer),
        "latex": answer.latex(),
        "latex_matrix": answer.latex_matrix(),
        "steps": [
            {"rule": s.rule, "reason": s.reason, "entry": str(s.entry)} for s in derivation.steps
        ],
        "cost": {
            "forward": str(counted.forward),
            "backward": str(counted.backward),
            "bytes": str(counted.bytes()),
        },
        "judges": None if verdict is None else {"passed": verdict.passed, "said": str(verdict)},
        "notes": list(answer.notes),
    }
