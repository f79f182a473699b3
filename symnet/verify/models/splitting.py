"""exp and log taken apart, through the definitions of what they are applied to.

    exp(sum_k c_k m_k) = prod_k E(m_k)^c_k      E a random positive function of the value of m_k
    log(prod_k f_k^e_k) = sum_k e_k log f_k     log(t_0 + t_1 + ...) = log t_i + L(sum/t_i)

m_k is a product without a sum in it; products of sums are multiplied out. Of a sum, t_i is chosen
by value, so that neither order nor a common factor matters: log(1 + e^x) = x + log(1 + e^-x).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

import numpy as np
import sympy

from symnet.notation import Entry, MatrixHead, exp, log
from symnet.notation.functions import detach, maximum, minimum, relu, softplus, where
from symnet.notation.index import refresh
from symnet.notation.reductions import Largest, Total
from symnet.verify.models.evaluate import Array, Evaluator, Named
from symnet.verify.models.residues import Residues

MOST_PARTS = 80


class Oracles(Protocol):
    """What is asked of the field."""

    p: int
    numbers: Residues

    def exp_of_value(self, x: Array, c: Fraction) -> Array: ...
    def log_of_value(self, x: Array) -> Array: ...
    def power(self, x: Array, p: int, q: int) -> Array: ...
    def power_of_log(self, x: Array, c: Fraction) -> Array: ...
    def product(self, x: Array, axis: int) -> Array: ...
    def ordered(self, a: Array, b: Array) -> Array: ...


class _TooMany(Exception):
    """The exponent has too many parts to be multiplied out."""


# -- exp --------------------------------------------------------------------------------------


def exponential(e: sympy.Expr, c: Fraction, at: Evaluator, field: Oracles) -> Named:
    """exp(c e)."""
    try:
        return _Exponential(at, field).of(e, c)
    except _TooMany:
        v = at.of(e)
        return Named(field.exp_of_value(v.data, c), v.axes)


class _Exponential:
    def __init__(self, at: Evaluator, field: Oracles) -> None:
        self.at, self.field, self.left = at, field, MOST_PARTS

    def of(self, e: sympy.Expr, c: Fraction) -> Named:
        self.left -= 1
        if self.left < 0:
            raise _TooMany
        if isinstance(e, sympy.Rational):
            return self._atom(sympy.S.One, c * Fraction(int(e.p), int(e.q)))
        if e is sympy.S.NegativeInfinity:
            return Named(np.array([0]))
        if isinstance(e, sympy.Add):
            return self.at.multiplied([self.of(a, c) for a in e.args])
        if isinstance(e, sympy.Mul) or (isinstance(e, sympy.Pow) and e.exp == 2):
            return self._product(e, c)
        if isinstance(e, Total):
            return self._over(e, (), c)
        if isinstance(e, log):
            v = self.at.of(e.args[0])
            return Named(self.field.power_of_log(v.data, c), v.axes)
        if isinstance(e, softplus):
            v = self.at.of(1 + exp(e.args[0]))
            return Named(self.field.power_of_log(v.data, c), v.axes)
        if isinstance(e, detach):
            return self.of(e.args[0], c)
        if isinstance(e, where):
            test, a, b = e.args
            return self.at.chosen(self.at.of(test), self.of(a, c), self.of(b, c))
        if isinstance(e, maximum | minimum | relu):
            return self._larger(e, c)
        if isinstance(e, Largest):
            return self._largest(e, c)
        if isinstance(e, Entry) and (inner := opened(e, self.at)) is not None:
            return self.of(inner, c)
        if isinstance(e, sympy.Symbol | sympy.floor | sympy.ceiling):
            return self.of(sympy.Integer(self.at.extent(e)), c)
        return self._atom(e, c)

    def _atom(self, e: sympy.Expr, c: Fraction) -> Named:
        v = self.at.of(e)
        return Named(self.field.exp_of_value(v.data, c), v.axes)

    def _product(self, e: sympy.Expr, c: Fraction) -> Named:
        numbers, factors = self._flattened(e)
        rational, rest = sympy.Mul(*numbers).as_coeff_Mul()
        if not isinstance(rational, sympy.Rational) or rational == 0:
            return self._atom(e, c)
        c *= Fraction(int(rational.p), int(rational.q))
        others = () if rest == 1 else (rest,)
        if not factors:
            return self._atom(rest, c)
        if len(factors) == 1 and not others:
            only = factors[0]
            return self._atom(only, c) if isinstance(only, sympy.Pow) else self.of(only, c)
        for k, f in enumerate(factors):
            beside = (*others, *factors[:k], *factors[k + 1 :])
            if isinstance(f, sympy.Add):
                return self.at.multiplied([self._product(sympy.Mul(a, *beside), c) for a in f.args])
            if isinstance(f, Total):
                return self._over(f, beside, c)
        return self._atom(sympy.Mul(*others, *factors), c)

    def _flattened(self, e: sympy.Expr) -> tuple[list[sympy.Expr], list[sympy.Expr]]:
        """(numbers, factors), names of products and of sums opened, squares written out."""
        self.left -= 1
        if self.left < 0:
            raise _TooMany
        if isinstance(e, sympy.Mul):
            numbers, factors = [], []
            for a in e.args:
                n, f = self._flattened(a)
                numbers += n
                factors += f
            return numbers, factors
        if (number := self._number(e)) is not None:
            return [number], []
        if isinstance(e, Entry) and (inner := opened(e, self.at)) is not None:
            if isinstance(inner, sympy.Mul | sympy.Add | Total | Entry):
                return self._flattened(inner)
            return [], [e]
        if isinstance(e, sympy.Pow) and e.exp == 2:
            numbers, factors = self._flattened(e.base)
            if numbers or len(factors) > 1 or isinstance(factors[0], sympy.Add | Total):
                return 2 * numbers, 2 * factors
        return [], [e]

    def _number(self, a: sympy.Expr) -> sympy.Expr | None:
        """A power of a rational number or of an extent, as SymPy's number."""
        if isinstance(a, sympy.Rational):
            return a
        if isinstance(a, sympy.Pow) and isinstance(a.exp, sympy.Rational):
            base = self._number(a.base)
            return None if base is None or base == 0 else base**a.exp
        if type(a) is sympy.Symbol:
            return sympy.Integer(self.at.extent(a))
        return None

    def _over(self, e: Total, others: tuple[sympy.Expr, ...], c: Fraction) -> Named:
        """exp(c sum_i f_i) = prod_i exp(c f_i)."""
        e = refresh(e)
        v = self._product(sympy.Mul(e.body, *others), c)
        for i in e.bound:
            if i in v.axes:
                k = v.axes.index(i)
                axes = v.axes[:k] + v.axes[k + 1 :]
                v = Named(self.field.product(v.data, k + 1), axes)
            else:
                v = Named(self.field.power(v.data, self.at.size(i.extent), 1), v.axes)
        return v

    def _larger(self, e: sympy.Expr, c: Fraction) -> Named:
        """exp of the larger or smaller one is exp of the one or of the other."""
        a, b = e.args if len(e.args) == 2 else (e.args[0], sympy.S.Zero)
        axes, (x, y) = self.at.aligned(self.at.of(a), self.at.of(b))
        sign = self.field.ordered(x, y)
        first = sign <= 0 if isinstance(e, minimum) else sign >= 0
        return self.at.chosen(Named(first, axes), self.of(a, c), self.of(b, c))

    def _largest(self, e: Largest, c: Fraction) -> Named:
        (i,) = e.bound
        places = self.at.winners(self.at.of(e.body), i)
        return self.at.taken(self.of(e.body, c), places, i)


