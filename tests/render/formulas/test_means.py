"""A sum among other terms that is divided by how far it runs: when it is a mean, and its value."""

import re

import pytest
import sympy

from symnet.calculus import gradient
from symnet.notation import Graph, Index, Tensor, compare, define, exp, mean, sqrt, total
from symnet.notation.parse import parse
from symnet.render import latex, text, text_of
from tests.graphs import Case
from tests.render.test_text import check_value

n, k, m, four, one = (
    Index("n", "N"), Index("k", "K"), Index("m", "M"), Index("a", 4), Index("b", 1)
)  # fmt: skip
wide, longer = Index("i", 2 * k.extent), Index("j", k.extent + 1)
x, y, w, z = Tensor("x", n, k), Tensor("y", k), Tensor("w", m), Tensor("z", four)
p, q, r, s = Tensor("p", wide), Tensor("q", longer), Tensor("r", one), Tensor("s")
N, K, S = n.extent, k.extent, s[()]
EVERY = total(x[n, k], (n, k))

MEANS = {
    "s + mean[k](y[k])": S + mean(y[k], k),
    "s - 3*mean[k](y[k])": S - 3 * mean(y[k], k),
    "s + mean[k](y[k])/2": S + mean(y[k], k) / 2,
    "s + mean[k](y[k])/K": S + mean(y[k], k) / K,
    "s - s*mean[k](y[k])": S - S * mean(y[k], k),
    "s + mean[n,k](x[n,k])": S + EVERY / (N * K),
    "s + mean[k](y[k])*sum[m](w[m])": S + mean(y[k], k) * total(w[m], m),
    "s + mean[a](z[a])": S + mean(z[four], four),
    "s - 3*mean[a](z[a])": S - 3 * mean(z[four], four),
    "s + mean[i](p[i])": S + mean(p[wide], wide),
    "s + mean[j](q[j])": S + mean(q[longer], longer),
    "mean[k](y[k]^2) - mean[k](y[k])^2": mean(y[k] ** 2, k) - mean(y[k], k) ** 2,
    "s*(s - mean[k](y[k]))^2": S * (S - mean(y[k], k)) ** 2,
    "exp(s - mean[k](y[k]))": exp(S - mean(y[k], k)),
    "sqrt(s^2 + mean[k](y[k]^2))": sqrt(S**2 + mean(y[k] ** 2, k)),
    "sum[k]((y[k] - mean[j](y[j]))^2)/K": mean((y[k] - mean(y[k], k)) ** 2, k),
}
SUMS = {
    "sum[k](y[k])/K": mean(y[k], k),
    "-sum[k](y[k])/K": -mean(y[k], k),
    "s*sum[k](y[k])/K": S * mean(y[k], k),
    "exp(sum[k](y[k])/K)": exp(mean(y[k], k)),
    "s + exp(sum[k](y[k])/K)": S + exp(mean(y[k], k)),
    "s + sum[k](y[k])^(1/3)/K^(1/3)": S + mean(y[k], k) ** sympy.Rational(1, 3),
    "(s + sum[k](y[k]))/K": (S + total(y[k], k)) / K,
    "s + sum[m](w[m])/K": S + total(w[m], m) / K,
    "s + sum[k](y[k])/sqrt(K)": S + total(y[k], k) / sympy.sqrt(K),
    "s + sum[k](y[k])^2/K": S + total(y[k], k) ** 2 / K,
    "s + K/sum[k](y[k])": S + K / total(y[k], k),
    "s + sum[n,k](x[n,k])/N": S + EVERY / N,
    "s + sum[n,k](x[n,k])/N^2": S + EVERY / N**2,
    "s + sum[a](z[a])/2": S + total(z[four], four) / 2,
    "s + sum[a](z[a])/8": S + total(z[four], four) / 8,
    "s + sum[i](p[i])/K": S + total(p[wide], wide) / K,
    "s + sum[b](r[b])": S + total(r[one], one),
    "s + sum[k: k < 2](y[k])/K": S + total(compare("<", k, 2) * y[k], k) / K,
}


def graph(e: sympy.Expr) -> Graph:
    """f = e."""
    f = Tensor("f")
    return Graph(define(f[()], e), inputs=[s, x, y, w, z, p, q, r])


@pytest.mark.parametrize(("expected", "e"), [*MEANS.items(), *SUMS.items()], ids=[*MEANS, *SUMS])
def test_when_a_sum_is_written_as_a_mean(expected: str, e: sympy.Expr) -> None:
    assert text_of(e, graph(e)) == expected
    assert text(graph(e)) == f"f = {expected}"
    check_value(graph(e), Case(graph(e), (), {"N": 4, "K": 3, "M": 5}, 0))


@pytest.mark.parametrize("written", MEANS)
def test_the_parser_reads_the_same_formula(written: str) -> None:
    shapes = {"s": "", "x": "N K", "y": "K", "w": "M", "z": "4", "p": 6, "q": 4}
    known = {name: shapes[name] for name in shapes if re.search(rf"\b{name}\b", written)}
    assert text(parse(f"f = {written}", known, notation="index")) == f"f = {written}"


def test_a_tensor_of_that_name_keeps_the_word_to_itself() -> None:
    mu, f = Tensor("mean"), Tensor("f", k)
    g = Graph(define(mu[()], mean(y[k], k)), define(f[k], y[k] - mean(y[k], k)), inputs=[y])
    assert text(g).splitlines() == ["mean = sum[k](y[k])/K", "f[k] = y[k] - sum[j](y[j])/K"]
    assert r"\mean" not in latex(g)
    assert text_of(y[k] - mean(y[k], k), g) == "y[k] - sum[j](y[j])/K"


def test_an_index_of_that_name_gets_another_letter() -> None:
    i = Index("mean", "K")
    v, f = Tensor("v", i), Tensor("f")
    g = Graph(define(f[()], 1 + mean(v[i], i)), inputs=[v])
    assert text(g) == "f = 1 + mean[mean2](v[mean2])"


def test_matrix_form_and_numpy_form_read_the_sum() -> None:
    g = parse("f[n,k] = x[n,k] - mean[k](x[n,k])", {"x": "N K"}, notation="index")
    assert text(g) == "f[n,k] = x[n,k] - mean[j](x[n,j])"
    assert text(g, form="matrix") == "f = x - x 1 1^T/K"
    assert "np.sum" in text(g, form="numpy")
    d = gradient(g, "x", cotangent="f_bar")
    assert text(d) == "x_bar[n,k] = f_bar[n,k] - mean[j](f_bar[n,j])"
    assert text(d, form="matrix") == "x_bar = f_bar - f_bar 1 1^T/K"
