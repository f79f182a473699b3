"""What SymPy must not look into.

To decide the sign of `1 + x[n]^2`, SymPy differentiates by and substitutes for the only free symbol
that it sees, the index n: wrong, slow, and a PolynomialError in the end. It leaves alone what is
not a polynomial.
"""

from __future__ import annotations

from typing import Any


class Opaque:
    """Mixed into every scalar head of ours: not a polynomial in anything."""

    __slots__ = ()

    def _eval_is_polynomial(self, syms: Any) -> bool:
        return False
