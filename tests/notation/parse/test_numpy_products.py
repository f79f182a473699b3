"""Products of arrays, judged by NumPy: batches, vectors, every form of axes."""

import re

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.verify import judge
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, shapes

TEXTS = [
    ("a N D | b D K", "a @ b"),
    ("a N D | b D K", "np.matmul(a,b)"),
    ("a N D | b D K", "a.dot(b)"),
    ("a N D | b D K", "np.dot(a,b)"),
    ("a D | b D K", "a @ b"),
    ("a N D | b D", "a @ b"),
    ("a D | b D", "a @ b"),
    ("a B N D | b D K", "a @ b"),
    ("a B N D | b B D K", "a @ b"),
    ("a D | b B D K", "a @ b"),
    ("a B N D | b D", "a @ b"),
    ("a H 1 N D | b B D K", "a @ b"),
    ("a 1 N D | b B D K", "a @ b"),
    ("a N D | b B D K", "np.dot(a,b)"),
    ("a | b D K", "np.dot(a,b)"),
    ("a N | b", "np.dot(a, b)"),
    ("a N D | b K D", "np.inner(a,b)"),
    ("a D | b D", "np.inner(a,b)"),
    ("a D | b K D", "np.inner(a,b)"),
    ("a N D | b N D", "np.vdot(a,b)"),
    ("a N | b N", "np.vdot(a,b)"),
    ("a 2 3 | b 6", "np.vdot(a,b)"),
    ("a N | b D", "np.outer(a,b)"),
    ("a | b D", "np.outer(a,b)"),
    ("a 2 3 | b 4", "np.outer(a,b)"),
    ("a 2 3 | b D", "np.outer(a,b)"),
    ("a N D E | b D E K", "np.tensordot(a,b)"),
    ("a N D | b D K", "np.tensordot(a,b,1)"),
    ("a N D | b D K", "np.tensordot(a,b,0)"),
    ("a N D K | b D N E", "np.tensordot(a,b,axes=([0,1],[1,0]))"),
    ("a N D K | b E N", "np.tensordot(a,b,axes=(0,-1))"),
    ("a N D | b D K", "np.tensordot(a,b,axes=([-1],[0]))"),
    ("a N D | b D N", "np.tensordot(a,b,([1,0],[0,1]))"),
    ("a 2 3 | b 4 5", "np.kron(a,b)"),
    ("a N D | b 2 3", "np.kron(a,b)"),
    ("a N D | b K E", "np.kron(a,b)"),
    ("a N | b D", "np.kron(a,b)"),
    ("a 3 | b N D", "np.kron(a,b)"),
    ("a N D | b 3", "np.kron(a,b)"),
    ("a 1 D | b 2 1", "np.kron(a,b)"),
    ("x N | b 2 3", "np.kron(np.eye(N),b)"),
    ("a 2 3 2 | b 1 2 2", "np.kron(a,b)"),
    ("a N D | b D K | c K E", "np.linalg.multi_dot([a,b,c])"),
    ("a D | b D K | c K", "np.linalg.multi_dot([a,b,c])"),
    ("a 3 | b 3", "np.cross(a,b)"),
    ("a N 3 | b N 3", "np.cross(a,b)"),
    ("a N 3 | b 3", "np.cross(a,b)"),
    ("a N | b D", "np.linalg.outer(a,b)"),
    ("a N D | b D K", "np.linalg.matmul(a,b)"),
    ("a N D | b N D", "np.linalg.vecdot(a,b)"),
]
JUDGED = TEXTS[::3]
REFUSED = [
    ("a N D | b K D", "a @ b", "the last axis of the left side has extent D"),
    ("a | b N", "a @ b", "for a number write *"),
    ("a N D | b K D", "np.dot(a, b)", "axis 1 of the first has extent D"),
    ("a N D | b D K", "np.tensordot(a, b, 3)", "3 axes, but the arrays have 2 and 2"),
    ("a N D | b D K", "np.tensordot(a, b, axes=([0, 0], [1, 1]))", "each once"),
    ("a N | b N", "np.cross(a, b)", "expected vectors of 3 entries"),
    ("a N D | b D", "np.linalg.multi_dot(a)", "expected a list of arrays"),
    ("a N | b K", "np.vdot(a, b)", "axis 0 of the first has extent N"),
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
