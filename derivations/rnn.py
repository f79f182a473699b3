"""The plain recurrent layer: backpropagation through time, and why its gradient vanishes."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import activation, join, last_state, rnn
from symnet.notation import Graph, Index, Tensor
from symnet.notation.report import SlipKind

RUMELHART = "Rumelhart, Hinton & Williams 1986; Werbos 1990"
SCHUSTER = "Schuster & Paliwal 1997"


def layer(reverse: bool = False, initial: str = "given") -> Graph:
    """The layer, and y = h: y_bar is the loss's part of the cotangent h_bar."""
    x = Tensor("x", Index("n", "N"), Index("t", "T", sequential=True), Index("i", "I"))
    cell = rnn(x, Index("k", "H"), initial=initial, reverse=reverse)
    return join(cell, activation(cell.output, "identity", output="y"))


def last_of_linear() -> Graph:
    """The last state of a layer without an activation, of one unit."""
    x = Tensor("x", Index("t", "T", sequential=True), Index("i", "I"))
    cell = rnn(x, Index("k", 1), activation="identity", initial="given")
    return join(cell, last_state(cell.output))


def sections() -> list[Section]:
    slope = "(1 - h[n,t,k]^2)"
    wrt = ("x", "W", "U", "b")
    return [
        Section(
            "backpropagation through time",
            layer(),
            (*wrt, "h0"),
            (
                Claim("h_bar[n,t,k] = y_bar[n,t,k] + sum[l](U[k,l]*a_bar[n,t+1,l])", RUMELHART),
                Claim(f"a_bar[n,t,k] = h_bar[n,t,k]*{slope}", RUMELHART),
                Claim("W_bar[i,k] = sum[n,t](x[n,t,i]*a_bar[n,t,k])", RUMELHART),
                Claim("U_bar[l,k] = sum[n,t](h[n,t-1,l]*a_bar[n,t,k])", RUMELHART),
                Claim("b_bar[k] = sum[n,t](a_bar[n,t,k])", RUMELHART),
                Claim("x_bar[n,t,i] = sum[k](W[i,k]*a_bar[n,t,k])", RUMELHART),
                Claim("h0_bar[n,k] = sum[l](U[k,l]*a_bar[n,0,l])", RUMELHART),
                Claim(
                    "h_bar[n,t,k] = y_bar[n,t,k] + sum[l](U[l,k]*a_bar[n,t+1,l])",
                    "the matrix not transposed on the way back",
                    right=False,
                    slip=SlipKind.TRANSPOSE,
                ),
                Claim(
                    "h_bar[n,t,k] = y_bar[n,t,k]",
                    "each step for itself, as if the sequence were a batch",
                    right=False,
                    slip=SlipKind.OTHER,
                ),
            ),
        ),
        Section(
            "from the last place to the first",
            layer(reverse=True, initial="zero"),
            wrt,
            (
                Claim(
                    "h_bar[n,t,k] = y_bar[n,t,k] + sum[l](U[k,l]*a_bar[n,t-1,l])",
                    f"{SCHUSTER}: its errors run forwards",
                ),
                Claim("U_bar[l,k] = sum[n,t](h[n,t+1,l]*a_bar[n,t,k])", SCHUSTER),
                Claim(
                    "h_bar[n,t,k] = y_bar[n,t,k] + sum[l](U[k,l]*a_bar[n,t+1,l])",
                    "the errors of a layer that runs forwards",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
            ),
        ),
        Section(
            "one linear unit: what the last state still says of the first",
            last_of_linear(),
            ("h0",),
            (
                Claim(
                    "h0_bar[k] = prod[s<T](U[0,0])*y_bar[k]",
                    "Hochreiter 1991; Bengio, Simard & Frasconi 1994: it vanishes or explodes",
                ),
            ),
        ),
    ]


PAGE = Page(
    name="rnn",
    title="A recurrent layer over time",
    question="""
The same matrix acts at every step. What does the state's cotangent get from the step after, in
which direction do errors run when the layer runs backwards, and what is left of them after T steps?
""",
    sections=sections,
    learnt="""
h_bar = y_bar + U a_bar of the next step, and a weight's gradient is a sum over samples and time,
with the state before the step. A layer that runs backwards has errors that run forwards. Over T
steps of a linear unit the error is multiplied by U to the power T: it vanishes or explodes.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
