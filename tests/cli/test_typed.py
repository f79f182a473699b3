"""Typed text at the command line: every form, every source, and nothing printed after an error."""

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symnet.cli import answer, main
from symnet.cli.typed import Typed
from symnet.notation import CheckFailed, Graph
from symnet.notation.parse import parse

Capture = pytest.CaptureFixture[str]

REGRESSION = "np.sum((X@W - Y)**2)/12"
SHAPES = ["--shape", "X=N,D", "--shape", "W=D,K", "--shape", "Y=N,K"]
ATTENTION = """Q = X @ A
K = X @ B + b
P = softmax(Q @ K.T / np.sqrt(E), axis=1)
np.sum(G * (P @ X))
"""
PROJECTIONS = "X=N,D A=D,E B=D,E b=E G=N,D"


def test_the_whole_page(capsys: Capture) -> None:
    assert main(["derive", REGRESSION, *SHAPES, "--wrt", "W"]) == 0
    out = capsys.readouterr().out
    assert "gradient with respect to W:" in out
    assert "W_bar[d,k] = sum[n](X[n,d]*(sum[e](X[n,e]*W[e,k]) - Y[n,k]))/6" in out
    assert "judges: passed" in out


def test_one_form_only(capsys: Capture) -> None:
    assert main(["derive", REGRESSION, *SHAPES, "--wrt", "W", "--form", "index"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()] == ["L", "W_bar[d,k]"]
    assert main(["derive", REGRESSION, *SHAPES, "--wrt", "W", "--form", "latex"]) == 0
    assert r"\bar W_{dk} &=" in capsys.readouterr().out


def test_matrix_form_and_numpy_text_that_runs(capsys: Capture) -> None:
    asked = ["derive", REGRESSION, *SHAPES, "--wrt", "W"]
    assert main([*asked, "--form", "matrix"]) == 0
    assert capsys.readouterr().out == "L     = ||X W - Y||_F^2/12\nW_bar = X^T (X W - Y)/6\n"
    assert main([*asked, "--form", "latex-matrix"]) == 0
    assert r"\bar W &= \frac{1}{6} X^T (X W - Y)" in capsys.readouterr().out
    assert main([*asked, "--form", "numpy"]) == 0
    again = capsys.readouterr().out
    shapes = {"X": "N D", "W": "D K", "Y": "N K"}
    claimed = parse(again, shapes, notation="numpy").definition("W_bar")
    assert claimed is not None


def test_a_wrong_numpy_form_is_not_printed(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["derive", REGRESSION, *SHAPES, "--wrt", "W", "--form", "numpy"]
    right = answer.text

    def wrong(graph: Graph, *more: object, form: str = "index") -> str:
        found = right(graph, *more, form=form)  # type: ignore[arg-type]
        return f"{found}*2" if form == "numpy" else found

    monkeypatch.setattr(answer, "text", wrong)
    assert main(asked) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "W_bar in NumPy form differs by" in err


def test_several_variables_in_three_ways(capsys: Capture) -> None:
    ways = (["--wrt", "W,X"], ["--wrt", "W", "--wrt", "X"], ["--wrt", "W, X"])
    said = set()
    for way in ways:
        assert main(["derive", REGRESSION, *SHAPES, *way, "--form", "index", "--no-check"]) == 0
        said.add(capsys.readouterr().out)
    assert len(said) == 1
    assert "X_bar[" in said.pop()


def test_text_may_start_with_a_sign(capsys: Capture) -> None:
    asked = ["derive", "-np.sum(p*np.log(p))", "--shape", "p=K", "--form", "index", "--no-check"]
    assert main(asked) == 0
    assert "p_bar[k] = -log(p[k]) - 1" in capsys.readouterr().out


def test_text_from_a_file_and_from_standard_input(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "loss.txt"
    path.write_text(REGRESSION)
    monkeypatch.setattr(sys, "stdin", io.StringIO(REGRESSION))
    said = set()
    for subject in (REGRESSION, f"@{path}", str(path), "-"):
        assert main(["derive", subject, *SHAPES, "--form", "index", "--no-check"]) == 0
        said.add(capsys.readouterr().out)
    assert len(said) == 1
    assert main(["derive", f"@{tmp_path / 'none'}"]) == 2
    assert capsys.readouterr() == ("", f"symnet: {tmp_path / 'none'}: no such file\n")


def test_a_python_file_is_read_and_never_run(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "evil.py"
    path.write_text("open('ran', 'w')\nnp.sum(x**2)\n")
    assert main(["derive", str(path), "--shape", "x=N"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "open" in err
    assert not (tmp_path / "ran").exists()


def test_hessian_jacobian_and_pushforward(capsys: Capture) -> None:
    shapes = ["--shape", "X=N,D w=D y=N"]
    loss = "np.sum((X@w - y)**2)"
    assert main(["derive", loss, *shapes, "--wrt", "w", "--order", "2"]) == 0
    assert "d2L_dw2[d,e] = 2*sum[n](X[n,d]*X[n,e])" in capsys.readouterr().out
    assert main(["derive", "tanh(X@w)", *shapes[:1], "X=N,D w=D", "--wrt", "w", "--jacobian"]) == 0
    assert "dy_dw[n,d]" in capsys.readouterr().out
    assert main(["derive", loss, *shapes, "--wrt", "w", "--jvp"]) == 0
    assert "w_dot" in capsys.readouterr().out
    assert main(["derive", loss, *shapes, "--order", "2"]) == 2
    assert "a Hessian is by one variable; name it: --wrt X or --wrt w" in capsys.readouterr().err


def test_an_output_with_axes_gets_a_cotangent_and_says_so(capsys: Capture) -> None:
    assert main(["derive", "X @ W", "--shape", "X=N,D W=D,K", "--form", "index"]) == 0
    out = capsys.readouterr().out
    assert "# y is no scalar: y_bar, of the shape of y, is its given cotangent" in out


def test_a_zero_gradient_says_why(capsys: Capture) -> None:
    asked = ["derive", ATTENTION, "--shape", PROJECTIONS, "--wrt", "b"]
    assert main([*asked, "--form", "index"]) == 0
    (line,) = [x for x in capsys.readouterr().out.splitlines() if x.startswith("b_bar")]
    assert "= 0  # shift invariance: P does not change when the same number is added" in line
    assert main([*asked, "--form", "latex"]) == 0
    assert "% b_bar = 0: shift invariance" in capsys.readouterr().out
    assert main([*asked, "--json"]) == 0
    assert "shift invariance" in " ".join(json.loads(capsys.readouterr().out)["notes"])


def test_json_has_the_documented_keys(capsys: Capture) -> None:
    assert main(["derive", REGRESSION, *SHAPES, "--wrt", "W", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {"name", "kind", "wrt", "definitions", "gradient", "matrix", "numpy"} <= set(answer)
    assert {"latex", "latex_matrix", "steps", "cost", "judges", "notes"} <= set(answer)
    assert answer["judges"]["passed"] is True
    assert answer["kind"] == "gradient"
    assert answer["wrt"] == ["W"]


def test_steps_and_cost(capsys: Capture) -> None:
    asked = ["np.sum(softmax(S)*G)", "--shape", "S=N,M G=N,M", "--wrt", "S"]
    counts = []
    for level in ("result", "slide", "homework"):
        assert main(["steps", *asked, "--level", level]) == 0
        counts.append(len(capsys.readouterr().out.splitlines()))
    assert counts == sorted(counts)
    assert counts[0] < counts[2]
    assert main(["steps", *asked, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["steps"]
    assert {"entry", "rule", "reason", "before", "after"} == set(rows[0])
    assert main(["cost", "X @ W", "--shape", "X=N,D W=D,K", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"][0]["flops"] == "2*D*K*N"


def test_export_runs_without_symnet(tmp_path: Path) -> None:
    path = tmp_path / "loss.py"
    asked = [REGRESSION, *SHAPES, "--wrt", "W", "-o", str(path)]
    assert main(["export", *asked]) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["loss.py"]
    program = (
        "import sys; sys.modules['symnet'] = sys.modules['sympy'] = None\n"
        "import numpy as np, loss\n"
        "r = np.random.default_rng(0)\n"
        "X, W, Y = r.normal(size=(4, 3)), r.normal(size=(3, 2)), r.normal(size=(4, 2))\n"
        "f = loss.evaluate(X=X, W=W, Y=Y)\n"
        "assert np.allclose(f['W_bar'], X.T @ (X @ W - Y) / 6)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)


def test_a_failed_export_leaves_the_old_file(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "loss.py"
    path.write_text("old")
    assert main(["export", "np.sum(X @ ", *SHAPES, "-o", str(path)]) == 2
    assert path.read_text() == "old"
    assert main(["export", REGRESSION, *SHAPES, "-o", str(tmp_path / "no" / "f.py")]) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["loss.py"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["np.sum(sofmax(X))", *SHAPES], "did you mean softmax"),
        (["np.sum(X @ X)", *SHAPES], "^"),
        (["np.sum(x**2)"], "--shape x=N,D"),
        (["X", "--shape", "X"], "--shape 'X': expected NAME=..., such as X=N,D"),
        (["X", "--shape", "X=N", "--assume", "X=prime"], "unknown assumption 'prime'"),
        ([REGRESSION, *SHAPES, "--wrt", "V"], "the graph has no tensor V"),
        (["softmax", "--assume", "x=one_hot"], "--assume is for TEXT"),
        (["9**9**9", "--shape", "x=N"], "exponent"),
        (["(" * 10**6], "characters"),
        (["a" * 10**5 + "*2"], "characters"),
        (["__import__('os').system('touch ran')"], "__import__"),
        (["(lambda: 1)()", "--shape", "x=N"], "^"),
        (["x.__class__.__bases__", "--shape", "x=N"], "__"),
        (["np.sum(x)", "--shape", "x=1000000000000"], "extent"),
        (["3.5 + 1", "--shape", "t=N", "--assume", "t=integer"], "no real tensor"),
    ],
)
def test_bad_input_is_one_message_and_status_2(
    words: list[str], said: str, capsys: Capture
) -> None:
    started = time.perf_counter()
    for verb in ("derive", "steps", "cost", "export", "draw"):
        if words[0] == "3.5 + 1" and verb not in ("derive", "steps"):
            continue
        if "V" in words and verb == "draw":
            continue
        assert main([verb, *words]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("symnet: ")
        assert said in err
        assert len(err) < 1000
        assert "Traceback" not in err
    assert time.perf_counter() - started < 10


def test_large_numbers_are_judged_at_small_ones(capsys: Capture) -> None:
    shapes = "X=60000,784 W=784,10 Y=60000,10"
    asked = ["derive", "np.sum((X@W - Y)**2)", "--shape", shapes]
    assert main([*asked, "--wrt", "W"]) == 0
    assert "judges: passed" in capsys.readouterr().out
    small = Typed("np.sum(X)", {"X": "60000 784"}, {}).small()
    assert [int(e) for e in small.tensor("X").shape] == [3, 2]


def test_what_is_too_large_for_the_judges_is_not_shown(capsys: Capture) -> None:
    text = "np.sum(x.reshape(1000, 1000) @ x.reshape(1000, 1000))"
    assert main(["derive", text, "--shape", "x=1000000"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "skip the judges with --no-check" in err
    assert main(["derive", text, "--shape", "x=1000000", "--no-check"]) == 0


def test_nothing_is_shown_when_a_judge_disagrees(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise CheckFailed("the judges do not confirm it")

    monkeypatch.setattr(answer, "judged", refuse)
    assert main(["derive", REGRESSION, *SHAPES]) == 1
    assert capsys.readouterr() == ("", "symnet: the judges do not confirm it\n")


def test_a_pipe_is_plain_and_a_terminal_is_coloured() -> None:
    program = (
        "import sys; sys.stdout.isatty = lambda: True\n"
        "from symnet.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = ["derive", "np.sum(x**2)", "--shape", "x=N", "--form", "index", "--no-check"]
    said = {}
    for name, more in (("colour", {"FORCE_COLOR": "1"}), ("plain", {"NO_COLOR": "1"})):
        env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
        done = subprocess.run(
            [sys.executable, "-c", program, *words],
            capture_output=True,
            text=True,
            env={**env, "TERM": "xterm-256color", **more},
        )
        said[name] = done.stdout
    assert "\x1b[1;36mx_bar" in said["colour"]
    assert said["plain"] == "L        = sum[n](x[n]^2)\nx_bar[n] = 2*x[n]\n"
