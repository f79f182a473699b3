"""Pooling: who gets the cotangent of a window, and how much of it?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import average_pool, global_average_pool, max_pool
from symnet.notation import Index, Tensor
from symnet.notation.report import SlipKind

LECUN = "LeCun, Bottou, Bengio & Haffner 1998, by the chain rule"
LIN = "Lin, Chen & Yan 2014, sec. 3.2, by the chain rule"
TORCH = "PyTorch documentation, AvgPool2d, count_include_pad"


def planes() -> Tensor:
    return Tensor("x", *(Index(letter, letter.upper()) for letter in "ncab"))


def row() -> Tensor:
    return Tensor("x", *(Index(letter, letter.upper()) for letter in "nca"))


def sections() -> list[Section]:
    largest = "[a-2*u = argmax[p](xp[n,c,u,p])]"
    return [
        Section(
            "maximum, windows of 2 side by side",
            max_pool(row(), 2, axes=1),
            ("x",),
            (
                Claim(
                    f"x_bar[n,c,a] = sum[u: 0 <= a-2*u < 2](y_bar[n,c,u]*{largest})",
                    f"{LECUN}: to the largest entry, of equal ones the first",
                ),
                Claim(
                    "x_bar[n,c,a] = sum[u: 0 <= a-2*u < 2](y_bar[n,c,u])",
                    "the cotangent given to every entry of the window",
                    right=False,
                    slip=SlipKind.OTHER,
                ),
                Claim(
                    "x_bar[n,c,a] = sum[u: 0 <= a-2*u < 2](y_bar[n,c,u])/2",
                    "the pullback of the average",
                    right=False,
                    slip=SlipKind.OTHER,
                ),
            ),
        ),
        Section(
            "maximum, windows of 3 that overlap, -inf outside",
            max_pool(row(), 3, axes=1, stride=2, padding=1),
            ("x",),
            (
                Claim(
                    "sum[a](x_bar[n,c,a]) == sum[u](y_bar[n,c,u])",
                    "all of the cotangent arrives: the maximum of x + 1 is the maximum + 1",
                ),
                Claim(
                    "sum[a](x_bar[n,c,a]*x[n,c,a]) == sum[u](y_bar[n,c,u]*y[n,c,u])",
                    "Euler, for a function of degree 1",
                ),
            ),
        ),
        Section(
            "average, windows of 3, stride 2, padding counted",
            average_pool(row(), 3, axes=1, stride=2, padding=1),
            ("x",),
            (Claim("x_bar[n,c,a] = sum[u: 0 <= a+1-2*u < 3](y_bar[n,c,u])/3", LECUN),),
        ),
        Section(
            "average, windows of 3, stride 2, padding not counted",
            average_pool(row(), 3, axes=1, stride=2, padding=1, count_padding=False),
            ("x",),
            (
                Claim("x_bar[n,c,a] = sum[u: 0 <= a+1-2*u < 3](y_bar[n,c,u]/k[u])", TORCH),
                Claim(
                    "sum[a](x_bar[n,c,a]) == sum[u](y_bar[n,c,u])",
                    "the mean of x + 1 is the mean + 1, also at the edge",
                ),
                Claim(
                    "x_bar[n,c,a] = sum[u: 0 <= a+1-2*u < 3](y_bar[n,c,u])/3",
                    "the other convention",
                    right=False,
                    slip=SlipKind.OTHER,
                ),
            ),
        ),
        Section(
            "maximum of 2 x 2 windows: first the row, then the place in it",
            max_pool(planes(), 2),
            ("x",),
        ),
        Section(
            "average over the plane",
            global_average_pool(planes()),
            ("x",),
            (Claim("x_bar[n,c,a,b] = y_bar[n,c]/(A*B)", LIN),),
        ),
    ]


PAGE = Page(
    name="pooling",
    title="Pooling",
    question="""
A maximum hands its cotangent to one entry, an average to all of its window. Where do windows
overlap, and does what is padded count?
""",
    sections=sections,
    learnt="""
Overlapping windows add up: x_bar[a] sums over the windows that show x[a]. The maximum hands all of
y_bar on, whatever the padding, as does the average that counts only what lies inside; the average
that counts its padding loses the share of the padding. Of equal entries the first by rows gets it,
as in torch.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
