"""The cases of attention and Transformer blocks: sizes and further graphs."""

from symnet.layers import (
    Block,
    additive_pooling,
    decoder,
    embedding,
    encoder_block,
    feed_forward,
    join,
    learned_position,
    multi_head,
    sequence_decoder,
    sequence_encoder,
    sinusoidal_position,
    tied_logits,
)
from symnet.layers.catalogue.attention import (
    BLOCK,
    attention,
    ids,
    lengths,
    mask,
    new_positions,
    queries,
    words,
)
from symnet.notation import Graph, Index, Tensor
from tests.judges.case import Case

QUERIES = (
    {"N": 2, "I": 3, "J": 4, "D": 1, "E": 5},
    {"N": 1, "I": 2, "J": 1, "D": 3, "E": 2},
)
SQUARE = ({"N": 1, "I": 4, "D": 3, "E": 2}, {"N": 3, "I": 2, "D": 1, "E": 2})
EMPTY = ({"N": 6, "I": 2, "J": 3, "D": 1, "E": 4},)  # some of the lengths are 0
HEADS = ({"N": 1, "T": 4, "D": 6, "H": 2, "C": 3}, {"N": 2, "T": 1, "D": 3, "H": 3, "C": 1})
PADDED = ({"N": 4, "T": 3, "D": 5, "H": 2, "C": 1},)
CROSS = ({"N": 1, "T": 3, "D": 6, "R": 4, "M": 7, "H": 2, "C": 5, "E": 8},)
STEP = ({"N": 2, "T": 3, "R": 4, "D": 5, "H": 1, "C": 6},)
ROWS = ({"N": 2, "T": 4, "D": 5}, {"N": 1, "T": 3, "D": 1}, {"N": 1, "T": 2, "D": 4})
IDS = ({"N": 3, "T": 4, "V": 2, "D": 1},)
FORWARD = ({"N": 1, "T": 3, "D": 4, "F": 5}, {"N": 2, "T": 1, "D": 3, "F": 2})
BLOCKS = (
    {"N": 1, "T": 4, "D": 6, "H": 2, "C": 3, "F": 5},
    {"N": 2, "T": 2, "D": 4, "H": 2, "C": 2, "F": 3},
)
DROPOUT = ({"N": 1, "T": 3, "D": 5, "H": 2, "C": 4, "F": 6},)
DECODER = (
    {"N": 1, "T": 4, "D": 6, "H": 2, "C": 3, "F": 5, "R": 7},
    {"N": 2, "T": 2, "D": 4, "H": 2, "C": 2, "F": 3, "R": 1},
)
BERT = (
    {"N": 4, "T": 2, "D": 3, "H": 1, "C": 5, "F": 6, "V": 7},
    {"N": 3, "T": 2, "D": 4, "H": 1, "C": 1, "F": 2, "V": 3},
)

SIZES = {
    **dict.fromkeys(("attention", "unscaled_attention", "masked_attention"), QUERIES),
    "biased_attention": QUERIES,
    "causal_attention": SQUARE,
    "padded_attention": (*QUERIES, *EMPTY),
    "additive_attention": ({"N": 2, "I": 3, "J": 4, "D": 1, "G": 5, "C": 6, "E": 7},),
    "additive_pooling": ({"N": 2, "I": 4, "C": 3}, {"N": 3, "I": 1, "C": 2}),
    "multi_head": HEADS,
    "multi_head_causal": HEADS[:1],
    "multi_head_cross": CROSS,
    "multi_head_step": STEP,
    **dict.fromkeys(("sinusoidal_position", "learned_position"), ROWS),
    **dict.fromkeys(("embedding", "embedding_scaled", "bert_input"), IDS),
    "tied_logits": ({"N": 2, "T": 3, "D": 4, "V": 1}, {"N": 1, "T": 2, "D": 3, "V": 5}),
    **dict.fromkeys(("feed_forward", "feed_forward_gated"), FORWARD),
    **dict.fromkeys(("encoder_block", "encoder_block_pre"), BLOCKS),
    "decoder_block": DECODER,
    "bert": BERT,
    "masked_language_head": ({"N": 1, "T": 2, "D": 4, "V": 3},),
    "next_sentence_head": ({"N": 3, "T": 4, "D": 1}, {"N": 1, "T": 3, "D": 5}),
}
LARGE = {"encoder_block", "encoder_block_pre", "decoder_block", "bert"}


