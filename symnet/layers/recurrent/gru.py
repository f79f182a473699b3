"""Gated recurrent units: three functions of one name.

    r, z = sigmoid(a_r), sigmoid(a_z);   a_q = x_t W_q + h_{t-1} U_q + b_q        in all three

    cho           h_tilde = tanh(x_t W_h + (r h_{t-1}) U_h + b_h)
                  h_t = z h_{t-1} + (1 - z) h_tilde
    chung         h_tilde as cho
                  h_t = (1 - z) h_{t-1} + z h_tilde
    reset_after   h_tilde = tanh(x_t W_h + b_h + r (h_{t-1} U_h + c_h))
                  h_t = z h_{t-1} + (1 - z) h_tilde

cho and chung are one function with z and 1 - z exchanged. reset_after is another function, equal
to cho only where U_h is diagonal and c_h = 0, or where r = 1; it needs two biases.

x (N, T, I), W_q (I, H), U_q (H, H), b_q and c_h (H,), the rest (N, T, H); any leading axes for N.
Sources: Cho et al. 2014; Chung, Gulcehre, Cho & Bengio 2014; the cuDNN library, and torch.nn.GRU
(whose second biases of r and z add to the first ones: ours is their sum). Ours: the biases of the
first two.
"""

from __future__ import annotations

from collections.abc import Mapping

from symnet.layers.axes import Width
from symnet.layers.recurrent.state import Inputs, Options, Recurrence, State
from symnet.layers.titled import titled
from symnet.notation import Entry, Graph, Tensor, UnsupportedExpression, sigmoid, tanh

CONVENTIONS = ("cho", "chung", "reset_after")


@titled("GRU")
def gru(
    x: Inputs,
    width: Width,
    name: str = "",
    *,
    convention: str,
    initial: str = "zero",
    h0: Tensor | None = None,
    mask: Tensor | None = None,
    reverse: bool = False,
    weights: Mapping[str, Tensor] | None = None,
) -> Graph:
    """h = z h' + (1 - z) h_tilde (cho, reset_after), or h = (1 - z) h' + z h_tilde (chung).

    x (.., T, I), or several such inputs (weights W1_q, W2_q, ..); all that is defined (.., T, H); h
    is the output. `convention` is one of CONVENTIONS and has no default: papers and libraries
    differ. s = r h' is what cho and chung multiply by U_h, u = h' U_h + c_h what reset_after
    multiplies by r. `width` is the extent H or an Index over it. `initial`, `h0`, `mask`, `reverse`
    and `weights` are those of recurrent.state.Options. U_q starts from N(0, 1/H).
    Raises UnsupportedExpression for an unknown option, IndexMismatch and ExtentMismatch for tensors
    that do not fit, UnknownTensor for a weight that is not there.
    """
    if convention not in CONVENTIONS:
        raise UnsupportedExpression(
            f"convention={convention!r}: expected one of {', '.join(CONVENTIONS)}"
        )
    made = Recurrence(x, width, Options(name, initial, {"h0": h0}, mask, reverse, weights or {}))
    h = made.carry("h")
    r, z = _gate(made, "r", h), _gate(made, "z", h)
    new = _after(made, h, r) if convention == "reset_after" else _before(made, h, r)
    kept, taken = (1 - z, z) if convention == "chung" else (z, 1 - z)
    made.hold("h", h, kept * h.before(made.k) + taken * new)
    return made.graph()


def _gate(made: Recurrence, gate: str, h: State) -> Entry:
    value = made.from_input(f"_{gate}") + made.from_state(h.before(made.l), f"_{gate}")
    return made.define(gate, sigmoid(made.define(f"a_{gate}", value + made.bias(f"b_{gate}"))))


def _before(made: Recurrence, h: State, r: Entry) -> Entry:
    """s = r h';  h_tilde = tanh(x W_h + s U_h + b_h)."""
    s = made.define("s", r * h.before(made.k))
    read = Entry(s.tensor, *made.batch, made.t, made.l)
    a = made.from_input("_h") + made.from_state(read, "_h") + made.bias("b_h")
    return made.define("h_tilde", tanh(made.define("a_h", a)))


def _after(made: Recurrence, h: State, r: Entry) -> Entry:
    """u = h' U_h + c_h;  h_tilde = tanh(x W_h + b_h + r u)."""
    u = made.define("u", made.from_state(h.before(made.l), "_h") + made.bias("c_h"))
    a = made.from_input("_h") + r * u + made.bias("b_h")
    return made.define("h_tilde", tanh(made.define("a_h", a)))
