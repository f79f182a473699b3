"""Every right form of the public list is proved or agrees, every wrong form is refuted.

`python tests/benchmarks/claims.py` prints the rates and the times of the whole list.
"""

import pytest

from symnet.notation.report import Verdict
from tests.claims.pair import Pair
from tests.claims.verdicts import Answer, answers, pairs, report_on

LISTED = pairs()


@pytest.mark.parametrize("pair", LISTED, ids=lambda p: p.name)
def test_verdicts(pair: Pair) -> None:
    for answer in answers([pair]):
        expected = Verdict.REFUTED if answer.wrong is not None else None
        found = answer.report.verdict
        assert (found is Verdict.REFUTED) == (expected is Verdict.REFUTED), answer.report


def test_rates() -> None:
    """On every eighth pair: the share that is proved, and of which the slip is named at once."""
    found = list(answers(LISTED[::8]))
    right = [a for a in found if a.wrong is None]
    wrong = [a for a in found if a.wrong is not None]
    assert len(LISTED) >= 120
    assert sum(len(p.wrong) for p in LISTED) >= 180
    assert sum(a.report.verdict is Verdict.PROVED for a in right) >= 0.9 * len(right)
    missed = [f"{a.pair.name}: {a.claim} ({a.kind})" for a in wrong if not a.is_named]
    assert len(missed) <= 0.2 * len(wrong), "\n".join(missed)


def test_corrections_are_true() -> None:
    """A correction, claimed in its turn, is proved or agrees."""
    for pair in LISTED[::16]:
        for answer in answers([pair]):
            if answer.wrong is not None and answer.report.correction:
                assert _again(answer), answer.report


def _again(answer: Answer) -> bool:
    return bool(report_on(answer.pair, answer.report.correction))
