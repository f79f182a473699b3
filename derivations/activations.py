"""Activations: which derivatives can be written with the value that is already there?"""

import sympy

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import activation, sigmoid_exponential, tanh_exponential
from symnet.notation import (
    Entry,
    Graph,
    Index,
    Tensor,
    compare,
    define,
    erf,
    exp,
    sigmoid,
    sqrt,
    tanh,
)

TANH = "Bishop 2006, sec. 5.3.2"
SIGMOID = "Bishop 2006, eq. (4.88)"
CALCULUS = "calculus"


def _section(title: str, graph: Graph, slope: sympy.Expr, source: str) -> Section:
    """The claim x_bar = y_bar slope, with the slope written at the indices of x."""
    x, y = graph.inputs[0], graph.output
    y_bar, x_bar = Tensor(f"{y.name}_bar", *x.indices), Tensor("x_bar", *x.indices)
    claim = Claim(define(x_bar.at(), y_bar.at() * slope), source)
    return Section(title, graph, (x.name,), (claim,))


def sections() -> list[Section]:
    x = Tensor("x", Index("n", "N"), Index("k", "K"))
    X = x.at()
    t, s = (Entry(Tensor(name, *x.indices), *x.indices) for name in "ts")
    phi = exp(-(X**2) / 2) / sqrt(2 * sympy.pi)
    Phi = (1 + erf(X / sqrt(sympy.Integer(2)))) / 2
    u = Tensor("u", *x.indices)
    identity = Claim(
        define(u.at(), 2 * sigmoid(2 * X) - 1), CALCULUS, derived=define(u.at(), tanh(X))
    )
    hyperbolic = activation(x, "tanh", output="t")
    return [
        _section("tanh", hyperbolic, 1 - t**2, TANH),
        Section("tanh(x) = 2 sigmoid(2x) - 1", hyperbolic, (), (identity,)),
        _section("tanh as a quotient of exponentials", tanh_exponential(x), 1 - t**2, TANH),
        _section("sigmoid", activation(x, "sigmoid", output="s"), s * (1 - s), SIGMOID),
        _section("sigmoid from its exponential", sigmoid_exponential(x), s * (1 - s), SIGMOID),
        _section(
            "relu, with 0 at 0",
            activation(x, "relu"),
            compare("<", 0, X),
            "Nair & Hinton 2010; the value at 0 is ours",
        ),
        _section(
            "softplus",
            activation(x, "softplus"),
            sigmoid(X),
            "Dugas, Bengio, Belisle, Nadeau & Garcia 2001",
        ),
        _section(
            "gelu, x Phi(x)",
            activation(x, "gelu"),
            Phi + X * phi,
            "Hendrycks & Gimpel 2016, product rule",
        ),
        _section(
            "silu, x sigmoid(x)",
            activation(x, "silu"),
            sigmoid(X) * (1 + X * (1 - sigmoid(X))),
            "Elfwing, Uchibe & Doya 2018",
        ),
    ]


PAGE = Page(
    name="activations",
    title="Activations",
    question="""
An activation's derivative multiplies the cotangent, entry by entry. When can it be written with the
value that the forward pass has computed anyway?
""",
    sections=sections,
    learnt="""
tanh and sigmoid give their derivatives from their values, 1 - t^2 and s (1 - s), also when they are
written as exponentials: folding recognises the value, not the name. relu needs only the sign of x,
and 0 at 0 is a convention. gelu and silu need x itself.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
