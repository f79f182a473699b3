"""Index hygiene: nothing is captured, whatever letters and objects coincide."""

import itertools
import pickle

import numpy as np
import pytest
import sympy

from symnet.notation import (
    Definition,
    Entry,
    Graph,
    Index,
    Tensor,
    Total,
    UnsupportedExpression,
    bound_indices,
    define,
    exp,
    extent,
    free_indices,
    fresh,
    refresh,
    rename,
    same_up_to_bound,
    tanh,
    total,
)
from symnet.notation.index import extent_at
from symnet.verify import interpret

i, j, k = Index("i", "N"), Index("j", "N"), Index("k", "N")
A, B, x = Tensor("A", i, j), Tensor("B", i, j), Tensor("x", i)
ARRAYS = {
    "A": np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 10.0]]),
    "B": np.array([[0.5, -1.0, 2.0], [1.5, 3.0, -2.5], [0.0, 1.0, 4.0]]),
    "x": np.array([1.0, -2.0, 3.0]),
}


def value(expression, *free):
    """The values of an expression over its free indices, as an array."""
    y = Tensor("y", *free)
    graph = Graph(Definition(Entry(y, *free), expression), inputs=[A, B, x])
    return interpret(graph, ARRAYS, {"N": 3} if not free else None)["y"]


# -- extents and indices ----------------------------------------------------------------------


def test_an_extent_is_an_integer_a_name_or_an_expression():
    assert extent(3) == 3
    assert extent("N") == sympy.Symbol("N", integer=True, positive=True)
    assert extent(extent("N") - 1) == extent("N") - 1
    assert extent_at(extent("N") - 1, {extent("N"): 5}) == 4


@pytest.mark.parametrize("wrong", [0, -2, True, "N+1", "2N", "", "N" * 65, 1.5, None])
def test_anything_else_is_refused(wrong):
    with pytest.raises(UnsupportedExpression, match="extent"):
        extent(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        *(sympy.Integer(0), sympy.Integer(-3), sympy.Rational(1, 2), sympy.Float(2.0), sympy.pi),
        *(sympy.zoo, sympy.nan, sympy.I, sympy.Symbol("N"), sympy.Symbol("N", integer=True)),
        *(-extent("N"), sympy.Function("f")(extent("N")), Index("i", 3), "lambda"),
    ],
    ids=str,
)
def test_an_expression_that_is_no_positive_whole_number_is_no_extent(wrong):
    with pytest.raises(UnsupportedExpression, match="extent"):
        Index("n", wrong)


def test_an_index_is_itself_and_not_its_letter():
    first, second = Index("n", "N"), Index("n", "N")
    assert first != second and first == first
    assert first.fresh() != first and first.fresh().letter == "n"
    assert Index("t", "T", sequential=True).fresh().sequential
    assert len(set(fresh([first, first]))) == 2
    assert str(first) == "n"


def test_an_index_has_a_letter_that_is_an_identifier():
    for wrong in ("", "2", "a b", "n" * 65, 5, None):
        with pytest.raises(UnsupportedExpression, match="index"):
            Index(wrong, "N")


def test_an_index_is_not_pickled():
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Index("n", "N"))


# -- free and bound ---------------------------------------------------------------------------


def test_free_and_bound_indices_of_nested_sums():
    inner = total(B[j, k], over=k)
    e = total(A[i, j] * inner, over=j) + x[i]
    assert free_indices(e) == {i}
    assert [b.letter for b in bound_indices(e)] == ["j", "k"]
    assert free_indices(A[i, j]) == {i, j}
    assert free_indices(sympy.Integer(3)) == frozenset()


def test_slots_of_a_gather_are_free():
    ids, E = Tensor("ids", i, assume="integer", below="N"), Tensor("E", j, k)
    assert free_indices(E[ids[i], k]) == {i, k}


def test_a_sum_shows_sympy_no_extent():
    """Else SymPy takes N for the variable of a polynomial, to decide a sign."""
    e = total(x[i], over=i)
    assert e.free_symbols == set()
    assert (1 + total(A[k, i] ** 2, over=i)).free_symbols == {k}


# -- rename -----------------------------------------------------------------------------------


def test_rename_avoids_capture():
    """sum_k A[i,k] with i := k is sum_k' A[k,k'], not sum_k A[k,k]."""
    e = total(A[i, k], over=k)
    (bound,) = bound_indices(e)
    renamed = rename(e, {i: bound})
    assert free_indices(renamed) == {bound}
    np.testing.assert_array_equal(value(renamed, bound), ARRAYS["A"].sum(axis=1))


def test_rename_is_simultaneous():
    np.testing.assert_array_equal(value(rename(A[i, j], {i: j, j: i}), i, j), ARRAYS["A"].T)


def test_rename_leaves_bound_indices_alone():
    e = Total(A[i, k], k)
    assert rename(e, {k: j}) is e


def test_rename_under_a_shadowing_sum():
    """sum_i (x_i sum_i A[i,j]): the outer i is renamed outside of the inner sum only."""
    e = Total(A[i, j], i) * x[i]
    renamed = rename(e, {i: k})
    assert free_indices(renamed) == {j, k}
    np.testing.assert_array_equal(
        value(renamed, k, j), np.outer(ARRAYS["x"], ARRAYS["A"].sum(axis=0))
    )


