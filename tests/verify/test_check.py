"""The front of the checker: kinds of claim, verdicts, evidence, what is refused."""

import pytest
import sympy

from symnet.notation import GraphError, ParseError, UnknownTensor
from symnet.notation.parse import parse
from symnet.notation.report import Report, Verdict
from symnet.verify.check import Checker, check, check_tensor

SHAPES = {"X": "N D", "w": "D", "y": "N"}
LOSS = "np.sum((X@w - y)**2)"


def test_proved() -> None:
    report = check(LOSS, "w", "2*X.T@(X@w - y)", SHAPES)
    assert report.verdict is Verdict.PROVED and bool(report)
    assert report.about == "w_bar (D)"
    assert report.evidence.failure < 1e-12
    assert len(report.evidence.sizes) == 2


def test_refuted() -> None:
    report = check(LOSS, "w", "X.T@(X@w - y)", SHAPES)
    assert report.verdict is Verdict.REFUTED and not report
    assert report.counterexample is not None and report.slip is not None
    assert check(LOSS, "w", report.correction, SHAPES)


def test_agrees() -> None:
    report = check("np.sin(2*x)", None, "2*np.sin(x)*np.cos(x)", {"x": "N"})
    assert report.verdict is Verdict.AGREES and bool(report)
    assert report.evidence.kind == "50 digits" and report.evidence.trials == 5
    assert report.evidence.remarks


KINDS = [
    (LOSS, "w", "2*X.T@X", "the Hessian, by its shape"),
    ("X@w", "w", "X", "the Jacobian, by its shape"),
    ("X@w", "w", "X.T@y2_bar", "the pullback, by the cotangent"),
    (LOSS, None, "np.sum((X@w)**2) - 2*y@X@w + y@y", "another way to write it"),
    (LOSS, "w", "w_bar == 2*X.T@(X@w - y)", "an equation"),
    (LOSS, "w", ["w_bar = 2*X.T@(X@w - y)", "= 2*X.T@X@w - 2*X.T@y"], "a derivation"),
]


@pytest.mark.parametrize(("function", "wrt", "claim", "kind"), KINDS, ids=[k[3] for k in KINDS])
def test_kinds_of_claim(function: str, wrt: str | None, claim: object, kind: str) -> None:
    shapes = {n: s for n, s in SHAPES.items() if n in function}
    if isinstance(claim, str) and "y2_bar" in claim:
        claim = claim.replace("y2_bar", f"{parse(function, shapes).output.name}_bar")
    report = check(function, wrt, claim, shapes)
    assert report.verdict is Verdict.PROVED, report


def test_an_identity_without_a_function() -> None:
    shapes = {"A": "N K", "B": "K M"}
    assert check("(A@B).T == B.T@A.T", shapes=shapes)
    assert not check("(A@B).T == A.T@B.T", shapes={"A": "N N", "B": "N N"})


def test_sympy_both() -> None:
    n = sympy.symbols("n", integer=True, positive=True)
    i = sympy.symbols("i", integer=True)
    x = sympy.IndexedBase("x", shape=(n,))
    report = check(sympy.Sum(x[i] ** 3, (i, 0, n - 1)), "x", "3*x**2")
    assert report.verdict is Verdict.PROVED


def test_one_tensor_of_a_graph() -> None:
    graph = parse("z = X@w\nnp.tanh(z)", {"X": "N D", "w": "D"})
    assert check_tensor(graph, "z", "z[n] = sum[d](w[d]*X[n,d])")
    assert not check_tensor(graph, "z", "2*X@w")
    with pytest.raises(UnknownTensor):
        check_tensor(graph, "q", "X@w")


@pytest.mark.parametrize("claim", ["w_bar", "a = w_bar; a", "w_bar = w_bar", "1*w_bar"])
def test_the_derivative_proves_nothing_about_itself(claim: str) -> None:
    with pytest.raises(ParseError):
        check(LOSS, "w", claim, SHAPES)


def test_wrong_questions_are_refused() -> None:
    with pytest.raises(GraphError, match="expected one of"):
        check(LOSS, "w", "w", SHAPES, of="grad")
    with pytest.raises(UnknownTensor):
        check(LOSS, "v", "w", SHAPES)
    with pytest.raises(GraphError, match="no claim"):
        check(LOSS, "w", None, SHAPES)


def test_the_same_answer_twice() -> None:
    first, second = (check(LOSS, "w", "2*X.T@(X@w + y)", SHAPES, seed=3) for _ in range(2))
    assert str(first) == str(second)


def test_a_checker_serves_many_claims() -> None:
    checker = Checker(LOSS, "w", SHAPES)
    answers: list[Report] = [checker.check(c) for c in ("2*X.T@(X@w - y)", "2*X.T@X", "w")]
    assert [bool(a) for a in answers] == [True, True, False]
    truth = checker.truth("gradient")
    assert checker.holds("2*X.T@(X@w - y)", truth)
    assert not checker.holds("2*X.T@(X@w", truth)


def test_assumptions_matter() -> None:
    for function, claim, shapes, word in (
        ("np.linalg.inv(A)", "A.T", {"A": "N N"}, {"A": "orthogonal"}),
        ("np.linalg.inv(A)", "np.linalg.inv(A).T", {"A": "N N"}, {"A": "spd"}),
        ("np.sum(y**2)", "1", {"y": "K"}, {"y": "one_hot"}),
        ("np.sum(np.abs(p))", "1", {"p": "K"}, {"p": "simplex"}),
        (
            "np.sqrt(x*y)",
            "np.sqrt(x)*np.sqrt(y)",
            {"x": "N", "y": "N"},
            {"x": "positive", "y": "positive"},
        ),
    ):
        assert check(function, None, claim, shapes, word).verdict is Verdict.PROVED, claim
        assert not check(function, None, claim, shapes), claim
    assert not check("np.linalg.det(A)", None, "1", {"A": "N N"}, {"A": "orthogonal"})
