"""Graph -> rows of formulas, ready to be printed: shape, order and letters are settled here.

A row is `left = right`. A recurrence has a second row for its value before the start, a gradient
graph one row for the cotangents that are 0 beyond the end, an update a row `state <- value`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal, TypeAlias

import sympy

from symnet.notation.errors import GraphError
from symnet.notation.graph import Definition, Graph, entries, shift_of
from symnet.notation.index import Index, free_indices, rename
from symnet.notation.intake import intake
from symnet.notation.tensor import Tensor
from symnet.render.formulas.arrange import Surroundings, arrange, slot_tree, surroundings
from symnet.render.formulas.letters import choose, lettered, with_letters
from symnet.render.formulas.means import with_means
from symnet.render.formulas.order import Ranks, ordered, ranks
from symnet.render.formulas.tree import Letter, Name, Number, Tree

Which: TypeAlias = Literal["all", "outputs", "gradient"] | tuple[str, ...]  # or names


@dataclass(frozen=True)
class Row:
    """left = left = ... right; relation is "=" or "<-"; `name` is the tensor that it is about.

    `means`: as in its setting.
    """

    name: str
    lefts: tuple[Tree, ...]
    relation: str
    right: Tree
    means: bool = True

    @property
    def shown(self) -> Tree:
        """The right side as index form prints it: matrix form and NumPy form read `right`."""
        return with_means(self.right) if self.means else self.right


@dataclass(frozen=True)
class Setting:
    """What the printing of one formula owes to its graph: the order of tensors, the conventions.

    `means`: whether a mean is written as one; not where a tensor has that name. `avoid`: names
    beside the formula, whose letters no index takes either.
    """

    around: Surroundings
    places: Ranks
    means: bool
    avoid: frozenset[str] = frozenset()


@lru_cache(maxsize=32)
def setting(graph: Graph) -> Setting:
    """The setting of every formula of the graph."""
    means = all(t.name != "mean" for t in graph.tensors)
    return Setting(surroundings(graph), ranks(graph), means)


def rows(graph: Graph, which: Which = "all") -> tuple[Row, ...]:
    """The rows of all definitions, of the outputs, of the cotangents, or of those named.

    They come in the graph's order. Raises UnknownTensor, and GraphError for an unknown word.
    """
    inside = setting(graph)
    wanted = chosen(graph, which)
    out: list[Row] = []
    for d in wanted:
        out.append(row_of(d, inside))
        out.extend(_base_rows(d, graph, inside))
    out.extend(_beyond_row(wanted, inside))
    if which == "all":
        out.extend(_update_row(*pair) for pair in graph.updates)
    return tuple(out)


def chosen(graph: Graph, which: Which) -> tuple[Definition, ...]:
    """All definitions, those of the outputs, the cotangents, or those named."""
    if which == "all":
        return graph.definitions
    if which == "outputs":
        wanted = {t.name for t in graph.outputs}
    elif isinstance(which, tuple):
        wanted = {graph.tensor(name).name for name in which}
    elif which == "gradient":
        wanted = {bar for _, bar in graph.cotangents}
        if not wanted:
            raise GraphError("the graph has no cotangents to print: take its gradient first")
    else:
        raise GraphError(f"which={which!r}: expected 'all', 'outputs' or 'gradient', or names")
    return tuple(d for d in graph.definitions if d.name in wanted)


def row_of(d: Definition, inside: Setting) -> Row:
    """The row of one definition."""
    return _row(d.tensor, d.free, d.expression, inside)


def formula_of(expression: sympy.Expr, inside: Setting) -> Tree:
    """The tree of an expression by itself; its free indices count in the order of their letters."""
    e = intake(expression)
    free = sorted(free_indices(e), key=lambda i: (i.letter, str(i.extent), i.dummy_index))
    tree = ordered(arrange(e, inside.around), free, inside.places)
    made = lettered(tree, choose(tree, free))
    return with_means(made) if inside.means else made


def _row(tensor: Tensor, slots: Sequence[sympy.Expr], e: sympy.Expr, inside: Setting) -> Row:
    free = [s for s in slots if isinstance(s, Index)]
    tree = ordered(arrange(e, inside.around), free, inside.places)
    avoid = (tensor.name, *inside.avoid)
    letters = choose(tree, free, avoid)
    left = Name(tensor, tuple(with_letters(slot_tree(s), letters) for s in slots))
    right = lettered(tree, letters, avoid)
    return Row(tensor.name, (left,), "=", right, inside.means)


def _base_rows(d: Definition, graph: Graph, inside: Setting) -> Iterator[Row]:
    """c[-1,k] = base, for as many places before the start as the graph reads."""
    if d.base is None or d.sequential is None:
        return
    axis = d.free.index(d.sequential)
    read = [
        shift_of(e.slots[axis])
        for o in graph.definitions
        for e in entries(o.expression)
        if e.tensor.name == d.name
    ]
    back = max([1, *(-found[1] for found in read if found)])
    made = []
    for s in range(1, back + 1):
        at = sympy.Integer(-s)
        slots = [at if i is d.sequential else i for i in d.free]
        made.append(_row(d.tensor, slots, rename(d.base, {d.sequential: at}), inside))
    if d.sequential in free_indices(d.base):
        yield from made
    else:
        yield replace(made[0], lefts=tuple(left for row in made for left in row.lefts))


def _beyond_row(chosen: Iterable[Definition], inside: Setting) -> Iterator[Row]:
    """c_bar[T,k] = 0: the convention by which the guard [t+1 < T] need not be written."""
    lefts: dict[Tree, None] = {}
    for d in chosen:
        for e in sorted(entries(d.expression), key=lambda e: inside.places.get(e.tensor.name, 0)):
            if e.tensor.name not in inside.around.cotangents:
                continue
            for axis, slot in enumerate(e.slots):
                found = shift_of(slot)
                if found and found[1] > 0 and e.tensor.indices[axis].sequential:
                    lefts.update((_beyond(e.tensor, axis, s), None) for s in range(found[1]))
    if lefts:
        yield Row("", tuple(lefts), "=", Number(Fraction(0)))


def _beyond(tensor: Tensor, axis: int, steps: int) -> Tree:
    slots: list[Tree] = list(map(Letter, tensor.indices))
    slots[axis] = slot_tree(tensor.indices[axis].extent + steps)
    name = Name(tensor, tuple(slots))
    free = [i for k, i in enumerate(tensor.indices) if k != axis]
    return with_letters(name, choose(name, free))


def _update_row(state: Tensor, new: Tensor) -> Row:
    letters = choose(Name(new, ()), state.indices, avoid=(state.name,))
    slots = tuple(Letter(i, letters[i]) for i in state.indices)
    return Row(state.name, (Name(state, slots),), "<-", Name(new, slots))
