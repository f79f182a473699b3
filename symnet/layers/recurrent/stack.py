"""Recurrent layers on top of each other, in both directions, and what is read of their states.

    stack            h_1 = cell(x);  h_2 = cell(h_1); ...
    bidirectional    h_fw = cell(x) from the first place on, h_bw = cell(x) from the last place back
    readout          y[n,t,j] = sum_k h_fw[n,t,k] W1[k,j] + sum_k h_bw[n,t,k] W2[k,j] + b[j]
    last_state       y[n,k] = h[n,T-1,k]
    length_mask      m[n,t] = [t < len[n]]
    masked           y[n,t,k] = m[n,t] h[n,t,k]

Sources: Schuster & Paliwal 1997 (both directions); Graves 2013 (stacked layers).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import sympy

from symnet.layers.axes import Width, new_axis
from symnet.layers.model import join
from symnet.layers.recurrent.state import Inputs, ending
from symnet.layers.titled import titled
from symnet.notation import (
    Entry,
    ExtentMismatch,
    Graph,
    GraphError,
    Index,
    Tensor,
    compare,
    define,
    extent,
    total,
)

Cell: TypeAlias = Callable[..., Graph]


def stack(x: Inputs, *layers: Callable[[Inputs], Graph]) -> Graph:
    """Each layer reads all outputs of the one before; the outputs are those of the last.

    A layer is a function of its inputs: `lambda h: lstm(h, "H", "_2")`, or one that makes both
    directions. Give each its own name. Raises GraphError if no layer is given, or names clash.
    """
    if not layers:
        raise GraphError("stack: no layer is given")
    graphs: list[Graph] = []
    for layer in layers:
        above = x
        if graphs:
            outputs = graphs[-1].outputs
            above = outputs[0] if len(outputs) == 1 else outputs
        graphs.append(layer(above))
    return join(*graphs)


def bidirectional(cell: Cell, x: Inputs, name: str = "") -> Graph:
    """h_fw and h_bw: the cell from the first place on and, with weights of its own, from the last.

    `cell(x, name=.., reverse=..)` makes one direction: `partial(lstm, width="H")`. The outputs are
    the two states (.., T, H), which a layer above takes together; names end in _fw and _bw.
    """
    forwards = cell(x, name=f"_fw{name}", reverse=False)
    backwards = cell(x, name=f"_bw{name}", reverse=True)
    return join(forwards, backwards, outputs=(*forwards.outputs, *backwards.outputs))


@titled("readout")
def readout(xs: Sequence[Tensor], width: Width, name: str = "", *, output: str = "y") -> Graph:
    """y[n,j] = sum_m sum_i x_m[n,i] W_m[i,j] + b[j]: a dense layer of tensors side by side.

    x_m (.., I_m), W_m (I_m, J) called W1, W2, .., b (J,), y (.., J). It is the dense layer of the
    concatenation of all x_m along the last axis, the rows of W being those of W1, W2, ...
    Raises GraphError if no tensor is given, ExtentMismatch if the leading axes differ.
    """
    if not xs:
        raise GraphError("readout: no tensor is given")
    batch = xs[0].indices[:-1]
    j = new_axis(width, [i for x in xs for i in x.indices])
    b, y = Tensor(f"b{name}", j), Tensor(f"{output}{name}", *batch, j)
    terms, parameters = [], []
    for number, x in enumerate(xs, 1):
        if x.shape[:-1] != xs[0].shape[:-1]:
            raise ExtentMismatch(
                f"{x.name} has extents {x.shape}, expected {xs[0].shape[:-1]} before the last, "
                f"as {xs[0].name} has"
            )
        i = x.indices[-1]
        W = Tensor(f"W{number}{name}", i, j)
        terms.append(total(Entry(x, *batch, i) * W[i, j], over=i))
        parameters.append(W)
    return Graph(
        define(Entry(y, *batch, j), sympy.Add(*terms) + b[j]),
        inputs=xs,
        parameters=[*parameters, b],
        output=y,
    )


@titled("last state")
def last_state(h: Tensor, name: str = "", *, reverse: bool = False, output: str = "y") -> Graph:
    """y[n,k] = h[n,T-1,k]; of a layer that runs backwards, h[n,0,k].

    h (.., T, H), y (.., H). Since a masked layer holds its state, this is the state after the last
    valid place. Raises IndexMismatch if h has less than two axes.
    """
    return Graph(ending(h, f"{output}{name}", reverse), inputs=[h])


def length_mask(lengths: Tensor, t: Index, name: str = "", *, output: str = "m") -> Graph:
    """m[n,t] = [t < len[n]]: 1 for the first len[n] places of a sequence, 0 for the padding.

    lengths (..) of integers, 0 .. T; m (.., T). Raises GraphError if `lengths` holds no integers.
    """
    if not lengths.is_integer_valued:
        raise GraphError(f"{lengths.name} is not declared integer; see sequence_lengths")
    m = Tensor(f"{output}{name}", *lengths.indices, t)
    value = compare("<", t, lengths.at())
    return Graph(define(m.at(), value), inputs=[lengths], output=m)


def sequence_lengths(x: Tensor, name: str = "len") -> Tensor:
    """The tensor of lengths that fits x (.., T, I): shape (..), integers 0 .. T."""
    *batch, t, _ = x.indices
    return Tensor(name, *batch, assume="integer", below=t.extent + extent(1))


def masked(h: Tensor, mask: Tensor, name: str = "", *, output: str = "y") -> Graph:
    """y[n,t,k] = m[n,t] h[n,t,k]: outputs that are 0 at the padding.

    h (.., T, H), mask (.., T), y as h. Without it a masked layer's h is the held state there.
    Raises ExtentMismatch if the mask does not fit.
    """
    *places, k = h.indices
    if mask.shape != h.shape[:-1]:
        raise ExtentMismatch(
            f"mask {mask.name} has extents {mask.shape}, expected {h.shape[:-1]} as {h.name} has"
        )
    y = Tensor(f"{output}{name}", *places, k)
    value = Entry(mask, *places) * Entry(h, *places, k)
    return Graph(define(Entry(y, *places, k), value), inputs=[h, mask], output=y)
