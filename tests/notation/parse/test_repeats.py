"""Which expressions of a text stand more than once."""

import ast

import pytest

from symnet.notation.parse.repeats import name_for, repeated
from tests.by_numpy import compare

CASES = [
    ("np.exp(z) / np.sum(np.exp(z))", {"np.exp(z)"}),
    ("(x - y) * (x - y)", {"x - y"}),
    ("(x @ w - y)**2 + (x @ w)", {"x @ w"}),
    ("x + y + x + y", set()),
    ("X.T @ np.ones(3) + X.T + np.ones(3)", set()),
    ("np.sqrt(d) + np.sqrt(d)", set()),
    ("sum(np.exp(x[k]) for k in range(3)) + sum(np.exp(x[k]) for k in range(4))", set()),
    ("np.tanh(x @ w) + np.tanh(x @ w)", {"np.tanh(x @ w)"}),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_repeated(text: str, expected: set[str]) -> None:
    body = tuple(ast.parse(text).body)
    found = repeated(body)
    nodes = [n for s in body for n in ast.walk(s) if id(n) in found]
    assert {ast.unparse(n) for n in nodes} == expected


def test_a_repeated_expression_is_named_by_what_it_is() -> None:
    named = {"x - y": "e", "x @ y": "z", "np.exp(x)": "e", "softmax(x)": "p", "np.tanh(x)": "h"}
    for text, name in named.items():
        assert name_for(ast.parse(text, mode="eval").body) == name


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("K = X@B; P@(X@B)", {"X": "N D", "B": "D E", "P": "M N"}),
        ("r = y - X@w; np.sum((y - X@w)**2)*r", {"X": "N D", "w": "D", "y": "N"}),
        ("r = X@w; np.tanh(X@w) + r", {"X": "N D", "w": "D"}),
    ],
)
def test_a_named_part_that_is_written_out_again_has_that_name(
    text: str, shapes: dict[str, str]
) -> None:
    compare(text, shapes)
