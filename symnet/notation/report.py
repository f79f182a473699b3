"""The answer to a claim, as plain data: verdict, evidence, counterexample, slip, correction.

    check(function, variable, claim) -> Report;   bool(report) is True for proved and for agrees

What is here says nothing of how it was found (verify) or of how it is shown (render).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """proved: true of all values. agrees: equal where it was tried. refuted: differs somewhere."""

    PROVED = "proved"
    AGREES = "agrees"
    REFUTED = "refuted"


class SlipKind(StrEnum):
    """The published kinds of slip, in the words of a lecturer."""

    TRANSPOSE = "transpose"  # A for A^T
    ORDER = "order"  # A B for B A
    SIGN = "sign"  # a term with the other sign
    FACTOR = "factor"  # a constant or a factor too much, missing, or another one: 2, 1/2, 1/N, y
    POWER = "power"  # another exponent: x for x^2, sigma for sigma^2, 1/s for 1/s^3
    MISSING_TERM = "missing term"
    EXTRA_TERM = "extra term"
    MISSING_SUM = "missing sum or mean"
    EXTRA_SUM = "extra sum or mean"
    WRONG_AXIS = "wrong axis"
    CHAIN_RULE = "chain rule"  # a derivative that was forgotten or is of another function
    NORMALISATION_PATH = "normalisation path"  # mean, variance or softmax taken for a constant
    MASK = "mask"  # a condition that was left out, turned or moved
    SHIFT = "shift or stride"  # off by one in a slot or a slice
    ASSUMPTION = (
        "assumption"  # symmetry, one-hot, ... used and not granted, or granted and not used
    )
    WRONG_VARIABLE = "wrong variable"  # right, but the gradient by another tensor
    OTHER = "other"


@dataclass(frozen=True)
class Slip:
    """What went wrong in a refuted claim.

    `place` is the (start, end) of the fragment in the claim's text, None where it has no place;
    `fragment` is that text, and `correction` the whole claim put right, in the author's notation.
    """

    kind: SlipKind
    sentence: str
    fragment: str = ""
    place: tuple[int, int] | None = None
    correction: str = ""


@dataclass(frozen=True)
class Counterexample:
    """A point at which claim and truth differ, and the entry that shows it."""

    point: tuple[tuple[str, str], ...]  # tensor -> its values, as text
    entry: str
    claimed: str
    derived: str
    where: str = ""  # which part of the tensor is wrong: every entry, the diagonal, row 0 ...


@dataclass(frozen=True)
class Evidence:
    """How it is known.

    `kind`: "canonical form", "random models" or "50 digits"; `sizes` are the extents of each trial;
    `failure` bounds the probability that a false claim passes, from the degree bound over the
    field's order, to the power of the trials.
    """

    kind: str
    sizes: tuple[tuple[tuple[str, int], ...], ...] = ()
    trials: int = 0
    degree: int = 0
    failure: float = 0.0
    kinks: tuple[str, ...] = ()  # what holds at a kink, side by side
    cells: str = ""  # coverage of the cases that signs distinguish
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The answer to one claim about one derived quantity.

    `about` is what was claimed (W_bar, the Hessian d2L_dw2, an identity); `claim` the author's
    text; `derived` the formula that is true, in the author's notation; `layout` is set where the
    claim is the truth in another layout; `step` is the number of the first wrong step (from 1) of
    a derivation.
    """

    verdict: Verdict
    about: str
    claim: str
    derived: str
    evidence: Evidence
    layout: str = ""
    counterexample: Counterexample | None = None
    slip: Slip | None = None
    step: int | None = None
    steps: tuple[Report, ...] = field(default=())
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.verdict is not Verdict.REFUTED

    @property
    def correction(self) -> str:
        """The claim put right, in the author's notation; empty if no slip was found."""
        return self.slip.correction if self.slip is not None else ""
