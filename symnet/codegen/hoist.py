"""What a recurrence does not change leaves its loop and is computed for all positions at once.

    h[n,t,k] = tanh(sum[l](h[n,t-1,l]*U[l,k]) + sum[i](x[n,t,i]*W[i,k]) + b[k])
 => h_in[n,t,k] = sum[i](x[n,t,i]*W[i,k]) + b[k]
    h[n,t,k] = tanh(sum[l](h[n,t-1,l]*U[l,k]) + h_in[n,t,k])

Addends and factors that mention nothing of the recurrence become definitions of their own. Factors
are taken together only if one of them has all the axes, so that no outer product is stored. The
brackets that guard a part go with it: it is 0 where they do not hold, and is not used there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symnet.codegen.algebra import add, factors, mul, of_axis, rebuild, terms
from symnet.codegen.program import Def, Program, unused_name
from symnet.codegen.recurrence import components, is_recurrent, schedule
from symnet.codegen.scalar import (
    Add,
    Affine,
    Axis,
    Compare,
    Mul,
    Num,
    Pi,
    Read,
    Reduce,
    Scalar,
    Where,
    children,
    reads,
)
from symnet.codegen.scalar_text import text
from symnet.codegen.substitution import refresh, substitute

Guards = tuple[Compare, ...]


def hoisted(program: Program) -> Program:
    """The program with the invariant parts of its recurrences as definitions before them."""
    defs: list[Def] = []
    taken = set(program.names)
    for group in components(program.defs):
        if not is_recurrent(group):
            defs.extend(group)
            continue
        places = schedule(group).places
        own = frozenset(d.name for d in group)
        changed = []
        for d in group:
            part = _Part(own, d.name, d.axes[places[d.name]], d.axes, taken)
            changed.append(
                Def(d.name, d.axes, part.loop_only(d.body, ()), d.base, d.integer, d.formula)
            )
            defs.extend(part.made)
        defs.extend(changed)
    return program.with_defs(tuple(defs))


@dataclass
class _Part:
    """The work on one definition: `axis` is its loop's, `made` what has left the loop."""

    own: frozenset[str]
    name: str
    axis: Axis
    order: tuple[Axis, ...]
    taken: set[str]
    made: list[Def] = field(default_factory=list)

    def loop_only(self, e: Scalar, guards: Guards) -> Scalar:
        """The expression with its invariant parts read from definitions."""
        if not self._depends(e):
            return self._outside(e, guards)
        match e:
            case Add(args):
                still = [t for t in args if not self._depends(t)]
                moving = [self.loop_only(t, guards) for t in args if self._depends(t)]
                return add(*moving, self._outside(add(*still), guards)) if still else add(*moving)
            case Mul(args):
                return self._product(args, guards)
            case Where(condition, then, other):
                return Where(self.loop_only(condition, guards), then, other)
            case Reduce(kind, body, bound):
                self.order = (*self.order, *(a for a in bound if a not in self.order))
                return Reduce(kind, self.loop_only(body, guards), bound)
            case Read():
                return e
        return rebuild(e, (self.loop_only(c, guards) for c in children(e)))

    def _depends(self, e: Scalar) -> bool:
        return any(r.name in self.own for r in reads(e))

    def _product(self, args: tuple[Scalar, ...], guards: Guards) -> Scalar:
        brackets = [f for f in args if isinstance(f, Compare) and not self._depends(f)]
        guards = (*guards, *(c for c in brackets if c not in guards))
        still = [f for f in args if not self._depends(f) and f not in brackets]
        moving = [self.loop_only(f, guards) for f in args if self._depends(f)]
        parts: list[Scalar] = []
        while still:
            widest = max(still, key=lambda f: len(f.axes))
            together = [f for f in still if f.axes <= widest.axes]
            still = [f for f in still if f not in together]
            parts.append(self._outside(mul(*together), guards))
        return mul(*brackets, *parts, *moving)

    def _outside(self, e: Scalar, guards: Guards) -> Scalar:
        """A definition for an invariant part that moves with the loop and costs something."""
        if self.axis not in e.axes or not _costs(e):
            return e
        fitting = [c for c in guards if c.axes <= e.axes]
        if len(fitting) < len(guards) and _may_leave(e):
            return e
        return self._defined(mul(*fitting, e) if _may_leave(e) else e)

    def _defined(self, e: Scalar) -> Read:
        axes = tuple(a for a in self.order if a in e.axes)
        for d in self.made:
            if len(d.axes) == len(axes) and d.at(tuple(map(of_axis, axes))) == e:
                return Read(d.name, tuple(map(of_axis, axes)))
        name = unused_name(self.taken, f"{self.name}_in")
        self.taken.add(name)
        new = {a: of_axis(Axis(a.letter, a.size)) for a in axes}
        body = substitute(refresh(e), new)
        made = Def(name, tuple(n.terms[0][0] for n in new.values()), body)
        formula = f"{text(made.entry())} = {text(body)}"
        self.made.append(Def(made.name, made.axes, body, formula=formula))
        return Read(name, tuple(map(of_axis, axes)))


def _costs(e: Scalar) -> bool:
    """Whether there is something to compute: more than an entry, a number or a bracket."""
    below = [f for t in terms(e) for f in factors(t)]
    free = [f for f in below if not isinstance(f, Num | Pi | Affine | Compare)]
    if free and any(isinstance(f, Compare) and f.relation == "==" for f in below):
        return True
    return len(free) > 1 or any(not isinstance(f, Read) for f in free)


def _may_leave(e: Scalar) -> bool:
    """Whether it reads where only a guard says that the read is in range."""
    return any(not _surely_inside(r) for r in reads(e))


def _surely_inside(r: Read) -> bool:
    return all(not isinstance(s, Affine) or s.axis is not None for s in r.slots)
