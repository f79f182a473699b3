"""Proofs in random models: what is equal, what differs, what is not known; sizes; failure."""

from itertools import islice

import numpy as np
import pytest
import sympy

from symnet.notation import Graph
from symnet.notation.parse import parse
from symnet.verify.prove import (
    FAILURE,
    candidate_sizes,
    compare_in_models,
    enough_for,
    is_legal,
    share_a_number,
    share_an_extent,
)


def graph_of(text: str, assume: dict[str, str] | None = None, **shapes: str) -> Graph:
    return parse(text, shapes, assume)


def compared(text: str, sizes: list[int], assume: dict[str, str] | None = None, **shapes: str):  # type: ignore[no-untyped-def]
    graph = graph_of(text, assume, **shapes)
    return compare_in_models(graph, "a", "b", [{s: n for s in graph.extents} for n in sizes])


def test_equal() -> None:
    found = compared("a[i] = (x[i] + 1)^2\nb[i] = x[i]^2 + 2*x[i] + 1", [2, 3], x="N")
    assert found.equal and not found.differs
    assert found.evidence.failure < 1e-100
    assert found.evidence.degree >= 2
    assert found.evidence.sizes == ((("N", 2),), (("N", 3),))


def test_differs() -> None:
    found = compared("a[i] = (x[i] + 1)^2\nb[i] = x[i]^2 + 2*x[i] + 1.0000001", [2], x="N")
    assert found.differs and not found.equal


def test_a_number_for_an_extent_differs_at_the_second_size() -> None:
    text = "a = sum[i](x[i])/N\nb = sum[i](x[i])/2"
    assert compared(text, [2], x="N").equal
    assert compared(text, [2, 3], x="N").differs


def test_what_the_field_does_not_know() -> None:
    found = compared(
        "a[i] = sqrt(x[i] - y[i])\nb[i] = sqrt(x[i] - y[i])*1.5/1.5", [9], x="N", y="N"
    )
    assert found.equal or "rejected" in found.why


def test_signs_need_draws() -> None:
    few = compared("a = sum[i](relu(x[i]))\nb = sum[i](x[i]*[x[i] > 0])", [2], x="N")
    many = compared("a = sum[i](relu(x[i]))\nb = sum[i](x[i]*[x[i] > 0])", [6], x="N")
    assert few.equal and many.equal
    assert "all 4 combinations" in few.evidence.cells
    assert "all 64 combinations" in many.evidence.cells
    assert many.evidence.trials >= enough_for(64) > few.evidence.trials
    assert many.evidence.failure <= FAILURE
    none = compared("a = sum[i](relu(x[i]))\nb = sum[i](x[i]*[x[i] > 0])", [14], x="N")
    assert not none.equal and not none.differs and "signs" in none.why


def test_a_hidden_root_is_no_proof() -> None:
    chosen = "where(x[i] > 0, sqrt(x[i]), x[i]"
    text = f"a[i] = {chosen})\nb[i] = {chosen} + relu(-x[i]))"
    found = compared(text, [2], x="N")
    assert not found.equal and "root" in found.why


def test_enough_draws_miss_no_combination() -> None:
    for s in (2, 16, 256):
        n = enough_for(s)
        assert s * np.exp(-n / s) <= FAILURE
    assert enough_for(1) == 1


# -- sizes ------------------------------------------------------------------------------------


def test_sizes_differ_and_avoid_numbers() -> None:
    graph = graph_of("np.sum(X@w)/3", X="N D", w="D")
    first = list(islice(candidate_sizes(graph, {3}), 5))
    assert all(len(set(s.values())) == len(s) and 3 not in s.values() for s in first)
    assert min(candidate_sizes(graph), key=lambda s: sum(s.values())) == next(
        candidate_sizes(graph)
    )
    assert list(candidate_sizes(graph_of("c^2", c=""))) == [{}]


def test_sizes_are_legal() -> None:
    graph = graph_of("conv[i] = sum[k](x[i+k]*w[k])", x="N", w="K", conv="N-K+1")
    for sizes in islice(candidate_sizes(graph), 10):
        assert is_legal(graph, sizes)
        named = {s.name: n for s, n in sizes.items()}
        assert named["N"] >= named["K"]


N, D, K = sympy.symbols("N D K", integer=True, positive=True)


@pytest.mark.parametrize(
    ("a", "b", "shared"),
    [
        ((2, 3), (3, 2), True),  # N D, N + D
        ((2, 3), (3, 4), True),  # D - N
        ((2, 3), (4, 3), True),  # D
        ((2, 6), (4, 3), True),  # N D
        ((2, 3), (4, 2), False),
    ],
)
def test_numbers_that_two_sizes_share(a: tuple[int, int], b: tuple[int, int], shared: bool) -> None:
    first, second = (dict(zip((N, D), s, strict=True)) for s in (a, b))
    assert share_a_number(first, second) == shared


def test_extents_that_two_sizes_share() -> None:
    assert share_an_extent({N: 2, D: 3}, {N: 4, D: 3})
    assert not share_an_extent({N: 2, D: 3}, {N: 3, D: 2})


@pytest.mark.parametrize("count", range(1, 6))
def test_a_second_choice_shares_nothing(count: int) -> None:
    names = "ABCDE"[:count]
    graph = graph_of(
        " + ".join(f"np.sum({c.lower()})" for c in names), **{c.lower(): c for c in names}
    )
    listed = list(islice(candidate_sizes(graph), 500))
    assert any(not share_a_number(s, listed[0]) for s in listed)
