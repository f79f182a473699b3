"""Norms, kinks and ties: what is the derivative where there is none?"""

import sympy

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation import Graph
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

CALCULUS = "calculus"
CARREIRA = "Carreira, Agrawal, Fragkiadaki & Malik 2016, eq. (5), by the chain rule"
HALF = sympy.Heaviside(0)  # SymPy's convention, 1/2


def _read(text: str, shapes: dict[str, str], **assume: str) -> Graph:
    return parse(text, shapes, assume=assume, notation="index")


def sections() -> list[Section]:
    bounded = "r = sqrt(sum[k](u[k]^2))\ne[k] = minimum(l, r)*u[k]/r"
    radial = "(e_bar[k] - u[k]/r^2*sum[j](u[j]*e_bar[j]))"
    return [
        Section(
            "the norm of a vector: not defined at 0",
            _read("r[n] = sqrt(sum[a](x[n,a]^2))", {"x": "N A"}),
            ("x",),
            (Claim("x_bar[n,a] = r_bar[n]*x[n,a]/r[n]", CALCULUS),),
        ),
        Section(
            "with eps below the root: smooth, and 0 at 0",
            _read("r[n] = sqrt(sum[a](x[n,a]^2) + eps)", {"x": "N A", "eps": ""}, eps="positive"),
            ("x",),
            (
                Claim("x_bar[n,a] = r_bar[n]*x[n,a]/r[n]", "Jumper et al. 2021, algorithm 28"),
                Claim(
                    "x_bar[n,a] = r_bar[n]*x[n,a]/(2*r[n])",
                    "the 2 of the square forgotten",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "relu: two conventions at 0, and SymPy's",
            _read("h[n] = relu(x[n])", {"x": "N"}),
            ("x",),
            (
                Claim("x_bar[n] = h_bar[n]*[0 < x[n]]", "the convention of symnet and PyTorch"),
                Claim("x_bar[n] = h_bar[n]*[0 <= x[n]]", "1 at 0, as a step from the right"),
                Claim(
                    f"x_bar[n] = h_bar[n]*([0 < x[n]] + [x[n] = 0]*{HALF})",
                    "SymPy: diff(Max(x, 0)) is Heaviside(x), and Heaviside(0) = 1/2",
                ),
                Claim(
                    "x_bar[n] = h_bar[n]*[x[n] < 0]",
                    "the wrong half",
                    right=False,
                    slip=SlipKind.MASK,
                ),
            ),
        ),
        Section(
            "the absolute value",
            _read("y[n] = abs(x[n])", {"x": "N"}),
            ("x",),
            (
                Claim("x_bar[n] = y_bar[n]*sign(x[n])", "0 at 0"),
                Claim("x_bar[n] = y_bar[n]*([0 <= x[n]] - [x[n] < 0])", "1 at 0"),
            ),
        ),
        Section(
            "a clamped distance",
            _read("y[n] = minimum(d[n], c)", {"d": "N", "c": ""}),
            ("d",),
            (Claim("d_bar[n] = y_bar[n]*[d[n] < c]", "Jumper et al. 2021, algorithm 28"),),
        ),
        Section(
            "the largest entry: ties go to the first one",
            _read("y[n] = max[k](x[n,k])", {"x": "N K"}),
            ("x",),
            (
                Claim("x_bar[n,k] = y_bar[n]*[x[n,k] = y[n]]", "to all of those that are largest"),
                Claim(
                    "x_bar[n,k] = y_bar[n]",
                    "to all entries, as for a sum",
                    right=False,
                    slip=SlipKind.MASK,
                ),
            ),
        ),
        Section(
            "a correction of bounded length, min(l, |u|) u/|u|",
            _read(bounded, {"u": "K", "l": ""}, l="positive"),
            ("u",),
            (
                Claim(f"u_bar[k] = [r <= l]*e_bar[k] + [l < r]*l/r*{radial}", CARREIRA),
                Claim(
                    "u_bar[k] = minimum(l, r)/r*e_bar[k]",
                    "the length taken for a constant",
                    right=False,
                    slip=SlipKind.NORMALISATION_PATH,
                ),
            ),
        ),
        Section(
            "a root beside its guard",
            _read("y[n] = where(0 < x[n], sqrt(x[n]), 0)", {"x": "N"}),
            ("x",),
            (
                Claim(
                    "x_bar[n] = where(0 < x[n], y_bar[n]/(2*sqrt(x[n])), 0)",
                    "a choice, not a product: 0 times an infinite slope is not 0 in floating point",
                ),
            ),
        ),
    ]


PAGE = Page(
    name="singularities",
    title="Singularities, kinks and ties",
    question="""
A norm has no derivative at 0, relu and min have a kink, max has ties. What do hand formulas say
there, and what happens to those that differ in nothing but that?
""",
    sections=sections,
    learnt="""
Formulas that differ on a kink only are the same off it: they are proved, and the difference on the
kink is said beside (0 for relu here and in PyTorch, 1/2 in SymPy). An eps below the root makes a
norm smooth without changing the formula x/r. A guard has to choose, not to multiply.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
