"""Random texts in NumPy notation, for tests that must hold for any text.

    random_text(random.Random(7)) -> Typed(text, shapes, assume, sizes)

A text grows from leaves by random operations; NumPy itself computes along, so that every operation
fits the shape that it is given. Extents are symbols or numbers at random, sizes all different.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.by_numpy import NAMES

EXTENTS = {"N": 2, "D": 3, "K": 4, "M": 5}
LARGEST = 400  # entries of an intermediate value


@dataclass(frozen=True)
class Typed:
    """A text with what the parser is given, and the sizes at which it is tried."""

    text: str
    shapes: dict[str, str]
    assume: dict[str, str]
    sizes: dict[str, int]
    arrays: dict[str, np.ndarray]


@dataclass(frozen=True)
class Part:
    """A piece of text and its value."""

    text: str
    value: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def order(self) -> int:
        return self.value.ndim


@dataclass
class Author:
    """Writes one text."""

    choose: random.Random
    shapes: dict[str, str] = field(default_factory=dict)
    assume: dict[str, str] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    symbolic: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.symbolic = {e for e in EXTENTS if self.choose.random() < 0.7}
        self.rng = np.random.default_rng(self.choose.randrange(2**31))

    # leaves

    def extent(self, size: int) -> str:
        """How the extent of that size is written in a shape."""
        for name, known in EXTENTS.items():
            if known == size and name in self.symbolic:
                return name
        return str(size)

    def known(self, text: str) -> Part:
        return Part(text, self.names[text])

    def tensor(self, shape: tuple[int, ...], kind: str = "") -> Part:
        """A tensor of that shape: a new one, or one that is there."""
        same = [n for n in self.shapes if self.names[n].shape == shape and n[0] == (kind or "x")[0]]
        if same and self.choose.random() < 0.6:
            return self.known(self.choose.choice(same))
        name = f"{kind or 'x'}{len(self.shapes)}"
        self.shapes[name] = " ".join(map(self.extent, shape))
        if kind == "t":
            self.assume[name] = "integer"
            self.names[name] = self.rng.integers(0, 2, size=shape)
        else:
            self.names[name] = self.rng.uniform(0.2, 1.4, shape) * self.rng.choice([-1.0, 1], shape)
        return self.known(name)

    def leaf(self) -> Part:
        order = self.choose.choice([0, 1, 1, 2, 2, 2, 3])
        return self.tensor(tuple(self.choose.sample([1, 2, 3, 4, 5, 2, 3, 4], order)))

    def number(self) -> str:
        return self.choose.choice(["2", "3", "-1", "0.5", "1.5", "1e-2", "np.pi", "-2", "N", "D"])

    # growth

    def evaluate(self, text: str) -> Part | None:
        """The text with NumPy's value of it; None where NumPy refuses or the value is wild."""
        try:
            with np.errstate(all="ignore"):
                value = np.asarray(eval(text, {**NAMES, **EXTENTS, **self.names}))
        except (ValueError, IndexError, TypeError, np.linalg.LinAlgError, ZeroDivisionError):
            return None
        if value.dtype == object or value.size > LARGEST or value.size == 0:
            return None
        if value.dtype.kind not in "fb" and value.dtype.kind != "i":
            return None
        if not np.all(np.isfinite(value)) or np.max(np.abs(value)) > 1e6:
            return None
        return Part(text, value)

    def part(self, depth: int) -> Part:
        """A random expression."""
        if depth <= 0 or self.choose.random() < 0.12:
            return self.leaf()
        for _ in range(20):
            x = self.part(depth - 1)
            grow = self.choose.choice(GROWTH)
            text = grow(self, x, depth - 1)
            made = self.evaluate(text) if text else None
            if made is not None:
                return made
        return self.leaf()

    def matching(self, x: Part, depth: int) -> Part:
        """Something that broadcasts with x."""
        c = self.choose
        if c.random() < 0.2:
            made = self.evaluate(f"({c.choice(FAMILIAR)})".replace("X", x.text))
            if made is not None:
                return made
        shape = list(x.shape[c.randrange(x.order + 1) :] if c.random() < 0.4 else x.shape)
        for k in range(len(shape)):
            if c.random() < 0.15:
                shape[k] = 1
        if c.random() < 0.1:
            shape = [c.choice([2, 3]), *shape] if len(shape) < 3 else shape
        return self.tensor(tuple(shape))

    def axis(self, x: Part) -> int:
        return self.choose.randrange(-x.order, x.order)

    def axes(self, x: Part) -> str:
        """A value for axis=."""
        c = self.choose
        if x.order > 1 and c.random() < 0.25:
            picked = c.sample(range(x.order), c.randint(1, x.order))
            return str(tuple(k - x.order * c.randint(0, 1) for k in picked))
        return str(self.axis(x))


