"""Attention backwards: what the scale, the masks and a bias of the scores change."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import additive_attention, attention
from symnet.notation import Index, Tensor
from symnet.notation.report import SlipKind

VASWANI = "Vaswani et al. 2017, eq. (1), by the chain rule"
MASK = "Vaswani et al. 2017, sec. 3.2.3: masked scores are -oo, so P and S_bar are 0 there"
BAHDANAU = "Bahdanau, Cho & Bengio 2015, sec. 3.1, by the chain rule"

i, j, d, e = Index("i", "I"), Index("j", "J"), Index("d", "D"), Index("e", "E")
Q, K, V = Tensor("Q", i, d), Tensor("K", j, d), Tensor("V", j, e)
PULLED = "S_bar[i,j] = P[i,j]*(P_bar[i,j] - sum[k](P[i,k]*P_bar[i,k]))"


def _of_scores() -> tuple[Claim, ...]:
    """What holds with every mask."""
    return (
        Claim("V_bar[j,e] = sum[i](P[i,j]*O_bar[i,e])", VASWANI),
        Claim("P_bar[i,j] = sum[e](O_bar[i,e]*V[j,e])", VASWANI),
        Claim(PULLED, VASWANI),
        Claim("sum[j](S_bar[i,j]) == 0", "shift invariance of the softmax"),
        Claim("Q_bar[i,d] = sum[j](S_bar[i,j]*K[j,d])/sqrt(D)", VASWANI),
        Claim("K_bar[j,d] = sum[i](S_bar[i,j]*Q[i,d])/sqrt(D)", VASWANI),
    )


def sections() -> list[Section]:
    past = Tensor("K", Index("j", "I"), d), Tensor("V", Index("j", "I"), e)
    used = Tensor("l", assume="integer", below=j.extent)
    return [
        Section(
            "scaled dot-product attention",
            attention(Q, K, V),
            ("Q", "K", "V"),
            (
                *_of_scores(),
                Claim(
                    "Q_bar[i,d] = sum[j](S_bar[i,j]*K[j,d])",
                    "the scale left out on the way back",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "without the scale",
            attention(Q, K, V, scaled=False),
            ("Q",),
            (
                Claim("Q_bar[i,d] = sum[j](S_bar[i,j]*K[j,d])", "Luong et al. 2015, the score dot"),
                Claim(
                    "Q_bar[i,d] = sum[j](S_bar[i,j]*K[j,d])/sqrt(D)",
                    "the scale where there is none",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "causal: a query sees no later key",
            attention(Q, *past, causal=True),
            ("Q", "K", "V"),
            (
                Claim("sum[j](P[i,j]) == 1", "the first key is always seen"),
                *_of_scores(),
                Claim("V_bar[j,e] = sum[i]([j <= i]*P[i,j]*O_bar[i,e])", f"{MASK}; said twice"),
                Claim(
                    "P[i,j] == [j <= i]*exp(S[i,j])/sum[k](exp(S[i,k]))",
                    "masked after the softmax: the rows do not sum to 1",
                    right=False,
                    slip=SlipKind.MASK,
                ),
            ),
        ),
        Section(
            "padding: l keys are in use, fewer than all, perhaps none",
            attention(Q, K, V, padding=used),
            ("Q", "K", "V"),
            (
                *_of_scores(),
                Claim("sum[j](P[i,j]) == [0 < l]", "OURS: without keys P is 0, and not 0/0"),
                Claim(
                    "sum[j](P[i,j]) == 1",
                    "a row without keys forgotten",
                    right=False,
                    slip=SlipKind.OTHER,
                ),
            ),
        ),
        Section(
            "a bias of the scores",
            attention(Q, K, V, score_bias=Tensor("b", i, j)),
            ("b",),
            (
                Claim("b_bar[i,j] = S_bar[i,j]", "it is added to S"),
                Claim("sum[j](b_bar[i,j]) == 0", "a number for a whole row has no effect"),
            ),
        ),
        Section(
            "additive attention",
            additive_attention(Q, K, V, Index("c", "C")),
            ("W", "U", "w", "b"),
            (
                Claim("w_bar[c] = sum[i,j](S_bar[i,j]*h[i,j,c])", BAHDANAU),
                Claim("q_bar[i,c] = sum[j](h_bar[i,j,c]*(1 - h[i,j,c]^2))", BAHDANAU),
                Claim("k_bar[j,c] = sum[i](h_bar[i,j,c]*(1 - h[i,j,c]^2))", BAHDANAU),
                Claim("b_bar[c] = sum[j](k_bar[j,c])", "not 0: it stands inside of tanh"),
                Claim(
                    "b_bar[c] = 0",
                    "taken for a bias of the keys in a dot product",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="attention",
    title="Attention, its masks and its scale",
    question="""
A mask takes keys away, a scale divides the scores, a bias is added to them. Which of the backward
pass's formulas change?
""",
    sections=sections,
    learnt="""
With every mask S_bar = P (P_bar - sum P P_bar): the mask stands in P, and what P makes 0 stays 0.
The scale comes once more with the keys and the queries. A row whose keys are all masked is 0/0 with
scores of -oo; as a bracket in front of the exponential, P and all gradients of that row are 0, and
what sums to 1 elsewhere sums to 0 there.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
