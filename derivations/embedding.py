"""Embeddings and positions: what a table gets back, row by row."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import bert_input, embedding, join, sinusoidal, tied_logits
from symnet.notation import Index, Tensor
from symnet.notation.report import SlipKind

VASWANI = "Vaswani et al. 2017, sec. 3.4"
DEVLIN = "Devlin et al. 2019, fig. 2, by the chain rule"
PLACES = "Vaswani et al. 2017, sec. 3.5"
PRESS = "Press & Wolf 2017, sec. 3"

T, D = Index("t", "T"), Index("d", "D")
IDS = Tensor("ids", T, assume="integer", below="V")


def sections() -> list[Section]:
    first = embedding(IDS, D)
    tied = join(first, tied_logits(first.output, first.parameters[0]))
    kinds = Tensor("seg", T, assume="integer", below="B")
    return [
        Section(
            "rows that are looked up, times sqrt(D)",
            embedding(IDS, D, scaled=True),
            ("E",),
            (
                Claim("E_bar[v,d] = sqrt(D)*sum[t]([v = ids[t]]*y_bar[t,d])", VASWANI),
                Claim(
                    "E_bar[v,d] = sum[t]([v = ids[t]]*y_bar[t,d])",
                    "the scale left out on the way back",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "one table in front and behind",
            tied,
            ("E", "c"),
            (
                Claim(
                    "E_bar[v,d] = sum[t]([v = ids[t]]*y_bar[t,d]) + sum[t](z_bar[t,v]*y[t,d])",
                    f"{PRESS}: both contributions",
                ),
                Claim("y_bar[t,d] = sum[v](z_bar[t,v]*E[v,d])", PRESS),
                Claim(
                    "E_bar[v,d] = sum[t]([v = ids[t]]*y_bar[t,d])",
                    "as the input table only",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
        Section(
            "BERT's input: words, segments and places",
            bert_input(IDS, kinds, D),
            ("E", "G", "U"),
            (
                Claim("E_bar[v,d] = sum[t]([v = ids[t]]*x_bar[t,d])", DEVLIN),
                Claim("G_bar[b,d] = sum[t]([b = seg[t]]*x_bar[t,d])", DEVLIN),
                Claim("U_bar[t,d] = x_bar[t,d]", f"{DEVLIN}; with a batch, its sum"),
                Claim("sum[v](E_bar[v,d]) == sum[t](U_bar[t,d])", "all words, all places"),
                Claim("sum[d](U_bar[t,d]) == 0", "the layer norm takes off the mean"),
            ),
        ),
        Section(
            "sines and cosines of the place",
            sinusoidal(Index("t", "T"), Index("d", 4)),
            (),
            (
                Claim("p[t,0]^2 + p[t,1]^2 == 1", f"{PLACES}: i = 0, a sine and its cosine"),
                Claim("p[t,2]^2 + p[t,3]^2 == 1", f"{PLACES}: i = 1"),
                Claim(
                    "p[t,0]^2 + p[t,2]^2 == 1",
                    "all sines first, then all cosines: another order of the columns",
                    right=False,
                    slip=SlipKind.OTHER,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="embedding",
    title="Embeddings and positions",
    question="""
A table is read at the rows that ids name; a second one at segments, a third at places. What does
each get back? And what does the layer norm behind them take away?
""",
    sections=sections,
    learnt="""
Each table collects x_bar over the places where its row stood: words and segments by their ids, the
places one by one. A tied table gets the logits' contribution too. Behind a layer norm the rows that
come back sum to 0 over the features.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
