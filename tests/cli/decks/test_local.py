"""The chain rule beside a row: complete, and evaluated before it is shown."""

import pytest

from symnet.calculus import gradient
from symnet.cli import names
from symnet.cli.decks.local import Reasons
from symnet.notation import CheckFailed, Definition, Graph


def reasons(name: str, width: float = 165.0) -> tuple[Reasons, Graph]:
    graph = names.graph(name)
    wrt = tuple(t.name for t in graph.given if not t.is_integer_valued)
    cotangent = f"{graph.output.name}_bar" if graph.output.order else None
    derived = gradient(graph, wrt, cotangent)
    return Reasons(graph, derived, width), derived


def test_softmax_inside_attention() -> None:
    found, _ = reasons("attention")
    panel = found.panel("S_bar")
    slope, rule, final = panel.chain
    assert slope == (
        r"\frac{\partial P_{ij}}{\partial S_{kl}}",
        r"= P_{ij}([j = l] - P_{il})\,[i = k]",
    )
    assert rule[0] == r"\bar S_{ij}"
    assert r"\bar P" in rule[1]
    assert final[0] == ""
    assert final[1] == r"= P_{ij}\Bigl(\bar P_{ij} - \sum_k P_{ik}\,\bar P_{ik}\Bigr)"


def test_two_paths_are_one_sum() -> None:
    """x occurs in mu and in e: the rule has both terms, and e_bar, which has no row, is said."""
    found, derived = reasons("layer_norm", 400.0)
    chain = found.panel("x_bar").chain
    lefts = [left for left, _ in chain]
    assert derived.definition("e_bar") is None
    assert r"\bar e_{nd}" in lefts
    rule = next(right for left, right in chain if left == r"\bar x_{nd}")
    assert r"\partial \mu" in rule
    assert r"\partial e" in rule


@pytest.mark.parametrize("name", ["attention", "layer_norm", "mlp", "softmax_cross_entropy"])
def test_no_line_continues_another_formula(name: str) -> None:
    """A line without a left side goes on with the chain rule of the cotangent itself."""
    found, derived = reasons(name, 400.0)
    for d in derived.definitions:
        chain = found.panel(d.name).chain
        for k, (left, _) in enumerate(chain):
            if not left:
                assert k == len(chain) - 1
                assert chain[k - 1][0].startswith(r"\bar")


def test_a_recurrence_has_words_only() -> None:
    found, _ = reasons("lstm")
    panel = found.panel("c_bar")
    assert not panel.chain
    assert panel.words


def test_what_is_too_wide_is_left_out() -> None:
    found, _ = reasons("attention", 40.0)
    assert not found.panel("S_bar").chain


def test_a_wrong_formula_is_not_shown() -> None:
    graph = names.graph("attention")
    derived = gradient(graph, ["Q", "K", "V"], "O_bar")
    wrong = [
        Definition(d.entry, 2 * d.expression) if d.name == "S_bar" else d
        for d in derived.definitions
    ]
    spoiled = Graph(
        *wrong, inputs=derived.inputs, outputs=derived.outputs, cotangents=derived.cotangents
    )
    with pytest.raises(CheckFailed, match="S_bar"):
        Reasons(graph, spoiled, 165.0).panel("S_bar")
