"""Layer norm's backward pass in twelve steps: three paths to x, and where they cancel."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

FUNCTION = """
mu[n] = mean[d](x[n,d])
e[n,d] = x[n,d] - mu[n]
v[n] = mean[d](e[n,d]^2)
s[n] = sqrt(v[n] + eps)
x_hat[n,d] = e[n,d]/s[n]
y[n,d] = g[d]*x_hat[n,d] + b[d]
"""
STEPS = (
    "x_hat_bar[n,d] = g[d]*y_bar[n,d]",
    "s_bar[n] = -sum[d](x_hat_bar[n,d]*e[n,d])/s[n]^2",
    "v_bar[n] = s_bar[n]/(2*s[n])",
    "v_bar[n] = -sum[d](x_hat_bar[n,d]*x_hat[n,d])/(2*s[n]^2)",
    "e_bar[n,d] = x_hat_bar[n,d]/s[n] + 2*e[n,d]*v_bar[n]/D",
    "e_bar[n,d] = x_hat_bar[n,d]/s[n] - x_hat[n,d]*sum[c](x_hat_bar[n,c]*x_hat[n,c])/(D*s[n])",
    "e_bar[n,d] = (x_hat_bar[n,d] - x_hat[n,d]*mean[c](x_hat_bar[n,c]*x_hat[n,c]))/s[n]",
    "mu_bar[n] = -sum[d](e_bar[n,d])",
    "mu_bar[n] = -sum[d](x_hat_bar[n,d])/s[n]",
    "x_bar[n,d] = e_bar[n,d] + mu_bar[n]/D",
    "= e_bar[n,d] - mean[c](x_hat_bar[n,c])/s[n]",
    "= (x_hat_bar[n,d] - mean[c](x_hat_bar[n,c])"
    " - x_hat[n,d]*mean[c](x_hat_bar[n,c]*x_hat[n,c]))/s[n]",
)
WRONG = (  # each step with a slip in it
    "x_hat_bar[n,d] = g[d]*y_bar[n,d] + b[d]",
    "s_bar[n] = -sum[d](x_hat_bar[n,d]*e[n,d])/s[n]",
    "v_bar[n] = s_bar[n]/s[n]",
    "v_bar[n] = sum[d](x_hat_bar[n,d]*x_hat[n,d])/(2*s[n]^2)",
    "e_bar[n,d] = x_hat_bar[n,d]/s[n] + e[n,d]*v_bar[n]/D",
    "e_bar[n,d] = x_hat_bar[n,d]/s[n] - x_hat[n,d]*sum[c](x_hat_bar[n,c]*x_hat[n,c])/s[n]",
    "e_bar[n,d] = (x_hat_bar[n,d] + x_hat[n,d]*mean[c](x_hat_bar[n,c]*x_hat[n,c]))/s[n]",
    "mu_bar[n] = sum[d](e_bar[n,d])",
    "mu_bar[n] = -sum[d](x_hat_bar[n,d])*s[n]",
    "x_bar[n,d] = e_bar[n,d] + mu_bar[n]",
    "= e_bar[n,d] - sum[c](x_hat_bar[n,c])/s[n]",
    "= (x_hat_bar[n,d] - x_hat[n,d]*mean[c](x_hat_bar[n,c]*x_hat[n,c]))/s[n]",
)


def falsified(step: int) -> tuple[str, ...]:
    """The derivation with a slip in that step, from 1."""
    return (*STEPS[: step - 1], WRONG[step - 1], *STEPS[step:])


def sections() -> list[Section]:
    shapes = {"x": "N D", "g": "D", "b": "D", "eps": ""}
    graph = parse(FUNCTION, shapes, assume={"eps": "positive"})
    return [
        Section(
            "twelve steps",
            graph,
            ("x",),
            (
                Claim(STEPS, "Ioffe & Szegedy 2015, sec. 3, over features instead of the batch"),
                Claim(
                    falsified(3),
                    "v_bar without the 1/2 of the square root's derivative",
                    right=False,
                    slip=SlipKind.FACTOR,
                    step=3,
                ),
                Claim(
                    falsified(12),
                    "the mean's own path left out at the end",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                    step=12,
                ),
            ),
        )
    ]


PAGE = Page(
    name="layer_norm_steps",
    title="Layer norm's backward pass, step by step",
    question="""
x reaches y through the numerator, through the mean and through the variance. How do the three paths
become one line?
""",
    sections=sections,
    learnt="""
The variance's path puts the mean of x_hat_bar x_hat in front of x_hat (steps 2 to 7). The mean's
path would have a part through the variance, but sum_d x_hat[n,d] = 0 takes it away (step 9).
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
