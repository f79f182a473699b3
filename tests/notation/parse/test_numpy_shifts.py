"""Shifts, differences, running sums, padding and correlations of vectors, judged by NumPy."""

import re

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.verify import judge
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, shapes

TEXTS = [
    ("x N", "np.roll(x,1)"),
    ("x N", "np.roll(x,-1)"),
    ("x N D", "np.roll(x,2,axis=0)", None, {"N": 3}),
    ("x N D", "np.roll(x,1,axis=-1)"),
    ("x 3", "np.roll(x,5)"),
    ("x 3", "np.roll(x,-4)"),
    ("x N", "np.roll(x,0)"),
    ("x 1", "np.roll(x,1)"),
    ("x 2 3", "np.roll(x,1)"),
    ("x N D", "np.roll(x,(1,2),(0,1))", None, {"N": 3, "D": 4}),
    ("x N D", "np.roll(x,1)"),
    ("x N D", "np.roll(x,(1,1),axis=(0,1))"),
    ("x N", "np.diff(x)"),
    ("x N D", "np.diff(x,axis=0)"),
    ("x N", "np.diff(x,2)", None, {"N": 5}),
    ("x N D", "np.diff(x,n=0)"),
    ("x 2 2", "np.diff(x,1,-1)"),
    ("x N D", "np.diff(x)**2"),
    ("x N D", "np.sum(np.diff(x,axis=0)**2)"),
    ("x N", "np.diff(x,prepend=0)"),
    ("x N", "np.cumsum(x)"),
    ("x N D", "np.cumsum(x,0)"),
    ("x N D", "np.cumsum(x,axis=-1)"),
    ("x B N D", "x.cumsum(1)"),
    ("x 2 3", "np.cumsum(x)"),
    ("x N D", "np.cumsum(x)"),
    ("x N", "np.cumprod(x)"),
    ("x N D", "np.cumprod(x,1)"),
    ("x N D", "x.cumprod(0)"),
    ("x N D", "np.pad(x,1)"),
    ("x N", "np.pad(x,(1,2))"),
    ("x N D", "np.pad(x,((0,1),(2,0)))"),
    ("x N D", "np.pad(x,((1,1),))"),
    ("x N D", "np.pad(x,[(0,0),(1,3)])"),
    ("x N D", "np.pad(x,0)"),
    ("x N D", "np.pad(x,2,constant_values=1.5)"),
    ("x N | a", "np.pad(x,1,'constant',constant_values=a)"),
    ("x B N D", "np.pad(x,((1,0),(0,0),(0,2)),mode='constant')"),
    ("x N D", "np.pad(x,1,mode='edge')"),
    ("x 4 3", "np.pad(x,1,mode='reflect')"),
    ("x N 3", "np.pad(x,((0,0),(2,1)),mode='reflect')"),
    ("x 2 3", "np.pad(x,2,mode='symmetric')"),
    ("x N", "np.pad(x,(1,0),'wrap')"),
    ("x N", "np.pad(x,(0,3),'edge')"),
    ("x N D", "np.pad(x,1,mode='wrap')"),
    ("x N D", "np.pad(np.exp(x),1)"),
    ("x N", "np.pad(x,(N,0))"),
    ("a 5 | b 3", "np.convolve(a,b)"),
    ("a 5 | b 3", "np.convolve(a,b,'same')"),
    ("a 5 | b 3", "np.convolve(a,b,mode='valid')"),
    ("a 5 | b 3", "np.correlate(a,b)"),
    ("a N | b K", "np.convolve(a,b)"),
]
JUDGED = TEXTS[::3]
REFUSED = [
    ("x N", "np.pad(x, 1, mode='mean')", "expected constant, edge, reflect, symmetric, wrap"),
    ("x 3", "np.pad(x, 3, mode='reflect')", "only 2 entries can be"),
    ("x N", "np.pad(x, -1)", "expected widths of at least 0"),
    ("x N D", "np.pad(x, ((1, 1), (0, 0), (0, 0)))", "expected (before, after) for each axis"),
    ("x N D", "np.roll(x, (1, 2), axis=0)", "2 shifts for 1 axes"),
    ("x 2", "np.diff(x, 2)", "no entries are left"),
    ("a N | b K", "np.convolve(a, b, 'valid')", "give numbers, or take 'full'"),
    ("x N", "np.gradient(x)", "not supported"),
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
