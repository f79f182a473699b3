"""Folding: what a definition, or a known sum, may stand for, and where it may not."""

from collections.abc import Callable

import pytest
import sympy

from symnet.calculus import gradient
from symnet.calculus.convert import read
from symnet.calculus.fold import pattern_of, quotient_of
from symnet.calculus.simplify import Simplifier
from symnet.notation import (
    Entry,
    Graph,
    Index,
    Tensor,
    compare,
    define,
    exp,
    log,
    mean,
    sin,
    sqrt,
    total,
)
from symnet.verify import judge

n, j = Index("n", "N"), Index("j", 5)
few = Index("few", 3)
x, rows, p = Tensor("x", j), Tensor("rows", n, j), Tensor("p", n, j, assume="simplex")
s, c, L = Tensor("s", n), Tensor("c"), Tensor("L")


def test_a_sum_over_part_of_an_axis_is_not_the_known_sum() -> None:
    part = define(L, c[()] ** 2 * total(Entry(p, n, few) * s[n], over=(n, few)))
    graph = Graph(part, inputs=[p, s], parameters=[c])
    assert "p[n,few]" in str(gradient(graph, "c")) or "p[n,j]" in str(gradient(graph, "c"))
    assert judge(graph, "c").passed


def test_a_sum_over_the_whole_axis_is() -> None:
    graph = Graph(
        define(L, c[()] ** 2 * total(p[n, j] * s[n], over=(n, j))), inputs=[p, s], parameters=[c]
    )
    assert str(gradient(graph, "c")) == "c_bar = 2*c*sum[n](s[n])"


def test_a_definition_over_part_of_an_axis_is_not_taken_for_one_over_all_of_it() -> None:
    d = Tensor("d", few)
    graph = Graph(
        define(d[few], sin(Entry(x, few))),
        define(L, total(d[few], over=few) + c[()] ** 2 * total(sin(x[j]), over=j)),
        inputs=[x],
        parameters=[c],
    )
    assert "d" not in str(gradient(graph, "c")).replace("sin", "")
    assert judge(graph, ["c", "x"]).passed


@pytest.mark.parametrize("outer", [lambda e: e, exp, lambda e: 1 / (2 + e**2)])
def test_a_partial_sum_is_not_folded_into_a_full_one(outer: object) -> None:
    graph = Graph(
        define(s[n], outer(total(Entry(rows, n, few) ** 2, over=few))),
        define(
            L,
            total(s[n] ** 2, over=n)
            + c[()] ** 2 * total(outer(total(rows[n, j] ** 2, over=j)), over=n),
        ),
        inputs=[rows],
        parameters=[c],
    )
    assert judge(graph, ["c", "rows"]).passed


def test_a_recurrence_is_no_quotient_because_its_base_is_none() -> None:
    t = Index("t", "T", sequential=True)
    h, z = Tensor("h", t), Tensor("z", t)
    assert quotient_of(define(h[t], 1 / (1 + exp(-z[t])))) is not None
    assert quotient_of(define(h[t], 1 / (1 + exp(-z[t] * h[t - 1])), base=0)) is None


def test_a_copy_and_a_constant_are_no_patterns() -> None:
    assert pattern_of(define(s[n], total(rows[n, j], over=j))) is not None
    assert pattern_of(define(Tensor("y", j)[j], x[j])) is None
    assert pattern_of(define(s[n], 3, constant_along=[n])) is None


def test_a_known_sum_is_used_inside_of_a_sum_of_sums() -> None:
    """Label smoothing: z_bar = (p - 0.9 y - 0.1/K)/N, although the targets' sum is written once."""
    k = Index("k", "K")
    y, z, q = Tensor("y", n, k, assume="one_hot"), Tensor("z", n, k), Tensor("q", n, k)
    tenth = sympy.Rational(1, 10)
    graph = Graph(
        define(q[n, k], exp(z[n, k]) / total(exp(z[n, k]), over=k)),
        define(
            L,
            -mean(total((9 * tenth * y[n, k] + tenth / k.extent) * log(q[n, k]), over=k), over=n),
        ),
        inputs=[y],
        parameters=[z],
    )
    d = gradient(graph, "z").definition("z_bar")
    a, b = d.free
    expected = (q[a, b] - 9 * tenth * y[a, b] - tenth / k.extent) / n.extent
    assert read(d.expression) is read(expected)
    assert judge(graph, "z").passed


