"""Values brought to their places as NumPy source: scatter-add, diagonals, overlapping slices.

    xw_bar[n,u,c,p] at a = 2*u + p - 1   =>   for p in range(3): out[:, :, p-1::2] += xw_bar[.., p]

Where each axis of the target follows one running axis, after a loop over the short others, slices
do it; else flat positions that are computed once.
"""

from __future__ import annotations

from collections.abc import Iterator

from symnet.codegen.numpy_text import Text, alignment
from symnet.codegen.numpy_views import iota_text, view_suffix, view_text
from symnet.codegen.plan import Coefficient, Iota, Operand, Place, Scatter, Value, View
from symnet.codegen.scalar import Axis
from symnet.codegen.size import Size, product_of, representative


def start(t: Text, out: Value, init: Operand | None) -> Iterator[str]:
    """The target before anything is added."""
    name = t.name(out)
    if init is None:
        yield f"{name}.fill(0)"
    elif not t.memory.shares(init.value, out):
        yield f"np.copyto({name}, {t.aligned(init, out.axes)})"


def scatter(t: Text, op: Scatter) -> Iterator[str]:
    """out[index] += source."""
    inner = op.out.axes[op.lead :]
    if op.init is None and not op.unique and inner and isinstance(op.source, Operand):
        yield from _sums_of_rows(t, op, op.source)
        return
    yield from start(t, op.out, op.init)
    shape = op.out.shape
    merged = (product_of(shape[: op.lead]), *shape[op.lead :])
    suffix = "" if op.lead == 1 else f".reshape{t.shape(merged)}"
    out = t.derived(op.out, suffix, "flat")
    index = t.name(op.index.value)
    source = t.argument(op.source, (*op.index.axes, *op.out.axes[op.lead :]))
    if op.unique:
        yield f"{out}[{index}] += {source}"
    else:
        t.helpers["scatter_add"] = None
        yield f"scatter_add({out}, {index}, {source})"


def _sums_of_rows(t: Text, op: Scatter, source: Operand) -> Iterator[str]:
    """Each row of out as the sum of the rows of the source that belong there."""
    t.helpers["sum_runs"] = None
    inner = op.out.axes[op.lead :]
    new, runs = t.runs(op.index.value)
    yield from new
    yield f"{t.name(op.out)}.fill(0)"
    out = t.matrix(Operand(op.out, op.out.axes), (), op.out.axes[: op.lead], inner)
    rows = t.matrix(source, (), op.index.axes, inner)
    shape = [product_of([a.size for a in group]) for group in (op.index.axes, inner)]
    yield f"sum_runs({out}, {runs}, {rows}, {t.scratch(shape)}, {t.ones(shape[0])})"


def place(t: Text, op: Place) -> Iterator[str]:
    """out[slots] += source, by a view, by slices, or by flat positions."""
    yield from start(t, op.out, op.init)
    if op.exact:
        yield from _at_view(t, op)
        return
    loops = _looped(op)
    if loops is None:
        yield from _anywhere(t, op)
    else:
        yield from _slices(t, op, loops)


def _moves(op: Place) -> bool:
    """Whether a slot depends on a loop around."""
    return any(a not in op.axes for s in op.slots for a, _ in s.terms)


def _at_view(t: Text, op: Place) -> Iterator[str]:
    name = t.name(op.out)
    axes = tuple(dict.fromkeys(a for s in op.slots for a, _ in s.terms if a in op.axes))
    if not axes:
        index = ", ".join(t.index(s) for s in op.slots)
        yield f"{name}[{index}] += {t.argument(op.source, ())}"
        return
    shown = View(Value("", axes), op.out, op.slots)
    suffix = view_suffix(t, shown)
    if _moves(op):
        target = name + suffix if suffix else view_text(t, shown)
    elif suffix:
        target = t.derived(op.out, suffix, "at")
    else:
        target = t.defined(op.out, view_text(t, shown))
    yield f"np.add({target}, {t.argument(op.source, axes)}, out={target})"


