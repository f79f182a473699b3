"""Triangle multiplication: which edges get back what, and what transposing the pairs changes."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import join, reuse, triangle_multiplication
from symnet.notation import Graph, Index, Tensor, define
from symnet.notation.report import SlipKind

SI = "Jumper et al. 2021, supplement, algorithm"
RULE = "by the chain rule; the paper prints no gradient"


def transposed() -> Graph:
    """Incoming edges of z, and with the suffix 2 outgoing edges of z transposed."""
    i, j, d, c = Index("i", "I"), Index("j", "I"), Index("d", "D"), Index("c", "C")
    z, zt = Tensor("z", i, j, d), Tensor("zt", i, j, d)
    turned = Graph(define(zt[i, j, d], z[j, i, d]), inputs=[z], output=zt)
    other = reuse(triangle_multiplication(z, c), {"z": zt}, "2")
    return join(turned, other, triangle_multiplication(z, c, outgoing=False))


def products() -> Graph:
    """Only the sum over k: P of incoming edges, P2 of outgoing edges with a and b transposed."""
    i, j, d, c = Index("i", "I"), Index("j", "I"), Index("d", "D"), Index("c", "C")
    z = Tensor("z", i, j, d)
    a, b = Tensor("a", i, j, c), Tensor("b", i, j, c)
    at, bt = Tensor("at", i, j, c), Tensor("bt", i, j, c)
    turned = Graph(define(at.at(), a[j, i, c]), define(bt.at(), b[j, i, c]), inputs=[a, b])
    sums = []
    for outgoing in (True, False):
        layer = triangle_multiplication(z, c, outgoing=outgoing)
        found = layer.definition("P")
        assert found is not None
        sums.append(Graph(found, inputs=[a, b], output=found.tensor))
    return join(turned, reuse(sums[0], {"a": at, "b": bt}, "2"), sums[1])


def sections() -> list[Section]:
    i, j, d, c = Index("i", "I"), Index("j", "I"), Index("d", "D"), Index("c", "C")
    z = Tensor("z", i, j, d)
    through = "g_a[i,k,c]*(1 - g_a[i,k,c])"
    return [
        Section(
            "outgoing edges",
            triangle_multiplication(z, c),
            ("z", "V_a", "W_o"),
            (
                Claim("a_bar[i,k,c] = sum[j](P_bar[i,j,c]*b[j,k,c])", f"{SI} 11, {RULE}"),
                Claim("b_bar[j,k,c] = sum[i](P_bar[i,j,c]*a[i,k,c])", f"{SI} 11, {RULE}"),
                Claim(
                    "b_bar[j,k,c] = sum[i](P_bar[j,i,c]*a[i,k,c])",
                    "b's gradient with P_bar the way round that a's has",
                    right=False,
                    slip=SlipKind.TRANSPOSE,
                ),
                Claim(f"a_a_bar[i,k,c] = a_bar[i,k,c]*p_a[i,k,c]*{through}", f"{SI} 11, {RULE}"),
                Claim("a_g_bar[i,j,d] = y_bar[i,j,d]*o[i,j,d]*g[i,j,d]*(1 - g[i,j,d])", RULE),
                Claim("W_o_bar[c,d] = sum[i,j](n_P[i,j,c]*g[i,j,d]*y_bar[i,j,d])", RULE),
                Claim(
                    "W_o_bar[c,d] = sum[i,j](n_P[i,j,c]*y_bar[i,j,d])",
                    "the gate forgotten on the way back",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "incoming edges",
            triangle_multiplication(z, c, outgoing=False),
            ("z",),
            (
                Claim("a_bar[k,i,c] = sum[j](P_bar[i,j,c]*b[k,j,c])", f"{SI} 12, {RULE}"),
                Claim("b_bar[k,j,c] = sum[i](P_bar[i,j,c]*a[k,i,c])", f"{SI} 12, {RULE}"),
            ),
        ),
        Section(
            "the sums by themselves: P of incoming edges, P2 of outgoing edges of transposed pairs",
            products(),
            (),
            (Claim("P[i,j,c] == P2[i,j,c]", f"{SI}s 11 and 12: the same sum"),),
        ),
        Section(
            "incoming edges of z, and (suffix 2) outgoing edges of z transposed",
            transposed(),
            (),
            (
                Claim("g[i,j,d] == g2[j,i,d]", "the gate is not transposed"),
                Claim("o[i,j,d] == o2[i,j,d]", "what is gated is the same"),
                Claim(
                    "y[i,j,d] == y2[i,j,d]",
                    "the gate taken to be transposed too",
                    right=False,
                    slip=SlipKind.TRANSPOSE,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="triangle_multiplication",
    title="Triangle multiplication",
    question="""
Each pair of residues is updated by all triangles that it belongs to. What does an edge get back
from the two others, and are incoming edges outgoing ones on transposed pairs?
""",
    sections=sections,
    learnt="""
An edge gets P_bar contracted with the third edge; a and b see P_bar by its first and by its second
residue. The sum of incoming edges is that of outgoing ones on transposed pairs, but the layer is
not: its output gate stays where it is.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