def opened(e: Entry, at: Evaluator) -> sympy.Expr | None:
    """What an entry stands for; None for a given tensor, a recurrence, an inverse."""
    d = at.graph.definition(e.tensor.name)
    if d is None or d.base is not None or isinstance(d.expression, MatrixHead):
        return None
    if d.sequential is not None and at.is_recurrent(d.name):
        return None
    if any(i in at.fixed for s in e.slots for i in s.free_symbols):
        return None
    made: sympy.Expr = d.instantiate(e.slots)
    return made


# -- log --------------------------------------------------------------------------------------


def logarithm(e: sympy.Expr, at: Evaluator, field: Oracles) -> Named:
    """log e."""
    if isinstance(e, sympy.Rational) and e > 0:
        return _log_number(Fraction(int(e.p), int(e.q)), field)
    if type(e) is sympy.Symbol:
        return _log_number(Fraction(at.extent(e)), field)
    if isinstance(e, exp):
        return at.of(e.args[0])
    if isinstance(e, sympy.Mul):
        return at.added([logarithm(a, at, field) for a in e.args])
    if isinstance(e, sympy.Pow) and isinstance(e.exp, sympy.Rational):
        exponent = Named(at.model.constant(e.exp))
        return at.multiplied([exponent, logarithm(e.base, at, field)])
    if isinstance(e, detach):
        return logarithm(e.args[0], at, field)
    if type(e).__name__ == "sigmoid":
        return at.multiplied(
            [Named(np.array([field.p - 1])), logarithm(1 + exp(-e.args[0]), at, field)]
        )
    if isinstance(e, sympy.Add):
        return _log_sum([(at.of(a), logarithm(a, at, field)) for a in e.args], at, field)
    if isinstance(e, Total) and len(e.bound) == 1:
        return _log_total(e, at, field)
    if isinstance(e, Entry) and (inner := opened(e, at)) is not None:
        return logarithm(inner, at, field)
    v = at.of(e)
    return Named(field.log_of_value(v.data), v.axes)


