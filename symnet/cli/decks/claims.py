"""A finding on a hand formula, for a slide: the formula typeset, the verdict in a sentence or two.

x_bar[n,k] = p[n,k] + y[n,k]   refuted   "sign: the sign of y is wrong"   right is p - y
"""

from __future__ import annotations

import re

from symnet.cli.claim import Finding
from symnet.cli.decks import size
from symnet.notation import Definition, Entry, Graph, SymnetError, Tensor, entries, replace
from symnet.notation.report import Evidence, Report, Verdict
from symnet.render.decks.deck import Checked, Math, Run, Sentence, Typed
from symnet.render.decks.rows import code_lines, definition_lines
from symnet.render.decks.scene import Aspect
from symnet.render.decks.slide_claims import CODE
from symnet.render.latex import latex_of
from symnet.render.setting.glyphs import formula
from symnet.render.text import text as text_of_graph
from symnet.verify.claims import left_of, read_claim, sides, with_tensors
from symnet.verify.truth import beside

SIZE = 10.4
COMMON = {
    "a",
    "in",
    "by",
    "of",
    "with",
    "is",
    "an",
    "to",
}  # words, though a tensor may be called so


def checked(found: Finding, graph: Graph, derived: Graph, aspect: Aspect) -> Checked:
    """The claim with what the checker says of it."""
    known = beside(graph, derived)
    width = size.whole(aspect) - 70
    report = found.report
    lines = typeset(found.shown, known, width)
    source: Sentence = (found.claim.source,) if found.claim.source else ()
    if report:
        return Checked(lines, source, str(report.verdict), (known_by(report),))
    right = report.correction or report.derived
    if sides(found.shown) and not sides(right):
        right = ""  # the left side alone would look like a correction
    at = "" if report.step is None else f"step {report.step}: "
    said: tuple[Sentence, ...] = ()
    if report.slip is not None:
        said = (in_words(f"{at}{report.slip.kind}: {report.slip.sentence}", known),)
    elif report.counterexample is not None:
        c = report.counterexample
        said = ((f"{at}{c.entry} is {c.derived}, claimed {c.claimed}",),)
    shown = _right(right, known, width) if right else ()
    return Checked(lines, source, str(Verdict.REFUTED), said, shown)


def in_words(sentence: str, known: Graph) -> Sentence:
    """A sentence in which what is certainly a name becomes mathematics."""
    names = {t.name for t in known.tensors} - COMMON

    def name(word: str) -> str:
        return latex_of(Entry(Tensor(word)), known)

    out: list[Run] = []
    # What is indexed or called is code; a power belongs to its name.
    for word in re.split(r"(\w+(?:(?:\*\*|\^)\d+)?(?![\w\[(\"'=]))", sentence):
        slope = re.fullmatch(r"d(\w+)_d(\w+)", word)
        power = re.fullmatch(r"(\w+?)(?:\*\*|\^)(\d+)", word)
        if slope and {*slope.groups()} <= names:
            above, below = map(name, slope.groups())
            out.append(Math(rf"\partial {above}/\partial {below}"))
        elif power and power[1] in names:
            out.append(Math(f"{name(power[1])}^{{{power[2]}}}"))
        elif word in names:
            out.append(Math(name(word)))
        elif word:
            out.append(word)
    return tuple(out)


def known_by(report: Report) -> Sentence:
    """How it is known."""
    e: Evidence = report.evidence
    if report.verdict is Verdict.AGREES:
        return (f"equal to 40 digits at {e.trials} points: not proved",)
    if e.kind == "canonical form":
        return ("the same canonical form, for all sizes",)
    if e.kind == "random models":
        return (f"equal in {e.trials} random models",)
    return (e.kind,)


def typeset(text: str, known: Graph, width: float) -> tuple[str | Typed, ...]:
    """A claim as mathematics; as it was typed, where it is a program or speaks of names of its own.

    The formula is the one that the checker reads: it may be in another order than the text.
    """
    try:
        made = _formula(text, known, width)
    except SymnetError:  # what cannot be read by itself is shown as it was typed
        made = None
    return made or code_lines(text, width, CODE)


def _right(text: str, known: Graph, width: float) -> tuple[str | Typed, ...]:
    """What is right: its last line alone, if those before it are the graph's, word for word."""
    *before, last = text.splitlines()
    if before and {*before} <= {*text_of_graph(known).splitlines()}:
        shown = typeset(last, known, width)
        if all(isinstance(s, str) for s in shown):
            return shown
    return typeset(text, known, width)


def _formula(text: str, known: Graph, width: float) -> tuple[str, ...] | None:
    if "\n" in text.strip() or ";" in text:
        return None
    if (pair := sides(text)) is not None:
        left, right = (_expression(side, known) for side in (pair.left, pair.right))
        line = None if left is None or right is None else f"{left} = {right}"
        return None if line is None or formula(line, SIZE).width > width else (line,)
    name = left_of(text)
    found = _definition(text, known)
    if name is None or found is None:
        return None
    left = Tensor(name, *found.free)
    shown = Definition(Entry(left, *found.free), found.expression)
    if name not in {t.name for t in known.tensors}:  # dy_dx is known as a derivative by its name
        known = replace(known, inputs=(*known.inputs, left))
    return definition_lines(shown, known, width, SIZE)


def _expression(text: str, known: Graph) -> str | None:
    found = _definition(text, known)
    return None if found is None else latex_of(found.expression, known)


def _definition(text: str, known: Graph) -> Definition | None:
    """What a text defines, if it mentions nothing but what is known."""
    read = read_claim(text, known, (), "claimed")
    found = read.graph.definition(read.name)
    tensors = {t.name: t for t in known.tensors}
    left = left_of(text)
    if found is None:
        return None
    if left is not None:  # c_bar[t] = .. c_bar[t+1]
        tensors[read.name] = Tensor(left, *found.tensor.indices)
    if not {e.tensor.name for e in entries(found.expression)} <= tensors.keys():
        return None
    return Definition(found.entry, with_tensors(found.expression, tensors))
