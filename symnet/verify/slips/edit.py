"""One edit of a formula, and what it is called.

    Edit(old, new, kind)   the formula is true with `new` in the place of `old`

An edit of the claim goes from wrong to right. An edit of the true formula that gives the claim goes
from right to wrong: `reversed` turns its words around.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from symnet.notation.report import SlipKind
from symnet.verify.slips.node import Node, same, terms, walk
from symnet.verify.slips.writing import Writer

INNER = "an inner derivative"
PIECES = frozenset({"term", "terms", "factor", "condition", "divisor"})
OPPOSITE = {
    SlipKind.MISSING_TERM: SlipKind.EXTRA_TERM,
    SlipKind.EXTRA_TERM: SlipKind.MISSING_TERM,
    SlipKind.MISSING_SUM: SlipKind.EXTRA_SUM,
    SlipKind.EXTRA_SUM: SlipKind.MISSING_SUM,
}


@dataclass(frozen=True)
class Edit:
    """`action`: replace, sign, add or drop; `noun` and `piece`: of what.

    `place` is the fragment that is named as wrong, `old` by itself. `splice` writes the edit into
    the text where it is less than putting `new` for `old`. `note` follows the piece in the
    sentence.
    """

    old: Node
    new: Node
    kind: SlipKind
    action: str = "replace"
    noun: str = ""
    piece: Node | None = None
    place: Node | None = None
    note: str = ""
    splice: tuple[int, int, str] | None = None

    def reversed(self) -> Edit:
        """The same slip, seen from the true formula."""
        action = {"add": "drop", "drop": "add"}.get(self.action, self.action)
        return replace(
            self,
            old=self.new,
            new=self.old,
            kind=OPPOSITE.get(self.kind, self.kind),
            action=action,
            splice=None,
            place=None,
        )


def lacking(edit: Edit, claim: Node) -> Edit:
    """An edit of the claim of which the piece too much is none of its text: it is what is missing.

    The true formula times E gives the claim, which has no E: there the true formula has 1/E.
    """
    if edit.action != "drop" or edit.piece is None or edit.noun not in PIECES:
        return edit
    stands = [n for n in walk(claim) if n.head in ("+", "-")] if edit.noun == "term" else [claim]
    parts = [t for n in stands for _, t in terms(n)] if edit.noun == "term" else walk(claim)
    piece = edit.piece.parts[0] if edit.piece.head == "neg" else edit.piece
    if any(same(n, piece) for n in parts):
        return edit
    return replace(edit, action="add", kind=OPPOSITE.get(edit.kind, edit.kind))


def _squeezed(text: str) -> str:
    return "".join(c for c in text if c not in " ()")


def settled(edit: Edit) -> Edit:
    """Too much of what only may be an inner derivative is a factor too much."""
    if edit.action == "drop" and edit.note == INNER:
        return replace(edit, kind=SlipKind.FACTOR, note="")
    return edit


def sentence(edit: Edit, wrong: Writer, right: Writer, claim: str | None = None) -> str:
    """The slip in words; `wrong` writes nodes of the claim, `right` those of the truth.

    With `claim`, its text, the edit is one of the true formula: nothing is said to stand in the
    claim that does not.
    """
    writer = wrong if edit.piece is not None and edit.action in ("drop", "sign") else right
    piece = "" if edit.piece is None else shortened(writer.written(edit.piece))
    noted = f"{piece}, {edit.note}," if edit.note and piece else piece
    here = " here" if claim is None else ""
    match edit.action:
        case "sign":
            return f"the sign of {piece} is wrong" if piece else "the sign is wrong"
        case "add":
            return f"the {edit.noun} {noted} is missing{here}".replace("  ", " ")
        case "drop":
            return f"the {edit.noun} {noted} is too much{here}".replace("  ", " ")
    old, new = shortened(wrong.written(edit.old)), shortened(right.written(edit.new))
    because = f": {edit.note}" if edit.note else ""
    if claim is not None and _squeezed(wrong.written(edit.old)) not in _squeezed(claim):
        return f"the true formula has {new}, for which another expression stands here{because}"
    return f"{old} stands here where {new} should{because}"


def shortened(text: str) -> str:
    """One line, not a long one."""
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else f"{flat[:60]} ... {flat[-14:]}"