def _log_number(value: Fraction, field: Oracles) -> Named:
    """A positive number by its primes: log 6 = log 2 + log 3."""
    out = np.array([0])
    for part, way in ((value.numerator, 1), (value.denominator, -1)):
        for prime, times in sympy.factorint(part, limit=1000).items():
            out = (
                out + way * times * field.log_of_value(np.array([int(prime) % field.p]))
            ) % field.p
    return Named(out)


def _log_total(e: Total, at: Evaluator, field: Oracles) -> Named:
    (i,) = e.bound
    body, logs = at.of(e.body), logarithm(e.body, at, field)
    if i not in body.axes:
        count = _log_number(Fraction(at.size(i.extent)), field)
        return at.added([logs, count])
    axes, (values, parts) = at.aligned(body, logs)
    k = axes.index(i) + 1
    rest = tuple(j for j in axes if j is not i)
    values = np.broadcast_to(
        values, (*values.shape[:k], body.data.shape[body.axes.index(i) + 1], *values.shape[k + 1 :])
    )
    pieces = []
    for at_place in range(values.shape[k]):
        value = np.take(values, at_place, axis=k)
        part = np.take(parts, min(at_place, parts.shape[k] - 1), axis=k)
        pieces.append((Named(value, rest), Named(part, rest)))
    return _log_sum(pieces, at, field)


def _log_sum(pieces: list[tuple[Named, Named]], at: Evaluator, field: Oracles) -> Named:
    """log sum t = log t_i + L(sum/t_i) for the i at which the quotient is smallest."""
    axes, arrays = at.aligned(*(v for piece in pieces for v in piece))
    values, logs = arrays[0::2], arrays[1::2]
    total = values[0]
    for v in values[1:]:
        total = (total + v) % field.p
    shape = total.shape
    best = np.full(shape, field.p, dtype=np.int64)
    chosen = np.zeros(shape, dtype=np.int64)
    for v, part in zip(values, logs, strict=True):
        quotient = total * field.numbers.reciprocal(v) % field.p
        smaller = (quotient < best) & (v != 0)
        best = np.where(smaller, quotient, best)
        chosen = np.where(smaller, part, chosen)
    out = (chosen + field.log_of_value(best % field.p)) % field.p
    return Named(out, axes)
