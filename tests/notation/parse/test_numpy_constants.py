"""Arrays of numbers, judged by NumPy."""

import re

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.verify import judge
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, shapes

TEXTS = [
    ("x N N", "np.tril(np.ones((N,N)))*x"),
    ("x N", "np.ones(N)*x"),
    ("x N D", "np.ones((N,D))-x"),
    ("x N", "np.zeros((2,N))+x"),
    ("x N", "np.zeros(3)"),
    ("x N 1", "np.full((N,2),1.5)*x"),
    ("x N | a", "np.full(N,a)"),
    ("x N", "np.full((2,N),x)"),
    ("x N D", "np.ones_like(x)*2"),
    ("x N D", "np.zeros_like(x)-x"),
    ("x N D", "np.full_like(x,3)"),
    ("x N D | a", "np.full_like(x,a)"),
    ("x N D", "np.ones(x.shape)@x.T"),
    ("x N D", "np.ones((N,))@x"),
    ("x N", "np.ones((3,N))[0]*x"),
    ("x N", "np.arange(N)*x"),
    ("x 5", "np.arange(5)*x"),
    ("x N", "np.arange(1,N+1)*x"),
    ("x 3", "np.arange(0,6,2)+x"),
    ("x 3", "np.arange(5,0,-2)+x"),
    ("x N D", "(np.arange(D)[None,:]<np.arange(N)[:,None])*x"),
    ("x N D", "x*(np.arange(D)<=np.arange(N)[:,None])"),
    ("x N", "np.arange(N,0,-1)*x"),
    ("x N D", "x[np.arange(N),0]"),
    ("x N N", "x[np.arange(N),np.arange(N)]"),
    ("x N D | t N", "x[np.arange(N),t]", {"t": "integer<D"}),
    ("x N", "np.arange(N)**2@x"),
    ("x N", "np.arange(N)/N*x"),
    ("x 5", "np.linspace(0,1,5)*x"),
    ("x N | y D", "np.meshgrid(x,y)[0]"),
    ("x N", "np.vander(x,3)"),
    ("x N", "np.vander(x,3,increasing=True)"),
]
JUDGED = TEXTS[::3]
REFUSED = [
    ("x N", "np.ones(-1)*x", "expected at least 1"),
    ("x N", "np.arange(0, 1, 0.1)", "expected a constant integer"),
    ("x N", "np.arange(0.5, 3)", "for others np.linspace"),
    ("x N", "np.arange(3, 3)", "the range is empty"),
    ("x N", "np.linspace(0, 1, N)*x", "expected a constant integer"),
    ("x N", "np.vander(x)", "say how many powers"),
    ("x N", "np.empty(3)", "np.zeros is"),
    ("x N | y D", "np.full(N, y)", "extent"),
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
