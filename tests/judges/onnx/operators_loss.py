"""Losses on labels, and dropout.

onnx has the classes on axis 1, x (N, C, ..), t (N, ..); `ignore_index` may be no class at all. Such
labels become class 0 here, beside a mask that says where a label counts.
"""

from __future__ import annotations

import numpy as np

from symnet import layers
from tests.judges.onnx.load import OnnxCase
from tests.judges.onnx.model import Model, Table, has_all, layer, need, output, tensor, typed

LETTERS = "nabdefg"


def _labelled(case: OnnxCase, text: str) -> tuple[str, dict[str, np.ndarray], dict[str, str]]:
    """The lines up to l, the loss of each label; `text` is -log p of class c at n, a, b .."""
    x, t, *weight = has_all(case.inputs)
    own = list(LETTERS[: t.ndim])
    free = ",".join(own)
    given = {"x": x, "t": t}
    counts, ignored = "1", case["ignore_index"]
    if ignored is not None:
        if 0 <= ignored < x.shape[1]:
            counts = f"[t[{free}] != {ignored}]"
        else:
            given["M"] = (t != ignored).astype(np.float64)
            given["t"] = np.where(t == ignored, 0, t)
            counts = f"M[{free}]"
    w = "1"
    if weight:
        given["w"] = weight[0]
        w = f"w[t[{free}]]"
    entry = f"{own[0]},t[{free}]" + "".join(f",{i}" for i in own[1:])
    lines = f"m[{free}] = {counts}*{w}\nl[{free}] = m[{free}]*({text.format(entry=entry)})"
    assume = {"t": f"integer<{x.shape[1]}"} | ({"M": "mask"} if "M" in given else {})
    if counts == w == "1":
        lines = f"l[{free}] = {text.format(entry=entry)}"
    return lines, given, assume


def _reduced(case: OnnxCase, first: str, text: str) -> Model:
    """The sum, the mean weighted by what counts, or each loss."""
    lines, given, assume = _labelled(case, text)
    free = ",".join(LETTERS[: given["t"].ndim])
    kind = case["reduction"]
    weighted = lines.startswith("m[")
    if kind == "none":
        last = f"y[{free}] = l[{free}]"
    elif kind == "sum":
        last = f"L = sum[{free}](l[{free}])"
    elif weighted:
        last = f"L = sum[{free}](l[{free}])/sum[{free}](m[{free}])"
    else:
        last = f"L = mean[{free}](l[{free}])"
    return typed(case, "\n".join(filter(None, (first, lines, last))), assume, **given)


def negative_log_likelihood(case: OnnxCase) -> Model:
    return _reduced(case, "", "-x[{entry}]")


def cross_entropy(case: OnnxCase) -> list[Model]:
    """lse = log sum exp over the classes, then lse - x of the class; and the logarithms."""
    x = case.inputs[0]
    own = list(LETTERS[: x.ndim - 1])
    free, every = ",".join(own), ",".join([own[0], "c", *own[1:]])
    first = f"s[{free}] = logsumexp[c](x[{every}])"
    out = [_reduced(case, first, f"s[{free}] - x[{{entry}}]")]
    if len(case.outputs) > 1:
        text = f"y[{every}] = x[{every}] - s[{free}]"
        out.append(typed(case, f"{first}\n{text}", of=1, x=x))
    return out


def cross_entropy_layer(case: OnnxCase) -> list[Model]:
    """layers.softmax_cross_entropy, with the classes on the last axis."""
    x, t, *weight = has_all(case.inputs)
    need(not weight, "softmax_cross_entropy: weights of classes")
    need(case["ignore_index"] is None, "softmax_cross_entropy: ignore_index")
    need(case["reduction"] == "mean", f"softmax_cross_entropy: reduction {case['reduction']}")
    logits = np.moveaxis(x, 1, -1)
    z = tensor("x", logits)
    made = layers.softmax_cross_entropy(z, layers.labels(z))
    return [layer(made, {"x": logits, "t": t}, output(case))]


# -- dropout -----------------------------------------------------------------------------------


def dropout(case: OnnxCase) -> list[Model]:
    """x as it is in evaluation; in training x m/(1 - q), with the mask that onnx has drawn."""
    x, ratio, training = case.input(0), case.input(1), case.input(2)
    q = 0.5 if ratio is None else float(str(ratio))
    mask = case.outputs[1] if len(case.outputs) > 1 else None
    if training is None or not training or q == 0:
        out = [typed(case, "np.copy(A)", A=x)]
        if mask is not None:
            out.append(typed(case, "np.ones_like(A)", of=1, A=x))
        return out
    need(mask is not None, "a mask that onnx draws and does not tell")
    text = f"M*A/(1 - {q})"
    return [
        typed(case, text, {"M": "mask"}, A=x, M=mask),
        typed(case, "np.copy(M)", {"M": "mask"}, of=1, M=mask),
    ]


def dropout_layer(case: OnnxCase) -> Model:
    """layers.dropout with the mask that onnx has drawn, or its evaluation."""
    x, ratio, training = case.input(0), case.input(1), case.input(2)
    q = 0.5 if ratio is None else float(str(ratio))
    made = layers.dropout(tensor("x", x), round(1 - q, 6))
    if training is None or not training:
        return layer(layers.evaluation(made), {"x": x}, output(case))
    need(len(case.outputs) > 1, "a mask that onnx draws and does not tell")
    return layer(made, {"x": x, "m": case.outputs[1]}, output(case))


TABLE: Table = {
    "NegativeLogLikelihoodLoss": (negative_log_likelihood,),
    "SoftmaxCrossEntropyLoss": (cross_entropy, cross_entropy_layer),
    "Dropout": (dropout, dropout_layer),
}
