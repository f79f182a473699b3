"""The same slip at several places."""

import pytest

from symnet.verify.slips import suggestions
from tests.verify.slips.settings import Made


@pytest.mark.parametrize(
    ("function", "claim", "kind", "correction"),
    [
        (
            "(1 - np.exp(-x))/(1 + np.exp(-x))",
            "(1 + np.exp(-x))/(1 - np.exp(-x))",
            "sign",
            "(1 - np.exp(-x))/(1 + np.exp(-x))",
        ),
        (
            "np.sum((x + y)**2) + np.sum((x - y)**2)",
            "2*(np.linalg.norm(x) + np.linalg.norm(y))",
            "power",
            "2*(np.linalg.norm(x)**2 + np.linalg.norm(y)**2)",
        ),
    ],
)
def test_identities(function: str, claim: str, kind: str, correction: str) -> None:
    made = Made(function, {"x": "N", "y": "N"}, None, of="identity")
    slip = next(suggestions(made.setting(claim)))
    assert slip.kind == kind
    if kind == "power":
        assert slip.correction == correction
