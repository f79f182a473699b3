"""Notes for the speaker's screen: every page of a frame shows those of the frame."""

import json

from symnet.render.decks.pdfpc import pdfpc
from symnet.render.decks.scene import Film, Frame, Page
from symnet.render.setting.themes import THEMES


def test_each_page_has_the_notes_of_its_frame() -> None:
    frames = (Frame("a", (Page(()), Page(())), 'say "a"\n'), Frame("b", (Page(()),)))
    said = json.loads(pdfpc(Film("t", "16:9", frames, THEMES["light"])))
    assert said["pdfpcFormat"] == 2
    assert [(p["idx"], p["label"], p["overlay"], p["note"]) for p in said["pages"]] == [
        (0, "1", 0, 'say "a"\n'),
        (1, "1", 1, 'say "a"\n'),
        (2, "2", 0, ""),
    ]
