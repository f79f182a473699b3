"""No wrong claim is ever proved or agreed, no true one refuted: thousands of random ones.

default: a share with a fixed seed     pytest -m slow: 2,000 mutations and 2,000 rewrites
What is wrong is decided by the literal interpreter, at larger sizes and in 100 digits.
"""

import random
from collections import Counter
from collections.abc import Mapping
from functools import cache
from itertools import cycle, islice

import pytest

from symnet.notation.report import Verdict
from symnet.verify.check import Checker, check
from symnet.verify.verdict import judged_equal
from tests.verify.forms import (
    FORMS,
    MUTATIONS,
    REWRITES,
    Form,
    differs,
    is_close,
    mutated,
    rewritten,
)


def wrong_mutations(count: int, seed: int) -> Counter[str]:
    """How many of each kind were tried; fails at one that is wrong and not refuted."""
    choose = random.Random(seed)
    tried: Counter[str] = Counter()
    for number, form in enumerate(cycle(FORMS)):
        made = mutated(form, choose)
        graph = form.graph_of(made[1]) if made is not None else None
        if made is None or graph is None or not differs(*graph, form.truth.name, seed + number):
            continue
        assert not form.checker.holds(made[1], form.truth), (form.function, *made)
        tried[made[0]] += 1
        if tried.total() == count:
            return tried
    return tried


def true_rewrites(count: int, seed: int) -> Counter[str]:
    """How many of each kind were tried; fails at one that is true and refuted."""
    choose = random.Random(seed)
    tried: Counter[str] = Counter()
    done = 0
    for number, form in enumerate(cycle(FORMS)):
        made = rewritten(form, choose)
        graph = form.graph_of(made[1]) if made is not None else None
        if made is None or graph is None or not is_close(*graph, form.truth.name, seed + number):
            continue
        assert form.checker.holds(made[1], form.truth), (form.function, *made)
        tried.update(made[0].split(", "))
        done += 1
        if done == count:
            return tried
    return tried


def test_forms_are_proved() -> None:
    for form in FORMS:
        report = check(form.function, form.wrt, form.claim, form.shapes, form.assume)
        assert report.verdict is Verdict.PROVED, report


def test_no_wrong_mutation_passes() -> None:
    tried = wrong_mutations(400, seed=1)
    print(f"\n{tried.total()} wrong mutations refuted: {dict(tried)}")
    assert len(tried) >= len(MUTATIONS) - 1


def test_no_true_rewrite_is_refuted() -> None:
    tried = true_rewrites(400, seed=1)
    print(f"\n400 rewrites not refuted: {dict(tried)}")
    assert len(tried) >= len(REWRITES) - 6


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 14))
def test_no_wrong_mutation_of_500_passes(seed: int) -> None:
    assert wrong_mutations(500, seed).total() == 500


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 14))
def test_no_true_rewrite_of_500_is_refuted(seed: int) -> None:
    assert true_rewrites(500, seed).total() >= 500


# -- index notation -----------------------------------------------------------------------------

LETTERS = "abcdefghijklmnopqrstuvz"
INDEXED = [
    Form(
        "np.sum((X@w - y)**2)",
        {"X": "N D", "w": "D", "y": "N"},
        "w",
        "w_bar[{d}] = 2*sum[{n}](X[{n},{d}]*(sum[{e}](X[{n},{e}]*w[{e}]) - y[{n}]))",
    ),
    Form(
        "np.sum((X@w - y)**2)",
        {"X": "N D", "w": "D", "y": "N"},
        "w",
        "w_bar[{d}] = sum[{n},{e}](2*X[{n},{d}]*X[{n},{e}]*w[{e}]) - 2*sum[{f}](y[{f}]*X[{f},{d}])",
    ),
    Form(
        "np.sum((X@w - y)**2)",
        {"X": "N D", "w": "D", "y": "N"},
        "w",
        "r[{n}] = sum[{e}](X[{n},{e}]*w[{e}]) - y[{n}]\nw_bar[{d}] = sum[{f}](2*r[{f}]*X[{f},{d}])",
    ),
    Form(
        "np.trace(A@X@B@X)",
        {"A": "N N", "B": "N N", "X": "N N"},
        "X",
        "X_bar[{a},{b}] = sum[{c},{d}](A[{c},{a}]*B[{b},{d}]*X[{d},{c}])"
        " + sum[{d}](sum[{c}](X[{c},{d}]*A[{b},{c}])*B[{d},{a}])",
    ),
    Form(
        "np.sum(softmax(x)*g)",
        {"x": "N K", "g": "N K"},
        "x",
        "p[{a},{b}] = exp(x[{a},{b}])/sum[{c}](exp(x[{a},{c}]))\n"
        "x_bar[{n},{k}] = sum[{j}](p[{n},{j}]*(delta({j},{k}) - p[{n},{k}])*g[{n},{j}])",
    ),
    Form(
        "np.sum(softmax(x)*g)",
        {"x": "N K", "g": "N K"},
        "x",
        "p[{a},{b}] = 1/sum[{c}](exp(x[{a},{c}] - x[{a},{b}]))\n"
        "x_bar[{n},{k}] = p[{n},{k}]*sum[{j}](p[{n},{j}]*(g[{n},{k}] - g[{n},{j}]))",
    ),
]  # fmt: skip


