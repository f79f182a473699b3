"""Reports as text, HTML, LaTeX and JSON: what is shown, and that nothing escapes."""

import json
from dataclasses import replace

import pytest

from symnet.notation.report import Counterexample, Evidence, Report, Slip, SlipKind, Verdict
from symnet.render.report import (
    evidence_text,
    report_html,
    report_json,
    report_latex,
    report_text,
)

MODELS = Evidence(
    "random models",
    ((("D", 3), ("N", 2)), (("D", 2), ("N", 4))),
    trials=48,
    degree=7,
    failure=1e-40,
    kinks=("claim and derivation agree on the kinks that were tried",),
    cells="an entry depends on up to 2 signs; all 4 combinations were drawn",
)
PROVED = Report(Verdict.PROVED, "w_bar (D)", "2*X.T@e", "2*X.T@e", MODELS, layout="the transpose")
CLAIM = "a = 1 < 2\nX.T@e & b"
REFUTED = Report(
    Verdict.REFUTED,
    "w_bar (D)",
    CLAIM,
    "2*X.T@e",
    Evidence("float64 at random points"),
    counterexample=Counterexample((("X", "[[1, 2]]"),), "w_bar[0]", "3", "6", "every entry"),
    slip=Slip(SlipKind.FACTOR, "the factor 2 is missing", "X.T", (10, 13), "2*X.T@e & b"),
    notes=("seen at a small size",),
)


def test_text_of_a_proof() -> None:
    lines = report_text(PROVED).splitlines()
    assert lines[0] == "PROVED   w_bar (D)"
    assert "48 random models at sizes D=3, N=2; D=2, N=4" in lines[2]
    assert "degree at most 7" in lines[2] and "1e-40" in lines[2] and "all 4 comb" in lines[2]
    assert any(line.split() == ["layout", "the", "transpose"] for line in lines)
    assert any("kinks" in line for line in lines)


def test_text_of_a_refutation() -> None:
    text = report_text(REFUTED)
    assert "X = [[1, 2]]" in text
    assert "w_bar[0] is 6, claimed 3" in text
    assert "factor: the factor 2 is missing" in text
    assert "right is 2*X.T@e & b" in text
    assert "every entry" not in text  # the slip says more
    assert "seen at a small size" in text
    lines = text.splitlines()
    under = next(k for k, line in enumerate(lines) if set(line.strip()) == {"^"})
    start = lines[under].index("^")
    assert lines[under - 1][start : start + lines[under].count("^")] == "X.T"


def test_where_it_is_wrong_without_a_slip() -> None:
    assert "every entry" in report_text(replace(REFUTED, slip=None))


def test_a_derivation() -> None:
    whole = replace(REFUTED, step=2, steps=(PROVED, REFUTED))
    text = report_text(whole)
    assert "step 2 is wrong" in text.splitlines()[0]
    assert text.index("step 1") < text.index("PROVED  ", 9) < text.index("step 2\n")
    good = replace(PROVED, steps=(PROVED,))
    assert "every step holds" in report_text(good)


@pytest.mark.parametrize(
    ("evidence", "verdict", "said"),
    [
        (Evidence("nothing to check"), Verdict.PROVED, "nothing to check"),
        (
            Evidence("50 digits", ((),), 5, remarks=("no law",)),
            Verdict.AGREES,
            "not proved (no law)",
        ),
        (replace(MODELS, failure=0.0), Verdict.PROVED, "1e-300"),
        (Evidence("float64"), Verdict.REFUTED, "float64"),
    ],
)
def test_evidence(evidence: Evidence, verdict: Verdict, said: str) -> None:
    assert said in evidence_text(evidence, verdict)


def test_html_is_escaped() -> None:
    html = report_html(replace(REFUTED, claim="<script>alert(1)</script> & x < y"))
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; x &lt; y" in html
    assert html.count("<div") == html.count("</div>") == 1
    hostile = report_html(replace(PROVED, about="<b onload='x'>"))
    assert "<b onload" not in hostile


def test_latex_is_escaped() -> None:
    claim = "a_b{c}^2 \\input{x} % # & $ ~"
    tex = report_latex(replace(REFUTED, claim=claim))
    assert r"a\_b\{c\}\textasciicircum{}2 \textbackslash{}input\{x\} \% \# \& \$" in tex
    assert tex.startswith("$$") and tex.endswith("$$")
    assert r"\input{" not in tex
    assert r"2*X.T@e \& b" in tex
    assert r"\\" not in report_latex(PROVED).replace("\\\\\n", "")


def test_json_goes_there_and_back() -> None:
    whole = replace(REFUTED, step=1, steps=(REFUTED,))
    made = report_json(whole)
    assert json.loads(json.dumps(made)) == made
    assert made["verdict"] == "refuted"
    assert made["slip"]["kind"] == "factor" and made["slip"]["place"] == [10, 13]
    assert made["counterexample"]["point"] == {"X": "[[1, 2]]"}
    assert made["steps"][0]["claim"] == CLAIM
    good = report_json(PROVED)
    assert good["slip"] is None and good["counterexample"] is None
    assert good["evidence"]["sizes"] == [{"D": 3, "N": 2}, {"D": 2, "N": 4}]
