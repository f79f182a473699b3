"""The loss on data that a run does not learn from, at the parameters as they are.

    value = sum_k n_k L(batch k) / sum_k n_k        of layers.evaluation(loss)

Arrays in memory are one batch. What a recurrence carries starts anew and goes from batch to batch.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from symnet.codegen import Bound
from symnet.layers import evaluation
from symnet.notation import Graph, replace, restrict
from symnet.train.compiled import code
from symnet.train.data import Data, carried
from symnet.train.model import only
from symnet.train.source import Array, Source, batches
from symnet.train.step import Step


class Validation:
    """The loss of a graph on a source, with the parameters and states that a step holds."""

    def __init__(self, loss: Graph, source: Source, step: Step, batch: int) -> None:
        self._loss, self._source, self._step = loss, source, step
        is_in_memory = isinstance(source, Data) and not source.is_slow
        self._batch = source.samples(batch) if is_in_memory else batch

    def value(self) -> float:
        """The mean over all samples."""
        for name, a in self._carried.items():
            a[...] = self._step.first[name]
        summed, seen = 0.0, 0
        for arrays, count in batches(self._source, 0, 0, 0, self._batch):
            found = self._bound.run(*(arrays[name] for name in self._bound.missing))
            summed, seen = summed + count * float(found), seen + count
        return summed / seen

    @cached_property
    def _carried(self) -> dict[str, Array]:
        return {name: a.copy() for name, a in self._step.first.items()}

    @cached_property
    def _bound(self) -> Bound:
        dtype = self._step.theta.dtype.type
        step = self._step
        held: dict[str, Any] = {**step.parameters, **step.kept, **self._carried}
        return code(self._graph, dtype).bind(**held)

    @cached_property
    def _graph(self) -> Graph:
        """The loss alone, with the updates of what is carried."""
        used = evaluation(self._loss)
        names = {t.name for t in carried(used)}
        updates = tuple(u for u in used.updates if u[0].name in names)
        output = used.outputs[0]
        if not updates:
            return only(used, output.name)
        kept = restrict(replace(used, updates=updates), [output, *(new for _, new in updates)])
        return replace(kept, outputs=(output,), updates=updates)
