"""An output that is a copy has no box of its own, and nothing of it is lost."""

from pathlib import Path

import networkx as nx
import pytest

import symnet as sn
from symnet.cli import names
from symnet.notation.parse import parse
from symnet.render.pictures.copies import without_copies
from symnet.render.pictures.network import to_networkx


def folded(graph: sn.Graph) -> "nx.DiGraph[str]":
    return without_copies(graph, to_networkx(graph))


def test_a_copy_stands_in_the_box_of_its_original() -> None:
    graph = sn.gradient(names.graph("lstm"), ["x", "W_i"], "y_bar", with_value=True)
    network = folded(graph)
    assert "y" not in network
    h = network.nodes["h"]
    assert h["kind"] == "output"
    assert h["copies"] == ("y",)
    assert h["formula"].endswith("y[n,t,k] = h[n,t,k]")
    assert network.edges["y_bar", "h"]["backward"]
    drawing = sn.draw(graph)
    assert "y" not in {n.box.name for n in drawing.picture.nodes}
    assert "y_{ntk} = h_{ntk}" in [line for n in drawing.picture.nodes for line in n.main.lines]


@pytest.mark.parametrize(
    "text",
    [
        "h[i,j] = tanh(x[i,j])\ny[j,i] = h[i,j]",  # turned
        "h[i] = tanh(x[i])\ny[i] = 2*h[i]",
        "h[i,j] = tanh(x[i,j])\ny[i] = h[i,i]",
        "y[i] = x[i]",  # of an input, which has a box of another kind
        "h[i] = tanh(x[i])\nz[i] = h[i]\ny[i] = z[i]*x[i]",  # in the middle
    ],
)
def test_what_is_no_copy_keeps_its_box(text: str) -> None:
    graph = parse(text)
    assert set(folded(graph)) == set(to_networkx(graph))


def test_a_copy_whose_cotangent_is_made_keeps_its_box() -> None:
    graph = parse("h[i] = tanh(x[i])\ny[i] = h[i]\nL = sum[i](y[i]^2)")
    both = sn.gradient(graph, ["x", "y"])
    assert set(folded(both)) == set(to_networkx(both))


def test_a_page_has_a_card_for_the_copy(tmp_path: Path) -> None:
    path = tmp_path / "lstm.html"
    sn.draw(names.graph("lstm")).save(path)
    assert 'data-card="y"' in path.read_text(encoding="utf-8")
