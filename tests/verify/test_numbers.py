"""Both kinds of number against mpmath at 60 digits, and at the ends of the range."""

import math

import mpmath
import pytest
import sympy

from symnet.notation import FUNCTIONS
from symnet.verify import FLOAT64, digits

WIDE = mpmath.MPContext()
WIDE.dps = 60

REFERENCE = {
    "exp": WIDE.exp,
    "log": WIDE.log,
    "sin": WIDE.sin,
    "cos": WIDE.cos,
    "tanh": lambda x: (WIDE.exp(x) - WIDE.exp(-x)) / (WIDE.exp(x) + WIDE.exp(-x)),
    "sigmoid": lambda x: WIDE.exp(x) / (1 + WIDE.exp(x)),
    "softplus": lambda x: WIDE.log(1 + WIDE.exp(x)),
    "erf": WIDE.erf,
    "arctan": WIDE.atan,
    "sinh": WIDE.sinh,
    "cosh": WIDE.cosh,
    "relu": lambda x: max(x, 0),
    "absolute": abs,
    "sign": lambda x: (x > 0) - (x < 0),
    "detach": lambda x: x,
    "silu": lambda x: x / (1 + WIDE.exp(-x)),
    "gelu": lambda x: x * (1 + WIDE.erf(x / WIDE.sqrt(2))) / 2,
    "gelu_tanh": lambda x: (
        x * (1 + WIDE.tanh(WIDE.sqrt(2 / WIDE.pi) * (x + WIDE.mpf("0.044715") * x**3))) / 2
    ),
}
TWO = {
    "maximum": max,
    "minimum": min,
    "leaky_relu": lambda x, slope: x if x > 0 else slope * x,
}


def test_every_scalar_function_is_there():
    for numbers in (FLOAT64, digits(30)):
        assert set(numbers.functions) == set(FUNCTIONS) - {"where"}
    assert set(REFERENCE) | set(TWO) == set(FUNCTIONS) - {"where"}


CASES = [
    (name, x) for name in REFERENCE for x in (-5.5, -0.75, 0.0, 0.3, 2.0) if name != "log" or x > 0
]


@pytest.mark.parametrize(("name", "x"), CASES)
def test_functions_of_one_number(name, x):
    expected = REFERENCE[name](WIDE.mpf(x))
    assert abs(FLOAT64.functions[name](x) - expected) <= 4e-16 * max(1, abs(expected))
    fine = digits(50)
    assert abs(fine.functions[name](fine.make(x)) - expected) <= WIDE.mpf(10) ** -46


@pytest.mark.parametrize("name", TWO)
@pytest.mark.parametrize("pair", [(1.0, 0.25), (-1.0, 0.25), (0.5, 0.5)])
def test_functions_of_two_numbers(name, pair):
    for numbers in (FLOAT64, digits(50)):
        assert numbers.functions[name](*map(numbers.make, pair)) == TWO[name](*pair)


@pytest.mark.parametrize("numbers", [FLOAT64, digits(50)])
def test_the_ends_of_the_range(numbers):
    f, make = numbers.functions, numbers.make
    assert f["sigmoid"](make(800)) == 1
    assert 0 <= f["sigmoid"](make(-800)) < 1e-300
    assert f["softplus"](make(800)) == 800
    assert 0 <= f["softplus"](make(-800)) < 1e-300
    assert f["tanh"](make(-800)) == -1
    assert f["gelu"](make(-40)) <= 0 and f["gelu"](make(40)) == 40
    assert f["log"](make(0)) == -math.inf
    assert math.isnan(f["log"](make(-1)))


@pytest.mark.parametrize("numbers", [FLOAT64, digits(50)])
def test_powers(numbers):
    power, make = numbers.power, numbers.make
    assert power(make(-2), 3, 1) == -8
    assert power(make(4), -1, 2) == 0.5
    assert power(make(4), 3, 2) == 8
    assert abs(power(make(8), 1, 3) - 2) < 1e-15
    assert power(make(0), -1, 1) == math.inf
    assert power(make(0), 1, 2) == 0
    assert math.isnan(power(make(-4), 1, 2))
    assert math.isnan(power(make(math.nan), 2, 1))


def test_float64_overflows_to_infinity():
    assert FLOAT64.functions["exp"](710.0) == math.inf
    assert FLOAT64.power(1e200, 2, 1) == math.inf
    assert FLOAT64.power(-1e200, 3, 1) == -math.inf
    assert FLOAT64.power(1e-200, -3, 2) > 1e299


def test_not_a_number_goes_through_comparisons():
    for name in ("maximum", "minimum"):
        assert math.isnan(FLOAT64.functions[name](math.nan, 1.0))
        assert math.isnan(FLOAT64.functions[name](1.0, math.nan))
    assert math.isnan(FLOAT64.functions["relu"](math.nan))


def test_constants():
    assert FLOAT64.constant(sympy.pi) == math.pi
    assert FLOAT64.constant(sympy.Rational(1, 10)) == 0.1
    assert FLOAT64.constant(-sympy.oo) == -math.inf
    fine = digits(50)
    assert abs(fine.constant(sympy.pi) - WIDE.pi) < WIDE.mpf(10) ** -49
    assert abs(fine.constant(sympy.Rational(1, 3)) * 3 - 1) < WIDE.mpf(10) ** -49
    assert fine.constant(sympy.oo) == math.inf


def test_a_context_of_its_own():
    before = mpmath.mp.dps
    digits(80)
    assert mpmath.mp.dps == before
