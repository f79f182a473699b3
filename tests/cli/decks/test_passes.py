"""The slides of one graph: which form, which figure, what the foot says."""

import sympy

from symnet.calculus import gradient
from symnet.cli import names
from symnet.cli.decks.passes import Passes, passes, users, with_forward
from symnet.render.deck import Derivation, Formulas
from symnet.render.deck import Math as Maths


def made(name: str, seed: int | None = None) -> Passes:
    graph = names.graph(name)
    wrt = tuple(t.name for t in graph.given if not t.is_integer_valued)
    cotangent = f"{graph.output.name}_bar" if graph.output.order else None
    return passes(name, graph, wrt, gradient(graph, wrt, cotangent), "16:9", seed)


def test_matrix_form_where_there_is_one() -> None:
    assert made("attention").has_matrix_form
    assert not made("lstm").has_matrix_form  # every row would be of numbered matrices
    kinds = [type(s) for s in made("attention").slides()]
    assert kinds == [Formulas, Derivation, Formulas]


def test_rows_say_through_what_they_come() -> None:
    backward = made("attention").backward()
    assert backward.rows[1].reason == ("through ", Maths("P"))


def test_the_judges_are_in_the_foot() -> None:
    assert made("softmax").judged_by() == ()
    said = made("dense", 0).judged_by()
    assert said[0] == "agrees with central differences: largest deviation "
    assert isinstance(said[1], Maths)
    assert r"10^{-" in said[1].latex or said[1].latex == "0"


def test_users_and_forward() -> None:
    graph = names.graph("attention")
    assert [t.name for t in users(graph, "V")] == ["O"]
    derived = gradient(graph, ["V"], "O_bar")
    assert derived.definition("O") is None
    whole = with_forward(derived, graph)
    assert whole.outputs[0].name == "O"
    assert sympy.S.Zero is not whole.definition("V_bar")
