"""The command line: answers, exit status, messages; in a process of its own where it matters."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from symnet.cli import main, names, training
from symnet.cli.subject import Subject, derived
from symnet.cli.trainable import Figure, Training
from symnet.codegen import build
from symnet.layers import catalogue
from symnet.train import load
from symnet.train.checkpoint import read
from symnet.train.optimizers import OPTIMIZERS
from symnet.verify.sample import random_sizes, sample

Capture = pytest.CaptureFixture[str]


def test_help_names_every_verb_and_answers_at_once() -> None:
    program = "import sys; from symnet.cli import main; sys.exit(main(['--help']))"
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        best = min(best, time.perf_counter() - started)
    assert done.returncode == 0
    for verb in ("derive", "steps", "draw", "export", "cost", "train", "list", "tour"):
        assert f"\n    {verb} " in done.stdout
    assert best < 0.3


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from symnet.cli import parser; parser(); "
        "print([m for m in ('sympy', 'numpy', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    "verb", ["derive", "steps", "draw", "export", "cost", "train", "list", "tour"]
)
def test_every_verb_has_help_with_an_example(verb: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as left:
        main([verb, "--help"])
    assert left.value.code == 0
    out = capsys.readouterr().out
    assert re.search(rf"^example(: |s:\n  )symnet {verb}", out, re.MULTILINE)


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
    assert "dense trains nothing; what can be trained: " in capsys.readouterr().err


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
    assert main(["derive", "linear", "--wrt", "V"]) == 2
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
    assert set(answer["optimizers"]) == set(OPTIMIZERS)
    assert "digits" in answer["trainable"]


def test_train_prints_figures_and_saves_a_model(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "digits.safetensors"
    assert main(["train", "digits", "--epochs", "2", "--save", str(path)]) == 0
    assert "test accuracy %" in capsys.readouterr().out
    model = load(path, names.page_module("digits").classifier())
    assert set(model.parameters) == {"W1", "b1", "W2", "b2"}


def test_train_as_json(capsys: Capture) -> None:
    assert main(["train", "digits", "--epochs", "1", "--seed", "3", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["seed"], answer["epochs"], answer["steps"]) == (3, 1, 43)
    assert 50 < answer["figures"]["test accuracy %"] <= 100
    assert len(answer["history"]["loss"]) == 1


def test_train_into_a_folder_that_refuses(tmp_path: Path, capsys: Capture) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert main(["train", "digits", "--epochs", "1", "--checkpoint", str(blocked / "run")]) == 1
    err = capsys.readouterr().err
    assert err.startswith("symnet: ")
    assert "cannot be written" in err
    assert len(err.splitlines()) == 1


def test_resume_from_nothing(tmp_path: Path, capsys: Capture) -> None:
    assert main(["train", "digits", "--resume", str(tmp_path / "none")]) == 1
    assert "no such checkpoint" in capsys.readouterr().err


def test_accept_fails_where_a_figure_is_missed(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    for measured, status in ((97.0, 0), (96.0, 1)):
        figure = Figure("accuracy", measured, 97.0, unit=" %")
        found = Training(fit=Mock(), score=Mock(), accept=lambda shown, f=figure: [f], epochs=1)
        monkeypatch.setattr(training, "training_of", lambda name, t=found: t)
        assert main(["train", "digits", "--accept"]) == status
        assert ("yes" if status == 0 else "NO") in capsys.readouterr().out


def test_all_pages_in_one_table(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, tmp_path: Path
) -> None:
    pages = {"a": [Figure("loss", 0.5, 1.0, at_most=True)], "b": [Figure("accuracy", 50, 90)]}

    def of(name: str) -> Training:
        return Training(fit=Mock(), score=Mock(), accept=lambda shown: pages[name], epochs=1)

    monkeypatch.setattr(training, "training_of", of)
    monkeypatch.setattr(training, "trainable", lambda: list(pages))
    results = tmp_path / "results.md"
    assert main(["train", "--all", "--accept", "--results", str(results)]) == 1
    assert "accuracy" in capsys.readouterr().out
    written = results.read_text()
    assert "| a | loss | <= 1 | 0.5 | yes |" in written
    assert "| b | accuracy | >= 90 | 50 | **NO** |" in written


def test_train_without_a_name_or_with_too_much(capsys: Capture) -> None:
    for words, said in (
        (["train"], "what is to be trained? NAME is one of "),
        (["train", "--all"], "--all takes no NAME, and goes with --accept or --short"),
        (["train", "digits", "--all", "--accept"], "--all takes no NAME"),
        (
            ["train", "digits", "--variant", "gelu"],
            "digits has no variant 'gelu'; expected one of tanh",
        ),
    ):
        assert main(words) == 2
        assert said in capsys.readouterr().err


def test_train_draws_what_was_learnt(tmp_path: Path, capsys: Capture) -> None:
    assert main(["train", "digits", "--epochs", "2", "--report", str(tmp_path / "r")]) == 0
    assert "<svg" in (tmp_path / "r" / "loss.svg").read_text()


def test_ctrl_c_says_how_to_go_on_and_that_works(tmp_path: Path) -> None:
    """Interrupted by the signal and resumed, the run ends as one that was not, bit for bit."""
    run, whole, resumed = (tmp_path / name for name in ("run", "whole", "resumed"))
    program = "import sys; from symnet.cli import main; sys.exit(main())"
    words = [sys.executable, "-c", program, "train", "digits", "--epochs", "1500"]
    going = subprocess.Popen([*words, "--checkpoint", run], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while (not run.exists() or read(run).about["place"]["epoch"] < 2) and going.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    going.send_signal(signal.SIGINT)
    _, err = going.communicate(timeout=60)
    assert going.returncode == 1, err
    assert f"--resume {run}" in err
    assert "Traceback" not in err
    stopped = read(run).about["place"]["epoch"]
    epochs = str(stopped + 3)
    assert main(["train", "digits", "--epochs", epochs, "--save", str(whole)]) == 0
    more = ["--resume", str(run), "--save", str(resumed)]
    assert main(["train", "digits", "--epochs", epochs, *more]) == 0
    assert resumed.read_bytes() == whole.read_bytes()


def test_cost(capsys: Capture) -> None:
    assert main(["cost", "linear", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"][0] == {
        "name": "y",
        "pass": "forward",
        "flops": "2*I*J*N",
        "numbers": "J*N",
    }
    assert main(["cost", "mlp", "--wrt", "x"]) == 0
    assert "x_bar" in capsys.readouterr().out


def test_exported_code_needs_numpy_only_and_gives_the_same_bits(tmp_path: Path) -> None:
    """The loss and gradients of the digits model, in a process that refuses to import more."""
    path = tmp_path / "digits_step.py"
    assert main(["export", "digits", "-o", str(path)]) == 0
    graph = derived(Subject("digits", names.graph("digits")))
    sizes = random_sizes(graph, np.random.default_rng(0), smallest=3)
    arrays = sample(graph, sizes, np.random.default_rng(0))
    np.savez(tmp_path / "given.npz", **arrays)
    program = (
        "import sys, pathlib, numpy as np\n"
        "for name in ('symnet', 'sympy', 'networkx', 'opt_einsum', 'scipy', 'rich'):\n"
        "    sys.modules[name] = None\n"
        "sys.path.insert(0, '.')\n"
        "import digits_step\n"
        "given = dict(np.load('given.npz'))\n"
        "found = digits_step.evaluate(**given)\n"
        "np.savez('found.npz', **found)\n"
    )
    subprocess.run([sys.executable, "-I", "-c", program], cwd=tmp_path, check=True)
    inside = build(graph)(**arrays)
    with np.load(tmp_path / "found.npz") as found:
        assert set(found) == set(inside) == {"J", "W1_bar", "b1_bar", "W2_bar", "b2_bar"}
        for name, value in inside.items():
            assert found[name].tobytes() == np.asarray(value).tobytes(), name


def test_export_to_standard_output(capsys: Capture) -> None:
    assert main(["export", "linear", "--dtype", "float32"]) == 0
    out = capsys.readouterr().out
    assert "DTYPE = np.float32" in out
    assert "symnet" not in [line for line in out.splitlines() if line.startswith("import")]


def test_export_into_a_folder_that_is_not_there(tmp_path: Path, capsys: Capture) -> None:
    assert main(["export", "linear", "-o", str(tmp_path / "none" / "f.py")]) == 1
    assert "No such file or directory" in capsys.readouterr().err


def test_draw_into_a_folder_or_a_file(tmp_path: Path, capsys: Capture) -> None:
    assert main(["draw", "gate", "-o", str(tmp_path / "pictures")]) == 0
    drawn = tmp_path / "pictures" / "gate.svg"
    assert capsys.readouterr().out.strip() == str(drawn)
    assert drawn.read_text().lstrip().startswith("<svg")
    path = tmp_path / "forward.dot"
    assert main(["draw", "gate", "--forward", "-o", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == str(path)
    assert path.read_text().startswith("digraph")


def test_draw_an_overview_a_layer_a_direction_and_steps(tmp_path: Path, capsys: Capture) -> None:
    def boxes(name: str, *options: str) -> set[str]:
        path = str(tmp_path / "a.svg")
        assert main(["draw", name, "--no-check", "-o", path, *options]) == 0
        return set(re.findall(r'class="node [a-z]+" data-name="([^"]+)"', Path(path).read_text()))

    assert "multi-head attention" in boxes("encoder_block", "--overview")
    assert {"mu1", "x_hat1", "y1"} <= boxes("encoder_block", "--layer", "layer norm y1")
    assert "y_bar" not in boxes("gate", "--forward")
    assert "a_bar" not in boxes("gate", "--backward")
    assert {"h@0", "h@1", "c@1"} <= boxes("lstm", "--unrolled", "2")
    capsys.readouterr()
    assert main(["draw", "gate", "--no-check", "--unrolled", "2", "-o", str(tmp_path)]) == 2
    assert "no sequential index" in capsys.readouterr().err


def test_draw_a_page_of_all_views_or_of_one(tmp_path: Path, capsys: Capture) -> None:
    whole, one = tmp_path / "whole.html", tmp_path / "one.html"
    assert main(["draw", "encoder_block", "--no-check", "-o", str(whole)]) == 0
    assert main(["draw", "encoder_block", "--no-check", "--overview", "-o", str(one)]) == 0
    views = [len(re.findall(r'class="view"', p.read_text())) for p in (whole, one)]
    assert views == [6, 1]


def test_draw_says_where_letters_are_small(tmp_path: Path, capsys: Capture) -> None:
    options = ["draw", "encoder_block", "--no-check", "-o", str(tmp_path)]
    assert main(options) == 0
    assert "points on a slide, --overview or --layer TITLE" in capsys.readouterr().err
    assert main([*options, "--overview", "--json"]) == 0
    answer = capsys.readouterr()
    assert json.loads(answer.out)["text_size"] >= 8 and answer.err == ""


def test_tour_shows_every_station(tmp_path: Path, capsys: Capture) -> None:
    assert main(["tour", "-o", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "x_bar[n,k] = p[n,k]*(p_bar[n,k] - sum[j](p[n,j]*p_bar[n,j]))" in out
    assert "refuted, as a known mistake should be: x_bar[" in out
    assert "\nW_bar = X^T (X W - Y)/6\n" in out
    assert r"\frac{p_{nk} - [k=t_n]}{N}" in out
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "digits_step.py", "mlp.svg", "softmax.html", "softmax.tex"
    ]  # fmt: skip
    (accuracy,) = re.findall(r"test accuracy % +([0-9.]+)", out)
    assert float(accuracy) > 90


def test_a_pipe_that_closes_early_is_no_error() -> None:
    program = "import sys; from symnet.cli import main; sys.exit(main(['list']))"
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -c "{program}" | head -1'],
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("Pages")
    assert done.stderr == ""


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimiser_is_shown_exported_and_drawn_like_a_layer(
    name: str, tmp_path: Path, capsys: Capture
) -> None:
    assert main(["derive", name]) == 0
    out = capsys.readouterr().out
    assert "theta[i] <- theta_new[i]" in out
    assert r"\theta_i" in out
    assert main(["export", name]) == 0
    assert "def evaluate(" in capsys.readouterr().out
    assert main(["draw", name, "-o", str(tmp_path)]) == 0


@pytest.mark.parametrize("seed", ["-1", "x", "1.5", "9" * 30])
def test_a_seed_that_is_none_is_wrong_usage(seed: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as left:
        main(["derive", "dense", f"--seed={seed}"])
    assert left.value.code == 2
    assert "expected one of 0, 1, 2, ..." in capsys.readouterr().err
