"""What a claim is about, derived: gradient, pullback, Jacobian or Hessian, beside its function.

    function, variable, of  ->  a graph that defines the function and the tensor that is true

The derived tensor is held to central differences of the function before anything is said with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from symnet.calculus import gradient, hessian, jacobian
from symnet.notation import CheckFailed, Graph, MatrixHead, Tensor, dependencies
from symnet.verify.models.draws import real_draws
from symnet.verify.models.evaluate import Array, Evaluator, Sizes
from symnet.verify.models.real import Real
from symnet.verify.sample import direction

KINDS = ("gradient", "vjp", "jacobian", "hessian")
STEP = 1e-3
TOLERANCE, SMOOTH = 1e-5, 1e-6  # of differences of fourth order
SECOND_TOLERANCE, SECOND_SMOOTH = 1e-2, 1e-3  # of second differences


@dataclass(frozen=True)
class Truth:
    """`graph` defines the function and `name`, the true tensor; `variable` is differentiated by."""

    graph: Graph
    name: str
    of: str
    variable: Tensor
    function: Graph

    @property
    def tensor(self) -> Tensor:
        return self.graph.tensor(self.name)

    @property
    def own_order(self) -> int:
        """How many axes of the true tensor are the output's."""
        return self.function.output.order if self.of == "jacobian" else 0


def derive(
    function: Graph, wrt: str, of: str, cotangent: str | None, further: Sequence[str] = ()
) -> Truth:
    """The truth of that kind, with cotangents of further tensors; raises what calculus raises."""
    variable = function.tensor(wrt)
    if of == "jacobian":
        derived = jacobian(function, wrt)
        name = derived.output.name
    elif of == "hessian":
        derived = hessian(function, wrt)
        name = derived.output.name
    else:
        bar = cotangent if function.output.order else None
        if function.output.order and bar is None:
            bar = f"{function.output.name}_bar"
        derived = gradient(function, [wrt, *further], bar)
        name = dict(derived.cotangents)[wrt] if derived.cotangents else derived.output.name
    return Truth(beside(function, derived), name, of, variable, function)


def beside(function: Graph, derived: Graph) -> Graph:
    """All definitions of both, the function's own first; all given tensors of both."""
    own = {d.name for d in function.definitions}
    further = tuple(d for d in derived.definitions if d.name not in own)
    defined = {*own, *(d.name for d in further)}
    given = {t.name: t for t in (*function.given, *derived.given) if t.name not in defined}
    return Graph(
        *function.definitions,
        *further,
        inputs=given.values(),
        outputs=function.outputs[:1],
        cotangents=derived.cotangents,
        notes=derived.notes,
    )


def confirm(
    truth: Truth, sizes: Sizes, arrays: Mapping[str, Array], rng: np.random.Generator
) -> None:
    """Hold the derived tensor to differences of the function along a random direction.

    Draws near a kink or where something is undefined say nothing. Raises CheckFailed.
    """
    x = truth.variable
    if x.name not in arrays:
        return  # an intermediate tensor: its differences would need a graph of their own
    draws = len(arrays[x.name])
    v = np.stack([direction(x, arrays[x.name][k], rng) for k in range(draws)])
    twice = truth.of == "hessian"
    tolerance, flat = (SECOND_TOLERANCE, SECOND_SMOOTH) if twice else (TOLERANCE, SMOOTH)
    with np.errstate(all="ignore"):
        slope, spread = (_second if twice else _first)(truth, sizes, arrays, v)
        derived = _along(truth, Evaluator(truth.graph, arrays, sizes, Real()), v)
    scale = 1 + np.abs(slope).reshape(len(slope), -1).max(axis=1)
    smooth = spread < flat * scale
    apart = np.abs(slope - derived).reshape(len(slope), -1).max(axis=1) / scale
    finite = np.isfinite(apart) & np.isfinite(spread)
    bad = finite & smooth & (apart > tolerance)
    if bad.sum() * 2 > max(1, (finite & smooth).sum()):
        k = int(np.flatnonzero(bad)[0])
        raise CheckFailed(
            f"the derived {truth.name} differs from differences of the function by {apart[k]:.1e}; "
            "nothing is said about the claim (please report this function)"
        )


def _output(truth: Truth, sizes: Sizes, arrays: Mapping[str, Array]) -> Array:
    """The output for each draw; contracted with its cotangent for a pullback."""
    values = Evaluator(truth.graph, arrays, sizes, Real())
    y = values.value(truth.function.output.name)
    if truth.of in ("gradient", "vjp") and truth.function.output.order:
        bars = [t.name for t in truth.graph.given if t not in truth.function.tensors]
        bar = next(b for b in bars if truth.graph.tensor(b).shape == truth.function.output.shape)
        return np.asarray(
            (y * values.value(bar)).reshape(len(arrays[truth.variable.name]), -1).sum(1)
        )
    return y


def _moved(arrays: Mapping[str, Array], name: str, by: Array) -> dict[str, Array]:
    return {**arrays, name: arrays[name] + by}


