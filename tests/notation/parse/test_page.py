"""Definitions made while a text is read: named once, kept as given, dropped when not needed."""

from symnet.notation.parse import parse

SHAPES = {"X": "N D", "x": "N"}


def names(text: str) -> list[str]:
    return [d.name for d in parse(text, SHAPES).definitions]


def test_equal_right_sides_have_one_name() -> None:
    assert names("np.sum(X - np.mean(X, 0)) + np.sum(X.mean(axis=0)**2)") == ["mu", "L"]


def test_the_last_definition_takes_the_authors_name() -> None:
    assert names("q = softmax(X); np.sum(q**2)") == ["q", "L"]
    assert names("softmax(X)") == ["y"]


def test_a_copy_under_another_name_is_the_same_tensor() -> None:
    assert names("u = X; np.sum(u*u)") == ["L"]


def test_the_output_keeps_axes_of_extent_one() -> None:
    graph = parse("np.mean(X, axis=1, keepdims=True)", SHAPES)
    assert [str(e) for e in graph.output.shape] == ["N", "1"]


def test_names_made_up_avoid_those_given_later() -> None:
    assert names("a = np.sum(softmax(X)**2); p = a + 1; p") == ["p2", "a", "p"]


def test_what_nothing_mentions_is_dropped_and_what_was_assigned_is_kept() -> None:
    assert names("np.sum(softmax(X))*0 + np.sum(x)") == ["L"]
    assert names("unused = np.sum(x**2); np.sum(x)") == ["unused", "L"]


def test_only_what_is_used_is_an_input() -> None:
    assert [t.name for t in parse("np.sum(x)", SHAPES).inputs] == ["x"]


def test_an_integer_gets_the_range_of_the_axis_that_it_reads() -> None:
    shapes = {"E": "V D", "t": "N", "F": "U D"}
    read = parse("np.sum(E[t])", shapes, assume={"t": "integer"})
    assert str(read.tensor("t").below) == "V"
    twice = parse("np.sum(E[t]) + np.sum(F[t])", shapes, assume={"t": "integer"})
    assert twice.tensor("t").below is None
