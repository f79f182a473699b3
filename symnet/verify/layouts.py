"""The layouts in which a derivative may be written down, as readings of a claim's axes.

    W_bar (D, K) given as (K, D): the transpose (numerator layout);   J (out, in) given as (in, out)
    (N, 1) for (N,);   one number for all entries

Where the shapes are the same nothing is transposed: A is never accepted for A^T.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import replace as replaced
from itertools import chain, permutations

import sympy

from symnet.notation import Definition, Entry, Graph, Index, Tensor, fresh, replace
from symnet.notation.parse.names import unused
from symnet.verify.truth import Truth

MOST_AXES = 6
Change = Callable[[Tensor, tuple[Index, ...]], sympy.Expr]


@dataclass(frozen=True)
class Reading:
    """A graph with a tensor of the truth's shape that says what the claim says in this layout."""

    graph: Graph
    name: str
    layout: str
    order: tuple[int, ...] | None = None  # the claim's axis that stands at each axis of the truth

    @property
    def turned(self) -> bool:
        """Whether the claim's axes are in another order than the truth's."""
        return bool(self.layout) and self.order is not None


def readings(
    graph: Graph, claimed: Tensor, truth: Tensor, own: int, free: bool, of: str
) -> Iterator[Reading]:
    """All readings of the claim that have the truth's shape, the plain one first.

    `own` counts the axes of the output in the truth; `free` says that the claim has no order of
    axes, since it has no left side.
    """
    have, want = claimed.shape, truth.shape
    if free and len(have) == len(want) and (order := _by_letters(claimed, truth)) is not None:
        plain = order == tuple(range(len(want)))
        yield Reading(graph, claimed.name, "") if plain else _view(graph, claimed, truth, order, "")
        return
    if have == want:
        yield Reading(graph, claimed.name, "")
        return
    if len(have) == len(want) and len(want) <= MOST_AXES:
        for order in _orders(len(want), own, have):
            if [have[k] for k in order] == list(want):
                yield _view(graph, claimed, truth, order, _said(of, own, want, have))
        return
    long = [k for k, e in enumerate(have) if e != 1]
    if [have[k] for k in long] == [e for e in want if e != 1]:
        yield _squeezed(graph, claimed, truth, long)
        return
    if len(have) < len(want) and list(have) == list(want[len(want) - len(have) :]):
        said = "one number for all entries" if not have else "the same for all entries of an axis"
        yield _repeated(graph, claimed, truth, said)


def _by_letters(claimed: Tensor, truth: Tensor) -> tuple[int, ...] | None:
    """The order of a claim that has none: by the truth's letters if it has them, else by extents.

    Axes of the same extent keep the order in which their letters occur: A is not read as A^T.
    """
    mine, theirs = ([i.letter for i in t.indices] for t in (claimed, truth))
    if sorted(mine) == sorted(theirs) and len(set(mine)) == len(mine):
        order = tuple(mine.index(letter) for letter in theirs)
        if [claimed.shape[k] for k in order] == list(truth.shape):
            return order
    left = list(range(claimed.order))
    out = []
    for extent in truth.shape:
        found = next((k for k in left if claimed.shape[k] == extent), None)
        if found is None:
            return None
        left.remove(found)
        out.append(found)
    return tuple(out)


def _orders(n: int, own: int, shape: tuple[sympy.Expr, ...]) -> Iterator[tuple[int, ...]]:
    """Orders of the axes, by plausibility: blocks swapped, all turned round, any other.

    In any other, axes of the same extent keep their order: A is not read as A^T.
    """
    same = tuple(range(n))
    swapped = (*range(n - own, n), *range(n - own)) if own else same
    seen = {same}
    kept = (p for p in permutations(range(n)) if _keeps_order(p, shape))
    for order in chain((swapped, same[::-1]), kept):
        if order not in seen:
            seen.add(order)
            yield order


def _keeps_order(order: tuple[int, ...], shape: tuple[sympy.Expr, ...]) -> bool:
    return all(a < b for k, a in enumerate(order) for b in order[k + 1 :] if shape[a] == shape[b])


def _said(of: str, own: int, want: tuple[sympy.Expr, ...], have: tuple[sympy.Expr, ...]) -> str:
    shown = f"({', '.join(map(str, have))}) for ({', '.join(map(str, want))})"
    if of == "jacobian":
        return f"denominator layout, {shown}: the variable's axes stand before the output's"
    if len(want) == 2:
        return f"the transpose, {shown}: numerator layout; a gradient here has its variable's shape"
    return f"axes in another order, {shown}"


