"""The generator of random graphs draws every node kind, and its decisions decide everything."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

from symnet.notation import (
    FUNCTIONS,
    ArgLargest,
    Binder,
    Compare,
    Definition,
    Determinant,
    Entry,
    Graph,
    Index,
    Inverse,
    Largest,
    LogDeterminant,
    Product,
    Total,
    bound_indices,
    entries,
    shift_of,
)
from tests.graphs import Case, Seeded, random_case, readable

GRAPHS = 500


@cache
def drawn() -> tuple[Case, ...]:
    return tuple(random_case(Seeded(seed)) for seed in range(GRAPHS))


def definitions() -> Iterator[tuple[Graph, Definition]]:
    for case in drawn():
        for d in case.graph.definitions:
            yield case.graph, d


def share(found: int) -> float:
    return found / GRAPHS


def test_every_function_and_reduction_is_drawn() -> None:
    heads = (Inverse, Determinant, LogDeterminant)
    kinds = (*FUNCTIONS.values(), *heads, Total, Product, Largest, ArgLargest, Compare)
    seen = Counter(kind for _, d in definitions() for kind in kinds if d.expression.has(kind))
    assert all(seen[kind] >= 10 for kind in kinds), seen


def test_every_kind_of_slot_is_drawn() -> None:
    seen: Counter[str] = Counter()
    for _, d in definitions():
        for e in entries(d.expression):
            for own, slot in zip(e.tensor.indices, e.slots, strict=True):
                if isinstance(slot, Entry):
                    seen["gather"] += 1
                elif isinstance(slot, ArgLargest):
                    seen["argmax"] += 1
                elif isinstance(slot, Index):
                    seen["free" if slot in d.free else "bound"] += 1
                    seen["other extent"] += slot.extent != own.extent
                elif slot.is_number or not slot.has(Index):
                    seen["fixed"] += 1
                elif shift_of(slot):
                    seen["shift"] += 1
                else:
                    seen["affine"] += 1
    kinds = ("gather", "argmax", "free", "bound", "other extent", "fixed", "shift", "affine")
    assert all(seen[kind] >= 10 for kind in kinds), seen


def test_recurrences_of_every_kind_are_drawn() -> None:
    seen: Counter[str] = Counter()
    for graph, d in definitions():
        names = {e.tensor.name for e in entries(d.expression)}
        carried = [s for e in entries(d.expression) for s in map(shift_of, e.slots) if s]
        later = {x.name for x in graph.definitions[graph.definitions.index(d) :]}
        if not names & later:
            continue
        seen["mutual"] += bool(names & later - {d.name})
        seen["ahead"] += any(s[0].sequential and s[1] > 0 for s in carried)
        seen["two back"] += any(s[0].sequential and s[1] == -2 for s in carried)
        seen["no base"] += d.base is None
        seen["number as base"] += d.base is not None and not d.base.has(Entry)
        seen["tensor as base"] += d.base is not None and d.base.has(Entry)
    kinds = ("mutual", "ahead", "two back", "no base", "number as base", "tensor as base")
    assert all(seen[kind] >= 10 for kind in kinds), seen


def test_letters_clash() -> None:
    between_free = between_bound = across = 0
    for _, d in definitions():
        free = [i.letter for i in d.free]
        bound = [i.letter for i in bound_indices(d.expression)]
        between_free += len(set(free)) < len(free)
        between_bound += len(set(bound)) < len(bound)
        across += bool(set(free) & set(bound))
    assert min(share(between_free), share(between_bound), share(across)) > 0.3


def test_orders_extents_and_numbers_of_definitions() -> None:
    orders = Counter(t.order for case in drawn() for t in case.graph.tensors)
    assert all(orders[k] >= 50 for k in range(4))
    integer = sum(any(e.is_Integer for t in c.graph.tensors for e in t.shape) for c in drawn())
    symbolic = sum(bool(c.graph.extents) for c in drawn())
    assert share(integer) > 0.5 and share(symbolic) > 0.5
    assert {n for c in drawn() for n in c.sizes.values()} == {1, 2, 3}
    lengths = [len(c.graph.definitions) for c in drawn()]
    assert min(lengths) == 1 and max(lengths) >= 8
    shared = sum(any(n > 1 for n in Counter(_readers(c.graph)).values()) for c in drawn())
    assert share(shared) > 0.5


def _readers(graph: Graph) -> Iterator[str]:
    for d in graph.definitions:
        yield from {e.tensor.name for e in entries(d.expression)}


def test_assumptions_and_labels_are_drawn() -> None:
    words = Counter(w for c in drawn() for t in c.graph.given for w in t.assume)
    kinds = ("integer", "positive", "mask", "one_hot", "simplex")
    assert all(words[w] >= 10 for w in kinds), words


def test_a_seed_decides_the_graph() -> None:
    assert str(random_case(Seeded(7))) == str(random_case(Seeded(7)))
    assert str(random_case(Seeded(7))) != str(random_case(Seeded(8)))


def test_the_text_of_a_case_tells_indices_of_one_letter_apart() -> None:
    for case in drawn()[:50]:
        for line, d in zip(
            readable(case.graph).splitlines()[-len(case.graph.definitions) :],
            case.graph.definitions,
            strict=True,
        ):
            left = line.split(" = ")[0]
            letters = left[len(d.name) :].strip("[]").split(",") if d.free else []
            assert len(set(letters)) == len(d.free)
            assert not d.expression.has(Binder) or "[" in line
