"""What colours are called by what they are for, and the themes that say what they are."""

from __future__ import annotations

from typing import Literal

# Roles, which a theme gives a colour: ink for text, soft for what is beside it, faint for what is
# still to come, accent for what is shown now, good and bad for verdicts, tint and line for boxes.
Color = Literal["ink", "soft", "faint", "accent", "good", "bad", "paper", "tint", "line", "shade"]

THEMES: dict[str, dict[Color, str]] = {
    "light": {
        "ink": "#1f2937", "soft": "#4b5563", "faint": "#9ca3af", "accent": "#b91c1c",
        "good": "#166534", "bad": "#b91c1c", "paper": "#ffffff", "tint": "#fdecec",
        "line": "#d1d5db", "shade": "#f3f4f6",
    },
    "warm": {
        "ink": "#292524", "soft": "#57534e", "faint": "#a8a29e", "accent": "#9a3412",
        "good": "#3f6212", "bad": "#b91c1c", "paper": "#fffbf5", "tint": "#ffedd5",
        "line": "#d6d3d1", "shade": "#f5efe6",
    },
    "plain": {
        "ink": "#000000", "soft": "#3f3f3f", "faint": "#949494", "accent": "#000000",
        "good": "#000000", "bad": "#000000", "paper": "#ffffff", "tint": "#e8e8e8",
        "line": "#b0b0b0", "shade": "#f2f2f2",
    },
}  # fmt: skip
