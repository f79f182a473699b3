"""The gradient of softmax cross-entropy in twelve steps: which of them is wrong, if one is?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

FUNCTION = """
Z[n] = sum[j](exp(x[n,j]))
p[n,k] = exp(x[n,k])/Z[n]
L = -sum[n,k](t[n,k]*log(p[n,k]))/N
"""
STEPS = (
    "log(p[n,k]) == x[n,k] - log(Z[n])",
    "L == sum[n](log(Z[n])*sum[k](t[n,k]) - sum[k](t[n,k]*x[n,k]))/N",
    "p_bar[n,k] = -t[n,k]/(N*p[n,k])",
    "x_bar[n,k] = sum[j](p_bar[n,j]*p[n,j]*([j = k] - p[n,k]))",
    "= sum[j](p_bar[n,j]*p[n,j]*[j = k]) - sum[j](p_bar[n,j]*p[n,j]*p[n,k])",
    "= p_bar[n,k]*p[n,k] - sum[j](p_bar[n,j]*p[n,j]*p[n,k])",
    "= p[n,k]*(p_bar[n,k] - sum[j](p_bar[n,j]*p[n,j]))",
    "= p[n,k]*(-t[n,k]/(N*p[n,k]) - sum[j](p_bar[n,j]*p[n,j]))",
    "= -t[n,k]/N - p[n,k]*sum[j](-t[n,j]/(N*p[n,j])*p[n,j])",
    "= -t[n,k]/N + p[n,k]*sum[j](t[n,j])/N",
    "= (p[n,k]*sum[j](t[n,j]) - t[n,k])/N",
    "= (p[n,k] - t[n,k])/N",
)
WRONG = (  # each step with a slip in it
    "log(p[n,k]) == x[n,k] + log(Z[n])",
    "L == sum[n](log(Z[n])*sum[k](t[n,k]) - sum[k](t[n,k]*x[n,k]))",
    "p_bar[n,k] = t[n,k]/(N*p[n,k])",
    "x_bar[n,k] = sum[j](p_bar[n,j]*p[n,j]*([j = k] - p[n,j]))",
    "= sum[j](p_bar[n,j]*p[n,j]*[j = k]) + sum[j](p_bar[n,j]*p[n,j]*p[n,k])",
    "= p_bar[n,k] - sum[j](p_bar[n,j]*p[n,j]*p[n,k])",
    "= p[n,k]*(p_bar[n,k] - p_bar[n,k]*p[n,k])",
    "= p[n,k]*(-t[n,k]/(N*p[n,k]^2) - sum[j](p_bar[n,j]*p[n,j]))",
    "= -t[n,k]/N - p[n,k]*sum[j](-t[n,j]/(N*p[n,j]))",
    "= -t[n,k]/N - p[n,k]*sum[j](t[n,j])/N",
    "= (p[n,k]*sum[j](t[n,j]) - t[n,k])/K",
    "= (t[n,k] - p[n,k])/N",
)


def falsified(step: int) -> tuple[str, ...]:
    """The derivation with a slip in that step, from 1."""
    return (*STEPS[: step - 1], WRONG[step - 1], *STEPS[step:])


def sections() -> list[Section]:
    graph = parse(FUNCTION, {"x": "N K", "t": "N K"}, assume={"t": "simplex"})
    loose = parse(FUNCTION, {"x": "N K", "t": "N K"})
    return [
        Section(
            "twelve steps, for targets that sum to 1",
            graph,
            ("x",),
            (
                Claim(STEPS, "Bishop 2006, sec. 4.3.4, written out"),
                Claim(
                    falsified(10),
                    "the two minus signs in step 10 counted as one",
                    right=False,
                    slip=SlipKind.SIGN,
                    step=10,
                ),
            ),
        ),
        Section(
            "the same steps where nothing is said of the targets",
            loose,
            ("x",),
            (
                Claim(
                    STEPS,
                    "only the last step uses sum_k t[n,k] = 1",
                    right=False,
                    slip=SlipKind.ASSUMPTION,
                    step=12,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="cross_entropy_steps",
    title="Softmax cross-entropy, step by step",
    question="""
From L = -1/N sum_n sum_k t[n,k] log p[n,k] to (p - t)/N, as on a blackboard. Where does the
derivation break if a sign is lost on the way, and where if the targets do not sum to 1?
""",
    sections=sections,
    learnt="""
Each step is held to the one before, so that a slip is named where it was made and not where the
result is wrong. Eleven of the twelve steps hold for any targets; sum_k t[n,k] = 1 comes in with the
last one.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
