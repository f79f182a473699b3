"""Graph -> array plan -> readable NumPy source -> function."""

from symnet.codegen.build import build
from symnet.codegen.flat import flat
from symnet.codegen.function import Bound, Function

__all__ = ["Bound", "Function", "build", "flat"]
