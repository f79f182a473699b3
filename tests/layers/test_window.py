"""Windows: extents, ranges that need no bracket, and what an option may be."""

import pytest

from symnet.layers.window import Slide, per_axis, slides, window
from symnet.notation import ExtentMismatch, Index, IndexMismatch, Tensor, UnsupportedExpression

X = Tensor("x", Index("n", "N"), Index("a", "A"), Index("b", "B"))


def slide(extent: int | str, kernel: int, stride: int, padding: tuple[int, int], dilation: int = 1):
    return Slide(Index("a", extent), Index("p", kernel), stride, padding, dilation, "u")


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "dilation", "expected"),
    [
        (3, 1, (1, 1), 1, "A"),
        (3, 1, (0, 0), 1, "A - 2"),
        (3, 1, (2, 2), 2, "A"),
        (2, 1, (0, 1), 1, "A"),
        (3, 2, (1, 1), 1, "floor(A/2 - 1/2) + 1"),
    ],
)
def test_the_extent_is_a_formula(
    kernel: int, stride: int, padding: tuple[int, int], dilation: int, expected: str
) -> None:
    assert str(slide("A", kernel, stride, padding, dilation).windows) == expected


@pytest.mark.parametrize("extent", range(1, 9))
@pytest.mark.parametrize("kernel", [1, 2, 3])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [(0, 0), (1, 0), (0, 2), (2, 1)])
@pytest.mark.parametrize("dilation", [1, 2])
def test_as_many_windows_as_fit(
    extent: int, kernel: int, stride: int, padding: tuple[int, int], dilation: int
) -> None:
    """Counted: the starts from -m on, S apart, whose last entry is at most A - 1 + m'."""
    before, after = padding
    s = slide(extent, kernel, stride, padding, dilation)
    last = extent - 1 + after - dilation * (kernel - 1)
    starts = [start for start in range(-before, last + 1) if (start + before) % stride == 0]
    assert max(s.windows, 0) == len(starts)
    if starts:
        places = {start + dilation * p for start in starts for p in range(kernel)}
        found = [str(b) for b in s.inside(s.index())]
        assert any("0 <=" in b for b in found) == (min(places) < 0)
        assert any("0 <=" not in b for b in found) == (max(places) >= extent)


def test_no_window_fits() -> None:
    with pytest.raises(ExtentMismatch, match="axis a has extent 3, padded by 0 and 1"):
        slide(3, 3, 1, (0, 1), 2).index()


def test_nothing_is_left_of_a_spread_row() -> None:
    with pytest.raises(ExtentMismatch, match="cover 2, of which padding takes 4"):
        slide(1, 2, 2, (2, 2)).spread()


def test_options_for_all_axes_or_one_for_each() -> None:
    one, two = slides(X, (3, "Q"), stride=(1, 2), padding=((0, 1), 2), dilation=2)
    assert (one.axis, two.axis) == X.indices[1:]
    assert (one.kernel.letter, two.kernel.letter, str(two.span)) == ("p", "q", "2*Q - 1")
    assert (one.stride, two.stride, one.padding, two.padding) == (1, 2, (0, 1), (2, 2))
    same = slides(X, 5, padding="same", dilation=2)
    assert [s.padding for s in same] == [(4, 4), (4, 4)]


def test_one_kernel_index_for_two_axes_is_two_indices() -> None:
    p = Index("p", 3)
    one, two = slides(X, p)
    assert one.kernel is p
    assert two.kernel is not p


def test_the_windows_of_a_tensor_without_padding_have_no_bracket() -> None:
    shown, plane = window(X, X.indices[:1], X.indices[:1], slides(X, 2, 2), "xp")
    assert str(shown) == "xp[n,u,v,p,q] = x[n,p + 2*u,q + 2*v]"
    assert [i.letter for i in plane] == ["u", "v"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"stride": 0}, "stride 0: expected an integer of at least 1, or 2 of them"),
        ({"stride": (1, 2, 3)}, "or 2 of them"),
        ({"dilation": True}, "dilation True"),
        ({"padding": -1}, "padding -1"),
        ({"padding": (1, (2, -1))}, "a pair"),
        ({"padding": "valid"}, "or 'same'"),
        ({"kernel": (3, 3, 3)}, "expected one extent, or 2 of them"),
        ({"kernel": 4, "padding": "same"}, "expected an odd number"),
        ({"kernel": "P", "padding": "same"}, "kernel of P"),
    ],
)
def test_an_option_that_does_not_fit(options: dict, said: str) -> None:
    with pytest.raises(UnsupportedExpression, match=said):
        slides(X, **{"kernel": 3, **options})


def test_too_few_axes() -> None:
    with pytest.raises(IndexMismatch, match="x has 3 axes; a window slides along 4"):
        slides(X, 3, axes=4)


def test_per_axis_takes_a_list() -> None:
    assert per_axis("stride", [1, 2], 2, 1) == [1, 2]
