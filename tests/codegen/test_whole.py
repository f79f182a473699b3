"""Inverses and determinants: generated code = interpreter, and equations solved in their place."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy

from symnet.codegen import Function
from symnet.codegen.plan import Matrix, Solve
from symnet.codegen.traverse import everything
from symnet.notation import (
    Definition,
    Graph,
    Index,
    Tensor,
    define,
    det,
    inverse,
    logdet,
    restrict,
    total,
)
from tests.codegen.agreement import agree, every, legal

b, c, m = Index("b", "B"), Index("c", "C"), Index("m", "M")
i, j, k, p, q = (Index(letter, "N") for letter in "ijkpq")
X, A = Tensor("X", b, i, j), Tensor("A", i, j)
v, R, S = Tensor("v", i), Tensor("R", i, m), Tensor("S", b, i, m)
X_inv, A_inv = Tensor("X_inv", b, i, j), Tensor("A_inv", i, j)
EXTENTS = [(3, 4, 2, 5), (1, 2, 3, 4), (4, 1, 3, 2), (2, 3, 1, 4), (2, 4, 3, 1)]  # B, N, M, C


def arrays(rng: np.random.Generator, sizes: tuple[int, int, int, int]) -> dict[str, np.ndarray]:
    B, N, M, C = sizes
    shapes = {"v": (N,), "w": (B, N), "R": (N, M), "S": (B, N, M), "P": (C, N, M), "u": (C, N)}
    out = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    eye = 3 * np.eye(N)
    return out | {"A": rng.random((N, N)) + eye, "X": rng.random((B, N, N)) - eye}


def of(graph: Graph, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {t.name: given[t.name] for t in graph.given}


def kinds(f: Function) -> list[type]:
    ops = [*everything(f.plan.static), *everything(f.plan.ops)]
    return [type(op) for op in ops if isinstance(op, Matrix | Solve)]


def heads() -> Graph:
    d, l, a, e = Tensor("d", b), Tensor("l", b), Tensor("a"), Tensor("e")
    left = [
        define(X_inv[b, i, j], inverse(X[b, p, q], (p, q), at=(i, j))),
        define(A_inv[i, j], inverse(A[p, q], (p, q), at=(i, j))),
        define(d[b], det(X[b, p, q], (p, q))),
        define(l[b], logdet(X[b, q, p], (q, p))),
        define(a[()], det(A[p, q], (p, q))),
        define(e[()], logdet(A[p, q], (p, q))),
    ]
    return Graph(*left, inputs=[X, A], outputs=[x.tensor for x in left])


@pytest.mark.parametrize("sizes", EXTENTS)
def test_heads(sizes: tuple[int, int, int, int], rng: np.random.Generator) -> None:
    given = of(heads(), arrays(rng, sizes))
    agree(heads(), given)
    agree(heads(), given, dtype=np.float32, tolerance=1e-4)


def test_axes_in_any_order(rng: np.random.Generator) -> None:
    """Rows and columns before, between and after the batch indices; batch indices exchanged."""
    Y = Tensor("Y", i, b, c, j)
    Y_inv, d = Tensor("Y_inv", c, j, b, i), Tensor("d", c, b)
    graph = Graph(
        define(Y_inv[c, j, b, i], inverse(Y[p, b, c, q], (p, q), at=(i, j))),
        define(d[c, b], det(Y[q, b, c, p], (p, q))),
        inputs=[Y],
        outputs=[Y_inv, d],
    )
    for shape in [(3, 2, 4, 3), (2, 1, 3, 2), (1, 3, 2, 1)]:
        agree(graph, {"Y": rng.standard_normal(shape)})


AT: list[tuple[tuple[Index, ...], tuple[Any, Any]]] = [
    ((b, i, j), (j, i)),
    ((b, i), (i, i)),
    ((b, i), (0, i)),
    ((b, i), (i, X.shape[1] - 1)),
    ((b, i, j), (X.shape[1] - 1 - i, j)),
    ((j, b, i), (i, j)),
]


@pytest.mark.parametrize(("free", "at"), AT)
def test_an_inverse_read_at_other_places(
    free: tuple[Index, ...], at: tuple[Any, Any], rng: np.random.Generator
) -> None:
    y = Tensor("y", *free)
    graph = Graph(define(y[free], inverse(X[b, p, q], (p, q), at=at)), inputs=[X])
    for sizes in EXTENTS:
        agree(graph, of(graph, arrays(rng, sizes)))


def test_rows_numbered_like_the_matrices(rng: np.random.Generator) -> None:
    """y[n,j] = (X[n]^-1)[n,j]; and a row that an integer tensor names."""
    n = Index("n", "N")
    Z, y, z = Tensor("Z", n, i, j), Tensor("y", n, j), Tensor("z", b, j)
    t = Tensor("t", b, assume="integer", below="N")
    graph = Graph(
        define(y[n, j], inverse(Z[n, p, q], (p, q), at=(n, j))),
        define(z[b, j], inverse(A[p, q], (p, q), at=(t[b], j))),
        inputs=[Z, A, t],
        outputs=[y, z],
    )
    given = {"Z": rng.random((4, 4, 4)) + np.eye(4), "A": rng.random((4, 4)) + np.eye(4)}
    agree(graph, given | {"t": np.array([3, 0, 3])})


def test_one_inverse_for_all_that_ask_for_it(rng: np.random.Generator) -> None:
    y, z = Tensor("y", b, i), Tensor("z", b)
    graph = Graph(
        define(X_inv[b, i, j], inverse(X[b, p, q], (p, q), at=(i, j))),
        define(y[b, i], inverse(X[b, p, q], (p, q), at=(i, i))),
        define(z[b], total(X_inv[b, i, j] * R[i, m] * R[j, m], over=(i, j, m))),
        inputs=[X, R],
        outputs=[y, z],
    )
    assert kinds(agree(graph, of(graph, arrays(rng, EXTENTS[0])))) == [Matrix]


def test_a_matrix_that_sizes_tell_is_inverted_once(rng: np.random.Generator) -> None:
    D, y = Tensor("D", i, j), Tensor("y", i)
    graph = Graph(
        define(D[i, j], 1 / (i + j + 1)),
        define(A_inv[i, j], inverse(D[p, q], (p, q), at=(i, j))),
        define(y[i], total(A_inv[i, j] * v[j], over=j)),
        inputs=[v],
        output=y,
    )
    f = agree(graph, of(graph, arrays(rng, EXTENTS[0])))
    assert [op.kind for op in f.plan.static if isinstance(op, Matrix)] == ["inv"]
    assert "solved" not in f.source


def test_rows_that_are_all_the_same() -> None:
    """A matrix stored as one row: it is singular unless it has one row only."""
    D, d, w = Tensor("D", i, j), Tensor("d"), Tensor("w", i)
    same = Definition(D[i, j], w[j])
    graph = Graph(same, define(d[()], det(D[p, q], (p, q))), inputs=[w], output=d)
    assert agree(graph, {"w": np.array([1.5, 2.0])})(w=[1.5, 2.0]) == 0
    assert agree(graph, {"w": np.array([1.5])})(w=[1.5]) == 1.5


# -- equations --------------------------------------------------------------------------------


def product_of(left: Tensor, free: tuple[Index, ...], body: Any) -> Graph:
    return Graph(
        define(X_inv[b, i, j], inverse(X[b, p, q], (p, q), at=(i, j))),
        define(A_inv[i, j], inverse(A[p, q], (p, q), at=(i, j))),
        define(left[free], body),
        inputs=[X, A, *(t for t in (v, R, S, P, u, w))],
        output=left,
    )


P, u, w = Tensor("P", c, i, m), Tensor("u", c, i), Tensor("w", b, i)
SOLVED = {
    "vector": ((i,), total(A_inv[i, k] * v[k], over=k)),
    "vector on the left": ((i,), total(A_inv[k, i] * v[k], over=k)),
    "matrix": ((i, m), total(A_inv[i, k] * R[k, m], over=k)),
    "matrix on the left": ((m, i), total(A_inv[k, i] * R[k, m], over=k)),
    "columns in front": ((m, i), total(A_inv[i, k] * R[k, m], over=k)),
    "many columns": ((i, c, m), total(A_inv[i, k] * P[c, k, m], over=k)),
    "many vectors": ((c, i), total(A_inv[i, k] * u[c, k], over=k)),
    "batch": ((b, i, m), total(X_inv[b, i, k] * S[b, k, m], over=k)),
    "batch on the left": ((b, i, m), total(X_inv[b, k, i] * S[b, k, m], over=k)),
    "batch of vectors": ((b, i), total(X_inv[b, i, k] * w[b, k], over=k)),
    "one right side for all": ((b, i, m), total(X_inv[b, i, k] * R[k, m], over=k)),
    "one vector for all": ((b, i), total(X_inv[b, i, k] * v[k], over=k)),
    "every pair": ((b, c, i), total(X_inv[b, i, k] * u[c, k], over=k)),
}


@pytest.mark.parametrize("name", SOLVED)
def test_an_inverse_for_one_product_is_not_computed(name: str, rng: np.random.Generator) -> None:
    free, body = SOLVED[name]
    y = Tensor("y", *free)
    graph = restrict(product_of(y, free, body), [y])
    for sizes in EXTENTS:
        given = of(graph, arrays(rng, sizes))
        assert kinds(agree(graph, given)) == [Solve]
        agree(graph, given, dtype=np.float32, tolerance=1e-4)
    f = agree(graph, of(graph, arrays(rng, EXTENTS[0])))
    body_text = f.source[f.source.index("def run") :]
    assert "inv[p,q]" in body_text and "# y[" in body_text and "np.linalg.inv" not in f.source


NOT_SOLVED = {
    "trace": ((), total(A_inv[i, k] * A[k, i], over=(i, k))),
    "diagonal": ((i,), total(A_inv[i, k] * A[i, k], over=k)),
    "sum": ((i,), total(A_inv[i, k], over=k)),
    "with itself": ((i, j), total(A_inv[i, k] * A_inv[k, j], over=k)),
    "sum over the batch": ((i, m), total(X_inv[b, i, k] * S[b, k, m], over=(b, k))),
}


@pytest.mark.parametrize("name", NOT_SOLVED)
def test_an_inverse_that_is_no_equation(name: str, rng: np.random.Generator) -> None:
    free, body = NOT_SOLVED[name]
    y = Tensor("y", *free)
    graph = restrict(product_of(y, free, body), [y])
    for sizes in EXTENTS:
        assert kinds(agree(graph, of(graph, arrays(rng, sizes)))) == [Matrix]


def test_an_inverse_with_other_uses_is_computed_once(rng: np.random.Generator) -> None:
    y, z = Tensor("y", i), Tensor("z", i)
    graph = Graph(
        define(A_inv[i, j], inverse(A[p, q], (p, q), at=(i, j))),
        define(y[i], total(A_inv[i, k] * v[k], over=k)),
        define(z[i], total(A_inv[k, i] * y[k], over=k)),
        inputs=[A, v],
        output=z,
    )
    assert kinds(agree(graph, of(graph, arrays(rng, EXTENTS[0])))) == [Matrix]
    assert kinds(agree(every(graph), of(graph, arrays(rng, EXTENTS[0])))) == [Matrix]


# -- in a loop --------------------------------------------------------------------------------


def kalman() -> Graph:
    """The covariance of a Kalman filter: F_t needs P_t, and P_{t+1} needs the inverse of F_t.

    P[t] = T P~[t-1] T' + Q,  F = P + H,  P~ = P - P F^-1 P.  Source: Kalman 1960, with Z = 1.
    """
    t, r = Index("t", "T", sequential=True), Index("r", "N")
    Q, H, T = Tensor("Q", i, j), Tensor("H", i, j), Tensor("T", i, j)
    before, F, after = Tensor("P", t, i, j), Tensor("F", t, i, j), Tensor("P2", t, i, j)
    F_inv = Tensor("F_inv", t, i, j)
    moved = total(T[i, p] * after[t - 1, p, q] * T[j, q], over=(p, q))
    gain = total(before[t, i, r] * F_inv[t, r, k] * before[t, k, j], over=(r, k))
    return Graph(
        define(before[t, i, j], moved + Q[i, j]),
        define(F[t, i, j], before[t, i, j] + H[i, j]),
        define(F_inv[t, i, j], inverse(F[t, p, q], (p, q), at=(i, j))),
        define(after[t, i, j], before[t, i, j] - gain, base=H[i, j]),
        inputs=[Q, H, T],
        outputs=[after, F_inv],
    )


@pytest.mark.parametrize(("N", "T"), [(3, 4), (1, 3), (2, 1)])
def test_inverses_in_a_recurrence(N: int, T: int, rng: np.random.Generator) -> None:
    given = {name: np.eye(N) + 0.3 * rng.random((N, N)) for name in "QHT"}
    agree(kalman(), given, {"T": T})
    alone = restrict(kalman(), [kalman().tensor("P2")])
    agree(alone, given, {"T": T})


# -- singular matrices ------------------------------------------------------------------------


def test_a_singular_matrix_has_no_inverse_and_says_its_name() -> None:
    A_bad = np.ones((2, 2))
    graph = heads()
    with pytest.raises(np.linalg.LinAlgError, match="A is singular: it has no inverse"):
        legal(restrict(graph, [A_inv]))(A=A_bad)
    free, body = SOLVED["vector"]
    y = Tensor("y", *free)
    solving = restrict(product_of(y, free, body), [y])
    with pytest.raises(np.linalg.LinAlgError, match="A is singular"):
        legal(solving)(A=A_bad, v=np.ones(2))
    found = legal(restrict(graph, [Tensor("a"), Tensor("e")]))(A=A_bad)
    assert found == {"a": 0, "e": -np.inf}


def test_the_source_runs_with_numpy_alone(tmp_path: Path, rng: np.random.Generator) -> None:
    free, body = SOLVED["batch"]
    y = Tensor("y", *free)
    graph = restrict(product_of(y, free, body), [y])
    given = of(graph, arrays(rng, EXTENTS[0]))
    (tmp_path / "exported.py").write_text(legal(graph).source)
    np.savez(tmp_path / "given.npz", **given)
    code = (
        "import sys; import numpy as np; from exported import evaluate; "
        "g = np.load('given.npz'); y = evaluate(X=g['X'], S=g['S']); "
        "assert not any(m.startswith(('symnet', 'sympy')) for m in sys.modules); "
        "assert abs(y - np.linalg.solve(g['X'], g['S'])).max() < 1e-12"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


def test_a_gradient_of_all_three_heads(rng: np.random.Generator) -> None:
    from symnet.calculus import gradient

    y, L = Tensor("y", b, i), Tensor("L")
    l, d = Tensor("l", b), Tensor("d", b)
    half = sympy.Rational(1, 2)
    graph = Graph(
        define(X_inv[b, i, j], inverse(X[b, p, q], (p, q), at=(i, j))),
        define(y[b, i], total(X_inv[b, i, k] * v[k], over=k)),
        define(l[b], logdet(X[b, p, q], (p, q))),
        define(d[b], det(X[b, p, q], (p, q))),
        define(L[()], total(l[b] + half * d[b] + total(y[b, i] * v[i], over=i), over=b)),
        inputs=[X, v],
        output=L,
    )
    derived = gradient(graph, ["X", "v"], with_value=True)
    for sizes in EXTENTS:
        given = of(graph, arrays(rng, sizes))
        agree(derived, given)
        agree(every(derived), given)
