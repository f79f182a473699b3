"""Formulas as outlines: what the typesetter does not know by its TeX name."""

import pytest

from symnet.render.glyphs import formula


@pytest.mark.parametrize("kind", ["floor", "ceil"])
def test_a_large_floor_is_two_glyphs_and_not_its_name(kind: str) -> None:
    argument = formula(r"\frac{A}{2}", 12.0)
    large = formula(rf"\Bigl\l{kind} \frac{{A}}{{2}}\Bigr\r{kind}", 12.0)
    assert len(large.uses) == len(argument.uses) + 2
    assert large.height >= argument.height
