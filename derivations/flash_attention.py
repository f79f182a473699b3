"""Attention's backward pass: which number per row replaces the sum over all keys?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

VASWANI = "Vaswani et al. 2017, eq. (1), by the chain rule"
DAO = "Dao, Fu, Ermon, Rudra & Re 2022, app. B"

ATTENTION = """
S[i,j] = sum[c](Q[i,c]*K[j,c])/sqrt(C)
Z[i] = sum[j](exp(S[i,j]))
A[i,j] = exp(S[i,j])/Z[i]
O[i,e] = sum[j](A[i,j]*V[j,e])
"""
MEAN = """
a[j] = exp(s[j])/sum[k](exp(s[k]))
L = sum[j](a[j]*v[j])
"""
LOG_SUM = "L = log(sum[j](exp(s[j])))"


def sections() -> list[Section]:
    graph = parse(ATTENTION, {"Q": "M C", "K": "N C", "V": "N E"})
    return [
        Section(
            "softmax(Q K^T/sqrt(C)) V",
            graph,
            ("Q", "K", "V"),
            (
                Claim("V_bar[j,e] = sum[i](A[i,j]*O_bar[i,e])", VASWANI),
                Claim("A_bar[i,j] = sum[e](O_bar[i,e]*V[j,e])", VASWANI),
                Claim(
                    "sum[j](A[i,j]*A_bar[i,j]) == sum[e](O_bar[i,e]*O[i,e])",
                    f"{DAO}: D[i], a product of rows that are kept anyway",
                ),
                Claim(
                    "S_bar[i,j] = A[i,j]*(A_bar[i,j] - sum[e](O_bar[i,e]*O[i,e]))",
                    f"{DAO}: S_bar = A (A_bar - D)",
                ),
                Claim("Q_bar[i,c] = sum[j](S_bar[i,j]*K[j,c])/sqrt(C)", VASWANI),
                Claim("K_bar[j,c] = sum[i](S_bar[i,j]*Q[i,c])/sqrt(C)", VASWANI),
                Claim(
                    "A[i,j] == exp(S[i,j] - log(Z[i]))",
                    f"{DAO}: one log-sum-exp per row is kept, and A is computed again",
                ),
                Claim(
                    "S_bar[i,j] = A[i,j]*(A_bar[i,j] - sum[k](A_bar[i,k]))",
                    "the mean of A_bar without its weights A",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
                Claim(
                    "K_bar[j,c] = sum[i](S_bar[i,j]*Q[i,c])",
                    "the scale 1/sqrt(C) left out on the way back",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
                Claim(
                    "S_bar[i,j] = A[i,j]*(1 - A[i,j])*A_bar[i,j]",
                    "softmax differentiated like a sigmoid",
                    right=False,
                    slip=SlipKind.MISSING_SUM,
                ),
            ),
        ),
        Section(
            "one query, one feature: the second derivative of a softmax-weighted mean",
            parse(MEAN, {"s": "N", "v": "N"}),
            ("s",),
            (
                Claim("s_bar[j] = a[j]*(v[j] - L)", "as above, with D = L"),
                Claim(
                    "d2L_ds2[j,k] = [j = k]*a[j]*(v[j] - L) - a[j]*a[k]*(v[j] + v[k] - 2*L)",
                    "product rule, for a double backward pass",
                ),
                Claim(
                    "d2L_ds2[j,k] = ([j = k]*a[j] - a[j]*a[k])*(v[j] - L)",
                    "L, and with it D, taken for a constant in the second pass",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
        Section(
            "the second derivative of log-sum-exp",
            parse(LOG_SUM, {"s": "N"}),
            ("s",),
            (
                Claim("s_bar[j] = exp(s[j] - L)", "Boyd & Vandenberghe 2004, sec. 3.1.5"),
                Claim(
                    "d2L_ds2[j,k] = [j = k]*exp(s[j] - L) - exp(s[j] + s[k] - 2*L)",
                    "Boyd & Vandenberghe 2004, sec. 3.1.5: diag(p) - p p^T",
                ),
                Claim(
                    "d2L_ds2[j,k] = [j = k]*exp(s[j] - L)*(1 - exp(s[j] - L))",
                    "its diagonal alone",
                    right=False,
                    slip=SlipKind.NORMALISATION_PATH,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="flash_attention",
    title="The row number D of FlashAttention",
    question="""
The pullback through a softmax row needs sum_k A[i,k] A_bar[i,k]: a sum over all keys, for an A that
should never be stored. What can stand in its place?
""",
    sections=sections,
    learnt="""
D[i] = sum_e O_bar[i,e] O[i,e]: the sums over keys and features change places, and O is there
already. With log Z[i] kept too, every block of A can be computed again: the backward pass needs two
numbers per row.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
