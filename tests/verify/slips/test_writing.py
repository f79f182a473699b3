"""A tree is written as it was read; what is new stands in brackets where that is needed."""

import pytest

from symnet.verify.slips.letters import displaced
from symnet.verify.slips.node import Node, binary, same, transposed
from symnet.verify.slips.reading import read_formula
from symnet.verify.slips.writing import Writer, is_bracketed

TEXTS = {
    "numpy": [
        "-2*X.T @ (X@w - y)/N",
        "np.sum(x**2, axis=1, keepdims=True)[:, None]",
        "a - (b - c)",
        "(a - b)**2/-c",
        "x[1:-1, ::2]",
        "np.where(x > 0, x, -x)",
        "x.sum(axis=0).T",
        "np.stack([x, y])",
        "1 - (x > 0)",
        "(x*y) @ z",
        "x*(y @ z)",
    ],
    "index": [
        "sum[n](X[n,d]*(sum[e](X[n,e]*w[e]) - y[n]))/N",
        "x[n]^2/(1 + x[n]^2)",
        "[i < j]*A[i,j] + delta(i,j)",
        "sum[m: m <= n](x[m])",
        "E[t[n],2*d+p-1]",
    ],
}


@pytest.mark.parametrize(("notation", "text"), [(n, t) for n, ts in TEXTS.items() for t in ts])
def test_written_anew_it_reads_alike(notation: str, text: str) -> None:
    formula = read_formula(text, notation)
    anew = Writer("", notation).written(displaced(formula, ()).root)
    assert same(read_formula(anew, notation).root, formula.root), anew


def test_what_has_a_place_is_kept() -> None:
    text = "X.T  @  w"
    root = read_formula(text, "numpy").root
    writer = Writer(text, "numpy")
    assert writer.written(binary("*", Node("number", word=2), root)) == "2*(X.T  @  w)"
    assert writer.written(transposed(root)) == "(X.T  @  w).T"


def test_places_are_those_of_the_given_text() -> None:
    text = "  a = x^2\n\n   y[n] = a + xä[n]*b"
    formula = read_formula(text, "index")
    spans = [text[slice(*p.span)] for p in formula.root.parts if p.span]
    assert spans == ["a", "xä[n]*b"]


def test_brackets_of_a_call_count() -> None:
    assert is_bracketed("f( a + b )", (3, 8))
    assert not is_bracketed("f(a + b, c)", (2, 7))
