"""Scalar functions with stated derivatives, also at kinks.

    relu'(0) = 0,  |x|'(0) = 0,  leaky_relu'(0) = slope,  maximum(a, b): a tie belongs to a.

They do not evaluate themselves: SymPy would merge exponentials and spend milliseconds on a Max.
`fdiff` states the derivative of a primitive function; a function with a `meaning` is defined by
others, and its derivative is SymPy's derivative of that meaning.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy.core.symbol import Str

from symnet.notation.errors import UnsupportedExpression
from symnet.notation.opaque import Opaque, as_number

RELATIONS = {"<": ">=", "<=": ">", "==": "!=", "!=": "==", ">": "<=", ">=": "<"}


class ScalarFunction(Opaque, sympy.Function):
    """A real function of real scalars that stays as it is written."""

    nargs: Any = 1
    is_real = True
    kink = ""  # what the derivative is where it does not exist

    def __new__(cls, *args: Any, **options: Any) -> Any:
        return super().__new__(cls, *(as_number(a, cls.__name__) for a in args), **options)

    @classmethod
    def eval(cls, *args: sympy.Expr) -> None:
        return None

    @property
    def meaning(self) -> sympy.Expr | None:
        """The expression that defines this function, or None for a primitive one."""
        return None

    def _sympystr(self, printer: Any) -> str:
        return f"{type(self).__name__}({', '.join(printer._print(a) for a in self.args)})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        name = type(self).__name__.replace("_", r"\_")
        text = rf"\operatorname{{{name}}}({', '.join(printer._print(a) for a in self.args)})"
        return text if exp is None else f"{text}^{{{exp}}}"


class exp(ScalarFunction):
    """e^x; exp' = exp."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return exp(*self.args)


class log(ScalarFunction):
    """Natural logarithm, x > 0; log' = 1/x."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return 1 / self.args[0]


class sin(ScalarFunction):
    """sin' = cos."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return cos(*self.args)


class cos(ScalarFunction):
    """cos' = -sin."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return -sin(*self.args)


class sinh(ScalarFunction):
    """(e^x - e^-x)/2; sinh' = cosh."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return cosh(*self.args)


class cosh(ScalarFunction):
    """(e^x + e^-x)/2; cosh' = sinh."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return sinh(*self.args)


class tanh(ScalarFunction):
    """tanh' = 1 - tanh^2."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return 1 - tanh(*self.args) ** 2


class sigmoid(ScalarFunction):
    """1/(1 + e^-x); sigmoid' = sigmoid (1 - sigmoid)."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return sigmoid(*self.args) * (1 - sigmoid(*self.args))


class softplus(ScalarFunction):
    """log(1 + e^x); softplus' = sigmoid."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return sigmoid(*self.args)


class erf(ScalarFunction):
    """2/sqrt(pi) int_0^x e^(-u^2) du."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return 2 / sympy.sqrt(sympy.pi) * exp(-(self.args[0] ** 2))


class arctan(ScalarFunction):
    """The angle in (-pi/2, pi/2) whose tangent is x, in radians; arctan' = 1/(1 + x^2)."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return 1 / (1 + self.args[0] ** 2)


class relu(ScalarFunction):
    """max(x, 0); relu'(x) = [x > 0]."""

    kink = "relu'(0) = 0"

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return compare(">", self.args[0], 0)


class absolute(ScalarFunction):
    """|x|; |x|' = sign(x)."""

    kink = "|x|'(0) = 0"

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return sign(*self.args)


class sign(ScalarFunction):
    """-1, 0 or 1; its derivative is 0."""

    kink = "sign'(0) = 0"

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return sympy.S.Zero


