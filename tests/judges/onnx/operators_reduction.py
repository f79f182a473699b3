"""Reductions over axes, softmax and its relatives, running sums."""

from __future__ import annotations

from collections.abc import Callable

from symnet import layers
from symnet.notation import Graph, Tensor
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
    tensor,
    typed,
)

LETTERS = "ijklmnabcdefgh"
REDUCED = {
    "ReduceSum": "np.sum(A, {})",
    "ReduceMean": "np.mean(A, {})",
    "ReduceMax": "np.max(A, {})",
    "ReduceMin": "np.min(A, {})",
    "ReduceProd": "np.prod(A, {})",
    "ReduceL1": "np.sum(np.abs(A), {})",
    "ReduceL2": "np.sqrt(np.sum(A**2, {}))",
    "ReduceLogSum": "np.log(np.sum(A, {}))",
    "ReduceLogSumExp": "logsumexp(A, {})",
    "ReduceSumSquare": "np.sum(A**2, {})",
}


def reduction(text: str) -> Builder:
    def build(case: OnnxCase) -> Model:
        a, axes = case.inputs[0], case.input(1)
        listed = case["axes"] if axes is None else [int(k) for k in axes]
        (a,) = has_all([a])
        if not listed and case["noop_with_empty_axes"]:
            return typed(case, text.format("axis=()"), A=a)
        said = f"axis={tuple(listed)}" if listed else "axis=None"
        return typed(case, text.format(f"{said}, keepdims={bool(case['keepdims'])}"), A=a)

    return build


# -- softmax -----------------------------------------------------------------------------------


def along_axis(text: str, make: Callable[[Tensor], Graph] | None = None) -> Builder:
    """A text with its axis, and a layer along the last axis where the case has that one.

    Before version 13 onnx normalises over the axis and all axes after it together.
    """

    def build(case: OnnxCase) -> list[Model]:
        (a,) = operands(case).values()
        axis = case["axis"] % a.ndim
        together = tuple(range(axis, a.ndim)) if case.version < 13 else (axis,)
        said = together[0] if len(together) == 1 else together
        out = [typed(case, text.format(said), A=a)]
        if make is not None and together == (a.ndim - 1,):
            out.append(layer(make(tensor("x", a)), {"x": a}, output(case)))
        return out

    return build


def hardmax(case: OnnxCase) -> Model:
    """1 at the first place of the largest entry along an axis."""
    (a,) = operands(case).values()
    need(case.version >= 13, "hardmax over several axes together")
    own = list(LETTERS[: a.ndim])
    axis = case["axis"] % a.ndim
    inner = [*own[:axis], "p", *own[axis + 1 :]]
    text = f"y[{','.join(own)}] = delta({own[axis]}, argmax[p](A[{','.join(inner)}]))"
    return typed(case, text, A=a)


def place(kind: str) -> Builder:
    """argmax and argmin as an array of whole numbers."""

    def build(case: OnnxCase) -> Model:
        (a,) = operands(case).values()
        axis = case["axis"] % a.ndim
        text = f"np.{kind}(A, {axis})"
        if case["select_last_index"]:
            text = f"{a.shape[axis] - 1} - np.{kind}(np.flip(A, {axis}), {axis})"
        if case["keepdims"]:
            text = f"np.expand_dims({text}, {axis})"
        return typed(case, text, A=a)

    return build


# -- norms along an axis -----------------------------------------------------------------------


def lp_normalization(case: OnnxCase) -> Model:
    (a,) = operands(case).values()
    axis = case["axis"]
    norm = {
        1: "np.sum(np.abs(A), {}, keepdims=True)",
        2: "np.linalg.norm(A, axis={}, keepdims=True)",
    }
    text = f"n = {norm[case['p']].format(axis)}; np.where(n == 0, 0, A/n)"
    return typed(case, text.replace("; ", "\n"), A=a)


def mean_variance(case: OnnxCase) -> Model:
    """(x - mean)/(std + 1e-9), the way of onnx to avoid a division by 0."""
    (a,) = operands(case).values()
    axes = tuple(case["axes"])
    text = f"(A - np.mean(A, {axes}, keepdims=True))/(np.std(A, {axes}, keepdims=True) + 1e-9)"
    return typed(case, text, A=a)


# -- running sums and products -----------------------------------------------------------------


def running(kind: str, relation: str) -> Builder:
    """sum[j: j <= i] and its three relatives, in index notation; np.cumsum where it is that."""

    def build(case: OnnxCase) -> list[Model]:
        a, k = has_all(case.inputs)
        axis = int(k) % a.ndim
        own = list(LETTERS[: a.ndim])
        inner = [*own[:axis], "p", *own[axis + 1 :]]
        sign = (">" if case["reverse"] else "<") + ("" if case["exclusive"] else "=")
        text = f"y[{','.join(own)}] = {kind}[p: p {sign} {own[axis]}](A[{','.join(inner)}])"
        out = [typed(case, text, A=a)]
        if not case["reverse"] and not case["exclusive"]:
            out.append(typed(case, f"np.{relation}(A, axis={axis})", A=a))
        return out

    return build


TABLE: Table = {
    **{name: (reduction(text),) for name, text in REDUCED.items()},
    "Softmax": (along_axis("softmax(A, axis={})", layers.softmax),),
    "LogSoftmax": (along_axis("log_softmax(A, axis={})", layers.log_softmax),),
    "Hardmax": (hardmax,),
    "ArgMax": (place("argmax"),),
    "ArgMin": (place("argmin"),),
    "LpNormalization": (lp_normalization,),
    "MeanVarianceNormalization": (mean_variance,),
    "CumSum": (running("sum", "cumsum"),),
    "CumProd": (running("prod", "cumprod"),),
}
