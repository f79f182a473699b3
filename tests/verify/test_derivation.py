"""Every step of every derivation, at every level, is an equality that holds at random points."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from symnet.calculus.journal import Step
from symnet.notation import (
    CheckFailed,
    DerivativeError,
    Graph,
    Index,
    Tensor,
    define,
    logdet,
    tanh,
    total,
)
from symnet.verify import derivation
from symnet.verify.derivation import Derivation, steps
from tests.judges.cases import CASES

LEVELS = ("result", "slide", "homework")
n, i, p, q = Index("n", "N"), Index("i", "I"), Index("p", "I"), Index("q", "I")
x, w, y, L = Tensor("x", n, i), Tensor("w", i), Tensor("y", n), Tensor("L")
S, z = Tensor("S", i, p, assume="spd"), Tensor("z", n, assume="mask")


def _bar(graph: Graph) -> str | None:
    return f"{graph.output.name}_bar" if graph.output.order else None


# A step on the way divides by the sum of a row: it says nothing where a mask leaves the row no key.
EMPTY_ROWS = {
    "masked_attention",
    "attention_of_keys_in_use",
    "attention_shared_mask",
    "additive_pooling_padded",
}
EVERY = [
    (name, level)
    for name, c in CASES.items()
    for level in LEVELS
    if (c.second or level == "slide") and not (level == "homework" and name in EMPTY_ROWS)
]


@pytest.mark.parametrize(("name", "level"), EVERY)
def test_every_step_of_a_gradient(name: str, level: str) -> None:
    case = CASES[name]
    graph = case.graph
    found = steps(graph, case.wrt(graph), _bar(graph), level)
    gaps = found.gaps(0, case.sizes[0])
    assert len(gaps) == len(found) > 0
    for s, g in zip(found, gaps, strict=True):
        assert g <= 1e-10, f"{s.rule}: {s} ({g})"
    assert str(found)
    assert found.latex.count("&=") >= len({s.entry for s in found})


@pytest.mark.parametrize("name", sorted(EMPTY_ROWS))
def test_every_step_of_a_masked_gradient(name: str) -> None:
    """Some of eight draws of the mask leave every row a key; there all steps hold."""
    case = CASES[name]
    found = steps(case.graph, case.wrt(case.graph), _bar(case.graph), "homework")
    drawn = [found.gaps(seed, case.sizes[0]) for seed in range(8)]
    assert any(all(g <= 1e-10 for g in gaps) for gaps in drawn)
    for s, *gaps in zip(found, *drawn, strict=True):
        assert all(g <= 1e-10 for g in gaps if math.isfinite(g)), f"{s.rule}: {s} ({gaps})"


@pytest.mark.parametrize("name", ["mlp", "lstm", "attention", "softmax"])
def test_every_step_of_a_pushforward(name: str) -> None:
    case = CASES[name]
    found = steps(case.graph, case.wrt(case.graph), of="jvp")
    gaps = found.gaps(0, case.sizes[0])
    assert len(gaps) > 0
    assert max(gaps) <= 1e-10


def _squares() -> Graph:
    return Graph(
        define(y[n], tanh(total(x[n, i] * w[i], over=i))),
        define(L, total(y[n] ** 2, over=n)),
        inputs=[x],
        parameters=[w],
    )


def test_every_step_of_a_hessian_in_two_parts() -> None:
    found = steps(_squares(), "w", of="hessian")
    assert [part.title for part in found.parts] == ["gradient", "hessian"]
    assert max(found.gaps()) <= 1e-10
    assert "gradient:\n\n" in str(found)
    assert "d2L_dw2[" in str(found)


def test_every_step_of_a_jacobian() -> None:
    graph = Graph(define(y[n], tanh(total(x[n, i] * w[i], over=i))), inputs=[x, w])
    found = steps(graph, "w", of="jacobian")
    assert max(found.gaps()) <= 1e-10
    assert "dy_dw[n,i]" in str(found)


def test_steps_through_a_matrix_head_and_a_variable_that_is_a_mask() -> None:
    graph = Graph(
        define(L, logdet(S[p, q], over=(p, q))),
        inputs=[S],
    )
    assert max(steps(graph, "S").gaps()) <= 1e-10
    masked = Graph(define(L, total(z[n] ** 2 * tanh(z[n]), over=n)), inputs=[z])
    assert max(steps(masked, "z").gaps()) <= 1e-10


def test_levels_refine_each_other() -> None:
    case = CASES["softmax_cross_entropy"]
    result, slide, homework = (steps(case.graph, case.wrt(case.graph), level=k) for k in LEVELS)
    assert len(result) < len(slide) < len(homework)
    assert str(result) == "x_bar[n,k]\n  = (p[n,k] - [k = t[n]])/N"
    assert "with p_bar" in str(slide)
    assert "L_bar" not in str(slide)  # a constant is no step on a slide
    assert "Kronecker deltas" in str(homework)
    for level in (slide, homework):
        assert "= (p[n,k] - [k = t[n]])/N  " in str(level).splitlines()[-1]


def test_each_step_starts_where_the_one_before_ended() -> None:
    case = CASES["layer_norm"]
    found = steps(case.graph, case.wrt(case.graph), _bar(case.graph))
    for before, s in pairwise(found):
        if before.entry.tensor == s.entry.tensor:
            assert str(s.before) == str(before.after)


def test_a_step_that_is_not_true_is_withheld() -> None:
    found = steps(_squares(), "w")
    (part,) = found.parts
    s = part.steps[-1]
    wrong = Step(s.entry, s.rule, s.reason, s.before, 2 * s.after)
    forged = replace(part, steps=(wrong,))
    with pytest.raises(CheckFailed, match="differ by"):
        Derivation((forged,), "homework").check()
    assert steps(_squares(), "w", check=True).check() is not None


def test_unknown_levels_and_kinds() -> None:
    with pytest.raises(DerivativeError, match="expected one of result, slide, homework"):
        steps(_squares(), "w", level="all")  # type: ignore[arg-type]
    with pytest.raises(DerivativeError, match="expected one of gradient, jvp"):
        steps(_squares(), "w", of="adjoint")
    with pytest.raises(DerivativeError, match="by one variable"):
        steps(_squares(), ["w", "x"], of="hessian")


def test_reasons_are_typeset() -> None:
    found = steps(_squares(), "w", level="slide")
    assert r"\text{chain rule: $y$ occurs in $L$}" in found.latex
    assert found._repr_latex_().startswith("$$\\begin{aligned}")
    assert derivation.steps is steps
