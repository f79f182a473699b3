"""A law that holds at points only says nothing of a derivative."""

import numpy as np

from symnet.calculus import gradient, hessian, jacobian
from symnet.notation import Graph, Index, Tensor, define, total
from symnet.verify import interpret, judge

n, k = Index("n", "N"), Index("k", "K")
x, L = Tensor("x", n, k), Tensor("L")
mask = Tensor("m", n, k, assume="mask")
label = Tensor("m", n, k, assume="one_hot")


def squared(m: Tensor) -> Graph:
    return Graph(define(L, total(m[n, k] ** 2 * x[n, k], over=(n, k))), inputs=[x], parameters=[m])


def test_the_square_of_a_mask_is_the_mask_except_while_it_varies() -> None:
    assert str(gradient(squared(mask), "x")) == "x_bar[n,k] = m[n,k]"
    assert str(gradient(squared(mask), "m")) == "m_bar[n,k] = 2*m[n,k]*x[n,k]"


def test_the_assumption_is_stated_again() -> None:
    assert gradient(squared(mask), "m").parameters == (mask,)
    assert jacobian(squared(mask), "m").parameters == (mask,)


def test_a_one_hot_tensor_varies_along_the_simplex() -> None:
    assert judge(squared(label), ["m", "x"]).passed
    rows = define(L, total(label[n, k], over=(n, k)) ** 2)
    assert judge(Graph(rows, parameters=[label]), "m").passed


def test_the_second_derivative_of_a_squared_mask() -> None:
    found = interpret(
        hessian(squared(mask), "m"), {"x": np.array([[3.0, 5.0]]), "m": np.ones((1, 2))}
    )
    np.testing.assert_allclose(found["d2L_dm2"][0, :, 0, :], np.diag([6.0, 10.0]))
