"""Products of matrices, contractions, determinants, and matrices of brackets."""

from __future__ import annotations

from symnet import layers
from tests.judges.onnx.load import OnnxCase
from tests.judges.onnx.model import (
    Model,
    Table,
    formula,
    layer,
    need,
    operands,
    output,
    tensor,
    typed,
)

LETTERS = "ijklmnabcdefgh"


def matmul_layer(case: OnnxCase) -> Model:
    """A matrix on the right is a weight."""
    given = operands(case)
    a, b = given["A"], given["B"]
    need(b.ndim == 2 and a.ndim >= 1, "a linear layer has a matrix as its weight")
    x = tensor("x", a)
    made = layers.linear(x, b.shape[1])
    return layer(made, {"x": a, "W": b}, output(case))


def gemm(case: OnnxCase) -> list[Model]:
    """alpha A' B' + beta C; and a dense layer where this is one."""
    given = operands(case)
    a = "A.T" if case["transA"] else "A"
    b = "B.T" if case["transB"] else "B"
    c = f" + {case['beta']}*C" if "C" in given else ""
    out = [typed(case, f"{case['alpha']}*({a} @ {b}){c}", **given)]
    if case["alpha"] == case["beta"] == 1 and not case["transA"] and given.get("C", b) is not b:
        w = given["B"].T if case["transB"] else given["B"]
        if given["C"].shape == (w.shape[1],):
            made = layers.dense(tensor("x", given["A"]), w.shape[1])
            arrays = {"x": given["A"], "W": w, "b": given["C"]}
            out.append(layer(made, arrays, output(case)))
    return out


def einsum(case: OnnxCase) -> Model:
    given = operands(case)
    return typed(case, f"np.einsum('{case['equation']}', {', '.join(given)})", **given)


def det(case: OnnxCase) -> Model:
    given = operands(case)
    batch = ",".join(LETTERS[: given["A"].ndim - 2])
    left = f"y[{batch}]" if batch else "y"
    inner = f"{batch},p,q" if batch else "p,q"
    return typed(case, f"{left} = det[p,q](A[{inner}])", **given)


def trilu(case: OnnxCase) -> Model:
    given = operands(case)
    k = int(given.pop("B", 0))
    return typed(case, f"np.{'triu' if case['upper'] else 'tril'}(A, {k})", **given)


def eye_like(case: OnnxCase) -> Model:
    given = operands(case)
    n, m = given["A"].shape
    return typed(case, f"np.eye({n}, {m}, {case['k']})")


def matmul_integer(case: OnnxCase) -> Model:
    """Whole numbers, each less its zero point."""
    given = operands(case)
    return typed(case, "(A - C) @ (B - D)", **given)


def dequantize(case: OnnxCase) -> Model:
    """(x - zero) scale, along an axis or for blocks of an axis."""
    x, scale, zero = (case.input(k) for k in range(3))
    axis, block = case["axis"] % max(x.ndim, 1), case["block_size"]
    places = ", ".join(":" if k == axis else "None" for k in range(x.ndim))
    if block:
        s, z = (f"np.repeat({name}, {block}, {axis})" for name in "SZ")
    elif scale.ndim == 1 and x.ndim > 1:
        s, z = (f"{name}[{places}]" for name in "SZ")
    else:
        s, z = "S", "Z"
    return typed(case, f"(A - {z})*{s}" if zero is not None else f"A*{s}", A=x, S=scale, Z=zero)


TABLE: Table = {
    "MatMulInteger": (matmul_integer,),
    "DequantizeLinear": (dequantize,),
    "MatMul": (formula("A @ B"), matmul_layer),
    "Gemm": (gemm,),
    "Einsum": (einsum,),
    "Det": (det, formula("np.linalg.det(A)")),
    "Trilu": (trilu,),
    "EyeLike": (eye_like,),
}
