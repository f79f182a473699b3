"""Make the decks of the gallery: python docs/gallery/decks.py [FOLDER]

For each deck its number of pages, and one page as a picture in this folder; with FOLDER the PDFs
are written there, by TeX where there is an engine, and by typst.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from symnet.cli import names
from symnet.cli.decks.whole import Wanted, graph_deck, page_deck
from symnet.cli.subject import Subject
from symnet.render.decks import beamer, typst_pages
from symnet.render.decks.deck import Deck
from symnet.render.decks.scene import Film
from symnet.render.decks.slide_layout import film
from symnet.render.setting import engine

HERE = Path(__file__).parent
PPI = 110


@dataclass(frozen=True)
class Shown:
    """A deck, and which of its frames is shown, at its second step."""

    name: str
    said: str
    frame: str


DECKS = (
    Shown("deck", "the introductory lecture", "Attention with the scale: backward pass (1 of 2)"),
    Shown("dense", "a dense layer", "backward"),
    Shown("softmax_cross_entropy", "softmax and cross-entropy", "formulas by hand"),
    Shown("lstm", "an LSTM over time", "backward"),
    Shown("attention", "attention, with masks and scale", "backward pass (1 of 2)"),
    Shown("layer_norm", "layer norm, RMS norm, batch norm", "backward"),
    Shown("encoder_block", "a Transformer block", "its layers"),
    Shown("residual_block", "a block of a ResNet", "Backward: batch norm"),
    Shown("convolution", "convolution and its adjoint", "backward"),
)


def deck_of(name: str) -> Deck:
    """The deck of a page, or of a layer."""
    if name not in names.page_names():
        return graph_deck(Subject(name, names.graph(name)), Wanted())
    own = getattr(names.page_module(name), "DECK", None)
    made = page_deck(names.page(name), Wanted()) if own is None else own(Wanted())
    assert isinstance(made, Deck)
    return made


def shown_page(made: Film, title: str) -> int:
    """The number, from 0, of the second page (or only page) of the first frame of that title."""
    number = 0
    for frame in made.frames:
        if title.lower() in frame.title.lower():
            return number + min(1, len(frame.pages) - 1)
        number += len(frame.pages)
    raise KeyError(title)


def table(pages: dict[str, int]) -> str:
    """The rows of README.md."""
    return "\n".join(
        f"| ![{d.said}](deck_{d.name}.png) | `symnet slides {d.name}` | {pages[d.name]} |"
        for d in DECKS
        if d.name in pages
    )


def main(folder: Path | None) -> None:
    pages = {}
    for shown in DECKS:
        made = film(deck_of(shown.name))
        pages[shown.name] = len(made.pages)
        picture = typst_pages.png(made, shown_page(made, shown.frame), PPI)
        (HERE / f"deck_{shown.name}.png").write_bytes(picture)
        if folder is not None:
            (folder / f"{shown.name}_typst.pdf").write_bytes(typst_pages.pdf(made))
            if engine.engine() is not None:
                (folder / f"{shown.name}_tex.pdf").write_bytes(engine.pdf(beamer.beamer(made)))
        print(f"{shown.name}: {pages[shown.name]} pages")
    print(table(pages))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