Grow = Callable[[Author, Part, int], str]
FAMILIAR = ["np.tanh(X)", "X**2", "np.mean(X)", "np.sum(X, -1, keepdims=True)", "1 + X*X"]
GROWTH: list[Grow] = []


def grow(*weights: int) -> Callable[[Grow], Grow]:
    def entered(function: Grow) -> Grow:
        GROWTH.extend([function] * (weights[0] if weights else 1))
        return function

    return entered


@grow(3)
def _arithmetic(a: Author, x: Part, depth: int) -> str:
    y = a.matching(x, depth)
    op = a.choose.choice(["+", "-", "*", "/"])
    pair = [f"({x.text})", f"({y.text})"]
    a.choose.shuffle(pair)
    if op == "/":
        pair[1] = f"(1 + {pair[1]}**2)" if a.choose.random() < 0.7 else pair[1]
    return f" {op} ".join(pair)


@grow(2)
def _with_a_number(a: Author, x: Part, depth: int) -> str:
    n, c = a.number(), a.choose
    forms = ["({x}) + {n}", "{n}*({x})", "({x})/{n}", "{n} - ({x})", "({x})**2", "({x})**3"]
    forms += ["-({x})", "1/(2 + ({x})**2)", "({x})**2/{n}", "({x}) - np.mean({x})", "2**({x})"]
    return c.choice(forms).format(x=x.text, n=n)


@grow(3)
def _function(a: Author, x: Part, depth: int) -> str:
    plain = ["np.tanh", "np.sin", "np.cos", "np.abs", "relu", "sigmoid", "softplus", "np.square"]
    plain += ["np.arctan", "silu", "gelu", "erf", "np.sign", "np.sinh", "np.cosh", "np.expm1"]
    guarded = ["np.exp(-({x})**2)", "np.log(1 + ({x})**2)", "np.sqrt(1 + ({x})**2)"]
    guarded += ["np.log1p(np.exp({x}))", "1/(1 + np.exp(-({x})))", "np.log(np.cosh({x}))"]
    if a.choose.random() < 0.6:
        return f"{a.choose.choice(plain)}({x.text})"
    return a.choose.choice(guarded).format(x=x.text)


@grow(2)
def _of_two(a: Author, x: Part, depth: int) -> str:
    y = a.matching(x, depth)
    forms = ["np.maximum({x}, {y})", "np.minimum({y}, {x})", "np.where({x} > {y}, {x}, {y})"]
    forms += ["np.clip({x}, -0.5, 0.7)", "np.where(({x}) > 0, np.log(1 + ({x})**2), {y})"]
    forms += ["np.logaddexp({x}, {y})", "({x} < {y})*({x})", "(({x} > 0) & ({y} <= 0.3))*1.0"]
    forms += ["np.where(({x} > 0) | ({y} > 0), {x}, {y})", "np.maximum(0, 1 - ({x})*({y}))"]
    return a.choose.choice(forms).format(x=f"({x.text})", y=f"({y.text})")


@grow(4)
def _reduction(a: Author, x: Part, depth: int) -> str:
    c = a.choose
    name = c.choice(["sum", "sum", "mean", "max", "min", "var", "std", "prod"])
    if not x.order:
        return ""
    axis = "" if c.random() < 0.15 else f"axis={a.axes(x)}"
    keep = ["keepdims=True"] if c.random() < 0.4 else []
    arguments = ", ".join([*([axis] if axis else []), *keep])
    if c.random() < 0.3:
        return f"({x.text}).{name}({arguments})"
    return f"np.{name}({x.text}{', ' if arguments else ''}{arguments})"


@grow(2)
def _softmax(a: Author, x: Part, depth: int) -> str:
    if not x.order:
        return ""
    axis = a.axis(x)
    forms = ["softmax({x}, axis={k})", "log_softmax({x}, {k})", "logsumexp({x}, axis={k})"]
    forms += [
        "({x} - np.mean({x}, {k}, keepdims=True))/np.sqrt(np.var({x}, {k}, keepdims=True) + 1)"
    ]
    forms += ["np.exp({x})/np.sum(np.exp({x}), axis={k}, keepdims=True)"]
    forms += ["({x})/np.linalg.norm({x}, axis={k}, keepdims=True)"]
    forms += ["np.linalg.norm({x}, {p}, axis={k})", "logsumexp({x}, {k}, keepdims=True)"]
    order = a.choose.choice(["None", "1", "2", "np.inf", "3"])
    return a.choose.choice(forms).format(x=x.text, k=axis, p=order)


