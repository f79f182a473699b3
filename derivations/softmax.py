"""Softmax: why does its gradient subtract a weighted mean?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import log_softmax, softmax
from symnet.notation import Index, Tensor
from symnet.notation.report import SlipKind

BISHOP = "Bishop 2006, eq. (4.106)"


def sections() -> list[Section]:
    x = Tensor("x", Index("n", "N"), Index("k", "K"))
    return [
        Section(
            "softmax",
            softmax(x),
            ("x",),
            (
                Claim(
                    "x_bar[n,k] = p[n,k]*(p_bar[n,k] - sum[j](p[n,j]*p_bar[n,j]))",
                    f"{BISHOP}, as a pullback",
                ),
                Claim("dp_dx[n,j,m,k] = [n = m]*p[n,j]*([j = k] - p[n,k])", BISHOP),
                Claim("sum[k](x_bar[n,k]) == 0", "shift invariance: J 1 = 0, and J is symmetric"),
                Claim("sum[k](p[n,k]) == 1", "rows are probabilities"),
                Claim(
                    "x_bar[n,k] = p_bar[n,k]*p[n,k]*(1 - p[n,k])",
                    "the diagonal of the Jacobian taken for all of it",
                    right=False,
                    slip=SlipKind.NORMALISATION_PATH,
                ),
            ),
        ),
        Section(
            "log softmax",
            log_softmax(x),
            ("x",),
            (
                Claim(
                    "x_bar[n,k] = l_bar[n,k] - exp(l[n,k])*sum[j](l_bar[n,j])",
                    f"{BISHOP}, divided by p = exp(l)",
                ),
                Claim(
                    "x_bar[n,k] = l_bar[n,k] - exp(l[n,k])*l_bar[n,k]",
                    "the sum over the row forgotten",
                    right=False,
                    slip=SlipKind.NORMALISATION_PATH,
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
to zero, because softmax does not see a shift of its row. p (1 - p) is the diagonal only: whoever
takes it for all of it forgets the path through the normaliser.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
