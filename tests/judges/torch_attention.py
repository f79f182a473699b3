"""What torch computes for the cases of attention, positions, embeddings and Transformer blocks.

torch's own functions and modules where they fit: scaled_dot_product_attention, MultiheadAttention,
TransformerEncoderLayer, TransformerDecoderLayer, where D = H C; else einsum.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

Given = dict[str, Tensor]
Run = Callable[[Given], Tensor]


def _product(g: Given, **options: object) -> Tensor:
    """torch's own attention, in the form that it differentiates twice."""
    with sdpa_kernel(SDPBackend.MATH):
        return F.scaled_dot_product_attention(g["Q"], g["K"], g["V"], **options)


def _normalised(S: Tensor, seen: Tensor | None) -> Tensor:
    """Softmax over the keys that are seen; rows without any are 0."""
    if seen is None:
        return torch.softmax(S, -1)
    low = S.masked_fill(~seen, -1e30)
    e = torch.exp(low - low.amax(-1, keepdim=True).detach()) * seen
    total = e.sum(-1, keepdim=True)
    return e / torch.where(total > 0, total, 1.0)


def _before(lengths: Tensor, places: int) -> Tensor:
    return torch.arange(places) < lengths[:, None]


def _causal(rows: int, start: int = 0, keys: int | None = None) -> Tensor:
    return torch.arange(keys or rows) <= torch.arange(rows)[:, None] + start


def _padded(g: Given) -> Tensor:
    S = g["Q"] @ g["K"].mT / math.sqrt(g["Q"].shape[-1])
    return _normalised(S, _before(g["l"], S.shape[-1])[:, None]) @ g["V"]


def _keys_in_use(g: Given) -> Tensor:
    S = g["Q"] @ g["K"].mT / math.sqrt(g["Q"].shape[-1])
    return _normalised(S, (g["M"] == 1)[:, None] & _causal(S.shape[-1])) @ g["V"]


def _masked(g: Given) -> Tensor:
    S = g["Q"] @ g["K"].mT / math.sqrt(g["Q"].shape[-1])
    return _normalised(S, g["M"] == 1) @ g["V"]


def _additive(g: Given) -> Tensor:
    q, k = g["Q"] @ g["W"], g["K"] @ g["U"] + g["b"]
    S = torch.tanh(q[:, :, None] + k[:, None]) @ g["w"]
    return torch.softmax(S, -1) @ g["V"]


def _pooling(g: Given, seen: Tensor | None = None) -> Tensor:
    a = _normalised(g["y"] @ g["v"] + g["b"], seen)
    return torch.einsum("ni,nic->nc", a, g["y"])


# -- heads --------------------------------------------------------------------------------------


def _split(g: Given, x: Tensor, letter: str, s: str) -> Tensor:
    out = torch.einsum("ntd,dhc->nhtc", x, g[f"W_{letter}{s}"])
    b = g.get(f"b_{letter}{s}")
    return out if b is None else out + b[:, None]


def _merge(g: Given, O: Tensor, s: str) -> Tensor:
    out = torch.einsum("nhtc,hcd->ntd", O, g[f"W_o{s}"])
    b = g.get(f"b_o{s}")
    return out if b is None else out + b


def _heads(
    g: Given,
    x: Tensor,
    s: str = "",
    memory: Tensor | None = None,
    seen: Tensor | None = None,
    kv: tuple[Tensor, Tensor] | None = None,
    keep: float = 1,
) -> Tensor:
    """seen: anything that fits (N, H, T, R)."""
    over = x if memory is None else memory
    q = _split(g, x, "q", s)
    k, v = kv or (_split(g, over, "k", s), _split(g, over, "v", s))
    S = q @ k.mT / math.sqrt(q.shape[-1]) + (g["b"] if "b" in g and not s else 0)
    P = _normalised(S, seen)
    if keep != 1:
        P = P * g[f"m{s}"] / keep
    return _merge(g, P @ v, s)


def _cached(g: Given, x: Tensor, s: str = "") -> Tensor:
    start, new = int(g["start"]), x.shape[1]
    kv = []
    for letter in "kv":
        cache = g[f"{letter}_cache{s}"]
        fresh = _split(g, x, letter, s)
        after = cache[:, :, start + new :]
        kv.append(torch.cat([cache[:, :, :start], fresh, after], 2)[:, :, : cache.shape[2]])
    return _heads(g, x, s, kv=(kv[0], kv[1]), seen=_causal(new, start, kv[0].shape[2]))


