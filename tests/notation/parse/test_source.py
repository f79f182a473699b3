"""Places of errors: the line, a window of a long one, and carets under the whole node."""

import ast

import pytest

from symnet.notation import ParseError
from symnet.notation.parse.index_lines import read_index_source
from symnet.notation.parse.source import nearest, pointed, read_source


def found(text: str, kind: type[ast.AST], index: bool = False) -> str:
    source = (read_index_source if index else read_source)(text)
    node = next(n for s in source.body for n in ast.walk(s) if isinstance(n, kind))
    return str(source.error(node, "said"))


def test_carets_are_under_the_whole_node() -> None:
    assert found("y = f(x) + 1", ast.Call) == "said\n  y = f(x) + 1\n      ^^^^"


def test_the_right_line_is_shown_without_indentation() -> None:
    assert found("a = 1\n    y = f(x)\nb = 2", ast.Call) == "said\n  y = f(x)\n      ^^^^"


def test_columns_count_characters_not_bytes() -> None:
    assert found("\u03c3 = \u03b1 + f(x)", ast.Call).split("\n")[2] == "          ^^^^"


def test_columns_of_translated_text_are_those_of_the_text() -> None:
    shown = found("y[n] = x^2 + [n = 1]*f(x)", ast.Call, index=True)
    assert shown == "said\n  y[n] = x^2 + [n = 1]*f(x)\n                       ^^^^"
    shown = found("y[n] = x^2^[n = 1]", ast.Compare, index=True)
    assert shown.split("\n")[2] == "              ^^^^^"


def test_a_long_line_is_shown_in_part() -> None:
    text = "y = " + "a + " * 60 + "f(x)" + " + b" * 60
    _, line, carets = found(text, ast.Call).split("\n")
    assert len(line) < 112 and line.strip().startswith("...") and line.endswith("...")
    assert line[carets.index("^") : carets.rindex("^") + 1] == "f(x)"


def test_a_long_node_is_pointed_at_within_the_window() -> None:
    line, carets = pointed("a" * 500, 90, 400).split("\n")
    assert len(carets) <= len(line)


@pytest.mark.parametrize(
    ("text", "under"), [("y = x +", ""), ("y = (x", "("), ("y = x ? 2", "?"), ("y = 1 2", "2")]
)
def test_what_is_not_grammar_is_pointed_at(text: str, under: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_source(text)
    message, *rest = str(caught.value).split("\n")
    assert message.startswith("the text cannot be read: ")
    if rest and under:
        assert rest[0][rest[1].index("^")] == under


def test_line_ends_of_other_systems() -> None:
    assert len(read_source("a = 1\r\nb = 2\rc = 3").body) == 3


def test_nearest_names() -> None:
    assert nearest("tahn", ["tanh", "sum"]) == "; did you mean tanh?"
    assert nearest("qqq", ["tanh", "sum"]) == ""


def test_a_caret_stands_under_the_bracket_that_is_not_closed() -> None:
    with pytest.raises(ParseError) as error:
        read_source("z = X @ w\nnp.sum((z - y)**2")
    message, line, caret = str(error.value).split("\n")
    assert "not closed" in message
    assert line[caret.index("^")] == "("
    assert line[: caret.index("^")].strip() == "np.sum"
