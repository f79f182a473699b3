"""Residual blocks: which way does the cotangent take around a block, and through it?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import (
    activation,
    dense,
    dense_residual_block,
    join,
    residual,
    residual_block,
)
from symnet.notation import Graph, Index, Tensor
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

HE = "He, Zhang, Ren & Sun 2016, eqs. (1) and (2), by the chain rule"
IDENTITY = "He, Zhang, Ren & Sun 2016, Identity mappings in deep residual networks, sec. 2"
IOFFE = "Ioffe & Szegedy 2015, sec. 3"


def rows() -> Tensor:
    return Tensor("x", Index("n", "N"), Index("i", "I"))


def sequences() -> Tensor:
    return Tensor("x", Index("n", "N"), Index("c", "C"), Index("a", "A"))


def branch(x: Tensor) -> Graph:
    """F = tanh(x W + b)."""
    first = dense(x, Index("j", x.indices[-1].extent))
    return join(first, activation(first.output, "tanh", output="F"))


def around() -> Graph:
    """y = relu(x + F)."""
    x = rows()
    added = residual(x, branch(x), output="z")
    return join(added, activation(added.output, "relu", output="y"))


def scaled(shortcut: str) -> Graph:
    """Two branches f and g, given at x and at h, beside a shortcut."""
    text = f"h[n,i] = {shortcut}*x[n,i] + tanh(x[n,i]*u[i])\ny[n,i] = {shortcut}*h[n,i] + h[n,i]^2"
    return parse(text, {"x": "N I", "u": "I"}, notation="index")


def sections() -> list[Section]:
    past = "sum[j](F_bar[n,j]*(1 - F[n,j]^2)*W[i,j])"
    norm = "r1[c]*gamma1[c]*(g - mean[m,d](g2) - x_hat1[n,c,a]*mean[m,d](g2*x_hat1[m,c,d]))"
    return [
        Section(
            "a sum, then relu",
            around(),
            ("x", "W", "b"),
            (
                Claim("z_bar[n,i] = y_bar[n,i]*[z[n,i] > 0]", HE),
                Claim(f"x_bar[n,i] = z_bar[n,i] + {past.replace('F_bar', 'z_bar')}", HE),
                Claim("b_bar[j] = sum[n](z_bar[n,j]*(1 - F[n,j]^2))", HE),
                Claim(
                    f"x_bar[n,i] = {past.replace('F_bar', 'z_bar')}",
                    "the path around the branch left out",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
                Claim(
                    f"x_bar[n,i] = y_bar[n,i] + {past.replace('F_bar', 'z_bar')}",
                    "relu's derivative on the branch only",
                    right=False,
                    slip=SlipKind.MASK,
                ),
            ),
        ),
        Section(
            "two sums with nothing between: one summand of x_bar is y_bar itself",
            scaled("1"),
            ("x",),
            (
                Claim(
                    "x_bar[n,i] = y_bar[n,i] + y_bar[n,i]*2*h[n,i]"
                    " + h_bar[n,i]*(1 - tanh(x[n,i]*u[i])^2)*u[i]",
                    f"{IDENTITY}: the cotangent of the top, unchanged, and what the branches add",
                ),
                Claim("h_bar[n,i] = y_bar[n,i]*(1 + 2*h[n,i])", IDENTITY),
            ),
        ),
        Section(
            "the shortcut halved in each block",
            scaled("1/2"),
            ("x",),
            (
                Claim(
                    "x_bar[n,i] = y_bar[n,i]/4 + y_bar[n,i]*h[n,i]"
                    " + h_bar[n,i]*(1 - tanh(x[n,i]*u[i])^2)*u[i]",
                    f"{IDENTITY}: a factor on the shortcut is taken to the power of the depth",
                ),
            ),
        ),
        Section(
            "convolution block, relu after the sum",
            residual_block(sequences()),
            ("x", "w2"),
            (
                Claim("z_bar[n,c,a] = y_bar[n,c,a]*[z[n,c,a] > 0]", HE),
                Claim(
                    "x_bar[n,c,a] = z_bar[n,c,a]"
                    " + sum[o,u: 0 <= a+1-u < 3](w1[o,c,a+1-u]*a1_bar[n,o,u])",
                    HE,
                ),
                Claim("w2_bar[o,c,p] = sum[n,u: 0 <= u+p-1 < A](a2_bar[n,o,u]*h1[n,c,u+p-1])", HE),
                Claim(
                    "a2_bar[n,o,u] = r2[o]*gamma2[o]*(z_bar[n,o,u] - mean[m,d](z_bar[m,o,d])"
                    " - x_hat2[n,o,u]*mean[m,d](z_bar[m,o,d]*x_hat2[m,o,d]))",
                    IOFFE,
                ),
            ),
        ),
        Section(
            "convolution block, norm and relu before the convolutions",
            residual_block(sequences(), pre_activation=True),
            ("x",),
            (
                Claim(
                    "x_bar[n,c,a] = y_bar[n,c,a] + "
                    + norm.replace("g2", "n1_bar[m,c,d]").replace("(g ", "(n1_bar[n,c,a] "),
                    f"{IDENTITY}: nothing stands between y_bar and x_bar",
                ),
            ),
        ),
        Section(
            "a block of linear layers with a projection",
            dense_residual_block(rows(), "J", pre_activation=True),
            ("x", "W_s"),
            (Claim("W_s_bar[i,j] = sum[n](h1[n,i]*y_bar[n,j])", HE),),
        ),
    ]


PAGE = Page(
    name="residual",
    title="Residual blocks",
    question="""
A block adds its branch to its input. What of the cotangent goes around the branch, what through it,
and what does a relu after the sum change?
""",
    sections=sections,
    learnt="""
x_bar = z_bar + J^T z_bar: the identity path hands the cotangent on as it is. With a relu after the
sum z_bar = y_bar [z > 0], on both paths. With norm and relu inside of the branch nothing stands
between the sums, and the cotangent of the top is a summand of every x_bar below.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
