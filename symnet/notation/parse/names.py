"""The published table of names for what a text leaves without a name.

    softmax p          logsumexp lse      mean mu        var v        std s      norm norm
    1/sqrt(v + eps) r  x r, (x - mu) r, x/s  x_hat       sum in a divisor Z      max, min m
    quotient with exponentials in the divisor s
    argument of a softmax with its scores S; argument of another function z; its value h (exp: e)
    inverse X_inv      det det_X          logdet logdet_X   conv, pooling: patches q, result c
    repeated difference e; repeated product z; anything else u; the output L if scalar, else y

log_softmax is log p. A polynomial has no names inside: np.sum((X @ w - y)**2) is one definition.
A name that is taken gets a number: p, p2, p3; names of the author are kept, and what has a name
already gets no other. Definitions are named so that derivatives can be written with them: a
gradient says p where the text says softmax.
"""

from __future__ import annotations

from collections.abc import Container

NAMES: dict[str, str] = {
    **{"softmax": "p", "log_softmax": "l", "logsumexp": "lse"},
    **{"mean": "mu", "var": "v", "std": "s", "max": "m", "min": "m", "norm": "norm"},
    **{"reciprocal": "r", "logistic": "s", "divisor": "Z", "normalised": "x_hat"},
    **{"scores": "S", "argument": "z", "value": "h", "exp": "e"},
    **{"patches": "q", "convolution": "c", "pooling": "c"},
    **{"difference": "e", "product": "z", "other": "u", "matrix": "A"},
    **{"scalar output": "L", "output": "y"},
}


def unused(wanted: str, taken: Container[str]) -> str:
    """The name, or the first of name2, name3, ... that is not taken."""
    name, k = wanted, 1
    while name in taken:
        k += 1
        name = f"{wanted}{k}"
    return name
