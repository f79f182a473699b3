"""A read that may leave its range stays beside its guard, through sums and common factors."""

import numpy as np

from symnet.calculus import gradient
from symnet.calculus.convert import Letters, read, write
from symnet.calculus.ranges import may_leave
from symnet.notation import (
    Definition,
    Entry,
    Graph,
    Index,
    Tensor,
    amax,
    compare,
    define,
    delta,
    log,
    total,
    where,
)
from symnet.verify import interpret, judge

t, k = Index("t", 4), Index("k", 4)
x, w, y = Tensor("x", t), Tensor("w", t), Tensor("y", t)
L, c = Tensor("L"), Tensor("c")
label = Tensor("label", t, assume="integer", below=4)


def test_which_reads_may_leave() -> None:
    assert may_leave(read(x[t - 1]))
    assert not may_leave(read(x[3 - t]))
    assert not may_leave(read(x[t] + x[2]))
    assert not may_leave(read(compare("<=", 1, t) * x[t - 1] + 1))
    assert may_leave(read(compare("<=", 1, k) * x[t - 1] + 1))
    assert may_leave(read(compare("<=", 1, t) * x[t - 2] + 1))
    assert may_leave(read(Entry(x, Index("long", 5))))
    assert may_leave(read(w[label[t - 1]]))
    assert may_leave(read(delta(k, label[t - 1])))


def test_a_case_guards_what_it_chooses_and_nothing_else() -> None:
    first = compare("<=", 1, t)
    assert not may_leave(read(where(first, x[t - 1], w[t])))
    assert not may_leave(read(where(first.negated(), w[t], x[t - 1])))
    assert may_leave(read(where(first, w[t], x[t - 1])))
    assert may_leave(read(where(compare(">", w[t], 0), x[t - 1], 0)))


def test_a_common_factor_does_not_lose_its_guard() -> None:
    e = compare("<=", 1, t) * x[t - 1] * w[t] + compare("<=", 2, t) * x[t - 1] * y[t]
    graph = Graph(define(Tensor("z", t)[t], e), inputs=[x, w, y])
    back = write(read(e), Letters(graph))
    again = Graph(Definition(Tensor("z", t)[t], back), inputs=[x, w, y])
    arrays = {name: np.arange(1.0, 5.0) + k for k, name in enumerate("xwy")}
    np.testing.assert_allclose(interpret(graph, arrays)["z"], interpret(again, arrays)["z"])


def test_a_factor_guarded_by_a_bound_index_stays_under_the_sum() -> None:
    e = total(compare("<=", k + 1, t) * w[k], over=k) * 0 + total(
        compare("<=", k + 1, t) * w[k] * x[t - 1] ** 2, over=k
    )
    graph = Graph(define(y[t], e), define(L, total(y[t] ** 2, over=t)), inputs=[x, w])
    assert judge(graph, ["x", "w"]).passed
    back = write(read(graph.definitions[0].expression), Letters(graph))
    again = Graph(Definition(y[t], back), inputs=[x, w])
    arrays = {"x": np.arange(4.0), "w": np.ones(4)}
    np.testing.assert_allclose(interpret(again, arrays)["y"], interpret(graph, arrays)["y"])


def test_a_label_that_may_leave_the_axis_keeps_its_bracket() -> None:
    label = Tensor("label", t, assume="integer", below=6)
    e = total(compare("==", k, label[t]) * w[k] ** 2, over=k)
    graph = Graph(define(y[t], e), define(L, total(y[t], over=t)), inputs=[w, label])
    arrays = {"w": np.array([1.0, 2.0, 3.0, 4.0]), "label": np.array([0, 5, 3, 3])}
    np.testing.assert_allclose(interpret(graph, arrays)["y"], [1, 0, 16, 16])
    found = interpret(gradient(graph, "w"), arrays)["w_bar"]
    np.testing.assert_allclose(found, [2, 0, 0, 16])


def guarded_twice(shared: object, *labels: Tensor) -> Graph:
    """A factor that two different guards protect: taken out of the sum, it would lose both."""
    early, late = compare("<=", 1, t), compare("<=", 2, t)
    body = early * shared * w[t] + late * shared * y[t]
    squared = define(L, c[()] ** 2 * total(body, over=t))
    return Graph(squared, inputs=[x, w, y, *labels], parameters=[c])


def test_a_bracket_that_speaks_of_something_else_guards_nothing() -> None:
    assert judge(
        guarded_twice(total(delta(k, 0) * x[t - 1] + w[k], over=k)), ["c", "x", "w"]
    ).passed


def test_a_case_over_values_guards_no_read() -> None:
    assert judge(guarded_twice(where(compare(">", w[t], 0), x[t - 1], y[t])), ["c", "x"]).passed


def test_a_guarded_label_stays_guarded() -> None:
    assert judge(guarded_twice(x[label[t - 1]] ** 2, label), ["c", "x"]).passed


def test_an_index_longer_than_the_axis_stays_guarded() -> None:
    i = Index("i", 5)
    u, v = Tensor("u", i), Tensor("v", i)
    body = compare("<", i, 4) * Entry(x, i) * u[i] + compare("<", i, 3) * Entry(x, i) * v[i]
    graph = Graph(define(L, c[()] ** 2 * total(body, over=i)), inputs=[x, u, v], parameters=[c])
    assert judge(graph, ["c", "x", "u"]).passed


def test_a_scalar_condition_keeps_what_it_guards() -> None:
    """log of a negative number beside [a > 0]: nan where it is taken out of both cases."""
    a, b = Tensor("a"), Tensor("b")
    both = where(compare(">", a[()], 0), log(a[()]) * c[()] * b[()], 0)
    both += where(compare(">", a[()], 1), log(a[()]) * c[()] * b[()] ** 2, 0)
    graph = Graph(define(L, both), inputs=[a, b], parameters=[c])
    assert interpret(gradient(graph, "c"), {"a": -2.0, "b": 3.0, "c": 1.0})["c_bar"] == 0


def test_a_condition_keeps_a_largest_value_that_is_undefined() -> None:
    a = Tensor("a")
    case = where(compare(">", a[()], 0), c[()] ** 2 * amax(log(x[t]), over=t), 0)
    graph = gradient(Graph(define(L, case), inputs=[a, x], parameters=[c]), "c")
    assert "where" in str(graph)
    assert interpret(graph, {"a": -1.0, "x": -np.ones(4), "c": 1.0})["c_bar"] == 0


def test_two_sums_are_one_if_a_bracket_of_the_first_guards_a_read_of_the_second() -> None:
    """sum_k [k < t] w[k] is 0 for t = 0, and settles nothing: it is no bracket."""
    i = Index("i", 3)
    m, z = Tensor("m", t, i), Tensor("z", t)
    body = total(compare("<=", k + 1, t) * w[k] * m[t - 1, i], over=(k, i))
    graph = Graph(
        define(z[t], c[()] * body),
        define(L, total(z[t] ** 2, over=t)),
        inputs=[m, w],
        parameters=[c],
    )
    assert judge(graph, ["c", "m", "w"]).passed
