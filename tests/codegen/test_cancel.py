import numpy as np

from symnet.codegen import build
from symnet.codegen.cancel import without_quotients
from symnet.codegen.lower import lower
from symnet.codegen.scalar_text import text
from symnet.notation import Graph, Index, Tensor, define, exp, sigmoid, total
from tests.codegen.agreement import agree

n, k, j = Index("n", "N"), Index("k", "K"), Index("j", "K")
x, y, p, a, z = (Tensor(name, n, k) for name in "xypaz")


def cancelled(graph: Graph) -> str:
    return text(without_quotients(lower(graph)).defs[-1].body)


def test_divisors_meet_their_factors_through_a_name() -> None:
    body = -y[n, k] / p[n, k] + (1 - y[n, k]) / (1 - p[n, k])
    graph = Graph(
        define(a[n, k], body / n.extent),
        define(z[n, k], p[n, k] * (1 - p[n, k]) * a[n, k]),
        inputs=[p, y],
        output=z,
    )
    assert cancelled(graph) == "p[n,k]*(1 - y[n,k])/N - (1 - p[n,k])*y[n,k]/N"
    found = build(graph)(p=np.array([[0.0, 1.0, 0.25]]), y=np.array([[0.0, 1.0, 1.0]]))
    assert np.allclose(found, [[0, 0, -0.75]])


def test_inside_of_sums_too() -> None:
    graph = Graph(
        define(a[n, k], -y[n, k] / p[n, k]),
        define(z[n, k], p[n, k] * (a[n, k] - total(p[n, j] * a[n, j], over=j))),
        inputs=[p, y],
        output=z,
    )
    assert cancelled(graph) == "-y[n,k] - p[n,k]*sum[j](-y[n,j])"


def test_what_does_not_cancel_stays() -> None:
    for body in (
        y[n, k] * (1 / p[n, k] + 1),
        (1 - p[n, k]) * (1 / p[n, k] + p[n, k]),
        (1 + p[n, k] ** 2) * (y[n, k] / (1 + p[n, k] ** 2) + 1),
        p[n, k] * (y[n, k] / p[n, k] ** 2 + 1),
    ):
        program = lower(Graph(define(z[n, k], body), inputs=[p, y]))
        assert without_quotients(program) == program


def test_values_and_idempotence(rng: np.random.Generator) -> None:
    s = Tensor("s", n, k)
    inner = y[n, k] / s[n, k] - exp(y[n, k]) / (1 - s[n, k]) ** 2
    graph = Graph(
        define(s[n, k], sigmoid(x[n, k])),
        define(a[n, k], inner + 2),
        define(z[n, k], s[n, k] ** 2 * (1 - s[n, k]) ** 2 * (a[n, k] + 1 / s[n, k])),
        inputs=[x, y],
        output=z,
    )
    agree(graph, {"x": rng.standard_normal((3, 4)), "y": rng.standard_normal((3, 4))})
    once = without_quotients(lower(graph))
    assert [text(d.body) for d in without_quotients(once).defs] == [text(d.body) for d in once.defs]
