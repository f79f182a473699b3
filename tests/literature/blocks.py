"""Whole blocks as text: what lengths and times are measured on.

    encoder block: y = LN(a + relu(a W1 + b1) W2 + b2), a = LN(x + attention(x) W_O)

Source: Vaswani et al. 2017, eq. (1), (2) and sec. 3.1: normalisation after the sum (post-LN).
Row-vector convention; x (T, D), one head, or h heads with index h.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """A text, its shapes, and the names to differentiate for; y is not a scalar."""

    text: str
    shapes: dict[str, str]
    wrt: tuple[str, ...]


WEIGHTS = ("W_Q", "W_K", "W_V", "W_O", "W1", "b1", "W2", "b2", "g1", "c1", "g2", "c2", "x")

ENCODER = Block(
    """
Q = x @ W_Q
K = x @ W_K
V = x @ W_V
P = softmax(Q @ K.T / np.sqrt(d), axis=1)
u = x + P @ V @ W_O
m = np.mean(u, axis=1, keepdims=True)
a = (u - m) / np.sqrt(np.var(u, axis=1, keepdims=True) + eps) * g1 + c1
H = relu(a @ W1 + b1)
w = a + H @ W2 + b2
n = np.mean(w, axis=1, keepdims=True)
y = (w - n) / np.sqrt(np.var(w, axis=1, keepdims=True) + eps) * g2 + c2
""",
    {
        **{"x": "T D", "W_Q": "D d", "W_K": "D d", "W_V": "D d", "W_O": "d D"},
        **{"W1": "D F", "b1": "F", "W2": "F D", "b2": "D"},
        **{"g1": "D", "c1": "D", "g2": "D", "c2": "D", "eps": ""},
    },
    WEIGHTS,
)

HEADS = Block(
    """
Q = np.einsum("btd,dhk->bhtk", x, W_Q)
K = np.einsum("btd,dhk->bhtk", x, W_K)
V = np.einsum("btd,dhk->bhtk", x, W_V)
P = softmax(np.einsum("bhtk,bhsk->bhts", Q, K) / np.sqrt(d), axis=3)
O = np.einsum("bhts,bhsk->bhtk", P, V)
u = x + np.einsum("bhtk,hkd->btd", O, W_O)
m = np.mean(u, axis=2, keepdims=True)
a = (u - m) / np.sqrt(np.var(u, axis=2, keepdims=True) + eps) * g1 + c1
R = relu(a @ W1 + b1)
w = a + R @ W2 + b2
n = np.mean(w, axis=2, keepdims=True)
y = (w - n) / np.sqrt(np.var(w, axis=2, keepdims=True) + eps) * g2 + c2
""",
    {
        **{"x": "B T D", "W_Q": "D H d", "W_K": "D H d", "W_V": "D H d", "W_O": "H d D"},
        **{"W1": "D F", "b1": "F", "W2": "F D", "b2": "D"},
        **{"g1": "D", "c1": "D", "g2": "D", "c2": "D", "eps": ""},
    },
    WEIGHTS,
)
