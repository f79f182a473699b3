"""Recurrences and windows of sequence models, as index notation: a state is S[t] from S[t-1]."""

from __future__ import annotations

import numpy as np

from tests.judges.onnx.load import OnnxCase
from tests.judges.onnx.model import Model, Table, has_all, need, typed


def _heads(a: np.ndarray, heads: int) -> np.ndarray:
    """(N, T, H D) as (N, T, H, D)."""
    return a.reshape(*a.shape[:2], heads, -1)


def linear_attention(case: OnnxCase) -> list[Model]:
    """S_t = d S_{t-1} + b k (v - d S_{t-1}^T k)^T;  o = scale q^T S_t.

    d = e^g, b, and what is taken off v, are there as the rule says. State S[n,t,h,c,e], keys
    k[n,t,h,c], values v[n,t,h,e], queries q[n,t,h,r,c] of group r.
    """
    q, k, v = has_all(case.inputs[:3])
    past, decay, beta = (case.input(i) for i in (3, 4, 5))
    rule, shared, heads = case["update_rule"], case["kv_num_heads"], case["q_num_heads"]
    n, steps, _ = q.shape
    given = {
        "q": q.reshape(n, steps, shared, heads // shared, -1),
        "k": _heads(k, shared),
        "v": _heads(v, shared),
    }
    width = given["q"].shape[-1]
    scale = f"{case['scale']}*" if case["scale"] else f"1/sqrt({width})*"
    before, kept, factor = "S[n,t-1,h,c,e]", "", ""
    if rule.startswith("gated"):
        given["g"] = _heads(decay, shared)
        per_key = given["g"].shape[-1] > 1
        if not per_key:
            given["g"] = given["g"][..., 0]
        kept = "exp(g[n,t,h{}])*" if per_key else "exp(g[n,t,h])*"
    if rule.endswith("delta"):
        given["b"] = beta[..., 0] if beta.shape[-1] < shared else beta
        factor = "b[n,t]*" if beta.shape[-1] < shared else "b[n,t,h]*"
    value = "v[n,t,h,e]"
    if rule.endswith("delta"):
        known = kept.format(",p")
        value = f"(v[n,t,h,e] - sum[p]({known}S[n,t-1,h,p,e]*k[n,t,h,p]))"
    start = "0"
    if past is not None:
        given["P"], start = past, "P[n,h,c,e]"
    lines = [
        f"S[n,t,h,c,e] = {kept.format(',c')}{before} + {factor}k[n,t,h,c]*{value}",
        f"S[n,-1,h,c,e] = {start}",
    ]
    reading = f"o[n,t,h,r,e] = {scale}sum[c](q[n,t,h,r,c]*S[n,t,h,c,e])"
    o = typed(case, "\n".join([*lines, reading]), **given)
    ((name, expected),) = o.expected.items()
    apart = expected.reshape(n, steps, shared, heads // shared, -1)
    last = f"y[n,h,c,e] = S[n,{steps - 1},h,c,e]"
    present = typed(case, "\n".join([*lines, last]), of=1, **given)
    return [Model(o.graph, o.given, {name: apart}), present]


def causal_convolution(case: OnnxCase) -> list[Model]:
    """y[n,c,t] = f(sum_p w[c,p] z[n,c,t+p] + b[c]), z the state and then the input."""
    x, w = has_all(case.inputs[:2])
    b, past = case.input(2), case.input(3)
    reach = w.shape[-1] - 1
    given = {"x": x, "w": w[:, 0]}
    first = f"z = np.pad(x, ((0, 0), (0, 0), ({reach}, 0)))" if reach else "z = np.copy(x)"
    if past is not None and past.size:
        given["s"], first = past, "z = np.concatenate([s, x], 2)"
    steps, added = x.shape[-1], ""
    if b is not None:
        given["b"], added = b, " + b[:, None]"
    terms = " + ".join(f"w[:, {p}, None]*z[:, :, {p}:{p + steps}]" for p in range(reach + 1))
    f = "silu" if case["activation"] in ("silu", "swish") else "np.copy"
    out = [typed(case, f"{first}\n{f}({terms}{added})", **given)]
    if reach:
        out.append(typed(case, f"{first}\nz[:, :, {steps}:]", of=1, **given))
    return out


def tensor_scatter(case: OnnxCase) -> Model:
    """y[n,..,s,..] = u[n,..,s-w[n],..] where that is an entry, else x."""
    x, u, w = has_all(case.inputs)
    axis = case["axis"] % x.ndim
    size, steps = x.shape[axis], u.shape[axis]
    own = list("nabdefg"[: x.ndim])
    own[axis] = "s"
    moved = list(own)
    at = "w[n]"
    place = f"s - {at}"
    inside = f"{at} <= s < {at} + {steps}"
    moved[axis] = place
    right = f"where({inside}, u[{','.join(moved)}], x[{','.join(own)}])"
    if case["mode"] == "circular":
        moved[axis] = f"s - {at} + {size}"
        around = f"s < {at} + {steps - size}"
        right = f"where({around}, u[{','.join(moved)}], {right})"
    text = f"y[{','.join(own)}] = {right}"
    return typed(case, text, {"w": f"integer<{size}"}, x=x, u=u, w=w)


def discrete_fourier(case: OnnxCase) -> Model:
    """y[k] = sum_t x[t] e^(-2 pi i k t/N) in real numbers; the last axis is (real, imaginary)."""
    (x,) = has_all(case.inputs[:1])
    need(not (case["inverse"] and case["onesided"]), "half of a spectrum, read back")
    axis = case["axis"] if case["axis"] is not None else int(case.input(2))
    axis %= x.ndim
    n = x.shape[axis]
    own = list("abdef"[: x.ndim - 1])
    inner = list(own)
    own[axis], inner[axis] = "k", "t"
    sign = "" if case["inverse"] else "-"
    angle = f"2*pi*k*t/{n}"
    real = f"x[{','.join(inner)},0]"
    first, second = f"{real}*cos({angle})", f"{sign}{real}*sin({angle})"
    if x.shape[-1] == 2:
        imag = f"x[{','.join(inner)},1]"
        back = "-" if sign == "" else "+"
        first += f" {back} {imag}*sin({angle})"
        second += f" + {imag}*cos({angle})"
    norm = f"/{n}" if case["inverse"] else ""
    left = f"y[{','.join(own)},c]"
    halves = f"delta(c,0)*sum[t]({first}) + delta(c,1)*sum[t]({second})"
    return typed(case, f"{left} = ({halves}){norm}", x=x)


def affine_grid(case: OnnxCase) -> Model:
    """The places -1 .. 1 of a grid, (x, y, 1) or (x, y, z, 1), moved by an affine map."""
    (theta,) = has_all(case.inputs[:1])
    sizes = [int(v) for v in case.input(1)[2:]]
    letters = "hwd"[: len(sizes)]
    places = []
    for letter, size in zip(letters, sizes, strict=True):
        corners = f"2*{letter}/{size - 1} - 1" if size > 1 else "0"
        edges = f"(2*{letter} + 1)/{size} - 1"
        places.append(corners if case["align_corners"] else edges)
    terms = [f"A[n,c,{k}]*({p})" for k, p in enumerate(reversed(places))]
    text = f"y[n,{','.join(letters)},c] = {' + '.join(terms)} + A[n,c,{len(sizes)}]"
    return typed(case, text, A=theta)


TABLE: Table = {
    "LinearAttention": (linear_attention,),
    "CausalConvWithState": (causal_convolution,),
    "TensorScatter": (tensor_scatter,),
    "DFT": (discrete_fourier,),
    "AffineGrid": (affine_grid,),
}