def _view(
    graph: Graph, claimed: Tensor, truth: Tensor, order: tuple[int, ...], said: str
) -> Reading:
    slots = fresh(truth.indices)
    own: list[Index] = [slots[0]] * len(slots)
    for k, place in enumerate(order):
        own[place] = slots[k]
    return replaced(_defined(graph, slots, Entry(claimed, *own), said), order=order)


def _squeezed(graph: Graph, claimed: Tensor, truth: Tensor, plain: list[int]) -> Reading:
    slots = fresh(truth.indices)
    listed = iter(i for i in slots if i.extent != 1)
    own = [next(listed) if k in plain else sympy.S.Zero for k in range(claimed.order)]
    shapes = [", ".join(map(str, t.shape)) for t in (claimed, truth)]
    said = f"a shape of ({shapes[0]}) for ({shapes[1]})"
    return _defined(graph, slots, Entry(claimed, *own), said)


def _repeated(graph: Graph, claimed: Tensor, truth: Tensor, said: str) -> Reading:
    slots = fresh(truth.indices)
    return _defined(graph, slots, Entry(claimed, *slots[len(slots) - claimed.order :]), said)


def _defined(graph: Graph, slots: tuple[Index, ...], right: sympy.Expr, said: str) -> Reading:
    name = unused("claim_read", {t.name for t in graph.tensors})
    made = Definition(Entry(Tensor(name, *slots), *slots), right)
    return Reading(replace(graph, definitions=(*graph.definitions, made)), name, said)


def conventions(found: Reading, truth: Truth) -> Iterator[tuple[Reading, str]]:
    """(reading, name of the true tensor in its graph) under what an assumption leaves open.

    symmetric X: a gradient G counts up to an antisymmetric part; G + G^T - diag(G) is the
    derivative by the independent entries (Petersen & Pedersen 2012, eq. 138).
    simplex: a gradient counts up to a constant along the last axis.
    """
    if truth.of not in ("gradient", "vjp"):
        return
    words, order = truth.variable.assume, truth.variable.order
    if words & {"symmetric", "spd"} and order >= 2:
        said = f"of a symmetric {truth.variable.name} only the symmetric part of a gradient counts"
        yield _both(found, truth, said, _symmetric_part)
        said = (
            f"the derivative by the independent entries of the symmetric {truth.variable.name}, "
            "G + G^T - diag(G)"
        )
        yield _both(found, truth, said, _structured, claim_too=False)
    if words & {"simplex", "one_hot"} and order:
        said = "on a simplex a gradient counts up to a constant along the last axis"
        yield _both(found, truth, said, _centred)


def _both(
    found: Reading, truth: Truth, said: str, change: Change, claim_too: bool = True
) -> tuple[Reading, str]:
    graph = found.graph
    names = []
    for name in (found.name, truth.name):
        if name == found.name and not claim_too:
            names.append(name)
            continue
        t = graph.tensor(name)
        slots = fresh(t.indices)
        new = unused(f"{name}_part", {x.name for x in graph.tensors})
        right = change(t, slots)
        made = Definition(Entry(Tensor(new, *slots), *slots), right)
        graph = replace(graph, definitions=(*graph.definitions, made))
        names.append(new)
    layout = f"{found.layout}; {said}" if found.layout else said
    return Reading(graph, names[0], layout), names[1]


def _swapped(t: Tensor, slots: tuple[Index, ...]) -> Entry:
    return Entry(t, *slots[:-2], slots[-1], slots[-2])


def _symmetric_part(t: Tensor, slots: tuple[Index, ...]) -> sympy.Expr:
    return (Entry(t, *slots) + _swapped(t, slots)) / 2


def _structured(t: Tensor, slots: tuple[Index, ...]) -> sympy.Expr:
    from symnet.notation import delta

    entry = Entry(t, *slots)
    return entry + _swapped(t, slots) - delta(slots[-2], slots[-1]) * entry


def _centred(t: Tensor, slots: tuple[Index, ...]) -> sympy.Expr:
    from symnet.notation import mean

    k = slots[-1].fresh()
    return Entry(t, *slots) - mean(Entry(t, *slots[:-1], k), over=k)