class detach(ScalarFunction):
    """The value of x, through which no cotangent and no tangent flows."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return sympy.S.Zero


class leaky_relu(ScalarFunction):
    """x for x > 0, slope x otherwise; args = (x, slope)."""

    nargs = 2
    kink = "leaky_relu'(0) = slope"

    @property
    def meaning(self) -> sympy.Expr:
        x, slope = self.args
        return where(compare(">", x, 0), x, slope * x)


class silu(ScalarFunction):
    """x sigmoid(x)."""

    @property
    def meaning(self) -> sympy.Expr:
        return self.args[0] * sigmoid(self.args[0])


class gelu(ScalarFunction):
    """x Phi(x) with Phi(x) = (1 + erf(x/sqrt 2))/2.

    Source: Hendrycks & Gimpel 2016, arXiv:1606.08415, sec. 2.
    """

    @property
    def meaning(self) -> sympy.Expr:
        x = self.args[0]
        return x * (1 + erf(x / sympy.sqrt(2))) / 2


class gelu_tanh(ScalarFunction):
    """x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))/2. Hendrycks & Gimpel 2016, sec. 2."""

    @property
    def meaning(self) -> sympy.Expr:
        x = self.args[0]
        inner = sympy.sqrt(2 / sympy.pi) * (x + sympy.Rational(44715, 1000000) * x**3)
        return x * (1 + tanh(inner)) / 2


class maximum(ScalarFunction):
    """The larger of a and b; a tie belongs to a."""

    nargs = 2
    kink = "a = b: the derivative flows to a"

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        a, b = self.args
        return compare(">=", a, b) if argindex == 1 else compare("<", a, b)


class minimum(ScalarFunction):
    """The smaller of a and b; a tie belongs to a."""

    nargs = 2
    kink = "a = b: the derivative flows to a"

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        a, b = self.args
        return compare("<=", a, b) if argindex == 1 else compare(">", a, b)


class where(ScalarFunction):
    """a where the condition is not 0, else b; args = (condition, a, b).

    Only the chosen branch counts. The other branch may be undefined (log of a negative number,
    a read outside the range).
    """

    nargs = 3
    kink = "the condition has no derivative"

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        if argindex == 1:
            return sympy.S.Zero
        return where(self.args[0], *((1, 0) if argindex == 2 else (0, 1)))


class Compare(Opaque, sympy.Expr):
    """The Iverson bracket [a < b]: 1 where the relation holds, else 0; args = (relation, a, b).

    Its derivative is 0. In a product a bracket that is 0 settles the product: the other factors are
    not evaluated, so they may read outside the range there (`[0 <= u-p] * x[u-p]`).
    """

    is_commutative = True
    is_nonnegative = True  # else SymPy takes |b x| apart, and |b| would guard nothing

    @property
    def relation(self) -> str:
        return str(self.args[0])

    @property
    def sides(self) -> tuple[sympy.Expr, sympy.Expr]:
        return self.args[1], self.args[2]

    def _eval_derivative(self, s: sympy.Expr) -> sympy.Expr:
        return sympy.S.Zero

    def negated(self) -> Compare:
        return Compare(Str(RELATIONS[self.relation]), *self.sides)

    def _sympystr(self, printer: Any) -> str:
        a, b = self.sides
        return f"[{printer._print(a)} {self.relation} {printer._print(b)}]"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        signs = {"<": "<", "<=": r"\le", "==": "=", "!=": r"\ne", ">": ">", ">=": r"\ge"}
        a, b = self.sides
        return f"[{printer._print(a)} {signs[self.relation]} {printer._print(b)}]"


def compare(relation: str, a: Any, b: Any) -> Compare:
    """The bracket [a relation b]; relation is one of < <= == != > >=."""
    if relation not in RELATIONS:
        raise UnsupportedExpression(
            f"relation {relation!r}: expected one of {' '.join(sorted(RELATIONS))}"
        )
    where = f"[.. {relation} ..]"
    return Compare(Str(relation), as_number(a, where), as_number(b, where))


def delta(i: Any, j: Any) -> Compare:
    """The Kronecker delta of two index expressions: 1 where i = j, else 0."""
    return compare("==", i, j)


def guard(low: Any, value: Any, high: Any) -> sympy.Expr:
    """[low <= value < high] as a product of two brackets."""
    return compare("<=", low, value) * compare("<", value, high)


def sqrt(x: Any) -> sympy.Expr:
    """x^(1/2)."""
    return sympy.Pow(as_number(x, "sqrt"), sympy.Rational(1, 2))


FUNCTIONS: dict[str, type[ScalarFunction]] = {
    f.__name__: f
    for f in (
        *(exp, log, sin, cos, sinh, cosh, tanh, sigmoid, softplus, erf, arctan, relu, absolute),
        *(sign, detach),
        *(leaky_relu, silu, gelu, gelu_tanh, maximum, minimum, where),
    )
}
