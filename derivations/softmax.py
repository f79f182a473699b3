"""Softmax: why does its gradient subtract a weighted mean?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import log_softmax, softmax
from symnet.notation import Index, Tensor, define, exp, total

BISHOP = "Bishop 2006, eq. (4.106), as a pullback"


def sections() -> list[Section]:
    n, k, j = Index("n", "N"), Index("k", "K"), Index("j", "K")
    x = Tensor("x", n, k)
    first, second = softmax(x), log_softmax(x)
    p, p_bar, x_bar = (Tensor(name, n, k) for name in ("p", "p_bar", "x_bar"))
    l, l_bar, u = Tensor("l", n, k), Tensor("l_bar", n, k), Tensor("u", n)
    mean = total(p[n, j] * p_bar[n, j], over=j)
    return [
        Section(
            "softmax",
            first,
            ("x",),
            (
                Claim(define(x_bar[n, k], p[n, k] * (p_bar[n, k] - mean)), BISHOP),
                Claim(
                    define(u[n], 0, constant_along=[n]),
                    "shift invariance: J 1 = 0, and J is symmetric",
                    derived=define(u[n], total(x_bar[n, k], over=k)),
                ),
                Claim(
                    define(u[n], 1, constant_along=[n]),
                    "rows are probabilities",
                    derived=define(u[n], total(p[n, k], over=k)),
                ),
                Claim(
                    define(x_bar[n, k], p_bar[n, k] * p[n, k] * (1 - p[n, k])),
                    "the diagonal of the Jacobian taken for all of it",
                    right=False,
                ),
            ),
        ),
        Section(
            "log softmax",
            second,
            ("x",),
            (
                Claim(
                    define(x_bar[n, k], l_bar[n, k] - exp(l[n, k]) * total(l_bar[n, j], over=j)),
                    "Bishop 2006, eq. (4.106), divided by p = exp(l)",
                ),
            ),
        ),
    ]


PAGE = Page(
    name="softmax",
    title="Softmax",
    question="""
p = softmax(x) is a row of probabilities. What does x get back from p_bar, without forming the K x K
Jacobian p_j (delta_jk - p_k)?
""",
    sections=sections,
    learnt="""
x_bar = p (p_bar - sum_j p_j p_bar_j): the cotangent, less its mean under p, weighted by p. It sums
to zero, because softmax does not see a shift of its row. p (1 - p) is the diagonal only, and the
points refute it.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
