"""The plain recurrent layer.

    a[n,t,k] = sum_i x[n,t,i] W[i,k] + sum_l h[n,t-1,l] U[l,k] + b[k]
    h[n,t,k] = f(a[n,t,k])

x (N, T, I), W (I, H), U (H, H), b (H,), a and h (N, T, H); any leading axes in place of N.
Source: Elman 1990; Rumelhart, Hinton & Williams 1986 (backpropagation through time).
"""

from __future__ import annotations

from collections.abc import Mapping

from symnet.layers.activation import function
from symnet.layers.axes import Width
from symnet.layers.recurrent.state import Inputs, Options, Recurrence
from symnet.layers.titled import titled
from symnet.notation import Graph, Tensor


@titled("recurrent layer")
def rnn(
    x: Inputs,
    width: Width,
    name: str = "",
    *,
    activation: str = "tanh",
    initial: str = "zero",
    h0: Tensor | None = None,
    mask: Tensor | None = None,
    reverse: bool = False,
    weights: Mapping[str, Tensor] | None = None,
) -> Graph:
    """a = x_t W + h_{t-1} U + b;  h = f(a), with f one of ACTIVATIONS.

    x (.., T, I), or several such inputs (weights W1, W2, ..); a and h (.., T, H), h is the output.
    `width` is the extent H or an Index over it. `initial`, `h0`, `mask`, `reverse` and `weights`
    are those of recurrent.state.Options. U starts from N(0, 1/H): a spectral radius near 1.
    Raises UnsupportedExpression for an unknown activation or option, IndexMismatch and
    ExtentMismatch for tensors that do not fit, UnknownTensor for a weight that is not there.
    """
    f = function(activation)
    made = Recurrence(x, width, Options(name, initial, {"h0": h0}, mask, reverse, weights or {}))
    h = made.carry("h")
    a = made.from_input() + made.from_state(h.before(made.l)) + made.bias("b")
    made.hold("h", h, f(made.define("a", a)))
    return made.graph()
