"""How the derivatives of the list print: in matrix form, or in lines read at one glance.

An entry prints well if all of it has a matrix form, or no line of its index form is longer than
LONGEST characters (without the remark behind a line): definitions with named intermediates, as in
the literature. The others are shown with their longest line (pytest -rP). Required of 120
functions: 110; of this list, the same share.
"""

import numpy as np
import pytest

from symnet.render import text
from tests.literature.derive import derived
from tests.literature.evaluate import NUMPY, draw, value
from tests.literature.sections import ENTRIES, SECTIONS

LONGEST = 100
SHARE = 110 / 120
FALLS_BACK = "  # in index form: "


def longest_line(name: str) -> str:
    written = (line for d in derived(name) for line in text(d.graph).splitlines())
    return max((line.split("  # ")[0] for line in written), key=len)


def has_matrix_form(name: str) -> bool:
    return not any(FALLS_BACK in text(d.graph, form="matrix") for d in derived(name))


def test_most_print_as_in_the_literature() -> None:
    longest = {name: longest_line(name) for name in ENTRIES}
    short = {name for name, line in longest.items() if len(line) <= LONGEST}
    matrix = {name for name in ENTRIES if has_matrix_form(name)}
    good = short | matrix
    print(f"{'section':32}   all  matrix form  short index form  either")
    for section in SECTIONS:
        names = {e.name for e in section.ENTRIES}
        counts = [len(names), len(names & matrix), len(names & short), len(names & good)]
        print(f"{section.SECTION:32} " + "  ".join(f"{n:5}" for n in counts))
    for name in ENTRIES:
        if name not in good:
            print(f"{len(longest[name]):5}  {name}\n       {longest[name]}")
    assert len(ENTRIES) >= 130
    assert len(matrix) >= 110
    assert len(good) >= SHARE * len(ENTRIES)


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


@pytest.mark.parametrize("name", ENTRIES)
def test_pasted_numpy_is_the_literature(name: str, rng: np.random.Generator) -> None:
    entry = ENTRIES[name]
    for d in derived(name):
        arrays, sizes = draw(entry, rng)
        scope = {**NUMPY, **sizes, **arrays}
        exec(compile(text(d.graph, form="numpy"), name, "exec"), scope)
        for output, literature in d.literature.items():
            expected = np.asarray(value(literature, {**arrays, **sizes}))
            scale = max(1.0, np.abs(expected).max(initial=0.0))
            np.testing.assert_allclose(scope[output], expected, rtol=0, atol=1e-9 * scale)
            assert np.shape(scope[output]) == expected.shape
