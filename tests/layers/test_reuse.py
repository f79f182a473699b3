"""The same layers on other inputs."""

import numpy as np
import pytest

from symnet.layers import join, mean_squared_error, mlp, reuse
from symnet.notation import ExtentMismatch, Index, Tensor, UnknownTensor
from symnet.verify.interpret import interpret
from symnet.verify.judge import judge


def rows(name: str, over: int = 3) -> Tensor:
    return Tensor(name, Index("n", "N"), Index("i", over))


def test_the_same_parameters_give_the_same_function(rng: np.random.Generator) -> None:
    first = mlp(rows("x"), [4, 2])
    second = reuse(first, {"x": rows("y")}, "_y")
    both = join(first, second)
    assert [t.name for t in both.parameters] == ["W1", "b1", "W2", "b2"]
    assert [d.name for d in both.definitions][3:] == ["a1_y", "h1_y", "a2_y"]
    shapes = {"W1": (3, 4), "b1": (4,), "W2": (4, 2), "b2": (2,), "x": (5, 3)}
    arrays = {k: rng.normal(size=s) for k, s in shapes.items()}
    values = interpret(both, arrays | {"y": arrays["x"]})
    assert (values["a2"] == values["a2_y"]).all()


def test_shared_weights_collect_both_gradients() -> None:
    first = mlp(rows("x"), [4, 2])
    second = reuse(first, {"x": rows("y")}, "_y")
    loss = join(first, second, mean_squared_error(first.output, second.output))
    verdict = judge(loss, ["W1", "x", "y"])
    assert verdict.passed, str(verdict)


def test_refusals() -> None:
    first = mlp(rows("x"), [2])
    with pytest.raises(UnknownTensor, match="no input is called W1; there are x"):
        reuse(first, {"W1": rows("y")}, "2")
    with pytest.raises(ExtentMismatch, match=r"y has extents \(N, 4\), expected \(N, 3\)"):
        reuse(first, {"x": rows("y", 4)}, "2")
