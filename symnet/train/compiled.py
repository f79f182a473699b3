"""Code that is made once: equal graphs, by their fingerprint, share a derivation and its code.

    (fingerprint, dtype) -> Function        the last KEPT of them in memory, nothing on disk

Ten seeds of one model derive it once. A Function keeps no numbers, so runs cannot disturb each
other through it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from symnet.calculus import gradient
from symnet.codegen import Function, build
from symnet.notation import Graph, Tensor, replace, restrict
from symnet.train.fingerprint import fingerprint

KEPT = 64
DType = type[np.floating[Any]]
Block = Callable[[Graph, str, str], Graph]


@dataclass(frozen=True)
class Slope:
    """The code of a loss, its gradient and the updates of its states; `bars` by parameter."""

    function: Function
    bars: dict[str, Tensor]


_memory: OrderedDict[Hashable, Any] = OrderedDict()


def code(graph: Graph, dtype: DType) -> Function:
    """The function that computes a graph's outputs."""
    return _once(("code", *_key(graph, dtype)), lambda: build(graph, dtype=dtype))


def slope(loss: Graph, dtype: DType) -> Slope:
    """The function of a loss (the first output) and of its gradient by every parameter."""
    return _once(("slope", *_key(loss, dtype)), lambda: _slope(loss, dtype))


def block(make: Block, loss: Graph, p: str, q: str, dtype: DType) -> Function:
    """The function of one block of a curvature matrix, `make(loss, p, q)`."""
    known: Hashable = make
    if isinstance(make, partial):
        known = (make.func, make.args, tuple(make.keywords.items()))
    key = ("block", known, p, q, *_key(loss, dtype))
    return _once(key, lambda: build(make(loss, p, q), dtype=dtype))


def _key(graph: Graph, dtype: DType) -> tuple[Hashable, ...]:
    """A fingerprint holds tensors and definitions, not which of the tensors are parameters."""
    parameters = tuple(t.name for t in graph.parameters)
    return (fingerprint(graph), parameters, np.dtype(dtype).name)


def _once(key: Hashable, make: Callable[[], Any]) -> Any:
    found = _memory.pop(key, None)
    if found is None:
        found = make()
    _memory[key] = found
    while len(_memory) > KEPT:
        _memory.popitem(last=False)
    return found


def _slope(loss: Graph, dtype: DType) -> Slope:
    # Of a loss with several outputs only the first is descended; the others may be predicted.
    descended = restrict(loss, loss.outputs[:1])
    names = [t.name for t in descended.parameters]
    derived = with_updates(gradient(descended, names, with_value=True), loss)
    bars = dict(zip(names, derived.outputs[1:], strict=True))
    return Slope(build(derived, dtype=dtype), bars)


def with_updates(derived: Graph, loss: Graph) -> Graph:
    """The derived graph with the updates of the loss, and with the definitions that they need."""
    if not loss.updates:
        return derived
    needed = restrict(loss, [new for _, new in loss.updates]).definitions
    own = {d.name for d in needed}
    rest = [d for d in derived.definitions if d.name not in own]
    known = {t.name for t in derived.given}
    states = [t for t in loss.inputs if t.name not in known]
    return replace(
        derived,
        definitions=(*needed, *rest),
        inputs=(*derived.inputs, *states),
        updates=loss.updates,
    )