def _first(
    truth: Truth, sizes: Sizes, arrays: Mapping[str, Array], v: Array
) -> tuple[Array, Array]:
    def difference(h: float) -> Array:
        at = [
            _output(truth, sizes, _moved(arrays, truth.variable.name, s * h * v))
            for s in (1, -1, 2, -2)
        ]
        return (8 * (at[0] - at[1]) - (at[2] - at[3])) / (12 * h)

    coarse, fine = difference(STEP), difference(STEP / 2)
    return fine, np.abs(coarse - fine).reshape(len(fine), -1).max(axis=1)


def _second(
    truth: Truth, sizes: Sizes, arrays: Mapping[str, Array], v: Array
) -> tuple[Array, Array]:
    def difference(h: float) -> Array:
        at = [
            _output(truth, sizes, _moved(arrays, truth.variable.name, s * h * v))
            for s in (1, 0, -1)
        ]
        return (at[0] - 2 * at[1] + at[2]) / h**2

    coarse, fine = difference(2e-2), difference(1e-2)
    return (4 * fine - coarse) / 3, np.abs(coarse - fine).reshape(len(fine), -1).max(axis=1)


def _along(truth: Truth, values: Evaluator, v: Array) -> Array:
    """The derived tensor contracted with the direction: once, or twice for a Hessian."""
    made = values.value(truth.name)
    draws = len(v)
    made = np.broadcast_to(made, (draws, *made.shape[1:]))
    flat = v.reshape(draws, -1)
    matrix = made.reshape(draws, -1, flat.shape[1])
    once = np.einsum("bij,bj->bi", matrix, flat)
    if truth.of == "hessian":
        return np.asarray(np.einsum("bi,bi->b", once, flat))
    if truth.of == "jacobian":
        return once.reshape(draws, *made.shape[1 : 1 + truth.own_order])
    return once.reshape(draws)


def draws_in_domain(
    graph: Graph, names: list[str], sizes: Sizes, count: int, rng: np.random.Generator
) -> dict[str, Array]:
    """Draws at which the named tensors are finite: as they come, or else with positive entries.

    Logarithms and roots want positive arguments; where plain draws give none, all entries, or those
    of some tensors, are made positive. Raises CheckFailed if no such draw is found.
    """
    for attempt in range(4):
        arrays = real_draws(graph, sizes, 3 * count, rng)
        free = [t.name for t in graph.given if not t.assume & _FIXED]
        if attempt == 1:
            arrays = {n: np.abs(a) if n in free else a for n, a in arrays.items()}
        elif attempt > 1:
            flips = {n: rng.random(3 * count) < 0.5 for n in free}
            arrays = {
                n: np.where(flips[n].reshape(-1, *(1,) * (a.ndim - 1)), np.abs(a), a)
                if n in free
                else a
                for n, a in arrays.items()
            }
        with np.errstate(all="ignore"):
            values = Evaluator(graph, arrays, sizes, Real())
            good = np.ones(3 * count, dtype=bool)
            for name in names:
                found = values.value(name)
                finite = np.isfinite(found).reshape(len(found), -1).all(axis=1)
                good &= np.broadcast_to(finite, good.shape)
            good &= _well_conditioned(graph, values, 3 * count)
        if good.any():
            kept = np.flatnonzero(good)[:count]
            return {n: a[kept] for n, a in arrays.items()}
    raise CheckFailed(
        f"{names[0]} is not finite at any point that was tried; say what may be assumed "
        '(assume={"x": "positive"}), or give other sizes'
    )


LARGEST = 1e4  # condition number of a matrix that is inverted


def _well_conditioned(graph: Graph, values: Evaluator, draws: int) -> Array:
    """Whether every matrix that is inverted is far enough from a singular one."""
    good = np.ones(draws, dtype=bool)
    for d in graph.definitions:
        if isinstance(d.expression, MatrixHead):
            entry = values.of(d.expression.matrix)
            batch = tuple(i for i in entry.axes if i not in d.expression.bound)
            data = entry.over((*batch, *d.expression.bound))
            finite = np.isfinite(data).reshape(len(data), -1).all(axis=1)
            safe = np.where(finite.reshape(-1, *(1,) * (data.ndim - 1)), data, 0.0)
            condition = np.linalg.cond(safe).reshape(len(data), -1).max(axis=1)
            good &= np.broadcast_to(finite & (condition <= LARGEST), good.shape)
    return good


_FIXED = frozenset({"integer", "one_hot", "simplex", "mask", "symmetric", "spd", "orthogonal"})


def without(graph: Graph, keep: set[str]) -> Graph:
    """The graph reduced to what the named tensors need, also through a recurrence."""
    arrows = dependencies(graph)
    needed = keep.union(*(nx.ancestors(arrows, name) for name in keep if name in arrows))
    kept = [d for d in graph.definitions if d.name in needed]
    given = [t for t in graph.given if t.name in needed]
    outputs = [d.tensor for d in kept if d.name in keep]
    return Graph(*kept, inputs=given, outputs=outputs or graph.outputs[:1])
