"""Which vectors lie in a row: what the whole graph uses as one."""

from symnet.calculus import gradient
from symnet.notation.parse import parse
from symnet.render.matrix.rows import page
from tests.render.subjects import MODELS, backward


def test_a_bias_with_its_cotangent() -> None:
    assert page(backward(MODELS["dense"]())).dress.rows == {"b", "b_bar"}
    assert page(MODELS["dense"]()).dress.rows == {"b"}


def test_the_statistics_of_columns() -> None:
    assert {"mu", "r"} <= page(MODELS["batch_norm"]()).dress.rows
    assert page(MODELS["layer_norm"]()).dress.rows == {"b"}


def test_weights_and_labels_are_columns() -> None:
    graph = parse("np.sum((X@w - y)**2)", {"X": "N D", "w": "D", "y": "N"})
    assert page(gradient(graph, "w", with_value=True)).dress.rows == frozenset()


def test_outer_products_do_not_decide() -> None:
    graph = parse("np.outer(a, b)", {"a": "N", "b": "D"})
    assert page(gradient(graph, ["a", "b"], cotangent="G")).dress.rows == frozenset()


def test_the_choice_of_rows_changes_nothing() -> None:
    graph = backward(MODELS["dense"]())
    one = page(graph, ("b_bar",))
    assert one.dress.rows == page(graph).dress.rows
    assert [r.row.name for r in one.rows] == ["b_bar"]


def test_inverses_are_known_by_what_they_invert() -> None:
    graph = parse("np.trace(np.linalg.inv(X))", {"X": "N N"})
    assert set(page(graph).dress.inverses) == {"X_inv"}
