"""Reports are plain data: truth value, correction, published words."""

import dataclasses

import pytest

from symnet.notation.report import Evidence, Report, Slip, SlipKind, Verdict


def report(verdict: Verdict, slip: Slip | None = None) -> Report:
    return Report(verdict, "w_bar", "w", "2*w", Evidence("random models"), slip=slip)


@pytest.mark.parametrize(
    ("verdict", "holds"),
    [(Verdict.PROVED, True), (Verdict.AGREES, True), (Verdict.REFUTED, False)],
)
def test_truth_value(verdict: Verdict, holds: bool) -> None:
    assert bool(report(verdict)) == holds


def test_correction_is_that_of_the_slip() -> None:
    assert report(Verdict.REFUTED).correction == ""
    slip = Slip(SlipKind.FACTOR, "the factor 2 is missing", correction="2*w")
    assert report(Verdict.REFUTED, slip).correction == "2*w"


def test_words_are_published() -> None:
    """Users compare with these: a change breaks their programs."""
    assert [str(v) for v in Verdict] == ["proved", "agrees", "refuted"]
    assert Verdict("proved") is Verdict.PROVED
    assert {str(k) for k in SlipKind} >= {
        *("transpose", "order", "sign", "factor", "power", "missing term", "extra term"),
        *("missing sum or mean", "extra sum or mean", "wrong axis", "chain rule"),
        *("normalisation path", "mask", "shift or stride", "assumption", "wrong variable", "other"),
    }


def test_reports_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        report(Verdict.PROVED).verdict = Verdict.REFUTED  # type: ignore[misc]
