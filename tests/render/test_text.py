"""The text of graphs: the formulas of a lecturer, and the value of what is printed."""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings

from symnet.calculus import gradient
from symnet.notation import (
    Definition,
    Graph,
    GraphError,
    Index,
    Tensor,
    UnsupportedExpression,
    absolute,
    amax,
    argmax,
    compare,
    define,
    delta,
    detach,
    exp,
    gelu,
    gelu_tanh,
    guard,
    inverse,
    leaky_relu,
    log,
    logsumexp,
    maximum,
    mean,
    product,
    sqrt,
    tanh,
    total,
    where,
)
from symnet.render import text, text_of
from symnet.verify.interpret import interpreter
from symnet.verify.sample import sample
from tests.graphs import Case, cases
from tests.render import samples
from tests.render.reading import Printed, integers

n, m, i, j, k = (
    Index("n", "N"), Index("m", "M"), Index("i", "D"), Index("j", "D"), Index("k", "K")
)  # fmt: skip
x, y, p = Tensor("x", n, k), Tensor("y", n, k), Tensor("p", n, k)
W, v = Tensor("W", i, k), Tensor("v", k)
s, t = Tensor("s"), Tensor("t", n, assume="integer", below="K")
NOTHING = Graph(
    define(p.at(), x.at()), inputs=[x, y, s, t], parameters=[W, v], output=p
)  # fmt: skip


def printed(e: sympy.Expr) -> str:
    return text_of(e, NOTHING)


# -- what a lecturer writes -------------------------------------------------------------------


def test_dense() -> None:
    g = gradient(samples.dense(), ["x", "W", "b"], cotangent="y_bar", with_value=True)
    assert set(text(g).splitlines()) == {
        "y[n,j] = sum[i](x[n,i]*W[i,j]) + b[j]",
        "W_bar[i,j] = sum[n](x[n,i]*y_bar[n,j])",
        "b_bar[j] = sum[n](y_bar[n,j])",
        "x_bar[n,i] = sum[j](W[i,j]*y_bar[n,j])",
    }


def test_softmax() -> None:
    g = gradient(samples.softmax(), "z", cotangent="p_bar")
    assert text(g).splitlines() == [
        "p[n,k] = exp(z[n,k])/sum[j](exp(z[n,j]))",
        "z_bar[n,k] = p[n,k]*(p_bar[n,k] - sum[j](p[n,j]*p_bar[n,j]))",
    ]


def test_classifier() -> None:
    g = gradient(samples.classifier(), ["W1", "b1", "W2", "b2"])
    lines = text(g).splitlines()
    assert "z_bar[n,k] = (p[n,k] - y[n,k])/N" in lines
    assert "a_bar[n,j] = h_bar[n,j]*(1 - h[n,j]^2)" in lines
    assert "W2_bar[j,k] = sum[n](h[n,j]*z_bar[n,k])" in lines


def test_layer_norm() -> None:
    g = gradient(samples.layer_norm(), "x", cotangent="y_bar")
    assert text(g, "gradient").splitlines() == [
        "x_hat_bar[n,d] = gamma[d]*y_bar[n,d]",
        "x_bar[n,d] = r[n]*(x_hat_bar[n,d] - mean[e](x_hat_bar[n,e])"
        " - x_hat[n,d]*mean[e](x_hat[n,e]*x_hat_bar[n,e]))",
    ]


def test_a_guard_is_the_range_of_the_read_it_guards() -> None:
    g = gradient(samples.convolution(), ["x", "W"], cotangent="y_bar")
    lines = text(g).splitlines()
    assert "m[n,c,u,p] = [0 <= 2*u+p-1 < A]*x[n,c,2*u+p-1]" in lines
    assert "x_bar[n,c,a] = sum[u: 0 <= a-2*u+1 < K](m_bar[n,c,u,a-2*u+1])" in lines


def test_a_recurrence_prints_its_base_and_where_its_cotangents_end(golden) -> None:
    lines = text(samples.cell()).splitlines()
    assert lines == [
        "h[n,t,k] = tanh(sum[d](x[n,t,d]*W[d,k]) + sum[j](h[n,t-1,j]*U[j,k]) + b[k])",
        "h[n,-1,k] = 0",
    ]
    g = gradient(samples.lstm(), ["x", "W_i", "U_i"], cotangent="y_bar")
    golden("lstm.txt", text(g) + "\n")
    last = text(g).splitlines()[-1]
    assert last.endswith(" = c_bar[n,T,k] = 0")
    assert "[" + "t+1 < T" not in text(g)


