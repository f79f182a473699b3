"""A report prints itself, and shows itself in a notebook."""

from symnet.render.report import report_html, report_latex, report_text
from symnet.verify.check import check
from symnet.verify.shown import ShownReport


def test_what_check_answers_shows_itself() -> None:
    report = check("np.sum(x**2)", "x", "x", {"x": "N"})
    assert isinstance(report, ShownReport)
    assert str(report) == report_text(report)
    assert report._repr_html_() == report_html(report)
    assert report._repr_latex_() == report_latex(report)
    assert str(report).startswith("REFUTED")
