"""symnet tour: derive, check, type, typeset, draw, show, export and train, on small examples."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from symnet.cli import names
from symnet.cli.acceptance import training_of
from symnet.cli.answer import answer
from symnet.cli.decks.whole import Wanted, page_deck
from symnet.cli.drawing import draw_into
from symnet.cli.page import report_on
from symnet.cli.subject import Subject, derived
from symnet.cli.typed import Typed
from symnet.codegen import build
from symnet.render.decks import beamer, slides_html
from symnet.render.decks.slide_layout import film
from symnet.render.latex import latex
from symnet.render.report import report_text
from symnet.render.text import text

EPOCHS = 5


def run(options: Namespace) -> int:
    """0 if the judges passed, the right formulas held and the wrong ones were refuted, else 1."""
    folder = Path(options.output)
    good = _formulas("softmax")
    good = _typed() and good
    _typeset("softmax_cross_entropy")
    _draw("mlp", folder)
    _slides("softmax", folder)
    _export("digits", folder)
    _train("digits")
    _head("What next")
    print("symnet list                     what else there is")
    print("symnet derive gate              another page: definitions, claims, verdicts")
    print("symnet slides deck              the introductory lecture, as a deck")
    print("symnet train digits --accept    every figure that the digits page promises")
    return 0 if good else 1


def _head(title: str) -> None:
    print(f"\n{title}\n{'-' * len(title)}")


def _formulas(name: str) -> bool:
    """Definitions, the derived gradient, and a right and a wrong claim of the first section."""
    section = names.page(name).sections()[0]
    _head(f"1. Derive: {section.title}, from its definition to its gradient")
    print(text(section.graph))
    report = report_on(section)
    print(text(report.derived, "gradient"))
    _head("2. Check: the judges try the gradient, and formulas derived by hand")
    print(f"judges: {report.verdict}\n")
    right = next(f for f in report.findings if f.claim.right)
    wrong = next(f for f in report.findings if not f.claim.right)
    print(f"{report_text(right.report)}\n  source   {right.claim.source}\n\n{wrong}")
    return report.passed


def _typed() -> bool:
    """A function typed as text, in index form and in matrix form."""
    _head("3. Type: a function as text, and its gradient in two forms")
    typed = Typed("np.sum((X@W - Y)**2)/12", {"X": "N,D", "W": "D,K", "Y": "N,K"}, {})
    found = answer(typed.graph(), ("W",))
    print(f"{typed.text}\n\n{found.index()}\n{found.matrix()}")
    return found.verdict is not None and found.verdict.passed


def _typeset(name: str) -> None:
    _head("4. Typeset: rows for align*, with the preamble of symnet.render.PREAMBLE")
    print(latex(names.page(name).sections()[0].derived(), "gradient"))


def _draw(name: str, folder: Path) -> None:
    _head("5. Draw: forward and backward in one picture")
    print(draw_into(folder, name, derived(Subject(name, names.graph(name)))))


def _slides(name: str, folder: Path) -> None:
    _head("6. Show: a deck, its backward pass a step a page, for a browser and for LaTeX")
    deck = page_deck(names.page(name), Wanted())
    page, source = folder / f"{name}.html", folder / f"{name}.tex"
    page.write_text(slides_html.slides(deck), encoding="utf-8")
    pages = film(deck)
    source.write_text(beamer.beamer(pages).text, encoding="utf-8")
    print(f"{page}\n{source} ({len(pages.pages)} pages; symnet slides {name} makes a PDF)")


def _export(name: str, folder: Path) -> None:
    _head("7. Export: NumPy code that needs nothing but NumPy")
    source = build(derived(Subject(name, names.graph(name)))).source
    path = folder / f"{name}_step.py"
    path.write_text(source, encoding="utf-8")
    print(f"{path} ({len(source.splitlines())} lines)")


def _train(name: str) -> None:
    _head(f"8. Train: {name}, {EPOCHS} epochs")
    training = training_of(name)
    fitted = training.fit(seed=0, epochs=EPOCHS, progress=True)
    for figure, value in training.score(fitted, 0).items():
        print(f"{figure:20} {value:.2f}")
