"""The one door out of SymPy: a Graph becomes a Program of plain scalar expressions.

    Total(x[n,i]*W[i,j], i) + b[j]   =>   Add((Reduce("sum", Mul(..), (i,)), Read("b", (j,))))

Functions that are defined by others (silu, gelu ...) are written out; everything else keeps its
form. No later file of this package imports SymPy.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import sympy

from symnet.codegen import algebra
from symnet.codegen import scalar as s
from symnet.codegen.program import Def, Given, Program, unused_name
from symnet.codegen.scalar_text import text
from symnet.codegen.size import Rounded, Size, size
from symnet.notation import functions as f
from symnet.notation.errors import UnsupportedExpression
from symnet.notation.graph import Definition, Graph
from symnet.notation.index import Binder, Extent, Index
from symnet.notation.matrix import Determinant, Inverse, LogDeterminant
from symnet.notation.reductions import ArgLargest, Largest, Product, Total
from symnet.notation.tensor import Entry, Tensor

Axes = dict[Index, s.Axis]

REDUCTIONS: dict[type[Binder], str] = {
    Total: "sum",
    Product: "product",
    Largest: "max",
    ArgLargest: "argmax",
    Inverse: "inv",
    Determinant: "det",
    LogDeterminant: "logdet",
}
FUNCTIONS = [
    "exp",
    "log",
    "sin",
    "cos",
    "tanh",
    "sigmoid",
    "softplus",
    "erf",
    "arctan",
    "sinh",
    "cosh",
    "relu",
    "absolute",
    "sign",
    "maximum",
    "minimum",
]


def lower(graph: Graph) -> Program:
    """The program that computes a graph; raises UnsupportedExpression for an unknown head."""
    return Program(
        given=tuple(_given(t) for t in graph.given),
        defs=tuple(_definition(d) for d in graph.definitions),
        outputs=tuple(t.name for t in graph.outputs),
        updates=tuple((state.name, new.name) for state, new in graph.updates),
    )


def _is_index(x: sympy.Basic) -> bool:
    return isinstance(x, Index)


def _given(t: Tensor) -> Given:
    return Given(
        name=t.name,
        letters=tuple(i.letter for i in t.indices),
        shape=tuple(lower_extent(e) for e in t.shape),
        integer=t.is_integer_valued,
        below=None if t.below is None else lower_extent(t.below),
        positive=bool(t.assume & {"positive", "one_hot", "simplex", "mask"}),
    )


def _definition(d: Definition) -> Def:
    axes: Axes = {}
    for i in d.free:
        axes[i] = _axis(i, axes)
    body = lower_scalar(d.expression, axes)
    base = None if d.base is None else lower_scalar(d.base, axes)
    made = Def(d.name, tuple(axes.values()), body, base, d.tensor.is_integer_valued)
    formula = f"{text(made.entry())} = {text(body)}"
    if base is not None:
        formula += f", before the start {text(base)}"
    return replace(made, formula=formula)


def _axis(i: Index, around: Axes) -> s.Axis:
    """An axis for an index, with a letter that no index around it has."""
    taken = {a.letter for a in around.values()}
    letter = i.letter
    while letter in taken and len(letter) == 1 and letter not in "zZ":
        letter = chr(ord(letter) + 1)
    return s.Axis(unused_name(taken, letter), lower_extent(i.extent), i.sequential)


# -- extents and index expressions ------------------------------------------------------------


def lower_extent(e: Extent) -> Size:
    """An extent as a Size; raises UnsupportedExpression for what is no polynomial."""
    if isinstance(e, sympy.Rational):
        return size(Fraction(int(e.p), int(e.q)))
    if isinstance(e, sympy.Symbol) and not _is_index(e):
        return size(str(e))
    if isinstance(e, sympy.Add):
        return sum((lower_extent(a) for a in e.args), size(0))
    if isinstance(e, sympy.Mul):
        out = size(1)
        for a in e.args:
            out = out * lower_extent(a)
        return out
    if isinstance(e, sympy.Pow) and isinstance(e.exp, sympy.Integer) and e.exp > 0:
        out = size(1)
        for _ in range(int(e.exp)):
            out = out * lower_extent(e.base)
        return out
    if isinstance(e, sympy.floor | sympy.ceiling):
        sign = 1 if isinstance(e, sympy.floor) else -1
        inner = lower_extent(e.args[0]) * sign
        denominator = 1
        for _, c in inner.terms:
            denominator = denominator * c.denominator // _gcd(denominator, c.denominator)
        return size(Rounded(inner * denominator, denominator)) * sign
    raise UnsupportedExpression(
        f"extent {e}: expected sums, products and rounded quotients of integers and names"
    )


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def _affine(e: sympy.Expr, axes: Axes) -> s.Affine | None:
    """An index expression as an Affine; None if it is no affine combination of indices."""
    if isinstance(e, Index):
        return algebra.of_axis(axes[e])
    if not any(map(_is_index, e.free_symbols)):
        try:
            return algebra.of_size(lower_extent(e))
        except UnsupportedExpression:
            return None
    if isinstance(e, sympy.Add):
        out = algebra.of_size(0)
        for a in e.args:
            part = _affine(a, axes)
            if part is None:
                return None
            out = out.plus(part)
        return out
    if isinstance(e, sympy.Mul):
        return _affine_product(e, axes)
    return None


def _affine_product(e: sympy.Mul, axes: Axes) -> s.Affine | None:
    parts = [_affine(a, axes) for a in e.args]
    varying = [p for p in parts if p is not None and p.terms]
    if any(p is None for p in parts) or len(varying) != 1:
        return None
    coefficient = size(1)
    for p in parts:
        if p is not None and not p.terms:
            coefficient = coefficient * p.constant
    return algebra.of_size(0).plus(varying[0], coefficient)


def _integral(a: s.Affine | None) -> bool:
    if a is None:
        return False
    sizes = [a.constant, *(c for _, c in a.terms)]
    return all(c.denominator == 1 for z in sizes for _, c in z.terms)


# -- scalars ----------------------------------------------------------------------------------


def lower_scalar(e: sympy.Expr, axes: Axes) -> s.Scalar:
    """A SymPy expression as a Scalar; `axes` holds the free indices."""
    if isinstance(e, sympy.Rational):
        return s.Num(Fraction(int(e.p), int(e.q)))
    if e is sympy.pi:
        return s.Pi()
    if e in (sympy.S.Infinity, sympy.S.NegativeInfinity):
        return s.Infinite(1 if e is sympy.S.Infinity else -1)
    if isinstance(e, sympy.Symbol | sympy.floor | sympy.ceiling):
        return (
            algebra.of_axis(axes[e]) if isinstance(e, Index) else algebra.of_size(lower_extent(e))
        )
    if isinstance(e, Entry):
        return s.Read(e.tensor.name, tuple(lower_slot(slot, axes) for slot in e.slots))
    if isinstance(e, sympy.Add):
        return algebra.add(*(lower_scalar(a, axes) for a in e.args))
    if isinstance(e, sympy.Mul):
        return algebra.mul(*(lower_scalar(a, axes) for a in e.args))
    if isinstance(e, sympy.Pow):
        return algebra.power(lower_scalar(e.base, axes), _exponent(e))
    if isinstance(e, f.Compare):
        left, right = (lower_slot(side, axes) for side in e.sides)
        return s.Compare(e.relation, left, right)
    if isinstance(e, f.ScalarFunction):
        return _function(e, axes)
    if isinstance(e, Binder):
        return _reduction(e, axes)
    raise UnsupportedExpression(f"{type(e).__name__} ({e}) has no array operation")


def lower_slot(e: sympy.Expr, axes: Axes) -> s.Scalar:
    """A slot, or a side of a bracket: an Affine wherever it is one."""
    found = _affine(e, axes)
    return found if found is not None and _integral(found) else lower_scalar(e, axes)


def _exponent(e: sympy.Pow) -> Fraction:
    if not isinstance(e.exp, sympy.Rational):
        raise UnsupportedExpression(f"{e}: the exponent is no rational number")
    return Fraction(int(e.exp.p), int(e.exp.q))


def _function(e: f.ScalarFunction, axes: Axes) -> s.Scalar:
    if e.meaning is not None:
        return lower_scalar(e.meaning, axes)
    below = tuple(lower_scalar(a, axes) for a in e.args)
    if isinstance(e, f.where):
        return s.Where(*below)
    if isinstance(e, f.detach):
        return below[0]
    name = type(e).__name__
    if name not in FUNCTIONS:
        raise UnsupportedExpression(f"function {name} has no array operation")
    return s.Call(name, below)


def _reduction(e: Binder, axes: Axes) -> s.Scalar:
    kind = REDUCTIONS.get(type(e))
    if kind is None:
        raise UnsupportedExpression(f"reduction {type(e).__name__} has no array operation")
    inside = dict(axes)
    for i in e.bound:
        inside[i] = _axis(i, inside)
    if isinstance(e, Inverse):
        row, column = (lower_slot(slot, axes) for slot in e.at)
        body: s.Scalar = s.Cell(lower_scalar(e.matrix, inside), row, column)
    else:
        body = lower_scalar(e.body, inside)
    return s.Reduce(kind, body, tuple(inside[i] for i in e.bound))
