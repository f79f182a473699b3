"""Claims: identical, agreeing, refuted, undefined; and claims about nothing."""

import pytest

from symnet.calculus import gradient
from symnet.cli.claim import Claim, Finding, examine
from symnet.layers import activation, linear, softmax
from symnet.notation import Definition, GraphError, Index, Tensor, define, log, total

N, I, J = Index("n", "N"), Index("i", "I"), Index("j", "J")
X = Tensor("x", N, I)
W, Y_BAR, W_BAR = Tensor("W", I, J), Tensor("y_bar", N, J), Tensor("W_bar", I, J)
RIGHT = total(X[N, I] * Y_BAR[N, J], over=N)


def find(d: Definition, right: bool = True) -> Finding:
    graph = linear(X, J, output="y")
    return examine(graph, gradient(graph, ["W"], "y_bar"), Claim(d, "a source", right=right))


def test_identical_whatever_the_letters() -> None:
    a, b, c = Index("a", "I"), Index("b", "J"), Index("c", "N")
    found = find(define(W_BAR[a, b], total(Y_BAR[c, b] * X[c, a], over=c)))
    assert found.verdict == "identical"
    assert found.as_expected


def test_agrees_in_another_form() -> None:
    found = find(define(W_BAR[I, J], RIGHT / 2 + RIGHT / 2 + 0 * W[I, J]))
    assert found.verdict in ("agrees", "identical")
    doubled = define(W_BAR[I, J], total(X[N, I] * (Y_BAR[N, J] + 1), over=N))
    shifted = Definition(doubled.entry, doubled.expression - total(X[N, I], over=N))
    assert find(shifted).verdict == "agrees"


@pytest.mark.parametrize("factor", [1.0005, -1, 2])
def test_refuted_and_the_entry_is_shown(factor: float) -> None:
    found = find(define(W_BAR[I, J], factor * RIGHT))
    assert found.verdict == "refuted"
    assert not found.as_expected
    assert "REFUTED: W_bar[" in str(found)
    assert "claimed" in str(found)


def test_a_known_mistake_has_to_be_refuted() -> None:
    assert find(define(W_BAR[I, J], 2 * RIGHT), right=False).as_expected
    assert not find(define(W_BAR[I, J], RIGHT), right=False).as_expected


@pytest.mark.parametrize("right", [True, False])
def test_a_value_that_is_not_finite_shows_nothing(right: bool) -> None:
    found = find(define(W_BAR[I, J], log(-(W[I, J] ** 2))), right)
    assert found.verdict == "undefined"
    assert not found.as_expected
    assert "UNDEFINED" in str(found)


def test_a_claim_about_nothing_is_refused() -> None:
    with pytest.raises(GraphError, match="claim about V_bar, which is not derived"):
        find(define(Tensor("V_bar", I, J)[I, J], RIGHT))


def test_a_claim_may_bring_its_own_other_side() -> None:
    x = Tensor("x", N, J)
    graph, u, p = softmax(x), Tensor("u", N), Tensor("p", N, J)
    one = define(u[N], 1, constant_along=[N])
    claim = Claim(one, "rows sum to 1", derived=define(u[N], total(p[N, J], over=J)))
    assert examine(graph, graph, claim).verdict == "agrees"


def test_fixed_values_are_not_drawn() -> None:
    x = Tensor("x")
    graph = activation(x, "log")
    claim = Claim(define(Tensor("h")[()], log(x[()])), "the definition")
    assert examine(graph, graph, claim, fixed={"x": 2.0}).verdict == "identical"
