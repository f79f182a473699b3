r"""Plain words -> LaTeX in which every sign is only a sign: `50 % of x_1` is `50 \% of x\_1`.

Letters with accents stay as they are (UTF-8), raised and lowered digits become scripts, signs of
mathematics become mathematics. A letter that no Latin font has is a box with its number,
\snmissing{4E2D}.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from symnet.render.formulas import names

SPECIAL = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "\u00a0": "~",
    "\u2044": "/",
    **{c: "\\" + c for c in "{}$&#%_"},
}
IN_CODE = {"'": r"\textquotesingle{}"}
MATHEMATICS = {
    **{"×": r"\times", "·": r"\cdot", "÷": r"\div", "±": r"\pm", "−": "-", "√": r"\surd"},
    **{"≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "≡": r"\equiv", "∝": r"\propto"},
    **{"→": r"\to", "←": r"\leftarrow", "↔": r"\leftrightarrow", "⇒": r"\Rightarrow"},
    **{"∈": r"\in", "∀": r"\forall", "∃": r"\exists", "∅": r"\emptyset", "∪": r"\cup"},
    **{"∩": r"\cap", "⊂": r"\subset", "∂": r"\partial", "∇": r"\nabla", "∑": r"\sum"},
    **{"∏": r"\prod", "∫": r"\int", "∞": r"\infty", "⊙": r"\odot", "⊗": r"\otimes"},
    **{"⊕": r"\oplus", "∘": r"\circ", "⊤": r"\top", "⊥": r"\perp", "‖": r"\|", "ℓ": r"\ell"},
    **{"⟨": r"\langle", "⟩": r"\rangle", "∧": r"\wedge", "∨": r"\vee", "¬": r"\neg"},
    **{"′": r"{}'", "″": r"{}''", "✓": r"\surd"},
}
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀ", [*"0123456789+-=()ni", r"\top "], strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ᵢⱼₖₙ", "0123456789+-=()ijkn", strict=True))
# What pdflatex reads as it stands, in the encoding T1.
LATIN = frozenset(map(chr, range(0xC0, 0x17F))) - set("×÷ĦħĸĿŀŉŦŧ")
SIGNS = frozenset("–—‘’‚“”„«»‹›…†‡§¶©®°€£¥¡¿ªº")
ACCENTS = {
    **{"\u0300": r"\`", "\u0301": r"\'", "\u0302": r"\^", "\u0303": r"\~", "\u0304": r"\="},
    **{"\u0306": r"\u", "\u0307": r"\.", "\u0308": r"\"", "\u030a": r"\r", "\u030b": r"\H"},
    **{"\u030c": r"\v", "\u0323": r"\d", "\u0327": r"\c", "\u0328": r"\k", "\u0331": r"\b"},
}
OVER_LETTERS = {"\u0300": r"\grave", "\u0301": r"\acute", "\u0308": r"\ddot"}  # in mathematics
SCRIPTS = re.compile(f"[{''.join(RAISED)}]+|[{''.join(LOWERED)}]+|.", re.DOTALL)
LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=,)(?=,)")  # of two signs one, in T1


def words(text: str) -> str:
    """Words of one line; spaces count once."""
    return _signs(_printable(text), _word_sign)


def code(text: str) -> str:
    """A line of a program, for letters of one width; all spaces count."""
    spaced = _signs(_printable(text.expandtabs(4)), lambda c: IN_CODE.get(c) or _word_sign(c))
    return re.sub(r"^ +|  +| +$", lambda m: "~" * len(m[0]), spaced)


def mathematics(latex: str) -> str:
    """A formula as it is, but for letters that LaTeX does not read as they stand."""
    plain = "".join(c for c in latex if c.isascii() or unicodedata.category(c)[0] != "C")
    return re.sub(r"[^\x00-\x7f]", lambda m: _in_formula(m[0]), plain)


def _in_formula(c: str) -> str:
    return c if c in LATIN or c in SIGNS else rf"{{\text{{{_word_sign(c)}}}}}"


def bookmark(text: str) -> str:
    """A title for hyperref: no mathematics, all letters of Unicode."""
    return _signs(_printable(text), _bookmark_sign)


def pdf_string(text: str) -> str:
    """A string of PDF: (words) where all letters are plain, else <their numbers>."""
    said = comment(text)
    if re.fullmatch(r"[A-Za-z0-9 ,.:;=+*/'|<>@!?\[\]-]*", said):
        return f"({said})"
    return f"<FEFF{said.encode('utf-16-be').hex().upper()}>"


def comment(text: str) -> str:
    """What may stand behind a % in one line."""
    return " ".join(_printable(text).split())


def _printable(text: str) -> str:
    """Composed letters; one line; no signs that nobody sees."""
    kinds = ((c, unicodedata.category(c)) for c in unicodedata.normalize("NFC", text))
    return "".join(
        " " if c.isspace() and c != "\u00a0" else c for c, k in kinds if c.isspace() or k[0] != "C"
    )


def _signs(text: str, sign: Callable[[str], str]) -> str:
    return "".join(map(sign, SCRIPTS.findall(LIGATURE.sub("\0", text)))).replace("\0", "{}")


def _word_sign(c: str) -> str:
    if c in SPECIAL:
        return SPECIAL[c]
    if c.isascii() or c in LATIN or c in SIGNS:
        return c
    if c[0] in RAISED:
        return f"$^{{{''.join(map(RAISED.__getitem__, c)).strip()}}}$"
    if c[0] in LOWERED:
        return f"$_{{{''.join(map(LOWERED.__getitem__, c))}}}$"
    if c in MATHEMATICS:
        return f"${MATHEMATICS[c]}$"
    return _greek(c) or _decomposed(c) or rf"\snmissing{{{ord(c):04X}}}"


def _greek(c: str) -> str:
    found = names.word(c) if unicodedata.name(c, "").startswith("GREEK") else ""
    return f"${found}$" if re.fullmatch(r"\\[a-zA-Z]+", found) else ""


def _decomposed(c: str) -> str:
    """A letter with accents that are set above or below it, or signs of the same meaning."""
    first, *rest = list(unicodedata.normalize("NFD", c))
    letter = _greek(first).strip("$")
    if rest and letter and all(a in OVER_LETTERS for a in rest):
        return "$" + "".join(OVER_LETTERS[a] + "{" for a in rest) + letter + "}" * len(rest) + "$"
    if rest and all(a in ACCENTS for a in rest):
        made = _word_sign(first)
        for accent in rest:
            made = rf"{ACCENTS[accent]}{{{made}}}"
        return made
    alike = unicodedata.normalize("NFKD", c)
    return "".join(map(_word_sign, alike)) if alike != c and not rest else ""


def _bookmark_sign(c: str) -> str:
    if c in SPECIAL or (c.isascii() and len(c) == 1):
        return SPECIAL.get(c, c)
    return "".join(x if x in LATIN else rf'\unichar{{"{ord(x):04X}}}' for x in c)
