"""A line that is too long, in less room: the forms there are, and that each has the same value."""

from importlib import import_module

import pytest
import sympy

from symnet.notation import Graph, Index, Tensor, compare, define, exp, mean, tanh, total
from symnet.render import text
from symnet.render.formulas.formula import formula_of, setting
from symnet.render.formulas.narrow import forms, narrow
from symnet.render.formulas.plain import plain
from tests.graphs import Case, Seeded, random_case
from tests.render.test_text import check_value

text_module = import_module("symnet.render.text")  # the package has the function
n, k, j, m = Index("n", "N"), Index("k", "K"), Index("j", "K"), Index("m", "M")
s, a, x, y, z = Tensor("s"), Tensor("a", n), Tensor("x", n, k), Tensor("y", n, k), Tensor("z", n, m)
W, f = Tensor("W", j, k), Tensor("f", n)
S, A = s[()], a[n]
X, Y, Z = (total(t[n, i], i) for t, i in ((x, k), (y, k), (z, m)))
XY = total(x[n, k] * y[n, k], k)

JOINED = {
    "sum[k](x[n,k] + y[n,k])": X + Y,
    "a[n] + sum[k](x[n,k] - y[n,k])": A + X - Y,
    "a[n] - sum[k](x[n,k] + y[n,k])": A - X - Y,
    "-sum[k](s*y[n,k] + x[n,k])": -X - S * Y,
    "sum[k](3*y[n,k]/s + a[n]*x[n,k])": A * X + 3 * Y / S,
    "a[n] - mean[k](a[n]*x[n,k]*y[n,k] + x[n,k])": A - mean(x[n, k], k) - A * XY / k.extent,
    "sum[k](s*x[n,k]*y[n,k] + x[n,k]) + sum[m](z[n,m])": X + S * XY + Z,
    "tanh(sum[k](x[n,k] + y[n,k]))^2": tanh(X + Y) ** 2,
    "sum[k](s*(1 + x[n,k]) + x[n,k] + y[n,k])": total(x[n, k] + y[n, k], k)
    + S * total(1 + x[n, k], k),
    "sum[k](y[n,k] - a[n] - x[n,k])": Y - total(A + x[n, k], k),
    "sum[j,k](x[n,j]*W[j,k] + y[n,j]*W[j,k])": total(W[j, k] * x[n, j], (j, k))
    + total(W[j, k] * y[n, j], (j, k)),
}
APART = {
    "two ranges": X + Z,
    "a mean and a sum": XY + mean(x[n, k], k) + A,
    "a condition": X + total(compare("<", k, 2) * y[n, k], k),
    "a sum that would be repeated": X * Y + XY,
    "a power": X**2 + Y**2,
    "a divisor": A / X + Y,
    "inside of a function": exp(X) + exp(Y),
}


def graph(e: sympy.Expr) -> Graph:
    return Graph(define(f[n], e), inputs=[s, a, x, y, z, W])


@pytest.mark.parametrize(("expected", "e"), JOINED.items(), ids=JOINED)
def test_one_sum_for_one_range(expected: str, e: sympy.Expr) -> None:
    tree = formula_of(e, setting(graph(e)))
    as_it_is, joined, tight = map(plain, forms(tree))
    assert joined == expected
    assert len(tight) <= len(joined) < len(as_it_is)


@pytest.mark.parametrize("e", APART.values(), ids=APART)
def test_what_stays_apart(e: sympy.Expr) -> None:
    as_it_is, joined, _ = forms(formula_of(e, setting(graph(e))))
    assert joined == as_it_is


def test_the_first_form_that_fits() -> None:
    e = A + X + S * (A - Y)
    tree = formula_of(e, setting(graph(e)))
    sizes = {
        "s*(a[n] - sum[k](y[n,k])) + a[n] + sum[k](x[n,k])": (49, 200),
        "s*(a[n]-sum[k](y[n,k])) + a[n] + sum[k](x[n,k])": (47, 48),
    }
    for expected, rooms in sizes.items():
        assert {plain(narrow(tree, room)) for room in rooms} == {expected}
    assert narrow(tree, 46) is tree  # it does not fit at all: nothing is gained


def test_a_line_of_text_has_120_signs_where_it_can() -> None:
    long = [Tensor(f"a_long_name_{c}", n, k) for c in "pqrst"]
    parts = [total(t[n, k], k) for t in long]
    names = [f"a_long_name_{c}[n,k]" for c in "pqrst"]
    e = sympy.Add(*parts)
    g = Graph(define(f[n], e), inputs=long)
    assert text(g) == f"f[n] = sum[k]({' + '.join(names)})"
    assert len(text(g)) <= text_module.LINE_WIDTH < len(" + ".join(f"sum[k]({x})" for x in names))


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("seed", range(60))
def test_every_form_has_the_value(seed: int, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    case = random_case(Seeded(seed), 6)
    monkeypatch.setattr(text_module, "narrow", lambda tree, room: list(forms(tree))[at])
    check_value(case.graph, case)


@pytest.mark.parametrize("e", [*JOINED.values(), *APART.values()], ids=[*JOINED, *APART])
def test_the_forms_above_have_it_too(e: sympy.Expr, monkeypatch: pytest.MonkeyPatch) -> None:
    g = graph(e)
    for at in (1, 2):
        monkeypatch.setattr(text_module, "narrow", lambda tree, room, at=at: list(forms(tree))[at])
        check_value(g, Case(g, (), {"N": 2, "K": 3, "M": 4}, 0))
