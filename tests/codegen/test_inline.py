import numpy as np

from symnet import layers
from symnet.calculus import gradient
from symnet.codegen.inline import inlined
from symnet.codegen.lower import lower
from symnet.codegen.scalar_text import text
from symnet.notation import Graph, Index, Tensor, define, tanh, total
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
