"""The oracle: every definition evaluated literally, one index value after another.

    interpret(y[n,j] = sum_i x[n,i] W[i,j], {x: (2,3), W: (3,4)})  =>  {y: (2,4)} by nested loops

It shares no code with the calculus or with code generation. An entry is computed when it is read
for the first time, so that recurrences in either direction need no rule of their own.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import networkx as nx
import numpy as np
import sympy

from symnet.notation import (
    Definition,
    Graph,
    ShapeMismatch,
    UnknownTensor,
    bind_sizes,
    dependencies,
    entries,
    shift_of,
    size_of,
)
from symnet.verify.closures import Compiler, Context
from symnet.verify.numbers import FLOAT64, Numbers
from symnet.verify.table import Table

Sizes = Mapping[sympy.Symbol, int]
Arrays = Mapping[str, Any]


def interpret(
    graph: Graph,
    arrays: Arrays,
    sizes: Mapping[str, int] | None = None,
    numbers: Numbers = FLOAT64,
) -> dict[str, np.ndarray]:
    """The value of every definition, by name: float64 arrays, or arrays of mpmath numbers.

    `arrays` holds the given tensors that the definitions mention; `sizes` the extents that no
    array shows. Raises ShapeMismatch, UnknownTensor, or ExtentMismatch for a read out of range.
    """
    found = sizes_of(graph, arrays, sizes)
    return interpreter(graph, found, numbers)(arrays)


def sizes_of(
    graph: Graph, arrays: Arrays, sizes: Mapping[str, int] | None = None
) -> dict[sympy.Symbol, int]:
    """The extents of a graph, from the shapes of arrays and from sizes given by name."""
    shapes = {name: tuple(np.shape(a)) for name, a in arrays.items()}
    found = bind_sizes(graph.tensors, shapes)
    symbols = {s.name: s for s in graph.extents}
    for name, size in (sizes or {}).items():
        if name not in symbols:
            known = ", ".join(symbols) or "none"
            raise ShapeMismatch(f"size of {name}: no extent has that name; the graph has {known}")
        if found.setdefault(symbols[name], size) != size:
            raise ShapeMismatch(
                f"size of {name}: {size} is given, but the arrays have {found[symbols[name]]}"
            )
    return found


def interpreter(
    graph: Graph,
    sizes: Sizes,
    numbers: Numbers = FLOAT64,
    detached_at: Arrays | None = None,
) -> Callable[[Arrays], dict[str, np.ndarray]]:
    """The graph compiled at these sizes: arrays -> values, for many evaluations.

    With `detached_at`, whatever stands inside of detach keeps the value that it has at those
    arrays: the function whose true derivative is the one that stops at a detach.
    """
    context = _context(graph, sizes, numbers)
    order = _orders(graph, context.tables)

    def evaluate(arrays: Arrays) -> dict[str, np.ndarray]:
        _load(graph, context, arrays)
        return {d.name: _array(context, d.name, order[d.name]) for d in graph.definitions}

    if detached_at is not None:
        context.held = {}
        evaluate(detached_at)
    return evaluate


def _context(graph: Graph, sizes: Sizes, numbers: Numbers) -> Context:
    """A table for each tensor that is defined or read, with the closures that fill it."""
    read = {e.tensor.name for d in graph.definitions for s in _sides(d) for e in entries(s)}
    tables = {
        t.name: Table(t, tuple(size_of(e, sizes) for e in t.shape))
        for t in graph.tensors
        if t.name in read or graph.definition(t.name) is not None
    }
    context = Context(sizes, numbers, tables)
    for d in graph.definitions:
        Compiler(context, d).fill()
    return context


def _load(graph: Graph, context: Context, arrays: Arrays) -> None:
    """Put the arrays of given tensors into their tables, and empty the others."""
    for name in arrays:
        if graph.tensor(name) not in graph.given:
            raise UnknownTensor(f"{name} is defined by the graph: no array is expected for it")
    for name, table in context.tables.items():
        if name in arrays:
            below = table.tensor.below
            top = None if below is None else size_of(below, context.sizes)
            table.fill(arrays[name], top, context.numbers)
        else:
            table.empty()


def _array(context: Context, name: str, order: Sequence[tuple[int, ...]]) -> np.ndarray:
    table = context.tables[name]
    for place in order:
        table.read(place)
    out = np.empty(len(table.values), dtype=context.numbers.dtype)
    out[:] = table.values
    return out.reshape(table.shape)


def _sides(d: Definition) -> tuple[sympy.Expr, ...]:
    return (d.expression,) if d.base is None else (d.expression, d.base)


def _orders(graph: Graph, tables: Mapping[str, Table]) -> dict[str, list[tuple[int, ...]]]:
    """For each definition its index values, t falling where a recurrence reads t+s.

    Any order is right; this one keeps the recursion shallow.
    """
    out = {}
    for cycle in nx.strongly_connected_components(dependencies(graph)):
        members = [d for name in cycle if (d := graph.definition(name)) is not None]
        backwards = any(_reads_ahead(d, cycle) for d in members)
        out.update({d.name: _order(d, tables[d.name].shape, backwards) for d in members})
    return out


def _reads_ahead(d: Definition, cycle: set[str]) -> bool:
    carried = [e for e in entries(d.expression) if e.tensor.name in cycle]
    shifts = [shift_of(s) for e in carried for s in e.slots]
    return any(s is not None and s[0].sequential and s[1] > 0 for s in shifts)


def _order(d: Definition, shape: tuple[int, ...], backwards: bool) -> list[tuple[int, ...]]:
    """All index values of a definition; its sequential index turns slowest."""
    ranges: list[Sequence[int]] = [range(n) for n in shape]
    if d.sequential is None:
        return list(itertools.product(*ranges))
    axis = d.free.index(d.sequential)
    if backwards:
        ranges[axis] = range(shape[axis] - 1, -1, -1)
    slowest = [ranges[axis], *ranges[:axis], *ranges[axis + 1 :]]
    return [(*at[1 : axis + 1], at[0], *at[axis + 1 :]) for at in itertools.product(*slowest)]