def test_which_rows() -> None:
    g = gradient(samples.classifier(), ["W1", "b2"], with_value=True)
    names = [line.split("[")[0].split(" ")[0] for line in text(g, "outputs").splitlines()]
    assert names == ["L", "b2_bar", "W1_bar"]
    assert text(g, "gradient").splitlines()[0].startswith("z_bar[n,k]")
    assert "p[n,k] =" not in text(g, "gradient")
    with pytest.raises(GraphError, match="take its gradient first"):
        text(samples.softmax(), "gradient")
    with pytest.raises(GraphError, match="expected 'all', 'outputs' or 'gradient'"):
        text(g, "everything")


def test_a_state_and_its_update() -> None:
    w, g, new = Tensor("w", k), Tensor("g", k), Tensor("w_new", k)
    step = define(new[k], w[k] - sympy.Rational(1, 10) * g[k])
    assert text(Graph(step, inputs=[g], parameters=[w], updates=[(w, new)])).splitlines() == [
        "w_new[k] = w[k] - 0.1*g[k]",
        "w[k] <- w_new[k]",
    ]


# -- every construct --------------------------------------------------------------------------

X, Y, S = x[n, k], y[n, k], s[()]
ALL = [
    (X * Y, "x[n,k]*y[n,k]"),
    (-X, "-x[n,k]"),
    (X - Y, "x[n,k] - y[n,k]"),
    (Y - X, "y[n,k] - x[n,k]"),
    (-X - Y, "-x[n,k] - y[n,k]"),
    (2 * (X - Y), "2*(x[n,k] - y[n,k])"),
    (X / 2 - Y / 2, "(x[n,k] - y[n,k])/2"),
    (-(X - Y) / n.extent, "(y[n,k] - x[n,k])/N"),
    (-S * (1 - X), "-s*(1 - x[n,k])"),
    (1 - X**2, "1 - x[n,k]^2"),
    (X**2 - 1, "x[n,k]^2 - 1"),
    (X + sympy.Rational(1, 10**6), "x[n,k] + 1e-6"),
    (X * sympy.Rational(3, 2), "3*x[n,k]/2"),
    (X * sympy.Rational(9, 10), "0.9*x[n,k]"),
    (X * sympy.Rational(3, 20000), "1.5e-4*x[n,k]"),
    (n.extent * X, "N*x[n,k]"),
    (X / (n.extent * k.extent), "x[n,k]/(N*K)"),
    (X**-2, "1/x[n,k]^2"),
    (X ** sympy.Rational(3, 2), "x[n,k]^(3/2)"),
    (X ** sympy.Rational(1, 3), "x[n,k]^(1/3)"),
    (Y / sqrt(X), "y[n,k]/sqrt(x[n,k])"),
    (X / sympy.sqrt(2), "x[n,k]/sqrt(2)"),
    (sympy.sqrt(2 / sympy.pi) * X, "sqrt(2/pi)*x[n,k]"),
    (X / sympy.sqrt(2 * sympy.pi), "x[n,k]/sqrt(2*pi)"),
    ((X + Y) ** 2, "(x[n,k] + y[n,k])^2"),
    (tanh(X) ** 2, "tanh(x[n,k])^2"),
    (sqrt(X) ** 3 * Y, "x[n,k]^(3/2)*y[n,k]"),
    (exp(-X) + 1, "1 + exp(-x[n,k])"),
    (log(X) * Y, "y[n,k]*log(x[n,k])"),
    (absolute(X), "abs(x[n,k])"),
    (leaky_relu(X, sympy.Rational(1, 100)), "leaky_relu(x[n,k], 0.01)"),
    (maximum(X, Y), "maximum(x[n,k], y[n,k])"),
    (detach(X), "detach(x[n,k])"),
    (gelu(X).meaning, "x[n,k]*(1 + erf(x[n,k]/sqrt(2)))/2"),
    (gelu_tanh(X).meaning, "x[n,k]*(1 + tanh(sqrt(2/pi)*(x[n,k] + 0.044715*x[n,k]^3)))/2"),
    (Y * compare(">", X, 0), "y[n,k]*[x[n,k] > 0]"),
    (Y * compare("<", 0, X), "y[n,k]*[x[n,k] > 0]"),
    (compare(">", X, Y), "[y[n,k] < x[n,k]]"),
    (X - delta(k, t[n]), "x[n,k] - [k = t[n]]"),
    (X - delta(t[n], k), "x[n,k] - [k = t[n]]"),
    (X * compare("!=", n, 0), "x[n,k]*[n != 0]"),
    (guard(0, n - 1, m.extent) * v[k], "[0 <= n-1 < M]*v[k]"),
    (x[n, t[n]], "x[n,t[n]]"),
    (x[n, k.extent - 1 - k], "x[n,K-k-1]"),
    (x[0, k], "x[0,k]"),
    (x[n, argmax(x[n, k], k)], "x[n,argmax[k](x[n,k])]"),
    (amax(x[n, k], k), "max[k](x[n,k])"),
    (product(x[n, k], k), "prod[k](x[n,k])"),
    (logsumexp(x[n, k], k), "log(sum[k](exp(x[n,k])))"),
    (mean(x[n, k], k), "sum[k](x[n,k])/K"),
    (mean(x[n, k], (n, k)), "sum[n,k](x[n,k])/(N*K)"),
    (X - mean(x[n, k], k), "x[n,k] - mean[j](x[n,j])"),
    (Y - mean(X * Y, (n, k)) * X, "y[n,k] - x[n,k]*mean[m,j](x[m,j]*y[m,j])"),
    (total(x[n, k], k) ** 2, "sum[k](x[n,k])^2"),
    (1 / total(x[n, k], k), "1/sum[k](x[n,k])"),
    (where(compare(">", X, 0), X, -X), "where(x[n,k] > 0, x[n,k], -x[n,k])"),
    (where(guard(0, n, n.extent), X, Y), "where(0 <= n < N, x[n,k], y[n,k])"),
    (where(X, Y, -sympy.oo), "where(x[n,k], y[n,k], -inf)"),
    ((n + 1) * X / 2, "x[n,k]*(1 + n)/2"),
    (n * X, "n*x[n,k]"),
    (sympy.Integer(0), "0"),
    (sympy.Integer(-2), "-2"),
    (sympy.Rational(-1, 3), "-1/3"),
    (S, "s"),
]


