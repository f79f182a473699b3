"""Stick figures: grey images of a drawn person, with the places of seven joints.

    neck, hip = c -+ (t/2) a,   head = neck - h a,   hands = neck + r b,   feet = hip + l b

c is the middle of the image plus a shift, uniform in [-shift, shift]^2; a is the direction of the
torso, tilted by U(-0.5, 0.5) from downwards; b is a limb's direction, turned from a by an angle to
its own side: U(-0.2, 2.6) for an arm, U(-0.2, 1.2) for a leg. Lengths in pixels: torso t = 5, head
h = 2.5, arm r = 6, leg l = 6.5. A pixel at distance d from a stick has its brightness times
exp(-d^2/(2 w^2)), w = 0.7, and of several sticks the brightest; right limbs have brightness 1/2,
all else 1. Normal noise is added. Coordinates are (column, row), the first pixel's middle (0, 0).
Ours: the whole law; a model of it is in the manner of Carreira et al. 2016, whose data are photos.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

JOINTS = ("head", "neck", "hip", "left hand", "right hand", "left foot", "right foot")
STICKS = ((1, 0), (1, 2), (1, 3), (1, 4), (2, 5), (2, 6))  # pairs of joints
BRIGHTNESS = (1.0, 1.0, 1.0, 0.5, 1.0, 0.5)
TORSO, HEAD, ARM, LEG, WIDTH = 5.0, 2.5, 6.0, 6.5, 0.7


@dataclass(frozen=True)
class Figures:
    """Images (N, S, S), row by row, and poses (N, 7, 2): (column, row) of each joint, in pixels."""

    images: Array
    poses: Array


def figures(
    generator: np.random.Generator,
    count: int,
    size: int = 24,
    shift: float = 3.0,
    noise: float = 0.05,
) -> Figures:
    """So many figures, drawn from the generator."""
    found = poses(generator, count, size, shift)
    clean = drawn(found, size)
    return Figures(clean + noise * generator.standard_normal(clean.shape), found)


def poses(generator: np.random.Generator, count: int, size: int, shift: float) -> Array:
    """The joints (N, 7, 2) of so many figures."""
    middle = (size - 1) / 2 + generator.uniform(-shift, shift, (count, 2))
    tilt = generator.uniform(-0.5, 0.5, count)
    arms = generator.uniform(-0.2, 2.6, (2, count))
    legs = generator.uniform(-0.2, 1.2, (2, count))
    down = _direction(tilt)
    neck, hip = middle - TORSO / 2 * down, middle + TORSO / 2 * down
    joints = [neck - HEAD * down, neck, hip]
    for start, length, angles in ((neck, ARM, arms), (hip, LEG, legs)):
        for side, angle in zip((-1, 1), angles, strict=True):
            joints.append(start + length * _direction(tilt + side * angle))
    return np.stack(joints, axis=1)


def drawn(found: Array, size: int) -> Array:
    """The images (N, S, S) of poses (N, 7, 2), without noise."""
    row, column = np.mgrid[:size, :size]
    places = np.stack([column, row], axis=-1).reshape(-1, 2)
    image = np.zeros((len(found), size * size))
    for (a, b), brightness in zip(STICKS, BRIGHTNESS, strict=True):
        start, along = found[:, a, None], found[:, b, None] - found[:, a, None]
        part = ((places - start) * along).sum(-1) / (along**2).sum(-1)
        nearest = start + np.clip(part, 0, 1)[..., None] * along
        distance2 = ((places - nearest) ** 2).sum(-1)
        image = np.maximum(image, brightness * np.exp(-distance2 / (2 * WIDTH**2)))
    return image.reshape(-1, size, size)


def _direction(angle: Array) -> Array:
    """(column, row) at this angle from downwards, positive angles to the right of the image."""
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1)
