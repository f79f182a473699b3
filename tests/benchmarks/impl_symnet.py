"""symnet in the side-by-side benchmark: models from symnet.layers, everything else generated code.

`make(w, dtype)` gives an object with step(), check() and params(); None for a model that symnet's
layers cannot build yet. The parameters lie in one vector, their gradients in another.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from models_recurrent import GATES, characters

from symnet.calculus import gradient
from symnet.codegen import build, flat
from symnet.layers import activation, dense, join, mean_squared_error, mlp, softmax_cross_entropy
from symnet.layers.loss import labels
from symnet.notation import Graph, Index, Tensor
from symnet.train.optimizers import adam, sgd

NAME = "symnet"


def _classifier(widths: list[int], inputs: int) -> Graph:
    x = Tensor("x", Index("n", "N"), Index("i", inputs))
    logits = mlp(x, widths, "relu")
    loss = softmax_cross_entropy(logits.output, labels(logits.output, "y"))
    return join(logits, loss)


def _mlp(w: Any) -> Graph:
    return _classifier([128, 64, 10], 64)


def _logreg(w: Any) -> Graph:
    x = Tensor("x", Index("n", "N"), Index("i", 64))
    logits = dense(x, 10)
    return join(logits, softmax_cross_entropy(logits.output, labels(logits.output, "y")))


def _autoencoder(w: Any) -> Graph:
    x = Tensor("x", Index("n", "N"), Index("i", 64))
    parts, h = [], x
    for k, width in enumerate((32, 8, 32), 1):
        parts.append(dense(h, width, str(k)))
        parts.append(activation(parts[-1].output, "tanh", str(k)))
        h = parts[-1].output
    parts.append(dense(h, Index("i", 64), "4"))
    parts.append(mean_squared_error(parts[-1].output, x))
    return join(*parts)


def _lstm(w: Any) -> Graph:
    return characters("lstm", w.cfg["V"], w.cfg["E"], w.cfg["H"])


MODELS: dict[str, Callable[[Any], Graph]] = {
    "mlp": _mlp,
    "logreg": _logreg,
    "autoenc": _autoencoder,
    "lstm": _lstm,
}
# An array of the benchmark, and the parameters whose columns stand in it side by side.
PACKED = {
    "lstm": {
        "Wx": [f"W_{q}" for q in GATES["lstm"]],
        "Wh": [f"U_{q}" for q in GATES["lstm"]],
        "bx": [f"b_{q}" for q in GATES["lstm"]],
    }
}
# Data that the model has with examples first.
TURNED = {"lstm": ("x", "y")}


class Train:
    """A training step: loss and gradient into one vector, then the optimiser's rule in place."""

    def __init__(self, w: Any, dtype: Any) -> None:
        loss = MODELS[w.model](w)
        names = [t.name for t in loss.parameters]
        self.packed = PACKED.get(w.model, {})
        given = self._unpacked(w.params)
        shapes = {n: given[n].shape for n in names}
        self.theta, self.parameters = flat(shapes, dtype)
        g, slots = flat(shapes, dtype)
        for n in names:
            self.parameters[n][...] = given[n]
        slope = build(gradient(loss, names, with_value=True), dtype=dtype)
        self.slots = {n: slots[n] for n in names}
        self.slope = slope.bind(**self.parameters, out={f"{n}_bar": slots[n] for n in names})
        turned = TURNED.get(w.model, ())
        data = {n: a.T if n in turned else a for n, a in w.data.items()}
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
        return {"loss": loss, **self._packed({n: g.copy() for n, g in self.slots.items()})}

    def params(self) -> dict[str, Any]:
        return self._packed(self.parameters)

    def _unpacked(self, arrays: dict[str, Any]) -> dict[str, Any]:
        """The model's parameters: columns of the benchmark's arrays, or arrays as they are."""
        out = {n: a for n, a in arrays.items() if n not in self.packed}
        for n, parts in self.packed.items():
            out.update(zip(parts, np.split(arrays[n], len(parts), axis=-1), strict=True))
        return out

    def _packed(self, parts: dict[str, Any]) -> dict[str, Any]:
        """The benchmark's arrays for the model's parameters."""
        inside = {p for names in self.packed.values() for p in names}
        out = {n: a for n, a in parts.items() if n not in inside}
        for n, names in self.packed.items():
            out[n] = np.concatenate([parts[p] for p in names], axis=-1)
        return out


def make(w: Any, dtype: Any = np.float32) -> Train | None:
    return Train(w, dtype) if w.model in MODELS else None


def make_c(w: Any, dtype: Any = np.float32) -> None:
    """There is no C backend yet."""
    return None
