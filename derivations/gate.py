"""Gates: what does each side of a product of signals get back?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import gate, glu
from symnet.notation import Index, Tensor, define, total

PRODUCT = "product rule"
DAUPHIN = "Dauphin, Fan, Auli & Grangier 2017, sec. 3, by the product rule"


def sections() -> list[Section]:
    n, i, j = Index("n", "N"), Index("i", "I"), Index("j", "J")
    x, y, z_bar = (Tensor(name, n, j) for name in ("x", "y", "z_bar"))
    plain = gate(x, y)
    square = gate(x, x)
    unit = glu(Tensor("x", n, i), j)
    u, g, v_bar, u_bar = (Tensor(name, n, j) for name in ("u", "g", "v_bar", "u_bar"))
    row, V = unit.tensor("x"), unit.tensor("V")
    W_bar, V_bar = Tensor("W_bar", i, j), Tensor("V_bar", i, j)
    opened = z_bar[n, j] * g[n, j]
    pushed = z_bar[n, j] * u[n, j] * g[n, j] * (1 - g[n, j])
    return [
        Section(
            "z = x y",
            plain,
            ("x", "y"),
            (
                Claim(define(Tensor("x_bar", n, j)[n, j], z_bar[n, j] * y[n, j]), PRODUCT),
                Claim(define(Tensor("y_bar", n, j)[n, j], z_bar[n, j] * x[n, j]), PRODUCT),
            ),
        ),
        Section(
            "z = x x",
            square,
            ("x",),
            (
                Claim(define(Tensor("x_bar", n, j)[n, j], 2 * z_bar[n, j] * x[n, j]), PRODUCT),
                Claim(
                    define(Tensor("x_bar", n, j)[n, j], z_bar[n, j] * x[n, j]),
                    "one of the two paths forgotten",
                    right=False,
                ),
            ),
        ),
        Section(
            "the gated linear unit",
            unit,
            ("x", "W", "b", "V", "c"),
            (
                Claim(define(u_bar[n, j], opened), DAUPHIN),
                Claim(define(v_bar[n, j], pushed), DAUPHIN),
                Claim(define(W_bar[i, j], total(row[n, i] * u_bar[n, j], over=n)), DAUPHIN),
                Claim(define(V_bar[i, j], total(row[n, i] * v_bar[n, j], over=n)), DAUPHIN),
                Claim(
                    define(
                        Tensor("x_bar", n, i)[n, i],
                        total(unit.tensor("W")[i, j] * u_bar[n, j], over=j)
                        + total(V[i, j] * v_bar[n, j], over=j),
                    ),
                    DAUPHIN,
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
