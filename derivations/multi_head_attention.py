"""Multi-head attention: the concatenation as a sum over heads, and the bias that has no effect."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import multi_head, multi_head_step
from symnet.notation import Index, Tensor
from symnet.notation.report import SlipKind

VASWANI = "Vaswani et al. 2017, sec. 3.2.2, by the chain rule"
SHIFT = "shift invariance of the softmax: q.b_k is the same for all keys"

T, D = Index("t", "T"), Index("d", "D")
H, C = Index("h", "H"), Index("c", "C")
x, memory = Tensor("x", T, D), Tensor("memory", Index("r", "R"), Index("m", "M"))
DOWN = "sum[d](W_o[h,c,d]*a_bar[t,d])"


def sections() -> list[Section]:
    start = Tensor("start", assume="integer", below="R")
    return [
        Section(
            "self-attention with H heads",
            multi_head(x, H, C),
            ("x", "W_q", "b_q", "W_k", "b_k", "W_v", "b_v", "W_o", "b_o"),
            (
                Claim(f"O_bar[h,t,c] = {DOWN}", VASWANI),
                Claim("W_o_bar[h,c,d] = sum[t](O[h,t,c]*a_bar[t,d])", VASWANI),
                Claim("P_bar[h,t,s] = sum[c](O_bar[h,t,c]*v[h,s,c])", VASWANI),
                Claim(
                    "S_bar[h,t,s] = P[h,t,s]*(P_bar[h,t,s] - sum[r](P[h,t,r]*P_bar[h,t,r]))",
                    VASWANI,
                ),
                Claim("q_bar[h,t,c] = sum[s](S_bar[h,t,s]*k[h,s,c])/sqrt(C)", VASWANI),
                Claim("k_bar[h,s,c] = sum[t](S_bar[h,t,s]*q[h,t,c])/sqrt(C)", VASWANI),
                Claim("v_bar[h,s,c] = sum[t](P[h,t,s]*O_bar[h,t,c])", VASWANI),
                Claim("W_k_bar[d,h,c] = sum[t](x[t,d]*k_bar[h,t,c])", VASWANI),
                Claim("b_k_bar[h,c] = 0", SHIFT),
                Claim("b_q_bar[h,c] = sum[t](q_bar[h,t,c])", "the queries' bias does count"),
                Claim(
                    "b_v_bar[h,c] = sum[t](O_bar[h,t,c])",
                    "P sums to 1: each output row gets b_v once",
                ),
                Claim(
                    "x_bar[t,d] = sum[h,c](q_bar[h,t,c]*W_q[d,h,c] + k_bar[h,t,c]*W_k[d,h,c]"
                    " + v_bar[h,t,c]*W_v[d,h,c])",
                    f"{VASWANI}: x is query, key and value",
                ),
                Claim(
                    "W_q_bar[d,h,c] = sum[t](x[t,d]*k_bar[h,t,c])",
                    "the keys' cotangent for the queries' weights",
                    right=False,
                    slip=SlipKind.WRONG_VARIABLE,
                ),
            ),
        ),
        Section(
            "attention to a memory",
            multi_head(x, H, C, memory=memory, bias=False),
            ("x", "memory"),
            (
                Claim("x_bar[t,d] = sum[h,c](q_bar[h,t,c]*W_q[d,h,c])", "queries only"),
                Claim(
                    "memory_bar[r,m] = sum[h,c](k_bar[h,r,c]*W_k[m,h,c] + v_bar[h,r,c]*W_v[m,h,c])",
                    "keys and values",
                ),
            ),
        ),
        Section(
            "one head",
            multi_head(x, 1, C, bias=False),
            (),
            (
                Claim(
                    "a[t,d] == sum[c,s](P[0,t,s]*v[0,s,c]*W_o[0,c,d])",
                    f"{VASWANI}: h = 1 is attention and a projection",
                ),
            ),
        ),
        Section(
            "a causal step with the keys and values of the positions before",
            multi_head_step(x, H, C, start=start, bias=False),
            ("k_cache", "v_cache"),
            (
                Claim(
                    "k[h,s,c] == where(start <= s and s < start + T,"
                    " sum[t,d]([s = t + start]*x[t,d]*W_k[d,h,c]), k_cache[h,s,c])",
                    "the new keys, in their places",
                ),
            ),
        ),
    ]


PAGE = Page(
    name="multi_head_attention",
    title="Multi-head attention",
    question="""
The heads' outputs are concatenated and multiplied by one matrix. Without reshaping that is a sum
over heads and their entries. What do the projections get back, and which of the biases nothing?
""",
    sections=sections,
    learnt="""
Each head is an attention by itself, with the scale of its own width; x gets back three terms, as
query, key and value. The keys' bias gets exactly 0 in every head, since it adds the same number to
all scores of a row, while the values' bias gets all of O_bar, since the weights of a row sum to 1.
With one head it is attention between projections.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
