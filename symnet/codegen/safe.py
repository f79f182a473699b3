"""Numerically safe forms of exponentials, by the shape of definitions and never by a layer's name.

Every expression that grows like an exponential is split, e = exp(L) * R, with R of moderate size:

    exp(x)            L = x                     R = 1
    sum_k exp(x_k)    L = m = max_k x_k         R = sum_k exp(x_k - m)       since e^m e^(x-m) = e^x
    e^u + e^v         L = m = max(u, v)         R = e^(u-m) + e^(v-m)
    [c] exp(x)        L = x where c, else -oo   R = 1
    a * b, a^q        L adds up, is multiplied by q; R is multiplied, raised

and two things are rewritten, through named definitions where they stand in between:

    log(exp(L) R)     => L + log R              log-sum-exp, log-softmax, -log p[n,t[n]]
    a / b             => exp(L) R               softmax: exp(x - m) / sum exp(x - m); quotients

with log(1 + e^u) = softplus(u), 1/(1 + e^u) = sigmoid(-u), log(sigmoid(u)) = -softplus(-u) and
log(1 - sigmoid(u)) = -softplus(u), whose own forms never overflow (evaluate.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from symnet.codegen.algebra import (
    add,
    factors,
    mul,
    negated,
    number,
    numeric,
    power,
    rebuild,
    terms,
)
from symnet.codegen.facts import Facts
from symnet.codegen.program import Def, Program
from symnet.codegen.recurrence import components, is_recurrent
from symnet.codegen.scalar import (
    Add,
    Axis,
    Call,
    Compare,
    Infinite,
    Mul,
    Num,
    Pow,
    Read,
    Reduce,
    Scalar,
    Where,
    children,
    reads,
    walk,
)
from symnet.codegen.substitution import same

ONE = number(1)
LOWEST = number(-(10**30))


@dataclass(frozen=True)
class Split:
    """exp(log) * rest."""

    log: Scalar
    rest: Scalar


def make_safe(program: Program) -> Program:
    """The program with safe forms; what only unsafe forms needed is left for dead code removal."""
    rules = _Rules(program)
    return program.with_defs(tuple(rules.definition(d) for d in program.defs))


class _Rules:
    """The rewriting of one program."""

    def __init__(self, program: Program) -> None:
        groups = components(program.defs)
        self.plain = {g[0].name: g[0] for g in groups if not is_recurrent(g)}
        self.facts = Facts(program)
        self._raw: dict[str, bool] = {}

    def definition(self, d: Def) -> Def:
        base = None if d.base is None else self.rewrite(d.base)
        return replace(d, body=self.rewrite(d.body), base=base)

    # -- rewriting

    def rewrite(self, e: Scalar) -> Scalar:
        """The expression with every logarithm and every quotient of exponentials in safe form."""
        if isinstance(e, Call) and e.function == "log":
            return self._logarithm(e.args[0])
        if isinstance(e, Mul | Pow):
            safe = self._quotient(e)
            if safe is not None:
                return safe
        return rebuild(e, (self.rewrite(c) for c in children(e)))

    def _logarithm(self, x: Scalar) -> Scalar:
        argument = self._opened(x)
        known = _log_of_sigmoid(argument)
        if known is not None:
            return self.rewrite(known)
        s = self.split(argument, through=True)
        if s is None:
            return Call("log", (self.rewrite(x),))
        rest = [self.rewrite(f) for f in factors(s.rest)]
        positive = [f for f in rest if self.facts.positive(f)]
        other = [f for f in rest if f not in positive]
        logs = [_log_of_power(f) for f in positive]
        if other:
            logs.append(Call("log", (mul(*other),)))
        return add(self.rewrite(s.log), *logs)

    def _opened(self, x: Scalar) -> Scalar:
        """The argument of a logarithm, with a named sigmoid in it written out."""
        if isinstance(x, Read) and x.name in self.plain:
            body = self.plain[x.name].at(x.slots)
            return body if isinstance(body, Call) and body.function == "sigmoid" else x
        if isinstance(x, Add):
            return add(*(mul(*(self._opened(f) for f in factors(t))) for t in x.args))
        return x

    def _quotient(self, e: Scalar) -> Scalar | None:
        """The product in safe form, if it divides by something that grows like an exponential."""
        below = [f for f in factors(e) if isinstance(f, Pow) and f.exponent < 0]
        if not any(self.split(f) is not None for f in below):
            return None
        simple = self._with_sigmoid(e)
        if simple is not None:
            return simple
        s = self.split(e)
        assert s is not None
        return mul(self._exponential(self.rewrite(s.log)), self._each(s.rest))

    def _each(self, e: Scalar) -> Scalar:
        """The factors rewritten one by one: as a whole they have been dealt with."""
        return mul(*(rebuild(f, (self.rewrite(c) for c in children(f))) for f in factors(e)))

    def _with_sigmoid(self, e: Scalar) -> Scalar | None:
        """1/(1 + e^u)^n = sigmoid(-u)^n where nothing else in the product is exponential."""
        out: list[Scalar] = []
        for f in factors(e):
            if self.split(f) is None:
                out.append(self.rewrite(f))
                continue
            u = _one_plus_exp(f.base) if isinstance(f, Pow) and f.exponent < 0 else None
            if u is None or not isinstance(f, Pow):
                return None
            out.append(power(Call("sigmoid", (negated(self.rewrite(u)),)), -f.exponent))
        return mul(*out)

    def _exponential(self, log: Scalar) -> Scalar:
        if numeric(log) == 0:
            return ONE
        return Call("exp_below" if is_below(log) else "exp", (log,))

    # -- splitting

    def split(self, e: Scalar, through: bool = False) -> Split | None:
        """e = exp(log) * rest, or None if e does not grow like an exponential.

        Named definitions are opened if they do, with `through` also those that are quotients.
        """
        match e:
            case Call("exp", (x,)):
                return Split(x, ONE)
            case Read(name, slots):
                if name in self.plain and (through or self._is_raw(name)):
                    return self.split(self.plain[name].at(slots), through)
            case Mul(args):
                return self._split_product(args, through)
            case Pow(base, q):
                s = self.split(base, through)
                return None if s is None else Split(mul(Num(q), s.log), power(s.rest, q))
            case Add(args) if e.axes:  # numbers stay as written: 1 - beta^t of Adam
                return self._split_sum(args, through)
            case Reduce("sum", body, bound):
                return self._split_reduction(body, bound, through)
        return None

    def _is_raw(self, name: str) -> bool:
        """Whether a definition can be as large as an exponential: it splits, and is no quotient."""
        if name not in self._raw:
            self._raw[name] = False
            body = self.plain[name].body
            below = any(isinstance(f, Pow) and f.exponent < 0 for f in factors(body))
            self._raw[name] = not below and self.split(body) is not None
        return self._raw[name]

    def _split_product(self, args: tuple[Scalar, ...], through: bool) -> Split | None:
        found = [(f, self.split(f, through)) for f in args]
        if all(s is None for _, s in found):
            return None
        brackets = [f for f in args if isinstance(f, Compare)]
        powers = [s.log for f, s in found if s is not None and not _is_divisor(f)]
        logs = [s.log for f, s in found if s is not None and _is_divisor(f)]
        if brackets and powers:  # [c] e^x = e^(x where c, else -oo)
            powers = [Where(mul(*brackets), add(*powers), Infinite(-1))]
            others = [f if s is None else s.rest for f, s in found if f not in brackets]
            if all(map(self._needs_no_guard, others)):
                found = [(f, s) for f, s in found if f not in brackets]
        rest = mul(*(f if s is None else s.rest for f, s in found))
        return Split(cancelled([t for log in (*powers, *logs) for t in terms(log)]), rest)

    def _needs_no_guard(self, e: Scalar) -> bool:
        """Finite, and all of its reads surely in range."""
        return self.facts.finite(e) and all(r.plain is not None for r in reads(e))

    def _split_sum(self, args: tuple[Scalar, ...], through: bool) -> Split | None:
        found = [self.split(t, through) or Split(number(0), t) for t in args]
        logs: list[Scalar] = []
        for s in found:
            if not any(same(s.log, log) for log in logs):
                logs.append(s.log)
        if all(numeric(log) == 0 for log in logs):
            return None
        ordered = sorted(logs, key=repr)
        largest = ordered[0]
        for other in ordered[1:]:
            largest = Call("maximum", (largest, other))
        parts = [_times_exp(s.rest, add(s.log, negated(largest)), len(logs) == 1) for s in found]
        return Split(largest, add(*parts))

    def _split_reduction(
        self, body: Scalar, bound: tuple[Axis, ...], through: bool
    ) -> Split | None:
        s = self.split(body, through)
        if s is None:
            return None
        if not s.log.axes & set(bound):
            return Split(s.log, Reduce("sum", s.rest, bound))
        largest: Scalar = Reduce("max", s.log, bound)
        if any(isinstance(e, Infinite) for e in walk(s.log)):  # all may be excluded: the sum is 0
            largest = Call("maximum", (largest, LOWEST))
        shifted = Call("exp_below", (add(s.log, negated(largest)),))
        return Split(largest, Reduce("sum", mul(s.rest, shifted), bound))


# -- small identities -------------------------------------------------------------------------


def _is_divisor(f: Scalar) -> bool:
    return isinstance(f, Pow) and f.exponent < 0


def _times_exp(rest: Scalar, log: Scalar, same_log: bool) -> Scalar:
    return rest if same_log else mul(rest, Call("exp_below", (log,)))


def _log_of_power(f: Scalar) -> Scalar:
    if isinstance(f, Pow):
        return mul(Num(f.exponent), Call("log", (f.base,)))
    return Call("log", (f,))


def _one_plus_exp(e: Scalar) -> Scalar | None:
    """u if the expression is 1 + e^u."""
    match e:
        case Add((Call("exp", (u,)), Num(one))) | Add((Num(one), Call("exp", (u,)))):
            return u if one == 1 else None
    return None


def _log_of_sigmoid(x: Scalar) -> Scalar | None:
    """The logarithm of sigmoid(u), of 1 - sigmoid(u), or of 1 + e^u."""
    u = _one_plus_exp(x)
    if u is not None:
        return Call("softplus", (u,))
    match x:
        case Call("sigmoid", (u,)):
            return negated(Call("softplus", (negated(u),)))
        case Add((Mul((Num(minus), Call("sigmoid", (u,)))), Num(one))):
            return negated(Call("softplus", (u,))) if minus == -1 and one == 1 else None
    return None


def cancelled(parts: list[Scalar]) -> Scalar:
    """The sum of the parts, equal ones collected."""
    found: dict[Scalar, Fraction] = {}
    for p in parts:
        head = p.args[0] if isinstance(p, Mul) else None
        c = head.value if isinstance(head, Num) else Fraction(1)
        rest = mul(*factors(p)[1:]) if isinstance(head, Num) else p
        match = next((k for k in found if same(k, rest)), rest)
        found[match] = found.get(match, Fraction(0)) + c
    return add(*(mul(Num(c), k) for k, c in found.items() if c))


def is_below(log: Scalar) -> bool:
    """Whether the expression reads x - max x: it is then never positive."""
    largest = [t for t in terms(log) if _is_minus_max(t)]
    if len(largest) != 1 or not isinstance(log, Add):
        return False
    top = _maximum(factors(largest[0])[1])
    rest = add(*(t for t in log.args if t is not largest[0]))
    assert top is not None
    return any(same(top.body, rest, pairs) for pairs in _pairings(top.bound, rest))


def _is_minus_max(t: Scalar) -> bool:
    match t:
        case Mul((Num(c), top)):
            return c == -1 and _maximum(top) is not None
    return False


def _maximum(e: Scalar) -> Reduce | None:
    """The maximum over axes, of which `e` may be a bound from below."""
    match e:
        case Reduce("max"):
            return e
        case Call("maximum", (Reduce("max") as top, low)) if low == LOWEST:
            return top
    return None


def _pairings(bound: tuple[Axis, ...], rest: Scalar) -> list[dict[Axis, Axis]]:
    """Ways to read the bound axes of the maximum as axes of the rest, of the same sizes."""
    ways: list[dict[Axis, Axis]] = [{}]
    for b in bound:
        options = sorted((a for a in rest.axes if a.size == b.size), key=lambda a: a.letter)
        ways = [{**w, b: a} for w in ways for a in options if a not in w.values()]
    return ways
