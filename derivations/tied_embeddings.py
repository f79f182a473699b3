"""Tied embeddings: what does a table get back that is looked up, and multiplies the output too?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

PRESS = "Press & Wolf 2017, sec. 3"
LOOK_UP = "scatter-add: each row collects all of its positions"

TABLE = "h[n,d] = E[t[n],d]"
TIED = """
h[n,d] = E[t[n],d]
z[n,d] = tanh(h[n,d])
s[n,v] = sum[d](z[n,d]*E[v,d])
p[n,v] = exp(s[n,v])/sum[w](exp(s[n,w]))
L = -sum[n](log(p[n,y[n]]))/N
"""


def sections() -> list[Section]:
    tokens = {"t": "integer<V", "y": "integer<V"}
    scattered = "sum[n]([v = t[n]]*h_bar[n,d])"
    projected = "sum[n](s_bar[n,v]*z[n,d])"
    return [
        Section(
            "a table that is looked up",
            parse(TABLE, {"E": "V D", "t": "N"}, assume={"t": "integer<V"}),
            ("E",),
            (
                Claim(f"E_bar[v,d] = {scattered}", LOOK_UP),
                Claim(
                    "E_bar[v,d] = sum[n]([v = t[n]]*prod[m](1 - [n < m]*[v = t[m]])*h_bar[n,d])",
                    "E_bar[t] += h_bar in NumPy, which keeps the last of repeated rows",
                    right=False,
                    slip=SlipKind.MASK,
                ),
            ),
        ),
        Section(
            "the same table in front and behind",
            parse(TIED, {"E": "V D", "t": "N", "y": "N"}, assume=tokens),
            ("E",),
            (
                Claim("s_bar[n,v] = (p[n,v] - [v = y[n]])/N", "softmax and cross-entropy"),
                Claim("z_bar[n,d] = sum[v](s_bar[n,v]*E[v,d])", "product rule"),
                Claim("h_bar[n,d] = z_bar[n,d]*(1 - z[n,d]^2)", "tanh' = 1 - tanh^2"),
                Claim(f"E_bar[v,d] = {scattered} + {projected}", f"{PRESS}: both contributions"),
                Claim(
                    f"E_bar[v,d] = {scattered}",
                    "as the input table only",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
                Claim(
                    f"E_bar[v,d] = {projected}",
                    "as the output matrix only",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="tied_embeddings",
    title="Tied embeddings",
    question="""
A language model may use one table E to look words up and, transposed, to score them. What does E
get back, and what is lost where a word occurs twice?
""",
    sections=sections,
    learnt="""
Two contributions: a scatter-add over the positions of each word, and the output projection's, which
reaches every row. In NumPy the first one needs np.add.at: E_bar[t] += h_bar keeps one position of
those that repeat.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
