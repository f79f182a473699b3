"""Diagonals and triangles, judged by NumPy."""

import re

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.verify import judge
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, shapes

TEXTS = [
    ("x N | b 2 3", "np.kron(np.eye(N),b)"),
    ("x N N", "np.trace(x)"),
    ("x 3 4", "np.trace(x)"),
    ("x 3 4", "np.trace(x,1)"),
    ("x 3 4", "np.trace(x,-1)"),
    ("x 3 4", "np.trace(x,offset=-2)"),
    ("x N N", "np.trace(x,offset=1)", None, {"N": 4}),
    ("x N N", "x.trace()"),
    ("x B N N", "np.trace(x,axis1=1,axis2=2)"),
    ("x N B N", "np.trace(x,0,-1,0)"),
    ("a N D | b D N", "np.trace(a@b)"),
    ("x N N", "np.diagonal(x)"),
    ("x B 4 4", "np.diagonal(x,1,1,2)"),
    ("x N B N", "np.diagonal(x,axis1=0,axis2=2)"),
    ("x 3 5", "x.diagonal()"),
    ("x B N N", "np.linalg.trace(x)"),
    ("x 2 3", "np.pad(x,2,mode='symmetric')"),
    ("x N D", "np.tril(x)"),
    ("x N D", "np.triu(x)"),
    ("x N D", "np.tril(x,-1)"),
    ("x B N D", "np.triu(x,1)"),
    ("x N N", "np.tril(x,1)"),
    ("x N N", "np.tril(np.ones((N,N)))*x"),
    ("x N N", "np.tri(N)*x"),
    ("x N D", "np.tri(N,D,1)+x"),
    ("x N", "np.diag(x)"),
    ("x N", "np.diag(x,1)"),
    ("x N", "np.diag(x,-2)"),
    ("x N N", "np.diag(x)"),
    ("x 4 4", "np.diag(x,1)"),
    ("x 4 3", "np.diag(x,-1)"),
    ("x 3 4", "np.diag(x)"),
    ("x N N", "np.diag(x,k=1)", None, {"N": 4}),
    ("x N N", "np.diag(np.diag(x))"),
    ("x N | y N D", "np.diag(np.exp(x))@y"),
    ("x N", "np.diag(x**2,1)"),
    ("x N", "np.diagflat(x)"),
    ("x 2 3", "np.diagflat(x)"),
    ("x N N", "np.eye(N)+x"),
    ("x 3", "np.eye(3)@x"),
    ("x N D", "np.eye(N,D)*x"),
    ("x N D", "np.eye(N,D,1)*x"),
    ("x 4 4", "np.eye(4,k=-1)*x"),
    ("x N D", "np.identity(N)@x"),
    ("x N D", "np.eye(N,k=1)@x"),
    ("x N D", "np.eye(x.shape[0])"),
    ("x B N N", "np.linalg.diagonal(x)"),
    ("x 3 3 3", "np.linalg.trace(x)"),
    ("A N N | B N N", "np.trace(np.linalg.inv(A)@B)"),
    ("A N D", "np.trace(A@A.T)"),
]
JUDGED = TEXTS[::3]
REFUSED = [
    ("x N D", "np.trace(x)", "depends on the sizes"),
    ("x N", "np.trace(x)", "expected at least two axes"),
    ("x N", "np.triu(x)", "expected a matrix"),
    ("x 3 4", "np.diag(x, 4)", "the diagonal is empty"),
    ("x B N N", "np.diag(x)", "expected a vector or a matrix"),
    ("x N N", "np.trace(x, axis1=1)", "axis1 and axis2 are the same"),
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
