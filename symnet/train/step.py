"""One training step, all of it generated code: loss and gradient, then the optimiser's rule.

    batch, masks -> loss, g, (H);    (theta, states) <- rule(theta, g, (H), states, eta, t)

The parameters stand end to end in one vector theta, their gradients in another; each parameter is a
view of its piece. The rule sees vectors only (and a matrix, if it asks for curvature), so it is the
same code for every model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symnet.codegen import flat
from symnet.notation import Graph, GraphError, TrainingError, bind_sizes, restrict
from symnet.train.compiled import code, slope
from symnet.train.curvature import Curvature
from symnet.train.data import carried
from symnet.train.draws import Draws
from symnet.train.optimizers import Optimizer

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]


class Step:
    """The state of a run (theta and the optimiser's vectors) and the code that moves it.

    `parameters` are views of theta by name; `states` the optimiser's vectors by name; `kept` the
    graph's own states, such as running statistics, which a step changes too; `first` what those of
    them that go from batch to batch start an epoch with.
    Raises GraphError if the graph has no scalar output or no parameter.
    """

    def __init__(
        self,
        loss: Graph,
        optimizer: Optimizer,
        start: Mapping[str, Array],
        dtype: type[np.floating[Any]] = np.float64,
        seed: int = 0,
    ) -> None:
        if loss.outputs[0].order:
            name = loss.outputs[0].name
            raise GraphError(f"{name} has {loss.outputs[0].order} axes; a loss is a scalar")
        if not loss.parameters:
            raise GraphError("the graph has no parameters: there is nothing to train")
        self.optimizer = optimizer
        owned = {t.name for t in loss.parameters}
        shapes = {name: np.shape(a) for name, a in start.items() if name in owned}
        self.theta, self.parameters = flat(shapes, dtype)
        for name, array in self.parameters.items():
            array[...] = start[name]
        self.kept = {t.name: np.array(start[t.name], dtype) for t in loss.states}
        self.first = {t.name: self.kept[t.name].copy() for t in carried(loss)}
        self.states = {s.name: np.zeros_like(self.theta) for s in optimizer.states}
        g, slots = flat(shapes, dtype)
        derived = slope(loss, dtype)
        whole, loss = loss, restrict(loss, loss.outputs[:1])
        bars = {t: slots[name] for name, t in derived.bars.items()}
        written = {t.name: slot for t, slot in bars.items() if t.order}
        self._returned = {t.name: slot for t, slot in bars.items() if not t.order}
        self._loss = loss.output.name
        self._draws = Draws(whole, seed, dtype)
        held = {**self.parameters, **self.kept}
        self._slope = derived.function.bind(out=written, **held)
        own: dict[str, Any] = {"theta": self.theta, **self.states, **optimizer.settings}
        self._curvature: Curvature | None = None
        if optimizer.curvature is not None:
            self._curvature = Curvature(loss, optimizer.curvature, self.parameters, self.kept)
            own["H"] = self._curvature.matrix
        self._rule = code(optimizer.graph, dtype).bind(g=g, **own)

    def __call__(self, batch: Mapping[str, Array], t: int) -> float:
        """Move theta by one step, the t-th; the loss before it."""
        given = {**batch, **self._drawn(batch, t)} if self._draws.graph.drawn else batch
        if self._curvature is not None:
            self._curvature(given)  # before the slope, which moves the states
        found = self._slope.run(*(given[name] for name in self._slope.missing))
        for name, slot in self._returned.items():
            slot[...] = found[name]
        loss = found[self._loss] if self._returned else found
        now = {"eta": self.optimizer.rate_at(t), "t": float(t)}
        try:
            self._rule.run(*(now[name] for name in self._rule.missing))
        except np.linalg.LinAlgError as singular:
            raise TrainingError(
                f"{self.optimizer.name}: the matrix of step {t} is singular: give it damping, or "
                "the loss a penalty"
            ) from singular
        return float(loss)

    def restart(self) -> None:
        """Begin an epoch: what a recurrence carries from step to step is as it was at first."""
        for name, first in self.first.items():
            self.kept[name][...] = first

    def _drawn(self, batch: Mapping[str, Array], t: int) -> dict[str, Array]:
        """The masks and the noise of this step."""
        shapes = {name: a.shape for name, a in batch.items()}
        own = {name: a.shape for name, a in {**self.parameters, **self.kept}.items()}
        return self._draws.at(t, bind_sizes(self._draws.graph.given, {**shapes, **own}))
