import pytest
import sympy

from symnet.codegen.lower import lower, lower_extent
from symnet.codegen.scalar import Call, Compare, Read, Reduce, walk
from symnet.codegen.scalar_text import text
from symnet.notation import (
    Graph,
    Index,
    Tensor,
    UnsupportedExpression,
    compare,
    define,
    extent,
    gelu,
    guard,
    silu,
    total,
)

n, k = Index("n", "N"), Index("k", "K")
x = Tensor("x", n, k)


def test_definition_keeps_its_form() -> None:
    W = Tensor("W", k, j := Index("j", 5))
    y = Tensor("y", n, j)
    program = lower(Graph(define(y[n, j], total(x[n, k] * W[k, j], over=k)), inputs=[x, W]))
    (d,) = program.defs
    assert text(d.entry()) == "y[n,j]"
    assert text(d.body) == "sum[k](W[k,j]*x[n,k])"
    assert [g.name for g in program.given] == ["x", "W"]
    assert d.formula == "y[n,j] = sum[k](W[k,j]*x[n,k])"


def test_functions_with_a_meaning_are_written_out() -> None:
    y = Tensor("y", n, k)
    body = lower(Graph(define(y[n, k], gelu(x[n, k]) + silu(x[n, k])), inputs=[x])).defs[0].body
    assert {c.function for c in walk(body) if isinstance(c, Call)} == {"erf", "sigmoid"}


def test_slots_and_brackets_are_affine() -> None:
    u = Index("u", "U")
    y = Tensor("y", n, u)
    e = 2 * u - 1
    body = lower(Graph(define(y[n, u], guard(0, e, k.extent) * x[n, e]), inputs=[x])).defs[0].body
    (read,) = (r for r in walk(body) if isinstance(r, Read))
    assert text(read) == "x[n,2*u - 1]"
    assert {text(c) for c in walk(body) if isinstance(c, Compare)} == {
        "[0 <= 2*u - 1]",
        "[2*u - 1 < K]",
    }


def test_extents_become_sizes() -> None:
    N = extent("N")
    assert str(lower_extent(N**2 * 2 - 1)) == "2*N*N - 1"
    assert lower_extent(sympy.floor((N - 1) / 2)).at({"N": 6}) == 2
    assert lower_extent(sympy.ceiling((N - 1) / 2)).at({"N": 6}) == 3
    with pytest.raises(UnsupportedExpression, match="extent"):
        lower_extent(sympy.sqrt(N))


def test_bound_axes_are_the_definitions_own() -> None:
    y = Tensor("y", n)
    d = lower(Graph(define(y[n], total(x[n, k] * compare("<", k, 2), over=k)), inputs=[x])).defs[0]
    (sums,) = (r for r in walk(d.body) if isinstance(r, Reduce))
    assert d.body.axes == set(d.axes)
    assert not set(sums.bound) & set(d.axes)


def test_unknown_function_is_refused() -> None:
    class strange(type(gelu(x[n, k])).__mro__[1]):  # type: ignore[misc]
        """A scalar function without an array operation."""

    y = Tensor("y", n, k)
    graph = Graph(define(y[n, k], x[n, k]), inputs=[x])
    broken = graph.definitions[0]
    object.__setattr__(broken, "expression", strange(x[n, k]))
    with pytest.raises(UnsupportedExpression, match="strange"):
        lower(graph)
