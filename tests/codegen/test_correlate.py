"""Adjoints of convolutions as correlations: where they are made, where not, and that they agree."""

import numpy as np
import pytest

from symnet import layers
from symnet.calculus import gradient
from symnet.codegen.build import prepared
from symnet.codegen.correlate import correlated
from symnet.codegen.lower import lower
from symnet.codegen.scalar_text import text
from symnet.notation import Graph, Index, Tensor, define, guard, replace, tanh, total
from tests.codegen.agreement import agree, every

n, c, o = Index("n", "N"), Index("c", "C"), Index("o", "O")
a, u = Index("a", "A"), Index("u", "U")
L = Tensor("L")


def _convolution(stride: int, dilation: int, padding: int, kernel: int | str = 3) -> Graph:
    p = Index("p", kernel)
    x, w = Tensor("x", n, c, a), Tensor("w", n, c, u, p)
    K, y = Tensor("K", o, c, p), Tensor("y", n, o, u)
    at = stride * u + dilation * p - padding
    return Graph(
        define(w[n, c, u, p], guard(0, at, a.extent) * x[n, c, at]),
        define(y[n, o, u], total(w[n, c, u, p] * K[o, c, p], over=[c, p])),
        define(L[()], total(tanh(y[n, o, u]), over=[n, o, u])),
        inputs=[x],
        parameters=[K],
        output=L,
    )


def _arrays(rng: np.random.Generator, kernel: int = 3, length: int = 6) -> dict[str, np.ndarray]:
    x, K = rng.standard_normal((2, 3, length)), rng.standard_normal((4, 3, kernel))
    return {"x": x, "K": K}


def test_the_kernel_is_turned_and_the_windows_run_forwards() -> None:
    program = correlated(lower(gradient(_convolution(1, 1, 1), "x")))
    (x_bar,) = (d for d in program.defs if d.name == "x_bar")
    assert program.definition("w_bar") is None
    assert text(x_bar.body) == (
        "sum[p,o]([0 <= p + a - 1]*[p + a - 1 < U]*K[o,c,-p + 2]*y_bar[n,o,p + a - 1])"
    )
    assert x_bar.formula.splitlines()[0].startswith("w_bar[n,c,u,p] = sum[o](")


@pytest.mark.parametrize(
    ("dilation", "padding", "length"),
    [(1, 0, 4), (1, 1, 6), (1, 2, 8), (1, 1, 3), (2, 2, 6), (2, 0, 2), (3, 1, 2)],
)
def test_one_product_of_matrices_each(
    dilation: int, padding: int, length: int, rng: np.random.Generator
) -> None:
    slope = gradient(_convolution(1, dilation, padding), ["x", "K"], with_value=True)
    source = agree(slope, _arrays(rng), {"U": length}).source
    assert "part(" not in source and "places" not in source
    assert sum(".dot(" in line and "out=" in line for line in source.splitlines()) == 3


def test_a_stride_leaves_the_overlapping_slices(rng: np.random.Generator) -> None:
    slope = gradient(_convolution(2, 1, 1), ["x", "K"], with_value=True)
    assert "part(" in agree(slope, _arrays(rng), {"U": 3}).source


def test_what_is_read_elsewhere_or_wanted_is_made(rng: np.random.Generator) -> None:
    slope = gradient(_convolution(1, 1, 1), ["x", "K"])
    assert prepared(lower(slope)).definition("w_bar") is None
    assert prepared(lower(every(slope))).definition("w_bar") is not None
    agree(every(slope), _arrays(rng), {"U": 6})


