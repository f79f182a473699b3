"""Random well-formed graphs of every node kind, for tests that must hold for any graph.

    random_case(choices) -> Case(graph, wrt, sizes, seed)      choices decide everything
    cases(), independent_cases()                               the same as hypothesis strategies

On purpose: letters clash between free and bound indices, extents are small and mixed (symbols and
integers, 1 .. 3), sub-expressions are shared, and values stay tame so that differences are sharp.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import sympy
from hypothesis import strategies as st

from symnet.notation import (
    Binder,
    Definition,
    Entry,
    Graph,
    Index,
    Tensor,
    absolute,
    amax,
    amin,
    arctan,
    argmax,
    bound_indices,
    compare,
    cos,
    cosh,
    delta,
    det,
    detach,
    entries,
    erf,
    exp,
    extent,
    free_indices,
    gelu,
    gelu_tanh,
    guard,
    inverse,
    leaky_relu,
    log,
    logdet,
    logsumexp,
    maximum,
    mean,
    minimum,
    product,
    relu,
    rename,
    sigmoid,
    sign,
    silu,
    sin,
    sinh,
    softplus,
    sqrt,
    tanh,
    total,
    where,
)

Expr = Any
Arrays = dict[str, np.ndarray]
Scope = tuple[Index, ...]
LETTERS = "ijk"
SYMBOLS = ("N", "K", "T")
LARGEST = 60  # nodes of all expressions together, after which no definition is added


class Choices(Protocol):
    """Where the decisions come from: a seed, or hypothesis, which can then shrink them."""

    def integer(self, low: int, high: int) -> int: ...


class Seeded:
    """Decisions from a seed: quick, for long runs outside of hypothesis."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def integer(self, low: int, high: int) -> int:
        return self.random.randint(low, high)


