"""The value of a tree in NumPy notation at one sample point.

    *(a, b) => a*b      @ => matmul      attribute T => transpose      compare => 1 or 0

The whitelist of functions.py is all that is called. NoRule says that a node is for the project's
own reader; NumPy's own errors say that shapes do not fit.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symnet.verify.slips.functions import CONSTANTS, FUNCTIONS, RELATIONS
from symnet.verify.slips.node import Node

LARGEST_NUMBER = 10**6
LONGEST_LOOP = 12


class NoRule(Exception):
    """A head or a name that the walker does not know."""


def _power(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int) and (b < 0 or b > 8):
        return float(a) ** float(b)
    return a**b


def _array(a: Any) -> Any:
    return np.asarray(a, dtype=float) if isinstance(a, list) else a


OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    **{"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv},
    **{"@": operator.matmul, "**": _power, "//": operator.floordiv, "%": operator.mod},
    "&": lambda a, b: np.asarray((np.asarray(a) != 0) & (np.asarray(b) != 0), dtype=float),
    "|": lambda a, b: np.asarray((np.asarray(a) != 0) | (np.asarray(b) != 0), dtype=float),
}
Cache = dict[Node, Any]


class Arrays:
    """Walks trees at one point; `cache` holds the value of every node met."""

    def __init__(self, values: Mapping[str, Any], otherwise: Callable[[Node], Any]) -> None:
        self.values = values
        self.otherwise = otherwise
        self.cache: Cache = {}

    def value(self, node: Node) -> Any:
        """An array, or a number, tuple, slice ... where one is asked for."""
        found = self.cache.get(node)
        if found is None:
            try:
                found = self._value(node)
            except NoRule:
                found = self.otherwise(node)
            self.cache[node] = found
        return found

    def _value(self, node: Node) -> Any:
        head, parts = node.head, node.parts
        if head in OPERATIONS:
            return OPERATIONS[head](_array(self.value(parts[0])), _array(self.value(parts[1])))
        match head:
            case "name":
                return self._name(node)
            case "number":
                large = isinstance(node.word, int) and abs(node.word) > LARGEST_NUMBER
                return float(node.word) if large else node.word
            case "call":
                return self._call(node)
            case "method":
                return self._call(node)
            case "attribute":
                return self._attribute(node)
            case "neg":
                return -_array(self.value(parts[0]))
            case "entry":
                return self._entry(node)
            case "compare":
                return self._compare(node)
            case "~" | "not":
                return np.asarray(np.asarray(self.value(parts[0])) == 0, dtype=float)
            case "tuple":
                return tuple(self.value(p) for p in parts)
            case "list":
                return [self.value(p) for p in parts]
            case "each":
                return self._each(node)
            case "flag" | "text":
                return node.word
            case "none":
                return None
            case "ellipsis":
                return Ellipsis
            case "slice":
                given = iter(parts)
                return slice(*(self.value(next(given)) if has else None for has in node.word))
        raise NoRule(head)

    def _name(self, node: Node) -> Any:
        if node.parts:
            return self.value(node.parts[0])
        if node.word in self.values:
            return self.values[node.word]
        if node.word in CONSTANTS:
            return CONSTANTS[node.word]
        raise NoRule(node.word)

    def _each(self, node: Node) -> list[Any]:
        """The body at every value of its letter."""
        body, over = node.parts
        values = list(self.value(over))
        if len(values) > LONGEST_LOOP:
            raise NoRule("a long loop")
        return [Arrays({**self.values, node.word: v}, self.otherwise).value(body) for v in values]

    def _attribute(self, node: Node) -> Any:
        x = np.asarray(self.value(node.parts[0]))
        match node.word:
            case "T":
                return x.T
            case "shape":
                return x.shape
            case "size":
                return x.size
            case "ndim":
                return x.ndim
        raise NoRule(node.word)

    def _entry(self, node: Node) -> Any:
        x = self.value(node.parts[0])
        at = tuple(_place(self.value(p)) for p in node.parts[1:])
        if isinstance(x, tuple | list) and len(at) == 1:
            return x[at[0]]
        return np.asarray(x)[at]

    def _compare(self, node: Node) -> Any:
        sides = [np.asarray(self.value(p)) for p in node.parts]
        out: Any = 1.0
        for sign, a, b in zip(node.word, sides, sides[1:], strict=False):
            out = out * RELATIONS[sign](a, b)
        return out

    def _call(self, node: Node) -> Any:
        word = node.word
        function = FUNCTIONS.get(word.name)
        if function is None or (word.name == "softmax" and "special" in word.spelled):
            raise NoRule(word.name)
        if word.name == "len" and node.parts:
            return np.shape(self.value(node.parts[0]))[0]
        plain = len(node.parts) - len(word.keywords)
        given = [self.value(p) for p in node.parts]
        named = dict(zip(word.keywords, given[plain:], strict=True))
        given = given[:plain]
        if node.head == "method" and word.name in ("reshape", "transpose") and len(given) > 2:
            given = [given[0], tuple(given[1:])]
        of_python = word.spelled == "sum" and not named
        if of_python and given and isinstance(given[0], list):
            return sum(given[0][1:], given[0][0])
        return function(*given, **named)


def _place(slot: Any) -> Any:
    """A slot of NumPy's indexing: integer tensors may be stored as floats."""
    if isinstance(slot, np.ndarray | np.floating):
        return np.rint(slot).astype(int)
    if isinstance(slot, list):
        return [int(v) for v in slot]
    return slot
