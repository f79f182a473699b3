"""A name that is assigned again: the value that it has where it is read."""

from __future__ import annotations

import ast

import pytest

from symnet.notation.parse import parse
from symnet.notation.parse.reassigned import told_apart
from symnet.notation.parse.source import read_source
from tests.by_numpy import compare

TEXTS = [
    "z = X @ W; z = z + 1; z = np.tanh(z); np.sum(z*z)",
    "X = X - 1; X = X*X; X @ W",
    "z = X; z = W; z",
    "z = X[0]; y = z*2; z = z + y; z",
    "z = X*X; y = np.exp(z); z = z/2; y + np.exp(z)",
    "k = 2; k = k + 1; X*k",
    "z = X; z = sum(z*k for k in range(3)); z",
]


@pytest.mark.parametrize("text", TEXTS)
def test_values_are_those_of_numpy(text: str) -> None:
    compare(text, {"X": "N D", "W": "D K"})


def test_the_new_name_is_reported() -> None:
    graph = parse("z = X*X; z = np.sum(z); z*z", {"X": "N"})
    assert [d.name for d in graph.definitions] == ["z", "z2", "L"]
    assert ("z2", "z from line 1 on") in graph.notes


def test_a_loop_variable_is_not_the_name_outside() -> None:
    body, _ = told_apart(read_source("k = 1; k = 2; [k for k in range(3)]").body, [], [])
    assert "k2" not in ast.unparse(body[-1])
