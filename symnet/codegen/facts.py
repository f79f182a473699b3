"""What is known of the values of expressions: finite, >= 0, > 0; of indices: smallest, largest.

Used to choose `x * mask` (needs x finite, for 0 * inf is not 0) over a masked copy, and to prove
reads in range. Each answer True is a proof for finite inputs, not counting overflow of sums and
products; False says only that no proof was found.
"""

from __future__ import annotations

from collections.abc import Iterator

from symnet.codegen.algebra import factors, numeric, rebuild
from symnet.codegen.program import Def, Program
from symnet.codegen.scalar import (
    WHOLE,
    Add,
    Affine,
    Axis,
    Call,
    Compare,
    Infinite,
    Mul,
    Num,
    Pi,
    Pow,
    Read,
    Reduce,
    Scalar,
    Where,
    children,
    walk,
)
from symnet.codegen.size import Size
from symnet.codegen.substitution import substitute

BOUNDED = {"tanh", "sigmoid", "sin", "cos", "erf", "arctan", "sign", "exp_below"}
KEEPS_FINITE = {"relu", "absolute", "softplus", "maximum", "minimum"} | BOUNDED
QUESTIONS = ("finite", "nonnegative", "positive")
NEVER_NEGATIVE = {"signed_sqrt", "exp", "exp_below", "relu", "absolute", "sigmoid", "softplus"}


def extremes(e: Affine) -> tuple[Size, Size] | None:
    """The smallest and the largest value over all axes; None if a coefficient has no sign."""
    low = high = e.constant
    for axis, c in e.terms:
        span = c * (axis.size - 1)
        if c.is_nonnegative():
            high = high + span
        elif (-c).is_nonnegative():
            low = low + span
        else:
            return None
    return low, high


def in_range(e: Affine, size: Size) -> bool:
    """Whether 0 <= e < size for all values of its axes."""
    ends = extremes(e)
    return ends is not None and ends[0].is_nonnegative() and (size - 1 - ends[1]).is_nonnegative()


def margin(c: Compare) -> Affine | None:
    """The e for which the bracket says e >= 0, if it compares index expressions by order."""
    if not (isinstance(c.left, Affine) and isinstance(c.right, Affine)):
        return None
    match c.relation:
        case "<=":
            return c.right.plus(c.left, -1)
        case ">=":
            return c.left.plus(c.right, -1)
        case "<":
            return _less_one(c.right.plus(c.left, -1))
        case ">":
            return _less_one(c.left.plus(c.right, -1))
    return None


def _less_one(e: Affine) -> Affine:
    return Affine(e.terms, e.constant - 1)


def always(c: Compare) -> bool | None:
    """True or False if the bracket has that value for all indices; None if not proved."""
    if c.relation in ("==", "!=") and c.left == c.right:
        return c.relation == "=="
    e = margin(c)
    ends = None if e is None else extremes(e)
    if ends is None:
        return None
    if ends[0].is_nonnegative():
        return True
    return False if (-ends[1] - 1).is_nonnegative() else None


def _some_counts(x: Scalar, bound: tuple[Axis, ...]) -> bool:
    """Whether an exponent is not -oo: its conditions hold at the first or the last index."""
    masks = list(_conditions(x))
    ends: list[dict[Axis, Scalar]] = [
        {a: Affine((), a.size * 0) for a in bound},
        {a: Affine((), a.size - 1) for a in bound},
    ]
    return any(all(_surely(substitute(m, end)) for m in masks) for end in ends)


def _conditions(x: Scalar) -> Iterator[Scalar]:
    """The conditions for an exponent not to be -oo; a maximum is finite, or not asked for."""
    if isinstance(x, Reduce) and x.kind == "max":
        return
    if isinstance(x, Call) and x.function == "maximum":
        yield from (e.condition for e in walk(x) if isinstance(e, Where))
        return
    if isinstance(x, Where) and isinstance(x.other, Infinite):
        yield x.condition
    for c in children(x):
        yield from _conditions(c)


def _surely(condition: Scalar) -> bool:
    return all(isinstance(c, Compare) and always(c) is True for c in factors(condition))


