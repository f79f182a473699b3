"""The adjoint identity, the cheapest test of reverse and forward mode: no step, no truncation.

<J v, w>  =  <v, J' w>      v a direction of the variables, w a cotangent of the output
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from symnet.calculus import gradient, jvp
from symnet.notation import Graph, Tensor
from symnet.verify.interpret import interpret, sizes_of
from symnet.verify.sample import direction

Arrays = Mapping[str, np.ndarray]


def adjoint_gap(
    graph: Graph,
    wrt: str | Tensor | Iterable[str | Tensor],
    arrays: Arrays,
    rng: np.random.Generator,
    sizes: Mapping[str, int] | None = None,
) -> float:
    """|<J v, w> - <v, J' w>| at the arrays, for random v and w, relative to the terms' size.

    v keeps the assumptions of its variable (see sample.direction). J' is `gradient` with a
    cotangent, J is `jvp`; both by the interpreter. Rounding is 1e-15 or so.
    """
    names = names_of(wrt)
    seed = cotangent_name(graph)
    known = {s.name: n for s, n in sizes_of(graph, arrays, sizes).items()}
    directions = {
        name: direction(graph.tensor(name), np.asarray(arrays[name]), rng) for name in names
    }
    pushforward, pullback = jvp(graph, names), gradient(graph, names, cotangent=seed)
    pushed = interpret(
        pushforward, {**arrays, **tangents(pushforward, directions)}, _of(pushforward, known)
    )
    tangent = pushed[pushforward.output.name]
    weight = rng.uniform(-1, 1, tangent.shape) if seed else np.ones(())
    given = {**arrays, **({seed: weight} if seed else {})}
    pulled = interpret(pullback, given, _of(pullback, known))
    gradients = [pulled[t.name] for t in pullback.outputs]
    return identity_gap(tangent, weight, gradients, list(directions.values()))


def identity_gap(
    tangent: np.ndarray,
    cotangent: np.ndarray,
    gradients: Iterable[np.ndarray],
    directions: Iterable[np.ndarray],
) -> float:
    """|<tangent, cotangent> - sum <gradient, direction>| / max(1, sum |tangent * cotangent|)."""
    left = tangent * cotangent
    right = sum(float(np.sum(g * v)) for g, v in zip(gradients, directions, strict=True))
    return abs(float(np.sum(left)) - right) / max(1.0, float(np.sum(np.abs(left))))


def names_of(wrt: str | Tensor | Iterable[str | Tensor]) -> tuple[str, ...]:
    """The names of the variables."""
    asked = (wrt,) if isinstance(wrt, str | Tensor) else tuple(wrt)
    return tuple(x if isinstance(x, str) else x.name for x in asked)


def cotangent_name(graph: Graph) -> str | None:
    """A name for the cotangent of the output that no tensor has; None for a scalar output."""
    if not graph.output.order:
        return None
    taken = {t.name for t in graph.tensors}
    name, k = f"{graph.output.name}_bar", 2
    while name in taken:
        name, k = f"{graph.output.name}_bar{k}", k + 1
    return name


def tangents(pushforward: Graph, directions: Arrays) -> dict[str, np.ndarray]:
    """The directions under the names of the pushforward's last inputs, `x_dot`."""
    dots = pushforward.inputs[-len(directions) :]
    return {dot.name: v for dot, v in zip(dots, directions.values(), strict=True)}


def _of(graph: Graph, sizes: Mapping[str, int]) -> dict[str, int]:
    return {s.name: sizes[s.name] for s in graph.extents if s.name in sizes}
