"""Order of axes, axes of extent 1, stretching and reversal, judged by NumPy."""

import re

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.verify import judge
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, shapes

TEXTS = [
    ("x N D", "x.T"),
    ("x B N D", "x.T"),
    ("x N", "x.T"),
    ("x B N D", "x.mT"),
    ("x B N D", "np.transpose(x)"),
    ("x B N D", "np.transpose(x,(2,0,1))"),
    ("x B N D", "x.transpose(1,0,2)"),
    ("x B N D", "x.transpose()"),
    ("x B N D", "x.transpose((0,2,1))"),
    ("x B N D", "np.transpose(x,axes=[-1,0,1])"),
    ("x B N D", "np.permute_dims(x,(1,2,0))"),
    ("x B N D", "np.matrix_transpose(x)"),
    ("x B N D", "np.swapaxes(x,0,2)"),
    ("x B N D", "x.swapaxes(-1,-2)"),
    ("x B N D", "np.moveaxis(x,0,-1)"),
    ("x B N D", "np.moveaxis(x,-1,0)"),
    ("x B N D", "np.moveaxis(x,(0,1),(-1,-2))"),
    ("x B N D", "np.moveaxis(x,[0,2],[1,0])"),
    ("x B N D", "np.rollaxis(x,2)"),
    ("x B N D", "np.rollaxis(x,0,3)"),
    ("x B N D", "np.rollaxis(x,2,1)"),
    ("x N D", "np.expand_dims(x,0)"),
    ("x N D", "np.expand_dims(x,-1)"),
    ("x N D", "np.expand_dims(x,(0,2))"),
    ("x N D", "x[None]"),
    ("x N D", "x[:,None]"),
    ("x N D", "x[...,np.newaxis]"),
    ("x 1 N 1", "np.squeeze(x)"),
    ("x 1 N 1", "np.squeeze(x,0)"),
    ("x 1 N 1", "x.squeeze(-1)"),
    ("x 1 N 1", "np.squeeze(x,(0,-1))"),
    ("x N D", "np.flip(x)"),
    ("x N D", "np.flip(x,0)"),
    ("x N D", "np.flip(x,-1)"),
    ("x B N D", "np.flip(x,(0,1))"),
    ("x N D", "np.fliplr(x)"),
    ("x N D", "np.flipud(x)"),
    ("x N D", "np.rot90(x)"),
    ("x N", "np.broadcast_to(x,(3,N))"),
    ("x N 1", "np.broadcast_to(x,(N,4))"),
    ("x N D", "np.broadcast_to(2.5,(N,D))*x"),
    ("x N D", "np.broadcast_to(x,x.shape)"),
    ("x", "np.broadcast_to(x,(4,))"),
    ("x N D", "np.broadcast_to(x,(2,N,D))"),
    ("x N", "np.atleast_2d(x)"),
    ("x", "np.atleast_1d(x)"),
]
JUDGED = TEXTS[::3]
REFUSED = [
    ("x N D", "np.transpose(x, (0, 0))", "are not those of an array of shape (N, D)"),
    ("x N D", "np.swapaxes(x, 0, 2)", "axis2=2, but the array has 2 axes"),
    ("x N D", "np.squeeze(x, 0)", "axis 0 has extent N, expected 1"),
    ("x N D", "np.moveaxis(x, (0, 1), 0)", "expected as many places as axes"),
    ("x N D", "np.broadcast_to(x, (N, 3))", "extent"),
    ("x N", "np.flipl(x)", "did you mean flip"),
    ("x N", "np.fliplr(x)", "expected at least 2 axes"),
    ("x N D", "np.expand_dims(x, (0, 0))", "an axis is named twice"),
]


@pytest.mark.parametrize("case", TEXTS, ids=described)
def test_numpy_agrees(case: tuple) -> None:
    compare(case[1], shapes(case[0]), *case[2:])


@pytest.mark.parametrize("case", JUDGED, ids=described)
def test_derivatives(case: tuple) -> None:
    graph = parse(case[1], shapes(case[0]), *case[2:3])
    verdict = judge(graph, [t.name for t in graph.inputs if not t.is_integer_valued])
    assert verdict.passed, verdict


@pytest.mark.parametrize("case", REFUSED, ids=described)
def test_refused_by_name_with_a_caret(case: tuple) -> None:
    with pytest.raises(ParseError, match=re.escape(case[2])) as e:
        parse(case[1], shapes(case[0]))
    assert "^" in str(e.value)
