"""The judges: the literal interpreter, central differences, admissible samples, the verdict."""

from symnet.verify.interpret import interpret, interpreter, sizes_of
from symnet.verify.numbers import FLOAT64, Numbers, digits

__all__ = [
    "FLOAT64",
    "Numbers",
    "digits",
    "interpret",
    "interpreter",
    "sizes_of",
]
