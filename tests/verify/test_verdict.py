"""A point refutes, models prove, digits agree; what is undefined is wrong."""

import pytest

from symnet.notation.parse import parse
from symnet.notation.report import Verdict
from symnet.verify.check import check
from symnet.verify.points import Pool
from symnet.verify.verdict import Apart, Equal, judged_equal


def judged(text: str, **shapes: str) -> Equal | Apart:
    return judged_equal(parse(text, shapes), "a", "b", Pool(0))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a[i] = 2*(x[i] + 1)\nb[i] = 2*x[i] + 2", "canonical form"),
        ("a[i] = 1 - sigmoid(x[i])\nb[i] = sigmoid(-x[i])", "random models"),
    ],
)
def test_proved(text: str, kind: str) -> None:
    found = judged(text, x="N")
    assert isinstance(found, Equal)
    assert (found.verdict, found.evidence.kind) == (Verdict.PROVED, kind)


def test_agrees_without_a_proof() -> None:
    found = judged("a[i] = cos(2*x[i])\nb[i] = 1 - 2*sin(x[i])^2", x="N")
    assert isinstance(found, Equal)
    assert (found.verdict, found.evidence.kind) == (Verdict.AGREES, "50 digits")


APART = [
    "a[i] = x[i] + 1\nb[i] = x[i]",
    "a[i] = x[i]*(1 + 1e-7)\nb[i] = x[i]",
    "a[i] = x[i]*(1 + 1e-30)\nb[i] = x[i]",
    "a[i] = x[i]*(1 + 1e-60)\nb[i] = x[i]",
    "a[i] = minimum(x[i], 30)\nb[i] = x[i]",
    "a[i] = log(x[i])\nb[i] = log(abs(x[i]))",
    "a[i] = log(x[i] + 20)\nb[i] = log(abs(x[i] + 20))",
]


@pytest.mark.parametrize("text", APART)
def test_apart(text: str) -> None:
    found = judged(text, x="N")
    assert isinstance(found, Apart)
    assert 0 <= found.draw < max(found.points.draws, 1)


def test_what_overflows_is_not_undefined() -> None:
    """exp(900) is inf in float64 only: a claim written with it is still true."""
    found = judged("a[i] = exp(x[i] + 900)/exp(900)\nb[i] = exp(x[i])", x="N")
    assert isinstance(found, Equal)


def test_a_whole_power_of_a_negative_number_refutes_nothing() -> None:
    """a^(s-t) is read as exp((s-t) log a): what is undefined for a < 0 is no difference."""
    text = "h[-1] = 0\nh[t] = a*h[t-1] + x[t]\nL = sum[t](g[t]*h[t])"
    shapes = {"x": "T", "g": "T", "a": ""}
    assert check(text, "x", "x_bar[t] = sum[s]([s >= t]*a^(s - t)*g[s])", shapes)
    assert not check(text, "x", "x_bar[t] = sum[s]([s >= t]*a^(s - t + 1)*g[s])", shapes)


def test_a_number_that_an_index_is_compared_with_is_exceeded_or_nothing_is_proved() -> None:
    for number, verdict in ((50, Verdict.REFUTED), (500, Verdict.AGREES)):
        claim = f"x_bar[n] = 2*[n < {number}]*x[n]"
        assert check("L = sum[n](x[n]^2)", "x", claim, {"x": "N"}).verdict is verdict
