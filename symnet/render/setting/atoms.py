r"""MathML that was read from LaTeX -> the same with the spaces of TeX, each said in numbers.

    Ord a, Op \sum \log, Bin +, Rel =, Open (, Close ), Punct comma, Inner \left..\right: a table
    says what lies between
    a -b = -c   =>   a [med] - [med] b [thick] = [thick] -c

A sign for Bin is an Ord where nothing stands before it that it could join (Knuth, The TeXbook,
chapters 17 and 18, appendix G). ziamath by itself sets all spaces a third too wide, has none around
signs that it does not know, stretches a hat over one letter, sets accents too high, and exponents
of letters with an accent above that. Ours: how near an accent is.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

Atom = str  # one of the names in SPACES

THIN, MED, THICK = 3 / 18, 4 / 18, 5 / 18  # of the size
DELIMITER = 0.901  # TeX's delimiterfactor: how much of the asked height a delimiter must have
SCRIPT_SPACE = 0.05  # after a sub- or superscript
SCRIPT = 0.7  # of the size, of a script
NEARER = 0.09  # of the size: accents stand so much too high
ACCENTS = "\u00af\u02d9\u02c7\u00a8"  # bar dot check ddot
WIDE = "\u02c6\u02dc\u0302\u0303^~"  # hat tilde, which are wide over more than a letter
CAPITAL = 0.66  # of the size: the height of a letter, accents not counted
SPACES: dict[Atom, dict[Atom, float]] = {
    "ord": {"op": THIN, "bin": MED, "rel": THICK, "inner": THIN},
    "op": {"ord": THIN, "op": THIN, "rel": THICK, "inner": THIN},
    "bin": {"ord": MED, "op": MED, "open": MED, "inner": MED},
    "rel": {"ord": THICK, "op": THICK, "open": THICK, "inner": THICK},
    "open": {},
    "close": {"op": THIN, "bin": MED, "rel": THICK, "inner": THIN},
    "punct": {a: THIN for a in ("ord", "op", "rel", "open", "close", "punct", "inner")},
    "inner": {
        **{a: THIN for a in ("ord", "op", "open", "punct", "inner")},
        **{"bin": MED, "rel": THICK},
    },
}
SIGNS: dict[Atom, str] = {
    "op": "∑∏∐∫⋀⋁⋂⋃⨀⨁⨂",
    "bin": "+-−±∓×÷⋅·∘∙⊙⊗⊕⊖⊘∗*∧∨∩∪∖⋆†",
    "rel": "=≠<>≤≥⩽⩾≪≫≈∼≃≅≡∝≔:∈∉∋⊂⊆⊃⊇←→↔⇐⇒⇔↦⟵⟶⟼⟹∣∥⊥⊢⊨",
    "open": "([{⌊⌈⟨⟦",
    "close": ")]}⌋⌉⟩⟧!?",
    "punct": ",;",
}
KINDS = {sign: atom for atom, signs in SIGNS.items() for sign in signs}
UNJOINED = {None, "op", "bin", "rel", "open", "punct"}  # a Bin after one of these is an Ord
ROWS = {"math", "mrow", "mstyle", "mtd", "mphantom", "mpadded", "msqrt", "menclose"}
SCRIPTED = {"msub", "msup", "msubsup"}
PARTIAL, ITALIC_PARTIAL = "∂", "\U0001d715"
BOLD_ZERO = 0x1D7CE
ESCAPED = re.compile(r"\\([#$%&_{}])")  # in words, where the reader of LaTeX leaves it


def spaced(element: Element, size: float, script: bool = False) -> Element:
    """Change the tree of a formula that is set at `size`; in scripts only Op keeps its spaces."""
    _plain(element, size)
    for place, child in enumerate(element):
        inner = place > 0 and (element.tag in SCRIPTED or element.tag in ("munder", "munderover"))
        spaced(child, size, script or inner)
    if element.tag in ROWS:
        element[:] = _row(list(element), size, script)
    elif element.tag == "mover" and _is_accent(element[1], element[0]):
        element.set("accent", "true")
        element[1] = _lowered(element[1], size * (SCRIPT if script else 1.0))
    elif element.tag in ("msup", "msubsup") and _is_accented(element[0]):
        element[0] = _low(element[0], size)
    return element


def unwrapped(element: Element) -> Element:
    """The same tree without rows that hold one thing, and without a row in the whole formula.

    ziamath sets what is in a row twice, and so what is in n rows 2^n times.
    """
    for place, child in enumerate(element):
        element[place] = _alone(unwrapped(child))
    if element.tag == "math" and len(element) == 1 and _is_plain_row(element[0]):
        element[:] = list(element[0])
    return element


def _alone(element: Element) -> Element:
    """A row's only child; a sign keeps its row, in which it has no neighbours."""
    if len(element) == 1 and _is_plain_row(element) and element[0].tag != "mo":
        return element[0]
    return element


