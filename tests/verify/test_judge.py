"""The verdict: right derivatives pass; each judge alone notices a wrong one."""

import sys

import numpy as np
import pytest
import sympy

from symnet.calculus import gradient as true_gradient
from symnet.calculus import jvp as true_jvp
from symnet.notation import (
    Definition,
    DerivativeError,
    Graph,
    Index,
    ShapeMismatch,
    Tensor,
    UnknownTensor,
    absolute,
    define,
    detach,
    exp,
    inverse,
    log,
    logdet,
    relu,
    replace,
    sin,
    tanh,
    total,
)
from symnet.verify import judge, sample
from symnet.verify.differences import derivative_along, gap, gradient_by_entries, inner
from symnet.verify.interpret import interpreter

n, i, j = Index("n", "N"), Index("i", "I"), Index("j", "J")
x, W, b = Tensor("x", n, i), Tensor("W", i, j), Tensor("b", j)
y = Tensor("y", n, j)

MODULE = sys.modules["symnet.verify.judge"]  # the name in the package is the function


def dense(function=tanh):
    body = function(total(x[n, i] * W[i, j], over=i) + b[j])
    return Graph(define(y[n, j], body), inputs=[x], parameters=[W, b])


# -- gradients written by hand ----------------------------------------------------------------


def test_the_dense_layer_by_hand(rng):
    """W_bar[i,j] = sum_n x[n,i] y_bar[n,j], b_bar[j] = sum_n y_bar[n,j]: no calculus involved."""
    sizes = {n.extent: 3, i.extent: 1, j.extent: 2}
    graph, y_bar = dense(lambda e: e), Tensor("y_bar", n, j)
    by_hand = Graph(
        define(Tensor("W_bar", i, j)[i, j], total(x[n, i] * y_bar[n, j], over=n)),
        define(Tensor("b_bar", j)[j], total(y_bar[n, j], over=n)),
        inputs=[x, y_bar],
    )
    point = sample(graph, sizes, rng)
    cotangent = rng.normal(size=(3, 2))
    found = interpreter(by_hand, sizes)({"x": point["x"], "y_bar": cotangent})
    evaluate = interpreter(graph, sizes)
    for name in ("W", "b"):
        expected = gradient_by_entries(evaluate, point, name, {"y": cotangent})
        assert gap(found[f"{name}_bar"], expected) < 1e-10


def test_softmax_by_hand(rng):
    """x_bar[k] = p[k] (p_bar[k] - sum_j p[j] p_bar[j]): adjoint identity and differences."""
    k = Index("k", "K")
    a, p, p_bar = Tensor("a", k), Tensor("p", k), Tensor("p_bar", k)
    forward = Graph(define(p[k], exp(a[k]) / total(exp(a[k]), over=k)), inputs=[a])
    inner_product = total(p[k] * p_bar[k], over=k)
    backward = Graph(
        *forward.definitions,
        define(Tensor("a_bar", k)[k], p[k] * (p_bar[k] - inner_product)),
        inputs=[a, p_bar],
    )
    sizes = {k.extent: 4}
    point = sample(forward, sizes, rng)
    v, w = rng.normal(size=4), rng.normal(size=4)
    a_bar = interpreter(backward, sizes)({**point, "p_bar": w})["a_bar"]
    slope = derivative_along(interpreter(forward, sizes), point, {"a": v})
    assert slope.is_smooth
    assert inner({"p": w}, slope.values) == pytest.approx(a_bar @ v, abs=1e-11)


# -- the verdict ------------------------------------------------------------------------------


def test_right_derivatives_pass():
    verdict = judge(dense(), ["W", "b", "x"])
    assert verdict.passed and verdict.is_smooth
    for errors in verdict.errors:
        assert max(errors.gradient, errors.tangent, errors.second) < 1e-9
        assert errors.adjoint < 1e-14
    assert len(verdict.sizes) == 2
    assert sorted(verdict.sizes[0].values()) == [1, 2, 3]
    assert sorted(verdict.sizes[1].values()) == [2, 3, 4]
    assert str(verdict).startswith("passed (seed 0)")


