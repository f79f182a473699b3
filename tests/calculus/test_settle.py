"""Which cotangents keep a name, and what the others become."""

import sympy

from symnet.calculus import gradient, hessian
from symnet.calculus.convert import read
from symnet.notation import Graph, Index, Tensor, define, log, mean, relu, sigmoid, sqrt, total
from symnet.verify import judge

n, d = Index("n", "N"), Index("d", "D")
x, w, s, y = Tensor("x", n, d), Tensor("w", d), Tensor("s", n), Tensor("y", n)
r, z, L = Tensor("r", n), Tensor("z", n), Tensor("L")


def names(graph: Graph) -> list[str]:
    return [d.name for d in graph.definitions if d.name.endswith("_bar")]


def logistic() -> Graph:
    return Graph(
        define(s[n], sigmoid(total(x[n, d] * w[d], over=d))),
        define(L, -total(y[n] * log(s[n]) + (1 - y[n]) * log(1 - s[n]), over=n)),
        inputs=[x, y],
        parameters=[w],
    )


def test_binary_cross_entropy_of_a_named_sigmoid() -> None:
    """w_bar = sum_n x (s - y): s (1 - s) cancels against 1/s and 1/(1 - s)."""
    found = gradient(logistic(), "w")
    assert names(found) == ["w_bar"]
    c = found.definition("w_bar")
    expected = total(x[n, c.free[0]] * (s[n] - y[n]), over=n)
    assert read(c.expression) is read(expected)


def test_its_hessian() -> None:
    c = hessian(logistic(), "w").definition("d2L_dw2")
    a, b = c.free
    expected = total(x[n, a] * x[n, b] * s[n] * (1 - s[n]), over=n)
    assert read(c.expression) is read(expected)


def test_what_is_only_copied_keeps_no_name() -> None:
    graph = Graph(
        define(r[n], z[n] - y[n]),
        define(L, total(relu(r[n]) ** 2 + r[n] ** 3, over=n)),
        inputs=[y],
        parameters=[z],
    )
    assert names(gradient(graph, "z")) == ["z_bar"]


def test_what_is_spread_over_more_indices_keeps_its_name() -> None:
    graph = Graph(
        define(s[n], total(x[n, d], over=d)),
        define(L, total(sigmoid(s[n]) ** 2 * y[n], over=n)),
        inputs=[y],
        parameters=[x],
    )
    assert names(gradient(graph, "x")) == ["s_bar", "x_bar"]


def test_a_long_cotangent_is_not_repeated() -> None:
    """u = q/|q| of a polynomial in u: u_bar stands once, although x_bar uses it twice."""
    c = Index("c", 4)
    q, u = Tensor("q", n, c), Tensor("u", n, c)
    poly = (1 - 2 * u[n, 2] ** 2 - 2 * u[n, 3] ** 2) * (u[n, 1] * u[n, 2] - u[n, 0] * u[n, 3])
    norm = total(q[n, c] ** 2, over=c)
    graph = Graph(
        define(u[n, c], q[n, c] / sqrt(norm)),
        define(L, total(poly, over=n)),
        parameters=[q],
    )
    assert names(gradient(graph, "q")) == ["u_bar", "q_bar"]
    assert judge(graph, "q").passed


def test_a_statistic_joins_the_terms_of_its_factor() -> None:
    """y = x + f * x_hat:  x_bar = y_bar + r (h - mean h - x_hat mean(x_hat h)), h = f y_bar."""
    f, u, rows = Tensor("f", n, d), Tensor("u", n, d), Tensor("rows", n, d)
    e = d.fresh()
    graph = Graph(
        define(s[n], mean(x[n, e], over=e)),
        define(r[n], 1 / sqrt(mean((x[n, e] - s[n]) ** 2, over=e) + sympy.Rational(1, 1000))),
        define(u[n, d], (x[n, d] - s[n]) * r[n]),
        define(rows[n, d], x[n, d] + f[n, d] * u[n, d]),
        inputs=[x, f],
        output=rows,
    )
    found = gradient(graph, "x", "w_bar")
    assert names(found) == ["u_bar", "x_bar"]
    a, b = found.definition("x_bar").free
    h, w = Tensor("u_bar", n, d), Tensor("w_bar", n, d)
    first, second = mean(h[a, e], over=e), mean(u[a, e] * h[a, e], over=e)
    expected = w[a, b] + r[a] * (h[a, b] - first - u[a, b] * second)
    assert read(found.definition("x_bar").expression) is read(expected)
    assert judge(graph, ["x", "f"]).passed
