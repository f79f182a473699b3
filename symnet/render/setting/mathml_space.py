"""Atoms of a formula -> a row of MathML, with the space that TeX sets between them.

    ordinary, binary, ordinary  =>  a + b, 4/18 em on both sides;   log before p: 3/18 em

Browsers space what MathML's dictionary calls an operator, and set nothing around `log`; so a sign
tells them where that differs. Source: Knuth 1986, The TeXbook, chapter 18, the table of spaces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "ordinary", "operator", "binary", "relation", "open", "close", "punctuation", "inner",
    "sign", "space",
]  # fmt: skip
THIN, MEDIUM, THICK = 3 / 18, 4 / 18, 5 / 18
HERE = "\0"  # in an <mo>: the place of the attributes that its surroundings decide
# Signs around which browsers set the space that TeX does, by MathML's own dictionary.
WELL_SPACED = frozenset("=<>≤≥≠←→≈∈+−×⋅⊙,")
USUAL = {"binary": (MEDIUM, MEDIUM), "relation": (THICK, THICK), "punctuation": (0.0, THIN)}
BEFORE_A_SIGN = ("binary", "sign", "operator", "relation", "open", "punctuation")


@dataclass(frozen=True)
class Atom:
    """One element of MathML and TeX's class of it; a "sign" is the minus of -x.

    `text` is the character of an <mo>; `limits`: scripts stand below and above.
    """

    kind: Kind
    xml: str
    text: str = ""
    limits: bool = False


def set_row(atoms: Sequence[Atom], script: bool) -> str:
    """The elements of a row; in a `script`, TeX sets space around operators like log only."""
    row = _signed(atoms)
    noads = [k for k, a in enumerate(row) if a.kind != "space"]
    neighbours = dict(
        zip(noads, zip([None, *noads], [*noads[1:], None], strict=False), strict=False)
    )
    out = []
    for k, atom in enumerate(row):
        left, right = neighbours.get(k, (None, None))
        before = 0.0 if left is None else gap(row[left].kind, atom.kind, script)
        after = 0.0 if right is None else gap(atom.kind, row[right].kind, script)
        if left is not None and HERE in row[left].xml:
            before = 0.0  # it is on the right of that sign already
        if HERE in atom.xml:
            out.append(atom.xml.replace(HERE, _attributes(atom, before, after)))
        else:
            out.append((space(before) if before else "") + atom.xml)
    return "".join(out)


def child(atoms: Sequence[Atom], script: bool) -> str:
    """The row as one element."""
    made = set_row(atoms, script)
    return made if len(atoms) == 1 else f"<mrow>{made}</mrow>"


def gap(left: str, right: str, script: bool) -> float:
    """TeX's space between two atoms, in em."""
    if left == "sign" or right == "sign":
        left, right = left.replace("sign", "ordinary"), right.replace("sign", "ordinary")
    beside = ("ordinary", "operator", "close", "inner")
    if (left == "operator" and right in ("ordinary", "operator", "inner")) or (
        right == "operator" and left in beside
    ):
        return THIN
    if script or left == "open" or right == "close":
        return 0.0
    if left == "punctuation":
        return THIN
    if right == "punctuation":
        return THIN if left == "inner" else 0.0
    if "relation" in (left, right):
        return 0.0 if left == right else THICK
    if "binary" in (left, right):
        return MEDIUM
    return THIN if "inner" in (left, right) and (left, right) != ("close", "open") else 0.0


def space(size: float) -> str:
    """A space of a size in em."""
    return f'<mspace width="{_em(size)}"/>'


def _signed(atoms: Sequence[Atom]) -> list[Atom]:
    """Where there is nothing to join at one of its sides, + or - is the sign of a number."""
    out = list(atoms)
    noads = [k for k, a in enumerate(out) if a.kind != "space"]
    for place, k in enumerate(noads):
        if out[k].kind != "binary":
            continue
        left = out[noads[place - 1]].kind if place else None
        right = out[noads[place + 1]].kind if place + 1 < len(noads) else None
        if left is None or left in BEFORE_A_SIGN or right in (None, "relation", "close"):
            out[k] = replace(out[k], kind="sign")
    return out


def _attributes(atom: Atom, left: float, right: float) -> str:
    """Those of an <mo> for these spaces; none where MathML's dictionary says the same."""
    if atom.text in WELL_SPACED and USUAL.get(atom.kind) == (left, right):
        return ""
    form = ' form="prefix"' if atom.kind == "sign" else ""
    return f'{form} lspace="{_em(left)}" rspace="{_em(right)}"'


def _em(size: float) -> str:
    return f"{size:.3f}".rstrip("0").rstrip(".") + "em" if size else "0"


# -- atoms of one kind ------------------------------------------------------------------------

STILL = ' lspace="0" rspace="0"'


def sign(text: str, kind: str) -> Atom:
    """An atom of one character, by the word that mathml_signs.py has for it."""
    shown = escape(text)
    match kind:
        case "ordinary":
            return Atom("ordinary", f"<mi>{shown}</mi>")
        case "upright":
            return Atom("ordinary", upright(text))
        case "large":
            return Atom("operator", f"<mo{STILL}>{shown}</mo>", limits=text != "∫")
        case "inner":
            return Atom("inner", f"<mo{STILL}>{shown}</mo>")
        case "open" | "close":
            return Atom(kind, f'<mo stretchy="false"{_form(text, kind)}>{shown}</mo>')
        case "binary" | "relation" | "punctuation":
            return Atom(kind, f"<mo{HERE}>{shown}</mo>", text)
    raise ValueError(f"no class of signs is called {kind}")


def _form(text: str, kind: str) -> str:
    """Bars look alike at both sides, so they are told apart."""
    return f' form="{"prefix" if kind == "open" else "postfix"}"{STILL}' if text in "|‖" else ""


def fence(text: str, height: str = "") -> str:
    """A parenthesis as tall as what stands beside it, or of a height; nothing for none."""
    return f'<mo stretchy="true"{STILL}{height}>{escape(text)}</mo>' if text else ""


def named(name: str, limits: bool) -> Atom:
    r"""\log, \max: upright; space is set around it."""
    return Atom("operator", upright(name), limits=limits)


def upright(word: str) -> str:
    """A word; a letter by itself must be told not to be slanted."""
    variant = ' mathvariant="normal"' if len(word) == 1 else ""
    return f"<mi{variant}>{escape(word)}</mi>"
