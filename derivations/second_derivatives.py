"""Second derivatives of activations, and forms of the logistic loss that do not overflow."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

CALCULUS = "calculus, product rule"
TENSORFLOW = "TensorFlow documentation, sigmoid_cross_entropy_with_logits"
BISHOP = "Bishop 2006, sec. 4.3.2"


def sections() -> list[Section]:
    s = "sigmoid(x)"
    phi = "exp(-x^2/2)/sqrt(2*pi)"
    loss = f"L = -t*log({s}) - (1 - t)*log(1 - {s})"
    return [
        Section(
            "silu",
            parse(f"L = x*{s}", {"x": ""}, notation="index"),
            ("x",),
            (
                Claim(f"x_bar = {s}*(1 + x*(1 - {s}))", "Elfwing, Uchibe & Doya 2018"),
                Claim(f"d2L_dx2 = {s}*(1 - {s})*(2 + x*(1 - 2*{s}))", CALCULUS),
                Claim(
                    f"d2L_dx2 = {s}*(1 - {s})*(1 + x*(1 - 2*{s}))",
                    "sigmoid' counted once: it comes from both factors of the product",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "gelu",
            parse("L = x*(1 + erf(x/sqrt(2)))/2", {"x": ""}, notation="index"),
            ("x",),
            (
                Claim(f"x_bar = (1 + erf(x/sqrt(2)))/2 + x*{phi}", "Hendrycks & Gimpel 2016"),
                Claim(f"d2L_dx2 = {phi}*(2 - x^2)", CALCULUS),
                Claim(
                    f"d2L_dx2 = {phi}*(1 - x^2)",
                    "the derivative of x phi(x) alone",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "softplus",
            parse("L = softplus(x)", {"x": ""}, notation="index"),
            ("x",),
            (
                Claim(f"d2L_dx2 = {s}*(1 - {s})", CALCULUS),
                Claim("L == maximum(x, 0) + log(1 + exp(-abs(x)))", "no exponential above 1"),
                Claim(f"log({s}) == minimum(x, 0) - log(1 + exp(-abs(x)))", "log-sigmoid"),
            ),
        ),
        Section(
            "binary cross-entropy of a logit",
            parse(loss, {"x": "", "t": ""}, notation="index"),
            ("x", "t"),
            (
                Claim("L == maximum(x, 0) - x*t + log(1 + exp(-abs(x)))", TENSORFLOW),
                Claim(f"x_bar = {s} - t", BISHOP),
                Claim("t_bar = -x", "L is linear in t"),
                Claim(f"d2L_dx2 = {s}*(1 - {s})", f"{BISHOP}: whatever t"),
                Claim(
                    "L == maximum(x, 0) - x*t + log(1 + exp(abs(x)))",
                    "the sign in front of |x| lost",
                    right=False,
                    slip=SlipKind.SIGN,
                ),
                Claim(
                    f"x_bar = {s}*(1 - {s})*({s} - t)",
                    "the gradient of the squared error",
                    right=False,
                    slip=SlipKind.CHAIN_RULE,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="second_derivatives",
    title="Second derivatives and stable forms",
    question="""
Newton's method and curvature need f''. What is it for silu and gelu, and which forms of the
logistic loss hold for large logits?
""",
    sections=sections,
    learnt="""
Both second derivatives count sigmoid' or phi twice, once for each factor of the product. The stable
forms need max(x, 0) and |x|: they are the same functions, and only their exponentials are bounded.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
