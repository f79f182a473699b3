"""Recurrences: forwards, backwards, with a base, several, nested; and what follows a loop."""

import re

import numpy as np
import pytest

from symnet import layers
from symnet.calculus import gradient
from symnet.codegen import build
from symnet.notation import (
    Graph,
    Index,
    Tensor,
    UnsupportedExpression,
    compare,
    define,
    guard,
    minimum,
    sigmoid,
    tanh,
    total,
)
from tests.codegen.agreement import agree, every

T = 5
t = Index("t", "T", sequential=True)
n, k, l, i = Index("n", "N"), Index("k", "K"), Index("l", "K"), Index("i", "I")
x, y = Tensor("x", t), Tensor("y", t)
X = {"x": np.linspace(-1, 1, T), "y": np.cos(np.arange(T))}
h, g = Tensor("h", t), Tensor("g", t)


def check(*definitions: object, inputs: tuple[Tensor, ...] = (x, y)) -> str:
    graph = every(Graph(*definitions, inputs=inputs))
    return agree(graph, {v.name: X[v.name] for v in inputs}).source


def test_forward_with_base() -> None:
    check(define(h[t], tanh(h[t - 1] + x[t]), base=3), inputs=(x,))
    check(define(h[t], h[t - 1] * x[t] + h[t - 2] / 2, base=t + 2), inputs=(x,))
    check(define(h[t], h[t - 3] + x[t], base=total(x[t], over=t)), inputs=(x,))


def test_forward_with_guards_and_backward() -> None:
    check(define(h[t], compare("<=", 1, t) * h[t - 1] * 2 + x[t]), inputs=(x,))
    check(define(h[t], guard(0, t + 2, t.extent) * h[t + 2] * x[t + 2] + x[t]), inputs=(x,))


def test_two_that_read_each_other() -> None:
    check(
        define(h[t], sigmoid(g[t - 1] + x[t]), base=0),
        define(g[t], h[t] * g[t - 1] + h[t - 2] * y[t], base=1),
    )


def test_reads_after_the_loop_see_the_base() -> None:
    a, b = Tensor("a", t), Tensor("b")
    last = t.extent - 1
    check(
        define(h[t], h[t - 1] / 2 + x[t], base=7),
        define(a[t], h[t - 1] * h[last - t] + h[t - 2]),
        define(b[()], h[last] + total(h[t - 1] * x[t], over=t)),
        inputs=(x,),
    )


def test_gather_of_a_recurrence() -> None:
    s = Tensor("s", t, assume="integer")
    a = Tensor("a", t)
    graph = every(
        Graph(
            define(h[t], h[t - 1] / 2 + x[t], base=7),
            define(a[t], h[s[t] - 1] + h[s[t]]),
            inputs=[x, s],
        )
    )
    agree(graph, {"x": X["x"], "s": np.array([0, 4, 1, 0, 3])})


def test_integer_state() -> None:
    c = Tensor("c", t, assume="integer")
    graph = Graph(define(c[t], c[t - 1] + compare(">", x[t], 0), base=0), inputs=[x])
    found = build(graph)(x=X["x"])
    assert found.dtype.kind == "i" and found.tolist() == [0, 0, 0, 1, 2]


def test_layer_over_time(rng: np.random.Generator) -> None:
    z, H = Tensor("z", n, t, i), Tensor("H", n, t, k)
    W, U, b = Tensor("W", i, k), Tensor("U", l, k), Tensor("b", k)
    body = tanh(total(z[n, t, i] * W[i, k], i) + total(H[n, t - 1, l] * U[l, k], l) + b[k])
    graph = Graph(define(H[n, t, k], body, base=b[k]), inputs=[z, W, U, b], output=H)
    shapes = {"z": (2, 4, 3), "W": (3, 5), "U": (5, 5), "b": (5,)}
    agree(graph, {v: rng.standard_normal(s) for v, s in shapes.items()})
    agree(graph, {v: rng.standard_normal([1] * len(s)) for v, s in shapes.items()})


def test_two_sequential_indices_nest() -> None:
    u = Index("u", "U", sequential=True)
    c, D = Tensor("c", t, u), Tensor("D", t, u)
    up = compare("<=", 1, t) * D[t - 1, u]
    left = compare("<=", 1, u) * D[t, u - 1]
    across = guard(0, t - 1, t.extent) * guard(0, u + 1, u.extent) * D[t - 1, u + 1]
    for body in (c[t, u] + minimum(up, left), c[t, u] + up / 2 - left + across / 3):
        graph = Graph(define(D[t, u], body), inputs=[c], output=D)
        source = agree(graph, {"c": np.sin(np.arange(12.0)).reshape(3, 4)}).source
        assert source.count("for ") >= 2


def test_recurrence_without_one_direction_is_refused() -> None:
    u = Index("u", "T", sequential=True)
    D = Tensor("D", t, u)
    body = guard(0, t - 1, t.extent) * guard(0, u + 1, u.extent) * D[t - 1, u + 1]
    other = compare("<=", 1, u) * D[t, u - 1]
    build(Graph(define(D[t, u], body + other + 1)))
    swapped = compare("<=", 1, t) * D[u, t - 1]
    with pytest.raises(UnsupportedExpression, match="no loop computes D"):
        build(Graph(define(D[t, u], swapped + 1)))


def test_sizes_may_change_between_calls() -> None:
    graph = Graph(define(h[t], h[t - 1] + x[t], base=0), inputs=[x])
    f = build(graph)
    for size in (3, 1, 7, 3):
        assert np.allclose(f(x=np.ones(size)), np.arange(1, size + 1))


# -- layers over time -------------------------------------------------------------------------


GATES = {"lstm": 4, "gru": 3, "rnn": 1}


def characters(cell: str) -> Graph:
    """The loss of predicting y[n,t] from ids x[n,0..t], of four kinds."""
    ids = Tensor("x", Index("n", "N"), Index("t", "T", sequential=True), assume="integer", below=4)
    rows = layers.embedding(ids, 16, output="e")
    options = {"convention": "chung"} if cell == "gru" else {}
    states = getattr(layers, cell)(rows.output, 2, **options)
    logits = layers.dense(states.output, 4, "y")
    targets = layers.labels(logits.output, "y")
    loss = layers.softmax_cross_entropy(logits.output, targets)
    return layers.join(rows, states, logits, loss)


@pytest.mark.parametrize("cell", GATES)
def test_recurrent_layers_leave_little_in_the_loop(cell: str, rng: np.random.Generator) -> None:
    """LSTM, GRU and plain: one product for each gate, all written into arrays that there are."""
    loss = characters(cell)
    slope = gradient(loss, [p.name for p in loss.parameters], with_value=True)
    sizes = {"N": 2, "T": 3}
    arrays = {
        v.name: rng.integers(0, 4, (2, 3))
        if v.is_integer_valued
        else rng.standard_normal([sizes.get(str(e)) or int(e) for e in v.shape])
        for v in slope.given
    }
    source = agree(slope, arrays).source
    run = source.split("    def run(")[1].split("    return run")[0]
    assert run.count("sum_runs(") == GATES[cell]  # E, W and b share the sums of rows
    loops = re.findall(r"        for t.*?(?=\n        \S)", run, re.DOTALL)
    assert len(loops) == 2
    for body in loops:
        assert body.count(".dot(") == GATES[cell]
        calls = [x for x in body.splitlines() if "np." in x or ".dot(" in x]
        assert all("out=" in x for x in calls), body
        assert ".T" not in body and "[:, t" not in body and "copyto" not in body
        assert "<" not in re.sub("#.*", "", body)