@pytest.mark.parametrize(("e", "expected"), ALL, ids=[expected for _, expected in ALL])
def test_constructs(e: sympy.Expr, expected: str) -> None:
    assert printed(e) == expected


def test_a_maximum_outside_of_a_range() -> None:
    a, u, q = Index("a", "A"), Index("u", "V"), Index("p", "K")
    z = Tensor("z", a)
    slot = 2 * u + q - 1
    e = amax(where(guard(0, slot, a.extent), z[slot], -sympy.oo), q)
    assert printed(e) == "max[p<K: 0 <= 2*u+p-1 < A](z[2*u+p-1])"
    other = amax(where(guard(0, slot, a.extent), z[slot], 0), q)
    assert printed(other) == "max[p<K](where(0 <= 2*u+p-1 < A, z[2*u+p-1], 0))"


def test_decimals_are_not_means() -> None:
    ten = Index("k", 10)
    z, q, average = Tensor("z", ten), Tensor("q", ten), Tensor("mu")
    g = Graph(define(average, mean(z[ten], ten)), define(q[ten], z[ten] / 10), inputs=[z])
    assert text(g).splitlines() == ["mu = sum[k](z[k])/10", "q[k] = z[k]/10"]


def test_functions_of_a_matrix() -> None:
    lines = text(samples.gaussian()).splitlines()
    assert lines[:4] == [
        "S_inv[b,i,j] = inv[p,q](S[b,p,q])[i,j]",
        "l[b] = logdet[p,q](S[b,p,q])",
        "d[b] = det[p,q](S[b,p,q])",
        "f[b,i] = inv[p,q](S[b,p,q])[i,0]",
    ]
    g = gradient(samples.gaussian(), ["x", "S"])
    assert "S_inv[b,i,j] = inv[p,q](S[b,p,q])[i,j]" in text(g).splitlines()


def test_letters_of_rows_and_columns_are_new_ones() -> None:
    a, c = Index("i", "D"), Index("j", "D")
    A, B = Tensor("A", i, j), Tensor("B", i, j)
    g = Graph(define(B[i, j], inverse(A[a, c], (a, c), at=(i, j))), inputs=[A])
    assert text(g) == "B[i,j] = inv[k,l](A[k,l])[i,j]"


def test_what_cannot_be_printed_is_refused() -> None:
    with pytest.raises(UnsupportedExpression, match="gamma has no meaning"):
        printed(sympy.gamma(X))


