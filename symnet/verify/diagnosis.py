"""Which slip was made: an assumption that was not granted, another variable, an edit of the text.

A slip counts only when the claim, put right, has itself been proved or agrees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
import sympy

from symnet.notation import SymnetError
from symnet.notation.parse.notation import NUMPY, notation_of
from symnet.notation.report import Slip, SlipKind
from symnet.render.text import text as text_of
from symnet.render.text import text_of as text_of_term
from symnet.verify.asked import Asked
from symnet.verify.claims import ASSIGNED, Read, left_of
from symnet.verify.counterexample import wrong_part
from symnet.verify.granted import granted
from symnet.verify.layouts import Reading
from symnet.verify.models.evaluate import Array, Evaluator
from symnet.verify.models.real import Real
from symnet.verify.points import Points
from symnet.verify.slips import Setting, suggestions
from symnet.verify.truth import Truth, without

MOST_TRIED = 5  # suggestions
CLOSE = 1e-9


def diagnose(checker: Asked, read: Read, truth: Truth, reading: Reading | None) -> Slip:
    """The slip; of the kind OTHER, with what is wrong, where none is found."""
    if reading is not None and (diagonal := _diagonal(checker, read, truth, reading)) is not None:
        return diagonal
    edits = _edits(checker, read, truth, reading)
    first = next(edits, None)
    if reading is not None and first is not None and first.place is None:
        first = _missing_addend(checker, read, truth, reading) or first
    missing = None if reading is None else granted(checker, read, truth, reading, first)
    if missing is not None:
        return missing
    if reading is not None and (first is None or first.kind is SlipKind.OTHER):
        turned = _turned(checker, read, truth, reading)
        if turned is not None:
            return turned
    if first is None or first.kind is SlipKind.OTHER:
        found = _other_variable(checker, read, truth)
        if found is not None:
            return found
    return first or _unexplained(checker, read, truth, reading)


def _diagonal(checker: Asked, read: Read, truth: Truth, reading: Reading) -> Slip | None:
    """The claim is the diagonal of the Jacobian, taken for all of it: p(1-p) for a softmax.

    With the cotangent as a factor, or without it.
    """
    n = truth.tensor.order
    if truth.of != "vjp" or truth.function.output.shape != truth.tensor.shape or not n:
        return None
    bar = next(t.name for t in truth.graph.given if t not in truth.function.tensors)
    pulled = re.search(rf"\b{bar}\b", read.before + read.text) is not None
    for p in checker.points(truth.graph, [truth.name]):
        count = int(np.prod(p.arrays[bar].shape[1:]))
        arrays = {name: np.repeat(x[:1], count, axis=0) for name, x in p.arrays.items()}
        unit = {**arrays, bar: np.eye(count).reshape(arrays[bar].shape)}
        with np.errstate(all="ignore"):
            rows = Evaluator(truth.graph, unit, p.sizes, Real()).value(truth.name)
            a = Evaluator(reading.graph, arrays, p.sizes, Real()).value(reading.name)
        own = np.diagonal(rows.reshape(count, -1))
        if pulled:
            own = own * arrays[bar][0].ravel()
        if not np.allclose(a[0].ravel(), own, rtol=CLOSE, atol=CLOSE):
            return None
    try:
        jacobian = checker.sibling(truth.variable.name, "jacobian")
    except SymnetError:
        return None
    said = (
        f"this is the diagonal of the Jacobian {jacobian.name} only: an entry of "
        f"{truth.function.output.name} depends on other entries of {truth.variable.name} too"
    )
    right = checker.in_notation(truth if pulled else jacobian, read.notation)
    return Slip(SlipKind.NORMALISATION_PATH, said, read.text, (0, len(read.text)), right)


def _missing_addend(checker: Asked, read: Read, truth: Truth, reading: Reading) -> Slip | None:
    """A term of the true formula itself that the claim lacks: two paths, one of them forgotten."""
    d = truth.graph.definition(truth.name)
    addends = () if d is None or d.base is not None else sympy.Add.make_args(d.expression)
    if d is None or len(addends) < 2 or reading.order is not None:
        return None
    left = list(addends)
    for p in checker.points(truth.graph, [truth.name]):
        with np.errstate(all="ignore"):
            claimed = Evaluator(reading.graph, p.arrays, p.sizes, Real()).value(reading.name)
            values = Evaluator(truth.graph, p.arrays, p.sizes, Real())
            apart = values.value(truth.name) - claimed
            left = [a for a in left if np.allclose(values.of(a).over(d.free), apart, CLOSE, CLOSE)]
    if not left:
        return None
    term = text_of_term(left[0], truth.graph)
    right = checker.in_notation(truth, read.notation)
    return Slip(SlipKind.MISSING_TERM, f"the term {term} is missing", correction=right)


def _turned(checker: Asked, read: Read, truth: Truth, reading: Reading) -> Slip | None:
    """The whole claim is the transpose of the truth, which has the same shape."""
    shape = truth.tensor.shape
    if len(shape) != 2 or shape[0] != shape[1]:
        return None
    graph = without(reading.graph, {reading.name, truth.name})
    for p in checker.points(graph, [truth.name]):
        with np.errstate(all="ignore"):
            values = Evaluator(graph, p.of(graph), p.sizes, Real())
            a, b = np.broadcast_arrays(values.value(reading.name), values.value(truth.name))
        if not np.allclose(a.swapaxes(-1, -2), b, rtol=CLOSE, atol=CLOSE):
            return None
    right = checker.in_notation(truth, read.notation)
    if read.notation == NUMPY and left_of(read.text) is None and ";" not in read.text:
        right = f"({read.text}).T"
    said = "the whole is the transpose of what is right (numerator layout, where the shapes differ)"
    return Slip(SlipKind.TRANSPOSE, said, read.text, (0, len(read.text)), right)


# -- edits of the text ------------------------------------------------------------------------


def _edits(checker: Asked, read: Read, truth: Truth, reading: Reading | None) -> Iterator[Slip]:
    """Suggestions whose correction has been proved or agrees."""
    setting = setting_of(checker, read, truth, reading)
    for slip in islice(suggestions(setting), MOST_TRIED):
        if slip.correction == setting.derived:  # the true formula itself
            yield replace(slip, correction=checker.in_notation(truth, read.notation))
        elif checker.holds(slip.correction, truth):
            yield _without_lines(slip, read.before)


def _without_lines(slip: Slip, before: str) -> Slip:
    """The slip with its place and correction in the text alone, without the lines in front."""
    if not before:
        return slip
    place = slip.place and (slip.place[0] - len(before), slip.place[1] - len(before))
    if place is not None and place[0] < 0:
        place = None
    return replace(slip, place=place, correction=slip.correction.removeprefix(before))


def setting_of(checker: Asked, read: Read, truth: Truth, reading: Reading | None) -> Setting:
    """What the search for edits is given: names with values at three points, and the truth."""
    points = checker.points(truth.graph, [truth.name])
    chosen = [(p, k) for p in points for k in range(2)][:3]
    order = None if reading is None else reading.order
    tables = {id(p): _values(checker, truth, p) for p in points}
    values, true = [], []
    for p, k in chosen:
        table = tables[id(p)]
        values.append(
            {n: a[k] if len(a) > k else a[0] for n, a in table.items() if n != truth.name}
            | {s.name: n for s, n in p.sizes.items()}
        )
        own = table[truth.name]
        own = own[k] if len(own) > k else own[0]
        true.append(own if order is None else own.transpose(np.argsort(order)))

    def evaluated(text: str) -> tuple[Array, ...] | None:
        return _evaluated(checker, truth, text, [(p, k) for p, k in chosen])

    return Setting(
        text=read.before + read.text,
        notation=read.notation,
        values=tuple(values),
        truth=tuple(true),
        read=evaluated,
        function=checker.text,
        derived=_derived_text(checker, truth, read.notation),
    )


def _derived_text(checker: Asked, truth: Truth, notation: str) -> str:
    """The true formula in the notation, also where the parser cannot read it back."""
    text = checker.in_notation(truth, notation)
    if notation == NUMPY and notation_of(text, [t.name for t in truth.graph.tensors]) != NUMPY:
        return text_of(without(truth.graph, {truth.name}), form="numpy")
    return text


def _values(checker: Asked, truth: Truth, p: Points) -> dict[str, Array]:
    """Every tensor of the graph at the draws of a point; the author's names with their axes."""
    with np.errstate(all="ignore"):
        evaluator = Evaluator(truth.graph, p.arrays, p.sizes, Real())
        table = {d.name: evaluator.value(d.name) for d in truth.graph.definitions}
    for name in set(ASSIGNED.findall(checker.text)):
        found = _evaluated(checker, truth, name, [(p, k) for k in range(2)])
        if found is not None:
            table[name] = np.stack(found)
    return {**p.arrays, **table}


