"""Dense layer: what do the weights, the bias and the input get back from y = x W + b?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import dense
from symnet.notation import Index, Tensor, define, total

RULE = "Rumelhart, Hinton & Williams 1986, the generalised delta rule"


def sections() -> list[Section]:
    n, i, j = Index("n", "N"), Index("i", "I"), Index("j", "J")
    g = dense(Tensor("x", n, i), j, output="y")
    x, W, b = (g.tensor(name) for name in "xWb")
    y_bar = Tensor("y_bar", n, j)
    hand = (
        Claim(define(Tensor("W_bar", i, j)[i, j], total(x[n, i] * y_bar[n, j], over=n)), RULE),
        Claim(define(Tensor("b_bar", j)[j], total(y_bar[n, j], over=n)), RULE),
        Claim(define(Tensor("x_bar", n, i)[n, i], total(y_bar[n, j] * W[i, j], over=j)), RULE),
        Claim(
            define(Tensor("W_bar", i, j)[i, j], total(x[n, i] * y_bar[n, j], over=n) / n.extent),
            "a mean over the batch that is taken twice, here and in the loss",
            right=False,
        ),
    )
    return [Section("y = x W + b", g, (x.name, W.name, b.name), hand)]


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
and comes in through y_bar: dividing here too is the known mistake, and the points refute it.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
