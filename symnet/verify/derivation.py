r"""A derivation to read and to try: its steps in text and LaTeX, and each of them evaluated.

x_bar[n,k]
  = p[n,k]*(p_bar[n,k] - sum[j](p[n,j]*p_bar[n,j]))    chain rule: x occurs in p
  = (p[n,k] - y[n,k])/N                                with p_bar
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, overload

import numpy as np
import sympy

from symnet.calculus.journal import Step
from symnet.calculus.matrix import with_inverses
from symnet.calculus.relax import widened
from symnet.calculus.steps import Level, Part, Wrt, parts
from symnet.notation import CheckFailed, Compare, Definition, Entry, Graph, MatrixHead, Tensor
from symnet.render.latex import latex_of
from symnet.render.text import text_of
from symnet.verify.conditioning import is_well_conditioned
from symnet.verify.differences import gap
from symnet.verify.interpret import interpret, sizes_of
from symnet.verify.sample import random_sizes, sample

TOLERANCE = 1e-10  # max |left - right| / max(1, max |right|), in float64
DRAWS = 10  # of points at which a matrix to invert may turn out singular
WIDEST = 60  # formulas up to this long have their reason beside them in a column
CHAIN = {"gradient": "chain rule", "jvp": "differential"}


@dataclass(frozen=True)
class Derivation(Sequence[Step]):
    """The steps of one level; a sequence that shows itself as text, and in a notebook as LaTeX."""

    parts: tuple[Part, ...]
    level: Level

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return tuple(s for p in self.parts for s in p.steps)

    def __len__(self) -> int:
        return len(self.steps)

    @overload
    def __getitem__(self, at: int) -> Step: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Step]: ...
    def __getitem__(self, at: int | slice) -> Step | Sequence[Step]:
        return self.steps[at]

    def __str__(self) -> str:
        return "\n\n".join(self.blocks())

    def blocks(self) -> Iterator[str]:
        """The text, one piece for each tensor that is derived."""
        for part in self.parts:
            context = context_of(part)
            if len(self.parts) > 1:
                yield f"{part.title}:"
            for block in _blocks(part):
                lines = [(text_of(e, context), why) for e, why in _lines(block, self.level, part)]
                yield "\n".join((text_of(block[0].entry, context), *_column(_distinct(lines))))

    @property
    def latex(self) -> str:
        r"""Rows for \begin{align*}, the reasons beside them; amsmath only."""
        rows = []
        for part in self.parts:
            context = context_of(part)
            for block in _blocks(part):
                lines = [(latex_of(e, context), why) for e, why in _lines(block, self.level, part)]
                left = latex_of(block[0].entry, context)
                for formula, why in _distinct(lines):
                    reason = f" && {_words(why, context)}" if why else ""
                    rows.append(f"{left} &= {formula}{reason}")
                    left = ""
        return " \\\\\n".join(rows)

    def _repr_latex_(self) -> str:
        return f"$$\\begin{{aligned}}\n{self.latex}\n\\end{{aligned}}$$"

    def gaps(self, seed: int = 0, sizes: Mapping[str, int] | None = None) -> list[float]:
        """max |before - after| / max(1, max |after|) of every step at one random point."""
        return [g for part in self.parts for g in _gaps(part, seed, sizes)]

    def check(self, seed: int = 0) -> Derivation:
        """This derivation, if both sides of every step agree; raises CheckFailed for one which does
        not.
        """
        for s, found in zip(self.steps, self.gaps(seed), strict=True):
            if not found <= TOLERANCE:
                raise CheckFailed(
                    f"the two sides of a step differ by {found:.1e}, so nothing is shown: {s}"
                )
        return self


def steps(
    graph: Graph,
    wrt: Wrt,
    cotangent: str | None = None,
    level: Level = "homework",
    of: str = "gradient",
    check: bool = False,
) -> Derivation:
    """The derivation of a gradient (or `of` jvp, jacobian, hessian) as the rules really applied.

    `level` is result, slide or homework. Every step is an equality `entry = before = after`;
    with `check` both sides are evaluated at a random point. Raises what `gradient` raises,
    DerivativeError for an unknown level, CheckFailed for a step that is not true.
    """
    found = Derivation(parts(graph, wrt, cotangent, level, of), level)
    return found.check() if check else found


def context_of(part: Part) -> Graph:
    """A graph in which every tensor that the steps mention has its meaning."""
    last = {s.entry.tensor.name: Definition(s.entry, s.after) for s in part.every}
    base, derived = (widened(g, part.wrt) for g in (with_inverses(part.graph), part.derived))
    own = {d.name: d for d in derived.definitions}
    forward = base.definitions
    known = {d.name for d in forward} | set(last)
    rest = [d for d in derived.definitions if d.name not in known]
    made = [own.get(name, d) for name, d in last.items() if name not in {f.name for f in forward}]
    pairs = dict(derived.cotangents)
    pairs |= {n.removesuffix("_bar"): n for n in last if n.endswith("_bar")}
    return Graph(
        *forward,
        *rest,
        *made,
        inputs=derived.inputs,
        parameters=derived.parameters,
        cotangents=tuple(pairs.items()),
    )


def _blocks(part: Part) -> Iterator[tuple[Step, ...]]:
    for _, block in groupby(part.steps, key=lambda s: s.entry.tensor.name):
        yield tuple(block)


def _lines(block: Sequence[Step], level: Level, part: Part) -> Iterator[tuple[sympy.Expr, str]]:
    """(right side, why) of every line; the chain rule with its deltas only for homework."""
    for s in block:
        if level == "result":
            yield s.after, ""
            continue
        why = _why(s, part)
        if level == "homework" and s.rule == "chain" and s.before != s.after:
            yield s.before, why
            why = "sums over Kronecker deltas carried out" if _has_deltas(s.before) else "collected"
        yield s.after, why


def _has_deltas(e: sympy.Expr) -> bool:
    return any(c.relation == "==" for c in e.find(Compare))


def _why(s: Step, part: Part) -> str:
    if s.rule == "inline":
        return f"with {s.reason}"
    if s.rule in ("chain", "result"):
        what = s.reason.replace(" occurs in the output", " is the output")
        return f"{CHAIN.get(part.title, 'chain rule')}: {what}"
    return s.reason


def _distinct(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Lines that print alike are one, with the reasons of all of them."""
    out: list[tuple[str, str]] = []
    for formula, why in lines:
        if out and out[-1][0] == formula:
            before = out[-1][1]
            out[-1] = (formula, before if why in (before, "collected") else f"{before}; {why}")
        else:
            out.append((formula, why))
    return out


