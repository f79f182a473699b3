"""What is said on a kink: nothing without signs, agreement, or both values."""

import pytest

from symnet.notation.parse import parse
from symnet.verify.check import check
from symnet.verify.kinks import at_kinks


def said(text: str) -> tuple[str, ...]:
    graph = parse(text, {"x": "N"})
    return at_kinks(graph, "a", "b", {s: 3 for s in graph.extents})


def test_no_signs_no_kinks() -> None:
    assert said("a[i] = x[i]^2\nb[i] = x[i]*x[i]") == ()


def test_agreement() -> None:
    (found,) = said("a[i] = [x[i] > 0]\nb[i] = [0 < x[i]]")
    assert "agree" in found


@pytest.mark.parametrize(
    ("claim", "derived", "claimed"), [("[x[i] >= 0]", 0, 1), ("[x[i] > 0] + [x[i] == 0]/2", 0, 0.5)]
)
def test_both_values(claim: str, derived: float, claimed: float) -> None:
    (found,) = said(f"a[i] = {claim}\nb[i] = [x[i] > 0]")
    assert f"the derivation says {derived}, the claim {claimed} " in found


def test_a_proof_off_the_kinks_says_so() -> None:
    report = check("np.sum(relu(x))", "x", "x >= 0", {"x": "N"})
    assert report and "on a kink they differ" in report.evidence.kinks[0]
    report = check("np.sum(relu(x))", "x", "x > 0", {"x": "N"})
    assert report and "agree on the kinks" in report.evidence.kinks[0]


def test_assumptions_stay_true_on_the_kinks() -> None:
    """A positive x has no kink at 0."""
    report = check("np.sum(relu(x))", "x", "x >= 0", {"x": "N"}, {"x": "positive"})
    assert report and "agree" in report.evidence.kinks[0]
