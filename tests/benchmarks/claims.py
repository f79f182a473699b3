"""The acceptance figures of the checker on the public list of pairs, one process, one thread.

python tests/benchmarks/claims.py [--missed]      what falls short is listed with --missed
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rich.console import Console
from rich.progress import track
from rich.table import Table

from symnet.notation.report import SlipKind, Verdict
from tests.claims.verdicts import Answer, answers, pairs, report_on


def main() -> int:
    console = Console(stderr=True)
    listed = pairs()
    found: list[Answer] = []
    for pair in track(listed, "checking", console=console):
        found += answers([pair])
    right = [a for a in found if a.wrong is None]
    wrong = [a for a in found if a.wrong is not None]
    verdicts = Counter(a.report.verdict for a in right)
    refuted = [a for a in wrong if a.report.verdict is Verdict.REFUTED]
    named = [a for a in wrong if a.is_named]
    corrected = [a for a in refuted if a.report.correction]
    untrue = [
        a
        for a in track(corrected, "checking corrections", console=console)
        if not report_on(a.pair, a.report.correction)
    ]
    forms = Counter(a.report.evidence.kind for a in right)
    seconds = [a.seconds for a in found]
    slowest = max(found, key=lambda a: a.seconds)
    table = Table("figure", "reached", "target")
    table.add_row(
        "pairs; right forms; wrong forms",
        f"{len(listed)}; {len(right)}; {len(wrong)}",
        "120; -; 180",
    )
    table.add_row("wrong forms refuted", _share(refuted, wrong), "all")
    table.add_row("right forms refuted", str(verdicts[Verdict.REFUTED]), "0")
    table.add_row("right forms proved", _share(range(verdicts[Verdict.PROVED]), right), ">= 90 %")
    table.add_row("  by canonical form, for all sizes", str(forms["canonical form"]), "")
    table.add_row("  in random models, at sizes", str(forms["random models"]), "")
    table.add_row("slip named right at the first guess", _share(named, wrong), ">= 80 %")
    table.add_row("corrections given; not true", f"{len(corrected)}; {len(untrue)}", "-; 0")
    table.add_row("median of a check", f"{1e3 * median(seconds):.0f} ms", "< 100 ms")
    table.add_row("slowest", f"{max(seconds):.2f} s ({slowest.pair.name})", "< 2 s")
    Console().print(table)
    kinds = Table("kind of slip", "named right", "of")
    for kind in SlipKind:
        of = [a for a in wrong if a.wrong is not None and a.wrong.kinds[0] is kind]
        if of:
            kinds.add_row(kind, str(sum(a.is_named for a in of)), str(len(of)))
    Console().print(kinds)
    if "--missed" in sys.argv:
        for a in found:
            _missed(a)
        for a in untrue:
            print(f"correction not true: {a.pair.name}: {a.claim} => {a.report.correction}")
    good = len(refuted) == len(wrong) and not verdicts[Verdict.REFUTED] and not untrue
    return 0 if good and len(named) >= 0.8 * len(wrong) else 1


def _missed(a: Answer) -> None:
    if a.wrong is None and a.report.verdict is not Verdict.PROVED:
        print(f"{a.report.verdict}: {a.pair.name}: {a.claim} ({a.report.evidence.remarks})")
    elif a.wrong is not None and not a.is_named:
        wanted = "/".join(a.wrong.kinds)
        print(f"slip {a.kind} for {wanted}: {a.pair.name}: {a.claim}")


def _share(part: Sequence[object], whole: list[Answer]) -> str:
    n = len(part)
    return f"{n} of {len(whole)}, {100 * n / len(whole):.1f} %"


if __name__ == "__main__":
    raise SystemExit(main())
