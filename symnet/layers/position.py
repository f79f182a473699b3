"""Positions: a row of numbers for each place, added to what stands there.

    w[i]   = 10000^(-2 i/D)
    p[t,d] = sum_i [d = 2 i] sin(t w[i]) + sum_i [d = 2 i + 1] cos(t w[i])   sinusoidal
    y[n,t,d] = x[n,t,d] + p[t,d]
    y[n,t,d] = x[n,t,d] + U[t,d]                                             learned

t in places, angles in radians; the brackets say: sine in the even columns, cosine in the odd ones.
Source: Vaswani et al. 2017, sec. 3.5.
"""

from __future__ import annotations

import sympy

from symnet.layers.axes import new_axis
from symnet.layers.initial import unit_rows
from symnet.layers.model import join
from symnet.layers.titled import titled
from symnet.notation import (
    Entry,
    Graph,
    Index,
    IndexMismatch,
    Tensor,
    cos,
    define,
    delta,
    replace,
    sin,
    total,
)
from symnet.notation.intake import intake


def sinusoidal(
    t: Index,
    d: Index,
    name: str = "",
    *,
    base: float | sympy.Expr = 10000,
    start: Tensor | None = None,
    output: str = "p",
) -> Graph:
    """w[i] = base^(-2 i/D);  p[t,d] = sin(t w[d/2]) for even d, cos(t w[(d-1)/2]) for odd d.

    p (T, D) constant, w (ceil(D/2),); `start` is a scalar integer: the place of row 0, which the
    graph then takes as input. Source: Vaswani et al. 2017, sec. 3.5.
    """
    pairs = new_axis(sympy.ceiling(d.extent / sympy.Integer(2)), (t, d))
    i = Index("i" if "i" not in (t.letter, d.letter) else pairs.letter, pairs.extent)
    w, p = Tensor(f"w{name}", i), Tensor(f"{output}{name}", t, d)
    angle = w[i] * (t if start is None else t + Entry(start))
    even = total(delta(d, 2 * i) * sin(angle), over=i)
    odd = total(delta(d, 2 * i + 1) * cos(angle), over=i)
    return Graph(
        define(w[i], intake(base) ** (-2 * i / d.extent)),
        define(p[t, d], even + odd),
        inputs=[] if start is None else [start],
        output=p,
    )


@titled("sinusoidal positions")
def sinusoidal_position(
    x: Tensor,
    name: str = "",
    *,
    base: float | sympy.Expr = 10000,
    start: Tensor | None = None,
    output: str = "y",
) -> Graph:
    """y[n,t,d] = x[n,t,d] + p[t,d], with p as in `sinusoidal`.

    x and y (.., T, D), w (ceil(D/2),), p (T, D). Raises IndexMismatch if x has fewer than two axes.
    """
    _check(x, "sinusoidal_position")
    *_, t, d = x.indices
    wave = sinusoidal(t, d, name, base=base, start=start)
    return join(wave, _added(x, wave.output, f"{output}{name}", None))


@titled("learned positions")
def learned_position(
    x: Tensor,
    name: str = "",
    *,
    table: Tensor | None = None,
    start: Tensor | None = None,
    output: str = "y",
) -> Graph:
    """y[n,t,d] = x[n,t,d] + U[t,d].

    x and y (.., T, D), U (T, D) a parameter; `table` is a tensor (R, D) to share instead, R >= T.
    `start` is a scalar integer, the place of row 0: y = x + U[t + start], R >= T + start.
    Raises IndexMismatch if x has fewer than two axes.
    Source: Devlin et al. 2019, sec. 3 (there R = 512).
    """
    _check(x, "learned_position")
    *_, t, d = x.indices
    U = table if table is not None else Tensor(f"U{name}", t, d)
    added = _added(x, U, f"{output}{name}", start, is_parameter=True)
    return added if table is not None else replace(added, rules=((U, unit_rows()),))


def _added(
    x: Tensor, rows: Tensor, output: str, start: Tensor | None, is_parameter: bool = False
) -> Graph:
    *_, t, d = x.indices
    y = Tensor(output, *x.indices)
    place = t if start is None else t + Entry(start)
    inputs = [x] if start is None else [x, start]
    return Graph(
        define(y.at(), x.at() + Entry(rows, place, d)),
        inputs=inputs if is_parameter else [*inputs, rows],
        parameters=[rows] if is_parameter else [],
        output=y,
    )


def _check(x: Tensor, layer: str) -> None:
    if x.order < 2:
        raise IndexMismatch(f"{layer}: {x.name} has {x.order} axes, expected (.., T, D)")
