"""The benchmark's models from symnet.layers, and where their parameters lie in its arrays.

    MODELS[w.model](w)  =>  a graph with the loss as output
    pieces(w)           =>  {our parameter: (the benchmark's array, its view there)}
    TURNED[w.model]     =>  {data: order of axes}

The benchmark packs the gates of an LSTM, and queries, keys and values, into one array each.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from models_triangle import pieces as triangle_pieces
from models_triangle import triangle

from symnet.layers import (
    Block,
    activation,
    batch_norm,
    convolution,
    dense,
    embedding,
    encoder,
    global_average_pool,
    join,
    labels,
    learned_position,
    lstm,
    mean_squared_error,
    mlp,
    multi_head,
    residual_block,
    softmax_cross_entropy,
)
from symnet.notation import Graph, Index, Tensor, define, replace, total

View = Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]
Pieces = dict[str, tuple[str, View]]

TURNED = {"lstm": {"x": (1, 0), "y": (1, 0)}, "resnet": {"x": (0, 3, 1, 2)}}


def pieces(w: Any) -> Pieces:
    """Where each of our parameters lies that is packed or shaped otherwise there, or has a name."""
    return PIECES.get(w.model, lambda w: {})(w)


def _rows(width: int) -> Tensor:
    return Tensor("x", Index("n", "N"), Index("i", width))


def _classified(*parts: Graph) -> Graph:
    logits = parts[-1].output
    return join(*parts, softmax_cross_entropy(logits, labels(logits, "y")))


def _mlp(w: Any) -> Graph:
    return _classified(mlp(_rows(64), [128, 64, 10], "relu"))


def _logreg(w: Any) -> Graph:
    return _classified(dense(_rows(64), 10))


def _autoencoder(w: Any) -> Graph:
    parts, h = [], _rows(64)
    x = h
    for k, width in enumerate((32, 8, 32), 1):
        parts.append(dense(h, width, str(k)))
        parts.append(activation(parts[-1].output, "tanh", str(k)))
        h = parts[-1].output
    parts.append(dense(h, Index("i", 64), "4"))
    return join(*parts, mean_squared_error(parts[-1].output, x))


# -- recurrent --------------------------------------------------------------------------------


def _ids(w: Any, sequential: bool) -> Tensor:
    n, t = Index("n", "N"), Index("t", "T", sequential=sequential)
    return Tensor("x", n, t, assume="integer", below=w.cfg["V"])


def _lstm(w: Any) -> Graph:
    looked_up = embedding(_ids(w, True), w.cfg["E"], output="e")
    states = lstm(looked_up.output, w.cfg["H"])
    return _classified(looked_up, states, dense(states.output, w.cfg["V"], "y"))


def _lstm_pieces(w: Any) -> Pieces:
    h = w.cfg["H"]
    return {
        f"{letter}_{q}": (packed, lambda a, k=k: a[..., k * h : (k + 1) * h])
        for letter, packed in (("W", "Wx"), ("U", "Wh"), ("b", "bx"))
        for k, q in enumerate("ifgo")
    }


# -- attention --------------------------------------------------------------------------------


def _attention(w: Any) -> Graph:
    n, t, i = Index("n", w.cfg["B"]), Index("t", w.cfg["T"]), Index("i", w.cfg["d"])
    x = Tensor("x", n, t, i)
    return _varied(_against(multi_head(x, w.cfg["h"])), "x")


def _transformer(w: Any) -> Graph:
    n, t = Index("n", w.cfg["B"]), Index("t", w.cfg["T"])
    ids = Tensor("x", n, t, assume="integer", below=w.cfg["V"])
    looked_up = embedding(ids, Index("d", w.cfg["d"]), output="e")
    placed = learned_position(looked_up.output, output="x0")
    block = Block(w.cfg["h"], None, w.cfg["ff"], activation="gelu_tanh", pre_norm=True)
    blocks = encoder(placed.output, block, w.cfg["L"], "f", causal=True)
    return _classified(looked_up, placed, blocks, dense(blocks.output, w.cfg["V"], "y"))


def _heads(w: Any, packed: str, ours: str) -> Pieces:
    d, h = w.cfg["d"], w.cfg["h"]
    shape = (h, d // h)
    found: Pieces = {}
    for k, q in enumerate("qkv"):
        found[f"W_{q}{ours}"] = (f"Wqkv{packed}", lambda a, k=k: a.reshape(d, 3, *shape)[:, k])
        found[f"b_{q}{ours}"] = (f"bqkv{packed}", lambda a, k=k: a.reshape(3, *shape)[k])
    found[f"W_o{ours}"] = (f"Wo{packed}", lambda a: a.reshape(*shape, d))
    found[f"b_o{ours}"] = (f"bo{packed}", np.asarray)
    return found


def _transformer_pieces(w: Any) -> Pieces:
    named = {"U": "P", "Wy": "Wy", "by": "by", "gammaf_end": "gf", "betaf_end": "cf"}
    found: Pieces = {}
    for l in range(w.cfg["L"]):
        found |= _heads(w, f"_{l}", f"f_{l + 1}")
        for k in "12":
            named[f"gamma{k}f_{l + 1}"], named[f"beta{k}f_{l + 1}"] = f"g{k}_{l}", f"c{k}_{l}"
            named[f"W{k}f_{l + 1}"], named[f"b{k}f_{l + 1}"] = f"W{k}_{l}", f"b{k}_{l}"
    return found | {ours: (theirs, np.asarray) for ours, theirs in named.items()}


# -- convolution ------------------------------------------------------------------------------


def _resnet(w: Any) -> Graph:
    axes = Index("n", "N"), Index("c", 1), Index("a", 8), Index("b", 8)
    first = convolution(
        Tensor("x", *axes), w.cfg["C"], 3, "0", padding="same", bias=False, output="a"
    )
    normed = batch_norm(first.output, "0")
    parts = [first, normed, activation(normed.output, "relu", "0")]
    for k in range(1, w.cfg["nb"] + 1):
        parts.append(residual_block(parts[-1].output, name=f"_{k}"))
    parts.append(global_average_pool(parts[-1].output, output="s"))
    return _classified(*parts, dense(parts[-1].output, 10))


def _resnet_pieces(w: Any) -> Pieces:
    found: Pieces = {}
    names = {"0": "0"} | {
        f"{k}_{b}": f"{b}{'ab'[k - 1]}" for b in range(1, w.cfg["nb"] + 1) for k in (1, 2)
    }
    for ours, theirs in names.items():
        found[f"w{ours}"] = (f"K{theirs}", lambda a: a.transpose(3, 2, 0, 1))
        found[f"gamma{ours}"] = (f"g{theirs}", np.asarray)
        found[f"beta{ours}"] = (f"c{theirs}", np.asarray)
    return found


# -- a loss that is a sum against given numbers ---------------------------------------------------


def _against(graph: Graph) -> Graph:
    """L = sum of the output times G."""
    y = graph.output
    G, L = Tensor("G", *y.indices), Tensor("L")
    value = total(y.at() * G.at(), over=y.indices)
    return join(graph, Graph(define(L[()], value), inputs=[y, G], output=L))


def _varied(graph: Graph, name: str) -> Graph:
    """The input of that name is a parameter."""
    x = graph.tensor(name)
    inputs = tuple(t for t in graph.inputs if t.name != name)
    return replace(graph, inputs=inputs, parameters=(x, *graph.parameters))


MODELS: dict[str, Callable[[Any], Graph]] = {
    "mlp": _mlp,
    "logreg": _logreg,
    "autoenc": _autoencoder,
    "lstm": _lstm,
    "attention": _attention,
    "transformer": _transformer,
    "resnet": _resnet,
    "trimul": triangle,
}
PIECES: dict[str, Callable[[Any], Pieces]] = {
    "lstm": _lstm_pieces,
    "attention": lambda w: _heads(w, "", ""),
    "transformer": _transformer_pieces,
    "resnet": _resnet_pieces,
    "trimul": triangle_pieces,
}
