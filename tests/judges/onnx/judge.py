"""Holds symnet to a case: every model of it, by the interpreter and by generated code.

    |found - expected| <= t (1 + |expected|),   t = 1e-10 in float64, 1e-5 in float32

Whole numbers and truth values agree to 1e-10. Where onnx says nan a formula has no value, and
symnet says nan too. onnx computes in the type of its data, symnet in float64, so that a shorter
type has a larger t. Where onnx has float32, generated code in float32 is held to 2e-4: both round.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from symnet.codegen import build
from symnet.notation import SymnetError, bound_indices, size_of
from symnet.verify import interpret, sizes_of
from symnet.verify.numbers import digits
from tests.judges.onnx.load import OnnxCase, cases
from tests.judges.onnx.model import Arrays, Beyond, Model
from tests.judges.onnx.table import FOUR_DIGITS, OUT_OF_SCOPE, TABLE

TOLERANCE = {"float64": 1e-10, "float32": 1e-5, "float16": 2e-3, "bfloat16": 2e-2}
ROUNDED = 2e-4  # both sides in float32; the largest difference is that of logits of 10^4
MOST_READS = 200_000  # beyond that the interpreter, which goes entry by entry, takes seconds


@dataclass(frozen=True)
class Outcome:
    """What became of a case: passed, or the reason why it is beyond symnet, or what is wrong."""

    case: OnnxCase
    passed: bool = False
    beyond: str = ""
    wrong: str = ""
    models: int = 0
    interpreted: int = 0
    other: tuple[str, ...] = ()  # why some builders have no model of a case that others have


@cache
def outcome(name: str) -> Outcome:
    """The outcome of the case of that name."""
    case = cases()[name]
    if case.refused:
        return Outcome(case, beyond=case.refused)
    if case.operator not in TABLE:
        known = OUT_OF_SCOPE.get(case.operator, f"the operator {case.operator}")
        return Outcome(case, beyond=known)
    if name in FOUR_DIGITS:
        return Outcome(case, beyond="an answer of four digits")
    found, reasons = models(case)
    if not found:
        return Outcome(case, beyond=reasons[0])
    wrong = missing(case, found) + [said for model in found for said in judged(model)]
    interpreted = sum(map(is_interpreted, found))
    return Outcome(case, not wrong, "", "; ".join(wrong), len(found), interpreted, tuple(reasons))


def models(case: OnnxCase) -> tuple[list[Model], list[str]]:
    """The models of all builders, and the reasons of those that have none."""
    found: list[Model] = []
    reasons: list[str] = []
    for builder in TABLE[case.operator]:
        try:
            made = builder(case)
        except Beyond as e:
            reasons.append(str(e))
        except SymnetError as e:
            reasons.append(f"refused: {str(e).splitlines()[0]}")
        else:
            found += made if isinstance(made, list) else [made]
    return found, reasons


def judged(model: Model) -> list[str]:
    """What is wrong with the values of a model, also if symnet refuses to compute them."""
    ways: list[tuple[str, Callable[[Model], Arrays], float]] = [("generated code", built, 0.0)]
    if is_interpreted(model):
        ways.append(("interpreter", interpreted_literally, 0.0))
    if all(a.dtype == np.float32 for a in model.expected.values()):
        ways.append(("generated code in float32", built_in_float32, ROUNDED))
    wrong = []
    for who, values, least in ways:
        try:
            wrong += compared(model, values(model), who, least)
        except SymnetError as e:
            wrong.append(f"{who} refuses: {str(e).splitlines()[0]}")
    return wrong


def is_interpreted(model: Model) -> bool:
    """Whether the interpreter goes through it too."""
    return cost(model) <= MOST_READS


def missing(case: OnnxCase, found: list[Model]) -> list[str]:
    """Outputs of the case that no model answers, entry for entry.

    What is expected of a model is a view of an output, with other axes or a part of it.
    """
    out = []
    for k, array in enumerate(case.outputs):
        if array is None:
            continue
        views = [a for m in found for a in m.expected.values() if np.may_share_memory(a, array)]
        judged = sum({a.__array_interface__["data"][0]: a.size for a in views}.values())
        if judged < array.size:
            out.append(f"{judged} of {array.size} entries of output {k} are judged")
    return out


def in_float(arrays: Arrays, dtype: type[np.floating] = np.float64) -> dict[str, np.ndarray]:
    """Numbers in this type; whole numbers stay, where a tensor counts with them."""
    return {n: a if a.dtype.kind in "iu" else a.astype(dtype) for n, a in arrays.items()}


def built(model: Model, dtype: type[np.floating] = np.float64) -> dict[str, np.ndarray]:
    """The expected tensors by generated code."""
    with np.errstate(all="ignore"):
        found = build(model.graph, dtype=dtype)(**in_float(model.given, dtype))
    return found if isinstance(found, dict) else {model.graph.output.name: found}


def built_in_float32(model: Model) -> dict[str, np.ndarray]:
    return built(model, np.float32)


def interpreted_literally(model: Model) -> dict[str, np.ndarray]:
    """The expected tensors by the interpreter; with 50 digits where e^x is beyond float64."""
    given = in_float(model.given)
    found = interpret(model.graph, given)
    if not compared(model, found, "") or all(np.all(np.isfinite(a)) for a in found.values()):
        return found
    exact = interpret(model.graph, given, numbers=digits(50))
    return {name: a.astype(np.float64) for name, a in exact.items()}


def expected_in(model: Model) -> list[tuple[str, np.ndarray]]:
    return [(name, a.astype(np.float64)) for name, a in model.expected.items()]


def cost(model: Model) -> float:
    """About how often the interpreter reads an entry."""
    sizes = sizes_of(model.graph, model.given)
    out = 0.0
    for d in model.graph.definitions:
        bound = sum(size_of(i.extent, sizes) for i in bound_indices(d.expression))
        out += math.prod(size_of(e, sizes) for e in d.tensor.shape) * (1 + bound)
    return out


def compared(model: Model, found: Arrays, who: str, least: float = 0.0) -> list[str]:
    """What differs from the expected arrays by more than their type allows, and than `least`."""
    out = []
    for name, b in expected_in(model):
        t = max(TOLERANCE.get(model.expected[name].dtype.name, 1e-10), least)
        a = np.asarray(found[name], dtype=float)
        if a.shape != b.shape:
            out.append(f"{who}: {name} has shape {a.shape}, expected {b.shape}")
            continue
        with np.errstate(all="ignore"):
            same = (a == b) | (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) <= t * (1 + np.abs(b)))
        if not np.all(same):
            k = tuple(int(v) for v in np.argwhere(~same)[0])
            out.append(
                f"{who}: {name}{list(k)} is {a[k]:.9g}, expected {b[k]:.9g} "
                f"({np.count_nonzero(~same)} of {a.size} entries differ)"
            )
    return out