def _key_mask() -> Graph:
    """A mask of 0 and 1 over keys, beside a causal one."""
    return queries("I", causal=True, padding=mask("N", "I"))


def _head_bias() -> Graph:
    """A bias of the scores for each head, as for relative positions."""
    axes = Index("h", "H"), Index("t", "T"), Index("s", "T")
    return multi_head(words(), "H", "C", bias=False, score_bias=Tensor("b", *axes))


def _start() -> Tensor:
    return Tensor("start", assume="integer", below="R")


def _tied() -> Graph:
    """One table in front and behind."""
    first = embedding(ids(), Index("d", "D"))
    (E,) = first.parameters
    return join(first, tied_logits(first.output, E, bias=False))


def _decoder_step() -> Graph:
    x = Tensor("x", Index("n", "N"), Index("t", 1), Index("d", "D"))
    m = Tensor("memory", Index("n", "N"), Index("m", "M"), Index("d", "D"))
    return decoder(x, m, BLOCK, 1, start=_start())


def _both() -> Graph:
    """Encoder and decoder with one table, joined: what is trained."""
    d = Index("d", "D")
    first = sequence_encoder(ids("R", "source"), d, BLOCK, 1, padding=lengths("R"))
    E = first.parameters[0]
    m = first.output
    second = sequence_decoder(
        ids(name="target"), m, d, BLOCK, 1, table=E, memory_padding=lengths("R")
    )
    return join(first, second)


def _of_catalogue() -> tuple[Case, ...]:
    return tuple(
        Case(name, build, SIZES[name], second=name not in LARGE)
        for name, build in attention().items()
    )


DROPPED = Block("H", "C", "F", keep=0.75, keep_weights=0.5)
CASES: tuple[Case, ...] = (
    *_of_catalogue(),
    Case("attention_of_keys_in_use", _key_mask, SQUARE),
    Case("attention_shared_mask", lambda: queries(mask=mask("I", "J")), QUERIES),
    Case(
        "additive_pooling_padded",
        lambda: additive_pooling(
            Tensor("y", Index("n", "N"), Index("i", "I"), Index("c", "C")), padding=lengths("I")
        ),
        ({"N": 5, "I": 3, "C": 1},),
    ),
    Case("multi_head_padded", lambda: multi_head(words(), "H", "C", padding=lengths()), PADDED),
    Case("multi_head_biased", _head_bias, HEADS[:1]),
    Case(
        "multi_head_one_step", lambda: new_positions(1), ({"N": 2, "R": 4, "D": 3, "H": 1, "C": 5},)
    ),
    Case(
        "sinusoidal_position_from",
        lambda: sinusoidal_position(words(), start=_start()),
        ({"N": 1, "T": 3, "D": 5, "R": 4},),
    ),
    Case(
        "learned_position_from",
        lambda: learned_position(
            Tensor("x", Index("n", "N"), Index("t", 1), Index("d", "D")),
            table=Tensor("U", Index("r", "R"), Index("d", "D")),
            start=_start(),
        ),
        ({"N": 1, "D": 3, "R": 4},),
    ),
    Case("embedding_tied", _tied, IDS),
    Case(
        "feed_forward_geglu",
        lambda: feed_forward(words(), "F", activation="gelu", gated=True, width="K"),
        ({"N": 1, "T": 2, "D": 3, "F": 4, "K": 5},),
    ),
    Case("encoder_block_dropout", lambda: encoder_block(words(), DROPPED), DROPOUT, second=False),
    Case(
        "decoder_step",
        _decoder_step,
        ({"N": 1, "R": 4, "D": 6, "H": 2, "C": 3, "F": 5, "M": 7},),
        second=False,
    ),
    Case(
        "sequence_both",
        _both,
        ({"N": 4, "T": 2, "D": 5, "H": 1, "C": 3, "F": 6, "R": 7, "V": 8},),
        second=False,
    ),
)
