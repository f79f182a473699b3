import numpy as np
import pytest

from symnet.notation import Graph, Index, Tensor, define, total
from tests.codegen.agreement import agree


@pytest.mark.parametrize("length", [3, 40])
def test_row_dots_come_in_the_order_of_the_definition(
    length: int, rng: np.random.Generator
) -> None:
    """Short rows are multiplied and summed, long ones go to einsum; the result is put in order."""
    n, h, t, e = Index("n", "N"), Index("h", "H"), Index("t", "T"), Index("e", length)
    x, y = Tensor("x", n, t, h, e), Tensor("y", n, t, h, e)
    d, z = Tensor("d", n, h, t), Tensor("z", n, h, t)
    graph = Graph(
        define(d[n, h, t], total(x[n, t, h, e] * y[n, t, h, e], over=e)),
        define(z[n, h, t], d[n, h, t] ** 2),
        inputs=[x, y],
        output=z,
    )
    shape = (2, 4, 3, length)
    f = agree(graph, {"x": rng.standard_normal(shape), "y": rng.standard_normal(shape)})
    assert ("einsum" in f.source) == (length > 32)
    assert f.source.count("np.copyto(") == 1
