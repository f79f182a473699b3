"""Gradients that are exactly zero: parameters that a normalisation does not see."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

SHIFT = "shift invariance of the softmax"
IOFFE = "Ioffe & Szegedy 2015, sec. 3.2: the bias is subsumed by beta"

ATTENTION = """
Q[i,c] = sum[a](x[i,a]*A[a,c]) + q[c]
K[j,c] = sum[a](x[j,a]*B[a,c]) + b[c]
S[i,j] = sum[c](Q[i,c]*K[j,c])/sqrt(C)
P[i,j] = exp(S[i,j])/sum[k](exp(S[i,k]))
O[i,a] = sum[j](P[i,j]*x[j,a])
"""
PAIR = """
r[i,j,c] = g[c]*u[i,j,c] + d[c]
b[i,j] = sum[c](r[i,j,c]*w[c])
P[i,j] = exp(S[i,j] + b[i,j])/sum[k](exp(S[i,k] + b[i,k]))
o[i,e] = sum[j](P[i,j]*v[j,e])
"""
NORMED = """
a[n,k] = sum[i](x[n,i]*W[i,k]) + b[k]
m[k] = mean[n](a[n,k])
s[k] = sqrt(mean[n]((a[n,k] - m[k])^2) + eps)
y[n,k] = (a[n,k] - m[k])/s[k]
"""


def sections() -> list[Section]:
    return [
        Section(
            "the biases of queries and keys",
            parse(ATTENTION, {"x": "N E", "A": "E C", "B": "E C", "q": "C", "b": "C"}),
            ("q", "b"),
            (
                Claim("b_bar[c] = 0", f"{SHIFT}: q.b is the same for all keys"),
                Claim("q_bar[c] = sum[i,j](S_bar[i,j]*K[j,c])/sqrt(C)", "chain rule"),
                Claim("sum[j](S_bar[i,j]) == 0", SHIFT),
                Claim(
                    "sum[i](S_bar[i,j]) == 0",
                    "the columns taken for what cancels",
                    right=False,
                    slip=SlipKind.MISSING_SUM,
                ),
                Claim(
                    "b_bar[c] = sum[i,j](P[i,j]*Q[i,c])/sqrt(C)",
                    "P in place of S_bar",
                    right=False,
                    slip=SlipKind.EXTRA_TERM,
                ),
            ),
        ),
        Section(
            "the norm's shift d in front of a pair bias",
            parse(
                PAIR,
                {"u": "N N C", "g": "C", "d": "C", "w": "C", "S": "N N", "v": "N E"},
                notation="index",
            ),
            ("g", "d", "w"),
            (
                Claim("d_bar[c] = 0", f"{SHIFT}: d.w is the same for all pairs"),
                Claim("g_bar[c] = sum[i,j](b_bar[i,j]*u[i,j,c])*w[c]", "chain rule"),
                Claim("w_bar[c] = g[c]*sum[i,j](b_bar[i,j]*u[i,j,c])", "d drops out here as well"),
            ),
        ),
        Section(
            "a bias in front of a batch norm",
            parse(
                NORMED,
                {"x": "N I", "W": "I K", "b": "K", "eps": ""},
                assume={"eps": "positive"},
            ),
            ("b",),
            (
                Claim("b_bar[k] = 0", IOFFE),
                Claim(
                    "b_bar[k] = sum[n](y_bar[n,k])/s[k]",
                    "the batch's mean taken for a constant",
                    right=False,
                    slip=SlipKind.EXTRA_TERM,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="zero_gradients",
    title="Gradients that are exactly zero",
    question="""
Some parameters have no effect, since what follows does not see a shift. Numerically their gradients
are rounding noise; are they exactly zero?
""",
    sections=sections,
    learnt="""
They are: the key's bias of any softmax attention, the shift of a norm in front of a pair bias, a
bias in front of a batch norm. The query's bias is not among them. A numerical test of such a
gradient needs an absolute tolerance.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
