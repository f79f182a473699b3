"""How long reading and deriving takes for every function of the literature list, one thread.

    python tests/benchmarks/literature.py [--all]

A time is the median over rounds of parse and all derivatives of an entry. Before each one the
caches of SymPy and symnet are emptied, so that no entry lives on another's work. Printed: the
slowest, maximum and median beside their targets; then the LSTM cell and an encoder block.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable
from functools import _lru_cache_wrapper
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[2]))

from sympy.core.cache import clear_cache

import symnet as sn
from symnet.calculus import gradient
from symnet.notation.parse import parse
from tests.literature.blocks import ENCODER, HEADS, Block
from tests.literature.derive import derivatives, read
from tests.literature.sections import ENTRIES

ROUNDS = 3
SLOWEST = 15


def cold() -> None:
    """Empty SymPy's cache and every lru_cache of symnet."""
    clear_cache()
    for wrapper in CACHES:
        wrapper.cache_clear()


def caches() -> list[Any]:
    found = (o for o in gc.get_objects() if isinstance(o, _lru_cache_wrapper))
    return [w for w in found if (getattr(w, "__module__", "") or "").startswith("symnet.")]


def milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        cold()
        start = time.perf_counter()
        work()
        times.append(1e3 * (time.perf_counter() - start))
    return median(times)


def derive(block: Block) -> sn.Graph:
    return gradient(parse(block.text, block.shapes), list(block.wrt), cotangent="y_bar")


def write(block: Block) -> None:
    graph = derive(block)
    sn.text(graph)
    sn.latex(graph)


def row(name: str, found: float, bound: float) -> bool:
    """Print a line; whether the bound is missed."""
    print(
        f"{name:46} {found:8.1f} ms   target {bound:6.0f} ms{'' if found < bound else '   MISSED'}"
    )
    return found >= bound


def main() -> int:
    """Print the tables; 1 if a target is missed."""
    for entry in ENTRIES.values():  # imports and first-time set-up are not what is measured
        derivatives(entry)
    CACHES.extend(caches())
    times = {name: milliseconds(lambda e=e: derivatives(e)) for name, e in ENTRIES.items()}
    ranked = sorted(times, key=times.__getitem__, reverse=True)
    shown = ranked if "--all" in sys.argv else ranked[:SLOWEST]
    print(f"{len(times)} functions of the literature: parse and derivatives, cold caches")
    for name in shown:
        print(f"  {name:44} {times[name]:8.1f} ms")
    cell = read(ENTRIES["LSTM cell"])
    missed = [
        row("slowest entry", max(times.values()), 1000),
        row("median entry", median(times.values()), 100),
        row(
            "LSTM cell, 15 gradients",
            milliseconds(lambda: gradient(cell, list(ENTRIES["LSTM cell"].gradient))),
            150,
        ),
        row("encoder block, one head, 13 gradients", milliseconds(lambda: derive(ENCODER)), 500),
        row("the same, with index form and LaTeX", milliseconds(lambda: write(ENCODER)), 2000),
        row("encoder block, many heads, 13 gradients", milliseconds(lambda: derive(HEADS)), 500),
        row("the same, with index form and LaTeX", milliseconds(lambda: write(HEADS)), 2000),
    ]
    return int(any(missed))


CACHES: list[Any] = []

if __name__ == "__main__":
    sys.exit(main())
