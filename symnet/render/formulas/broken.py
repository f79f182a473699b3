r"""A row that is too wide -> several, broken before a binary operator, outermost first.

    y &= a + b        =>    y &= a \\
                              &\quad {}+ b

Marks in the LaTeX say where a break is allowed; a break between factors puts a \cdot there.
"""

from __future__ import annotations

import re

from symnet.render.formulas.macros import expanded

AT_SIGN, AT_PRODUCT = 0, 3  # so a sign one parenthesis further in comes before a product
SLACK = 1.25  # a row may be this much too wide before it is broken inside of something
MARK = re.compile("\x01(\\d+);")
# Commands that set nothing themselves; any other is about one sign.
INVISIBLE = re.compile(
    r"\\(?:bar|dot|hat|tilde|overline|widehat|widetilde|mathrm|text|operatorname|frac|quad"
    r"|[Bb]igg?[lr]|begin\{cases\}|end\{cases\})(?![A-Za-z])|\\[,;:\\]"
)
COMMAND = re.compile(r"\\[A-Za-z]+|\\.")
GROUPING = re.compile(r"[{}^_& ]")


def mark(kind: int, depth: int) -> str:
    """A place where a row may be broken; lower numbers are taken first."""
    return f"\x01{2 * depth + kind};"


def unmarked(text: str) -> str:
    """The LaTeX without marks."""
    return MARK.sub("", text)


def visible_width(text: str) -> int:
    """About how many signs the LaTeX sets side by side."""
    return len(GROUPING.sub("", COMMAND.sub("x", INVISIBLE.sub("", expanded(unmarked(text))))))


def broken(text: str, width: int) -> list[str]:
    """The lines of a row: one, or as few as fit into the width at the marks there are."""
    lines = [text]
    kinds = sorted({int(k) for k in MARK.findall(text)})
    for k in kinds:
        lines = [part for line in lines for part in _split(line, k, width)]
    return [unmarked(line).rstrip() for line in lines]


def _split(line: str, kind: int, width: int) -> list[str]:
    if visible_width(line) <= width * (1 if kind == AT_SIGN else SLACK):
        return [line]
    first, *parts = re.split(f"\x01{kind};", line)
    joint = r"\cdot " if kind % 2 == AT_PRODUCT % 2 else ""
    out = [first]
    for part in parts:
        if visible_width(out[-1] + part) <= width:
            out[-1] += part
        else:
            out.append(joint + re.sub(r"^\\,", "", part))
    return out
