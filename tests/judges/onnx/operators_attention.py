"""Attention and rotary positions: the layer of symnet, and NumPy text for what it does not have.

onnx has a batch and heads, Q (N, H, I, D); inputs of three axes hold the heads side by side. Where
a query sees no key, its output is 0 in onnx and in symnet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symnet import layers
from symnet.notation import Index, Tensor
from tests.judges.onnx.load import OnnxCase
from tests.judges.onnx.model import (
    Builder,
    Model,
    Table,
    has_all,
    layer,
    need,
    operands,
    output,
    typed,
)


@dataclass(frozen=True)
class Heads:
    """The arrays of a case with an axis of heads; keys and values are those of all positions."""

    q: np.ndarray
    k: np.ndarray
    v: np.ndarray
    mask: np.ndarray | None
    past: tuple[np.ndarray, np.ndarray] | None
    lengths: np.ndarray | None

    @property
    def group(self) -> int:
        """How many heads of queries share one of keys."""
        return self.q.shape[1] // self.k.shape[1]

    @property
    def known(self) -> int:
        """How many positions come before the keys that are new."""
        return 0 if self.past is None else self.past[0].shape[2]

    @property
    def keys(self) -> int:
        return self.k.shape[2] + self.known


def _heads(case: OnnxCase) -> Heads:
    q, k, v = has_all(case.inputs[:3])
    if q.ndim == 3:
        counts = (case["q_num_heads"], case["kv_num_heads"], case["kv_num_heads"])
        q, k, v = (_apart(a, n) for a, n in zip((q, k, v), counts, strict=True))
    past = case.input(4)
    mask = case.input(3)
    made = Heads(q, k, v, None, None if past is None else (past, case.input(5)), case.input(6))
    if mask is not None and mask.shape[-1] < made.keys and mask.shape[-1] > 1:
        widths = [(0, 0)] * (mask.ndim - 1) + [(0, made.keys - mask.shape[-1])]
        fill = False if mask.dtype == bool else -np.inf
        mask = np.pad(mask, widths, constant_values=fill)
    return Heads(q, k, v, mask, made.past, made.lengths)


def _apart(a: np.ndarray, heads: int) -> np.ndarray:
    return np.swapaxes(a.reshape(*a.shape[:2], heads, -1), 1, 2)


def _like(case: OnnxCase, a: np.ndarray) -> np.ndarray:
    """An output of three axes with the heads apart."""
    return a if a.ndim == 4 else _apart(a, case["q_num_heads"])


def _window(case: OnnxCase) -> tuple[int, int]:
    left, right = case["left_window_size"], case["right_window_size"]
    return (-1 if left is None else left), (-1 if right is None else right)


# -- by text -----------------------------------------------------------------------------------


def attention_text(case: OnnxCase) -> list[Model]:
    """All options, a line each; a group of heads is an axis of its own."""
    h = _heads(case)
    n, _, rows, width = h.q.shape
    given = {"Q": h.q.reshape(n, h.k.shape[1], h.group, rows, width), "K": h.k, "V": h.v}
    past = {} if h.past is None else {"Kp": h.past[0], "Vp": h.past[1]}
    mask = {} if h.mask is None else {"M": _of_groups(h)}
    lengths = {} if h.lengths is None else {"l": h.lengths}
    given |= past | mask | lengths
    seen = "*".join(_seen(case, h))
    before = [f"{x} = np.concatenate([{x}p, {x}], 2)" for x in "KV"] if past else []
    lines = [*before, *_scores(case, h, width), *_weights(seen)]
    out = [_typed(case, h, [*lines, "P @ V[:, :, None]"], given, 0)]
    for k, x in ((1, "K"), (2, "V")):
        if k < len(case.outputs) and case.outputs[k] is not None:
            parts = {x: given[x], f"{x}p": given[f"{x}p"]}
            out.append(typed(case, f"np.concatenate([{x}p, {x}], 2)", of=k, **parts))
    if len(case.outputs) > 3 and case.outputs[3] is not None:
        wanted = ("S0", "S1", "S2", "P")[case["qk_matmul_output_mode"]]
        is_masked = wanted == "S2" and seen
        last = f"np.where({seen}, S2, -np.inf)" if is_masked else f"np.copy({wanted})"
        out.append(_typed(case, h, [*lines, last], given, 3))
    return out


def _of_groups(h: Heads) -> np.ndarray:
    """The mask for each group and head in it."""
    n, heads, rows, _ = h.q.shape
    wide = np.broadcast_to(h.mask, (n, heads, rows, h.keys))
    return wide.reshape(n, h.k.shape[1], h.group, rows, -1)


def _scores(case: OnnxCase, h: Heads, width: int) -> list[str]:
    """S0, the products; S1, these with a cap; S2, these with what the mask adds."""
    scale = f"1/np.sqrt({width})" if case["scale"] is None else case["scale"]
    cap = case["softcap"]
    added = h.mask is not None and h.mask.dtype != bool
    return [
        f"S0 = ({scale})*(Q @ np.swapaxes(K[:, :, None], -1, -2))",
        f"S1 = {cap}*np.tanh(S0/{cap})" if cap else "S1 = np.copy(S0)",
        "S2 = S1 + M" if added else "S2 = np.copy(S1)",
    ]


def _weights(seen: str) -> list[str]:
    """P, the softmax over the keys that are seen, 0 where there are none."""
    weight = f"{seen}*np.exp(S2)" if seen else "np.exp(S2)"
    return [
        f"Z = np.sum({weight}, axis=-1, keepdims=True)",
        f"P = np.where(Z == 0, 0, {weight}/Z)" if seen else f"P = {weight}/Z",
    ]


def _seen(case: OnnxCase, h: Heads) -> list[str]:
    """The brackets that say which keys a query sees: causal, a window, the length, the mask."""
    i, j = f"np.arange({h.q.shape[2]})[:, None]", f"np.arange({h.keys})"
    length = "l[:, None, None, None, None]"
    before = str(h.known) if h.lengths is None else f"{length} - {h.q.shape[2]}"
    left, right = _window(case)
    out = []
    if case["is_causal"]:
        out.append(f"({j} <= {i} + {before})")
    if left >= 0:
        out.append(f"({j} >= {i} + {before} - {left})")
    if right >= 0:
        out.append(f"({j} <= {i} + {before} + {right})")
    if h.lengths is not None:
        out.append(f"({j} < {length})")
    if h.mask is not None and h.mask.dtype == bool:
        out.append("(M > 0)")
    elif h.mask is not None and not np.all(np.isfinite(h.mask)):
        out.append("(M > -np.inf)")
    return out


def _typed(case: OnnxCase, h: Heads, lines: list[str], given: dict, of: int) -> Model:
    made = typed(case, "\n".join(lines), of=of, **given)
    ((name, expected),) = made.expected.items()
    apart = _like(case, expected)
    shape = (apart.shape[0], h.k.shape[1], h.group, *apart.shape[2:])
    return Model(made.graph, made.given, {name: apart.reshape(shape)})


# -- by the layer ------------------------------------------------------------------------------


def attention_layer(case: OnnxCase) -> Model:
    h = _heads(case)
    need(not case["softcap"], "attention: a cap on the scores")
    need(case["scale"] is None, "attention: a scale of one's own")
    need(h.group == 1, "attention: several heads of queries for one of keys")
    need(_window(case) == (-1, -1), "attention: a window of keys")
    has_offset = case["is_causal"] and h.lengths is not None
    need(not has_offset, "attention: causal, with another place of the first query for each sample")
    k, v = h.k, h.v
    if h.past is not None:
        k, v = (np.concatenate(pair, 2) for pair in zip(h.past, (k, v), strict=True))
    (n, heads, rows, _), keys = h.q.shape, k.shape[2]
    N, H, i, j = Index("n", n), Index("h", heads), Index("i", rows), Index("j", keys)
    d, e = Index("d", k.shape[-1]), Index("e", v.shape[-1])
    given = {"Q": h.q, "K": k, "V": v}
    options: dict[str, Tensor] = {}
    if h.mask is not None:
        m = np.broadcast_to(h.mask, (n, heads, rows, keys))
        if h.mask.dtype == bool:
            options["mask"] = Tensor("M", N, H, i, j, assume="mask")
            given["M"] = m
        else:
            options["score_bias"] = Tensor("B", N, H, i, j)
            given["B"] = m
    if h.lengths is not None:
        options["padding"] = Tensor("l", N, assume="integer", below=keys + 1)
        given["l"] = h.lengths
    if case["is_causal"]:
        options["start"] = Tensor("start", assume="integer", below=keys)
        given["start"] = np.asarray(h.known)
    Q, K, V = Tensor("Q", N, H, i, d), Tensor("K", N, H, j, d), Tensor("V", N, H, j, e)
    made = layers.attention(Q, K, V, causal=bool(case["is_causal"]), **options)
    expected = {"O": _like(case, output(case))}
    if len(case.outputs) > 3 and case["qk_matmul_output_mode"] == 3:
        expected["P"] = case.outputs[3]
    return layer(made, given, expected)


# -- rotary positions --------------------------------------------------------------------------


def rotary(case: OnnxCase) -> Model:
    """Pairs (x1, x2) of entries turned by the angle of their place; cosines and sines are given."""
    given = operands(case)
    x, cos, sin = given["A"], given["B"], given["C"]
    if x.ndim == 3:
        x = _apart(x, case["num_heads"])
    whole = x.shape[-1]
    width = case["rotary_embedding_dim"] or whole
    arrays = {"x": x, "C": cos, "S": sin}
    at = ""
    if "D" in given:
        arrays["t"] = given["D"]
        at = "[t]"
    lines = [f"c = C{at}[:, None]", f"s = S{at}[:, None]"]
    if case["interleaved"]:
        lines += [f"a = x[..., 0:{width}:2]", f"b = x[..., 1:{width}:2]"]
    else:
        lines += [f"a = x[..., :{width // 2}]", f"b = x[..., {width // 2}:{width}]"]
    lines += ["u = c*a - s*b", "v = s*a + c*b"]
    if case["interleaved"]:
        n, h, t, _ = x.shape
        lines.append(f"y = np.reshape(np.stack([u, v], -1), ({n}, {h}, {t}, {width}))")
    else:
        lines.append("y = np.concatenate([u, v], -1)")
    lines.append("np.copy(y)" if width == whole else f"np.concatenate([y, x[..., {width}:]], -1)")
    assume = {"t": f"integer<{cos.shape[0]}"} if at else None
    made = typed(case, "\n".join(lines), assume, **arrays)
    ((name, expected),) = made.expected.items()
    if case.inputs[0].ndim == 3:
        expected = _apart(expected, case["num_heads"])
    return Model(made.graph, made.given, {name: expected})


def without_graphs(builder: Builder) -> Builder:
    """FlexAttention is Attention where no function of scores or weights is given."""

    def build(case: OnnxCase) -> Model | list[Model]:
        given = case["score_mod"] is not None or case["prob_mod"] is not None
        need(not given, "functions given as graphs of onnx")
        return builder(case)

    return build


FLEX = "ai.onnx.preview.FlexAttention"
TABLE: Table = {
    FLEX: (without_graphs(attention_text), without_graphs(attention_layer)),
    "Attention": (attention_text, attention_layer),
    "RotaryEmbedding": (rotary,),
}
