"""Two choices of sizes that share no number; a third where signs decide; drawn once."""

from itertools import combinations

import numpy as np
import pytest

from symnet.notation import CheckFailed, Graph
from symnet.notation.parse import parse
from symnet.verify.points import DRAWS, Pool
from symnet.verify.prove import share_a_number


def graph_of(text: str, **shapes: str) -> Graph:
    return parse(text, shapes)


def test_sizes_share_no_number() -> None:
    graph = graph_of("np.mean(X@W)", X="N D", W="D K")
    first, second = Pool(0).points(graph, [graph.output.name])
    assert not share_a_number(first.sizes, second.sizes)
    assert len(set(first.sizes.values())) == len(first.sizes)
    assert first.draws == second.draws == DRAWS


def test_written_numbers_are_avoided() -> None:
    graph = graph_of("np.sum(X)/6 + 3", X="N D")
    for p in Pool(0).points(graph, [graph.output.name]):
        assert not {3, 6} & set(p.sizes.values())


def test_a_third_choice_where_signs_decide() -> None:
    graph = graph_of("np.sum(relu(X@w))", X="N D", w="D")
    found = Pool(0).points(graph, [graph.output.name])
    assert len(found) == 3
    assert not share_a_number(found[0].sizes, found[2].sizes)
    for p, q in combinations(found[:2], 2):
        assert all(p.sizes[s] != q.sizes[s] for s in p.sizes)


def test_no_extents_one_choice() -> None:
    graph = graph_of("np.sum(x**2)", x="3")
    (only,) = Pool(0).points(graph, [graph.output.name])
    assert only.sizes == {}
    assert only.at(1)["x"].shape == (3,)
    assert only.of(graph).keys() == {"x"}


def test_drawn_once_and_by_the_seed() -> None:
    graph = graph_of("np.sum(x**2)", x="N")
    pool = Pool(4)
    names = [graph.output.name]
    assert pool.points(graph, names) is pool.points(graph, names)
    again = Pool(4).points(graph, names)[0].arrays["x"]
    assert np.array_equal(pool.points(graph, names)[0].arrays["x"], again)
    assert not np.array_equal(Pool(5).points(graph, names)[0].arrays["x"], again)


def test_nothing_finite() -> None:
    graph = graph_of("np.log(-x**2 - 1)", x="N")
    with pytest.raises(CheckFailed, match="not finite"):
        Pool(0).points(graph, [graph.output.name])
