"""A graph with numbers for its parameters: predict, score, save, load.

    save(path, model)  ->  load(path, graph)      equal parameters, or an error that says why not

Any tensor of the graph can be predicted; the model then needs only the inputs that this one needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from symnet.layers import evaluation
from symnet.notation import (
    Graph,
    ShapeMismatch,
    Tensor,
    TrainingError,
    UnknownTensor,
    bind_sizes,
    dependencies,
    replace,
    restrict,
    size_of,
)
from symnet.train.checkpoint import Checkpoint, read, write
from symnet.train.compiled import code
from symnet.train.data import carried, check_data
from symnet.train.fingerprint import parameters_fingerprint
from symnet.train.shown import parameters_html

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Model:
    """A graph and an array for each of its parameters and states (others may be there too).

    Predictions are those of `layers.evaluation(graph)`: no mask is drawn, running statistics stand
    in for those of the batch.
    """

    graph: Graph
    parameters: Mapping[str, Array]
    _built: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter of the graph."""
        own = [t.name for t in self.graph.parameters if t.name in self.parameters]
        return {name: np.shape(self.parameters[name]) for name in own}

    def _repr_html_(self) -> str:
        return parameters_html(self.shapes)

    def predict(self, output: str | None = None, **inputs: Any) -> Array:
        """The tensor called `output` (the graph's own output) at these inputs, as a new array.

        What a recurrence carries from batch to batch starts as in training if it is not given.
        Raises UnknownTensor for a name that is missing or strange, ShapeMismatch for a shape.
        """
        name = self.graph.outputs[0].name if output is None else self.graph.tensor(output).name
        used = evaluation(self.graph)
        if name not in {t.name for t in used.tensors}:
            raise UnknownTensor(f"{name} exists while the model is trained only")
        needed = only(used, name)
        dtype = _dtype(self.parameters)
        own = [t for t in needed.given if t.name in self.parameters]
        wanted = _others(needed.inputs, own)
        absent = [t for t in carried(used) if t in wanted and t.name not in inputs]
        data = check_data(_others(wanted, absent), inputs, dtype, training=False)
        if name not in self._built:
            self._built[name] = code(needed, dtype)
        given = {t.name: self.parameters[t.name] for t in own}
        rules = {t.name: rule for t, rule in used.rules}
        sizes = bind_sizes(needed.given, {k: a.shape for k, a in {**data.arrays, **given}.items()})
        for t in absent:
            mean = float(rules[t.name].mean) if t.name in rules else 0.0
            given[t.name] = np.full([size_of(e, sizes) for e in t.shape], mean, dtype)
        return np.array(self._built[name](**data.arrays, **given))

    def score(self, output: str, target: Any, **inputs: Any) -> float:
        """How good `output` is: accuracy for integer targets, else R^2.

        accuracy = mean [argmax_k output[n,k] = target[n]];
        R^2 = 1 - sum (target - output)^2 / sum (target - mean over n)^2.
        """
        return agreement(self.predict(output, **inputs), np.asarray(target))

    def part(self, graph: Graph) -> Model:
        """Another graph with the same parameters: the encoder of an autoencoder, say."""
        return Model(graph, _own(graph, self.parameters))


def only(graph: Graph, name: str) -> Graph:
    """The part of the graph that computes one tensor, with the inputs and parameters it needs."""
    t = graph.tensor(name)
    cut = restrict(graph, [t])
    needed = {name} | nx.ancestors(dependencies(cut), name)

    def kept(tensors: tuple[Tensor, ...]) -> list[Tensor]:
        return [u for u in tensors if u.name in needed]

    inputs, parameters = kept(cut.inputs), kept(cut.parameters)
    rules = [pair for pair in cut.rules if pair[0].name in needed]
    return replace(cut, inputs=inputs, parameters=parameters, rules=rules, updates=())


def agreement(found: Array, target: Array) -> float:
    """Accuracy for integer targets, else R^2."""
    return accuracy(found, target) if target.dtype.kind in "iu" else r_squared(found, target)


def accuracy(found: Array, labels: Array) -> float:
    """mean over all leading axes of [argmax_k found[..,k] = labels[..]]."""
    if found.shape[:-1] != labels.shape:
        raise ShapeMismatch(f"labels have shape {labels.shape}, expected {found.shape[:-1]}")
    return float(np.mean(found.argmax(axis=-1) == labels))


def r_squared(found: Array, target: Array) -> float:
    """1 - sum (target - found)^2 / sum (target - mean over the first axis)^2.

    Raises TrainingError if the targets are all equal.
    """
    if found.shape != target.shape:
        raise ShapeMismatch(f"targets have shape {target.shape}, expected {found.shape}")
    rest = float(np.sum((target - found) ** 2))
    spread = float(np.sum((target - target.mean(axis=0)) ** 2))
    if not spread or (target == target[:1]).all():  # a mean may be off by rounding
        raise TrainingError("R^2 is not defined: the targets are all equal")
    return 1.0 - rest / spread


def save(path: str | Path, model: Model) -> None:
    """Write the parameters of the graph. Raises TrainingError if the folder refuses."""
    about = {"kind": "model", "parameters": parameters_fingerprint(kept_tensors(model.graph))}
    write(path, Checkpoint(_own(model.graph, model.parameters), about))


def load(path: str | Path, graph: Graph) -> Model:
    """The graph with the parameters in the file: one that `save` or a run's checkpoint wrote.

    Raises TrainingError if the file is missing or damaged, or if it is of a model with other
    parameters.
    """
    found = read(path)
    if found.about.get("kind") not in ("model", "run"):
        raise TrainingError(f"{path} holds no model: kind {found.about.get('kind')}")
    if found.about["parameters"] != parameters_fingerprint(kept_tensors(graph)):
        theirs = {k: a.shape for k, a in found.arrays.items() if not k.startswith("state:")}
        ours = {t.name: t.shape for t in kept_tensors(graph)}
        raise TrainingError(f"{path} is of another model: it holds {theirs}, expected {ours}")
    return Model(graph, _own(graph, found.arrays))


def kept_tensors(graph: Graph) -> tuple[Tensor, ...]:
    """What belongs to a model: parameters, and states that are not those of a batch's samples."""
    run = {t.name for t in carried(graph)}
    return (*graph.parameters, *(t for t in graph.states if t.name not in run))


def _others(tensors: Iterable[Tensor], own: Iterable[Tensor]) -> list[Tensor]:
    names = {t.name for t in own}
    return [t for t in tensors if t.name not in names]


def _own(graph: Graph, arrays: Mapping[str, Array]) -> dict[str, Array]:
    tensors = kept_tensors(graph)
    missing = [t.name for t in tensors if t.name not in arrays]
    if missing:
        raise UnknownTensor(f"no array for parameter {missing[0]}; there are {', '.join(arrays)}")
    return {t.name: arrays[t.name] for t in tensors}


def _dtype(parameters: Mapping[str, Array]) -> type[np.floating[Any]]:
    kinds = {a.dtype.type for a in parameters.values()}
    return np.float32 if kinds == {np.float32} else np.float64
