"""Deck -> a page for a browser: slides that are shown step by step, and the same as a page to read.

    slides(deck)  =>  <!DOCTYPE html> ...   arrow keys, #3.2, Esc for all slides, ?page to read

The page is whole: formulas as MathML, drawings as SVG, one script. Without it, with `?page` in the
address and on paper all steps are shown one below the other.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import zip_longest

from symnet.render.decks.deck import (
    Checked,
    Code,
    Cover,
    Curve,
    Deck,
    Derivation,
    Figure,
    Formulas,
    Panel,
    Points,
    References,
    Row,
    Sentence,
    Slide,
    Typed,
    Verdicts,
    steps,
)
from symnet.render.decks.paging import paged
from symnet.render.decks.scene import SIZES, Math
from symnet.render.pictures.picture import Picture
from symnet.render.pictures.svg import drawn, extent_of, outlines
from symnet.render.setting.mathml import mathml
from symnet.render.setting.offline import document
from symnet.render.setting.themes import THEMES, Color

WIDTH = 1280  # of a slide, in CSS pixels
LARGEST = 1.9  # how much a drawing may be enlarged


def slides(deck: Deck) -> str:
    """The deck as one self-contained page; the same deck gives the same bytes."""
    width, height = SIZES[deck.aspect]
    wide, tall = WIDTH, round(WIDTH * height / width)
    glyphs: dict[str, str] = {}
    shown = [
        _slide(slide, number, glyphs) for number, slide in enumerate(paged(deck).slides, start=1)
    ]
    sizes = f"--wide: {wide}px; --tall: {tall}px; --ratio: {wide} / {tall};"
    body = (
        f'<svg class="glyphs" aria-hidden="true"><defs>{outlines(glyphs)}</defs></svg>\n'
        f'<main class="deck" data-wide="{wide}" data-tall="{tall}">\n'
        + "\n".join(shown)
        + '\n</main>\n<p class="index"></p><div class="bar" aria-hidden="true"></div>'
    )
    return document(
        deck.title,
        ("math.css", "slides.css"),
        body,
        ("slides.js",),
        css=f":root {{ {_colors(THEMES[deck.theme])} {sizes} }}\n",
    )


def _colors(theme: Mapping[Color, str]) -> str:
    return " ".join(f"--{role}: {color};" for role, color in theme.items())


def _slide(slide: Slide, number: int, glyphs: dict[str, str]) -> str:
    """One section: head, content, foot, and what the speaker says."""
    count = steps(slide)
    kind = type(slide).__name__.lower()
    head = "" if isinstance(slide, Cover) else _head(slide, count)
    notes = f'<aside class="notes">{escape(slide.notes)}</aside>' if slide.notes else ""
    label = f'aria-label="{escape(slide.title)}"'
    content = f'<div class="content">{_content(slide, number, glyphs)}</div>'
    return (
        f'<section class="slide {kind}" id="slide-{number}" data-steps="{count}" {label}>\n'
        f'<div class="stage">{head}{content}\n{_foot(slide)}{notes}</div>\n</section>'
    )


def _head(slide: Slide, count: int) -> str:
    """The title, and which step it is, counted through all slides of a derivation."""
    first, every = 1, count
    if isinstance(slide, Derivation):
        first, every = slide.first, slide.count or count
    told = f"step {first} of {every}"
    step = f'<p class="step" data-first="{first}" data-count="{every}">{told}</p>'
    return (
        f'<header class="head"><h2>{escape(slide.title)}</h2>{step if every > 1 else ""}</header>\n'
    )


def _foot(slide: Slide) -> str:
    left, right = (slide.foot, ()) if isinstance(slide, Cover) else getattr(slide, "foot", ((), ()))
    return f'<footer class="foot">{_words(left)}{_words(right)}</footer>'


def _content(slide: Slide, number: int, glyphs: dict[str, str]) -> str:
    match slide:
        case Cover():
            title = f'<h1>{escape(slide.title)}</h1><div class="rule"></div>'
            return title + _words(slide.subtitle, "subtitle")
        case Derivation():
            return _derivation(slide, number, glyphs)
        case Formulas():
            rows = "".join(_row(row, None, None) for row in slide.rows)
            before, after = ("".join(map(_words, part)) for part in (slide.before, slide.after))
            shown = _figure(slide.figure, number, glyphs)
            return f'{before}<div class="rows">{rows}</div>{after}{shown}'
        case Points():
            return _points(slide.items, slide.revealed) + _figure(slide.figure, number, glyphs)
        case Verdicts():
            claims = "".join(_claim(claim, k) for k, claim in enumerate(slide.claims))
            return f'<div class="claims">{claims}</div>'
        case Code():
            return "".join(map(_words, slide.words)) + _code(slide.lines)
        case Curve():
            return "".join(map(_words, slide.words)) + _plot(slide)
        case References():
            return _points(slide.items, False)


# -- words and formulas -----------------------------------------------------------------------


def _runs(sentence: Sentence) -> str:
    return "".join(mathml(r.latex) if isinstance(r, Math) else escape(r) for r in sentence)


def _words(sentence: Sentence, kind: str = "words", tag: str = "p") -> str:
    """A paragraph; an empty one keeps its place in a foot line."""
    return f'<{tag} class="{kind}">{_runs(sentence)}</{tag}>'


def _lines(lines: Iterable[str | Typed], kind: str = "lines") -> str:
    shown = "".join(f'<div class="line">{_line(line)}</div>' for line in lines)
    return f'<div class="{kind}">{shown}</div>'


def _line(line: str | Typed) -> str:
    """A formula, or a line as it was typed."""
    if isinstance(line, Typed):
        return f"<code>{escape(line.text)}</code>"
    return mathml(line, block=True)


def _row(row: Row, number: int | None, step: int | None) -> str:
    told = "" if number is None else f'<span class="number">{number}</span>'
    at = "" if step is None else f' data-step="{step}"'
    reason = f'<span class="reason">{_runs(row.reason)}</span>' if row.reason else ""
    return f'<div class="row"{at}>{told}{_lines(row.lines)}{reason}</div>'


def _panel(panel: Panel, step: int) -> str:
    if not panel.words and not panel.chain:
        return ""
    words = _words(panel.words) if panel.words else ""
    chain = ""
    for left, right in panel.chain:
        shown = mathml(left, block=True) if left else ""
        chain += f'<div class="left">{shown}</div>'
        chain += f'<div class="right">{mathml(f"{{}} {right}", block=True)}</div>'
    chain = f'<div class="chain">{chain}</div>' if chain else ""
    return f'<aside class="panel" data-step="{step}">{words}{chain}</aside>'


def _derivation(slide: Derivation, number: int, glyphs: dict[str, str]) -> str:
    """Each row with its panel behind it; a style sheet puts the panels beside the rows."""
    parts = []
    for k, (row, panel) in enumerate(zip_longest(slide.rows, slide.panels[: len(slide.rows)])):
        parts.append(_row(row, slide.first + k, k) + (_panel(panel, k) if panel else ""))
    beside = " beside" if any('class="panel"' in part for part in parts) else ""
    rows = f'<div class="steps{beside}" style="--rows: {len(parts)}">{"".join(parts)}</div>'
    return rows + _figure(slide.figure, number, glyphs, slide.before)


def _points(items: Sequence[Sentence], revealed: bool) -> str:
    shown = ""
    for k, item in enumerate(items):
        step = f' data-step="{k}"' if revealed else ""
        shown += f'<li class="words"{step}>{_runs(item)}</li>'
    return f'<ul class="points">{shown}</ul>'


def _claim(claim: Checked, step: int) -> str:
    said = f'<span class="verdict">{escape(claim.verdict)}</span>'
    source = _words(claim.source, "source") if claim.source else ""
    right = _lines(claim.right, "lines corrected") if claim.right else ""
    return (
        f'<div class="claim {escape(claim.verdict)}" data-step="{step}">'
        f'<div class="first">{_lines(claim.lines)}{said}</div>'
        f"{source}{''.join(map(_words, claim.said))}{right}</div>"
    )


def _code(lines: Iterable[str]) -> str:
    shown = []
    for line in lines:
        is_comment = line.lstrip().startswith(("#", '"""'))
        shown.append(f'<span class="soft">{escape(line)}</span>' if is_comment else escape(line))
    return f'<pre class="program">{chr(10).join(shown)}</pre>'


