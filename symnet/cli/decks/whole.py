"""A whole deck: of a page of derivations/, or of a layer or a typed function.

cover -> for each section: forward, backward, index form, hand formulas -> program -> sources
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from symnet.calculus import gradient
from symnet.cli.claim import check_claim
from symnet.cli.decks.claims import checked
from symnet.cli.decks.closing import learnt, program, references
from symnet.cli.decks.passes import passes
from symnet.cli.page import Page, Section
from symnet.cli.subject import Subject, is_rule, variables
from symnet.render.decks.deck import Cover, Deck, Slide, Verdicts
from symnet.render.decks.scene import Aspect


@dataclass(frozen=True)
class Wanted:
    """How a deck is asked for: aspect, theme, the judges' seed (None: not asked)."""

    aspect: Aspect = "16:9"
    theme: str = "light"
    seed: int | None = 0


def page_deck(page: Page, wanted: Wanted, further: tuple[Slide, ...] = ()) -> Deck:
    """The deck of a page. Raises CheckFailed where the judges do not confirm what it derives."""
    found = page.sections()
    question = " ".join(page.question.split())
    slides: list[Slide] = [Cover(page.title, (question,), notes=question)]
    for section in found:
        slides += section_slides(section, wanted)
    slides += further
    slides += learnt(page.title, page.learnt)
    slides += references(c.source for s in found for c in s.claims)
    return Deck(page.title, tuple(slides), wanted.aspect, wanted.theme)


def section_slides(section: Section, wanted: Wanted, code: bool = True) -> Iterator[Slide]:
    """Definitions, backward pass, hand formulas with their verdicts, and the program."""
    title = capitalised(section.title)
    derived = section.derived()
    made = passes(title, section.graph, section.wrt, derived, wanted.aspect, wanted.seed)
    yield from made.slides()
    findings = (
        check_claim(section.graph, derived, c, section.wrt, wanted.seed or 0)
        for c in section.claims
    )
    claims = tuple(checked(f, section.graph, derived, wanted.aspect) for f in findings)
    if claims:
        yield Verdicts(f"{title}: formulas by hand", claims)
    if section.wrt and code:
        yield from program(title, derived)


def graph_deck(
    subject: Subject, wanted: Wanted, wrt: list[str] | None = None, further: tuple[Slide, ...] = ()
) -> Deck:
    """The deck of one graph, with the gradient by `wrt` (all that is real)."""
    graph = subject.graph
    title = title_of(subject)
    chosen = () if wrt is None and is_rule(graph) else variables(graph, wrt)
    cotangent = f"{graph.output.name}_bar" if chosen and graph.output.order else None
    derived = gradient(graph, chosen, cotangent) if chosen else graph
    made = passes(title, graph, chosen, derived, wanted.aspect, wanted.seed)
    slides: list[Slide] = [Cover(title, ("Definition, picture, and gradient",))]
    slides += made.slides()
    slides += program(title, derived) if chosen else ()
    slides += further
    return Deck(title, tuple(slides), wanted.aspect, wanted.theme)


def title_of(subject: Subject) -> str:
    """The title of the layer that most of the graph is, else its name in words."""
    outer = Counter(path[0].title for _, path in subject.graph.parts if path)
    title, count = outer.most_common(1)[0] if outer else ("", 0)
    is_one = count * 3 >= 2 * len(subject.graph.definitions)
    name = title if is_one else subject.name.replace("_", " ")
    return capitalised(name)


def capitalised(title: str) -> str:
    """A title with a capital letter, unless it begins with a formula."""
    first = title.split(" ", 1)[0].rstrip(",:")
    is_word = first == "a" or (len(first) > 1 and first.replace("-", "").isalpha())
    return title[:1].upper() + title[1:] if is_word else title
