"""Drawing parameters: moments, seeds, independence of the other parameters."""

import numpy as np
import pytest

from symnet.layers import (
    Rule,
    constant,
    glorot_normal,
    glorot_uniform,
    he_normal,
    lecun_normal,
    mlp,
    normal,
    rules,
)
from symnet.notation import Index, ShapeMismatch, Tensor
from symnet.notation.index import extent
from symnet.train.initial import initialise

W = Tensor("W", Index("i", 300), Index("j", 200))


@pytest.mark.parametrize(
    ("rule", "deviation"),
    [
        (glorot_uniform(), (2 / 500) ** 0.5),
        (glorot_normal(), (2 / 500) ** 0.5),
        (he_normal(), (2 / 300) ** 0.5),
        (lecun_normal(), (1 / 300) ** 0.5),
        (normal(0.3), 0.3),
    ],
)
def test_moments(rule: Rule, deviation: float) -> None:
    a = initialise([W], {"W": rule}, seed=0)["W"]
    assert a.dtype == np.float64
    assert a.std() == pytest.approx(deviation, rel=0.01)  # 60000 draws: 4 sigma is 0.012
    assert abs(a.mean()) < 4 * deviation / a.size**0.5


def test_uniform_stays_within_its_bound() -> None:
    a = initialise([W], {"W": glorot_uniform()}, seed=0)["W"]
    assert 0.99 < np.abs(a).max() / (6 / 500) ** 0.5 <= 1.0


def test_constant() -> None:
    assert (initialise([W], {"W": constant(1)}, seed=0)["W"] == 1.0).all()


def test_seed_and_name_decide_and_nothing_else() -> None:
    x = Tensor("x", Index("n", "N"), Index("i", 3))
    one, two = mlp(x, [4, 2]), mlp(x, [4, 5, 2])
    a = initialise(one.parameters, rules(one), seed=1)
    b = initialise(two.parameters, rules(two), seed=1)
    assert (a["W1"] == b["W1"]).all()
    assert (a["W1"] != initialise(one.parameters, rules(one), seed=2)["W1"]).all()


def test_symbolic_extents_need_sizes() -> None:
    V = Tensor("V", Index("i", "I"), Index("j", 2))
    rule = {"V": normal(1)}
    with pytest.raises(ShapeMismatch, match="the size of I is not known"):
        initialise([V], rule, seed=0)
    assert initialise([V], rule, seed=0, sizes={extent("I"): 7})["V"].shape == (7, 2)
