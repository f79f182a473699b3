"""A Setting for a function and a claim, from the project's parser, calculus and interpreter.

Made(function, shapes, wrt).setting(claim)   at points whose extents all differ
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from symnet.calculus import gradient, hessian, jacobian
from symnet.notation import Graph, SymnetError
from symnet.notation.parse import parse
from symnet.notation.parse.notation import NUMPY, notation_of
from symnet.render import text as rendered
from symnet.verify import interpret
from symnet.verify.conditioning import is_well_conditioned
from symnet.verify.sample import random_sizes, sample
from symnet.verify.slips import Setting

POINTS = 3
ASSIGNED = re.compile(r"(?:^|;|\n)\s*([A-Za-z_]\w*)\s*(?:\[[^\]=]*\])?\s*=(?!=)")
WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass
class Made:
    """A function with what is derived of it, and sample points."""

    function: str
    shapes: Mapping[str, str]
    wrt: str | None
    of: str = "gradient"
    cotangent: str | None = None
    assume: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def graph(self) -> Graph:
        own = {k: v for k, v in self.shapes.items() if k != self.cotangent}
        return parse(self.function, own, assume=dict(self.assume))

    @cached_property
    def truth(self) -> Graph:
        return self._derived(self.wrt)

    def _derived(self, wrt: Any) -> Graph:
        if self.of == "identity":
            return self.graph
        if self.of == "vjp" or self.cotangent is not None:
            return gradient(self.graph, wrt, self.cotangent)
        rule = {"gradient": gradient, "jacobian": jacobian, "hessian": hessian}[self.of]
        return rule(self.graph, wrt)

    @cached_property
    def words(self) -> list[str]:
        lines = ASSIGNED.findall(self.function)
        return WORD.findall(" ".join([*self.shapes.values(), *self.shapes, *lines]))

    @cached_property
    def points(self) -> list[tuple[dict[str, Any], dict[str, int]]]:
        """Values of all tensors, and sizes."""
        rng = np.random.default_rng(zlib.crc32(self.function.encode()))
        out: list[tuple[dict[str, Any], dict[str, int]]] = []
        for attempt in range(60):
            smallest = 2 + (attempt % 3 if len(self.truth.extents) < 3 else attempt % 2)
            sizes = random_sizes(self.truth, rng, smallest)
            values = sample(self.graph, sizes, rng)
            for name, array in sample(self.truth, sizes, rng).items():
                values.setdefault(name, array)
            named = {s.name: n for s, n in sizes.items()}
            with np.errstate(all="ignore"):
                values.update(evaluated(self.graph, values, named))
                values.update(evaluated(self.truth, values, named))
            fine = all(np.isfinite(np.asarray(v, float)).all() for v in values.values())
            if fine and is_well_conditioned(self.truth, values):
                out.append((values, named))
            if len(out) == POINTS:
                return out
        raise AssertionError(f"too few points for {self.function}")

    def read(self, claim: str) -> tuple[np.ndarray, ...] | None:
        """The project's parser and interpreter, with the function's lines in front."""
        try:
            graph = self._read(claim)
            return tuple(
                evaluated(graph, values, sizes)[graph.output.name] for values, sizes in self.points
            )
        except SymnetError:
            return None

    def _read(self, claim: str) -> Graph:
        shapes: dict[str, Any] = dict(self.shapes)
        own = ASSIGNED.findall(claim)
        lines = {x for x in ASSIGNED.findall(self.function) if x not in own}
        both = notation_of(claim, self.words) == notation_of(self.function, self.words)
        if both and notation_of(claim, self.words) == NUMPY:
            claim = "; ".join([*self._lines(claim), claim])
        else:
            named = {t.name: t.shape for t in self.graph.tensors if t.name in lines}
            shapes = {k: v for k, v in {**shapes, **named}.items() if k not in own}
            last = ASSIGNED.match(re.split(r"[;\n]", claim)[-1])
            if last and last[1] == self.truth.output.name:  # X_bar[i,j] has the shape of X
                shapes[last[1]] = self.truth.output.shape
        assumed = {k: v for k, v in self.assume.items() if k in shapes}
        return parse(claim, shapes, assume=assumed)

    def _lines(self, claim: str) -> list[str]:
        needed, out = set(WORD.findall(claim)) - set(ASSIGNED.findall(claim)), []
        for line in reversed(re.split(r"[;\n]", self.function)):
            found = ASSIGNED.match(line)
            if found and found[1] in needed:
                needed |= set(WORD.findall(line))
                out.append(line.strip())
        return out[::-1]

    def derived(self, notation: str) -> str:
        if self.of == "identity":
            same = notation_of(self.function, self.words) == notation
            return self.function if same else ""
        try:
            form = "numpy" if notation == "numpy" else None
            return rendered(self.truth, form=form) if form else rendered(self.truth)
        except SymnetError:
            return ""

    @cached_property
    def others(self) -> dict[str, tuple[np.ndarray, ...]]:
        if self.of in ("identity", "jacobian", "hessian"):
            return {}
        out = {}
        for t in self.graph.given:
            if t.name == self.wrt or t.is_integer_valued:
                continue
            try:
                graph = self._derived(t.name)
                out[t.name] = tuple(
                    evaluated(graph, values, sizes)[graph.output.name]
                    for values, sizes in self.points
                )
            except SymnetError:
                continue
        return out

    def setting(self, claim: str) -> Setting:
        notation = notation_of(claim, self.words)
        name = self.truth.output.name
        return Setting(
            text=claim,
            notation=notation,
            values=tuple(
                {**sizes, **{k: v for k, v in values.items() if k != name or self.of == "identity"}}
                for values, sizes in self.points
            ),
            truth=tuple(values[name] for values, _ in self.points),
            read=self.read,
            function=self.function,
            derived=self.derived(notation),
            others=self.others,
        )


def evaluated(
    graph: Graph, values: Mapping[str, Any], sizes: Mapping[str, int]
) -> dict[str, np.ndarray]:
    given = {t.name for t in graph.given}
    known = {s.name for s in graph.extents}
    arrays = {name: v for name, v in values.items() if name in given}
    return interpret(graph, arrays, {k: n for k, n in sizes.items() if k in known})
