"""The derivative of a function that works entry by entry, as people write it: tanh' = 1 - tanh^2.

y[n] = f(x[n])  =>  d[n] = f'(x[n]),  of which the pullback is y_bar[n] d[n]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from symnet.calculus import gradient
from symnet.notation import Definition, Entry, Graph, Tensor, fresh, total
from symnet.notation.parse.names import unused
from symnet.verify.models.evaluate import Evaluator
from symnet.verify.models.real import Real
from symnet.verify.points import Points
from symnet.verify.truth import Truth, beside

CLOSE = 1e-9


def by_entries(truth: Truth, bar: Tensor, points: Sequence[Points]) -> Truth | None:
    """The derivative entry by entry; None if an entry depends on another one.

    It is the gradient of the sum of all entries, which for such a function is its derivative.
    """
    function = truth.function
    y = function.output
    slots = fresh(y.indices)
    name = unused("entries_sum", {t.name for t in truth.graph.tensors})
    whole = Definition(Entry(Tensor(name)), total(Entry(y, *slots), over=slots))
    summed = Graph(*function.definitions, whole, inputs=function.given, output=whole.tensor)
    derived = gradient(summed, truth.variable.name)
    renamed = _named(derived, f"d{y.name}_d{truth.variable.name}", function)
    if renamed is None:
        return None
    graph = beside(replace_output(function, truth), renamed)
    made = replace(truth, graph=graph, name=renamed.output.name, of="entries")
    return made if _is_by_entries(made, truth, bar, points) else None


def replace_output(function: Graph, truth: Truth) -> Graph:
    """The graph of the truth, cotangent and all, with the function's output."""
    return Graph(*truth.graph.definitions, inputs=truth.graph.given, outputs=function.outputs[:1])


def _named(derived: Graph, wanted: str, function: Graph) -> Graph | None:
    """The derivative under its own name: only what the function does not define."""
    own = {d.name for d in function.definitions}
    last = derived.definition(derived.output.name)
    if last is None:
        return None
    name = unused(wanted, {t.name for t in function.tensors})
    further = [d for d in derived.definitions if d.name not in own and d is not last]
    made = Definition(Entry(Tensor(name, *last.tensor.indices), *last.free), last.expression)
    kept = [d for d in derived.definitions if d.name in own]
    return Graph(*kept, *further, made, inputs=derived.given, output=made.tensor)


def _is_by_entries(made: Truth, truth: Truth, bar: Tensor, points: Sequence[Points]) -> bool:
    for p in points:
        with np.errstate(all="ignore"):
            one = Evaluator(made.graph, p.arrays, p.sizes, Real()).value(made.name)
            pulled = Evaluator(truth.graph, p.arrays, p.sizes, Real()).value(truth.name)
            apart = np.abs(one * p.arrays[bar.name] - pulled)
        if not np.all(apart <= CLOSE * (1 + np.abs(pulled))):
            return False
    return True
