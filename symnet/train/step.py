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
from symnet.codegen import build, flat
from symnet.notation import Graph, GraphError, restrict
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
        shapes = {name: np.shape(a) for name, a in start.items()}
        self.theta, self.parameters = flat(shapes, dtype)
        for name, a in start.items():
            self.parameters[name][...] = a
        self.states = {s.name: np.zeros_like(self.theta) for s in optimizer.states}
        g, slots = flat(shapes, dtype)
        # Of a loss with several outputs only the first is descended; the others may be predicted.
        loss = restrict(loss, loss.outputs[:1])
        names = [t.name for t in loss.parameters]
        derived = gradient(loss, names, with_value=True)
        bars = {t: slots[n] for n, t in zip(names, derived.outputs[1:], strict=True)}
        written = {t.name: slot for t, slot in bars.items() if t.order}
        self._returned = {t.name: slot for t, slot in bars.items() if not t.order}
        self._loss = loss.output.name
        self._slope = build(derived, dtype=dtype).bind(out=written, **self.parameters)
        own: dict[str, Any] = {"theta": self.theta, **self.states, **optimizer.settings}
        self._rule = build(optimizer.graph, dtype=dtype).bind(g=g, **own)

    def __call__(self, batch: Mapping[str, Array], t: int) -> float:
        """Move theta by one step, the t-th; the loss before it."""
        found = self._slope.run(*(batch[name] for name in self._slope.missing))
        for name, slot in self._returned.items():
            slot[...] = found[name]
        loss = found[self._loss] if self._returned else found
        now = {"eta": self.optimizer.rate_at(t), "t": float(t)}
        self._rule.run(*(now[name] for name in self._rule.missing))
        return float(loss)
