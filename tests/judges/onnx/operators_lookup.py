"""Looking up and writing to places: gathers, scatters, one-hot rows, sequences read backwards.

A position is an entry of an integer tensor, 0 .. below-1, in a slot: A[t[i],j].
"""

from __future__ import annotations

import numpy as np

from symnet import layers
from tests.judges.onnx.load import OnnxCase
from tests.judges.onnx.model import Model, Table, has_all, layer, need, output, tensor, typed

LETTERS = "ijklmnabcdefgh"


def below(t: np.ndarray, n: int) -> str:
    """What is assumed of positions in an axis of extent n."""
    need(t.min() >= 0, "positions counted from the end: an integer tensor has 0 .. below-1")
    return f"integer<{n}"


def gather(case: OnnxCase) -> Model:
    a, t = has_all(case.inputs)
    axis = case["axis"] % a.ndim
    keys = [*[":"] * axis, "t"]
    return typed(case, f"A[{', '.join(keys)}]", {"t": below(t, a.shape[axis])}, A=a, t=t)


def embedding(case: OnnxCase) -> Model:
    """layers.embedding: rows of a table."""
    a, t = has_all(case.inputs)
    need(case["axis"] == 0 and a.ndim == 2, "an embedding looks up rows of a matrix")
    below(t, a.shape[0])
    ids = tensor("t", t, assume="integer", below=a.shape[0])
    return layer(layers.embedding(ids, a.shape[1]), {"t": t, "E": a}, output(case))


def gather_elements(case: OnnxCase) -> Model:
    a, t = has_all(case.inputs)
    axis = case["axis"] % a.ndim
    own = list(LETTERS[: t.ndim])
    slots = [*own[:axis], f"t[{','.join(own)}]", *own[axis + 1 :]]
    text = f"y[{','.join(own)}] = A[{','.join(slots)}]"
    return typed(case, text, {"t": below(t, a.shape[axis])}, A=a, t=t)


def gather_nd(case: OnnxCase) -> Model:
    """The last axis of t holds positions, one for each axis of A after the batch."""
    a, t = has_all(case.inputs)
    batch, count = case["batch_dims"], t.shape[-1]
    own = list(LETTERS[: t.ndim - 1])
    rest = list("pqrs"[: a.ndim - batch - count])
    names = [f"t{k}" for k in range(count)]
    given = {name: t[..., k] for k, name in enumerate(names)}
    assume = {}
    for k, name in enumerate(names):
        assume[name] = below(given[name], a.shape[batch + k])
    looked_up = [f"{name}[{','.join(own)}]" for name in names] if own else names
    text = f"y[{','.join(own + rest)}] = A[{','.join([*own[:batch], *looked_up, *rest])}]"
    return typed(case, text, assume, A=a, **given)


def one_hot(case: OnnxCase) -> Model:
    """off + (on - off) [k = t]; a position that is none leaves a row of `off`."""
    t, depth, values = has_all(case.inputs)
    n, t = int(depth.reshape(-1)[0]), t.astype(np.int64)
    own = list(LETTERS[: t.ndim])
    axis = case["axis"] % (t.ndim + 1)
    free = [*own[:axis], "p", *own[axis:]]
    at = f"t[{','.join(own)}]" if own else "t"
    text = f"y[{','.join(free)}] = V[0] + (V[1] - V[0])*delta({at}, p)"
    return typed(case, text, {"t": below(t, n)}, t=t, V=values)


def scatter_elements(case: OnnxCase) -> Model:
    """A + sum of the updates that go there; without a reduction, one of them in place of A."""
    a, t, u = has_all(case.inputs)
    axis = case["axis"] % a.ndim
    own = list(LETTERS[: a.ndim])
    need(
        all(k == axis or t.shape[k] == a.shape[k] for k in range(a.ndim)),
        "updates for a part of the array",
    )
    inner = [*own[:axis], "p", *own[axis + 1 :]]
    here, update = f"t[{','.join(inner)}]", f"u[{','.join(inner)}]"
    entry, hit = f"A[{','.join(own)}]", f"delta({here}, {own[axis]})"
    right = _scattered(case, "p", hit, update, entry)
    left = f"y[{','.join(own)}]"
    return typed(case, f"{left} = {right}", {"t": below(t, a.shape[axis])}, A=a, t=t, u=u)


def scatter_nd(case: OnnxCase) -> Model:
    """As scatter_elements, at the places t[m,0], t[m,1], ..; the other axes go with the updates."""
    a, t, u = has_all(case.inputs)
    need(t.ndim == 2, "places on several axes")
    count = t.shape[1]
    own = list(LETTERS[: a.ndim])
    given, assume = {}, {}
    for k in range(count):
        given[f"t{k}"] = t[:, k]
        assume[f"t{k}"] = below(t[:, k], a.shape[k])
    hit = "*".join(f"delta(t{k}[m], {own[k]})" for k in range(count))
    update, entry = f"u[{','.join(['m', *own[count:]])}]", f"A[{','.join(own)}]"
    text = f"y[{','.join(own)}] = {_scattered(case, 'm', hit, update, entry)}"
    return typed(case, text, assume, A=a, u=u, **given)


def _scattered(case: OnnxCase, over: str, hit: str, update: str, entry: str) -> str:
    """What becomes of an entry: the updates that hit it replace it, or join it."""
    return {
        "none": f"sum[{over}]({hit}*{update}) + {entry}*(1 - max[{over}]({hit}))",
        "add": f"{entry} + sum[{over}]({hit}*{update})",
        "mul": f"{entry}*prod[{over}](where({hit}, {update}, 1))",
        "max": f"maximum({entry}, max[{over}](where({hit}, {update}, -inf)))",
        "min": f"minimum({entry}, min[{over}](where({hit}, {update}, inf)))",
    }[case["reduction"] or "none"]


def max_unpool(case: OnnxCase) -> Model:
    """y[n,c,i,j] = sum of the entries whose number, counted over the whole array, is that place."""
    a, t, *_ = has_all(case.inputs)
    need(case.input(2) is None, "places in an array of another shape")
    want = output(case).shape
    flat = f"((b*{want[1]} + c)*{want[2]} + i)*{want[3]} + j"
    text = f"y[b,c,i,j] = sum[u,v](delta(t[b,c,u,v], {flat})*A[b,c,u,v])"
    return typed(case, text, {"t": below(t, int(np.prod(want)))}, A=a, t=t)


def reverse_sequence(case: OnnxCase) -> Model:
    """The first L[n] entries of a row backwards, the others as they are."""
    a, lengths = has_all(case.inputs)
    batch, time = case["batch_axis"], case["time_axis"]
    own = list(LETTERS[: a.ndim])
    at, back = f"L[{own[batch]}]", list(own)
    back[time] = f"{at} - 1 - {own[time]}"
    text = (
        f"y[{','.join(own)}] = where({own[time]} < {at}, A[{','.join(back)}], A[{','.join(own)}])"
    )
    return typed(case, text, {"L": below(lengths, a.shape[time] + 1)}, A=a, L=lengths)


TABLE: Table = {
    "Gather": (gather, embedding),
    "GatherElements": (gather_elements,),
    "GatherND": (gather_nd,),
    "OneHot": (one_hot,),
    "ScatterElements": (scatter_elements,),
    "Scatter": (scatter_elements,),
    "ScatterND": (scatter_nd,),
    "MaxUnpool": (max_unpool,),
    "ReverseSequence": (reverse_sequence,),
}
