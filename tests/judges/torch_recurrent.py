"""What torch computes for the cases of recurrences: RNN, LSTM, GRU.

torch.nn.RNN, LSTM and GRU, packed sequences for lengths; a loop over time where torch has no module
(peepholes, the GRUs with the reset before the matrix, masks with holes).
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn import functional as F
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

Given = dict[str, Tensor]
GATES = {"RNN": ("",), "LSTM": ("_i", "_f", "_g", "_o"), "GRU": ("_r", "_z", "_h")}


# -- torch's modules --------------------------------------------------------------------------


def _weights(g: Given, kind: str, name: str, inputs: int = 1) -> list[Tensor]:
    """weight_ih, weight_hh, bias_ih, bias_hh of one layer in one direction."""
    numbers = [""] if inputs == 1 else [str(m + 1) for m in range(inputs)]
    W = [torch.cat([g[f"W{m}{q}{name}"] for m in numbers]).T for q in GATES[kind]]
    U = [g[f"U{q}{name}"].T for q in GATES[kind]]
    b = [g[f"b{q}{name}"] for q in GATES[kind]]
    c = [torch.zeros_like(v) for v in b]
    if kind == "GRU":
        c[2] = g[f"c_h{name}"]
    return [torch.cat(parts) for parts in (W, U, b, c)]


def _module(
    g: Given, kind: str, names: list[str], x: Tensor | PackedSequence, states=None, **options
) -> tuple[Tensor | PackedSequence, Tensor | tuple[Tensor, Tensor]]:
    """The module with these weights; `names` are those of forwards, backwards, layer by layer."""
    both = options.get("bidirectional", False)
    parameters = {}
    for number, name in enumerate(names):
        layer, direction = divmod(number, 2) if both else (number, 0)
        inputs = 2 if both and layer else 1
        end = f"_l{layer}" + ("_reverse" if direction else "")
        parts = zip(
            ("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
            _weights(g, kind, name, inputs),
            strict=True,
        )
        parameters |= {f"{part}{end}": value for part, value in parts}
    first = next(iter(parameters.values()))
    hidden = parameters["weight_hh_l0"].shape[1]
    module = getattr(torch.nn, kind)(
        first.shape[1], hidden, batch_first=True, dtype=torch.float64, **options
    )
    return functional_call(module, parameters, (x, states))


def _layer(kind: str, g: Given, **options) -> Tensor:
    """One layer forwards, from h0 (and c0) if they are given."""
    states = None
    if "h0" in g:
        states = (g["h0"][None], g["c0"][None]) if kind == "LSTM" else g["h0"][None]
    out, _ = _module(g, kind, [""], g["x"], states, **options)
    return out


def _backwards(kind: str, g: Given) -> Tensor:
    """On the sequence turned round, and the states turned back."""
    return _layer(kind, {**g, "x": g["x"].flip(1)}).flip(1)


def _read(out: Tensor, g: Given, name: str = "") -> Tensor:
    return F.linear(out, torch.cat([g[f"W1{name}"], g[f"W2{name}"]]).T, g[f"b{name}"])


def _both_ways(kind: str, g: Given) -> Tensor:
    out, _ = _module(g, kind, ["_fw", "_bw"], g["x"], bidirectional=True)
    return _read(out, g)


def _both_ways_of_two_layers(g: Given) -> Tensor:
    names = [f"_{way}_{layer}" for layer in (1, 2) for way in ("fw", "bw")]
    out, _ = _module(g, "RNN", names, g["x"], bidirectional=True, num_layers=2)
    return _read(out, g)


def _two_layers(g: Given) -> Tensor:
    return _module(g, "LSTM", ["_1", "_2"], g["x"], num_layers=2)[0]


def _two_axes(g: Given) -> Tensor:
    x = g["x"].flatten(0, 1)
    start = g["h0"].expand(1, x.shape[0], -1).contiguous()
    out, _ = _module(g, "RNN", [""], x, start, nonlinearity="relu")
    return out.reshape(*g["x"].shape[:-1], -1)


# -- lengths: packed sequences ----------------------------------------------------------------


def _packed(
    kind: str, g: Given, reverse: bool, states: tuple[Tensor, ...]
) -> tuple[Tensor, Tensor, Tensor]:
    """Outputs (0 after the end) and last states of the sequences that are not empty, and which."""
    some = torch.nonzero(g["len"] > 0)[:, 0]
    pack = pack_padded_sequence(
        g["x"][some], g["len"][some], batch_first=True, enforce_sorted=False
    )
    # In two directions with the same weights: the half that is asked for is read.
    start = tuple(torch.stack([s[some], s[some]]) for s in states)
    given = start if kind == "LSTM" else start[0]
    out, last = _module(g, kind, ["", ""], pack, given, bidirectional=True)
    padded, _ = pad_packed_sequence(out, batch_first=True, total_length=g["x"].shape[1])
    hidden = padded.shape[-1] // 2
    final = last[0] if kind == "LSTM" else last
    half = padded[..., hidden:] if reverse else padded[..., :hidden]
    return half, final[int(reverse)], some


def _lengths(reverse: bool, g: Given) -> Tensor:
    half, _, some = _packed("LSTM", g, reverse, (g["h0"], g["c0"]))
    empty = torch.zeros(*g["x"].shape[:2], half.shape[-1], dtype=torch.float64)
    return empty.index_copy(0, some, half)


def _last(g: Given) -> Tensor:
    start = torch.zeros(g["x"].shape[0], g["U_r"].shape[0], dtype=torch.float64)
    _, final, some = _packed("GRU", g, False, (start,))
    return start.index_copy(0, some, final)


# -- loops over time --------------------------------------------------------------------------

Step = Callable[[Given, Tensor, tuple[Tensor, ...]], tuple[Tensor, ...]]


def _peephole_step(g: Given, x: Tensor, old: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    h, c = old
    a = {q: x @ g[f"W_{q}"] + h @ g[f"U_{q}"] + g[f"b_{q}"] for q in "ifgo"}
    i, f = torch.sigmoid(a["i"] + g["p_i"] * c), torch.sigmoid(a["f"] + g["p_f"] * c)
    new = f * c + i * torch.tanh(a["g"])
    return torch.sigmoid(a["o"] + g["p_o"] * new) * torch.tanh(new), new


def _gru_step(chung: bool, g: Given, x: Tensor, old: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    (h,) = old
    r, z = (torch.sigmoid(x @ g[f"W_{q}"] + h @ g[f"U_{q}"] + g[f"b_{q}"]) for q in "rz")
    new = torch.tanh(x @ g["W_h"] + (r * h) @ g["U_h"] + g["b_h"])
    return (torch.lerp(h, new, z) if chung else torch.lerp(new, h, z),)


def _loop(step: Step, count: int, g: Given, reverse: bool = False) -> Tensor:
    """The states of h, held where there is a mask and it is 0."""
    batch, steps, _ = g["x"].shape
    hidden = g["U" if "U" in g else "U_h" if "U_h" in g else "U_i"].shape[0]
    zero = torch.zeros(batch, hidden, dtype=torch.float64)
    state = tuple(g.get(f"{name}0", zero).expand(batch, hidden) for name in "hc"[:count])
    out = [zero] * steps
    for t in reversed(range(steps)) if reverse else range(steps):
        new = step(g, g["x"][:, t], state)
        if "m" in g:
            m = g["m"][:, t, None]
            new = tuple(m * b + (1 - m) * a for a, b in zip(state, new, strict=True))
        state = new
        out[t] = state[0]
    return torch.stack(out, 1)


RUNS: dict[str, Callable[[Given], Tensor]] = {
    "rnn": partial(_layer, "RNN"),
    "bidirectional_rnn": partial(_both_ways, "RNN"),
    "lstm": partial(_layer, "LSTM"),
    "lstm_peepholes": partial(_loop, _peephole_step, 2),
    "gru_cho": partial(_loop, partial(_gru_step, False), 1),
    "gru_chung": partial(_loop, partial(_gru_step, True), 1),
    "gru_reset_after": partial(_layer, "GRU"),
    "rnn_relu_learned": _two_axes,
    "rnn_backwards": partial(_backwards, "RNN"),
    "lstm_two_layers": _two_layers,
    "rnn_both_ways_of_two_layers": _both_ways_of_two_layers,
    "gru_both_ways": partial(_both_ways, "GRU"),
    "lstm_lengths": partial(_lengths, False),
    "lstm_lengths_backwards": partial(_lengths, True),
    "gru_lengths_last": _last,
    "lstm_peepholes_mask": partial(_loop, _peephole_step, 2),
    "gru_cho_mask_backwards": partial(_loop, partial(_gru_step, False), 1, reverse=True),
    "gru_chung_mask": partial(_loop, partial(_gru_step, True), 1),
}
