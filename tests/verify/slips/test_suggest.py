"""The first suggestion for a wrong claim: the kind a lecturer would name, and a true correction."""

from importlib import import_module
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from symnet.notation.report import Slip
from symnet.verify.slips import suggestions
from tests.verify.slips.cases import CASES, Case
from tests.verify.slips.settings import Made

WRONG = [(c, claim, kinds) for c in CASES for claim, kinds in c.wrong.items()]
CLAIMS = Path(__file__).parents[2] / "claims"
HELD = 0.88  # of the published pairs whose first suggestion has an accepted kind

_MADE: dict[int, Made] = {}


def made(case: Case) -> Made:
    if id(case) not in _MADE:
        _MADE[id(case)] = Made(
            case.function, case.shapes, case.wrt, case.of, case.cotangent, case.assume
        )
    return _MADE[id(case)]


def first(case: Case, claim: str) -> Slip:
    slip = next(suggestions(made(case).setting(claim)), None)
    assert slip is not None, "nothing was suggested"
    return slip


def is_true(m: Made, claim: str) -> bool:
    values, truth = m.read(claim), m.setting(claim).truth
    return values is not None and all(
        np.shape(a) == np.shape(b) and np.allclose(a, b, 1e-9, 1e-11)
        for a, b in zip(values, truth, strict=True)
    )


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.function[:40])
def test_right_forms_are_right(case: Case) -> None:
    assert is_true(made(case), case.right)


@pytest.mark.parametrize(("case", "claim", "kinds"), WRONG, ids=[w[1][-50:] for w in WRONG])
def test_first_suggestion_is_named_and_true(case: Case, claim: str, kinds: str) -> None:
    assert not is_true(made(case), claim)
    slip = first(case, claim)
    assert slip.kind in kinds.split("/"), slip
    assert slip.sentence
    assert slip.correction == made(case).setting(claim).derived or is_true(
        made(case), slip.correction
    ), slip
    if slip.place is not None:
        assert claim[slice(*slip.place)] == slip.fragment


LEAST = CASES[0]


def test_author_keeps_spaces_and_names() -> None:
    slip = first(LEAST, "X.T @ (X@w+y)  + lam*w")
    assert slip.correction == "X.T @ (X@w-y)  + lam*w"
    assert (slip.fragment, slip.sentence) == ("y", "the sign of y is wrong")


def test_literal_is_dropped_where_it_stands() -> None:
    slip = first(LEAST, "2*X.T@(X@w - y) + lam*w")
    assert slip.correction == "X.T@(X@w - y) + lam*w"
    assert slip.sentence == "the factor 2 is too much here"


def test_index_notation_stays() -> None:
    slip = first(CASES[1], "w_bar[d] = sum[n](X[n,d]*(sum[e](X[n,e]*w[e]) + y[n]))/N")
    assert slip.correction == "w_bar[d] = sum[n](X[n,d]*(sum[e](X[n,e]*w[e]) - y[n]))/N"


def test_slip_in_a_line_of_its_own() -> None:
    slip = first(LEAST, "e = X@w + y; X.T@e + lam*w")
    assert slip.correction == "e = X@w - y; X.T@e + lam*w"
    assert slip.fragment == "y"


def test_part_that_stands_twice_is_put_right_twice() -> None:
    m = Made("p = softmax(z, axis=0); np.sum((p - y)**2)", {"z": "K", "y": "K"}, "z")
    slip = next(suggestions(m.setting("2*p*(p + y - p@(p + y))")))
    assert (slip.kind, slip.correction) == ("sign", "2*p*(p - y - p@(p - y))")


def test_nonsense_is_not_explained() -> None:
    claim = "np.sin(X.T@np.exp(y)) - lam**7*np.cos(w)"
    assert list(islice(suggestions(made(LEAST).setting(claim)), 1)) == []


def test_errors_of_numpy_are_restored() -> None:
    before = np.geterr()
    next(suggestions(made(LEAST).setting("X.T@(X@w + y) + lam*w")))
    assert np.geterr() == before


@pytest.mark.slow
def test_published_pairs() -> None:
    hits = total = 0
    for path in sorted(CLAIMS.glob("*.py")):
        module = import_module(f"tests.claims.{path.stem}")
        for p in getattr(module, "PAIRS", ()):
            if p.of == "identity" and p.wrt is not None:
                continue
            m = Made(p.function, p.shapes, p.wrt, p.of, p.cotangent, p.assume)
            for wrong in p.wrong:
                slip = next(suggestions(m.setting(wrong.claim)), None)
                total += 1
                hits += slip is not None and slip.kind in wrong.kinds
    assert hits >= HELD * total, f"{hits} of {total}"


SYMMETRIC = {"C": "spd"}


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("-H.T@np.linalg.inv(C)@z", "missing term"),  # a name for one that it is a term of
        ("-H.T@e", "factor"),  # a matrix left out is no power
    ],
)
def test_names_and_matrices(claim: str, kind: str) -> None:
    shapes = {"z": "N", "H": "N D", "x": "D", "C": "N N"}
    m = Made("e = z - H@x; e@np.linalg.inv(C)@e/2", shapes, "x", assume=SYMMETRIC)
    assert next(suggestions(m.setting(claim))).kind == kind


def test_what_is_missing_is_not_called_too_much() -> None:
    shapes = {"W": "N N", "f": "N"}
    function = "L = np.diag(W.sum(axis=1)) - W; f@L@f"
    m = Made(function, shapes, "f", assume={"W": "symmetric"})
    slip = next(suggestions(m.setting("2*W.sum(axis=1)*f")))
    assert slip.kind == "missing term"
    assert "too much" not in slip.sentence


@pytest.mark.parametrize(
    ("function", "shapes", "wrt", "claim"),
    [
        (
            "L = -t*log(sigmoid(x)) - (1 - t)*log(1 - sigmoid(x))",
            {"x": "", "t": ""},
            None,
            "maximum(x, 0) - x*t + log(1 + exp(-x))",
        ),
        (
            "r = sqrt(sum[k](u[k]^2)); e = minimum(l, r)",
            {"u": "K", "l": ""},
            "u",
            "u_bar[k] = 0.0*l/r*u[k]",
        ),
    ],
)
def test_numbers_without_value_are_no_error(
    function: str, shapes: dict[str, str], wrt: str | None, claim: str
) -> None:
    m = Made(function, shapes, wrt, of="identity" if wrt is None else "gradient")
    next(suggestions(m.setting(claim)), None)


def test_factor_of_one_term() -> None:
    m = Made("L = -t*log(sigmoid(x)) - (1 - t)*log(1 - sigmoid(x))", {"x": "", "t": ""}, "x")
    slip = next(suggestions(m.setting("t*(sigmoid(x) - 1)")))
    assert slip.correction == "sigmoid(x) - t"


def test_claim_of_nothing() -> None:
    m = Made("np.sum((X@w - y)**2)", {"X": "N D", "w": "D", "y": "N"}, "w")
    slip = next(suggestions(m.setting("np.zeros(D)")))
    assert (slip.kind, slip.correction) == ("missing term", m.setting("w").derived)
