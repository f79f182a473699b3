"""NumPy as the judge of typed text: the same text, evaluated by NumPy itself and by the oracle.

    compare("np.sum(X @ W, 0)", {"X": "N D", "W": "D K"})     text -> Graph -> interpret == NumPy

Extents are all different (2, 3, 4, ...), so that a transposed axis cannot hide; `sizes` changes
them. What NumPy has not (softmax, conv1d, ...) is written here by literal loops.
"""

from __future__ import annotations

import ast
import itertools
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy
from numpy.lib.array_utils import normalize_axis_index

from symnet.notation import Graph
from symnet.notation.parse import parse
from symnet.notation.parse.shapes import parts
from symnet.verify import interpret
from symnet.verify.sample import sample_tensor

Shapes = Mapping[str, Any]


def sizes_for(shapes: Shapes, smallest: int = 2) -> dict[str, int]:
    """Different sizes for the names in shapes, in order of appearance."""
    names: list[str] = []
    for name, shape in shapes.items():
        for part in parts(name, shape):
            names += [w for w in re.findall(r"[A-Za-z_]\w*", str(part)) if w not in names]
    return {n: smallest + k for k, n in enumerate(names)}


def arrays_for(graph: Graph, sizes: Mapping[str, int], seed: int) -> dict[str, np.ndarray]:
    """An array for every tensor that is given, as its assumptions say."""
    rng = np.random.default_rng(seed)
    named = {sympy.Symbol(k, integer=True, positive=True): n for k, n in sizes.items()}
    return {t.name: sample_tensor(t, named, rng, graph) for t in graph.given}


def compare(
    text: str,
    shapes: Shapes,
    assume: Mapping[str, Any] | None = None,
    sizes: Mapping[str, int] | None = None,
    seed: int = 0,
    tolerance: float = 1e-12,
    given: Mapping[str, np.ndarray] | None = None,
) -> Graph:
    """Assert that NumPy and the graph have the same value, shape and all; the graph."""
    graph = parse(text, shapes, assume)
    chosen = {**sizes_for(shapes), **(sizes or {})}
    arrays = arrays_for(graph, chosen, seed)
    arrays.update({k: a for k, a in (given or {}).items() if k in arrays})
    expected = np.asarray(value(text, arrays, chosen), dtype=float)
    known = {s.name for s in graph.extents}
    found = interpret(graph, arrays, {k: n for k, n in chosen.items() if k in known})
    got = found[graph.output.name] if graph.output.name in found else arrays[graph.output.name]
    assert got.shape == expected.shape, f"{text}: shape {got.shape}, NumPy has {expected.shape}"
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance, err_msg=text)
    return graph


def value(text: str, arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> Any:
    """What NumPy says: the texts are literals of the tests."""
    names: dict[str, Any] = {**NAMES, **sizes}
    names.update({k: a.astype(int) if a.dtype.kind == "i" else a for k, a in arrays.items()})
    lines = ast.parse("\n".join(line.strip() for line in text.split("\n"))).body
    out: Any = None
    with np.errstate(all="ignore"):
        for line in lines:
            assert isinstance(line, ast.Assign | ast.Expr)
            out = eval(compile(ast.Expression(line.value), "text", "eval"), names)
            if isinstance(line, ast.Assign):
                assert isinstance(line.targets[0], ast.Name)
                names[line.targets[0].id] = out
    return out


# -- what NumPy has not, by literal loops ----------------------------------------------------------


def entrywise(function: Callable[[float], float]) -> Callable[[Any], np.ndarray]:
    def made(x: Any) -> np.ndarray:
        x = np.asarray(x, dtype=float)
        return np.array([function(float(v)) for v in x.ravel()]).reshape(x.shape)

    return made


def softmax(x: Any, axis: int | None = -1) -> np.ndarray:
    x = np.asarray(x)
    out = np.empty(x.shape)
    k = normalize_axis_index(0 if axis is None else axis, x.ndim)
    for at in np.ndindex(*x.shape):
        row = [math.exp(x[(*at[:k], j, *at[k + 1 :])]) for j in range(x.shape[k])]
        out[at] = row[at[k]] / sum(row)
    return out


def log_softmax(x: Any, axis: int | None = -1) -> np.ndarray:
    return np.log(softmax(x, axis))


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def leaky_relu(x: Any, slope: float = 0.01) -> Any:
    return np.where(x > 0, x, slope * x)


def elu(x: Any, alpha: float = 1) -> Any:
    return np.where(x > 0, x, alpha * (np.exp(x) - 1))


def xlogy(x: Any, y: Any) -> Any:
    return np.where(x == 0, 0, x * np.log(y))


def softmin(x: Any, axis: int | None = -1) -> np.ndarray:
    return softmax(-x, axis)


def gelu_tanh(v: float) -> float:
    return v * (1 + math.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v**3))) / 2


def both(value: Any, count: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,) * count


