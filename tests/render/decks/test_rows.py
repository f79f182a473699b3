"""Rows for slides: every line fits as it will be set; text is kept as it was typed."""

import pytest

from symnet.calculus import gradient
from symnet.layers import convolution, encoder_block
from symnet.layers.transformer import Block
from symnet.notation import Graph, Index, Tensor
from symnet.render.decks.rows import code_lines, deck_rows, definition_lines, fits
from symnet.render.latex import aligned_rows
from tests.render.sample_decks import AWKWARD, softmax


def block() -> Graph:
    x = Tensor("x", Index("n", "N"), Index("t", "T"), Index("d", "D"))
    return encoder_block(x, Block("H", "C", "F"))


@pytest.mark.parametrize("width", [146.0, 200.0, 400.0])
def test_every_line_fits(width: float) -> None:
    derived = gradient(block(), ["x", "W_q"], "y2_bar")
    rows = deck_rows(derived, width, 11.0)
    assert all(fits(r, width, 11.0) for r in rows)
    assert [r.key for r in rows] == [a.name for a in aligned_rows(derived)]


def test_a_row_without_matrix_form_says_so() -> None:
    x = Tensor("x", Index("n", "N"), Index("c", "C"), Index("a", "A"), Index("b", "B"))
    row = deck_rows(convolution(x, "O", 3), 400, 11.0, form="matrix")[0]
    assert row.reason == ("index form: it has more than two axes (n, c, u, v, p, q)",)


def test_a_definition_beside_a_graph() -> None:
    graph = softmax()
    lines = definition_lines(graph.definitions[0], graph, 300, 10.0)
    assert lines == deck_rows(graph, 300, 10.0)[0].lines


def test_code_is_kept_and_wrapped() -> None:
    lines = code_lines(f"p = softmax(x)\n{AWKWARD}", 120.0, 10.0)
    assert lines[0].text == "p = softmax(x)"
    assert len(lines) > 2
    assert "".join("".join(line.text for line in lines[1:]).split()) == "".join(AWKWARD.split())
    assert all(len(line.text) * 0.61 * 10 <= 120 for line in lines)
