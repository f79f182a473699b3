"""The GRU's reset gate before or after the matrix: one name, two functions."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation import Graph
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

CHO = "Cho et al. 2014, eqs. (5) to (8)"
CHUNG = "Chung, Gulcehre, Cho & Bengio 2014, sec. 3.2"
CUDNN = "NVIDIA cuDNN documentation, and torch.nn.GRU"

GATES = """
r[k] = sigmoid(ar[k])
z[k] = sigmoid(az[k])
"""
BEFORE = "n[k] = tanh(an[k] + sum[j](r[j]*h[j]*U[j,k]))\n"
AFTER = "n[k] = tanh(an[k] + r[k]*(sum[j](h[j]*U[j,k]) + b[k]))\n"
NEW = "y[k] = (1 - z[k])*n[k] + z[k]*h[k]\n"
SHAPES = {"ar": "K", "az": "K", "an": "K", "h": "K", "U": "K K", "b": "K"}


def _graph(text: str) -> Graph:
    shapes = {name: s for name, s in SHAPES.items() if name in text.replace("bar", "")}
    return parse(text, shapes, notation="index")


def _both(matrix: str = "U[j,k]", gate: str = "r") -> Graph:
    """Both candidates, n before and m after, without the bias of the hidden part."""
    shapes = {"ar": "K", "an": "K", "h": "K", "U": "K K", "u": "K"}
    text = (
        f"r[k] = {'1 + 0*ar[k]' if gate == '1' else 'sigmoid(ar[k])'}\n"
        f"n[k] = tanh(an[k] + sum[j](r[j]*h[j]*{matrix}))\n"
        f"m[k] = tanh(an[k] + r[k]*sum[j](h[j]*{matrix}))\n"
    )
    unused = "u" if "U" in matrix else "U"
    return parse(text, {k: s for k, s in shapes.items() if k != unused}, notation="index")


def sections() -> list[Section]:
    back = "n_bar[k]*(1 - n[k]^2)"
    wrt = ("ar", "az", "an", "h", "U")
    return [
        Section(
            "reset before the matrix",
            _graph(GATES + BEFORE + NEW),
            wrt,
            (
                Claim("n_bar[k] = y_bar[k]*(1 - z[k])", CHO),
                Claim(f"an_bar[k] = {back}", CHO),
                Claim("az_bar[k] = y_bar[k]*(h[k] - n[k])*z[k]*(1 - z[k])", CHO),
                Claim("ar_bar[k] = sum[m](an_bar[m]*U[k,m])*h[k]*r[k]*(1 - r[k])", CHO),
                Claim("U_bar[j,k] = r[j]*h[j]*an_bar[k]", CHO),
                Claim("h_bar[k] = y_bar[k]*z[k] + r[k]*sum[m](an_bar[m]*U[k,m])", CHO),
                Claim(
                    "h_bar[k] = y_bar[k]*z[k] + sum[m](r[m]*an_bar[m]*U[k,m])",
                    "the gate on the other side of the matrix: reset after",
                    right=False,
                    slip=SlipKind.WRONG_AXIS,
                ),
            ),
        ),
        Section(
            "reset after the matrix",
            _graph(GATES + AFTER + NEW),
            (*wrt, "b"),
            (
                Claim("ar_bar[k] = an_bar[k]*(sum[j](h[j]*U[j,k]) + b[k])*r[k]*(1 - r[k])", CUDNN),
                Claim("U_bar[j,k] = h[j]*r[k]*an_bar[k]", CUDNN),
                Claim("b_bar[k] = r[k]*an_bar[k]", CUDNN),
                Claim("h_bar[k] = y_bar[k]*z[k] + sum[m](r[m]*an_bar[m]*U[k,m])", CUDNN),
                Claim(
                    "b_bar[k] = an_bar[k]",
                    "one bias for the two of reset after: the hidden one is inside of the gate",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
                Claim(
                    "U_bar[j,k] = r[j]*h[j]*an_bar[k]",
                    "the gradient of reset before",
                    right=False,
                    slip=SlipKind.WRONG_AXIS,
                ),
            ),
        ),
        Section(
            "both candidates: n before, m after",
            _both(),
            (),
            (
                Claim(
                    "m[k] = tanh(an[k] + sum[j](r[j]*h[j]*U[j,k]))",
                    "the two taken for one function",
                    right=False,
                    slip=SlipKind.WRONG_AXIS,
                ),
            ),
        ),
        Section(
            "both candidates for a diagonal matrix",
            _both("u[k]*[j = k]"),
            (),
            (Claim("n[k] == m[k]", "r[k] U[k,k] h[k] in either order"),),
        ),
        Section(
            "both candidates with the gate open, r = 1",
            _both(gate="1"),
            (),
            (Claim("n[k] == m[k]", "without the gate there is no order"),),
        ),
        Section(
            "the update gate turned",
            parse(
                "y[k] = sigmoid(a[k])*h[k] + (1 - sigmoid(a[k]))*n[k]\n"
                "w[k] = (1 - sigmoid(-a[k]))*h[k] + sigmoid(-a[k])*n[k]",
                {"a": "K", "h": "K", "n": "K"},
                notation="index",
            ),
            (),
            (
                Claim("y[k] == w[k]", f"{CHO} keeps z h, {CHUNG} (1 - z) h: z is 1 - z"),
                Claim(
                    "w[k] = (1 - sigmoid(a[k]))*h[k] + sigmoid(a[k])*n[k]",
                    "weights of the one convention in a cell of the other",
                    right=False,
                    slip=SlipKind.SIGN,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="gru_reset",
    title="The GRU, reset before and reset after",
    question="""
Two cells are called GRU: the reset gate stands before the recurrent matrix, U^T (r h), or after it,
r (U^T h + b). Are they the same function, and do their gradients have the same form?
""",
    sections=sections,
    learnt="""
They are different functions, equal only where the matrix is diagonal (and b = 0) or the gate is
open. Their gradients differ by the side of the matrix on which r stands. Cho's and Chung's update
gates are the same up to z and 1 - z.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
