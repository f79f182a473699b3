"""Film -> what the speaker says, in the format of pdfpc, a viewer with a screen for the speaker.

deck.pdf beside deck.pdfpc   =>   each page with the notes of its frame
"""

from __future__ import annotations

import json

from symnet.render.decks.scene import Film


def pdfpc(film: Film) -> str:
    """The text of a .pdfpc file (version 2): one entry for each page; notes are plain text."""
    pages: list[dict[str, object]] = []
    for number, frame in enumerate(film.frames, 1):
        for overlay in range(len(frame.pages)):
            where = {"idx": len(pages), "label": str(number), "overlay": overlay}
            pages.append({**where, "note": frame.notes})
    said = {"pdfpcFormat": 2, "disableMarkdown": True, "pages": pages}
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"
