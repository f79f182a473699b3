"""Further losses: for which of them is the gradient by the logits still p - y?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import (
    binary_focal,
    cosine_similarity,
    distillation,
    huber,
    info_nce,
    kl_divergence,
    labels,
    margin_contrastive,
    selected_cross_entropy,
    smoothed_cross_entropy,
    triplet,
    weighted_cross_entropy,
)
from symnet.notation import Index, Tensor
from symnet.notation.report import SlipKind

RULE = "by the chain rule"
SZEGEDY = "Szegedy et al. 2016, sec. 7"
HINTON = "Hinton, Vinyals & Dean 2015, sec. 2"
DEVLIN = "Devlin et al. 2018, sec. 3.1"
LIN = "Lin et al. 2017, appendix on the derivative"
OORD = "van den Oord, Li & Vinyals 2018, eq. (4)"
HADSELL = "Hadsell, Chopra & LeCun 2006, sec. 2.2"


def sections() -> list[Section]:
    n, k, d = Index("n", "N"), Index("k", "K"), Index("d", "D")
    x, z = Tensor("x", n, k), Tensor("z", n, k)
    t, w = labels(x), Tensor("w", k, assume="positive")
    y, m = Tensor("y", n, k, assume="mask"), Tensor("m", n, assume="mask")
    p, q = Tensor("p", n, k, assume="positive"), Tensor("q", n, k, assume="positive")
    u, v = Tensor("u", n, d), Tensor("v", n, d)
    return [
        Section(
            "smoothed labels",
            smoothed_cross_entropy(x, t),
            ("x",),
            (
                Claim("x_bar[n,k] = (p[n,k] - y[n,k])/N", f"{SZEGEDY}: rows of y sum to 1"),
                Claim(
                    "x_bar[n,k] = (p[n,k] - delta(k,t[n]))/N",
                    "the gradient of labels that are not smoothed",
                    right=False,
                    slip=SlipKind.ASSUMPTION,
                ),
            ),
        ),
        Section(
            "class weights",
            weighted_cross_entropy(x, t, w),
            ("x",),
            (
                Claim("x_bar[n,k] = w[t[n]]*(p[n,k] - delta(k,t[n]))/M", RULE),
                Claim(
                    "x_bar[n,k] = w[t[n]]*(p[n,k] - delta(k,t[n]))/N",
                    "a mean over N where the weights are summed",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
                Claim(
                    "x_bar[n,k] = w[k]*(p[n,k] - delta(k,t[n]))/M",
                    "the weight of the logit's class in place of the label's",
                    right=False,
                    slip=SlipKind.OTHER,
                ),
            ),
        ),
        Section(
            "selected positions, as of a masked language model",
            selected_cross_entropy(x, t, m),
            ("x",),
            (
                Claim(
                    "x_bar[n,k] = where(M > 0, m[n]*(p[n,k] - delta(k,t[n]))/M, 0)",
                    f"{DEVLIN}: the others get nothing",
                ),
            ),
        ),
        Section(
            "binary focal loss, focus 2, balance 1/4",
            binary_focal(x, y),
            ("x",),
            (
                Claim(
                    "x_bar[n,k] = (y[n,k]/4*(1 - p[n,k])^2*(2*p[n,k]*log(p[n,k]) + p[n,k] - 1)"
                    " - 3/4*(1 - y[n,k])*p[n,k]^2*(2*(1 - p[n,k])*log(1 - p[n,k]) - p[n,k]))/(N*K)",
                    LIN,
                ),
                Claim(
                    "x_bar[n,k] = (y[n,k]/4*(1 - p[n,k])^2*(p[n,k] - 1)"
                    " + 3/4*(1 - y[n,k])*p[n,k]^3)/(N*K)",
                    "the focusing factor taken for a constant weight",
                    right=False,
                    slip=SlipKind.OTHER,
                ),
            ),
        ),
        Section(
            "distillation at temperature 2",
            distillation(x, z),
            ("x", "z"),
            (
                Claim("x_bar[n,k] = 2*(p[n,k] - q[n,k])/N", f"{HINTON}: T^2 and one 1/T"),
                Claim("z_bar[n,k] = 0", "the teacher is detached"),
                Claim(
                    "x_bar[n,k] = 4*(p[n,k] - q[n,k])/N",
                    "the derivative of x/T forgotten",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "Kullback-Leibler divergence",
            kl_divergence(p, q),
            ("p", "q"),
            (
                Claim("q_bar[n,k] = -p[n,k]/q[n,k]/N", RULE),
                Claim("p_bar[n,k] = (log(p[n,k]/q[n,k]) + 1)/N", RULE),
                Claim(
                    "p_bar[n,k] = log(p[n,k]/q[n,k])/N",
                    "p log p differentiated as if the logarithm were a constant",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
        Section(
            "Huber loss, delta 1",
            huber(x, z),
            ("x",),
            (
                Claim(
                    "x_bar[n,k] = minimum(maximum(x[n,k] - z[n,k], -1), 1)/(N*K)",
                    "Huber 1964: the error, clipped",
                ),
            ),
        ),
        Section(
            "cosine",
            cosine_similarity(u, v),
            ("u",),
            (
                Claim("sum[d](u_bar[n,d]*u[n,d]) == 0", "Euler: the length of u does not count"),
                Claim(
                    "u_bar[n,d] = c_bar[n]*r_x[n]*y_hat[n,d]",
                    "the length taken for a constant",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
        Section(
            "pairs, margin 1",
            margin_contrastive(u, v, m),
            ("u",),
            (
                Claim(
                    "u_bar[n,d] = (m[n] - (1 - m[n])*relu(1 - sqrt(s[n]))/sqrt(s[n]))"
                    "*(u[n,d] - v[n,d])/N",
                    f"{HADSELL}: a spring that pulls, and one that pushes within the margin",
                ),
            ),
        ),
        Section(
            "triplets, margin 1",
            triplet(u, v, Tensor("w", n, d)),
            ("u", "v"),
            (
                Claim(
                    "u_bar[n,d] = 2*[s_p[n] - s_n[n] + 1 > 0]*(w[n,d] - v[n,d])/N",
                    f"{RULE}: the anchor moves along n - p, wherever it stands",
                ),
                Claim("v_bar[n,d] = 2*[s_p[n] - s_n[n] + 1 > 0]*(v[n,d] - u[n,d])/N", RULE),
            ),
        ),
        Section(
            "InfoNCE",
            info_nce(u, v),
            ("u", "v"),
            (
                Claim("u_bar[n,d] = (sum[m](P[n,m]*v[m,d]) - v[n,d])/N", OORD),
                Claim("v_bar[n,d] = (sum[m](P[m,n]*u[m,d]) - u[n,d])/N", OORD),
                Claim(
                    "v_bar[n,d] = (sum[m](P[n,m]*u[m,d]) - u[n,d])/N",
                    "the keys' gradient with P the wrong way round",
                    right=False,
                    slip=SlipKind.TRANSPOSE,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="losses",
    title="Further losses",
    question="""
Smoothing, weights, masks, temperatures, focus, margins, contrasts: what do they make of p - y?
""",
    sections=sections,
    learnt="""
Targets whose rows sum to 1 leave p - y; weights and masks multiply it by what belongs to the label
of the row, and divide by their own sum. A temperature leaves one 1/T of two. Focus is no weight:
its own derivative stays. The Huber loss clips the error, and a cosine's gradient has no part along
its vector.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
