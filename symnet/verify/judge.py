"""The judges' verdict on the calculus: does the derived gradient hold at random points?

    gradient   <x_bar, v>  =  D <w, y>(x)[v]      reverse mode against differences, each x alone
    tangent    y_dot       =  D y(x)[v]           forward mode against differences
    adjoint    <J v, w>    =  <v, J' w>           one against the other, to rounding
    second     (x_bar)_dot =  D x_bar(x)[v]       the derivative of the gradient against differences

All values come from the interpreter, at small sizes which are all different, once with an extent
of 1 and once without. A point near a kink (the difference quotient depends on its step), or with
a matrix to invert that is nearly singular, is drawn anew. Directions v keep the assumptions of
their variable (sample.direction): the gradient with respect to a symmetric matrix is held to
symmetric changes of it, that of an orthogonal one to changes along which it stays orthogonal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy

from symnet.calculus import gradient, jvp
from symnet.notation import Graph, Tensor
from symnet.verify.adjoint import cotangent_name, identity_gap, names_of, tangents
from symnet.verify.conditioning import is_well_conditioned
from symnet.verify.differences import Slope, derivative_along, gap
from symnet.verify.interpret import interpreter, sizes_of
from symnet.verify.sample import direction, random_sizes, sample, sample_tensor

Arrays = Mapping[str, np.ndarray]
Sizes = Mapping[sympy.Symbol, int]

BY_DIFFERENCES = 1e-6
BY_IDENTITY = 1e-11
DRAWS = 10
CHOICES = 8  # of sizes
FEWER = 3  # draws at each choice of sizes after the first
NO_POINT = (
    f"no verdict: at each of {DRAWS} points a kink is near, a value is not finite, or a matrix is "
    "nearly singular"
)


@dataclass(frozen=True)
class Errors:
    """What each judge found: max |error| / max(1, max |reference|)."""

    gradient: float
    tangent: float
    adjoint: float
    second: float

    @property
    def are_small(self) -> bool:
        by_differences = max(self.gradient, self.tangent, self.second)
        return by_differences <= BY_DIFFERENCES and self.adjoint <= BY_IDENTITY

    def __str__(self) -> str:
        return (
            f"gradient {self.gradient:.1e}, tangent {self.tangent:.1e}, second {self.second:.1e} "
            f"against differences (bound {BY_DIFFERENCES:.0e}); adjoint identity "
            f"{self.adjoint:.1e} (bound {BY_IDENTITY:.0e})"
        )


@dataclass(frozen=True)
class Verdict:
    """The errors at each choice of sizes; None where every point drawn had a kink nearby."""

    errors: tuple[Errors | None, ...]
    sizes: tuple[dict[str, int], ...]
    seed: int

    @property
    def passed(self) -> bool:
        return all(e is not None and e.are_small for e in self.errors)

    @property
    def is_smooth(self) -> bool:
        """Whether a point without a kink nearby was found at all sizes; else nothing is shown."""
        return all(e is not None for e in self.errors)

    def __str__(self) -> str:
        lines = [f"{'passed' if self.passed else 'FAILED'} (seed {self.seed})"]
        for sizes, e in zip(self.sizes, self.errors, strict=True):
            where = ", ".join(f"{k}={v}" for k, v in sizes.items())
            found = NO_POINT if e is None else str(e)
            lines.append(f"{where}: {found}" if where else found)
        return "\n  ".join(lines)


def judge(
    graph: Graph,
    wrt: str | Tensor | Iterable[str | Tensor],
    seed: int = 0,
    sizes: Mapping[str, int] | None = None,
) -> Verdict:
    """Derive gradient, pushforward and second derivative of the graph's output, and try them.

    `sizes` names the extents' sizes; without it two random choices are tried, and others where no
    point at them gives a verdict. Raises what
    `gradient` raises; a wrong derivative is not raised but stands in the verdict.
    """
    return judge_derived(derive(graph, wrt), seed, sizes)


def judge_derived(
    derived: Derived, seed: int = 0, sizes: Mapping[str, int] | None = None
) -> Verdict:
    """The verdict on what `derive` gave; as `judge`, for who tries one derivation at many sizes."""
    rng = np.random.default_rng(seed)
    if sizes is None:
        found = [_somewhere(derived, rng, smallest) for smallest in (1, 2)]
    else:
        given = sizes_of(derived.graph, {}, sizes)
        found = [(given, derived.errors_at(given, rng))]
    return Verdict(
        tuple(errors for _, errors in found),
        tuple({s.name: k for s, k in chosen.items()} for chosen, _ in found),
        seed,
    )


def _somewhere(
    derived: Derived, rng: np.random.Generator, smallest: int
) -> tuple[Sizes, Errors | None]:
    """Random sizes with a verdict: inv(X'X) has a value only where X has enough rows."""
    sizes = random_sizes(derived.graph, rng, smallest)
    errors = derived.errors_at(sizes, rng)
    for _ in range(CHOICES - 1):
        if errors is not None:
            break
        sizes = random_sizes(derived.graph, rng, 2)  # with extents of 1 a variance is 0
        errors = derived.errors_at(sizes, rng, FEWER)
    return sizes, errors


def derive(
    graph: Graph,
    wrt: str | Tensor | Iterable[str | Tensor],
    pullback: Graph | None = None,
) -> Derived:
    """The graphs that are judged: gradient, pushforward, pushforward of the gradient.

    A `pullback` at hand is taken as the gradient; its cotangent is called y_bar.
    """
    names, cotangent = names_of(wrt), cotangent_name(graph)
    if pullback is None:
        pullback = gradient(graph, names, cotangent=cotangent)
    return Derived(graph, names, cotangent, pullback, jvp(graph, names), jvp(pullback, names))


@dataclass(frozen=True)
class Derived:
    """A graph with its derivatives. Tangents are the last inputs, in the order of `names`."""

    graph: Graph
    names: tuple[str, ...]
    cotangent: str | None
    pullback: Graph
    pushforward: Graph
    second: Graph

    def errors_at(
        self, sizes: Sizes, rng: np.random.Generator, draws: int = DRAWS
    ) -> Errors | None:
        """The errors at the first of several points without a kink nearby; None if all have one."""
        for _ in range(draws):
            trial = _Trial(self, sizes, rng)
            if trial.is_smooth:
                return trial.errors()
        return None


class _Trial:
    """One point with its directions, and the derivatives there by differences."""

    def __init__(self, derived: Derived, sizes: Sizes, rng: np.random.Generator) -> None:
        self.derived = derived
        self.sizes = sizes
        graph = derived.graph
        self.point = sample(graph, sizes, rng)
        self.directions = {
            name: direction(graph.tensor(name), self.point[name], rng) for name in derived.names
        }
        self.weight = sample_tensor(Tensor("w", *graph.output.indices), sizes, rng)
        if derived.cotangent is None:
            self.weight = np.ones(())
            self.seeded: Arrays = self.point
        else:
            self.seeded = {**self.point, derived.cotangent: self.weight}
        self.forward = interpreter(graph, sizes, detached_at=self.point)
        self.backward = interpreter(derived.pullback, sizes, detached_at=self.seeded)
        self._slopes: dict[str, Slope] = {}

    @property
    def is_smooth(self) -> bool:
        """Whether differences are sharp here: nothing nearly singular, no kink nearby."""
        values = {**self.point, **self.forward(self.point)}
        return (
            is_well_conditioned(self.derived.graph, values)
            and all(self._slope(name).is_smooth for name in self.directions)
            and self.second_slope.is_smooth
        )

    @property
    def slopes(self) -> list[Slope]:
        """The derivative of the forward values along each variable's direction."""
        return list(map(self._slope, self.directions))

    def _slope(self, name: str) -> Slope:
        if name not in self._slopes:
            along = {name: self.directions[name]}
            self._slopes[name] = derivative_along(self.forward, self.point, along)
        return self._slopes[name]

    @cached_property
    def second_slope(self) -> Slope:
        """The derivative of the gradients along all directions together."""
        return derivative_along(self.backward, self.seeded, self.directions)

    def errors(self) -> Errors:
        """The four judges at this point."""
        derived = self.derived
        moved = {**self.point, **tangents(derived.pushforward, self.directions)}
        pushed = interpreter(derived.pushforward, self.sizes)(moved)
        tangent = pushed[derived.pushforward.output.name]
        output = derived.graph.output.name
        backward = self.backward(self.seeded)
        gradients = [backward[t.name] for t in derived.pullback.outputs]
        reverse = [
            gap(np.sum(x_bar * v), np.sum(self.weight * slope.values[output]))
            for x_bar, v, slope in zip(
                gradients, self.directions.values(), self.slopes, strict=True
            )
        ]
        forward = gap(tangent, np.sum([s.values[output] for s in self.slopes], axis=0))
        adjoint = identity_gap(tangent, self.weight, gradients, self.directions.values())
        return Errors(max(reverse), forward, adjoint, self._second())

    def _second(self) -> float:
        second = self.derived.second
        moved = {**self.seeded, **tangents(second, self.directions)}
        found = interpreter(second, self.sizes)(moved)
        return max(
            gap(found[dot.name], self.second_slope.values[bar.name])
            for dot, bar in zip(second.outputs, self.derived.pullback.outputs, strict=True)
        )
