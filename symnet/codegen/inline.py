"""A product that only one definition reads, entry by entry, is computed there.

    p[n,k] = e[n,k]/s[n];  z_bar[n,k] = (p[n,k] - [k = t[n]])/N   =>   (e/s - [k = t[n]])/N

The factors of both then meet: 1/N goes to s[n], not to an array of all n and k.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from symnet.codegen.algebra import rebuild
from symnet.codegen.program import Def, Program, reads_of, without_dead
from symnet.codegen.recurrence import components, is_recurrent
from symnet.codegen.scalar import Add, Mul, Read, Scalar, children


def inlined(program: Program) -> Program:
    """The program with such products written out where they are read, their formulas kept."""
    program = without_dead(program)
    count = Counter(r.name for d in program.defs for r in reads_of(d))
    plain = {g[0].name for g in components(program.defs) if not is_recurrent(g)}
    single = {
        d.name: d
        for d in program.defs
        if count[d.name] == 1
        and d.name in plain - program.wanted
        and isinstance(d.body, Mul)
        and not d.integer
    }
    defs: dict[str, Def] = {}
    for d in program.defs:
        used: list[Def] = []
        if d.name not in plain:  # what has been hoisted out of a loop stays out
            defs[d.name] = d
            continue
        body = _opened(d.body, {n: defs.get(n, x) for n, x in single.items()}, used, False)
        formula = "\n".join([*(x.formula for x in used), d.formula])
        defs[d.name] = replace(d, body=body, formula=formula)
    return without_dead(program.with_defs(tuple(defs.values())))


def _opened(e: Scalar, single: dict[str, Def], used: list[Def], inside: bool) -> Scalar:
    """The expression with reads of single definitions among its terms and factors written out."""
    if isinstance(e, Read) and inside and e.name in single:
        d = single[e.name]
        if e.plain is not None and frozenset(e.plain) == e.axes:
            used.append(d)
            return d.at(e.slots)
    if isinstance(e, Add | Mul):
        return rebuild(e, [_opened(c, single, used, True) for c in children(e)])
    return e
