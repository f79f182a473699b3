"""Degenerate cases: which layers become others when a size is one or a gate stands still?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation import Graph
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

VASWANI = "Vaswani et al. 2017, sec. 3.2.2"
HOCHREITER = "Hochreiter & Schmidhuber 1997, the constant error carousel"
BALDI = "Baldi & Hornik 1989"

HEADS = """
S[h,i,j] = sum[c](Q[i,h,c]*K[j,h,c])/sqrt(C)
A[h,i,j] = exp(S[h,i,j])/sum[k](exp(S[h,i,k]))
u[i,h,c] = sum[j](A[h,i,j]*V[j,h,c])
y[i,o] = sum[h,c](u[i,h,c]*W[h,c,o])
s[i,j] = sum[c](Q[i,0,c]*K[j,0,c])/sqrt(C)
a[i,j] = exp(s[i,j])/sum[k](exp(s[i,k]))
z[i,o] = sum[j,c](a[i,j]*V[j,0,c]*W[0,c,o])
"""
ATTENTION = """
A[i,j] = exp(sum[c](Q[i,c]*K[j,c]))/sum[k](exp(sum[c](Q[i,c]*K[k,c])))
O[i,e] = sum[j](A[i,j]*V[j,e])
"""
CELL = """
c[k] = {f}*c0[k] + {i}*tanh(g[k])
h[k] = {o}*tanh(c[k])
L = sum[k](h[k]*hn[k] + c[k]*cn[k])
"""


def _cell(**gates: str) -> Graph:
    text = CELL.format(**gates)
    shapes = {x: "K" for x in ("c0", "g", "hn", "cn", "f", "i", "o") if f"{x}[k]" in text}
    return parse(text, shapes, notation="index")


def _autoencoder(**assume: str) -> Graph:
    text = (
        "e[n,k] = sum[i](x[n,i]*W[i,k])\n"
        "y[n,j] = sum[k](m[k]*e[n,k]*W[j,k])\n"
        "L = sum[n,i]((x[n,i] - y[n,i])^2)"
    )
    return parse(text, {"x": "N D", "W": "D D", "m": "D"}, assume=assume, notation="index")


def sections() -> list[Section]:
    residue = "L == sum[n,i](x[n,i]^2) - sum[n,k](m[k]*e[n,k]^2)"
    given = {"Q": "N H C", "K": "M H C", "V": "M H C", "W": "H C O"}
    return [
        Section(
            "multi-head attention with one head",
            parse(
                HEADS,
                {k: s.replace("H", "1") for k, s in given.items()},
                notation="index",
            ),
            (),
            (Claim("y[i,o] == z[i,o]", f"{VASWANI}: h = 1"),),
        ),
        Section(
            "attention to one key",
            parse(ATTENTION, {"Q": "N C", "K": "1 C", "V": "1 E"}, notation="index"),
            ("Q", "K", "V"),
            (
                Claim("O[i,e] == V[0,e]", "the only weight is 1"),
                Claim("Q_bar[i,c] = 0", "the weight does not change"),
                Claim("K_bar[j,c] = 0", "the weight does not change"),
                Claim("V_bar[j,e] = sum[i](O_bar[i,e])", "O is V in every row"),
            ),
        ),
        Section(
            "attention with queries that are 0",
            parse(
                "Q[i,c] = 0*q[i,c]\n" + ATTENTION.strip(),
                {"q": "N C", "K": "M C", "V": "M E"},
                notation="index",
            ),
            (),
            (Claim("O[i,e] == mean[j](V[j,e])", "all weights are the same"),),
        ),
        Section(
            "softmax of two logits",
            parse("p[k] = exp(x[k])/sum[j](exp(x[j]))", {"x": "2"}, notation="index"),
            ("x",),
            (
                Claim("p[0] == sigmoid(x[0] - x[1])", "Bishop 2006, sec. 4.2"),
                Claim("x_bar[0] == p[0]*p[1]*(p_bar[0] - p_bar[1])", "the sigmoid's s (1 - s)"),
                Claim(
                    "p[0] == sigmoid(x[1] - x[0])",
                    "the other class",
                    right=False,
                    slip=SlipKind.SIGN,
                ),
            ),
        ),
        Section(
            "an LSTM with all gates open",
            _cell(f="1", i="1", o="1"),
            ("c0", "g"),
            (
                Claim("c_bar[k] = cn[k] + hn[k]*(1 - tanh(c[k])^2)", HOCHREITER),
                Claim("c0_bar[k] = c_bar[k]", f"{HOCHREITER}: the error is handed on unchanged"),
            ),
        ),
        Section(
            "an LSTM that forgets all",
            _cell(f="0", i="1", o="1"),
            ("g",),
            (
                Claim("h[k] == tanh(tanh(g[k]))", "no memory"),
                Claim("g_bar[k] = c_bar[k]*(1 - tanh(g[k])^2)", HOCHREITER),
            ),
        ),
        Section(
            "a linear autoencoder of orthonormal directions, those with m[k] = 1",
            _autoencoder(W="orthogonal", m="mask"),
            (),
            (
                Claim(
                    residue,
                    f"{BALDI}: least where the directions carry most, as principal components do",
                ),
            ),
        ),
        Section(
            "a linear autoencoder of any directions",
            _autoencoder(m="mask"),
            (),
            (
                Claim(
                    residue,
                    "Pythagoras without a right angle",
                    right=False,
                    slip=SlipKind.ASSUMPTION,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="degenerate",
    title="Degenerate cases",
    question="""
One head, one key, two classes, gates that are open: in such cases a layer becomes a simpler one.
Which, and are the gradients then those of the simpler one?
""",
    sections=sections,
    learnt="""
Attention to one key is that key's value, and queries and keys get nothing; two classes are a
sigmoid; an LSTM with open gates hands the error on unchanged. Each is a test that a layer has to
pass. (The GRU's two forms have a page of their own, gru_reset.)
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
