"""A claim that cannot be read for its shapes or its indices, and is wrong for that.

    X @ (X W - Y) with X (N, D)       =>  transpose: X stands where X^T should
    b_bar[k] = X[n,k]*r[n]            =>  missing sum: n is free on the right only

Shapes that do not fit are read with one extent for all axes; the slip that is found so counts if
its correction holds with the true shapes. What cannot be read even so is no claim: the parser's
error stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain, islice, product, zip_longest
from string import ascii_uppercase
from typing import Any

from symnet.notation import ParseError, SymnetError
from symnet.notation.parse.names import unused
from symnet.notation.parse.shapes import given_tensors
from symnet.notation.report import Evidence, Report, Slip, SlipKind, Verdict
from symnet.verify.asked import Asked
from symnet.verify.claims import read_letters, sides
from symnet.verify.shown import ShownReport

MOST_CHOICES = 9  # of names for the extents of a correction


def misfit(checker: Asked, claim: Any, error: ParseError) -> Report:
    """The report on a claim that could not be read. Raises the error if it is no misfit."""
    if not isinstance(claim, str) or not checker.text or checker.is_variant:
        raise error
    message = str(error).split("\n", 1)[0]
    found = _missing_sum(checker, claim)
    if found is None:
        alike = _with_one_extent(checker, claim)
        if alike is None:
            raise error
        try:
            report = alike.checker.check(alike.claim)
        except SymnetError:
            raise error from None
        found = _with_true_extents(checker, alike, report.slip)
        if found is None:
            right = _derived(checker, claim)
            found = Slip(SlipKind.OTHER, "the shapes do not fit", correction=right)
    about, derived = _about(checker), _derived(checker, claim)
    notes = (f"it cannot be read as it stands: {message}",)
    evidence = Evidence("shapes and indices")
    return ShownReport(Verdict.REFUTED, about, claim, derived, evidence, slip=found, notes=notes)


def _is_true(checker: Asked, claim: str) -> bool:
    try:
        return bool(checker.check(claim))
    except SymnetError:
        return False


def _kind(checker: Asked) -> str:
    return checker.of if checker.of in ("jacobian", "hessian", "vjp") else checker.usual_kind()


def _about(checker: Asked) -> str:
    if checker.function is None or checker.wrt is None:
        return "lhs == rhs"
    truth = checker.truth(_kind(checker))
    return f"{truth.name} ({', '.join(map(str, truth.tensor.shape))})"


def _derived(checker: Asked, claim: str) -> str:
    """The true formula; the left side of an equation."""
    if pair := sides(claim):
        return pair.left
    if checker.function is None or checker.wrt is None:
        return checker.text
    notation = "index" if re.search(r"\bsum\[|^\s*\w+\[[^\]]*\]\s*=", claim) else "numpy"
    return checker.in_notation(checker.truth(_kind(checker)), notation)


# -- a sum that was forgotten -----------------------------------------------------------------


def _missing_sum(checker: Asked, claim: str) -> Slip | None:
    """Letters that are free on the right only, summed over, if that is true."""
    if checker.function is None or checker.wrt is None or sides(claim):
        return None
    found = read_letters(claim)
    if found is None:
        return None
    left, right, start, loose = found
    truth = checker.truth(_kind(checker))
    for over in (",".join(loose), *loose):
        said = f"{claim[:start]}sum[{over}]({right})"
        if over and checker.holds(said, truth):
            sentence = f"the sum over {over} is missing here: {left} does not have that index"
            place = (start, start + len(right))
            return Slip(SlipKind.MISSING_SUM, sentence, right, place, said)
    return None


# -- one extent for all -----------------------------------------------------------------------


@dataclass(frozen=True)
class Alike:
    """A checker and a claim in which every extent has one name; `extents` are the true names, in
    the order in which they stand in the claim.
    """

    checker: Asked
    claim: str
    one: str
    extents: tuple[str, ...]
    symbols: tuple[str, ...]


def _with_one_extent(checker: Asked, claim: str) -> Alike | None:
    """The same texts with one extent for all; None if they need them apart."""
    shapes = given_tensors(checker.shapes, checker.assume)
    symbols = sorted({str(s) for g in shapes.values() for e in g.extents for s in e.free_symbols})
    taken = {*shapes, *symbols, *re.findall(r"\w+", f"{checker.text} {claim}")}
    one = next((c for c in ascii_uppercase if c not in taken), unused("size", taken))
    alike = {name: " ".join([one] * len(g.extents)) for name, g in shapes.items()}
    if not symbols:
        return None
    word = re.compile(rf"(?<![.\w])(?:{'|'.join(map(re.escape, symbols))})\b")
    try:
        made = checker.with_shapes(alike, word.sub(one, checker.text))
    except SymnetError:
        return None
    return Alike(made, word.sub(one, claim), one, tuple(word.findall(claim)), tuple(symbols))


def _with_true_extents(checker: Asked, alike: Alike, slip: Slip | None) -> Slip | None:
    """The slip with the true names of extents, if its correction is true with them."""
    if slip is None or slip.kind is SlipKind.OTHER:
        return None
    parts = re.split(rf"(?<![.\w]){alike.one}\b", slip.correction)
    holes = len(parts) - 1
    choices: Iterable[tuple[str, ...]] = product(alike.symbols, repeat=holes)
    if holes == len(alike.extents):
        choices = chain([alike.extents], choices)
    for names in islice(choices, MOST_CHOICES):
        right = "".join(x for pair in zip_longest(parts, names, fillvalue="") for x in pair)
        if _is_true(checker, right):
            same = all(len(n) == len(alike.one) for n in alike.extents)
            place = slip.place if same else None
            return replace(slip, place=place, correction=right)
    return None
