"""The slides of one graph: which form, which figure, what the foot says."""

import pytest

from symnet.calculus import gradient
from symnet.cli import names
from symnet.cli.decks.passes import Passes, passes
from symnet.cli.judged import with_forward
from symnet.notation import CheckFailed, Definition
from symnet.notation.graph import replace
from symnet.notation.parse import parse
from symnet.render.decks.deck import Derivation, Formulas
from symnet.render.decks.deck import Math as Maths


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
    [backward] = made("attention").backward()
    assert backward.rows[1].reason == ("through ", Maths("P"))


def test_the_judges_are_in_the_foot() -> None:
    [unjudged], [judged] = made("dense").backward(), made("dense", 0).backward()
    assert unjudged.foot[0] == ()
    assert judged.foot[0][0] == "agrees with central differences: largest deviation "


def test_a_block_goes_layer_by_layer() -> None:
    parts = list(made("encoder_block").backward())
    assert [p.title.removeprefix("Backward: ") for p in parts] == [
        "layer norm y2", "feed-forward layer", "layer norm y1", "multi-head attention",
        "what several layers share",
    ]  # fmt: skip
    assert [p.first for p in parts[1:]] == [p.first + len(p.rows) for p in parts[:-1]]
    assert sum(len(p.rows) for p in parts) == parts[0].count == len(made("encoder_block").own)


def test_forward_comes_back() -> None:
    graph = names.graph("attention")
    derived = gradient(graph, ["V"], "O_bar")
    assert derived.definition("O") is None
    whole = with_forward(derived, graph)
    assert whole.outputs[0].name == "O"
    assert whole.definition("V_bar") == derived.definition("V_bar")


def test_the_gradient_that_is_shown_is_the_one_that_is_judged() -> None:
    graph = names.graph("dense")
    derived = gradient(graph, ["x", "W"], "y_bar")
    first, *rest = derived.definitions
    spoiled = replace(derived, definitions=(Definition(first.entry, 2 * first.expression), *rest))
    with pytest.raises(CheckFailed, match="do not confirm"):
        passes("dense", graph, ("x", "W"), spoiled, "16:9")


def test_a_loss_that_its_gradient_reads_is_drawn_as_one() -> None:
    """L = x sigma(x), x_bar = sigma(x) (1 + x - L): the gradient has all definitions already."""
    graph = parse("L = x*sigmoid(x)", shapes={"x": ""})
    [slide, *_] = passes("silu", graph, ("x",), gradient(graph, ["x"]), "16:9", None).backward()
    assert slide.figure is not None
    kinds = {n.box.name: n.kind for n in slide.figure.picture.nodes}
    assert kinds["L"] == "loss"
