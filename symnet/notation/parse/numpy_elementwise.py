"""NumPy's functions of numbers, entry by entry, and those of the layers.

    log1p(x) = log(1 + x)    expm1(x) = e^x - 1    clip(x, a, b) = min(max(x, a), b)

Arguments with sums in them, and values of functions of more than one entry, get names (names.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

import sympy

from symnet.notation import functions as f
from symnet.notation import reductions
from symnet.notation.index import Index
from symnet.notation.intake import intake
from symnet.notation.parse.array import Array, elementwise
from symnet.notation.parse.call import Call, Kind, Table, Value, described, refuse, rule
from symnet.notation.parse.names import NAMES
from symnet.notation.parse.numpy_arithmetic import both, either, opposite, power, quotient, truth
from symnet.notation.parse.numpy_arithmetic import logarithm as log_of
from symnet.notation.parse.page import has_contraction, is_compound

TABLE: Table = {}
HALF = sympy.Rational(1, 2)

E: TypeAlias = Any  # SymPy expressions, whose arithmetic is not typed
Scalar = Callable[[E], E]

PLAIN: dict[str, Scalar] = {
    **{"abs": f.absolute, "absolute": f.absolute, "fabs": f.absolute},
    **{"sign": f.sign, "sin": f.sin, "cos": f.cos, "tan": lambda x: f.sin(x) / f.cos(x)},
    "log2": lambda x: f.log(x) / f.log(sympy.Integer(2)),
    "log10": lambda x: f.log(x) / f.log(sympy.Integer(10)),
    "square": lambda x: x**2,
    "reciprocal": lambda x: 1 / x,
    "negative": lambda x: -x,
    "positive": lambda x: x,
    "exp2": lambda x: f.exp(x * f.log(sympy.Integer(2))),
    "deg2rad": lambda x: x * sympy.pi / 180,
}
NAMED: dict[str, Scalar] = {
    **{"exp": f.exp, "tanh": f.tanh, "sigmoid": f.sigmoid, "expit": f.sigmoid, "erf": f.erf},
    **{"relu": f.relu, "softplus": f.softplus, "silu": f.silu, "swish": f.silu, "gelu": f.gelu},
    **{"gelu_tanh": f.gelu_tanh, "arctan": f.arctan, "atan": f.arctan},
    "expm1": lambda x: f.exp(x) - 1,
    **{"sinh": f.sinh, "cosh": f.cosh},
    "logsigmoid": lambda x: f.log(f.sigmoid(x)),
    "log_sigmoid": lambda x: f.log(f.sigmoid(x)),
    "log_expit": lambda x: f.log(f.sigmoid(x)),
    "mish": lambda x: x * f.tanh(f.softplus(x)),
    "softsign": lambda x: x / (1 + f.absolute(x)),
}
TWO: dict[str, Callable[[E, E], E]] = {
    **{"maximum": f.maximum, "minimum": f.minimum, "fmax": f.maximum, "fmin": f.minimum},
    **{"add": lambda a, b: a + b, "subtract": lambda a, b: a - b},
    **{"multiply": lambda a, b: a * b},
    "xlogy": lambda a, b: f.where(f.compare("==", a, 0), sympy.S.Zero, a * f.log(b)),
    "logaddexp": lambda a, b: b + f.softplus(a - b) if a == 0 else a + f.softplus(b - a),
    "greater": lambda a, b: f.compare(">", a, b),
    "greater_equal": lambda a, b: f.compare(">=", a, b),
    "less": lambda a, b: f.compare("<", a, b),
    "less_equal": lambda a, b: f.compare("<=", a, b),
    "equal": lambda a, b: f.compare("==", a, b),
    "not_equal": lambda a, b: f.compare("!=", a, b),
}
# functions whose derivative is written with their value
OWN = frozenset({"exp", "tanh", "sigmoid", "expit"})
TRUTHS = frozenset({"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"})


def argument(call: Call, array: Array, name: str = "argument") -> Array:
    """An argument with a sum in it gets a name of its own."""
    return call.page.name(array, NAMES[name]) if has_contraction(array.expression) else array


def logarithm(e: E) -> E:
    """log e, with log(1 + e^x) as softplus(x)."""
    if isinstance(e, sympy.Add) and e.args[0] == 1 and len(e.args) == 2:
        rest = e.args[1]
        return f.softplus(rest.args[0]) if isinstance(rest, f.exp) else f.log(e)
    return log_of(e)


def _plain(name: str, function: Scalar) -> None:
    @rule(TABLE, f"{name}(x)")
    def made(call: Call) -> Value:
        return argument(call, call.array("x")).mapped(function)


def _named(name: str, function: Scalar) -> None:
    @rule(TABLE, f"{name}(x)")
    def made(call: Call) -> Value:
        given = call.array("x")
        x = argument(call, given)
        return valued(call, x, name, function, x is not given and name in OWN)


def valued(call: Call, x: Array, name: str, function: Scalar, worth: bool = False) -> Array:
    """The value of a function that has a name where its argument is more than an entry."""
    worth = worth or is_compound(x.expression) or not (x.is_plain or _is_scaled(x))
    value = x.mapped(function)
    if not x.indices or not worth:
        return value
    return call.page.name(value, NAMES["exp" if name == "exp" else "value"])


def _is_scaled(x: Array) -> bool:
    """A number times an entry, such as -x/2."""
    rest = x.expression.as_coeff_Mul()[1]
    return bool(Array(x.indices, rest).is_plain or not rest.has(Index))


def _two(name: str, function: Callable[[E, E], E]) -> None:
    @rule(TABLE, f"{name}(a, b)")
    def made(call: Call) -> Value:
        a, b = call.array("a"), call.array("b")
        if function is f.maximum and 0 in (a.constant, b.constant):
            return relu(call, b if a.constant == 0 else a)
        if function in (f.maximum, f.minimum):
            a, b = argument(call, a), argument(call, b)
        return replace(elementwise(function, a, b), truth=name in TRUTHS)


def relu(call: Call, x: Array) -> Array:
    """maximum(x, 0), whose derivative at 0 is 0."""
    return valued(call, argument(call, x), "relu", f.relu)


for _name, _function in PLAIN.items():
    _plain(_name, _function)
for _name, _function in NAMED.items():
    _named(_name, _function)
for _name, _pair in TWO.items():
    _two(_name, _pair)


@rule(TABLE, "sqrt(x)")
def _sqrt(call: Call) -> Value:
    x = call.array("x")
    if x.expression.is_number and x.expression.is_negative:
        raise call.error(f"the root of {x.expression} is no real number", "x")
    root = x.mapped(lambda e: intake(sympy.Pow(e, HALF)))
    return call.page.name(root, NAMES["std"]) if has_contraction(x.expression) else root


@rule(TABLE, "log(x)")
def _log(call: Call) -> Value:
    return logged(call, call.array("x"))


@rule(TABLE, "log1p(x)")
def _log1p(call: Call) -> Value:
    return logged(call, call.array("x").mapped(lambda e: 1 + e))


def logged(call: Call, x: Array) -> Array:
    """log x; a sum of exponentials stays in it, and the whole is a log-sum-exp."""
    plain = call.page.meaning(x.expression)
    if isinstance(plain, reductions.Total) and isinstance(plain.body, f.exp):
        value = Array(x.indices, f.log(plain))
        return call.page.name(value, NAMES["logsumexp"]) if x.indices else value
    if isinstance(plain, sympy.Add) and plain.args[0] == 1 and isinstance(plain.args[-1], f.exp):
        return Array(x.indices, logarithm(plain))
    return argument(call, x).mapped(logarithm)


@rule(TABLE, "cbrt(x)")
def _cbrt(call: Call) -> Value:
    return argument(call, call.array("x")).mapped(lambda e: sympy.Pow(e, sympy.Rational(1, 3)))


@rule(TABLE, "leaky_relu(x, slope=0.01)")
def _leaky_relu(call: Call) -> Value:
    slope = call["slope"]
    given = sympy.Rational(1, 100) if isinstance(slope, float) else call.array("slope").expression
    x = argument(call, call.array("x"))
    return valued(call, x, "leaky_relu", lambda e: f.leaky_relu(e, given))


@rule(TABLE, "elu(x, alpha=1)")
def _elu(call: Call) -> Value:
    alpha = call.array("alpha").expression
    x = argument(call, call.array("x"))
    return valued(
        call, x, "elu", lambda e: f.where(f.compare(">", e, 0), e, alpha * (f.exp(e) - 1))
    )


@rule(TABLE, "where(condition, x, y)")
def _where(call: Call) -> Value:
    condition, x, y = call.array("condition"), call.array("x"), call.array("y")
    condition = argument(call, condition)
    return elementwise(lambda c, a, b: f.where(truth(c), a, b), condition, x, y)


@rule(TABLE, "clip(a, a_min=None, a_max=None, min=None, max=None)", method=True)
def _clip(call: Call) -> Value:
    out = argument(call, call.array("a"))
    if all(call[n] is None for n in ("a_min", "a_max", "min", "max")):
        raise call.error("expected a_min or a_max, or both")
    for names, pick in ((("a_min", "min"), f.maximum), (("a_max", "max"), f.minimum)):
        for name in names:
            if call[name] is not None:
                out = elementwise(pick, out, call.array(name))
    return out


@rule(TABLE, "power(a, b)", "pow")
def _power(call: Call) -> Value:
    return power(call.page, call.array("a"), call.array("b"))


@rule(TABLE, "divide(a, b)", "true_divide")
def _divide(call: Call) -> Value:
    return quotient(call.page, call.array("a"), call.array("b"))


@rule(TABLE, "logical_and(a, b)")
def _logical_and(call: Call) -> Value:
    return both(call.array("a"), call.array("b"))


@rule(TABLE, "logical_or(a, b)")
def _logical_or(call: Call) -> Value:
    return either(call.array("a"), call.array("b"))


@rule(TABLE, "logical_not(x)", "invert")
def _logical_not(call: Call) -> Value:
    return opposite(call.array("x"))


@rule(TABLE, "astype(a, dtype)", method=True)
def _astype(call: Call) -> Value:
    x, kind = call.array("a"), call["dtype"]
    name = kind.name if isinstance(kind, Kind) else str(kind)
    if name.startswith("bool"):
        return replace(x.mapped(truth), truth=True)
    if name.startswith("float") or (name.startswith("int") and x.truth):
        return replace(x, truth=False)
    raise call.error(f"{described(kind)}: all numbers are real; expected float", "dtype")


refuse(
    TABLE,
    "its derivative is 0 wherever there is one; of sizes write N // 2",
    *("floor_divide", "mod", "remainder", "fmod", "round", "around", "rint", "floor", "ceil"),
    *("trunc", "int", "isclose", "allclose"),
)


@rule(TABLE, "float(x)")
def _float(call: Call) -> Value:
    return call.array("x")


@rule(TABLE, "copy(a)", method=True)
def _copy(call: Call) -> Value:
    return call.array("a")


@rule(TABLE, "detach(x)", "stop_gradient", method=True)
def _detach(call: Call) -> Value:
    return call.array("x").mapped(f.detach)
