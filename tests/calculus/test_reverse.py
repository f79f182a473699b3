"""Reverse mode: every construct of the notation, held to the judges; and its clear errors."""

from collections.abc import Callable

import numpy as np
import pytest
import sympy

from symnet.calculus import gradient
from symnet.calculus.convert import read
from symnet.notation import (
    DerivativeError,
    Graph,
    Index,
    Tensor,
    UnknownTensor,
    absolute,
    amax,
    amin,
    compare,
    cos,
    define,
    delta,
    detach,
    erf,
    exp,
    guard,
    log,
    logsumexp,
    maximum,
    mean,
    minimum,
    product,
    relu,
    sigmoid,
    sin,
    softplus,
    sqrt,
    tanh,
    total,
    where,
)
from symnet.verify import interpret, judge

n, j, k = Index("n", "N"), Index("j", "J"), Index("k", "J")
x, w, y = Tensor("x", n, j), Tensor("w", j), Tensor("y", n, j)
s, L = Tensor("s", n), Tensor("L")
a = Index("a", 7)
u, p = Index("u", 3), Index("p", 3)
line, window, pooled = Tensor("line", a), Tensor("window", u, p), Tensor("pooled", u)
t = Index("t", "T", sequential=True)
h, z, q, h0 = Tensor("h", t), Tensor("z", t), Tensor("q", t), Tensor("h0")
m = Tensor("m", j, k)
which = Tensor("which", n, assume="integer", below="J")
table = Tensor("table", j, k)
T = t.extent


def squares(of: Tensor) -> object:
    return define(L, total(of.at() ** 2, over=of.indices))


