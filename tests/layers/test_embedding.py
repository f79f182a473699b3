"""Embeddings: repeated ids, tied tables, the sum of three."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.layers import bert_input, embedding, fans, join, rules, tied_logits
from symnet.layers.catalogue.attention import ids, words
from symnet.notation import (
    ExtentMismatch,
    Index,
    IndexMismatch,
    Tensor,
    UnsupportedExpression,
)
from symnet.render import text

N, T, D, V = Index("n", "N"), Index("t", "T"), Index("d", "D"), Index("v", "V")


def test_repeated_ids_collect_all_their_cotangents(rng: np.random.Generator) -> None:
    graph = embedding(ids(), D)
    derived = gradient(graph, "E", "y_bar")
    assert text(derived) == "E_bar[v,d] = sum[n,t: v = ids[n,t]](y_bar[n,t,d])"
    where, y_bar = np.array([[1, 1, 0], [1, 2, 2]]), rng.normal(size=(2, 3, 5))
    expected = np.zeros((4, 5))
    np.add.at(expected, where, y_bar)
    found = build(derived)(ids=where, y_bar=y_bar, E=np.zeros((4, 5)))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)


def test_a_tied_table_gets_both_contributions() -> None:
    first = embedding(ids(), D)
    graph = join(first, tied_logits(first.output, first.parameters[0], bias=False))
    assert [t.name for t in graph.parameters] == ["E"]
    assert text(gradient(graph, "E", "z_bar")).splitlines()[-1] == (
        "E_bar[v,d] = sum[n,t](y[n,t,d]*z_bar[n,t,v]) + sum[n,t: v = ids[n,t]](y_bar[n,t,d])"
    )


def test_a_looked_up_row_is_one_term() -> None:
    graph = embedding(ids(), D, scaled=True)
    (E,) = graph.parameters
    assert [str(f) for f in fans(E, graph)] == ["1", "D"]
    assert str(rules(graph)["E"].deviation) == "1/sqrt(fan_out)"
    assert text(graph) == "y[n,t,d] = sqrt(D)*E[ids[n,t],d]"


def test_a_shared_table() -> None:
    E = Tensor("E", V, D)
    graph = join(embedding(ids(), table=E, name="1"), embedding(ids(name="t"), table=E, name="2"))
    assert graph.parameters == (E,)


def test_three_embeddings_are_added() -> None:
    graph = bert_input(ids(), ids(name="seg", below=2), D)
    assert text(graph).splitlines()[0] == "x[n,t,d] = E[ids[n,t],d] + G[seg[n,t],d] + U[t,d]"
    assert [str(e) for t in graph.parameters[:3] for e in t.shape] == [*"VD", "2", *"DTD"]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(UnsupportedExpression, match="x is expected to be integer"):
        embedding(Tensor("x", N), D)
    with pytest.raises(UnsupportedExpression, match="a width or a table"):
        embedding(ids())
    with pytest.raises(IndexMismatch, match="expected the same, with an axis of places"):
        bert_input(ids(), Tensor("seg", N, assume="integer", below=2), D)
    with pytest.raises(IndexMismatch, match=r"expected \(.., D\) and \(V, D\)"):
        tied_logits(words(), Tensor("E", D))
    with pytest.raises(ExtentMismatch, match="E"):
        tied_logits(words(), Tensor("E", D, V))
