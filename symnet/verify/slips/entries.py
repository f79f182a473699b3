"""The value of a tree in index notation at one sample point.

    x[n,2*u+p-1]  =>  an array with an axis for each letter n, u, p;   sum[p](..)  =>  sum over it

Letter number p of the text is axis -(p+1) of every array, of extent 1 where the letter does not
occur, so that products are NumPy's broadcasting. What is read out of range is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from symnet.verify.slips.arrays import OPERATIONS, Cache, NoRule
from symnet.verify.slips.functions import CONSTANTS, RELATIONS, SCALAR
from symnet.verify.slips.node import Node, Over
from symnet.verify.slips.setting import Array


class Scope(dict[str, int]):
    """The letters in scope with their extents, and the values of nodes there."""

    def __init__(self, extents: Mapping[str, int]) -> None:
        super().__init__(extents)
        self.cache: Cache = {}


REDUCTIONS: dict[str, Callable[..., Any]] = {
    **{"sum": np.sum, "mean": np.mean, "prod": np.prod, "max": np.max, "min": np.min},
}
MOST_ROUNDS = 20
EMPTY = {"prod": 1.0, "max": -np.inf, "min": np.inf}


class Letters:
    """The axis of each letter, the same at all points; new letters come in front."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def axis(self, letter: str) -> int:
        return -1 - self.places.setdefault(letter, len(self.places))


