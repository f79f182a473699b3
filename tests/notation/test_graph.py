"""Graphs: what is legal, what each mistake is answered with, and the verbs of the ground floor."""

import pytest
import sympy

from symnet.notation import (
    Definition,
    Entry,
    ExtentMismatch,
    Graph,
    GraphError,
    Index,
    IndexMismatch,
    Tensor,
    UnknownTensor,
    UnsupportedExpression,
    amax,
    argmax,
    compare,
    define,
    delta,
    dependencies,
    entries,
    exp,
    extent,
    guard,
    replace,
    restrict,
    shift_of,
    tanh,
    total,
    where,
)

n, i, j = Index("n", "N"), Index("i", "I"), Index("j", "J")
t = Index("t", "T", sequential=True)
x, W, b = Tensor("x", n, i), Tensor("W", i, j), Tensor("b", j)
y, h, c = Tensor("y", n, j), Tensor("h", t), Tensor("c", t)
u = Tensor("u", t)


def dense():
    y_at = define(y[n, j], total(x[n, i] * W[i, j], over=i) + b[j])
    return Graph(y_at, inputs=[x], parameters=[W, b])


# -- definitions ------------------------------------------------------------------------------


def test_an_index_free_on_the_right_only():
    with pytest.raises(
        IndexMismatch, match=r"y\[n,j\]: i is free on the right but not on the left"
    ):
        define(y[n, j], x[n, i] * W[i, j])


def test_an_index_free_on_the_left_only():
    with pytest.raises(
        IndexMismatch, match=r"y\[n,j\]: n is free on the left but not on the right"
    ):
        define(y[n, j], b[j])
    assert define(y[n, j], b[j], constant_along=[n]).free == (n, j)


def test_an_index_is_matched_by_object_and_not_by_letter():
    with pytest.raises(IndexMismatch, match="n is free on the right but not on the left"):
        define(y[n, j], x[Index("n", "N"), 0] * b[j])


@pytest.mark.parametrize("slots", [(0, j), (n, j + 1), (n.extent - n, j)])
def test_the_left_side_has_an_index_for_each_axis(slots):
    with pytest.raises(IndexMismatch, match="the left side needs a distinct index for each axis"):
        Definition(y[slots], b[j])


def test_the_left_side_has_distinct_indices_of_its_extents():
    square = Tensor("s", n, Index("m", "N"))
    with pytest.raises(IndexMismatch, match="distinct index"):
        define(square[n, n], x[n, 0])
    with pytest.raises(ExtentMismatch, match="axis 1 of y has extent J, index i runs to I"):
        Definition(Entry(y, n, i), x[n, i])


def test_a_base_needs_a_sequential_index():
    with pytest.raises(GraphError, match="base is given, but no index is sequential"):
        define(b[j], W[0, j], base=0)
    with pytest.raises(IndexMismatch, match="i is free on the right"):
        define(h[t], h[t - 1], base=W[i, 0])


def test_sympy_heads_are_taken_in():
    d = define(b[j], sympy.exp(W[0, j]) + 0.5)
    assert d.expression == exp(W[0, j]) + sympy.Rational(1, 2)
    with pytest.raises(UnsupportedExpression, match="gamma"):
        define(b[j], sympy.gamma(W[0, j]))


def test_instantiate():
    d = define(y[n, j], total(x[n, i] * W[i, j], over=i))
    again = d.instantiate()
    assert again.tensor == y and not set(again.free) & {n, j}
    placed = d.instantiate((sympy.Integer(0), j))
    assert str(placed) == "sum[i](W[i,j]*x[0,i])"


# -- graphs -----------------------------------------------------------------------------------


def test_parts_of_a_graph():
    g = dense()
    assert g.output == y and g.given == (x, W, b) and g.tensors == (x, W, b, y)
    assert g.definition("y").expression.has(Entry) and g.definition("x") is None
    assert g.extents == tuple(map(extent, "NIJ"))
    assert str(g) == "y[n,j] = b[j] + sum[i](W[i,j]*x[n,i])"


def test_extents_of_sums_alone_are_extents_of_the_graph():
    q = Index("q", "Q")
    g = Graph(define(Tensor("s"), total(2, over=q) + extent("R")))
    assert set(g.extents) == {extent("Q"), extent("R")}


