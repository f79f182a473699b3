"""GRU over time: three cells of one name, and what comes back from the next step in each."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import activation, gru, join
from symnet.notation import Graph, Index, Tensor, define, delta
from symnet.notation.report import SlipKind

CHO = "Cho et al. 2014, eqs. (5) to (8), by the chain rule"
CHUNG = "Chung, Gulcehre, Cho & Bengio 2014, sec. 3.2"
CUDNN = "NVIDIA cuDNN documentation, and torch.nn.GRU, by the chain rule"


def inputs() -> tuple[Tensor, Index]:
    x = Tensor("x", Index("n", "N"), Index("t", "T", sequential=True), Index("i", "I"))
    return x, Index("k", "H")


def layer(convention: str) -> Graph:
    """The layer, and y = h: y_bar is the loss's part of the cotangent h_bar."""
    x, k = inputs()
    cell = gru(x, k, convention=convention)
    return join(cell, activation(cell.output, "identity", output="y"))


def turned() -> Graph:
    """Cho's cell, and Chung's on the same weights, those of the update gate with the other sign."""
    x, k = inputs()
    cho = gru(x, k, "1", convention="cho")
    shared = {p.name.removesuffix("1"): p for p in cho.parameters}
    negative = []
    for name in ("W_z", "U_z", "b_z"):
        given = shared[name]
        shared[name] = given.like(f"{name}2")
        left = shared[name].at()
        negative.append(Graph(define(left, -given[left.slots]), parameters=[given]))
    return join(cho, *negative, gru(x, k, "2", convention="chung", weights=shared))


def diagonal() -> Graph:
    """Reset before and after for U_h[l,k] = u[k] [l = k] and no hidden bias."""
    x, k = inputs()
    l = Index("l", "H")
    u, U, c = Tensor("u", k), Tensor("U_h", l, k), Tensor("c_h", k)
    fixed = Graph(
        define(U[l, k], u[k] * delta(l, k)),
        define(c[k], 0 * u[k], constant_along=[k]),
        parameters=[u],
    )
    before = gru(x, k, "1", convention="cho", weights={"U_h": U})
    shared = {p.name.removesuffix("1"): p for p in before.parameters}
    after = gru(x, k, "2", convention="reset_after", weights={**shared, "c_h": c})
    return join(fixed, before, after)


def sections() -> list[Section]:
    gates = "sum[l](U_r[k,l]*a_r_bar[n,t+1,l]) + sum[l](U_z[k,l]*a_z_bar[n,t+1,l])"
    kept, kept_now = "h_bar[n,t+1,k]*z[n,t+1,k]", "h_bar[n,t+1,k]*z[n,t,k]"
    through_r = "r[n,t+1,k]*sum[l](U_h[k,l]*a_h_bar[n,t+1,l])"
    after_r = "sum[l](r[n,t+1,l]*U_h[k,l]*a_h_bar[n,t+1,l])"
    of_h = "a_h_bar[n,t,k] = h_bar[n,t,k]*(1 - z[n,t,k])*(1 - h_tilde[n,t,k]^2)"
    of_z = "a_z_bar[n,t,k] = h_bar[n,t,k]*(h[n,t-1,k] - h_tilde[n,t,k])*z[n,t,k]*(1 - z[n,t,k])"
    slope = "r[n,t,k]*(1 - r[n,t,k])"
    wrt = ("x", *(f"{p}_{q}" for q in "rzh" for p in "WUb"))
    return [
        Section(
            "reset before the matrix: Cho",
            layer("cho"),
            wrt,
            (
                Claim(f"h_bar[n,t,k] = y_bar[n,t,k] + {kept} + {through_r} + {gates}", CHO),
                Claim(of_h, CHO),
                Claim(of_z, CHO),
                Claim(f"a_r_bar[n,t,k] = sum[l](U_h[k,l]*a_h_bar[n,t,l])*h[n,t-1,k]*{slope}", CHO),
                Claim("U_h_bar[l,k] = sum[n,t](r[n,t,l]*h[n,t-1,l]*a_h_bar[n,t,k])", CHO),
                Claim("U_r_bar[l,k] = sum[n,t](h[n,t-1,l]*a_r_bar[n,t,k])", CHO),
                Claim("W_h_bar[i,k] = sum[n,t](x[n,t,i]*a_h_bar[n,t,k])", CHO),
                Claim(
                    f"h_bar[n,t,k] = y_bar[n,t,k] + {kept_now} + {through_r} + {gates}",
                    "the update gate of this step, where that of the next stands",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
                Claim(
                    "a_z_bar[n,t,k] = h_bar[n,t,k]*(h_tilde[n,t,k] - h[n,t-1,k])*z[n,t,k]"
                    "*(1 - z[n,t,k])",
                    "the convention of Chung, where z lets the new value in",
                    right=False,
                    slip=SlipKind.SIGN,
                ),
                Claim(
                    "U_h_bar[l,k] = sum[n,t](r[n,t,k]*h[n,t-1,l]*a_h_bar[n,t,k])",
                    "the gradient of reset after",
                    right=False,
                    slip=SlipKind.WRONG_AXIS,
                ),
            ),
        ),
        Section(
            "reset after the matrix: cuDNN and PyTorch",
            layer("reset_after"),
            (*wrt, "c_h"),
            (
                Claim(f"h_bar[n,t,k] = y_bar[n,t,k] + {kept} + {after_r} + {gates}", CUDNN),
                Claim(of_h, CUDNN),
                Claim(of_z, CUDNN),
                Claim(f"a_r_bar[n,t,k] = a_h_bar[n,t,k]*u[n,t,k]*{slope}", CUDNN),
                Claim("U_h_bar[l,k] = sum[n,t](h[n,t-1,l]*r[n,t,k]*a_h_bar[n,t,k])", CUDNN),
                Claim("b_h_bar[k] = sum[n,t](a_h_bar[n,t,k])", CUDNN),
                Claim("c_h_bar[k] = sum[n,t](r[n,t,k]*a_h_bar[n,t,k])", CUDNN),
                Claim(
                    "c_h_bar[k] = sum[n,t](a_h_bar[n,t,k])",
                    "one bias for the two: the hidden one is inside of the gate",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
                Claim(
                    "U_h_bar[l,k] = sum[n,t](h[n,t,l]*r[n,t,k]*a_h_bar[n,t,k])",
                    "the recurrent weights given the new state",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
            ),
        ),
        Section(
            "before (h1) and after (h2) for a diagonal matrix, without the hidden bias",
            diagonal(),
            (),
            (Claim("h1[n,t,k] == h2[n,t,k]", "r[k] u[k] h[k] in either order"),),
        ),
        Section(
            "Cho (h1) and Chung (h2), whose update gate has the weights with the other sign",
            turned(),
            (),
            (Claim("h1[n,t,k] == h2[n,t,k]", f"{CHO}; {CHUNG}: z2 is 1 - z1"),),
        ),
    ]


PAGE = Page(
    name="gru",
    title="GRU over time",
    question="""
Three cells are called GRU: Cho's, Chung's with the update gate turned, and that of the libraries,
which resets after the matrix. What does the state get from the step after it, and where does the
reset gate stand?
""",
    sections=sections,
    learnt="""
From the next step the state gets its own cotangent times the update gate z[t+1], which is the
LSTM's carousel, and those of the gates through their matrices. The reset gate stands outside of the
product with U_h where it resets before, inside where it resets after; so it does in U_h_bar and, in
the second bias, alone. For a diagonal matrix the two are one function over all of time, and so are
Cho's and Chung's cells with z and 1 - z exchanged.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
