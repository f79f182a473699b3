"""What torch computes for the layers on pair representations, by einsum.

Written from the algorithms of Jumper et al. 2021, supplement, without an axis of a batch.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

Given = dict[str, Tensor]


def _norm(g: Given, x: str | Tensor, letter: str) -> Tensor:
    x = g[x] if isinstance(x, str) else x
    return F.layer_norm(x, x.shape[-1:], g[f"gamma_{letter}"], g[f"beta_{letter}"])


def _gated(g: Given, n: Tensor, letter: str) -> Tensor:
    gate = torch.sigmoid(F.linear(n, g[f"V_{letter}"].T, g[f"c_{letter}"]))
    return gate * F.linear(n, g[f"W_{letter}"].T, g[f"b_{letter}"])


def _triangle(g: Given, edges: str) -> Tensor:
    n = _norm(g, "z", "z")
    P = torch.einsum(edges, _gated(g, n, "a"), _gated(g, n, "b"))
    gate = torch.sigmoid(F.linear(n, g["W_g"].T, g["b_g"]))
    return gate * F.linear(_norm(g, P, "P"), g["W_o"].T, g["b_o"])


def _attention(g: Given, x: Tensor, scores: str, read: str, bias: Tensor | float) -> Tensor:
    """x (.., .., D); `scores` and `read` are einsums over q or v (p, r, h, c) of two places."""
    q, k, v = (torch.einsum("prd,dhc->prhc", x, g[f"W_{letter}"]) for letter in "qkv")
    S = torch.einsum(scores, q, k) / q.shape[-1] ** 0.5 + bias
    o = torch.einsum(read, torch.softmax(S, -1), v)
    gate = torch.sigmoid(torch.einsum("prd,dhc->prhc", x, g["W_g"]) + g["b_g"])
    return torch.einsum("prhc,hcd->prd", gate * o, g["W_o"]) + g["b_o"]


def _starting(g: Given) -> Tensor:
    n = _norm(g, "z", "z")
    b = torch.einsum("jkd,dh->hjk", n, g["W_b"])
    return _attention(g, n, "ijhc,ikhc->ihjk", "ihjk,ikhc->ijhc", b)


def _ending(g: Given) -> Tensor:
    """S[i,j] of head h over k: q[i,j] . k[k,j] + b[k,i]."""
    n = _norm(g, "z", "z")
    b = torch.einsum("kid,dh->hik", n, g["W_b"])[:, :, None, :]
    return _attention(g, n, "ijhc,kjhc->hijk", "hijk,kjhc->ijhc", b)


def _row(g: Given) -> Tensor:
    b = torch.einsum("ijd,dh->hij", _norm(g, "z", "z"), g["W_b"])
    return _attention(g, _norm(g, "m", "m"), "sihc,sjhc->shij", "shij,sjhc->sihc", b)


def _column(g: Given) -> Tensor:
    return _attention(g, _norm(g, "m", "m"), "sihc,tihc->ihst", "ihst,tihc->sihc", 0.0)


def _outer(g: Given) -> Tensor:
    n = _norm(g, "m", "m")
    a, b = (F.linear(n, g[f"W_{letter}"].T, g[f"b_{letter}"]) for letter in "ab")
    O = torch.einsum("sic,sjd->ijcd", a, b) / len(n)
    return F.linear(O.flatten(2), g["W_o"].flatten(0, 1).T, g["b_o"])


def _transition(g: Given) -> Tensor:
    hidden = torch.relu(F.linear(_norm(g, "z", "x"), g["W1"].T, g["b1"]))
    return F.linear(hidden, g["W2"].T, g["b2"])


RUNS: dict[str, Callable[[Given], Tensor]] = {
    "triangle_outgoing": lambda g: _triangle(g, "ikc,jkc->ijc"),
    "triangle_incoming": lambda g: _triangle(g, "kic,kjc->ijc"),
    "triangle_starting": _starting,
    "triangle_ending": _ending,
    "row_attention": _row,
    "column_attention": _column,
    "outer_product_mean": _outer,
    "transition": _transition,
}
