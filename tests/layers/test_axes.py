"""The letter of a new axis."""

import pytest

from symnet.layers import dense
from symnet.layers.axes import LETTERS, new_axis
from symnet.notation import Index, Tensor, UnsupportedExpression

N, I = Index("n", "N"), Index("i", "I")


@pytest.mark.parametrize(
    ("width", "beside", "letter"),
    [
        ("H", (N, I), "h"),
        (64, (N, I), "j"),
        (64, (N, Index("j", 3)), "k"),
        ("N", (N, I), "j"),
        ("hidden", (N, I), "j"),
    ],
)
def test_letter(width: int | str, beside: tuple[Index, ...], letter: str) -> None:
    made = new_axis(width, beside)
    assert made.letter == letter
    assert str(made.extent) == str(width)


def test_an_index_gives_itself() -> None:
    assert new_axis(I, (N,)) is I


def test_no_letter_left() -> None:
    with pytest.raises(UnsupportedExpression, match="give an Index"):
        new_axis(3, [Index(letter, 2) for letter in LETTERS])


def test_an_index_that_stands_beside_gives_another_one() -> None:
    """Two layers of one width: W[j,j'] is a matrix, W[j,j] would be its diagonal."""
    n, j = Index("n", "N"), Index("j", "J")
    found = new_axis(j, (n, j))
    assert found is not j
    assert (found.letter, found.extent) == ("j", j.extent)
    graph = dense(Tensor("x", n, j), j)
    assert len(set(graph.parameters[0].indices)) == 2
