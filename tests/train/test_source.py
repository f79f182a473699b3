"""Batches made ahead are the batches; a reader that stops early leaves no thread behind."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from symnet.notation import Index, Tensor
from symnet.train.data import Data
from symnet.train.generated import Generated, generated
from symnet.train.source import batches


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
