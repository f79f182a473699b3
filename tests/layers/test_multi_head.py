"""Multi-head attention: degenerate cases, the zero gradient, initial rules, cached steps."""

from typing import Any

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.layers import (
    attention,
    dense,
    fans,
    join,
    multi_head,
    multi_head_step,
    rules,
    split_heads,
)
from symnet.layers.catalogue.attention import lengths, memory, words
from symnet.notation import Graph, Index, IndexMismatch, Tensor, UnsupportedExpression
from symnet.render import text
from symnet.verify import interpret

N, T, D = Index("n", "N"), Index("t", "T"), Index("d", "D")
X = Tensor("x", N, T, D)
SIZES = {"N": 2, "T": 4, "D": 5, "H": 3, "C": 1, "R": 6, "M": 7}
Arrays = dict[str, np.ndarray]


def arrays(graph: Graph, rng: np.random.Generator, **sizes: int) -> Arrays:
    """Normal numbers for all real given tensors."""
    known = {**SIZES, **sizes}

    def shape(t: Tensor) -> list[int]:
        return [int(e) if e.is_Integer else known[str(e)] for e in t.shape]

    return {t.name: rng.normal(size=shape(t)) for t in graph.given if not t.is_integer_valued}


def test_one_head_is_attention(rng: np.random.Generator) -> None:
    """h = 1: projections, attention, a projection."""
    graph = multi_head(X, 1, "C")
    C = Index("c", "C")
    q, k, v = (dense(X, C, f"_{s}", output=s) for s in "qkv")
    core = attention(q.output, k.output, v.output)
    single = join(q, k, v, core, dense(core.output, D, "_o"))
    given = arrays(graph, rng, C=6)
    flat = {name: a.reshape(_without_head(name, a)) for name, a in given.items()}
    expected = interpret(single, flat)[single.output.name]
    np.testing.assert_allclose(interpret(graph, given)["a"], expected, rtol=0, atol=1e-13)


def _without_head(name: str, a: np.ndarray) -> tuple[int, ...]:
    if name == "W_o":
        return a.shape[1:]
    if name.startswith("W"):
        return (a.shape[0], a.shape[2])
    return a.shape[1:] if name.startswith("b") and name != "b_o" else a.shape


MASKS: dict[str, dict[str, Any]] = {
    "none": {},
    "causal": {"causal": True},
    "lengths": {"padding": lengths()},
    "causal and lengths": {"causal": True, "padding": lengths()},
    "keys": {"padding": Tensor("M", N, T, assume="mask")},
    "score bias": {"score_bias": Tensor("b", T, Index("s", "T"))},
    "memory": {"memory": memory("M")},
    "unscaled": {"scaled": False},
}


@pytest.mark.parametrize("kind", MASKS)
def test_the_key_bias_gets_exactly_zero(kind: str) -> None:
    """It adds the same number to all scores of a row; the reason stands beside the gradient."""
    derived = gradient(multi_head(X, "H", "C", **MASKS[kind]), ["b_k", "b_q"], "a_bar")
    assert str(derived.definition("b_k_bar").expression) == "0"
    assert dict(derived.notes)["b_k_bar"].startswith("shift invariance: P does not change")
    assert str(derived.definition("b_q_bar").expression) != "0"


def test_without_biases() -> None:
    graph = multi_head(X, "H", "C", bias=False)
    assert [t.name for t in graph.parameters] == ["W_q", "W_k", "W_v", "W_o"]


def test_fans_are_those_of_the_sums() -> None:
    graph = multi_head(X, "H", "C", memory=memory("M"), value_width="E")
    found = {t.name: [str(f) for f in fans(t, graph)] for t in graph.parameters if t.order > 2}
    assert found == {
        "W_q": ["D", "C*H"],
        "W_k": ["M", "C*H"],
        "W_v": ["M", "E*H"],
        "W_o": ["E*H", "D"],
    }
    assert all(rules(graph)[f"b_{s}"].kind == "constant" for s in "qkvo")


def test_the_width_of_a_head_follows_from_numbers_only() -> None:
    x = Tensor("x", N, T, Index("d", 12))
    assert multi_head(x, 3).tensor("q").shape[-1] == 4
    with pytest.raises(UnsupportedExpression, match="width of x is 12 and there are 5 heads"):
        multi_head(x, 5)
    with pytest.raises(UnsupportedExpression, match="expected width="):
        multi_head(X, "H")
    with pytest.raises(IndexMismatch, match="split_heads: x has 1 axes"):
        split_heads(Tensor("x", D), 2, 3)


def test_the_axis_of_keys_has_a_letter_of_its_own() -> None:
    assert "S[n,h,t,s] = sum[c](q[n,h,t,c]*k[n,h,s,c])/sqrt(C)" in text(multi_head(X, "H", "C"))


# -- cached steps -------------------------------------------------------------------------------


def step(new: int) -> Graph:
    x = Tensor("x", N, Index("t", new), D)
    start = Tensor("start", assume="integer", below=4)
    return multi_head_step(x, "H", "C", start=start, slots=Index("s", 4))


@pytest.mark.parametrize("new", [1, 2, 4])
@pytest.mark.parametrize("by", ["interpreter", "generated code"])
def test_cached_steps_are_the_rows_of_causal_attention(
    new: int, by: str, rng: np.random.Generator
) -> None:
    full = multi_head(words(), "H", "C", causal=True)
    given = arrays(full, rng)
    expected = interpret(full, given)["a"]
    graph = step(new)
    states = {state.name: value.name for state, value in graph.updates}
    one = Graph(
        *graph.definitions,
        inputs=graph.inputs,
        parameters=graph.parameters,
        outputs=[*graph.outputs, *(value for _, value in graph.updates)],
    )
    run = (lambda **a: interpret(one, a)) if by == "interpreter" else build(one)
    caches = {name: np.zeros((2, 3, 4, 1)) for name in states}
    for first in range(0, 4, new):
        rows = {**given, "x": given["x"][:, first : first + new], "start": np.array(first)}
        found = run(**rows, **caches)
        caches = {state: found[value] for state, value in states.items()}
        np.testing.assert_allclose(found["a"], expected[:, first : first + new], rtol=0, atol=1e-13)


def test_bound_code_keeps_the_cache(rng: np.random.Generator) -> None:
    """As it is used: the caches are states, written in place."""
    full = multi_head(words(), "H", "C", causal=True)
    given = arrays(full, rng)
    expected = interpret(full, given)["a"]
    kept = {t: a for t, a in given.items() if t != "x"}
    caches = {name: np.zeros((2, 3, 4, 1)) for name in ("k_cache", "v_cache")}
    out = {"a": np.empty((2, 1, 5))}
    run = build(step(1)).bind(**kept, **caches, out=out)
    for t in range(4):
        run(x=given["x"][:, t : t + 1], start=np.array(t))
        np.testing.assert_allclose(out["a"][:, 0], expected[:, t], rtol=0, atol=1e-13)


def test_a_step_needs_a_bound_of_its_places() -> None:
    x = Tensor("x", N, Index("t", 1), D)
    with pytest.raises(UnsupportedExpression, match="start has no bound"):
        multi_head_step(x, "H", "C", start=Tensor("start", assume="integer"))
