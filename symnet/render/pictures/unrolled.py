"""A recurrence without its loop: one node for each tensor at each of a few steps.

    c -> c, h (t-1) => a     unrolled over T = 3:    c@0 -> c@1 -> c@2, h@0 => a@1, h@1 => a@2

What is read before the first step is the base case, and nothing comes back from beyond the last:
the picture of T steps is all of the computation for an extent of T. Parameters are the same at each
step and are left out; their cotangents are sums over the steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import networkx as nx
import sympy

from symnet.notation.errors import GraphError
from symnet.notation.functions import Compare
from symnet.notation.graph import Definition, Graph, entries
from symnet.notation.index import Index, extent_at, free_indices, rename
from symnet.notation.tensor import Entry, Tensor
from symnet.render.formulas.typeset import Style
from symnet.render.latex import style_of
from symnet.render.pictures.network import Folded, folded, to_networkx
from symnet.render.pictures.parts import path, titles

MOST_STEPS = 12
HOLDS = {
    "<": int.__lt__,
    "<=": int.__le__,
    "==": int.__eq__,
    "!=": int.__ne__,
    ">": int.__gt__,
    ">=": int.__ge__,
}


def unrolled(graph: Graph, steps: int) -> nx.DiGraph[str]:
    """The network of a graph with a sequential index over that many steps.

    A node of a step is called h@0 and has the `step` as an attribute, and `step_of`, its layer.
    Raises GraphError for a graph without such an index, and for less than 1 or more than MOST_STEPS
    steps.
    """
    if not any(i.sequential for t in graph.tensors for i in t.indices):
        raise GraphError("the graph has no sequential index, so there is no loop to unroll")
    if not 1 <= steps <= MOST_STEPS:
        raise GraphError(f"unrolled={steps}: expected 1 to {MOST_STEPS} steps")
    loop, folds = to_networkx(graph), folded(graph)
    out: nx.DiGraph[str] = nx.DiGraph(symbols={})
    for name, step in _nodes(loop, folds, steps):
        if loop.nodes[name]["kind"] != "parameter":
            data = _node(name, step, loop.nodes[name], graph)
            out.add_node(_at(name, step), **data)
            out.graph["symbols"][_at(name, step)] = data["symbol"]
            out.graph["symbols"][data["cotangent"]] = data["cotangent_latex"]
    for tail, head, backward in _edges(loop, folds, steps):
        if tail in out and head in out and tail != head:
            if not out.has_edge(tail, head):
                kind = "backward" if backward else "forward"
                out.add_edge(tail, head, kind=kind, shift=0, backward=False, extents="")
            out.edges[tail, head]["backward"] |= backward
    return out


def _nodes(loop: nx.DiGraph[str], folds: Folded, steps: int) -> Iterator[tuple[str, int | None]]:
    """The nodes step by step, those of no step first."""
    along = [n for n in loop if _axis(folds.tensors[n]) is not None]
    yield from ((n, None) for n in loop if n not in along)
    yield from ((n, s) for s in range(steps) for n in along)


def _axis(t: Tensor) -> int | None:
    return next((k for k, i in enumerate(t.indices) if i.sequential), None)


def _at(name: str, step: int | None) -> str:
    return name if step is None else f"{name}@{step}"


def _node(name: str, step: int | None, data: dict[str, Any], graph: Graph) -> dict[str, Any]:
    """The node of a tensor at a step: its symbol, and no formula."""
    bar, at = data["cotangent"], "" if step is None else f" at step {step}"
    layer, style = path(graph, name, titles(graph)), style_of(graph)
    return {
        **data,
        "formula": f"{name}{at}",
        "latex": _symbol(name, step, style),
        "symbol": _symbol(name, step, style),
        "extents": "",
        "shape": (),
        "step": step,
        "step_of": layer[0] if layer else "",
        "cotangent": _at(bar, step) if bar else "",
        "cotangent_formula": f"{bar}{at}" if bar else "",
        "cotangent_latex": _symbol(bar, step, style) if bar else "",
    }


def _symbol(name: str, step: int | None, style: Style) -> str:
    """h_0 for h at step 0; a digit of a name stands above, as in formulas, so it is no step."""
    if step is not None:
        return style.name(name, str(step))[0]
    return style.name(name, "x")[0].removesuffix("_x")


# -- edges ------------------------------------------------------------------------------------


def _edges(loop: nx.DiGraph[str], folds: Folded, steps: int) -> Iterator[tuple[str, str, bool]]:
    for d in folds.definitions:
        for name, s, at in _read(d, steps):
            yield _at(name, s), _at(d.name, at), False
        for e in entries(d.base) if d.base is not None else ():
            yield e.tensor.name, _at(d.name, 0), False
    for of, bar in folds.bars.items():
        made = folds.graph.definition(bar)
        for name, s, at in _read(made, steps) if made is not None else ():
            if name in folds.owner:
                yield _at(folds.owner[name], s), _at(of, at), True
    for bar, of in folds.seeds.items():
        for t in range(steps) if _axis(folds.tensors[bar]) is not None else (None,):
            yield _at(bar, t), _at(of, t), True
    for tail, head in loop.edges:  # from a loss, which has no cotangent that could be mentioned
        if loop.edges[tail, head]["backward"] and tail not in folds.bars:
            ends = folds.tensors[tail], folds.tensors[head]
            if tail not in folds.seeds and _axis(ends[0]) is None and _axis(ends[1]) is None:
                yield tail, head, True


def _read(d: Definition, steps: int) -> Iterator[tuple[str, int | None, int | None]]:
    """(tensor, its step, step of the definition) for everything that a definition reads."""
    axis = _axis(d.tensor)
    own = None if axis is None else d.free[axis]
    for at in (None,) if own is None else range(steps):
        now = _Now({} if own is None else {own: sympy.Integer(at)}, steps)
        for e in now.alive(d.expression):
            for s in now.read(e):
                yield e.tensor.name, s, at


@dataclass(frozen=True)
class _Now:
    """A step of a definition: the value of its sequential index, and how many steps there are."""

    at: Mapping[Index, sympy.Expr]
    steps: int

    def alive(self, e: sympy.Basic) -> Iterator[Entry]:
        """The entries in an expression that are not multiplied by a bracket that is 0."""
        if isinstance(e, sympy.Mul) and any(self.is_zero(f) for f in e.args):
            return
        if isinstance(e, Entry):
            yield e
        else:
            for a in e.args:
                yield from self.alive(a)

    def is_zero(self, e: sympy.Basic) -> bool:
        """Whether it is a bracket along the sequential index that does not hold now."""
        if not isinstance(e, Compare) or not self.at:
            return False
        (index,) = self.at
        if any(free_indices(side) - {index} for side in e.sides):
            return False
        a, b = (self.place(side, {}, index.extent) for side in e.sides)
        numbers = a.is_Integer and b.is_Integer
        return bool(numbers and e.relation in HOLDS and not HOLDS[e.relation](int(a), int(b)))

    def read(self, e: Entry) -> Iterator[int | None]:
        """The steps that an entry reads; all of them under a sum over them."""
        axis = _axis(e.tensor)
        if axis is None:
            yield None
            return
        slot, length = e.slots[axis], e.tensor.indices[axis].extent
        bound = sorted(free_indices(slot) - set(self.at), key=lambda i: i.dummy_index)
        for values in product(map(sympy.Integer, range(self.steps)), repeat=len(bound)):
            found = self.place(slot, dict(zip(bound, values, strict=True)), length)
            if found.is_Integer and 0 <= int(found) < self.steps:
                yield int(found)

    def place(
        self, e: sympy.Expr, bound: Mapping[Index, sympy.Expr], length: sympy.Expr
    ) -> sympy.Expr:
        """A place as a step; where the extent is a number, a late place counts from the end."""
        found = extent_at(
            rename(e, {**self.at, **bound}), {s: self.steps for s in length.free_symbols}
        )
        late = not free_indices(e) and length.is_Integer and found >= self.steps
        return found + self.steps - length if late else found