def _evaluated(
    checker: Asked, truth: Truth, text: str, at: list[tuple[Points, int]]
) -> tuple[Array, ...] | None:
    """A text at the points, by the parser; None if it cannot be read."""
    try:
        read = checker.read(text, truth.graph, {truth.name})
    except SymnetError:
        return None
    small = without(read.graph, {read.name})
    out = []
    for p, k in at:
        arrays = {n: a[k : k + 1] if len(a) > k else a for n, a in p.arrays.items()}
        with np.errstate(all="ignore"):
            values = Evaluator(small, arrays, p.sizes, Real())
            table = values.value(read.name)
        out.append(table[0])
    return tuple(out)


# -- another variable ---------------------------------------------------------------------------


def _other_variable(checker: Asked, read: Read, truth: Truth) -> Slip | None:
    """The tensor by which the claim is the derivative, if it is one of the function's."""
    if truth.of == "identity":
        return None
    for t in truth.function.given:
        if t.name == truth.variable.name or t.is_integer_valued or t.order != truth.variable.order:
            continue
        try:
            other = checker.sibling(t.name, truth.of)
        except SymnetError:
            continue
        if checker.holds(read.before + read.text, other):
            sentence = f"this is the derivative by {t.name}, not by {truth.variable.name}"
            right = checker.in_notation(truth, read.notation)
            return Slip(SlipKind.WRONG_VARIABLE, sentence, correction=right)
    return None


def _unexplained(checker: Asked, read: Read, truth: Truth, reading: Reading | None) -> Slip:
    """No slip was found: which part is wrong."""
    part = ""
    if reading is not None:
        graph = without(reading.graph, {reading.name, truth.name})
        p = checker.points(graph, [truth.name])[0]
        with np.errstate(all="ignore"):
            values = Evaluator(graph, p.arrays, p.sizes, Real())
            a, b = np.broadcast_arrays(values.value(reading.name), values.value(truth.name))
        part = wrong_part(a[0], b[0])
    where = f"; wrong is {part}" if part else ""
    sentence = f"no single slip explains it{where}"
    return Slip(SlipKind.OTHER, sentence, correction=checker.in_notation(truth, read.notation))
