"""The last slides: programs that are short enough, sentences, sources once."""

import ast

import pytest

from symnet.calculus import gradient
from symnet.cli import names
from symnet.cli.decks.closing import in_lines, learnt, program, references, sentences
from symnet.render.decks.deck import Code
from symnet.render.text import text


def test_a_program_that_can_be_pasted() -> None:
    graph = names.graph("attention")
    [slide] = program("Attention", gradient(graph, ["Q"], "O_bar"))
    assert isinstance(slide, Code)
    assert slide.lines[-1].startswith("Q_bar = ")


def test_a_program_that_is_too_long_has_no_slide(monkeypatch: pytest.MonkeyPatch) -> None:
    derived = gradient(names.graph("attention"), ["Q"], "O_bar")
    monkeypatch.setattr("symnet.cli.decks.closing.MOST_LINES", 3)
    assert list(program("Attention", derived)) == []


def test_sentences_are_points() -> None:
    assert list(sentences("One. Two,\nthree p. 4 too. Five?")) == [
        ("One.",), ("Two, three p. 4 too.",), ("Five?",)
    ]  # fmt: skip
    assert list(learnt("x", "")) == []


def test_sources_once_and_only_those_with_a_year() -> None:
    [slide] = references(["Bishop 2006", "shift invariance", "Bishop 2006", "He 2016"])
    assert slide.items == (("Bishop 2006",), ("He 2016",))  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["convolution", "attention", "mlp"])
def test_a_broken_statement_is_the_same_statement(name: str) -> None:
    graph = names.graph(name)
    wrt = [t.name for t in graph.given]
    whole = text(gradient(graph, wrt, f"{graph.output.name}_bar"), form="numpy").splitlines()
    for line in whole:
        parts = in_lines(line, 60)
        assert ast.dump(ast.parse("\n".join(parts))) == ast.dump(ast.parse(line))
        assert len(parts) == 1 or len(line) > 60
