"""Sums as contractions: right for every combination of axes, and in the form that BLAS takes."""

import itertools

import numpy as np
import pytest

from symnet.notation import Graph, Index, Tensor, amax, compare, define, product, total
from tests.codegen.agreement import agree

n, m, i, j, k = (Index(letter, over) for letter, over in zip("nmijk", "NMIJK", strict=True))
SIZES = {"N": 3, "M": 2, "I": 4, "J": 5, "K": 1}
A, B = Tensor("A", n, i, k), Tensor("B", m, i, j)
x, W, V, s = Tensor("x", n, i), Tensor("W", i, j), Tensor("V", j, k), Tensor("s", n)


def arrays(rng: np.random.Generator, *tensors: Tensor) -> dict[str, np.ndarray]:
    return {t.name: rng.standard_normal([SIZES[str(e)] for e in t.shape]) for t in tensors}


def check(rng: np.random.Generator, body: object, axes: tuple[Index, ...], *tensors: Tensor) -> str:
    y = Tensor("y", *axes)
    graph = Graph(define(y[axes], body, constant_along=axes), inputs=tensors, output=y)
    known = {str(e) for e in graph.extents}
    sizes = {e: v for e, v in SIZES.items() if e in known}
    return agree(graph, arrays(rng, *tensors), sizes).source


SETS = [c for r in range(1, 4) for c in itertools.combinations((n, m, i, j), r)]


@pytest.mark.parametrize("left", SETS, ids=lambda c: "".join(a.letter for a in c))
def test_every_pair_of_operands(left: tuple[Index, ...], rng: np.random.Generator) -> None:
    P = Tensor("P", *left)
    for right in SETS:
        Q = Tensor("Q", *reversed(right))
        both = [a for a in (n, m, i, j) if a in left or a in right]
        for summed in ([both[0]], both[-2:], both):
            free = tuple(a for a in both if a not in summed)
            body = total(P[left] * Q[tuple(reversed(right))], over=summed)
            check(rng, body, free, P, Q)


def test_matrix_products_are_blas_calls(rng: np.random.Generator) -> None:
    for body, axes, tensors in [
        (total(x[n, i] * W[i, j], over=i), (n, j), (x, W)),
        (total(x[n, i] * W[i, j], over=i), (j, n), (x, W)),
        (total(A[n, i, k] * W[i, j], over=i), (n, k, j), (A, W)),
        (total(x[n, i] * s[n], over=n), (i,), (x, s)),
        (total(x[n, i], over=n), (i,), (x,)),
        (total(x[n, i] ** 2, over=[n, i]), (), (x,)),
    ]:
        source = check(rng, body, axes, *tensors)
        assert ".dot(" in source or "np.matmul" in source
        assert "einsum" not in source and "reduce" not in source


def test_row_dots_are_the_only_einsum(rng: np.random.Generator) -> None:
    X = Tensor("X", n, i)
    source = check(rng, total(x[n, i] * X[n, i], over=i), (n,), x, X)
    assert source.count("np.einsum(") == 1


def test_chain_of_products_in_the_cheap_order(rng: np.random.Generator) -> None:
    body = total(x[n, i] * W[i, j] * V[j, k], over=[i, j])
    source = check(rng, body, (n, k), x, W, V)
    assert source.count(".dot(") == 2


def test_factors_outside_and_coefficients(rng: np.random.Generator) -> None:
    body = -3 * total(s[n] * x[n, i] * W[i, j] / n.extent, over=i) / j.extent
    check(rng, body, (n, j), s, x, W)
    check(rng, total(s[n] ** -2 * x[n, i], over=[n, i]), (), s, x)
    check(rng, total(2, over=[n, i]) + total(s[n], over=[n, j]), (), s)
    check(rng, total(n * x[n, i] + i, over=[n, i]), (), x)


def test_sums_inside_of_products_and_functions(rng: np.random.Generator) -> None:
    inner = total(W[i, j], over=j)
    body = total(x[n, i] * (inner + s[n]) ** 2, over=i) / (1 + total(x[n, i] ** 2, over=i))
    check(rng, body, (n,), x, W, s)
    one = total(x[n, i] * total(W[i, j] * total(V[j, k], over=k), over=j), over=i)
    check(rng, one, (n,), x, W, V)
    square = total(x[n, i], over=i) ** 2
    check(rng, total(square, over=n), (), x)


def test_broadcast_sums_are_multiplied_out(rng: np.random.Generator) -> None:
    v = Tensor("v", j)
    source = check(rng, total((s[n] + v[j]) * W[i, j], over=j), (n, i), s, v, W)
    assert "(N, J" not in source and "(N, I, J" not in source


def test_masks_go_to_the_operand_that_covers_them(rng: np.random.Generator) -> None:
    body = total(compare("<=", i, n) * x[n, i] * W[i, j], over=i)
    check(rng, body, (n, j), x, W)
    check(rng, total(compare("<", i, j) * x[n, i], over=i), (n, j), x)


def test_products_and_maxima(rng: np.random.Generator) -> None:
    body = product(1 + x[n, i], over=i) + product(s[n], over=i) + product(2, over=i)
    check(rng, body + amax(x[n, i], over=i) + amax(s[n], over=i), (n,), x, s)
    check(rng, amax(W[i, j] * x[n, i], over=[i, j]), (n,), x, W)


def test_strided_operands_are_copied_for_blas(rng: np.random.Generator) -> None:
    u, p = Index("u", 2), Index("p", 3)
    z, K = Tensor("z", n, Index("q", 7)), Tensor("K", p, j)
    y = Tensor("y", n, u, j)
    graph = Graph(
        define(y[n, u, j], total(z[n, 2 * u + p] * K[p, j], over=p)), inputs=[z, K], output=y
    )
    given = {"z": rng.standard_normal((3, 7)), "K": rng.standard_normal((3, 5))}
    assert ".dot(" in agree(graph, given).source


def test_a_number_meets_the_smallest_array(rng: np.random.Generator) -> None:
    """c*sum(q p) => sum(q (c p)), and c p is used again; a result that is no larger takes c."""
    d = Index("d", 4)
    q, p, r = Tensor("q", n, d), Tensor("p", m, d), Tensor("r", n, m)
    S, a, b = Tensor("S", n, m), Tensor("a", n, d), Tensor("b", d, n)
    graph = Graph(
        define(S[n, m], total(q[n, d] * p[m, d], over=d) / 3),
        define(a[n, d], total(r[n, m] * p[m, d], over=m) / 3),
        define(b[d, n], -total(p[m, d] * r[n, m], over=m)),
        inputs=[q, p, r],
        outputs=[S, a, b],
    )
    shapes = {"q": (3, 4), "p": (2, 4), "r": (3, 2)}
    f = agree(graph, {m: rng.standard_normal(shape) for m, shape in shapes.items()})
    run = f.source.split("def run")[1].split("return run")[0]
    assert run.count("np.multiply(p, ") == 1 and run.count("np.multiply(") == 1
    assert run.count("np.negative(") == 1
