"""A report on a claim, as text for a terminal, as HTML and LaTeX for a notebook, as JSON values.

PROVED   w_bar (D) = 2*X.T@(X@w - y)
REFUTED  ...   with the counterexample, the slip, a caret under its place, and the correction
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from symnet.notation.report import Evidence, Report, Slip, Verdict

MARK = {Verdict.PROVED: "PROVED", Verdict.AGREES: "AGREES", Verdict.REFUTED: "REFUTED"}
COLOUR = {Verdict.PROVED: "#1a7f37", Verdict.AGREES: "#9a6700", Verdict.REFUTED: "#b42318"}


def report_text(r: Report) -> str:
    """The report, a line each for what was claimed, how it is known, and what went wrong."""
    return "\n".join(_lines(r))


def _lines(r: Report) -> Iterator[str]:
    if r.steps:
        yield from _derivation(r)
        return
    yield f"{MARK[r.verdict]:8} {r.about}"
    yield from _indented("claim", r.claim)
    if r.verdict is not Verdict.REFUTED:
        yield from _indented("known by", evidence_text(r.evidence, r.verdict))
        for kink in r.evidence.kinks:
            yield from _indented("kinks", kink)
        if r.layout:
            yield from _indented("layout", r.layout)
    else:
        yield from _refutation(r)
    for note in r.notes:
        yield from _indented("note", note)


def _derivation(r: Report) -> Iterator[str]:
    good = "every step holds" if r.step is None else f"step {r.step} is wrong"
    yield f"{MARK[r.verdict]:8} {r.about}: a derivation of {len(r.steps)} steps; {good}"
    for k, step in enumerate(r.steps, start=1):
        yield ""
        yield f"step {k}"
        yield from (f"  {line}" for line in _lines(step))
    for note in r.notes:
        yield from _indented("note", note)


def _refutation(r: Report) -> Iterator[str]:
    if r.counterexample is not None:
        c = r.counterexample
        if c.point:
            yield from _indented("at", ", ".join(f"{name} = {value}" for name, value in c.point))
        yield from _indented("there", f"{c.entry} is {c.derived}, claimed {c.claimed}")
        if c.where and r.slip is None:
            yield from _indented("wrong in", c.where)
    if r.slip is not None:
        yield from _slip(r.slip, r.claim)
    if r.slip is None or r.slip.correction != r.derived:
        yield from _indented("derived", r.derived)


def _slip(slip: Slip, claim: str) -> Iterator[str]:
    yield from _indented("slip", f"{slip.kind}: {slip.sentence}")
    if slip.place is not None and slip.place[1] > slip.place[0]:
        start, end = slip.place
        first = claim.rfind("\n", 0, start) + 1
        line = claim[first:].split("\n", 1)[0]
        yield f"           {line}"
        yield f"           {' ' * (start - first)}{'^' * (min(end, first + len(line)) - start)}"
    if slip.correction:
        yield from _indented("right is", slip.correction)


def _indented(word: str, text: str) -> Iterator[str]:
    first, *rest = text.splitlines() or [""]
    yield f"  {word:8} {first}"
    yield from (f"           {line}" for line in rest)


def evidence_text(e: Evidence, verdict: Verdict) -> str:
    """How it is known, in one sentence."""
    at = "; ".join(", ".join(f"{n}={k}" for n, k in sizes) or "no extents" for sizes in e.sizes)
    if e.kind == "canonical form":
        return f"the same canonical form, for all sizes; and equal in {e.trials} random models"
    if e.kind == "nothing to check":
        return "nothing to check: it is what the name stands for"
    if e.kind == "random models":
        parts = [f"equal in {e.trials} random models at sizes {at}"]
        parts.append(f"degree at most {e.degree}, chance of an error below {_power(e.failure)}")
        if e.cells:
            parts.append(e.cells)
        return "; ".join(parts)
    if verdict is Verdict.AGREES:
        why = f" ({'; '.join(e.remarks)})" if e.remarks else ""
        return f"equal to 40 digits at {e.trials} points, sizes {at}: not proved{why}"
    return e.kind


def _power(value: float) -> str:
    return "1e-300" if value < 1e-300 else f"{value:.0e}"


def report_html(r: Report) -> str:
    """A small self-contained block for a notebook; all text is escaped."""
    head = (
        f'<b style="color:{COLOUR[r.verdict]}">{MARK[r.verdict]}</b> <code>{escape(r.about)}</code>'
    )
    body = escape("\n".join(report_text(r).splitlines()[1:]))
    style = "margin:0.3em 0 0 0;font-family:monospace"
    return f'<div class="symnet-report">{head}<pre style="{style}">{body}</pre></div>'


def report_latex(r: Report) -> str:
    r"""The verdict and both formulas in \text{}, for `_repr_latex_`; needs amsmath only."""
    rows = [rf"\textbf{{{MARK[r.verdict].lower()}}} &\quad {_verbatim(r.about)}"]
    rows.append(rf"\text{{claim}} &\quad {_verbatim(r.claim)}")
    if r.slip is not None:
        rows.append(rf"\text{{slip}} &\quad {_verbatim(f'{r.slip.kind}: {r.slip.sentence}')}")
        if r.slip.correction:
            rows.append(rf"\text{{right is}} &\quad {_verbatim(r.slip.correction)}")
    inner = " \\\\\n".join(rows)
    return f"$$\\begin{{aligned}}\n{inner}\n\\end{{aligned}}$$"


ESCAPES = {"\\": r"\backslash{}", **{c: f"\\{c}" for c in "{}_^#&%$"}, "~": r"\sim{}"}
ESCAPES |= {
    "^": r"\textasciicircum{}",
    "\n": "; ",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
}


def _verbatim(text: str) -> str:
    return rf"\texttt{{{''.join(ESCAPES.get(c, c) for c in text)}}}"


def report_json(r: Report) -> dict[str, Any]:
    """The report as JSON values; docs/check.md lists the keys, which are stable."""
    c, s, e = r.counterexample, r.slip, r.evidence
    return {
        "verdict": str(r.verdict),
        "about": r.about,
        "claim": r.claim,
        "derived": r.derived,
        "layout": r.layout,
        "evidence": {
            "kind": e.kind,
            "sizes": [dict(sizes) for sizes in e.sizes],
            "trials": e.trials,
            "degree": e.degree,
            "failure": float(e.failure),
            "kinks": list(e.kinks),
            "cells": e.cells,
            "remarks": list(e.remarks),
        },
        "counterexample": None
        if c is None
        else {
            "point": dict(c.point),
            "entry": c.entry,
            "claimed": c.claimed,
            "derived": c.derived,
            "where": c.where,
        },
        "slip": None
        if s is None
        else {
            "kind": str(s.kind),
            "sentence": s.sentence,
            "fragment": s.fragment,
            "place": None if s.place is None else list(s.place),
            "correction": s.correction,
        },
        "step": r.step,
        "steps": [report_json(step) for step in r.steps],
        "notes": list(r.notes),
    }