def _column(lines: list[tuple[str, str]]) -> list[str]:
    width = max((len(f) for f, _ in lines if len(f) <= WIDEST), default=0)
    return [
        (f"  = {f:{width}}    {why}" if len(f) <= WIDEST else f"  = {f}\n      {why}").rstrip()
        for f, why in lines
    ]


def _words(why: str, context: Graph) -> str:
    """A reason in LaTeX: what is certainly the name of a tensor becomes mathematics."""
    names = {t.name: t for t in context.tensors}
    out = []
    for word in re.split(r"(\w+)", why):
        known = names.get(word) if word not in ("a", "in", "by", "of", "with") else None
        plain = Entry(Tensor(known.name)) if known is not None else None
        out.append(f"${latex_of(plain, context)}$" if plain is not None else _escaped(word))
    return rf"\text{{{''.join(out)}}}"


def _escaped(words: str) -> str:
    return re.sub(r"([_#%&$])", r"\\\1", words)


def _gaps(part: Part, seed: int, chosen: Mapping[str, int] | None) -> list[float]:
    context = context_of(part)
    rng = np.random.default_rng(seed)
    sizes, arrays = _point(context, chosen, rng)
    taken = {t.name for t in context.tensors}
    sides: list[tuple[Tensor, Tensor]] = []
    made: list[Definition] = []
    for k, s in enumerate(part.steps):
        pair = tuple(
            Tensor(_unused(f"{side}{k}", taken), *s.entry.tensor.indices)
            for side in ("before", "after")
        )
        sides.append((pair[0], pair[1]))
        made += [
            Definition(Entry(t, *s.entry.slots), e)
            for t, e in zip(pair, (s.before, s.after), strict=True)
        ]
    both = Graph(
        *context.definitions,
        *made,
        inputs=context.inputs,
        parameters=context.parameters,
        outputs=tuple(d.tensor for d in made),
    )
    values = interpret(both, arrays, {e.name: v for e, v in sizes.items()})
    return [float(gap(values[a.name], values[b.name])) for a, b in sides]


def _point(
    context: Graph, chosen: Mapping[str, int] | None, rng: np.random.Generator
) -> tuple[dict[sympy.Symbol, int], dict[str, Any]]:
    """Sizes and arrays at which no matrix of an inverse or a determinant is nearly singular."""
    for _ in range(DRAWS):
        sizes = random_sizes(context, rng, 2) if chosen is None else sizes_of(context, {}, chosen)
        arrays: dict[str, Any] = sample(context, sizes, rng)
        if not any(isinstance(d.expression, MatrixHead) for d in context.definitions):
            break
        values = interpret(context, arrays, {e.name: v for e, v in sizes.items()})
        if is_well_conditioned(context, {**arrays, **values}):
            break
    return sizes, arrays


def _unused(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name
