import numpy as np
import pytest
import sympy

from symnet.calculus import gradient
from symnet.codegen.lower import lower
from symnet.codegen.orders import orders
from symnet.codegen.safe import make_safe
from symnet.notation import Graph, Index, Tensor, define, delta, exp, sigmoid, tanh, total
from tests.codegen.agreement import agree, every

n, h, t, s = Index("n", "N"), Index("h", "H"), Index("t", "T"), Index("s", "S")
d, e, j = Index("d", "D"), Index("e", "E"), Index("j", "J")
x, y = Tensor("x", n, t, d), Tensor("y", n, s, d)
Wq, Wk, Wo = Tensor("Wq", d, h, e), Tensor("Wk", d, h, e), Tensor("Wo", h, e, j)


def attention() -> Graph:
    """Heads as an axis: q, k and o are merged in one product, apart in the other."""
    q, k, S = Tensor("q", n, h, t, e), Tensor("k", n, h, s, e), Tensor("S", n, h, t, s)
    o, a, L = Tensor("o", n, h, t, e), Tensor("a", n, t, j), Tensor("L")
    return Graph(
        define(q[n, h, t, e], total(x[n, t, d] * Wq[d, h, e], over=d)),
        define(k[n, h, s, e], total(y[n, s, d] * Wk[d, h, e], over=d)),
        define(S[n, h, t, s], tanh(total(q[n, h, t, e] * k[n, h, s, e], over=e))),
        define(o[n, h, t, e], total(S[n, h, t, s] * k[n, h, s, e], over=s)),
        define(a[n, t, j], total(o[n, h, t, e] * Wo[h, e, j], over=(h, e))),
        define(L[()], total(a[n, t, j] ** 2, over=(n, t, j))),
        inputs=[x, y],
        parameters=[Wq, Wk, Wo],
        output=L,
    )


ARRAYS = {"x": (2, 3, 4), "y": (2, 5, 4), "Wq": (4, 6, 7), "Wk": (4, 6, 7), "Wo": (6, 7, 2)}


def arrays(rng: np.random.Generator, one: bool = False) -> dict[str, np.ndarray]:
    return {m: rng.standard_normal([1] * 3 if one else shape) for m, shape in ARRAYS.items()}


def test_what_is_merged_is_adjacent() -> None:
    assert orders(lower(attention())) == {n: (0, 2, 1, 3) for n in "qko"}


@pytest.mark.parametrize("one", [False, True])
def test_attention_needs_no_copies(rng: np.random.Generator, one: bool) -> None:
    graph = gradient(attention(), list(ARRAYS), with_value=True)
    f = agree(graph, arrays(rng, one))
    assert "copyto" not in f.source and "add.reduce" not in f.source


def test_values_do_not_depend_on_the_order(rng: np.random.Generator) -> None:
    """With everything as an output nothing is free, and the values are the same."""
    agree(every(attention()), arrays(rng))
    assert orders(lower(every(attention()))) == {}


def triangle() -> Graph:
    """t[i,k,c] = sum_j a[i,j,c] b[k,j,c]: the axis of both and the result must not be the last."""
    i, j, k, c = (Index(m, "I") for m in "ijkc")
    z, W, V = Tensor("z", i, j, d), Tensor("W", d, c), Tensor("V", c, d)
    u, a, out, p = (Tensor(m, i, j, c) for m in ("u", "a", "t", "p"))
    L = Tensor("L")
    return Graph(
        define(u[i, j, c], total(z[i, j, d] * W[d, c], over=d)),
        define(a[i, j, c], sigmoid(u[i, j, c]) * u[i, j, c]),
        define(out[i, k, c], total(a[i, j, c] * a[k, j, c], over=j)),
        define(p[i, j, c], out[i, j, c] - total(out[i, j, k], over=k)),
        define(L[()], total(p[i, j, c] * V[c, d] * z[i, j, d], over=(i, j, c, d))),
        inputs=[z],
        parameters=[W, V],
        output=L,
    )


def test_batch_of_small_products_lies_first(rng: np.random.Generator) -> None:
    found = orders(lower(triangle()))
    assert found["u"] == found["a"] and found["t"] == found["p"]
    assert found["a"][-1] != 2 and found["t"][-1] != 2  # c is not the last
    shapes = {"z": (5, 5, 3), "W": (3, 5), "V": (5, 3)}
    given = {m: rng.standard_normal(shape) for m, shape in shapes.items()}
    agree(gradient(triangle(), list(shapes), with_value=True), given)


