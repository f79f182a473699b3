"""Matrix form as text: exact formulas, and every row read back and evaluated by NumPy."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
import sympy

from symnet.calculus import gradient, hessian
from symnet.notation import Definition, Graph, Index, Tensor, define, total
from symnet.notation.parse import parse
from symnet.render import text
from symnet.render.matrix.rows import page
from symnet.verify import interpret
from tests.render.matrix_reading import OutOfRange, Page
from tests.render.subjects import (
    MODELS,
    NETWORKS,
    TYPED,
    backward,
    drawn,
    network,
    random_graphs,
    typed,
)

INDEX_FORM = "  # in index form: "


def judged(
    graph: Graph, rng: np.random.Generator, sizes: dict[str, int] | None = None, smallest: int = 2
) -> list[str]:
    """The lines, each of which holds; those in index form are judged with the index form."""
    arrays, values, named = drawn(graph, rng, sizes, smallest)
    shown = text(graph, form="matrix")
    words = {name: float(n) for name, n in named.items()}
    read = Page(shown, {**arrays, **values}, words, page(graph).dress.rows)
    before = {line.split("[")[0] for line in read.skipped}  # their value before the start too
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for d in graph.definitions:
            try:
                read.check(d.name)
            except OutOfRange as error:
                assert error.args[0] in before, shown
            except AssertionError as error:
                raise AssertionError(f"{error}\n{shown}") from error
    return shown.splitlines()


def in_index_form(lines: list[str]) -> list[str]:
    return [line for line in lines if INDEX_FORM in line]


@pytest.mark.parametrize("name", MODELS)
def test_models(name: str, rng: np.random.Generator) -> None:
    judged(MODELS[name](), rng)
    judged(backward(MODELS[name]()), rng)
    judged(backward(MODELS[name]()), rng, smallest=1)


@pytest.mark.parametrize("name", TYPED)
def test_typed(name: str, rng: np.random.Generator) -> None:
    for graph in typed(name):
        judged(graph, rng)
        judged(graph, rng, smallest=1)


@pytest.mark.parametrize("subscripts", NETWORKS)
def test_networks(subscripts: str, rng: np.random.Generator) -> None:
    lines = judged(network(subscripts), rng)
    assert not in_index_form(lines), lines


def test_random_graphs(rng: np.random.Generator) -> None:
    for name, graph, sizes in random_graphs(range(50)):
        print(name)
        judged(graph, rng, sizes)


@pytest.mark.slow
def test_more_random_graphs(rng: np.random.Generator) -> None:
    lines: list[str] = []
    for name, graph, sizes in random_graphs(range(50, 500)):
        print(name)
        lines += judged(graph, rng, sizes)
    assert len(in_index_form(lines)) < len(lines) / 4


def test_texts(golden: Callable[[str, str], None]) -> None:
    names = ("dense", "softmax", "layer_norm", "causal_attention", "sample_lstm", "embedding")
    pages = [f"# {name}\n{text(backward(MODELS[name]()), form='matrix')}\n" for name in names]
    golden("forms.matrix.txt", "\n".join(pages))


SINGLE = {
    "ij,jk->ik": "A B",
    "ij,kj->ik": "A B^T",
    "ji,jk->ki": "B^T A",
    "ij,jk,kl->il": "A B C",
    "ij,j->i": "A B",
    "i,ij,j->": "A^T B C",
    "i,j->ij": "A B^T",
    "ij,ij->": "tr(A^T B)",
    "ij,ji->": "tr(A B)",
    "ij,jk,ki->": "tr(A B C)",
    "ij,ij->ij": "A * B",
    "ij,ij->i": "(A * B) 1",
    "ij,ij->j": "1^T (A * B)",
    "ij,i->ij": "diag(B) A",
    "ij,j->ij": "A diag(B)",
    "ij,i,j->ij": "diag(B) A diag(C)",
    "ij->": "1^T A 1",
    "ij->i": "A 1",
    "ij->j": "1^T A",
    "i->": "1^T A",
    "i,i->": "A^T B",
    "ii->": "1^T diag(A)",
    "ij,kj,j->ik": "A diag(C) B^T",
}


@pytest.mark.parametrize("subscripts", SINGLE)
def test_products(subscripts: str) -> None:
    line = text(network(subscripts), form="matrix").splitlines()[-1]
    assert line.split(" = ")[1] == SINGLE[subscripts]


def one(written: str, shapes: dict[str, str], wrt: str, order: int = 1) -> str:
    graph = parse(written, shapes)
    derived = gradient(graph, wrt) if order == 1 else hessian(graph, wrt)
    return text(derived, "outputs", form="matrix")


def test_least_squares() -> None:
    shapes = {"X": "N D", "w": "D", "y": "N"}
    assert one("np.sum((X@w - y)**2)", shapes, "w") == "w_bar = 2 X^T (X w - y)"
    assert one("np.sum((X@w - y)**2)", shapes, "w", 2) == "d2L_dw2 = 2 X^T X"


def test_hessians() -> None:
    assert one("np.sum(x**2)/2", {"x": "N"}, "x", 2) == "d2L_dx2 = I"
    assert one("np.sum(x**3)", {"x": "N"}, "x", 2) == "d2L_dx2 = 6 diag(x)"
    assert one("np.sum(x**2)/2", {"x": "I"}, "x", 2) == "d2L_dx2 = Id"


def test_matrix_functions() -> None:
    square = {"X": "N N"}
    assert one("np.linalg.slogdet(X)[1]", square, "X") == "X_bar = X^{-T}"
    assert one("np.trace(A@X)", {"A": "N D", "X": "D N"}, "X") == "X_bar = A^T"
    shapes = {"a": "N", "X": "N N", "b": "N"}
    assert one("a@np.linalg.inv(X)@b", shapes, "X") == "X_bar = -X^{-T} a b^T X^{-T}"
    assert text(gradient(parse("np.linalg.slogdet(X)[1]", square), "X"), form="matrix") == (
        "X_inv = X^{-1}\nX_bar = X^{-T}"
    )


def test_slices_of_an_inverse_are_no_inverse(rng: np.random.Generator) -> None:
    graph = parse("np.linalg.inv(X)[0]@a", {"X": "N N", "a": "N"})
    for line in judged(gradient(graph, "X", with_value=True), rng):
        assert "X^{-1}[" not in line and "X^{-T}[" not in line


def test_a_bias_and_its_gradient_are_rows() -> None:
    lines = text(backward(MODELS["dense"]()), form="matrix").splitlines()
    assert lines == [
        "y = x W + 1 b",
        "b_bar = 1^T y_bar",
        "W_bar = x^T y_bar",
        "x_bar = y_bar W^T",
    ]


def test_heads_and_examples_are_slices() -> None:
    lines = text(MODELS["attention"](), form="matrix").splitlines()
    assert lines[0] == "S[n] = Q[n] K[n]^T/sqrt(D), for every n"
    assert text(MODELS["causal_attention"](), form="matrix").splitlines()[0] == (
        "S[n] = where(tril(1 1^T), Q[n] K[n]^T/sqrt(D), -inf), for every n"
    )


def test_a_recurrence_is_written_step_by_step() -> None:
    assert text(MODELS["sample_cell"](), form="matrix").splitlines() == [
        "h[:,t] = tanh(x[:,t] W + h[:,t-1] U + 1 b), for every t",
        "h[:,-1] = 0",
    ]


def test_a_sum_is_taken_apart_where_only_its_terms_are_products(rng: np.random.Generator) -> None:
    graph = parse("np.trace(B@X@C@X.T@X@C@X.T)", {"B": "N N", "X": "N D", "C": "D D"})
    lines = judged(gradient(graph, "X"), rng)
    assert not in_index_form(lines)


def test_what_has_no_matrix_form_says_so() -> None:
    lines = text(MODELS["convolution"](), form="matrix").splitlines()
    assert lines[0].endswith("  # in index form: it has more than two axes (n, c, u, v, p, q)")
    assert lines[0].startswith("xp[n,c,u,v,p,q] = [0 <= 2*u+p-1 < A]")
    i = Index("i", "N")
    x, y = Tensor("x", i), Tensor("y", i)
    shifted = Graph(Definition(y[i], x[i.extent - 1 - i]), inputs=[x])
    assert text(shifted, form="matrix") == (
        "y[i] = x[N-i-1]  # in index form: x is read at shifted places"
    )


def test_a_word_of_the_language_is_no_tensor() -> None:
    i = Index("i", "N")
    tr, y = Tensor("tr", i), Tensor("y", i)
    graph = Graph(define(y[i], tr[i] ** 2), inputs=[tr])
    assert "# in index form: tr means something else in matrix form" in text(graph, form="matrix")


def test_notes_stand_behind() -> None:
    i = Index("i", "N")
    x, y = Tensor("x", i), Tensor("y", i)
    graph = Graph(Definition(y[i], sympy.Integer(0)), inputs=[x], notes=[("y", "there is none")])
    assert text(graph, form="matrix") == "y = 0  # there is none"


def test_a_sum_says_how_far_its_letter_runs(rng: np.random.Generator) -> None:
    i, j = Index("i", "N"), Index("j", "K")
    x, y = Tensor("x", i), Tensor("y", i)
    graph = Graph(define(y[i], x[i] * total(j + 1, j)), inputs=[x])
    assert text(graph, form="matrix") == "y = sum[j<K](1 + j) x"
    judged(graph, rng, {"N": 3, "K": 4})
    assert interpret(graph, {"x": np.ones(2)}, {"K": 3})["y"].tolist() == [6, 6]
