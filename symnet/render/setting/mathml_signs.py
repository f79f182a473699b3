r"""What each LaTeX command for a sign is, as a character, and to which of TeX's classes it belongs.

    \le  =>  ≤, a relation        \odot  =>  ⊙, a binary operator        \alpha  =>  α, ordinary

The class decides the space around a sign: Knuth 1986, The TeXbook, chapter 18 and its table.
"""

from __future__ import annotations

import unicodedata

from symnet.render.formulas.names import GREEK
from symnet.render.setting.mathml_space import Kind

_ORDINARY = r"""
partial ∂, nabla ∇, infty ∞, ell ℓ, hbar ℏ, top ⊤, bot ⊥, forall ∀, exists ∃, neg ¬, emptyset ∅,
prime ′, varepsilon ε, epsilon ϵ, vartheta ϑ, varphi φ, phi ϕ, varrho ϱ, varsigma ς, Re ℜ, Im ℑ,
aleph ℵ, backslash \, dagger †, star ⋆, bullet •, angle ∠, triangle △, checkmark ✓,
% %, # #, $ $, _ _, & &
"""
_BINARY = """
cdot ⋅, times ×, odot ⊙, oslash ⊘, otimes ⊗, oplus ⊕, ominus ⊖, pm ±, mp ∓, div ÷, ast ∗, circ ∘,
cup ∪, cap ∩, wedge ∧, land ∧, vee ∨, lor ∨, setminus ∖
"""
_RELATION = """
le ≤, leq ≤, ge ≥, geq ≥, ne ≠, neq ≠, lt <, gt >, ll ≪, gg ≫, approx ≈, equiv ≡, sim ∼, simeq ≃,
cong ≅, propto ∝, in ∈, ni ∋, notin ∉, subset ⊂, subseteq ⊆, supset ⊃, supseteq ⊇, mid ∣,
parallel ∥, perp ⊥, leftarrow ←, gets ←, rightarrow →, to →, leftrightarrow ↔, mapsto ↦,
Leftarrow ⇐, Rightarrow ⇒, Leftrightarrow ⇔, implies ⟹, iff ⟺, longrightarrow ⟶, uparrow ↑,
downarrow ↓, colon :, models ⊨, vdash ⊢
"""
_OPEN = "{ {, lbrace {, lbrack [, lvert |, lVert ‖, lfloor ⌊, lceil ⌈, langle ⟨"
_CLOSE = "} }, rbrace }, rbrack ], rvert |, rVert ‖, rfloor ⌋, rceil ⌉, rangle ⟩"
_INNER = "dots …, ldots …, cdots ⋯, vdots ⋮, ddots ⋱, dotsc …, dotsb ⋯"
_LARGE = "sum ∑, prod ∏, coprod ∐, bigcup ⋃, bigcap ⋂, bigoplus ⨁, bigotimes ⨂, int ∫"

