"""Reads formulas in matrix form back and evaluates them with NumPy.

It knows the text, the shapes of the tensors by name and which vectors lie in a row, and shares no
code with the printer. A vector is an array of shape (n, 1) or (1, n); of every value it is known
whether it has rows and columns at all, so that an extent of 1 hides no mistake.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from symnet.verify.numbers import FLOAT64

TOKEN = re.compile(
    r"\^\{-1\}|\^\{-T\}|\^T(?!\w)|\.\^|\|\|_F|\|\||<=|>=|!=|\d+(?:\.\d+)?(?:e-?\d+)?|\w+|\S"
)
RELATIONS = {
    **{"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal},
    **{"=": np.equal, "!=": np.not_equal},
}
WRITTEN = {"sum", "prod", "max", "argmax"}
UNKNOWN = -1
SCALAR = (None, None)
Node = tuple[Any, ...]
Shape = tuple[int | None, int | None]


class OutOfRange(Exception):
    """A slice was read where the tensor has none."""


class Parser:
    """Recursive descent: sums, then * and /, then products by juxtaposition, then powers."""

    def __init__(self, text: str) -> None:
        found = list(TOKEN.finditer(text))
        self.tokens = [m.group() for m in found]
        self.glued = [k > 0 and found[k - 1].end() == m.start() for k, m in enumerate(found)]
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def is_glued(self) -> bool:
        return self.at < len(self.tokens) and self.glued[self.at]

    def take(self, expected: str = "") -> str:
        token = self.peek()
        assert token and (not expected or token == expected), (expected, self.tokens[self.at :])
        self.at += 1
        return token

    def sum(self) -> Node:
        negative = self.peek() == "-" and bool(self.take())
        terms = [(negative, self.entrywise())]
        while self.peek() in ("+", "-"):
            terms.append((self.take() == "-", self.entrywise()))
        return ("sum", terms) if len(terms) > 1 or negative else terms[0][1]

    def entrywise(self) -> Node:
        factors = [(False, self.product())]
        while self.peek() in ("*", "/"):
            factors.append((self.take() == "/", self.product()))
        return ("entrywise", factors) if len(factors) > 1 else factors[0][1]

    def product(self) -> Node:
        factors = [self.power()]
        while self.starts():
            factors.append(self.power())
        if len(factors) == 1:
            return factors[0]
        return ("product", [("ones",) if f == ("number", 1.0) else f for f in factors])

    def starts(self) -> bool:
        token = self.peek()
        if token in ("||", "[", "("):
            return not self.is_glued()
        return bool(re.match(r"\w", token))

    def power(self) -> Node:
        node = self.atom()
        while True:
            token = self.peek()
            if token == "^T":
                self.take()
                node = ("turned", ("ones",) if node == ("number", 1.0) else node)
            elif token in ("^{-1}", "^{-T}"):
                self.take()
                node = ("inverse", node, token == "^{-T}")
            elif token in (".^", "^"):
                self.take()
                node = ("power", node, *self.exponent(), token == ".^")
            else:
                return node

    def exponent(self) -> tuple[int, int]:
        if self.peek() != "(":
            return int(self.take()), 1
        self.take()
        p = int(self.take())
        q = int(self.take()) if self.peek() == "/" and self.take() else 1
        self.take(")")
        return p, q

    def atom(self) -> Node:
        token = self.take()
        if token == "(":
            node = self.sum()
            self.take(")")
            return node
        if token == "[":
            node = ("bracket", self.relations())
            self.take("]")
            return node
        if token == "||":
            node = self.sum()
            assert self.is_glued()
            return ("norm", node, self.take() == "||_F")
        if token[0].isdigit():
            return ("number", float(token))
        assert re.match(r"\w", token), token
        if self.peek() == "[" and self.is_glued():
            self.take()
            return self.written(token) if token in WRITTEN else self.slice(token)
        if self.peek() == "(" and self.is_glued():
            self.take()
            return self.call(token)
        return ("name", token)

    def relations(self) -> list[Any]:
        out: list[Any] = [self.sum()]
        while self.peek() in RELATIONS:
            out += [self.take(), self.sum()]
        return out

    def slice(self, name: str) -> Node:
        slots: list[Node | None] = []
        while not slots or self.peek() == ",":
            if slots:
                self.take(",")
            slots.append(None if self.peek() == ":" and self.take() else self.sum())
        self.take("]")
        return ("slice", name, slots)

    def written(self, kind: str) -> Node:
        letters: dict[str, Node | None] = {}
        conditions = []
        while not letters or self.peek() == ",":
            if letters:
                self.take(",")
            letter = self.take()
            letters[letter] = self.sum() if self.peek() == "<" and self.take() else None
        if self.peek() == ":":
            while self.peek() in (":", ","):
                self.take()
                conditions.append(("bracket", self.relations()))
        self.take("]")
        self.take("(")
        body = self.sum()
        self.take(")")
        return ("written", kind, letters, conditions, body)

    def call(self, name: str) -> Node:
        arguments: list[Node] = []
        while not arguments or self.peek() == ",":
            if arguments:
                self.take(",")
            found = self.relations()
            arguments.append(found[0] if len(found) == 1 else ("bracket", found))
        self.take(")")
        return ("call", name, arguments)


def turned(shape: Shape) -> Shape:
    return shape[1], shape[0]


def met(a: int | None, b: int | None) -> int | None:
    """One extent that both may be; UNKNOWN is any extent but not none."""
    if a == UNKNOWN and b is not None:
        return b
    if b == UNKNOWN and a is not None:
        return a
    assert a == b, f"extents {a} and {b} do not fit"
    return a


def together(*shapes: Shape) -> Shape:
    """The shape of entrywise operands; scalars are repeated."""
    out: Shape = SCALAR
    for s in shapes:
        if s == SCALAR:
            continue
        out = s if out == SCALAR else (met(out[0], s[0]), met(out[1], s[1]))
    return out


class Page:
    """A printed page: its rows, and the values of all tensors to read from."""

    def __init__(
        self, text: str, values: Mapping[str, Any], words: Mapping[str, float], rows: Any
    ) -> None:
        self.values = {name: np.asarray(v, dtype=float) for name, v in values.items()}
        self.words = {**words, "pi": math.pi, "inf": math.inf}
        self.lying = set(rows)
        self.lines: list[tuple[list[Node], Node]] = []
        self.skipped: list[str] = []
        for line in text.splitlines():
            if "  # in index form: " in line:
                self.skipped.append(line)
            elif " <- " not in line:
                line = line.split("  # ")[0]
                line = re.sub(r", for every [\w, ]+$", "", line)
                *lefts, right = self.sides(line)
                self.lines.append(([Parser(left).power() for left in lefts], Parser(right).sum()))

    def sides(self, line: str) -> list[str]:
        out = []
        while found := re.match(r"(\w+(?:\[[^\]=]*\])?) = ", line):
            out.append(found[1])
            line = line[found.end() :]
        return [*out, line]

    # -- rows -----------------------------------------------------------------------------------

    def check(self, name: str) -> int:
        """Every row about this tensor holds; the number of rows."""
        count = 0
        for lefts, right in self.lines:
            for left in lefts:
                if left[1] == name:
                    self.check_row(left, right)
                    count += 1
        return count

    def check_row(self, left: Node, right: Node) -> None:
        """The right side at all letters that the left side leaves open."""
        array = self.values[left[1]]
        slots = left[2] if left[0] == "slice" else []
        slots = [*slots, *([None] * (array.ndim - len(slots)))]
        letters = [s[1] for s in slots if s and s[0] == "name" and s[1] not in self.words]
        ranges = [
            range(n)
            for s, n in zip(slots, array.shape, strict=True)
            if s and s[0] == "name" and s[1] not in self.words
        ]
        for at in itertools.product(*ranges):
            known = dict(zip(letters, map(float, at), strict=True))
            places = [None if s is None else self.integer(s, known) for s in slots]
            if not all(p is None or 0 <= p < n for p, n in zip(places, array.shape, strict=True)):
                self.right_side(left, right, known)  # a value before the start: it has one
                continue
            expected = array[tuple(slice(None) if p is None else p for p in places)]
            found = self.right_side(left, right, known)
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=str(left))

    def right_side(self, left: Node, right: Node, known: Mapping[str, float]) -> np.ndarray:
        shape = self.shape(left, known)
        made = self.value(right, shape, known)
        sizes = tuple(n for n in shape if n is not None)
        return np.broadcast_to(made, [n or 1 for n in shape]).reshape(sizes)

    def integer(self, node: Node, known: Mapping[str, float]) -> int:
        found = self.value(node, SCALAR, known).item()
        assert found == int(found)
        return int(found)

    # -- shapes ---------------------------------------------------------------------------------

    def shape(self, node: Node, known: Mapping[str, float]) -> Shape:
        def of(n: Node) -> Shape:
            return self.shape(n, known)

        kind = node[0]
        if kind in ("number", "norm"):
            return SCALAR
        if kind == "ones":
            return UNKNOWN, None
        if kind == "name":
            if node[1] in known or node[1] in self.words:
                return SCALAR
            if node[1] in self.values:
                return self.lies(node[1], self.values[node[1]].shape)
            assert node[1] in ("I", "Id", "Id_"), f"{node[1]} is no tensor"
            return UNKNOWN, UNKNOWN
        if kind == "slice":
            array = self.values[node[1]]
            slots = [*node[2], *([None] * (array.ndim - len(node[2])))]
            left = [n for s, n in zip(slots, array.shape, strict=True) if s is None]
            return self.lies(node[1] if array.ndim == 1 else "", tuple(left))
        if kind in ("turned", "inverse"):
            return turned(of(node[1])) if kind == "turned" else of(node[1])
        if kind == "power":
            return of(node[1])
        if kind == "sum":
            return together(*(of(n) for _, n in node[1]))
        if kind == "entrywise":
            return together(*(of(n) for _, n in node[1]))
        if kind == "product":
            parts = [s for f in node[1] if (s := of(f)) != SCALAR]
            return (parts[0][0], parts[-1][1]) if parts else SCALAR
        if kind == "bracket":
            return together(*(of(n) for n in node[1][::2]))
        if kind == "written":
            inner = {**known, **{letter: 0.0 for letter in node[2]}}
            return self.shape(node[4], inner)
        assert kind == "call"
        return self.call_shape(node[1], [of(a) for a in node[2]])

    def lies(self, name: str, sizes: tuple[int, ...]) -> Shape:
        if len(sizes) == 1:
            return (None, sizes[0]) if name in self.lying else (sizes[0], None)
        assert len(sizes) in (0, 2), f"{name}: {len(sizes)} axes stand for rows and columns"
        return (sizes[0], sizes[1]) if sizes else SCALAR

    def call_shape(self, name: str, shapes: list[Shape]) -> Shape:
        first = shapes[0]
        if name in ("tr", "det", "logdet", "max", "prod", "argmax"):
            return SCALAR
        if name == "diag":
            size = first[0] if first[0] is not None else first[1]
            is_matrix = None not in first
            assert first != SCALAR
            return (met(first[0], first[1]), None) if is_matrix else (size, size)
        if name == "onehot":
            assert first[1] is None and first[0] is not None
            return first[0], UNKNOWN
        if name.startswith("row"):
            assert None not in first
            return first[0], None
        return first if name in ("tril", "triu") else together(*shapes)

    # -- values ---------------------------------------------------------------------------------

    def value(self, node: Node, want: Shape, known: Mapping[str, float]) -> np.ndarray:
        """An array with an axis of rows and one of columns, of length 1 where there are none."""
        own = self.shape(node, known)
        shape = own if own == SCALAR else together(own, want)
        made = self.raw(node, shape, known)
        assert all(m in (1, s) for m, s in zip(made.shape, shape, strict=True)), (node, shape)
        return made

    def raw(self, node: Node, shape: Shape, known: Mapping[str, float]) -> np.ndarray:
        kind = node[0]
        if kind == "number":
            return np.array([[node[1]]])
        if kind == "ones":
            return np.ones((self.size(shape[0]), 1))
        if kind == "name":
            return self.name(node[1], shape, known)
        if kind == "slice":
            return self.read(node, known)
        if kind == "turned":
            return self.value(node[1], turned(shape), known).T
        if kind == "inverse":
            made = np.linalg.inv(self.value(node[1], shape, known))
            return made.T if node[2] else made
        if kind == "power":
            _, base, p, q, entrywise = node
            assert entrywise or self.shape(base, known) == SCALAR, "a power of a matrix"
            return _powers(self.value(base, shape, known), p, q)
        if kind == "sum":
            parts = [(neg, self.value(n, shape, known)) for neg, n in node[1]]
            return sum((-v if neg else v for neg, v in parts), np.zeros((1, 1)))
        if kind == "entrywise":
            return self.entrywise(node[1], shape, known)
        if kind == "product":
            return self.product(node[1], shape, known)
        if kind == "bracket":
            return self.bracket(node, shape, known)
        if kind == "norm":
            inner = self.shape(node[1], known)
            assert UNKNOWN not in inner and node[2] == (None not in inner)
            return np.array([[math.sqrt(np.sum(self.value(node[1], inner, known) ** 2))]])
        if kind == "written":
            return self.written(node, shape, known)
        return self.call(node[1], node[2], shape, known)

    def size(self, n: int | None) -> int:
        assert n is not None and n != UNKNOWN, "the size of 1 or I is not determined"
        return n

    def name(self, name: str, shape: Shape, known: Mapping[str, float]) -> np.ndarray:
        if name in known:
            return np.array([[known[name]]])
        if name in self.words:
            return np.array([[self.words[name]]])
        if name in self.values:
            return self.values[name].reshape([n or 1 for n in shape])
        return np.eye(self.size(met(shape[0], shape[1])))

    def read(self, node: Node, known: Mapping[str, float]) -> np.ndarray:
        _, name, slots = node
        array = self.values[name]
        slots = [*slots, *([None] * (array.ndim - len(slots)))]
        places = [None if s is None else self.integer(s, known) for s in slots]
        shape = [n or 1 for n in self.shape(node, known)]
        if all(p is None or 0 <= p < n for p, n in zip(places, array.shape, strict=True)):
            found = array[tuple(slice(None) if p is None else p for p in places)]
            return found.reshape(shape)
        return self.outside(name, places).reshape(shape)

    def outside(self, name: str, places: list[int | None]) -> np.ndarray:
        """A value before the start or beyond the end: a row says it, perhaps entry by entry."""
        for lefts, right in self.lines:
            for left in lefts:
                if left[1] == name and (found := self.matches(left, places)) is not None:
                    letters, kept = found
                    return np.asarray(self.right_side(left, right, letters)[kept])
        if None not in places:
            raise OutOfRange(name, places)
        axis = places.index(None)
        every = range(self.values[name].shape[axis])
        return np.stack(
            [self.outside(name, [*places[:axis], k, *places[axis + 1 :]]) for k in every]
        )

    def matches(self, left: Node, places: list[int | None]) -> Any:
        """The letters of a left side outside of the range, and what of it is read."""
        slots = left[2] if left[0] == "slice" else []
        slots = [*slots, *([None] * (len(places) - len(slots)))]
        letters: dict[str, float] = {}
        kept: list[Any] = []
        outside = False
        for s, p, n in zip(slots, places, self.values[left[1]].shape, strict=True):
            if s is None:
                if p is not None and not 0 <= p < n:
                    return None
                kept.append(slice(None) if p is None else p)
            elif p is None:
                return None
            elif s[0] == "name" and s[1] not in self.words:
                letters[s[1]] = float(p)
            elif self.integer(s, {}) != p:
                return None
            else:
                outside = outside or not 0 <= p < n
        return (letters, tuple(kept)) if outside else None

    def entrywise(
        self, factors: list[tuple[bool, Node]], shape: Shape, known: Mapping[str, float]
    ) -> np.ndarray:
        """A bracket, and what is one-hot or a triangle, settles it where it is 0."""
        out, settled, outside = np.ones((1, 1)), np.zeros((1, 1), dtype=bool), None
        for below, node in factors:
            try:
                v = self.value(node, shape, known)
            except OutOfRange as error:
                outside = error
                continue
            if node[0] == "bracket" or (node[0] == "call" and node[1] == "onehot"):
                settled = settled | (v == 0)
            out = out / v if below else out * v
        out = np.where(settled, 0.0, out)
        if outside and np.any(out != 0):
            raise outside
        return out

    def product(self, factors: list[Node], shape: Shape, known: Mapping[str, float]) -> np.ndarray:
        shapes = [self.shape(f, known) for f in factors]
        scalars = [f for f, s in zip(factors, shapes, strict=True) if s == SCALAR]
        scale, outside = 1.0, None
        for f in sorted(scalars, key=lambda f: f[0] != "bracket"):
            try:
                scale *= self.value(f, SCALAR, known).item()
            except OutOfRange as error:
                outside = error
            if scale == 0 and f[0] == "bracket":
                return np.zeros((1, 1))
        chain = [(f, s) for f, s in zip(factors, shapes, strict=True) if s != SCALAR]
        if not chain:
            if outside and scale != 0:
                raise outside
            return np.array([[scale]])
        if (rows := self.rows_that_count(chain[0][0], shape, known)) is not None and chain[1:]:
            rest = self.product([f for f in factors if f is not chain[0][0]], shape, known)
            return np.where(rows, rest, 0.0)
        links = [shape[0], *(met(a[1][1], b[1][0]) for a, b in itertools.pairwise(chain)), shape[1]]
        out: np.ndarray | None = None
        for (f, _), r, c in zip(chain, links, links[1:], strict=False):
            try:
                v = np.broadcast_to(self.value(f, (r, c), known), (r or 1, c or 1))
            except OutOfRange as error:
                outside = error
                continue
            out = v if out is None else np.zeros((1, 1)) if outside else out @ v
        assert out is not None or outside
        if outside:
            if scale != 0 and (out is None or np.any(out != 0)):
                raise outside
            return np.zeros((1, 1))
        return scale * out

    def rows_that_count(
        self, node: Node, shape: Shape, known: Mapping[str, float]
    ) -> np.ndarray | None:
        """diag([j < l]) settles the rows where it is 0; None for another factor."""
        if node[:2] != ("call", "diag") or node[2][0][0] != "bracket":
            return None
        return self.value(node[2][0], (shape[0], None), known) != 0

    def bracket(self, node: Node, shape: Shape, known: Mapping[str, float]) -> np.ndarray:
        sides = [self.value(n, shape, known) for n in node[1][::2]]
        holds = np.ones((1, 1), dtype=bool)
        for sign, a, b in zip(node[1][1::2], sides, sides[1:], strict=False):
            holds = holds & RELATIONS[sign](a, b)
        return holds.astype(float)

    def written(self, node: Node, shape: Shape, known: Mapping[str, float]) -> np.ndarray:
        _, kind, letters, conditions, body = node
        found: list[tuple[np.ndarray, int]] = []
        for at in itertools.product(*(range(self.extent(x, n, node)) for x, n in letters.items())):
            assert not set(letters) & set(known), "a letter is shadowed"
            inner = {**known, **dict(zip(letters, map(float, at), strict=True))}
            if all(self.bracket(c, SCALAR, inner).item() for c in conditions):
                found.append((self.value(body, shape, inner), at[0]))
        values = [v for v, _ in found]
        if kind == "sum":
            return sum(values, np.zeros((1, 1)))
        if kind == "prod":
            return math.prod(values, start=np.ones((1, 1)))
        best = np.full((1, 1), -math.inf)
        for v in values:
            best = np.maximum(best, v)
        if kind == "max":
            return best
        first = np.full(best.shape, -1.0)
        for v, k in reversed(found):
            first = np.where(v == best, float(k), first)
        return first

    def extent(self, letter: str, said: Node | None, node: Any) -> int:
        """How far a letter runs: as it says, or along the axes where it stands alone."""
        if said is not None:
            return self.integer(said, {})
        found = set(self.axes_of(letter, node))
        assert len(found) == 1, f"{letter} runs over {found}"
        return found.pop()

    def axes_of(self, letter: str, node: Any) -> Any:
        if isinstance(node, tuple) and node[:1] == ("slice",):
            for slot, n in zip(node[2], self.values[node[1]].shape, strict=False):
                if slot == ("name", letter):
                    yield n
        if isinstance(node, list | tuple):
            for part in node:
                yield from self.axes_of(letter, part)

    def call(
        self, name: str, arguments: list[Node], shape: Shape, known: Mapping[str, float]
    ) -> np.ndarray:
        if name == "where":
            condition = self.value(arguments[0], shape, known)
            a, b = (  # only the branch that is chosen counts
                self.value(n, shape, known) if np.any(chosen) else np.zeros((1, 1))
                for n, chosen in zip(arguments[1:], (condition != 0, condition == 0), strict=True)
            )
            return np.where(condition != 0, a, b)
        if name in ("tril", "triu"):
            body = np.broadcast_to(
                self.value(arguments[0], shape, known), (self.size(shape[0]), self.size(shape[1]))
            )
            offset = self.integer(arguments[1], known) if len(arguments) > 1 else 0
            return np.asarray(getattr(np, name)(body, offset))
        if name == "onehot":
            places = self.value(arguments[0], (shape[0], None), known)
            return (places == np.arange(self.size(shape[1]))[None]).astype(float)
        own = [self.shape(a, known) for a in arguments]
        if name in ("tr", "det", "logdet", "diag", "max", "prod", "argmax") or name[:3] == "row":
            assert UNKNOWN not in own[0], f"the size of the argument of {name} is not determined"
            sizes = [n or 1 for n in own[0]]
            return self.whole(name, np.broadcast_to(self.value(arguments[0], own[0], known), sizes),
                              own[0])  # fmt: skip
        values = [self.value(a, shape if s != SCALAR else SCALAR, known)
                  for a, s in zip(arguments, own, strict=True)]  # fmt: skip
        if name == "sqrt":
            return _powers(values[0], 1, 2)
        if name == "floor":  # of an extent
            return np.floor(values[0])
        scalar = FLOAT64.functions["absolute" if name == "abs" else name]
        broadcast = np.broadcast_arrays(*values)
        out = np.empty(broadcast[0].shape)
        for at in np.ndindex(out.shape):
            out[at] = scalar(*(float(v[at]) for v in broadcast))
        return out

    def whole(self, name: str, a: np.ndarray, shape: Shape) -> np.ndarray:
        if name == "diag":
            if None in shape:
                return np.diag(a.ravel())
            return np.diagonal(a)[:, None]
        if name == "tr":
            return np.array([[np.trace(a)]])
        if name == "det":
            return np.array([[np.linalg.det(a)]])
        if name == "logdet":
            return np.array([[np.linalg.slogdet(a)[1]]])
        if name.startswith("row"):
            rule = {"max": np.max, "prod": np.prod, "argmax": np.argmax}[name[3:]]
            return rule(a, axis=1)[:, None].astype(float)
        assert None in shape, f"{name} of a matrix"
        rule = {"max": np.max, "prod": np.prod, "argmax": np.argmax}[name]
        return np.array([[float(rule(a))]])


def _powers(base: np.ndarray, p: int, q: int) -> np.ndarray:
    out = np.empty(base.shape)
    for at in np.ndindex(out.shape):
        out[at] = FLOAT64.power(float(base[at]), p, q)
    return out