@grow(3)
def _matmul(a: Author, x: Part, depth: int) -> str:
    c = a.choose
    if not x.order:
        return ""
    rows, columns = x.shape[-1], c.choice([2, 3, 4, 5, 1])
    y = a.tensor((rows,) if c.random() < 0.3 else (rows, columns))
    forms = ["({x}) @ {y}", "np.dot({x}, {y})", "np.matmul({x}, {y})", "({x}) @ np.tanh({y})"]
    if x.order == 2:
        forms += ["({x}) @ ({x}).T", "({x}).T @ ({x})", "np.trace(({x}) @ ({x}).T)"]
        z = a.tensor((columns, x.shape[0]))
        forms += [f"{z.text} @ ({{x}}) @ {{y}}"]
        forms += ["np.einsum('ij,ij->i', {x}, {x})", "np.einsum('ij,kj->ki', {x}, {x})"]
    if x.order == 1:
        forms += ["np.outer({x}, {x})", "np.inner({x}, {x})", "({x}) @ ({x})", "np.diag({x})"]
    if x.order == 3:
        forms += ["({x}) @ ({x}).swapaxes(-1, -2)", "np.einsum('bij,bkj->bik', {x}, {x})"]
        forms += [
            "np.einsum('...ij,...kj->...ik', {x}, {x})",
            "np.tensordot({x}, {x}, ([0, 2], [0, 2]))",
        ]
    forms += ["np.einsum('...i,...i->...', {x}, {x})", "np.tensordot({x}, {y}, 1)"]
    return c.choice(forms).format(x=x.text, y=y.text)


@grow(4)
def _index(a: Author, x: Part, depth: int) -> str:
    c = a.choose
    if not x.order:
        return ""
    keys = []
    for n in x.shape[: c.randint(1, x.order)]:
        keys.append(
            c.choice(
                [
                    *(":", ":", "0", "-1", "1:", ":-1", "::2", "::-1", "None, :", "1:-1", "-2:"),
                    *("...", str(c.randrange(-n, n)), f"{c.randrange(n)}::2", "::-2", "1::-1"),
                    f":{n}",
                ]
            )
        )
    if keys.count("...") > 1:
        keys = [k if k != "..." else ":" for k in keys]
    return f"({x.text})[{', '.join(keys)}]"


@grow()
def _lookup(a: Author, x: Part, depth: int) -> str:
    c = a.choose
    if not x.order or min(x.shape) < 2:
        return ""
    size = c.choice([2, 3, 4])
    t = a.tensor((size,), "t")
    forms = ["({x})[{t}]", "np.tanh(({x})[{t}])"]
    if x.order > 1:
        u = a.tensor((x.shape[0],), "t")
        forms += ["({x})[:, {t}]", "({x})[0, {t}]", "({x})[..., {t}]"]
        forms += [
            f"({{x}})[np.arange({x.shape[0]}), {u.text}]",
            "({x})[np.argmax(np.sum({x}, axis=1)[..., 0])]",
        ]
    if x.order == 1:
        forms += ["({x})[np.argmax({x})]", "np.where({t} == 1, 2.0, 0.5)"]
    return c.choice(forms).format(x=x.text, t=t.text)


@grow(3)
def _shape(a: Author, x: Part, depth: int) -> str:
    c = a.choose
    forms = ["np.expand_dims({x}, {z})", "({x})[None]", "({x}).ravel()", "({x}).reshape(-1)"]
    forms += ["np.squeeze({x})", "np.broadcast_to({x}, ({x}).shape)", "np.repeat({x}, 2)"]
    if x.order:
        k = a.axis(x)
        forms += [
            "({x}).T",
            "np.moveaxis({x}, {k}, {j})",
            "np.flip({x}, {k})",
            "np.repeat({x}, 2, {k})",
        ]
        forms += ["np.swapaxes({x}, {k}, {j})", "np.tile({x}, 2)", "np.roll({x}, {r}, axis={k})"]
        forms += ["np.cumsum({x}, axis={k})", "np.diff({x}, axis={k})", "np.pad({x}, {p})"]
        forms += ["np.roll({x}, {r})", "np.cumsum({x})", "np.pad({x}, ({p}, 1))", "np.flip({x})"]
        forms += ["np.cumprod({x}, axis={k})", "np.pad({x}, 1, mode='edge')"]
        forms += ["({x}).reshape(({x}).shape[0], -1)", "({x}).reshape(-1, ({x}).shape[-1])"]
        forms += ["np.split({x}, ({x}).shape[0])[{q}]", "np.sum({x})*np.ones_like({x})"]
    else:
        k = 0
    if x.order > 1:
        forms += [
            "np.tril({x})",
            "np.triu({x}, 1)",
            "np.transpose({x})",
            "({x}).mT",
            "np.rot90({x})",
        ]
        forms += ["np.trace({x})", "np.diagonal({x})", "({x}).reshape(({x}).shape[::-1])"]
    j = a.axis(x) if x.order else 0
    return c.choice(forms).format(
        x=x.text,
        k=k,
        j=j,
        z=c.randint(0, x.order),
        r=c.choice([1, -1, 2]),
        p=c.choice([0, 1, 2]),
        q=0,
    )


