"""Logits near +-800 in float32: finite, and equal to a 50-digit reference to 1e-6."""

import warnings
from collections.abc import Callable

import mpmath
import numpy as np
import pytest

from symnet import layers
from symnet.calculus import gradient
from symnet.codegen import build
from symnet.codegen.lower import lower
from symnet.codegen.safe import is_below, make_safe
from symnet.codegen.scalar import Call, walk
from symnet.codegen.scalar_text import text
from symnet.notation import (
    Definition,
    Entry,
    Graph,
    Index,
    Tensor,
    compare,
    define,
    exp,
    guard,
    log,
    logsumexp,
    mean,
    sigmoid,
    softplus,
    tanh,
    total,
)
from symnet.verify import interpret

n, k = Index("n", "N"), Index("k", "K")
x, y = Tensor("x", n, k), Tensor("y", n, k)
t = Tensor("t", n, assume="integer", below=k.extent)
L = Tensor("L")
LOGITS = np.array(
    [
        [800, -800, 799.5, 0, 1],
        [-800, -799, -800, -798, -800],
        [0.5, -0.25, 0, 1, 2],
        [800, 800, 800, 800, 800],
        [-3, 790, -790, 5, 799],
    ],
    np.float32,
)
LABELS = np.array([1, 3, 0, 4, 2])
TARGETS = np.abs(np.sin(np.arange(25.0))).reshape(5, 5).astype(np.float32)
CASES = {"x": LOGITS, "y": TARGETS, "t": LABELS}


def softmax(row: list[mpmath.mpf]) -> list[mpmath.mpf]:
    powers = [mpmath.exp(v) for v in row]
    return [p / mpmath.fsum(powers) for p in powers]


def reference(
    loss: Callable[[list[list[mpmath.mpf]]], mpmath.mpf],
    slope: Callable[[list[list[mpmath.mpf]]], list[list[mpmath.mpf]]],
) -> tuple[float, np.ndarray]:
    with mpmath.workdps(50):
        z = [[mpmath.mpf(float(v)) for v in row] for row in LOGITS]
        return float(loss(z)), np.array([[float(v) for v in row] for row in slope(z)])


def labels_loss(z: list[list[mpmath.mpf]]) -> mpmath.mpf:
    return -mpmath.fsum(mpmath.log(softmax(r)[c]) for r, c in zip(z, LABELS, strict=True)) / 5


def labels_slope(z: list[list[mpmath.mpf]]) -> list[list[mpmath.mpf]]:
    return [
        [(p - (j == c)) / 5 for j, p in enumerate(softmax(r))]
        for r, c in zip(z, LABELS, strict=True)
    ]


def targets_loss(z: list[list[mpmath.mpf]]) -> mpmath.mpf:
    return (
        -mpmath.fsum(
            float(w) * mpmath.log(p)
            for r, row in zip(z, TARGETS, strict=True)
            for p, w in zip(softmax(r), row, strict=True)
        )
        / 5
    )


def targets_slope(z: list[list[mpmath.mpf]]) -> list[list[mpmath.mpf]]:
    out = []
    for r, row in zip(z, TARGETS, strict=True):
        weight = mpmath.fsum(float(w) for w in row)
        out.append([(p * weight - float(w)) / 5 for p, w in zip(softmax(r), row, strict=True)])
    return out


def binary_loss(z: list[list[mpmath.mpf]]) -> mpmath.mpf:
    pairs = [
        (v, mpmath.mpf(float(w)))
        for r, row in zip(z, TARGETS, strict=True)
        for v, w in zip(r, row, strict=True)
    ]
    return mpmath.fsum(w * mpmath.log1p(mpmath.exp(-v)) + (1 - w) * mpmath.log1p(mpmath.exp(v))
                       for v, w in pairs) / 25  # fmt: skip


def binary_slope(z: list[list[mpmath.mpf]]) -> list[list[mpmath.mpf]]:
    return [
        [(1 / (1 + mpmath.exp(-v)) - float(w)) / 25 for v, w in zip(r, row, strict=True)]
        for r, row in zip(z, TARGETS, strict=True)
    ]


def graph_of(body: object, *before: object) -> Graph:
    return Graph(*before, define(L[()], body), inputs=[x, y, t], output=L)


