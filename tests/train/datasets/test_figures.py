"""Stick figures: lengths of sticks, brightness on them, and equal draws."""

import numpy as np
import pytest

from symnet.train.datasets import figures
from symnet.train.datasets.figures import BRIGHTNESS, STICKS, drawn


def test_sticks_have_their_lengths() -> None:
    found = figures(np.random.default_rng(1), 50).poses
    lengths = [np.linalg.norm(found[:, b] - found[:, a], axis=-1) for a, b in STICKS]
    for stick, length in zip(lengths, (2.5, 5.0, 6.0, 6.0, 6.5, 6.5), strict=True):
        assert stick == pytest.approx(length)


def test_a_pixel_in_the_middle_of_a_stick_has_its_brightness() -> None:
    pose = np.array([[(4, 1), (4, 4), (4, 12), (0, 4), (10, 4), (0, 12), (10, 12)]], float)
    image = drawn(pose, 16)[0]
    for (a, b), brightness in zip(STICKS, BRIGHTNESS, strict=True):
        column, row = (pose[0, a] + 2 * (pose[0, b] - pose[0, a]) / 3).round().astype(int)
        assert image[row, column] == pytest.approx(brightness, rel=1e-3)
    assert image[8, 8] < 1e-3


@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_figures_lie_in_the_image_and_the_shift_is_the_torso(shift: float) -> None:
    found = figures(np.random.default_rng(2), 2000, shift=shift).poses
    assert found.min() > -1 and found.max() < 24
    middle = (found[:, 1] + found[:, 2]) / 2 - 11.5
    assert np.abs(middle).max() <= shift + 1e-9
    assert middle.std(axis=0) == pytest.approx(shift / 3**0.5, abs=0.1)


def test_noise_is_added_and_equal_generators_draw_equal_figures() -> None:
    one, two = (figures(np.random.default_rng(5), 30) for _ in range(2))
    assert (one.images == two.images).all() and (one.poses == two.poses).all()
    assert (one.images - drawn(one.poses, 24)).std() == pytest.approx(0.05, rel=0.05)
