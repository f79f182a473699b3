"""Every scalar function has its word in NumPy text, and means what the interpreter says."""

import numpy as np
import pytest

from symnet.notation import Graph, Index, Tensor, define, functions
from symnet.render import text
from symnet.verify import interpret

ONE = [c for c in functions.ScalarFunction.__subclasses__() if tuple(c.nargs) == (1,)]


@pytest.mark.parametrize("name", [c.__name__ for c in ONE])
def test_every_function_of_one_number_has_a_word(name: str, rng: np.random.Generator) -> None:
    n = Index("n", "N")
    x, y = Tensor("x", n), Tensor("y", n)
    graph = Graph(define(y[n], getattr(functions, name)(x[n])), inputs=[x])
    arrays = {"x": rng.uniform(0.1, 2.0, size=4)}
    scope = {"np": np, **arrays}
    exec(compile(text(graph, form="numpy"), "<numpy form>", "exec"), scope)
    np.testing.assert_allclose(scope["y"], interpret(graph, arrays)["y"], rtol=1e-12)
