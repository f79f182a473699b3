import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.codegen.lower import lower
from symnet.codegen.program import Program, reads_of
from symnet.codegen.reassociate import with_known_products
from symnet.notation import Graph, Index, Tensor, define, exp, tanh, total
from tests.codegen.agreement import agree, every

n, t, s, r = Index("n", "N"), Index("t", "T"), Index("s", "S"), Index("r", "S")
P, Q = Tensor("P", n, t, s), Tensor("Q", n, t, s)


def sums(width: int | str, swapped: bool = False, v_of: str = "v") -> Graph:
    """o = P v, B = O v^T, d = row sums of P B."""
    e = Index("e", width)
    v, w, O = Tensor("v", n, s, e), Tensor("w", n, s, e), Tensor("O", n, t, e)
    other = {"v": v, "w": w}[v_of]
    o, B, d = Tensor("o", n, t, e), Tensor("B", n, t, s), Tensor("d", n, t)
    read = P[n, t, r], B[n, t, r]
    return Graph(
        define(o[n, t, e], total(P[n, t, s] * v[n, s, e], over=s)),
        define(B[n, t, s], total(O[n, t, e] * other[n, s, e], over=e)),
        define(d[n, t], total(read[swapped] * read[not swapped], over=r)),
        inputs=[P, v, O] if v_of == "v" else [P, v, w, O],
        outputs=[o, B, d],
    )


def names(p: Program) -> set[str]:
    return {x.name for x in reads_of(p.defs[-1])}


@pytest.mark.parametrize("swapped", [False, True])
def test_the_shorter_sum_is_taken(rng: np.random.Generator, swapped: bool) -> None:
    graph = sums(3, swapped)
    program = with_known_products(lower(graph))
    assert names(program) == {"O", "o"}
    assert with_known_products(program) == program
    assert "sum[r](B[n,t,r]*P[n,t,r]) = sum[e](O[n,t,e]*o[n,t,e])" in program.defs[-1].formula
    shapes = {"P": (2, 4, 5), "v": (2, 5, 3), "O": (2, 4, 3)}
    agree(graph, {m: rng.standard_normal(shape) for m, shape in shapes.items()})


def test_not_where_it_is_longer_or_another_product() -> None:
    assert names(with_known_products(lower(sums(100)))) == {"P", "B"}
    assert names(with_known_products(lower(sums("E")))) == {"P", "B"}
    assert names(with_known_products(lower(sums(3, v_of="w")))) == {"P", "B"}


def test_not_where_indices_are_other_ones(rng: np.random.Generator) -> None:
    """The other axis of A, a diagonal, a transposed read: none is the same sum."""
    e, h = Index("e", 2), Index("h", 4)
    A, v, O = Tensor("A", h, Index("k", 4)), Tensor("v", Index("k", 4), e), Tensor("O", h, e)
    k, l = Index("k", 4), Index("l", 4)
    o, B = Tensor("o", h, e), Tensor("B", h, k)
    for first, d in (
        (total(A[k, h] * v[k, e], over=k), total(A[h, l] * B[h, l], over=l)),
        (total(A[h, k] * v[k, e], over=k), total(A[l, l] * B[h, l], over=l)),
        (total(A[h, k] * v[k, e], over=k), total(A[l, h] * B[h, l], over=l)),
    ):
        D = Tensor("D", h)
        graph = Graph(
            define(o[h, e], first),
            define(B[h, k], total(O[h, e] * v[k, e], over=e)),
            define(D[h], d),
            inputs=[A, v, O],
            outputs=[o, D],
        )
        assert "B" in names(with_known_products(lower(graph)))
        shapes = {"A": (4, 4), "v": (4, 2), "O": (4, 2)}
        agree(every(graph), {m: rng.standard_normal(shape) for m, shape in shapes.items()})


def test_softmax_of_attention_sums_over_heads(rng: np.random.Generator) -> None:
    d, i = Index("d", 3), Index("i", "S")
    q, k, v = Tensor("q", n, t, d), Tensor("k", n, s, d), Tensor("v", n, s, d)
    S, W, o, L = Tensor("S", n, t, s), Tensor("W", n, t, s), Tensor("o", n, t, d), Tensor("L")
    graph = Graph(
        define(S[n, t, s], total(q[n, t, d] * k[n, s, d], over=d)),
        define(W[n, t, s], exp(S[n, t, s]) / total(exp(S[n, t, i]), over=i)),
        define(o[n, t, d], total(W[n, t, s] * v[n, s, d], over=s)),
        define(L[()], total(tanh(o[n, t, d]), over=(n, t, d))),
        inputs=[q, k, v],
        output=L,
    )
    shapes = {"q": (2, 4, 3), "k": (2, 5, 3), "v": (2, 5, 3)}
    arrays = {m: rng.standard_normal(shape) for m, shape in shapes.items()}
    f = agree(gradient(graph, list(shapes), with_value=True), arrays)
    assert "np.multiply(o_bar, o," in f.source or "np.multiply(o, o_bar," in f.source
