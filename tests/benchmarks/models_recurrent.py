"""Recurrent models for benchmarks, in the definitions of the layers.

    e[n,t,d] = E[x[n,t],d]
    a_q = e_t W_q + h_{t-1} U_q + b_q    LSTM: q in i f g o;  GRU: q in r z n;  plain: one
    L = -mean log softmax(h_t Wy + by)[y]

Initial states are 0. x (N, T) and y (N, T) are integers; h (N, T, H).
"""

from collections.abc import Callable

from symnet.layers import dense, join, softmax_cross_entropy
from symnet.layers.loss import labels
from symnet.notation import Entry, Graph, Index, Tensor, define, sigmoid, tanh, total

GATES = {"lstm": "ifgo", "gru": "rzn", "rnn": "a"}


def embedding(ids: Tensor, vocabulary: int, width: int) -> Graph:
    """e[n,t,d] = E[ids[n,t],d]."""
    n, t = ids.indices
    d = Index("d", width)
    E, e = Tensor("E", Index("v", vocabulary), d), Tensor("e", n, t, d)
    read = Entry(E, ids[n, t], d)
    return Graph(define(e[n, t, d], read), inputs=[ids], parameters=[E], output=e)


class _Cell:
    """The tensors of a recurrent layer, and the sums before its gates."""

    def __init__(self, x: Tensor, width: int) -> None:
        self.x = x
        self.n, self.t, self.i = x.indices
        self.k, self.l = Index("k", width), Index("l", width)
        self.h = self.tensor("h")
        self.parameters: list[Tensor] = []

    def tensor(self, name: str) -> Tensor:
        return Tensor(name, self.n, self.t, self.k)

    def weights(self, q: str) -> tuple[Tensor, Tensor, Tensor]:
        """W_q (I, H), U_q (H, H), b_q (H,)."""
        made = (
            Tensor(f"W_{q}", self.i, self.k),
            Tensor(f"U_{q}", self.l, self.k),
            Tensor(f"b_{q}", self.k),
        )
        self.parameters += made
        return made

    def input(self, W, b):
        return total(self.x[self.n, self.t, self.i] * W[self.i, self.k], over=self.i) + b[self.k]

    def recurrent(self, U):
        return total(self.h[self.n, self.t - 1, self.l] * U[self.l, self.k], over=self.l)

    def graph(self, definitions: list) -> Graph:
        return Graph(*definitions, inputs=[self.x], parameters=self.parameters, output=self.h)


def lstm(x: Tensor, width: int) -> Graph:
    """c = f c' + i g;  h = o tanh(c)."""
    cell = _Cell(x, width)
    n, t, k, c = cell.n, cell.t, cell.k, cell.tensor("c")
    definitions, gates = [], {}
    for q in GATES["lstm"]:
        W, U, b = cell.weights(q)
        a, gate = cell.tensor(f"a_{q}"), cell.tensor(q)
        definitions += [
            define(a[n, t, k], cell.input(W, b) + cell.recurrent(U)),
            define(gate[n, t, k], (tanh if q == "g" else sigmoid)(a[n, t, k])),
        ]
        gates[q] = gate[n, t, k]
    kept, new = gates["f"] * c[n, t - 1, k], gates["i"] * gates["g"]
    return cell.graph(
        [
            *definitions,
            define(c[n, t, k], kept + new, base=0),
            define(cell.h[n, t, k], gates["o"] * tanh(c[n, t, k]), base=0),
        ]
    )


def gru(x: Tensor, width: int) -> Graph:
    """c = tanh(x W_n + b_n + r (h' U_n));  h = (1 - z) c + z h'."""
    cell = _Cell(x, width)
    n, t, k, h, c, u = cell.n, cell.t, cell.k, cell.h, cell.tensor("c"), cell.tensor("u")
    definitions, gates = [], {}
    for q in "rz":
        W, U, b = cell.weights(q)
        a, gate = cell.tensor(f"a_{q}"), cell.tensor(q)
        definitions += [
            define(a[n, t, k], cell.input(W, b) + cell.recurrent(U)),
            define(gate[n, t, k], sigmoid(a[n, t, k])),
        ]
        gates[q] = gate[n, t, k]
    W, U, b = cell.weights("n")
    r, z = gates["r"], gates["z"]
    return cell.graph(
        [
            *definitions,
            define(u[n, t, k], cell.recurrent(U)),
            define(c[n, t, k], tanh(cell.input(W, b) + r * u[n, t, k])),
            define(h[n, t, k], (1 - z) * c[n, t, k] + z * h[n, t - 1, k], base=0),
        ]
    )


def rnn(x: Tensor, width: int) -> Graph:
    """h = tanh(a)."""
    cell = _Cell(x, width)
    n, t, k, a = cell.n, cell.t, cell.k, cell.tensor("a")
    W, U, b = cell.weights("a")
    return cell.graph(
        [
            define(a[n, t, k], cell.input(W, b) + cell.recurrent(U)),
            define(cell.h[n, t, k], tanh(a[n, t, k]), base=0),
        ]
    )


CELLS: dict[str, Callable[[Tensor, int], Graph]] = {"lstm": lstm, "gru": gru, "rnn": rnn}


def characters(cell: str, vocabulary: int, width: int, hidden: int) -> Graph:
    """The loss of predicting y[n,t] from x[n,0..t]; both (N, T), integers below `vocabulary`."""
    n, t = Index("n", "N"), Index("t", "T", sequential=True)
    ids = Tensor("x", n, t, assume="integer", below=vocabulary)
    looked_up = embedding(ids, vocabulary, width)
    states = CELLS[cell](looked_up.output, hidden)
    logits = dense(states.output, vocabulary, "y")
    loss = softmax_cross_entropy(logits.output, labels(logits.output, "y"))
    return join(looked_up, states, logits, loss)
