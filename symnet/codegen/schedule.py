"""The order of definitions: what frees more memory than it takes is done as soon as it can be.

    a_bar;  h_bar from a_bar;  ...;  K_bar from a_bar and w   =>   a_bar;  K_bar;  h_bar ...

Definitions come in the order in which they were derived, the gradients of all weights at the end.
Until then every cotangent and every array of windows would be kept, and be out of the cache when
it is read. The operations of a definition stay together, and keep their order otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from symnet.codegen.plan import Check, Loop, Op, Operand, Plan, Value, View
from symnet.codegen.size import representative
from symnet.codegen.traverse import everything, operands, results


def scheduled(plan: Plan) -> Plan:
    """The plan with such definitions brought forward."""
    return replace(plan, ops=tuple(_Schedule(plan).run()))


class _Schedule:
    """Which units (the operations of one definition) are done, and who is still to read what."""

    def __init__(self, plan: Plan) -> None:
        self.roots: dict[Value, Value] = {}
        for op in (*everything(plan.static), *everything(plan.ops)):
            if isinstance(op, View):
                self.roots[op.out] = self.roots.get(op.source, op.source)
        self.units = [tuple(ops) for _, ops in groupby(plan.ops, key=lambda op: op.note)]
        self.maker = {v: k for k, unit in enumerate(self.units) for op in unit for v in results(op)}
        self.mentions = [{o.value for op in u for o in operands(op)} for u in self.units]
        self.reads = [{self._root(v) for v in found} for found in self.mentions]
        self.left = Counter(v for found in self.reads for v in found)
        for r in (*plan.outputs, *(r for _, r in plan.updates)):
            if isinstance(r.item, Operand):
                self.left[self._root(r.item.value)] += 1
        self.readers: dict[Value, list[int]] = {}
        for k, found in enumerate(self.reads):
            for v in found:
                self.readers.setdefault(v, []).append(k)
        self.done: set[int] = set()

    def _root(self, v: Value) -> Value:
        """The value whose array a value shows."""
        return self.roots.get(v, v)

    def run(self) -> Iterator[Op]:
        """All operations in their new order."""
        for k in range(len(self.units)):
            found = {k} - self.done
            while found:
                j = min(found)
                self.done.add(j)
                self.left.subtract(self.reads[j])
                yield from self.units[j]
                found |= {i for v in self._touched(j) for i in self.readers.get(v, ())}
                found = {i for i in found - self.done if self._is_ready(i) and self._frees(i)}

    def _touched(self, k: int) -> Iterator[Value]:
        yield from self.reads[k]
        for op in self.units[k]:
            yield from results(op)

    def _is_ready(self, k: int) -> bool:
        """Whether all that it reads is made; loops and checks stay in their place."""
        if any(isinstance(op, Loop | Check) for op in self.units[k]):
            return False
        made_by = {self.maker[v] for v in self.mentions[k] if v in self.maker}
        return made_by <= self.done | {k}

    def _frees(self, k: int) -> bool:
        """Whether arrays that are read for the last time are larger than what stays."""
        made = [v for op in self.units[k] for v in results(op)]
        stays = [v for v in made if self._root(v) is v and self.left[v] > (v in self.reads[k])]
        last = [v for v in self.reads[k] if v in self.maker and v not in made and self.left[v] == 1]
        return sum(map(_entries, last)) > sum(map(_entries, stays))


def _entries(v: Value) -> int:
    return representative(v.entries) if v.axes else 0
