"""What makes a graph legal, checked when it is built.

Every tensor is defined once and mentions earlier ones, or itself and later ones shifted along a
sequential index, with one sign of shift in each component; no read is certainly out of range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import networkx as nx
import sympy

from symnet.notation.definition import Definition, entries, shift_of
from symnet.notation.errors import ExtentMismatch, GraphError, IndexMismatch
from symnet.notation.functions import Compare, where
from symnet.notation.index import Binder, Index, free_indices, rename
from symnet.notation.reductions import ArgLargest
from symnet.notation.rule import Rule
from symnet.notation.tensor import Entry, Tensor, check_extent

Pairs = tuple[tuple[Tensor, Tensor], ...]


class Parts(Protocol):
    """What is looked at of a graph."""

    @property
    def definitions(self) -> tuple[Definition, ...]: ...
    @property
    def given(self) -> tuple[Tensor, ...]: ...
    @property
    def tensors(self) -> tuple[Tensor, ...]: ...
    @property
    def outputs(self) -> tuple[Tensor, ...]: ...
    @property
    def states(self) -> tuple[Tensor, ...]: ...
    @property
    def updates(self) -> Pairs: ...
    @property
    def estimates(self) -> Pairs: ...
    @property
    def rules(self) -> tuple[tuple[Tensor, Rule], ...]: ...
    def definition(self, name: str) -> Definition | None: ...


def dependencies(graph: Parts, carried: bool = True) -> nx.DiGraph[str]:
    """Edge a -> b if the definition of b mentions a, with or without carried references."""
    out: nx.DiGraph[str] = nx.DiGraph()
    out.add_nodes_from(t.name for t in graph.tensors)
    position = {d.name: k for k, d in enumerate(graph.definitions)}
    for k, d in enumerate(graph.definitions):
        mentioned = list(entries(d.expression))
        if d.base is not None:
            mentioned.extend(entries(d.base))
        for e in mentioned:
            is_carried = position.get(e.tensor.name, -1) >= k
            if carried or not is_carried:
                out.add_edge(e.tensor.name, d.name)
    return out


CONSTANTS = {"pi": sympy.pi, "\u03c0": sympy.pi, "inf": sympy.oo}


def check(graph: Parts) -> None:
    """Raise where the graph is not legal; what legal means stands in the class docstring."""
    known: dict[str, Tensor] = {}
    for t in graph.given:
        if t.name in known:
            raise GraphError(f"{t.name} is given twice")
        known[t.name] = t
    position: dict[str, int] = {}
    for k, d in enumerate(graph.definitions):
        if d.name in known:
            first = "a given tensor" if d.name not in position else "defined before"
            raise GraphError(f"{d.name} is defined twice: {d.entry} is {first}")
        known[d.name] = d.tensor
        position[d.name] = k
    for k, d in enumerate(graph.definitions):
        _check_definition(d, k, known, position, graph)
        _check_constants(d, known)
    _check_components(graph, position)
    for t in graph.outputs:
        if t.name not in known:
            raise GraphError(f"output {t.name} is neither defined nor given")
    for state, new in graph.updates:
        if state.name not in known or new.name not in known:
            raise GraphError(f"update {state.name} <- {new.name}: both must be in the graph")
        if state.shape != new.shape:
            raise ExtentMismatch(f"update {state.name} <- {new.name}: the extents differ")
    _check_beside(graph, known, position)


def _check_beside(graph: Parts, known: dict[str, Tensor], position: dict[str, int]) -> None:
    """Rules are for given tensors; estimates pair a defined tensor with a state of its shape."""
    for t, _ in graph.rules:
        if t.name not in known or t.name in position:
            raise GraphError(f"rule for {t.name}: expected an input or a parameter of the graph")
    for t, state in graph.estimates:
        if t.name not in position or state.name not in {s.name for s in graph.states}:
            raise GraphError(
                f"estimate of {t.name} by {state.name}: expected a defined tensor and a state"
            )
        if t.shape != state.shape:
            raise ExtentMismatch(f"estimate of {t.name} by {state.name}: the extents differ")


def _check_constants(d: Definition, known: dict[str, Tensor]) -> None:
    """No formula could tell a tensor called pi from the number."""
    for name in CONSTANTS.keys() & known:
        sides = [d.expression] if d.base is None else [d.expression, d.base]
        if any(side.has(CONSTANTS[name]) for side in sides):
            raise GraphError(
                f"{d.name} has the number {name}, and the graph a tensor {name}: "
                f"call the tensor otherwise, {name}_0 say"
            )


def _check_definition(
    d: Definition, k: int, known: dict[str, Tensor], position: dict[str, int], graph: Parts
) -> None:
    sides = [d.expression] if d.base is None else [d.expression, d.base]
    for side in sides:
        negative = {d.sequential} if side is d.base and d.sequential else ()
        _check_ranges(side, str(d.entry), graph, frozenset(negative))
        for e in entries(side):
            name = e.tensor.name
            if name not in known:
                raise GraphError(
                    f"{d.entry} mentions {name}, which is neither given nor defined: "
                    f"put {name} among the inputs or parameters, or define it"
                )
            _check_mention(e, known[name], d)
            if e.tensor.shape != known[name].shape:
                raise ExtentMismatch(
                    f"{d.entry} mentions {name} with extents {e.tensor.shape}, "
                    f"but {name} has {known[name].shape}"
                )
            if position.get(name, -1) >= k and (side is d.base or not _is_carried(e, d)):
                _refuse_reference(d, name, position[name] == k)


def _check_mention(e: Entry, known: Tensor, d: Definition) -> None:
    """What is assumed of a tensor where it is mentioned is what is assumed where it is given."""
    if (e.tensor.assume, e.tensor.below) != (known.assume, known.below):
        found, expected = (", ".join(sorted(x.assume)) or "nothing" for x in (e.tensor, known))
        raise GraphError(
            f"{d.entry} mentions {e.tensor.name} and assumes {found} (below {e.tensor.below}), "
            f"but it is given or defined with {expected} (below {known.below})"
        )


def _refuse_reference(d: Definition, name: str, itself: bool) -> None:
    what = "itself" if itself else f"{name}, which is defined later"
    raise GraphError(
        f"{d.entry} mentions {what}, without a shift along a sequential index (cycle or wrong "
        f"order): use a sequential index and {name}[t-1], or define {name} first"
    )


def _carried_shift(e: Entry, d: Definition) -> int | None:
    """The shift s of a reference that reads t+s where d is at t, along a sequential index."""
    for own, slot in zip(e.tensor.indices, e.slots, strict=True):
        found = shift_of(slot)
        if own.sequential and found and found[1] and found[0] in d.free and found[0].sequential:
            return found[1]
    return None


def _is_at_once(e: Entry, d: Definition) -> bool:
    """Whether the reference stands at the sequential index of d, unshifted."""
    pairs = zip(e.tensor.indices, e.slots, strict=True)
    return any(own.sequential and slot in d.free and slot.sequential for own, slot in pairs)


def _is_carried(e: Entry, d: Definition) -> bool:
    return _carried_shift(e, d) is not None


def _check_components(graph: Parts, position: dict[str, int]) -> None:
    """One sign of shift per strongly connected component, and no read of all times at once."""
    arrows = dependencies(graph)
    for component in nx.strongly_connected_components(arrows):
        signs: dict[bool, str] = {}
        for name in component:
            d = graph.definition(name)
            if d is None:
                continue
            for e in entries(d.expression):
                if e.tensor.name not in component:
                    continue
                if (s := _carried_shift(e, d)) is not None:
                    signs[s > 0] = f"{d.entry} reads {e}"
                elif not _is_at_once(e, d):
                    raise GraphError(
                        f"{d.entry} reads {e}, which depends on {d.name} in turn (a cycle): in a "
                        "recurrence an entry is read at the same place of the sequential index, "
                        "or shifted"
                    )
        if len(signs) == 2:
            raise GraphError(
                "a recurrence runs both ways along its sequential index: "
                f"{signs[False]}, and {signs[True]}"
            )


def extremes(slot: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr] | None:
    """Smallest and largest value of an affine slot over its indices; None if it is not affine."""
    indices = sorted(free_indices(slot), key=lambda i: i.dummy_index)
    low = high = sympy.expand(slot)
    for i in indices:
        c = sympy.expand(slot).coeff(i)
        if not isinstance(c, sympy.Integer) or slot.has(Entry, Binder):
            return None
        ends = (sympy.S.Zero, i.extent - 1) if c > 0 else (i.extent - 1, sympy.S.Zero)
        low, high = rename(low, {i: ends[0]}), rename(high, {i: ends[1]})
    return sympy.expand(low), sympy.expand(high)


def _check_ranges(e: sympy.Basic, at: str, graph: Parts, guarded: frozenset[Any]) -> None:
    """Refuse an unguarded read that is certainly out of range, and ill-typed slots."""
    if isinstance(e, Entry):
        for axis, slot in enumerate(e.slots):
            _check_slot(e, axis, slot, at, graph, guarded)
    if isinstance(e, sympy.Mul):
        guarded |= _deciding(a for a in e.args if isinstance(a.as_base_exp()[0], Compare))
    if isinstance(e, where):
        guarded |= _deciding(e.args[:1])
    for a in e.args:
        _check_ranges(a, at, graph, guarded)


def _deciding(guards: Iterable[sympy.Basic]) -> frozenset[Any]:
    """The indices and lookups over which brackets decide; one over values guards no read."""
    found: frozenset[Any] = frozenset()
    for g in guards:
        for bracket in g.atoms(Compare):
            lookups = list(_indexing(bracket))
            if not lookups:
                found |= free_indices(bracket)
            elif all(isinstance(x, ArgLargest) or x.tensor.is_integer_valued for x in lookups):
                found |= {_source(x) for x in lookups}
    return found


def _source(lookup: Entry | ArgLargest) -> Any:
    """Whence the numbers of a lookup come: a tensor, or the index of a largest value."""
    if isinstance(lookup, ArgLargest):
        return (ArgLargest, lookup.bound[0].extent)
    return lookup.tensor


def _indexing(slot: sympy.Basic) -> Iterator[Entry | ArgLargest]:
    """What a slot looks up: entries of integer tensors, and places of a largest value."""
    if isinstance(slot, Entry | ArgLargest):
        yield slot
    else:
        for a in slot.args:
            yield from _indexing(a)


def _check_slot(
    e: Entry, axis: int, slot: sympy.Expr, at: str, graph: Parts, guarded: frozenset[Any]
) -> None:
    size = e.tensor.indices[axis].extent
    for inner in _indexing(slot):
        alone = slot is inner and _source(inner) not in guarded
        if isinstance(inner, ArgLargest):
            if alone and inner.bound[0].extent != size:
                raise ExtentMismatch(
                    f"{at}: {inner} runs below {inner.bound[0].extent}, "
                    f"but axis {axis} of {e.tensor.name} has extent {size}"
                )
            continue
        if not inner.tensor.is_integer_valued:
            raise IndexMismatch(
                f"{at}: {e} is indexed by {inner.tensor.name}, which is not declared "
                f"integer (assume='integer', below={size})"
            )
        below = inner.tensor.below
        if alone and below is not None and below != size:
            raise ExtentMismatch(
                f"{at}: {inner.tensor.name} runs below {below}, "
                f"but axis {axis} of {e.tensor.name} has extent {size}"
            )
    if free_indices(slot) & guarded:
        return
    if isinstance(slot, Index):
        if not (size - slot.extent).is_nonnegative:
            check_extent(e.tensor, axis, slot)
        return
    ends = extremes(slot)
    if ends is None:
        return
    if ends[0].is_negative and not _has_base(e, axis, graph):
        raise ExtentMismatch(
            f"{at}: {e} reads {e.tensor.name} at {ends[0]}, before the start of axis {axis}; "
            "guard the read or give a base"
        )
    if (ends[1] - size).is_nonnegative:
        raise ExtentMismatch(
            f"{at}: {e} reads {e.tensor.name} at {ends[1]}, axis {axis} has extent {size}; "
            "guard the read"
        )


def _has_base(e: Entry, axis: int, graph: Parts) -> bool:
    d = graph.definition(e.tensor.name)
    return d is not None and d.base is not None and d.free[axis] is d.sequential
