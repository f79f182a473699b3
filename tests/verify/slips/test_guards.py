"""A slot and its guard are moved together."""

import pytest

from symnet.verify.slips import suggestions
from tests.verify.slips.settings import Made

SHIFTED = Made(
    "e[t] = x[t+1] - phi*x[t]; L = sum[t](e[t]^2)/2", {"x": "9", "phi": "", "e": "8"}, "x"
)


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("[t >= 1]*e[t-1] + phi*[t < 8]*e[t]", "sign"),
        ("[t >= 1]*e[t-1] - [t < 8]*e[t]", "factor"),
        ("-phi*[t < 8]*e[t]", "missing term"),
        ("[t < 7]*e[t+1] - phi*[t < 8]*e[t]", "shift or stride"),
    ],
)
def test_extents_that_are_numbers(claim: str, kind: str) -> None:
    slip = next(suggestions(SHIFTED.setting(f"x_bar[t] = {claim}")))
    assert slip.kind == kind


def test_guard_and_slot_are_one_shift() -> None:
    made = Made(
        "y[t] = sum[k]([0 <= t-k < T]*w[k]*x[t-k]); L = sum[t](y[t]*g[t])",
        {"x": "T", "w": "K", "g": "T"},
        "w",
    )
    claim = "w_bar[k] = sum[t]([0 <= t-k-1 < T]*g[t]*x[t-k-1])"
    slip = next(suggestions(made.setting(claim)))
    assert slip.kind == "shift or stride"