def test_the_nearest_names():
    with pytest.raises(UnknownTensor, match="the graph has no tensor Y; it has x, W, b, y"):
        dense().tensor("Y")
    long = Graph(define(Tensor("hidden"), 1), define(Tensor("out"), 2))
    with pytest.raises(UnknownTensor, match="no tensor hiden; did you mean hidden"):
        long.tensor("hiden")


def test_several_outputs():
    g = Graph(define(Tensor("p"), 1), define(Tensor("q"), 2), outputs=[Tensor("p"), Tensor("q")])
    with pytest.raises(GraphError, match=r"the graph has 2 outputs \(p, q\); name one"):
        g.output  # noqa: B018


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Graph(define(b[j], W[0, j]), inputs=[W, W]), "W is given twice"),
        (
            lambda: Graph(define(b[j], W[0, j]), define(b[j], W[1, j]), inputs=[W]),
            r"b is defined twice: b\[j\] is defined before",
        ),
        (
            lambda: Graph(define(b[j], W[0, j]), inputs=[W, b]),
            r"b is defined twice: b\[j\] is a given tensor",
        ),
        (
            lambda: Graph(define(b[j], W[0, j])),
            r"b\[j\] mentions W, which is neither given nor defined: put W among the inputs",
        ),
        (
            lambda: Graph(define(b[j], exp(y[0, j])), define(y[n, j], x[n, 0] * b[j]), inputs=[x]),
            r"b\[j\] mentions y, which is defined later, without a shift",
        ),
        (
            lambda: Graph(define(b[j], exp(b[j]))),
            r"b\[j\] mentions itself, without a shift along a sequential index \(cycle",
        ),
        (lambda: Graph(define(b[j], W[0, j]), inputs=[W], output=y), "output y is neither"),
        (
            lambda: Graph(define(b[j], W[0, j]), inputs=[W], updates=[(y, b)]),
            "update y <- b: both must be in the graph",
        ),
    ],
)
def test_mistakes(build, words):
    with pytest.raises(GraphError, match=words):
        build()


def test_mismatched_extents():
    wide = Tensor("W", i, Index("j", "K"))
    with pytest.raises(
        ExtentMismatch, match=r"mentions W with extents \(I, J\), but W has \(I, K\)"
    ):
        Graph(define(b[j], W[0, j]), inputs=[wide])
    with pytest.raises(ExtentMismatch, match="update W <- b: the extents differ"):
        Graph(define(b[j], W[0, j]), inputs=[W], updates=[(W, b)])


def test_updates_pair_a_state_with_its_new_value():
    new = Tensor("v_new", j)
    v = Tensor("v", j)
    g = Graph(define(new[j], v[j] / 2), inputs=[v], updates=[(v, new)])
    assert g.updates == ((v, new),)


# -- reads ------------------------------------------------------------------------------------


v = Tensor("v", n)
out = Tensor("out", n)


def reading(expression, *given):
    return Graph(Definition(out[n], expression), inputs=[v, *given])


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (v[n - 1], r"out\[n\]: v\[n - 1\] reads v at -1, before the start of axis 0"),
        (v[n + 1], "reads v at N, axis 0 has extent N; guard the read"),
        (v[2 * n], None),  # N = 1 is fine
        (v[n.extent], "reads v at N"),
        (v[-1], "reads v at -1"),
        (exp(v[n - 2]) * compare(">", v[n], 0), "reads v at -2"),  # a value guards nothing
        (compare("<", n - 1, n.extent) + v[n - 1], "reads v at -1"),  # a sum guards nothing
        (where(compare("<=", 1, n), v[n - 1], 0) + v[n + 1], "reads v at N"),
    ],
)
def test_reads_that_are_certainly_out_of_range(expression, words):
    if words is None:
        assert reading(expression)
    else:
        with pytest.raises(ExtentMismatch, match=words):
            reading(expression)


@pytest.mark.parametrize(
    "expression",
    [
        v[n.extent - 1 - n],
        v[0] + v[n.extent - 1],
        guard(0, n - 1, n.extent) * v[n - 1],
        compare("<=", 1, n) ** 2 * tanh(v[n - 1]),
        where(guard(0, n + 2, n.extent), v[n + 2], -sympy.oo),
        where(1 - compare("<", n, 1), v[n - 1], 0),
        compare("<=", 1, n) * total(v[n - 1] * x[n, i], over=i),
    ],
)
def test_reads_that_are_fine(expression):
    assert reading(expression, x)


