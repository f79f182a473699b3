"""Encoder and decoder on ids: apart, joined, and the decoder step by step."""

import numpy as np
import pytest

from symnet.codegen import build
from symnet.layers import Block, decoder_memory, join, sequence_decoder, sequence_encoder
from symnet.layers.catalogue.attention import ids
from symnet.notation import Graph, Index, Tensor, UnsupportedExpression, replace

D, BLOCK = Index("d", 6), Block(2, None, 5)
Arrays = dict[str, np.ndarray]


def models(positions: str = "sinusoidal") -> tuple[Graph, Graph]:
    first = sequence_encoder(ids("R", "source"), D, BLOCK, 1, positions=positions)
    E = first.parameters[0]
    return first, sequence_decoder(
        ids(name="target"), first.output, D, BLOCK, 1, table=E, positions=positions
    )


def parameters(rng: np.random.Generator, *graphs: Graph) -> Arrays:
    sizes = {"V": 7, "R": 4, "T": 5}
    known = {t.name: t for g in graphs for t in g.parameters}.values()
    return {t.name: rng.normal(size=[sizes.get(str(e), e) for e in t.shape]) for t in known}


def chosen(graph: Graph, arrays: Arrays) -> Arrays:
    return {t.name: arrays[t.name] for t in graph.given}


@pytest.mark.parametrize("positions", ["sinusoidal", "learned", "none"])
def test_apart_is_joined(positions: str, rng: np.random.Generator) -> None:
    """The encoder's output is the decoder's input: both alone do what the whole does."""
    first, second = models(positions)
    both = join(first, second)
    assert sum(t.name.startswith("E") for t in both.parameters) == 1
    given = parameters(rng, first, second)
    given |= {"source": rng.integers(0, 7, (2, 4)), "target": rng.integers(0, 7, (2, 5))}
    whole = build(both)(**given)
    assert whole.shape == (2, 5, 7)
    memory = build(first)(**chosen(first, given))
    logits = build(second)(**chosen(second, {**given, first.output.name: memory}))
    np.testing.assert_allclose(logits, whole, rtol=0, atol=1e-13)


def test_step_by_step(rng: np.random.Generator) -> None:
    """As a translation is made: the encoder once, then one id after the other."""
    first, second = models()
    given = parameters(rng, first, second)
    given |= {"source": rng.integers(0, 7, (2, 4)), "target": rng.integers(0, 7, (2, 5))}
    expected = build(join(first, second))(**given)
    memory = first.output
    given[memory.name] = build(first)(**chosen(first, given))
    keys = decoder_memory(memory, BLOCK, 1, "_d")
    given |= build(keys)(**chosen(keys, given))
    one = Tensor("target", Index("n", "N"), Index("t", 1), assume="integer", below="V")
    start = Tensor("start", assume="integer", below=5)
    step = sequence_decoder(one, memory, D, BLOCK, 1, table=first.parameters[0], start=start)
    states = {s.name: new for s, new in step.updates}
    run = build(replace(step, outputs=(*step.outputs, *states.values()), updates=()))
    given |= {s: np.zeros((2, 2, 5, 3)) for s in states}
    for t in range(5):
        now = {**given, "target": given["target"][:, t : t + 1], "start": np.array(t)}
        found = run(**chosen(step, now))
        given |= {s: found[new.name] for s, new in states.items()}
        np.testing.assert_allclose(found["z_d"][:, 0], expected[:, t], rtol=0, atol=1e-12)


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(UnsupportedExpression, match="positions 'rotary': expected one of"):
        models("rotary")
