"""Batch norm: what does a sample get back when the whole batch is in its mean and variance?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import batch_norm, dense, evaluation, join, linear
from symnet.notation import Index, Tensor
from symnet.notation.report import SlipKind

IOFFE = "Ioffe & Szegedy 2015, sec. 3"
SIX = f"{IOFFE}, the six equations of the backward pass in one"
TORCH = "PyTorch documentation, BatchNorm1d: new = (1 - momentum) old + momentum batch"
SCALE = "Euler: the norm does not see the length of W"


def sections() -> list[Section]:
    n, d, i = Index("n", "N"), Index("d", "D"), Index("i", "I")
    x = Tensor("x", n, d)
    images = Tensor("x", n, *(Index(letter, letter.upper()) for letter in "cab"))
    inner = "y_bar[m,d]*x_hat[m,d]"
    places = "y_bar[m,c,e,f]*x_hat[m,c,e,f]"
    biased = dense(Tensor("x", n, i), d)
    plain = linear(Tensor("x", n, i), d)
    return [
        Section(
            "rows, in training",
            batch_norm(x),
            ("x", "gamma", "beta"),
            (
                Claim(
                    "x_bar[n,d] = gamma[d]*r[d]*(y_bar[n,d] - mean[m](y_bar[m,d])"
                    f" - x_hat[n,d]*mean[m]({inner}))",
                    SIX,
                ),
                Claim("gamma_bar[d] = sum[n](y_bar[n,d]*x_hat[n,d])", IOFFE),
                Claim("beta_bar[d] = sum[n](y_bar[n,d])", IOFFE),
                Claim("sum[n](x_bar[n,d]) == 0", "a shift of a feature changes nothing: exact"),
                Claim("sum[n](x_hat[n,d]) == 0", "what is normalised has mean 0"),
                Claim(
                    "x_bar[n,d] = gamma[d]*r[d]*y_bar[n,d]",
                    "mean and variance taken for constants, as in evaluation",
                    right=False,
                    slip=SlipKind.NORMALISATION_PATH,
                ),
                Claim(
                    "x_bar[n,d] = gamma[d]*r[d]*(y_bar[n,d] - mean[m](y_bar[m,d]))",
                    "the variance taken for a constant",
                    right=False,
                    slip=SlipKind.NORMALISATION_PATH,
                ),
                Claim(
                    "x_bar[n,d] = gamma[d]*r[d]*(y_bar[n,d] - mean[m](y_bar[m,d])"
                    f" - x_hat[n,d]*sum[m]({inner})/(N - 1))",
                    "the unbiased variance's N - 1, which only the running estimate has",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "images: one mean for each channel, over samples and places",
            batch_norm(images),
            ("x", "gamma"),
            (
                Claim(
                    "x_bar[n,c,a,b] = gamma[c]*r[c]*(y_bar[n,c,a,b] - mean[m,e,f](y_bar[m,c,e,f])"
                    f" - x_hat[n,c,a,b]*mean[m,e,f]({places}))",
                    f"{IOFFE}, sec. 3.2: m = N A B values",
                ),
                Claim(
                    "x_bar[n,c,a,b] = gamma[c]*r[c]*(y_bar[n,c,a,b] - mean[m](y_bar[m,c,a,b])"
                    " - x_hat[n,c,a,b]*mean[m](y_bar[m,c,a,b]*x_hat[m,c,a,b]))",
                    "means over samples only, as for rows",
                    right=False,
                    slip=SlipKind.OTHER,
                ),
            ),
        ),
        Section(
            "in evaluation: frozen statistics",
            evaluation(batch_norm(x)),
            ("x", "gamma"),
            (
                Claim("x_bar[n,d] = gamma[d]*r[d]*y_bar[n,d]", f"{IOFFE}, algorithm 2"),
                Claim("r[d] = 1/sqrt(v_run[d] + 1/100000)", f"{IOFFE}, algorithm 2"),
            ),
        ),
        Section(
            "the running mean",
            batch_norm(x),
            (),
            (
                Claim("mu_new[d] = (1 - 1/10)*mu_run[d] + mu[d]/10", TORCH),
                Claim(
                    "mu_new[d] = mu_run[d]/10 + (1 - 1/10)*mu[d]",
                    "momentum taken for the part that is kept, as in other libraries",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "a bias in front of it",
            join(biased, batch_norm(biased.output)),
            ("b", "W"),
            (
                Claim("b_bar[d] = 0", f"{IOFFE}, sec. 3.2: the bias is subsumed by beta"),
                Claim(
                    "b_bar[d] = sum[n](gamma[d]*r[d]*y_bar[n,d])",
                    "the bias of an unnormalised layer",
                    right=False,
                    slip=SlipKind.EXTRA_TERM,
                ),
            ),
        ),
        Section(
            "weights in front of it, without eps",
            join(plain, batch_norm(plain.output, eps=0)),
            ("W",),
            (Claim("sum[i](W[i,d]*W_bar[i,d]) == 0", SCALE),),
        ),
    ]


PAGE = Page(
    name="batch_norm",
    title="Batch norm",
    question="""
Every sample moves the mean and the variance of its batch. What comes back to one sample, what to a
bias or to weights in front of the norm, and what changes when the statistics are frozen?
""",
    sections=sections,
    learnt="""
Two means are taken off the cotangent: its own, and that of its product with x_hat. Frozen
statistics take nothing off. What the norm does not see gets nothing back: a bias exactly 0, and
weights no component along themselves, so that steps along the gradient can only make them longer.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
