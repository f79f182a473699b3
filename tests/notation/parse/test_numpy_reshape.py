"""reshape and ravel, judged by NumPy: splits and merges, with numbers and with symbols."""

import re

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.verify import judge
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, shapes

TEXTS = [
    ("x 6", "x.reshape(2,3)"),
    ("x 6", "x.reshape(3,-1)"),
    ("x 2 3", "x.reshape(-1)"),
    ("x 2 3", "np.reshape(x,(6,))"),
    ("x 2 3", "np.reshape(x,6)"),
    ("x 2 3", "x.reshape((3,2))"),
    ("x 24", "x.reshape(2,3,4)"),
    ("x 2 3 4", "x.reshape(4,6)"),
    ("x 2 3 4", "x.reshape(6,4)"),
    ("x 2 3 4", "x.reshape(2,-1,2)"),
    ("x N 2 3", "x.reshape(N,-1)"),
    ("x N 6", "x.reshape(N,2,3)"),
    ("x N D", "x.reshape(N,D,1)"),
    ("x N D", "x.reshape(1,N,1,D)"),
    ("x 1 N 1 D", "x.reshape(N,D)"),
    ("x N", "x.reshape(-1,1)"),
    ("x N", "x.reshape(1,-1)"),
    ("x N D", "x.reshape(-1,D)"),
    ("x N D", "x.reshape(N,-1)"),
    ("x N H*d", "x.reshape(N,H,d)"),
    ("x N H*d", "x.reshape(N,H,-1)"),
    ("x N H*d", "x.reshape(N,-1,d)"),
    ("x N H d", "x.reshape(N,H*d)"),
    ("x N H d", "x.reshape(N,-1)"),
    ("x N H d", "x.reshape(-1,d)"),
    ("x N H d", "x.reshape(-1)"),
    ("x N D", "x.reshape(-1)"),
    ("x N D", "x.ravel()"),
    ("x B N D", "x.flatten()"),
    ("x 2 3", "np.ravel(x)"),
    ("x 2 3 4", "np.ravel(x)"),
    ("x B N D", "x.reshape(B*N,D)"),
    ("x B N D", "x.reshape(B,N*D)"),
    ("x N H*d", "x.reshape(N,H,d).swapaxes(1,0)"),
    ("x N H*d", "x.reshape(N,H,d).transpose(1,0,2)@x.reshape(N,H,d).transpose(1,2,0)"),
    ("x", "x.reshape(1,1)"),
    ("x 1 1", "x.reshape(())"),
    ("x", "x.reshape(1)"),
    ("x N 2 6", "x.reshape(N,2,3,2)"),
    ("x N 6", "x.reshape(2*N,3)"),
    ("x 2*N 3", "x.reshape(N,6)"),
    ("x N D", "x.reshape(D,N)"),
    ("x N 3*D", "x.reshape(N,3,D)"),
    ("x N 3*D", "x.reshape(N,D,3)"),
    ("x 4 3", "x.reshape(3,4)"),
    ("x N 2 3", "x.reshape(x.shape[0],-1)"),
    ("x N 6", "x.reshape(len(x),2,-1)"),
    ("x N D", "x.reshape(x.shape)"),
    ("x N 6", "x.reshape(x.shape[:1]+(2,3))"),
]
JUDGED = TEXTS[::3]
REFUSED = [
    ("x N 5", "x.reshape(N, 2, 3)", "has 5*N entries, not 6*N"),
    ("x N D", "x.reshape(N, D//2, 2)", "write the shape with a product"),
    ("x N D", "x.reshape(N, 2, -1)", "is not known to divide so"),
    ("x N D", "x.reshape(-1, -1)", "-1 stands more than once"),
    ("x N D", "x.reshape(N, 0)", "expected at least 1"),
    ("x N D", "x.reshape(N, D, order='F')", "only order='C' is supported"),
    ("x 6 | t N", "x.reshape(t)", "expected a size such as N or 3"),
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
