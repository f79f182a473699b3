"""The blocks that lengths and times are measured on are right: torch has the same gradients."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.notation.parse import parse
from symnet.verify import interpret
from tests.literature.blocks import ENCODER, HEADS, Block
from tests.literature.evaluate import value

SIZES = {"B": 2, "T": 3, "D": 4, "F": 5, "H": 2, "d": 2}


def numbers(block: Block, rng: np.random.Generator) -> dict[str, np.ndarray]:
    arrays = {n: rng.normal(size=[SIZES[e] for e in s.split()]) for n, s in block.shapes.items()}
    return {**arrays, "eps": np.float64(0.1)}


@pytest.mark.parametrize("block", [ENCODER, HEADS], ids=["one head", "heads"])
def test_generated_code_is_the_oracle(block: Block, rng: np.random.Generator) -> None:
    graph = parse(block.text, block.shapes)
    arrays = numbers(block, rng)
    expected = value(block.text, {**arrays, **SIZES})
    sizes = {e.name: SIZES[e.name] for e in graph.extents}
    np.testing.assert_allclose(interpret(graph, arrays, sizes)["y"], expected, rtol=0, atol=1e-12)
    derived = gradient(graph, list(block.wrt), cotangent="y_bar")
    arrays["y_bar"] = rng.normal(size=expected.shape)
    oracle, found = interpret(derived, arrays, sizes), build(derived)(**arrays)
    for name in block.wrt:
        np.testing.assert_allclose(
            found[f"{name}_bar"], oracle[f"{name}_bar"], rtol=0, atol=1e-10, err_msg=name
        )


@pytest.mark.judges
@pytest.mark.parametrize("block", [ENCODER, HEADS], ids=["one head", "heads"])
def test_torch_agrees(block: Block, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    from tests.literature import torch_names

    arrays = numbers(block, rng)
    leaves = {n: torch.tensor(a, requires_grad=True) for n, a in arrays.items()}
    y = value(block.text, {**leaves, **SIZES}, torch_names.NAMES)
    cotangent = rng.normal(size=tuple(y.shape))
    y.backward(torch.tensor(cotangent))
    derived = gradient(parse(block.text, block.shapes), list(block.wrt), cotangent="y_bar")
    found = build(derived)(**arrays, y_bar=cotangent)
    for name in block.wrt:
        expected = leaves[name].grad.numpy()
        np.testing.assert_allclose(found[f"{name}_bar"], expected, rtol=0, atol=1e-10, err_msg=name)