CASES: dict[str, tuple[Callable[[], Graph], list[str]]] = {
    "largest": (
        lambda: Graph(define(s[n], amax(w[j] * x[n, j], over=j)), squares(s), inputs=[x, w]),
        ["x", "w"],
    ),
    "smallest": (
        lambda: Graph(define(s[n], amin(w[j] * x[n, j], over=j)), squares(s), inputs=[x, w]),
        ["x", "w"],
    ),
    "largest over two": (
        lambda: Graph(define(L, amax(w[j] * x[n, j], over=(n, j)) ** 3), inputs=[x, w]),
        ["x", "w"],
    ),
    "product": (
        lambda: Graph(define(s[n], product(x[n, j] * w[j], over=j)), squares(s), inputs=[x, w]),
        ["x", "w"],
    ),
    "cases": (
        lambda: Graph(
            define(
                y[n, j],
                where(compare(">", x[n, j], 0.2), log(1 + x[n, j] ** 2) * w[j], sin(x[n, j])),
            ),
            squares(y),
            inputs=[x, w],
        ),
        ["x", "w"],
    ),
    "a branch that is undefined elsewhere": (
        lambda: Graph(
            define(y[n, j], where(compare(">", x[n, j], 0.2), log(x[n, j]) * w[j], x[n, j])),
            squares(y),
            inputs=[x, w],
        ),
        ["x", "w"],
    ),
    "gather": (
        lambda: Graph(
            define(Tensor("e", n, k)[n, k], table[which[n], k]),
            define(L, total(Tensor("e", n, k)[n, k] ** 3 * w[which[n]], over=(n, k))),
            inputs=[table, w, which],
        ),
        ["table", "w"],
    ),
    "label": (
        lambda: Graph(
            define(y[n, j], exp(x[n, j]) / total(exp(x[n, k]), over=k)),
            define(L, -mean(log(y[n, which[n]]), over=n)),
            inputs=[x, which],
        ),
        ["x"],
    ),
    "reversal": (
        lambda: Graph(
            define(y[n, j], x[n.extent - 1 - n, j.extent - 1 - j] * x[n, j] * w[j]),
            squares(y),
            inputs=[x, w],
        ),
        ["x", "w"],
    ),
    "fixed index": (lambda: Graph(define(L, total(x[n, 0] ** 3, over=n)), inputs=[x]), ["x"]),
    "diagonal": (
        lambda: Graph(define(L, total(m[j, j] ** 2 * m[j, k], over=(j, k))), inputs=[m]),
        ["m"],
    ),
    "window with padding": (
        lambda: Graph(
            define(window[u, p], guard(0, 2 * u + p - 1, 7) * line[2 * u + p - 1]),
            define(L, total(window[u, p] ** 3, over=(u, p))),
            inputs=[line],
        ),
        ["line"],
    ),
    "stride without a kernel index": (
        lambda: Graph(
            define(pooled[u], line[2 * u] * line[2 * u + 2]), squares(pooled), inputs=[line]
        ),
        ["line"],
    ),
    "max pooling with padding": (
        lambda: Graph(
            define(
                window[u, p],
                where(guard(0, 2 * u + p - 1, 7), line[2 * u + p - 1], -sympy.oo),
            ),
            define(pooled[u], amax(window[u, p], over=p)),
            squares(pooled),
            inputs=[line],
        ),
        ["line"],
    ),
    "running sum": (
        lambda: Graph(
            define(y[n, j], total(compare("<=", k, j) * x[n, k], over=k)),
            define(L, total(y[n, j] ** 2 * w[j], over=(n, j))),
            inputs=[x, w],
        ),
        ["x", "w"],
    ),
    "index as a number": (
        lambda: Graph(
            define(y[n, j], sin(x[n, j] * (j + 1)) + n * w[j]), squares(y), inputs=[x, w]
        ),
        ["x", "w"],
    ),
    "delta": (
        lambda: Graph(
            define(y[n, j], total(x[n, k] * delta(j, k) * w[k] ** 2, over=k)),
            squares(y),
            inputs=[x, w],
        ),
        ["x", "w"],
    ),
    "norm": (
        lambda: Graph(
            define(s[n], sqrt(total(x[n, j] ** 2, over=j))),
            define(L, total(s[n] * w[j], over=(n, j))),
            inputs=[x, w],
        ),
        ["x", "w"],
    ),
    "log-sum-exp": (
        lambda: Graph(define(s[n], logsumexp(x[n, j] * w[j], over=j)), squares(s), inputs=[x, w]),
        ["x", "w"],
    ),
    "many functions": (
        lambda: Graph(
            define(
                y[n, j],
                tanh(x[n, j])
                + sigmoid(w[j]) * softplus(x[n, j])
                + erf(x[n, j]) * cos(w[j])
                + relu(x[n, j])
                + absolute(w[j] * x[n, j])
                + maximum(x[n, j], w[j])
                + minimum(x[n, j], 2 * w[j]),
            ),
            squares(y),
            inputs=[x, w],
        ),
        ["x", "w"],
    ),
    "recurrence": (
        lambda: Graph(
            define(h[t], tanh(w[0] * h[t - 1] + z[t]), base=h0[()]),
            define(L, h[T - 1] ** 2 + total(h[t - 1] * z[t], over=t)),
            inputs=[w, z, h0],
        ),
        ["w", "z", "h0"],
    ),
    "two recurrences, shift two": (
        lambda: Graph(
            define(h[t], tanh(q[t - 2] + z[t]) * h[t - 1], base=h0[()]),
            define(q[t], h[t] * z[t] + q[t - 1], base=w[0]),
            define(L, q[T - 1] ** 2 + total(h[t - 1] * z[t], over=t)),
            inputs=[w, z, h0],
        ),
        ["w", "z", "h0"],
    ),
    "recurrence that runs back": (
        lambda: Graph(
            define(h[t], tanh(compare("<", t + 1, T) * h[t + 1] + z[t])),
            define(L, h[0] ** 2),
            inputs=[z],
        ),
        ["z"],
    ),
    "clash of letters": (
        lambda: Graph(
            define(
                m[j, k],
                total(
                    x[n, j] * x[n, k] * total(w[Index("j", "J")] if False else w[k] * w[j], over=k),
                    over=n,
                ),
            ),
            squares(m),
            inputs=[x, w],
        ),
        ["x", "w"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_gradient_and_second_derivative_hold(name: str) -> None:
    build, wrt = CASES[name]
    verdict = judge(build(), wrt, seed=3)
    assert verdict.passed, f"{name}: {verdict}"


def test_no_cotangent_flows_through_detach() -> None:
    g = Graph(define(L, total(detach(x[n, j] ** 2) * x[n, j], over=(n, j))), inputs=[x])
    values = np.array([[0.5, -2.0, 3.0]])
    found = interpret(gradient(g, "x"), {"x": values})["x_bar"]
    np.testing.assert_allclose(found, values**2)


def test_kinks_have_the_stated_values() -> None:
    g = Graph(
        define(
            L,
            total(
                relu(x[n, j]) + absolute(x[n, j]) + 10 * maximum(x[n, j], 0 * x[n, j]), over=(n, j)
            ),
        ),
        inputs=[x],
    )
    found = interpret(gradient(g, "x"), {"x": np.zeros((1, 2))})["x_bar"]
    np.testing.assert_array_equal(found, np.full((1, 2), 10.0))


def test_a_tie_belongs_to_the_first_of_the_largest() -> None:
    g = Graph(define(L, amax(w[j], over=j)), inputs=[w])
    found = interpret(gradient(g, "w"), {"w": np.array([1.0, 3.0, 3.0])})["w_bar"]
    np.testing.assert_array_equal(found, [0.0, 1.0, 0.0])


def test_convolution_adjoint_solves_for_the_kernel_index() -> None:
    """design: x_bar[a] = sum_u [0 <= a-2u+1 < K] w_bar[u, a-2u+1], no divisibility condition."""
    c, o, b = Index("c", "C"), Index("o", "O"), Index("b", "H")
    v, r = Index("u", "U"), Index("p", "K")
    image, kernel = Tensor("image", c, b), Tensor("kernel", o, c, r)
    cut, out = Tensor("cut", c, v, r), Tensor("out", o, v)
    g = Graph(
        define(cut[c, v, r], guard(0, 2 * v + r - 1, b.extent) * image[c, 2 * v + r - 1]),
        define(out[o, v], total(kernel[o, c, r] * cut[c, v, r], over=(c, r))),
        inputs=[image],
        parameters=[kernel],
    )
    d = gradient(g, "image", cotangent="out_bar")
    bar = d.definition("image_bar")
    assert bar is not None
    c2, b2 = bar.free
    v2 = v.fresh()
    cut_bar = Tensor("cut_bar", c, v, r)
    expected = total(
        guard(0, b2 - 2 * v2 + 1, r.extent) * cut_bar[c2, v2, b2 - 2 * v2 + 1], over=v2
    )
    assert read(bar.expression) is read(expected)


def test_stride_one_gives_correlation_with_a_shifted_kernel_index() -> None:
    v, r, b = Index("u", "U"), Index("p", 3), Index("b", "H")
    image, out, kernel = Tensor("image", b), Tensor("out", v), Tensor("kernel", r)
    g = Graph(
        define(out[v], total(guard(0, v + r - 1, b.extent) * image[v + r - 1] * kernel[r], over=r)),
        inputs=[image, kernel],
    )
    rng = np.random.default_rng(0)
    arrays = {
        "image": rng.normal(size=6),
        "kernel": rng.normal(size=3),
        "out_bar": rng.normal(size=6),
    }
    found = interpret(gradient(g, "image", cotangent="out_bar"), arrays)["image_bar"]
    flipped = np.convolve(arrays["out_bar"], arrays["kernel"])[1:-1]
    np.testing.assert_allclose(found, flipped)


def test_lstm_carousel_is_the_textbook_recurrence() -> None:
    f, c, g_, i_ = (Tensor(name, t) for name in ("f", "c", "g", "i"))
    graph = Graph(define(c[t], f[t] * c[t - 1] + i_[t] * g_[t], base=0), inputs=[f, g_, i_])
    d = gradient(graph, "f", cotangent="c_up")
    bar = d.definition("c_bar")
    assert bar is not None
    (r,) = bar.free
    cb, up = Tensor("c_bar", t), Tensor("c_up", t)
    expected = up[r] + compare("<", r + 1, T) * cb[r + 1] * f[r + 1]
    assert read(bar.expression) is read(expected)


def test_second_derivative_of_a_gradient_graph_is_a_graph_again() -> None:
    g = Graph(define(L, total(x[n, j] ** 3, over=(n, j))), inputs=[x])
    first = gradient(g, "x")
    again = gradient(first, "x", cotangent="v")
    values = {"x": np.array([[1.0, 2.0]]), "v": np.array([[3.0, 5.0]])}
    found = interpret(again, values)[again.output.name]
    np.testing.assert_allclose(found, 6 * values["x"] * values["v"])


def test_a_zero_cotangent_says_why() -> None:
    g = Graph(
        define(y[n, j], exp(x[n, j]) / total(exp(x[n, k]), over=k)),
        define(L, total(y[n, j], over=(n, j))),
        inputs=[x, w],
    )
    notes = dict(gradient(g, ["x", "w"]).notes)
    assert "cancel" in notes["x_bar"]
    assert "does not depend on w" in notes["w_bar"]


def test_errors_name_what_is_wrong() -> None:
    g = Graph(define(s[n], w[which[n]] * total(x[n, j], over=j)), inputs=[x, w, which])
    with pytest.raises(DerivativeError, match=r"s has 1 axes.*cotangent='s_bar'"):
        gradient(g, "x")
    with pytest.raises(UnknownTensor, match="did you mean x"):
        gradient(g, "xx", cotangent="g")
    with pytest.raises(DerivativeError, match="which holds integers"):
        gradient(g, "which", cotangent="g")
    with pytest.raises(DerivativeError, match="has a tensor of that name"):
        gradient(g, "x", cotangent="w")
    with pytest.raises(DerivativeError, match="no tensor named"):
        gradient(g, [], cotangent="g")


def test_with_value_puts_the_output_first() -> None:
    g = Graph(define(L, total(x[n, j] ** 2, over=(n, j))), inputs=[x])
    assert [o.name for o in gradient(g, "x", with_value=True).outputs] == ["L", "x_bar"]


def test_the_name_of_the_upstream_cotangent_is_not_used_twice() -> None:
    o, v = Tensor("o", n), Tensor("v", n)
    g = Graph(define(o[n], total(x[n, j], over=j)), define(v[n], o[n] ** 2), inputs=[x])
    d = gradient(g, "x", cotangent="o_bar")
    assert "o_bar" in [i.name for i in d.inputs]
    assert dict(d.cotangents)["o"] == "o_bar2"


def test_a_base_case_may_depend_on_how_far_before_the_start_it_is_read() -> None:
    """t is negative there: [t = -1] is not settled by the range of t."""
    a, b, c = Tensor("a"), Tensor("b"), Tensor("c")
    base = where(compare("==", t, -1), a[()], b[()]) + c[()] * t
    graph = Graph(
        define(h[t], q[t] * h[t - 1] + h[t - 2] ** 2, base=base),
        define(L, total(h[t], over=t)),
        inputs=[q],
        parameters=[a, b, c],
    )
    assert judge(graph, ["a", "b", "c", "q"]).passed


def test_a_base_case_may_read_a_past() -> None:
    past, ago = Tensor("past", p), Tensor("L")
    graph = Graph(
        define(h[t], z[t] * h[t - 3] + h[t - 1] ** 2, base=past[t + 3]),
        define(ago, total(h[t], over=t)),
        inputs=[z],
        parameters=[past],
    )
    assert judge(graph, ["past", "z"]).passed


def test_a_tensor_named_twice_is_refused() -> None:
    with pytest.raises(DerivativeError, match="x is named twice"):
        gradient(Graph(squares(x), parameters=[x]), ["x", "x"])


def test_an_index_of_extent_1_in_a_slot_of_several() -> None:
    """z[c] = y[g,m] at c = 3 g + m, of one group: g stands in the slot of m too."""
    c, g, m = Index("c", 3), Index("g", 1), Index("m", 3)
    y, z = Tensor("y", g, m), Tensor("z", c)
    value = total(delta(c, 3 * g + m) * y[g, m], over=(g, m))
    graph = Graph(define(z[c], value), inputs=[y], output=z)
    assert judge(graph, ["y"]).passed
