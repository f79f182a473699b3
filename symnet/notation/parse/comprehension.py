"""Comprehensions over constant ranges: the values of an expression, written out.

    [x[k]*x[k+1] for k in range(3) if k != 1]  =>  x[0]*x[1], x[2]*x[3]

The ranges and the conditions are constant, and how often they run is limited before any work.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from symnet.notation.parse.array import Array, number
from symnet.notation.parse.source import Source

MOST_ITEMS = 4096
MOST_ROUNDS = 16384  # of all loops of a text together

Value = Any


class Loops:
    """The loop variables in scope; `value` reads an expression with them."""

    def __init__(self, source: Source, value: Callable[[ast.expr], Value]) -> None:
        self.source = source
        self.value = value
        self.scope: list[dict[str, Value]] = []
        self.rounds = 0
        self.items = 0

    def find(self, name: str) -> Value | None:
        """The value of a loop variable, innermost first; None if it is none."""
        for names in reversed(self.scope):
            if name in names:
                return names[name]
        return None

    def listed(self, node: ast.ListComp | ast.GeneratorExp) -> list[Value]:
        """The values of a comprehension."""
        out: list[Value] = []
        for _ in self._rounds(node, list(node.generators)):
            self.items += 1
            if self.items > MOST_ITEMS:
                raise self.source.error(node, f"more than {MOST_ITEMS} items are written out")
            out.append(self.value(node.elt))
        if not out:
            raise self.source.error(node, "no items: the conditions hold nowhere")
        return out

    def _rounds(self, node: ast.AST, generators: Sequence[ast.comprehension]) -> Iterator[None]:
        if not generators:
            yield
            return
        g, rest = generators[0], generators[1:]
        if not isinstance(g.target, ast.Name):
            raise self.source.error(g.target, "expected one loop variable, as in for k in ...")
        over = self._over(g.iter)
        self.rounds += len(over)
        if self.rounds > MOST_ROUNDS:
            raise self.source.error(node, f"the loops run more than {MOST_ROUNDS} times")
        for k in over:
            self.scope.append({g.target.id: number(k) if isinstance(k, int) else k})
            try:
                if all(self.holds(c) for c in g.ifs):
                    yield from self._rounds(node, rest)
            finally:
                self.scope.pop()

    def _over(self, node: ast.expr) -> Sequence[Value]:
        """What a loop runs over: a constant range, or the values of a tuple or a list."""
        if isinstance(node, ast.Tuple | ast.List):
            return [self.value(e) for e in node.elts]
        hint = "expected range(...) with constant integers, or a list such as (0, 2)"
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            raise self.source.error(node, hint)
        if node.func.id != "range" or node.keywords or not 1 <= len(node.args) <= 3:
            raise self.source.error(node, hint)
        ends = [self._end(a) for a in node.args]
        if len(ends) == 3 and not ends[2]:
            raise self.source.error(node.args[2], "the step of a range is 0")
        made = range(*ends)
        if not -(2**62) < made.start < 2**62 or not -(2**62) < made.stop < 2**62:
            raise self.source.error(node, "the range is too large")
        if len(made) > MOST_ITEMS:
            raise self.source.error(node, f"{len(made)} items, expected at most {MOST_ITEMS}")
        return made

    def _end(self, node: ast.expr) -> int:
        value = self.value(node)
        found = value.constant if isinstance(value, Array) else None
        if found is None:
            of_size = isinstance(value, Array) and not value.indices
            hint = "; give that size as a number, or sum over the axis" if of_size else ""
            raise self.source.error(node, f"the end of a range must be a constant integer{hint}")
        return found

    def holds(self, node: ast.expr) -> bool:
        """A condition on loop variables, settled at once."""
        if isinstance(node, ast.BoolOp):
            parts = (self.holds(v) for v in node.values)
            return all(parts) if isinstance(node.op, ast.And) else any(parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return not self.holds(node.operand)
        value = self.value(node)
        if isinstance(value, bool):
            return value
        if isinstance(value, Array) and value.constant is not None:
            return bool(value.constant)
        raise self.source.error(
            node, "the condition must be constant; for arrays write np.where(condition, a, b)"
        )
