"""The command line: answers, exit status, messages; in a process of its own where it matters."""

import json
import subprocess
import sys
import time

import pytest

from symnet.cli import main
from symnet.layers import catalogue

Capture = pytest.CaptureFixture[str]


def test_help_names_every_verb_and_answers_at_once() -> None:
    program = "import sys; from symnet.cli import main; sys.exit(main(['--help']))"
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        best = min(best, time.perf_counter() - started)
    assert done.returncode == 0
    for verb in ("derive", "draw", "export", "cost", "train", "list", "tour"):
        assert f"\n    {verb} " in done.stdout
    assert best < 0.3


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from symnet.cli import parser; parser(); "
        "print([m for m in ('sympy', 'numpy', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("verb", ["derive", "draw", "export", "cost", "train", "list", "tour"])
def test_every_verb_has_help_with_an_example(verb: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as left:
        main([verb, "--help"])
    assert left.value.code == 0
    assert f"example: symnet {verb}" in capsys.readouterr().out


def test_no_verb_shows_help_and_is_wrong_usage(capsys: Capture) -> None:
    assert main([]) == 2
    assert "usage: symnet" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["derive", "draw", "export", "cost"])
def test_unknown_name_gets_the_nearest_ones(verb: str, capsys: Capture) -> None:
    assert main([verb, "sofmax"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "symnet: unknown name 'sofmax'; did you mean softmax or log_softmax?\n"


def test_unknown_page_to_train(capsys: Capture) -> None:
    assert main(["train", "digit"]) == 2
    assert "did you mean digits?" in capsys.readouterr().err
    assert main(["train", "dense"]) == 2
    assert "dense trains nothing; what can be trained: digits" in capsys.readouterr().err


def test_derive_a_layer(capsys: Capture) -> None:
    assert main(["derive", "gate", "--wrt", "x"]) == 0
    out = capsys.readouterr().out
    assert "x_bar[n,j] = y[n,j]*z_bar[n,j]" in out
    assert "judges: passed" in out


def test_derive_in_one_form_only(capsys: Capture) -> None:
    assert main(["derive", "linear", "--form", "text"]) == 0
    out = capsys.readouterr().out
    assert "W_bar[i,j] = sum[n](x[n,i]*y_bar[n,j])" in out
    assert "judges" not in out
    assert main(["derive", "linear", "--form", "latex"]) == 0
    assert r"\bar W_{ij} &=" in capsys.readouterr().out


def test_derive_with_an_unknown_variable(capsys: Capture) -> None:
    assert main(["derive", "linear", "--wrt", "V"]) == 1
    assert capsys.readouterr().err.startswith("symnet: the graph has no tensor V")


def test_derive_as_json(capsys: Capture) -> None:
    assert main(["derive", "softmax", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    first = answer["sections"][0]
    assert first["judges"]["passed"] is True
    assert [c["verdict"] for c in first["claims"]].count("refuted") == 1
    assert all(c["as_expected"] for c in first["claims"])


def test_list(capsys: Capture) -> None:
    assert main(["list"]) == 0
    out = capsys.readouterr().out
    assert "softmax_cross_entropy" in out
    assert main(["list", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer["layers"]) == set(catalogue())
    assert "digits" in answer["trainable"]
