"""Operations brought forward: legal, for the memory's good, and otherwise in their order."""

import numpy as np

from symnet.calculus import gradient
from symnet.codegen.plan import Contract, Op
from symnet.codegen.schedule import scheduled
from symnet.codegen.traverse import operands, results
from symnet.layers import mlp, softmax_cross_entropy
from symnet.layers.loss import labels
from symnet.layers.model import join
from symnet.notation import Graph, Index, Tensor, define, tanh, total
from tests.codegen.agreement import agree, legal


def _network() -> Graph:
    x = Tensor("x", Index("n", "N"), Index("i", 6))
    logits = mlp(x, [5, 4, 3])
    return join(logits, softmax_cross_entropy(logits.output, labels(logits.output, "y")))


def _slope() -> Graph:
    return gradient(_network(), ["W1", "b1", "W2", "W3"], with_value=True)


def test_each_gradient_follows_its_cotangent(rng: np.random.Generator) -> None:
    shapes = {"W1": (6, 5), "b1": (5,), "W2": (5, 4), "b2": (4,), "W3": (4, 3), "b3": (3,)}
    given = {n: rng.standard_normal(s) for n, s in shapes.items()}
    given |= {"x": rng.standard_normal((7, 6)), "y": np.array([0, 2, 1, 1, 0, 2, 2])}
    f = agree(_slope(), given)
    products = [op.note for op in f.plan.ops if isinstance(op, Contract) and op.right is not None]
    backward = [n for n in products if n.endswith("_bar")]
    assert backward.index("W2_bar") < backward.index("W1_bar")
    assert backward.index("W3_bar") < backward.index("W2_bar")


def _is_in_order(ops: tuple[Op, ...]) -> bool:
    made = {v for op in ops for v in results(op)}
    seen = set()
    for op in ops:
        if any(o.value in made and o.value not in seen for o in operands(op)):
            return False
        seen.update(results(op))
    return True


def test_no_operation_is_lost_and_none_comes_too_early() -> None:
    plan = legal(_slope()).plan
    again = scheduled(plan)
    assert set(map(id, again.ops)) == set(map(id, plan.ops)) and len(again.ops) == len(plan.ops)
    assert _is_in_order(again.ops)
    assert scheduled(again).ops == again.ops


def test_what_frees_nothing_stays_where_it_is() -> None:
    n = Index("n", "N")
    x, a, b, c = (Tensor(name, n) for name in "xabc")
    graph = Graph(
        define(a[n], tanh(x[n])),
        define(b[n], tanh(a[n])),
        define(c[n], tanh(b[n]) * a[n]),
        inputs=[x],
        outputs=[a, b, c],
    )
    assert [op.note for op in legal(graph).plan.ops] == ["a", "b", "c", "c"]


def test_a_sum_that_ends_two_arrays_is_done_first(rng: np.random.Generator) -> None:
    n, k = Index("n", "N"), Index("k", "K")
    x, y, u, v = (Tensor(name, n, k) for name in "xyuv")
    s, t = Tensor("s"), Tensor("t")
    graph = Graph(
        define(u[n, k], tanh(x[n, k])),
        define(v[n, k], tanh(y[n, k])),
        define(t, total(v[n, k] * x[n, k], over=(n, k))),
        define(s, total(u[n, k] * y[n, k], over=(n, k))),
        inputs=[x, y],
        outputs=[t, s],
    )
    f = agree(graph, {"x": rng.standard_normal((2, 3)), "y": rng.standard_normal((2, 3))})
    assert [op.note for op in f.plan.ops] == ["u", "s", "v", "t"]