def _is_plain_row(element: Element) -> bool:
    return element.tag == "mrow" and not element.attrib


def _row(children: list[Element], size: float, script: bool) -> list[Element]:
    """Children with what TeX leaves between them."""
    atoms = _settled([_atom(c) for c in children])
    out: list[Element] = []
    before: tuple[Atom, str] | None = None
    for child, atom in zip(children, atoms, strict=True):
        if atom is not None:
            if before is not None:
                _space(out, _between(before[0], atom, script, before[1]), size)
            before = atom, child.tag
        out.append(child)
    return out


def _between(left: Atom, right: Atom, script: bool, tag: str) -> float:
    space = SPACES[left].get(right, 0.0)
    if script and "op" not in (left, right):
        space = 0.0
    return space + (SCRIPT_SPACE if tag in SCRIPTED else 0.0)


def _space(out: list[Element], width: float, size: float) -> None:
    if width:
        out.append(Element("mspace", {"width": f"{width * size:.4f}"}))


def _settled(atoms: list[Atom | None]) -> list[Atom | None]:
    """A Bin that joins nothing is an Ord."""
    out: list[Atom | None] = []
    last: int | None = None  # place of the last atom; spaces are none
    for atom in atoms:
        before = out[last] if last is not None else None
        if atom == "bin" and before in UNJOINED:
            atom = "ord"
        if last is not None and before == "bin" and atom in ("rel", "close", "punct"):
            out[last] = "ord"
        if atom is not None:
            last = len(out)
        out.append(atom)
    if last is not None and out[last] == "bin":
        out[last] = "ord"
    return out


def _atom(element: Element) -> Atom | None:
    """What an element is for its neighbours; a space is nothing."""
    if element.tag == "mspace":
        return None
    if element.tag in (*SCRIPTED, "munder", "mover", "munderover"):
        return _atom(element[0]) or "ord"
    text = (element.text or "").strip()
    if element.tag == "mrow" and any(map(_grows, element)):
        return "inner"
    if element.tag != "mo":
        return "ord"
    if not text:
        return None
    return KINDS.get(text, "op" if len(text) > 1 and text.isalpha() else "ord")


def _grows(element: Element) -> bool:
    r"""A delimiter that is as tall as its row: \left( and \right)."""
    return element.get("fence") == "true" and "minsize" not in element.attrib


def _plain(element: Element, size: float) -> None:
    """No spaces but ours; lengths in numbers; signs by their own letters."""
    text = (element.text or "").strip()
    if element.tag == "mi" and len(text) > 1:
        element.tag = "mo"  # a function's name, which ziamath pads
    if element.tag == "mo":
        element.set("lspace", "0")
        element.set("rspace", "0")
        if element.get("fence") != "true":
            element.attrib.setdefault("stretchy", "false")  # TeX's | grows where it is told to
    for key, factor in (("width", 1.0), ("minsize", DELIMITER), ("maxsize", DELIMITER)):
        length = element.get(key, "")
        if length.endswith("em"):
            element.set(key, f"{float(length[:-2]) * factor * size:.4f}")
    if text == PARTIAL:
        element.tag, element.text = "mi", ITALIC_PARTIAL
    elif element.tag == "mtext":
        element.text = ESCAPED.sub(r"\1", element.text or "")
    elif element.tag == "mn" and element.get("mathvariant") == "bold":
        element.text = "".join(_bold(c) for c in text)


def _bold(character: str) -> str:
    return chr(BOLD_ZERO + int(character)) if character in "0123456789" else character


def _is_accent(mark: Element, base: Element) -> bool:
    text = (mark.text or "").strip()
    letters = [c for c in "".join(base.itertext()).strip() if c not in ACCENTS + WIDE]
    return text != "" and (text in ACCENTS or (text in WIDE and len(letters) == 1))


def _is_accented(element: Element) -> bool:
    """A letter with an accent, or in a group of its own."""
    if element.tag == "mrow" and len(element) == 1:
        return _is_accented(element[0])
    return element.tag == "mover" and element.get("accent") == "true"


def _lowered(accent: Element, size: float) -> Element:
    """Nearer to its letter; a hat as a sign of its own, since the other one leans to its left."""
    if (accent.text or "").strip() == "\u0302":
        accent.text = "\u02c6"
    by = f"-{NEARER * size:.4f}"
    lowered = Element("mpadded", {"voffset": by, "height": by})
    lowered.append(accent)
    return lowered


def _low(element: Element, size: float) -> Element:
    """As high as a letter, so that an exponent stands where that of the letter stands."""
    low = Element("mpadded", {"height": f"{CAPITAL * size:.4f}"})
    low.append(element)
    return low
