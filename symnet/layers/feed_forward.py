"""The feed-forward layer of a Transformer block: two dense layers at each place by itself.

    u = x W1 + b1;  h = f(u);  y = h W2 + b2
    gated:  u = x W1 + b1;  g = f(u);  r = x V + c;  h = g r;  y = h W2 + b2

Sources: Vaswani et al. 2017, eq. (2), with relu; Shazeer 2020, "GLU variants improve transformer".
"""

from __future__ import annotations

from symnet.layers.activation import activation as activate
from symnet.layers.axes import Width, new_axis
from symnet.layers.dense import dense
from symnet.layers.gate import gate
from symnet.layers.model import join
from symnet.layers.titled import titled
from symnet.notation import Graph, IndexMismatch, Tensor


@titled("feed-forward layer")
def feed_forward(
    x: Tensor,
    hidden: Width,
    name: str = "",
    *,
    activation: str = "relu",
    gated: bool = False,
    width: Width | None = None,
    output: str = "y",
) -> Graph:
    """u = x W1 + b1;  h = f(u);  y = h W2 + b2.

    x (.., D), W1 (D, F), b1 (F,), u and h (.., F), W2 (F, D), b2 (D,), y (.., D). `hidden` is F,
    `width` is that of y (by itself that of x), `activation` names f. `gated`: h = f(u) r with
    r = x V + c, V (D, F), c (F,). Raises IndexMismatch if x has no axis.
    Source: Vaswani et al. 2017, eq. (2); gated: Shazeer 2020, sec. 2 (there without biases).
    """
    if not x.indices:
        raise IndexMismatch(f"feed_forward: {x.name} is a scalar, expected (.., D)")
    k = new_axis(hidden, x.indices)
    j = x.indices[-1] if width is None else new_axis(width, (*x.indices, k))
    i = x.indices[-1]
    W1, b1 = Tensor(f"W1{name}", i, k), Tensor(f"b1{name}", k)
    W2, b2 = Tensor(f"W2{name}", k, j), Tensor(f"b2{name}", j)
    first = dense(x, k, name, weight=W1, bias=b1, output="u")
    made = [first]
    if gated:
        V, c = Tensor(f"V{name}", i, k), Tensor(f"c{name}", k)
        g = activate(first.output, activation, name, output="g")
        r = dense(x, k, name, weight=V, bias=c, output="r")
        made += [g, r, gate(g.output, r.output, name, output="h")]
    else:
        made.append(activate(first.output, activation, name))
    return join(*made, dense(made[-1].output, j, name, weight=W2, bias=b2, output=output))
