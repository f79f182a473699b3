"""Strided convolution: where does the cotangent go, and which samples get nothing?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

DUMOULIN = "Dumoulin & Visin 2016, sec. 4, transposed convolution"
LECUN = "LeCun et al. 1998, by the chain rule"


def sections() -> list[Section]:
    strided = "y[o,u] = sum[c,p](w[o,c,p]*x[c,2*u+p]) + b[o]"
    padded = "y[o,u] = sum[c,p: 0 <= u+p-1 < T](w[o,c,p]*x[c,u+p-1])"
    return [
        Section(
            "kernel 3, stride 2, 8 samples: the last one is under no window",
            parse(strided, {"x": "C 8", "w": "O C 3", "b": "O"}, notation="index"),
            ("x", "w", "b"),
            (
                Claim(
                    "x_bar[c,a] = sum[o,u,p](w[o,c,p]*[a = 2*u+p]*y_bar[o,u])",
                    f"{DUMOULIN}: scatter what was gathered",
                ),
                Claim(
                    "x_bar[c,a] = sum[o, u: 0 <= a-2*u < 3](w[o,c,a-2*u]*y_bar[o,u])",
                    f"{DUMOULIN}: the dilated y_bar, correlated with the kernel turned round",
                ),
                Claim("w_bar[o,c,p] = sum[u](y_bar[o,u]*x[c,2*u+p])", LECUN),
                Claim("b_bar[o] = sum[u](y_bar[o,u])", LECUN),
                Claim("x_bar[c,7] == 0", "output_padding: a dropped tail gets nothing"),
                Claim(
                    "w_bar[o,c,p] = sum[u](y_bar[o,u]*x[c,u+p])",
                    "the stride forgotten",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
                Claim(
                    "x_bar[c,a] = sum[o, u: 0 <= a-2*u < 3](w[o,c,2-a+2*u]*y_bar[o,u])",
                    "the kernel turned round twice",
                    right=False,
                    slip=SlipKind.OTHER,
                ),
            ),
        ),
        Section(
            "kernel 3, stride 1, one sample of zeros on each side",
            parse(padded, {"x": "C T", "w": "O C 3", "y": "O T"}, notation="index"),
            ("x", "w"),
            (
                Claim(
                    "x_bar[c,a] = sum[o, p: 0 <= a-p+1 < T](w[o,c,p]*y_bar[o,a-p+1])",
                    f"{DUMOULIN}: the same, with the kernel turned round",
                ),
                Claim(
                    "x_bar[c,a] = sum[o, p: 0 <= a+p-1 < T](w[o,c,p]*y_bar[o,a+p-1])",
                    "the kernel not turned round: the layer is a correlation",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="strided_convolution",
    title="Strided convolution",
    question="""
What libraries call convolution is a correlation: the kernel is not turned round. What does its
pullback do with kernel, stride and samples that no window reaches?
""",
    sections=sections,
    learnt="""
x_bar[a] collects y_bar[u] over the windows that read x[a], a = 2 u + p: that is the kernel turned
round, over a y_bar with zeros between its entries. With 8 samples, kernel 3 and stride 2 the last
sample is read by no window, and its cotangent is exactly 0.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
