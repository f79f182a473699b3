"""The cases of layers on pair representations: sizes for each catalogue entry."""

from functools import partial

from symnet.layers import catalogue
from tests.judges.case import Case

PAIRS = ({"I": 2, "D": 4, "C": 3}, {"I": 1, "D": 2, "C": 3})
HEADS = ({"I": 3, "D": 4, "H": 2, "C": 1}, {"I": 2, "D": 3, "H": 1, "C": 4})
ROWS = ({"N": 2, "I": 3, "M": 4, "D": 5, "H": 1, "C": 6}, {"N": 1, "I": 2, "M": 3, "D": 2, "C": 1})

ENTRIES = {
    "triangle_outgoing": PAIRS,
    "triangle_incoming": PAIRS,
    "triangle_starting": HEADS,
    "triangle_ending": HEADS,
    "row_attention": (ROWS[0], {**ROWS[1], "H": 2}),
    "column_attention": (
        {"N": 3, "I": 2, "M": 4, "H": 5, "C": 1},
        {"N": 1, "I": 2, "M": 3, "H": 1, "C": 2},
    ),
    "outer_product_mean": (
        {"N": 3, "I": 2, "M": 4, "C": 1, "D": 5},
        {"N": 1, "I": 3, "M": 2, "C": 2, "D": 1},
    ),
    "transition": ({"I": 2, "D": 3, "F": 4}, {"I": 1, "D": 2, "F": 3}),
}

# their second derivatives take seconds, and are those of their mirror images
FIRST_ONLY = ("triangle_incoming", "triangle_ending", "column_attention")

CASES: tuple[Case, ...] = tuple(
    Case(name, partial(catalogue()[name]), sizes, second=name not in FIRST_ONLY)
    for name, sizes in ENTRIES.items()
)