def test_a_seed_decides_the_verdict():
    assert judge(dense(), "W", seed=3) == judge(dense(), "W", seed=3)
    assert judge(dense(), "W", seed=3).errors != judge(dense(), "W", seed=4).errors


def test_sizes_may_be_given():
    verdict = judge(dense(), "W", sizes={"N": 2, "I": 5, "J": 1})
    assert verdict.passed and verdict.sizes == ({"N": 2, "I": 5, "J": 1},)
    with pytest.raises(ShapeMismatch, match="no extent has that name"):
        judge(dense(), "W", sizes={"Q": 2})
    with pytest.raises(ShapeMismatch, match="the size of I is not known"):
        judge(dense(), "W", sizes={"N": 2, "J": 1})


def test_scalar_outputs_need_no_cotangent():
    graph = Graph(define(Tensor("s"), total(x[n, i] ** 3, over=(n, i))), inputs=[x])
    assert judge(graph, "x").passed


def test_what_is_detached_stays_where_it_is():
    graph = dense(lambda e: e * detach(e) + detach(tanh(e)))
    assert judge(graph, ["W", "x"]).passed


def spoiled(graph, name, factor):
    """The graph with one definition multiplied."""
    return replace(
        graph,
        definitions=[
            Definition(d.entry, factor * d.expression, d.base) if d.name == name else d
            for d in graph.definitions
        ],
    )


def spoil(monkeypatch, which, name):
    """Let `gradient` or `jvp` return a graph in which the named definition is slightly wrong."""
    right = {"gradient": true_gradient, "jvp": true_jvp}[which]

    def wrong(*args, **kwargs):
        return spoiled(right(*args, **kwargs), name, sympy.Rational(1001, 1000))

    monkeypatch.setattr(MODULE, which, wrong)


@pytest.mark.parametrize(
    ("which", "name", "noticed"),
    [
        ("gradient", "W_bar", {"gradient", "adjoint"}),
        ("jvp", "y_dot", {"tangent", "adjoint", "second"}),
        ("jvp", "W_bar_dot", {"second"}),
    ],
)
def test_each_judge_notices_an_error_of_a_thousandth(monkeypatch, which, name, noticed):
    spoil(monkeypatch, which, name)
    verdict = judge(dense(), "W")
    assert not verdict.passed and str(verdict).startswith("FAILED")
    for errors in verdict.errors:
        found = {part for part in ("gradient", "tangent", "second") if getattr(errors, part) > 1e-6}
        found |= {"adjoint"} if errors.adjoint > 1e-11 else set()
        assert found == noticed


def test_a_gradient_that_forgets_to_sum_is_noticed(monkeypatch):
    """Right at N = 1, wrong else: one of the sizes shows it."""

    def wrong(graph, wrt, cotangent=None):
        y_bar = Tensor("y_bar", n, j)
        bar = define(Tensor("b_bar", j)[j], y_bar[0, j])
        return Graph(bar, inputs=[x, y_bar], parameters=[W, b])

    monkeypatch.setattr(MODULE, "gradient", wrong)
    verdict = judge(dense(lambda e: e), "b", sizes={"N": 1, "I": 2, "J": 3})
    assert verdict.passed
    assert not judge(dense(lambda e: e), "b").passed


# -- kinks ------------------------------------------------------------------------------------


def test_points_near_a_kink_are_drawn_anew():
    m = Index("m", "N")
    a = Tensor("a", n, m)
    differences = relu(a[n, m] - a[m, n]) * (1 + a[n, m])
    graph = Graph(define(Tensor("s"), total(differences, over=(n, m))), inputs=[a])
    assert judge(graph, "a").passed


def test_a_function_of_kinks_alone_has_no_verdict():
    """|sin| with many periods within one step: a kink near every point."""
    graph = Graph(
        define(Tensor("s"), total(absolute(sin(20000 * x[n, i])), over=(n, i))), inputs=[x]
    )
    verdict = judge(graph, "x", sizes={"N": 1, "I": 1})
    assert not verdict.passed and not verdict.is_smooth
    assert "no verdict: at each of 10 points a kink is near" in str(verdict)


