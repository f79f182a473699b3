"""Contrastive losses: their scale, their partners, and what is refused."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.layers import info_nce, nt_xent
from symnet.notation import ExtentMismatch, Index, IndexMismatch, Tensor
from symnet.render import text
from symnet.verify import interpret

N, D = Index("n", "N"), Index("d", "D")
X, Y = Tensor("x", N, D), Tensor("y", N, D)
Z = Tensor("z", Index("v", 2), N, D)


def test_gradient() -> None:
    derived = gradient(info_nce(X, Y), ["x", "y"])
    assert text(derived, ("x_bar",)) == "x_bar[n,d] = (sum[m](y[m,d]*P[n,m]) - y[n,d])/N"
    assert text(derived, ("y_bar",)) == "y_bar[n,d] = (sum[m](x[m,d]*P[m,n]) - x[n,d])/N"


def test_equal_vectors_cost_the_logarithm_of_their_number() -> None:
    same = np.ones((5, 3))
    assert interpret(info_nce(X, Y), {"x": same, "y": same})["L"] == pytest.approx(np.log(5))
    loss = interpret(nt_xent(Z), {"z": np.ones((2, 5, 3))})["L"]
    assert loss == pytest.approx(np.log(9))  # without itself


def test_a_vector_is_no_partner_of_itself(rng: np.random.Generator) -> None:
    found = interpret(nt_xent(Z), {"z": rng.normal(size=(2, 3, 4))})
    flat = found["P"].reshape(6, 6)
    assert (np.diag(flat) == 0).all()
    assert np.allclose(flat.sum(1), 1)


def test_the_size_of_z_does_not_count(rng: np.random.Generator) -> None:
    z = rng.normal(size=(2, 3, 4))
    found = [interpret(nt_xent(Z), {"z": c * z})["L"] for c in (1, 5)]
    assert found[0] == pytest.approx(found[1], abs=1e-14)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(IndexMismatch, match=r"x has 1 axes, expected \(N, D\)"):
        info_nce(Tensor("x", N), Tensor("y", N))
    with pytest.raises(ExtentMismatch, match="z has 3 views, expected 2"):
        nt_xent(Tensor("z", Index("v", 3), N, D))
    with pytest.raises(IndexMismatch, match="x has 2 axes, expected"):
        nt_xent(X)
