"""Attention: formulas and gradients as they are taught, degenerate cases, refusals."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.layers import additive_attention, additive_pooling, attention, fans, rules
from symnet.layers.catalogue.attention import attention as family
from symnet.layers.catalogue.attention import lengths, mask, queries
from symnet.notation import ExtentMismatch, Graph, Index, IndexMismatch, Tensor
from symnet.render import text
from symnet.verify import interpret
from symnet.verify.check import check

N, I, J = Index("n", "N"), Index("i", "I"), Index("j", "J")
D, E = Index("d", "D"), Index("e", "E")
BACKWARD = """
P_bar[n,i,j] = sum[e](V[n,j,e]*O_bar[n,i,e])
S_bar[n,i,j] = P[n,i,j]*(P_bar[n,i,j] - sum[k](P[n,i,k]*P_bar[n,i,k]))
V_bar[n,j,e] = sum[i](P[n,i,j]*O_bar[n,i,e])
K_bar[n,j,d] = sum[i](Q[n,i,d]*S_bar[n,i,j])/sqrt(D)
Q_bar[n,i,d] = sum[j](K[n,j,d]*S_bar[n,i,j])/sqrt(D)
""".strip()
MASKED = {
    "none": queries,
    "causal": lambda: queries("I", causal=True),
    "lengths": lambda: queries(padding=lengths("J")),
    "mask": lambda: queries(mask=mask("N", "I", "J")),
    "causal and lengths": lambda: queries("I", causal=True, padding=lengths("I")),
}


@pytest.mark.parametrize("kind", MASKED)
def test_the_gradient_is_the_same_with_every_mask(kind: str) -> None:
    """The mask stands in P only: S_bar = P (P_bar - sum P P_bar)."""
    derived = gradient(MASKED[kind](), ["Q", "K", "V"], "O_bar")
    assert "\n".join(text(derived).splitlines()[2:]) == BACKWARD


def test_formula() -> None:
    assert text(queries("I", causal=True)) == (
        "S[n,i,j] = sum[d](Q[n,i,d]*K[n,j,d])/sqrt(D)\n"
        "P[n,i,j] = [j <= i]*exp(S[n,i,j])/sum[k: k <= i](exp(S[n,i,k]))\n"
        "O[n,i,e] = sum[j](V[n,j,e]*P[n,i,j])"
    )
    assert "sqrt" not in text(queries(scaled=False))


def test_self_attention_of_one_tensor() -> None:
    x = Tensor("x", N, I, D)
    graph = attention(x, x, x, causal=True)
    assert [t.name for t in graph.inputs] == ["x"]
    assert [str(e) for e in graph.output.shape] == ["N", "I", "D"]
    assert graph.tensor("S").indices[-1] is not I


@pytest.mark.parametrize("leading", [0, 2])
def test_any_number_of_leading_axes(leading: int, rng: np.random.Generator) -> None:
    batch = [Index(c, c.upper()) for c in "mn"[:leading]]
    Q, K, V = (Tensor(name, *batch, i, c) for name, i, c in (("Q", I, D), ("K", J, D), ("V", J, E)))
    graph = attention(Q, K, V, score_bias=Tensor("b", *batch[1:], I, J))
    sizes = {"M": 3, "N": 1, "I": 2, "J": 4, "D": 5, "E": 6}
    given = {t.name: rng.normal(size=[sizes[str(e)] for e in t.shape]) for t in graph.given}
    S = given["Q"] @ np.swapaxes(given["K"], -1, -2) / np.sqrt(5) + given["b"]
    P = np.exp(S) / np.exp(S).sum(-1, keepdims=True)
    np.testing.assert_allclose(interpret(graph, given)["O"], P @ given["V"], atol=1e-14)
    np.testing.assert_allclose(build(graph)(**given), P @ given["V"], atol=1e-13)


def test_one_key_is_its_value() -> None:
    """Proved: O = V[0], and queries and keys get nothing."""
    n, i, j = Index("n", "N"), Index("i", "I"), Index("j", 1)
    graph = attention(Tensor("Q", n, i, D), Tensor("K", n, j, D), Tensor("V", n, j, E))
    assert check(graph, None, "O[n,i,e] - V[n,0,e] == 0").verdict == "proved"
    assert check(graph, "Q", "Q_bar[n,i,d] = 0").verdict == "proved"
    assert check(graph, "K", "K_bar[n,j,d] = 0").verdict == "proved"


@pytest.mark.parametrize("kind", MASKED)
def test_large_scores_are_finite(kind: str, rng: np.random.Generator) -> None:
    derived = gradient(MASKED[kind](), ["Q", "K", "V"], "O_bar", with_value=True)
    shapes = {"Q": (2, 3, 4), "K": (2, 3, 4), "V": (2, 3, 5), "O_bar": (2, 3, 5)}
    given = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    given |= {
        "Q": 800 * given["Q"],
        "l": np.array([1, 3]),
        "M": np.tri(3, dtype=int)[None].repeat(2, 0),
    }
    for value in build(derived)(**{x: given[x] for x in (t.name for t in derived.given)}).values():
        assert np.isfinite(value).all()


def test_the_score_bias_of_a_row_gets_nothing() -> None:
    """A number for each query, added to all of its scores."""
    graph = queries(score_bias=Tensor("b", I, J))
    derived = gradient(graph, "b", "O_bar")
    assert check(graph, None, "sum[j](P[n,i,j]) == 1").verdict == "proved"
    assert "b_bar[i,j] = sum[n](S_bar[n,i,j])" in text(derived)


def test_pooling_bias_has_no_effect() -> None:
    graph = family()["additive_pooling"]()
    derived = gradient(graph, ["b", "y", "v"], "o_bar")
    assert dict(derived.notes)["b_bar"].startswith("shift invariance")
    assert "y_bar[n,i,c] = a[n,i]*o_bar[n,c] + v[c]*s_bar[n,i]" in text(derived)


def test_pooled_vectors_start_apart() -> None:
    graph = additive_pooling(Tensor("y", N, I, D), bias=False)
    assert [t.name for t in graph.parameters] == ["v"]
    assert str(rules(graph)["v"].deviation) == "1/sqrt(fan_out)"
    assert [str(e) for e in fans(graph.parameters[0], graph)] == ["1", "D"]


def test_dropout_of_the_weights() -> None:
    graph = queries(keep=0.5)
    assert [t.name for t, _ in graph.drawn] == ["m"]
    assert "P_m[n,i,j] = 2*m[n,i,j]*P[n,i,j]" in text(graph)


def test_what_does_not_fit_is_refused() -> None:
    Q, K, V = Tensor("Q", N, I, D), Tensor("K", N, J, D), Tensor("V", N, J, E)
    with pytest.raises(IndexMismatch, match="attention: Q has 1 axes"):
        attention(Tensor("Q", D), K, V)
    with pytest.raises(ExtentMismatch, match=r"K has extents \(N, J, E\), expected \(N, J, D\)"):
        attention(Q, Tensor("K", N, J, E), V)
    with pytest.raises(ExtentMismatch, match=r"V has extents \(N, I, E\), expected \(N, J, E\)"):
        attention(Q, K, Tensor("V", N, I, E))
    with pytest.raises(IndexMismatch, match="K has 2 axes, expected 3 to fit Q"):
        attention(Q, Tensor("K", J, D), V)
    with pytest.raises(ExtentMismatch, match="V has extents"):
        additive_attention(Q, K, Tensor("V", N, I, E), "C")
    with pytest.raises(ExtentMismatch, match="b has extents"):
        attention(Q, K, V, score_bias=Tensor("b", J, I))


def test_additive_attention_takes_keys_of_another_width() -> None:
    Q, K, V = Tensor("Q", N, I, D), Tensor("K", N, J, E), Tensor("V", N, J, D)
    graph = additive_attention(Q, K, V, "C", padding=lengths("J"))
    assert isinstance(graph, Graph)
    assert [t.name for t in graph.inputs] == ["Q", "K", "l", "V"]
