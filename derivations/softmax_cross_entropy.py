"""Softmax and cross-entropy: when is the gradient p - y, and when not?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import labels, softmax_cross_entropy
from symnet.notation import Graph, Index, Tensor
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

BISHOP = "Bishop 2006, sec. 4.3.4, eq. (4.109)"
TORCH = "PyTorch documentation, CrossEntropyLoss, weight and reduction='mean'"


def weighted() -> Graph:
    """A weight for each class, and the mean over the sum of the weights that occur."""
    return parse(
        "p[n,k] = exp(x[n,k])/sum[j](exp(x[n,j]))\n"
        "Z = sum[n](c[t[n]])\n"
        "L = -sum[n](c[t[n]]*log(p[n,t[n]]))/Z",
        {"x": "N K", "c": "K", "t": "N"},
        assume={"t": "integer<K", "c": "positive"},
    )


def sections() -> list[Section]:
    x = Tensor("x", Index("n", "N"), Index("k", "K"))
    out = [
        Section(
            "labels t",
            softmax_cross_entropy(x, labels(x)),
            ("x",),
            (Claim("x_bar[n,k] = (p[n,k] - [k = t[n]])/N", BISHOP),),
        )
    ]
    difference = Claim("x_bar[n,k] = (p[n,k] - y[n,k])/N", BISHOP)
    for assumption, title in (("one_hot", "one-hot targets"), ("simplex", "targets that sum to 1")):
        y = Tensor("y", *x.indices, assume=assumption)
        out.append(Section(title, softmax_cross_entropy(x, y), ("x",), (difference,)))
    y = Tensor("y", *x.indices)
    return [
        *out,
        Section(
            "any targets",
            softmax_cross_entropy(x, y),
            ("x", "y"),
            (
                Claim(
                    "x_bar[n,k] = (p[n,k]*sum[j](y[n,j]) - y[n,k])/N",
                    "product rule, sum_k p[n,k] = 1",
                ),
                Claim("y_bar[n,k] = -log(p[n,k])/N", "L is linear in y"),
                Claim(
                    "x_bar[n,k] = (p[n,k] - y[n,k])/N",
                    "p - y where the targets do not sum to 1: label weights, missing mass",
                    right=False,
                    slip=SlipKind.ASSUMPTION,
                ),
            ),
        ),
        Section(
            "a weight c[k] for each class",
            weighted(),
            ("x",),
            (
                Claim("x_bar[n,k] = c[t[n]]*(p[n,k] - [k = t[n]])/Z", TORCH),
                Claim(
                    "x_bar[n,k] = c[k]*(p[n,k] - [k = t[n]])/Z",
                    "the weight of the logit's class instead of the label's",
                    right=False,
                    slip=SlipKind.OTHER,
                ),
                Claim(
                    "x_bar[n,k] = c[t[n]]*(p[n,k] - [k = t[n]])/N",
                    "the mean over N samples instead of over their weights",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="softmax_cross_entropy",
    title="Softmax and cross-entropy",
    question="""
L = -1/N sum_n sum_k y[n,k] log p[n,k] with p = softmax(x). Textbooks give (p - y)/N for its
gradient by x. Which property of y do they use?
""",
    sections=sections,
    learnt="""
They use sum_k y[n,k] = 1, which labels, one-hot and simplex targets have. Without it the gradient
is (p sum_j y[n,j] - y[n,k])/N: with label weights or missing mass p - y is another gradient, and is
refuted as true only under an assumption. A weight for each class is the label's, not the logit's.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