class Facts:
    """Answers for the expressions of one program; those for its tensors are remembered."""

    def __init__(self, program: Program) -> None:
        self._defs = {d.name: d for d in program.defs}
        self._place = {d.name: k for k, d in enumerate(program.defs)}
        self._asked = 0  # all questions about so many definitions have been asked
        self._positive_inputs = {g.name for g in program.given if g.positive}
        self._known: dict[tuple[str, str], bool] = {}

    def _tensor(self, name: str, question: str) -> bool:
        d = self._defs.get(name)
        if d is None:
            return question == "finite" or (
                question == "nonnegative" and name in self._positive_inputs
            )
        if (name, question) not in self._known:
            self._ask_up_to(self._place[name])
        return self._answer(d, question)

    def _ask_up_to(self, place: int) -> None:
        """Ask about the definitions before this place, in order.

        Each answer rests on known ones then, so a stack of any depth needs no deep recursion.
        """
        defs = tuple(self._defs.values())
        while self._asked < place:
            d = defs[self._asked]
            self._asked += 1
            for question in QUESTIONS:
                self._answer(d, question)

    def _answer(self, d: Def, question: str) -> bool:
        key = (d.name, question)
        if key not in self._known:
            count = len(self._known)
            self._known[key] = True  # for a recurrence: by induction over its sequential index
            ask = getattr(self, question)
            if not all(ask(side) for side in d.sides()):
                for other in list(self._known)[count:]:  # they may rest on the refuted assumption
                    if self._known[other]:
                        del self._known[other]
                self._known[key] = False
        return self._known[key]

    def finite(self, e: Scalar) -> bool:
        """Never infinite and never not a number."""
        match e:
            case Num() | Pi() | Affine() | Compare():
                return True
            case Infinite():
                return False
            case Read(name, _):
                return self._tensor(name, "finite")
            case Add(args) | Mul(args):
                return all(map(self.finite, args))
            case Pow(base, q):
                fine = (
                    (q.denominator == 1 or self.nonnegative(base)) if q > 0 else self.positive(base)
                )
                return fine and self.finite(base)
            case Call("log", (x,)):
                return self.finite(x) and self.positive(x)
            case Call("exp_below", (x,)):
                return self.below_infinity(x)
            case Call("maximum", args):
                return any(map(self.finite, args)) and all(map(self.below_infinity, args))
            case Call(name, args):
                return name in KEEPS_FINITE and all(map(self.finite, args))
            case Where(_, then, other):
                return self.finite(then) and self.finite(other)
            case Reduce("inv" | "logdet"):
                return False  # of a singular matrix
            case Reduce("max", body, bound) if not self.finite(body):
                return self._some_counts(body, bound) and self.below_infinity(body)
            case Reduce(_, body, _):
                return self.finite(body)
        return False

    def below_infinity(self, e: Scalar) -> bool:
        """Finite or -oo: never +oo, and no difference of infinities."""
        match e:
            case Infinite(sign):
                return sign < 0
            case Read(name, _) if not self.finite(e):
                return self._tensor(name, "below_infinity")
            case Where(_, then, other):
                return self.below_infinity(then) and self.below_infinity(other)
            case Add(args):
                return all(map(self.below_infinity, args))
            case Reduce("max", body, _):
                return self.below_infinity(body)
        return self.finite(e)

    def _some_counts(self, x: Scalar, bound: tuple[Axis, ...]) -> bool:
        return _some_counts(self._opened(x), bound)

    def _opened(self, e: Scalar) -> Scalar:
        """The expression with what may be -oo written out; a recurrence stays as it is."""
        if isinstance(e, Reduce):
            return e
        if isinstance(e, Read) and not self.finite(e):
            d = self._defs.get(e.name)
            if d is not None and d.base is None and not any(a.sequential for a in d.axes):
                return self._opened(d.at(e.slots))
        return rebuild(e, map(self._opened, children(e)))

    def nonnegative(self, e: Scalar) -> bool:
        """Never below 0."""
        match e:
            case Num(value):
                return value >= 0
            case Pi() | Compare():
                return True
            case Affine():
                ends = extremes(e)
                return ends is not None and ends[0].is_nonnegative()
            case Read(name, _):
                return self._tensor(name, "nonnegative")
            case Add(args) | Mul(args):
                return all(map(self.nonnegative, args)) or self._is_square(e)
            case Pow(base, q):
                even = q.denominator == 1 and q.numerator % 2 == 0
                return even or q.denominator % 2 == 0 or self.nonnegative(base)
            case Call("maximum", args):
                return any(map(self.nonnegative, args))
            case Call("minimum", args):
                return all(map(self.nonnegative, args))
            case Call(name, _):
                return name in NEVER_NEGATIVE
            case Where(_, then, other):
                return self.nonnegative(then) and self.nonnegative(other)
            case Reduce(kind, body, _):
                return kind not in WHOLE and self.nonnegative(body)
        return False

    def _is_square(self, e: Scalar) -> bool:
        """A product in which every factor that may be negative stands an even number of times."""
        if not isinstance(e, Mul):
            return False
        rest = [a for a in e.args if not self.nonnegative(a)]
        return all(rest.count(a) % 2 == 0 for a in rest)

    def positive(self, e: Scalar) -> bool:
        """Away from 0: at least a positive constant, or a positive size."""
        match e:
            case Num(value):
                return value > 0
            case Pi():
                return True
            case Affine():
                ends = extremes(e)
                return ends is not None and ends[0].is_positive()
            case Read(name, _):
                return name in self._defs and self._tensor(name, "positive")
            case Add(args):
                return all(map(self.nonnegative, args)) and any(map(self.positive, args))
            case Mul(args):
                return all(map(self.positive, args))
            case Pow(base, _):
                return self.positive(base) and (self.finite(base) or numeric(base) is not None)
            case Call("maximum", args):
                return any(map(self.positive, args))
            case Reduce("sum", Call("exp_below", (x,)), bound) if self._some_counts(x, bound):
                return self.below_infinity(x)  # safe.py shifts by the largest: that term is 1
            case Reduce("sum" | "max", body, _):
                return self.positive(body)
        return False
