"""Between plain SymPy and symnet: from_sympy(expression) -> Graph, to_sympy(graph) -> [Eq, ...].

from_sympy(to_sympy(g)) has the values of g.
"""

from symnet.notation.sympy_in import from_sympy
from symnet.notation.sympy_out import to_sympy

__all__ = ["from_sympy", "to_sympy"]
