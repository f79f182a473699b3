"""Reads the text of a graph back and evaluates it, one index value after another.

It knows the text and the extents of the tensors, and shares no code with the printer: what it
computes from the printed text must be what the graph computes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
import sympy

from symnet.notation import Graph, size_of
from symnet.render.formulas.formula import rows
from symnet.render.formulas.tree import Factors, Reduction, Tree
from symnet.render.text import right_side
from symnet.verify.numbers import FLOAT64

SIGN = re.compile(r"\s*(<=|>=|!=|<-|\d+(?:\.\d+)?(?:e-?\d+)?|\w+|\S)")
RELATIONS = {
    **{"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__},
    **{"=": float.__eq__, "!=": float.__ne__},
}
REDUCTIONS = {"sum", "mean", "prod", "max", "argmax"}
HEADS = {"inv", "det", "logdet"}  # of the whole matrix over two letters
Node = tuple[Any, ...]


class OutOfRange(Exception):
    """An entry was read where the tensor has none."""


class Reader:
    """Recursive descent over the signs of one formula.

    `extents` gives, for each reduction in the order of the text, how far its letters run: a letter
    that stands alone in no slot says so nowhere in the text.
    """

    def __init__(self, text: str, extents: Iterable[list[int]] = ()) -> None:
        self.extents = iter(extents)
        self.signs = SIGN.findall(text)
        self.at = 0

    def peek(self, ahead: int = 0) -> str:
        return self.signs[self.at + ahead] if self.at + ahead < len(self.signs) else ""

    def take(self, expected: str = "") -> str:
        sign = self.peek()
        assert not expected or sign == expected, (
            f"expected {expected}, found {self.signs[self.at :]}"
        )
        self.at += 1
        return sign

    def many(self, rule: Any, close: str) -> list[Any]:
        out = [] if self.peek() == close else [rule()]
        while self.peek() == ",":
            self.take()
            out.append(rule())
        self.take(close)
        return out

    def sum(self) -> Node:
        negative = self.peek() == "-" and bool(self.take())
        terms = [(negative, self.product())]
        while self.peek() in ("+", "-"):
            terms.append((self.take() == "-", self.product()))
        return ("sum of", terms)

    def product(self) -> Node:
        factors = [(False, self.power())]
        while self.peek() in ("*", "/"):
            factors.append((self.take() == "/", self.power()))
        return ("product of", factors)

    def power(self) -> Node:
        base = self.atom()
        if self.peek() != "^":
            return base
        self.take()
        if self.peek() != "(":
            return ("power", base, int(self.take()), 1)
        self.take()
        p, _, q = int(self.take()), self.take("/"), int(self.take())
        self.take(")")
        return ("power", base, p, q)

    def atom(self) -> Node:
        sign = self.take()
        if sign == "(":
            inner = self.sum()
            self.take(")")
            return inner
        if sign == "[":
            return ("bracket", self.relations("]"))
        if sign[0].isdigit():
            return ("number", float(sign))
        if sign in REDUCTIONS | HEADS and self.peek() == "[":
            self.take()
            return self.reduction(sign)
        if sign == "where":
            self.take("(")
            condition = self.condition()
            return ("where", condition, *self.many(self.sum, ")"))
        if self.peek() == "(":
            self.take()
            return ("call", sign, self.many(self.sum, ")"))
        if self.peek() == "[":
            self.take()
            return ("entry", sign, self.many(self.sum, "]"))
        return ("word", sign)

    def condition(self) -> Node:
        first = self.sum()
        if self.peek() == ",":
            self.take()
            return first
        return ("bracket", self.relations(",", first))

    def relations(self, close: str, first: Node | None = None) -> list[Any]:
        out: list[Any] = [first or self.sum()]
        while self.peek() != close:
            out += [self.take(), self.sum()]
        self.take(close)
        return out

    def letter(self) -> str:
        """A bound letter; its range is written where no slot says it, and known here anyway."""
        found = self.take()
        if self.peek() == "<":
            self.take()
            self.sum()
        return found

    def reduction(self, kind: str) -> Node:
        letters, conditions, sizes = [self.letter()], [], next(self.extents)
        while self.peek() == ",":
            self.take()
            letters.append(self.letter())
        while self.peek() in (":", ","):
            self.take()
            chain: list[Any] = [self.sum()]
            while self.peek() in RELATIONS:
                chain += [self.take(), self.sum()]
            conditions.append(("bracket", chain))
        self.take("]")
        self.take("(")
        body = self.sum()
        self.take(")")
        bound = dict(zip(letters, sizes, strict=True))
        if kind not in HEADS:
            return ("reduction", kind, bound, conditions, body)
        at = []
        if kind == "inv":
            self.take("[")
            at = self.many(self.sum, "]")
        return ("head", kind, bound, at, body)


class Printed:
    """The formulas of a printed graph, evaluated on arrays; `value("y", (0, 1))`."""

    def __init__(self, text: str, graph: Graph, arrays: Mapping[str, Any], sizes: Any) -> None:
        self.shapes = {t.name: tuple(size_of(e, sizes) for e in t.shape) for t in graph.tensors}
        self.words = {str(s): float(n) for s, n in sizes.items()}
        self.words |= {"pi": math.pi, "inf": math.inf}
        self.arrays = arrays
        self.known: dict[Any, float] = {}
        self.rows: dict[str, list[tuple[list[Node], Node]]] = {}
        for line, row in zip(text.splitlines(), rows(graph), strict=True):
            if " <- " in line:
                continue
            lefts, right = _sides(line)
            formula = Reader(right, _extents(right_side(row), sizes)).sum()
            for left in lefts:
                node = Reader(left).atom()
                slots = node[2] if node[0] == "entry" else []
                self.rows.setdefault(node[1], []).append((slots, formula))

    def array(self, name: str) -> np.ndarray:
        shape = self.shapes[name]
        out = np.zeros(shape)
        for at in product(*map(range, shape)):
            out[at] = self.value(name, at)
        return out

    def value(self, name: str, at: tuple[int, ...]) -> float:
        if (name, at) not in self.known:
            self.known[name, at] = self._value(name, at)
        return self.known[name, at]

    def _value(self, name: str, at: tuple[int, ...]) -> float:
        inside = all(0 <= v < n for v, n in zip(at, self.shapes[name], strict=True))
        if name in self.arrays:
            if not inside:
                raise OutOfRange(name, at)
            return float(np.asarray(self.arrays[name])[at])
        for slots, right in self.rows.get(name, []):
            if (letters := self._matches(slots, at, self.shapes[name])) is not None:
                return self.evaluate(right, letters)
        raise OutOfRange(name, at)

    def _matches(
        self, slots: list[Node], at: tuple[int, ...], shape: tuple[int, ...]
    ) -> dict[str, float] | None:
        """The letters' values, where the left side of a row stands for this entry."""
        letters: dict[str, float] = {}
        for slot, v, n in zip(slots, at, shape, strict=True):
            inner = slot[1][0][1][1][0][1] if len(slot[1]) == 1 and not slot[1][0][0] else None
            if inner and inner[0] == "word" and inner[1] not in self.words:
                if not 0 <= v < n:
                    return None
                letters[inner[1]] = float(v)
            elif self.evaluate(slot, {}) != v:
                return None
        return letters

    def evaluate(self, node: Node, letters: Mapping[str, float]) -> float:
        kind = node[0]
        if kind == "number":
            return float(node[1])
        if kind == "word":
            if node[1] in letters:
                return letters[node[1]]
            if node[1] in self.words:
                return self.words[node[1]]
            return self.value(node[1], ())
        if kind == "sum of":
            return sum((-1) ** neg * self.evaluate(n, letters) for neg, n in node[1])
        if kind == "product of":
            return self._product(node[1], letters)
        if kind == "power":
            return FLOAT64.power(self.evaluate(node[1], letters), node[2], node[3])
        if kind == "entry":
            slots = tuple(self.evaluate(s, letters) for s in node[2])
            assert all(s == int(s) for s in slots)
            return self.value(node[1], tuple(map(int, slots)))
        if kind == "bracket":
            return float(self._holds(node[1], letters))
        if kind == "where":
            chosen = node[2] if self.evaluate(node[1], letters) else node[3]
            return self.evaluate(chosen, letters)
        if kind == "call":
            return self._call(node[1], [self.evaluate(a, letters) for a in node[2]])
        if kind == "head":
            return self._head(node, letters)
        assert kind == "reduction"
        return self._reduce(node, letters)

    def _head(self, node: Node, letters: Mapping[str, float]) -> float:
        """The entry `at` of an inverse, or a determinant, of the matrix over two letters."""
        _, kind, bound, at, body = node
        (p, rows), (q, columns) = bound.items()
        assert not set(bound) & set(letters), "a letter is shadowed"
        matrix = np.zeros((rows, columns))
        for r, c in np.ndindex(matrix.shape):
            matrix[r, c] = self.evaluate(body, {**letters, p: float(r), q: float(c)})
        if kind == "inv":
            r, c = (int(self.evaluate(s, letters)) for s in at)
            return float(np.linalg.inv(matrix)[r, c])
        return float(np.linalg.det(matrix) if kind == "det" else np.linalg.slogdet(matrix)[1])

    def _product(self, factors: list[Any], letters: Mapping[str, float]) -> float:
        """A bracket that is 0 settles it, and so does a cotangent beyond the end."""
        for _, node in factors:
            try:
                if node[0] == "bracket" and not self._holds(node[1], letters):
                    return 0.0
            except OutOfRange:  # then another factor is 0, or it is raised below
                continue
        out, outside = 1.0, None
        for below, node in factors:
            try:
                v = self.evaluate(node, letters)
            except OutOfRange as error:
                outside = error
                continue
            out *= FLOAT64.power(v, -1, 1) if below else v
        if outside and out != 0:
            raise outside
        return out

    def _holds(self, chain: list[Any], letters: Mapping[str, float]) -> bool:
        values = [self.evaluate(s, letters) for s in chain[::2]]
        signs = chain[1::2]
        return all(RELATIONS[r](a, b) for a, r, b in zip(values, signs, values[1:], strict=False))

    def _call(self, name: str, arguments: list[float]) -> float:
        if name == "sqrt":
            return math.sqrt(arguments[0])
        return FLOAT64.functions["absolute" if name == "abs" else name](*arguments)

    def _reduce(self, node: Node, letters: Mapping[str, float]) -> float:
        _, kind, bound, conditions, body = node
        ranges = map(range, bound.values())
        found: list[tuple[float, int]] = []
        for at in product(*ranges):
            inner = {**letters, **dict(zip(bound, map(float, at), strict=True))}
            assert not set(bound) & set(letters), "a letter is shadowed"
            if all(self._holds(c[1], inner) for c in conditions):
                found.append((self.evaluate(body, inner), at[0]))
        if kind == "sum":
            return sum(v for v, _ in found)
        if kind == "mean":
            return sum(v for v, _ in found) / math.prod(bound.values())
        if kind == "prod":
            return math.prod(v for v, _ in found)
        best = max((v for v, _ in found), default=-math.inf)
        return best if kind == "max" else float(next(k for v, k in found if v == best))


def _sides(line: str) -> tuple[list[str], str]:
    """Left sides and right side; a bracket on the right may hold ` = ` too."""
    lefts = []
    while found := re.match(r"(\w+(?:\[[^\]=]*\])?) = ", line):
        lefts.append(found[1])
        line = line[found.end() :]
    return lefts, line


def _extents(tree: Tree, sizes: Any) -> Iterator[list[int]]:
    """The extents of the letters of each reduction, in the order of the text."""
    if isinstance(tree, Reduction):
        yield [size_of(letter.index.extent, sizes) for letter in tree.bound]
    children = tree.children
    if isinstance(tree, Factors):
        children = tuple(b for b, _ in sorted(tree.items, key=lambda item: item[1] < 0))
    for child in children:
        yield from _extents(child, sizes)


def integers(sizes: Mapping[str, int]) -> dict[sympy.Symbol, int]:
    """Sizes by name as the sizes of extents."""
    return {sympy.Symbol(k, integer=True, positive=True): n for k, n in sizes.items()}
