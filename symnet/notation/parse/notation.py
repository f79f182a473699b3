"""Which notation a text is in: index notation or NumPy notation.

y[n] = ...   s[i] <- ...   sum[i](...)   x[n]*W[n,i]   x^2   [i < j]*x      index notation
anything else; loops, @, .T, np., slices where nothing of the above stands  NumPy notation
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Container, Iterator
from itertools import pairwise

from symnet.notation.errors import ParseError
from symnet.notation.parse.index_heads import HEADS

INDEX, NUMPY = "index", "numpy"
OPERATORS = frozenset({"=", "*", "+", "-", "/", "**", "", "\n"})
RELATED = frozenset({"<", "<=", "==", "!=", ">", ">=", "="})


def notation_of(text: str, known: Container[str], asked: str | None = None) -> str:
    """ "index" or "numpy"; `known` are the names of tensors and extents."""
    if asked not in (None, INDEX, NUMPY):
        raise ParseError(f"notation={str(asked)[:40]!r}: expected 'index' or 'numpy'")
    if asked is not None:
        return asked
    signs = list(_signs(text))
    words = set(signs)
    if words & {"^", "<-"} or _has_left_entry(signs) or _has_head(signs, known):
        return INDEX
    if words & {"for", "@", "np", "numpy", "None"}:
        return NUMPY
    return INDEX if _has_letter(signs, known) or _has_bracket(signs) else NUMPY


def _signs(text: str) -> Iterator[str]:
    """The words and signs of a text, as far as they can be told apart."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (tokenize.NEWLINE, tokenize.NL):
                yield "\n"
            elif token.type not in (tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT):
                yield token.string
    except (tokenize.TokenError, SyntaxError):
        return


def _has_left_entry(signs: list[str]) -> bool:
    """A line that starts with x[...] = or x[...] <-."""
    for k, sign in enumerate(signs):
        starts = k == 0 or signs[k - 1] in ("\n", ";")
        if starts and sign.isidentifier() and signs[k + 1 : k + 2] == ["["]:
            end = _closing(signs, k + 1)
            if signs[end : end + 1] == ["="] or signs[end : end + 2] == ["<", "-"]:
                return True
    return False


def _has_head(signs: list[str], known: Container[str]) -> bool:
    """sum[i](...)."""
    for k, sign in enumerate(signs):
        if sign in HEADS and sign not in known and signs[k + 1 : k + 2] == ["["]:
            end = _closing(signs, k + 1)
            if signs[end : end + 1] == ["("]:
                return True
    return False


def _has_letter(signs: list[str], known: Container[str]) -> bool:
    """x[n], where n is the name of nothing, and no slice."""
    own = {a for a, b in pairwise(signs) if b == "="}
    for k, sign in enumerate(signs[:-1]):
        if signs[k + 1] != "[" or not sign.isidentifier():
            continue
        inner = signs[k + 2 : _closing(signs, k + 1) - 1]
        if ":" in inner or "." in inner or "(" in inner:
            continue
        if any(w.isidentifier() and w not in known and w not in own for w in inner):
            return True
    return False


def _has_bracket(signs: list[str]) -> bool:
    """[x > 0] as a factor or a term."""
    for k, sign in enumerate(signs):
        before = signs[k - 1] if k else ""
        if sign == "[" and before in OPERATORS:
            end = _closing(signs, k)
            after = signs[end : end + 1]
            inner = signs[k + 1 : end - 1]
            if RELATED & set(inner) and "," not in inner and after != ["["]:
                return True
    return False


def _closing(signs: list[str], k: int) -> int:
    """The position behind the bracket that closes the one at k."""
    depth = 0
    for j in range(k, len(signs)):
        depth += (signs[j] in ("[", "(", "{")) - (signs[j] in ("]", ")", "}"))
        if depth == 0:
            return j + 1
    return len(signs)
