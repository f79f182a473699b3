"""The feed-forward layer: its parts, and what is refused."""

import pytest

from symnet.layers import feed_forward
from symnet.layers.catalogue.attention import words
from symnet.notation import IndexMismatch, Tensor, UnsupportedExpression
from symnet.render import text


def test_formula() -> None:
    assert text(feed_forward(words(), "F")) == (
        "u[n,t,f] = sum[d](x[n,t,d]*W1[d,f]) + b1[f]\n"
        "h[n,t,f] = relu(u[n,t,f])\n"
        "y[n,t,d] = sum[f](h[n,t,f]*W2[f,d]) + b2[d]"
    )


def test_gated() -> None:
    graph = feed_forward(words(), "F", gated=True, activation="gelu", width="K")
    assert [d.name for d in graph.definitions] == ["u", "g", "r", "h", "y"]
    assert [t.name for t in graph.parameters] == ["W1", "b1", "V", "c", "W2", "b2"]
    assert str(graph.output.shape[-1]) == "K"


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(IndexMismatch, match="x is a scalar"):
        feed_forward(Tensor("x"), "F")
    with pytest.raises(UnsupportedExpression, match="no activation is called"):
        feed_forward(words(), "F", activation="rel")
