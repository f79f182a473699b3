"""Gates: one signal multiplies another, entry by entry.

    gate            z[n,j] = x[n,j] y[n,j]
    bilinear gate   z = (x W + b) (x V + c)
    GLU             z = (x W + b) sigmoid(x V + c)

Sources: the gates of Hochreiter & Schmidhuber 1997; Dauphin, Fan, Auli & Grangier 2017, eq. (1)
(there a convolution in place of the product x W).
"""

from __future__ import annotations

from symnet.layers.activation import activation, entrywise
from symnet.layers.axes import Width, new_axis
from symnet.layers.dense import dense
from symnet.layers.model import join
from symnet.layers.titled import titled
from symnet.notation import Graph, Tensor


@titled("gate")
def gate(x: Tensor, y: Tensor, name: str = "", *, output: str = "z") -> Graph:
    """z[n,j] = x[n,j] y[n,j].

    x, y, z of one shape, of any order; x and y may be the same tensor (then z = x^2).
    Raises ExtentMismatch or IndexMismatch if the shapes differ.
    """
    return entrywise(lambda a, b: a * b, x, y, name=name, output=output)


@titled("bilinear gate")
def bilinear_gate(x: Tensor, width: Width, name: str = "", *, output: str = "z") -> Graph:
    """u = x W + b;  v = x V + c;  z = u v.

    x (.., I), W and V (I, J), b and c (J,), u, v and z (.., J).
    """
    u, v = _two_sides(x, width, name)
    return join(u, v, gate(u.output, v.output, name, output=output))


@titled("gated linear unit")
def glu(x: Tensor, width: Width, name: str = "", *, output: str = "z") -> Graph:
    """u = x W + b;  v = x V + c;  g = sigmoid(v);  z = u g.

    x (.., I), W and V (I, J), b and c (J,), u, v, g and z (.., J).
    Source: Dauphin, Fan, Auli & Grangier 2017, eq. (1), with a dense layer for the convolution.
    """
    u, v = _two_sides(x, width, name)
    g = activation(v.output, "sigmoid", name, output="g")
    return join(u, v, g, gate(u.output, g.output, name, output=output))


def _two_sides(x: Tensor, width: Width, name: str) -> tuple[Graph, Graph]:
    j = new_axis(width, x.indices)
    i = x.indices[-1]
    V, c = Tensor(f"V{name}", i, j), Tensor(f"c{name}", j)
    return dense(x, j, name, output="u"), dense(x, j, name, weight=V, bias=c, output="v")
