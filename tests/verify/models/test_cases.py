"""Each entry knows its own signs; roots, maxima, masks and labels count; ranges do not."""

import numpy as np
import pytest

from symnet.notation import Graph
from symnet.notation.parse import parse
from symnet.verify.models.cases import (
    Cases,
    TooManySigns,
    combinations,
    is_branching,
    is_distinguishing,
)
from symnet.verify.models.draws import field_draws
from symnet.verify.models.evaluate import Evaluator
from symnet.verify.models.field import Field, Thinned
from symnet.verify.models.residues import PRIMES

GIVEN = {"x": "4", "y": "4", "X": "3 4", "c": "", "m": "3", "t": "2", "Y": "2 3"}
ASSUME = {"m": "mask", "t": "integer<4", "Y": "one_hot"}


def counted(
    text: str, name: str = "y", draws: int = 4096, discrete: bool = True
) -> tuple[int, int]:
    """(signs, combinations) of the entry with most of them."""
    given = {n: s for n, s in GIVEN.items() if n != name and n in text}
    graph: Graph = parse(text, given, {n: w for n, w in ASSUME.items() if n in given})
    rng = np.random.default_rng(1)
    salts = rng.integers(0, 2**63, size=draws).astype(np.uint64)
    arrays = field_draws(graph, {}, Field(PRIMES[0][0], salts), draws, rng)
    while True:
        field = Field(PRIMES[0][0], salts)
        values = Evaluator(graph, arrays, {}, field)
        try:
            values.value(name)
            return combinations(Cases(values, field, discrete), [name], field.alive)
        except Thinned as thinned:
            kept = np.flatnonzero(thinned.alive)
            salts = salts[kept]
            arrays = {n: a[kept] for n, a in arrays.items()}


COUNTS = [
    ("y[i] = relu(x[i])", (1, 2)),
    ("y = sum[i](relu(x[i]))", (4, 16)),
    ("y = sum[i](relu(x[i]) + relu(-x[i]) + abs(3*x[i]))", (4, 16)),
    ("y[i] = relu(x[i])*abs(c)", (2, 4)),
    ("y[i] = where(x[i] > c, 1, 0)", (1, 2)),
    ("y[i] = maximum(x[i], c)*(x[i] > c)", (1, 2)),
    ("y[i] = relu(relu(x[i]))", (1, 2)),
    ("y[i] = sum[j](where(j < 2, relu(x[j]), x[i]))", (2, 4)),
    ("y[i] = where(i > 0, relu(x[i]), 0) + x[i]", (1, 2)),
    ("y = max[i](x[i])", (2, 4)),
    ("y[n] = max[d](X[n,d])", (2, 4)),
    ("y[i] = sqrt(x[i]^2)", (1, 2)),
    ("y[i] = sqrt(x[i]^2 + c^2)*relu(x[i])", (2, 4)),
    ("y[i] = x[i]^2/sqrt(2)", (0, 1)),
    ("y = sum[i](m[i])*c", (3, 7)),
    ("y[n] = x[t[n]]", (2, 4)),
    ("y[i] = sum[n]([t[n] == i]*x[i])", (2, 4)),
    ("y[n] = sum[k](Y[n,k]*k)", (3, 3)),
    ("y[n] = c*y[n-1] + [t[n] == 1]\ny[-1] = 0", (2, 4)),
]


@pytest.mark.parametrize(("text", "expected"), COUNTS, ids=[t for t, _ in COUNTS])
def test_signs_of_an_entry(text: str, expected: tuple[int, int]) -> None:
    assert counted(text) == expected


def test_labels_may_be_left_out() -> None:
    assert counted("y = sum[i](m[i])*relu(c)", discrete=False) == (1, 2)


def test_too_many_signs() -> None:
    terms = [f"abs(X[n,d]*c + {k})" for k in range(6)]
    with pytest.raises(TooManySigns):
        counted(f"y = sum[n,d]({' + '.join(terms)})")


def test_a_few_draws_show_few_combinations() -> None:
    signs, seen = counted("y = sum[i](relu(x[i]))", draws=5)
    assert signs <= 4 and seen <= 5


def test_what_branches() -> None:
    def graph(text: str) -> Graph:
        return parse(
            text,
            {n: s for n, s in GIVEN.items() if n in text},
            {"m": "mask"} if "m" in text else {},
        )

    for text, signed, branching in (
        ("x[0]^2", False, False),
        ("c^2 + 1", False, False),
        ("relu(c)", True, True),
        ("where(c > 0, 1, 2)", True, True),
        ("sqrt(c^2 + 1)", False, True),
        ("c*sqrt(2)", False, False),
        ("m[0]*c", False, True),
    ):
        g = graph(text)
        names = [g.output.name]
        assert is_distinguishing(g, names) == signed, text
        assert is_branching(g, names) == branching, text
