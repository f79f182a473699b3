"""LSTM over time: what comes back from the next step, and what from the loss?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import activation, join, lstm
from symnet.notation import Definition, Graph, Index, Tensor, replace
from symnet.notation.report import SlipKind

GREFF = "Greff, Srivastava, Koutnik, Steunebrink & Schmidhuber 2017, sec. II.B"
HOCHREITER = "Hochreiter & Schmidhuber 1997, the constant error carousel"
GERS = "Gers, Schmidhuber & Cummins 2000, the forget gate"
GATES = "ifgo"


def layer(peepholes: bool = False, initial: str = "zero") -> Graph:
    """The layer, and y = h: y_bar is the loss's part of the cotangent h_bar."""
    x = Tensor("x", Index("n", "N"), Index("t", "T", sequential=True), Index("i", "I"))
    cell = lstm(x, Index("k", "H"), peepholes=peepholes, initial=initial)
    return join(cell, activation(cell.output, "identity", output="y"))


def with_open_gates() -> Graph:
    """The layer with i = f = o = 1 in place of what it defines; its weights are those of g."""
    given = layer(initial="given")
    opened = [
        Definition(d.entry, 1) if d.name in ("i", "f", "o") else d
        for d in given.definitions
        if d.name not in ("a_i", "a_f", "a_o")
    ]
    kept = [p for p in given.parameters if p.name.endswith("_g")]
    return replace(given, definitions=tuple(opened), parameters=tuple(kept), rules=())


def sections() -> list[Section]:
    from_next = " + ".join(f"sum[l](U_{q}[k,l]*a_{q}_bar[n,t+1,l])" for q in GATES)
    through_h = "h_bar[n,t,k]*o[n,t,k]*(1 - tanh(c[n,t,k])^2)"
    carousel = "c_bar[n,t+1,k]*f[n,t+1,k]"
    of_o = "a_o_bar[n,t,k] = h_bar[n,t,k]*tanh(c[n,t,k])*o[n,t,k]*(1 - o[n,t,k])"
    of_f = "a_f_bar[n,t,k] = c_bar[n,t,k]*c[n,t-1,k]*f[n,t,k]*(1 - f[n,t,k])"
    wrt = ("x", *(f"{p}_{q}" for q in GATES for p in "WUb"))
    peeps = "a_i_bar[n,t+1,k]*p_i[k] + a_f_bar[n,t+1,k]*p_f[k]"
    return [
        Section(
            "backpropagation through time",
            layer(),
            wrt,
            (
                Claim(f"h_bar[n,t,k] = y_bar[n,t,k] + {from_next}", GREFF),
                Claim(of_o, GREFF),
                Claim(f"c_bar[n,t,k] = {through_h} + {carousel}", GREFF),
                Claim("a_i_bar[n,t,k] = c_bar[n,t,k]*g[n,t,k]*i[n,t,k]*(1 - i[n,t,k])", GREFF),
                Claim(of_f, f"{GREFF}; {GERS}"),
                Claim("a_g_bar[n,t,k] = c_bar[n,t,k]*i[n,t,k]*(1 - g[n,t,k]^2)", GREFF),
                Claim("W_f_bar[i,k] = sum[n,t](x[n,t,i]*a_f_bar[n,t,k])", GREFF),
                Claim("U_f_bar[l,k] = sum[n,t](h[n,t-1,l]*a_f_bar[n,t,k])", GREFF),
                Claim("b_f_bar[k] = sum[n,t](a_f_bar[n,t,k])", GREFF),
                Claim(
                    "x_bar[n,t,i] = "
                    + " + ".join(f"sum[k](W_{q}[i,k]*a_{q}_bar[n,t,k])" for q in GATES),
                    GREFF,
                ),
                Claim(
                    f"c_bar[n,t,k] = {through_h} + c_bar[n,t+1,k]*f[n,t,k]",
                    "the forget gate of this step, where that of the next stands",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
                Claim(
                    "a_f_bar[n,t,k] = c_bar[n,t,k]*c[n,t,k]*f[n,t,k]*(1 - f[n,t,k])",
                    "the forget gate given the new cell",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
                Claim(
                    "U_f_bar[l,k] = sum[n,t](h[n,t,l]*a_f_bar[n,t,k])",
                    "the recurrent weights given the new state",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
                Claim(
                    f"c_bar[n,t,k] = h_bar[n,t,k]*o[n,t,k]*(1 - c[n,t,k]^2) + {carousel}",
                    "1 - c^2, where the derivative of tanh(c) is 1 - tanh(c)^2",
                    right=False,
                    slip=SlipKind.CHAIN_RULE,
                ),
            ),
        ),
        Section(
            "with peepholes",
            layer(peepholes=True),
            ("x", "U_f", "p_i", "p_f", "p_o"),
            (
                Claim(of_o, GREFF),
                Claim(
                    f"c_bar[n,t,k] = {through_h} + {carousel} + a_o_bar[n,t,k]*p_o[k] + {peeps}",
                    GREFF,
                ),
                Claim("p_i_bar[k] = sum[n,t](c[n,t-1,k]*a_i_bar[n,t,k])", GREFF),
                Claim("p_f_bar[k] = sum[n,t](c[n,t-1,k]*a_f_bar[n,t,k])", GREFF),
                Claim("p_o_bar[k] = sum[n,t](c[n,t,k]*a_o_bar[n,t,k])", GREFF),
                Claim(
                    f"c_bar[n,t,k] = {through_h} + {carousel} + a_o_bar[n,t+1,k]*p_o[k] + {peeps}",
                    "the output gate taken for one that sees the old cell",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
                Claim(
                    "p_o_bar[k] = sum[n,t](c[n,t-1,k]*a_o_bar[n,t,k])",
                    "the output gate's peephole given the old cell",
                    right=False,
                    slip=SlipKind.SHIFT,
                ),
            ),
        ),
        Section(
            "with all gates open",
            with_open_gates(),
            ("x", "c0"),
            (
                Claim("c[n,t,k] = c0[n,k] + sum[s: s <= t](g[n,s,k])", "a running sum"),
                Claim("c_bar[n,t,k] = h_bar[n,t,k]*(1 - h[n,t,k]^2) + c_bar[n,t+1,k]", HOCHREITER),
                Claim(
                    "c0_bar[n,k] = sum[t](h_bar[n,t,k]*(1 - h[n,t,k]^2))",
                    f"{HOCHREITER}: the error is handed on unchanged",
                ),
            ),
        ),
    ]


PAGE = Page(
    name="lstm",
    title="LSTM over time",
    question="""
Backpropagation through time runs from the last step to the first. What does the state's cotangent
get from the step after, what does the cell's, and at which place of time does each factor stand?
""",
    sections=sections,
    learnt="""
Two recurrences run backwards: h_bar through the four recurrent matrices, c_bar through the forget
gate of the NEXT step and nothing else. Both are 0 beyond the end. A weight's gradient is a sum over
samples and time, with the state before the step. With all gates open the cell is a running sum, and
its cotangent one from the end: the carousel.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
