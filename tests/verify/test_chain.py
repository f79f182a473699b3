"""Derivations step by step: definitions, claims, equations; the first wrong step is named."""

import pytest

from symnet.notation import GraphError, ParseError
from symnet.notation.report import Report, Verdict
from symnet.verify.check import check

SHAPES = {"X": "N D", "w": "D", "y": "N"}
LOSS = "z = X@w\nnp.sum((z - y)**2)"


def answer(*steps: str, of: str | None = None) -> Report:
    return check(LOSS, "w", list(steps), SHAPES, of=of)


def test_a_right_derivation() -> None:
    report = answer(
        "e = X@w - y",
        "z_bar = 2*e",
        "w_bar = X.T@z_bar",
        "= 2*X.T@e",
        "= 2*X.T@X@w - 2*X.T@y",
    )
    assert report.verdict is Verdict.PROVED
    assert (report.step, len(report.steps)) == (None, 5)
    assert report.steps[0].evidence.kind == "nothing to check"


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        (["z_bar = z - y", "w_bar = X.T@z_bar"], 1),
        (["z_bar = 2*(z - y)", "w_bar = -X.T@z_bar"], 2),
        (["z_bar = 2*(z - y)", "w_bar = X.T@z_bar", "= X.T@(z - y)"], 3),
        (["e = X@w - y", "w_bar = 2*X.T@e", "= 2*X.T@X@w - X.T@y"], 3),
        (["e = X@w", "w_bar = 2*X.T@e"], 2),
        (["z - y == X@w + y", "w_bar = 2*X.T@(z - y)"], 1),
        (["2*X.T@(X@w - y)", "= X.T@(X@w - y)"], 2),
    ],
)
def test_the_first_wrong_step(steps: list[str], wrong: int) -> None:
    report = answer(*steps)
    assert report.verdict is Verdict.REFUTED
    assert report.step == wrong
    assert len(report.steps) == wrong
    assert not report.steps[-1] and all(report.steps[:-1])
    assert bool(report.notes) == (wrong < len(steps))


def test_a_right_end_does_not_excuse_a_wrong_step() -> None:
    report = answer("z_bar = (z - y)/2", "w_bar = 2*X.T@(z - y)")
    assert report.step == 1


@pytest.mark.parametrize("steps", [["z_bar = z_bar"], ["a = w_bar", "w_bar = a"], ["w_bar"]])
def test_a_step_proves_nothing_about_itself(steps: list[str]) -> None:
    with pytest.raises(ParseError, match="step 1"):
        answer(*steps)


def test_a_name_keeps_its_value() -> None:
    report = answer("e = X@w - y", "e = y - X@w")
    assert report.step == 2
    assert answer("e = X@w - y", "e = z - y", "w_bar = 2*X.T@e")


def test_no_steps() -> None:
    with pytest.raises(GraphError, match="at least one"):
        answer()


def test_an_agreeing_step_makes_the_whole_agree() -> None:
    report = check(
        "np.sum(np.sin(x)**2)",
        "x",
        ["x_bar = 2*np.sin(x)*np.cos(x)", "= np.sin(2*x)"],
        {"x": "N"},
    )
    assert [s.verdict for s in report.steps] == [Verdict.PROVED, Verdict.AGREES]
    assert report.verdict is Verdict.AGREES