@grow(2)
def _join(a: Author, x: Part, depth: int) -> str:
    c = a.choose
    y = a.tensor(x.shape)
    forms = ["np.stack([{x}, {y}], {z})", "np.stack([{x}, {x}, {y}])", "np.array([{x}, {y}])"]
    forms += [
        "np.stack([({x})*k for k in range(1, 4) if k != 2], -1)",
        "sum(({x})**k for k in range(1, 3))",
    ]
    if x.order:
        k = a.axis(x)
        shape = list(x.shape)
        shape[k] = c.choice([1, 2, 3])
        w = a.tensor(tuple(shape))
        forms += [
            f"np.concatenate([{{x}}, {w.text}], {k})",
            f"np.concatenate([{w.text}, {{x}}, {{y}}], axis={k})",
        ]
        forms += ["np.hstack([{x}, {y}])", "np.vstack([{x}, {y}])", "np.append({x}, {y})"]
        forms += [f"np.stack([np.roll({{x}}, s, axis={k}) for s in range(2)])"]
    return c.choice(forms).format(x=x.text, y=y.text, z=c.randint(-1, 0))


@grow()
def _window(a: Author, x: Part, depth: int) -> str:
    c = a.choose
    stride, pad = c.choice([1, 2]), c.choice([0, 1])
    if x.order == 2:
        kernel = a.tensor((c.choice([2, 3]), x.shape[0], c.choice([1, 2])))
        forms = [
            f"conv1d({{x}}, {kernel.text}, stride={stride}, padding={pad})",
            "max_pool1d({x}, 2)",
        ]
    elif x.order == 3:
        kernel = a.tensor((c.choice([2, 3]), x.shape[0], 2, c.choice([1, 2])))
        forms = [
            f"conv2d({{x}}, {kernel.text}, stride={stride}, padding={pad})",
            "avg_pool2d({x}, 2, 1)",
        ]
    else:
        return ""
    return c.choice(forms).format(x=x.text)


@grow()
def _linear_algebra(a: Author, x: Part, depth: int) -> str:
    if x.order < 2:
        return ""
    square = f"(({x.text}) @ ({x.text}).mT + 2*np.eye({x.shape[-2]}))"
    y = a.tensor((x.shape[-2],))
    forms = ["np.linalg.inv({s})", "np.linalg.det({s})", "np.linalg.slogdet({s})[1]"]
    forms += ["np.linalg.inv({s}) @ {y}", "np.linalg.norm({x})", "np.linalg.matrix_power({s}, 2)"]
    if x.order == 2:
        forms += ["np.linalg.solve({s}, {x})", "np.kron({x}, np.ones((2, 1)))"]
    return a.choose.choice(forms).format(s=square, x=x.text, y=y.text)


@grow(2)
def _named(a: Author, x: Part, depth: int) -> str:
    """The part gets a line of its own."""
    name = f"z{len(a.lines)}"
    if x.text in a.names:
        return ""
    a.lines.append(f"{name} = {x.text}")
    a.names[name] = x.value
    return a.choose.choice([name, f"{name}*{name}", f"{name} - np.mean({name})"])


def random_text(choose: random.Random, depth: int = 4) -> Typed:
    """A text with shapes; NumPy can evaluate it."""
    author = Author(choose)
    last = author.part(depth)
    lines = [*author.lines, last.text]
    if choose.random() < 0.2:
        lines[-1] = f"out = {lines[-1]}"
    used = " ".join(lines)
    shapes = {n: s for n, s in author.shapes.items() if n in used}
    # N and D may stand as numbers in the text without being in a shape
    for name in EXTENTS:
        if name in author.symbolic and not any(name in s.split() for s in shapes.values()):
            shapes[f"e_{name}"] = name
        elif name not in author.symbolic:
            lines = [_replaced(line, name) for line in lines]
    assume = {n: word for n, word in author.assume.items() if n in shapes}
    arrays = {n: author.names[n] for n in shapes if n in author.names}
    return Typed("\n".join(lines), shapes, assume, dict(EXTENTS), arrays)


def _replaced(line: str, name: str) -> str:
    return re.sub(rf"\b{name}\b", str(EXTENTS[name]), line)
