"""The text that is read: limits before any work, Python's grammar, and places for errors.

    text -> Source(shown, statements);   source.error(node, message) -> ParseError with a caret

Nothing is evaluated: the standard library's `ast.parse` makes a tree of a whitelist of nodes, which
the readers walk. Its parser fails on very deep nesting, so that depth and length are limited before
it sees the text; what is left takes well under a second to read or to refuse.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from symnet.notation.errors import ParseError

LONGEST_TEXT = 100_000  # characters
LONGEST_LINE_SHOWN = 100
LONGEST_NAME = 64
LONGEST_NUMBER = 64  # characters of a literal
DEEPEST = 60  # open brackets
LONGEST_CHAIN = 400  # operators of one statement, which may nest to one side
MOST_STATEMENTS = 1000
MOST_NODES = 20_000

Columns = list[list[int]]  # for each line, the column that each of its columns comes from
Translation = Callable[[str], tuple[str, Columns]]


@dataclass(frozen=True)
class Source:
    """A text and the statements in it; `shown` is what errors show, line by line."""

    shown: str
    body: tuple[ast.stmt, ...]

    def error(self, node: ast.AST | None, message: str) -> ParseError:
        """The error `message` with the line of the node, and carets under all of it."""
        row = getattr(node, "lineno", None)
        if row is None:
            return ParseError(message)
        lines = self.shown.split("\n")
        line = lines[row - 1] if row <= len(lines) else ""
        start = _characters(line, getattr(node, "col_offset", 0))
        end = len(line)
        if getattr(node, "end_lineno", row) == row:
            end = _characters(line, getattr(node, "end_col_offset", start + 1))
        return ParseError(f"{message}\n{pointed(line, start, end)}")

    def text_of(self, node: ast.AST) -> str:
        """The text of a node, at most 64 characters of it."""
        found = " ".join((ast.get_source_segment(self.shown, node) or "").split())
        return found if len(found) <= 64 else found[:61] + "..."


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


def read_source(text: str, translate: Translation | None = None) -> Source:
    """The statements of a text. `translate` rewrites what Python's grammar says otherwise.

    Raises ParseError for what is too long, too deep, not of Python's grammar, or a statement or
    expression that no notation has.
    """
    shown = checked(text)
    given, columns = (shown, None) if translate is None else translate(shown)
    try:
        _limit_tokens(given)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd literals, which are refused below
            body = ast.parse(given).body
    except SyntaxError as e:
        raise _not_grammar(shown, e, columns) from None
    except (tokenize.TokenError, ValueError, RecursionError, MemoryError) as e:
        place = _left_open(shown) if isinstance(e, tokenize.TokenError) else ""
        raise ParseError(f"the text cannot be read: {_said(e)}{place}") from None
    if not body:
        raise ParseError("the text is empty; expected a formula such as np.sum((X @ w - y)**2)")
    if columns is not None:
        _move(body, given.split("\n"), shown.split("\n"), columns)
    made = Source(shown, tuple(body))
    _allow(made)
    return made


def checked(text: str) -> str:
    """The text without the indentation of its lines, if it is neither too long nor too deep."""
    if not isinstance(text, str):
        raise ParseError(f"expected text, found {type(text).__name__}")
    if len(text) > LONGEST_TEXT:
        raise ParseError(
            f"the text has {len(text)} characters, expected at most {LONGEST_TEXT}; "
            "name parts of it as layers or definitions in Python"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if odd := re.search("[^\n -~\xa0-\ud7ff\ue000-\U0010ffff]", text):
        raise ParseError(f"the text holds the character U+{ord(odd[0]):04X}, which is no text")
    shown = "\n".join(line.strip() for line in text.split("\n")).rstrip("\n")
    _limit_depth(shown)
    for word in re.findall(r"\w+", shown):
        kind, most = ("number", LONGEST_NUMBER) if word[0].isdigit() else ("name", LONGEST_NAME)
        if len(word) > most:
            raise ParseError(
                f"the {kind} {word[:24]}... has {len(word)} characters, expected at most {most}"
            )
    return shown


def _limit_depth(text: str) -> None:
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
            depth = max(0, depth - 1)


_NESTING = frozenset({"not", "and", "or", "if", "else", "lambda", "await", "for", "in", "is"})


def _limit_tokens(text: str) -> None:
    """Refuse long chains: of operators, and of calls and indexing; both nest as brackets do."""
    chain, before, statements = 0, "", 0
    for count, token in enumerate(tokenize.generate_tokens(io.StringIO(text).readline)):
        sign = token.string
        if token.type == tokenize.NEWLINE or sign == ";":
            chain, statements = 0, statements + 1
        if statements > MOST_STATEMENTS:
            raise ParseError(f"the text has more than {MOST_STATEMENTS} lines; shorten it")
        if count > MOST_NODES:
            raise ParseError(f"the text has more than {MOST_NODES} words and signs; shorten it")
        is_operator = token.type == tokenize.OP and sign not in "()[]{},:"
        if (
            is_operator
            or (token.type == tokenize.NAME and sign in _NESTING)
            or (sign in "([" and before in ")]" and sign and before)
        ):
            chain += 1
        if chain > LONGEST_CHAIN:
            raise ParseError(
                f"more than {LONGEST_CHAIN} operators in one formula; give parts of it a name: "
                "z = ..."
            )
        before = sign


def _said(e: BaseException) -> str:
    if isinstance(e, tokenize.TokenError):
        return "a bracket or a string is not closed"
    if isinstance(e, RecursionError | MemoryError):
        return "it is nested too deeply"
    return str(e)[:100]


def _left_open(shown: str) -> str:
    """A caret under the last bracket that is not closed; nothing if all are."""
    stack: list[int] = []
    for k, sign in enumerate(shown):
        if sign in "([{":
            stack.append(k)
        elif sign in ")]}" and stack:
            stack.pop()
    if not stack:
        return ""
    start = shown.rfind("\n", 0, stack[-1]) + 1
    column = stack[-1] - start
    return f"\n{pointed(shown[start:].split(chr(10), 1)[0], column, column + 1)}"


def _not_grammar(shown: str, e: SyntaxError, columns: Columns | None) -> ParseError:
    lines = shown.split("\n")
    row = min(max((e.lineno or 1), 1), len(lines))
    line = lines[row - 1]
    column = max((e.offset or 1) - 1, 0)
    if columns is not None:
        known = columns[row - 1]
        column = known[min(column, len(known) - 1)]
    message = "invalid syntax" if not e.msg else str(e.msg).split(". Perhaps")[0][:100]
    start = min(column, len(line))
    return ParseError(f"the text cannot be read: {message}\n{pointed(line, start, start + 1)}")


# -- places ------------------------------------------------------------------------------------


def _characters(line: str, offset: int) -> int:
    """The column in characters of an offset in UTF-8 bytes."""
    return len(line.encode()[:offset].decode(errors="ignore"))


def _move(body: list[ast.stmt], given: list[str], shown: list[str], columns: Columns) -> None:
    """Give every node its place in the text that is shown."""

    def moved(row: int, offset: int) -> int:
        known = columns[row - 1]
        column = known[min(_characters(given[row - 1], offset), len(known) - 1)]
        return len(shown[row - 1][:column].encode())

    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.expr | ast.stmt | ast.keyword):
                node.col_offset = moved(node.lineno, node.col_offset)
                if node.end_lineno is not None and node.end_col_offset is not None:
                    node.end_col_offset = moved(node.end_lineno, node.end_col_offset)


# -- the whitelist -----------------------------------------------------------------------------

ALLOWED = (
    *(ast.Assign, ast.Expr, ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.Slice),
    *(ast.Call, ast.keyword, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp),
    *(ast.Tuple, ast.List, ast.ListComp, ast.GeneratorExp, ast.comprehension),
    *(ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context),
)
HINTS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lambda: ("lambda", "write the formula itself"),
    ast.NamedExpr: (":=", "assign on a line of its own: z = ..."),
    ast.JoinedStr: ("an f-string", "there is no text in a formula"),
    ast.FormattedValue: ("an f-string", "there is no text in a formula"),
    ast.Dict: ("a dictionary", "expected arrays and numbers"),
    ast.Set: ("a set", "expected arrays and numbers"),
    ast.Starred: ("*", "write the arguments one by one"),
    ast.AugAssign: ("+= and the like", "a name keeps its value; write z2 = z + ..."),
    ast.AnnAssign: ("a type", "write z = ... without it"),
    ast.FunctionDef: ("def", "write the formula itself"),
    ast.Import: ("import", "names of NumPy are known, with or without np."),
    ast.ImportFrom: ("import", "names of NumPy are known, with or without np."),
    ast.For: ("a loop", "write an index and sum[i](...), or sum(... for k in range(3))"),
    ast.While: ("a loop", "write an index and sum[i](...), or sum(... for k in range(3))"),
    ast.If: ("if", "write where(condition, a, b)"),
}


def _allow(source: Source) -> None:
    """Refuse every statement and expression that no notation has."""
    for statement in source.body:
        for node in ast.walk(statement):
            _allow_node(source, node, statement)


def _allow_node(source: Source, node: ast.AST, statement: ast.stmt) -> None:
    place = node if hasattr(node, "lineno") else statement
    if not isinstance(node, ALLOWED):
        kind = type(node).__name__
        what, hint = HINTS.get(type(node), (kind, "expected formulas and assignments z = ..."))
        raise source.error(place, f"{what} is not supported; {hint}")
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", None)
    if isinstance(name, str) and name.startswith("__"):
        raise source.error(
            place, f"the name {name[:40]} is not supported; names with __ are closed"
        )
    if isinstance(node, ast.keyword) and node.arg is None:
        raise source.error(place, "** is not supported; write the arguments one by one")
    if isinstance(node, ast.comprehension) and node.is_async:
        raise source.error(statement, "async is not supported")
    if isinstance(node, ast.Constant):
        _allow_constant(source, node)


def _allow_constant(source: Source, node: ast.Constant) -> None:
    value = node.value
    if isinstance(value, bytes | complex):
        raise source.error(node, f"{type(value).__name__} is not supported; expected a real number")
    if isinstance(value, str) and len(value) > LONGEST_NAME:
        raise source.error(node, f"a string of {len(value)} characters; expected a short one")
    if isinstance(value, float):
        mantissa = source.text_of(node).lower().partition("e")[0]
        lost = value == 0 and any(c in "123456789" for c in mantissa)
        if value == float("inf") or lost:
            raise source.error(node, "the number is too large or too small; expected 1e-300..1e300")


def nearest(name: str, known: Iterable[str], count: int = 3) -> str:
    """ "; did you mean a or b?" with the nearest known names; nothing if none is near."""
    near = get_close_matches(name, list(known), count, cutoff=0.6)
    return f"; did you mean {' or '.join(near)}?" if near else ""
