"""Broadcasting, and which arrays are a whole tensor."""

import pytest

from symnet.notation import ExtentMismatch, Index, Tensor
from symnet.notation.parse.array import Array, elementwise, of_tensor, shown, stacked, stretched


def indices(*extents: object) -> tuple[Index, ...]:
    return tuple(Index("i", e) for e in extents)


def test_extents_are_aligned_at_the_right_and_one_is_stretched() -> None:
    made = stretched([indices("N", 1, "D"), indices("M", 1), ()])
    assert [str(i.extent) for i in made] == ["N", "M", "D"]


def test_extents_that_differ_are_both_named() -> None:
    with pytest.raises(
        ExtentMismatch, match=r"shapes \(N, D\) and \(K,\) do not fit: axis -1 is D"
    ):
        stretched([indices("N", "D"), indices("K")])


def test_equal_extents_in_another_form_fit() -> None:
    (n,) = indices("N")
    assert len(stretched([(Index("i", 2 * (n.extent + 1)),), (Index("i", 2 * n.extent + 2),)])) == 1


def test_a_stretched_axis_is_read_at_its_only_place() -> None:
    x, y = of_tensor(Tensor("x", *indices("N", 1))), of_tensor(Tensor("y", *indices("D")))
    made = elementwise(lambda a, b: a * b, x, y)
    n, d = made.indices
    assert str(made.expression) in ("x[i,0]*y[i]", "y[i]*x[i,0]")
    assert made.expression.free_symbols >= {n, d}


def test_a_part_of_a_tensor_is_no_whole_one() -> None:
    tensor = Tensor("x", *indices("N", "D"))
    whole = of_tensor(tensor)
    assert whole.is_plain and whole.reordered([1, 0]).is_plain
    n, d = whole.indices
    part = Index("i", n.extent - 1)
    assert not Array((part, d), whole.at([part, d])).is_plain
    assert not Array((n,), whole.at([n, 0])).is_plain


def test_stacked_arrays_have_one_shape() -> None:
    x, y = of_tensor(Tensor("x", *indices("N"))), of_tensor(Tensor("y", *indices("N")))
    assert shown(stacked([x, y], 1)) == "(N, 2)"
    with pytest.raises(ExtentMismatch, match=r"shapes \(N,\) and \(M,\) differ"):
        stacked([x, of_tensor(Tensor("z", *indices("M")))], 0)


def test_a_copy_has_indices_of_its_own_and_stays_a_truth() -> None:
    x = Array(*((i := indices("N")), i[0]), truth=True)
    copy = x.fresh()
    assert copy.indices[0] is not x.indices[0]
    assert copy.expression is copy.indices[0]
    assert copy.truth
