"""Attention with pair bias, and around triangles: what the pairs get back."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import (
    join,
    outer_product_mean,
    reuse,
    row_attention,
    triangle_attention,
)
from symnet.notation import Graph, Index, Tensor, define
from symnet.notation.report import SlipKind

SI = "Jumper et al. 2021, supplement, algorithm"
RULE = "by the chain rule; the paper prints no gradient"
SHIFT = "shift invariance of the softmax"


def pairs() -> tuple[Tensor, Index, Index]:
    """z (I, I, D), with the axes of heads and of their width."""
    i, j, d = Index("i", "I"), Index("j", "I"), Index("d", "D")
    return Tensor("z", i, j, d), Index("h", "H"), Index("c", "C")


def transposed() -> Graph:
    """The ending node's layer on z, and with the suffix 2 the starting node's on z transposed."""
    z, h, c = pairs()
    i, j, d = z.indices
    zt = Tensor("zt", i, j, d)
    turned = Graph(define(zt[i, j, d], z[j, i, d]), inputs=[z], output=zt)
    other = reuse(triangle_attention(z, h, c), {"z": zt}, "2")
    return join(turned, other, triangle_attention(z, h, c, starting=False))


def sections() -> list[Section]:
    z, h, c = pairs()
    s, i, a = Index("s", "N"), Index("i", "I"), Index("a", "M")
    m = Tensor("m", s, i, a)
    return [
        Section(
            "gated row attention with pair bias",
            row_attention(m, z, h, c),
            ("m", "beta_z", "gamma_z", "W_b"),
            (
                Claim("b_bar[h,i,j] = sum[s](S_bar[s,h,i,j])", f"{SI} 7: b has no s"),
                Claim("sum[j](b_bar[h,i,j]) == 0", SHIFT),
                Claim("beta_z_bar[d] = 0", f"{SHIFT}: beta_z W_b is the same for all pairs"),
                Claim(
                    "W_b_bar[d,h] = sum[i,j](x_hat_z[i,j,d]*gamma_z[d]*b_bar[h,i,j])",
                    "beta_z drops out here as well",
                ),
                Claim(
                    "a_g_bar[s,h,i,c] = o_bar[s,h,i,c]*O[s,h,i,c]*g[s,h,i,c]*(1 - g[s,h,i,c])",
                    f"{SI} 7, {RULE}",
                ),
                Claim(
                    "S_bar[s,h,i,j] = P[s,h,i,j]*sum[c](O_bar[s,h,i,c]*(v[s,h,j,c] - O[s,h,i,c]))",
                    "Dao et al. 2022, appendix B.2, for each head and sequence",
                ),
                Claim("q_bar[s,h,i,c] = sum[j](S_bar[s,h,i,j]*k[s,h,j,c])/sqrt(C)", RULE),
                Claim("k_bar[s,h,j,c] = sum[i](S_bar[s,h,i,j]*q[s,h,i,c])/sqrt(C)", RULE),
                Claim(
                    "b_bar[h,i,j] = mean[s](S_bar[s,h,i,j])",
                    "a mean over the sequences in place of the sum",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
                Claim(
                    "v_bar[s,h,j,c] = sum[i](P[s,h,i,j]*o_bar[s,h,i,c])",
                    "the gate forgotten on the way back",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "outer product mean",
            outer_product_mean(m, c, Index("e", "D")),
            ("m",),
            (
                Claim("a_bar[s,i,c] = sum[j,d](O_bar[i,j,c,d]*b[s,j,d])/N", f"{SI} 10, {RULE}"),
                Claim("b_bar[s,j,d] = sum[i,c](O_bar[i,j,c,d]*a[s,i,c])/N", f"{SI} 10, {RULE}"),
                Claim(
                    "a_bar[s,i,c] = sum[j,d](O_bar[i,j,c,d]*b[s,j,d])",
                    "the mean over sequences forgotten",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "triangle attention around the starting node",
            triangle_attention(z, h, c),
            ("z",),
            (
                Claim("b_bar[h,j,k] = sum[i](S_bar[i,h,j,k])", f"{SI} 13, {RULE}"),
                Claim("k_bar[i,h,k,c] = sum[j](S_bar[i,h,j,k]*q[i,h,j,c])/sqrt(C)", RULE),
                Claim("v_bar[i,h,k,c] = sum[j](P[i,h,j,k]*O_bar[i,h,j,c])", RULE),
                Claim(
                    "b_bar[h,j,k] = sum[i](S_bar[j,h,i,k])",
                    "the bias read as b[i,k]",
                    right=False,
                    slip=SlipKind.TRANSPOSE,
                ),
            ),
        ),
        Section(
            "the ending node on z, and (suffix 2) the starting node on z transposed",
            transposed(),
            (),
            (
                Claim("y[i,j,d] == y2[j,i,d]", f"{SI}s 13 and 14, with the bias b[k,i]"),
                Claim(
                    "y[i,j,d] == y2[i,j,d]",
                    "the output taken for the same pair's",
                    right=False,
                    slip=SlipKind.TRANSPOSE,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="pair_attention",
    title="Attention with pair bias",
    question="""
The pairs bias the attention of the alignment, the alignment's outer products update the pairs, and
the pairs attend to each other around triangles. AlphaFold 2 prints all of it forwards only. What
comes back?
""",
    sections=sections,
    learnt="""
The bias has no sequence index and collects all sequences. The layer norm of the pairs has a bias of
its own that adds the same to all scores of a row: it is seen by nothing, and its gradient is 0. The
gate multiplies what comes back. The ending node is the starting node on transposed pairs, bias and
all.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
