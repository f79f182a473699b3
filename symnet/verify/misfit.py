"""A claim whose shapes do not fit: readable if all extents were the same, so it is wrong.

    X @ (X W - Y) with X (N, D)  =>  refuted: transpose, X stands where X^T should

The slip is looked for with one extent for all, and counts if its correction holds with the true
shapes. What cannot be read even so is no claim: the parser's error stands.
"""

from __future__ import annotations

from symnet.notation import ParseError, SymnetError
from symnet.notation.parse.shapes import given_tensors
from symnet.notation.report import Evidence, Report, Slip, SlipKind, Verdict
from symnet.verify.asked import Asked
from symnet.verify.shown import ShownReport

ONE_EXTENT = "M"


def misfit(checker: Asked, claim: str, error: ParseError) -> Report | None:
    """The report on a claim that could not be read for its shapes; None for any other error."""
    if not checker.text or checker.function is None or checker.wrt is None:
        return None
    alike = _with_one_extent(checker)
    if alike is None:
        return None
    try:
        report = alike.check(claim)
    except SymnetError:
        return None
    message = str(error).split("\n", 1)[0]
    of = checker.of if checker.of in ("jacobian", "hessian", "vjp") else checker.usual_kind()
    truth = checker.truth(of)
    notation = "index" if "[" in claim and "sum[" in claim else "numpy"
    derived = checker.in_notation(truth, notation)
    found = report.slip
    if found is None or found.kind is SlipKind.OTHER or not checker.holds(found.correction, truth):
        found = Slip(SlipKind.OTHER, f"the shapes do not fit: {message}", correction=derived)
    return ShownReport(
        Verdict.REFUTED,
        truth.name,
        claim,
        derived,
        Evidence("shapes"),
        slip=found,
        notes=(f"the shapes do not fit: {message}",),
    )


def _with_one_extent(checker: Asked) -> Asked | None:
    """A checker of the same text with one extent for all; None if the text needs them apart."""
    shapes = given_tensors(checker.shapes, checker.assume)
    if any(
        str(s) == ONE_EXTENT for g in shapes.values() for e in g.extents for s in e.free_symbols
    ):
        return None
    alike = {name: " ".join([ONE_EXTENT] * len(g.extents)) for name, g in shapes.items()}
    try:
        return checker.with_shapes(alike)
    except SymnetError:
        return None
