"""The helper functions that generated modules carry, each from its own text."""

import math
from types import ModuleType

import mpmath
import numpy as np
import pytest

from symnet.codegen.build import load
from symnet.codegen.numpy_runtime import HELPERS


@pytest.fixture(scope="module")
def helpers() -> ModuleType:
    head = "import math\n\nimport numpy as np\n\nDTYPE = np.float64\n"
    return load(head + "\n".join(HELPERS.values()))


def test_erf_to_double_accuracy(helpers: ModuleType) -> None:
    x = np.concatenate(
        [np.linspace(-7, 7, 2001), [0.0, -0.0, 0.46875, 4.0, 1e-300, 30.0, np.inf, -np.inf]]
    )
    found = helpers.erf(x, out=np.empty_like(x))
    exact = np.array([float(mpmath.erf(mpmath.mpf(v))) for v in x])
    ulps = np.abs(found - exact) / np.spacing(np.maximum(np.abs(exact), 1e-300))
    assert ulps.max() <= 2
    assert math.isnan(helpers.erf(np.array([np.nan]), out=np.empty(1))[0])
    single = x.astype(np.float32)
    out = np.empty_like(single)
    assert np.abs(helpers.erf(single, out=out) - exact).max() <= 1e-6 and out.dtype == np.float32


def test_scatter_add_counts_repeated_places(helpers: ModuleType, rng: np.random.Generator) -> None:
    for shape in [(7,), (7, 3), (7, 2, 2)]:
        for index in (rng.integers(0, 7, 20), rng.integers(0, 7, (4, 5)), np.array([3])):
            source = rng.standard_normal((*index.shape, *shape[1:]))
            found, wanted = np.ones(shape), np.ones(shape)
            helpers.scatter_add(found, index, source)
            np.add.at(wanted, index, source)
            assert np.allclose(found, wanted, rtol=1e-13)
            helpers.scatter_add(found, index, 2.5)
            np.add.at(wanted, index, 2.5)
            assert np.allclose(found, wanted, rtol=1e-13)


def test_runs_keep_the_order_of_equal_indices(helpers: ModuleType) -> None:
    for far in (0, 70000):  # sorted by digits, or as they are
        order, found, first = helpers.runs(np.array([[2, 1 + far], [2, 0]]))
        assert order.tolist() == ([3, 0, 2, 1] if far else [3, 1, 0, 2])
        assert found.tolist() == sorted({0, 2, 1 + far})
        assert first.tolist() == ([0, 1, 3] if far else [0, 1, 2])


def test_rows_of_long_arrays_stay_an_array(helpers: ModuleType) -> None:
    short, long = np.zeros((4096, 2)), np.zeros((4097, 2))
    assert isinstance(helpers.rows(short), list) and helpers.rows(long) is long
    helpers.rows(short)[3][1] = 5.0
    assert short[3, 1] == 5.0


def test_runs_are_summed(helpers: ModuleType, rng: np.random.Generator) -> None:
    for count in (1, 5, 20, 200):  # short runs, then long ones
        index, source = rng.integers(0, 7, count), rng.standard_normal((count, 3))
        found, wanted = np.zeros((7, 3)), np.zeros((7, 3))
        rows = np.empty_like(source)
        helpers.sum_runs(found, helpers.runs(index), source, rows, np.ones(count))
        np.add.at(wanted, index, source)
        assert np.allclose(found, wanted, rtol=1e-12)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_part_is_what_stays_inside(helpers: ModuleType, step: int) -> None:
    for start in range(-5, 6):
        for count in range(1, 5):
            for size in range(1, 6):
                taken, put = helpers.part(count, start, step, size)
                ks = list(range(count))[taken]
                assert ks == [k for k in range(count) if 0 <= start + step * k < size]
                assert list(range(size))[put] == [start + step * k for k in ks]


def test_strided_views(helpers: ModuleType) -> None:
    x = np.arange(24.0).reshape(4, 6)
    found = helpers.strided(x, (1, 5), (2, 3), ((1, 0), (0, -2)))
    assert found.tolist() == [[11, 9, 7], [17, 15, 13]]
    assert np.shares_memory(found, x)


def test_places(helpers: ModuleType) -> None:
    flat, valid = helpers.places((3, 4), (np.arange(3), np.arange(3) + 2))
    assert flat.tolist() == [2, 7] and valid.tolist() == [True, True, False]


def test_small_ones(helpers: ModuleType) -> None:
    assert helpers.ratio(1.0, 4.0) == 0.25
    with np.errstate(all="ignore"):
        assert helpers.ratio(-1.0, 0.0) == -math.inf
    assert helpers.filled((3, 4), 2.0).shape == (3, 4)
    assert helpers.filled((1000, 100), 2.0).shape == (100,)
    assert helpers.filled((1000, 8, 100), 2.0).shape == (8, 100)
    assert helpers.filled((100000,), 2.0).shape == (100000,)
    a = helpers.empty((3, 5), np.float32)
    assert a.ctypes.data % 64 == 0 and a.shape == (3, 5) and not a.any()
    helpers.inside(0, "x")
    with pytest.raises(IndexError, match="x is read 2 beyond"):
        helpers.inside(2, "x")
    with pytest.raises(IndexError, match="t is read at -1"):
        helpers.require(np.array([0, -1]), 3, "t")
