"""Transformer blocks: symmetry, causality, cached decoding, lengths and times of the gradient."""

from collections.abc import Callable

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.layers import (
    Block,
    decoder,
    decoder_block,
    decoder_memory,
    encoder,
    encoder_block,
    evaluation,
    join,
    rules,
    sinusoidal_position,
)
from symnet.layers.catalogue.attention import BLOCK, lengths, memory, words
from symnet.notation import Graph, Index, Tensor, replace
from symnet.render import text
from symnet.verify import interpret

SIZES = {"N": 2, "T": 4, "D": 5, "H": 2, "C": 3, "F": 6, "R": 3}
PRE = Block("H", "C", "F", activation="gelu", pre_norm=True, gated=True)
Arrays = dict[str, np.ndarray]


def arrays(graph: Graph, rng: np.random.Generator) -> Arrays:
    """Normal numbers for all real given tensors."""

    def shape(t: Tensor) -> list[int]:
        return [int(e) if e.is_Integer else SIZES[str(e)] for e in t.shape]

    return {t.name: rng.normal(size=shape(t)) for t in graph.given if not t.is_integer_valued}


@pytest.mark.parametrize("block", [BLOCK, PRE], ids=["post", "pre"])
def test_an_encoder_without_positions_follows_a_permutation(
    block: Block, rng: np.random.Generator
) -> None:
    graph = encoder(words(), block, 2)
    given, order = arrays(graph, rng), [2, 0, 3, 1]
    f = build(graph)
    turned = f(**{**given, "x": given["x"][:, order]})
    np.testing.assert_allclose(turned, f(**given)[:, order], rtol=0, atol=1e-12)


def test_with_positions_it_does_not(rng: np.random.Generator) -> None:
    placed = sinusoidal_position(words())
    graph = join(placed, encoder_block(placed.output, BLOCK))
    given, order = arrays(graph, rng), [2, 0, 3, 1]
    f = build(graph)
    turned = f(**{**given, "x": given["x"][:, order]})
    assert np.abs(turned - f(**given)[:, order]).max() > 0.01


@pytest.mark.parametrize("block", [BLOCK, PRE], ids=["post", "pre"])
@pytest.mark.parametrize("crossed", [False, True])
def test_what_comes_later_has_no_effect(
    block: Block, crossed: bool, rng: np.random.Generator
) -> None:
    """The output at t for other inputs after t; and the other way round, by the gradient."""
    if crossed:
        graph = decoder(words(), memory(), block, 1)
    else:
        graph = encoder(words(), block, 2, causal=True)
    given = arrays(graph, rng)
    f = build(graph)
    out = f(**given)
    for t in range(1, 4):
        x = given["x"].copy()
        x[:, t:] = rng.normal(size=x[:, t:].shape)
        np.testing.assert_array_equal(f(**{**given, "x": x})[:, :t], out[:, :t])
    pulled = gradient(graph, "x", "seed")
    seed = np.zeros_like(out)
    seed[:, 1] = 1
    x_bar = build(pulled)(**given, seed=seed)
    assert not x_bar[:, 2:].any()
    assert x_bar[:, 0].any()


def test_padding_has_no_effect(rng: np.random.Generator) -> None:
    graph = encoder(words(), BLOCK, 2, padding=lengths())
    given = {**arrays(graph, rng), "l": np.array([2, 3])}
    f = build(graph)
    out, x = f(**given), given["x"].copy()
    x[0, 2:] = 7
    np.testing.assert_array_equal(f(**{**given, "x": x})[0, :2], out[0, :2])


# -- the decoder, one position at a time --------------------------------------------------------


