"""Maps of indices: reshaping, joining, slicing, padding, blocks; and arrays of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tests.judges.onnx.load import OnnxCase
from tests.judges.onnx.model import (
    Builder,
    Model,
    Table,
    has_all,
    need,
    operands,
    output,
    typed,
)


def whole(array: np.ndarray | None) -> list[int] | None:
    return None if array is None else [int(v) for v in np.ravel(array)]


def listed(case: OnnxCase, k: int, attribute: str) -> list[int] | None:
    """Whole numbers that newer versions take as an input, older ones as an attribute."""
    found = whole(case.input(k))
    return case[attribute] if found is None else found


def transpose(case: OnnxCase) -> Model:
    given = operands(case)
    axes = f", {tuple(case['perm'])}" if case["perm"] else ""
    return typed(case, f"np.transpose(A{axes})", **given)


def reshape(case: OnnxCase) -> Model:
    (a,) = has_all(case.inputs[:1])
    sizes = listed(case, 1, "shape")
    if not case["allowzero"]:
        sizes = [a.shape[k] if n == 0 else n for k, n in enumerate(sizes)]
    return typed(case, f"np.reshape(A, {_tuple(sizes)})", A=a)


def _tuple(sizes: Sequence[int]) -> str:
    return str(tuple(int(n) for n in sizes))


def flatten(case: OnnxCase) -> Model:
    given = operands(case)
    a, axis = given["A"], case["axis"]
    axis = axis + a.ndim if axis < 0 else axis
    sizes = (int(np.prod(a.shape[:axis], dtype=int)), -1)
    return typed(case, f"np.reshape(A, {sizes})", **given)


def squeeze(case: OnnxCase) -> Model:
    (a,) = has_all(case.inputs[:1])
    axes = listed(case, 1, "axes")
    return typed(case, f"np.squeeze(A, {_tuple(axes) if axes else None})", A=a)


def unsqueeze(case: OnnxCase) -> Model:
    (a,) = has_all(case.inputs[:1])
    return typed(case, f"np.expand_dims(A, {_tuple(listed(case, 1, 'axes'))})", A=a)


def expand(case: OnnxCase) -> Model:
    """Stretched by an array of ones: onnx's shape may be the smaller one."""
    (a,) = has_all(case.inputs[:1])
    sizes = whole(case.input(1))
    need(sizes, "Expand without a shape")
    return typed(case, f"A*np.ones({_tuple(sizes)})", A=a)


def tile(case: OnnxCase) -> Model:
    (a,) = has_all(case.inputs[:1])
    return typed(case, f"np.tile(A, {_tuple(whole(case.input(1)))})", A=a)


def concat(case: OnnxCase) -> Model:
    given = operands(case)
    return typed(case, f"np.concatenate([{', '.join(given)}], {case['axis']})", **given)


def slices(case: OnnxCase) -> Model:
    (a,) = has_all(case.inputs[:1])
    starts, ends = listed(case, 1, "starts"), listed(case, 2, "ends")
    axes = listed(case, 3, "axes") or list(range(len(starts)))
    steps = whole(case.input(4)) or [1] * len(starts)
    keys = [":"] * a.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        # before the first entry, seen from behind, a slice ends open
        stop = "" if step < 0 and end < -a.shape[axis] else str(end)
        keys[axis] = f"{start}:{stop}:{step}"
    has_all(case.outputs)
    return typed(case, f"A[{', '.join(keys)}]", A=a)


def split(case: OnnxCase) -> list[Model]:
    (a,) = has_all(case.inputs[:1])
    axis = case["axis"]
    has_all(case.outputs)
    parts = [o.shape[axis] for o in case.outputs]
    ends = [sum(parts[: k + 1]) for k in range(len(parts) - 1)]
    return [typed(case, f"np.split(A, {ends}, {axis})[{k}]", A=a, of=k) for k in range(len(parts))]


def pad(case: OnnxCase) -> Model:
    (a,) = has_all(case.inputs[:1])
    widths, fill = listed(case, 1, "pads"), case.input(2)
    axes = whole(case.input(3)) or list(range(a.ndim))
    n = len(axes)
    pairs = [(0, 0)] * a.ndim
    for k, axis in enumerate(axes):
        pairs[axis] = (widths[k], widths[k + n])
    value = case["value"] if fill is None else fill.item()
    mode = case["mode"]
    said = f", constant_values={value or 0}" if mode == "constant" else ""
    return typed(case, f"np.pad(A, {tuple(pairs)}, mode='{mode}'{said})", A=a)


# -- blocks of a picture -----------------------------------------------------------------------


