"""Arrays are reused where values die, and never while they are still read."""

import numpy as np

from symnet.codegen.buffers import assign
from symnet.codegen.traverse import everything, results
from symnet.layers import mlp
from symnet.notation import Graph, Index, Tensor, define, exp, relu, tanh, total
from tests.codegen.agreement import agree, every

n, k = Index("n", "N"), Index("k", "K")
x, y, z, w = (Tensor(name, n, k) for name in "xyzw")


def arrays_of(graph: Graph, given: dict[str, np.ndarray]) -> int:
    """How many arrays the workspace has; values agree with the interpreter."""
    f = agree(graph, given)
    memory = assign(f.plan)
    return len({b for b in memory.buffers.values() if b.role == "work"})


def test_chain_of_entrywise_operations_uses_the_output_only(rng: np.random.Generator) -> None:
    graph = Graph(
        define(y[n, k], exp(x[n, k]) + 1),
        define(z[n, k], tanh(y[n, k]) * 3),
        inputs=[x],
        output=z,
    )
    assert arrays_of(graph, {"x": rng.standard_normal((3, 4))}) == 0


def test_value_that_is_read_again_keeps_its_array(rng: np.random.Generator) -> None:
    graph = Graph(
        define(y[n, k], exp(x[n, k])),
        define(z[n, k], tanh(y[n, k])),
        define(w[n, k], z[n, k] + y[n, k] * z[n, k] ** 2),
        inputs=[x],
        output=w,
    )
    assert arrays_of(graph, {"x": rng.standard_normal((3, 4))}) >= 1


def test_deep_network_reuses_two_arrays(rng: np.random.Generator) -> None:
    graph = mlp(Tensor("x", n, Index("i", 4)), [4] * 8, "relu")
    given = {t.name: rng.standard_normal([4] * t.order) for t in graph.given}
    assert arrays_of(graph, given) <= 2


def test_given_arrays_are_never_written(rng: np.random.Generator) -> None:
    graph = every(
        Graph(
            define(y[n, k], relu(x[n, k]) * 2),
            define(z[n, k], x[n, k] - y[n, k]),
            define(w[n, k], x[n.extent - 1 - n, k] + total(z[n, k], over=k)),
            inputs=[x],
        )
    )
    given = rng.standard_normal((3, 4))
    kept = given.copy()
    agree(graph, {"x": given})
    assert np.array_equal(given, kept)


def test_transposed_operand_is_not_overwritten(rng: np.random.Generator) -> None:
    m = n.fresh()
    s, a = Tensor("s", n, m), Tensor("a", n, m)
    graph = Graph(
        define(s[n, m], exp(total(x[n, k] * x[m, k], over=k))),
        define(a[n, m], s[n, m] + s[m, n]),
        inputs=[x],
        output=a,
    )
    agree(graph, {"x": rng.standard_normal((4, 2))})


def test_every_array_value_has_a_place() -> None:
    f = agree(
        Graph(define(y[n, k], exp(x[n, k]) / total(exp(x[n, k]), over=k)), inputs=[x]),
        {"x": np.eye(3)},
    )
    memory = assign(f.plan)
    for op in everything(f.plan.ops):
        for v in results(op):
            assert not v.axes or v in memory.buffers
