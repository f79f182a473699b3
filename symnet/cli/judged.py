"""The judges' verdict on what is about to be shown, at small random sizes.

    gradient          judge: differences, tangent, adjoint identity, second order
    NumPy form        read back as text, and evaluated beside the formulas
    Jacobian J        and J v = the pushforward of v
    Hessian H         and H v = the pushforward of the gradient

The judges evaluate entry by entry, so the sizes are chosen for few operations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from symnet.calculus import cost, gradient, hvp, jvp
from symnet.cli import UsageError
from symnet.notation import CheckFailed, Graph, ShapeMismatch, SymnetError, Tensor, replace
from symnet.notation.index import extent_at
from symnet.notation.parse import parse
from symnet.notation.sizes import size_of
from symnet.verify import interpret, random_sizes, sample
from symnet.verify.differences import gap
from symnet.verify.judge import Derived, Verdict, derive, judge_derived
from symnet.verify.sample import direction

Sizes = Mapping[sympy.Symbol, int]
FEW = 3_000  # operations of value and gradient; more than this is slow
MANY = 300_000  # more than this is refused
CHOICES = 8  # of sizes
TOLERANCE = 1e-10


def judged(graph: Graph, wrt: Sequence[str], seed: int = 0, shown: Graph | None = None) -> Verdict:
    """The verdict at two choices of sizes, with and without an extent of 1.

    It is on the gradient that is `shown`, if that is at hand.
    Raises CheckFailed if the graph is too large to be evaluated entry by entry.
    """
    given = {t.name for t in graph.given}
    if inner := [name for name in wrt if name not in given]:
        raise UsageError(
            f"{inner[0]} is defined by the function, so the judges cannot vary it: name an input "
            f"({', '.join(t.name for t in graph.given if not t.is_integer_valued)}), "
            "or use --no-check"
        )
    rng = np.random.default_rng(seed)
    derived = derive(graph, wrt, shown)
    whole = with_forward(derived.pullback, graph)
    found = [_somewhere(derived, whole, rng, smallest, seed) for smallest in (1, 2)]
    errors = tuple(e for v in found for e in v.errors)
    return Verdict(errors, tuple(s for v in found for s in v.sizes), seed)


def _somewhere(
    derived: Derived, whole: Graph, rng: np.random.Generator, smallest: int, seed: int
) -> Verdict:
    """The verdict at sizes where there is one: inv(X'X) needs an X with as many rows as columns."""
    for _ in range(CHOICES):
        sizes = few(whole, rng, smallest)
        verdict = judge_derived(derived, seed, {s.name: n for s, n in sizes.items()})
        if verdict.is_smooth:
            break
        smallest = 2
    return verdict


def with_forward(derived: Graph, graph: Graph) -> Graph:
    """The gradient with all definitions of the function, its value the first output."""
    known = {d.name for d in derived.definitions}
    own = {d.name for d in graph.definitions}
    rest = [d for d in derived.definitions if d.name not in own]
    if own <= known:
        both = dict.fromkeys((*graph.outputs, *derived.outputs))
        return replace(derived, outputs=tuple(both))
    given = {t.name: t for t in (*graph.inputs, *derived.inputs)}
    return Graph(
        *graph.definitions,
        *rest,
        inputs=given.values(),
        parameters=derived.parameters,
        outputs=(*graph.outputs, *derived.outputs),
        cotangents=derived.cotangents,
        updates=graph.updates,
        notes=derived.notes,
        parts=graph.parts,
    )


def few(whole: Graph, rng: np.random.Generator, smallest: int) -> Sizes:
    """Sizes at which a graph takes few operations; all different if that is possible."""
    total = cost(whole)
    operations = total.forward + total.backward + total.entries
    best: tuple[float, Sizes] | None = None
    for attempt in range(30):
        if attempt < 10:
            sizes: Sizes = random_sizes(whole, rng, smallest)
        else:
            sizes = {s: int(rng.integers(smallest, 4)) for s in whole.extents}
        if not _is_legal(whole, sizes):
            continue
        found = float(extent_at(operations, sizes))
        if best is None or found < best[0]:
            best = found, sizes
        if found <= FEW:
            break
    if best is None or best[0] > MANY:
        raise CheckFailed(
            f"too large to be judged entry by entry ({best[0] if best else 0:.0e} operations): "
            "give sizes as names (--shape X=N,D), or skip the judges with --no-check"
        )
    return best[1]


def _is_legal(graph: Graph, sizes: Sizes) -> bool:
    try:
        for t in graph.tensors:
            for e in t.shape:
                size_of(e, sizes)
    except ShapeMismatch:
        return False
    return True


def check_against_pushforward(
    graph: Graph, derived: Graph, variable: str, order: int, seed: int = 0
) -> float:
    """The gap between J v (order 1) or H v (order 2) and the pushforward along v.

    Raises CheckFailed if it is not at rounding.
    """
    rng = np.random.default_rng(seed)
    cotangent = f"{graph.output.name}_bar" if graph.output.order else None
    sizes = few(gradient(graph, variable, cotangent, with_value=True), rng, 2)
    x = graph.tensor(variable)
    point: dict[str, Any] = sample(graph, sizes, rng)
    v = direction(Tensor("v", *x.indices, assume=x.assume), point[x.name], rng)
    pushed = jvp(graph, variable) if order == 1 else hvp(graph, variable)
    dot = next(t.name for t in pushed.inputs if t.name not in {g.name for g in graph.given})
    named = {s.name: n for s, n in sizes.items()}
    expected = interpret(pushed, {**point, dot: v}, named)[pushed.output.name]
    matrix = np.asarray(interpret(derived, point, named)[derived.output.name])
    found = np.tensordot(matrix, v, axes=v.ndim)
    apart = float(gap(found, expected))
    if not apart <= TOLERANCE:
        raise CheckFailed(
            f"{derived.output.name} times a direction differs by {apart:.1e} from the pushforward "
            "along it, so nothing is shown"
        )
    return apart


def check_numpy(derived: Graph, program: str, seed: int = 0) -> bool:
    """Read the NumPy form back and evaluate it beside the formulas that it stands for.

    False if it cannot be read back (a form that typed text does not have). Raises CheckFailed where
    a value differs.
    """
    shapes = {t.name: t.shape for t in derived.given}
    assume = {
        t.name: "integer" if t.below is None else f"integer<{t.below}"
        for t in derived.given
        if t.is_integer_valued
    }
    try:
        again = parse(program, shapes, assume=assume, notation="numpy")
    except SymnetError:
        return False
    rng = np.random.default_rng(seed)
    sizes = few(derived, rng, 2)
    arrays = sample(derived, sizes, rng)
    named = {s.name: n for s, n in sizes.items()}
    own = {t.name for t in again.given}
    extents = {s.name for s in again.extents}
    values = interpret(derived, arrays, named)
    found = interpret(
        again,
        {k: v for k, v in arrays.items() if k in own},
        {k: n for k, n in named.items() if k in extents},
    )
    for name in sorted(values.keys() & found.keys()):
        a, b = np.asarray(found[name]), np.asarray(values[name])
        finite = np.isfinite(b)  # log of a negative number is undefined in either form
        same = a.shape == b.shape and bool((np.isfinite(a) == finite).all())
        apart = float(gap(a[finite], b[finite])) if same else float("inf")
        if not apart <= TOLERANCE:
            raise CheckFailed(
                f"{name} in NumPy form differs by {apart:.1e} from its index form, "
                "so nothing is shown"
            )
    return derived.output.name in found if len(derived.outputs) == 1 else True
