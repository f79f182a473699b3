"""How long derivation takes, one thread, beside a fixed SymPy workload in the same run.

    python tests/benchmarks/derivation.py

Medians of interleaved rounds of processor time; the ratio to the SymPy workload holds on a noisy
machine. The last row is the time of `import symnet` over that of `import sympy, numpy`, each in a
fresh process.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

import sympy

import symnet as sn
from symnet import layers

ROUNDS = 7


def dense() -> Callable[[], object]:
    x = sn.Tensor("x", sn.Index("n", "N"), sn.Index("i", "I"))
    graph = layers.dense(x, "J")
    return lambda: sn.gradient(graph, ["W", "b", "x"], cotangent="a_bar")


def softmax_cross_entropy() -> Callable[[], object]:
    x = sn.Tensor("x", sn.Index("n", "N"), sn.Index("k", "K"))
    graph = layers.softmax_cross_entropy(x, layers.labels(x))
    return lambda: sn.gradient(graph, "x")


def ten_layers() -> Callable[[], object]:
    x = sn.Tensor("x", sn.Index("n", "N"), sn.Index("i", "I"))
    trunk = layers.mlp(x, [f"H{k}" for k in range(10)], "tanh")
    loss = layers.softmax_cross_entropy(trunk.output, layers.labels(trunk.output))
    graph = layers.join(trunk, loss)
    names = [p.name for p in graph.parameters]
    return lambda: sn.gradient(graph, names)


def layer(name: str) -> Callable[[], Callable[[], object]]:
    """Every gradient of a layer of the catalogue, given a cotangent of its output."""

    def make() -> Callable[[], object]:
        graph = layers.catalogue()[name]()
        wrt = [t.name for t in graph.given if not t.is_integer_valued and t not in graph.states]
        return lambda: sn.gradient(graph, wrt, cotangent=f"{graph.output.name}_bar")

    return make


def sympy_workload() -> object:
    """A fixed amount of SymPy's own work: expand, differentiate, collect; nothing cached."""
    a, b, c = (sympy.Dummy(n) for n in "abc")
    e = sympy.expand((a + 2 * b + 3 * c + a * b) ** 6)
    return sympy.collect(sympy.diff(e, a), b)


WORK: dict[str, tuple[Callable[[], Callable[[], object]], float]] = {
    "dense, three gradients": (dense, 20.0),
    "softmax cross-entropy": (softmax_cross_entropy, 30.0),
    "MLP of 10 layers, 20 gradients": (ten_layers, 300.0),
    "LSTM over time": (layer("lstm"), 200.0),
    "GRU over time, reset before": (layer("gru_cho"), 200.0),
    "GRU over time, reset after": (layer("gru_reset_after"), 200.0),
    "multi-head attention": (layer("multi_head"), 300.0),
    "Transformer encoder block, post-LN": (layer("encoder_block"), 500.0),
    "Transformer encoder block, pre-LN": (layer("encoder_block_pre"), 500.0),
    "convolutional ResNet block": (layer("residual_block"), 300.0),
}


def milliseconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return 1e3 * (time.process_time() - start)


def import_seconds(statement: str) -> float:
    script = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    runs = [
        float(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout)
        for _ in range(5)
    ]
    return median(runs)


def main() -> int:
    """Print the table; 1 if a bound is missed."""
    works = {name: make() for name, (make, _) in WORK.items()}
    times: dict[str, list[float]] = {name: [] for name in works}
    base: list[float] = []
    for _ in range(ROUNDS):
        base.append(milliseconds(sympy_workload))
        for name, work in works.items():
            times[name].append(milliseconds(work))
    missed = False
    print(f"{'SymPy workload (the measure)':34} {median(base):8.1f} ms")
    for name, (_, bound) in WORK.items():
        found = median(times[name])
        missed |= found > bound
        ratio = found / median(base)
        print(f"{name:34} {found:8.1f} ms   bound {bound:5.0f} ms   {ratio:5.2f} of the measure")
    plain = import_seconds("import sympy, numpy")
    ours = import_seconds("import symnet, symnet.notation, symnet.calculus, numpy")
    missed |= ours > plain + 0.15
    print(f"{'import symnet and calculus':34} {ours:8.2f} s    bound {plain + 0.15:5.2f} s")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