# -- slices -----------------------------------------------------------------------------------


def _looped(op: Place) -> tuple[Axis, ...] | None:
    """The axes to loop over so that every slot follows one axis; None if slices cannot do it."""
    loops: list[Axis] = []
    for s in op.slots:
        running = sorted((a for a, _ in s.terms if a in op.axes), key=_length)
        loops.extend(a for a in running[:-1] if a not in loops)
    left = [[(a, c) for a, c in s.terms if a in op.axes and a not in loops] for s in op.slots]
    axes = [a for found in left for a, _ in found]
    steps = [c for found in left for _, c in found]
    fine = len(set(axes)) == len(axes) == len(op.slots) and set(axes) | set(loops) == set(op.axes)
    return tuple(loops) if fine and all(c.is_positive() for c in steps) else None


def _length(a: Axis) -> tuple[int, bool]:
    return representative(a.size), a.size.number is None


def _slices(t: Text, op: Place, loops: tuple[Axis, ...]) -> Iterator[str]:
    pad = ""
    for a in loops:
        t.loop[a] = t.unused(a.letter)
        yield f"{pad}for {t.loop[a]} in range({t.size(a.size)}):"
        pad += "    "
    target: list[str] = []
    taken: dict[Axis, str] = {a: t.loop[a] for a in loops}
    for s, own in zip(op.slots, op.out.axes, strict=True):
        axis, step = next((a, c) for a, c in s.terms if a in op.axes and a not in loops)
        rest = s.without(axis)
        if not rest.terms and not rest.constant.terms and _same(axis.size, own.size, step):
            target.append(":")
            taken[axis] = ":"
            continue
        t.helpers["part"] = None
        take, put = t.unused(f"{axis.letter}_part"), t.unused(f"{own.letter}_part")
        arguments = (t.size(axis.size), t.index(rest), t.size(step), t.size(own.size))
        yield f"{pad}{take}, {put} = part({', '.join(arguments)})"
        target.append(put)
        taken[axis] = take
    yield f"{pad}{t.name(op.out)}[{', '.join(target)}] += {_part_of(t, op, loops, taken)}"
    for a in loops:
        del t.loop[a]


def _same(a: Size, b: Size, step: Size) -> bool:
    return a == b and step.number == 1


def _part_of(t: Text, op: Place, loops: tuple[Axis, ...], taken: dict[Axis, str]) -> str:
    if isinstance(op.source, Coefficient):
        return t.number(op.source)
    have = op.source.axes
    index = ", ".join(taken[a] for a in have)
    order = [next(a for a, _ in s.terms if a in op.axes and a not in loops) for s in op.slots]
    suffix = alignment([a for a in have if a not in loops], order)
    return f"{t.name(op.source.value)}[{index}]{suffix}" if have else t.name(op.source.value)


# -- flat positions ---------------------------------------------------------------------------


def _anywhere(t: Text, op: Place) -> Iterator[str]:
    t.helpers["scatter_add"] = t.helpers["places"] = None
    slots = ", ".join(iota_text(t, Iota(Value("", op.axes), s)) for s in op.slots)
    call = f"places({t.shape(op.out.shape)}, ({slots},))"
    if _moves(op):
        flat, valid = (f"{t.name(op.out)}_{x}" for x in ("flat_at", "valid"))
        yield f"{flat}, {valid} = {call}"
    else:
        flat, valid = t.pair(call)
    out = t.derived(op.out, ".reshape(-1)", "flat")
    if isinstance(op.source, Coefficient):
        yield f"scatter_add({out}, {flat}, {t.number(op.source)})"
    else:
        full = t.shape([a.size for a in op.axes])
        source = t.argument(op.source, op.axes)
        yield f"scatter_add({out}, {flat}, np.broadcast_to({source}, {full})[{valid}])"
