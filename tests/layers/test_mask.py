"""Masks: which keys a query sees, what a row without any is, and what does not fit."""

from collections.abc import Callable

import numpy as np
import pytest
import sympy

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.layers import attention
from symnet.notation import (
    ExtentMismatch,
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    UnsupportedExpression,
    compare,
    define,
    exp,
    sqrt,
    total,
    where,
)
from symnet.verify import interpret

N, I, D, E = Index("n", "N"), Index("i", "I"), Index("d", "D"), Index("e", "E")
J, SAME = Index("j", "J"), Index("j", "I")
LENGTHS = Tensor("l", N, assume="integer", below=J.extent + 1)
MASK = Tensor("M", N, I, J, assume="mask")
KEYS = Tensor("M", N, J, assume="mask")


def qkv(j: Index = J) -> tuple[Tensor, Tensor, Tensor]:
    return Tensor("Q", N, I, D), Tensor("K", N, j, D), Tensor("V", N, j, E)


def arrays(rng: np.random.Generator, j: int = 4, i: int = 3) -> dict[str, np.ndarray]:
    shapes = {"Q": (2, i, 5), "K": (2, j, 5), "V": (2, j, 1)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def both(graph: Graph, given: dict[str, np.ndarray]) -> np.ndarray:
    """The output by interpreter and generated code, which agree."""
    value = interpret(graph, given)[graph.output.name]
    np.testing.assert_allclose(build(graph)(**given), value, rtol=0, atol=1e-13)
    return value


def test_lengths_are_a_mask_over_keys(rng: np.random.Generator) -> None:
    given = arrays(rng)
    by_length = both(attention(*qkv(), padding=LENGTHS), {**given, "l": np.array([2, 4])})
    keys = np.arange(4) < np.array([[2], [4]])
    by_keys = both(attention(*qkv(), padding=KEYS), {**given, "M": keys.astype(float)})
    rows = np.broadcast_to(keys[:, None], (2, 3, 4)).astype(float)
    by_mask = both(attention(*qkv(), mask=MASK), {**given, "M": rows})
    np.testing.assert_allclose(by_keys, by_length, rtol=0, atol=1e-14)
    np.testing.assert_allclose(by_mask, by_length, rtol=0, atol=1e-14)


def test_a_causal_mask_and_padding_are_multiplied(rng: np.random.Generator) -> None:
    given = arrays(rng, j=3)
    lengths = Tensor("l", N, assume="integer", below=I.extent + 1)
    found = both(
        attention(*qkv(SAME), causal=True, padding=lengths), {**given, "l": np.array([2, 3])}
    )
    seen = np.tril(np.ones((3, 3))) * (np.arange(3) < np.array([[2], [3]]))[:, None]
    mask = Tensor("M", N, I, SAME, assume="mask")
    expected = both(attention(*qkv(SAME), mask=mask), {**given, "M": seen})
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)


def test_causal_from_a_start(rng: np.random.Generator) -> None:
    start = Tensor("start", assume="integer", below="J")
    given = {**arrays(rng, j=4, i=2), "start": np.array(1)}
    found = both(attention(*qkv(), causal=True, start=start), given)
    seen = np.broadcast_to(np.arange(4) <= np.arange(2)[:, None] + 1, (2, 2, 4))
    del given["start"]
    expected = both(attention(*qkv(), mask=MASK), {**given, "M": seen.astype(float)})
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)


def with_infinities() -> Graph:
    """What is written elsewhere: scores of -oo outside the mask, then an ordinary softmax."""
    Q, K, V = qkv()
    S, P, O = Tensor("S", N, I, J), Tensor("P", N, I, J), Tensor("O", N, I, E)
    score = total(Q[N, I, D] * K[N, J, D], over=D) / sqrt(D.extent)
    m = J.fresh()
    return Graph(
        define(S.at(), where(compare("<", J, LENGTHS[N]), score, -sympy.oo)),
        define(P.at(), exp(S.at()) / total(exp(S[N, I, m]), over=m)),
        define(O.at(), total(P.at() * V[N, J, E], over=J)),
        inputs=[Q, K, V, LENGTHS],
        output=O,
    )


def test_brackets_are_scores_of_minus_infinity_where_a_key_is_seen(
    rng: np.random.Generator,
) -> None:
    given = {**arrays(rng), "l": np.array([1, 3])}
    found = both(attention(*qkv(), padding=LENGTHS), given)
    np.testing.assert_allclose(both(with_infinities(), given), found, rtol=0, atol=1e-14)


def test_a_row_without_keys_is_zero_and_so_is_its_gradient(rng: np.random.Generator) -> None:
    """Where -oo gives 0/0."""
    given = {**arrays(rng), "l": np.array([0, 3]), "O_bar": rng.normal(size=(2, 3, 1))}
    graph = attention(*qkv(), padding=LENGTHS)
    derived = gradient(graph, ["Q", "K", "V"], "O_bar", with_value=True)
    values = interpret(derived, given)
    made = build(derived)
    found, large = made(**given), made(**{**given, "Q": 1e4 * given["Q"]})
    for name in ("O", "Q_bar", "K_bar", "V_bar"):
        assert not values[name][0].any()
        assert not large[name][0].any()
        assert np.isfinite(large[name]).all()
        np.testing.assert_allclose(found[name], values[name], rtol=0, atol=1e-13)
    del given["O_bar"]
    with np.errstate(invalid="ignore"):
        assert np.isnan(interpret(with_infinities(), given)["O"][0]).all()


def test_the_weights_of_a_row_that_may_be_empty_do_not_sum_to_one(
    rng: np.random.Generator,
) -> None:
    """The values' bias: each row that sees a key gets it once, and an empty one does not."""
    Q, K, V = qkv()
    b, v = Tensor("b", E), Tensor("v", N, J, E)
    graph = attention(Q, K, v, padding=LENGTHS)
    full = Graph(
        define(v.at(), V[N, J, E] + b[E]),
        *graph.definitions,
        inputs=[Q, K, V, LENGTHS],
        parameters=[b],
        output=graph.output,
    )
    given = {**arrays(rng), "l": np.array([0, 3]), "b": np.zeros(1)}
    derived = gradient(full, "b", "O_bar")
    found = interpret(derived, {**given, "O_bar": np.ones((2, 3, 1))})["b_bar"]
    np.testing.assert_allclose(found, [3.0], rtol=0, atol=1e-14)


REFUSED: list[tuple[Callable[[], Graph], type[Exception], str]] = [
    (lambda: attention(*qkv(), causal=True), ExtentMismatch, "I queries and J keys"),
    (
        lambda: attention(*qkv(), mask=Tensor("M", N, I, J)),
        UnsupportedExpression,
        "mask M is real",
    ),
    (
        lambda: attention(*qkv(), mask=Tensor("M", I, J, D, assume="mask")),
        ExtentMismatch,
        r"M has extents \(I, J, D\), expected \(N, I, J\)",
    ),
    (
        lambda: attention(*qkv(), padding=Tensor("M", N, I, J, D, assume="mask")),
        IndexMismatch,
        "M has 4 axes",
    ),
    (
        lambda: attention(*qkv(), padding=Tensor("l", J, assume="integer", below="J")),
        ExtentMismatch,
        "l has extents",
    ),
]


@pytest.mark.parametrize(("build_it", "error", "said"), REFUSED)
def test_what_does_not_fit_is_refused(
    build_it: Callable[[], Graph], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        build_it()
