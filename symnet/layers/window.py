"""Windows that slide along the last axes of a tensor: places, ranges, extents.

    e = S u + D p - m                           what window u shows at p is x[e]
    U = floor((A + m + m' - D (P - 1) - 1)/S) + 1
    xp[n,c,u,v,p,q] = [0 <= e < A] [0 <= f < B] x[n,c,e,f]

Axis a < A of x, window u < U, kernel p < P, stride S, dilation D, m entries of padding before the
axis and m' after it. What is padded is 0, or what `fill` says. Entries that no window shows are
dropped: the last (A + m + m' - D (P - 1) - 1) mod S.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sympy

from symnet.layers.axes import Width
from symnet.notation import (
    Definition,
    Entry,
    ExtentMismatch,
    Index,
    IndexMismatch,
    Tensor,
    UnsupportedExpression,
    compare,
    define,
    where,
)

Kernel: TypeAlias = Width | Sequence[Width]
PerAxis: TypeAlias = int | Sequence[int]
Padding: TypeAlias = int | str | Sequence[int | tuple[int, int]]

PLANE, KERNEL = "uvs", "pqr"


@dataclass(frozen=True)
class Slide:
    """One axis of a window: `place` is S u + D p - m, an entry of `axis` where `inside` holds."""

    axis: Index
    kernel: Index
    stride: int
    padding: tuple[int, int]
    dilation: int
    letter: str

    @property
    def span(self) -> sympy.Expr:
        """How many entries lie under a window, with those between: D (P - 1) + 1."""
        return self.dilation * (self.kernel.extent - 1) + 1

    @property
    def windows(self) -> sympy.Expr:
        """How many windows fit."""
        room = self.axis.extent + sum(self.padding) - self.span
        return sympy.floor(room / sympy.Integer(self.stride)) + 1

    def index(self) -> Index:
        """A new index over the windows; raises ExtentMismatch if there is none."""
        if self.windows.is_number and self.windows < 1:
            before, after = self.padding
            raise ExtentMismatch(
                f"no window fits: axis {self.axis.letter} has extent {self.axis.extent}, padded by "
                f"{before} and {after}, and a kernel of {self.kernel.extent} with dilation "
                f"{self.dilation} spans {self.span}"
            )
        return Index(self.letter, self.windows)

    def spread(self) -> sympy.Expr:
        """The extent that `axis` covers if its entries are the windows: S (A - 1) + span - m - m'.

        Raises ExtentMismatch if it is none.
        """
        covered = sympy.expand(self.stride * (self.axis.extent - 1)) + self.span
        covered -= sum(self.padding)
        if covered.is_number and covered < 1:
            raise ExtentMismatch(
                f"axis {self.axis.letter} with extent {self.axis.extent} and a kernel of "
                f"{self.kernel.extent} cover {covered + sum(self.padding)}, "
                f"of which padding takes {sum(self.padding)}"
            )
        return covered

    def place(self, window: sympy.Expr) -> sympy.Expr:
        """The entry that this window shows at the kernel index."""
        return self.stride * window + self.dilation * self.kernel - self.padding[0]

    def inside(self, window: Index) -> Iterator[sympy.Expr]:
        """The brackets of the range of the axis: those that do not hold anyway."""
        before, after = self.padding
        if before:
            yield compare("<=", 0, self.place(window))
        last = self.stride * (window.extent - 1) + self.span - 1 - before
        if after and not (self.axis.extent - 1 - last).is_nonnegative:
            yield compare("<", self.place(window), self.axis.extent)


def slides(
    x: Tensor,
    kernel: Kernel,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    axes: int = 2,
) -> tuple[Slide, ...]:
    """A slide for each of the last axes of x; an option is one number, or one for each axis.

    `padding` may be a pair (before, after) for an axis, or "same": D (P - 1)/2 on both sides.
    Raises IndexMismatch if x has too few axes, UnsupportedExpression for an option.
    """
    if x.order < axes or axes < 1:
        raise IndexMismatch(f"{x.name} has {x.order} axes; a window slides along {axes} of them")
    kernels = _kernels(kernel, axes)
    strides = per_axis("stride", stride, axes, 1)
    dilations = per_axis("dilation", dilation, axes, 1)
    if padding == "same":
        paddings = [_same(p, d) for p, d in zip(kernels, dilations, strict=True)]
    else:
        paddings = _paddings(padding, axes)
    return tuple(
        Slide(*of_axis)
        for of_axis in zip(
            x.indices[-axes:], kernels, strides, paddings, dilations, letters(PLANE, axes),
            strict=True,
        )
    )  # fmt: skip


def window(
    x: Tensor,
    read: Sequence[sympy.Expr],
    free: Sequence[Index],
    along: Sequence[Slide],
    name: str,
    fill: sympy.Expr = sympy.S.Zero,
) -> tuple[Definition, tuple[Index, ...]]:
    """xp[.., u, v, p, q] = x[.., e, f] inside, `fill` outside; and the indices u, v.

    `read` and `free` are what stands before e, f in x, and before u, v in xp.
    """
    windows = tuple(s.index() for s in along)
    kernels = [s.kernel for s in along]
    places = [s.place(u) for s, u in zip(along, windows, strict=True)]
    value: Any = Entry(x, *read, *places)
    ranges = brackets(along, windows)
    if ranges != 1:
        value = ranges * value if fill == 0 else where(ranges, value, fill)
    xp = Tensor(name, *free, *windows, *kernels)
    return define(xp.at(), value), windows


def brackets(along: Sequence[Slide], windows: Sequence[Index]) -> sympy.Expr:
    """Whether the entry that these windows show is an entry of the tensor."""
    return sympy.Mul(*(b for s, u in zip(along, windows, strict=True) for b in s.inside(u)))


def letters(known: str, axes: int) -> list[str]:
    """A letter for each axis; with a number from the fourth on."""
    return [*known, *(f"{known[0]}{k}" for k in range(len(known), axes))][:axes]


def per_axis(option: str, value: PerAxis, axes: int, least: int) -> list[int]:
    """The value of an option for each axis; raises UnsupportedExpression if it does not fit."""
    found = [value] * axes if isinstance(value, int) else list(value)
    if len(found) != axes or not all(_is_whole(v, least) for v in found):
        raise UnsupportedExpression(
            f"{option} {value}: expected an integer of at least {least}, or {axes} of them"
        )
    return found


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _kernels(kernel: Kernel, axes: int) -> list[Index]:
    widths = list(kernel) if isinstance(kernel, list | tuple) else [kernel] * axes
    if len(widths) != axes:
        raise UnsupportedExpression(f"kernel {kernel}: expected one extent, or {axes} of them")
    made = [
        k if isinstance(k, Index) else Index(letter, k)
        for k, letter in zip(widths, letters(KERNEL, axes), strict=True)
    ]
    return made if len(set(made)) == axes else [made[0], *(k.fresh() for k in made[1:])]


def _paddings(padding: Padding, axes: int) -> list[tuple[int, int]]:
    given: list[Any] = [padding] * axes if isinstance(padding, int | str) else list(padding)
    pairs = [(m, m) if isinstance(m, int) else m for m in given]
    if len(pairs) != axes or not all(map(_is_pair, pairs)):
        raise UnsupportedExpression(
            f"padding {padding}: expected an integer of at least 0, one or a pair "
            f"(before, after) for each of {axes} axes, or 'same'"
        )
    return [(int(before), int(after)) for before, after in pairs]


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, tuple) and len(pair) == 2 and all(_is_whole(m, 0) for m in pair)


def _same(kernel: Index, dilation: int) -> tuple[int, int]:
    beyond = dilation * (kernel.extent - 1)
    if not beyond.is_Integer or beyond % 2:
        raise UnsupportedExpression(
            f"padding 'same' for a kernel of {kernel.extent}: expected an odd number, "
            "or a dilation that is even"
        )
    return int(beyond) // 2, int(beyond) // 2
