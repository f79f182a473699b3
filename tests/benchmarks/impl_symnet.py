"""symnet in the side-by-side benchmark: models from symnet.layers, everything else generated code.

`make(w, dtype)` gives an object with step(), check() and params(); None for a model that symnet's
layers cannot build yet. The parameters lie in one vector, their gradients in another.
"""

from typing import Any

import numpy as np
from models import MODELS, TURNED, pieces

from symnet.calculus import gradient
from symnet.codegen import build, flat
from symnet.train.optimizers import adam, sgd

NAME = "symnet"


class Train:
    """A training step: loss and gradient into one vector, then the optimiser's rule in place."""

    def __init__(self, w: Any, dtype: Any) -> None:
        loss = MODELS[w.model](w)
        names = [t.name for t in loss.parameters]
        self.pieces = {n: pieces(w).get(n, (n, np.asarray)) for n in names}
        self.shapes = {n: a.shape for n, a in w.params.items()}
        given = {n: view(w.params[packed]) for n, (packed, view) in self.pieces.items()}
        shapes = {n: a.shape for n, a in given.items()}
        self.theta, self.parameters = flat(shapes, dtype)
        g, slots = flat(shapes, dtype)
        for n in names:
            self.parameters[n][...] = given[n]
        slope = build(gradient(loss, names, with_value=True), dtype=dtype)
        self.slots = {n: slots[n] for n in names}
        self.slope = slope.bind(**self.parameters, out={f"{n}_bar": slots[n] for n in names})
        turned = TURNED.get(w.model, {})
        data = {n: a.transpose(turned[n]) if n in turned else a for n, a in w.data.items()}
        self.batch = [
            np.array(data[n], np.intp if data[n].dtype.kind == "i" else dtype, order="C")
            for n in self.slope.missing
        ]
        kind, rate = w.opt
        rule = (adam if kind == "adam" else sgd)(rate)
        states = {s.name: np.zeros_like(self.theta) for s in rule.states}
        rate_now = rule.rate_at(1)
        self.move = build(rule.graph, dtype=dtype).bind(
            theta=self.theta, g=g, eta=rate_now, **states, **rule.settings
        )
        self.counts = "t" in self.move.missing
        self.t = 0

    def step(self) -> None:
        self.slope.run(*self.batch)
        self.t += 1
        self.move.run(*((float(self.t),) if self.counts else ()))

    def check(self) -> dict[str, Any]:
        loss = self.slope.run(*self.batch)
        return {"loss": loss, **self._packed(self.slots)}

    def params(self) -> dict[str, Any]:
        return self._packed(self.parameters)

    def _packed(self, arrays: dict[str, Any]) -> dict[str, Any]:
        """Copies in the benchmark's arrays."""
        packed = {n: np.empty(shape, self.theta.dtype) for n, shape in self.shapes.items()}
        for n, (name, view) in self.pieces.items():
            view(packed[name])[...] = arrays[n]
        return packed


def make(w: Any, dtype: Any = np.float32) -> Train | None:
    return Train(w, dtype) if w.model in MODELS else None


def make_c(w: Any, dtype: Any = np.float32) -> None:
    """There is no C backend yet."""
    return None
