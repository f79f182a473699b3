"""The judges: the literal interpreter, central differences, admissible samples, the verdict."""

from symnet.verify.adjoint import adjoint_gap
from symnet.verify.interpret import interpret, interpreter, sizes_of
from symnet.verify.judge import Errors, Verdict, judge
from symnet.verify.numbers import FLOAT64, Numbers, digits
from symnet.verify.sample import random_sizes, sample

__all__ = [
    "FLOAT64",
    "Errors",
    "Numbers",
    "Verdict",
    "adjoint_gap",
    "digits",
    "interpret",
    "interpreter",
    "judge",
    "random_sizes",
    "sample",
    "sizes_of",
]
