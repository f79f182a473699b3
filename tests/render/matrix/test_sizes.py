"""Every 1 and every I has a size that the formula says."""

import pytest

from symnet.notation import Index, Tensor
from symnet.render.matrix.sizes import check_sizes
from symnet.render.matrix.tree import Extreme, Eye, Leaf, NoMatrixForm, Norm, Ones, Times, Trace

i, j = Index("i", "N"), Index("j", "N")
A = Leaf(i, j, Tensor("A", i, j), (None, None))


def test_neighbours_and_the_left_side_say_it() -> None:
    check_sizes(Times(None, j, (Ones(None, i), A)))
    check_sizes(Times(i, j, (Ones(i, None), Ones(None, j))))
    check_sizes(Eye(i, j))


@pytest.mark.parametrize(
    "m",
    [
        Times(None, None, (Ones(None, i), Ones(i, None))),
        Norm(None, None, Eye(i, j)),
        Trace(None, None, Times(i, j, (Ones(i, None), Ones(None, j)))),
        Extreme(i, None, "max", Eye(i, j)),
    ],
)
def test_what_is_not_said_is_refused(m) -> None:
    with pytest.raises(NoMatrixForm, match="would not be said"):
        check_sizes(m)
