"""Normalisation: to what is the gradient orthogonal, and to what only nearly?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

BA = "Ba, Kiros & Hinton 2016, sec. 3"
IOFFE = "Ioffe & Szegedy 2015, sec. 3"
TORCH = "PyTorch documentation, BatchNorm1d: biased in the forward pass, unbiased when kept"
ZHANG = "Zhang & Sennrich 2019, sec. 4"

LAYER = """
mu[n] = mean[d](x[n,d])
e[n,d] = x[n,d] - mu[n]
s[n] = sqrt(mean[d](e[n,d]^2){eps})
x_hat[n,d] = e[n,d]/s[n]
y[n,d] = g[d]*x_hat[n,d] + b[d]
"""
RMS = """
s[n] = sqrt(mean[d](x[n,d]^2) + eps)
x_hat[n,d] = x[n,d]/s[n]
y[n,d] = g[d]*x_hat[n,d]
"""
BATCH = """
mu[d] = mean[n](x[n,d])
e[n,d] = x[n,d] - mu[d]
s[d] = sqrt(mean[n](e[n,d]^2) + eps)
x_hat[n,d] = e[n,d]/s[d]
y[n,d] = g[d]*x_hat[n,d] + b[d]
"""
FROZEN = "y[n,d] = g[d]*(x[n,d] - mu[d])/sqrt(v[d] + eps) + b[d]"


def sections() -> list[Section]:
    shapes = {"x": "N D", "g": "D", "b": "D", "eps": ""}
    small = {"eps": "positive"}
    w = "g[d]*y_bar[n,d]"
    other = "g[c]*y_bar[n,c]"
    return [
        Section(
            "layer norm",
            parse(LAYER.format(eps=" + eps"), shapes, assume=small),
            ("x", "g", "b"),
            (
                Claim(
                    f"x_bar[n,d] = ({w} - mean[c]({other})"
                    f" - x_hat[n,d]*mean[c]({other}*x_hat[n,c]))/s[n]",
                    f"{BA}, by the chain rule",
                ),
                Claim("g_bar[d] = sum[n](y_bar[n,d]*x_hat[n,d])", f"{BA}, by the chain rule"),
                Claim("b_bar[d] = sum[n](y_bar[n,d])", f"{BA}, by the chain rule"),
                Claim("sum[d](x_bar[n,d]) == 0", "a shift of x changes nothing: exact"),
                Claim(
                    f"sum[d](x_bar[n,d]*x_hat[n,d]) == eps/s[n]^3*sum[d]({w}*x_hat[n,d])",
                    "from x_bar and mean[d](x_hat[n,d]^2) = 1 - eps/s[n]^2",
                ),
                Claim(
                    "sum[d](x_bar[n,d]*x_hat[n,d]) == 0",
                    "a scale of x changes nothing: with eps > 0 it does",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
                Claim(
                    f"x_bar[n,d] = ({w} - x_hat[n,d]*mean[c]({other}*x_hat[n,c]))/s[n]",
                    "the mean taken for a constant",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
                Claim(
                    f"x_bar[n,d] = ({w} - mean[c]({other}))/s[n]",
                    "the deviation taken for a constant",
                    right=False,
                    slip=SlipKind.NORMALISATION_PATH,
                ),
                Claim(
                    f"x_bar[n,d] = ({w} - mean[c]({other})"
                    f" - x_hat[n,d]*sum[c]({other}*x_hat[n,c])/(D - 1))/s[n]",
                    "the unbiased variance's D - 1, where the normaliser has D",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "layer norm without eps",
            parse(LAYER.format(eps=""), {k: v for k, v in shapes.items() if k != "eps"}),
            ("x",),
            (
                Claim("sum[d](x_bar[n,d]*x_hat[n,d]) == 0", "a scale of x changes nothing"),
                Claim("sum[d](x_bar[n,d]*x[n,d]) == 0", "Euler, for a function of degree 0"),
            ),
        ),
        Section(
            "root-mean-square norm",
            parse(RMS, {k: v for k, v in shapes.items() if k != "b"}, assume=small),
            ("x", "g"),
            (
                Claim(
                    f"x_bar[n,d] = ({w} - x_hat[n,d]*mean[c]({other}*x_hat[n,c]))/s[n]",
                    f"{ZHANG}, by the chain rule",
                ),
                Claim(
                    f"sum[d](x_bar[n,d]*x_hat[n,d]) == eps/s[n]^3*sum[d]({w}*x_hat[n,d])",
                    "as for layer norm",
                ),
                Claim(
                    f"x_bar[n,d] = ({w} - mean[c]({other})"
                    f" - x_hat[n,d]*mean[c]({other}*x_hat[n,c]))/s[n]",
                    "layer norm's gradient: here no mean is taken off",
                    right=False,
                    slip=SlipKind.EXTRA_TERM,
                ),
            ),
        ),
        Section(
            "batch norm, in training",
            parse(BATCH, shapes, assume=small),
            ("x",),
            (
                Claim(
                    "x_bar[n,d] = g[d]/s[d]*(y_bar[n,d] - mean[m](y_bar[m,d])"
                    " - x_hat[n,d]*mean[m](y_bar[m,d]*x_hat[m,d]))",
                    f"{IOFFE}, the six equations of the backward pass in one",
                ),
                Claim(
                    "x_bar[n,d] = g[d]/s[d]*(y_bar[n,d] - mean[c](y_bar[n,c])"
                    " - x_hat[n,d]*mean[m](y_bar[m,d]*x_hat[m,d]))",
                    "a mean over the features, as in layer norm",
                    right=False,
                    slip=SlipKind.WRONG_AXIS,
                ),
            ),
        ),
        Section(
            "the two variances of batch norm: v normalises, u is what running statistics keep",
            parse(
                "mu = mean[n](x[n])\nv = mean[n]((x[n] - mu)^2)\nu = sum[n]((x[n] - mu)^2)/(N - 1)",
                {"x": "N"},
                notation="index",
            ),
            (),
            (
                Claim("u = v*N/(N - 1)", TORCH),
                Claim("v = mean[n](x[n]^2) - mu^2", "one pass over the batch"),
                Claim(
                    "u = mean[n]((x[n] - mu)^2)",
                    "the running variance updated with the normaliser's",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "batch norm with frozen statistics",
            parse(FROZEN, {**shapes, "mu": "D", "v": "D"}, assume={"v": "positive", **small}),
            ("x",),
            (Claim("x_bar[n,d] = g[d]*y_bar[n,d]/sqrt(v[d] + eps)", f"{IOFFE}, algorithm 2"),),
        ),
    ]


PAGE = Page(
    name="layer_norm",
    title="Layer norm, RMS norm, batch norm",
    question="""
A normalisation does not see a shift of its input, and nearly not a scale. So its gradient sums to
zero, and is nearly orthogonal to x_hat. How nearly, when eps is there?
""",
    sections=sections,
    learnt="""
mean(x_bar) = 0 is exact. sum x_bar x_hat = 0 is not: it is eps/s^3 sum w x_hat with w = g y_bar,
and 0 only without eps. RMS norm takes no mean off, so it has the second property and not the first.
The variance of the normaliser is the biased one, with D below.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
