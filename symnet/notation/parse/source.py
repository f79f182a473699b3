"""The text that is read: limits before any work, Python's grammar, and places for errors.

    text -> Source(text, tree);   source.error(node, message) -> ParseError with a caret

Nothing is evaluated: the standard library's `ast.parse` makes a tree, which whitelists walk. Its
parser fails on very deep nesting, so depth and length are limited before it sees the text.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from symnet.notation.errors import ParseError

LONGEST_TEXT = 100_000  # characters
LONGEST_LINE_SHOWN = 100
LONGEST_NAME = 64
LONGEST_NUMBER = 400  # characters of a literal
DEEPEST = 60  # open brackets
LONGEST_CHAIN = 400  # operators of one logical line, which nest to one side


@dataclass(frozen=True)
class Source:
    """A text and the statements in it; `shown` is what errors show, column for column."""

    shown: str
    body: tuple[ast.stmt, ...]

    def error(self, node: ast.AST | None, message: str) -> ParseError:
        """The error `message` with the line of the node, and carets under all of it."""
        row = getattr(node, "lineno", None)
        if row is None:
            return ParseError(message)
        lines = self.shown.split("\n")
        line = lines[row - 1] if row <= len(lines) else ""
        start = _column(line, getattr(node, "col_offset", 0))
        end = len(line)
        if getattr(node, "end_lineno", row) == row:
            end = _column(line, getattr(node, "end_col_offset", start + 1))
        return ParseError(f"{message}\n{pointed(line, start, end)}")

    def text_of(self, node: ast.AST) -> str:
        """The text of a node, at most 64 characters of it."""
        found = " ".join((ast.get_source_segment(self.shown, node) or "").split())
        return found if len(found) <= 64 else found[:61] + "..."


def _column(line: str, offset: int) -> int:
    """The column in characters of an offset in UTF-8 bytes."""
    return len(line.encode()[:offset].decode(errors="ignore"))


def pointed(line: str, start: int, end: int) -> str:
    """The line, or the part of a long one around the place, and carets under the place."""
    end = max(end, start + 1)
    low = 0
    if len(line) > LONGEST_LINE_SHOWN:
        low = max(0, min(start - 30, len(line) - LONGEST_LINE_SHOWN))
    part = line[low : low + LONGEST_LINE_SHOWN].replace("\t", " ")
    carets = "^" * max(1, min(end, low + LONGEST_LINE_SHOWN) - start)
    before, after = "..." if low else "", "..." if low + LONGEST_LINE_SHOWN < len(line) else ""
    return f"  {before}{part}{after}\n  {' ' * (len(before) + start - low)}{carets}"


def read_source(text: str, parsed: str | None = None) -> Source:
    """The statements of a text; `parsed` is the text for Python, where it differs column by column.

    Raises ParseError for what is too long, too deep, or not of Python's grammar.
    """
    if not isinstance(text, str):
        raise ParseError(f"expected text, found {type(text).__name__}")
    given = text if parsed is None else parsed
    _limit(text)
    try:
        _limit_tokens(given)
        body = ast.parse(given).body
    except SyntaxError as e:
        raise _not_grammar(text, e) from None
    except (tokenize.TokenError, ValueError, RecursionError, MemoryError) as e:
        raise ParseError(f"the text cannot be read: {_said(e)}") from None
    if not body:
        raise ParseError("the text is empty; expected an expression such as np.sum((X @ w - y)**2)")
    return Source(text, tuple(body))


def _said(e: BaseException) -> str:
    if isinstance(e, tokenize.TokenError):
        return "a bracket or a string is not closed"
    if isinstance(e, RecursionError | MemoryError):
        return "it is nested too deeply"
    return str(e)[:100]


def _not_grammar(text: str, e: SyntaxError) -> ParseError:
    lines = text.split("\n")
    row = min(max((e.lineno or 1), 1), len(lines))
    column = max((e.offset or 1) - 1, 0)
    line = lines[row - 1]
    message = "invalid syntax" if not e.msg else str(e.msg).split(". Perhaps")[0][:100]
    return ParseError(
        f"the text cannot be read: {message}\n{pointed(line, min(column, len(line)), column + 1)}"
    )


def _limit(text: str) -> None:
    """Refuse what is too long or too deep, in one walk over the characters."""
    if len(text) > LONGEST_TEXT:
        raise ParseError(
            f"the text has {len(text)} characters, expected at most {LONGEST_TEXT}; "
            "name parts of it as layers or definitions in Python"
        )
    if "\0" in text:
        raise ParseError("the text holds a null character")
    depth = 0
    for c in text:
        if c in "([{":
            depth += 1
            if depth > DEEPEST:
                raise ParseError(
                    f"more than {DEEPEST} brackets are open at once; "
                    "give inner parts a name: z = ..."
                )
        elif c in ")]}":
            depth -= 1
    for word in re.findall(r"\w+", text):
        if len(word) > LONGEST_NUMBER or (len(word) > LONGEST_NAME and not word[0].isdigit()):
            kind, most = ("number", LONGEST_NUMBER) if word[0].isdigit() else ("name", LONGEST_NAME)
            raise ParseError(
                f"the {kind} {word[:24]}... has {len(word)} characters, expected at most {most}"
            )


def _limit_tokens(text: str) -> None:
    """Refuse long chains of operators, which nest as brackets do, and whatever is a string."""
    chain = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.NEWLINE,) or token.string == ";":
            chain = 0
        if (token.type == tokenize.OP and token.string not in "()[]{},:") or (
            token.type == tokenize.NAME and token.string in ("not", "and", "or", "if", "lambda")
        ):
            chain += 1
        if chain > LONGEST_CHAIN:
            raise ParseError(
                f"more than {LONGEST_CHAIN} operators in one formula; give parts of it a name: "
                "z = ..."
            )


def nearest(name: str, known: Iterable[str], count: int = 3) -> str:
    """ "; did you mean a or b?" with the nearest known names; nothing if none is near."""
    near = get_close_matches(name, list(known), count, cutoff=0.6)
    return f"; did you mean {' or '.join(near)}?" if near else ""
