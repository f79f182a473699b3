"""Additive pooling: what does a vector get back that is scored, and is the value too?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

YANG = "Yang et al. 2016, sec. 2.2, with y itself as the value, by the chain rule"

POOLING = """
s[i] = sum[c](v[c]*y[i,c]) + b
a[i] = exp(s[i])/sum[k](exp(s[k]))
o[c] = sum[i](a[i]*y[i,c])
"""


def sections() -> list[Section]:
    centred = "sum[d](o_bar[d]*(y[i,d] - o[d]))"
    graph = parse(POOLING, {"v": "C", "y": "I C", "b": ""})
    return [
        Section(
            "o = sum_i a[i] y[i], a = softmax(y v + b)",
            graph,
            ("y", "v", "b"),
            (
                Claim("s_bar[i] = a[i]*sum[d](o_bar[d]*(y[i,d] - o[d]))", YANG),
                Claim(f"y_bar[i,c] = a[i]*o_bar[c] + v[c]*a[i]*{centred}", YANG),
                Claim(f"v_bar[c] = sum[i](y[i,c]*a[i]*{centred})", YANG),
                Claim("b_bar = 0", "shift invariance of the softmax"),
                Claim(
                    "sum[i](y_bar[i,c]) == o_bar[c]",
                    "sum_i s_bar[i] = 0: the score's path only moves weight from row to row",
                ),
                Claim(
                    "y_bar[i,c] = a[i]*o_bar[c]",
                    "y as the value only: the weights taken for constants",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
                Claim(
                    f"y_bar[i,c] = v[c]*a[i]*{centred}",
                    "y through the score only",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
                Claim(
                    "y_bar[i,c] = a[i]*o_bar[c] + v[c]*a[i]*sum[d](o_bar[d]*y[i,d])",
                    "the mean under a not taken off in the score's path",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="additive_pooling",
    title="Additive pooling",
    question="""
In query, key and value attention the value is another tensor than what is scored. In additive
pooling it is the same vector y[i]. What does it get back?
""",
    sections=sections,
    learnt="""
Two terms: a o_bar as the value, and v s_bar through the score. The scores' cotangents sum to zero,
so over all rows y gets back o_bar, whatever the weights. The bias of the score gets nothing.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
