r"""Tree -> LaTeX of one formula: \sum_n x_{ni}\,\bar y_{nj}, \frac{p_{nk} - y_{nk}}{N}, e^{-x_n}.

amsmath and the macros of macros.py only. Parentheses have a fixed size, chosen by what is inside,
so that a row may be broken within them. Places where a row may be broken are marked in the result;
broken.py uses them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from symnet.notation.errors import UnsupportedExpression
from symnet.render.formulas import names
from symnet.render.formulas.arrange import slot_tree
from symnet.render.formulas.broken import AT_PRODUCT, AT_SIGN, mark, unmarked, visible_width
from symnet.render.formulas.plain import CLOSED, POWER, PRODUCT, SUM, decimal_digits
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

SIGNS = {"<": "<", "<=": r"\le", "==": "=", "!=": r"\ne", ">": ">", ">=": r"\ge"}
OPERATORS = {
    **{"sum": r"\sum", "prod": r"\prod", "max": r"\max", "mean": r"\mean"},
    **{"argmax": r"\operatorname{argmax}"},
}
FUNCTIONS = {
    **{f: rf"\{f}" for f in ("log", "sin", "cos", "tanh", "arctan", "sinh", "cosh", "exp")},
    **{"maximum": r"\max", "minimum": r"\min", "gelu_tanh": r"\operatorname{gelu}_{\tanh}"},
}
LEFT = ("(", r"\Bigl(", r"\biggl(")
RIGHT = (")", r"\Bigr)", r"\biggr)")
SHORT_EXPONENT = 12
SHORT_NUMERATOR = 26

Powers = tuple[tuple[Tree, Fraction], ...]
# name of a derivative's tensor -> (numerator, [(variable, its number of axes), ...])
Derivatives = Mapping[str, tuple[str, tuple[tuple[str, int], ...]]]


@dataclass(frozen=True)
class Style:
    """`depth`: how many parentheses around; `small`: in an exponent or a fraction, a/b is flat.

    `sigma_is_free`, `e_is_free`: nothing else has that letter, so it stands for the function.
    `as_written`: names that would look like another one of the same graph.
    """

    derivatives: Derivatives
    sigma_is_free: bool = True
    e_is_free: bool = True
    as_written: frozenset[str] = frozenset()
    depth: int = 0
    small: bool = False

    def name(self, text: str, slots: str = "") -> tuple[str, bool]:
        """(LaTeX of a tensor's entry, whether it carries a superscript already)."""
        return (names.as_written if text in self.as_written else names.name)(text, slots)

    def quotient(self, derivative: str) -> tuple[str, ...]:
        """The letters of a derivative that is set as a quotient: those of y and w for dy_dw."""
        above, variables = self.derivatives[derivative]
        return (self.name(above)[0], *(self.name(v)[0] for v, _ in variables))

    def symbol(self, text: str) -> str:
        """The LaTeX of an extent."""
        return names.as_written(text)[0] if text in self.as_written else names.symbol(text)

    @property
    def inside(self) -> Style:
        return replace(self, depth=self.depth + 1)

    @property
    def flat(self) -> Style:
        return replace(self, small=True)


@dataclass(frozen=True)
class Piece:
    """LaTeX, how tightly it binds, how tall it is (0, 1, 2), whether it has a superscript."""

    text: str
    level: int = CLOSED
    tall: int = 0
    raised: bool = False


def typeset(tree: Tree, style: Style) -> str:
    """The LaTeX of a tree, with marks where a row may be broken."""
    if style.e_is_free and any(isinstance(n, Letter) and n.text == "e" for n in walk(tree)):
        style = replace(style, e_is_free=False)  # an index is called so here
    return _piece(tree, style).text


def _piece(tree: Tree, style: Style) -> Piece:
    match tree:
        case Number():
            return _number(tree, style)
        case Symbol(name=name):
            return Piece({"pi": r"\pi", "inf": r"\infty"}.get(name) or style.symbol(name))
        case Letter(index=index, text=letter):
            return Piece(names.symbol(letter or index.letter))
        case Name():
            return _name(tree, style)
        case Terms():
            return _terms(tree, style)
        case Factors():
            return _factors(tree, style)
        case Call():
            return _call(tree, style)
        case Bracket():
            return Piece(f"[{relation_latex(tree, style)}]")
        case Reduction():
            return _reduction(tree, style)
        case Cases():
            return _cases(tree, style)
    raise UnsupportedExpression(f"{type(tree).__name__} has no LaTeX")


def _at_least(tree: Tree, level: int, style: Style) -> Piece:
    """The piece, in parentheses if it binds less tightly than `level`."""
    piece = _piece(tree, style)
    return piece if piece.level >= level else _parenthesised(_piece(tree, style.inside))


def _parenthesised(piece: Piece) -> Piece:
    size = min(piece.tall, 2)
    return Piece(f"{LEFT[size]}{piece.text}{RIGHT[size]}", CLOSED, piece.tall + (piece.tall > 0))


def _number(tree: Number, style: Style) -> Piece:
    value = tree.value
    if tree.decimal:
        mantissa, power = decimal_digits(value)
        if not power:
            return Piece(mantissa)
        ten = f"10^{{{power}}}"
        return Piece(ten if mantissa == "1" else rf"{mantissa}\cdot {ten}", PRODUCT, raised=True)
    if value.denominator == 1:
        return Piece(str(value))
    if style.small:
        return Piece(str(value), PRODUCT)
    return Piece(rf"\frac{{{value.numerator}}}{{{value.denominator}}}", PRODUCT, 1)


def _name(tree: Name, style: Style) -> Piece:
    name = tree.tensor.name
    if name in style.derivatives and name not in style.as_written:
        return _derivative(tree, style)
    text, raised = style.name(name, _slots(tree.slots, style))
    return Piece(text, raised=raised)


def _slots(slots: tuple[Tree, ...], style: Style) -> str:
    """ij side by side where every slot is one letter, else separated by commas."""
    made = [typeset(s, style.flat) for s in slots]
    single = [isinstance(s, Letter | Symbol) for s in slots]
    if all(single) and all(re.fullmatch(r".|\\[A-Za-z]+", m) for m in made):
        return "".join(f"{m} " if m[0] == "\\" else m for m in made).rstrip()
    return ",".join(made)


def _derivative(tree: Name, style: Style) -> Piece:
    r"""\frac{\partial y_n}{\partial w_k} for the tensor dy_dw."""
    above, variables = style.derivatives[tree.tensor.name]
    own = len(tree.slots) - sum(order for _, order in variables)
    upper = style.name(above, _slots(tree.slots[:own], style))[0]
    lower = []
    for variable, order in variables:
        lower.append(
            rf"\partial {style.name(variable, _slots(tree.slots[own : own + order], style))[0]}"
        )
        own += order
    power = f"^{len(variables)}" if len(variables) > 1 else ""
    under = r"\,".join(lower)
    return Piece(rf"\frac{{\partial{power} {upper}}}{{{under}}}", PRODUCT, 1)


def _terms(tree: Terms, style: Style) -> Piece:
    gap = "" if tree.tight else " "
    out, tall = "", 0
    for k, (negative, term) in enumerate(tree.terms):
        piece = _at_least(term, PRODUCT, style)
        tall = max(tall, piece.tall)
        sign = "-" if negative else "+" if k else ""
        stop = "" if tree.tight or style.small else mark(AT_SIGN, style.depth)
        out += (f"{gap}{stop}{sign}{gap}" if k else sign) + piece.text
    return Piece(out, SUM, tall)


# -- products ---------------------------------------------------------------------------------


def _factors(tree: Factors, style: Style) -> Piece:
    c = tree.coefficient
    below = tuple((b, -x) for b, x in tree.items if x < 0)
    above = tuple((b, x) for b, x in tree.items if x > 0)
    if not below and c.denominator == 1:
        return _joined(c.numerator, above, style)
    if style.small:
        return _flat_fraction(c, above, below, style)
    inner = style.flat
    lower = _joined(c.denominator, below, inner)
    upper = _joined(c.numerator, above, inner)
    if above and _stands_before(above, below, upper, lower):
        named = tuple(item for item in above if not _is_large(item[0]))
        if 0 < len(named) < len(above) and not any(isinstance(b, Terms) for b, _ in named):
            above = tuple(item for item in above if item not in named)
            front = _joined(c.numerator, named, inner)
        else:
            front = Piece(str(c.numerator))
        rest = _joined(1, above, style)
        if rest.level < PRODUCT:
            rest = _parenthesised(_joined(1, above, style.inside))
        return Piece(
            rf"\frac{{{front.text}}}{{{lower.text}}}{rest.text}", PRODUCT, max(1, rest.tall)
        )
    return Piece(rf"\frac{{{upper.text}}}{{{lower.text}}}", PRODUCT, 1)


def _stands_before(above: Powers, below: Powers, upper: Piece, lower: Piece) -> bool:
    """Whether 1/N is set before what it divides, and not under it."""
    if any(_is_large(b) for b, _ in above):
        return not lower.tall
    if not below and not all(isinstance(b, Name | Symbol | Letter) for b, _ in above):
        return len(above) > 1 or not isinstance(above[0][0], Terms)
    return len(above) > 1 and visible_width(upper.text) > SHORT_NUMERATOR


def _is_large(tree: Tree) -> bool:
    return any(isinstance(n, Reduction | Cases) for n in walk(tree))


def _flat_fraction(c: Fraction, above: Powers, below: Powers, style: Style) -> Piece:
    upper, lower = _joined(c.numerator, above, style), _joined(c.denominator, below, style)
    if upper.level < PRODUCT:
        upper = _parenthesised(upper)
    if lower.level < CLOSED:
        lower = _parenthesised(lower)
    return Piece(f"{upper.text}/{lower.text}", PRODUCT, max(upper.tall, lower.tall))


def _joined(number: int, items: Powers, style: Style) -> Piece:
    """number * powers, side by side; a reduction that is not the last stands in parentheses."""
    if number == 1 and len(items) == 1:
        return _power(*items[0], style)
    pieces = [Piece(str(number))] if number != 1 or not items else []
    for k, (base, exponent) in enumerate(items):
        piece = _power(base, exponent, style)
        last = k == len(items) - 1
        if piece.level < PRODUCT or (not last and _runs_on(base, exponent)):
            piece = _parenthesised(_power(base, exponent, style.inside))
        pieces.append(piece)
    out = pieces[0].text
    for previous, piece in pairwise(pieces):
        digits = previous.text[-1].isdigit() and piece.text[0].isdigit()
        gap = r"\cdot " if digits else _gap(previous.text, piece.text)
        out += (mark(AT_PRODUCT, style.depth) if not style.small else "") + gap + piece.text
    level = PRODUCT if len(pieces) > 1 else pieces[0].level
    return Piece(out, level, max(p.tall for p in pieces), any(p.raised for p in pieces))


def _gap(previous: str, following: str) -> str:
    """A thin space between names; TeX itself sets one around operators."""
    if following.startswith((*LEFT, *OPERATORS.values(), *FUNCTIONS.values(), r"\operatorname")):
        return ""
    upright = following.startswith((r"\mathrm", r"\text", r"\overline"))
    return "" if previous.isdigit() and not upright else r"\,"


def _runs_on(base: Tree, exponent: Fraction) -> bool:
    """Whether what follows would be read as a part of it: \\sum_j a_j, \\log x."""
    if exponent != 1:
        return False
    return isinstance(base, Reduction) or (isinstance(base, Call) and _is_bare(base))


def _power(base: Tree, exponent: Fraction, style: Style) -> Piece:
    if exponent == 1:
        return _piece(base, style)
    if exponent == HALF:
        constant = not any(isinstance(n, Name) for n in walk(base))
        inner = _piece(base, style.flat if constant else style)
        return Piece(rf"\sqrt{{{unmarked(inner.text)}}}", CLOSED, inner.tall)
    if isinstance(base, Call) and base.function == "exp":
        piece = _applied(base, style)
    else:
        piece = _at_least(base, CLOSED, style)
        if piece.raised or isinstance(base, Reduction) or _runs_on(base, Fraction(1)):
            piece = _parenthesised(_piece(base, style.inside))
    return Piece(f"{piece.text}^{names.braced(str(exponent))}", POWER, piece.tall, raised=True)


# -- functions, brackets, reductions, cases ---------------------------------------------------


# Functions written by what stands around their argument, and around a tall one.
ENCLOSED = {
    "absolute": ((r"\lvert ", r"\rvert"), (r"\Bigl|", r"\Bigr|")),
    "floor": ((r"\lfloor ", r"\rfloor"), (r"\Bigl\lfloor ", r"\Bigr\rfloor")),
    "ceiling": ((r"\lceil ", r"\rceil"), (r"\Bigl\lceil ", r"\Bigr\rceil")),
}


def _call(tree: Call, style: Style) -> Piece:
    if tree.function == "exp":
        exponent = _piece(tree.arguments[0], style.flat)
        plain_enough = not any(isinstance(n, Reduction | Cases | Bracket) for n in walk(tree))
        if style.e_is_free and plain_enough and visible_width(exponent.text) <= SHORT_EXPONENT:
            return Piece(f"e^{names.braced(exponent.text)}", raised=True)
    if tree.function in ENCLOSED:
        inner = _piece(tree.arguments[0], style.inside)
        left, right = ENCLOSED[tree.function][inner.tall]
        return Piece(f"{left}{inner.text}{right}", CLOSED, inner.tall)
    return _applied(tree, style)


def _is_bare(tree: Call) -> bool:
    """\\log p_{nk} and \\log\\sum need no parentheses."""
    argument = tree.arguments[0]
    return tree.function == "log" and (
        isinstance(argument, Name | Symbol | Letter)
        or (isinstance(argument, Reduction) and argument.kind == "sum")
    )


def function_name(function: str, style: Style) -> str:
    r"""\tanh, \sigma, \operatorname{gelu}."""
    if function == "sigmoid" and style.sigma_is_free:
        return r"\sigma"
    escaped = function.replace("_", r"\_")
    return FUNCTIONS.get(function) or rf"\operatorname{{{escaped}}}"


def _applied(tree: Call, style: Style) -> Piece:
    head = function_name(tree.function, style)
    if _is_bare(tree):
        inner = _piece(tree.arguments[0], style)
        gap = "" if inner.text[0] == "\\" else " "
        return Piece(f"{head}{gap}{inner.text}", POWER, inner.tall)
    pieces = [_piece(a, style.inside) for a in tree.arguments]
    together = Piece(r",\,".join(p.text for p in pieces), SUM, max(p.tall for p in pieces))
    return Piece(head + _parenthesised(together).text, CLOSED, together.tall)


def relation_latex(b: Bracket, style: Style) -> str:
    r"""The relation of a bracket without the bracket: 0 \le u-p < K."""
    gap = "" if style.small else " "
    out = _piece(b.sides[0], style.inside).text
    for sign, side in zip(b.relations, b.sides[1:], strict=True):
        tex, value = SIGNS[sign], _piece(side, style.inside).text
        out += f"{gap}{tex}{gap or (' ' if value[0].isalpha() and len(tex) > 1 else '')}{value}"
    return out


def _reduction(tree: Reduction, style: Style) -> Piece:
    if tree.kind in ("inv", "det", "logdet"):
        return _head(tree, style)
    over = ",".join(typeset(b, style.flat) + _range(b, tree, style) for b in tree.bound)
    if tree.conditions:
        over += r"\,:\," + r",\,".join(relation_latex(c, style.flat) for c in tree.conditions)
    body = _at_least(tree.body, PRODUCT, style)
    if tree.kind == "mean" and body.text.startswith(LEFT) and body.level < CLOSED:
        body = _parenthesised(_piece(tree.body, style.inside))  # no power or factor of the mean
    gap = "" if body.text.startswith(("\\", "(")) else " "
    head = f"{OPERATORS[tree.kind]}_{names.braced(over)}"
    tall = body.tall if tree.kind == "mean" else max(1, body.tall)  # its index stands beside it
    return Piece(f"{head}{gap}{body.text}", PRODUCT, tall)


def _range(letter: Letter, tree: Reduction, style: Style) -> str:
    """<N, if no tensor has the letter in a slot, which would say how far it runs."""
    slots = (s for n in walk(tree) if isinstance(n, Name) for s in n.slots)
    if any(isinstance(x, Letter) and x.index is letter.index for s in slots for x in walk(s)):
        return ""
    return f"<{typeset(slot_tree(letter.index.extent), style.flat)}"


def _head(tree: Reduction, style: Style) -> Piece:
    r"""(X_b^{-1})_{ij}, \det X_b, \log\lvert\det X_b\rvert; rows and columns are not named."""
    whole = tree.body.matrix if isinstance(tree.body, Cell) else tree.body
    assert isinstance(whole, Name)
    bound = [letter.index for letter in tree.bound]
    stand = [s.index for s in whole.slots if isinstance(s, Letter) and s.index in bound]
    batch = tuple(s for s in whole.slots if not (isinstance(s, Letter) and s.index in bound))
    if isinstance(tree.body, Cell):
        at = _slots(tree.body.at, style)
        power = "-1" if stand == bound else "-T"
        text, raised = style.name(whole.tensor.name, _slots(batch, style))
        base = f"({text})" if raised else text
        return Piece(f"({base}^{{{power}}})_{names.braced(at)}", CLOSED, raised=True)
    text = style.name(whole.tensor.name, _slots(batch, style))[0]
    if tree.kind == "det":
        return Piece(rf"\det {text}", POWER)
    return Piece(rf"\log\lvert\det {text}\rvert", POWER)


def _cases(tree: Cases, style: Style) -> Piece:
    lines, rest = [], tree
    inner = replace(style, depth=0)
    while True:
        condition = _condition(rest.condition, inner)
        lines.append(rf"{_piece(rest.value, inner).text} & \text{{if }} {condition}")
        if not isinstance(rest.other, Cases):
            break
        rest = rest.other
    lines.append(rf"{_piece(rest.other, inner).text} & \text{{otherwise}}")
    # A row that starts with [ would be read as the option of the \\ or \begin before it.
    lines = [f"{{}}{line}" if line.startswith("[") else line for line in lines]
    body = unmarked(r" \\ ".join(lines))
    return Piece(rf"\begin{{cases}} {body} \end{{cases}}", SUM, 2)


def _condition(tree: Tree, style: Style) -> str:
    if isinstance(tree, Bracket):
        return relation_latex(tree, style)
    if isinstance(tree, Factors) and all(isinstance(b, Bracket) for b, _ in tree.items):
        return r" \text{ and } ".join(_condition(b, style) for b, _ in tree.items)
    return rf"{_at_least(tree, PRODUCT, style).text} \ne 0"
