"""The one noun: an immutable Graph of named Definitions, checked when it is built.

    y[n,j] = sum_i x[n,i] W[i,j] + b[j]     one Definition: an entry with free indices = a scalar

A definition mentions only earlier tensors, except along a sequential index: there it may mention
itself and later tensors shifted (`h[t-1]`), with a base case for t < 0. Verbs are functions of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import networkx as nx
import sympy
from sympy.core.cache import cacheit

from symnet.notation.errors import (
    DerivativeError,
    ExtentMismatch,
    GraphError,
    IndexMismatch,
    UnknownTensor,
    UnsupportedExpression,
)
from symnet.notation.functions import Compare, where
from symnet.notation.index import (
    Binder,
    Index,
    bound_indices,
    free_indices,
    fresh,
    refresh,
    rename,
)
from symnet.notation.intake import INFINITE, intake
from symnet.notation.matrix import check_heads
from symnet.notation.reductions import ArgLargest
from symnet.notation.rule import Rule
from symnet.notation.tensor import Entry, Tensor, check_extent


@dataclass(frozen=True)
class Definition:
    """`entry = expression`; `base` is the value of a recurrence before its sequential index starts.

    The slots of `entry` are distinct indices: the free indices of the definition.
    """

    entry: Entry
    expression: sympy.Expr
    base: sympy.Expr | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.entry, Entry) or not self.entry.is_plain:
            raise IndexMismatch(f"{self.entry}: the left side needs a distinct index for each axis")
        for axis, i in enumerate(self.free):
            check_extent(self.tensor, axis, i)
        object.__setattr__(self, "expression", self._taken(self.expression))
        check_heads(self.expression, str(self.entry))
        if self.base is not None:
            object.__setattr__(self, "base", self._taken(self.base))
            check_heads(self.base, str(self.entry), whole=False)
            if self.sequential is None:
                raise GraphError(f"{self.entry}: base is given, but no index is sequential")

    def _taken(self, given: Any) -> sympy.Expr:
        """The side in our heads; a sum that stands twice (s + s^2) binds two indices."""
        side = intake(given)
        if given is self.expression and side in INFINITE:
            raise UnsupportedExpression(f"{self.entry}: the right side is infinite everywhere")
        for i in sorted(
            free_indices(side) - set(self.free), key=lambda i: (i.letter, i.dummy_index)
        ):
            raise IndexMismatch(
                f"{self.entry}: {i.letter} is free on the right but not on the left; "
                f"sum over it or give {self.tensor.name} an axis for it"
            )
        standing = (*self.free, *bound_indices(side))
        return side if len(set(standing)) == len(standing) else refresh(side)

    @property
    def tensor(self) -> Tensor:
        return self.entry.tensor

    @property
    def name(self) -> str:
        return self.tensor.name

    @property
    def free(self) -> tuple[Index, ...]:
        return self.entry.slots

    @property
    def sequential(self) -> Index | None:
        """The sequential free index, if there is one (at most one carries a recurrence)."""
        found = [i for i in self.free if i.sequential]
        return found[0] if found else None

    def instantiate(self, slots: Sequence[sympy.Expr] | None = None) -> Definition | sympy.Expr:
        """All indices fresh (no slots); or the right side with slots for its free indices."""
        if slots is not None:
            return rename(refresh(self.expression), dict(zip(self.free, slots, strict=True)))
        new = dict(zip(self.free, fresh(self.free), strict=True))
        base = None if self.base is None else rename(refresh(self.base), new)
        return Definition(
            Entry(self.tensor, *new.values()), rename(refresh(self.expression), new), base
        )

    def __str__(self) -> str:
        return f"{self.entry} = {self.expression}"


def define(
    entry: Entry | Tensor,
    expression: Any,
    *,
    base: Any = None,
    constant_along: Iterable[Index] = (),
) -> Definition:
    """A definition as a person writes it: every free index stands on both sides.

    `constant_along` names the free indices of which the right side is meant not to depend.
    Raises IndexMismatch for an index free on one side only.
    """
    left = entry[()] if isinstance(entry, Tensor) else entry
    made = Definition(left, expression, base)
    missing = [
        i for i in made.free if i not in free_indices(made.expression) and i not in constant_along
    ]
    if missing:
        raise IndexMismatch(
            f"{left}: {missing[0].letter} is free on the left but not on the right; "
            f"if {made.name} is meant to be constant along it, say "
            f"constant_along=[{missing[0].letter}]"
        )
    return made


@cacheit  # type: ignore[untyped-decorator]
def entries(expression: sympy.Basic) -> tuple[Entry, ...]:
    """Every entry in the expression, outermost first, those inside of slots too."""
    own = (expression,) if isinstance(expression, Entry) else ()
    return own + tuple(e for a in expression.args for e in entries(a))


def shift_of(slot: sympy.Expr) -> tuple[Index, int] | None:
    """(t, s) if the slot is t + s for one index and an integer, else None."""
    if isinstance(slot, Index):
        return slot, 0
    if isinstance(slot, sympy.Add):
        rest, found = slot.as_independent(Index, as_Add=True)
        if isinstance(found, Index) and isinstance(rest, sympy.Integer):
            return found, int(rest)
    return None


@dataclass(frozen=True, init=False)
class Graph:
    """An ordered tuple of definitions with its inputs, parameters, outputs, updates, cotangents.

    `updates` are pairs (state tensor, defined tensor): the state takes that value after the step.
    `rules` are pairs (given tensor, rule): where a parameter or a state starts, and how any other
    input is drawn at each step. `estimates` are pairs (defined tensor, state): when a model is
    evaluated, the state stands in for the tensor.
    `cotangents` are pairs (tensor name, name of its cotangent), in a gradient graph.
    `notes` are pairs (tensor name, remark), such as the reason why a cotangent is 0.
    Raises GraphError, IndexMismatch or ExtentMismatch, naming tensor and index.
    """

    definitions: tuple[Definition, ...]
    inputs: tuple[Tensor, ...]
    parameters: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    updates: tuple[tuple[Tensor, Tensor], ...] = ()
    rules: tuple[tuple[Tensor, Rule], ...] = ()
    estimates: tuple[tuple[Tensor, Tensor], ...] = ()
    cotangents: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    _defined: dict[str, Definition] = field(default_factory=dict, compare=False, repr=False)

    def __init__(
        self,
        *definitions: Definition,
        inputs: Iterable[Tensor] = (),
        parameters: Iterable[Tensor] = (),
        output: Tensor | None = None,
        outputs: Iterable[Tensor] = (),
        updates: Iterable[tuple[Tensor, Tensor]] = (),
        rules: Iterable[tuple[Tensor, Rule]] = (),
        estimates: Iterable[tuple[Tensor, Tensor]] = (),
        cotangents: Iterable[tuple[str, str]] = (),
        notes: Iterable[tuple[str, str]] = (),
    ) -> None:
        put = object.__setattr__
        put(self, "definitions", tuple(definitions))
        put(self, "inputs", tuple(inputs))
        put(self, "parameters", tuple(parameters))
        put(self, "updates", tuple(updates))
        put(self, "rules", tuple(rules))
        put(self, "estimates", tuple(estimates))
        put(self, "cotangents", tuple(cotangents))
        put(self, "notes", tuple(notes))
        named = tuple(outputs) if output is None else (output, *outputs)
        put(self, "outputs", named or tuple(d.tensor for d in self.definitions[-1:]))
        put(self, "_defined", {d.name: d for d in self.definitions})
        check(self)

    @property
    def output(self) -> Tensor:
        """The only output; raises GraphError if there are several."""
        if len(self.outputs) != 1:
            names = ", ".join(t.name for t in self.outputs)
            raise GraphError(f"the graph has {len(self.outputs)} outputs ({names}); name one")
        return self.outputs[0]

    @property
    def given(self) -> tuple[Tensor, ...]:
        """The tensors that the graph does not define: inputs, then parameters."""
        return (*self.inputs, *self.parameters)

    @property
    def states(self) -> tuple[Tensor, ...]:
        """The given tensors that a step changes: running statistics, what a recurrence carries."""
        return tuple(state for state, _ in self.updates)

    @property
    def drawn(self) -> tuple[tuple[Tensor, Rule], ...]:
        """The inputs that are drawn anew at each step, with their rules: masks, noise."""
        kept = {t.name for t in (*self.parameters, *self.states)}
        return tuple((t, rule) for t, rule in self.rules if t.name not in kept)

    @property
    def data(self) -> tuple[Tensor, ...]:
        """The inputs for which data are needed: those that are neither states nor drawn."""
        own = {t.name for t in (*self.states, *(t for t, _ in self.drawn))}
        return tuple(t for t in self.inputs if t.name not in own)

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All tensors, given ones first, then in the order of their definitions."""
        return (*self.given, *(d.tensor for d in self.definitions))

    def definition(self, name: str) -> Definition | None:
        """The definition of the tensor of that name; None for a given one."""
        return self._defined.get(name)

    def tensor(self, name: str) -> Tensor:
        """The tensor of that name; raises UnknownTensor with the nearest names."""
        for t in self.tensors:
            if t.name == name:
                return t
        names = [t.name for t in self.tensors]
        near = get_close_matches(name, names, 3)
        hint = f"did you mean {' or '.join(near)}" if near else f"it has {', '.join(names)}"
        raise UnknownTensor(f"the graph has no tensor {name}; {hint}")

    @property
    def extents(self) -> tuple[sympy.Symbol, ...]:
        """The symbols of all extents, in order of first occurrence: of axes, then of sums."""
        found = [e.free_symbols for t in self.tensors for e in (*t.shape, t.below) if e is not None]
        for d in self.definitions:
            for side in (d.expression, d.base):
                if side is not None:
                    found += [i.extent.free_symbols for i in bound_indices(side)]
                    found.append(side.free_symbols)
        listed = (s for group in found for s in sorted(group, key=str))
        return tuple(dict.fromkeys(s for s in listed if not isinstance(s, Index | Tensor)))

    def __str__(self) -> str:
        return "\n".join(str(d) for d in self.definitions)


