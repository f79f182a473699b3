"""The systems of systems.py, written for torch: its modules, its autograd, its optimisers.

start, batches -> loss of each step, parameters and running statistics after the last one
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tests.judges.systems import STEPS, Arrays, Batch

Given = dict[str, Tensor]
Layout = Callable[[Tensor], Tensor]


def _as_it_is(a: Tensor) -> Tensor:
    return a


def _turned(a: Tensor) -> Tensor:
    return a.T


class Held:
    """Which tensor of a module is which array, and how it lies there."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[Tensor, Layout, Layout]] = {}

    def add(
        self, name: str, place: Tensor, there: Layout = _as_it_is, back: Layout = _as_it_is
    ) -> None:
        """`place` holds there(array), and back(place) is the array."""
        self.places[name] = (place, there, back)

    def dense(self, layer: nn.Linear, weight: str, bias: str) -> None:
        self.add(weight, layer.weight, _turned, _turned)
        self.add(bias, layer.bias)

    def norm(self, layer: nn.LayerNorm | nn.BatchNorm2d, name: str) -> None:
        self.add(f"gamma{name}", layer.weight)
        self.add(f"beta{name}", layer.bias)
        if isinstance(layer, nn.BatchNorm2d):
            self.add(f"mu_run{name}", layer.running_mean)
            self.add(f"v_run{name}", layer.running_var)

    def begin(self, start: Mapping[str, np.ndarray], but: Iterable[str] = ()) -> None:
        """Write all arrays of the start into their places, except those named."""
        assert set(start) - set(but) == set(self.places)
        with torch.no_grad():
            for name, (place, there, _) in self.places.items():
                place.copy_(there(torch.tensor(start[name])))

    def end(self) -> Arrays:
        return {name: back(a.detach()).numpy() for name, (a, _, back) in self.places.items()}


def _given(batch: Batch) -> Given:
    return {name: torch.tensor(a) for name, a in batch.arrays.items()}


# -- two dense layers -------------------------------------------------------------------------


def classifier(start: Arrays, batches: Iterable[Batch]) -> tuple[list[float], Arrays]:
    """SGD with momentum 0.9 at 0.1; 1e-4 of the sum of squares of both weights in the loss."""
    first, second = nn.Linear(64, 64), nn.Linear(64, 10)
    held = Held()
    held.dense(first, "W1", "b1")
    held.dense(second, "W2", "b2")
    held.begin(start)
    optimizer = torch.optim.SGD([*first.parameters(), *second.parameters()], 0.1, momentum=0.9)
    losses = []
    for batch in batches:
        given = _given(batch)
        logits = second(torch.tanh(first(given["x"])))
        penalty = first.weight.pow(2).sum() + second.weight.pow(2).sum()
        loss = F.cross_entropy(logits, given["t"]) + 1e-4 * penalty
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, held.end()


# -- a language model of characters -----------------------------------------------------------