@pytest.mark.parametrize("block", [BLOCK, PRE], ids=["post", "pre"])
@pytest.mark.parametrize("by", ["interpreter", "generated code"])
def test_a_cached_decoder_is_the_decoder(block: Block, by: str, rng: np.random.Generator) -> None:
    """The memory's keys and values once; then one position for each call."""
    whole = decoder(words(), memory(), block, 2)
    given = arrays(whole, rng)
    expected = interpret(whole, given)[whole.output.name]
    n, d = words().indices[0], words().indices[2]
    x = Tensor("x", n, Index("t", 1), d)
    start = Tensor("start", assume="integer", below="T")
    step = decoder(x, memory(), block, 2, start=start)
    assert {t.name for t in step.parameters} < {t.name for t in whole.parameters}
    states = {s.name: new.name for s, new in step.updates}
    graph = replace(step, outputs=(*step.outputs, *(new for _, new in step.updates)), updates=())
    graph = replace(graph, inputs=step.inputs)
    once = decoder_memory(memory(), block, 2)

    def run(g: Graph, a: Arrays) -> Arrays:
        known = {t.name: a[t.name] for t in g.given}
        if by == "interpreter":
            return {k: v for k, v in interpret(g, known).items() if g.definition(k)}
        return build(g)(**known)

    kept = {**given, **run(once, given)}
    kept |= {s: np.zeros((2, 2, 4, 3)) for s in states}
    for t in range(4):
        found = run(graph, {**kept, "x": given["x"][:, t : t + 1], "start": np.array(t)})
        kept |= {s: found[new] for s, new in states.items()}
        out = found[step.output.name][:, 0]
        np.testing.assert_allclose(out, expected[:, t], rtol=0, atol=1e-12)


def test_the_caches_are_states() -> None:
    x = Tensor("x", Index("n", "N"), Index("t", 1), Index("d", "D"))
    start = Tensor("start", assume="integer", below="T")
    graph = decoder_block(x, memory(), BLOCK, start=start)
    assert [t.name for t in graph.states] == ["k_cache", "v_cache"]
    assert {"k_c", "v_c", "x", "start"} <= {t.name for t in graph.inputs}


# -- options ------------------------------------------------------------------------------------


def test_names_of_a_stack() -> None:
    graph = encoder(words(), BLOCK, 2)
    assert {"W_q_1", "W_q_2", "gamma1_1", "W2_2"} <= {t.name for t in graph.parameters}
    assert graph.output.name == "y2_2"
    assert encoder(words(), PRE, 2).output.name == "y_end"


def test_a_gain_starts_at_one_and_a_bias_at_zero() -> None:
    found = rules(encoder_block(words(), BLOCK))
    assert str(found["gamma1"].mean) == "1"
    assert {str(found[b].deviation) for b in ("b_q", "b_o", "b1", "b2", "beta2")} == {"0"}
    assert found["W_q"].kind == "uniform"


def test_dropout_is_drawn_in_training_only() -> None:
    graph = decoder_block(words(), memory(), Block("H", "C", "F", keep=0.9, keep_weights=0.8))
    assert [t.name for t, _ in graph.drawn] == ["m", "m1", "m_c", "m2", "m3"]
    used = evaluation(graph)
    assert used.drawn == ()
    plain = decoder_block(words(), memory(), BLOCK)
    assert [t.name for t in used.given] == [t.name for t in plain.given]


# -- formulas -----------------------------------------------------------------------------------

BLOCKS: dict[str, tuple[Callable[[], Graph], int, int, int]] = {
    "post-LN": (lambda: encoder_block(words(), Block("H", "C", "F", bias=False)), 13, 13, 120),
    "post-LN, with biases": (lambda: encoder_block(words(), BLOCK), 17, 13, 120),
    "pre-LN, gated": (lambda: encoder_block(words(), PRE), 19, 17, 145),
    "causal": (lambda: encoder_block(words(), BLOCK, causal=True, padding=lengths()), 17, 13, 120),
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_the_gradient_is_short(kind: str) -> None:
    """A row for each gradient, some cotangents between, no long line.

    With pre-LN two lines hold the three terms of a layer norm and the identity beside them.
    """
    build_it, count, most, wide = BLOCKS[kind]
    graph = build_it()
    names = [t.name for t in graph.given if not t.is_integer_valued]
    assert len(names) == count
    derived = gradient(graph, names, f"{graph.output.name}_bar")
    lines = [line.split("  #")[0] for line in text(derived).splitlines()]
    own = {d.name for d in graph.definitions}
    between = [d for d in derived.definitions if d.name not in own]
    assert len(between) - count <= most
    assert [line for line in lines if len(line) > wide] == []
