import sympy

from symnet.codegen.algebra import of_axis, of_size
from symnet.codegen.facts import Facts, always, extremes, in_range
from symnet.codegen.lower import lower
from symnet.codegen.scalar import Compare
from symnet.codegen.size import size
from symnet.notation import Graph, Index, Tensor, define, exp, log, relu, tanh, total

n, k = Index("n", "N"), Index("k", "K")
x = Tensor("x", n, k)


def facts(body: object, base: object = None) -> tuple[Facts, object]:
    y = Tensor("y", n, k)
    program = lower(Graph(define(y[n, k], body, base=base), inputs=[x]))
    return Facts(program), program.defs[0].body


def test_finite() -> None:
    v = x[n, k]
    for body in (tanh(v) * relu(v), v**3, 1 / (1 + v**2), sympy.sqrt(v**2 + 1), log(1 + v**2)):
        f, e = facts(body)
        assert f.finite(e), body
    for body in (exp(v), 1 / v, log(v), sympy.sqrt(v), 1 / (v**2), (v - 1) ** -1):
        f, e = facts(body)
        assert not f.finite(e), body


def test_signs() -> None:
    v = x[n, k]
    f, e = facts(v**2 + relu(v))
    assert f.nonnegative(e) and not f.positive(e)
    f, e = facts(v**2 + sympy.Rational(1, 10**5))
    assert f.positive(e)
    f, e = facts(v * total(v * v, over=[n, k]))
    assert not f.nonnegative(e)


def test_recurrence_by_induction() -> None:
    t = Index("t", "T", sequential=True)
    y, z, h, g = Tensor("y", t), Tensor("z", t), Tensor("h", t), Tensor("g", t)
    program = lower(
        Graph(
            define(h[t], tanh(h[t - 1]) + y[t], base=0),
            define(g[t], exp(z[t]) * g[t - 1], base=1),
            inputs=[y, z],
        )
    )
    found = Facts(program)
    assert found.finite(program.defs[0].entry())
    assert not found.finite(program.defs[1].entry())


def test_ranges_of_index_expressions() -> None:
    from symnet.codegen.scalar import Axis

    T = size("T")
    t = Axis("t", T)
    back = of_size(T - 1).plus(of_axis(t), -1)
    assert in_range(back, T)
    assert not in_range(of_axis(t).plus(of_size(1)), T)
    assert extremes(of_axis(t).plus(of_size(1), -1)) == (size(-1), T - 2)
    assert always(Compare("<=", of_size(0), of_axis(t))) is True
    assert always(Compare("<", of_axis(t), of_size(T))) is True
    assert always(Compare("<", of_size(T), of_axis(t))) is False
    assert always(Compare("<", of_axis(t), of_size(2))) is None
    assert always(Compare("==", of_axis(t), of_axis(t))) is True


def test_a_deep_stack_is_asked_about_without_a_deep_recursion() -> None:
    last, made = x, []
    for depth in range(400):
        h = Tensor(f"h{depth}", n, k)
        made.append(define(h[n, k], tanh(last[n, k]) + relu(last[n, k])))
        last = h
    y = Tensor("y", n)
    made.append(define(y[n], log(total(exp(last[n, k]), over=k))))
    program = lower(Graph(*made, inputs=[x], output=y))
    found = Facts(program)
    assert found.finite(program.defs[-2].entry())
    assert not found.nonnegative(program.defs[-2].entry())
    assert not found.finite(program.defs[-1].entry())
