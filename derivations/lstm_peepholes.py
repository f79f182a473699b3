"""LSTM with peepholes: which gate sees the new cell, and what does that add to its cotangent?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation import Graph
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

GREFF = "Greff, Srivastava, Koutnik, Steunebrink & Schmidhuber 2017, sec. II.B"
GERS = "Gers & Schmidhuber 2000"

CELL = """
i[n,k] = sigmoid(ai[n,k] + wi[k]*c0[n,k])
f[n,k] = sigmoid(af[n,k] + wf[k]*c0[n,k])
g[n,k] = tanh(ag[n,k])
c[n,k] = f[n,k]*c0[n,k] + i[n,k]*g[n,k]
o[n,k] = sigmoid(ao[n,k] + wo[k]*{seen}[n,k])
h[n,k] = o[n,k]*tanh(c[n,k])
L = sum[n,k](h[n,k]*hn[n,k] + c[n,k]*cn[n,k])
"""


def cell(seen: str) -> Graph:
    """One step; hn and cn are the cotangents that come from above and from the next step."""
    rows = ("ai", "af", "ag", "ao", "c0", "hn", "cn")
    shapes = {**dict.fromkeys(rows, "N K"), "wi": "K", "wf": "K", "wo": "K"}
    return parse(CELL.format(seen=seen), shapes, notation="index")


def sections() -> list[Section]:
    wrt = ("ai", "af", "ag", "ao", "wi", "wf", "wo", "c0")
    inner = "cn[n,k] + hn[n,k]*o[n,k]*(1 - tanh(c[n,k])^2)"
    carousel = "c0_bar[n,k] = c_bar[n,k]*f[n,k]"
    return [
        Section(
            "the output gate sees the new cell",
            cell("c"),
            wrt,
            (
                Claim("ao_bar[n,k] = hn[n,k]*tanh(c[n,k])*o[n,k]*(1 - o[n,k])", GREFF),
                Claim(f"c_bar[n,k] = {inner} + wo[k]*ao_bar[n,k]", GREFF),
                Claim("af_bar[n,k] = c_bar[n,k]*c0[n,k]*f[n,k]*(1 - f[n,k])", GREFF),
                Claim("ai_bar[n,k] = c_bar[n,k]*g[n,k]*i[n,k]*(1 - i[n,k])", GREFF),
                Claim("ag_bar[n,k] = c_bar[n,k]*i[n,k]*(1 - g[n,k]^2)", GREFF),
                Claim(f"{carousel} + wi[k]*ai_bar[n,k] + wf[k]*af_bar[n,k]", GREFF),
                Claim("wf_bar[k] = sum[n](c0[n,k]*af_bar[n,k])", GREFF),
                Claim("wo_bar[k] = sum[n](c[n,k]*ao_bar[n,k])", GREFF),
                Claim(
                    f"c_bar[n,k] = {inner}",
                    "the cell's way through the output gate left out",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
                Claim(
                    f"{carousel} + wi[k]*ai_bar[n,k]",
                    "the forget gate's peephole left out",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
                Claim(
                    "wo_bar[k] = sum[n](c0[n,k]*ao_bar[n,k])",
                    "the output gate's peephole given the old cell",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
            ),
        ),
        Section(
            "all gates see the old cell: another function",
            cell("c0"),
            wrt,
            (
                Claim(f"c_bar[n,k] = {inner}", f"not {GERS}: nothing comes back through o"),
                Claim(
                    f"{carousel} + wi[k]*ai_bar[n,k] + wf[k]*af_bar[n,k] + wo[k]*ao_bar[n,k]",
                    "the three peepholes, each to the old cell",
                ),
            ),
        ),
    ]


PAGE = Page(
    name="lstm_peepholes",
    title="LSTM with peepholes",
    question="""
With peepholes the gates see the cell: input and forget gate the old one, c[t-1], the output gate
the new one, c[t]. Which terms of the backward pass come from that, and are dropped by hand?
""",
    sections=sections,
    learnt="""
The new cell's cotangent gets wo ao_bar, since o is computed after c; and the old cell's gets wi
ai_bar + wf af_bar beside the carousel c_bar f. A cell whose output gate sees the old cell is
another function, with these terms in other places.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