# -- sums -------------------------------------------------------------------------------------

a2 = k.fresh()
SUMS = [
    (total(X * y[n, k] * S, k), "s*sum[k](x[n,k]*y[n,k])"),
    (total(2 * x[n, k], k), "2*sum[k](x[n,k])"),
    (total(-x[n, k], k), "-sum[k](x[n,k])"),
    (total(W[i, k] * v[k] * x[n, a2], (k, a2)), "sum[k](x[n,k])*sum[k](W[i,k]*v[k])"),
    (total(W[i, k] * v[a2] * x[n, k], (k, a2)), "sum[k](x[n,k]*W[i,k])*sum[k](v[k])"),
    (total(total(x[n, k], n), k), "sum[n,k](x[n,k])"),
    (total(W[i, k] * total(x[n, k], n), (i, k)), "sum[i,k](W[i,k]*sum[n](x[n,k]))"),
    (total(x[n, k], (n, k, i)), "D*sum[n,k](x[n,k])"),
    (total(x[n, k] + y[n, k], k), "sum[k](x[n,k] + y[n,k])"),
    (total(compare("<=", k, a2) * x[n, k], k), "sum[j: j <= k](x[n,j])"),
    (total(delta(k, t[n]) * x[n, k], n), "sum[n: k = t[n]](x[n,k])"),
    (total(x[n, k] * compare(">", x[n, k], 0), k), "sum[k](x[n,k]*[x[n,k] > 0])"),
    (S * total(S * v[k], k), "s^2*sum[k](v[k])"),
]


@pytest.mark.parametrize(("e", "expected"), SUMS, ids=[expected for _, expected in SUMS])
def test_what_is_constant_stands_before_a_sum(e: sympy.Expr, expected: str) -> None:
    assert printed(e) == expected


# -- the value of what is printed -------------------------------------------------------------


def check_value(g: Graph, case: Case) -> None:
    """The printed text, read back and evaluated, gives what the graph gives."""
    sizes = integers(case.sizes)
    arrays = sample(g, sizes, np.random.default_rng(case.seed))
    expected = interpreter(g, sizes)(arrays)
    found = Printed(text(g), g, arrays, sizes)
    for d in g.definitions:
        np.testing.assert_allclose(
            found.array(d.name), expected[d.name], rtol=1e-9, atol=1e-11, err_msg=text(g)
        )


@settings(max_examples=150)
@given(cases(most=6))
def test_any_graph_means_what_is_printed(case: Case) -> None:
    check_value(case.graph, case)


@settings(max_examples=15)
@given(cases(most=4))
def test_any_gradient_means_what_is_printed(case: Case) -> None:
    cotangent = "g_bar" if case.graph.output.order else None
    check_value(gradient(case.graph, list(case.wrt), cotangent=cotangent), case)


@pytest.mark.parametrize(
    "make", [samples.lstm, samples.convolution, samples.layer_norm, samples.gaussian]
)
def test_layers_mean_what_is_printed(make) -> None:
    forward = make()
    seed = "out_bar" if forward.output.order else None
    g = gradient(forward, [t.name for t in forward.given], cotangent=seed, with_value=True)
    sizes = {str(e): 2 + at for at, e in enumerate(g.extents)}
    check_value(g, Case(g, (), sizes, 0))


def test_a_guard_stays_where_something_else_is_read_beside_a_cotangent() -> None:
    t = Index("t", "T", sequential=True)
    z, w, c_bar = Tensor("z", t), Tensor("w", t), Tensor("c_bar", t)
    inside, later = compare("<", t + 1, t.extent), t + 1
    cases = {
        z[t] + inside * c_bar[later] * w[later]: "w[t+1]*c_bar[t+1] + z[t]",
        z[t] + inside * (c_bar[later] + z[later]): "[t+1 < T]*(c_bar[t+1] + z[t+1]) + z[t]",
        z[t] + inside * z[later]: "z[t] + [t+1 < T]*z[t+1]",
        z[t] + inside * tanh(c_bar[later]) * z[later]: "[t+1 < T]*z[t+1]*tanh(c_bar[t+1]) + z[t]",
    }
    for e, expected in cases.items():
        g = Graph(Definition(c_bar[t], e), inputs=[z, w], cotangents=[("c", "c_bar")])
        lines = text(g).splitlines()
        assert lines[0] == f"c_bar[t] = {expected}"
        assert (lines[1:] == ["c_bar[T] = 0"]) == ("c_bar" in expected)
