"""einsum, judged by NumPy: implicit results, repeated letters, ellipses, stretched axes."""

import re

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.verify import judge
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, shapes

TEXTS = [
    ("a N D | b D K", "np.einsum('nd,dk->nk',a,b)"),
    ("a N D | b D K", "np.einsum('nd,dk',a,b)"),
    ("a N D | b D K", "np.einsum('ij,jk->ki',a,b)"),
    ("a N D | b D K", "np.einsum('nd,dk->',a,b)"),
    ("a N D | b D K", "np.einsum('nd,dk->dnk',a,b)"),
    ("x N N", "np.einsum('ii->i',x)"),
    ("x N N", "np.einsum('ii',x)"),
    ("x N N D", "np.einsum('iij->j',x)"),
    ("x N D", "np.einsum('ba',x)"),
    ("a B N D | b D K", "np.einsum('...d,dk->...k',a,b)"),
    ("a B H N D | b H D K", "np.einsum('...ij,...jk->...ik',a,b)"),
    ("a B H N D | b 1 D K", "np.einsum('...ij,...jk',a,b)"),
    ("a N D K | b N K", "np.einsum('i...,i...->...',a,b)"),
    ("x B N D", "np.einsum('i...->...',x)"),
    ("x B N D", "np.einsum('...->...',x)"),
    ("x N", "np.einsum('i...->i',x)"),
    ("x N | y D | z K", "np.einsum('a,b,c->cab',x,y,z)"),
    ("a B H Q D | b B H K D", "np.einsum('bhqd,bhkd->bhqk',a,b)"),
    ("a N D | b D K", "np.einsum('nd , dk -> nk',a,b)"),
    ("a N | b N", "np.einsum('i,i',a,b)"),
    ("a N D | b N D", "np.einsum('ij,ij->i',a,b,optimize=True)"),
    ("a N | b 1", "np.einsum('i,j->ij',a,b)"),
    ("a N 1 | b D K", "np.einsum('ij,jk->ik',a,b)"),
    ("a | b N", "np.einsum(',i->i',a,b)"),
]
JUDGED = TEXTS[::3]
REFUSED = [
    ("a N D | b K D", "np.einsum('ij,jk->ik', a, b)", "j runs to D and to K"),
    ("a N D", "np.einsum('ij->ik', a)", "'k' stands in the result only"),
    ("a N D", "np.einsum('ij->ii', a)", "a letter stands twice in the result"),
    ("a N D", "np.einsum('ijk->i', a)", "'ijk' for an array of shape (N, D)"),
    ("a N D", "np.einsum('i->i', a)", "'i' for an array of shape (N, D)"),
    ("a N D", "np.einsum('ij,jk->ik', a)", "2 terms for 1 arrays"),
    ("a N D", "np.einsum('i1->i', a)", "'1' is no letter"),
    ("a N D", "np.einsum('i...->i', a)", "the axes of ... are missing"),
    ("a N D", "np.einsum(a, [0, 1])", "expected a text"),
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
