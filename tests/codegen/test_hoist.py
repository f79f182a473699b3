"""Only what is recurrent stays in the loop over time: read in the source."""

import numpy as np

from symnet.calculus import gradient
from symnet.codegen.hoist import hoisted
from symnet.codegen.lower import lower
from symnet.codegen.scalar_text import text
from symnet.notation import Graph, Index, Tensor, compare, define, log, sigmoid, tanh, total
from tests.codegen.agreement import agree

n, k, l, i = Index("n", "N"), Index("k", "K"), Index("l", "K"), Index("i", "I")
t = Index("t", "T", sequential=True)
T = t.extent
x, h, c = Tensor("x", n, t, i), Tensor("h", n, t, k), Tensor("c", n, t, k)
L = Tensor("L")
GATES = "ifgo"


def loop_bodies(source: str) -> list[str]:
    """The indented lines below each `for` over time in `run`."""
    bodies, inside = [], 0
    for line in source.splitlines():
        depth = len(line) - len(line.lstrip())
        if inside and depth > inside:
            bodies[-1] += line + "\n"
            continue
        inside = depth if line.strip().startswith("for t") else 0
        if inside:
            bodies.append("")
    return bodies


def recurrent_layer() -> Graph:
    W, U, b = Tensor("W", i, k), Tensor("U", l, k), Tensor("b", k)
    body = tanh(total(x[n, t, i] * W[i, k], i) + total(h[n, t - 1, l] * U[l, k], l) + b[k])
    return Graph(
        define(h[n, t, k], body, base=0),
        define(L[()], total(h[n, T - 1, k] ** 2, over=[n, k])),
        inputs=[x],
        parameters=[W, U, b],
        output=L,
    )


def lstm() -> Graph:
    """i, f, o = sigmoid, g = tanh of x W + h U + b; c = f c + i g; h = o tanh(c)."""
    definitions, parameters, gates = [], [], {}
    for name in GATES:
        W, U, b = Tensor(f"W{name}", i, k), Tensor(f"U{name}", l, k), Tensor(f"b{name}", k)
        gate = Tensor(name if name != "i" else "r", n, t, k)
        inner = total(x[n, t, i] * W[i, k], i) + total(h[n, t - 1, l] * U[l, k], l) + b[k]
        head = tanh if name == "g" else sigmoid
        definitions.append(define(gate[n, t, k], head(inner)))
        parameters += [W, U, b]
        gates[name] = gate[n, t, k]
    definitions += [
        define(c[n, t, k], gates["f"] * c[n, t - 1, k] + gates["i"] * gates["g"], base=0),
        define(h[n, t, k], gates["o"] * tanh(c[n, t, k]), base=0),
        define(L[()], total(h[n, t, k] ** 2, over=[n, t, k])),
    ]
    return Graph(*definitions, inputs=[x], parameters=parameters, output=L)


def given(graph: Graph, rng: np.random.Generator) -> dict[str, np.ndarray]:
    sizes = {"N": 2, "T": 4, "I": 3, "K": 5}
    return {v.name: rng.standard_normal([sizes[str(e)] for e in v.shape]) / 2 for v in graph.given}


def test_input_product_is_made_once_before_the_loop(rng: np.random.Generator) -> None:
    graph = recurrent_layer()
    source = agree(gradient(graph, ["W", "U", "b"], with_value=True), given(graph, rng)).source
    forward, backward = loop_bodies(source)
    for body in (forward, backward):
        assert body.count(".dot(") == 1, body
        assert "x" not in body.replace("np.exp", "")
    assert "W" not in forward and "U" not in backward
    assert ", U_T)" in source.split("for t_1")[0]  # U^T is copied once
    assert "np.multiply" not in forward


def test_lstm_keeps_four_products_in_each_loop(rng: np.random.Generator) -> None:
    graph = lstm()
    names = [p.name for p in graph.parameters]
    source = agree(gradient(graph, [*names, "x"]), given(graph, rng)).source
    forward, backward = loop_bodies(source)
    assert forward.count(".dot(") == backward.count(".dot(") == 4


def test_parts_become_definitions() -> None:
    program = hoisted(lower(recurrent_layer()))
    assert [d.name for d in program.defs] == ["h_in", "h", "L"]
    assert program.defs[0].formula == "h_in[n,t,k] = b[k] + sum[i](W[i,k]*x[n,t,i])"
    again = hoisted(program)
    assert [text(d.body) for d in again.defs] == [text(d.body) for d in program.defs]


def test_guard_goes_with_what_it_guards(rng: np.random.Generator) -> None:
    s, y, z = Tensor("s", t), Tensor("y", t), Tensor("z", t)
    ahead = compare("<", t + 1, T)
    body = ahead * s[t + 1] * log(y[t + 1] ** 2) * z[t + 1] + ahead * tanh(s[t + 1] + y[t + 1] * t)
    graph = Graph(define(s[t], body + y[t] * z[t]), inputs=[y, z], output=s)
    source = agree(graph, {"y": rng.standard_normal(6), "z": np.array([1.0, 2, 3, 4, 5, 0])}).source
    (loop,) = loop_bodies(source)
    assert "log" not in loop


def test_outer_products_stay_in_the_loop() -> None:
    U, v, s = Tensor("U", l, k), Tensor("v", t, l), Tensor("s", t, k)
    body = total(s[t - 1, l] * U[l, k] * v[t, l], over=l)
    program = hoisted(lower(Graph(define(s[t, k], body, base=1), inputs=[U, v])))
    assert [d.name for d in program.defs] == ["s"]


def test_sum_of_reads_beyond_the_end_needs_no_mask(rng: np.random.Generator) -> None:
    """[t+1 < T] (a[t+1] + b[t+1]): both are 0 at T, where their arrays hold zeros."""
    graph = lstm()
    slope = gradient(graph, [v.name for v in graph.parameters])
    _, backward = loop_bodies(agree(slope, given(graph, rng)).source)
    assert not [line for line in backward.splitlines() if "<" in line and "#" not in line]
