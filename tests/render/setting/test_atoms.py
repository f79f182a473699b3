r"""TeX's spaces between the parts of a formula, in em; and what else TeX does by itself."""

from xml.etree import ElementTree as ET

import pytest

from symnet.render.setting.atoms import MED, SCRIPT_SPACE, THICK, THIN, spaced
from symnet.render.setting.glyphs import formula


def parts(mathml: str) -> list[str | float]:
    """The signs of a row, and the spaces between them."""
    row = spaced(ET.fromstring(f"<mrow>{mathml}</mrow>"), 1.0)
    return [
        round(float(e.get("width", "0")), 4) if e.tag == "mspace" else "".join(e.itertext())
        for e in row
    ]


def mathml(*signs: str) -> str:
    return "".join(f"<mi>{s}</mi>" if s.isalpha() else f"<mo>{s}</mo>" for s in signs)


@pytest.mark.parametrize(
    "signs, expected",
    [
        ("a+b", ["a", MED, "+", MED, "b"]),
        ("a⊙b", ["a", MED, "⊙", MED, "b"]),
        ("a=b", ["a", THICK, "=", THICK, "b"]),
        ("a=-b", ["a", THICK, "=", THICK, "-", "b"]),
        ("-a", ["-", "a"]),
        ("(-a)", ["(", "-", "a", ")"]),
        ("(a+)", ["(", "a", "+", ")"]),
        ("a,b", ["a", ",", THIN, "b"]),
        ("a/b", ["a", "/", "b"]),
        ("a∑b", ["a", THIN, "∑", THIN, "b"]),
        ("n!-m", ["n", "!", MED, "-", MED, "m"]),
    ],
)
def test_spaces_are_those_of_the_table(signs: str, expected: list[str | float]) -> None:
    assert parts(mathml(*signs)) == [x if isinstance(x, str) else round(x, 4) for x in expected]


def test_a_name_is_an_operator_and_a_space_is_no_atom() -> None:
    assert parts(mathml("a", "log", "(", "p")) == ["a", round(THIN, 4), "log", "(", "p"]
    assert parts('<mo>=</mo><mspace width="2em"/><mo>-</mo><mi>b</mi>') == [
        *("=", 2.0, round(THICK, 4), "-", "b"),
    ]


def test_in_scripts_only_operators_have_spaces() -> None:
    row = f"<msub><mi>x</mi><mrow>{mathml('i', '+', 'k')}</mrow></msub><mi>y</mi>"
    assert parts(row) == ["xi+k", SCRIPT_SPACE, "y"]


def widths(*latex: str) -> list[float]:
    return [formula(f"{{{t}}}", 1.0).width for t in latex]


def test_lengths_are_those_that_latex_says() -> None:
    near, far, both = widths("x", r"x\qquad x", "xx")
    assert far - both == pytest.approx(2.0, abs=0.01) and near < both
    plain, large = formula("(", 1.0), formula(r"\bigl(", 1.0)
    assert 1.0 < large.height / plain.height < 1.35


def test_an_exponent_of_an_accented_letter_stands_where_that_of_the_letter_stands() -> None:
    plain, accented = formula(r"S^\top", 1.0), formula(r"\bar S^\top", 1.0)
    assert accented.uses[-1].y == pytest.approx(plain.uses[-1].y, abs=0.01)
    assert accented.ascent > formula(r"\bar S", 1.0).ascent - 0.01


def test_a_bold_number_is_bold() -> None:
    assert formula(r"\mathbf{1}", 1.0).uses[0].glyph != formula("1", 1.0).uses[0].glyph


def test_a_sign_in_words_is_itself() -> None:
    assert len(formula(r"\text{a\_b \%}", 1.0).uses) == 4


def test_an_accent_stands_close_to_its_letter_and_is_wide_over_a_word_only() -> None:
    letter, accented = formula("S", 1.0), formula(r"\bar S", 1.0)
    assert 0.1 < accented.ascent - letter.ascent < 0.15
    assert formula(r"\hat{x}_i", 1.0).uses[1].glyph != formula(r"\widehat{xyz}", 1.0).uses[3].glyph
    assert formula(r"\hat\mu", 1.0).width == pytest.approx(formula(r"\mu", 1.0).width, abs=0.03)
