"""One training step, all of it generated code: loss and gradient, then the optimiser's rule.

    batch -> loss, g;    (theta, states) <- rule(theta, g, states, eta, t)

The parameters stand end to end in one vector theta, their gradients in another; each parameter is a
view of its piece. The rule sees vectors only, so it is the same code for every model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.notation import Graph, GraphError
from symnet.train.optimizers import Optimizer

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]


class Step:
    """The state of a run (theta and the optimiser's vectors) and the code that moves it.

    `parameters` are views of theta by name; `states` the optimiser's vectors by name.
    Raises GraphError if the graph has no scalar output or no parameter.
    """

    def __init__(
        self,
        loss: Graph,
        optimizer: Optimizer,
        start: Mapping[str, Array],
        dtype: type[np.floating[Any]] = np.float64,
    ) -> None:
        if loss.outputs[0].order:
            name = loss.outputs[0].name
            raise GraphError(f"{name} has {loss.outputs[0].order} axes; a loss is a scalar")
        if not loss.parameters:
            raise GraphError("the graph has no parameters: there is nothing to train")
        self.optimizer = optimizer
        self.theta, self.parameters = _flat(start, dtype)
        self.states = {s.name: np.zeros_like(self.theta) for s in optimizer.states}
        self._g, self._slots = _flat({k: np.zeros_like(a) for k, a in start.items()}, dtype)
        self._loss = loss.outputs[0].name
        names = [t.name for t in loss.parameters]
        self._slope = build(gradient(loss, names, with_value=True), dtype=dtype)
        self._rule = build(optimizer.graph, dtype=dtype)
        self._scalars = {t.name for t in optimizer.graph.inputs if not t.order}

    def __call__(self, batch: Mapping[str, Array], t: int) -> float:
        """Move theta by one step, the t-th; the loss before it."""
        found = self._slope(**batch, **self.parameters)
        for name, slot in self._slots.items():
            slot[...] = found[f"{name}_bar"]
        scalars = {"eta": self.optimizer.rate_at(t), "t": float(t), **self.optimizer.settings}
        given = {k: v for k, v in scalars.items() if k in self._scalars}
        new = self._rule(theta=self.theta, g=self._g, **self.states, **given)
        if not isinstance(new, dict):
            new = {self.optimizer.graph.output.name: new}
        for state, updated in self.optimizer.graph.updates:
            own = self.theta if state.name == "theta" else self.states[state.name]
            own[...] = new[updated.name]
        return float(found[self._loss])


def _flat(arrays: Mapping[str, Array], dtype: type[np.floating[Any]]) -> tuple[Array, Arrays]:
    """A vector that holds all arrays end to end, and a view of each piece by name."""
    vector = np.concatenate([np.asarray(a, dtype).ravel() for a in arrays.values()])
    views, at = {}, 0
    for name, a in arrays.items():
        views[name] = vector[at : at + np.size(a)].reshape(np.shape(a))
        at += np.size(a)
    return vector, views
