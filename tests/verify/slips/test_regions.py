"""What is forgotten of a softmax, by solving for what it was applied to."""

import numpy as np
import pytest

from symnet.verify.slips.regions import BY, DIAGONAL, NONE, uncoupled
from symnet.verify.slips.subject import Subject
from tests.verify.slips.settings import Made

MADE = Made("p = softmax(z, axis=0); g@p", {"z": "K", "g": "K"}, "z")


@pytest.mark.parametrize(
    ("claim", "said"),
    [("p*g", NONE), ("p*(1 - p)*g", DIAGONAL), ("g", BY), ("g*g", "")],
)
def test_softmax(claim: str, said: str) -> None:
    subject = Subject(MADE.setting(claim))
    assert subject.claimed is not None
    found = uncoupled(subject.forward.pool, subject.claimed, subject.setting.truth)
    assert found == said


def test_log_softmax() -> None:
    made = Made("g@log_softmax(z, axis=0)", {"z": "K", "g": "K"}, "z")
    with np.errstate(all="ignore"):
        subject = Subject(made.setting("g + 0*z"))
        assert subject.claimed is not None
        found = uncoupled(subject.forward.pool, subject.claimed, subject.setting.truth)
    assert found == NONE