def losses() -> dict[str, tuple[Graph, object, object]]:
    e, S, p, s = Tensor("e", n, k), Tensor("S", n), Tensor("p", n, k), Tensor("s", n, k)
    j = k.fresh()
    X = x[n, k]
    labels = (labels_loss, labels_slope)
    targets = (targets_loss, targets_slope)
    binary = (binary_loss, binary_slope)
    quotient = define(p[n, k], exp(X) / total(exp(x[n, j]), over=j))
    in_lines = (
        define(e[n, k], exp(X)),
        define(S[n], total(e[n, k], over=k)),
        define(p[n, k], e[n, k] / S[n]),
    )
    s_log = y[n, k] * log(s[n, k]) + (1 - y[n, k]) * log(1 - s[n, k])
    found = {
        "layer, labels": (layers.softmax_cross_entropy(x, t), *labels),
        "layer, targets": (layers.softmax_cross_entropy(x, y), *targets),
        "layer, binary": (layers.binary_cross_entropy(x, y), *binary),
        "named softmax": (graph_of(-mean(log(p[n, t[n]]), over=n), quotient), *labels),
        "softmax in three lines": (
            graph_of(-total(y[n, k] * log(p[n, k]), over=[n, k]) / n.extent, *in_lines),
            *targets,
        ),
        "log-sum-exp": (
            graph_of(mean(logsumexp(X, over=k) - x[n, t[n]], over=n)),
            *labels,
        ),
        "log1p": (
            graph_of(mean(log(1 + exp(X)) - y[n, k] * X, over=[n, k])),
            *binary,
        ),
        "softplus of both signs": (
            graph_of(
                mean(y[n, k] * softplus(-X) + (1 - y[n, k]) * softplus(X), over=[n, k]),
            ),
            *binary,
        ),
        "log of a named sigmoid": (
            graph_of(-mean(s_log, over=[n, k]), define(s[n, k], sigmoid(X))),
            *binary,
        ),
    }
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("name", losses())
def test_loss_and_gradient_at_large_logits(name: str) -> None:
    graph, loss, slope = losses()[name]
    value, exact = reference(loss, slope)  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        f = build(gradient(graph, "x", with_value=True), dtype=np.float32)
        got = f(**{v: a for v, a in CASES.items() if v in f.needed})
    assert got["x_bar"].dtype == np.float32
    assert abs(got["L"] - value) <= 1e-6 * max(1, abs(value))
    assert np.abs(got["x_bar"] - exact).max() <= 1e-6


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (lambda v: sigmoid(v), lambda v: 1 / (1 + mpmath.exp(-v))),
        (lambda v: 1 / (1 + exp(-v)), lambda v: 1 / (1 + mpmath.exp(-v))),
        (lambda v: exp(v) / (1 + exp(v)) ** 2, lambda v: mpmath.exp(v) / (1 + mpmath.exp(v)) ** 2),
        (lambda v: (exp(v) - exp(-v)) / (exp(v) + exp(-v)), mpmath.tanh),
        (lambda v: softplus(v), lambda v: mpmath.log1p(mpmath.exp(v))),
        (lambda v: log(sigmoid(v)), lambda v: -mpmath.log1p(mpmath.exp(-v))),
        (lambda v: log(exp(v) + exp(2 * v)), lambda v: v + mpmath.log1p(mpmath.exp(v))),
        (lambda v: tanh(v), mpmath.tanh),
    ],
)
def test_functions_at_large_arguments(body: object, wanted: object) -> None:
    graph = Graph(define(y[n, k], body(x[n, k])), inputs=[x], output=y)  # type: ignore[operator]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = build(graph, dtype=np.float32)(x=LOGITS)
    with mpmath.workdps(50):
        exact = np.array([[float(wanted(mpmath.mpf(float(v)))) for v in r] for r in LOGITS])  # type: ignore[operator]
    assert (np.abs(found - exact) <= 1e-6 * np.maximum(1, np.abs(exact))).all()


def test_rewriting_leaves_other_exponentials_alone() -> None:
    p, j = Tensor("p", n, k), k.fresh()
    for body in (exp(x[n, k]) * y[n, k], total(exp(x[n, j]), over=j) + x[n, k], log(1 + y[n, k])):
        program = lower(Graph(define(p[n, k], body), inputs=[x, y]))
        assert make_safe(program) == program


def test_rewriting_twice_changes_nothing() -> None:
    program = make_safe(lower(losses()["layer, labels"][0]))
    again = make_safe(program)
    assert [text(d.body) for d in again.defs] == [text(d.body) for d in program.defs]


def test_shift_is_recognised_as_not_positive() -> None:
    program = make_safe(lower(losses()["layer, labels"][0]))
    powers = [e for d in program.defs for e in walk(d.body) if isinstance(e, Call)]
    shifted = [e for e in powers if e.function == "exp_below"]
    assert shifted and all(is_below(e.args[0]) for e in shifted)
    assert not any(e.function == "exp" for e in powers)


def test_a_named_exponential_beyond_its_range_stays_behind_its_bracket() -> None:
    """[i+k+1 < 2] d0[i+k+1] / sum exp: d0 is opened, and its reads keep the bracket."""
    y = Tensor("y", Index("a", 2), Index("b", "N"))
    i, k, m, t, c, j = (
        Index(*x) for x in (("i", "T"), ("k", "K"), ("m", 2), ("t", "T"), ("c", 2), ("j", "N"))
    )
    d0, out = Tensor("d0", t, c, m), Tensor("out", i, k)
    p, q, u, v, w = (Index(*x) for x in (("p", "T"), ("q", 2), ("u", "T"), ("v", 2), ("w", 2)))
    inner = total(guard(0, p + 1, p.extent) * Entry(d0, p + 1, q, q), over=q)
    above = total(
        compare("<", i + k + 1, 2) * compare("<=", 0, i + k + 1) * Entry(d0, i, i + k + 1, w),
        over=w,
    )
    graph = Graph(
        Definition(Entry(d0, u, v, m), exp(tanh(total(Entry(y, v, j), over=j)))),
        Definition(Entry(out, i, k), above / total(exp(tanh(inner)), over=p)),
        inputs=[y],
        output=out,
    )
    value = np.random.default_rng(0).normal(size=(2, 3))
    sizes = {"T": 2, "K": 1}
    found = build(graph)(y=value, sizes={**sizes, "N": 3})
    np.testing.assert_allclose(found, interpret(graph, {"y": value}, sizes)["out"], rtol=1e-12)
