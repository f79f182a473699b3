"""In which order the axes of a tensor lie in memory, so that matrix products need no copies.

    o[n,h,t,e] = sum[s](P[n,h,t,s]*v[n,h,s,e]),  a[n,t,j] = sum[h,e](o[n,h,t,e]*W[h,e,j])

In the order n,t,h,e both are matrix products as they stand: (n,t) and (h,e) each merge into one
axis, and within each n,h the axes t and e are a matrix. In the order of the definition o would be
copied before the second. The order is chosen for all tensors together that are combined entry by
entry; what is passed in and what leaves keeps its own, what a loop carries has the loop's axis
first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

from symnet.codegen.program import Def, Program, reads_of
from symnet.codegen.recurrence import components, is_recurrent, schedule
from symnet.codegen.scalar import Axis, Compare, Read, Reduce, Scalar, children, walk
from symnet.codegen.size import product_of, representative

MOST = 4  # axes of a tensor whose orders are all tried

Axes = tuple[Axis, ...]


@dataclass(frozen=True)
class _Kind:
    """Tensors that are combined entry by entry: each one's axes as axes of the whole kind."""

    axes: dict[str, tuple[int, ...]]

    def along(self, order: tuple[int, ...], name: str, axes: Axes) -> Axes:
        """The axes with which a tensor is read, in the order of memory."""
        place = {k: a for k, a in zip(self.axes[name], axes, strict=True)}
        return tuple(place[k] for k in order)


@dataclass(frozen=True)
class _Sum:
    """A sum of a product, or another reduction: a read for each operand, the axes that go, the
    definition that it is a term of, if it has all axes of it.
    """

    operands: tuple[Read, ...]
    bound: frozenset[Axis]
    made: Read | None
    kind: str

    @property
    def reads(self) -> tuple[Read, ...]:
        return self.operands if self.made is None else (*self.operands, self.made)


def orders(program: Program, fixed: Iterable[str] = ()) -> dict[str, tuple[int, ...]]:
    """For tensors that should not lie in the order of their axes: the positions in memory order."""
    work = _Orders(program, frozenset(fixed))
    work.improve()
    return work.found()


class _Orders:
    def __init__(self, program: Program, fixed: frozenset[str]) -> None:
        self.program = program
        groups = components(program.defs)
        plain = [g[0] for g in groups if not is_recurrent(g)]
        self.defs = {d.name: d for d in plain}
        self.sums = [s for d in plain for s in _sums(d)]
        self.kinds = _kinds(plain)
        self.order = {id(k): tuple(range(_count(k))) for k in self.kinds.values()}
        pinned = fixed | {g.name for g in program.given} | program.wanted
        carried = _carried(g for g in groups if is_recurrent(g))
        pinned |= set(carried) | _indexed(program)
        self.pinned: set[int] = set()
        for name in sorted(pinned & set(self.kinds)):
            kind = self.kinds[name]
            if id(kind) not in self.pinned:
                self.pinned.add(id(kind))
                own = kind.axes[name]
                first = carried.get(name, 0)
                self.order[id(kind)] = (*own[first : first + 1], *own[:first], *own[first + 1 :])
        self.touching: dict[int, list[_Sum]] = {}
        for s in self.sums:
            for key in {id(self.kinds[r.name]) for r in s.reads}:
                self.touching.setdefault(key, []).append(s)

    def improve(self) -> None:
        """The best order of each kind in turn, until none changes."""
        kinds = {id(k): k for k in self.kinds.values()}
        for _ in range(4):
            changed = False
            for key, kind in kinds.items():
                if key not in self.pinned and 2 < _count(kind) <= MOST:
                    changed = self._improved(key, kind) or changed
            if not changed:
                return

    def _improved(self, key: int, kind: _Kind) -> bool:
        before = self.order[key]
        best = (self._cost(key), 0)
        chosen = before
        for order in permutations(range(_count(kind))) if best[0] else ():
            self.order[key] = order
            rank = (self._cost(key), _inversions(order))
            if rank[0] < best[0] or (chosen != before and rank < best):
                best, chosen = rank, order
        self.order[key] = chosen
        return chosen != before

    def _cost(self, key: int) -> int:
        return sum(map(self.cost, self.touching.get(key, ())))

    def found(self) -> dict[str, tuple[int, ...]]:
        out: dict[str, tuple[int, ...]] = {}
        for name, kind in self.kinds.items():
            own = kind.axes[name]
            order = tuple(own.index(k) for k in self.order[id(kind)])
            if name in self.defs and order != tuple(range(len(own))):
                out[name] = order
        return out

    # -- the price of a sum: entries that are copied

    def cost(self, s: _Sum) -> int:
        """How many entries of operands and result must be copied."""
        laid = [self._laid(r) for r in s.operands]
        out = None if s.made is None else self._laid(s.made)
        if len(laid) == 1:
            return _cost_along(laid[0], s, out)
        p, q = laid
        both = set(p) & set(q)
        over = both & s.bound
        rows, columns = set(p) - both, set(q) - both
        if not over or not (rows or columns):
            return 0
        price = _price_of_matrix(p, rows, over) + _price_of_matrix(q, over, columns)
        if _part(p, over) != _part(q, over):
            price += min(_price(p), _price(q))
        if out is not None:
            same = _part(p, rows) == _part(out, rows) and _part(q, columns) == _part(out, columns)
            price += _price_of_matrix(out, rows, columns) if same else _price(out)
        return price

    def _laid(self, r: Read) -> Axes:
        kind = self.kinds[r.name]
        assert r.plain is not None
        return kind.along(self.order[id(kind)], r.name, r.plain)


