"""A read that may leave its range stays beside its guard, through sums and common factors."""

import numpy as np

from symnet.calculus import gradient
from symnet.calculus.convert import Letters, read, write
from symnet.calculus.ranges import may_leave
from symnet.notation import Definition, Graph, Index, Tensor, compare, define, total
from symnet.verify import interpret, judge

t, k = Index("t", 4), Index("k", 4)
x, w, y = Tensor("x", t), Tensor("w", t), Tensor("y", t)
L = Tensor("L")


def test_which_reads_may_leave() -> None:
    assert may_leave(read(x[t - 1]))
    assert not may_leave(read(x[3 - t]))
    assert not may_leave(read(x[t] + x[2]))
    assert not may_leave(read(compare("<=", 1, t) * x[t - 1] + 1))


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
