"""Dropout: what flows back through a mask, and what the mean over all masks amounts to."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import dropout, evaluation, stochastic_depth
from symnet.notation import Index, Tensor
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

SRIVASTAVA = "Srivastava et al. 2014"
HUANG = "Huang et al. 2016"

MASKS = """
e = y - u*v - w*z
a = q^2*(y - u*v/q - w*z/q)^2
b = q*(1 - q)*(y - u*v/q)^2 + q*(1 - q)*(y - w*z/q)^2
mean = a + b + (1 - q)^2*y^2
L = mean
"""
MOMENTS = """
first = q*(x/q) + (1 - q)*0
second = q*(x/q)^2 + (1 - q)*0
variance = second - first^2
"""


def sections() -> list[Section]:
    n, t, d = (Index(letter, letter.upper()) for letter in "ntd")
    x, F = Tensor("x", n, d), Tensor("F", n, d)
    deep = stochastic_depth(x, F, 0.75)
    return [
        Section(
            "inverted dropout, q = 3/4",
            dropout(x, 0.75),
            ("x",),
            (
                Claim("x_bar[n,d] = m[n,d]*y_bar[n,d]/0.75", f"{SRIVASTAVA}, sec. 4: same mask"),
                Claim(
                    "x_bar[n,d] = m[n,d]*y_bar[n,d]",
                    "the division by q left out on the way back",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
                Claim(
                    "x_bar[n,d] = y_bar[n,d]/0.75",
                    "the mask left out on the way back",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "one draw for all places t of a row",
            dropout(Tensor("x", n, t, d), 0.75, shared=[1]),
            ("x",),
            (Claim("x_bar[n,t,d] = m[n,d]*y_bar[n,t,d]/0.75", SRIVASTAVA),),
        ),
        Section(
            "the layer in evaluation",
            evaluation(dropout(x, 0.75)),
            ("x",),
            (Claim("y[n,d] = x[n,d]", f"{SRIVASTAVA}, sec. 10: nothing to do at test time"),),
        ),
        Section(
            "mean and variance of x m/q",
            parse(MOMENTS, dict.fromkeys("xq", ""), assume={"q": "positive"}, notation="index"),
            (),
            (
                Claim("first = x", "inverted dropout keeps the mean"),
                Claim("variance = x^2*(1 - q)/q", "and adds noise that is as large as x"),
                Claim(
                    "variance = x^2*q*(1 - q)",
                    "the variance of m, without the division by q",
                    right=False,
                    slip=SlipKind.POWER,
                ),
            ),
        ),
        Section(
            "least squares of two inputs u and w with weights v and z, over all four masks",
            parse(MASKS, dict.fromkeys("yuvwzq", ""), assume={"q": "positive"}, notation="index"),
            (),
            (
                Claim(
                    "mean == e^2 + (1 - q)/q*(u^2*v^2 + w^2*z^2)",
                    f"{SRIVASTAVA}, sec. 9.1: dropout is a penalty on the weights of large inputs",
                ),
                Claim(
                    "mean == e^2 + (1 - q)*(u^2*v^2 + w^2*z^2)",
                    "the penalty of masks that are not divided by q",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "stochastic depth: a branch that is left out for some samples",
            deep,
            ("x", "F"),
            (
                Claim("x_bar[n,d] = y_bar[n,d]", f"{HUANG}: the identity is never left out"),
                Claim("F_bar[n,d] = m[n]*y_bar[n,d]", HUANG),
                Claim(
                    "F_bar[n,d] = 0.75*y_bar[n,d]",
                    "the mean of the mask, which is there in evaluation only",
                    right=False,
                    slip=SlipKind.OTHER,
                ),
            ),
        ),
        Section(
            "stochastic depth in evaluation",
            evaluation(deep),
            ("x", "F"),
            (
                Claim(
                    "y[n,d] = x[n,d] + 0.75*F[n,d]", f"{HUANG}: every branch, by its probability"
                ),
                Claim("F_bar[n,d] = 0.75*y_bar[n,d]", HUANG),
            ),
        ),
    ]


PAGE = Page(
    name="dropout",
    title="Dropout and stochastic depth",
    question="""
A mask is drawn for each step. What flows back through it, and what does training with all masks
amount to on the average?
""",
    sections=sections,
    learnt="""
The same mask, divided by q, multiplies the cotangent. The mean of the output is x, but the mean of
a squared error is not the error at the mean: (1 - q)/q times the squares of weights and inputs are
added, a penalty. Stochastic depth keeps the identity path whole.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