def softmax() -> Graph:
    """P = softmax_s of q k^T: the maximum over s is taken where s is not the last axis."""
    i, r = Index("i", "S"), Index("r", "S")
    q, k = Tensor("q", n, h, t, e), Tensor("k", n, h, s, e)
    S, P, o = Tensor("S", n, h, t, s), Tensor("P", n, h, t, s), Tensor("o", n, h, t, e)
    return Graph(
        define(S[n, h, t, s], total(q[n, h, t, e] * k[n, h, s, e], over=e) / 7),
        define(P[n, h, t, s], exp(S[n, h, t, s]) / total(exp(S[n, h, t, r]), over=r)),
        define(o[n, h, t, e], total(P[n, h, t, i] * k[n, h, i, e], over=i)),
        inputs=[q, k],
        output=o,
    )


def test_a_maximum_has_its_axis_before_others(rng: np.random.Generator) -> None:
    assert orders(make_safe(lower(softmax()))) == {"S": (0, 1, 3, 2), "P": (0, 1, 3, 2)}
    shapes = {"q": (2, 3, 4, 5), "k": (2, 3, 6, 5)}
    f = agree(softmax(), {m: rng.standard_normal(shape) for m, shape in shapes.items()})
    assert "np.maximum(low, high, out=larger)" in f.source
    agree(softmax(), {m: rng.standard_normal((1, 1, 1, 1)) for m in shapes})


def test_what_is_read_elsewhere_keeps_its_order(rng: np.random.Generator) -> None:
    i, j, c = (Index(m, 4) for m in "ijc")
    z = Tensor("z", i, j, c)
    u, v = Tensor("u", i, j, c), Tensor("v", i, j, c)
    out = Tensor("o", i, c)
    for other in (u[i, j, 3 - c], delta(i, j) * u[i, j, c], u[i, i, c]):
        graph = Graph(
            define(u[i, j, c], sympy.Rational(1, 2) * z[i, j, c]),
            define(v[i, j, c], other + u[i, j, c]),
            define(out[i, c], total(v[i, j, c] * u[i, j, c], over=j)),
            inputs=[z],
            output=out,
        )
        assert orders(lower(graph)) == {}
        agree(graph, {"z": rng.standard_normal((4, 4, 4))})


def test_tensors_that_meet_in_two_ways(rng: np.random.Generator) -> None:
    i, j, c = (Index(m, 4) for m in "ijc")
    z = Tensor("z", i, j, c)
    u, v, out = Tensor("u", i, j, c), Tensor("v", i, j, c), Tensor("o", i, j, c)
    b = Index("b", 4)
    graph = Graph(
        define(u[i, j, c], tanh(z[i, j, c])),
        define(v[i, j, c], u[i, j, c] + u[c, i, j] * u[j, i, c]),
        define(out[i, j, c], total(v[i, j, b] * v[c, j, b], over=b) + v[j, c, i]),
        inputs=[z],
        output=out,
    )
    agree(graph, {"z": rng.standard_normal((4, 4, 4))})


def test_what_a_loop_carries_has_its_axis_first(rng: np.random.Generator) -> None:
    """g is combined with h entry by entry, so it has t first as well, and no copy is made."""
    r, k, l = Index("t", "T", sequential=True), Index("k", "K"), Index("l", "K")
    z, U, V = Tensor("z", n, r, k), Tensor("U", l, k), Tensor("V", k, l)
    hs, g, L = Tensor("h", n, r, k), Tensor("g", n, r, k), Tensor("L")
    graph = Graph(
        define(hs[n, r, k], tanh(total(hs[n, r - 1, l] * U[l, k], over=l) + z[n, r, k]), base=0),
        define(g[n, r, k], total(z[n, r, l] * V[l, k], over=l) * hs[n, r, k]),
        define(L[()], total(g[n, r, k] ** 2, over=(n, r, k))),
        inputs=[z, U, V],
        output=L,
    )
    program = lower(graph)
    assert orders(program) == {"g": (1, 0, 2)}
    shapes = {"z": (2, 3, 4), "U": (4, 4), "V": (4, 4)}
    given = {m: rng.standard_normal(shape) for m, shape in shapes.items()}
    agree(graph, given)
    agree(gradient(graph, list(shapes), with_value=True), given)
