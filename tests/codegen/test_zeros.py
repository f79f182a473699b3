import numpy as np
import sympy

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.codegen.facts import Facts
from symnet.codegen.lower import lower
from symnet.codegen.safe import make_safe
from symnet.codegen.scalar import Reduce
from symnet.codegen.zeros import Zeros
from symnet.notation import Graph, Index, Tensor, compare, define, exp, total, where
from tests.codegen.agreement import agree

i, j, k = Index("i", "I"), Index("j", "I"), Index("k", "I")
x, y, v = Tensor("x", i, j), Tensor("y", i, j), Tensor("v", i)


def softmax(condition: object, value: object = -sympy.oo) -> Graph:
    """S = x where the condition holds, P = softmax_j S, o = sum_j [condition] P y."""
    S, P, o = Tensor("S", i, j), Tensor("P", i, j), Tensor("o", i)
    return Graph(
        define(S[i, j], where(condition, x[i, j], value)),
        define(P[i, j], exp(S[i, j]) / total(exp(S[i, k]), over=k)),
        define(o[i], total(condition * P[i, j] * y[i, j], over=j)),
        inputs=[x, y],
        output=o,
    )


def test_a_softmax_is_zero_where_its_exponent_is_excluded() -> None:
    program = make_safe(lower(softmax(compare("<=", j, i))))
    S, P, o = program.defs
    a, b = P.axes
    zeros = Zeros(program)
    (margin,) = zeros.vanishes(P.entry())
    assert margin.coefficient(a).number == 1 and margin.coefficient(b).number == -1
    assert not list(zeros.vanishes(S.entry())) and list(zeros.excluded(S.entry()))
    assert not list(zeros.vanishes(o.entry()))  # the margin's index is summed over
    assert Facts(program).finite(P.entry())


def test_products_powers_and_sums_of_what_is_zero() -> None:
    a, b, c = Tensor("a", i, j), Tensor("b", i), Tensor("c", i, j)
    kept = compare("<=", i, 2)
    graph = Graph(
        define(a[i, j], kept * x[i, j]),
        define(b[i], total(a[i, j] ** 2 * y[i, j], over=j)),
        define(c[i, j], a[i, j] + x[i, j]),
        inputs=[x, y],
        outputs=[b, c],
    )
    program = lower(graph)
    zeros = Zeros(program)
    assert len(list(zeros.vanishes(program.defs[1].entry()))) == 1
    assert not list(zeros.vanishes(program.defs[2].entry()))


def test_a_mask_is_dropped_where_it_is_said(rng: np.random.Generator) -> None:
    arrays = {n: rng.standard_normal((5, 5)) for n in "xy"}
    f = agree(softmax(compare("<=", j, i)), arrays)
    run = f.source.split("def run")[1]
    assert "where=" not in run and "np.einsum" in run and run.count("np.multiply(") == 1
    g = agree(softmax(compare("<=", j, i), sympy.Integer(-1)), arrays)  # exp(-1) is not 0
    assert g.source.split("def run")[1].count("np.multiply(") > 1


def test_a_row_that_is_all_excluded_proves_nothing() -> None:
    """For j < i row 0 has no entry: its maximum is -oo, and 0/0 must not leak by a product."""
    program = make_safe(lower(softmax(compare("<", j, i))))
    facts = Facts(program)
    P = program.defs[1]
    assert not facts.finite(P.entry()) and not facts.finite(program.defs[0].entry())
    assert facts.below_infinity(program.defs[0].entry())
    largest = Reduce("max", program.defs[0].body, (program.defs[0].axes[1],))
    assert not facts.finite(largest)
    X = np.arange(9.0).reshape(3, 3)
    with np.errstate(all="ignore"):
        found = build(softmax(compare("<", j, i)))(x=X, y=X)
    assert found[0] == 0 and np.isfinite(found).all()


def test_gradient_of_causal_attention(rng: np.random.Generator) -> None:
    """The masks of the backward products are those of P; each product is one matrix product."""
    t, s, d, r = Index("t", "T"), Index("s", "T"), Index("d", "D"), Index("r", "T")
    Q, K, V = (Tensor(n, t, d) for n in "QKV")
    S, P, O, L = Tensor("S", t, s), Tensor("P", t, s), Tensor("O", t, d), Tensor("L")
    score = total(Q[t, d] * K[s, d], over=d)
    graph = Graph(
        define(S[t, s], where(compare("<=", s, t), score, -sympy.oo)),
        define(P[t, s], exp(S[t, s]) / total(exp(S[t, r]), over=r)),
        define(O[t, d], total(P[t, s] * V[s, d], over=s)),
        define(L[()], total(O[t, d] ** 2, over=(t, d))),
        inputs=[Q, K, V],
        output=L,
    )
    f = agree(
        gradient(graph, ["Q", "K", "V"], with_value=True),
        {n: rng.standard_normal((6, 3)) for n in "QKV"},
    )
    run = f.source.split("def run")[1].split("def prepared")[0]
    assert run.count(".dot(") + run.count("np.matmul(") >= 6 and "where=" not in run
    assert "errstate" not in run