# What a character that is typed as it is stands for, and its class; a letter is ordinary.
TYPED = {
    **{c: (c, "binary") for c in "+*"},
    "-": ("−", "binary"),
    **{c: (c, "relation") for c in "=<>:"},
    **{c: (c, "open") for c in "(["},
    **{c: (c, "close") for c in ")]!?"},
    **{c: (c, "punctuation") for c in ",;"},
    **{c: (c, "ordinary") for c in '/|.@"`'},
}
NAMED_WITH_LIMITS = ("max", "min", "sup", "inf", "lim", "det", "gcd", "Pr")
NAMED = (
    *("log", "ln", "lg", "exp", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh"),
    *("coth", "arcsin", "arccos", "arctan", "arg", "dim", "ker", "deg", "hom"),
    *NAMED_WITH_LIMITS,
)
SPACES = {
    **{",": 3 / 18, ":": 4 / 18, ">": 4 / 18, ";": 5 / 18, "!": -3 / 18, " ": 4 / 18},
    **{"quad": 1.0, "qquad": 2.0, "enspace": 0.5, "thinspace": 3 / 18},
}
ACCENTS = {
    **{"bar": "¯", "hat": "ˆ", "tilde": "˜", "dot": "˙", "ddot": "¨", "vec": "→", "check": "ˇ"},
    **{"overline": "‾", "widehat": "\u0302", "widetilde": "˜", "overrightarrow": "→"},
}
WIDE = ("overline", "widehat", "widetilde", "overrightarrow")
ALPHABETS = {
    **{"mathbf": "BOLD", "boldsymbol": "BOLD ITALIC", "bm": "BOLD ITALIC", "mathcal": "SCRIPT"},
    **{"mathbb": "DOUBLE-STRUCK", "mathfrak": "FRAKTUR", "mathsf": "SANS-SERIF"},
    **{"mathtt": "MONOSPACE", "mathscr": "SCRIPT"},
}
_SIDES: dict[str, Kind] = {"l": "open", "r": "close", "m": "relation", "": "ordinary"}
# Parentheses of a height, in em; l opens, r closes.
HEIGHTS: dict[str, tuple[float, Kind]] = {
    f"{size}{side}": (height, kind)
    for size, height in (("big", 1.2), ("Big", 1.8), ("bigg", 2.4), ("Bigg", 3.0))
    for side, kind in _SIDES.items()
}
# Left and right of a table, and how its columns are set, the last for all that follow.
TABLES = {
    **{"cases": ("{", "", "ll"), "matrix": ("", "", "c"), "pmatrix": ("(", ")", "c")},
    **{"bmatrix": ("[", "]", "c"), "vmatrix": ("|", "|", "c"), "Vmatrix": ("‖", "‖", "c")},
    **{name: ("", "", "rl") for name in ("aligned", "align", "align*", "split")},
    **{"gathered": ("", "", "c"), "array": ("", "", "")},
}
# The few letters that Unicode had before it had their alphabet.
_ELDER = {"SCRIPT": "SCRIPT", "DOUBLE-STRUCK": "DOUBLE-STRUCK", "FRAKTUR": "BLACK-LETTER"}


def _table(words: str, kind: str) -> dict[str, tuple[str, str]]:
    pairs = (entry.split() for entry in words.split(", ") for entry in entry.split(",\n"))
    return {name: (sign, kind) for name, sign in pairs}


def _greek(name: str) -> str:
    case = "SMALL" if name.islower() else "CAPITAL"
    return unicodedata.lookup(f"GREEK {case} LETTER {name.lower().replace('lambda', 'lamda')}")


SIGNS: dict[str, tuple[str, str]] = {
    **{name: (_greek(name), "ordinary" if name.islower() else "upright") for name in sorted(GREEK)},
    **_table(_ORDINARY, "ordinary"),
    **_table(_BINARY, "binary"),
    **_table(_RELATION, "relation"),
    **_table(_OPEN, "open"),
    **_table(_CLOSE, "close"),
    **_table(_INNER, "inner"),
    **_table(_LARGE, "large"),
    "|": ("‖", "ordinary"),
    "Vert": ("‖", "ordinary"),
    "vert": ("|", "ordinary"),
}


def styled(character: str, alphabet: str) -> str:
    """A letter or a digit in a mathematical alphabet; as it is where it has no such form."""
    name = unicodedata.name(character, "")
    kind, _, last = name.rpartition(" ")
    case = "CAPITAL" if "CAPITAL" in kind else "SMALL"
    if name.startswith("DIGIT"):
        wanted = [f"MATHEMATICAL {alphabet.removesuffix(' ITALIC')} DIGIT {last}"]
    else:
        wanted = [f"MATHEMATICAL {alphabet} {case} {last}"]
        wanted.append(f"{_ELDER.get(alphabet, alphabet)} {case} {last}")
    for each in wanted:
        try:
            return unicodedata.lookup(each)
        except KeyError:
            continue
    return character
