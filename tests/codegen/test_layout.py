import numpy as np

from symnet import layers
from symnet.calculus import gradient
from symnet.codegen.build import prepared
from symnet.codegen.layout import leading_axes
from symnet.codegen.lower import lower
from symnet.codegen.safe import make_safe
from symnet.layers import dense, join
from symnet.notation import Graph, Index, Tensor, define, tanh, total
from tests.codegen.agreement import agree

n, i = Index("n", "N"), Index("i", 6)
x = Tensor("x", n, i)


def classifier(classes: int | str) -> Graph:
    a = dense(x, classes)
    return join(a, layers.softmax_cross_entropy(a.output, layers.labels(a.output)))


def test_short_axis_under_a_maximum_lies_first() -> None:
    assert leading_axes(make_safe(lower(classifier(10)))) == {"a": 1}
    assert leading_axes(make_safe(lower(classifier(100)))) == {}
    assert leading_axes(make_safe(lower(classifier("K")))) == {}


def test_values_do_not_depend_on_the_layout(rng: np.random.Generator) -> None:
    given = {
        "x": rng.standard_normal((4, 6)),
        "W": rng.standard_normal((6, 3)),
        "b": rng.standard_normal(3),
        "t": np.array([0, 2, 1, 1]),
    }
    assert "axis=0, out=" in agree(classifier(3), given).source
    assert "argmax(1, out=" in agree(classifier("K"), given).source


def reader(given: bool) -> Graph:
    """h = tanh(e W + h' U) over time, for a given e or for rows e = E[ids]."""
    m, t = Index("n", "N"), Index("t", "T", sequential=True)
    k, l, d = Index("k", 3), Index("l", 3), Index("d", 2)
    W, U, h = Tensor("W", d, k), Tensor("U", l, k), Tensor("h", m, t, k)
    ids = Tensor("ids", m, t, assume="integer", below="V")
    E, e = Tensor("E", Index("v", "V"), d), Tensor("e", m, t, d)
    inner = total(e[m, t, d] * W[d, k], over=d) + total(h[m, t - 1, l] * U[l, k], over=l)
    definitions = [define(h[m, t, k], tanh(inner), base=0)]
    if not given:
        definitions.insert(0, define(e[m, t, d], E[ids[m, t], d]))
    L = Tensor("L")
    return Graph(
        *definitions,
        define(L[()], total(h[m, t, k] ** 2, over=[m, t, k])),
        inputs=[e] if given else [ids],
        parameters=[W, U] if given else [E, W, U],
        output=L,
    )


def test_what_a_loop_reads_has_its_axis_first(rng: np.random.Generator) -> None:
    """In no turn of the loop is anything read with gaps; of given arrays the smallest is copied."""
    assert leading_axes(prepared(lower(reader(False)))) == {"e": 1, "h_in": 1}
    for given in (True, False):
        graph = gradient(reader(given), ["W", "U"] + ["E"] * (not given), with_value=True)
        arrays = {
            "e": rng.standard_normal((2, 4, 2)),
            "ids": rng.integers(0, 5, (2, 4)),
            "E": rng.standard_normal((5, 2)),
            "W": rng.standard_normal((2, 3)),
            "U": rng.standard_normal((3, 3)),
        }
        source = agree(graph, {t.name: arrays[t.name] for t in graph.given}).source
        assert "[:, t" not in source, source
        copies = [line for line in source.splitlines() if "np.copyto" in line]
        assert len(copies) == 2, copies  # of e, or ids, and of U^T


def test_outputs_keep_their_own_order() -> None:
    graph = reader(False)
    assert "h" not in leading_axes(prepared(lower(graph)))
