"""Slips that are no edit of the formula: another variable, an assumption, one case only.

Each yields slips whose correction is the true formula.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symnet.notation.report import Slip, SlipKind
from symnet.verify.slips.assumptions import Rule, needed
from symnet.verify.slips.axes import axes
from symnet.verify.slips.node import Node, walk, walk_inside
from symnet.verify.slips.regions import BY, half_true, uncoupled
from symnet.verify.slips.setting import Array
from symnet.verify.slips.subject import Subject


def nothing(subject: Subject) -> Iterator[Slip]:
    """A claim about what is 0 everywhere."""
    if any(np.abs(t).max(initial=0.0) > 1e-12 for t in subject.setting.truth):
        return
    path = subject.forward.pool.normalises and bool(subject.wrt)
    kind = SlipKind.NORMALISATION_PATH if path else SlipKind.EXTRA_TERM
    yield subject.whole(kind, "this is 0: all contributions cancel")


def in_one_case(subject: Subject) -> Iterator[Slip]:
    """A claim that is right at all the points, though it has been refuted elsewhere."""
    if subject.agrees_with(subject.setting.truth):
        said = "this is right in one case only, a condition decides"
        yield subject.whole(SlipKind.MASK, said)


def empty(subject: Subject) -> Iterator[Slip]:
    """0 claimed for what is not 0."""
    mine, values = subject.claimed, subject.points[0]
    names = [n.word for n in walk(subject.claim.root) if n.head == "name"]
    if any(np.ndim(values.get(n, 0)) > 0 for n in names):
        return
    if mine is None or any(np.abs(t).max(initial=0.0) > 1e-12 for t in mine):
        return
    if all(np.abs(t).max(initial=0.0) > 1e-12 for t in subject.setting.truth):
        yield from _vanishing(subject)
        yield subject.whole(SlipKind.MISSING_TERM, "this is not 0: not all contributions cancel")


def _vanishing(subject: Subject) -> Iterator[Slip]:
    """What is 0 instead: a sum over another axis, or a sum of the whole."""
    search = subject.backward
    if search is None:
        return
    trial = search.trial

    def is_zero(root: Node) -> bool:
        values = [trial.evaluator.value(root, k) for k in range(trial.count)]
        scales = zip(values, trial.evaluator.setting.truth, strict=True)
        return all(
            v is not None and np.abs(v).max(initial=0.0) < 1e-9 * np.abs(t).max(initial=0.0)
            for v, t in scales
        )

    own = list(walk_inside(trial.root))
    for edit in axes(search) if search.notation == "numpy" else ():
        if edit.old in own and is_zero(search.tree.replaced(edit.old, edit.new)):
            yield subject.whole(SlipKind.WRONG_AXIS, "this is 0 along another axis")
            return
    for axis in range(subject.setting.truth[0].ndim):
        if all(
            np.abs(t.sum(axis=axis)).max(initial=0.0) < 1e-9 * np.abs(t).max(initial=0.0)
            for t in subject.setting.truth
        ):
            yield subject.whole(SlipKind.MISSING_SUM, f"only its sum over axis {axis} is 0")
            return


def variables(subject: Subject) -> Iterator[Slip]:
    for name, points in subject.setting.others.items():
        if subject.agrees_with(points) and not _is_one_factor(subject, name):
            said = f"this is the derivative by {name}, another variable"
            yield subject.whole(SlipKind.WRONG_VARIABLE, said)


def _is_one_factor(subject: Subject, name: str) -> bool:
    """Whether all that is missing is the other variable as a factor."""
    mine = subject.claimed or ()
    for claim, truth, values in zip(mine, subject.setting.truth, subject.points, strict=True):
        factor = np.asarray(values.get(name, 1.0), dtype=float)
        if factor.shape != truth.shape or not np.allclose(claim * factor, truth):
            return False
    return True


def granted(subject: Subject) -> Iterator[Slip]:
    for words, points in subject.setting.unassumed.items():
        if subject.agrees_with(points):
            yield subject.whole(SlipKind.ASSUMPTION, f"this holds only if {words}")


def cotangents(subject: Subject) -> Iterator[Slip]:
    """The cotangent of what comes on the way, taken for that of the variable."""
    if subject.derived is None or subject.setting.notation != "numpy":
        return
    for name, node in subject.derived.definitions.items():
        if name.endswith("_bar") and name != subject.derived.name:
            values = [subject.evaluator.raw(node, k) for k in range(subject.evaluator.count)]
            kept = tuple(v for v in values if v is not None)
            if len(kept) == len(values) and subject.agrees_with(kept):
                by = name.removesuffix("_bar")
                said = f"this is the derivative by {by}: the way from {by} on is missing"
                yield subject.whole(SlipKind.WRONG_VARIABLE, said)


def assumed(subject: Subject, rules: tuple[Rule, ...]) -> Iterator[Slip]:
    if subject.derived is None or subject.claimed is None:
        return
    for words in needed(subject.setting, subject.claim, subject.derived, subject.function, rules):
        yield subject.whole(SlipKind.ASSUMPTION, f"this holds only if {words}")


def of_softmax(subject: Subject) -> Iterator[Slip]:
    """What the normaliser of a softmax couples, taken entry by entry."""
    if subject.claimed is not None and subject.setting.notation == "numpy":
        said = uncoupled(subject.forward.pool, subject.claimed, subject.setting.truth)
        if said:
            kind = SlipKind.CHAIN_RULE if said == BY else SlipKind.NORMALISATION_PATH
            yield subject.whole(kind, said)


def half_right(subject: Subject) -> Iterator[Slip]:
    """True in one case only."""
    if subject.claimed is None:
        return
    pool, index = subject.forward.pool, subject.setting.notation == "index"
    for node in half_true(pool, subject.claimed, subject.setting.truth, index):
        shown = subject.forward.writer.written(node)
        yield subject.whole(SlipKind.MASK, f"the condition {shown} decides where this is right")


def _is_diagonal(x: Array) -> bool:
    return bool(np.allclose(x, np.diag(np.diag(x)), 1e-9, 1e-12))


def diagonal(subject: Subject) -> Iterator[Slip]:
    """Only the diagonal of a full Jacobian."""
    if not subject.forward.pool.normalises:
        return
    truth = subject.setting.truth
    square = all(t.ndim == 2 and t.shape[0] == t.shape[1] for t in truth)
    if square and subject.claimed is not None and all(map(_is_diagonal, subject.claimed)):
        if any(map(_is_diagonal, truth)):
            return
        said = "only the diagonal is here: every entry depends on all through the normaliser"
        yield subject.whole(SlipKind.NORMALISATION_PATH, said)
