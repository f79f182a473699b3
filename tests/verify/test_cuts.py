"""Proofs with any values of the tensors in between: what is cut, what is opened, what is not."""

import pytest

from symnet.notation import Graph
from symnet.notation.parse import parse
from symnet.notation.report import Verdict
from symnet.verify.check import check
from symnet.verify.cuts import compare_with_cuts, with_any
from symnet.verify.sample import random_sizes

DEEP = """
u[n,k] = tanh(sum[i](x[n,i]*A[i,k]))
v[n,k] = tanh(sum[l](u[n,l]*B[l,k]))
w[n,k] = tanh(sum[l](v[n,l]*C[l,k]))
left[n,k] = w[n,k]*(1 + w[n,k])
right[n,k] = w[n,k] + {power}
"""
STEPS = """
c[n,t,k] = f[n,t,k]*c[n,t-1,k] + x[n,t,k]
c[n,-1,k] = c0[n,k]
left[n,t,k] = {left}
left[n,-1,k] = {base}
right[n,t,k] = c[n,t,k]
"""
CELL = {"x": "N T K", "f": "N T K", "c0": "N K"}


def compared(text: str, shapes: dict[str, str], rng: object) -> bool:
    """Whether left == right is proved with cuts."""
    graph = parse(text, shapes, notation="index")
    sizes = random_sizes(graph, rng, 2)
    found = compare_with_cuts(graph, "left", "right", [sizes])
    return found is not None and found[0].equal


@pytest.mark.parametrize(("power", "proved"), [("w[n,k]^2", True), ("w[n,k]^3", False)])
def test_what_both_sides_speak_of_may_have_any_values(
    power: str, proved: bool, rng: object
) -> None:
    shapes = {"x": "N I", "A": "I K", "B": "K K", "C": "K K"}
    assert compared(DEEP.format(power=power), shapes, rng) is proved


@pytest.mark.parametrize(
    ("left", "base", "proved"),
    [
        ("x[n,t,k] + left[n,t-1,k]*f[n,t,k]", "c0[n,k]", True),
        ("x[n,t,k] + left[n,t-1,k]*f[n,t,k]", "0", False),
        ("x[n,t,k] + left[n,t-1,k]", "c0[n,k]", False),
        ("x[n,t,k] - left[n,t-1,k]*f[n,t,k]", "c0[n,k]", False),
    ],
)
def test_two_recurrences_are_equal_if_one_step_and_the_start_are(
    left: str, base: str, proved: bool, rng: object
) -> None:
    assert compared(STEPS.format(left=left, base=base), CELL, rng) is proved


def test_what_needs_several_steps_is_not_proved_by_one(rng: object) -> None:
    text = """
s[n,t] = s[n,t-1] + x[n,t]
s[n,-1] = 0
left[n,t] = sum[r: r <= t](x[n,r])
right[n,t] = s[n,t]
"""
    assert not compared(text, {"x": "N T"}, rng)


def test_a_tensor_of_which_one_side_speaks_is_opened() -> None:
    graph = parse(
        "u[n] = x[n]*y[n]\nv[n] = u[n]*y[n]\nleft[n] = v[n]\nright[n] = x[n]*y[n]^2",
        {"x": "N", "y": "N"},
        notation="index",
    )
    cut, free = with_any(graph, "left", "right", {"v"})
    assert [d.name for d in cut.definitions] == ["v", "left", "right"]
    assert free == ("u",)
    assert "u_any" in str(cut)


def test_a_base_case_stays() -> None:
    graph = parse(STEPS.format(left="x[n,t,k]", base="0"), CELL, notation="index")
    cut, free = with_any(graph, "left", "right", {"c"})
    bases = {d.name: str(d.base) for d in cut.definitions if d.base is not None}
    assert bases == {"c": "c0[n,k]", "c2": "c0[n,k]", "left": "0"}
    assert str(cut.definition("c2").expression) == "c_any[n,t,k]"
    assert free == ("c",)


def lstm_like() -> Graph:
    """A state through two matrices and a tanh: after a few steps beyond every field."""
    return parse(
        "a[n,t,k] = sum[i](x[n,t,i]*W[i,k]) + sum[l](h[n,t-1,l]*U[l,k])\n"
        "h[n,t,k] = tanh(a[n,t,k])\n"
        "h[n,-1,k] = h0[n,k]\n"
        "y[n,t,k] = h[n,t,k]\n",
        {"x": "N T I", "W": "I K", "U": "K K", "h0": "N K"},
        notation="index",
    )


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("sum[n,t](h[n,t-1,l]*a_bar[n,t,k])", Verdict.PROVED),
        ("sum[n,t](h[n,t,l]*a_bar[n,t,k])", Verdict.REFUTED),
    ],
)
def test_backpropagation_through_time_is_proved(claim: str, verdict: Verdict) -> None:
    report = check(lstm_like(), "U", f"U_bar[l,k] = {claim}")
    assert report.verdict is verdict
    if report:
        assert any("with any values of" in note for note in report.notes)
