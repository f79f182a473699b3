"""A product that only one definition reads, entry by entry, is computed there.

    p[n,k] = e[n,k]/s[n];  z_bar[n,k] = (p[n,k] - [k = t[n]])/N   =>   (e/s - [k = t[n]])/N

The factors of both then meet: 1/N goes to s[n], not to an array of all n and k. In a recurrence
they meet before what does not change leaves the loop, and leave it as one:

    g_bar[n,t,k] = c_bar[n,t,k]*i[n,t,k];  a_bar[n,t,k] = (1 - g[n,t,k]^2)*g_bar[n,t,k]
 => a_bar[n,t,k] = (1 - g[n,t,k]^2)*i[n,t,k]*c_bar[n,t,k]
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from symnet.codegen.algebra import rebuild
from symnet.codegen.program import Def, Program, reads_of, without_dead
from symnet.codegen.recurrence import components, is_recurrent
from symnet.codegen.scalar import Add, Mul, Read, Scalar, children


def inlined(program: Program) -> Program:
    """The program with such products written out where they are read, their formulas kept.

    What a recurrence reads or computes stays as it is.
    """
    program = without_dead(program)
    plain = {g[0].name for g in components(program.defs) if not is_recurrent(g)}
    return _written_out(program, {n: None for n in plain})


def inlined_in_loops(program: Program) -> Program:
    """The program with such products written out within each recurrence."""
    program = without_dead(program)
    groups = [g for g in components(program.defs) if is_recurrent(g)]
    return _written_out(program, {d.name: k for k, g in enumerate(groups) for d in g})


def _written_out(program: Program, part: dict[str, int | None]) -> Program:
    """Products read once, in the part of the program in which they are, written out there."""
    count = Counter(r.name for d in program.defs for r in reads_of(d))
    single = {
        d.name: d
        for d in program.defs
        if count[d.name] == 1
        and d.name in part.keys() - program.wanted
        and isinstance(d.body, Mul)
        and d.base is None
        and not d.integer
    }
    defs: dict[str, Def] = {}
    for d in program.defs:
        used: list[Def] = []
        if d.name not in part:
            defs[d.name] = d
            continue
        own = {n: defs.get(n, x) for n, x in single.items() if part[n] == part[d.name]}
        body = _opened(d.body, own, used, False)
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
