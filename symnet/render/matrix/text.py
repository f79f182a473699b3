"""Matrix tree -> text: 2 X^T (X w - y), P * (P_bar - (P * P_bar) 1 1^T), diag(r) (X - mu 1^T).

    A B     product of matrices, and with a scalar: binds tightest
    A * B   entry by entry, A/B and A.^2 too; a scalar divides and is divided by everything
    A + B   a scalar is added to every entry

`1` as a factor is a column of ones, and `1^T` a row. X^T, X^{-1}, X^{-T}; I; diag of a vector is a
matrix, diag of a matrix a column; tr, det, logdet = log|det|; ||x||, ||X||_F; tril, triu;
max, prod, argmax of a column, rowmax, rowprod, rowargmax of every row; onehot(t)[n,k] = [k = t[n]];
[A > 0] is 1 or 0 and settles what it multiplies. Q[n], x[:,t] are slices, sum[n](...) is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symnet.notation.errors import UnsupportedExpression
from symnet.render.formulas.plain import NAMES, plain
from symnet.render.formulas.plain import relation as index_relation
from symnet.render.formulas.tree import HALF, Bracket, Letter
from symnet.render.matrix.tree import (
    Added,
    Apply,
    Chosen,
    Compared,
    Constant,
    Diag,
    Diagonal,
    Extreme,
    Eye,
    Function,
    Hadamard,
    Leaf,
    Matrix,
    Norm,
    OneHot,
    Ones,
    Powers,
    Scaled,
    Times,
    Trace,
    Transposed,
    Triangle,
    Written,
    negative,
    transposed,
    walk,
)

SUM, ENTRYWISE, PRODUCT, CLOSED = range(4)
# What a name of a tensor must not be, for these words mean something else here.
WORDS = frozenset(
    {
        *("diag", "tr", "det", "logdet", "tril", "triu", "onehot", "where", "sqrt", "sum", "inf"),
        *(f"{row}{kind}" for row in ("", "row") for kind in ("max", "prod", "argmax")),
    }
)


@dataclass(frozen=True)
class Dress:
    """How names stand: `rows` are rows, not columns; `inverses` are printed as X^{-1} of another.

    `identity` is I, or Id where I is something else.
    """

    rows: frozenset[str] = frozenset()
    inverses: Mapping[str, Leaf] = field(default_factory=dict)
    identity: str = "I"


def matrix_text(m: Matrix, dress: Dress, above: int = SUM) -> str:
    """The text of a matrix tree, in parentheses where it binds less tightly than `above`."""
    text, level = _text(m, dress)
    return text if level >= above else f"({text})"


def _text(m: Matrix, dress: Dress) -> tuple[str, int]:
    def inside(x: Matrix, above: int = SUM) -> str:
        return matrix_text(x, dress, above)

    match m:
        case Leaf():
            return leaf_text(m, dress), CLOSED
        case Ones():
            return "1" if m.is_column else "1^T", CLOSED
        case Eye():
            return dress.identity, CLOSED
        case Constant(tree=tree):
            return plain(tree, 3), CLOSED
        case Transposed(body=Hadamard() as body):
            return f"({inside(body)})^T", CLOSED
        case Transposed(body=body):
            return f"{inside(body, CLOSED)}^T", CLOSED
        case Times(items=items):
            return " ".join(inside(i, CLOSED) for i in items), PRODUCT
        case Scaled():
            return _scaled(m, dress)
        case Hadamard(items=items):
            return _entrywise(items, dress)
        case Added():
            return _added(m, dress), SUM
        case Apply(function=function, arguments=arguments):
            return f"{NAMES.get(function, function)}({', '.join(map(inside, arguments))})", CLOSED
        case Compared():
            return f"[{_relation(m, dress)}]", CLOSED
        case Chosen(condition=condition, value=value, other=other):
            test = _condition(condition, dress)
            return f"where({test}, {inside(value)}, {inside(other)})", CLOSED
        case Diag(body=body):
            return f"diag({min(inside(transposed(body)), inside(body), key=len)})", CLOSED
        case Diagonal(body=body):
            return f"diag({inside(body)})", CLOSED
        case Trace(body=body):
            return f"tr({inside(body)})", CLOSED
        case Norm(body=body):
            return f"||{inside(body)}||{'_F' if body.is_matrix else ''}", CLOSED
        case Extreme(kind=kind, body=body):
            return f"{'row' if body.is_matrix else ''}{kind}({inside(body)})", CLOSED
        case Triangle(lower=lower, offset=offset, body=body):
            more = f", {offset}" if offset else ""
            return f"tri{'l' if lower else 'u'}({inside(body)}{more})", CLOSED
        case OneHot(places=places):
            return f"onehot({inside(places)})", CLOSED
        case Written(kind=kind, letters=letters, conditions=conditions, body=body):
            over = ",".join(plain(letter) + _range(letter, m) for letter in letters)
            if conditions:
                known = (index_relation(c) for c in conditions if isinstance(c, Bracket))
                over += ": " + ", ".join(known)
            return f"{kind}[{over}]({inside(body)})", CLOSED
        case Function(kind="inv", body=body):
            return _inverse(body, dress), CLOSED
        case Function(kind=kind, body=body):
            return f"{kind}({inside(body)})", CLOSED
    raise UnsupportedExpression(f"{type(m).__name__} has no text in matrix form")


def _range(letter: Letter, m: Matrix) -> str:
    """<N, unless the slots in which the letter stands by itself say how far it runs."""
    runs = letter.index.extent
    said = {
        axis.extent
        for leaf in walk(m)
        if isinstance(leaf, Leaf)
        for slot, axis in zip(leaf.slots, leaf.tensor.indices, strict=True)
        if isinstance(slot, Letter) and slot.index is letter.index
    }
    return "" if said == {runs} else "<" + str(runs).replace(" ", "")


def left_text(leaf: Leaf, dress: Dress) -> str:
    """A left side; an inverse that is defined has its name there."""
    return leaf_text(leaf, replace(dress, inverses={}))


def leaf_text(leaf: Leaf, dress: Dress) -> str:
    """X, X^T, Q[n], x[:,t]; a column of a name that is a row is its transpose."""
    name = leaf.tensor.name
    if name in dress.inverses and leaf.is_matrix and not any(leaf.slots):
        base = dress.inverses[name]
        return _inverse(base, dress, leaf.flipped)
    slots = [":" if s is None else plain(s) for s in leaf.slots]
    while slots and slots[-1] == ":":
        slots.pop()
    text = f"{name}[{','.join(slots)}]" if slots else name
    return f"{text}^T" if stands_turned(leaf, dress) else text


def stands_turned(leaf: Leaf, dress: Dress) -> bool:
    """Whether a transpose is printed."""
    is_row = leaf.tensor.order == 1 and leaf.tensor.name in dress.rows
    return leaf.flipped != (is_row and not leaf.is_scalar)


def _inverse(body: Leaf, dress: Dress, flipped: bool = False) -> str:
    turned = body.flipped != flipped
    straight = Leaf(body.rows, body.cols, body.tensor, body.slots)
    return f"{leaf_text(straight, dress)}^{{{'-T' if turned else '-1'}}}"


def _added(m: Added, dress: Dress) -> str:
    out = ""
    for k, (minus, term) in enumerate(m.terms):
        flips, term = negative(term)
        sign = "-" if minus != flips else "+" if k else ""
        out += (f" {sign} " if k else sign) + matrix_text(term, dress, ENTRYWISE)
    return out


def _relation(m: Compared, dress: Dress) -> str:
    out = matrix_text(m.sides[0], dress)
    for sign, side in zip(m.relations, m.sides[1:], strict=True):
        out += f" {'=' if sign == '==' else sign} {matrix_text(side, dress)}"
    return out


def _condition(m: Matrix, dress: Dress) -> str:
    if isinstance(m, Compared):
        return _relation(m, dress)
    if isinstance(m, Constant) and isinstance(m.tree, Bracket):
        return index_relation(m.tree)
    return matrix_text(m, dress)


def _scaled(m: Scaled, dress: Dress) -> tuple[str, int]:
    if m.coefficient < 0:
        return f"-{matrix_text(negative(m)[1], dress, ENTRYWISE)}", SUM
    above = [(b, x) for b, x in m.scalars if x > 0]
    below = [(b, -x) for b, x in m.scalars if x < 0]
    c = m.coefficient
    front = [str(c.numerator)] if c.numerator != 1 else []
    for k, (b, x) in enumerate(above):
        last = m.body is None and k == len(above) - 1
        front.append(_scalar_power(b, x, dress, PRODUCT if last else CLOSED))
    if m.body is not None:
        front.append(matrix_text(m.body, dress, _beside(m.body, front)))
    under = [str(c.denominator)] if c.denominator != 1 else []
    under += [_scalar_power(b, x, dress, CLOSED) for b, x in below]
    text = " ".join(front) or "1"
    if not under:
        loose = isinstance(m.body, Hadamard) and not text.endswith(")")
        return text, ENTRYWISE if loose else PRODUCT if len(front) > 1 else CLOSED
    divisor = under[0] if len(under) == 1 else f"({' '.join(under)})"
    return f"{text}/{divisor}", ENTRYWISE


def _beside(body: Matrix, front: list[str]) -> int:
    """A product of entries needs no parentheses after numbers and names."""
    if isinstance(body, Hadamard) and (not front or all(x > 0 for _, x in body.items)):
        return ENTRYWISE
    return PRODUCT


def _scalar_power(base: Matrix, exponent: Fraction, dress: Dress, above: int) -> str:
    if exponent == 1:
        return matrix_text(base, dress, above)
    if exponent == HALF:
        return f"sqrt({matrix_text(base, dress)})"
    power = str(exponent) if exponent.denominator == 1 else f"({exponent})"
    return f"{matrix_text(base, dress, CLOSED)}^{power}"


def _entrywise(items: Powers, dress: Dress) -> tuple[str, int]:
    above = [_power(b, x, dress) for b, x in items if x > 0]
    below = [_power(b, -x, dress) for b, x in items if x < 0]
    text = " * ".join(above) or "1"
    if not below:
        return text, ENTRYWISE if len(above) > 1 else CLOSED
    return f"{text}/{below[0] if len(below) == 1 else '(' + ' * '.join(below) + ')'}", ENTRYWISE


def _power(base: Matrix, exponent: Fraction, dress: Dress) -> str:
    if exponent == 1:
        return matrix_text(base, dress, CLOSED)
    if exponent == HALF:
        return f"sqrt({matrix_text(base, dress)})"
    power = str(exponent) if exponent.denominator == 1 else f"({exponent})"
    return f"{matrix_text(base, dress, CLOSED)}.^{power}"
