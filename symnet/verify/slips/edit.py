"""One edit of a formula, and what it is called.

    Edit(old, new, kind)   the formula is true with `new` in the place of `old`

An edit of the claim goes from wrong to right. An edit of the true formula that gives the claim goes
from right to wrong: `reversed` turns its words around.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from symnet.notation.report import SlipKind
from symnet.verify.slips.node import Node
from symnet.verify.slips.writing import Writer

INNER = "an inner derivative"
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


def settled(edit: Edit) -> Edit:
    """Too much of what only may be an inner derivative is a factor too much."""
    if edit.action == "drop" and edit.note == INNER:
        return replace(edit, kind=SlipKind.FACTOR, note="")
    return edit


def sentence(edit: Edit, wrong: Writer, right: Writer) -> str:
    """The slip in words; `wrong` writes nodes of the claim, `right` those of the truth."""
    writer = wrong if edit.piece is not None and edit.action in ("drop", "sign") else right
    piece = "" if edit.piece is None else shortened(writer.written(edit.piece))
    noted = f"{piece}, {edit.note}," if edit.note and piece else piece
    match edit.action:
        case "sign":
            return f"the sign of {piece} is wrong" if piece else "the sign is wrong"
        case "add":
            return f"the {edit.noun} {noted} is missing here".replace("  ", " ")
        case "drop":
            return f"the {edit.noun} {noted} is too much here".replace("  ", " ")
    old, new = shortened(wrong.written(edit.old)), shortened(right.written(edit.new))
    because = f": {edit.note}" if edit.note else ""
    return f"{old} stands here where {new} should{because}"


def shortened(text: str) -> str:
    """One line, not a long one."""
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else f"{flat[:60]} ... {flat[-14:]}"
