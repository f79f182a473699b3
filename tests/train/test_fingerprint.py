"""Fingerprints: blind to letters and order of operands, and to nothing else."""

import subprocess
import sys

from symnet.layers import catalogue, mlp, stochastic_depth
from symnet.notation import Graph, Index, Tensor, define, total
from symnet.train.fingerprint import fingerprint, parameters_fingerprint

PROGRAM = """
from symnet.layers import catalogue
from symnet.train.fingerprint import fingerprint
print(",".join(fingerprint(build()) for build in reversed(list(catalogue().values()))))
"""


def product(letters: str, swapped: bool = False) -> Graph:
    n, i, j = (Index(c, e) for c, e in zip(letters, "NIJ", strict=True))
    x, W, y = Tensor("x", n, i), Tensor("W", i, j), Tensor("y", n, j)
    terms = [x[n, i], x[n, i] ** 2, W[i, j]]
    body = terms[0] * terms[1] * terms[2] if swapped else terms[2] * terms[1] * terms[0]
    return Graph(define(y[n, j], total(body, over=i)), inputs=[x], parameters=[W])


def test_letters_and_order_do_not_count() -> None:
    assert fingerprint(product("nij")) == fingerprint(product("abc", swapped=True))


def test_everything_else_counts() -> None:
    known = {name: fingerprint(build()) for name, build in catalogue().items()}
    assert known.pop("smooth_l1") == known["huber"]  # with 1 for its width it is the same function
    assert len(set(known.values())) == len(known)


def test_another_probability_is_another_model() -> None:
    """The mask of a stochastic depth stands in its definition without the probability."""
    x = Tensor("x", Index("n", "N"), Index("k", 3))
    branch = mlp(x, [3])
    a, b = (stochastic_depth(x, branch.output, keep) for keep in (0.5, 0.8))
    assert [str(d) for d in a.definitions] == [str(d) for d in b.definitions]
    assert fingerprint(a) != fingerprint(b)


def test_another_width_is_another_model() -> None:
    x = Tensor("x", Index("n", "N"), Index("i", 3))
    a, b = mlp(x, [4, 2]), mlp(x, [5, 2])
    assert fingerprint(a) != fingerprint(b)
    assert parameters_fingerprint(a.parameters) != parameters_fingerprint(b.parameters)


def test_the_same_in_another_process_and_order() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    theirs = done.stdout.strip().split(",")
    assert theirs[::-1] == [fingerprint(build()) for build in catalogue().values()]
