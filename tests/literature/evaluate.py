"""Texts evaluated by Python itself, and random arrays to evaluate them on.

value("z = X@w; np.sum(z)", numbers)     the value of the last statement
draw(entry, rng)                         {name: array} and {extent: size}
"""

import ast
from typing import Any

import numpy as np

from tests.literature import numpy_names
from tests.literature.entry import Known

NUMPY: dict[str, Any] = {"np": np, **numpy_names.NAMES}


def value(text: str, numbers: dict[str, Any], functions: dict[str, Any] = NUMPY) -> Any:
    """The last expression, or the last assigned name, after all statements before it."""
    tree = ast.parse(text)
    last = tree.body[-1]
    if isinstance(last, ast.Assign):
        answer = ast.Expression(ast.Name(last.targets[0].id, ast.Load()))
    else:
        answer = ast.Expression(tree.body.pop().value)
    scope = {**functions, **numbers}
    exec(compile(tree, "<text>", "exec"), scope)
    return eval(compile(ast.fix_missing_locations(answer), "<text>", "eval"), scope)


def draw(entry: Known, rng: np.random.Generator) -> tuple[dict[str, Any], dict[str, int]]:
    """Random sizes, then random arrays that respect what is assumed."""
    sizes: dict[str, int] = {}
    for extent in entry.extents:
        ends = entry.sizes.get(extent, (2, 5))
        sizes[extent] = ends if isinstance(ends, int) else int(rng.integers(ends[0], ends[1] + 1))
    arrays = {}
    for name, shape in entry.shapes.items():
        word = entry.draw.get(name) or entry.assume.get(name) or "real"
        axes = [sizes[w] if w in sizes else int(w) for w in shape.split()]
        arrays[name] = DRAWN[word.split("<")[0]](rng, axes, sizes, word)
    return arrays, sizes


def _spd(rng: Any, axes: list[int], *_: Any) -> Any:
    a = rng.normal(size=axes)
    return np.swapaxes(a, -1, -2) @ a / axes[-1] + np.eye(axes[-1])


def _symmetric(rng: Any, axes: list[int], *_: Any) -> Any:
    a = rng.normal(size=axes)
    return (a + np.swapaxes(a, -1, -2)) / 2


def _simplex(rng: Any, axes: list[int], *_: Any) -> Any:
    a = rng.uniform(0.2, 1.0, size=axes)
    return a / a.sum(axis=-1, keepdims=True)


def _one_hot(rng: Any, axes: list[int], *_: Any) -> Any:
    return np.eye(axes[-1])[rng.integers(axes[-1], size=axes[:-1])]


def _integer(rng: Any, axes: list[int], sizes: dict[str, int], word: str) -> Any:
    below = word.split("<")[1]
    return rng.integers(sizes[below] if below in sizes else int(below), size=axes)


def _distances(rng: Any, axes: list[int], *_: Any) -> Any:
    """Squared distances of random points."""
    x = rng.normal(size=(axes[-1], 2))
    return np.sum((x[:, None] - x) ** 2, axis=2)


def _risk(rng: Any, axes: list[int], *_: Any) -> Any:
    """Risk sets: at each time those still there, always oneself."""
    return np.triu(np.ones(axes))


def _affinity(rng: Any, axes: list[int], *_: Any) -> Any:
    """Symmetric probabilities of pairs, none with oneself."""
    p = _symmetric(rng, axes) ** 2 * (1 - np.eye(axes[-1]))
    return p / p.sum()


def _nonempty(rng: Any, axes: list[int], *_: Any) -> Any:
    """A mask that leaves something in every row."""
    return np.maximum(rng.integers(2, size=axes), _one_hot(rng, axes)).astype(float)


DRAWN: dict[str, Any] = {
    "real": lambda rng, axes, *_: rng.normal(size=axes),
    "positive": lambda rng, axes, *_: rng.uniform(0.5, 2.0, size=axes),
    "negative": lambda rng, axes, *_: -rng.uniform(0.5, 2.0, size=axes),
    "unit": lambda rng, axes, *_: rng.uniform(0.1, 0.9, size=axes),
    "large": lambda rng, axes, *_: rng.uniform(7.0, 9.0, size=axes),
    "far": lambda rng, axes, *_: rng.uniform(15.0, 20.0, size=axes),
    "signs": lambda rng, axes, *_: rng.choice([-1.0, 1.0], size=axes),
    "mask": lambda rng, axes, *_: rng.integers(2, size=axes).astype(float),
    "count": lambda rng, axes, *_: rng.integers(6, size=axes).astype(float),
    "regular": lambda rng, axes, *_: rng.normal(size=axes) / 2 + 2 * np.eye(axes[-1]),
    "orthogonal": lambda rng, axes, *_: np.linalg.qr(rng.normal(size=axes))[0],
    "symmetric": _symmetric,
    "spd": _spd,
    "simplex": _simplex,
    "one_hot": _one_hot,
    "distances": _distances,
    "risk": _risk,
    "line": lambda rng, axes, *_: np.cumsum(rng.uniform(0.9, 1.5, size=axes)),
    "affinity": _affinity,
    "nonempty": _nonempty,
    "integer": _integer,
}
