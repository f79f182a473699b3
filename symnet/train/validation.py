"""How good the parameters are as they stand, on data that a run need not learn from.

    loss  = sum_k n_k L(batch k) / sum_k n_k        of layers.evaluation(loss)
    score = accuracy or R^2 of an output over all samples

Arrays in memory are one batch. What a recurrence carries starts anew and goes from batch to batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from symnet.codegen import Bound
from symnet.layers import evaluation
from symnet.notation import Graph, TrainingError, UnknownTensor, replace, restrict
from symnet.notation.index import Index
from symnet.notation.sizes import bind_sizes, size_of
from symnet.notation.tensor import Tensor
from symnet.train.compiled import code
from symnet.train.data import Data, carried
from symnet.train.model import agreement, only
from symnet.train.source import Array, Arrays, Source, batches
from symnet.train.step import Step


class Evaluation:
    """A tensor of a loss graph on a source, with the parameters and states that a step holds."""

    def __init__(self, loss: Graph, output: str, source: Source, step: Step, batch: int) -> None:
        self._loss, self._output, self._source, self._step = loss, output, source, step
        is_in_memory = isinstance(source, Data) and not source.is_slow
        self._batch = source.samples(batch) if is_in_memory else batch
        self._known: dict[Any, Bound] = {}

    def found(self) -> Iterator[tuple[Array, Arrays, int]]:
        """(value, data, number of samples) of each batch; an array is written anew for the next."""
        for name, a in self._carried.items():
            a[...] = self._step.first[name]
        for arrays, count in batches(self._source, 0, 0, 0, self._batch):
            bound = self._bound(arrays)
            value = bound.run(*(arrays[name] for name in bound.missing))
            yield bound.out.get(self._output, value), arrays, count

    @cached_property
    def _carried(self) -> dict[str, Array]:
        return {name: a.copy() for name, a in self._step.first.items()}

    def _bound(self, arrays: Arrays) -> Bound:
        """The function that keeps what a step holds, and an array for a tensor with axes."""
        shapes = {name: a.shape for name, a in arrays.items()}
        key = tuple(shapes.items()) if self._graph.output.order else ()
        if key not in self._known:
            step, graph, dtype = self._step, self._graph, self._step.theta.dtype.type
            every: dict[str, Any] = {**step.parameters, **step.kept, **self._carried}
            held = {t.name: every[t.name] for t in graph.given if t.name in every}
            shapes |= {name: np.shape(a) for name, a in held.items()}
            sizes = bind_sizes(graph.given, shapes)
            made = np.empty([size_of(e, sizes) for e in graph.output.shape], dtype)
            out = {self._output: made} if made.ndim else {}
            self._known[key] = code(graph, dtype).bind(out=out, **held)
        return self._known[key]

    @cached_property
    def _graph(self) -> Graph:
        """The tensor alone, with the updates of what is carried."""
        used = evaluation(self._loss)
        names = {t.name for t in carried(used)}
        updates = tuple(u for u in used.updates if u[0].name in names)
        output = used.tensor(self._output)
        if not updates:
            return only(used, output.name)
        kept = restrict(replace(used, updates=updates), [output, *(new for _, new in updates)])
        return replace(kept, outputs=(output,), updates=updates)


class Validation:
    """The loss of a graph on a source."""

    def __init__(self, loss: Graph, source: Source, step: Step, batch: int) -> None:
        self._evaluation = Evaluation(loss, loss.outputs[0].name, source, step, batch)

    def value(self) -> float:
        """The mean over all samples."""
        summed, seen = 0.0, 0
        for loss, _, count in self._evaluation.found():
            summed, seen = summed + count * float(loss), seen + count
        return summed / seen


class Scoring:
    """The score of an output against a target on a source: accuracy for integers, else R^2.

    Raises UnknownTensor for a name that the graph or its data do not have, TrainingError for a
    target that does not fit the output.
    """

    def __init__(
        self, loss: Graph, pair: tuple[str, str], source: Source, step: Step, batch: int
    ) -> None:
        made, target = _checked(loss, pair)
        self.pair = (made.name, target.name)
        self.measure = "accuracy" if target.is_integer_valued else "R^2"
        if self.measure == "R^2":  # targets that are all equal are refused now, not after an epoch
            wanted = _targets(source, target.name, batch)
            agreement(wanted, wanted)
        self._evaluation = Evaluation(loss, made.name, source, step, batch)

    def value(self) -> float:
        """The score over all samples."""
        found, wanted = [], []
        for value, arrays, _ in self._evaluation.found():
            found.append(np.array(value))
            wanted.append(np.array(arrays[self.pair[1]]))
        return agreement(np.concatenate(found), np.concatenate(wanted))


def _targets(source: Source, name: str, batch: int) -> Array:
    """All targets, of drawn data those that every evaluation sees."""
    if isinstance(source, Data):
        return np.asarray(source.arrays[name])
    found = [np.array(arrays[name]) for arrays, _ in batches(source, 0, 0, 0, batch)]
    return np.concatenate(found)


def _checked(loss: Graph, pair: Any) -> tuple[Tensor, Tensor]:
    """The tensors of a pair whose shapes fit each other."""
    match pair:
        case (str(output), str(target)):
            pass
        case _:
            raise TrainingError(
                f"score is {pair!r}; expected a pair of names, an output and its target"
            )
    made, wanted = loss.tensor(output), loss.tensor(target)
    if made.name not in {t.name for t in evaluation(loss).tensors}:
        raise UnknownTensor(f"score: {made.name} exists while the model is trained only")
    if wanted.name not in {t.name for t in loss.data}:
        names = ", ".join(t.name for t in loss.data)
        raise UnknownTensor(f"score: {wanted.name} is no data; expected one of {names}")
    shape = made.shape[:-1] if wanted.is_integer_valued else made.shape
    if not made.order or shape != wanted.shape:
        raise TrainingError(
            f"score: {made.name} has axes {_axes(made.indices)}, and {wanted.name} "
            f"{_axes(wanted.indices)}; expected the same"
            + (" and one more, for the classes" if wanted.is_integer_valued else "")
        )
    return made, wanted


def _axes(indices: tuple[Index, ...]) -> str:
    return "[" + ",".join(str(i.extent) for i in indices) + "]"
