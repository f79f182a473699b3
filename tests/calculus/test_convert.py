"""What is written for a product whose factors must not all be evaluated."""

from symnet.calculus import gradient, jvp
from symnet.notation import Graph, Index, Tensor, compare, define, delta, log, where
from symnet.verify import judge


def test_a_guard_stays_when_a_mask_becomes_a_case():
    i, k = Index("i", 3), Index("k", 3)
    a, b, y = Tensor("a"), Tensor("b", assume="positive"), Tensor("y", i, k)
    body = where(compare("<", 0, a[()]), log(b[()]), 0) * delta(i, k)
    graph = Graph(define(y[i, k], body), inputs=[a, b])
    (y_dot,) = jvp(graph, "b").definitions
    assert str(y_dot.expression).count("[i == k]") == 1
    assert judge(graph, "b").passed


def test_guards_stand_before_the_mask_that_reads_beside_them():
    n = Index("n", "N")
    x, z, y = Tensor("x", n), Tensor("z", n, assume="positive"), Tensor("y", n)
    body = compare("<=", 1, n) * where(compare(">", x[n - 1], 0), log(z[n]), 0)
    graph = Graph(define(y[n], body), inputs=[x, z])
    (z_bar,) = gradient(graph, "z", cotangent="y_bar").definitions
    assert str(z_bar.expression).count("[1 <= n]") >= 1
    assert judge(graph, ["x", "z"]).passed