def test_a_value_that_is_not_finite_is_no_pass():
    graph = Graph(define(Tensor("s"), total(log(-(x[n, i] ** 2)), over=(n, i))), inputs=[x])
    assert not judge(graph, "x").passed


# -- matrices ---------------------------------------------------------------------------------

r, c, k, l = (Index(letter, "I") for letter in "rckl")


def gram(assume=()):
    """logdet(x'x + A), and the quadratic form of its inverse."""
    A, G, v = Tensor("A", r, c, assume=assume), Tensor("G", r, c), Tensor("v", r)
    G_inv, s = Tensor("G_inv", r, c), Tensor("s")
    d = Tensor("d")
    return Graph(
        define(G[r, c], total(x[n, r] * x[n, c], over=n) + A[r, c]),
        define(G_inv[r, c], inverse(G[k, l], (k, l), at=(r, c))),
        define(d[()], logdet(G[k, l], (k, l))),
        define(s[()], d[()] + total(v[r] * G_inv[r, c] * v[c], over=(r, c))),
        inputs=[x, A, v],
        output=s,
    )


@pytest.mark.parametrize("assume", ["spd", "symmetric"])
def test_inverse_and_determinant_of_a_defined_matrix(assume):
    assert judge(gram(assume), ["x", "A", "v"]).passed


def test_sizes_at_which_a_matrix_is_singular_are_passed_over():
    """x'x has an inverse only if x has at least as many rows as columns."""
    G, s = Tensor("G", r, c), Tensor("s")
    graph = Graph(
        define(G[r, c], total(x[n, r] * x[n, c], over=n)),
        define(s[()], logdet(G[k, l], (k, l))),
        inputs=[x],
    )
    for seed in range(6):
        verdict = judge(graph, "x", seed=seed)
        assert verdict.passed and all(s["N"] >= s["I"] for s in verdict.sizes), str(verdict)
    verdict = judge(graph, "x", sizes={"N": 1, "I": 3})
    assert not verdict.is_smooth and "nearly singular" in str(verdict)


@pytest.mark.parametrize("assume", ["symmetric", "spd"])
def test_a_gradient_of_a_symmetric_matrix_counts_along_symmetric_changes(assume, monkeypatch):
    """s = sum B A: A_bar = B' and A_bar = (B + B')/2 are both right; B' + 1 is wrong."""
    A, B, s = Tensor("A", r, c, assume=assume), Tensor("B", r, c), Tensor("s")
    graph = Graph(define(s[()], total(B[c, r] * A[r, c], over=(r, c))), inputs=[A, B])

    def answer(body):
        bar = Definition(Tensor("A_bar", r, c)[r, c], body)
        monkeypatch.setattr(MODULE, "gradient", lambda *_, **__: Graph(bar, inputs=[A, B]))
        return judge(graph, "A", sizes={"I": 3}).passed

    assert answer(B[r, c]) and answer(B[c, r]) and answer((B[r, c] + B[c, r]) / 2)
    assert not answer(B[r, c] + 1)


def test_orthogonality_is_kept_while_it_is_used():
    """s = |x Q|^2 = |x|^2 for an orthogonal Q: its gradient is 0 along all rotations."""
    Q, z, s = Tensor("Q", r, c, assume="orthogonal"), Tensor("z", n, c), Tensor("s")
    graph = Graph(
        define(z[n, c], total(x[n, r] * Q[r, c], over=r)),
        define(s[()], total(z[n, c] ** 2, over=(n, c)) + total(z[n, c] ** 3, over=(n, c))),
        inputs=[x, Q],
    )
    assert judge(graph, ["x", "Q"]).passed


# -- errors -----------------------------------------------------------------------------------


def test_errors_come_from_the_calculus():
    with pytest.raises(UnknownTensor, match="no tensor Q"):
        judge(dense(), "Q")
    t = Tensor("t", n, assume="integer", below="I")
    graph = Graph(define(Tensor("s", n)[n], x[n, t[n]]), inputs=[x, t])
    with pytest.raises(DerivativeError, match="t holds integers"):
        judge(graph, "t")
    assert judge(graph, "x").passed
    assert np.isfinite([e.second for e in judge(graph, "x").errors]).all()
