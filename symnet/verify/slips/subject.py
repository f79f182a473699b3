"""What the search is about: claim, true formula and function, read, and their values.

Subject(setting).forward     edits of the claim whose value is the truth
Subject(setting).backward    edits of the true formula whose value is the claim
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from symnet.notation.parse.notation import notation_of
from symnet.notation.report import Slip, SlipKind
from symnet.verify.slips.facts import Hint
from symnet.verify.slips.letters import displaced, relettered
from symnet.verify.slips.node import merged, walk
from symnet.verify.slips.one_entry import fitting
from symnet.verify.slips.pool import Pool
from symnet.verify.slips.reading import Formula, read_formula
from symnet.verify.slips.search import Search
from symnet.verify.slips.setting import Points, Setting, Values
from symnet.verify.slips.trial import TOLERANCE, Evaluator, Trial, free_letters
from symnet.verify.slips.writing import Writer

WORD = re.compile(r"[^\W\d]\w*")


@dataclass
class Subject:
    """The claim, the true formula and the function, read; and the searches over them."""

    setting: Setting

    @cached_property
    def claim(self) -> Formula:
        return read_formula(self.setting.text, self.setting.notation)

    @cached_property
    def letters(self) -> tuple[str, ...]:
        if self.setting.notation != "index":
            return ()
        if self.claim.letters is not None:
            return self.claim.letters
        values = self.setting.values[0]
        found = free_letters(self.claim.root, values)
        shape = np.shape(self.setting.truth[0])
        if len(found) <= len(shape):
            return found
        shapes = {name: np.shape(v) for name, v in values.items()}
        return fitting(found, self.claim.root, shapes, shape) or found[: len(shape)]

    @cached_property
    def derived(self) -> Formula | None:
        lines = re.split(r"\n", self.setting.derived)
        text = "\n".join(x for x in lines if not x.startswith(("from ", "import ")))
        if not text:
            return None
        return relettered(read_formula(text, self.setting.notation), self.letters)

    @cached_property
    def function(self) -> Formula | None:
        """The function, where it is text in the claim's notation."""
        text = self.setting.function
        if not text:
            return None
        if notation_of(text, self.setting.values[0]) != self.setting.notation:
            return None
        return read_formula(text, self.setting.notation)

    @cached_property
    def points(self) -> tuple[Values, ...]:
        """The values, with those of the function's own lines as NumPy has them: with keepdims."""
        given = self.setting.values
        if self.function is None or self.setting.notation != "numpy":
            return given
        evaluator = Evaluator(self.setting, (), given)
        out = []
        for k, values in enumerate(given):
            again = dict(values)
            for name, node in self.function.definitions.items():
                value = evaluator.raw(node, k)
                if value is not None and value.size == np.size(values.get(name, ())):
                    again[name] = value
            out.append(again)
        return tuple(out)

    @cached_property
    def evaluator(self) -> Evaluator:
        return Evaluator(self.setting, self.letters, self.points)

    @cached_property
    def known(self) -> set[str]:
        """The names that a correction may mention: the author's own, and extents."""
        values = self.setting.values[0]
        if not self.setting.function:
            return {*values}
        words = {*WORD.findall(self.setting.function), *WORD.findall(self.setting.text)}
        if self.derived is not None:
            words |= {*WORD.findall(self.setting.derived)} - {*self.derived.definitions}
        return {name for name, v in values.items() if name in words or isinstance(v, int)}

    @cached_property
    def wrt(self) -> str:
        """What is derived by, as the name of the true formula says: W_bar."""
        name = "" if self.derived is None else self.derived.name
        return name.removesuffix("_bar") if name.endswith("_bar") else ""

    @cached_property
    def derives(self) -> bool:
        """Whether the true formula is a derivative, as its name says: W_bar, dy_dx."""
        name = "" if self.derived is None else self.derived.name
        return bool(re.search(r"_bar$|^d.*_d", name))

    @cached_property
    def hints(self) -> list[Hint]:
        """What the function tells, where it is text in the other notation."""
        return [] if self.other is None else self.other.as_hints()

    @cached_property
    def other(self) -> Pool | None:
        """The pool of a function that is text in the other notation."""
        text = self.setting.function
        if not text or self.function is not None:
            return None
        other = "numpy" if self.setting.notation == "index" else "index"
        formula = read_formula(text, other)
        evaluator = Evaluator(replace(self.setting, notation=other), (), self.setting.values)
        return Pool(evaluator, [formula, formula], other, self.known, self.wrt)

    def pool(self, formulas: list[Formula]) -> Pool:
        notation = self.setting.notation
        known, wrt = self.known, self.wrt
        normalised = self.other is not None and self.other.normalises
        return Pool(
            self.evaluator, formulas, notation, known, wrt, self.hints, self.derives, normalised
        )

    @cached_property
    def forward(self) -> Search:
        formulas = [self.claim]
        formulas += [displaced(f, self.known) for f in (self.derived, self.function) if f]
        trial = Trial(self.evaluator, self.claim, self.setting.truth)
        pool = self.pool(formulas)
        return Search(trial, Writer(self.setting.text, self.setting.notation), pool)

    @cached_property
    def repeated(self) -> Search | None:
        """The claim with parts that stand in it twice made one: edited together."""
        claim = self.claim
        root = merged(claim.root)
        if sum(1 for _ in walk(root)) == sum(1 for _ in walk(claim.root)):
            return None
        formula = Formula(root, claim.letters, claim.definitions, claim.name)
        trial = Trial(self.evaluator, formula, self.setting.truth)
        return Search(trial, self.forward.writer, self.forward.pool)

    @cached_property
    def backward(self) -> Search | None:
        """Edits of the true formula that give the claim."""
        derived, values = self.derived, self.claimed
        if derived is None or values is None:
            return None
        formulas = [derived, displaced(self.claim, self.known)]
        if self.function is not None:
            formulas.append(displaced(self.function, self.known))
        trial = Trial(self.evaluator, derived, values)
        pool = self.pool(formulas)
        return Search(trial, Writer(self.setting.derived, self.setting.notation), pool)

    @cached_property
    def claimed(self) -> Points | None:
        """What the claim says at each point."""
        values = [self.evaluator.value(self.claim.root, k) for k in range(self.evaluator.count)]
        kept = tuple(v for v in values if v is not None and np.isfinite(v).all())
        return kept if len(kept) == len(values) else self.setting.read(self.setting.text)

    def agrees_with(self, points: Points) -> bool:
        """Whether the claim has these values."""
        mine = self.claimed
        return mine is not None and all(
            a.shape == np.shape(b)
            and bool(
                np.abs(a - b).max(initial=0.0) <= TOLERANCE * max(1e-6, np.abs(b).max(initial=0))
            )
            for a, b in zip(mine, points, strict=True)
        )

    def whole(self, kind: SlipKind, said: str) -> Slip:
        """A slip of the whole claim, with the true formula as its correction."""
        text = self.setting.text
        span = self.claim.root.span
        return Slip(
            kind, said, "" if span is None else text[slice(*span)], span, self.setting.derived
        )
