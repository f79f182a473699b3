"""The kinds of lines: definitions, and what further lines say of places outside or special.

h[n,t,k] = ...          the definition
h[n,-1,k] = h0[n,k]     its value before the start
h_bar[n,T,k] = 0        0 beyond the end: [t+1 < T] need not be written
h[n,0,k] = h0[n,k]      its value at one place, where the definition does not count
s[i] <- s_new[i]        an update
"""

from __future__ import annotations

import ast
from collections.abc import Container
from dataclasses import dataclass, field

from symnet.notation.parse.index_lines import Line
from symnet.notation.parse.index_scope import affine
from symnet.notation.parse.source import Source


@dataclass
class Kinds:
    """The lines by what they are; `before`, `at` and `beyond` by name, with the axis."""

    main: list[Line] = field(default_factory=list)
    before: dict[str, list[tuple[int, int, Line]]] = field(default_factory=dict)
    at: dict[str, list[tuple[int, Line]]] = field(default_factory=dict)
    beyond: list[tuple[int, Line]] = field(default_factory=list)
    updates: list[Line] = field(default_factory=list)

    @property
    def defined(self) -> frozenset[str]:
        return frozenset(x.left.name for x in self.main if x.left is not None)


def sorted_by_kind(
    source: Source, lines: list[Line], given: Container[str], numbers: Container[str]
) -> Kinds:
    """The lines by kind. Raises ParseError for a name defined twice, or at places only."""
    out = Kinds()
    by_name: dict[str, list[Line]] = {}
    for line in lines:
        if line.is_update:
            out.updates.append(line)
        elif line.left is None:
            out.main.append(line)
        else:
            by_name.setdefault(line.left.name, []).append(line)
    for name, own in by_name.items():
        main = _main(source, own, name in given, numbers)
        if main is not None:
            out.main.append(main)
        for line in own:
            if line is not main:
                _special(source, line, numbers, out)
        for line in own:
            if main is None and (name in out.before or name in out.at or name not in given):
                assert line.left is not None
                example = f"{name}[{','.join('ijklmn'[: len(line.left.slots)])}] = ..."
                raise source.error(
                    line.left.node,
                    f"{name} has a value at a place, but no definition; expected a line with an "
                    f"index in each slot, such as {example}",
                )
    position = {id(line): k for k, line in enumerate(lines)}
    out.main.sort(key=lambda line: position[id(line)])
    return out


def _main(source: Source, own: list[Line], is_given: bool, numbers: Container[str]) -> Line | None:
    """The line with an index in each slot. A line of zeros at an extent is not it."""
    lettered = [x for x in own if x.left and all(isinstance(s, ast.Name) for s in x.left.slots)]
    if len(lettered) > 1 or is_given:
        lettered = [x for x in lettered if not _is_zero_at_an_end(x, numbers)]
    if len(lettered) > 1:
        left = lettered[1].left
        assert left is not None
        raise source.error(
            left.node, f"{left.name} is defined twice; a name stands for one thing: choose another"
        )
    return lettered[0] if lettered else None


def _is_zero_at_an_end(line: Line, numbers: Container[str]) -> bool:
    assert line.left is not None
    at_end = any(isinstance(s, ast.Name) and s.id in numbers for s in line.left.slots)
    return at_end and is_zero(line.right)


def is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == 0


def _special(source: Source, line: Line, numbers: Container[str], out: Kinds) -> None:
    left = line.left
    assert left is not None
    fixed = [k for k, s in enumerate(left.slots) if not _is_letter(s, numbers)]
    if len(fixed) != 1:
        raise source.error(
            left.node, "expected an index in each slot, and at most one number such as -1 or T"
        )
    axis = fixed[0]
    place = affine(left.slots[axis])
    if place is None or any(k and k not in numbers for k in place):
        raise source.error(left.slots[axis], "expected a place such as -1, 0, T-1 or T")
    if set(place) == {""} and place[""] < 0:
        out.before.setdefault(left.name, []).append((axis, place[""], line))
    elif is_zero(line.right) and set(place) != {""} and place[""] >= 0:
        out.beyond.append((axis, line))
    else:
        out.at.setdefault(left.name, []).append((axis, line))


def _is_letter(slot: ast.expr, numbers: Container[str]) -> bool:
    return isinstance(slot, ast.Name) and slot.id not in numbers
