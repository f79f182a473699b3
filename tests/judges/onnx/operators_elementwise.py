"""Functions of one entry, or of entries at one place with broadcasting."""

from __future__ import annotations

from symnet import layers
from tests.judges.onnx.load import OnnxCase
from tests.judges.onnx.model import (
    Builder,
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

TEXTS = {
    "Abs": "abs(A)",
    "Acos": "pi/2 - arctan(A/sqrt(1 - A**2))",
    "Acosh": "log(A + sqrt(A**2 - 1))",
    "Asin": "arctan(A/sqrt(1 - A**2))",
    "Asinh": "log(A + sqrt(A**2 + 1))",
    "Atan": "arctan(A)",
    "Atanh": "log((1 + A)/(1 - A))/2",
    "Cos": "cos(A)",
    "Cosh": "cosh(A)",
    "Erf": "erf(A)",
    "Exp": "exp(A)",
    "Log": "log(A)",
    "Mish": "mish(A)",
    "Neg": "-A",
    "Reciprocal": "1/A",
    "Relu": "relu(A)",
    "Sigmoid": "sigmoid(A)",
    "Sign": "sign(A)",
    "Sin": "sin(A)",
    "Sinh": "sinh(A)",
    "Softplus": "softplus(A)",
    "Softsign": "softsign(A)",
    "Sqrt": "sqrt(A)",
    "Tan": "tan(A)",
    "Tanh": "tanh(A)",
    "Identity": "np.copy(A)",
    "HardSwish": "A*clip(A/6 + 1/2, 0, 1)",
    "Add": "A + B",
    "Sub": "A - B",
    "Mul": "A*B",
    "Equal": "A == B",
    "Greater": "A > B",
    "GreaterOrEqual": "A >= B",
    "Less": "A < B",
    "LessOrEqual": "A <= B",
    "And": "np.logical_and(A, B)",
    "Or": "np.logical_or(A, B)",
    "Xor": "(A > 0) != (B > 0)",
    "Not": "np.logical_not(A)",
    "Where": "np.where(A, B, C)",
}
WITH_NUMBERS = {
    "Elu": ("elu(A, {alpha})", ("alpha",)),
    "LeakyRelu": ("leaky_relu(A, {alpha})", ("alpha",)),
    "Celu": ("np.maximum(0, A) + np.minimum(0, {alpha}*(exp(A/{alpha}) - 1))", ("alpha",)),
    "Selu": ("{gamma}*np.where(A > 0, A, {alpha}*(exp(A) - 1))", ("alpha", "gamma")),
    "HardSigmoid": ("clip({alpha}*A + {beta}, 0, 1)", ("alpha", "beta")),
    "ThresholdedRelu": ("A*(A > {alpha})", ("alpha",)),
    "Swish": ("A*sigmoid({alpha}*A)", ("alpha",)),
    "SwiGLU": ("A*sigmoid({alpha}*A)*B", ("alpha",)),
    "Shrink": (
        "np.where(A < -({lambd}), A + {bias}, np.where(A > {lambd}, A - {bias}, 0))",
        ("lambd", "bias"),
    ),
}
LAYERS = {
    **{"Abs": "absolute", "Cos": "cos", "Erf": "erf", "Exp": "exp", "Log": "log", "Relu": "relu"},
    **{"Sigmoid": "sigmoid", "Sign": "sign", "Sin": "sin", "Softplus": "softplus", "Tanh": "tanh"},
    "Identity": "identity",
}


def _activation(kind: str) -> Builder:
    def build(case: OnnxCase) -> Model:
        (a,) = operands(case).values()
        return layer(layers.activation(tensor("x", a), kind), {"x": a}, output(case))

    return build


def leaky_relu(case: OnnxCase) -> Model:
    (a,) = operands(case).values()
    return layer(layers.leaky_relu(tensor("x", a), case["alpha"]), {"x": a}, output(case))


def gelu(case: OnnxCase) -> list[Model]:
    (a,) = operands(case).values()
    kind = {"none": "gelu", "tanh": "gelu_tanh"}[case["approximate"]]
    return [typed(case, f"{kind}(A)", A=a), _activation(kind)(case)]


def clip(case: OnnxCase) -> Model:
    x, low, high = (case.input(k) for k in range(3))
    low = case["min"] if low is None else low
    high = case["max"] if high is None else high
    bounds = {"a_min": "L" if low is not None else None, "a_max": "H" if high is not None else None}
    said = "".join(f", {name}={letter}" for name, letter in bounds.items() if letter)
    text = f"np.clip(A{said})" if said else "np.copy(A)"
    return typed(case, text, A=x, L=low, H=high)


def divide(case: OnnxCase) -> Model:
    given = operands(case)
    need(given["A"].dtype.kind == "f", "division of whole numbers, rounded towards 0")
    return typed(case, "A/B", **given)


def prelu(case: OnnxCase) -> Model:
    """Before version 7 a vector of slopes belongs to the channels, axis 1."""
    given = operands(case)
    a, slope = given["A"], given["B"]
    if case.version < 7 and slope.ndim == 1:
        given["B"] = slope.reshape(-1, *(1 for _ in a.shape[2:]))
    return typed(case, "np.where(A > 0, A, B*A)", **given)


def power(case: OnnxCase) -> list[Model]:
    """Also with a number as the exponent, as in A**2, where onnx has one number."""
    given = operands(case)
    made = [typed(case, "A**B", {"A": "positive"}, **given)]
    if given["B"].size == 1 and not given["B"].ndim:
        made.append(typed(case, f"A**{given['B'].item()!r}", A=given["A"]))
    return made


def variadic(join: str, after: str = "") -> Builder:
    """One text over all inputs: A, then join(A, B), then join(join(A, B), C)."""

    def build(case: OnnxCase) -> Model:
        given = operands(case)
        text = "A"
        for name in list(given)[1:]:
            text = join.format(text, name)
        text = f"np.copy({text})" if len(given) == 1 else text
        return typed(case, f"({text}){after.format(len(given))}", **given)

    return build


TABLE: Table = {
    **{name: (formula(text),) for name, text in TEXTS.items()},
    **{name: (formula(text, *names),) for name, (text, names) in WITH_NUMBERS.items()},
    "Gelu": (gelu,),
    "Clip": (clip,),
    "Div": (divide,),
    "PRelu": (prelu,),
    "Pow": (power,),
    "Max": (variadic("np.maximum({}, {})"),),
    "Min": (variadic("np.minimum({}, {})"),),
    "Sum": (variadic("{} + {}"),),
    "Mean": (variadic("{} + {}", "/{}"),),
}
for _name, _kind in LAYERS.items():
    TABLE[_name] = (*TABLE[_name], _activation(_kind))
TABLE["LeakyRelu"] = (*TABLE["LeakyRelu"], leaky_relu)
