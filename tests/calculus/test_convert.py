"""What is written for a product whose factors must not all be evaluated."""

from symnet.calculus import gradient
from symnet.notation import Graph, Index, Tensor, compare, define, log, where
from symnet.verify import judge


def test_guards_stand_before_the_mask_that_reads_beside_them():
    n = Index("n", "N")
    x, z, y = Tensor("x", n), Tensor("z", n, assume="positive"), Tensor("y", n)
    body = compare("<=", 1, n) * where(compare(">", x[n - 1], 0), log(z[n]), 0)
    graph = Graph(define(y[n], body), inputs=[x, z])
    (z_bar,) = gradient(graph, "z", cotangent="y_bar").definitions
    assert str(z_bar.expression).endswith(", y_bar[n]/z[n], 0)*[1 <= n]")
    assert judge(graph, ["x", "z"]).passed
