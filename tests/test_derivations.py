"""Every page of derivations/ runs, the judges pass, and each claim comes out as the page says.

The formulas themselves stand in golden/derivations_*.txt.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import ziamath

from symnet.cli import names
from symnet.cli.claim import Finding
from symnet.cli.page import Page, Report, report_on
from symnet.notation.report import Verdict
from symnet.render.latex import PREAMBLE
from symnet.render.text import text
from symnet.verify.check import check

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "derivations"
PAGES = sorted(p.stem for p in FOLDER.glob("*.py"))


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    return {name: names.page(name) for name in PAGES}


def test_every_page_is_found_by_the_command_line() -> None:
    assert names.page_folder().resolve() == FOLDER
    assert names.page_names() == PAGES


@pytest.mark.parametrize("name", PAGES)
def test_page(
    name: str,
    pages: dict[str, Page],
    golden: Callable[[str, str], None],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """All of a page in one test: its sections are derived, judged and checked once."""
    page = pages[name]
    assert page.name == name
    reports = [report_on(s) for s in page.sections()]
    judges_and_claims(reports)
    assert page.show(reports)
    assert "What we learnt" in capsys.readouterr().out
    golden(f"derivations_{name}.txt", formulas(reports))
    read_by_a_typesetter(reports)
    if ENGINES:
        compiles(reports, tmp_path)


def judges_and_claims(reports: list[Report]) -> None:
    for report in reports:
        title = report.section.title
        assert report.verdict is None or report.verdict.passed, f"{title}: {report.verdict}"
        for finding in report.findings:
            assert finding.as_expected, f"{title}: {finding}"


def answer(f: Finding) -> str:
    """Verdict, wrong step, slip, and the claim; a derivation has a line for each step."""
    said = [f.verdict, f.report.step and f"step {f.report.step}", f.claim.slip]
    return (
        f"{', '.join(str(s) for s in said if s):10} {f.shown.replace(chr(10), chr(10) + ' ' * 11)}"
    )


def formulas(reports: list[Report]) -> str:
    lines = []
    for report in reports:
        section = report.section
        lines += [f"# {section.title}", text(section.graph)]
        if section.wrt:
            lines += ["", text(report.derived, "gradient")]
        lines += ["", report.latex, ""]
        lines += [*(answer(f) for f in report.findings), ""]
    return "\n".join(lines)


BY_STEPS = ("cross_entropy_steps", "layer_norm_steps")


@pytest.mark.parametrize("name", BY_STEPS)
def test_a_derivation_of_twelve_steps_is_proved_step_by_step(name: str) -> None:
    page = names.page_module(name)
    section = page.sections()[0]
    report = check(section.graph, section.wrt[0], list(page.STEPS))
    assert report.verdict is Verdict.PROVED
    assert [r.verdict for r in report.steps] == [Verdict.PROVED] * 12
    assert report.step is None


@pytest.mark.parametrize("step", range(1, 13))
@pytest.mark.parametrize("name", BY_STEPS)
def test_exactly_the_step_that_is_wrong_is_named(name: str, step: int) -> None:
    page = names.page_module(name)
    section = page.sections()[0]
    report = check(section.graph, section.wrt[0], list(page.falsified(step)))
    assert report.verdict is Verdict.REFUTED
    assert report.step == step
    assert [bool(r) for r in report.steps] == [True] * (step - 1) + [False]
    assert report.counterexample is not None


@pytest.mark.parametrize("name", PAGES)
def test_every_page_shows_a_formula_with_its_source_and_says_what_is_wrong(
    pages: dict[str, Page], name: str
) -> None:
    claims = [c for s in pages[name].sections() for c in s.claims]
    assert any(c.right for c in claims)
    assert all(c.source for c in claims)
    assert name == "digits" or any(not c.right for c in claims)


def read_by_a_typesetter(reports: list[Report]) -> None:
    """Without TeX: groups are balanced, and ziamath sets every row and knows every command."""
    for report in reports:
        for row in report.latex.split("\\\\\n"):
            assert row.count("{") - row.count(r"\{") == row.count("}") - row.count(r"\}"), row
            formula = row.replace("&", "").strip()
            assert formula
            assert ziamath.Latex(formula).svg().startswith("<svg")


ENGINES = [e for e in ("pdflatex", "lualatex", "xelatex", "tectonic") if shutil.which(e)]


def compiles(reports: list[Report], folder: Path) -> None:
    """With TeX, if there is an engine."""
    body = "\n".join(f"\\begin{{align*}}\n{r.latex}\n\\end{{align*}}" for r in reports)
    page = (
        f"\\documentclass{{article}}\n{PREAMBLE}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )
    (folder / "page.tex").write_text(page, encoding="utf-8")
    options = [] if ENGINES[0] == "tectonic" else ["-interaction=nonstopmode", "-halt-on-error"]
    done = subprocess.run(
        [ENGINES[0], *options, "page.tex"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "openin_any": "p", "openout_any": "p", "shell_escape": "f"},
    )
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("name", ["dense", "cross_entropy_steps", "autoencoder"])
def test_page_runs_alone(name: str) -> None:
    done = subprocess.run(
        [sys.executable, FOLDER / f"{name}.py"],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "What we learnt" in done.stdout


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_a_script(name: str) -> None:
    """What the three pages above do when they are run, all of them do."""
    last = (FOLDER / f"{name}.py").read_text(encoding="utf-8").rstrip().splitlines()[-2:]
    assert last == ['if __name__ == "__main__":', "    raise SystemExit(not PAGE.run())"]


def test_digits_train_in_five_epochs() -> None:
    page = names.page_module("digits")
    fitted = page.train(seed=0, epochs=5)
    assert fitted.history.loss[-1] < 0.2 < 0.6 < fitted.history.loss[0]
    assert page.score(fitted, 0)["test accuracy %"] > 94.0


def test_a_gate_learns_the_product_that_dense_layers_do_not() -> None:
    page = names.page_module("digits")
    assert page.product_error("gate", 0) < 1e-10
    assert page.product_error("dense", 0) > 0.05


@pytest.mark.slow
def test_every_figure_of_the_digits_page_is_reached() -> None:
    missed = [f for f in names.page_module("digits").accept() if not f.reached]
    assert missed == []
