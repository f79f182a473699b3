"""Tree -> text in index notation: 2*x[n,k]^2/N, sum[j](p[j]*g[j]), [0 <= u-p < K], where(c, a, b).

Precedence: + and -, then * and /, then ^; everything else is closed. Plain ASCII where names are.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

from symnet.notation.errors import UnsupportedExpression
from symnet.render.formulas.tree import (
    HALF,
    Bracket,
    Call,
    Cases,
    Cell,
    Factors,
    Letter,
    Name,
    Number,
    Reduction,
    Symbol,
    Terms,
    Tree,
    walk,
)

SUM, PRODUCT, POWER, CLOSED = range(4)
NAMES = {"absolute": "abs"}


def plain(tree: Tree, above: int = SUM) -> str:
    """The text of a tree, in parentheses where it binds less tightly than `above`."""
    text, level = _text(tree)
    return text if level >= above else f"({text})"


def decimal_digits(value: Fraction) -> tuple[str, int]:
    """(mantissa, power of ten) of a terminating decimal; the power is 0 from 1/1000 on."""
    with localcontext() as context:
        context.prec = 400
        number = (Decimal(value.numerator) / Decimal(value.denominator)).normalize()
        power = number.adjusted()
        if power >= -3:
            return format(number, "f"), 0
        return format(number.scaleb(-power).normalize(), "f"), power


def _text(tree: Tree) -> tuple[str, int]:
    match tree:
        case Number(value=value, decimal=True):
            mantissa, power = decimal_digits(value)
            return (f"{mantissa}e{power}" if power else mantissa), CLOSED
        case Number(value=value):
            return str(value), CLOSED if value.denominator == 1 else PRODUCT
        case Symbol(name=name):
            return name, CLOSED
        case Letter(index=index, text=letter):
            return letter or index.letter, CLOSED
        case Name(tensor=tensor, slots=()):
            return tensor.name, CLOSED
        case Name(tensor=tensor, slots=slots):
            return f"{tensor.name}[{','.join(map(plain, slots))}]", CLOSED
        case Terms():
            return _terms(tree), SUM
        case Factors():
            return _factors(tree)
        case Call(function=function, arguments=arguments):
            name = NAMES.get(function, function)
            return f"{name}({', '.join(map(plain, arguments))})", CLOSED
        case Bracket():
            return f"[{relation(tree)}]", CLOSED
        case Reduction():
            return _reduction(tree), CLOSED
        case Cases(condition=condition, value=value, other=other):
            test = relation(condition) if isinstance(condition, Bracket) else plain(condition)
            return f"where({test}, {plain(value)}, {plain(other)})", CLOSED
    raise UnsupportedExpression(f"{type(tree).__name__} has no text")


def relation(b: Bracket) -> str:
    """The relation of a bracket without the bracket: 0 <= u-p < K."""
    out = plain(b.sides[0])
    for sign, side in zip(b.relations, b.sides[1:], strict=True):
        out += f" {'=' if sign == '==' else sign} {plain(side)}"
    return out


def _terms(tree: Terms) -> str:
    gap = "" if tree.tight else " "
    out = ""
    for k, (negative, term) in enumerate(tree.terms):
        sign = "-" if negative else "+" if k else ""
        out += (f"{gap}{sign}{gap}" if k else sign) + plain(term, PRODUCT)
    return out


def _factors(tree: Factors) -> tuple[str, int]:
    above: list[str] = []
    below: list[str] = []
    coefficient = tree.coefficient
    if coefficient.numerator != 1:
        above.append(str(coefficient.numerator))
    if coefficient.denominator != 1:
        below.append(str(coefficient.denominator))
    alone = len(tree.items) + len(above) == 1 and not below
    for base, exponent in tree.items:
        (above if exponent > 0 else below).append(_power(base, abs(exponent)))
    if alone and above:
        base, exponent = tree.items[0]
        return above[0], CLOSED if exponent == HALF else POWER
    numerator = "*".join(above) or "1"
    if not below:
        return numerator, PRODUCT
    return f"{numerator}/{below[0] if len(below) == 1 else '(' + '*'.join(below) + ')'}", PRODUCT


def _power(base: Tree, exponent: Fraction) -> str:
    if exponent == 1:
        return plain(base, POWER)
    if exponent == HALF:
        return f"sqrt({plain(base)})"
    raised = str(exponent) if exponent.denominator == 1 else f"({exponent})"
    return f"{plain(base, CLOSED)}^{raised}"


def _reduction(tree: Reduction) -> str:
    over = ",".join(plain(b) + _range(b, tree) for b in tree.bound)
    if isinstance(tree.body, Cell):
        at = ",".join(map(plain, tree.body.at))
        return f"{tree.kind}[{over}]({plain(tree.body.matrix)})[{at}]"
    if tree.conditions:
        over += ": " + ", ".join(map(relation, tree.conditions))
    return f"{tree.kind}[{over}]({plain(tree.body)})"


def _range(letter: Letter, tree: Reduction) -> str:
    """<N, unless the slots in which the letter stands by itself say how far it runs."""
    runs = letter.index.extent
    said = {
        axis.extent
        for node in walk(tree)
        if isinstance(node, Name)
        for slot, axis in zip(node.slots, node.tensor.indices, strict=True)
        if isinstance(slot, Letter) and slot.index is letter.index
    }
    return "" if said == {runs} else "<" + str(runs).replace(" ", "")
