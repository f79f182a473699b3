"""Index notation in Python's grammar, and its lines.

    x^2 => x**2      [i = j] => [i == j]      sum[i=0..N-1] => sum[i==0:N-1]
    h[n,-1,k] = c[n,-1,k] = 0  =>  two lines;      s[i] <- s_new[i]  =>  an update

Columns are kept, so that errors point into the text as it was written.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from symnet.notation.parse.source import LONGEST_NAME, Columns, Source, read_source

RELATED = "=<>!:+-*/"  # an = beside one of these is part of another sign


@dataclass(frozen=True)
class Left:
    """name[slots] on the left of a line."""

    name: str
    slots: tuple[ast.expr, ...]
    node: ast.expr


@dataclass(frozen=True)
class Line:
    """left = right, or an update left <- right; an anonymous last formula has no left."""

    left: Left | None
    right: ast.expr
    is_update: bool = False


def read_index_source(text: str) -> Source:
    """The statements of a text in index notation."""
    return read_source(text, translated)


def translated(text: str) -> tuple[str, Columns]:
    """The text in Python's grammar, and where each column of it comes from."""
    opened: list[str] = []  # for each open bracket: "[", "(", or "call"
    lines, columns = [], []
    for line in text.split("\n"):
        made, places = _translated_line(line, opened)
        lines.append(made)
        columns.append(places)
    return "\n".join(lines), columns


def _translated_line(line: str, opened: list[str]) -> tuple[str, list[int]]:
    out: list[str] = []
    places: list[int] = []

    def put(text: str, at: int) -> None:
        out.append(text)
        places.extend([at] * len(text))

    k = 0
    while k < len(line):
        c = line[k]
        if c == "#":
            break
        if c in "[({":
            opened.append(_kind(line, k))
        elif c in "])}" and opened:
            opened.pop()
        inside = opened[-1] if opened else ""
        if c == "^":
            put("**", k)
        elif c == "=" and inside in ("[", "(") and _is_alone(line, k):
            put("==", k)
        elif line[k : k + 2] == ".." and inside == "[":
            put(":", k)
            k += 1
        else:
            put(c, k)
        k += 1
    return "".join(out), [*places, k]


def _kind(line: str, k: int) -> str:
    """What a bracket opens: the arguments of a call, in which = names an argument, or a part."""
    if line[k] != "(":
        return line[k]
    before = line[max(0, k - LONGEST_NAME - 1) : k].rstrip()
    word = re.search(r"[A-Za-z_]\w*\Z", before)
    return "call" if word and word[0] != "where" else "("


def _is_alone(line: str, k: int) -> bool:
    return (k == 0 or line[k - 1] not in RELATED) and line[k + 1 : k + 2] != "="


def lines_of(source: Source) -> list[Line]:
    """The lines of the text, one for each left side."""
    out: list[Line] = []
    for k, s in enumerate(source.body):
        if isinstance(s, ast.Assign):
            out.extend(Line(_left(source, t), s.value) for t in s.targets)
        elif isinstance(s, ast.Expr):
            update = _update(source, s.value)
            if update is None and k < len(source.body) - 1:
                raise source.error(
                    s, "a formula before the last line has no name; write y[...] = ... or remove it"
                )
            out.append(update or Line(None, s.value))
        else:
            raise source.error(s, "expected a definition such as y[n] = sum[i](x[n,i]*w[i])")
    return out


def _left(source: Source, node: ast.expr) -> Left:
    if isinstance(node, ast.Name):
        return Left(node.id, (), node)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return Left(node.value.id, slots_of(node), node)
    raise source.error(node, "expected a name with indices on the left, as in y[n,k] = ...")


def _update(source: Source, node: ast.expr) -> Line | None:
    """state[i] <- value[i], which Python reads as state[i] < -value[i]."""
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Lt):
        return None
    right = node.comparators[0]
    if len(node.ops) > 1 or not isinstance(right, ast.UnaryOp) or node.lineno != right.lineno:
        return None
    line = source.shown.split("\n")[node.lineno - 1].encode()
    between = line[node.left.end_col_offset : right.col_offset + 1]
    if between.replace(b" ", b"") not in (b"<-", b")<-") or b"< " in between:
        return None
    return Line(_left(source, node.left), right.operand, is_update=True)


def slots_of(node: ast.Subscript) -> tuple[ast.expr, ...]:
    """The slots of x[n, 2*u+p-1]."""
    inner = node.slice
    return tuple(inner.elts) if isinstance(inner, ast.Tuple) else (inner,)