BESIDE = ("rules", "estimates", "cotangents", "notes")


def replace(graph: Graph, **changes: Any) -> Graph:
    """The graph with some of its parts replaced (definitions, inputs, parameters, outputs ...)."""
    parts = {
        k: changes.get(k, getattr(graph, k))
        for k in ("inputs", "parameters", "outputs", "updates", *BESIDE)
    }
    return Graph(*changes.get("definitions", graph.definitions), **parts)


def dependencies(graph: Graph, carried: bool = True) -> nx.DiGraph[str]:
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


def restrict(graph: Graph, outputs: Iterable[Tensor]) -> Graph:
    """Only the definitions that the outputs need, in the same order; given tensors are kept."""
    wanted = tuple(outputs)
    arrows = dependencies(graph)
    needed = {t.name for t in wanted}
    for t in wanted:
        needed |= nx.ancestors(arrows, t.name)
    for state, new in graph.updates:
        if new.name in needed:
            needed.add(state.name)
    updates = tuple(u for u in graph.updates if u[1].name in needed)
    kept = {state.name for state, _ in updates}
    return replace(
        graph,
        definitions=tuple(d for d in graph.definitions if d.name in needed),
        outputs=wanted,
        updates=updates,
        estimates=tuple(e for e in graph.estimates if e[0].name in needed and e[1].name in kept),
        cotangents=tuple(c for c in graph.cotangents if c[1] in needed),
        notes=tuple(n for n in graph.notes if n[0] in needed),
    )


# -- check ------------------------------------------------------------------------------------


def check(graph: Graph) -> None:
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


def _check_beside(graph: Graph, known: dict[str, Tensor], position: dict[str, int]) -> None:
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


def _check_definition(
    d: Definition, k: int, known: dict[str, Tensor], position: dict[str, int], graph: Graph
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


def _check_components(graph: Graph, position: dict[str, int]) -> None:
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


def _check_ranges(e: sympy.Basic, at: str, graph: Graph, guarded: frozenset[Any]) -> None:
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
    e: Entry, axis: int, slot: sympy.Expr, at: str, graph: Graph, guarded: frozenset[Any]
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


def _has_base(e: Entry, axis: int, graph: Graph) -> bool:
    d = graph.definition(e.tensor.name)
    return d is not None and d.base is not None and d.free[axis] is d.sequential


__all__ = [
    "Definition",
    "DerivativeError",
    "Graph",
    "UnsupportedExpression",
    "check",
    "define",
    "dependencies",
    "entries",
    "replace",
    "restrict",
    "shift_of",
]
