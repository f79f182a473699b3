"""Inverses, determinants and solutions, judged by NumPy."""

import re

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.verify import judge
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, shapes

TEXTS = [
    ("A N N", "np.linalg.inv(A)"),
    ("A N N", "np.linalg.inv(A.T)"),
    ("A N N", "np.linalg.inv(A).T"),
    ("A N N | b N", "np.linalg.inv(A) @ b"),
    ("A B N N", "np.linalg.inv(A)"),
    ("A N D", "np.linalg.inv(A@A.T+np.eye(N))"),
    ("A B N N", "np.linalg.inv(A.swapaxes(-1,-2))"),
    ("A N B N", "np.linalg.inv(A.transpose(1,0,2))"),
    ("A N N", "np.linalg.inv(np.linalg.inv(A))"),
    ("A N N", "np.linalg.inv(2*A)"),
    ("A 1 1", "np.linalg.inv(A)"),
    ("A 4 4", "np.linalg.inv(A[1:,1:])"),
    ("A N N", "np.linalg.det(A)"),
    ("A B N N", "np.linalg.det(A)"),
    ("A N N | B N N", "np.linalg.det(A@B)"),
    ("A N N", "np.linalg.slogdet(A)[1]"),
    ("A N N", "np.log(np.linalg.det(A))", {"A": "spd"}),
    ("A N N", "np.log(np.abs(np.linalg.det(A)))"),
    ("A B N N", "np.linalg.slogdet(A)[1]"),
    ("A N N", "np.linalg.slogdet(A)[-1]"),
    ("A N D", "np.linalg.slogdet(A@A.T+np.eye(N))[1]"),
    ("A N N | b N", "np.linalg.solve(A,b)"),
    ("A N N | B N K", "np.linalg.solve(A,B)"),
    ("A N N | b N", "np.linalg.solve(A+np.eye(N),b)", {"A": "spd"}),
    ("A N N | b N", "b @ np.linalg.solve(A,b)"),
    ("A N N | b N", "np.linalg.solve(A.T,b)"),
    ("A B N N | b N", "np.linalg.solve(A,b)"),
    ("A N N", "np.linalg.matrix_power(A,2)"),
    ("A N N", "np.linalg.matrix_power(A,3)"),
    ("A N N", "np.linalg.matrix_power(A,0)"),
    ("A N N", "np.linalg.matrix_power(A,1)"),
    ("A N N", "np.linalg.matrix_power(A,-1)"),
    ("A N N", "np.linalg.matrix_power(A,-2)"),
    ("A B N N", "np.linalg.matrix_power(A,2)"),
    ("A B N N", "np.linalg.matrix_power(A,0)"),
    ("a 3 | b 3", "np.linalg.cross(a,b)"),
    ("A N N | x N", "x @ A @ x"),
]
JUDGED = TEXTS
REFUSED = [
    ("A N D", "np.linalg.inv(A)", "expected a square matrix, found shape (N, D)"),
    ("A N", "np.linalg.det(A)", "expected a matrix, found shape (N,)"),
    ("A N N", "np.linalg.slogdet(A)[0]", "[1] is log |det|"),
    ("A N D", "np.linalg.pinv(A)", "pinv is not supported; inv, det"),
    ("A N N", "np.linalg.svd(A)", "svd is not supported"),
    ("A N N", "np.linalg.cholesky(A)", "cholesky is not supported"),
    ("A N N", "np.linalg.eigvalsh(A)", "eigvalsh is not supported"),
    ("A N N", "np.linalg.matrix_power(A, 17)", "expected -16 to 16"),
    ("A N N | b K", "np.linalg.solve(A, b)", "the right side has K"),
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