def test_the_place_of_a_largest_value_is_a_slot():
    m = n.fresh()
    assert reading(v[argmax(v[m] * v[n], over=m)])
    with pytest.raises(
        ExtentMismatch, match=r"argmax.* runs below I, but axis 0 of v has extent N"
    ):
        reading(v[argmax(x[n, i], over=i)], x)


def test_a_gather_needs_integers_of_the_right_range():
    for below in ("N", None):
        ids = Tensor("ids", n, assume="integer", below=below)
        assert reading(v[ids[n]], ids)
    with pytest.raises(ExtentMismatch, match="ids runs below I, but axis 0 of v has extent N"):
        reading(v[Tensor("ids", n, assume="integer", below="I")[n]], Tensor("ids", n))
    with pytest.raises(IndexMismatch, match="is indexed by w, which is not declared integer"):
        reading(v[Tensor("w", n)[n]], Tensor("w", n))


def test_a_lookup_of_another_range_needs_a_guard_over_it():
    ids = Tensor("ids", n, assume="integer", below="I")
    place = argmax(x[n, i], over=i)
    for lookup in (ids[n], place):
        inside = compare("<", lookup, n.extent)
        assert reading(inside * v[lookup], ids, x)
        assert reading(where(inside, v[lookup], 0), ids, x)
        with pytest.raises(ExtentMismatch, match="runs below I, but axis 0 of v has extent N"):
            reading(compare("<", n, 2) * v[lookup], ids, x)


def test_an_index_of_another_extent_needs_a_guard():
    wide = Tensor("wide", i)
    read = Entry(v, i)
    assert Graph(Definition(wide[i], compare("<", i, n.extent) * read), inputs=[v])
    with pytest.raises(ExtentMismatch, match="axis 0 of v has extent N, index i runs to I"):
        Graph(Definition(wide[i], read), inputs=[v])


# -- recurrences ------------------------------------------------------------------------------


def test_a_recurrence_mentions_itself_shifted():
    g = Graph(define(h[t], h[t - 1] / 2 + u[t], base=0), inputs=[u])
    assert g.definition("h").sequential is t


def test_two_may_mention_each_other():
    assert Graph(
        define(h[t], tanh(c[t - 1] + u[t]), base=0),
        define(c[t], h[t] * c[t - 1], base=1),
        inputs=[u],
    )


def test_a_backward_recurrence_is_guarded_and_needs_no_base():
    later = compare("<", t + 1, t.extent)
    assert Graph(define(h[t], later * h[t + 1] + u[t]), inputs=[u])
    with pytest.raises(ExtentMismatch, match="reads h at T"):
        Graph(define(h[t], h[t + 1] + u[t]), inputs=[u])


def test_a_recurrence_without_a_base_needs_a_guard():
    with pytest.raises(ExtentMismatch, match=r"reads h at -1, .* guard the read"):
        Graph(define(h[t], h[t - 1] + u[t]), inputs=[u])
    assert Graph(define(h[t], compare("<=", 1, t) * h[t - 1] + u[t]), inputs=[u])


@pytest.mark.parametrize(
    ("definitions", "words"),
    [
        (
            lambda: [define(h[t], h[t] + u[t], base=0)],
            "mentions itself, without a shift",
        ),
        (
            lambda: [define(h[t], c[t], base=0), define(c[t], h[t - 1], base=0)],
            "mentions c, which is defined later, without a shift",
        ),
        (
            lambda: [
                define(h[t], h[t - 1] + compare("<", t + 1, t.extent) * h[t + 1], base=0),
            ],
            "a recurrence runs both ways .* reads h.t - 1., and h.t. reads h.t . 1.",
        ),
        (
            lambda: [
                define(h[t], c[t - 1], base=0),
                define(c[t], u[t] * _sum_of(h), base=0),
            ],
            r"c\[t\] reads h\[t\], which depends on c in turn \(a cycle\)",
        ),
        (
            lambda: [define(h[t], c[t - 1], base=0), define(c[t], h[0] + u[t], base=0)],
            r"c\[t\] reads h\[0\], which depends on c in turn",
        ),
        (
            lambda: [define(h[t], h[t - 1], base=c[0]), define(c[t], u[t], base=0)],
            "mentions c, which is defined later",
        ),
    ],
)
def test_recurrences_without_an_order(definitions, words):
    with pytest.raises(GraphError, match=words):
        Graph(*definitions(), inputs=[u])


def _sum_of(tensor):
    s = t.fresh()
    return total(tensor[s], over=s)


