"""Assumptions that a claim needs, found by moving the points to where they hold."""

from symnet.verify.slips.assumptions import SIMPLEX, SYMMETRY, WEAK, needed
from symnet.verify.slips.reading import read_formula
from tests.verify.slips.settings import Made


def found(made: Made, claim: str, derived: str) -> list[str]:
    formulas = [read_formula(t, "numpy") for t in (claim, derived, made.function)]
    rules = (*SYMMETRY, *SIMPLEX, *WEAK)
    return list(needed(made.setting(claim), formulas[0], formulas[1], formulas[2], rules))


def test_symmetric() -> None:
    made = Made("x@A@x", {"x": "N", "A": "N N"}, "x")
    assert found(made, "2*A@x", "x_bar = A@x + A.T@x") == ["A is symmetric"]


def test_simplex_through_the_functions_own_lines() -> None:
    made = Made("p = softmax(z, axis=0); -np.sum(t*np.log(p))", {"z": "K", "t": "K"}, "z")
    said = found(made, "p - t", "z_bar = p*np.sum(t) - t")
    assert "t sums to 1 along its last axis" in said


def test_what_holds_nowhere() -> None:
    made = Made("x@A@x", {"x": "N", "A": "N N"}, "x")
    assert found(made, "A@A@x", "x_bar = A@x + A.T@x") == []
