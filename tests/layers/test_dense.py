"""The dense layer's graph: formula, letters, batch axes, refusals."""

import pytest

from symnet.layers import dense, linear
from symnet.notation import ExtentMismatch, Index, IndexMismatch, Tensor


def test_formula() -> None:
    x = Tensor("x", Index("n", "N"), Index("i", "I"))
    g = dense(x, "J", "1")
    (d,) = g.definitions
    assert d.entry.tensor.name == "a1"
    assert [i.letter for i in d.free] == ["n", "j"]
    W, b = g.parameters
    assert [str(e) for e in W.shape] == ["I", "J"]
    assert [str(e) for e in b.shape] == ["J"]


@pytest.mark.parametrize("batch", [(), ("N",), ("N", "T"), ("A", "B", "C")])
def test_any_number_of_leading_axes(batch: tuple[str, ...]) -> None:
    x = Tensor("x", *(Index(e.lower(), e) for e in batch), Index("i", "I"))
    assert [str(e) for e in dense(x, "J").output.shape] == [*batch, "J"]


def test_scalar_is_refused() -> None:
    with pytest.raises(IndexMismatch, match="x is a scalar"):
        linear(Tensor("x"), "J")


def test_shared_weight_of_another_extent_is_refused() -> None:
    x = Tensor("x", Index("n", "N"), Index("i", "I"))
    with pytest.raises(ExtentMismatch, match="W"):
        linear(x, "J", weight=Tensor("W", Index("q", "Q"), Index("j", "J")))
