"""What judges one case: a graph of symnet, the arrays it is given, and what onnx expects of it.

    Model(y[n,j] = sum_i A[n,i] B[i,j], {A: .., B: ..}, {y: ..})

A table gives builders by operator: case -> one model or several. A builder writes mathematics, and
moves axes of weights at most. `Beyond` says in words why symnet does not have a case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symnet.layers.axes import new_axis
from symnet.notation import Graph, Index, Tensor, replace
from symnet.notation.parse import parse
from tests.judges.onnx.load import OnnxCase

Arrays = Mapping[str, np.ndarray]


class Beyond(Exception):
    """Symnet does not have what the case asks for; the message is the reason."""


@dataclass(frozen=True)
class Model:
    """A graph at given arrays, with the expected arrays by the name of a tensor that it defines."""

    graph: Graph
    given: dict[str, np.ndarray]
    expected: dict[str, np.ndarray]


Builder = Callable[[OnnxCase], "Model | list[Model]"]
Table = dict[str, tuple[Builder, ...]]


def need(condition: Any, reason: str) -> None:
    """Raise Beyond unless the condition holds."""
    if not condition:
        raise Beyond(reason)


def has_all(arrays: Iterable[np.ndarray | None]) -> list[np.ndarray]:
    """The arrays that are there, each with an entry; an extent of symnet is at least 1."""
    found = [a for a in arrays if a is not None]
    need(all(a.size for a in found), "an axis of extent 0: extents are at least 1")
    return found


def output(case: OnnxCase, k: int = 0) -> np.ndarray:
    """An output of the case that must be there."""
    (found,) = has_all([case.outputs[k]])
    return found


def typed(
    case: OnnxCase, text: str, assume: Mapping[str, Any] | None = None, *, of: int = 0, **given: Any
) -> Model:
    """The model of a text about given arrays; its output is the output `of` of the case."""
    arrays = {name: np.asarray(a) for name, a in given.items() if a is not None}
    has_all([*arrays.values(), case.outputs[of]])
    shapes = {name: a.shape for name, a in arrays.items()}
    if text.startswith("y["):  # index notation: the extents of y need not stand in a slot
        shapes["y"] = output(case, of).shape
    graph = parse(text, shapes, assume=assume)
    return Model(graph, mentioned(graph, arrays), {graph.output.name: output(case, of)})


def operands(case: OnnxCase) -> dict[str, np.ndarray]:
    """The inputs as A, B, C, ... for a text."""
    found = has_all(case.inputs)
    return dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", found, strict=False))


def formula(text: str, *numbers: str) -> Builder:
    """The builder of a text in A, B, C, ...; {alpha} stands for the attribute of that name."""

    def build(case: OnnxCase) -> Model:
        given = operands(case)
        values = {n: case[n] for n in numbers}
        for name, v in values.items():
            need(v is not None, f"{case.operator} without its attribute {name}")
        return typed(case, text.format(**values), **given)

    return build


def tensor(name: str, array: np.ndarray, **assumed: Any) -> Tensor:
    """A tensor that fits an array, with letters of its own."""
    indices: list[Index] = []
    for size in array.shape:
        indices.append(new_axis(int(size), indices))
    return Tensor(name, *indices, **assumed)


def layer(
    graph: Graph, given: Mapping[str, np.ndarray], expected: np.ndarray | Mapping[str, Any]
) -> Model:
    """The model of a layer: what is expected of its output, or of tensors by name."""
    if not isinstance(expected, Mapping):
        expected = {graph.output.name: expected}
    arrays = {name: a for name, a in expected.items() if a is not None}
    has_all([*given.values(), *arrays.values()])
    outputs = tuple(graph.tensor(name) for name in arrays)
    return Model(replace(graph, outputs=outputs), mentioned(graph, given), arrays)


def mentioned(graph: Graph, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays of tensors that the graph has."""
    known = {t.name for t in graph.given}
    return {name: a for name, a in arrays.items() if name in known}