class Entries:
    """Walks trees at one point. `extents` are those of letters that the claim leaves free."""

    def __init__(
        self,
        values: Mapping[str, Any],
        letters: Letters,
        extents: Mapping[str, int],
        otherwise: Callable[[Node], Any],
    ) -> None:
        self.values = values
        self.letters = letters
        self.extents = dict(extents)
        self.otherwise = otherwise
        self.scopes: dict[tuple[tuple[str, int], ...], Scope] = {}
        self.free = self.scope(self.extents)
        self.lines: dict[Node, Array] = {}
        self.found: dict[Node, dict[str, int]] = {}

    def value(self, node: Node) -> Any:
        """The value where the claim's own letters are in scope."""
        return self.at(node, self.free)

    def scope(self, extents: Mapping[str, int]) -> Scope:
        """The one scope with these letters."""
        return self.scopes.setdefault(tuple(extents.items()), Scope(extents))

    def at(self, node: Node, scope: Scope) -> Any:
        found = scope.cache.get(node)
        if found is None:
            found = scope.cache[node] = self._value(node, scope)
        return found

    def _value(self, node: Node, scope: Scope) -> Any:
        head, parts = node.head, node.parts
        if head in OPERATIONS and head not in ("@", "//", "%"):
            a, b = self.at(parts[0], scope), self.at(parts[1], scope)
            if head == "**":
                b = float(b) if isinstance(b, int) and b < 0 else b
            return OPERATIONS[head](a, b)
        match head:
            case "name":
                return self._name(node, scope)
            case "number":
                return float(node.word)
            case "neg":
                return -self.at(parts[0], scope)
            case "entry":
                return self._entry(node, scope)
            case "reduce":
                return self._reduction(node, scope)
            case "call":
                return self._call(node, scope)
            case "compare":
                return self._compare(node, scope)
            case "list" if len(parts) == 1:
                return self.at(parts[0], scope)
            case "not" | "~":
                return np.asarray(self.at(parts[0], scope) == 0, dtype=float)
        raise NoRule(head)

    def _name(self, node: Node, scope: Scope) -> Any:
        name = node.word
        if name in scope:
            axis = self.letters.axis(name)
            shape = [1] * -axis
            shape[axis] = scope[name]
            return np.arange(scope[name], dtype=float).reshape(shape)
        if node.parts:
            found = self._defined(node.parts[0])
            if np.ndim(found):
                raise NoRule(f"{name} without slots")
            return found
        if name in self.values:
            found = self.values[name]
            if np.ndim(found):
                raise NoRule(f"{name} without slots")
            return found
        if name in CONSTANTS:
            return CONSTANTS[name]
        raise NoRule(name)

    def _defined(self, definition: Node) -> Array:
        """What a line of the text defines, with its axes in the order of its left side."""
        found = self.lines.get(definition)
        if found is None:
            found = self.lines[definition] = self._line(definition)
        return found

    def _line(self, definition: Node) -> Array:
        if definition.head == "recurrence":
            return self._recurrent(definition)
        if definition.head != "definition":
            raise NoRule(definition.head)
        found = self.extents_in(definition.parts[0])
        letters: tuple[str, ...] = definition.word
        scope = self.scope({x: found.get(x, self.extents.get(x, 0)) for x in letters})
        return self.ordered(self.at(definition.parts[0], scope), letters, scope)

    def _recurrent(self, definition: Node) -> Array:
        """h[t] = f(h[t-1]): the fixed point, from 0, after as many rounds as it has steps."""
        name, letters = definition.word
        body = definition.parts[0]
        found = self.extents_in(body)
        scope = {x: found.get(x, self.extents.get(x, 0)) for x in letters}
        current = np.zeros(tuple(scope.values()))
        for _ in range(MOST_ROUNDS):
            inside = Entries({**self.values, name: current}, self.letters, scope, self.otherwise)
            new = self.ordered(inside.value(body), letters, scope)
            if np.array_equal(new, current):
                return current
            current = new
        raise NoRule("a recurrence that does not end")

    def ordered(self, value: Any, letters: Iterable[str], scope: Mapping[str, int]) -> Array:
        """The array with an axis for each of these letters, and no others."""
        letters = tuple(letters)
        axes = [self.letters.axis(x) for x in letters]
        full = max([-a for a in axes], default=0)
        array = np.asarray(value, dtype=float)
        array = array.reshape((1,) * (full - array.ndim) + array.shape)
        rest = [k - array.ndim for k in range(array.ndim) if k - array.ndim not in axes]
        moved = array.transpose([*rest, *axes]) if array.ndim else array
        inner = moved.shape[len(rest) :]
        return np.broadcast_to(moved.reshape(inner), tuple(scope[x] for x in letters))

    def _entry(self, node: Node, scope: Scope) -> Any:
        base, *slots = node.parts
        if base.head == "reduce":
            return self._inverse(base, slots, scope)
        if base.head != "name":
            raise NoRule(base.head)
        if base.parts:
            x = self._defined(base.parts[0])
        elif base.word in self.values:
            x = np.asarray(self.values[base.word], dtype=float)
        else:
            raise NoRule(base.word)
        if x.ndim != len(slots):
            raise ValueError("another number of slots")
        names = [s.word for s in slots if s.head == "name" and s.word in scope]
        if len(names) == len(slots) == len(set(names)):
            if all(scope[s] == n for s, n in zip(names, x.shape, strict=True)):
                return self._spread(x, names)
            if not any(scope[s] in (n + 1, n + 2) for s, n in zip(names, x.shape, strict=True)):
                raise ValueError("another extent")
        return self._gathered(x, [self.at(s, scope) for s in slots])

    def _spread(self, x: Array, names: list[str]) -> Array:
        axes = [self.letters.axis(s) for s in names]
        shape = [1] * max((-a for a in axes), default=0)
        for a, n in zip(axes, x.shape, strict=True):
            shape[a] = n
        order = sorted(range(len(axes)), key=lambda k: axes[k])
        return x.transpose(order).reshape(shape)

    def _gathered(self, x: Array, slots: list[Any]) -> Any:
        inside: Any = True
        at = []
        for slot, size in zip(slots, x.shape, strict=True):
            place = np.rint(slot).astype(int)
            within = (place >= 0) & (place < size)
            inside = inside & within
            at.append(np.clip(place, 0, size - 1))
        return np.where(inside, x[tuple(at)], 0.0)

    def _reduction(self, node: Node, scope: Scope) -> Any:
        word: Over = node.word
        if word.name in ("softmax", "log_softmax"):
            return self._pointwise(node, scope)
        inner = self._inner(node, scope)
        axes = [self.letters.axis(x) for x in word.letters]
        body = self.at(node.parts[0], inner)
        condition: Any = None
        for part in node.parts[1 : 1 + word.conditions]:
            holds = self.at(part, inner)
            condition = holds if condition is None else condition * holds
        full = self._full(body, word.letters, inner)
        if word.name == "logsumexp":
            e = np.exp(full) if condition is None else np.exp(full) * condition
            return np.log(np.sum(e, axis=tuple(axes), keepdims=True))
        if word.name in ("det", "logdet"):
            return self._determinant(full, axes, word.name)
        if word.name in ("argmax", "argmin") and len(axes) == 1 and condition is None:
            pick = np.argmax if word.name == "argmax" else np.argmin
            return pick(full, axis=axes[0], keepdims=True).astype(float)
        if word.name not in REDUCTIONS:
            raise NoRule(word.name)
        if condition is not None and word.name in ("sum", "mean"):
            total = np.sum(full * condition, axis=tuple(axes), keepdims=True)
            if word.name == "sum":
                return total
            count = self._full(condition, word.letters, inner)
            return total / np.sum(count, axis=tuple(axes), keepdims=True)
        if condition is not None:
            full = np.where(condition != 0, full, EMPTY[word.name])
        return REDUCTIONS[word.name](full, axis=tuple(axes), keepdims=True)

    def _inner(self, node: Node, scope: Scope) -> Scope:
        """The scope inside of a head: extents from the reads of its letters, or its range."""
        word: Over = node.word
        inner = dict(scope)
        found = self.extents_in(node)
        stops = iter(node.parts[1 + word.conditions :])
        for letter, end in zip(word.letters, word.ends or [""] * len(word.letters), strict=True):
            if end:
                inner[letter] = int(np.asarray(self.at(next(stops), scope)).item()) + 1
            elif letter in found:
                inner[letter] = found[letter]
            elif letter not in inner:
                raise NoRule(letter)
        return self.scope(inner)

    def extents_in(self, node: Node) -> dict[str, int]:
        """The extents of letters that stand alone in a slot somewhere in the tree."""
        if not node.parts or node.head == "name":
            return {}
        found = self.found.get(node)
        if found is None:
            found = {}
            if node.head == "entry" and node.parts[0].head == "name":
                base, *slots = node.parts
                for s, size in zip(slots, self._shape(base), strict=False):
                    if s.head == "name":
                        found.setdefault(s.word, size)
            if node.head == "entry" and node.parts[0].head == "reduce":
                base, *slots = node.parts
                inner = self.extents_in(base.parts[0])
                for s, letter in zip(slots, base.word.letters, strict=False):
                    if s.head == "name" and letter in inner:
                        found.setdefault(s.word, inner[letter])
            for part in node.parts:
                for letter, size in self.extents_in(part).items():
                    found.setdefault(letter, size)
            self.found[node] = found
        return found

    def _shape(self, base: Node) -> tuple[int, ...]:
        if base.parts:
            definition = base.parts[0]
            inside = self.extents_in(definition.parts[0]) if definition.parts else {}
            word = definition.word
            letters = word[1] if definition.head == "recurrence" else word
            letters = letters if isinstance(letters, tuple) else ()
            return tuple(inside.get(x, self.extents.get(x, 0)) for x in letters)
        return np.shape(self.values.get(base.word, ()))

    def _full(self, value: Any, letters: Iterable[str], scope: Mapping[str, int]) -> Array:
        """The value with all of its extents along these letters."""
        array = np.asarray(value, dtype=float)
        for letter in letters:
            axis = self.letters.axis(letter)
            if array.ndim < -axis:
                array = array.reshape((1,) * (-axis - array.ndim) + array.shape)
            if array.shape[axis] != scope[letter]:
                shape = list(array.shape)
                shape[axis] = scope[letter]
                array = np.broadcast_to(array, shape)
        return array

    def _pointwise(self, node: Node, scope: Scope) -> Any:
        letters = node.word.letters
        full = self._full(self.at(node.parts[0], scope), letters, scope)
        axes = tuple(self.letters.axis(x) for x in letters)
        total = np.sum(np.exp(full), axis=axes, keepdims=True)
        return np.exp(full) / total if node.word.name == "softmax" else full - np.log(total)

    def _determinant(self, full: Array, axes: list[int], name: str) -> Array:
        moved = np.moveaxis(full, axes, (-2, -1))
        found = np.linalg.det(moved) if name == "det" else np.linalg.slogdet(moved)[1]
        return np.moveaxis(np.asarray(found)[..., None, None], (-2, -1), axes)

    def _inverse(self, node: Node, slots: list[Node], scope: Scope) -> Any:
        if node.word.name != "inv" or len(slots) != 2:
            raise NoRule(node.word.name)
        inner = self._inner(node, scope)
        p, q = node.word.letters
        full = self._full(self.at(node.parts[0], inner), (p, q), inner)
        axes = [self.letters.axis(p), self.letters.axis(q)]
        inverse = np.linalg.inv(np.moveaxis(full, axes, (-2, -1)))
        if inverse.size != inverse.shape[-1] * inverse.shape[-2]:
            raise NoRule("inv of many matrices")
        flat = inverse.reshape(inverse.shape[-2:])
        return self._gathered(flat, [self.at(s, scope) for s in slots])

    def _call(self, node: Node, scope: Scope) -> Any:
        name = node.word.name
        given = [self.at(p, scope) for p in node.parts]
        if name in ("delta", "kronecker"):
            return np.asarray(np.asarray(given[0]) == np.asarray(given[1]), dtype=float)
        if name in ("max", "min"):
            out = given[0]
            for other in given[1:]:
                out = np.maximum(out, other) if name == "max" else np.minimum(out, other)
            return out
        if name not in SCALAR:
            raise NoRule(name)
        return SCALAR[name](*given)

    def _compare(self, node: Node, scope: Scope) -> Any:
        sides = [np.asarray(self.at(p, scope)) for p in node.parts]
        out: Any = 1.0
        for sign, a, b in zip(node.word, sides, sides[1:], strict=False):
            out = out * RELATIONS[sign](a, b)
        return out
