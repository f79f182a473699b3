"""A sum that was forgotten: for a free letter, and where one entry stands."""

import pytest

from symnet.verify.slips import suggestions
from tests.verify.slips.settings import Made

LAYER = Made(
    "L = sum[n,k](G[n,k]*sum[d](X[n,d]*W[d,k]))", {"X": "N D", "W": "D K", "G": "N K"}, "W"
)


@pytest.mark.parametrize(
    ("claim", "correction"),
    [
        ("W_bar[d,k] = X[n,d]*G[n,k]", "W_bar[d,k] = sum[n](X[n,d]*G[n,k])"),
        ("X[n,d]*G[n,k]", "sum[n](X[n,d]*G[n,k])"),
        ("W_bar[d,k] = X[0,d]*G[0,k]", "W_bar[d,k] = sum[e](X[e,d]*G[e,k])"),
    ],
)
def test_sum_is_missing(claim: str, correction: str) -> None:
    slip = next(suggestions(LAYER.setting(claim)))
    assert (slip.kind, slip.correction) == ("missing sum or mean", correction)


def test_first_entry_in_numpy() -> None:
    made = Made("np.sum(g*a*x**2)", {"g": "N", "x": "N", "a": ""}, "a")
    slip = next(suggestions(made.setting("g[0]*x[0]**2")))
    assert (slip.kind, slip.correction) == ("missing sum or mean", "np.sum(g*x**2)")
