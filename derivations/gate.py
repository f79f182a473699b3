"""Gates: what does each side of a product of signals get back?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import gate, glu
from symnet.notation import Index, Tensor
from symnet.notation.report import SlipKind

PRODUCT = "product rule"
DAUPHIN = "Dauphin, Fan, Auli & Grangier 2017, sec. 3, by the product rule"


def sections() -> list[Section]:
    n, i, j = Index("n", "N"), Index("i", "I"), Index("j", "J")
    x, y = Tensor("x", n, j), Tensor("y", n, j)
    return [
        Section(
            "z = x y",
            gate(x, y),
            ("x", "y"),
            (
                Claim("x_bar[n,j] = z_bar[n,j]*y[n,j]", PRODUCT),
                Claim("y_bar[n,j] = z_bar[n,j]*x[n,j]", PRODUCT),
                Claim(
                    "x_bar[n,j] = z_bar[n,j]*x[n,j]",
                    "the same side in place of the other one",
                    right=False,
                    slip=SlipKind.WRONG_VARIABLE,
                ),
            ),
        ),
        Section(
            "z = x x",
            gate(x, x),
            ("x",),
            (
                Claim("x_bar[n,j] = 2*z_bar[n,j]*x[n,j]", PRODUCT),
                Claim(
                    "x_bar[n,j] = z_bar[n,j]*x[n,j]",
                    "one of the two paths forgotten",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "the gated linear unit",
            glu(Tensor("x", n, i), j),
            ("x", "W", "b", "V", "c"),
            (
                Claim("u_bar[n,j] = z_bar[n,j]*g[n,j]", DAUPHIN),
                Claim("v_bar[n,j] = z_bar[n,j]*u[n,j]*g[n,j]*(1 - g[n,j])", DAUPHIN),
                Claim("W_bar[i,j] = sum[n](x[n,i]*u_bar[n,j])", DAUPHIN),
                Claim("V_bar[i,j] = sum[n](x[n,i]*v_bar[n,j])", DAUPHIN),
                Claim("x_bar[n,i] = sum[j](W[i,j]*u_bar[n,j] + V[i,j]*v_bar[n,j])", DAUPHIN),
                Claim(
                    "x_bar[n,i] = sum[j](W[i,j]*u_bar[n,j])",
                    "x reaches the gate too",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="gate",
    title="The gate layer",
    question="""
z = x y, entry by entry: one signal decides how much of the other passes. What does each get back,
what if they are the same signal, and what in a gated linear unit, where the gate is a sigmoid?
""",
    sections=sections,
    learnt="""
Each side's gradient is the cotangent times the other side. A signal that gates itself gets both
paths, 2 z_bar x. In the gated linear unit the gradient of the value passes through an open gate
unchanged (z_bar g, no derivative of a squashing function): that is the point of Dauphin et al.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