def _packed(g: Given, s: str = "", prefix: str = "") -> Given:
    """The weights of MultiheadAttention, where D = H C."""
    D = g[f"W_o{s}"].shape[-1]
    return {
        f"{prefix}in_proj_weight": torch.cat([g[f"W_{q}{s}"].reshape(D, D).T for q in "qkv"]),
        f"{prefix}in_proj_bias": torch.cat([g[f"b_{q}{s}"].reshape(D) for q in "qkv"]),
        f"{prefix}out_proj.weight": g[f"W_o{s}"].reshape(D, D).T,
        f"{prefix}out_proj.bias": g[f"b_o{s}"],
    }


def _multi_head(g: Given, seen: Tensor | None = None) -> Tensor:
    D, H, _ = g["W_q"].shape
    module = torch.nn.MultiheadAttention(D, H, batch_first=True, dtype=torch.float64)
    x = g["x"]
    options = {"attn_mask": None if seen is None else ~seen, "need_weights": False}
    with sdpa_kernel(SDPBackend.MATH):
        out, _ = torch.func.functional_call(module, _packed(g), (x, x, x), options)
    return out


# -- positions and embeddings -------------------------------------------------------------------


def _waves(rows: int, columns: int, start: int = 0) -> Tensor:
    t = torch.arange(start, start + rows, dtype=torch.float64)[:, None]
    out = torch.empty(rows, columns, dtype=torch.float64)
    for d in range(columns):
        angle = t[:, 0] / 10000 ** (2 * (d // 2) / columns)
        out[:, d] = torch.cos(angle) if d % 2 else torch.sin(angle)
    return out


def _norm(g: Given, x: Tensor, s: str) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], g[f"gamma{s}"], g[f"beta{s}"])


def _bert_input(g: Given) -> Tensor:
    return _norm(g, F.embedding(g["ids"], g["E"]) + F.embedding(g["seg"], g["G"]) + g["U"], "")


def _tied(g: Given) -> Tensor:
    return F.linear(F.embedding(g["ids"], g["E"]), g["E"])


# -- blocks -------------------------------------------------------------------------------------

Act = Callable[[Tensor], Tensor]


def _forward(g: Given, x: Tensor, s: str = "", act: Act = torch.relu) -> Tensor:
    h = act(F.linear(x, g[f"W1{s}"].T, g[f"b1{s}"]))
    if f"V{s}" in g:
        h = h * F.linear(x, g[f"V{s}"].T, g[f"c{s}"])
    return F.linear(h, g[f"W2{s}"].T, g[f"b2{s}"])


def _encoder(
    g: Given,
    x: Tensor,
    s: str = "",
    act: Act = torch.relu,
    seen: Tensor | None = None,
    keep: float = 1,
    keep_weights: float = 1,
) -> Tensor:
    def dropped(k: int, inner: Tensor) -> Tensor:
        return inner if keep == 1 else inner * g[f"m{k}{s}"] / keep

    y = _norm(g, x + dropped(1, _heads(g, x, s, seen=seen, keep=keep_weights)), f"1{s}")
    return _norm(g, y + dropped(2, _forward(g, y, s, act)), f"2{s}")


def _decoder(
    g: Given, x: Tensor, memory: Tensor, s: str = "", seen: Tensor | None = None
) -> Tensor:
    y = _norm(g, x + _heads(g, x, s, seen=_causal(x.shape[1])), f"1{s}")
    y = _norm(g, y + _heads(g, y, f"_c{s}", memory, seen), f"2{s}")
    return _norm(g, y + _forward(g, y, s), f"3{s}")


def _decoder_step(g: Given, s: str = "_1") -> Tensor:
    y = _norm(g, g["x"] + _cached(g, g["x"], s), f"1{s}")
    kv = (g[f"k_c{s}"], g[f"v_c{s}"])
    y = _norm(g, y + _heads(g, y, f"_c{s}", kv=kv), f"2{s}")
    return _norm(g, y + _forward(g, y, s), f"3{s}")


def _layer(g: Given, s: str, cross: bool = False) -> Given:
    """The weights of a TransformerEncoderLayer or a TransformerDecoderLayer."""
    out = _packed(g, s, "self_attn.")
    if cross:
        out |= _packed(g, f"_c{s}", "multihead_attn.")
    for k in (1, 2):
        out |= {f"linear{k}.weight": g[f"W{k}{s}"].T, f"linear{k}.bias": g[f"b{k}{s}"]}
    for k in (1, 2, 3) if cross else (1, 2):
        out |= {f"norm{k}.weight": g[f"gamma{k}{s}"], f"norm{k}.bias": g[f"beta{k}{s}"]}
    return out


def _options(g: Given, s: str) -> dict[str, object]:
    D, H, _ = g[f"W_q{s}"].shape
    wide = g[f"W1{s}"].shape[1]
    return {
        **{"d_model": D, "nhead": H, "dim_feedforward": wide, "dropout": 0.0},
        **{"batch_first": True, "dtype": torch.float64},
    }


