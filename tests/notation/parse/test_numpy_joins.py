"""Arrays joined, divided and copied, judged by NumPy."""

import re

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.verify import judge
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, shapes

TEXTS = [
    ("a N | b N", "np.stack([a,b])"),
    ("a N D | b N D", "np.stack([a,b],1)"),
    ("a N D | b N D", "np.stack([a,b,a*b],axis=-1)"),
    ("a N D | b N D", "np.stack([a,b],-2)"),
    ("a N", "np.stack([a])"),
    ("a | b", "np.stack((a,b),0)"),
    ("a N D", "np.stack([a,2*a,3*a],1)"),
    ("a N | b D", "np.concatenate([a,b])"),
    ("a N D | b N K", "np.concatenate([a,b],1)"),
    ("a N D | b N K | c N 1", "np.concatenate((a,b,c),axis=-1)"),
    ("a 2 D | b 3 D | c 1 D", "np.concatenate([a,b,c])"),
    ("a N", "np.concatenate([a])"),
    ("a N D | b K", "np.concatenate([a,b],axis=None)"),
    ("a N D", "np.concatenate([a,np.ones((1,D))])"),
    ("a N D", "np.concatenate([a,np.zeros((N,2))],1)"),
    ("a N 3 | w 4 K", "np.concatenate([np.ones((N,1)),a],1) @ w"),
    ("a N D | b K D", "np.concatenate([np.exp(a), np.log(b)],0)", {"b": "positive"}),
    ("a N | b D", "np.hstack([a,b])"),
    ("a N D | b N K", "np.hstack([a,b])"),
    ("a N | b N", "np.vstack([a,b])"),
    ("a N D | b K D", "np.vstack([a,b])"),
    ("a N D | b D", "np.vstack([a,b])"),
    ("a N | b N", "np.column_stack([a,b])"),
    ("a N D | b N", "np.column_stack([a,b])"),
    ("a N D | b N D", "np.dstack([a,b])"),
    ("a N | b D", "np.append(a,b)"),
    ("a N D | b K D", "np.append(a,b,axis=0)"),
    ("a N", "np.append(a, 1)"),
    ("a N N | b N N", "np.block([[a,b],[b.T,a]])"),
    ("a N N | b N K | c K N | d K K", "np.block([[a,b],[c,d]])"),
    ("a N", "np.hstack([a,1])"),
    ("x 4 D", "np.split(x,2)[0]"),
    ("x N 6", "np.split(x,3,axis=1)[1]"),
    ("x N 6", "np.split(x,[1,3],axis=-1)[1]"),
    ("x N 6", "np.array_split(x,2,1)[1]"),
    ("x N 2*D", "np.split(x,2,axis=1)[1]"),
    ("a | b", "np.array([a,b])"),
    ("a | b", "np.array([[a,b],[b,a]])"),
    ("x 3", "np.array([1,2,3])*x"),
    ("x 2", "np.array([1.5,-2])*x"),
    ("a N | b N", "np.array([a,b])"),
    ("x N", "np.repeat(x,3)"),
    ("x N D", "np.repeat(x,2,axis=0)"),
    ("x N D", "np.repeat(x,2,axis=-1)"),
    ("x 2 3", "np.repeat(x,2)"),
    ("x N D", "x.repeat(2,1)"),
    ("x N", "np.repeat(x,1)"),
    ("x N D", "np.repeat(x,2)"),
    ("x 1 D | y N", "np.repeat(x,N,axis=0)"),
    ("x N", "np.tile(x,2)"),
    ("x N", "np.tile(x,(2,1))"),
    ("x N D", "np.tile(x,(2,3))"),
    ("x N D", "np.tile(x,3)"),
    ("x N D", "np.tile(x,(2,1,1))"),
    ("x D | y N", "np.tile(x,(N,1))"),
    ("x N D", "np.tile(x,())"),
]
JUDGED = TEXTS[::3]
REFUSED = [
    ("a N | b D", "np.stack([a, b])", "extent"),
    ("a N D | b N", "np.stack([a, b])", "all arrays must have the same shape"),
    ("a N D | b K D", "np.concatenate([a, b], 1)", "differ outside of axis 1"),
    ("a", "np.concatenate([a, a])", "write np.array([a, b])"),
    ("a N", "np.stack(3)", "expected a list of arrays such as [a, b]"),
    ("x 5", "np.split(x, 2)", "not known to divide into 2 equal parts"),
    ("x N", "np.split(x, [3])", "give the axis a number"),
    ("x 3", "np.repeat(x, [1, 2, 3])", "expected one number for all entries"),
    ("x N", "np.tile(x, 0)", "expected at least 1"),
    ("x N", "np.array([[1, 2], 3])", "the rows have different shapes"),
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
