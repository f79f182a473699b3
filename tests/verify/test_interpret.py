"""The oracle against NumPy written by hand, and each rule of what is lazy and what is an error."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy

from symnet.notation import (
    ExtentMismatch,
    Graph,
    GraphError,
    Index,
    ShapeMismatch,
    Tensor,
    Total,
    UnknownTensor,
    absolute,
    amax,
    argmax,
    compare,
    define,
    delta,
    det,
    detach,
    exp,
    guard,
    inverse,
    log,
    logdet,
    maximum,
    mean,
    product,
    relu,
    sigmoid,
    softplus,
    sqrt,
    tanh,
    total,
    where,
)
from symnet.verify import digits, interpret, interpreter


def value(expression, arrays=None, given=(), sizes=None):
    """The value of a scalar expression of the given tensors."""
    y = Tensor("y")
    return interpret(Graph(define(y, expression), inputs=given), arrays or {}, sizes)["y"][()]


n, i, j, k = Index("n", "N"), Index("i", "I"), Index("j", "J"), Index("k", "K")
t = Index("t", "T", sequential=True)
x = Tensor("x", n)


def test_dense_and_softmax(rng):
    X, W, b = Tensor("X", n, i), Tensor("W", i, j), Tensor("b", j)
    y, p = Tensor("y", n, j), Tensor("p", n, j)
    graph = Graph(
        define(y[n, j], total(X[n, i] * W[i, j], over=i) + b[j]),
        define(p[n, j], exp(y[n, j]) / total(exp(y[n, j]), over=j)),
        inputs=[X],
        parameters=[W, b],
    )
    a = {"X": rng.normal(size=(5, 1)), "W": rng.normal(size=(1, 3)), "b": rng.normal(size=3)}
    found = interpret(graph, a)
    z = a["X"] @ a["W"] + a["b"]
    q = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert found.keys() == {"y", "p"}
    assert found["y"].dtype == np.float64
    np.testing.assert_allclose(found["y"], z, rtol=1e-14)
    np.testing.assert_allclose(found["p"], q, rtol=1e-14)


def test_a_recurrence_reads_its_base_tensor(rng):
    u, V, h0, m = Tensor("u", t, i), Tensor("V", i, Index("q", "I")), Tensor("h0", i), i.fresh()
    c, h, last = Tensor("c", t, i), Tensor("h", t, i), Tensor("last", i)
    graph = Graph(
        define(c[t, i], c[t - 1, i] / 2 + total(h[t - 1, m] * V[m, i], over=m), base=0),
        define(h[t, i], tanh(c[t, i] + u[t, i]), base=h0[i]),
        define(last[i], h[t.extent - 1, i]),
        inputs=[u, V, h0],
    )
    a = {"u": rng.normal(size=(7, 2)), "V": rng.normal(size=(2, 2)), "h0": rng.normal(size=2)}
    C, H = np.zeros(2), a["h0"]
    for step in range(7):
        C = C / 2 + H @ a["V"]
        H = np.tanh(C + a["u"][step])
    np.testing.assert_allclose(interpret(graph, a)["last"], H, rtol=1e-13)


def test_a_recurrence_backwards_in_time_needs_no_base():
    f, w, s = Tensor("f", t), Tensor("w", t), Tensor("s", t)
    later = compare("<", t + 1, t.extent) * f[t + 1] * s[t + 1]
    graph = Graph(define(s[t], w[t] + later), inputs=[f, w])
    fv, wv = np.array([9.0, 2.0, 3.0]), np.array([1.0, 10.0, 100.0])
    assert interpret(graph, {"f": fv, "w": wv})["s"].tolist() == [621.0, 310.0, 100.0]


@pytest.mark.parametrize("length", [1, 2, 5000])
def test_a_long_recurrence_does_not_recurse_deeply(length):
    a, b = Tensor("a", t), Tensor("b", t)
    ones = np.ones(length)
    w = Tensor("w", t)
    forward = Graph(define(a[t], a[t - 1] + w[t], base=0), inputs=[w])
    assert interpret(forward, {"w": ones})["a"][-1] == length
    more = compare("<", t + 1, t.extent) * b[t + 1]
    backward = Graph(define(b[t], w[t] + more), inputs=[w])
    assert interpret(backward, {"w": ones})["b"][0] == length


def test_recurrence_with_a_longer_shift():
    a = Tensor("a", t)
    fibonacci = Graph(define(a[t], a[t - 1] + a[t - 2], base=1), inputs=[])
    assert interpret(fibonacci, {}, {"T": 6})["a"].tolist() == [2, 3, 5, 8, 13, 21]


def test_nested_recurrences():
    """A recurrence along t whose steps are themselves a recurrence along s."""
    s = Index("s", "S", sequential=True)
    a = Tensor("a", t, s)
    walk = Graph(define(a[t, s], compare("<=", 1, s) * a[t, s - 1] + a[t - 1, s], base=1))
    paths = interpret(walk, {}, {"T": 3, "S": 4})["a"]
    assert paths.tolist() == [[1, 2, 3, 4], [1, 3, 6, 10], [1, 4, 10, 20]]


def test_strided_padded_convolution(rng):
    c, o, u, p = Index("c", "C"), Index("o", "O"), Index("u", "U"), Index("p", "P")
    a, w, patch, y = (
        Tensor("a", c, k),
        Tensor("w", o, c, p),
        Tensor("patch", c, u, p),
        Tensor("y", o, u),
    )
    at = 2 * u + p - 1
    graph = Graph(
        define(patch[c, u, p], guard(0, at, k.extent) * a[c, at]),
        define(y[o, u], total(w[o, c, p] * patch[c, u, p], over=(c, p))),
        inputs=[a],
        parameters=[w],
    )
    A, W = rng.normal(size=(2, 5)), rng.normal(size=(4, 2, 3))
    found = interpret(graph, {"a": A, "w": W}, {"U": 3})["y"]
    padded = np.pad(A, ((0, 0), (1, 1)))
    expected = [
        [np.sum(W[f] * padded[:, 2 * step : 2 * step + 3]) for step in range(3)] for f in range(4)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_gather_and_label_reads(rng):
    v, d = Index("v", "V"), Index("d", "D")
    E, ids = Tensor("E", v, d), Tensor("ids", n, assume="integer", below="V")
    y, picked = Tensor("y", n, d), Tensor("picked", n)
    graph = Graph(
        define(y[n, d], E[ids[n], d]),
        define(picked[n], E[ids[n], 0] + ids[n] / 2),
        inputs=[ids],
        parameters=[E],
    )
    a = {"E": rng.normal(size=(3, 2)), "ids": np.array([2, 0, 2, 1])}
    found = interpret(graph, a)
    np.testing.assert_array_equal(found["y"], a["E"][a["ids"]])
    np.testing.assert_array_equal(found["picked"], a["E"][a["ids"], 0] + a["ids"] / 2)


def test_largest_and_the_first_place_where_it_is():
    m = Index("m", "N")
    which, top, marked = Tensor("which"), Tensor("top"), Tensor("marked", n)
    graph = Graph(
        define(which, argmax(x[m], over=m)),
        define(top, amax(x[m], over=m) + x[argmax(x[m], over=m)]),
        define(marked[n], delta(n, argmax(x[m], over=m))),
        inputs=[x],
    )
    found = interpret(graph, {"x": np.array([1.0, 7.0, 3.0, 7.0])})
    assert found["which"] == 1 and found["top"] == 14
    assert found["marked"].tolist() == [0, 1, 0, 0]


def test_padding_of_a_maximum_is_minus_infinity():
    u, p = Index("u", "U"), Index("p", 3)
    y = Tensor("y", u)
    at = u + p - 1
    graph = Graph(
        define(y[u], amax(where(guard(0, at, n.extent), x[at], -sympy.oo), over=p)), inputs=[x]
    )
    assert interpret(graph, {"x": np.array([-5.0, -7.0])}, {"U": 2})["y"].tolist() == [-5, -5]


def test_sums_products_and_means_over_several_indices():
    A = Tensor("A", i, j)
    a = {"A": np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])}
    assert value(total(A[i, j], over=(i, j)), a, [A]) == 21
    assert value(product(A[i, j], over=(i, j)), a, [A]) == 720
    assert value(mean(A[i, j], over=(i, j)), a, [A]) == 3.5
    assert value(amax(-A[i, j], over=(i, j)), a, [A]) == -1
    assert value(total(total(A[i, j], over=j) ** 2, over=i), a, [A]) == 36 + 225


def test_a_sum_over_an_index_that_does_not_occur_counts():
    assert value(total(2, over=n), {}, [], {"N": 5}) == 10
    assert value(total(n, over=n), {}, [], {"N": 5}) == 10
    assert value(total(compare("<=", n, 2), over=n), {}, [], {"N": 5}) == 3
    assert value(n.extent / 2, {}, [], {"N": 5}) == 2.5


def test_a_bound_index_that_stands_in_two_nested_sums_is_two_indices():
    """sum_n x[n] sum_n x[n], written carelessly with one index object: the inner binds its own."""
    inner = Total(x[n], n)
    assert value(Total(inner * x[n] + x[n], n), {"x": np.array([1.0, 2.0])}, [x]) == 3 * 3 + 3


def test_a_free_index_is_not_captured_by_a_sum_of_the_same_letter():
    A, y = Tensor("A", n, Index("n", "N")), Tensor("y", n)
    other = Index("n", "N")
    graph = Graph(define(y[n], total(A[n, other] * x[other], over=other)), inputs=[A, x])
    a = {"A": np.array([[1.0, 2.0], [3.0, 4.0]]), "x": np.array([10.0, 1.0])}
    assert interpret(graph, a)["y"].tolist() == [12, 34]


# -- what is lazy -----------------------------------------------------------------------------


def test_a_bracket_that_is_zero_settles_the_product():
    y = Tensor("y", n)
    for shifted in (
        compare("<=", 1, n) * x[n - 1],
        compare("<=", 1, n) ** 2 * x[n - 1],
        2 * log(x[n]) * (x[n] + x[n - 1]) * compare("<=", 1, n),
    ):
        graph = Graph(define(y[n], shifted), inputs=[x])
        assert np.isfinite(interpret(graph, {"x": np.array([3.0, 5.0, 4.0])})["y"]).all()


def test_a_bracket_over_indices_goes_before_one_over_values():
    y = Tensor("y", n)
    rule = compare(">", x[n - 1], 0) * compare("<=", 1, n) * x[n]
    graph = Graph(define(y[n], rule), inputs=[x])
    assert interpret(graph, {"x": np.array([3.0, 5.0, -4.0])})["y"].tolist() == [0, 5, -4]


def test_where_evaluates_the_chosen_branch_only():
    y = Tensor("y", n)
    graph = Graph(define(y[n], where(compare("<=", 1, n), x[n - 1], x[n])), inputs=[x])
    assert interpret(graph, {"x": np.array([3.0, 5.0])})["y"].tolist() == [3, 3]


def test_a_factor_of_zero_that_is_no_bracket_settles_nothing():
    zero = Tensor("zero")
    assert np.isnan(value(zero[()] * log(zero[()]), {"zero": np.array(0.0)}, [zero]))


# -- numbers ----------------------------------------------------------------------------------


def test_fifty_digits():
    expression = sqrt(sympy.Integer(2)) * sympy.pi / 3 + x[0] / n.extent
    graph = Graph(define(Tensor("y"), expression), inputs=[x])
    found = interpret(graph, {"x": np.array([0.1, 5.0, 1.0])}, numbers=digits(50))["y"][()]
    with mpmath.workdps(60):
        tenth = mpmath.mpf(Fraction(0.1).numerator) / Fraction(0.1).denominator
        expected = mpmath.sqrt(2) * mpmath.pi / 3 + tenth / 3
        assert abs(found - expected) < mpmath.mpf(10) ** -48


def test_fifty_digits_take_arrays_of_mpmath_numbers():
    with mpmath.workdps(50):
        tenth = mpmath.mpf(1) / 10
    graph = Graph(define(Tensor("y"), 10 * x[0] - 1), inputs=[x])
    given = {"x": np.array([tenth], dtype=object)}
    assert abs(interpret(graph, given, numbers=digits(50))["y"][()]) < 1e-49
    with pytest.raises(ShapeMismatch, match="x holds object, expected real numbers"):
        interpret(graph, given)


def test_large_arguments_stay_finite():
    a = {"x": np.array([-800.0, 800.0])}
    assert value(sigmoid(x[0]) + tanh(x[0]) + softplus(x[0]), a, [x]) == -1
    assert value(sigmoid(x[1]) + tanh(x[1]) + softplus(x[1]), a, [x]) == 802
    assert np.isinf(value(exp(x[1]), a, [x]))


def test_softmax_of_huge_logits_in_fifty_digits():
    """Literal exponentials: exp(800) is no trouble for mpmath, so this is the reference."""
    p, L = Tensor("p", n), Tensor("L")
    graph = Graph(
        define(p[n], exp(x[n]) / total(exp(x[n]), over=n)), define(L, -log(p[1])), inputs=[x]
    )
    logits = np.array([800.0, -800.0, 0.5], dtype=np.float32)
    found = interpret(graph, {"x": logits}, numbers=digits(50))
    assert abs(found["L"][()] - 1600) < 1e-300
    assert abs(sum(found["p"]) - 1) < 1e-49 and found["p"][1] > 0
    assert not np.isfinite(interpret(graph, {"x": logits})["L"])


r, s, u, v, g = *(Index(letter, "N") for letter in "rsuv"), Index("g", "G")
M = Tensor("M", u, g, v)


def matrices():
    """Inverse, determinant and log-determinant of M[:,g,:], rows first."""
    inv, d, l = Tensor("inv_M", g, r, s), Tensor("d", g), Tensor("l", g)
    return Graph(
        define(inv[g, r, s], inverse(M[u, g, v], (u, v), at=(r, s))),
        define(d[g], det(M[u, g, v], (u, v))),
        define(l[g], logdet(M[u, g, v], (u, v))),
        inputs=[M],
    )


@pytest.mark.parametrize("shape", [(3, 2, 3), (1, 3, 1), (4, 1, 4)])
def test_inverse_and_determinants(shape, rng):
    given = rng.normal(size=shape)
    stack = given.transpose(1, 0, 2)
    found = interpret(matrices(), {"M": given})
    np.testing.assert_allclose(found["inv_M"], np.linalg.inv(stack), rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(found["d"], np.linalg.det(stack), rtol=1e-12)
    np.testing.assert_allclose(found["l"], np.linalg.slogdet(stack)[1], rtol=1e-9, atol=1e-12)


def test_an_inverse_in_fifty_digits():
    values = interpret(matrices(), {"M": np.array([[[1.0, 2]], [[3, 4]]])}, numbers=digits(50))
    thirds = values["inv_M"] * 2
    assert abs(thirds - np.array([[-4, 2], [3, -1]])).max() < mpmath.mpf(10) ** -48
    assert abs(values["l"][0] - digits(50).functions["log"](2)) < mpmath.mpf(10) ** -48


def test_a_singular_matrix_has_nan_as_inverse_and_no_log_determinant():
    given = np.stack([[[1.0, 2], [2, 4]], [[2, 0], [0, 1]]], axis=1)
    found = interpret(matrices(), {"M": given})
    assert found["d"].tolist() == [0, 2] and found["l"].tolist() == [-np.inf, np.log(2)]
    assert np.isnan(found["inv_M"][0]).all()
    assert found["inv_M"][1].tolist() == [[0.5, 0], [0, 1]]


def test_float32_input_is_taken_exactly():
    a = {"x": np.array([0.1], dtype=np.float32)}
    assert value(x[0] + 0, a, [x]) == np.float64(np.float32(0.1))


def test_kinks_as_stated():
    a = {"x": np.array([0.0])}
    assert value(relu(x[0]) + absolute(x[0]) + maximum(x[0], -x[0]), a, [x]) == 0


# -- errors -----------------------------------------------------------------------------------


def test_a_read_out_of_range_names_entry_and_index_values():
    y, s = Tensor("y", n), Tensor("s", n, assume="integer")
    graph = Graph(define(y[n], x[s[n]]), inputs=[x, s])
    with pytest.raises(ExtentMismatch, match=r"y\[n\] at n=1 reads x\[s\[n\]\] = x\[9\]: axis 0"):
        interpret(graph, {"x": np.ones(3), "s": np.array([0, 9, 1])})


def test_a_negative_read_without_a_base_is_an_error_and_does_not_wrap():
    a, low = Tensor("a", k), Tensor("low", assume="integer")
    graph = Graph(define(a[k], x[low[()] - k]), inputs=[x, low])
    with pytest.raises(ExtentMismatch, match=r"at k=1 reads .* = x\[-1\]"):
        interpret(graph, {"x": np.ones(3), "low": np.array(0)}, {"K": 2})


def test_a_cycle_through_values_is_reported():
    """Each reference is shifted back along an axis; two of them together come home."""
    s = Index("s", "S", sequential=True)
    a, b = Tensor("a", t, s), Tensor("b", s, t)
    there = compare("<=", 1, s) * compare("<", t + 1, t.extent)
    back = compare("<=", 1, t) * compare("<", s + 1, s.extent)
    graph = Graph(
        define(a[t, s], there * b[s - 1, t + 1]),
        define(b[s, t], back * a[t - 1, s + 1]),
    )
    with pytest.raises(GraphError, match=r"\[\d,\d\] is defined by its own value"):
        interpret(graph, {}, {"T": 3, "S": 3})


def test_arrays_are_checked():
    y = Tensor("y", n, k)
    ids = Tensor("ids", n, assume="integer", below="K")
    graph = Graph(define(y[n, k], x[n] * delta(k, ids[n])), inputs=[x, ids])
    good = {"x": np.ones(2), "ids": np.array([0, 2])}
    assert interpret(graph, good, {"K": 3})["y"].tolist() == [[1, 0, 0], [0, 0, 1]]
    for arrays, sizes, error, words in [
        ({"x": np.ones(2)}, {"K": 3}, ShapeMismatch, "no array is given for ids"),
        ({**good, "x": np.ones((2, 1))}, {"K": 3}, ShapeMismatch, "x has shape"),
        ({**good, "x": np.ones(3)}, {"K": 3}, ShapeMismatch, "expected N = "),
        ({**good, "x": np.array(["a", "b"])}, {"K": 3}, ShapeMismatch, "expected real numbers"),
        ({**good, "x": np.ones(2) * 1j}, {"K": 3}, ShapeMismatch, "expected real numbers"),
        ({**good, "ids": np.ones(2)}, {"K": 3}, ShapeMismatch, "expected integers"),
        ({**good, "ids": np.array([0, 3])}, {"K": 3}, ShapeMismatch, r"ids\[1\] is 3, .* 0 .. 2"),
        ({**good, "ids": np.array([-1, 0])}, {"K": 3}, ShapeMismatch, r"ids\[0\] is -1"),
        ({**good, "idx": np.ones(2)}, {"K": 3}, UnknownTensor, "did you mean ids"),
        ({**good, "y": np.ones((2, 3))}, {"K": 3}, UnknownTensor, "defined by the graph"),
        (good, {}, ShapeMismatch, "size of K is not known"),
        (good, {"K": 3, "Q": 1}, ShapeMismatch, "no extent has that name"),
        (good, {"K": 3, "N": 4}, ShapeMismatch, "4 is given, but the arrays have 2"),
        (good, {"K": 0}, ShapeMismatch, "positive"),
    ]:
        with pytest.raises(error, match=words):
            interpret(graph, arrays, sizes)


def test_given_tensors_that_nothing_reads_need_no_array():
    graph = Graph(define(Tensor("y", n)[n], 2 * x[n]), inputs=[x, Tensor("unused", k)])
    assert interpret(graph, {"x": np.ones(2)})["y"].tolist() == [2, 2]


def test_a_compiled_graph_evaluates_many_times():
    y = Tensor("y", n)
    graph = Graph(define(y[n], 2 * x[n]), inputs=[x])
    evaluate = interpreter(graph, {n.extent: 2})
    assert evaluate({"x": np.array([1.0, 2.0])})["y"].tolist() == [2, 4]
    assert evaluate({"x": np.array([3.0, 4.0])})["y"].tolist() == [6, 8]
    with pytest.raises(ShapeMismatch, match="expected \\(2,\\)"):
        evaluate({"x": np.ones(3)})


def test_detached_values_can_be_held():
    y, z = Tensor("y", n), Tensor("z")
    graph = Graph(
        define(y[n], x[n] * detach(x[n] ** 2)),
        define(z, total(detach(n * y[n]), over=n)),
        inputs=[x],
    )
    at, moved = {"x": np.array([1.0, 2.0])}, {"x": np.array([10.0, 20.0])}
    free = interpreter(graph, {n.extent: 2})
    assert free(moved)["y"].tolist() == [1000, 8000]
    held = interpreter(graph, {n.extent: 2}, detached_at=at)
    assert held(moved)["y"].tolist() == [10, 80]
    assert held(moved)["z"] == 8
    assert held(at)["y"].tolist() == [1, 8]