@cache
def checker_of(number: int) -> Checker:
    form = INDEXED[number]
    return Checker(form.function, form.wrt, form.shapes)


def lettered(text: str, choose: random.Random) -> str:
    """The text with letters of its own for all indices, different ones."""
    taken = iter(choose.sample(LETTERS, len(LETTERS)))
    names: dict[str, str] = {}
    while "{" in text:
        slot = text[text.index("{") : text.index("}") + 1]
        names[slot] = next(taken)
        text = text.replace(slot, names[slot])
    return text


@pytest.mark.parametrize("number", range(len(INDEXED)))
def test_letters_of_bound_indices_do_not_matter(number: int) -> None:
    checker = checker_of(number)
    choose = random.Random(number)
    for _ in range(15):
        text = lettered(INDEXED[number].claim, choose)
        assert checker.holds(text, checker.truth("gradient")), text


# -- what once passed, or could ---------------------------------------------------------------

N6, N8 = {"x": "6"}, {"x": "8"}
ND = {"x": "N D"}
PROD = " + np.prod(np.sqrt(x**2) - x)"
WRONG = {
    "a number for a product of sizes": ("np.mean(x)", "x", "np.ones_like(x)/6", ND),
    "a number for another product": ("np.mean(x)", "x", "np.ones_like(x)/8", ND),
    "a number for a sum of sizes": ("np.sum(x)/(N + D)", "x", "x*0 + 1/5", ND),
    "a number for a difference": ("np.sum(x)*(D - N)", "x", "x*0 + 1", ND),
    "one size for another": ("np.sum(x)/N", "x", "np.ones_like(x)/D", ND),
    "a size that is capped": ("np.sum(x)/N", "x", "np.ones_like(x)/np.minimum(N, 4)", ND),
    "clipped far out": ("np.sum(np.clip(x, -10, 10))", "x", "np.ones_like(x)", {"x": "N"}),
    "relu6": ("np.sum(np.minimum(relu(x), 6))", "x", "x > 0", {"x": "N"}),
    "Huber": (
        "np.sum(np.where(np.abs(x) < 5, x**2/2, 5*(np.abs(x) - 2.5)))",
        "x",
        "x",
        {"x": "N"},
    ),
    "softplus cut off": ("softplus(x)", None, "np.where(x > 20, x, softplus(x))", {"x": "N"}),
    "shifted absolute value": ("np.sqrt((x + 30)**2)", None, "x + 30", {"x": "N"}),
    "one cell of 2^8 by relu": ("np.abs(x)", None, "np.abs(x) + np.prod(relu(-x))", N8),
    "one cell of 2^6 by roots": ("np.sqrt(x**2)", None, "np.sqrt(x**2)" + PROD, N6),
    "one cell of 2^8 by roots": ("x", None, "x" + PROD, N8),
    "one cell by a fourth root": ("x", None, "x + np.prod((x**4)**0.25 - x)", N8),
    "one cell by exp of log": ("x", None, "x + np.prod(np.exp(np.log(x**2)/2) - x)", N8),
    "a cell that a root hides": (
        "np.where(x > 0, np.sqrt(x), x)",
        None,
        "np.where(x > 0, np.sqrt(x), x) + np.prod(relu(-x))",
        N8,
    ),
    "sqrt(x^2) for x": ("x", None, "np.sqrt(x**2)", {"x": "N"}),
    "undefined: log": ("np.log(x**2)", None, "2*np.log(x)", {"x": "N"}),
    "undefined: log of a quotient": (
        "np.log(x/y)",
        None,
        "np.log(x) - np.log(y)",
        {"x": "N", "y": "N"},
    ),
    "undefined: exp of log": ("x**2", None, "np.exp(2*np.log(x))", {"x": "N"}),
    "undefined far out": ("np.log(np.abs(x + 3))", None, "np.log(x + 3)", {"x": "N"}),
    "1e-45 dropped": ("np.sum(x**2) + 1e-45*np.sum(x)", "x", "2*x", {"x": "N"}),
    "a tiny factor": ("1e-50*np.sum(x**2)", "x", "3e-50*x", {"x": "N"}),
    "axes of one extent exchanged": (
        "np.einsum('nij,nij->', x, y)",
        "x",
        "np.transpose(y, (2, 0, 1))",
        {"x": "N D D", "y": "N D D"},
    ),
}
DISCRETE = {
    "all ones": ("m*x", "m*x + np.prod(m)", {"x": "8", "m": "8"}, {"m": "mask"}),
    "all ones of a matrix": ("m*x", "m*x + np.prod(m)", {"x": "4 3", "m": "4 3"}, {"m": "mask"}),
    "all in one class": (
        "x*y",
        "x*y + np.prod(y[:, 0])",
        {"x": "8 3", "y": "8 3"},
        {"y": "one_hot"},
    ),
    "all labels alike": (
        "np.sum(x[t])",
        "np.sum(x[t]) + np.prod(t == 2)",
        {"x": "3", "t": "8"},
        {"t": "integer<3"},
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_claims_that_hide(name: str) -> None:
    function, wrt, claim, shapes = WRONG[name]
    assert _verdict(function, wrt, claim, shapes) is Verdict.REFUTED


@pytest.mark.parametrize("name", DISCRETE)
def test_wrong_in_one_choice_of_labels(name: str) -> None:
    function, claim, shapes, assume = DISCRETE[name]
    assert _verdict(function, None, claim, shapes, assume) is Verdict.REFUTED


def _verdict(
    function: str,
    wrt: str | None,
    claim: str,
    shapes: Mapping[str, str],
    assume: Mapping[str, str] | None = None,
) -> Verdict:
    """The verdict without the search for the slip."""
    form = Form(function, dict(shapes), wrt, claim, dict(assume or {}))
    graph = form.graph_of(claim)
    if graph is None:  # another shape: as it is, by its layouts
        return Verdict.PROVED if form.checker.holds(claim, form.truth) else Verdict.REFUTED
    found = judged_equal(*graph, form.truth.name, form.checker.pool)
    return getattr(found, "verdict", Verdict.REFUTED)


TRUE = [
    ("np.sum(np.abs(x)**2)", "x", "2*x"),
    ("np.maximum(x, y)", None, "(x + y + np.abs(x - y))/2"),
    ("np.clip(x, 0, 1)", None, "np.minimum(np.maximum(x, 0), 1)"),
    ("np.max(x)", None, "-np.min(-x)"),
    ("softplus(x)", None, "x + softplus(-x)"),
    ("np.log(sigmoid(x))", None, "-softplus(-x)"),
    ("np.sin(x)**2", None, "1 - np.cos(x)**2"),
    ("erf(-x)", None, "-erf(x)"),
    ("x/np.sqrt(x**2)", None, "np.sign(x)"),
    ("np.exp(x + y)", None, "np.exp(x)*np.exp(y)"),
    ("np.exp(1)*x", None, "np.e*x"),
    ("np.prod(x)", "x", "np.prod(x)/x"),
    ("1e-20*np.sum(x**2)", "x", "2e-20*x"),
    ("1e300*np.sum(x**2)", "x", "2e300*x"),
    ("np.log((1 + 1e-60)*np.exp(x))", None, "x + np.log(1 + 1e-60)"),
    ("np.where(y > 0, np.sqrt(x**2), x)", None, "np.where(y > 0, np.abs(x), x)"),
]


@pytest.mark.parametrize(("function", "wrt", "claim"), TRUE, ids=lambda v: str(v))
def test_true_laws_are_proved(function: str, wrt: str | None, claim: str) -> None:
    shapes = {n: "N" for n in ("x", "y") if n in function}
    assert _verdict(function, wrt, claim, shapes) is Verdict.PROVED


def test_mutations_are_of_every_kind() -> None:
    """The generator makes each kind of mutation within a few hundred tries."""
    choose = random.Random(0)
    made = (mutated(form, choose) for form in islice(cycle(FORMS), 1500))
    assert {m[0] for m in made if m is not None} == set(MUTATIONS)
