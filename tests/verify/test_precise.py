"""50 digits and more: small differences are seen, rounding is none."""

import mpmath
import numpy as np
import pytest

from symnet.notation.parse import parse
from symnet.verify.precise import agree, gap, is_apart, is_equal


def at(text: str, assume: dict[str, str] | None = None, **shapes: str):  # type: ignore[no-untyped-def]
    graph = parse(text, shapes, assume)
    rng = np.random.default_rng(0)
    arrays = {n: rng.uniform(0.5, 1.5, size=tuple(map(int, s.split()))) for n, s in shapes.items()}
    return graph, "a", "b", {}, arrays


def test_gap_is_relative() -> None:
    assert gap(*at("a[i] = x[i]*1e20\nb[i] = x[i]*(1e20 + 1)", x="3")) < 1e-19
    assert is_equal(gap(*at("a[i] = x[i]^2\nb[i] = x[i]*x[i]", x="3")))
    assert not is_equal(gap(*at("a[i] = x[i]\nb[i] = x[i]*(1 + 1e-38)", x="3")))


@pytest.mark.parametrize("size", ["1e-10", "1e-45", "1e-60", "1e-88"])
def test_small_differences_are_seen(size: str) -> None:
    assert is_apart(*at(f"a[i] = x[i]\nb[i] = x[i]*(1 + {size})", x="3"))
    assert is_apart(*at(f"a[i] = {size}*x[i]\nb[i] = 3*{size}*x[i]", x="3"))


@pytest.mark.parametrize(
    "text",
    [
        "a[i] = sin(x[i])^2 + cos(x[i])^2\nb[i] = 1 + 0*x[i]",
        "a[i] = cosh(40*x[i])^2 - sinh(40*x[i])^2\nb[i] = 1 + 0*x[i]",
        "a[i] = log(exp(x[i]))\nb[i] = x[i]",
        "a[i] = sqrt(x[i])^2\nb[i] = x[i]",
        "a[i] = x[i]/3*3\nb[i] = x[i]",
        "a[i] = exp(-1e9*x[i])\nb[i] = 0*x[i]",
    ],
)
def test_rounding_is_no_difference(text: str) -> None:
    assert not is_apart(*at(text, x="3"))


def test_a_claim_that_is_not_defined() -> None:
    undefined = at("a[i] = log(-x[i])\nb[i] = x[i]", x="3")
    assert gap(*undefined) is None
    assert is_apart(*undefined)
    assert not is_apart(*at("a[i] = x[i]\nb[i] = log(-x[i])", x="3"))


def test_assumptions_are_true_to_all_digits() -> None:
    for text, word in (
        ("a = sum[i](x[i])\nb = 1", "simplex"),
        ("a[i,j] = sum[k](x[i,k]*x[j,k])\nb[i,j] = delta(i,j) + 0*x[i,j]", "orthogonal"),
        ("a[i,j] = x[i,j]\nb[i,j] = x[j,i]", "symmetric"),
    ):
        shape = "3" if word == "simplex" else "3 3"
        point = at(text, {"x": word}, x=shape)
        assert not is_apart(*point)
        assert is_equal(gap(*point))


def test_agree() -> None:
    graph, a, b, sizes, arrays = at("a[i] = x[i]^2\nb[i] = x[i]*x[i]", x="3")
    assert agree(graph, a, b, [(sizes, arrays)] * 4) == (True, 4, 3)
    graph, a, b, sizes, arrays = at("a[i] = x[i] + relu(x[i] - 1)\nb[i] = x[i]", x="3")
    low, high = {"x": np.full(3, 0.5)}, {"x": np.full(3, 1.5)}
    assert agree(graph, a, b, [(sizes, low), (sizes, high), (sizes, low)]) == (False, 2, 1)
    assert agree(graph, a, b, []) == (False, 0, 0)
    assert mpmath.mp.dps == 15  # nobody else's precision is touched
