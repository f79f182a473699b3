"""NumPy's operators on arrays: + - * / ** & | ~ // % and comparisons, with broadcasting.

    a < b  =>  the bracket [a < b]     a & b  =>  [a] [b]     a | b  =>  1 - (1 - [a]) (1 - [b])
    (x - mu)/sqrt(v + eps)  =>  r = 1/sqrt(v + eps),  x_hat = (x - mu) r

Comparisons are NumPy's booleans: two of them are joined by & and |, and not added up, because NumPy
reads their + as "or". What raises here is put under its place by the reader.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy

from symnet.notation.errors import UnsupportedExpression
from symnet.notation.functions import Compare, ScalarFunction, compare, exp, log
from symnet.notation.index import Index, free_indices
from symnet.notation.intake import intake
from symnet.notation.parse.array import ONE, Array, elementwise, number, shown
from symnet.notation.parse.names import NAMES
from symnet.notation.parse.page import Page, has_contraction
from symnet.notation.reductions import Total
from symnet.notation.tensor import Entry, Tensor

E = Any  # SymPy expressions, whose arithmetic is not typed
LARGEST_POWER = 4096
LARGEST_POWER_OF_NUMBER = 64

SIGNS: dict[type[ast.AST], str] = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**"},
    **{ast.FloorDiv: "//", ast.Mod: "%", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^"},
    **{ast.LShift: "<<", ast.RShift: ">>", ast.And: "and", ast.Or: "or", ast.Not: "not"},
    **{ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=", ast.Gt: ">", ast.GtE: ">="},
    **{ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in"},
}
RELATIONS = frozenset({"<", "<=", "==", "!=", ">", ">="})


def binary(page: Page, node: ast.BinOp, a: Array, b: Array) -> Array:
    """a (op) b for every operator but @."""
    sign = SIGNS[type(node.op)]
    if sign in ("+", "-", "*"):
        return _arithmetic(sign, a, b)
    if sign == "/":
        return quotient(page, a, b)
    if sign == "**":
        return power(page, a, b)
    if sign in ("&", "|"):
        return _joined(page, node, sign, a, b)
    if sign in ("//", "%"):
        return _whole(sign, a, b)
    if sign == "^":
        raise page.source.error(node, "^ is no power in Python; write **")
    raise page.source.error(node, f"{sign} is not supported; expected + - * / ** @ & |")


def _arithmetic(sign: str, a: Array, b: Array) -> Array:
    if sign == "*":
        return replace(elementwise(lambda p, q: p * q, a, b), truth=a.truth and b.truth)
    if a.truth and b.truth:
        what = (
            "is 'or' in NumPy; write a | b for that, or" if sign == "+" else "has no value; write"
        )
        raise UnsupportedExpression(f"{sign} of two comparisons {what} 1*a {sign} 1*b for numbers")
    return elementwise((lambda p, q: p + q) if sign == "+" else (lambda p, q: p - q), a, b)


# -- truth -------------------------------------------------------------------------------------


def truth(e: E) -> E:
    """1 where the value is not 0."""
    brackets = e.args if isinstance(e, sympy.Mul) else (e,)
    if all(isinstance(b, Compare) for b in brackets):
        return e
    return compare("!=", e, 0)


def is_truth(x: Array) -> bool:
    """Whether the entries are 0 or 1 and may be joined: comparisons, masks, and what joins them."""
    e = x.expression
    if isinstance(e, Entry):
        return x.truth or "mask" in e.tensor.assume
    return x.truth or isinstance(e, Compare) or e in (0, 1)


def both(a: Array, b: Array) -> Array:
    """a and b."""
    return replace(elementwise(lambda p, q: _bit(p) * _bit(q), a, b), truth=True)


def either(a: Array, b: Array) -> Array:
    """a or b."""
    made = elementwise(lambda p, q: 1 - (1 - _bit(p)) * (1 - _bit(q)), a, b)
    return replace(made, truth=True)


def opposite(a: Array) -> Array:
    """not a."""
    e = a.expression
    made = e.negated() if isinstance(e, Compare) else 1 - _bit(e)
    return Array(a.indices, made, truth=True)


def _bit(e: E) -> E:
    """A value that is 0 or 1 as it is, any other as [e != 0]."""
    known = isinstance(e, Entry) and "mask" in e.tensor.assume
    return e if known or _is_bit(e) else truth(e)


def _is_bit(e: E) -> bool:
    if isinstance(e, sympy.Mul):
        return all(_is_bit(p) for p in e.args)
    if isinstance(e, sympy.Add) and len(e.args) == 2 and e.args[0] == 1:
        return _is_bit(-e.args[1])
    return isinstance(e, Compare) or e in (0, 1)


def _joined(page: Page, node: ast.BinOp, sign: str, a: Array, b: Array) -> Array:
    for x, side in ((a, node.left), (b, node.right)):
        if not is_truth(x):
            raise page.source.error(
                side,
                f"{sign} joins comparisons, each in brackets: (a > 0) {sign} (b > 0); "
                f"found {page.source.text_of(side)}",
            )
    return both(a, b) if sign == "&" else either(a, b)


def unary(page: Page, node: ast.UnaryOp, x: Array) -> Array:
    """-x, +x, ~x."""
    if isinstance(node.op, ast.Invert):
        if not is_truth(x):
            raise page.source.error(node, "~ is the opposite of a comparison: ~(a > 0)")
        return opposite(x)
    if isinstance(node.op, ast.Not):
        raise page.source.error(node, "'not' is for constants; for arrays write ~(a > 0)")
    if x.truth:
        raise page.source.error(node, "- of a comparison: write ~ for its opposite, or -1*(a > 0)")
    return x if isinstance(node.op, ast.UAdd) else x.mapped(lambda e: -e)


def compared(page: Page, node: ast.Compare, items: list[Array]) -> Array:
    """a < b, and a < b < c as (a < b) & (b < c)."""
    made = [
        _bracket(page, SIGNS[type(op)], items[k], items[k + 1]) for k, op in enumerate(node.ops)
    ]
    out = made[0]
    for x in made[1:]:
        out = replace(elementwise(lambda p, q: p * q, out, x), truth=True)
    return out


def _bracket(page: Page, relation: str, a: Array, b: Array) -> Array:
    if not a.indices and not b.indices:
        settled = _holds(relation, a.expression, b.expression)
        if settled is not None:
            return number(int(settled))
    if (known := _of_bracket(relation, a, b)) is not None:
        return known
    left, right = (
        page.name(x, NAMES["argument"]) if has_contraction(x.expression) else x for x in (a, b)
    )
    return replace(elementwise(lambda p, q: compare(relation, p, q), left, right), truth=True)


def _of_bracket(relation: str, a: Array, b: Array) -> Array | None:
    """mask == 1 and mask > 0 are the mask, mask == 0 is its opposite; None for anything else."""
    if not isinstance(a.expression, Compare) or b.indices:
        return None
    low, high = (_holds(relation, sympy.Integer(v), b.expression) for v in (0, 1))
    if low is None or high is None:
        return None
    if low == high:
        return replace(a.mapped(lambda _: sympy.Integer(int(high))), truth=True)
    return replace(a, truth=True) if high else opposite(a)


def _holds(relation: str, p: E, q: E) -> bool | None:
    """The truth of a relation of two rational numbers, or of pi and the like; None of others."""
    table: dict[str, Callable[[], Any]] = {
        **{"<": lambda: p < q, "<=": lambda: p <= q, ">": lambda: p > q, ">=": lambda: p >= q},
        **{"==": lambda: sympy.Eq(p, q), "!=": lambda: sympy.Ne(p, q)},
    }
    if not p.is_number or not q.is_number or p.has(ScalarFunction) or q.has(ScalarFunction):
        return None
    found = table[relation]()
    return bool(found) if found in (sympy.true, sympy.false) else None


# -- powers, quotients, sizes ------------------------------------------------------------------


def power(page: Page, a: Array, b: Array) -> Array:
    """a^b: a rational number in b as a power, anything else as exp(b log a), for a > 0.

    What is not known to be positive is noted then: x**N has a value for x > 0 alone.

    Below and at 0 whole powers 0 .. M-1 along an axis stay powers: sum_k [i = k] a^k.
    """
    exponent, base = b.expression, a.expression
    if isinstance(exponent, sympy.Rational):
        most = LARGEST_POWER_OF_NUMBER if base.is_number else LARGEST_POWER
        if abs(exponent) > most:
            raise UnsupportedExpression(
                f"the exponent {str(exponent)[:40]} is too large, expected at most {most}"
            )
        if base.is_zero and exponent < 0:
            raise UnsupportedExpression("division by 0")
        if base.is_negative and base.is_number and not exponent.is_integer:
            raise UnsupportedExpression(f"({base})**({exponent}) is no real number")
        return elementwise(lambda p, _: intake(sympy.Pow(p, exponent)), a, b)
    if _counts(exponent) and not base.is_positive:
        return elementwise(_whole_powers, a, b)
    loose = sorted(
        (x for x in base.atoms(Tensor) if "positive" not in x.assume), key=lambda x: x.name
    )
    for x in loose:
        page.notes.append((x.name, "a power with a variable exponent needs a positive base"))
    return elementwise(lambda p, q: intake(exp(q * logarithm(p))), a, b)


def _counts(e: E) -> bool:
    """Whether e is 0, 1, ... along an axis of a size that is a number."""
    return isinstance(e, Index) and e.extent.is_Integer and e.extent <= LARGEST_POWER


def _whole_powers(base: E, i: Index) -> E:
    """sum_k [i = k] base^k, which has a value for every base."""
    powers = (compare("==", i, k) * sympy.Pow(base, k) for k in range(int(i.extent)))
    return intake(sympy.Add(*powers))


def logarithm(e: E) -> E:
    """log e; raises UnsupportedExpression for a number that has none."""
    if e.is_number and e.is_positive is False:
        raise UnsupportedExpression(f"log of {e}, expected a positive number")
    return log(e)


def quotient(page: Page, a: Array, b: Array) -> Array:
    """a / b; one over a root that is shared by several entries is named, and the quotient."""
    if b.expression.is_zero:
        raise UnsupportedExpression("division by 0")
    if b.truth:
        raise UnsupportedExpression("division by a comparison, which is 0 where it does not hold")
    if isinstance(b.expression, sympy.Add) and has_contraction(b.expression):
        b = page.name(b, NAMES["divisor"])
    if not _is_shared_root(a, b):
        made = elementwise(lambda p, q: p / q, a, b)
        if isinstance(b.expression, Total) and isinstance(b.expression.body, exp) and made.indices:
            return page.name(made, NAMES["softmax"])
        is_sum = isinstance(b.expression, sympy.Add) and b.expression.has(exp)
        return page.name(made, NAMES["logistic"]) if is_sum and made.indices else made
    inverse = b.mapped(lambda e: 1 / e)
    r = inverse if b.is_plain else page.name(inverse, NAMES["reciprocal"])
    before, core = _centred(a, b)
    if not core.has(Tensor):
        return elementwise(lambda p, q: p * q, a, r)
    made = elementwise(lambda p, q: p * q, Array(a.indices, core), r)
    named = page.name(made, NAMES["normalised"])
    return elementwise(lambda p, q: p * q, Array(a.indices, before), named)


def _centred(a: Array, root: Array) -> tuple[E, E]:
    """g (x - mu) as (g, x - mu), and g x as (g, x): what the root is of, and the factors beside it.

    Factors that do not vary along the axes of the root, such as a gain, stay outside.
    """
    e = a.expression
    parts = e.args if isinstance(e, sympy.Mul) else (e,)
    sums = [p for p in parts if isinstance(p, sympy.Add)]
    if len(sums) == 1:
        core = sums
    else:
        axes = a.indices[a.order - root.order :] if root.order <= a.order else ()
        shared = {i for i, own in zip(axes, root.indices, strict=False) if own.extent != ONE}
        core = [p for p in parts if shared <= free_indices(p) and not p.is_number] or list(parts)
    return sympy.Mul(*(p for p in parts if p not in core)), sympy.Mul(*core)


ROOTS = frozenset({NAMES["std"], NAMES["norm"]})


def _is_shared_root(a: Array, b: Array) -> bool:
    """Whether b is a root of a sum, the same for several entries of a."""
    e = b.expression
    is_root = isinstance(e, sympy.Pow) and e.exp.is_Rational and not e.exp.is_Integer
    named = isinstance(e, Entry) and b.is_plain and e.tensor.name.rstrip("0123456789") in ROOTS
    own = [i for i in b.indices if i.extent != ONE]
    return (is_root or named) and e.has(Tensor) and len(own) < a.order


def _whole(sign: str, a: Array, b: Array) -> Array:
    """Floor division and remainder of sizes."""
    p, q = a.expression, b.expression
    if a.indices or b.indices or p.has(Entry, Index) or q.has(Entry, Index):
        large = a if a.indices else b
        raise UnsupportedExpression(
            f"{sign} is for sizes such as N//2; an array of shape {shown(large)} has no derivative "
            f"through it"
        )
    if not (p.is_integer and q.is_integer) or q.is_zero:
        raise UnsupportedExpression(f"{sign} is for whole numbers, divided by one that is not 0")
    whole = sympy.floor(p / q)
    return Array((), whole if sign == "//" else p - q * whole)
