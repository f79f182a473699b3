"""The model of a prime field: a random draw of all tensors in which only true laws hold.

    sign(v): quadratic character    |v| = v sign(v)    v^(1/2): the root that is a square
    max: the entry that beats all others by sign of the difference
    exp(a + b) = exp a exp b,  log(a b) = log a + log b:  splitting.py
    other heads: a random function of the value of their argument, with its parity

A law that holds here holds for real numbers; others may fail, which loses proofs and nothing else.
-oo, which stands only in a choice (a mask), is -1, which is no element: every sum and product with
it is -oo again, it loses every comparison, and exp of it is 0.
A draw in which a root has a negative argument, or in which a maximum is not attained, is rejected.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from symnet.notation import ScalarFunction, UnsupportedExpression
from symnet.verify.models.evaluate import Array, Evaluator, Named
from symnet.verify.models.residues import Residues
from symnet.verify.models.splitting import exponential, logarithm

TAGS = {"erf": 1, "arctan": 2, "sin": 3, "pi": 4, "log": 6, "E": 7, "logdet": 8}


class Thinned(Exception):
    """Too few of the draws are left; `alive` says which."""

    def __init__(self, alive: Array) -> None:
        super().__init__("draws were rejected")
        self.alive = alive


class Field:
    """The field of p elements for `salts`, one number for each draw."""

    def __init__(self, p: int, salts: Array) -> None:
        self.numbers = Residues(p)
        self.p = p
        self.salts = salts
        self.alive = np.ones(len(salts), dtype=bool)
        self._roots: dict[int, list[Array]] = {}
        self._log_roots: list[Array] = []
        self._asked: dict[str, list[Array]] = {}
        self.has_infinite = False

    # the operations of Arithmetic

    def constant(self, value: sympy.Expr) -> Array:
        if isinstance(value, sympy.Rational):
            return np.array([self.numbers.rational(int(value.p), int(value.q))])
        if value is sympy.pi:
            return self.square_of(np.array([4]), "pi")
        if value is sympy.E:
            return self.exp_of_value(np.array([1]), Fraction(1))
        if value is sympy.S.NegativeInfinity:
            self.has_infinite = True
            return np.array([-1])
        raise UnsupportedExpression(f"{value} is no number of a field")

    def whole(self, value: Array) -> Array:
        return value % self.p

    def add(self, a: Array, b: Array) -> Array:
        return self._unless_infinite(np.asarray((a + b) % self.p), a, b)

    def multiply(self, a: Array, b: Array) -> Array:
        return self._unless_infinite(np.asarray(a * b % self.p), a, b)

    def _unless_infinite(self, made: Array, a: Array, b: Array) -> Array:
        return np.where((a < 0) | (b < 0), -1, made) if self.has_infinite else made

    def power(self, x: Array, p: int, q: int) -> Array:
        if q == 1:
            return self.numbers.raised(x, p if p >= 0 else p % (self.p - 1))
        self.demand(self.numbers.sign(x) >= 0)
        self._roots.setdefault(q, []).append(x[0])
        made = self.numbers.raised(x, self.numbers.root_exponent(p, q))
        return np.asarray(np.where(x == 0, 0, made))

    def total(self, x: Array, axis: int) -> Array:
        made = np.asarray(x.sum(axis=axis) % self.p)
        return np.where((x < 0).any(axis=axis), -1, made) if self.has_infinite else made

    def product(self, x: Array, axis: int) -> Array:
        parts = np.moveaxis(x, axis, 0)
        out = parts[0]
        for part in parts[1:]:
            out = self.multiply(out, part)
        return np.asarray(out)

    def compare(self, relation: str, a: Array, b: Array) -> Array:
        if relation in ("==", "!="):
            return np.asarray((a == b) == (relation == "=="))
        sign = self.ordered(b, a)
        if relation in ("<", "<="):
            return np.asarray(sign > 0 if relation == "<" else sign >= 0)
        return np.asarray(sign < 0 if relation == ">" else sign <= 0)

    def winner(self, x: Array, axis: int) -> Array:
        parts = np.moveaxis(x, axis, 0)
        n = len(parts)
        beats = np.ones((n, *parts.shape[1:]), dtype=bool)
        for i in range(n):
            for j in range(i + 1, n):
                sign = self.ordered(parts[i], parts[j])
                beats[i] &= sign >= 0
                beats[j] &= sign < 0
        self.demand(np.asarray(beats.any(axis=0)))
        return np.asarray(np.argmax(beats, axis=0))

    def inverse(self, x: Array) -> Array:
        last, det = self._characteristic(x)
        n = x.shape[-1]
        scale = self.numbers.reciprocal(det)[..., None, None]
        return np.asarray((last if n % 2 else -last) * scale % self.p)

    def determinant(self, x: Array) -> Array:
        return self._characteristic(x)[1]

    def log_determinant(self, x: Array) -> Array:
        return self.log_of_value(self.determinant(x))

    def call(self, e: ScalarFunction, at: Evaluator) -> Named:
        name = type(e).__name__
        if name == "exp":
            return exponential(e.args[0], Fraction(1), at, self)
        if name == "log":
            return logarithm(e.args[0], at, self)
        meaning = _over_exponentials(e) or e.meaning
        if meaning is not None:
            return at.of(meaning)
        axes, values = at.aligned(*(at.of(a) for a in e.args))
        if name == "sign":
            return Named(self.sign(values[0]) % self.p, axes)
        if name == "absolute":
            return Named(values[0] * self.sign(values[0]) % self.p, axes)
        if name == "relu":
            return Named(np.where(self.sign(values[0]) > 0, values[0], 0), axes)
        if name in ("maximum", "minimum"):
            a, b = np.broadcast_arrays(*values)
            sign = self.ordered(a, b)
            first = sign >= 0 if name == "maximum" else sign <= 0
            return Named(np.where(first, a, b), axes)
        if name in ("erf", "arctan"):
            return Named(self._odd(values[0], name), axes)
        if name in ("sin", "cos"):
            return Named(self._on_circle(values[0], name), axes)
        raise UnsupportedExpression(f"a field has no rule for {name}")

    # signs, rejection, random functions

    def sign(self, x: Array) -> Array:
        """1, 0 or -1."""
        return self.numbers.sign(x)

    def ordered(self, a: Array, b: Array) -> Array:
        """The sign of a - b; -oo is less than all others."""
        sign = self.sign((a - b) % self.p)
        if not self.has_infinite:
            return sign
        sign = np.where(b < 0, 1, np.where(a < 0, -1, sign))
        return np.where((a < 0) & (b < 0), 0, sign)

    def demand(self, holds: Array) -> None:
        """Reject the draws in which this does not hold everywhere."""
        good = holds.reshape(holds.shape[0], -1).all(axis=1)
        self.alive &= good
        if len(self.salts) > 1 and self.alive.sum() <= 0.75 * len(self.salts):
            raise Thinned(self.alive)

    def power_of_log(self, x: Array, c: Fraction) -> Array:
        """exp(c log x) = x^c."""
        if c.denominator > 1 and len(x) > 1:
            self._log_roots.append(x[0])
        return self.power(x, c.numerator, c.denominator)

    @property
    def conjugates(self) -> int:
        """The degree of the extension by all roots that were taken in one draw, at most."""
        out = 1
        for q, taken in self._roots.items():
            out *= q ** min(_different(taken), 40)
        return out

    @property
    def log_roots(self) -> int:
        """How many different roots were taken through logarithms, in one draw."""
        return _different(self._log_roots)

    @property
    def asked(self) -> int:
        """For how many different arguments random functions were asked, in one draw."""
        return sum(map(_different, self._asked.values()))

    def random(self, x: Array, what: str) -> Array:
        """The random function of this name."""
        self._asked.setdefault(what, []).append(x[0])
        return self.numbers.scrambled(x, TAGS[what], self.salts)

    def square_of(self, x: Array, what: str) -> Array:
        """A random function whose values are positive."""
        found = self.random(x, what)
        return found * found % self.p

    def _odd(self, x: Array, what: str) -> Array:
        turned = x > self.p // 2
        found = self.random(np.where(turned, self.p - x, x), what)
        found = np.where(x == 0, 0, found)
        return np.asarray(np.where(turned, (self.p - found) % self.p, found))

    def _on_circle(self, x: Array, what: str) -> Array:
        """sin = 2t/(1+t^2), cos = (1-t^2)/(1+t^2); sin is odd, cos is even."""
        t = self._odd(x, "sin")
        square = t * t % self.p
        below = self.numbers.reciprocal((1 + square) % self.p)
        return np.asarray((2 * t if what == "sin" else 1 - square) * below % self.p)

    def exp_of_value(self, x: Array, c: Fraction) -> Array:
        """exp(c x) of a value that is not taken apart: positive, exp(-x) = 1/exp(x), exp(0) = 1."""
        if abs(c.numerator) > 1000 or c.denominator > 1000:
            x, c = x * self.numbers.rational(c.numerator, c.denominator) % self.p, Fraction(1)
        turned = x > self.p // 2
        base = self.square_of(np.where(turned, self.p - x, x), "E")
        up = self.numbers.root_exponent(c.numerator, c.denominator)
        exponent = np.where(turned, (self.numbers.half - up) % self.numbers.half, up)
        made = np.where(x == 0, 1, self.numbers.raised(base, exponent))
        return np.asarray(np.where(x < 0, 0, made))

    def log_of_value(self, x: Array) -> Array:
        """log |x| of a value that is not taken apart: log(1/x) = -log x, log 1 = 0."""
        x = np.minimum(x, self.p - x)
        other = self.numbers.reciprocal(x)
        other = np.minimum(other, self.p - other)
        turned = other < x
        found = self.random(np.where(turned, other, x), "log")
        found = np.where(x == 1, 0, found)
        return np.asarray(np.where(turned, (self.p - found) % self.p, found))

    # matrices

    def _characteristic(self, a: Array) -> tuple[Array, Array]:
        """Faddeev and LeVerrier: the last matrix M_n and the determinant; no pivot is needed."""
        n, p = a.shape[-1], self.p
        eye = np.eye(n, dtype=np.int64)
        m = np.zeros_like(a)
        c = np.ones(a.shape[:-2], dtype=np.int64)
        for k in range(1, n + 1):
            m = (self._matmul(a, m) + c[..., None, None] * eye) % p
            trace = np.trace(self._matmul(a, m), axis1=-2, axis2=-1) % p
            c = (-trace * self.numbers.rational(1, k)) % p
        return m, (c if n % 2 == 0 else -c) % p

    def _matmul(self, a: Array, b: Array) -> Array:
        return np.asarray((a[..., :, :, None] * b[..., None, :, :] % self.p).sum(axis=-2) % self.p)


def _different(arrays: list[Array]) -> int:
    return len(np.unique(np.concatenate([a.ravel() for a in arrays]))) if arrays else 0


def _over_exponentials(e: ScalarFunction) -> Any:
    """sigmoid, tanh, sinh, cosh, softplus by exp, to which one family of atoms belongs."""
    from symnet.notation import exp, log

    name, x = type(e).__name__, e.args[0]
    if name == "sigmoid":
        return 1 / (1 + exp(-x))
    if name == "softplus":
        return log(1 + exp(x))
    if name == "tanh":
        return (exp(2 * x) - 1) / (exp(2 * x) + 1)
    if name == "sinh":
        return (exp(x) - exp(-x)) / 2
    if name == "cosh":
        return (exp(x) + exp(-x)) / 2
    return None
