"""AlphaFold's pair updates backwards: gates, a shared bias, outer products, triangles."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

SI = "Jumper et al. 2021, supplement, algorithm"
RULE = "by the chain rule; the paper prints no gradient"

ROW = """
l[s,i,j] = sum[c](q[s,i,c]*k[s,j,c])/sqrt(C) + b[i,j]
Z[s,i] = sum[j](exp(l[s,i,j]))
A[s,i,j] = exp(l[s,i,j])/Z[s,i]
u[s,i,c] = sum[j](A[s,i,j]*v[s,j,c])
g[s,i,c] = sigmoid(a[s,i,c])
o[s,i,c] = g[s,i,c]*u[s,i,c]
"""
OUTER = "O[i,j,c,d] = mean[s](a[s,i,c]*b[s,j,d])"
TRIANGLE = """
P[i,j,c] = sum[k](a[i,k,c]*b[j,k,c])
"""
BOTH = """
P[i,j,c] = sum[k](a[k,i,c]*b[k,j,c])
at[i,j,c] = a[j,i,c]
bt[i,j,c] = b[j,i,c]
R[i,j,c] = sum[k](at[i,k,c]*bt[j,k,c])
"""
ENDS = """
zt[i,j,c] = z[j,i,c]
b[i,j] = sum[c](w[c]*z[i,j,c])
bt[i,j] = sum[c](w[c]*zt[i,j,c])
S[i,j,k] = exp(sum[c](z[i,j,c]*z[k,j,c]) + b[k,i])
e[i,j,c] = sum[k](S[i,j,k]*z[k,j,c])/sum[k](S[i,j,k])
T[i,j,k] = exp(sum[c](zt[i,j,c]*zt[i,k,c]) + bt[j,k])
f[i,j,c] = sum[k](T[i,j,k]*zt[i,k,c])/sum[k](T[i,j,k])
"""


def sections() -> list[Section]:
    msa = dict.fromkeys("qkva", "S I C")
    pairs = {"a": "I I C", "b": "I I C"}
    return [
        Section(
            "one head of gated row attention with pair bias",
            parse(ROW, {**msa, "b": "I I"}, notation="index"),
            ("q", "k", "v", "a", "b"),
            (
                Claim(
                    "a_bar[s,i,c] = o_bar[s,i,c]*u[s,i,c]*g[s,i,c]*(1 - g[s,i,c])",
                    f"{SI} 7, {RULE}",
                ),
                Claim("v_bar[s,j,c] = sum[i](A[s,i,j]*o_bar[s,i,c]*g[s,i,c])", f"{SI} 7, {RULE}"),
                Claim(
                    "l_bar[s,i,j] = A[s,i,j]*sum[c](u_bar[s,i,c]*(v[s,j,c] - u[s,i,c]))",
                    f"{SI} 7, {RULE}",
                ),
                Claim("b_bar[i,j] = sum[s](l_bar[s,i,j])", f"{SI} 7: b has no s"),
                Claim("q_bar[s,i,c] = sum[j](l_bar[s,i,j]*k[s,j,c])/sqrt(C)", f"{SI} 7, {RULE}"),
                Claim("sum[j](b_bar[i,j]) == 0", "shift invariance of the softmax"),
                Claim(
                    "b_bar[i,j] = mean[s](l_bar[s,i,j])",
                    "a mean over the sequences in place of the sum",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
                Claim(
                    "v_bar[s,j,c] = sum[i](A[s,i,j]*o_bar[s,i,c])",
                    "the gate forgotten on the way back",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "the outer product mean",
            parse(OUTER, {"a": "S I C", "b": "S I C"}, notation="index"),
            ("a", "b"),
            (
                Claim("a_bar[s,i,c] = sum[j,d](O_bar[i,j,c,d]*b[s,j,d])/S", f"{SI} 10, {RULE}"),
                Claim("b_bar[s,j,d] = sum[i,c](O_bar[i,j,c,d]*a[s,i,c])/S", f"{SI} 10, {RULE}"),
                Claim(
                    "a_bar[s,i,c] = sum[j,d](O_bar[i,j,c,d]*b[s,j,d])",
                    "the mean over sequences forgotten",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
                Claim(
                    "b_bar[s,j,d] = sum[i,c](O_bar[j,i,c,d]*a[s,i,c])/S",
                    "the formula of a, with the residues of O the wrong way round",
                    right=False,
                    slip=SlipKind.TRANSPOSE,
                ),
            ),
        ),
        Section(
            "triangle multiplication, outgoing edges",
            parse(TRIANGLE, pairs, notation="index"),
            ("a", "b"),
            (
                Claim("a_bar[i,k,c] = sum[j](P_bar[i,j,c]*b[j,k,c])", f"{SI} 11, {RULE}"),
                Claim("b_bar[j,k,c] = sum[i](P_bar[i,j,c]*a[i,k,c])", f"{SI} 11, {RULE}"),
                Claim(
                    "b_bar[j,k,c] = sum[i](P_bar[j,i,c]*a[i,k,c])",
                    "b's gradient with P_bar transposed, as a's would be",
                    right=False,
                    slip=SlipKind.TRANSPOSE,
                ),
            ),
        ),
        Section(
            "incoming edges are outgoing edges of the transposed pairs",
            parse(BOTH, pairs, notation="index"),
            (),
            (Claim("P[i,j,c] == R[i,j,c]", f"{SI}s 11 and 12: only the sum, not the gate"),),
        ),
        Section(
            "triangle attention around the ending node",
            parse(ENDS, {"z": "I I C", "w": "C"}, notation="index"),
            (),
            (
                Claim(
                    "e[i,j,c] == f[j,i,c]",
                    f"{SI} 14: with b[k,i] it is the starting node's on transposed pairs",
                ),
                Claim(
                    "S[i,j,k] = exp(sum[c](z[i,j,c]*z[k,j,c]) + b[i,k])",
                    "b[i,k] copied from the starting node's algorithm",
                    right=False,
                    slip=SlipKind.TRANSPOSE,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="gated_attention",
    title="Gated attention, pair bias, triangles",
    question="""
AlphaFold 2 prints its forward pass as algorithms and no gradient at all. What do gate, pair bias,
outer product mean and triangles get back?
""",
    sections=sections,
    learnt="""
A bias without a sequence index collects all sequences; the mean of the outer product stays a mean
on the way back. Incoming edges are outgoing ones on transposed pairs, and the ending node's
attention the starting node's, if the bias is read as b[k,i].
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
