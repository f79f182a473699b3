"""The checker's answers on the public list: verdicts, slips, corrections, times.

answers()  =>  an Answer for each form of each pair;   corrections are checked again
"""

import importlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from symnet.notation.report import Report, SlipKind
from symnet.verify.check import check
from tests.claims.pair import Pair, Wrong

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Answer:
    """`wrong` is None for a right form."""

    pair: Pair
    claim: str
    report: Report
    seconds: float
    wrong: Wrong | None = None

    @property
    def kind(self) -> SlipKind | None:
        return None if self.report.slip is None else self.report.slip.kind

    @property
    def is_named(self) -> bool:
        """Whether the slip is one that a lecturer would name."""
        return self.wrong is not None and self.kind in self.wrong.kinds


def pairs() -> list[Pair]:
    """All pairs of the list, in the order of their files."""
    found: list[Pair] = []
    for file in sorted(FOLDER.glob("*.py")):
        if "\nPAIRS = [" in file.read_text(encoding="utf-8"):
            found += importlib.import_module(f"tests.claims.{file.stem}").PAIRS
    return found


def report_on(pair: Pair, claim: str) -> Report:
    of = None if pair.of == "gradient" and pair.wrt is not None else pair.of
    return check(
        pair.function, pair.wrt, claim, pair.shapes, pair.assume, of=of, cotangent=pair.cotangent
    )


def answers(listed: Iterable[Pair]) -> Iterator[Answer]:
    """What check says of every form, timed."""
    for pair in listed:
        forms: list[tuple[str, Wrong | None]] = [(c, None) for c in pair.right]
        for claim, wrong in (*forms, *((w.claim, w) for w in pair.wrong)):
            start = time.perf_counter()
            report = report_on(pair, claim)
            yield Answer(pair, claim, report, time.perf_counter() - start, wrong)
