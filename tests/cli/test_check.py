"""symnet check: verdicts, exit status, files, derivations, JSON, errors with a caret."""

import json
from pathlib import Path

import pytest

from symnet.cli import main

SQUARES = ("np.sum((X@W-Y)**2)/12", "--shape", "X=N,D W=D,K Y=N,K", "--wrt", "W")
CROSS = ("-np.sum(t*log_softmax(x, axis=1))", "--shape", "x=N,K t=N,K", "--wrt", "x")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = main(["check", *words])
    return status, capsys.readouterr().out


def test_proved(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = said(capsys, *SQUARES, "--claim", "X.T@(X@W-Y)/6")
    assert status == 0
    assert out.startswith("PROVED   W_bar (D, K)\n")
    assert "for all sizes" in out


def test_refuted_with_slip_place_and_correction(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = said(capsys, *SQUARES, "--claim", "X.T@(X@W-Y)/12")
    assert status == 1
    lines = out.splitlines()
    assert "  slip     factor: 12 stands here where 6 should" in lines
    assert "  right is X.T@(X@W-Y)/6" in lines
    assert lines[lines.index("           X.T@(X@W-Y)/12") + 1].strip() == "^^"


def test_an_assumption_that_is_not_granted(capsys: pytest.CaptureFixture[str]) -> None:
    claim = ("--claim", "softmax(x, axis=1) - t")
    status, out = said(capsys, *CROSS, *claim)
    assert status == 1
    assert "assumption: true if the rows of t sum to 1" in out
    status, out = said(capsys, *CROSS, *claim, "--assume", "t=one_hot")
    assert status == 0


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = said(capsys, *SQUARES, "--claim", "X.T@(X@W+Y)/6", "--json")
    answer = json.loads(out)
    assert status == 1
    assert (answer["verdict"], answer["slip"]["kind"]) == ("refuted", "sign")
    start, end = answer["slip"]["place"]
    assert answer["claim"][start:end] == answer["slip"]["fragment"] == "Y"
    assert answer["slip"]["correction"] == "X.T@(X@W-Y)/6"
    assert set(answer) >= {
        "about",
        "derived",
        "layout",
        "evidence",
        "counterexample",
        "steps",
        "notes",
    }


def test_an_equation_needs_no_claim(capsys: pytest.CaptureFixture[str]) -> None:
    shape = ("--shape", "A=N,D B=D,N")
    assert said(capsys, "np.trace(A@B) == np.trace(B@A)", *shape)[0] == 0
    assert said(capsys, "np.trace(A@B) == 2*np.trace(B@A)", *shape)[0] == 1


STEPS = ("p = softmax(x, axis=1)", "p*np.sum(t, axis=1, keepdims=True) - t", "= p*1 - t")


def test_a_derivation_from_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "steps.txt"
    file.write_text("\n".join(STEPS))
    status, out = said(capsys, *CROSS, "--claim", f"@{file}", "--assume", "t=simplex")
    assert (status, out.count("PROVED")) == (0, 4)
    status, out = said(capsys, *CROSS, *(w for s in STEPS for w in ("--claim", s)))
    assert status == 1
    assert "step 3 is wrong" in out.splitlines()[0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((*SQUARES, "--claim", "X.T@(X@W-"), "^"),
        ((*SQUARES, "--claim", "X.T@(X@W-Q)"), "Q"),
        ((*SQUARES[:-1], "V", "--claim", "X"), "no tensor V"),
        (SQUARES, "claim"),
        ((*SQUARES, "--claim", "@nowhere.txt"), "no such file"),
        ((*SQUARES, "--claim", "__import__('os').getcwd()"), "__import__"),
    ],
)
def test_what_cannot_be_read_exits_with_2(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], expected: str
) -> None:
    status = main(["check", *words])
    captured = capsys.readouterr()
    assert (status, captured.out) == (2, "")
    assert expected in captured.err
    assert "Traceback" not in captured.err
