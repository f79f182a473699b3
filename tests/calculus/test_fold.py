"""Folding: what a definition, or a known sum, may stand for, and where it may not."""

import pytest

from symnet.calculus import gradient
from symnet.calculus.fold import pattern_of, quotient_of
from symnet.notation import Entry, Graph, Index, Tensor, define, exp, sin, total
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
