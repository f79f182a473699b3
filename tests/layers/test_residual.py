"""Residual blocks: the identity path, shapes, rules, evaluation. Judges: test_catalogue.py."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.layers import (
    dense,
    dense_residual_block,
    evaluation,
    join,
    linear,
    residual,
    residual_block,
    rules,
)
from symnet.notation import ExtentMismatch, Index, IndexMismatch, Tensor
from symnet.render.text import text
from symnet.verify.interpret import interpret

X = Tensor("x", Index("n", "N"), Index("c", "C"), Index("a", "A"), Index("b", "B"))
ROWS = Tensor("x", Index("n", "N"), Index("i", "I"))


def test_the_identity_path() -> None:
    g = residual(ROWS, dense(ROWS, "I", output="F"))
    assert text(g).splitlines()[-1] == "y[n,i] = x[n,i] + F[n,i]"
    assert text(gradient(g, "x", "y_bar"), "gradient") == (
        "x_bar[n,i] = y_bar[n,i] + sum[j](W[i,j]*y_bar[n,j])"
    )


def test_a_shortcut_of_its_own() -> None:
    g = residual(ROWS, dense(ROWS, "J", output="F"), shortcut=linear(ROWS, "J", "_s"))
    assert text(g).splitlines()[-1] == "y[n,j] = F[n,j] + a_s[n,j]"


def test_shapes_that_differ() -> None:
    with pytest.raises(ExtentMismatch, match=r"F has extents \(N, J\), expected \(N, I\)"):
        residual(ROWS, dense(ROWS, "J", output="F"))
    with pytest.raises(IndexMismatch, match="a has 2 axes, x has 4"):
        residual(X, linear(ROWS, "I"))


def test_cotangents_of_a_block() -> None:
    """z_bar = y_bar [z > 0] goes to x as it is, and through both convolutions."""
    g = residual_block(X)
    derived = gradient(g, ["x", "w2"], "y_bar")
    lines = text(derived, "gradient").splitlines()
    assert "z_bar[n,c,a,b] = y_bar[n,c,a,b]*[z[n,c,a,b] > 0]" in lines
    assert lines[-1] == (
        "x_bar[n,c,a,b] = sum[u,v: 0 <= a-u+1 < 3, 0 <= b-v+1 < 3]"
        "(xp1_bar[n,c,u,v,a-u+1,b-v+1]) + z_bar[n,c,a,b]"
    )


def test_nothing_stands_between_the_sums_of_pre_activation() -> None:
    first = residual_block(X, name="_1", pre_activation=True)
    second = residual_block(first.output, name="_2", pre_activation=True, output="y")
    lines = text(gradient(join(first, second), "x", "y_bar"), "gradient").splitlines()
    (x_bar,) = (line for line in lines if line.startswith("x_bar"))
    (between,) = (line for line in lines if line.startswith("y_1_bar"))
    assert x_bar.endswith(" + y_1_bar[m,c,a,b]")
    assert between.startswith("y_1_bar[m,c,a,b] = y_bar[m,c,a,b] + ")


def test_when_there_is_a_projection() -> None:
    for g in (residual_block(X, "C"), residual_block(X, stride=1), dense_residual_block(ROWS, "I")):
        assert not any("_s" in t.name for t in g.parameters)
    for g in (
        residual_block(X, "O"),
        residual_block(X, stride=(1, 2)),
        residual_block(X, projection=True),
        dense_residual_block(ROWS, "J"),
    ):
        assert any("_s" in t.name for t in g.parameters)
    with pytest.raises(ExtentMismatch, match="to be added to x"):
        residual_block(X, "O", projection=False)


def test_a_strided_block_halves_the_plane() -> None:
    x = Tensor("x", Index("n", "N"), Index("c", 16), Index("a", 7), Index("b", 8))
    assert str(residual_block(x, 32, stride=2).output.shape) == "(N, 32, 4, 4)"
    assert str(residual_block(x, 32, stride=2, pre_activation=True).output.shape) == (
        "(N, 32, 4, 4)"
    )


def test_no_bias_and_where_the_parameters_start() -> None:
    g = residual_block(X, "O", stride=2)
    assert [t.name for t in g.parameters] == [
        *("w1", "gamma1", "beta1", "w2", "gamma2", "beta2", "w_s", "gamma_s", "beta_s")
    ]
    starts = rules(g)
    assert {starts[w].source for w in ("w1", "w2", "w_s")} == {"He et al. 2015, sec. 2.2"}
    assert starts["gamma2"].mean == 1


def test_evaluation_joins_no_samples() -> None:
    g = evaluation(dense_residual_block(ROWS))
    rng = np.random.default_rng(0)
    sizes = {"N": 3, "I": 2}
    shapes = {t.name: tuple(sizes[str(e)] for e in t.shape) for t in g.given}
    given = {name: rng.uniform(0.5, 1, size=s) for name, s in shapes.items()}
    whole = interpret(g, given)["y"]
    alone = interpret(g, {**given, "x": given["x"][:1]})["y"]
    assert np.allclose(whole[:1], alone, rtol=1e-14)


def test_too_few_axes() -> None:
    with pytest.raises(IndexMismatch, match=r"x has 2 axes, expected \(N, C, A, ..\)"):
        residual_block(ROWS)
    with pytest.raises(IndexMismatch, match=r"x has 4 axes, expected \(N, I\)"):
        dense_residual_block(X)
