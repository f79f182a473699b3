"""symnet slides SUBJECT: a deck as PDF, LaTeX (Beamer), typst or HTML.

SUBJECT -> Deck -> Film -> beamer -> a TeX engine -> PDF        HTML is made of the Deck itself
                        -> typst -> PDF
"""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from symnet.cli import UsageError, names
from symnet.cli.acceptance import training_of
from symnet.cli.decks.whole import Wanted, graph_deck, page_deck
from symnet.cli.pictures import curves
from symnet.cli.subject import subject
from symnet.cli.training import variant
from symnet.cli.typed import is_text
from symnet.render.decks import beamer, slides_html, typst_pages
from symnet.render.decks.deck import Curve, Deck, Slide
from symnet.render.decks.scene import Film
from symnet.render.decks.slide_layout import film
from symnet.render.setting import engine
from symnet.train.checkpoint import read
from symnet.train.curves import summary
from symnet.train.history import History

SUFFIXES = (".pdf", ".tex", ".typ", ".html")


def run(options: Namespace) -> int:
    """0; the path of the deck is printed."""
    path = target(options)
    deck = deck_of(options)
    write(deck, path, options)
    print(path)
    return 0


def target(options: Namespace) -> Path:
    """Where the deck goes. Raises UsageError for an ending that no deck has."""
    name = "typed" if is_text(options) else options.name
    path = Path(options.output or f"{name}.pdf")
    if path.suffix not in SUFFIXES:
        raise UsageError(f"{path.name}: a deck ends in {', '.join(SUFFIXES)}")
    if options.fragment and path.suffix != ".tex":
        raise UsageError(f"--fragment is LaTeX to \\input; -o ends in .tex, found {path.name}")
    if path.suffix == ".html" and (options.handout or options.notes):
        raise UsageError("--handout and --notes are for pages; an HTML deck has ?page at its end")
    return path


def deck_of(options: Namespace) -> Deck:
    """The deck that the options ask for."""
    seed = None if options.no_check else options.seed
    wanted = Wanted(options.aspect, options.theme, seed)
    if not is_text(options) and options.name in names.page_names() and not options.wrt:
        own = getattr(names.page_module(options.name), "DECK", None)
        if own is not None:
            made = own(wanted)
            assert isinstance(made, Deck), options.name
            return made
        return page_deck(names.page(options.name), wanted, tuple(curve(options)))
    return graph_deck(subject(options), wanted, options.wrt, tuple(curve(options)))


def curve(options: Namespace) -> list[Slide]:
    """The slide of a training run, if one is asked for."""
    if options.checkpoint:
        found = read(options.checkpoint).about
        if "history" not in found:
            raise UsageError(f"{options.checkpoint} keeps no history: it holds a model only")
        return [curve_slide(options.name, History.from_json(found["history"]))]
    if not options.train:
        return []
    training = training_of(options.name)
    chosen = variant(training, Namespace(name=options.name, variant=None))
    epochs = training.usual_epochs(chosen.get("variant"))
    fitted = training.fit(seed=options.seed, epochs=epochs, progress=True, **chosen)
    if fitted.interrupted:
        raise KeyboardInterrupt
    return [curve_slide(options.name, fitted.history)]


def curve_slide(name: str, history: History) -> Curve:
    """Loss by epoch, as SVG and as PDF."""
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"curve.{kind}" for kind in ("svg", "pdf")]
        for file in files:
            curves(file, {name: history})
        svg, pdf = (file.read_bytes() for file in files)
    return Curve("Training", svg, pdf, summary(history))


# -- formats --------------------------------------------------------------------------------------


def write(deck: Deck, path: Path, options: Namespace) -> None:
    """The deck in the format that the path ends in, with the files that it needs beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handout, notes = options.handout, options.notes
    if path.suffix == ".html":
        path.write_text(slides_html.slides(deck), encoding="utf-8")
        return
    made = film(deck, handout=handout)
    if path.suffix == ".pdf":
        path.write_bytes(_pdf(made, options))
    elif path.suffix == ".typ":
        source = typst_pages.typst(made, notes=notes, folder=_folder(path))
        _with_files(path, source.text, source.files)
    elif options.fragment:
        part = beamer.fragment(made, folder=_folder(path))
        path.with_name(f"{path.stem}_preamble.tex").write_text(
            f"{beamer.preamble(made)}\n", encoding="utf-8"
        )
        _with_files(path, part.text, part.files)
    else:
        document = beamer.beamer(made, handout=handout, notes=notes, folder=_folder(path))
        _with_files(path, document.text, document.files)


def _pdf(made: Film, options: Namespace) -> bytes:
    if options.engine == "tex" or (options.engine == "auto" and engine.engine() is not None):
        return engine.pdf(beamer.beamer(made, handout=options.handout, notes=options.notes))
    return typst_pages.pdf(made, notes=options.notes)


def _with_files(path: Path, text: str, files: Mapping[str, bytes]) -> None:
    """A source, and beside it a folder of its own with what it reads."""
    for name, content in files.items():
        (path.parent / name).parent.mkdir(parents=True, exist_ok=True)
        (path.parent / name).write_bytes(content)
    path.write_text(text, encoding="utf-8")
    if files:
        print(f"symnet: {len(files)} files are in {_folder(path)} beside it", file=sys.stderr)


def _folder(path: Path) -> str:
    """The folder of what a source reads, by a name that TeX and typst read as it stands."""
    return f"{re.sub('[^A-Za-z0-9_.-]+', '-', path.stem)}-files/"
