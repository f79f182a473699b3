"""Long short-term memory.

    a_q[n,t,k] = sum_i x[n,t,i] W_q[i,k] + sum_l h[n,t-1,l] U_q[l,k] + b_q[k]       q = i, f, g, o
    i, f, o = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o);   g = tanh(a_g)
    c[n,t,k] = f[n,t,k] c[n,t-1,k] + i[n,t,k] g[n,t,k]
    h[n,t,k] = o[n,t,k] tanh(c[n,t,k])

With peepholes a_i and a_f have + p_q[k] c[n,t-1,k], the old cell, a_o + p_o[k] c[n,t,k], the new.

x (N, T, I), W_q (I, H), U_q (H, H), b_q and p_q (H,), the rest (N, T, H); any leading axes for N.
Sources: Hochreiter & Schmidhuber 1997; the forget gate, Gers, Schmidhuber & Cummins 2000; the
peepholes, Gers & Schmidhuber 2000; a forget bias of 1, Jozefowicz, Zaremba & Sutskever 2015.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from symnet.layers.axes import Width
from symnet.layers.initial import constant
from symnet.layers.recurrent.state import Inputs, Options, Recurrence, State
from symnet.layers.titled import titled
from symnet.notation import Entry, Graph, Tensor, sigmoid, tanh


@titled("LSTM")
def lstm(
    x: Inputs,
    width: Width,
    name: str = "",
    *,
    peepholes: bool = False,
    forget_bias: float = 1,
    initial: str = "zero",
    h0: Tensor | None = None,
    c0: Tensor | None = None,
    mask: Tensor | None = None,
    reverse: bool = False,
    weights: Mapping[str, Tensor] | None = None,
) -> Graph:
    """c = f c' + i g;  h = o tanh(c), with c' and h' of the step before; the output is h.

    x (.., T, I), or several such inputs (weights W1_q, W2_q, ..); all that is defined (.., T, H).
    `width` is the extent H or an Index over it; `forget_bias` is where b_f starts. `initial`, `h0`
    and `c0`, `mask`, `reverse` and `weights` are those of recurrent.state.Options. With a mask the
    step gives c_new = f c' + i g and h_new = o tanh(c_new), and c = m c_new + (1 - m) c', and so
    for h. U_q starts from N(0, 1/H), p_q from 0.
    Raises UnsupportedExpression for an unknown option, IndexMismatch and ExtentMismatch for tensors
    that do not fit, UnknownTensor for a weight that is not there.
    """
    starts = {"h0": h0, "c0": c0}
    made = Recurrence(x, width, Options(name, initial, starts, mask, reverse, weights or {}))
    h, c = made.carry("h"), made.carry("c")
    old = c.before(made.k) if peepholes else None
    i = made.define("i", sigmoid(_gate(made, "i", h, old)))
    f = made.define("f", sigmoid(_gate(made, "f", h, old, forget_bias)))
    g = made.define("g", tanh(_gate(made, "g", h, None)))
    new = made.hold("c", c, f * c.before(made.k) + i * g)
    o = made.define("o", sigmoid(_gate(made, "o", h, new if peepholes else None)))
    made.hold("h", h, o * tanh(new))
    return made.graph()


def _gate(
    made: Recurrence, gate: str, h: State, cell: Entry | None, bias: float | sympy.Expr = 0
) -> Entry:
    """a_q[n,t,k], with p_q[k] times the cell if the gate sees it."""
    value = made.from_input(f"_{gate}") + made.from_state(h.before(made.l), f"_{gate}")
    if cell is not None:
        value += made.parameter(f"p_{gate}", made.k)[made.k] * cell
    rule = constant(bias) if bias else None
    return made.define(f"a_{gate}", value + made.bias(f"b_{gate}", rule))
