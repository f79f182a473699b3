"""The last slides of a deck: the program, the curve of a training run, what was learnt, sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from textwrap import wrap

from symnet.notation import Graph, SymnetError
from symnet.render.decks.deck import Code, Points, References, Sentence, Slide
from symnet.render.text import text

MOST_LINES = 52  # of a program that is shown
WIDTH = 96


def program(title: str, derived: Graph) -> Iterator[Slide]:
    """The gradient as NumPy text; no slide where it is too long, or has no such form."""
    try:
        lines = text(derived, form="numpy").splitlines()
    except SymnetError:  # a graph that NumPy text cannot say, a recurrence for one
        return
    lines = [part for line in lines for part in in_lines(line)]
    if len(lines) <= MOST_LINES:
        yield Code(f"{title}: the same as a program", tuple(lines))


def in_lines(statement: str, width: int = WIDTH) -> list[str]:
    """A statement that is too long, in parentheses over several lines: the same statement."""
    name, equals, value = statement.partition(" = ")
    if len(statement) <= width or not equals or "\n" in statement:
        return [statement]
    inside = wrap(value, width - 4, break_long_words=False, break_on_hyphens=False)
    return [f"{name} = (", *(f"    {part}" for part in inside), ")"]


def learnt(title: str, said: str) -> Iterator[Slide]:
    """What a page says at its end, a sentence a point."""
    if items := tuple(sentences(said)):
        yield Points(f"{title}: what we learnt", items)


def sentences(said: str) -> Iterator[Sentence]:
    """The sentences of a paragraph."""
    whole = " ".join(said.split())
    for sentence in re.split(r"(?<=[.?!])\s+(?=[A-Z])", whole):
        if sentence:
            yield (sentence,)


def references(sources: Iterable[str]) -> Iterator[Slide]:
    """Every source once, in the order in which they are named."""
    if found := tuple(dict.fromkeys(s for s in sources if re.search(r"\d{4}", s))):
        yield References("References", tuple((s,) for s in found))