class LanguageModel(nn.Module):
    """Embedding, LSTM, dense layer. nn.LSTM's second bias is kept at 0: a rule like Adam would
    move two biases by twice as much as one."""

    def __init__(self, symbols: int) -> None:
        super().__init__()
        self.table = nn.Embedding(symbols, 16)
        self.cell = nn.LSTM(16, 64, batch_first=True)
        self.cell.bias_hh_l0.requires_grad_(False).zero_()
        self.head = nn.Linear(64, symbols)

    def forward(
        self, x: Tensor, state: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        h, state = self.cell(self.table(x), state)
        return self.head(h), state


def language_model(start: Arrays, batches: Iterable[Batch]) -> tuple[list[float], Arrays]:
    """Adam from 5e-3 down half a cosine, clipped to norm 0.35; states go on within an epoch."""
    model = LanguageModel(len(start["E"]))
    held = Held()
    held.add("E", model.table.weight)
    held.dense(model.head, "W", "b")
    for k, gate in enumerate("ifgo"):
        rows = slice(64 * k, 64 * (k + 1))
        held.add(f"W_{gate}_r", model.cell.weight_ih_l0[rows], _turned, _turned)
        held.add(f"U_{gate}_r", model.cell.weight_hh_l0[rows], _turned, _turned)
        held.add(f"b_{gate}_r", model.cell.bias_ih_l0[rows])
    held.begin(start, but=("h0_r", "c0_r"))
    learnt = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(learnt, 5e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    state = first = (torch.tensor(start["h0_r"])[None], torch.tensor(start["c0_r"])[None])
    losses = []
    for batch in batches:
        given = _given(batch)
        state = first if batch.is_first else state
        logits, state = model(given["x"], tuple(a.detach() for a in state))
        loss = F.cross_entropy(logits.flatten(0, 1), given["y"].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learnt, 0.35)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses, held.end()


# -- encoder and decoder ----------------------------------------------------------------------

WIDTH, HEADS, HIDDEN, DIGITS = 32, 4, 64, 11


class Transformer(nn.Module):
    """One table for both sides and the output, sines and cosines, one block on each side."""

    def __init__(self) -> None:
        super().__init__()
        options = {"dropout": 0.0, "batch_first": True}
        self.table = nn.Parameter(torch.empty(DIGITS, WIDTH))
        self.bias = nn.Parameter(torch.empty(DIGITS))
        self.encoder = nn.TransformerEncoderLayer(WIDTH, HEADS, HIDDEN, **options)
        self.decoder = nn.TransformerDecoderLayer(WIDTH, HEADS, HIDDEN, **options)

    def placed(self, ids: Tensor) -> Tensor:
        place = torch.arange(ids.shape[1], dtype=self.table.dtype)[:, None]
        angle = place / 10000 ** (torch.arange(0, WIDTH, 2, dtype=self.table.dtype) / WIDTH)
        waves = torch.stack([angle.sin(), angle.cos()], -1).flatten(1)
        return F.embedding(ids, self.table) * math.sqrt(WIDTH) + waves

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        memory = self.encoder(self.placed(source))
        later = nn.Transformer.generate_square_subsequent_mask(target.shape[1])
        out = self.decoder(self.placed(target), memory, tgt_mask=later)
        return F.linear(out, self.table, self.bias)


def _hold_attention(held: Held, layer: nn.MultiheadAttention, name: str) -> None:
    def there(a: Tensor) -> Tensor:
        return a.reshape(WIDTH, WIDTH).T

    def back(a: Tensor) -> Tensor:
        return a.T.reshape(WIDTH, HEADS, WIDTH // HEADS)

    for k, letter in enumerate("qkv"):
        rows = slice(WIDTH * k, WIDTH * (k + 1))
        held.add(f"W_{letter}{name}", layer.in_proj_weight[rows], there, back)
        held.add(
            f"b_{letter}{name}",
            layer.in_proj_bias[rows],
            torch.flatten,
            lambda a: a.reshape(HEADS, WIDTH // HEADS),
        )
    held.add(
        f"W_o{name}",
        layer.out_proj.weight,
        there,
        lambda a: a.T.reshape(HEADS, WIDTH // HEADS, WIDTH),
    )
    held.add(f"b_o{name}", layer.out_proj.bias)


def _hold_block(
    held: Held, layer: nn.TransformerEncoderLayer | nn.TransformerDecoderLayer, name: str
) -> None:
    _hold_attention(held, layer.self_attn, name)
    norms = [layer.norm1, layer.norm2]
    if isinstance(layer, nn.TransformerDecoderLayer):
        _hold_attention(held, layer.multihead_attn, f"_c{name}")
        norms.append(layer.norm3)
    held.dense(layer.linear1, f"W1{name}", f"b1{name}")
    held.dense(layer.linear2, f"W2{name}", f"b2{name}")
    for k, norm in enumerate(norms, 1):
        held.norm(norm, f"{k}{name}")


def transformer(start: Arrays, batches: Iterable[Batch]) -> tuple[list[float], Arrays]:
    """Adam (0.9, 0.98, 1e-9) up to 3e-3 in 40 steps, then half a cosine; smoothing 0.1."""
    model = Transformer()
    held = Held()
    held.add("E", model.table)
    held.add("c_d", model.bias)
    _hold_block(held, model.encoder, "_1")
    _hold_block(held, model.decoder, "_d_1")
    held.begin(start)
    optimizer = torch.optim.Adam(model.parameters(), 3e-3, betas=(0.9, 0.98), eps=1e-9)

    def share(k: int) -> float:
        """Of the rate, after k steps."""
        if k < 40:
            return (k + 1) / 40
        return (1 + math.cos(math.pi * (k - 40) / (STEPS - 40))) / 2

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, share)
    losses = []
    for batch in batches:
        given = _given(batch)
        logits = model(given["source"], given["target"])
        wanted = given["sorted"].flatten()
        loss = F.cross_entropy(logits.flatten(0, 1), wanted, label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses, held.end()


# -- a residual network -----------------------------------------------------------------------


class Residual(nn.Module):
    """relu(x + norm(conv(relu(norm(conv(x))))))."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first, self.second = (
            nn.Conv2d(channels, channels, 3, padding=1, bias=False) for _ in range(2)
        )
        self.norm1, self.norm2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        inner = F.relu(self.norm1(self.first(x)))
        return F.relu(x + self.norm2(self.second(inner)))


def residual_network(start: Arrays, batches: Iterable[Batch]) -> tuple[list[float], Arrays]:
    """Adam from 3e-3 down half a cosine."""
    stem, norm = nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)
    blocks, head = [Residual(16), Residual(16)], nn.Linear(16, 10)
    model = nn.Sequential(
        stem, norm, nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), head
    )
    held = Held()
    held.add("w0", stem.weight)
    held.norm(norm, "0")
    for k, block in enumerate(blocks, 1):
        held.add(f"w1_{k}", block.first.weight)
        held.add(f"w2_{k}", block.second.weight)
        held.norm(block.norm1, f"1_{k}")
        held.norm(block.norm2, f"2_{k}")
    held.dense(head, "W", "b")
    held.begin(start)
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    losses = []
    for batch in batches:
        given = _given(batch)
        loss = F.cross_entropy(model(given["x"]), given["t"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses, held.end()


SYSTEMS = {
    "classifier": classifier,
    "language_model": language_model,
    "transformer": transformer,
    "residual_network": residual_network,
}


def trained(name: str, start: Arrays, batches: Iterable[Batch]) -> tuple[np.ndarray, Arrays]:
    """Losses and what was learnt, with float64 as torch's usual type while it lasts."""
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        losses, learnt = SYSTEMS[name](start, batches)
    finally:
        torch.set_default_dtype(usual)
    return np.array(losses), learnt
