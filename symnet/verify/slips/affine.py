"""Slots near another one: t+k-1 => t+k, t+k-2, t-k+1, t+2*k-1.

A slot is a sum of letters with whole coefficients and a number; one of these is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symnet.verify.slips.node import Node, binary, number

Affine = dict[str, int]  # the number has the letter ""


def affine(node: Node) -> Affine | None:
    """The coefficients of a slot; None if it is no such sum."""
    if node.head == "name" and not node.parts:
        return {node.word: 1}
    if node.head == "number" and isinstance(node.word, int):
        return {"": node.word}
    if node.head == "neg":
        found = affine(node.parts[0])
        return None if found is None else {k: -v for k, v in found.items()}
    if node.head in ("+", "-", "*"):
        a, b = map(affine, node.parts)
        if a is None or b is None:
            return None
        if node.head == "*":
            return _times(a, b)
        sign = 1 if node.head == "+" else -1
        return {k: a.get(k, 0) + sign * b.get(k, 0) for k in dict.fromkeys((*a, *b))}
    return None


def _times(a: Affine, b: Affine) -> Affine | None:
    for x, y in ((a, b), (b, a)):
        if set(x) == {""}:
            return {k: x[""] * v for k, v in y.items()}
    return None


def slot_of(found: Mapping[str, int]) -> Node:
    """The slot with these coefficients, letters first and positive ones before negative."""
    letters = [(k, v) for k, v in found.items() if k and v]
    letters.sort(key=lambda pair: pair[1] < 0)
    out: Node | None = None
    for letter, c in letters:
        name = Node("name", word=letter)
        part = name if abs(c) == 1 else binary("*", number(abs(c)), name)
        if out is None:
            out = Node("neg", (part,)) if c < 0 else part
        else:
            out = binary("-" if c < 0 else "+", out, part)
    c = found.get("", 0)
    if out is None:
        return number(c)
    return binary("-" if c < 0 else "+", out, number(abs(c))) if c else out


def nearby(node: Node) -> Iterator[Node]:
    """Off by one or two, turned, with another stride, without one of its letters."""
    found = affine(node)
    letters = [] if found is None else [k for k in found if k and found[k]]
    if found is None or not letters:
        return
    c = found.get("", 0)
    steps = [c + 1, c - 1, c + 2, c - 2, *([0, -c] if c else [])]
    changed = [{**found, "": step} for step in steps]
    first, *rest = letters
    for letter in rest:
        changed.append({**found, letter: -found[letter]})
        if c:
            changed += [{**found, letter: -found[letter], "": v} for v in (-c, 0)]
    for letter in letters:
        if abs(found[letter]) > 1:
            changed.append({**found, letter: found[letter] // abs(found[letter])})
        if len(letters) > 1 or c:
            changed.append({**found, letter: 2 * found[letter]})
        if len(letters) > 1:
            changed.append({**found, letter: 0})
    if rest or c:
        changed.append({**found, first: -found[first], rest[0] if rest else "": 1})
    seen = [found]
    for other in changed:
        if other not in seen:
            seen.append(other)
            yield slot_of(other)
