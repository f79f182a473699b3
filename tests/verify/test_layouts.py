"""Layouts in which a claim may be given, and those in which it may not: A is never A^T."""

import pytest

from symnet.notation.report import Report, Verdict
from symnet.verify.check import check

SQUARE = {"A": "N N", "x": "N"}
MIXED = {"T": "N D D", "C": "N D D"}


def answer(function: str, wrt: str, claim: str, shapes: dict[str, str], **more: object) -> Report:
    return check(function, wrt, claim, shapes, **more)  # type: ignore[arg-type]


ACCEPTED = [
    ("x@A@y", "A", "np.outer(x, y)", {"A": "N D", "x": "N", "y": "D"}, ""),
    ("x@A@y", "A", "np.outer(y, x)", {"A": "N D", "x": "N", "y": "D"}, "transpose"),
    ("np.sum(A)", "A", "1", {"A": "N D"}, "one number for all entries"),
    ("np.sum(A*x)", "A", "x", {"A": "N D", "x": "D"}, "the same for all entries"),
    ("np.sum(x**2)", "x", "2*x[:, None]", {"x": "N"}, "shape of (N, 1)"),
    ("np.sum(T*C)", "T", "np.transpose(C, (1, 0, 2))", MIXED, "another order"),
]


@pytest.mark.parametrize(("function", "wrt", "claim", "shapes", "said"), ACCEPTED)
def test_accepted(function: str, wrt: str, claim: str, shapes: dict[str, str], said: str) -> None:
    report = answer(function, wrt, claim, shapes)
    assert report.verdict is Verdict.PROVED, report
    assert (said in report.layout) if said else report.layout == ""


REFUSED = [
    ("x@A@y", "A", "np.outer(y, x)", {"A": "N N", "x": "N", "y": "N"}),
    ("np.sum(T*C)", "T", "np.transpose(C, (0, 2, 1))", MIXED),
    ("np.sum(T*C)", "T", "np.transpose(C, (2, 0, 1))", MIXED),
    ("np.sum(A*x)", "A", "x", {"A": "N N", "x": "N 1"}),
    ("np.sum(A*x[:, None])", "A", "x", SQUARE),
    ("np.trace(A@A@A)", "A", "3*A@A", {"A": "N N"}),
]


@pytest.mark.parametrize(("function", "wrt", "claim", "shapes"), REFUSED)
def test_refused(function: str, wrt: str, claim: str, shapes: dict[str, str]) -> None:
    assert answer(function, wrt, claim, shapes).verdict is Verdict.REFUTED


def test_jacobians() -> None:
    wide = {"A": "N D", "x": "D"}
    assert answer("A@x", "x", "A", wide, of="jacobian").layout == ""
    assert "denominator" in answer("A@x", "x", "A.T", wide, of="jacobian").layout
    assert not answer("A@x", "x", "A.T", SQUARE, of="jacobian")


def test_symmetric_gradients_count_up_to_an_antisymmetric_part() -> None:
    shapes = {"S": "N N", "B": "N N"}
    for claim in ("B.T", "(B + B.T)/2", "B", "B + B.T - np.diag(np.diag(B))"):
        assert answer("np.trace(S@B)", "S", claim, shapes, assume={"S": "symmetric"}), claim
        assert bool(answer("np.trace(S@B)", "S", claim, shapes)) == (claim == "B.T"), claim
    assert not answer("np.trace(S@B)", "S", "2*B", shapes, assume={"S": "symmetric"})


def test_simplex_gradients_count_up_to_a_constant() -> None:
    shapes = {"p": "K", "g": "K"}
    for claim, right in (("g", True), ("g + 3", True), ("g - np.mean(g)", True), ("2*g", False)):
        report = answer("np.sum(p*g)", "p", claim, shapes, assume={"p": "simplex"})
        assert bool(report) == right, claim
    assert not answer("np.sum(p*g)", "p", "g + 3", shapes)


def test_letters_without_a_left_side() -> None:
    """The order of letters is that in which they occur, if they are not the variable's."""
    shapes = {"A": "N D", "B": "D N"}
    assert answer("np.trace(A@B)", "A", "B[q,p]", shapes)
    assert answer("np.trace(A@B)", "A", "A_bar[p,q] = B[q,p]", shapes)
    assert not answer("np.trace(A@B)", "A", "A_bar[p,q] = B[p,q]", {"A": "N N", "B": "N N"})
