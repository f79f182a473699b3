"""The written source: golden files, free of symnet, the same bits outside as inside."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from symnet import layers
from symnet.calculus import gradient
from symnet.codegen import build
from symnet.notation import Graph, Index, Tensor, define, erf, exp, tanh, total
from symnet.train.optimizers import adam

n, i, k = Index("n", "N"), Index("i", 4), Index("k", 3)
x = Tensor("x", n, i)

RUNNER = """
import sys
sys.path[:] = [p for p in sys.path if p.endswith(("lib-dynload",)) or "python3" in p and
               not p.endswith("site-packages")] + [sys.argv[1], sys.argv[2]]
import importlib.abc

class OnlyNumpy(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in ("sympy", "symnet", "networkx", "opt_einsum", "mpmath"):
            raise ImportError(name + " is hidden")
        return None

sys.meta_path.insert(0, OnlyNumpy())
import numpy as np
import exported
given = dict(np.load(sys.argv[3]))
found = exported.evaluate(**given)
np.savez(sys.argv[4], **found)
"""


def classifier() -> Graph:
    model = layers.mlp(x, [5, 3], "tanh")
    loss = layers.softmax_cross_entropy(model.output, layers.labels(model.output))
    return layers.join(model, loss)


def model_arrays(graph: Graph, rng: np.random.Generator) -> dict[str, np.ndarray]:
    found = {}
    for t in graph.given:
        shape = [7 if str(e) == "N" else int(e) for e in t.shape]
        found[t.name] = (
            rng.integers(0, 3, shape) if t.is_integer_valued else rng.standard_normal(shape)
        )
    return found


def test_golden_dense(golden: Callable[[str, str], None]) -> None:
    golden("dense.py.txt", build(layers.dense(x, 3)).source)


def test_golden_classifier_gradient(golden: Callable[[str, str], None]) -> None:
    graph = classifier()
    names = [t.name for t in graph.parameters]
    source = build(gradient(graph, names, with_value=True), dtype=np.float32).source
    golden("classifier_gradient.py.txt", source)


def test_golden_recurrent_gradient(golden: Callable[[str, str], None]) -> None:
    t = Index("t", "T", sequential=True)
    j = k.fresh()
    z, h, L = Tensor("z", n, t, i), Tensor("h", n, t, k), Tensor("L")
    W, U = Tensor("W", i, k), Tensor("U", j, k)
    body = tanh(total(z[n, t, i] * W[i, k], i) + total(h[n, t - 1, j] * U[j, k], j))
    graph = Graph(
        define(h[n, t, k], body, base=0),
        define(L[()], total(h[n, t, k] ** 2, over=[n, t, k])),
        inputs=[z],
        parameters=[W, U],
        output=L,
    )
    golden("recurrent_gradient.py.txt", build(gradient(graph, ["W", "U"])).source)


def test_golden_adam(golden: Callable[[str, str], None]) -> None:
    golden("adam.py.txt", build(adam().graph, dtype=np.float32).source)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_saved_code_needs_numpy_only_and_gives_the_same_bits(
    tmp_path: Path, rng: np.random.Generator, dtype: type
) -> None:
    graph = classifier()
    f = build(gradient(graph, [t.name for t in graph.parameters], with_value=True), dtype=dtype)
    given = model_arrays(graph, rng)
    f.save(tmp_path / "exported.py")
    np.savez(tmp_path / "given.npz", **given)
    site = str(Path(np.__file__).parents[1])
    command = [sys.executable, "-S", "-I", "-c", RUNNER, str(tmp_path), site]
    files = [str(tmp_path / "given.npz"), str(tmp_path / "found.npz")]
    done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outside, inside = np.load(tmp_path / "found.npz"), f(**given)
    assert set(outside) == set(inside)
    for name, value in inside.items():
        assert np.asarray(value).tobytes() == outside[name].tobytes(), name


def test_source_names_every_definition() -> None:
    graph = classifier()
    source = build(gradient(graph, "W1")).source
    for d in gradient(graph, "W1").definitions:
        assert source.count(f"# {d.name}") == 1 or f"{d.name}[" in source, d.name


def test_names_that_python_or_numpy_own() -> None:
    j = Index("j", "len")
    np_, out, float_ = Tensor("np", j), Tensor("out", j), Tensor("float", j)
    graph = Graph(
        define(out[j], np_[j] * 2 + float_[j]),
        define((run := Tensor("run", j))[j], out[j] + exp(np_[j])),
        inputs=[np_, float_],
        outputs=[out, run],
    )
    a, b = np.arange(3.0), np.ones(3)
    found = build(graph)(**{"np": a, "float": b})
    assert np.allclose(found["out"], 2 * a + b) and np.allclose(found["run"], 2 * a + b + np.exp(a))


def test_powers_are_multiplied_out() -> None:
    y = Tensor("y", n, i)
    for power in (2, 3, 4, 5, 7, -3):
        f = build(Graph(define(y[n, i], x[n, i] ** power), inputs=[x]))
        given = np.array([[-1.5, 2.0, 0.5, 3.0]])
        assert np.allclose(f(x=given), given**power, rtol=1e-14)
        code = [line for line in f.source.splitlines() if "out=" in line]
        assert not any("power" in line or "**" in line for line in code)


def test_numbers_do_not_widen_float32(rng: np.random.Generator) -> None:
    y, s = Tensor("y", n, i), Tensor("s")
    body = x[n, i] * 3 / n.extent + s[()] * erf(x[n, i]) + n * x[n, i]
    f = build(Graph(define(y[n, i], body), inputs=[x, s]), dtype=np.float32)
    given = rng.standard_normal((5, 4)).astype(np.float32)
    assert f(x=given, s=2.0).dtype == np.float32
    assert "float64" not in f.source.replace("astype(np.float64)", "")