def _encoder_layer(g: Given, **options: object) -> Tensor:
    module = torch.nn.TransformerEncoderLayer(**_options(g, ""), **options)
    return torch.func.functional_call(module, _layer(g, ""), (g["x"],))


def _decoder_layer(g: Given) -> Tensor:
    module = torch.nn.TransformerDecoderLayer(**_options(g, ""))
    given = {"tgt_mask": ~_causal(g["x"].shape[1])}
    return torch.func.functional_call(module, _layer(g, "", True), (g["x"], g["memory"]), given)


# -- whole models -------------------------------------------------------------------------------


def _words(ids: Tensor, E: Tensor) -> Tensor:
    rows = F.embedding(ids, E) * math.sqrt(E.shape[1])
    return rows + _waves(ids.shape[1], E.shape[1])


def _sequence_decoder(g: Given, E: Tensor, memory: Tensor, seen: Tensor | None = None) -> Tensor:
    return F.linear(_decoder(g, _words(g["target"], E), memory, "_d_1", seen), E)


def _both(g: Given) -> Tensor:
    seen = _before(g["l"], g["source"].shape[1])[:, None, None]
    m = _encoder(g, _words(g["source"], g["E"]), "_1", seen=seen)
    return _sequence_decoder(g, g["E"], m, seen)


def _bert(g: Given) -> Tensor:
    seen = _before(g["l"], g["ids"].shape[1])[:, None, None] if "l" in g else None
    return _encoder(g, _bert_input(g), "_1", F.gelu, seen)


def _language_head(g: Given, h: Tensor) -> Tensor:
    e = _norm(g, F.gelu(F.linear(h, g["W_m"].T, g["b_m"])), "_m")
    return F.linear(e, g["E"], g["c_m"])


def _sentence_head(g: Given) -> Tensor:
    p = torch.tanh(F.linear(g["h"][:, 0], g["W_c_s"].T, g["b_c_s"]))
    return F.linear(p, g["W_s"].T, g["b_s"])


RUNS: dict[str, Run] = {
    "attention": _product,
    "unscaled_attention": lambda g: _product(g, scale=1.0),
    "causal_attention": lambda g: _product(g, is_causal=True),
    "padded_attention": _padded,
    "masked_attention": _masked,
    "attention_shared_mask": _masked,
    "attention_of_keys_in_use": _keys_in_use,
    "biased_attention": lambda g: _product(g, attn_mask=g["b"]),
    "additive_attention": _additive,
    "additive_pooling": _pooling,
    "additive_pooling_padded": lambda g: _pooling(g, _before(g["l"], g["y"].shape[1])),
    "multi_head": _multi_head,
    "multi_head_causal": lambda g: _multi_head(g, _causal(g["x"].shape[1])),
    "multi_head_cross": lambda g: _heads(g, g["x"], memory=g["memory"]),
    "multi_head_padded": lambda g: _heads(
        g, g["x"], seen=_before(g["l"], g["x"].shape[1])[:, None, None]
    ),
    "multi_head_biased": lambda g: _heads(g, g["x"]),
    "multi_head_step": lambda g: _cached(g, g["x"]),
    "multi_head_one_step": lambda g: _cached(g, g["x"]),
    "sinusoidal_position": lambda g: g["x"] + _waves(*g["x"].shape[1:]),
    "sinusoidal_position_from": lambda g: g["x"] + _waves(*g["x"].shape[1:], int(g["start"])),
    "learned_position": lambda g: g["x"] + g["U"],
    "learned_position_from": lambda g: g["x"] + g["U"][int(g["start"])],
    "embedding": lambda g: F.embedding(g["ids"], g["E"]),
    "embedding_scaled": lambda g: F.embedding(g["ids"], g["E"]) * math.sqrt(g["E"].shape[1]),
    "embedding_tied": _tied,
    "tied_logits": lambda g: F.linear(g["h"], g["E"], g["c"]),
    "bert_input": _bert_input,
    "feed_forward": lambda g: _forward(g, g["x"]),
    "feed_forward_gated": lambda g: _forward(g, g["x"], act=F.silu),
    "feed_forward_geglu": lambda g: _forward(g, g["x"], act=F.gelu),
    "encoder_block": _encoder_layer,
    "encoder_block_pre": lambda g: _encoder_layer(g, activation="gelu", norm_first=True),
    "encoder_block_dropout": lambda g: _encoder(g, g["x"], keep=0.75, keep_weights=0.5),
    "decoder_block": _decoder_layer,
    "decoder_step": _decoder_step,
    "sequence_both": _both,
    "bert": _bert,
    "masked_language_head": lambda g: _language_head(g, g["h"]),
    "next_sentence_head": _sentence_head,
}
