"""NumPy's reductions over axes, softmax and its relatives.

mean = sum / extents    var = mean((x - mean)^2)    std = var^(1/2)
softmax(x)[k] = e^x[k] / sum_j e^x[j]    logsumexp = log sum e^x
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import sympy

from symnet.notation import functions as f
from symnet.notation.index import Index
from symnet.notation.parse.array import ONE, Array, elementwise, shown
from symnet.notation.parse.call import Call, Table, Value, described, rule
from symnet.notation.parse.names import NAMES
from symnet.notation.parse.page import has_contraction
from symnet.notation.reductions import amax, argmax, product, total

TABLE: Table = {}
Reduce = Callable[[Any, list[Index]], Any]  # a body and the indices it is reduced over
IN_SPECIAL: Table = {}  # SciPy's softmax runs over all axes


def reduced(x: Array, axes: Sequence[int], keep: bool, function: Reduce) -> Array:
    """The function over some axes; with `keep` they stay, with extent 1."""
    over = [x.indices[k] for k in axes]
    value = function(x.expression, over) if over else x.expression
    kept = []
    for k, i in enumerate(x.indices):
        if k not in axes:
            kept.append(i)
        elif keep:
            kept.append(Index(i.letter, ONE))
    return Array(tuple(kept), value)


def count(x: Array, axes: Sequence[int]) -> sympy.Expr:
    """How many entries are reduced to one."""
    return sympy.Mul(*(x.indices[k].extent for k in axes))


def _over(x: sympy.Expr, over: Sequence[Index]) -> sympy.Expr:
    return total(x, over)


def averaged(x: Array, axes: Sequence[int], keep: bool) -> Array:
    """The mean over some axes."""
    number = count(x, axes)
    return reduced(x, axes, keep, lambda e, over: total(e, over) / number)


@rule(TABLE, "sum(a, axis=None, keepdims=False)", "nansum", method=True)
def _sum(call: Call) -> Value:
    if isinstance(call["a"], list) and _is_of_python(call):
        return _added([call.as_array(v, "a") for v in call["a"]])
    x = call.array("a")
    return reduced(x, call.axes("axis", x), call.flag("keepdims"), _over)


def _is_of_python(call: Call) -> bool:
    """Python's sum of a list, or any of a generator; NumPy's makes a list an array."""
    assert isinstance(call.node, ast.Call)
    is_plain = isinstance(call.node.func, ast.Name)
    return (is_plain or isinstance(call.nodes["a"], ast.GeneratorExp)) and call["axis"] is None


def _added(items: Sequence[Array]) -> Array:
    out = items[0]
    for x in items[1:]:
        out = elementwise(lambda p, q: p + q, out, x)
    return out


@rule(TABLE, "mean(a, axis=None, keepdims=False)", "average", method=True)
def _mean(call: Call) -> Value:
    x = call.array("a")
    axes = call.axes("axis", x)
    made = averaged(x, axes, call.flag("keepdims"))
    worth = x.is_plain or (made.order > 0 and call["axis"] is not None)
    return call.page.name(made, NAMES["mean"]) if worth and axes else made


@rule(TABLE, "prod(a, axis=None, keepdims=False)", method=True)
def _prod(call: Call) -> Value:
    x = call.array("a")
    return reduced(x, call.axes("axis", x), call.flag("keepdims"), product)


@rule(TABLE, "max(a, axis=None, keepdims=False)", "amax", method=True)
def _max(call: Call) -> Value:
    x = _of_one(call, "maximum")
    return reduced(x, call.axes("axis", x), call.flag("keepdims"), amax)


@rule(TABLE, "min(a, axis=None, keepdims=False)", "amin", method=True)
def _min(call: Call) -> Value:
    x = _of_one(call, "minimum")

    def smallest(e: sympy.Expr, over: Sequence[Index]) -> sympy.Expr:
        return -amax(-e, over)

    return reduced(x, call.axes("axis", x), call.flag("keepdims"), smallest)


def _of_one(call: Call, of_two: str) -> Array:
    """The argument; max(a, b) is of Python, and np.maximum(a, b) here."""
    axis = call["axis"]
    if isinstance(axis, Array) and axis.constant is None:
        raise call.error(
            f"axis is {described(axis)}; of two arrays write np.{of_two}(a, b)", "axis"
        )
    return _named(call, call.array("a"))


def _named(call: Call, x: Array, wanted: str = "argument") -> Array:
    if x.is_plain or (not has_contraction(x.expression) and not x.expression.args):
        return x
    return call.page.name(x, NAMES[wanted])


@rule(TABLE, "var(a, axis=None, ddof=0, keepdims=False)", method=True)
def _var(call: Call) -> Value:
    return variance(call)


def variance(call: Call) -> Array:
    """mean((x - mean x)^2), with the mean and itself named."""
    x = _named(call, call.array("a"), "other")
    axes = call.axes("axis", x)
    mu = call.page.name(averaged(x, axes, True), NAMES["mean"])
    squared = elementwise(lambda p, q: (p - q) ** 2, x, mu)
    ddof = call.array("ddof")
    if ddof.indices:
        raise call.error(f"ddof is {described(ddof)}, expected a number", "ddof")
    number = count(x, axes) - ddof.expression
    if number.is_zero:
        raise call.error("one entry less ddof leaves none to divide by", "ddof")
    keep = call.flag("keepdims")
    made = reduced(squared, axes, keep, lambda e, over: total(e, over) / number)
    return call.page.name(made, NAMES["var"])


@rule(TABLE, "std(a, axis=None, ddof=0, keepdims=False)", method=True)
def _std(call: Call) -> Value:
    return call.page.name(variance(call).mapped(f.sqrt), NAMES["std"])


def _one_axis(call: Call, x: Array) -> int:
    """The axis of a softmax: the last one, or the only one named."""
    if x.order == 0:
        raise call.error("expected an array with at least one axis", "x")
    if call["axis"] is None:
        if x.order == 1:
            return 0
        raise call.error("axis=None over several axes; say axis=-1 or another one", "axis")
    return call.axis(call["axis"], x.order)


@rule(TABLE, "softmax(x, axis=-1)")
@rule(IN_SPECIAL, "softmax(x, axis=None)")
def _softmax(call: Call) -> Value:
    return softmax(call)


def softmax(call: Call) -> Array:
    """e^x / sum e^x along an axis, named; so is an argument that is more than an entry."""
    x = _named(call, call.array("x"), "scores")
    k = _one_axis(call, x)
    bottom = reduced(x.mapped(f.exp), (k,), True, _over)
    made = elementwise(lambda p, q: p / q, x.mapped(f.exp), bottom)
    return call.page.name(made, NAMES["softmax"])


@rule(TABLE, "log_softmax(x, axis=-1)", "logsoftmax")
@rule(IN_SPECIAL, "log_softmax(x, axis=None)")
def _log_softmax(call: Call) -> Value:
    return softmax(call).mapped(f.log)


@rule(TABLE, "softmin(x, axis=-1)")
def _softmin(call: Call) -> Value:
    call.values["x"] = call.array("x").mapped(lambda e: -e)
    return softmax(call)


@rule(TABLE, "logsumexp(x, axis=None, keepdims=False)")
def _logsumexp(call: Call) -> Value:
    x = _named(call, call.array("x"), "scores")
    axes = call.axes("axis", x)
    made = reduced(x, axes, call.flag("keepdims"), lambda e, over: f.log(total(f.exp(e), over)))
    return call.page.name(made, NAMES["logsumexp"])


@rule(TABLE, "argmax(a, axis=None)", method=True)
def _argmax(call: Call) -> Value:
    return _place(call, 1)


@rule(TABLE, "argmin(a, axis=None)", method=True)
def _argmin(call: Call) -> Value:
    return _place(call, -1)


def _place(call: Call, sign: int) -> Array:
    """The first place of the largest (smallest) entry along an axis: a whole number, for slots."""
    x = _named(call, call.array("a"))
    if call["axis"] is None and x.order != 1:
        raise call.error(f"axis=None over the axes {shown(x)}; say axis=-1 or another one", "axis")
    k = 0 if call["axis"] is None else call.axis(call["axis"], x.order)
    kept = [i for axis, i in enumerate(x.indices) if axis != k]
    return Array(tuple(kept), argmax(sign * x.expression, x.indices[k]))
