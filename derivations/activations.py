"""Activations: which derivatives can be written with the value that is already there?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import activation, sigmoid_exponential, tanh_exponential
from symnet.notation import Graph, Index, Tensor
from symnet.notation.report import SlipKind

TANH = "Bishop 2006, sec. 5.3.2"
SIGMOID = "Bishop 2006, eq. (4.88)"
RELU = "Nair & Hinton 2010; the value at 0 is ours"
SOFTPLUS = "Dugas, Bengio, Belisle, Nadeau & Garcia 2001"
GELU = "Hendrycks & Gimpel 2016, product rule"
SILU = "Elfwing, Uchibe & Doya 2018"
PHI = "(1 + erf(x[n,k]/sqrt(2)))/2"


def _section(title: str, graph: Graph, slope: str, source: str, *wrong: Claim) -> Section:
    """The claim x_bar = y_bar slope, and well-known mistakes."""
    claim = Claim(f"x_bar[n,k] = {graph.output.name}_bar[n,k]*{slope}", source)
    return Section(title, graph, ("x",), (claim, *wrong))


def sections() -> list[Section]:
    x = Tensor("x", Index("n", "N"), Index("k", "K"))
    hyperbolic = activation(x, "tanh", output="t")
    identity = Claim("t[n,k] = 2*sigmoid(2*x[n,k]) - 1", "calculus")
    square = Claim(
        "x_bar[n,k] = t_bar[n,k]*(1 - t[n,k])",
        "the square forgotten",
        right=False,
        slip=SlipKind.POWER,
    )
    argument = Claim(
        "x_bar[n,k] = s_bar[n,k]*x[n,k]*(1 - x[n,k])",
        "x (1 - x), with the argument in place of the value",
        right=False,
        slip=SlipKind.OTHER,
    )
    return [
        _section("tanh", hyperbolic, "(1 - t[n,k]^2)", TANH, square),
        Section("tanh(x) = 2 sigmoid(2x) - 1", hyperbolic, (), (identity,)),
        _section("tanh as a quotient of exponentials", tanh_exponential(x), "(1 - t[n,k]^2)", TANH),
        _section(
            "sigmoid",
            activation(x, "sigmoid", output="s"),
            "s[n,k]*(1 - s[n,k])",
            SIGMOID,
            argument,
        ),
        _section(
            "sigmoid from its exponential", sigmoid_exponential(x), "s[n,k]*(1 - s[n,k])", SIGMOID
        ),
        _section("relu, with 0 at 0", activation(x, "relu"), "[0 < x[n,k]]", RELU),
        _section("softplus", activation(x, "softplus"), "sigmoid(x[n,k])", SOFTPLUS),
        _section(
            "gelu, x Phi(x)",
            activation(x, "gelu"),
            f"({PHI} + x[n,k]*exp(-x[n,k]^2/2)/sqrt(2*pi))",
            GELU,
        ),
        _section(
            "silu, x sigmoid(x)",
            activation(x, "silu"),
            "sigmoid(x[n,k])*(1 + x[n,k]*(1 - sigmoid(x[n,k])))",
            SILU,
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
