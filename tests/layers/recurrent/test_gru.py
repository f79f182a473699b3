"""Three cells called GRU: which are one function, and where."""

import numpy as np
import pytest

from symnet.layers import gru
from symnet.notation import UnsupportedExpression
from tests.layers.recurrent.cells import drawn, k, states, x

cho, chung, after = (gru(x, k, convention=c) for c in ("cho", "chung", "reset_after"))


def test_cho_and_chung_are_one_function_with_the_update_gate_turned(
    rng: np.random.Generator,
) -> None:
    arrays = drawn(cho, rng)
    turned = {v: -a if v in ("W_z", "U_z", "b_z") else a for v, a in arrays.items()}
    np.testing.assert_allclose(states(chung, turned), states(cho, arrays), atol=1e-14)
    assert not np.allclose(states(chung, arrays), states(cho, arrays))


def test_before_and_after_are_two_functions(rng: np.random.Generator) -> None:
    arrays = drawn(after, rng)
    arrays["c_h"][:] = 0
    same = {v: a for v, a in arrays.items() if v != "c_h"}
    assert not np.allclose(states(after, arrays), states(cho, same))


@pytest.mark.parametrize("how", ["diagonal", "open"])
def test_but_one_for_a_diagonal_matrix_or_an_open_gate(how: str, rng: np.random.Generator) -> None:
    arrays = drawn(after, rng)
    arrays["c_h"][:] = 0
    if how == "diagonal":
        arrays["U_h"] = np.diag(np.diag(arrays["U_h"]))
    else:
        arrays["W_r"][:] = arrays["U_r"][:] = 0
        arrays["b_r"][:] = 1e3
    same = {v: a for v, a in arrays.items() if v != "c_h"}
    np.testing.assert_allclose(states(after, arrays), states(cho, same), atol=1e-14)


def test_only_after_has_two_biases() -> None:
    own = {p.name for p in cho.parameters}
    assert own == {p.name for p in chung.parameters}
    assert {p.name for p in after.parameters} - own == {"c_h"}


def test_a_convention_must_be_named() -> None:
    with pytest.raises(TypeError, match="convention"):
        gru(x, k)
    with pytest.raises(UnsupportedExpression, match=r"'keras': expected one of cho, chung, reset"):
        gru(x, k, convention="keras")
