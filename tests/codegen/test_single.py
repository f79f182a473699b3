"""Axes of extent 1: no operation sees them, and every reader finds the right entry."""

import numpy as np

from symnet.calculus import gradient
from symnet.codegen.lower import lower
from symnet.codegen.scalar_text import text
from symnet.codegen.single import without_single_axes
from symnet.notation import Graph, Index, Tensor, amax, argmax, define, guard, tanh, total
from tests.codegen.agreement import agree, every

n, c, o, u = Index("n", "N"), Index("c", 1), Index("o", "O"), Index("u", "U")
p = Index("p", 3)
x, K = Tensor("x", n, c, u), Tensor("K", o, c, p)
w, y, L = Tensor("w", n, c, u, p), Tensor("y", n, o, u), Tensor("L")


def _convolution() -> Graph:
    return Graph(
        define(w[n, c, u, p], guard(0, u + p - 1, u.extent) * x[n, c, u + p - 1]),
        define(y[n, o, u], total(w[n, c, u, p] * K[o, c, p], over=[c, p])),
        define(L[()], total(tanh(y[n, o, u]), over=[n, o, u])),
        inputs=[x],
        parameters=[K],
        output=L,
    )


def test_an_index_with_one_value_is_that_value() -> None:
    first, second, _ = without_single_axes(lower(_convolution())).defs
    assert len(first.axes) == 4 and first.axes[1] not in first.body.axes
    assert text(second.body) == "sum[p](K[o,0,p]*w[n,0,u,p])"


def test_one_channel_in_and_out(rng: np.random.Generator) -> None:
    given = {"x": rng.standard_normal((2, 1, 5)), "K": rng.standard_normal((4, 1, 3))}
    slope = gradient(_convolution(), ["x", "K"], with_value=True)
    assert "add.reduce" not in agree(every(slope), given).source


def test_largest_of_one_and_where_it_is(rng: np.random.Generator) -> None:
    m, k, s = Tensor("m", n), Tensor("k", n), Tensor("s", n, c)
    graph = Graph(
        define(m[n], amax(x[n, c, 0], over=c)),
        define(k[n], argmax(x[n, c, 0], over=c)),
        define(s[n, c], m[n] + k[n] + c),
        inputs=[x],
        outputs=[m, k, s],
    )
    agree(graph, {"x": rng.standard_normal((3, 1, 2))})


def test_a_recurrence_over_one_step_is_left_alone(rng: np.random.Generator) -> None:
    t = Index("t", 1, sequential=True)
    z, h, h0 = Tensor("z", n, t), Tensor("h", n, t), Tensor("h0", n)
    step = define(h[n, t], tanh(h[n, t - 1] + z[n, t]), base=h0[n])
    graph = Graph(step, inputs=[z, h0], output=h)
    agree(graph, {"z": rng.standard_normal((3, 1)), "h0": rng.standard_normal(3)})


def test_a_kernel_of_one_position_needs_no_windows(rng: np.random.Generator) -> None:
    """With stride 1 it is a dense layer for each place; with stride 2 its adjoint fills a view."""
    a, e, one = Index("a", 8), Index("e", "C"), Index("p", 1)
    for stride, size in ((1, 8), (2, 4)):
        b = Index("b", size)
        z, weight = Tensor("x", n, a, e), Tensor("K", o, e, one)
        windows, out = Tensor("w", n, b, e, one), Tensor("y", n, b, o)
        inside = guard(0, stride * b + one, 8)
        graph = Graph(
            define(windows[n, b, e, one], inside * z[n, stride * b + one, e]),
            define(out[n, b, o], total(windows[n, b, e, one] * weight[o, e, one], over=[e, one])),
            define(L[()], total(tanh(out[n, b, o]), over=[n, b, o])),
            inputs=[z],
            parameters=[weight],
            output=L,
        )
        given = {"x": rng.standard_normal((2, 8, 3)), "K": rng.standard_normal((4, 3, 1))}
        source = agree(gradient(graph, ["x", "K"], with_value=True), given).source
        assert "strided" not in source and "range(" not in source and "part(" not in source
