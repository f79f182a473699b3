"""The bound bounds: of small rational functions SymPy tells the exact degree."""

import itertools

import numpy as np
import pytest
import sympy

from symnet.notation import Entry, Graph
from symnet.notation.index import Index
from symnet.notation.parse import parse
from symnet.notation.reductions import Total
from symnet.verify.models.degree import Degree, Degrees
from symnet.verify.models.draws import field_draws
from symnet.verify.models.evaluate import Evaluator
from symnet.verify.models.field import Field
from symnet.verify.models.residues import PRIMES

SHAPES = {"x": "3", "y": "3", "W": "3 3", "c": ""}
T = sympy.Symbol("T")

RATIONAL = [
    "x[0]^3*y[1] + c",
    "1/x[0] + 1/y[0] + c",
    "(x[0] + y[0])^4/(x[1] - c)",
    "(x[0]/c)^-2 + y[2]",
    "sum[i](x[i]*y[i]*c)",
    "sum[i](x[i]/y[i])",
    "prod[i](x[i] + y[i]/c)",
    "sum[i](x[i])^2/sum[i](y[i]^3)",
    "sum[i,j](W[i,j]*x[i]/(x[j] + y[j]))",
    "1/(1/x[0] + 1/(c + 1/y[0]))",
]


def graph_of(text: str, assume: dict[str, str] | None = None, **shapes: str) -> Graph:
    known = {**SHAPES, **shapes}
    return parse(text, {n: s for n, s in known.items() if n in text}, assume)


def literal(e: sympy.Expr) -> sympy.Expr:
    """The expression over plain symbols, sums and products written out."""
    if isinstance(e, Entry):
        return sympy.Symbol(f"{e.tensor.name}_{'_'.join(map(str, e.slots))}")
    if hasattr(e, "bound") and hasattr(e, "body"):
        terms = [e.body]
        for i in e.bound:
            terms = [_at(t, i, k) for t in terms for k in range(int(i.extent))]
        made = [literal(t) for t in terms]
        return sympy.Add(*made) if isinstance(e, Total) else sympy.Mul(*made)
    return e.func(*map(literal, e.args)) if e.args else e


def _at(e: sympy.Expr, i: Index, k: int) -> sympy.Expr:
    if e == i:
        return sympy.Integer(k)
    return e.func(*(_at(a, i, k) for a in e.args)) if e.args else e


def exact(e: sympy.Expr) -> tuple[int, int]:
    above, below = sympy.fraction(sympy.cancel(sympy.together(e)))
    gens = sorted(e.free_symbols, key=str)
    return tuple(sympy.Poly(p, *gens).total_degree() for p in (above, below))  # type: ignore[return-value]


@pytest.mark.parametrize("text", RATIONAL)
def test_rational_functions(text: str) -> None:
    graph = graph_of(text)
    d = graph.definition(graph.output.name)
    assert d is not None and not d.free
    above, below = exact(literal(d.expression))
    bound = Degrees(graph, {}).tensor(d.name)
    assert bound.above >= above
    assert bound.below >= below


def test_arithmetic_of_degrees() -> None:
    assert Degree(2) + Degree(3) == Degree(3)
    assert Degree(1, 1) + Degree(1, 1) == Degree(2, 2)
    assert Degree(1, 2) * Degree(3, 1) == Degree(4, 3)
    assert Degree(1, 1).times(4) == Degree(4, 4)
    assert Degree(2, 1).raised(-3, 1) == Degree(3, 6)
    assert Degree(4).raised(1, 2) == Degree(4)
    assert Degree(1, 3).whole == 4


def along(text: str, name: str, degree_at_most: int, sizes: int = 3, **assume: str) -> bool:
    """Whether the values on a line x + s v are those of a polynomial of at most that degree in s.

    The numbers that random functions give count as constants: only what is drawn moves.
    """
    graph = graph_of(text, assume or None, x="T")
    p = PRIMES[0][0]
    named = {s: sizes for s in graph.extents}
    rng = np.random.default_rng(0)
    arrays = field_draws(graph, named, Field(p, np.zeros(1, dtype=np.uint64)), 1, rng)
    moved = field_draws(graph, named, Field(p, np.zeros(1, dtype=np.uint64)), 1, rng)
    count = degree_at_most + 2
    steps = np.arange(count)
    on_line = {
        n: (a + steps.reshape(-1, *(1,) * (a.ndim - 1)) * moved[n]) % p for n, a in arrays.items()
    }
    field = Field(p, np.zeros(count, dtype=np.uint64))
    found = Evaluator(graph, on_line, named, field).value(name).reshape(count, -1)[:, -1]
    last = [int(v) for v in found]
    for _ in range(degree_at_most + 1):
        last = [(b - a) % p for a, b in itertools.pairwise(last)]
    return last == [0]


RECURRENT = [
    ("h[-1] = 0\nh[t] = h[t-1]*x[t] + 1", "h"),
    ("h[-1] = c^5\nh[t] = h[t-1] + x[t]", "h"),
    ("h[-1] = 0\nh[t] = h[t-1]^2 + x[t]", "h"),
]


@pytest.mark.parametrize(("text", "name"), RECURRENT)
def test_recurrences(text: str, name: str) -> None:
    graph = graph_of(text, x="T")
    bound = Degrees(graph, {s: 3 for s in graph.extents}).tensor(name)
    assert bound.below == 0
    assert along(text, name, bound.above)


def test_two_recurrences_that_need_each_other() -> None:
    """h_t = c_t x_t and c_t = c_(t-1) h_(t-1): the degree grows like a Fibonacci number."""
    text = "h[-1] = 1\nc[-1] = 1\nc[t] = h[t-1]*c[t-1]*x[t]\nh[t] = c[t]*x[t]\nh[T-1]"
    graph = parse(text, {"x": "T"})
    for size in (2, 3, 4):
        bound = Degrees(graph, {s: size for s in graph.extents}).tensor("h")
        exact_c, exact_h = 0, 0
        for _ in range(size):
            exact_c, exact_h = exact_h + exact_c + 1, exact_h + exact_c + 2
        assert bound.above >= exact_h


GROWS = [
    ("exp(x[0])", "exp((x[0] + y[0])^2)"),
    ("exp(x[0])", "exp(3*x[0])"),
    ("exp(x[0])", "exp(sum[k](x[k]*y[k]))"),
    ("exp(log(x[0]))", "exp(log(x[0]^9 + 1))"),
    ("log(x[0])", "log(exp(x[0]^5))"),
    ("softplus(x[0])", "softplus(x[0]^5)"),
    ("exp(relu(x[0]))", "exp(relu(x[0] + y[0] + c))"),
]


@pytest.mark.parametrize(("small", "large"), GROWS)
def test_parts_of_exponents_count(small: str, large: str) -> None:
    low, high = (Degrees(g, {}).tensor(g.output.name).whole for g in map(graph_of, (small, large)))
    assert low < high


def test_an_inverse() -> None:
    graph = graph_of("B = np.linalg.inv(W); B@x")
    bound = Degrees(graph, {}).tensor(graph.output.name)
    assert bound.above >= 3 and bound.below >= 3  # adj(W) x / det W


def test_drawn_degrees() -> None:
    for word, least in (("positive", 2), ("simplex", 4), ("orthogonal", 6)):
        graph = graph_of("sum[i,j](W[i,j])", {"W": word})
        assert Degrees(graph, {}).tensor("W").whole >= least
