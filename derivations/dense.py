"""Dense layer: what do the weights, the bias and the input get back from y = x W + b?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import dense
from symnet.notation import Index, Tensor
from symnet.notation.report import SlipKind

RULE = "Rumelhart, Hinton & Williams 1986, the generalised delta rule"


def sections() -> list[Section]:
    n, i, j = Index("n", "N"), Index("i", "I"), Index("j", "J")
    hand = (
        Claim("W_bar[i,j] = sum[n](x[n,i]*y_bar[n,j])", RULE),
        Claim("b_bar[j] = sum[n](y_bar[n,j])", RULE),
        Claim("x_bar[n,i] = sum[j](y_bar[n,j]*W[i,j])", RULE),
        Claim(
            "W_bar[i,j] = mean[n](x[n,i]*y_bar[n,j])",
            "a mean over the batch that is taken twice, here and in the loss",
            right=False,
            slip=SlipKind.FACTOR,
        ),
    )
    layer = dense(Tensor("x", n, i), j, output="y")
    return [Section("y = x W + b", layer, ("x", "W", "b"), hand)]


PAGE = Page(
    name="dense",
    title="The dense layer",
    question="""
The layer is linear in each of x, W and b. What does each get back from the cotangent y_bar?
""",
    sections=sections,
    learnt="""
The two sums of the backward pass are products of matrices again: W_bar = x^T y_bar and
x_bar = y_bar W^T; the bias collects y_bar over the batch. A mean over the batch belongs to the loss
and comes in through y_bar: dividing here too is the known mistake, and it is refuted.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