def test_a_plain_index_carries_nothing():
    plain = Tensor("h", Index("t", "T"))
    s = plain.indices[0]
    with pytest.raises(GraphError, match="use a sequential index"):
        Graph(define(plain[s], compare("<=", 1, s) * plain[s - 1]))


def test_the_whole_of_a_recurrence_may_be_read_afterwards():
    total_ = Tensor("s")
    assert Graph(
        define(h[t], h[t - 1] + u[t], base=0),
        define(total_, _sum_of(h) + h[t.extent - 1] + amax(h[t], over=t)),
        inputs=[u],
    )


# -- verbs ------------------------------------------------------------------------------------


def test_entries_include_those_in_slots():
    ids = Tensor("ids", n, assume="integer")
    found = entries(exp(v[ids[n]]) + total(x[n, i], over=i))
    assert sorted(e.tensor.name for e in found) == ["ids", "v", "x"]


def test_shift_of():
    assert shift_of(n) == (n, 0)
    assert shift_of(n + 2) == (n, 2) and shift_of(n - 1) == (n, -1)
    assert shift_of(2 * n) is None and shift_of(n + i) is None
    assert shift_of(sympy.Integer(3)) is None and shift_of(n.extent - 1) is None


def test_dependencies():
    g = Graph(define(h[t], c[t - 1] + u[t], base=0), define(c[t], h[t], base=u[0]), inputs=[u])
    assert set(dependencies(g).edges) == {("u", "h"), ("c", "h"), ("h", "c"), ("u", "c")}
    assert ("c", "h") not in dependencies(g, carried=False).edges


def test_restrict_keeps_what_the_outputs_need():
    a, z = Tensor("a", j), Tensor("z", j)
    g = Graph(
        define(a[j], 2 * b[j]),
        define(z[j], 3 * b[j]),
        define(y[n, j], a[j] * x[n, 0]),
        inputs=[x, b],
        cotangents=[("q", "z")],
    )
    kept = restrict(g, [y])
    assert [d.name for d in kept.definitions] == ["a", "y"]
    assert kept.output == y and kept.given == (x, b) and kept.cotangents == ()
    through = restrict(
        Graph(
            define(h[t], c[t - 1], base=0),
            define(c[t], h[t] + u[t], base=0),
            define(z[j], b[j]),
            inputs=[u, b],
        ),
        [h],
    )
    assert [d.name for d in through.definitions] == ["h", "c"]


def test_restrict_keeps_updates_of_what_it_keeps():
    new, w = Tensor("b_new", j), Tensor("w", j)
    g = Graph(define(w[j], 2 * b[j]), define(new[j], w[j] + 1), inputs=[b], updates=[(b, new)])
    assert restrict(g, [new]).updates == ((b, new),)
    assert restrict(g, [w]).updates == ()


def test_replace_checks_again():
    g = dense()
    assert replace(g, outputs=[W]).output == W
    with pytest.raises(GraphError, match="mentions b"):
        replace(g, parameters=[W])


def test_a_graph_is_not_changed():
    with pytest.raises(AttributeError):
        dense().outputs = ()


def test_equal_graphs():
    d = define(y[n, j], x[n, 0] * b[j])
    assert Graph(d, inputs=[x, b]) == Graph(d, inputs=[x, b])
    assert Graph(d, inputs=[x, b]) != Graph(d, inputs=[b, x])
    assert delta(n, 0) != delta(0, n)


def test_a_mention_assumes_what_the_tensor_is_given_with():
    i = Index("i", "N")
    given, mentioned = Tensor("m", i), Tensor("m", i, assume="mask")
    with pytest.raises(GraphError, match=r"assumes mask .* given or defined with nothing"):
        Graph(define(Tensor("out", i)[i], mentioned[i] ** 2), inputs=[given])


def test_a_tensor_and_a_number_of_one_name_are_refused() -> None:
    """In text both would be pi, and what is printed would be read as something else."""
    x = Tensor("x", Index("n", "N"))
    n = x.indices[0]
    for name, number in (("pi", sympy.pi), ("π", sympy.pi)):
        wrong = define(Tensor("y", n)[n], number * x[n] * Tensor(name)[()])
        with pytest.raises(GraphError, match=f"number {name}, and the graph a tensor {name}"):
            Graph(wrong, inputs=[x, Tensor(name)])
        fine = define(Tensor("y", n)[n], x[n] * Tensor(name)[()])
        assert Graph(fine, inputs=[x, Tensor(name)])
