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
from symnet.notation import Graph, Index, Tensor, define, entries, restrict
from symnet.notation.report import SlipKind

SI = "Jumper et al. 2021, supplement, algorithm"
RULE = "by the chain rule; the paper prints no gradient"
SHIFT = "shift invariance of the softmax"


def pairs() -> tuple[Tensor, Index, Index]:
    """z (I, I, D), with the axes of heads and of their width."""
    i, j, d = Index("i", "I"), Index("j", "I"), Index("d", "D")
    return Tensor("z", i, j, d), Index("h", "H"), Index("c", "C")


def behind(layer: Graph, *names: str) -> Graph:
    """The layer from these tensors on, which are given."""
    given = [layer.tensor(name) for name in names]
    before = {d.name for t in given for d in restrict(layer, [t]).definitions}
    kept = [d for d in layer.definitions if d.name not in before]
    read = {e.tensor for d in kept for e in entries(d.expression)}
    parameters = [t for t in layer.parameters if t in read]
    return Graph(*kept, inputs=given, parameters=parameters, output=layer.output)


def transposed() -> Graph:
    """The ending node on n_z, and with the suffix 2 the starting node on n_z transposed."""
    z, h, c = pairs()
    ending = behind(triangle_attention(z, h, c, starting=False), "n_z")
    (n,) = ending.inputs
    nt = Tensor("nt", *n.indices)
    i, j, d = n.indices
    turned = Graph(define(nt[i, j, d], n[j, i, d]), inputs=[n], output=nt)
    other = reuse(behind(triangle_attention(z, h, c), "n_z"), {"n_z": nt}, "2")
    return join(turned, other, ending)


def sections() -> list[Section]:
    z, h, c = pairs()
    s, i, a = Index("s", "N"), Index("i", "I"), Index("a", "M")
    m = Tensor("m", s, i, a)
    return [
        Section(
            "gated row attention with pair bias",
            row_attention(m, z, h, c),
            ("beta_z", "gamma_z"),
            (
                Claim("b_bar[h,i,j] = sum[s](S_bar[s,h,i,j])", f"{SI} 7: b has no s"),
                Claim("beta_z_bar[d] = 0", f"{SHIFT}: beta_z W_b is the same for all pairs"),
                Claim("gamma_z_bar[d] = sum[h,i,j](x_hat_z[i,j,d]*W_b[d,h]*b_bar[h,i,j])", RULE),
            ),
        ),
        Section(
            "the same behind the projections",
            behind(row_attention(m, z, h, c), "q", "k", "v", "a_g", "b"),
            ("q", "k", "v", "a_g", "b"),
            (
                Claim("sum[j](S_bar[s,h,i,j]) == 0", SHIFT),
                Claim("sum[j](b_bar[h,i,j]) == 0", SHIFT),
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
            behind(triangle_attention(z, h, c), "n_z"),
            ("n_z",),
            (
                Claim("b_bar[h,j,k] = sum[i](S_bar[i,h,j,k])", f"{SI} 13, {RULE}"),
                Claim("k_bar[i,h,k,c] = sum[j](S_bar[i,h,j,k]*q[i,h,j,c])/sqrt(C)", RULE),
                Claim("v_bar[i,h,k,c] = sum[j](P[i,h,j,k]*O_bar[i,h,j,c])", RULE),
                Claim(
                    "b_bar[h,j,k] = sum[i](S_bar[j,h,i,k])",
                    "the bias read as b[i,k]",
                    right=False,
                    slip=SlipKind.WRONG_AXIS,
                ),
            ),
        ),
        Section(
            "the ending node on n_z, and (suffix 2) the starting node on n_z transposed",
            transposed(),
            (),
            (
                Claim("S[j,h,i,l] == S2[j,h,i,l]", f"{SI}s 13 and 14, with the bias b[k,i]"),
                Claim("v[j,h,l,c] == v2[j,h,l,c]", f"{SI}s 13 and 14"),
                Claim("g[j,h,i,c] == g2[j,h,i,c]", f"{SI}s 13 and 14: here the gate turns too"),
                Claim(
                    "S[j,h,i,l] == S2[j,h,l,i]",
                    "query and key exchanged",
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
gate multiplies what comes back. The ending node is the starting node on transposed pairs, with bias
and gate.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