def depth_to_space(case: OnnxCase) -> Model:
    given = operands(case)
    n, c, h, w = given["A"].shape
    b = case["blocksize"]
    if case["mode"] == "DCR":
        sizes, order = (n, b, b, c // b**2, h, w), (0, 3, 4, 1, 5, 2)
    else:
        sizes, order = (n, c // b**2, b, b, h, w), (0, 1, 4, 2, 5, 3)
    whole_picture = (n, c // b**2, h * b, w * b)
    text = f"np.reshape(np.transpose(np.reshape(A, {sizes}), {order}), {whole_picture})"
    return typed(case, text, **given)


def space_to_depth(case: OnnxCase) -> Model:
    given = operands(case)
    n, c, h, w = given["A"].shape
    b = case["blocksize"]
    sizes = (n, c, h // b, b, w // b, b)
    order = (0, 3, 5, 1, 2, 4) if case["mode"] in (None, "DCR") else (0, 1, 3, 5, 2, 4)
    blocks = (n, c * b**2, h // b, w // b)
    text = f"np.reshape(np.transpose(np.reshape(A, {sizes}), {order}), {blocks})"
    return typed(case, text, **given)


def center_crop_pad(case: OnnxCase) -> Model:
    """The middle part along each axis, or zeros on both sides."""
    a, _ = has_all(case.inputs)
    keys, widths = [], []
    for size, wanted in zip(a.shape, output(case).shape, strict=True):
        start, before = max(size - wanted, 0) // 2, max(wanted - size, 0) // 2
        keys.append(f"{start}:{start + min(size, wanted)}")
        widths.append((before, max(wanted - size, 0) - before))
    text = f"A[{', '.join(keys)}]"
    return typed(case, f"np.pad({text}, {tuple(widths)})" if any(map(any, widths)) else text, A=a)


def col2im(case: OnnxCase) -> Model:
    """y[n,c,i,j] = sum of the columns' entries that lie there: the adjoint of windows.

    A[n,c,p,q,u,v]: channels and windows apart.
    """
    a, sizes, blocks = has_all(case.inputs)
    n = len(sizes)
    strides, dilations = case["strides"] or [1] * n, case["dilations"] or [1] * n
    pads = case["pads"] or [0] * 2 * n
    counts, places, rows = [], [], list("ijk"[:n])
    for k in range(n):
        span = dilations[k] * (int(blocks[k]) - 1) + 1
        room = int(sizes[k]) + pads[k] + pads[k + n] - span
        counts.append(room // strides[k] + 1)
        u, p = "uvs"[k], "pqr"[k]
        places.append(f"delta({rows[k]}, {strides[k]}*{u} + {dilations[k]}*{p} - {pads[k]})")
    inner, windows = ",".join("pqr"[:n]), ",".join("uvs"[:n])
    apart = a.reshape(a.shape[0], -1, *(int(b) for b in blocks), *counts)
    entry = f"A[b,c,{inner},{windows}]"
    text = f"y[b,c,{','.join(rows)}] = sum[{inner},{windows}]({'*'.join(places)}*{entry})"
    return typed(case, text, A=apart)


# -- arrays of numbers -------------------------------------------------------------------------


def range_(case: OnnxCase) -> Model:
    start, _, step = (v.item() for v in has_all(case.inputs))
    n = output(case).shape[0]
    return typed(case, f"{start} + {step}*np.arange({n})")


def constant_of_shape(case: OnnxCase) -> Model:
    sizes = whole(case.input(0))
    has_all(case.outputs)
    need(sizes, "a scalar")
    value = case["value"]
    need(value is not None, "ConstantOfShape without a value")
    from onnx import numpy_helper

    number = numpy_helper.to_array(value).item()
    return typed(case, f"np.full({_tuple(sizes)}, {number})")


WINDOWS = {
    "HannWindow": "1/2 - 1/2*np.cos(2*np.pi*np.arange({n})/{m})",
    "HammingWindow": "25/46 - 21/46*np.cos(2*np.pi*np.arange({n})/{m})",
    "BlackmanWindow": (
        "0.42 - 0.5*np.cos(2*np.pi*np.arange({n})/{m}) + 0.08*np.cos(4*np.pi*np.arange({n})/{m})"
    ),
}


def window(text: str) -> Builder:
    def build(case: OnnxCase) -> Model:
        n = int(case.input(0))
        return typed(case, text.format(n=n, m=n if case["periodic"] else n - 1))

    return build


def size(case: OnnxCase) -> Model:
    return typed(case, "A.size", **operands(case))


def shape(case: OnnxCase) -> Model:
    given = operands(case)
    n = given["A"].ndim
    first, last = case["start"] or 0, n if case["end"] is None else case["end"]
    axes = range(n)[slice(first, last)]
    need(axes, "an axis of extent 0: extents are at least 1")
    return typed(case, f"np.array([{', '.join(f'A.shape[{k}]' for k in axes)}])", **given)


TABLE: Table = {
    "Transpose": (transpose,),
    "Reshape": (reshape,),
    "Flatten": (flatten,),
    "Squeeze": (squeeze,),
    "Unsqueeze": (unsqueeze,),
    "Expand": (expand,),
    "Tile": (tile,),
    "Concat": (concat,),
    "Slice": (slices,),
    "Split": (split,),
    "Pad": (pad,),
    "DepthToSpace": (depth_to_space,),
    "SpaceToDepth": (space_to_depth,),
    "CenterCropPad": (center_crop_pad,),
    "Col2Im": (col2im,),
    "Range": (range_,),
    "ConstantOfShape": (constant_of_shape,),
    "Size": (size,),
    "Shape": (shape,),
    **{name: (window(text),) for name, text in WINDOWS.items()},
}
