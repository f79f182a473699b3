"""The loss of each of 100 steps is that of a torch program, from one start, on the same batches.

pytest -m judges -s tests/judges/test_loss_curves.py     also prints how far they are apart

A Transformer's biases of keys have no effect and a gradient of 0, which rounding leaves at 1e-18 in
one program and not in the other; Adam divides by sqrt(s) + 1e-9, so they alone end 1e-10 apart.
"""

import numpy as np
import pytest

from tests.judges.systems import STEPS, SYSTEMS

pytestmark = pytest.mark.judges

BOUND = 1e-8


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_loss_curve_is_that_of_torch(name: str) -> None:
    from tests.judges.torch_systems import trained

    system = SYSTEMS[name]()
    found, learnt = system.trained()
    expected, known = trained(name, system.start(), system.batches())
    assert found.shape == expected.shape == (STEPS,)
    assert found[-10:].mean() <= (1 - system.fall) * found[0]
    apart = np.abs(found - expected)
    worst = {k: np.abs(learnt[k] - a).max() for k, a in known.items()}
    print(
        f"\n{name}: loss {found[0]:.4f} -> {found[-10:].mean():.4f}, apart by {apart.max():.1e} "
        f"at step {apart.argmax() + 1}; parameters by {max(worst.values()):.1e}"
    )
    assert apart.max() <= BOUND
    assert set(learnt) == set(known)
    assert max(worst.values()) <= BOUND, worst


def test_torch_has_a_program_for_each_system() -> None:
    from tests.judges.torch_systems import SYSTEMS as PROGRAMS

    assert set(PROGRAMS) == set(SYSTEMS)
