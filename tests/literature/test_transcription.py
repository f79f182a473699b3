"""The list itself: every derivative copied from the literature against torch's autograd."""

import numpy as np
import pytest

from tests.literature.entry import Known
from tests.literature.evaluate import draw, value
from tests.literature.sections import ENTRIES, SECTIONS


def test_no_name_twice() -> None:
    assert len(ENTRIES) == sum(len(s.ENTRIES) for s in SECTIONS)


def _differentiated(entry: Known, arrays: dict, sizes: dict, name: str, order: int) -> np.ndarray:
    import torch

    from tests.literature import torch_names

    numbers = {
        n: torch.as_tensor(a)
        if np.issubdtype(np.asarray(a).dtype, np.integer)
        else torch.tensor(a, dtype=torch.float64)
        for n, a in arrays.items()
    }

    def output(x: torch.Tensor) -> torch.Tensor:
        return value(entry.text, {**numbers, **sizes, name: x}, torch_names.NAMES)

    derive = torch.autograd.functional.jacobian if order == 1 else torch.autograd.functional.hessian
    return derive(output, numbers[name]).detach().numpy()


@pytest.mark.judges
@pytest.mark.parametrize("name", ENTRIES)
def test_literature_agrees_with_torch(name: str, rng: np.random.Generator) -> None:
    pytest.importorskip("torch")
    entry = ENTRIES[name]
    assert entry.gradient or entry.hessian
    for _ in range(3):
        arrays, sizes = draw(entry, rng)
        for order, given in ((1, entry.gradient), (2, entry.hessian)):
            for wrt, text in given.items():
                expected = np.asarray(value(text, {**arrays, **sizes}))
                found = _differentiated(entry, arrays, sizes, wrt, order)
                assert expected.shape == found.shape == np.shape(arrays[wrt]) * order
                scale = max(1.0, np.abs(found).max())
                np.testing.assert_allclose(expected, found, rtol=0, atol=1e-9 * scale, err_msg=wrt)
