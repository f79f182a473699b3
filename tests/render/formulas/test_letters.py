"""Letters: no two indices of one formula share a letter where both are in scope."""

import itertools

import pytest
import sympy

from symnet.notation import Definition, Graph, Index, Tensor, argmax, define, product, tanh, total
from symnet.render import latex, text
from symnet.render.formulas.letters import NEXT, choose
from symnet.render.formulas.tree import Name

LETTERS = "ijkn"


@pytest.mark.parametrize("letters", list(itertools.product(LETTERS, repeat=3)), ids="".join)
def test_every_clash_of_two_free_and_one_bound_index(letters: str) -> None:
    a, b, c = (Index(letter, extent) for letter, extent in zip(letters, "ABC", strict=True))
    x, y = Tensor("x", a, b, c), Tensor("y", a, b)
    (line,) = text(Graph(Definition(y[a, b], total(x[a, b, c], c)), inputs=[x])).splitlines()
    first, second = line[2], line[4]
    bound = line.split("sum[")[1][0]
    assert len({first, second, bound}) == 3
    assert line == f"y[{first},{second}] = sum[{bound}](x[{first},{second},{bound}])"
    assert first == letters[0]
    if letters[1] != letters[0]:
        assert second == letters[1]
    if letters[2] not in (first, second):
        assert bound == letters[2]


@pytest.mark.parametrize("letters", list(itertools.product("jk", repeat=3)), ids="".join)
def test_nested_sums_do_not_shadow(letters: str) -> None:
    a, b, c = (Index(letter, extent) for letter, extent in zip(letters, "ABC", strict=True))
    x, y = Tensor("x", a, b, c), Tensor("y", a)
    e = total(tanh(total(x[a, b, c], c)), b)
    (line,) = text(Graph(Definition(y[a], e), inputs=[x])).splitlines()
    free, outer, inner = line[2], line.split("sum[")[1][0], line.split("sum[")[2][0]
    assert len({free, outer, inner}) == 3
    assert line == f"y[{free}] = sum[{outer}](tanh(sum[{inner}](x[{free},{outer},{inner}])))"


def test_sums_side_by_side_share_a_letter() -> None:
    k = Index("k", "K")
    x, y = Tensor("x", k), Tensor("y")
    e = total(x[k], k) + product(x[k], k) + argmax(x[k], k)
    assert text(Graph(Definition(y[()], e), inputs=[x])) == (
        "y = sum[k](x[k]) + prod[k](x[k]) + argmax[k](x[k])"
    )


@pytest.mark.parametrize(
    ("letter", "expected"),
    [("k", "y[k] = sum[j](x[k,j])"), ("i", "y[i] = sum[j](x[i,j])"), ("t", "y[t] = sum[s](x[t,s])"),
     ("n", "y[n] = sum[m](x[n,m])"), ("row", "y[row] = sum[row2](x[row,row2])")],
)  # fmt: skip
def test_the_next_sensible_letter(letter: str, expected: str) -> None:
    a = Index(letter, "A")
    x, y = Tensor("x", a, a.fresh()), Tensor("y", a)
    b = a.fresh()
    assert text(Graph(Definition(y[a], total(x[a, b], b)), inputs=[x])) == expected


def test_a_letter_is_no_name_of_an_extent_a_tensor_or_a_function() -> None:
    d, t, e = Index("d", "d"), Index("t", "T"), Index("exp", "E")
    x, label, y = Tensor("x", d), Tensor("t", assume="integer"), Tensor("y", t, e)
    body = d.extent * total(x[d], d) + label[()]
    g = Graph(Definition(y[t, e], body), inputs=[x, label])
    assert text(g) == "y[s,exp2] = d*sum[e](x[e]) + t"
    assert latex(g) == r"y_{s,\mathrm{exp}_2} &= d\sum_e x_e + t"


def test_letters_run_out_into_numbers() -> None:
    free = [Index("k", "K") for _ in range(8)]
    tree = Name(Tensor("x", *free), ())
    letters = list(choose(tree, free).values())
    assert letters == ["k", *NEXT["k"], "k2", "k3", "k4"]


def test_long_letters_in_latex() -> None:
    head = Index("head", "N_heads")
    x, y = Tensor("x", head), Tensor("y")
    g = Graph(Definition(y[()], total(x[head], head) / head.extent), inputs=[x])
    assert latex(g) == (r"y &= \frac{1}{N_{\mathrm{heads}}}\sum_{\mathrm{head}} x_{\mathrm{head}}")


def test_the_letters_of_a_hessian() -> None:
    k = Index("k", "K")
    w, second = Tensor("w", k), Tensor("d2L_dw2", k, k.fresh())
    a, b = k, k.fresh()
    g = Graph(Definition(second[a, b], w[a] * w[b] * sympy.Integer(2)), inputs=[w])
    assert text(g) == "d2L_dw2[k,l] = 2*w[k]*w[l]"
    assert latex(g) == r"\frac{\partial^2 L}{\partial w_k\,\partial w_l} &= 2w_k\,w_l"


def test_no_letter_is_what_a_name_looks_like() -> None:
    """e of e_bar, h of h1: as LaTeX they would be one letter with two meanings."""
    n, e, h = Index("n", "N"), Index("e", "E"), Index("h", "H")
    e_bar, h1, y = Tensor("e_bar", n, e), Tensor("h1", n, h), Tensor("y", n)
    value = total(e_bar[n, e], e) * total(h1[n, h], h)
    shown = text(Graph(define(y[n], value), inputs=[e_bar, h1]))
    assert shown == "y[n] = sum[f](e_bar[n,f])*sum[g](h1[n,g])"
