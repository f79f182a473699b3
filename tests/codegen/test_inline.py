import numpy as np

from symnet import layers
from symnet.calculus import gradient
from symnet.codegen.hoist import hoisted
from symnet.codegen.inline import inlined, inlined_in_loops
from symnet.codegen.lower import lower
from symnet.codegen.scalar_text import text
from symnet.notation import Graph, Index, Tensor, compare, define, tanh, total
from tests.codegen.agreement import agree

n, k = Index("n", "N"), Index("k", "K")
x, y, z = (Tensor(name, n, k) for name in "xyz")


def test_product_with_one_reader_is_written_out_there() -> None:
    graph = Graph(
        define(y[n, k], tanh(x[n, k]) * x[n, k]),
        define(z[n, k], (y[n, k] - 1) / n.extent),
        inputs=[x],
        output=z,
    )
    (d,) = inlined(lower(graph)).defs
    assert text(d.body) == "(x[n,k]*tanh(x[n,k]) - 1)/N"
    assert d.formula.splitlines() == ["y[n,k] = x[n,k]*tanh(x[n,k])", "z[n,k] = (y[n,k] - 1)/N"]


def test_outputs_and_products_with_two_readers_stay() -> None:
    w = Tensor("w", n)
    first = define(y[n, k], tanh(x[n, k]) * x[n, k])
    second = define(z[n, k], y[n, k] - 1)
    both = define(w[n], total(y[n, k] * z[n, k], over=k))
    assert len(inlined(lower(Graph(first, second, both, inputs=[x]))).defs) == 3
    assert len(inlined(lower(Graph(first, second, inputs=[x], outputs=[y, z]))).defs) == 2


def test_batch_size_divides_the_normaliser(rng: np.random.Generator) -> None:
    """(p - onehot)/N: no pass over all of p for the 1/N."""
    t = Tensor("t", n, assume="integer", below=k.extent)
    graph = gradient(layers.softmax_cross_entropy(x, t), "x")
    f = agree(graph, {"x": rng.standard_normal((4, 3)), "t": np.array([0, 2, 1, 1])})
    passes = [line for line in f.source.splitlines() if "out=x_bar)" in line or "x_bar_" in line]
    assert "np.divide(c_1," in f.source, "\n".join(passes)


def test_factors_leave_a_loop_together(rng: np.random.Generator) -> None:
    """s = x g, r = s tanh(x): x tanh(x) is made once for all t, and a turn multiplies once."""
    t = Index("t", "T", sequential=True)
    u, g, s, r = (Tensor(name, n, t) for name in "ugsr")
    graph = Graph(
        define(s[n, t], u[n, t] * g[n, t - 1]),
        define(r[n, t], tanh(u[n, t]) * s[n, t]),
        define(g[n, t], r[n, t] + g[n, t - 1], base=1),
        inputs=[u],
        output=g,
    )
    made = hoisted(inlined_in_loops(lower(graph))).defs
    assert [text(d.body) for d in made] == [
        "u[n,t]*tanh(u[n,t])",
        "g[n,t - 1] + g_in[n,t]*g[n,t - 1]",
    ]
    agree(graph, {"u": rng.standard_normal((3, 4))})


def test_products_of_one_loop_do_not_enter_another(rng: np.random.Generator) -> None:
    """The forward loop's s is read once, by the backward loop: it is computed by the first."""
    t = Index("t", "T", sequential=True)
    u, g, s, r = (Tensor(name, n, t) for name in "ugsr")
    inside = compare("<", t + 1, t.extent)
    graph = Graph(
        define(g[n, t], u[n, t] * g[n, t - 1] + s[n, t - 1], base=1),
        define(s[n, t], u[n, t] * g[n, t], base=0),
        define(r[n, t], inside * r[n, t + 1] * g[n, t] + g[n, t] ** 2),
        inputs=[u],
        output=r,
    )
    assert [d.name for d in inlined_in_loops(lower(graph)).defs] == ["g", "s", "r"]
    agree(graph, {"u": rng.standard_normal((3, 4))})
