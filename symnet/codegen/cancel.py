"""A factor meets its own divisor before anything is computed: 0 * (b/0) never arises.

    s_bar = -y/s + (1 - y)/(1 - s);   x_bar = s*(1 - s)*s_bar   =>   x_bar = s*(1 - y) - (1 - s)*y
    p_bar = -y/p;   z_bar = p*(p_bar - sum_j p_j p_bar_j)       =>   z_bar = -y + p*sum_j y_j

g * (b/g) = b wherever g is not 0; where g is 0 (a probability that underflows) it is the limit,
which is what the formula means. Divisors that cannot be 0 are left as they are.
"""

from __future__ import annotations

from dataclasses import replace

from symnet.codegen.algebra import add, factors, mul, power, rebuild, terms
from symnet.codegen.facts import Facts
from symnet.codegen.program import Def, Program
from symnet.codegen.recurrence import components, is_recurrent
from symnet.codegen.scalar import Mul, Pow, Read, Scalar, children
from symnet.codegen.substitution import same


def without_quotients(program: Program) -> Program:
    """The program with factors and divisors cancelled, through named definitions too."""
    plain = {g[0].name: g[0] for g in components(program.defs) if not is_recurrent(g)}
    work = _Cancel(plain, Facts(program))
    return program.with_defs(tuple(replace(d, body=work.rewrite(d.body)) for d in program.defs))


class _Cancel:
    def __init__(self, plain: dict[str, Def], facts: Facts) -> None:
        self.plain, self.facts = plain, facts

    def rewrite(self, e: Scalar) -> Scalar:
        """The expression with every product cancelled, the innermost first."""
        e = rebuild(e, (self.rewrite(c) for c in children(e)))
        return self._product(e) if isinstance(e, Mul) else e

    def _product(self, e: Mul) -> Scalar:
        """A factor that is a sum with divisors among the other factors is multiplied out."""
        for k, f in enumerate(e.args):
            others = [g for j, g in enumerate(e.args) if j != k]
            opened = [self._term(t, others) for t in terms(f)]
            if all(o is None for o in opened):
                continue
            done = [o for o in opened if o is not None]
            left = [t for t, o in zip(terms(f), opened, strict=True) if o is None]
            rest = [mul(*others, add(*left))] if left else []
            return self.rewrite(add(*done, *rest))
        return e

    def _term(self, t: Scalar, others: list[Scalar]) -> Scalar | None:
        """The term times the other factors, if that rids it of every divisor that may be 0."""
        shown = [self._shown(f) for f in factors(t)]
        spread = [mul(*parts) for parts in _choices(shown)]
        if not any(self._divisors(s) for s in spread):
            return None
        cancelled = [self._cancelled(s, others) for s in spread]
        if any(c is None for c in cancelled):
            return None
        return add(*(c for c in cancelled if c is not None))

    def _shown(self, f: Scalar) -> list[Scalar]:
        """The factor as a list of terms; a named sum of quotients written out."""
        if isinstance(f, Read) and f.name in self.plain and f.plain is not None:
            body = self.plain[f.name].at(f.slots)
            spread = _choices([list(terms(g)) for g in factors(body)])
            if any(self._divisors(mul(*s)) for s in spread):
                return [mul(*s) for s in spread]
        return [f]

    def _divisors(self, e: Scalar) -> list[Pow]:
        """The divisors of a product that may be 0."""
        found = [f for f in factors(e) if isinstance(f, Pow) and f.exponent < 0]
        return [f for f in found if f.base.axes and not self.facts.positive(f.base)]

    def _cancelled(self, e: Scalar, others: list[Scalar]) -> Scalar | None:
        left = list(others)
        kept = list(factors(e))
        for d in self._divisors(e):
            match = next((g for g in left if same(_base(g), d.base)), None)
            if match is None:
                return None
            left.remove(match)
            kept.remove(d)
            q = d.exponent + (match.exponent if isinstance(match, Pow) else 1)
            if q < 0:
                return None
            left.append(power(d.base, q))
        return mul(*left, *kept)


def _base(g: Scalar) -> Scalar:
    return g.base if isinstance(g, Pow) else g


def _choices(lists: list[list[Scalar]]) -> list[list[Scalar]]:
    """One from each list, in every way: a product of sums multiplied out. At most 16 products."""
    out: list[list[Scalar]] = [[]]
    for options in lists:
        out = [[*c, o] for c in out for o in options]
        if len(out) > 16:
            return [[mul(*(add(*o) for o in lists))]]
    return out
