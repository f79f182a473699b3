"""One function with its hand derivations: right forms, and wrong ones with the slip that was made.

    pair("least squares", "Bishop 2006, eq. (3.15)", "np.sum((X@w - y)**2)", "X N D | w D | y N",
         wrt="w", right=["2*X.T@(X@w - y)"],
         wrong=[("factor", "X.T@(X@w - y)"), ("sign", "2*X.T@(X@w + y)")])

Texts are in NumPy or in index notation. Kinds are the words of symnet.notation.report.SlipKind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symnet.notation.report import SlipKind


@dataclass(frozen=True)
class Wrong:
    """A wrong form; `kinds` are the names of the slip that a lecturer would accept, best first."""

    kinds: tuple[SlipKind, ...]
    claim: str


@dataclass(frozen=True)
class Pair:
    """`of` is gradient, jacobian, hessian, vjp or identity.

    A vjp has the `cotangent` (a name in `shapes`, of the output's shape). An identity has no
    variable: `function` is one side, a claim the other; or, with a variable, each claim is
    `lhs == rhs` about derived tensors such as W_bar.
    """

    name: str
    source: str
    function: str
    shapes: Mapping[str, str]
    wrt: str | None
    right: tuple[str, ...]
    wrong: tuple[Wrong, ...] = ()
    of: str = "gradient"
    cotangent: str | None = None
    assume: Mapping[str, str] = field(default_factory=dict)


def pair(
    name: str,
    source: str,
    function: str,
    shapes: str,
    wrt: str | None,
    right: Sequence[str],
    wrong: Sequence[tuple[str, str]] = (),
    of: str = "gradient",
    cotangent: str | None = None,
    assume: Mapping[str, str] | None = None,
) -> Pair:
    """`shapes` names every tensor with its extents: `X N D | w D | lam`. Kinds: `sign/factor`."""
    parts = [part.split(maxsplit=1) for part in shapes.split("|") if part.strip()]
    named = {p[0]: p[1].strip() if p[1:] else "" for p in parts}
    made = [Wrong(tuple(map(SlipKind, kinds.split("/"))), text) for kinds, text in wrong]
    return Pair(
        name,
        source,
        function,
        named,
        wrt,
        tuple(right),
        tuple(made),
        of,
        cotangent,
        dict(assume or {}),
    )
