"""How long drawings take, and how large they are: python tests/benchmarks/drawing.py

Each is drawn in a process of its own, so that nothing is set already; the first import of what sets
formulas (0.15 s) is not counted. Seconds are the least of three runs.
"""

import subprocess
import sys
from time import perf_counter

from symnet.layers.catalogue import catalogue
from symnet.notation import Graph
from symnet.render import draw
from symnet.render.setting.glyphs import formula
from tests.render.blocks import NAMES, both_ways

SMALL = ("dense", "softmax", "layer_norm", "mlp", "rnn")
RUNS = 3


def graph(name: str) -> Graph:
    """One of the five, forward and backward, or a layer of the catalogue, forward."""
    return both_ways(name) if name in NAMES else catalogue()[name]()


def measured(name: str, view: str) -> str:
    found = graph(name)
    formula("a", 10.0)
    start = perf_counter()
    d = draw(found, view=view)  # type: ignore[arg-type]
    seconds = perf_counter() - start
    return f"{seconds:.3f} {len(found.definitions)} {len(d.svg.encode())} {d.text_size():.1f}"


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(measured(*sys.argv[1:]))
        sys.exit()
    print(f"{'':30} seconds  definitions     kB  points on a slide")
    for name in (*SMALL, *NAMES):
        for view in ("full", "overview") if name.endswith("block") else ("full",):
            runs = [
                subprocess.run(
                    [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.drawing", name, view],
                    capture_output=True, check=True, text=True,
                ).stdout.split()
                for _ in range(RUNS)
            ]  # fmt: skip
            seconds, definitions, size, points = min(runs, key=lambda run: float(run[0]))
            shown = name if view == "full" else f"{name}, {view}"
            kilobytes = int(size) / 1000
            print(
                f"{shown:30} {float(seconds):7.2f}  {definitions:>11}  {kilobytes:5.0f}  {points}"
            )
