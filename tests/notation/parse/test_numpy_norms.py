"""Norms of vectors and matrices, judged by NumPy."""

import re

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.verify import judge
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, shapes

TEXTS = [
    ("x N", "np.linalg.norm(x)"),
    ("x N D", "np.linalg.norm(x)"),
    ("x B N D", "np.linalg.norm(x)"),
    ("x N D", "np.linalg.norm(x,axis=1)"),
    ("x N D", "np.linalg.norm(x,axis=-1,keepdims=True)"),
    ("x N D", "x/np.linalg.norm(x,axis=-1,keepdims=True)"),
    ("x N D", "np.linalg.norm(x,'fro')"),
    ("x B N D", "np.linalg.norm(x,ord='fro',axis=(1,2))"),
    ("x N", "np.linalg.norm(x,2)"),
    ("x N", "np.linalg.norm(x,1)"),
    ("x N", "np.linalg.norm(x,np.inf)"),
    ("x N", "np.linalg.norm(x,-np.inf)"),
    ("x N", "np.linalg.norm(x,0)"),
    ("x N", "np.linalg.norm(x,3)"),
    ("x N D", "np.linalg.norm(x,1,axis=0)"),
    ("x N D", "np.linalg.norm(x,1)"),
    ("x N D", "np.linalg.norm(x,np.inf)"),
    ("x N D", "np.linalg.norm(x,-1)"),
    ("x N D", "np.linalg.norm(x,-np.inf)"),
    ("x B N D", "np.linalg.norm(x,1,axis=(0,2))"),
    ("x B N D", "np.linalg.norm(x,1,axis=(2,0),keepdims=True)"),
    ("x B N D", "np.linalg.norm(x,np.inf,axis=(2,0))"),
    ("x N", "np.linalg.norm(x,ord=0.5)"),
    ("x N D", "np.linalg.norm(x,keepdims=True)"),
    ("x N | y N", "np.linalg.norm(x-y)"),
    ("x N | y N", "np.linalg.norm(x-y)**2"),
    ("x", "np.linalg.norm(x)"),
    ("A N D | x D | b N", "np.linalg.norm(A@x-b)**2+0.1*np.linalg.norm(x,1)"),
    ("x N D | y M D", "np.linalg.norm(x[:,None]-y[None],axis=-1)"),
    ("x N", "np.linalg.norm(x,-2)"),
    ("x N D", "np.linalg.vector_norm(x)"),
    ("x B N D", "np.linalg.matrix_norm(x)"),
    ("x N D", "np.linalg.vector_norm(x,axis=0,ord=1)"),
]
JUDGED = TEXTS[::2]
REFUSED = [
    ("A N D", "np.linalg.norm(A, 2)", "needs singular values"),
    ("A N D", "np.linalg.norm(A, 'nuc')", "needs singular values"),
    ("A N D", "np.linalg.norm(A, 3)", "expected 'fro', 1, -1, inf or -inf"),
    ("x N", "np.linalg.norm(x, 'fro')", "for a vector expected a number"),
    ("x N", "np.linalg.norm(x, axis=1)", "the array has 1 axis"),
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
