"""Every page of derivations/ runs, the judges pass, and each claim comes out as the page says.

The formulas themselves stand in golden/derivations_*.txt.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
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


@cache
def reports(name: str) -> list[Report]:
    """The sections of a page, derived, judged and checked once."""
    return [report_on(s) for s in names.page(name).sections()]


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    return {name: names.page(name) for name in PAGES}


def test_every_page_is_found_by_the_command_line() -> None:
    assert names.page_folder().resolve() == FOLDER
    assert names.page_names() == PAGES


@pytest.mark.parametrize("name", PAGES)
def test_judges_and_claims(pages: dict[str, Page], name: str) -> None:
    page = pages[name]
    assert page.name == name
    for report in reports(name):
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


@pytest.mark.parametrize("name", PAGES)
def test_formulas(golden: Callable[[str, str], None], name: str) -> None:
    lines = []
    for report in reports(name):
        section = report.section
        lines += [f"# {section.title}", text(section.graph)]
        if section.wrt:
            lines += ["", text(report.derived, "gradient")]
        lines += ["", report.latex, ""]
        lines += [*(answer(f) for f in report.findings), ""]
    golden(f"derivations_{name}.txt", "\n".join(lines))


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


@pytest.mark.parametrize("name", PAGES)
def test_latex_is_read_by_a_typesetter(name: str) -> None:
    """Without TeX: groups are balanced, and ziamath sets every row and knows every command."""
    for report in reports(name):
        for row in report.latex.split("\\\\\n"):
            assert row.count("{") - row.count(r"\{") == row.count("}") - row.count(r"\}"), row
            formula = row.replace("&", "").strip()
            assert formula
            assert ziamath.Latex(formula).svg().startswith("<svg")


ENGINES = [e for e in ("pdflatex", "lualatex", "xelatex", "tectonic") if shutil.which(e)]


@pytest.mark.skipif(not ENGINES, reason="no TeX engine is installed")
@pytest.mark.parametrize("name", PAGES)
def test_latex_compiles(name: str, tmp_path: Path) -> None:
    blocks = [report.latex for report in reports(name)]
    body = "\n".join(f"\\begin{{align*}}\n{b}\n\\end{{align*}}" for b in blocks)
    page = (
        f"\\documentclass{{article}}\n{PREAMBLE}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )
    (tmp_path / "page.tex").write_text(page, encoding="utf-8")
    options = [] if ENGINES[0] == "tectonic" else ["-interaction=nonstopmode", "-halt-on-error"]
    done = subprocess.run(
        [ENGINES[0], *options, "page.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "openin_any": "p", "openout_any": "p", "shell_escape": "f"},
    )
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("name", PAGES)
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
