"""Every pair of the list: its right forms are the derivative, its wrong forms are not.

Function and claims are read as text, derived, and evaluated entry by entry by the interpreter, at
POINTS random points whose extents all differ. Nothing of the checker itself is used.
"""

import re
import zlib
from collections import Counter
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symnet.calculus import gradient, hessian, jacobian
from symnet.notation import Graph, ShapeMismatch
from symnet.notation.parse import parse
from symnet.notation.parse.notation import NUMPY, notation_of
from symnet.verify import interpret
from symnet.verify.conditioning import is_well_conditioned
from symnet.verify.sample import random_sizes, sample
from tests.claims.pair import Pair

POINTS = 3
DRAWS = 60  # until all values are finite and no matrix is nearly singular
SAME, DIFFERENT = 1e-9, 1e-6
OF = {"gradient", "jacobian", "hessian", "vjp", "identity"}
ASSIGNED = re.compile(r"(?:^|;|\n)\s*([A-Za-z_]\w*)\s*(?:\[[^\]=]*\])?\s*=(?!=)")
LINE = re.compile(r"[;\n]")
WORD = re.compile(r"[A-Za-z_]\w*")
KINK = re.compile(r"\b(where|max|min|abs|sign|clip|elu)|relu|[<>]|==")

MODULES = [
    import_module(f"tests.claims.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("*.py"))
    if not path.stem.startswith("test_")
]
PAIRS: list[Pair] = [p for m in MODULES for p in getattr(m, "PAIRS", ())]
Point = tuple[dict[str, Any], dict[str, int]]


class Judged:
    """A pair with its graphs: the function, what is derived of it, and its claims when asked."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        own = {k: v for k, v in pair.shapes.items() if k != pair.cotangent}
        self.function = parse(pair.function, own, assume=dict(pair.assume))
        self.truth = self._derived(pair.of) if pair.of != "identity" else self.function
        self.extra = self._derived_by_name() if pair.of == "identity" else {}
        self.read: dict[str, Graph] = {}
        self.rng = np.random.default_rng(zlib.crc32(pair.name.encode()))

    def _derived(self, of: str) -> Graph:
        wrt = self.pair.wrt
        assert wrt is not None
        if of == "vjp":
            return gradient(self.function, wrt, self.pair.cotangent)
        return {"gradient": gradient, "jacobian": jacobian, "hessian": hessian}[of](
            self.function, wrt
        )

    def _derived_by_name(self) -> dict[str, Graph]:
        """Of an identity: the derived tensors that its claims mention."""
        wrt, out = self.pair.wrt, self.function.output.name
        if wrt is None:
            return {}
        named = {f"{wrt}_bar": "gradient", f"d{out}_d{wrt}": "jacobian"}
        named[f"d2{out}_d{wrt}2"] = "hessian"
        claims = (*self.pair.right, *(w.claim for w in self.pair.wrong))
        words = {word for claim in claims for word in WORD.findall(claim)}
        if self.pair.cotangent is not None:
            named[f"{wrt}_bar"] = "vjp"
        return {name: self._derived(of) for name, of in named.items() if name in words}

    # points

    def points(self) -> list[Point]:
        """Values by name, and sizes; what the function defines and what is derived included.

        Of a function with kinks, and of masks, such points count at which the wrong forms differ:
        others have all values on one side of the kink.
        """
        found: list[Point] = []
        selects = bool(KINK.search(self.pair.function)) or "mask" in self.pair.assume.values()
        for _ in range(DRAWS):
            for point in self._drawn() if len(found) < POINTS else ():
                gaps = (self.gaps(w.claim, [point]) for w in self.pair.wrong if selects)
                if all(gap > DIFFERENT for (gap,) in gaps):
                    found.append(point)
        assert len(found) == POINTS, f"too few points with finite values, or {SIDE}"
        return found

    def _drawn(self) -> list[Point]:
        """A point, or none where a value is not finite or a matrix is nearly singular."""
        graphs = [self.function, *self.extra.values()]
        if self.truth is not self.function:
            graphs.append(self.truth)
        values: dict[str, Any] = {}
        try:
            few = len(self.truth.extents) < 4
            sizes = random_sizes(graphs[-1], self.rng, 3 if few else 2)
        except ShapeMismatch:
            return []
        named = {s.name: n for s, n in sizes.items()}
        for g in graphs:
            drawn = sample(g, sizes, self.rng)
            values = {**drawn, **values}
            with np.errstate(all="ignore"):
                values |= _evaluated(g, values, named)
            finite = all(np.isfinite(np.asarray(v, float)).all() for v in values.values())
            if not finite or not is_well_conditioned(g, values):
                return []
        values[TRUTH] = values[self.truth.output.name]
        return [(values, named)]

    # claims

    def gaps(self, claim: str, points: list[Point]) -> list[float]:
        """At each point: the largest difference, relative to the truth where that is above 1."""
        if self.pair.of == "identity" and self.pair.wrt is not None:
            return [_gap(*sides) for sides in zip(*self._sides(claim, points), strict=True)]
        found = self._values(claim, points)
        for value, (values, _) in zip(found, points, strict=True):
            assert np.shape(value) == np.shape(values[TRUTH]), f"{claim}: of another shape"
        return [_gap(v, values[TRUTH]) for v, (values, _) in zip(found, points, strict=True)]

    def _sides(self, claim: str, points: list[Point]) -> list[list[Any]]:
        """`e = ...; lhs == rhs`: both sides see the lines in front."""
        *lines, last = claim.split(";")
        left, right = last.split(" == ")
        return [self._values("; ".join([*lines, side.strip()]), points) for side in (left, right)]

    def _values(self, claim: str, points: list[Point]) -> list[Any]:
        graph = self.read[claim] if claim in self.read else self._read(claim)
        self.read[claim] = graph
        given = {t.name for t in graph.given}
        out = []
        for values, sizes in points:
            arrays = {name: v for name, v in values.items() if name in given}
            out.append(_evaluated(graph, arrays, sizes)[graph.output.name])
        return out

    def _read(self, claim: str) -> Graph:
        """The claim with the lines of the function in front, where both are NumPy.

        Else, and where a line's right side stands again in the claim, which the parser refuses,
        the named lines are given tensors; these have lost their axes of extent 1.
        """
        shapes: dict[str, Any] = dict(self.pair.shapes)
        shapes.update({name: g.tensor(name).shape for name, g in self.extra.items()})
        own = ASSIGNED.findall(claim)
        lines = {x for x in ASSIGNED.findall(self.pair.function) if x not in own}
        words = WORD.findall(" ".join([*self.pair.shapes.values(), *shapes, *lines]))
        assumed = dict(self.pair.assume)
        if notation_of(claim, words) == NUMPY == notation_of(self.pair.function, words):
            return parse("; ".join([*self._lines(claim), claim]), shapes, assume=assumed)
        named = {t.name: t.shape for t in self.function.tensors if t.name in lines}
        shapes = {k: v for k, v in {**shapes, **named}.items() if k not in own}
        last = ASSIGNED.match(LINE.split(claim)[-1])
        if last and not self.extra:  # X_bar[i,j] = ... has the shape of X
            shapes[last[1]] = self.truth.output.shape
        return parse(claim, shapes, assume={k: v for k, v in assumed.items() if k in shapes})

    def _lines(self, claim: str) -> list[str]:
        """The lines of the function that the claim needs."""
        needed, out = set(WORD.findall(claim)) - set(ASSIGNED.findall(claim)), []
        for line in reversed(LINE.split(self.pair.function)):
            found = ASSIGNED.match(line)
            if found and found[1] in needed:
                needed |= set(WORD.findall(line))
                out.append(line.strip())
        return out[::-1]


TRUTH = "the truth"
SIDE = "at which all wrong forms differ"


def _evaluated(graph: Graph, values: Mapping[str, Any], sizes: Mapping[str, int]) -> dict[str, Any]:
    given = {t.name for t in graph.given}
    known = {s.name for s in graph.extents}
    arrays = {name: v for name, v in values.items() if name in given}
    return interpret(graph, arrays, {k: n for k, n in sizes.items() if k in known})


def _gap(found: Any, expected: Any) -> float:
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    return float(np.abs(found - expected).max(initial=0.0)) / scale


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: p.name)
def test_right_forms_hold_and_wrong_ones_do_not(pair: Pair) -> None:
    assert pair.of in OF and pair.right
    judged = Judged(pair)
    points = judged.points()
    for claim in pair.right:
        gaps = judged.gaps(claim, points)
        assert max(gaps) <= SAME, f"right form {claim} differs by {gaps}"
    for wrong in pair.wrong:
        gaps = judged.gaps(wrong.claim, points)
        assert min(gaps) > DIFFERENT, f"wrong form {wrong.claim} differs by only {gaps}"


def test_names_are_unique() -> None:
    twice = [name for name, count in Counter(p.name for p in PAIRS).items() if count > 1]
    assert not twice


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: p.name)
def test_forms_stand_once(pair: Pair) -> None:
    claims = [*pair.right, *(w.claim for w in pair.wrong)]
    assert len(set(claims)) == len(claims)
