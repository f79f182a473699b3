r"""Matrix tree -> LaTeX: 2 X^T (X w - y), P \odot (Q - (P \odot Q) \mathbf 1 \mathbf 1^T).

Products are juxtaposed; \odot, \oslash and powers with \odot work entry by entry; a scalar is added
to every entry. \mathbf 1 is a column of ones. amsmath only. Slices have their place below: Q_n, and
x_{:t} where the place is not that of the first axes. The rest is as in matrix_text.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from symnet.notation.errors import UnsupportedExpression
from symnet.render.formulas import names
from symnet.render.formulas.broken import AT_SIGN, mark, unmarked
from symnet.render.formulas.tree import HALF, Bracket, Number, Symbol
from symnet.render.formulas.typeset import (
    OPERATORS,
    SIGNS,
    Style,
    function_name,
    relation_latex,
    typeset,
)
from symnet.render.matrix.text import Dress, stands_turned
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
    number,
    transposed,
)

SUM, ENTRYWISE, PRODUCT, CLOSED = range(4)
ONES = r"\mathbf 1"

Scalars = list[tuple[Matrix, Fraction]]


@dataclass(frozen=True)
class Piece:
    """LaTeX, how tightly it binds, whether it is taller than a line, whether it is raised."""

    text: str
    level: int = CLOSED
    tall: bool = False
    raised: bool = False


@dataclass(frozen=True)
class Look:
    """How names stand, and how index expressions are set; `depth` counts parentheses around."""

    dress: Dress
    style: Style
    depth: int = 0

    @property
    def inside(self) -> Look:
        return Look(self.dress, self.style, self.depth + 1)


def matrix_latex(m: Matrix, look: Look) -> str:
    """The LaTeX of a matrix tree, with marks where a row may be broken."""
    return _piece(m, look).text


def leaf_latex(leaf: Leaf, look: Look) -> str:
    """One side of a row: W, Q_n."""
    return _leaf(leaf, replace(look, dress=replace(look.dress, inverses={}))).text


def _at_least(m: Matrix, level: int, look: Look) -> Piece:
    piece = _piece(m, look)
    return piece if piece.level >= level else _parenthesised(_piece(m, look.inside))


def _parenthesised(piece: Piece) -> Piece:
    left, right = (r"\Bigl(", r"\Bigr)") if piece.tall else ("(", ")")
    return Piece(f"{left}{piece.text}{right}", CLOSED, piece.tall)


def _raised(base: Matrix, power: str, look: Look) -> Piece:
    piece = _at_least(base, CLOSED, look)
    if piece.raised or isinstance(base, Apply | Function):
        piece = _parenthesised(_piece(base, look.inside))
    return Piece(f"{piece.text}^{power}", CLOSED, piece.tall, True)


def _called(name: str, look: Look, *arguments: Matrix) -> Piece:
    pieces = [_piece(a, look.inside) for a in arguments]
    text = r",\,".join(p.text for p in pieces)
    inner = _parenthesised(Piece(text, SUM, any(p.tall for p in pieces)))
    return Piece(rf"\operatorname{{{name}}}{inner.text}", CLOSED, inner.tall)


def _piece(m: Matrix, look: Look) -> Piece:
    match m:
        case Leaf():
            return _leaf(m, look)
        case Ones():
            return Piece(ONES if m.is_column else rf"{ONES}^T", CLOSED, raised=m.is_row)
        case Eye():
            text, raised = names.name(look.dress.identity)
            return Piece(text, CLOSED, raised=raised)
        case Constant(tree=tree):
            text = typeset(tree, look.style.flat)
            return Piece(text, CLOSED if isinstance(tree, Number | Symbol | Bracket) else PRODUCT)
        case Transposed(body=body):
            return _raised(body, "T", look)
        case Times(items=items):
            return _side_by_side([_at_least(i, CLOSED, look) for i in items])
        case Scaled():
            return _scaled(m, look)
        case Hadamard(items=items):
            return _entrywise(items, look)
        case Added():
            return _added(m, look)
        case Apply(function=function, arguments=arguments):
            return _apply(function, arguments, look)
        case Compared():
            return Piece(f"[{_relation(m, look)}]", CLOSED)
        case Chosen():
            return _chosen(m, look)
        case Diag(body=body):
            turned = transposed(body)
            short = min(turned, body, key=lambda b: len(_piece(b, look).text))
            return _called("diag", look, short)
        case Diagonal(body=body):
            return _called("diag", look, body)
        case Trace(body=body):
            return _called("tr", look, body)
        case Norm(body=body):
            inner = _piece(body, look.inside)
            left, right = (r"\Bigl\|", r"\Bigr\|") if inner.tall else (r"\|", r"\|")
            low = "_F" if body.is_matrix else ""
            return Piece(f"{left}{inner.text}{right}{low}", CLOSED, inner.tall)
        case Extreme(kind=kind, body=body):
            return _called(f"{'row' if body.is_matrix else ''}{kind}", look, body)
        case Triangle(lower=lower, offset=offset, body=body):
            more = (number(offset),) if offset else ()
            return _called("tril" if lower else "triu", look, body, *more)
        case OneHot(places=places):
            return _called("onehot", look, places)
        case Written():
            return _written(m, look)
        case Function(kind="inv", body=body):
            return _inverse(body, look)
        case Function(kind=kind, body=body):
            inner = _leaf(body, look)
            if kind == "det":
                return Piece(rf"\det {inner.text}", PRODUCT)
            return Piece(rf"\log\lvert\det {inner.text}\rvert", PRODUCT)
    raise UnsupportedExpression(f"{type(m).__name__} has no LaTeX in matrix form")


def _side_by_side(pieces: list[Piece]) -> Piece:
    out = pieces[0].text
    for before, piece in pairwise(pieces):
        if before.text[-1].isdigit() and piece.text[0].isdigit():
            out += r" \cdot "
        else:  # words need a gap: "scale shift"
            out += r"\," if r"\mathrm" in (before.text[:7], piece.text[:7]) else " "
        out += piece.text
    return Piece(out, PRODUCT, any(p.tall for p in pieces))


def _leaf(leaf: Leaf, look: Look) -> Piece:
    name = leaf.tensor.name
    if name in look.dress.inverses and leaf.is_matrix and not any(leaf.slots):
        return _inverse(look.dress.inverses[name], look, leaf.flipped)
    slots = [":" if s is None else typeset(s, look.style.flat) for s in leaf.slots]
    while slots and slots[-1] == ":":
        slots.pop()
    plain = all(len(s) == 1 or (s[0] == "\\" and s[1:].isalpha()) for s in slots)
    text, raised = look.style.name(name, ("" if plain else ",").join(slots))
    if stands_turned(leaf, look.dress):
        text = f"({text})^T" if raised else f"{text}^T"
        raised = True
    return Piece(text, CLOSED, raised=raised)


def _inverse(body: Leaf, look: Look, flipped: bool = False) -> Piece:
    straight = _leaf(Leaf(body.rows, body.cols, body.tensor, body.slots), look)
    base = f"({straight.text})" if straight.raised else straight.text
    power = "-T" if body.flipped != flipped else "-1"
    return Piece(f"{base}^{{{power}}}", CLOSED, raised=True)


def _added(m: Added, look: Look) -> Piece:
    out, tall = "", False
    for k, (minus, term) in enumerate(m.terms):
        flips, term = negative(term)
        sign = "-" if minus != flips else "+" if k else ""
        piece = _at_least(term, ENTRYWISE, look)
        tall = tall or piece.tall
        out += (f" {mark(AT_SIGN, look.depth)}{sign} " if k else sign) + piece.text
    return Piece(out, SUM, tall)


def _apply(function: str, arguments: tuple[Matrix, ...], look: Look) -> Piece:
    if function == "absolute":
        inner = _piece(arguments[0], look.inside)
        return Piece(rf"\lvert {inner.text}\rvert", CLOSED, inner.tall)
    pieces = [_piece(a, look.inside) for a in arguments]
    inner = _parenthesised(
        Piece(r",\,".join(p.text for p in pieces), SUM, any(p.tall for p in pieces))
    )
    return Piece(function_name(function, look.style) + inner.text, CLOSED, inner.tall)


def _relation(m: Compared, look: Look) -> str:
    out = _piece(m.sides[0], look.inside).text
    for sign, side in zip(m.relations, m.sides[1:], strict=True):
        out += f" {SIGNS[sign]} {_piece(side, look.inside).text}"
    return out


def _chosen(m: Chosen, look: Look) -> Piece:
    inner = Look(look.dress, look.style)
    value, other = (unmarked(_piece(x, inner).text) for x in (m.value, m.other))
    condition = m.condition
    if isinstance(condition, Compared):
        test = _relation(condition, inner)
    elif isinstance(condition, Constant) and isinstance(condition.tree, Bracket):
        test = relation_latex(condition.tree, look.style)
    else:
        test = rf"{_at_least(condition, PRODUCT, inner).text} \ne 0"
    # A row that starts with [ would be read as the option of the \begin before it.
    rows = rf"{{}}{value} & \text{{if }} {unmarked(test)} \\ {{}}{other} & \text{{otherwise}}"
    return Piece(rf"\begin{{cases}} {rows} \end{{cases}}", SUM, True)


def _written(m: Written, look: Look) -> Piece:
    over = ",".join(typeset(letter, look.style.flat) for letter in m.letters)
    if m.conditions:
        known = (relation_latex(c, look.style.flat) for c in m.conditions if isinstance(c, Bracket))
        over += r"\,:\," + r",\,".join(known)
    body = _at_least(m.body, PRODUCT, look)
    return Piece(f"{OPERATORS[m.kind]}_{names.braced(over)} {body.text}", ENTRYWISE, True)


# -- scalars and powers -----------------------------------------------------------------------


def _scaled(m: Scaled, look: Look) -> Piece:
    if m.coefficient < 0:
        inner = _at_least(negative(m)[1], ENTRYWISE, look)
        return Piece(f"-{inner.text}", SUM, inner.tall)
    c = m.coefficient
    above = [(b, x) for b, x in m.scalars if x > 0]
    below = [(b, -x) for b, x in m.scalars if x < 0]
    if not below and c.denominator == 1:
        return _in_front(c.numerator, above, m.body, look)
    under = _in_front(c.denominator, below, None, look)
    short: Scalars = [(b, x) for b, x in above if isinstance(b, Leaf | Constant)]
    long: Scalars = [(b, x) for b, x in above if not isinstance(b, Leaf | Constant)]
    upper = _in_front(c.numerator, short, None, look)
    fraction = Piece(rf"\frac{{{unmarked(upper.text)}}}{{{unmarked(under.text)}}}", CLOSED, True)
    if not long and m.body is None:
        return fraction
    if not short and c.numerator == 1 and _is_flat(m.body) and not long:
        body = _piece(m.body, look) if m.body is not None else upper
        return Piece(rf"\frac{{{unmarked(body.text)}}}{{{unmarked(under.text)}}}", CLOSED, True)
    rest = _in_front(1, long, m.body, look)
    if rest.level < ENTRYWISE:
        rest = _parenthesised(rest)
    return Piece(f"{fraction.text} {rest.text}", min(rest.level, PRODUCT), True)


def _is_flat(body: Matrix | None) -> bool:
    """Whether it is set above a fraction bar: (p - y)/N."""
    if isinstance(body, Added):
        return all(isinstance(t, Leaf) for _, t in body.terms)
    return isinstance(body, Leaf)


def _in_front(coefficient: int, scalars: list[tuple[Matrix, Fraction]], body: Matrix | None,
              look: Look) -> Piece:  # fmt: skip
    pieces = [Piece(str(coefficient))] if coefficient != 1 else []
    for k, (b, x) in enumerate(scalars):
        last = body is None and k == len(scalars) - 1
        pieces.append(_scalar_power(b, x, PRODUCT if last else CLOSED, look))
    level = PRODUCT
    if body is not None:
        free = isinstance(body, Hadamard) and (not pieces or all(x > 0 for _, x in body.items))
        level = ENTRYWISE if free or isinstance(body, Written) else PRODUCT
        pieces.append(_at_least(body, level, look))
    if not pieces:
        return Piece("1")
    if len(pieces) == 1:
        return pieces[0]
    made = _side_by_side(pieces)
    return Piece(made.text, level, made.tall)


def _scalar_power(base: Matrix, exponent: Fraction, level: int, look: Look) -> Piece:
    if exponent == 1:
        return _at_least(base, level, look)
    if exponent == HALF:
        inner = _piece(base, look)
        return Piece(rf"\sqrt{{{unmarked(inner.text)}}}", CLOSED, inner.tall)
    return _raised(base, names.braced(str(exponent)), look)


def _entrywise(items: Powers, look: Look) -> Piece:
    above = [_power(b, x, look) for b, x in items if x > 0]
    below = [_power(b, -x, look) for b, x in items if x < 0]
    tall = any(p.tall for p in (*above, *below))
    if not above and len(items) == 1:
        base, exponent = items[0]
        return _raised(base, rf"{{\odot {exponent}}}", look)
    text = r" \odot ".join(p.text for p in above) or "1"
    for p in below:
        text += rf" \oslash {p.text}"
    return Piece(text, ENTRYWISE if len(items) > 1 else CLOSED, tall, len(items) == 1)


def _power(base: Matrix, exponent: Fraction, look: Look) -> Piece:
    if exponent == 1:
        return _at_least(base, CLOSED, look)
    return _raised(base, rf"{{\odot {exponent}}}", look)