def convolved(
    x: Any, kernel: Any, spatial: int, stride: Any, padding: Any, dilation: Any, groups: int
) -> Any:
    """y[b,o,u] = sum_cp K[o,c,p] x[b, C/g group(o) + c, s u + d p - pad], 0 outside of x."""
    batched = x.ndim == spatial + 2
    x = x if batched else x[None]
    s, d, window = both(stride, spatial), both(dilation, spatial), kernel.shape[2:]
    around = [d[a] * (window[a] - 1) for a in range(spatial)]
    if padding == "same":
        sides = [(w // 2, w - w // 2) for w in around]
    else:
        sides = [(p, p) for p in both(0 if padding == "valid" else padding, spatial)]
    places = [(n + sum(sides[a]) - around[a] - 1) // s[a] + 1 for a, n in enumerate(x.shape[2:])]
    out = np.zeros((x.shape[0], kernel.shape[0], *places))
    for at in np.ndindex(*out.shape):
        group = at[1] // (kernel.shape[0] // groups)
        for c, *p in itertools.product(range(kernel.shape[1]), *map(range, window)):
            read = [s[a] * at[2 + a] + d[a] * p[a] - sides[a][0] for a in range(spatial)]
            if all(0 <= r < n for r, n in zip(read, x.shape[2:], strict=True)):
                channel = kernel.shape[1] * group + c
                out[at] += kernel[(at[1], c, *p)] * x[(at[0], channel, *read)]
    return out if batched else out[0]


def conv1d(
    X: Any, K: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    return convolved(X, K, 1, stride, padding, dilation, groups)


def conv2d(
    X: Any, K: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    return convolved(X, K, 2, stride, padding, dilation, groups)


def pooled(
    x: Any, kernel: Any, stride: Any, padding: Any, spatial: int, pick: Any, outside: float
) -> Any:
    k, pad = both(kernel, spatial), both(padding, spatial)
    s = k if stride is None else both(stride, spatial)
    before = x.shape[: x.ndim - spatial]
    padded = list(zip(x.shape[-spatial:], pad, strict=True))
    wide = np.full((*before, *(n + 2 * p for n, p in padded)), outside)
    wide[(..., *(slice(p, n + p) for n, p in padded))] = x
    places = [(n - k[a]) // s[a] + 1 for a, n in enumerate(wide.shape[len(before) :])]
    out = np.zeros((*before, *places))
    for at in np.ndindex(*out.shape):
        here = at[len(before) :]
        window = [slice(s[a] * u, s[a] * u + k[a]) for a, u in enumerate(here)]
        out[at] = pick(wide[(*at[: len(before)], *window)])
    return out


def max_pool1d(X: Any, kernel: Any, stride: Any = None, padding: Any = 0) -> Any:
    return pooled(X, kernel, stride, padding, 1, np.max, -np.inf)


def max_pool2d(X: Any, kernel: Any, stride: Any = None, padding: Any = 0) -> Any:
    return pooled(X, kernel, stride, padding, 2, np.max, -np.inf)


def avg_pool1d(X: Any, kernel: Any, stride: Any = None, padding: Any = 0) -> Any:
    return pooled(X, kernel, stride, padding, 1, np.mean, 0.0)


def avg_pool2d(X: Any, kernel: Any, stride: Any = None, padding: Any = 0) -> Any:
    return pooled(X, kernel, stride, padding, 2, np.mean, 0.0)


NAMES: dict[str, Any] = {
    "np": np,
    **{"softmax": softmax, "log_softmax": log_softmax, "logsumexp": logsumexp},
    **{"conv1d": conv1d, "conv2d": conv2d, "max_pool1d": max_pool1d, "max_pool2d": max_pool2d},
    **{"avg_pool1d": avg_pool1d, "avg_pool2d": avg_pool2d},
    "sigmoid": entrywise(lambda v: 1 / (1 + math.exp(-v))),
    "softplus": entrywise(lambda v: math.log1p(math.exp(v))),
    "relu": entrywise(lambda v: max(v, 0.0)),
    "silu": entrywise(lambda v: v / (1 + math.exp(-v))),
    "gelu": entrywise(lambda v: v * (1 + math.erf(v / math.sqrt(2))) / 2),
    "erf": entrywise(math.erf),
    "swish": entrywise(lambda v: v / (1 + math.exp(-v))),
    "mish": entrywise(lambda v: v * math.tanh(math.log1p(math.exp(v)))),
    "softsign": entrywise(lambda v: v / (1 + abs(v))),
    "expit": entrywise(lambda v: 1 / (1 + math.exp(-v))),
    "gelu_tanh": entrywise(gelu_tanh),
    **{"leaky_relu": leaky_relu, "elu": elu, "xlogy": xlogy, "softmin": softmin},
    **dict.fromkeys(
        ("log_sigmoid", "logsigmoid", "log_expit"), entrywise(lambda v: -math.log1p(math.exp(-v)))
    ),
}