def _cost_along(p: Axes, s: _Sum, out: Axes | None) -> int:
    """A reduction over adjacent axes: a sum best at an end, a maximum anywhere but at the last."""
    over = set(p) & s.bound
    rows = set(p) - over
    price = _price(p) * (not _adjacent(p, over))
    if s.kind == "sum" and not _adjacent(p, rows):
        price += _price(p) // 4
    if s.kind != "sum" and p[-1] in over:
        price += _price(p)
    return price if out is None or _part(p, rows) == out else price + _price(out)


def _is_matrix(order: Axes, first: set[Axis], second: set[Axis]) -> bool:
    if not (_adjacent(order, first) and _adjacent(order, second)):
        return False
    return not first or not second or order[-1] in first | second


def _price_of_matrix(order: Axes, first: set[Axis], second: set[Axis]) -> int:
    """A copy if BLAS cannot read it; less if the rows of each matrix lie far apart in memory."""
    if not _is_matrix(order, first, second):
        return _price(order)
    matrix = first | second
    return _price(order) // 8 if order[0] in matrix and len(matrix) < len(order) else 0


def _adjacent(order: Axes, group: set[Axis]) -> bool:
    places = [k for k, a in enumerate(order) if a in group]
    return not places or places[-1] - places[0] + 1 == len(places)


def _part(order: Axes, group: set[Axis]) -> Axes:
    return tuple(a for a in order if a in group)


def _price(axes: Axes) -> int:
    return representative(product_of([a.size for a in axes]))


def _inversions(order: tuple[int, ...]) -> int:
    return sum(a > b for a, b in combinations(order, 2))


# -- what is combined with what ---------------------------------------------------------------


def _kinds(defs: list[Def]) -> dict[str, _Kind]:
    """The kind of every tensor that is mentioned with an axis in each slot."""
    kinds: dict[str, _Kind] = {}
    for d in defs:
        groups: dict[frozenset[Axis], list[Read]] = {frozenset(d.axes): [d.entry()]}
        for r in reads_of(d):
            if r.plain is not None:
                groups.setdefault(frozenset(r.plain), []).append(r)
        for group in groups.values():
            for r in group:
                if r.name not in kinds:
                    kinds[r.name] = _Kind({r.name: tuple(range(len(r.slots)))})
                _join(kinds, group[0], r)
    return kinds


def _join(kinds: dict[str, _Kind], first: Read, other: Read) -> None:
    """One kind for both; tensors that meet in two ways (A + A^T) keep the first."""
    p, q = kinds[first.name], kinds[other.name]
    if p is q or first.plain is None or other.plain is None:
        return
    place = dict(zip(first.plain, p.axes[first.name], strict=True))
    moved = {k: place[a] for a, k in zip(other.plain, q.axes[other.name], strict=True)}
    joined = _Kind({**p.axes, **{n: tuple(moved[k] for k in own) for n, own in q.axes.items()}})
    for name in joined.axes:
        kinds[name] = joined


def _count(kind: _Kind) -> int:
    return len(next(iter(kind.axes.values())))


def _carried(recurrences: Iterable[list[Def]]) -> dict[str, int]:
    """The position of the axis of the loop for every tensor that a loop carries."""
    out: dict[str, int] = {}
    for group in recurrences:
        out.update(schedule(group).places)
    return out


def _indexed(program: Program) -> set[str]:
    """Tensors that are read at other places than their own, or compared for equality."""
    found: set[str] = set()
    for d in program.defs:
        found |= {r.name for r in reads_of(d) if r.plain is None}
        if any(isinstance(e, Compare) and e.relation == "==" for e in walk(d.body)):
            found |= {d.name, *(r.name for r in reads_of(d))}
    return found


def _sums(d: Def) -> Iterator[_Sum]:
    """The sums in a definition over one operand or two."""
    for node in walk(d.body):
        if not isinstance(node, Reduce):
            continue
        bound = frozenset(node.bound)
        found: dict[frozenset[Axis], Read] = {}
        for r in _factors(node.body):
            if r.plain is not None:
                found.setdefault(frozenset(r.plain), r)
        whole = [r for axes, r in found.items() if not any(axes < other for other in found)]
        result = frozenset(a for r in whole for a in r.plain or ()) - bound
        made = d.entry() if result == frozenset(d.axes) else None
        if 1 <= len(whole) <= 2 and (len(whole) == 2) <= (node.kind == "sum"):
            yield _Sum(tuple(whole), bound, made, node.kind)


def _factors(e: Scalar) -> Iterator[Read]:
    """The reads outside of further reductions."""
    if isinstance(e, Read):
        yield e
    elif not isinstance(e, Reduce):
        for c in children(e):
            yield from _factors(c)