def test_a_term_is_folded_before_a_common_factor_hides_it() -> None:
    """u = x/|x|:  x_bar = (u_bar - u sum u u_bar)/|x|."""
    d = Index("d", "D")
    v, u, w = Tensor("v", n, d), Tensor("u", n, d), Tensor("w", n, d)
    unit = define(u[n, d], v[n, d] / sqrt(total(v[n, d] ** 2, over=d)))
    found = gradient(Graph(unit, parameters=[v]), "v", cotangent="w").definition("v_bar")
    a, b = found.free
    e = Index("e", "D")
    across = total(u[a, e] * w[a, e], over=e)
    expected = (w[a, b] - u[a, b] * across) / sqrt(total(v[a, e] ** 2, over=e))
    assert read(found.expression) is read(expected)


# A softmax over the entries that a bracket leaves: p[n,j] = m exp(z) / sum_k m exp(z).

k = Index("k", 5)
z, many = Tensor("z", n, j), Tensor("many", n, assume="integer", below=6)
kept = Tensor("kept", n, j, assume="mask")
MASKS: dict[str, Callable[[Index], sympy.Expr]] = {
    "index": lambda a: compare("<=", a, n),
    "labels": lambda a: compare("<", a, many[n]),
    "values": lambda a: compare("==", kept[n, a], 1),
}


def masked_softmax(kind: str) -> Graph:
    q, m = Tensor("q", n, j), MASKS[kind]
    given = {"index": [], "labels": [many], "values": [kept]}[kind]
    weight = m(j) * exp(z[n, j])
    return Graph(
        define(q.at(), weight / total(m(k) * exp(z[n, k]), over=k)), inputs=[z, *given], output=q
    )


@pytest.mark.parametrize("kind", MASKS)
def test_the_gradient_of_a_masked_softmax_has_no_mask(kind: str) -> None:
    """The bracket is matched although it has two indices, and goes where p has it already."""
    graph = masked_softmax(kind)
    found = gradient(graph, "z", "w").definition("z_bar")
    assert found is not None
    q, w = graph.output, Tensor("w", n, j)
    a, b = found.free
    expected = q[a, b] * (w[a, b] - total(q[a, k] * w[a, k], over=k))
    assert read(found.expression) is read(expected)
    assert judge(graph, "z").passed


def test_a_bracket_stays_where_it_guards() -> None:
    """[n < 3] q[n] few_z[n]: q is 0 beyond, but few_z is not there to be read."""
    q, y, part = Tensor("q", n), Tensor("y", n), Tensor("part", few)
    inside = compare("<", n, 3)
    graph = Graph(
        define(q[n], inside * exp(s[n])),
        define(y[n], inside * q[n] * c[()] * Entry(part, n)),
        inputs=[s, part],
        parameters=[c],
        output=y,
    )
    assert judge(graph, ["c", "s", "part"], sizes={"N": 5}).passed


@pytest.mark.parametrize("kind", ["labels", "values"])
def test_rows_that_may_be_empty_sum_to_zero_or_one(kind: str) -> None:
    """sum_j q[n,j] is no known number; (sum_j q[n,j]) q[n,k] = q[n,k] is."""
    graph = masked_softmax(kind)
    q, b = graph.output, Tensor("b", n)
    sums = Graph(
        *graph.definitions,
        define(L, total(q[n, j] * c[()] ** 2 * b[n], over=(n, j))),
        inputs=[*graph.inputs, b],
        parameters=[c],
        output=L,
    )
    assert "q[" in str(gradient(sums, "c"))
    shift = define(z.at(), Entry(rows, n, j) + b[n])
    shifted = Graph(
        shift, *graph.definitions, inputs=[rows, b, *graph.inputs[1:]], output=graph.output
    )
    derived = gradient(shifted, "b", "w")
    assert str(derived.definition("b_bar").expression) == "0"


def test_a_row_with_its_first_entry_is_never_empty() -> None:
    graph = masked_softmax("index")
    (fact,) = Simplifier(graph).facts
    assert fact.value.is_one
    assert not fact.beside
