"""The adjoint of strided windows: overlapping pieces are added at their places.

    sum[u]([0 <= a-2*u+1 < K] * w_bar[n,u,a-2*u+1])   =>   w_bar[n,u,p] at a = 2*u + p - 1

Read as it stands, each entry a would sum over all u, of which few count.
"""

from __future__ import annotations

from symnet.codegen import onehot, reads
from symnet.codegen.algebra import mul, of_axis, of_size
from symnet.codegen.arrangement import Arrangement
from symnet.codegen.facts import margin
from symnet.codegen.plan import Item
from symnet.codegen.scalar import Affine, Axis, Compare, Read, Reduce, Scalar
from symnet.codegen.size import ONE

Axes = tuple[Axis, ...]


def overlapping(
    b: Arrangement, brackets: list[Compare], rest: list[Scalar], bound: Axes, guarded: bool
) -> Item | None:
    """The sum over bound axes, with a kernel index in place of each slot that can be solved.

    None if no read has such a slot, or if there are other brackets than those of its range.
    """
    for k, f in enumerate(rest):
        if not isinstance(f, Read) or any(not isinstance(s, Affine) for s in f.slots):
            continue
        others = rest[:k] + rest[k + 1 :]
        targets: dict[int, Axis] = {}
        said: list[Affine] = []
        for place, slot in enumerate(f.slots):
            elsewhere = [*others, *f.slots[:place], *f.slots[place + 1 :]]
            target = _solved_for(b, slot, bound, elsewhere)
            if target is not None and isinstance(slot, Affine):
                own = reads.find(b, f).axes[place]
                targets[place] = target
                said += [slot, of_size(own.size - 1).plus(slot, -1)]
        if targets and all(margin(c) in said for c in brackets):
            return _added_at(b, f, targets, others, bound, guarded)
    return None


def _solved_for(b: Arrangement, slot: Scalar, bound: Axes, others: list[Scalar]) -> Axis | None:
    """The only free axis of the slot, if it stands nowhere else and runs against a bound axis."""
    if not isinstance(slot, Affine):
        return None
    free = [(a, c) for a, c in slot.terms if a not in bound and a not in b.loops]
    for a, c in free if len(free) == 1 else []:
        against = [u for u, d in slot.terms if u in bound and (c * d * -1).is_positive()]
        if abs(c.number or 0) != 1 or not against:
            continue
        if not any(a in g.axes for g in others):
            return a
    return None


def _added_at(
    b: Arrangement,
    f: Read,
    targets: dict[int, Axis],
    others: list[Scalar],
    bound: Axes,
    guarded: bool,
) -> Item:
    """The source over kernel indices, added at the solved places."""
    slots = list(f.slots)
    at: dict[Axis, Scalar] = {}
    kernels: list[Axis] = []
    for place, target in targets.items():
        slot = f.slots[place]
        assert isinstance(slot, Affine)
        kernel = Axis("p", reads.find(b, f).axes[place].size)
        position = of_size(0) if kernel.size == ONE else of_axis(kernel)
        sign = int(slot.coefficient(target).number or 0)
        at[target] = of_size(0).plus(position, sign).plus(slot.without(target), -sign)
        slots[place] = position
        kernels.extend(position.axes)
    b.order.extend(kernels)
    source = mul(*others, Read(f.name, tuple(slots)))
    kept = tuple(a for a in bound if any(a in f.slots[place].axes for place in targets))
    gone = tuple(a for a in bound if a not in kept)
    if gone:
        source = Reduce("sum", source, gone)
    free = (source.axes | set(at)) - set(bound) - set(kernels)
    sparse = onehot.Sparse(b.ranked(free), at, source, (*kept, *kernels))
    return onehot.place(b, sparse, None, guarded)
