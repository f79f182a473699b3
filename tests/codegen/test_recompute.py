import importlib

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.codegen.build import prepared
from symnet.codegen.lower import lower
from symnet.codegen.plan import Map, Plan
from symnet.codegen.planning import make_plan
from symnet.notation import Graph, Index, Tensor, define, gelu_tanh, replace, total
from tests.codegen.agreement import agree

n, i, j = Index("n", "N"), Index("i", "I"), Index("j", "J")
x = Tensor("x", n, i)
ARRAYS = {"x": (3, 4), "W1": (4, 5), "V1": (5, 4), "W2": (4, 5), "V2": (5, 4)}


def network(wide: int | str) -> Graph:
    """Two blocks h + V gelu(W h): what the first keeps is used after all of the second."""
    j = Index("j", wide)
    definitions, parameters, h = [], [], x
    for b in "12":
        W, V = Tensor(f"W{b}", i, j), Tensor(f"V{b}", j, i)
        u, z, out = Tensor(f"u{b}", n, j), Tensor(f"z{b}", n, j), Tensor(f"h{b}", n, i)
        definitions += [
            define(u[n, j], total(h[n, i] * W[i, j], over=i)),
            define(z[n, j], gelu_tanh(u[n, j])),
            define(out[n, i], h[n, i] + total(z[n, j] * V[j, i], over=j)),
        ]
        parameters += [W, V]
        h = out
    L = Tensor("L")
    definitions.append(define(L[()], total(h[n, i] ** 2, over=(n, i))))
    graph = Graph(*definitions, inputs=[x], parameters=parameters, output=L)
    return gradient(graph, list(ARRAYS), with_value=True)


def plan(graph: Graph) -> Plan:
    return make_plan(prepared(lower(graph)))


def maps(p: Plan, function: str) -> int:
    return sum(isinstance(op, Map) and op.function == function for op in p.ops)


def test_large_values_are_made_again() -> None:
    large, small = plan(network(16384)), plan(network(16))
    assert maps(large, "multiply") > maps(small, "multiply")
    assert maps(large, "tanh") == maps(small, "tanh") == 2  # only what is cheap


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_numbers_are_the_same(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch, dtype: type
) -> None:
    """Whatever counts as large or far: legal, right, and the same bit by bit."""
    arrays = {m: rng.standard_normal(shape) for m, shape in ARRAYS.items()}
    module = importlib.import_module("symnet.codegen.recompute")
    plain = build(network("J"), dtype=dtype)(**arrays)
    for far in (0, 1, 4):
        monkeypatch.setattr(module, "LARGE", 1)
        monkeypatch.setattr(module, "FAR", far)
        tolerance = 1e-10 if dtype is np.float64 else 1e-4
        again = agree(network("J"), arrays, tolerance=tolerance, dtype=dtype)(**arrays)
        for name, value in plain.items():
            assert np.array_equal(value, again[name]), (name, far)


def test_what_leaves_is_kept(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("symnet.codegen.recompute")
    monkeypatch.setattr(module, "LARGE", 1)
    monkeypatch.setattr(module, "FAR", 0)
    graph = network("J")
    graph = replace(graph, outputs=[d.tensor for d in graph.definitions])
    agree(graph, {m: rng.standard_normal(shape) for m, shape in ARRAYS.items()})
