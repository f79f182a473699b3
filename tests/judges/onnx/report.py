"""python -m tests.judges.onnx.report [NAME ..]: which cases pass, and why others are beyond.

Without names: a line for each operator with passing cases, then a line for each reason. With names
(of cases or operators): a line for each case.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable

from tests.judges.onnx.judge import Outcome, outcome
from tests.judges.onnx.load import cases


def summary(outcomes: Iterable[Outcome]) -> str:
    """The table of reasons: passing cases by operator, the others by reason, with numbers."""
    listed = list(outcomes)
    passed = Counter(o.case.operator for o in listed if o.passed)
    reasons: dict[str, list[Outcome]] = defaultdict(list)
    for o in listed:
        if o.beyond:
            reasons[o.beyond].append(o)
    wrong = [o for o in listed if o.wrong]
    lines = [
        f"{sum(passed.values())} of {len(listed)} cases pass "
        f"({sum(o.models for o in listed)} models, {sum(o.interpreted for o in listed)} of them "
        f"also interpreted), {len(wrong)} are wrong, {sum(map(len, reasons.values()))} beyond",
        "passed: " + ", ".join(f"{name} {n}" for name, n in sorted(passed.items())),
        *(f"wrong: {o.case.name} ({o.case.operator}): {o.wrong}" for o in wrong),
    ]
    for reason, group in sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0])):
        operators = sorted({o.case.operator for o in group} - {""})
        shown = f" ({', '.join(operators)})" if operators else ""
        lines.append(f"{len(group):4} {reason}{shown}")
    lines.append("passing cases that one of the ways to write them does not have:")
    without = Counter((o.case.operator, reason) for o in listed if o.passed for reason in o.other)
    lines += [f"{n:4} {name}: {reason}" for (name, reason), n in sorted(without.items())]
    return "\n".join(lines)


def main() -> None:
    wanted = set(sys.argv[1:])
    if not wanted:
        print(summary(map(outcome, cases())))
        return
    for name, case in cases().items():
        if wanted & {name, case.operator}:
            o = outcome(name)
            print(f"{name}: {'passed' if o.passed else o.wrong or 'beyond: ' + o.beyond}")


if __name__ == "__main__":
    main()
