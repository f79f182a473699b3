"""The catalogue of attention, positions, embeddings and Transformer blocks."""

from __future__ import annotations

from typing import Any

from symnet.layers.attention import additive_attention, additive_pooling
from symnet.layers.attention import attention as attend
from symnet.layers.bert import bert, masked_language_head, next_sentence_head
from symnet.layers.catalogue.entry import Builder
from symnet.layers.embedding import bert_input, embedding, tied_logits
from symnet.layers.feed_forward import feed_forward
from symnet.layers.multi_head import multi_head, multi_head_step
from symnet.layers.position import learned_position, sinusoidal_position
from symnet.layers.transformer import Block, decoder_block, encoder_block
from symnet.notation import Graph, Index, Tensor

BLOCK = Block("H", "C", "F")
GELU = Block("H", "C", "F", activation="gelu")


def words(letter: str = "t", over: str = "T", name: str = "x") -> Tensor:
    """name[n,t,d]: a batch of sequences of vectors."""
    return Tensor(name, Index("n", "N"), Index(letter, over), Index("d", "D"))


def ids(over: str = "T", name: str = "ids", below: str | int = "V") -> Tensor:
    """name[n,t]: a batch of sequences of integers."""
    return Tensor(name, Index("n", "N"), Index(over.lower(), over), assume="integer", below=below)


def memory(width: str = "D") -> Tensor:
    """memory[n,r,d]: what an encoder says, of another length, and perhaps of another width."""
    return Tensor("memory", Index("n", "N"), Index("r", "R"), Index(width.lower(), width))


def lengths(over: str = "T", name: str = "l") -> Tensor:
    """l[n] <= T: how many places of each sequence are in use."""
    i = Index("n", "N")
    return Tensor(name, i, assume="integer", below=Index("t", over).extent + 1)


def queries(keys: str = "J", **options: Any) -> Graph:
    """Attention of I queries to J keys."""
    n, i, d, e = Index("n", "N"), Index("i", "I"), Index("d", "D"), Index("e", "E")
    j = Index("j", keys)
    return attend(Tensor("Q", n, i, d), Tensor("K", n, j, d), Tensor("V", n, j, e), **options)


def mask(*axes: str) -> Tensor:
    """M[n,i,j] of 0 and 1 over some of these axes."""
    indices = (Index(a.lower(), a) for a in axes)
    return Tensor("M", *indices, assume=("mask", "integer"), below=2)


def _additive() -> Graph:
    n, i, j = Index("n", "N"), Index("i", "I"), Index("j", "J")
    Q, K = Tensor("Q", n, i, Index("d", "D")), Tensor("K", n, j, Index("g", "G"))
    return additive_attention(Q, K, Tensor("V", n, j, Index("e", "E")), Index("c", "C"))


def _pooling() -> Graph:
    return additive_pooling(Tensor("y", Index("n", "N"), Index("i", "I"), Index("c", "C")))


def _tied() -> Graph:
    d = Index("d", "D")
    return tied_logits(words(name="h"), Tensor("E", Index("v", "V"), d))


def new_positions(count: str | int = "T") -> Graph:
    """T new positions of causal attention, with R slots for keys and values."""
    x = Tensor("x", Index("n", "N"), Index("t", count), Index("d", "D"))
    start = Tensor("start", assume="integer", below="R")
    return multi_head_step(x, "H", "C", start=start)


def attention() -> dict[str, Builder]:
    """name -> function that builds the graph, in reading order."""
    return {
        "attention": queries,
        "unscaled_attention": lambda: queries(scaled=False),
        "causal_attention": lambda: queries("I", causal=True),
        "padded_attention": lambda: queries(padding=lengths("J")),
        "masked_attention": lambda: queries(mask=mask("N", "I", "J")),
        "biased_attention": lambda: queries(
            score_bias=Tensor("b", Index("i", "I"), Index("j", "J"))
        ),
        "additive_attention": _additive,
        "additive_pooling": _pooling,
        "multi_head": lambda: multi_head(words(), "H", "C"),
        "multi_head_causal": lambda: multi_head(words(), "H", "C", causal=True),
        "multi_head_cross": lambda: multi_head(
            words(), "H", "C", memory=memory("M"), value_width=Index("e", "E")
        ),
        "multi_head_step": new_positions,
        "sinusoidal_position": lambda: sinusoidal_position(words()),
        "learned_position": lambda: learned_position(words()),
        "embedding": lambda: embedding(ids(), Index("d", "D")),
        "embedding_scaled": lambda: embedding(ids(), Index("d", "D"), scaled=True),
        "tied_logits": _tied,
        "bert_input": lambda: bert_input(ids(), ids(name="seg", below=2), Index("d", "D")),
        "feed_forward": lambda: feed_forward(words(), Index("f", "F")),
        "feed_forward_gated": lambda: feed_forward(
            words(), Index("f", "F"), activation="silu", gated=True
        ),
        "encoder_block": lambda: encoder_block(words(), BLOCK),
        "encoder_block_pre": lambda: encoder_block(
            words(), Block("H", "C", "F", activation="gelu", pre_norm=True)
        ),
        "decoder_block": lambda: decoder_block(words(), memory(), BLOCK),
        "bert": lambda: bert(
            ids(), ids(name="seg", below=2), Index("d", "D"), GELU, 1, padding=lengths()
        ),
        "masked_language_head": lambda: masked_language_head(
            words(name="h"), Tensor("E", Index("v", "V"), Index("d", "D"))
        ),
        "next_sentence_head": lambda: next_sentence_head(words(name="h")),
    }
