"""How the derivatives of the list print: in lines that a reader takes in at once.

The literature's form here is a list of definitions with named intermediates. An entry prints in it
if no line of its index form is longer than LONGEST characters (without the remark behind a line);
the others are shown with their longest line (pytest -rP). Matrix form is not counted here.
"""

from symnet.render import text
from tests.literature.derive import derived
from tests.literature.sections import ENTRIES, SECTIONS

LONGEST = 100
SHARE = 0.9


def longest_line(name: str) -> str:
    written = (line for d in derived(name) for line in text(d.graph).splitlines())
    return max((line.split("  # ")[0] for line in written), key=len)


def test_most_print_with_named_intermediates() -> None:
    longest = {name: longest_line(name) for name in ENTRIES}
    wide = {name: line for name, line in longest.items() if len(line) > LONGEST}
    for section in SECTIONS:
        names = [e.name for e in section.ENTRIES]
        short = sum(name not in wide for name in names)
        print(f"{section.SECTION:32} {short:3} of {len(names):3}")
    for name, line in sorted(wide.items(), key=lambda item: -len(item[1])):
        print(f"{len(line):5}  {name}\n       {line}")
    assert len(ENTRIES) >= 130
    assert len(ENTRIES) - len(wide) >= SHARE * len(ENTRIES)


def test_nothing_is_left_unsaid() -> None:
    """A derivative that is 0 as a whole comes with its reason."""
    for name in ENTRIES:
        for d in derived(name):
            zero = [
                x.name
                for x in d.graph.definitions
                if x.expression == 0 and x.tensor in d.graph.outputs
            ]
            reasons = dict(d.graph.notes)
            assert all(reasons.get(z) for z in zero), (name, zero, d.graph.notes)
