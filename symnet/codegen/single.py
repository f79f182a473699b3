"""An index with one value is a constant.

    sum[c](K[o,c,p]*w[n,c,u,p]), c of extent 1   =>   K[o,0,p]*w[n,0,u,p]

A picture with one channel is then an array without channels. What is left of a definition does not
depend on such an axis; readers find the same entries for each of its positions. Recurrences and
functions of whole matrices stay as they are.
"""

from __future__ import annotations

from dataclasses import replace

from symnet.codegen.algebra import of_size, rebuild
from symnet.codegen.program import Program
from symnet.codegen.recurrence import components, is_recurrent
from symnet.codegen.scalar import WHOLE, Axis, Reduce, Scalar, children
from symnet.codegen.size import ONE
from symnet.codegen.substitution import substitute


def without_single_axes(program: Program) -> Program:
    """The program with 0 for each index that takes no other value."""
    plain = {g[0].name for g in components(program.defs) if not is_recurrent(g)}
    defs = []
    for d in program.defs:
        if d.name in plain and d.base is None:
            body = substitute(
                _closed(d.body), dict.fromkeys(filter(_is_single, d.axes), of_size(0))
            )
            d = replace(d, body=body)
        defs.append(d)
    return program.with_defs(tuple(defs))


def _is_single(a: Axis) -> bool:
    return a.size == ONE


def _closed(e: Scalar) -> Scalar:
    """The expression without bound axes of one position."""
    e = rebuild(e, (_closed(c) for c in children(e)))
    if not isinstance(e, Reduce) or e.kind in WHOLE or e.kind == "argmax":
        return e
    bound = tuple(a for a in e.bound if not _is_single(a))
    if len(bound) == len(e.bound):
        return e
    body = substitute(e.body, dict.fromkeys(filter(_is_single, e.bound), of_size(0)))
    return Reduce(e.kind, body, bound) if bound else body
