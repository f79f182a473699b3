"""Names made up for what a text leaves unnamed: definitions and gradients as a lecturer writes."""

import pytest

from symnet.calculus import gradient
from symnet.notation.parse import parse
from symnet.notation.parse.names import unused
from symnet.render import text
from tests.notation.parse.shapes_of import shapes

ALL = "X N D | W D C | Y N C | w D | y N | G N D | g D | b D | Q N k | K M k | V M E | H N E | t N"

NAMED = [
    ("softmax(X)", "y2[n,d] = exp(X[n,d])/sum[e](exp(X[n,e]))"),
    ("np.sum(softmax(X)**2)", "p[n,d] = exp(X[n,d])/sum[e](exp(X[n,e]))"),
    ("np.sum(softmax(X @ W))", "S[n,c] = sum[d](X[n,d]*W[d,c])"),
    ("p = X*2; np.sum(softmax(p)**2)", "p2[n,d] = exp(p[n,d])/sum[e](exp(p[n,e]))"),
    ("np.sum(logsumexp(X, axis=1))", "lse[n] = log(sum[d](exp(X[n,d])))"),
    ("np.sum(X - np.mean(X, axis=0))", "mu[d] = sum[n](X[n,d])/N"),
    ("np.sum(np.var(X, axis=1))", "v[n] = sum[d]((X[n,d] - mu[n])^2)/D"),
    ("np.sum(X/np.std(X, axis=0))", "s[d] = sqrt(v[d])"),
    ("np.sum(G/np.sqrt(np.var(X, 1, keepdims=True) + 1e-5))", "r[n] = 1/sqrt(v[n] + 1e-5)"),
    (
        "np.sum(G*g*(X - np.mean(X, 1, keepdims=True))/np.std(X, 1, keepdims=True))",
        "x_hat[n,d] = (X[n,d] - mu[n])/s[n]",
    ),
    ("np.sum(np.tanh(X @ W)**2)", "z[n,c] = sum[d](X[n,d]*W[d,c])"),
    ("np.sum(np.tanh(X @ W)**2)", "h[n,c] = tanh(z[n,c])"),
    ("np.sum(np.linalg.inv(X.T @ X))", "A_inv[d,i] = inv[e,j](A[e,j])[d,i]"),
    ("np.sum((X @ W - Y)**2)/np.sum((X @ W - Y)**4)", "e[n,c] = sum[d](X[n,d]*W[d,c]) - Y[n,c]"),
]

ONE_DEFINITION = [
    "np.sum((X @ w - y)**2)",
    "np.mean((X @ w - y)**2) + np.sum(w**2)/2",
    "np.sum((X @ W - Y)**2)/12",
    "w @ X.T @ X @ w - 2*y @ X @ w",
    "np.trace(X @ W @ Y.T)",
]

GRADIENTS = [
    ("np.sum((X @ w - y)**2)", "w", "w_bar[d] = 2*sum[n](X[n,d]*(sum[e](X[n,e]*w[e]) - y[n]))"),
    ("np.mean(-np.sum(Y*np.log(softmax(X @ W)), axis=1))", "W", "S_bar[n,c] = (p[n,c] - Y[n,c])/N"),
    ("-np.mean(np.sum(Y*log_softmax(X @ W), axis=1))", "W", "S_bar[n,c] = (p[n,c] - Y[n,c])/N"),
    ("-np.mean(log_softmax(X @ W)[np.arange(N), t])", "W", "S_bar[n,c] = (p[n,c] - [c = t[n]])/N"),
    (
        "np.sum(H*(softmax(Q @ K.T/np.sqrt(k), axis=1) @ V))",
        "Q",
        "S_bar[n,m] = p[n,m]*(p_bar[n,m] - sum[l](p[n,l]*p_bar[n,l]))",
    ),
    (
        "np.sum(G*((X - X.mean(1, keepdims=True))/np.sqrt(X.var(1, keepdims=True) + 1e-5)))",
        "X",
        "X_bar[n,d] = r[n]*(G[n,d] - mean[e](G[n,e]) - x_hat[n,d]*mean[e](G[n,e]*x_hat[n,e]))",
    ),
    ("np.sum(np.tanh(X @ W)*Y)", "W", "z_bar[n,c] = Y[n,c]*(1 - h[n,c]^2)"),
]


@pytest.mark.parametrize(("source", "line"), NAMED)
def test_composites_have_names(source: str, line: str) -> None:
    assert line in text(parse(source, shapes(ALL))).split("\n")


@pytest.mark.parametrize("source", ONE_DEFINITION)
def test_a_polynomial_stays_one_definition(source: str) -> None:
    graph = parse(source, shapes(ALL))
    assert [d.name for d in graph.definitions] == ["L"]


@pytest.mark.parametrize(("source", "wrt", "line"), GRADIENTS)
def test_gradients_fold_into_the_names(source: str, wrt: str, line: str) -> None:
    graph = parse(source, shapes(ALL), assume={"Y": "one_hot", "t": "integer"})
    if "tanh" in source:
        graph = parse(source, shapes(ALL))
    assert line in text(gradient(graph, wrt)).split("\n")


def test_the_authors_names_are_kept() -> None:
    graph = parse("S = X @ W\nq = softmax(S)\nnp.sum(q**2)", shapes(ALL))
    assert [d.name for d in graph.definitions] == ["S", "q", "L"]


def test_what_is_the_same_is_named_once() -> None:
    graph = parse("np.sum(softmax(X @ W)*np.log(softmax(X @ W)))", shapes(ALL))
    assert [d.name for d in graph.definitions] == ["S", "p", "L"]


def test_a_name_that_nothing_mentions_is_dropped() -> None:
    graph = parse("m = np.mean(X); np.sum(X**2)", shapes(ALL))
    assert "mu" not in [d.name for d in graph.definitions]


def test_a_taken_name_gets_a_number() -> None:
    assert unused("p", set()) == "p"
    assert unused("p", {"p", "p2"}) == "p3"
