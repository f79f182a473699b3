"""Entries in every combination of slots equal the interpreter's."""

import numpy as np
import pytest

from symnet.codegen import build
from symnet.notation import Graph, Index, Tensor, argmax, define, guard, total
from tests.codegen.agreement import agree

n, k, i = Index("n", "N"), Index("k", "K"), Index("i", 4)
N, K = n.extent, k.extent
x = Tensor("x", n, k)
y = Tensor("y", n, k)


def test_constant_reversed_and_transposed_slots(rng: np.random.Generator) -> None:
    a, b, c, d = Tensor("a", n), Tensor("b", k, n), Tensor("c"), Tensor("d", n, k)
    graph = Graph(
        define(a[n], x[n, K - 1] - x[n, 0]),
        define(b[k, n], x[N - 1 - n, K - 1 - k]),
        define(c[()], x[0, K - 1]),
        define(d[n, k], b[K - 1 - k, n] * a[N - 1 - n]),
        inputs=[x],
        outputs=[a, b, c, d],
    )
    agree(graph, {"x": rng.standard_normal((3, 5))})
    agree(graph, {"x": rng.standard_normal((1, 1))})


def test_diagonals_and_windows(rng: np.random.Generator) -> None:
    u, p = Index("u", 3), Index("p", 2)
    s, e = Tensor("s", n, n2 := Index("m", "N")), Tensor("e", n)
    w, v = Tensor("w", n, u, p), Tensor("v", u, p)
    z = Tensor("z", n, Index("j", 7))
    r = Tensor("r", Index("l", 3), Index("j", 7))
    graph = Graph(
        define(e[n], s[n, n]),
        define(w[n, u, p], z[n, 2 * u + p]),
        define(v[u, p], r[u, 6 - 3 * p - u]),
        define((t := Tensor("t"))[()], total(s[n, n] * s[n, N - 1 - n], over=n)),
        inputs=[s, z, r],
        outputs=[e, w, v, t],
    )
    assert n2.extent == N
    agree(
        graph,
        {
            "s": rng.standard_normal((4, 4)),
            "z": rng.standard_normal((4, 7)),
            "r": rng.standard_normal((3, 7)),
        },
    )


def test_flattening_is_a_view(rng: np.random.Generator) -> None:
    flat, back = Tensor("flat", Index("q", N * K)), Tensor("back", n, k)
    graph = Graph(define(back[n, k], flat[n * K + k]), inputs=[flat], output=back)
    f = agree(graph, {"flat": rng.standard_normal(12)}, {"N": 3, "K": 4})
    assert "take(" not in f.source


def gathers() -> dict[str, tuple[Graph, dict[str, object]]]:
    t = Tensor("t", n, assume="integer", below=K)
    r = Tensor("r", i, assume="integer", below=N)
    v = Tensor("v", k, assume="integer", below=N)
    label = Tensor("label", assume="integer", below=K)
    E, s = Tensor("E", k, i), Tensor("s", n, i)
    a = Tensor("a", n)
    given = {"x": (5, 3), "E": (3, 4), "t": (5,), "r": (4,), "v": (3,), "label": ()}
    bodies = {
        "row": (s, define(s[n, i], E[t[n], i]), [E, t]),
        "label in its row": (a, define(a[n], x[n, t[n]]), [x, t]),
        "several": (s, define(s[n, i], x[r[i], t[n]]), [x, t, r]),
        "of a gather": (a, define(a[n], x[v[t[n]], 0] * t[n]), [x, t, v]),
        "shifted, guarded": (a, define(a[n], guard(0, t[n] - 1, K) * x[n, t[n] - 1]), [x, t]),
        "a number": (a, define(a[n], x[n, label[()]]), [x, label]),
        "argmax": (a, define(a[n], x[n, argmax(-x[n, k], over=k)]), [x]),
        "with arithmetic": (a, define(a[n], x[n, K - 1 - t[n]]), [x, t]),
    }
    return {
        name: (Graph(d, inputs=inputs, output=out), {v.name: given[v.name] for v in inputs})
        for name, (out, d, inputs) in bodies.items()
    }


@pytest.mark.parametrize("name", gathers())
def test_gathers(name: str, rng: np.random.Generator) -> None:
    graph, shapes = gathers()[name]
    below = {"t": 3, "r": 5, "v": 5, "label": 3}
    arrays = {
        v: rng.integers(0, below[v], shape) if v in below else rng.standard_normal(shape)
        for v, shape in shapes.items()
    }
    agree(graph, arrays)


def test_read_out_of_range_is_an_error() -> None:
    t = Tensor("t", n, assume="integer")
    a, b = Tensor("a", n), Tensor("b", n)
    u = Index("u", "U")
    f = build(Graph(define(a[n], x[n, t[n] + 1]), inputs=[x, t]))
    good = f(x=np.eye(3), t=[0, 1, 1])
    assert good.tolist() == [0, 0, 1]
    with pytest.raises(IndexError, match=r"x is read at 3, expected 0 \.\. 2"):
        f(x=np.eye(3), t=[0, 1, 2])
    w = Tensor("w", u)
    g = build(Graph(define(w[u], y[0, 2 * u + 1]), inputs=[y]))
    assert g(y=np.eye(4), sizes={"U": 2}).tolist() == [0, 0]
    with pytest.raises(IndexError, match="y is read 2 beyond its range"):
        g(y=np.eye(4), sizes={"U": 3})
    assert b.order == 1
