"""Softmax and cross-entropy: when is the gradient p - y, and when not?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import labels, softmax_cross_entropy
from symnet.notation import Index, Tensor, define, delta, log, total

BISHOP = "Bishop 2006, sec. 4.3.4"


def sections() -> list[Section]:
    n, k, j = Index("n", "N"), Index("k", "K"), Index("j", "K")
    x = Tensor("x", n, k)
    t = labels(x)
    p, x_bar, y_bar = (Tensor(name, n, k) for name in ("p", "x_bar", "y_bar"))
    N = n.extent

    def difference(y: Tensor) -> Claim:
        return Claim(define(x_bar[n, k], (p[n, k] - y[n, k]) / N), BISHOP)

    out = [
        Section(
            "labels t",
            softmax_cross_entropy(x, t),
            ("x",),
            (Claim(define(x_bar[n, k], (p[n, k] - delta(k, t[n])) / N), BISHOP),),
        )
    ]
    for assumption, title in (("one_hot", "one-hot targets"), ("simplex", "targets that sum to 1")):
        y = Tensor("y", n, k, assume=assumption)
        out.append(Section(title, softmax_cross_entropy(x, y), ("x",), (difference(y),)))
    y = Tensor("y", n, k)
    full = (p[n, k] * total(y[n, j], over=j) - y[n, k]) / N
    out.append(
        Section(
            "any targets",
            softmax_cross_entropy(x, y),
            ("x", "y"),
            (
                Claim(define(x_bar[n, k], full), "product rule, sum_k p[n,k] = 1"),
                Claim(define(y_bar[n, k], -log(p[n, k]) / N), "L is linear in y"),
                Claim(
                    define(x_bar[n, k], (p[n, k] - y[n, k]) / N),
                    "p - y where the targets do not sum to 1: label weights, mixed labels",
                    right=False,
                ),
            ),
        )
    )
    return out


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
is (p sum_j y[n,j] - y[n,k])/N: with label weights or missing mass p - y is another gradient, and
the points refute it.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
