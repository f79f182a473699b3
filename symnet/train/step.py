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
        g, slots = _flat({k: np.zeros_like(a) for k, a in start.items()}, dtype)
        names = [t.name for t in loss.parameters]
        slope = build(gradient(loss, names, with_value=True), dtype=dtype)
        bars = {f"{name}_bar": slot for name, slot in slots.items()}
        self._slope = slope.bind(out=bars, **self.parameters)
        own = {"theta": self.theta, **self.states}
        new = {value.name: own[state.name] for state, value in optimizer.graph.updates}
        rule = build(optimizer.graph, dtype=dtype)
        self._rule = rule.bind(out=new, g=g, **own, **optimizer.settings)

    def __call__(self, batch: Mapping[str, Array], t: int) -> float:
        """Move theta by one step, the t-th; the loss before it."""
        loss = self._slope.run(*(batch[name] for name in self._slope.missing))
        now = {"eta": self.optimizer.rate_at(t), "t": float(t)}
        self._rule.run(*(now[name] for name in self._rule.missing))
        return float(loss)


def _flat(arrays: Mapping[str, Array], dtype: type[np.floating[Any]]) -> tuple[Array, Arrays]:
    """A vector that holds all arrays end to end, and a view of each piece by name."""
    vector = np.concatenate([np.asarray(a, dtype).ravel() for a in arrays.values()])
    views, at = {}, 0
    for name, a in arrays.items():
        views[name] = vector[at : at + np.size(a)].reshape(np.shape(a))
        at += np.size(a)
    return vector, views
