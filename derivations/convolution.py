"""Convolution layers: where kernel, stride, padding, dilation and groups go in the pullback."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import (
    convolution,
    depthwise_convolution,
    join,
    pointwise_convolution,
    transposed_convolution,
)
from symnet.notation import Graph, Index, Tensor, define, total
from symnet.notation.report import SlipKind

LECUN = "LeCun, Bottou, Bengio & Haffner 1998, by the chain rule"
DUMOULIN = "Dumoulin & Visin 2016, sec. 4, transposed convolution"
KRIZHEVSKY = "Krizhevsky, Sutskever & Hinton 2012, two groups, by the chain rule"
CHOLLET = "Chollet 2017, by the chain rule"
TORCH = "PyTorch documentation, ConvTranspose2d: the gradient of Conv2d by its input"


def planes(channels: int | str = "C", a: int | str = "A", b: int | str = "B") -> Tensor:
    return Tensor("x", Index("n", "N"), Index("c", channels), Index("a", a), Index("b", b))


def row(places: int | str = "A", channels: int | str = "C") -> Tensor:
    return Tensor("x", Index("n", "N"), Index("c", channels), Index("a", places))


def adjoint(places: int, dropped: int) -> Graph:
    """L = <conv x, g> and M = <x, transposed g>, with one kernel: 3 wide, stride 2, padding 1."""
    x = row(places)
    forth = convolution(x, "O", 3, axes=1, stride=2, padding=1, bias=False)
    (w,) = forth.parameters
    g = Tensor("g", *forth.output.indices)
    back = transposed_convolution(
        g, x.indices[1], 3, "_back", axes=1, stride=2, padding=1, output_padding=dropped,
        weight=w, bias=False,
    )  # fmt: skip
    return join(forth, back, _product(forth.output, g, "L"), _product(x, back.output, "M"))


def _product(a: Tensor, b: Tensor, name: str) -> Graph:
    L = Tensor(name)
    over = a.indices
    return Graph(define(L[()], total(a[over] * b[over], over=over)), inputs=[a, b], output=L)


def sections() -> list[Section]:
    reads = "n,u,v: 0 <= 2*u+p-1 < A, 0 <= 2*v+q-1 < B"
    turned = "sum[o,u: 0 <= a+1-u < 3](w[o,c,a+1-u]*y_bar[n,o,u])"
    return [
        Section(
            "kernel 3 x 3, stride 2, padding 1",
            convolution(planes(), "O", 3, stride=2, padding=1),
            ("x", "w", "b"),
            (
                Claim(
                    "x_bar[n,c,a,b] = sum[o,u,v: 0 <= a+1-2*u < 3, 0 <= b+1-2*v < 3]"
                    "(w[o,c,a+1-2*u,b+1-2*v]*y_bar[n,o,u,v])",
                    f"{DUMOULIN}: y_bar with zeros between, and the kernel turned round",
                ),
                Claim(
                    f"w_bar[o,c,p,q] = sum[{reads}](y_bar[n,o,u,v]*x[n,c,2*u+p-1,2*v+q-1])", LECUN
                ),
                Claim("b_bar[o] = sum[n,u,v](y_bar[n,o,u,v])", LECUN),
            ),
        ),
        Section(
            "the same along one axis, stride 1",
            convolution(row(), "O", 3, axes=1, padding="same", bias=False),
            ("x", "w"),
            (
                Claim(f"x_bar[n,c,a] = {turned}", f"{DUMOULIN}: a correlation again"),
                Claim(
                    "x_bar[n,c,a] = sum[o,p: 0 <= a+1-p < A](w[o,c,p]*y_bar[n,o,a+1-p])",
                    f"{DUMOULIN}: the same, by the kernel turned round",
                ),
                Claim(
                    "x_bar[n,c,a] = sum[o,p: 0 <= a+p-1 < A](w[o,c,p]*y_bar[n,o,a+p-1])",
                    "the kernel not turned round",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
                Claim(
                    "x_bar[n,c,a] = sum[o,u: 0 <= a-1-u < 3](w[o,c,a-1-u]*y_bar[n,o,u])",
                    "the sign of the padding",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
            ),
        ),
        Section(
            "stride 2 on 8 samples: the last is under no window",
            convolution(row(8), "O", 3, axes=1, stride=2, bias=False),
            ("x", "w"),
            (
                Claim("x_bar[n,c,7] == 0", "output_padding: a dropped tail gets nothing"),
                Claim("w_bar[o,c,p] = sum[n,u](y_bar[n,o,u]*x[n,c,2*u+p])", LECUN),
                Claim(
                    "w_bar[o,c,p] = sum[n,u](y_bar[n,o,u]*x[n,c,u+p])",
                    "the stride forgotten",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
                Claim(
                    "x_bar[n,c,a] = sum[o,u: 0 <= a-u < 3](w[o,c,a-u]*y_bar[n,o,u])",
                    "the stride forgotten: no zeros between the entries of y_bar",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
            ),
        ),
        Section(
            "dilation 2, padding 2: solved for the window, not for the kernel index",
            convolution(row(), "O", 3, axes=1, padding="same", dilation=2, bias=False),
            ("x", "w"),
            (
                Claim(
                    "x_bar[n,c,a] = sum[o,p: 0 <= a+2-2*p < A](w[o,c,p]*y_bar[n,o,a+2-2*p])", LECUN
                ),
                Claim(
                    "x_bar[n,c,a] = sum[o,p: 0 <= a+2-p < A](w[o,c,p]*y_bar[n,o,a+2-p])",
                    "the dilation forgotten",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
            ),
        ),
        Section(
            "6 channels in 2 groups",
            convolution(row("A", 6), 4, 3, axes=1, groups=2, bias=False),
            ("x", "w"),
            (
                Claim(
                    "w_bar[g,r,m,p] = sum[n,u](y_bar[n,2*g+r,u]*x[n,3*g+m,u+p])", KRIZHEVSKY
                ),
                Claim(
                    "x_bar[n,c,a] = sum[g,r,u: 0 <= c-3*g < 3, 0 <= a-u < 3]"
                    "(w[g,r,c-3*g,a-u]*y_bar[n,2*g+r,u])",
                    KRIZHEVSKY,
                ),
            ),
        ),
        Section(
            "a kernel for each channel",
            depthwise_convolution(row(), 3, axes=1, bias=False),
            ("x", "w"),
            (
                Claim("w_bar[c,p] = sum[n,u](y_bar[n,c,u]*x[n,c,u+p])", CHOLLET),
                Claim("x_bar[n,c,a] = sum[u: 0 <= a-u < 3](w[c,a-u]*y_bar[n,c,u])", CHOLLET),
            ),
        ),
        Section(
            "kernel 1, stride 2: the projection of a residual block",
            pointwise_convolution(planes(), "O", stride=2, bias=False),
            ("x", "w"),
            (
                Claim("w_bar[o,c] = sum[n,u,v](y_bar[n,o,u,v]*x[n,c,2*u,2*v])", LECUN),
                Claim(
                    "x_bar[n,c,a,b] = sum[o,u,v: a = 2*u, b = 2*v](w[o,c]*y_bar[n,o,u,v])", LECUN
                ),
                Claim("x_bar[n,c,1,0] == 0", "only every second row and column is read"),
            ),
        ),
        Section(
            "transposed, stride 2, padding 1, output padding 1",
            transposed_convolution(
                Tensor("x", *(Index(letter, letter.upper()) for letter in "ncu")), "O", 3, axes=1,
                stride=2, padding=1, output_padding=1,
            ),
            ("x", "w", "b"),
            (
                Claim(
                    "y[n,o,i] = b[o] + sum[c,u: 0 <= i+1-2*u < 3](w[c,o,i+1-2*u]*x[n,c,u])",
                    DUMOULIN,
                ),
                Claim(
                    "x_bar[n,c,u] = sum[o,p: 0 <= 2*u+p-1](w[c,o,p]*y_bar[n,o,2*u+p-1])",
                    f"{TORCH}: its pullback is a convolution",
                ),
                Claim(
                    "w_bar[c,o,p] = sum[n,u: 0 <= 2*u+p-1](x[n,c,u]*y_bar[n,o,2*u+p-1])",
                    f"{TORCH}",
                ),
            ),
        ),
        *(
            Section(
                f"L = <conv x, g>, M = <x, transposed g>: {places} samples, {dropped} dropped",
                adjoint(places, dropped),
                (),
                (Claim("L == M", f"{DUMOULIN}: the adjoint, with output_padding {dropped}"),),
            )
            for places, dropped in ((7, 0), (8, 1))
        ),
    ]  # fmt: skip


PAGE = Page(
    name="convolution",
    title="Convolution and its adjoint",
    question="""
What libraries call convolution is a correlation of windows of x with a kernel. How do stride,
padding, dilation and groups come back in the pullback, and of what is the transposed layer the
transpose?
""",
    sections=sections,
    learnt="""
A window map stands alone: xp[n,c,u,v,p,q] = x[n,c,2u+p-1,2v+q-1], 0 outside. The rest is a
contraction, so w_bar is one with the same windows, and x_bar adds every window's share at its
place: solved for the kernel index, the kernel turned round over y_bar with zeros between its
entries. What no window reads gets 0; output_padding says how many rows that were. The transposed
layer is the adjoint, entry for entry, with the same kernel.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
