"""The search for the smallest edit that makes a claim true: likely ones first.

    X.T @ (X@w + y)  =>  sign: the sign of y is wrong  =>  X.T @ (X@w - y)

Edits of the claim that give the truth come first; then edits of the true formula that give the
claim, for a claim that is written in another form.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from symnet.notation.report import Slip
from symnet.verify.slips.addends import dropped_paths, extra_terms, missing_inside, missing_terms
from symnet.verify.slips.alike import all_alike, two_signs
from symnet.verify.slips.assumptions import SIMPLEX, SYMMETRY, WEAK
from symnet.verify.slips.axes import axes
from symnet.verify.slips.chains import extra_matrices, inverses, missing_matrices
from symnet.verify.slips.coefficients import constants, inside_functions, literals, operator, signs
from symnet.verify.slips.couplings import couplings
from symnet.verify.slips.edit import Edit, lacking, sentence, settled
from symnet.verify.slips.factors import (
    extra_factors,
    extra_pairs,
    missing_divisors,
    missing_factors,
    other_derivatives,
    other_factors,
    regrouped,
)
from symnet.verify.slips.guards import guarded
from symnet.verify.slips.heads import heads
from symnet.verify.slips.masks import clamps, forgotten, masks, partly, turned_letters
from symnet.verify.slips.moved import moved
from symnet.verify.slips.names import other_names
from symnet.verify.slips.node import same
from symnet.verify.slips.one_entry import forgotten_letters, one_entry
from symnet.verify.slips.orders import exchanged, orders
from symnet.verify.slips.powers import powers
from symnet.verify.slips.search import Generator, found, safely
from symnet.verify.slips.setting import Setting
from symnet.verify.slips.several import several
from symnet.verify.slips.shifts import shifts, two_slices
from symnet.verify.slips.subject import Subject
from symnet.verify.slips.sums import (
    extra_sums,
    missing_sums,
    other_sums,
    split_letters,
    sums_for_means,
)
from symnet.verify.slips.transposes import everywhere, symmetrised, transposes
from symnet.verify.slips.whole import (
    assumed,
    cotangents,
    diagonal,
    empty,
    granted,
    half_right,
    in_one_case,
    nothing,
    of_softmax,
    variables,
)
from symnet.verify.slips.writing import is_bracketed, required

FIRST: tuple[Generator, ...] = (transposes, orders, axes, everywhere)
SECOND: tuple[Generator, ...] = (
    *(inverses, powers, regrouped, sums_for_means, constants, inside_functions, shifts, masks),
    *(one_entry, extra_factors, extra_matrices, other_sums, couplings, missing_sums),
    *(split_letters, extra_sums, extra_pairs),
)
PRODUCTS: tuple[Generator, ...] = (
    *(missing_factors, missing_matrices, moved, two_slices, extra_terms),
)
PATHS: tuple[Generator, ...] = (dropped_paths,)
THIRD: tuple[Generator, ...] = (
    *(forgotten, clamps, partly, turned_letters, exchanged, other_names, missing_inside),
    *(other_derivatives, literals, guarded, missing_terms, heads, missing_divisors, other_factors),
)
BACKWARD: tuple[Generator, ...] = (
    *(signs, constants, transposes, orders, powers, extra_factors, extra_terms, extra_sums),
    *(masks, axes, shifts, other_sums, extra_matrices, inverses, missing_factors),
    *(missing_sums, missing_matrices, missing_terms, other_factors, heads),
)
REPEATED: tuple[Generator, ...] = (signs, transposes, powers, constants, shifts, axes, masks)
LAST: tuple[Generator, ...] = (several, two_signs, all_alike)


def suggestions(setting: Setting) -> Iterator[Slip]:
    """Slips whose correction is true at all points, the most likely first."""
    seen: set[tuple[str, str]] = set()
    suggester = Suggester(Subject(setting))
    steps = suggester.slips()
    while True:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of candidates without a value
            slip = next(steps, None)
        if slip is None:
            return
        if (slip.kind, slip.correction) not in seen:
            seen.add((slip.kind, slip.correction))
            yield suggester.readable(slip)


@dataclass
class Suggester:
    """Runs the generators over a subject and writes slips."""

    subject: Subject

    @property
    def setting(self) -> Setting:
        return self.subject.setting

    def slips(self) -> Iterator[Slip]:
        for stage in self._stages():
            yield from safely(stage)

    def _stages(self) -> Iterator[Iterator[Slip]]:
        yield nothing(self.subject)
        yield in_one_case(self.subject)
        yield empty(self.subject)
        yield self._run((forgotten_letters, signs))
        yield variables(self.subject)
        yield self._run(FIRST)
        yield granted(self.subject)
        yield self._run((symmetrised,))
        yield assumed(self.subject, SYMMETRY)
        yield self._run(SECOND)
        yield assumed(self.subject, SIMPLEX)
        yield of_softmax(self.subject)
        yield self._run(PRODUCTS)
        yield self._run_back(PATHS)
        yield self._run_repeated(REPEATED)
        yield self._run(THIRD)
        yield diagonal(self.subject)
        yield half_right(self.subject)
        yield cotangents(self.subject)
        yield self._run_back(BACKWARD)
        yield assumed(self.subject, WEAK)
        yield self._run(LAST)

    def _run(self, generators: tuple[Generator, ...]) -> Iterator[Slip]:
        for generator in generators:
            for edit in found(self.subject.forward, generator(self.subject.forward)):
                yield self._slip(settled(edit))

    def _run_repeated(self, generators: tuple[Generator, ...]) -> Iterator[Slip]:
        search = self.subject.repeated
        if search is None:
            return
        for generator in generators:
            for edit in found(search, generator(search)):
                yield self._slip(settled(edit), self._corrected_twice(edit))

    def _run_back(self, generators: tuple[Generator, ...]) -> Iterator[Slip]:
        if self.subject.backward is None:
            return
        for generator in generators:
            for edit in found(self.subject.backward, generator(self.subject.backward)):
                yield self._slip_back(edit)

    def _slip(self, edit: Edit, correction: str | None = None) -> Slip:
        writer = self.subject.forward.writer
        place = (edit.place or edit.old).span
        return Slip(
            edit.kind,
            sentence(edit, writer, writer),
            "" if place is None else self.setting.text[slice(*place)],
            place,
            self._corrected(edit) if correction is None else correction,
        )

    def _corrected_twice(self, edit: Edit) -> str:
        """The author's text with the edit wherever that part stands."""
        search, text = self.subject.forward, self.setting.text
        for node in reversed([s.node for s in search.tree.sites if same(s.node, edit.old)]):
            splice = edit.splice and operator(search.writer, node, edit.new.head)
            if splice is None:
                splice = self._replacement(replace(edit, old=node))
            if splice is None:
                return self.setting.derived
            start, end, put = splice
            text = text[:start] + put + text[end:]
        return text

    def _slip_back(self, edit: Edit) -> Slip:
        assert self.subject.backward is not None
        writer = self.subject.backward.writer
        turned = settled(lacking(edit.reversed(), self.subject.claim.root))
        said = sentence(turned, writer, writer, self.setting.text)
        return Slip(turned.kind, said, "", None, self.setting.derived)

    def _corrected(self, edit: Edit) -> str:
        """The author's text with the edit in its place."""
        splice = edit.splice or self._replacement(edit)
        if splice is None:
            return self.setting.derived
        start, end, put = splice
        return self.setting.text[:start] + put + self.setting.text[end:]

    def _replacement(self, edit: Edit) -> tuple[int, int, str] | None:
        """What is written where the old node stood, in brackets if it needs them there."""
        search, span = self.subject.forward, edit.old.span
        if span is None:
            return None
        parents = search.tree.parents.get(edit.old, [])
        least = 0
        if parents and not is_bracketed(self.setting.text, span):
            least = required(parents[0], parents[0].parts.index(edit.old))
        return *span, search.writer.written(edit.new, least)

    def readable(self, slip: Slip) -> Slip:
        """The slip, with the true formula where the project cannot read the claim put right."""
        truth = self.setting.truth
        values = self.setting.read(slip.correction) if slip.correction else None
        near = values is not None and all(
            np.shape(a) == np.shape(b) and np.allclose(a, b, 1e-8, 1e-10)
            for a, b in zip(values, truth, strict=True)
        )
        return slip if near else replace(slip, correction=self.setting.derived)
