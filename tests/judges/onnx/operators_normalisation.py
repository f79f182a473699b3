"""Normalisations: the layers of symnet, and the same in NumPy text."""

from __future__ import annotations

import numpy as np

from symnet import layers
from tests.judges.onnx.load import OnnxCase
from tests.judges.onnx.model import (
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


def _span(case: OnnxCase) -> int:
    """How many axes are normalised: from `axis` to the last."""
    n = case.inputs[0].ndim
    return n - case["axis"] % n


def _of_samples(array: np.ndarray | None, axes: int) -> np.ndarray | None:
    """A statistic without the axes of extent 1 that onnx keeps."""
    return None if array is None else array.reshape(array.shape[: array.ndim - axes])


def layer_norm(case: OnnxCase) -> Model:
    x, gain, *bias = has_all(case.inputs)
    axes = _span(case)
    own = x.shape[x.ndim - axes :]
    need(gain.shape == own, "a gain of another shape than the axes that are normalised")
    made = layers.layer_norm(tensor("x", x), axes=axes, eps=case["epsilon"])
    beta = bias[0] if bias else np.zeros(own)
    mu, r = ([*case.outputs, None, None][k] for k in (1, 2))
    expected = {"y": output(case), "mu": _of_samples(mu, axes), "r": _of_samples(r, axes)}
    return layer(made, {"x": x, "gamma": gain, "beta": beta}, expected)


def layer_norm_text(case: OnnxCase) -> list[Model]:
    given = operands(case)
    axes = tuple(range(-_span(case), 0))
    bias = " + C" if "C" in given else ""
    lines = (
        f"mu = np.mean(A, {axes}, keepdims=True)",
        f"r = 1/np.sqrt(np.var(A, {axes}, keepdims=True) + {case['epsilon']})",
        f"(A - mu)*r*B{bias}",
    )
    out = [typed(case, "\n".join(lines), **given)]
    for k, name in ((1, "mu"), (2, "r")):
        if k < len(case.outputs) and case.outputs[k] is not None:
            out.append(typed(case, "\n".join([*lines[:2], f"np.copy({name})"]), of=k, A=given["A"]))
    return out


def rms_norm(case: OnnxCase) -> Model:
    x, gain = has_all(case.inputs)
    axes = _span(case)
    need(gain.shape == x.shape[x.ndim - axes :], "a gain of another shape than the axes")
    made = layers.rms_norm(tensor("x", x), axes=axes, eps=case["epsilon"])
    return layer(made, {"x": x, "gamma": gain}, output(case))


def rms_norm_text(case: OnnxCase) -> Model:
    axes = tuple(range(-_span(case), 0))
    scale = f"np.sqrt(np.mean(A**2, {axes}, keepdims=True) + {case['epsilon']})"
    return typed(case, f"A/{scale}*B", **operands(case))


def group_norm(case: OnnxCase) -> Model:
    x, gain, bias = has_all(case.inputs)
    groups = case["num_groups"]
    made = layers.group_norm(tensor("x", x), groups, eps=case["epsilon"])
    shape = (groups, x.shape[1] // groups)
    given = {"x": x, "gamma": gain.reshape(shape), "beta": bias.reshape(shape)}
    return layer(made, given, output(case))


def instance_norm(case: OnnxCase) -> Model:
    x, gain, bias = has_all(case.inputs)
    made = layers.instance_norm(tensor("x", x), eps=case["epsilon"])
    return layer(made, {"x": x, "gamma": gain, "beta": bias}, output(case))


def _over(case: OnnxCase, axes: tuple[int, ...]) -> str:
    """Standardised over these axes, then a gain and a bias for each channel."""
    places = ", ".join("None" for _ in case.inputs[0].shape[2:])
    channel = f"[:, {places}]"
    scale = f"np.sqrt(np.var(A, {axes}, keepdims=True) + {case['epsilon']})"
    return f"(A - np.mean(A, {axes}, keepdims=True))/{scale}*B{channel} + C{channel}"


def instance_norm_text(case: OnnxCase) -> Model:
    given = operands(case)
    return typed(case, _over(case, tuple(range(2, given["A"].ndim))), **given)


# -- batch norm --------------------------------------------------------------------------------


def batch_norm(case: OnnxCase) -> Model:
    """The layer in training, or its evaluation. onnx weighs the old estimate with `momentum`."""
    x, gain, bias, mean, variance = has_all(case.inputs)
    made = layers.batch_norm(tensor("x", x), eps=case["epsilon"], momentum=1 - case["momentum"])
    given = {"x": x, "gamma": gain, "beta": bias, "mu_run": mean, "v_run": variance}
    if case["training_mode"]:
        return layer(made, given, {"y": output(case), "mu_new": output(case, 1)})
    need(output(case).dtype.name != "bfloat16", "bfloat16")
    return layer(layers.evaluation(made), given, {"y": output(case)})


def batch_norm_text(case: OnnxCase) -> list[Model]:
    """In training, with the estimates: that of the variance is the biased one in onnx."""
    given = operands(case)
    a = given["A"]
    places = ", ".join("None" for _ in a.shape[2:])
    channel = f"[:, {places}]"
    if not case["training_mode"]:
        text = f"(A - D{channel})/np.sqrt(E{channel} + {case['epsilon']})*B{channel} + C{channel}"
        return [typed(case, text, **given)]
    axes = (0, *range(2, a.ndim))
    old = case["momentum"]
    new = round(1 - old, 6)
    return [
        typed(case, _over(case, axes), A=a, B=given["B"], C=given["C"]),
        typed(case, f"{old}*D + {new}*np.mean(A, {axes})", of=1, A=a, D=given["D"]),
        typed(case, f"{old}*E + {new}*np.var(A, {axes})", of=2, A=a, E=given["E"]),
    ]


def lrn(case: OnnxCase) -> Model:
    """x/(k + alpha/n sum of x^2 over n channels around)^beta."""
    (a,) = operands(case).values()
    n = case["size"]
    before, after = (n - 1) // 2, n - 1 - (n - 1) // 2
    own = list(LETTERS[: a.ndim])
    inner = [own[0], "p", *own[2:]]
    c = own[1]
    around = f"sum[p: {c} - {before} <= p, p <= {c} + {after}](A[{','.join(inner)}]**2)"
    left, entry = f"y[{','.join(own)}]", f"A[{','.join(own)}]"
    scale = f"({case['bias']} + {case['alpha'] / n:.12g}*{around})"
    return typed(case, f"{left} = {entry}*{scale}**(-{case['beta']})", A=a)


TABLE: Table = {
    "LayerNormalization": (layer_norm, layer_norm_text),
    "RMSNormalization": (rms_norm, rms_norm_text),
    "GroupNormalization": (group_norm,),
    "InstanceNormalization": (instance_norm, instance_norm_text),
    "BatchNormalization": (batch_norm, batch_norm_text),
    "LRN": (lrn,),
}