# -- drawings and charts ----------------------------------------------------------------------


def _figure(
    figure: Figure | None, number: int, glyphs: dict[str, str], before: int | None = None
) -> str:
    """A drawing; in a derivation the script tells its backward arrows which of them is shown now.

    `before` is how many entries of the figure's order belong to rows of earlier slides.
    """
    if figure is None:
        return ""
    order = ""
    if figure.order and before is not None:
        names = json.dumps([sorted(names) for names in figure.order])
        order = f' data-order="{escape(names)}" data-before="{before}"'
    shown = _svg(figure.picture, figure.title, number, glyphs)
    return f'<figure class="figure"{order}>{shown}</figure>'


def _svg(picture: Picture, title: str, number: int, glyphs: dict[str, str]) -> str:
    used, body = drawn(picture, prefix=f"s{number}-", framed=True)
    glyphs.update(used)
    x, y, width, height = extent_of(picture)
    most = f"max-width: {LARGEST * width:.0f}px; max-height: {LARGEST * height:.0f}px"
    return (
        f'<svg viewBox="{x:.2f} {y:.2f} {width:.2f} {height:.2f}" style="{most}" role="img" '
        f'aria-label="{escape(title)}">{body}</svg>'
    )


def _plot(slide: Curve) -> str:
    """A chart is a picture of its own: nothing in it can meet the rest of the page."""
    coded = b64encode(slide.svg).decode()
    return (
        f'<figure class="plot"><img alt="{escape(slide.alternative)}" '
        f'src="data:image/svg+xml;base64,{coded}"></figure>'
    )
