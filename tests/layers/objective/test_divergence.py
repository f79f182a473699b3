"""Divergences: 0 for equal rows, symmetric or not, bounded or not."""

import numpy as np
import pytest

from symnet.layers import jensen_shannon, kl_divergence
from symnet.notation import Index, IndexMismatch, Tensor
from symnet.verify import interpret

N, K = Index("n", "N"), Index("k", "K")
P, Q = Tensor("p", N, K, assume="simplex"), Tensor("q", N, K, assume="simplex")


def test_they_are_0_for_equal_rows_and_jensen_shannon_is_symmetric(
    rng: np.random.Generator,
) -> None:
    p, q = rng.dirichlet(np.ones(4), size=3), rng.dirichlet(np.ones(4), size=3)
    for loss in (kl_divergence(P, Q), jensen_shannon(P, Q)):
        assert interpret(loss, {"p": p, "q": p})["L"] == pytest.approx(0, abs=1e-15)
        assert interpret(loss, {"p": p, "q": q})["L"] > 0
    there, back = ({"p": p, "q": q}, {"p": q, "q": p})
    assert interpret(jensen_shannon(P, Q), there)["L"] == pytest.approx(
        interpret(jensen_shannon(P, Q), back)["L"], abs=1e-15
    )
    far = {"p": np.array([[1 - 1e-12, 1e-12]]), "q": np.array([[1e-12, 1 - 1e-12]])}
    assert interpret(jensen_shannon(P, Q), far)["L"] == pytest.approx(np.log(2), abs=1e-9)


def test_a_scalar_is_no_row() -> None:
    with pytest.raises(IndexMismatch, match="p is a scalar"):
        kl_divergence(Tensor("p"), Tensor("q"))