class Drawn:
    """Decisions drawn by hypothesis; smaller numbers mean simpler graphs."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.draw = draw

    def integer(self, low: int, high: int) -> int:
        return int(self.draw(st.integers(low, high)))


@dataclass(frozen=True)
class Case:
    """A graph, the given tensors to differentiate with respect to, sizes, and a seed for arrays."""

    graph: Graph
    wrt: tuple[str, ...]
    sizes: dict[str, int]
    seed: int

    def __str__(self) -> str:
        sizes = ", ".join(f"{s}={n}" for s, n in self.sizes.items())
        return f"wrt {', '.join(self.wrt)}; sizes {sizes}; seed {self.seed}\n{readable(self.graph)}"

    __repr__ = __str__

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """How hypothesis shows it."""
        printer.text(str(self))


@st.composite
def cases(draw: Callable[[Any], Any], most: int = 12) -> Case:
    """Random cases of up to `most` definitions; hypothesis varies and shrinks each choice."""
    return random_case(Drawn(draw), most)


def independent_cases(most: int = 12) -> st.SearchStrategy[Case]:
    """Random cases that have nothing in common; `cases` gives many variations of a few."""
    return st.integers(0, 2**40).map(lambda number: random_case(Seeded(number), most))


def random_case(choices: Choices, most: int = 12) -> Case:
    """A graph of 1 .. most definitions, made by the decisions alone."""
    maker = Maker(choices)
    maker.given()
    count = 1 + choices.integer(0, most - 1)
    while len(maker.definitions) < count and maker.nodes < LARGEST:
        pair = len(maker.definitions) + 2 <= count
        kind = choices.integer(0, 11)
        if pair and kind >= 10:
            maker.recurrence()
        elif pair and kind == 9:
            maker.matrix()
        else:
            maker.definition()
    graph = Graph(
        *maker.definitions, inputs=maker.labels, parameters=[t for t in maker.reals if t in maker.g]
    )
    sizes = {s.name: maker.sizes[s.name] for s in graph.extents}
    return Case(graph, maker.variables(graph), sizes, choices.integer(0, 999))


# -- printing ---------------------------------------------------------------------------------


def readable(graph: Graph) -> str:
    """The graph with different letters for different indices: i, i2, i3 where it prints i, i, i."""
    lines = []
    for t in graph.given:
        words = ", ".join(sorted(t.assume))
        lines.append(f"{t.name}{list(t.shape)}" + (f" {words} below={t.below}" if words else ""))
    for d in graph.definitions:
        seen: dict[str, int] = {}
        mapping = {i: _told_apart(i, seen) for i in d.free}
        sides = [_reletter(rename(s, mapping), seen) for s in _sides(d)]
        left = Entry(d.tensor, *mapping.values())
        ranges = ", ".join(
            f"{i.letter} < {i.extent}{' sequential' if i.sequential else ''}"
            for i in mapping.values()
        )
        base = f"   base {sides[1]}" if len(sides) > 1 else ""
        lines.append(f"{left} = {sides[0]}{base}" + (f"   ({ranges})" if ranges else ""))
    return "\n".join(lines)


def _sides(d: Definition) -> list[Expr]:
    return [d.expression] if d.base is None else [d.expression, d.base]


def _told_apart(i: Index, seen: dict[str, int]) -> Index:
    seen[i.letter] = seen.get(i.letter, 0) + 1
    number = seen[i.letter]
    return Index(i.letter if number == 1 else f"{i.letter}{number}", i.extent, i.sequential)


def _reletter(e: Expr, seen: dict[str, int]) -> Expr:
    if not e.args:
        return e
    if isinstance(e, Binder):
        new = {b: _told_apart(b, seen) for b in e.bound}
        return e.func(_reletter(rename(e.body, new), seen), *new.values())
    return e.func(*(_reletter(a, seen) for a in e.args))


# -- making -----------------------------------------------------------------------------------


def squash(e: Expr) -> Expr:
    """Into [-1/2, 1/2], smoothly, and rational."""
    return e / (1 + e**2)


SMOOTH: list[Callable[[Expr], Expr]] = [
    tanh,
    sin,
    cos,
    sigmoid,
    softplus,
    arctan,
    erf,
    silu,
    gelu,
    gelu_tanh,
    lambda e: exp(tanh(e)),
    lambda e: sinh(tanh(e)),
    lambda e: cosh(tanh(e)),
    lambda e: log(sympy.Rational(3, 2) + sin(e)),
    lambda e: sqrt(1 + e**2),
    lambda e: 1 / (2 + cos(e)),
    lambda e: (1 + e**2) ** sympy.Rational(-3, 2),
    lambda e: (tanh(e) + 2) ** sympy.Rational(1, 3),
    lambda e: tanh(e) ** 3,
    lambda e: e**2,
    squash,
]
KINKED: list[Callable[[Expr], Expr]] = [
    relu,
    absolute,
    sign,
    lambda e: leaky_relu(e, sympy.Rational(1, 10)),
    lambda e: sqrt(e**2),
]


class Maker:
    """Grows a graph, definition by definition."""

    def __init__(self, choices: Choices) -> None:
        self.choose = choices
        self.sizes = {s: choices.integer(1, 3) for s in SYMBOLS}
        self.extents = [*map(extent, SYMBOLS), extent(2), extent(3)]
        self.reals: list[Tensor] = []
        self.labels: list[Tensor] = []
        self.definitions: list[Definition] = []
        self.nodes = 0
        self.g: list[Tensor] = []
        self.carried: list[Callable[[Scope, int], Expr]] = []  # what a recurrence may read

    # decisions

    def pick(self, options: Sequence[Any]) -> Any:
        return options[self.choose.integer(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        return self.choose.integer(1, 100) > 100 - percent

    def size(self, e: Expr) -> int:
        return int(e) if e.is_Integer else self.sizes[str(e)]

    def index(self, over: Expr, sequential: int = 30) -> Index:
        """A new index; over T, so often of a hundred, one that may carry a recurrence."""
        carries = sequential > 0 and str(over) == "T" and self.chance(sequential)
        return Index(self.pick(LETTERS), over, carries)

    def axes(self, most: int, entries_most: int = 12, sequential: int = 30) -> Scope:
        made: list[Index] = []
        count = 1
        for _ in range(self.choose.integer(0, most)):
            over = self.pick(self.extents)
            if count * self.size(over) <= entries_most:
                count *= self.size(over)
                made.append(self.index(over, sequential))
        return tuple(made)

    # tensors

    def given(self) -> None:
        """One to three real tensors, perhaps one with an assumption, perhaps labels."""
        for k in range(1 + self.choose.integer(0, 2)):
            self._give(Tensor("xyz"[k], *self.axes(3)))
        if self.chance(30):
            word = self.pick(["positive", "mask", "one_hot", "simplex"])
            axes = self.axes(2) or (self.index(self.pick(self.extents)),)
            self._give(Tensor("q", *axes, assume=word))
        if self.chance(40):
            axes = self.axes(1)
            below = self.pick(self.extents)
            self.labels.append(Tensor("c", *axes, assume="integer", below=below))

    def _give(self, t: Tensor) -> None:
        self.reals.append(t)
        self.g.append(t)

    def variables(self, graph: Graph) -> tuple[str, ...]:
        """One or two of the given real tensors; those that the graph reads, if there are any."""
        read = {e.tensor.name for d in graph.definitions for s in _sides(d) for e in entries(s)}
        free = [t for t in self.g if t.name != "q"]
        options = [t for t in free if t.name in read] or free
        first = self.pick(options)
        other = self.pick(options)
        return (first.name,) if other is first or self.chance(50) else (first.name, other.name)

    def definition(self) -> None:
        """One more definition; most of its free indices occur on the right."""
        axes = self.axes(3)
        t = Tensor(f"d{len(self.definitions)}", *axes)
        body = self.expression(axes, self.pick([1, 2, 1, 0, 2, 1]))
        if self.chance(30):
            body = self.pick(SMOOTH)(body)
        self._define(t, body, None)

    def _define(self, t: Tensor, body: Expr, base: Expr | None) -> None:
        self.definitions.append(Definition(t.at(), body, base))
        self.nodes += sum(1 for _ in sympy.preorder_traversal(body))
        self.reals.append(t)

    def matrix(self) -> None:
        """A matrix far from singular, 2 on its diagonal, and an inverse or a determinant of it."""
        side = self.pick(self.extents)
        rows, columns = self.index(side, 0), self.index(side, 0)
        axes = [*self.axes(1, 3, sequential=0), rows]
        axes.insert(self.choose.integer(0, len(axes)), columns)
        t = Tensor(f"d{len(self.definitions)}", *axes)
        body = tanh(self.expression(tuple(axes), self.pick([1, 0, 2]))) / 2
        self._define(t, 2 * delta(rows, columns) + body, None)
        batch = [i for i in axes if i is not rows and i is not columns]
        of, over = t.at(), (rows, columns)
        name = f"d{len(self.definitions)}"
        kind = self.choose.integer(0, 3)
        if kind < 2:
            head = (det, logdet)[kind](of, over)
            self._define(Tensor(name, *batch), head, None)
            return
        i, j = self.index(side, 0), self.index(side, 0)
        at = self.pick([(i, j), (i, j), (j, i), (i, i), (i, side - 1), (0, i)])
        free = [x for x in (i, j) if x in at]
        for x in free:
            batch.insert(self.choose.integer(0, len(batch)), x)
        self._define(Tensor(name, *batch), inverse(of, over, at), None)

    def recurrence(self) -> None:
        """One definition that reads itself at t-s, or two that read each other; or at t+s."""
        over = extent("T")
        backward, two = self.chance(25), self.chance(50)
        made = []
        for k in range(1 + two):
            t = Index(self.pick(LETTERS), over, sequential=True)
            others = self.axes(1, 4, sequential=0)
            axes = (*others, t) if self.chance(30) else (t, *others)
            made.append((Tensor(f"d{len(self.definitions) + k}", *axes), axes, t))
        bodies, bases = [], []
        based = [not backward and self.chance(70) for _ in made]
        for own, (_, axes, t) in enumerate(made):
            self.carried = [
                self._carried(other, others.index(clock), based[at], t, backward)
                for at, (other, others, clock) in enumerate(made)
            ]
            if own == 1:
                self.carried.append(self._at_once(*made[0], t))
            bodies.append(self._reading_carried(axes))
            self.carried = []
            rest = tuple(i for i in axes if i is not t)
            base = self.pick([0, 1, self.expression(rest, 1)]) if based[own] else None
            bases.append(base)
        for (tensor, _, _), body, base in zip(made, bodies, bases, strict=True):
            self._define(tensor, body, base)

    def _at_once(
        self, tensor: Tensor, axes: Scope, clock: Index, t: Index
    ) -> Callable[[Scope, int], Expr]:
        """What the second of two may read of the first: at the same t."""
        axis = axes.index(clock)
        return lambda scope, depth: self.read(tensor, scope, depth, {axis: t})

    def _reading_carried(self, axes: Scope) -> Expr:
        """A tame body which certainly reads what is carried."""
        body = self.pick(self.carried)(axes, 1) * self.expression(axes, 1)
        body += self.expression(axes, self.pick([1, 0, 2]))
        return self.pick([tanh, sin, sigmoid])(body)

    def _carried(
        self, tensor: Tensor, axis: int, based: bool, t: Index, backward: bool
    ) -> Callable[[Scope, int], Expr]:
        def read(scope: Scope, depth: int) -> Expr:
            shift = 2 if self.chance(20) else 1
            slot = t + shift if backward else t - shift
            if backward:
                mask = compare("<", slot, t.extent)
            else:
                mask = 1 if based and self.chance(80) else compare("<=", shift, t)
            return mask * self.read(tensor, scope, depth, {axis: slot})

        return read

    # expressions

    def expression(self, scope: Scope, depth: int) -> Expr:
        """A random expression whose free indices are in scope."""
        if depth <= 0 or self.chance(15):
            return self.leaf(scope, depth)
        rule = self.pick(self.RULES)
        return rule(self, scope, depth - 1)

    def leaf(self, scope: Scope, depth: int) -> Expr:
        if self.carried and self.chance(50):
            return self.pick(self.carried)(scope, depth)
        if self.chance(85):
            return self.read(self.pick(self.reals), scope, depth, {})
        return self.number(scope)

    def number(self, scope: Scope) -> Expr:
        kind = self.choose.integer(0, 3)
        if kind == 1 and scope:
            return (self.pick(scope) + 1) / sympy.Integer(2)
        if kind == 2:
            return 1 / self.pick(self.extents)
        if kind == 3 and self.labels:
            c = self.pick(self.labels)
            return Entry(c, *self._plain_slots(c, scope)) / sympy.Integer(2)
        return sympy.Rational(self.pick([1, -1, 2, 3, -2]), self.pick([1, 2, 3]))

    def read(self, t: Tensor, scope: Scope, depth: int, fixed: dict[int, Expr]) -> Expr:
        """An entry of the tensor; indices that find no slot in scope are summed."""
        slots: list[Expr] = []
        guards: list[Expr] = []
        bound: list[Index] = []
        for axis, own in enumerate(t.indices):
            if axis in fixed:
                slots.append(fixed[axis])
                continue
            slot = self._slot(own.extent, (*scope, *bound), guards, bound, depth)
            slots.append(slot)
        entry = sympy.Mul(*guards, Entry(t, *slots))
        return total(entry, over=bound) if bound else entry

    def _slot(
        self, over: Expr, scope: Scope, guards: list[Expr], bound: list[Index], depth: int
    ) -> Expr:
        matching = [i for i in scope if i.extent == over]
        if matching and self.chance(65):
            return self.pick(matching)
        kind = self.choose.integer(0, 7)
        if kind == 1 and matching:
            return over - 1 - self.pick(matching)
        if kind == 2:
            return self.pick([sympy.Integer(0), over - 1])
        if kind == 3 and scope:
            return self._mapped(over, scope, guards)
        fitting = [c for c in self.labels if c.below == over]
        if kind == 4 and fitting:
            c = self.pick(fitting)
            return Entry(c, *self._plain_slots(c, scope))
        if kind == 5 and depth > 0:
            m = self.index(over)
            return argmax(self.expression((*scope, m), depth - 1), over=m)
        if kind in (6, 7) and matching:
            return self.pick(matching)
        if len(bound) < 2:
            bound.append(self.index(over))
            return bound[-1]
        return sympy.Integer(0)

    def _mapped(self, over: Expr, scope: Scope, guards: list[Expr]) -> Expr:
        """A shift, a stride or a padded window a*u + b*p + c, inside a guard."""
        slot = self.pick([1, 1, 2, -1]) * self.pick(scope) + self.pick([0, 1, -1, -2])
        if self.chance(50):
            slot += self.pick([1, -1]) * self.pick(scope)
        if self.chance(20):
            slot += over
        if not free_indices(slot):
            return sympy.Integer(0)
        guards.append(guard(0, slot, over))
        return slot

    def _plain_slots(self, t: Tensor, scope: Scope) -> list[Expr]:
        out: list[Expr] = []
        for own in t.indices:
            matching = [i for i in scope if i.extent == own.extent]
            out.append(self.pick(matching) if matching else sympy.Integer(0))
        return out

    # rules: each makes one node kind over smaller expressions

    def _sum(self, scope: Scope, depth: int) -> Expr:
        out = self.expression(scope, depth) * self.number(())
        for _ in range(1 + self.choose.integer(0, 1)):
            out += self.expression(scope, depth)
        return out

    def _product(self, scope: Scope, depth: int) -> Expr:
        return self.expression(scope, depth) * self.expression(scope, depth)

    def _quotient(self, scope: Scope, depth: int) -> Expr:
        return self.expression(scope, depth) / (1 + self.expression(scope, depth) ** 2)

    def _smooth(self, scope: Scope, depth: int) -> Expr:
        return self.pick(SMOOTH)(self.expression(scope, depth))

    def _kinked(self, scope: Scope, depth: int) -> Expr:
        return self.pick(KINKED)(self.expression(scope, depth))

    def _two(self, scope: Scope, depth: int) -> Expr:
        return self.pick([maximum, minimum])(
            self.expression(scope, depth), self.expression(scope, depth)
        )

    def _cases(self, scope: Scope, depth: int) -> Expr:
        a, b = self.expression(scope, depth), self.expression(scope, depth)
        return where(self._condition(scope, depth), a, b)

    def _condition(self, scope: Scope, depth: int) -> Expr:
        relation = self.pick(["<", "<=", ">", ">="])
        if scope and self.chance(60):
            relation = self.pick([relation, "==", "!="])
            return compare(relation, self.pick(scope), self.pick([*scope, sympy.Integer(1)]))
        return compare(relation, self.expression(scope, depth - 1), self.number(()))

    def _masked(self, scope: Scope, depth: int) -> Expr:
        return self._condition(scope, 0) * self.expression(scope, depth)

    def _delta(self, scope: Scope, depth: int) -> Expr:
        if not scope:
            return self.expression(scope, depth)
        i = self.pick(scope)
        same = [j for j in scope if j is not i and j.extent == i.extent]
        fitting = [c for c in self.labels if c.below == i.extent]
        if fitting and self.chance(50):
            c = self.pick(fitting)
            other: Expr = Entry(c, *self._plain_slots(c, scope))
        else:
            other = self.pick(same) if same else self.pick([sympy.Integer(0), i.extent - 1])
        return delta(i, other) * self.expression(scope, depth)

    def _detached(self, scope: Scope, depth: int) -> Expr:
        e = self.expression(scope, depth)
        return detach(e) * self.expression(scope, depth - 1) + e

    def _shared(self, scope: Scope, depth: int) -> Expr:
        e = self._contraction(scope, min(depth, 1))
        return e + tanh(e) * self.expression(scope, 0)

    def _contraction(self, scope: Scope, depth: int) -> Expr:
        new = self._new_bound(2)
        inner = (*scope, *new)
        return total(self.expression(inner, depth) * self.expression(inner, depth), over=new)

    def _reduction(self, scope: Scope, depth: int) -> Expr:
        new = self._new_bound(2)
        body = self.expression((*scope, *new), depth)
        kind = self.choose.integer(0, 5)
        if kind == 0:
            return total(body, over=new)
        if kind == 1:
            return mean(body, over=new)
        if kind == 2:
            return product(1 + tanh(body), over=new)
        if kind == 3:
            return amax(body, over=new)
        if kind == 4:
            return amin(body, over=new)
        return logsumexp(tanh(body), over=new)

    def _average(self, scope: Scope, depth: int) -> Expr:
        """A softmax average: sum e^a b / sum e^a."""
        new = self._new_bound(1)
        inner = (*scope, *new)
        weight = exp(tanh(self.expression(inner, depth)))
        value = self.expression(inner, depth)
        return total(weight * value, over=new) / total(weight, over=new)

    def _plain_product(self, scope: Scope, depth: int) -> Expr:
        """A product over an index whose factors may be 0 or negative."""
        new = self._new_bound(1)
        return product(self.expression((*scope, *new), depth), over=new)

    def _new_bound(self, most: int) -> tuple[Index, ...]:
        count = 1 + (most > 1 and self.chance(25))
        return tuple(self.index(self.pick(self.extents)) for _ in range(count))

    RULES = (
        *(_sum, _product, _contraction, _smooth, _reduction),
        *(_contraction, _product, _smooth, _sum, _reduction),
        *(_quotient, _kinked, _two, _cases, _masked, _delta, _detached, _shared, _average),
        _plain_product,
    )


def is_composed(graph: Graph) -> bool:
    """Whether an extent is rounded (floor, ceiling), or a bound of integers a sum: not read yet."""
    extents = [e for t in graph.tensors for e in t.shape]
    extents += [i.extent for d in graph.definitions for i in bound_indices(d.expression)]
    bounds = [t.below for t in graph.tensors if t.below is not None]
    return any(e.has(sympy.floor, sympy.ceiling) for e in extents) or any(
        not (b.is_Symbol or b.is_Integer) for b in bounds
    )
