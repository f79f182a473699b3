"""Formulas as outlines: what the typesetter does not know by its TeX name, sizes, plain text."""

import re

import pytest

from symnet.render.setting.glyphs import formula, stacked, under_each_other, words


@pytest.mark.parametrize("kind", ["floor", "ceil"])
def test_a_large_floor_is_two_glyphs_and_not_its_name(kind: str) -> None:
    argument = formula(r"\frac{A}{2}", 12.0)
    large = formula(rf"\Bigl\l{kind} \frac{{A}}{{2}}\Bigr\r{kind}", 12.0)
    assert len(large.uses) == len(argument.uses) + 2
    assert large.height >= argument.height


def test_small_formulas_are_the_large_ones_made_smaller() -> None:
    small, large = (
        formula(r"\bar h_{nk} = \frac{a}{b}", 6.0),
        formula(r"\bar h_{nk} = \frac{a}{b}", 60.0),
    )
    assert small.width == pytest.approx(large.width / 10)
    assert small.height == pytest.approx(large.height / 10)
    assert small.outlines == large.outlines


def test_a_formula_says_its_latex() -> None:
    assert stacked((r"\barhat x", "a + b"), 10.0).lines == (r"\bar{\hat x}", "a + b")


def test_words_are_set_in_the_letters_of_formulas() -> None:
    said, set_ = words("layer", 12.0), formula(r"\mathrm{layer}", 12.0)
    assert [u.glyph for u in said.uses] == [u.glyph for u in set_.uses]
    assert said.width == pytest.approx(set_.width, rel=0.02)
    assert said.uses[0].scale == pytest.approx(set_.uses[0].scale)


def test_no_sign_means_anything_in_words() -> None:
    said = words("a<b>&%_$#{}\\^~\"'é", 12.0)
    assert len(said.uses) == 17
    assert said.lines == (
        r"\text{a}{<}\text{b}{>}{\&}{\%}{\_}{\$}{\#}{\{}{\}}{\backslash}{\wedge}{\sim}"
        "\\text{\"'é}",
    )
    assert words("\u4e2d", 12.0).width > 0  # a letter that the font does not have


def test_lines_are_centered_or_at_the_left() -> None:
    lines = [words("abc", 10.0), words("a", 10.0)]
    left, middle = under_each_other(lines, 10.0), under_each_other(lines, 10.0, centered=True)
    assert left.width == middle.width == lines[0].width
    assert left.uses[-1].x < middle.uses[-1].x


@pytest.mark.parametrize("latex", [r"\log\lvert \det A\rvert", r"\lvert \frac{a}{b}\rvert"])
def test_bars_that_are_put_together_are_drawn(latex: str) -> None:
    plain = formula(re.sub(r"\\[lr]vert", "", latex), 10.0)
    assert len(formula(latex, 10.0).uses) == len(plain.uses) + 2