def test_rename_to_index_expressions():
    e = rename(A[i, j], {j: k.extent - 1 - j})
    np.testing.assert_array_equal(value(e, i, j), ARRAYS["A"][:, ::-1])
    e = rename(total(A[i, k] * x[k], over=k), {i: sympy.Integer(2)})
    assert value(e) == ARRAYS["A"][2] @ ARRAYS["x"]


def test_rename_reaches_into_slots_of_slots():
    ids, E = Tensor("ids", i, assume="integer", below="N"), Tensor("E", j)
    renamed = rename(E[ids[i]], {i: k})
    assert free_indices(renamed) == {k}


def test_refresh_makes_every_bound_index_new_and_keeps_the_value():
    e = total(A[i, j] * total(B[j, k], over=k), over=j)
    again = refresh(e)
    assert not set(bound_indices(e)) & set(bound_indices(again))
    assert same_up_to_bound(e, again)
    np.testing.assert_array_equal(value(e, i), value(again, i))


# -- every pair of letter clashes -------------------------------------------------------------


def nested(free: Index, outer: Index, inner: Index):
    """f[a] = sum_b A[a,b] tanh(sum_c B[b,c] x[c] exp(x[a])) x[b]."""
    deep = total(B[outer, inner] * x[inner] * exp(x[free] / 4), over=inner)
    return total(A[free, outer] * tanh(deep) * x[outer], over=outer)


EXPECTED = np.einsum(
    "ab,ba,b->a",
    ARRAYS["A"],
    np.tanh(np.outer(ARRAYS["B"] @ ARRAYS["x"], np.exp(ARRAYS["x"] / 4))),
    ARRAYS["x"],
)


@pytest.mark.parametrize("letters", list(itertools.product("ij", repeat=3)))
def test_letters_of_free_and_bound_indices_may_coincide(letters):
    a, b, c = (Index(letter, "N") for letter in letters)
    np.testing.assert_allclose(value(nested(a, b, c), a), EXPECTED, rtol=1e-14)


@pytest.mark.parametrize("letters", list(itertools.product("ij", repeat=4)))
def test_renaming_under_every_clash(letters):
    """To a new index of the same letter as a bound one, and to the bound one itself."""
    a, b, c, new = (Index(letter, "N") for letter in letters)
    e = nested(a, b, c)
    for target in (new, *bound_indices(e)):
        np.testing.assert_allclose(value(rename(e, {a: target}), target), EXPECTED, rtol=1e-14)


def test_one_index_object_used_for_the_free_and_every_bound_index():
    """total binds a new index each time, so the author may reuse one object."""
    n = Index("n", "N")
    inner = total(x[n] ** 2, over=n)
    e = x[n] * total(x[n] * inner, over=n)
    X = ARRAYS["x"]
    np.testing.assert_allclose(value(e, n), X * X.sum() * (X**2).sum())


def test_one_sum_that_stands_twice():
    s = total(x[i], over=i)
    X = ARRAYS["x"].sum()
    assert value(s + s**2 + exp(s / 9)) == pytest.approx(X + X**2 + np.exp(X / 9))
    d = define(Tensor("y"), s + s**2)
    assert len(set(bound_indices(d.expression))) == 2


def test_a_raw_sum_over_the_free_index_of_its_definition():
    """x[i] + sum_i x[i] with one object: the sum's own i is another index."""
    X = ARRAYS["x"]
    np.testing.assert_array_equal(value(x[i] + Total(x[i], i), i), X + X.sum())


def test_instantiate_with_the_letters_crossed():
    y = Tensor("y", i, j)
    d = define(y[i, j], total(A[i, k] * B[j, k], over=k))
    expected = ARRAYS["A"] @ ARRAYS["B"].T
    np.testing.assert_allclose(value(d.instantiate((j, i)), i, j), expected.T)
    (bound,) = bound_indices(d.expression)
    np.testing.assert_allclose(value(d.instantiate((bound, i)), bound, i), expected)
    again = d.instantiate()
    assert not {*again.free, *bound_indices(again.expression)} & {i, j, bound}


# -- equality modulo bound names --------------------------------------------------------------


def test_same_up_to_bound():
    a, b = Index("a", "N"), Index("b", "N")
    other = Index("a", "M")
    assert same_up_to_bound(total(A[i, a], over=a), total(A[i, b], over=b))
    assert same_up_to_bound(total(A[a, b] * x[b], over=(a, b)), total(A[b, a] * x[a], over=(a, b)))
    assert not same_up_to_bound(total(A[i, a], over=a), total(A[a, i], over=a))
    assert not same_up_to_bound(total(A[i, a], over=a), total(A[j, b], over=b))
    assert not same_up_to_bound(total(2, over=a), total(2, over=other))
    assert not same_up_to_bound(x[i], x[j])
    assert not same_up_to_bound(total(A[a, b], over=(a, b)), total(total(A[a, b], over=a), over=b))


def test_a_free_index_is_not_taken_for_a_bound_one():
    left = Total(A[i, j], i)
    right = Total(A[j, i], j)
    assert not same_up_to_bound(left, right)
    assert not same_up_to_bound(Total(A[k, i], k), Total(A[k, k], k))
    assert not same_up_to_bound(Total(A[k, k], k), Total(A[k, i], k))
