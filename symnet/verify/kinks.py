"""What truth and claim say at a kink, where a proof off the kinks says nothing.

Entries of -1, 0 and 1 make many arguments of signs exactly 0; a difference there is reported.
"""

from __future__ import annotations

import numpy as np

from symnet.notation import Graph
from symnet.verify.models.cases import is_distinguishing
from symnet.verify.models.draws import real_draws
from symnet.verify.models.evaluate import Evaluator, Sizes
from symnet.verify.models.real import Real

DRAWS = 64
LEFT_AS_DRAWN = frozenset(
    {"integer", "one_hot", "simplex", "mask", "spd", "orthogonal", "positive"}
)


def at_kinks(graph: Graph, left: str, right: str, sizes: Sizes, seed: int = 0) -> tuple[str, ...]:
    """A sentence for an entry at which the two differ on a kink; none if they agree there too."""
    if not is_distinguishing(graph, [left, right]):
        return ()
    rng = np.random.default_rng(seed)
    arrays = real_draws(graph, sizes, DRAWS, rng)
    for t in graph.given:
        if not t.assume & LEFT_AS_DRAWN:
            drawn = rng.integers(-1, 2, size=arrays[t.name].shape).astype(float)
            if "symmetric" in t.assume:
                drawn = np.triu(drawn) + np.swapaxes(np.triu(drawn, 1), -1, -2)
            arrays[t.name] = drawn
    with np.errstate(all="ignore"):
        values = Evaluator(graph, arrays, sizes, Real())
        a, b = np.broadcast_arrays(values.value(left), values.value(right))
        apart = np.abs(a - b) > 1e-9 * (1 + np.abs(b))
    apart &= np.isfinite(a) & np.isfinite(b)
    if not apart.any():
        return ("claim and derivation agree on the kinks that were tried",)
    at = np.unravel_index(int(np.argmax(apart)), apart.shape)
    return (
        f"on a kink they differ: the derivation says {b[at]:.6g}, the claim {a[at]:.6g} "
        "(the convention at 0 is another one)",
    )