def test_not_for_a_kernel_as_long_as_the_picture(rng: np.random.Generator) -> None:
    """There the windows of the cotangent are the size of the picture times that of the kernel."""
    p, one = Index("p", 24), Index("u", 2)
    x, w = Tensor("x", n, c, Index("a", 25)), Tensor("w", n, c, one, p)
    K, y = Tensor("K", o, c, p), Tensor("y", n, o, one)
    graph = Graph(
        define(w[n, c, one, p], x[n, c, one + p]),
        define(y[n, o, one], total(w[n, c, one, p] * K[o, c, p], over=[c, p])),
        define(L[()], total(tanh(y[n, o, one]), over=[n, o, one])),
        inputs=[x],
        parameters=[K],
        output=L,
    )
    slope = gradient(graph, ["x", "K"])
    assert prepared(lower(slope)).definition("w_bar") is not None
    agree(slope, _arrays(rng, 24, 25))


def test_transposed_convolution_and_its_gradient(rng: np.random.Generator) -> None:
    """y[a] = sum over u, p with a = S u + p of z[u] K[p]: itself the adjoint of a convolution."""
    for stride in (1, 2):
        p = Index("p", 3)
        x, z, y = Tensor("x", n, c, u), Tensor("z", n, o, u, p), Tensor("y", n, o, a)
        K, s = Tensor("K", o, c, p), a - stride * u
        graph = Graph(
            define(z[n, o, u, p], total(K[o, c, p] * x[n, c, u], over=c)),
            define(y[n, o, a], total(guard(0, s, 3) * z[n, o, u, s], over=u)),
            define(L[()], total(tanh(y[n, o, a]), over=[n, o, a])),
            inputs=[x],
            parameters=[K],
            output=L,
        )
        slope = gradient(graph, ["x", "K"], with_value=True)
        sizes = {"A": stride * 3 + 3}
        given = {"x": rng.standard_normal((2, 3, 4)), "K": rng.standard_normal((5, 3, 3))}
        agree(replace(graph, outputs=[y]), given, sizes)
        agree(slope, given, sizes)


def test_what_may_be_infinite_is_left(rng: np.random.Generator) -> None:
    """0 * inf is not 0: there the brackets have to choose."""
    p = Index("p", 3)
    x, K = Tensor("x", n, u, c), Tensor("K", c, p)
    w, y = Tensor("w", n, u, p), Tensor("y", n, u)
    at = u - p + 1
    graph = Graph(
        define(w[n, u, p], total(K[c, p] / x[n, u, c], over=c)),
        define(y[n, u], total(guard(0, at, u.extent) * w[n, at, p], over=p)),
        inputs=[x, K],
        output=y,
    )
    assert prepared(lower(graph)).definition("w") is not None
    agree(graph, {"x": rng.standard_normal((2, 5, 4)), "K": rng.standard_normal((4, 3))})


def residual_network() -> Graph:
    """A convolution with its normalisation, a block, the mean over all places, a dense layer."""
    x = Tensor("x", Index("n", "N"), Index("c", 1), Index("a", 3), Index("b", 3))
    first = layers.convolution(x, 2, 3, "0", padding="same", bias=False, output="a")
    normed = layers.batch_norm(first.output, "0")
    block = layers.residual_block(normed.output, name="_1")
    pooled = layers.global_average_pool(block.output, output="s")
    logits = layers.dense(pooled.output, 3)
    targets = layers.labels(logits.output, "y")
    loss = layers.softmax_cross_entropy(logits.output, targets)
    return layers.join(first, normed, block, pooled, logits, loss)


def test_a_residual_network(rng: np.random.Generator) -> None:
    """Convolutions, batch normalisation, residual sums: every gradient, also in float32."""
    network = residual_network()
    names = [t.name for t in network.parameters]
    slope = gradient(network, names, with_value=True)
    given = {t.name: rng.standard_normal([int(e) for e in t.shape]) for t in network.parameters}
    given |= {"x": rng.standard_normal((2, 1, 3, 3)), "y": np.array([2, 0])}
    given = {t.name: given[t.name] for t in slope.given if t.name in given}
    given |= {t.name: rng.random(2) for t in slope.given if t.name not in given}  # running ones
    source = agree(slope, given).source
    agree(slope, given, tolerance=1e-3, dtype=np.float32)
    assert "part(" not in source and "einsum" not in source
