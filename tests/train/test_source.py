"""Batches made ahead are the batches; a reader that stops early leaves no thread behind."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from symnet.notation import Index, Tensor, TrainingError
from symnet.train.data import Data
from symnet.train.generated import Generated, generated
from symnet.train.source import batches, counted


def pairs(rng: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    return {"x": rng.normal(size=(count, 2))}


def source(total: int) -> Generated:
    x = Tensor("x", Index("n", "N"), Index("i", 2))
    return replace(generated(pairs, total), inputs=(x,), extent=x.shape[0])


@pytest.mark.parametrize("first", [0, 2, 3])
def test_made_ahead_or_not(first: int) -> None:
    found = list(batches(source(10), 1, 0, first, 4))
    wanted = [source(10).batch(1, 0, k, 4) for k in range(first, 3)] if first < 3 else []
    assert [n for _, n in found] == [4, 4, 2][first:]
    for (a, _), (b, _) in zip(found, wanted, strict=True):
        assert a.keys() == b.keys() and all((a[k] == b[k]).all() for k in a)


def test_a_reader_may_stop() -> None:
    before = threading.active_count()
    coming = batches(source(100), 0, 0, 0, 1)
    next(coming)
    coming.close()
    assert threading.active_count() == before


def test_an_error_of_the_source_is_the_readers() -> None:
    def broken(rng: np.random.Generator, count: int) -> dict[str, np.ndarray]:
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        list(batches(generated(broken, 10), 0, 0, 0, 5))


def test_arrays_in_memory_need_no_thread() -> None:
    data = Data({"x": np.arange(5.0)}, frozenset("x"), 5)
    assert not data.is_slow
    seen = np.concatenate([a["x"] for a, _ in batches(data, 0, 0, 0, 2)])
    assert sorted(seen) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("total", "whole", "kept"), [(8, 2, 2), (9, 3, 2), (4, 1, 1), (7, 2, 1)])
def test_how_many_batches(total: int, whole: int, kept: int) -> None:
    assert (counted(total, 4, False), counted(total, 4, True)) == (whole, kept)


def test_no_batch_left_is_refused() -> None:
    assert counted(3, 4, False) == 1
    with pytest.raises(TrainingError, match="there are 3 samples, and a batch has 4; expected a"):
        counted(3, 4, True)


@pytest.mark.parametrize("made", [source(10), Data({"x": np.arange(10)}, frozenset("x"), 10)])
def test_the_last_smaller_batch_is_left_out(made: Data | Generated) -> None:
    given = list(batches(replace(made, drop_last=True), 1, 0, 0, 4))
    assert [n for _, n in given] == [4, 4]
    assert replace(made, drop_last=True).samples(4) == 8 and made.samples(4) == 10
    for (a, _), (b, _) in zip(given, batches(made, 1, 0, 0, 4), strict=False):
        assert (a["x"] == b["x"]).all()


def test_data_without_samples_are_one_batch() -> None:
    assert Data({"c": np.arange(3)}, frozenset(), 1, drop_last=True).count(32) == 1
