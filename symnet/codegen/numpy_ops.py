"""One rule for each operation of a plan: its lines of NumPy source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symnet.codegen.numpy_places import place, scatter
from symnet.codegen.numpy_short import by_slices, is_short, largest_by_slices
from symnet.codegen.numpy_text import TAKES_ARRAYS, Text
from symnet.codegen.numpy_views import iota_text, view_text
from symnet.codegen.plan import (
    Accumulate,
    Check,
    Coefficient,
    Contract,
    Copy,
    Fill,
    Gather,
    Iota,
    Map,
    Matrix,
    Op,
    Operand,
    Pad,
    Place,
    Reduce,
    Reshape,
    Scatter,
    Solve,
    Value,
    View,
    is_contiguous,
)
from symnet.codegen.scalar import Axis
from symnet.codegen.size import product_of

Axes = tuple[Axis, ...]

INFIX = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "less": "<",
    "less_equal": "<=",
    "equal": "==",
    "not_equal": "!=",
    "greater": ">",
    "greater_equal": ">=",
    "logical_and": "and",
}
PYTHON = {
    "negative": "-{0}",
    "absolute": "abs({0})",
    "maximum": "max({0}, {1})",
    "minimum": "min({0}, {1})",
    "where": "({1} if {0} else {2})",
    "logical_not": "not {0}",
    "float": "float({0})",
    "int": "int({0})",
    "sign": "float(np.sign({0}))",
    "erf": "math.erf({0})",
    "divide": "ratio({0}, {1})",
    "tanh": "math.tanh({0})",
    "arctan": "math.atan({0})",
    "sinh": "float(np.sinh({0}))",
    "cosh": "float(np.cosh({0}))",
    "exp": "(math.inf if {0} > 709.0 else math.exp({0}))",
    "log": "(math.log({0}) if {0} > 0 else float(np.log({0})))",
    "sqrt": "(math.sqrt({0}) if {0} >= 0 else math.nan)",
    "signed_sqrt": "math.sqrt({0} if {1} >= 0 else -{0})",
}
REDUCTIONS = {"max": "np.maximum.reduce", "product": "np.multiply.reduce"}


def lines(t: Text, op: Op) -> Iterator[str]:
    """The statements of one operation that is no loop."""
    match op:
        case Map():
            yield from _map(t, op)
        case Iota():
            yield f"{t.name(op.out)} = {iota_text(t, op)}"
        case Fill():
            yield f"{t.name(op.out)}.fill({t.number(op.number)})"
        case Contract():
            yield from _contract(t, op)
        case Reduce():
            yield from _reduce(t, op)
        case Accumulate():
            yield _accumulate(t, op)
        case Matrix():
            yield _matrix(t, op)
        case Solve():
            yield _solve(t, op)
        case View():
            yield f"{t.name(op.out)} = {view_text(t, op)}"
        case Pad():
            yield from _pad(t, op)
        case Copy():
            source = t.aligned(op.source, op.out.axes)
            yield f"np.copyto({t.name(op.out)}, {source})"
        case Reshape():
            shape = f".reshape{t.shape(op.out.shape)}"
            yield f"np.copyto({t.name(op.out)}, {t.derived(op.source.value, shape, 'flat')})"
        case Gather():
            yield from _gather(t, op)
        case Scatter():
            yield from scatter(t, op)
        case Place():
            yield from place(t, op)
        case Check():
            t.helpers["require"] = None
            index = t.name(op.index.value)
            yield f"require({index}, {t.size(op.size)}, {op.text!r})"


# -- entry by entry ---------------------------------------------------------------------------


def _map(t: Text, op: Map) -> Iterator[str]:
    axes = op.out.axes
    if not axes or op.function not in TAKES_ARRAYS:
        args = [t.argument(a, axes) for a in op.args]
    else:
        args = [t.entrywise(a, axes) for a in op.args]
    if not axes:
        yield f"{t.name(op.out)} = {_scalar(t, op.function, args)}"
        return
    out = t.name(op.out)
    match op.function:
        case "float":
            yield f"np.copyto({out}, {args[0]})"
        case "int":
            yield f'np.copyto({out}, {args[0]}, casting="unsafe")'
        case "where":
            if not _same_array(t, op.args[2], op.out):
                yield f"np.copyto({out}, {args[2]})"
            yield f"np.copyto({out}, {args[1]}, where={args[0]})"
        case "maximum" | "minimum":
            yield f"np.{op.function}({', '.join(_filled(t, op, args))}, out={out})"
        case "signed_sqrt":
            yield f"np.sqrt({args[0]} if {args[1]} >= 0 else -{args[0]}, out={out})"
        case "erf":
            t.helpers["erf"] = None
            yield f"erf({args[0]}, out={out})"
        case function:
            yield f"np.{function}({', '.join(args)}, out={out})"


def _filled(t: Text, op: Map, args: list[str]) -> list[str]:
    """Numbers as arrays: NumPy's maximum with a number takes five times as long."""
    return [
        t.filled(op.out.shape, text) if isinstance(a, Coefficient) else text
        for a, text in zip(op.args, args, strict=True)
    ]


def _same_array(t: Text, item: object, out: Value) -> bool:
    return isinstance(item, Operand) and t.memory.shares(item.value, out)


def _scalar(t: Text, function: str, args: list[str]) -> str:
    if function in INFIX:
        return f" {INFIX[function]} ".join(args)
    if function in PYTHON:
        if function == "divide":
            t.helpers["ratio"] = None
        return PYTHON[function].format(*args)
    return f"float(np.{function}({', '.join(args)}))"


# -- contractions and reductions --------------------------------------------------------------


def _contract(t: Text, op: Contract) -> Iterator[str]:
    if op.right is None:
        yield from _sum(t, op, op.left)
        return
    left, right, out = op.left, op.right, op.out
    if not op.batch and not op.rows and not op.columns:
        a, b = (t.matrix(o, (), op.summed) for o in (left, right))
        yield f"{t.name(out)} = float({a}.dot({b}))"
    elif not op.rows and not op.columns:
        yield _row_dots(t, op, left, right)
    elif op.batch:
        yield _batched(t, op, left, right)
    else:
        own = Operand(out, out.axes)
        groups = [g for g in (op.rows, op.columns) if g]
        a = t.matrix(left, (), *(g for g in (op.rows, op.summed) if g))
        b = t.matrix(right, (), *(g for g in (op.summed, op.columns) if g))
        target = t.matrix(own, (), *groups)
        if out.axes == (*op.rows, *op.columns):
            yield f"{a}.dot({b}, out={target})"
        else:
            yield f"np.matmul({a}, {b}, out={target})"


def _batched(t: Text, op: Contract, left: Operand, right: Operand) -> str:
    a = t.matrix(left, op.batch, *(g for g in (op.rows, op.summed) if g))
    b = t.matrix(right, op.batch, *(g for g in (op.summed, op.columns) if g))
    out = t.matrix(Operand(op.out, op.out.axes), op.batch, *(g for g in (op.rows, op.columns) if g))
    if not op.rows:
        a, out = f"{a}[..., None, :]", f"{out}[..., None, :]"
    if not op.columns:
        b, out = f"{b}[..., None]", f"{out}[..., None]"
    return f"np.matmul({a}, {b}, out={out})"


def _letters(axes: Sequence[Axis], known: dict[Axis, str]) -> str:
    for a in axes:
        known.setdefault(a, "abcdefghijklmnopqrstuvwxyz"[len(known)])
    return "".join(known[a] for a in axes)


def _row_dots(t: Text, op: Contract, left: Operand, right: Operand) -> str:
    known: dict[Axis, str] = {}
    a, b = _letters(left.axes, known), _letters(right.axes, known)
    spec = f"{a},{b}->{_letters(op.out.axes, known)}"
    return f'np.einsum("{spec}", {t.name(left.value)}, {t.name(right.value)}, out={t.name(op.out)})'


def _sum(t: Text, op: Contract, source: Operand) -> Iterator[str]:
    name = t.name(source.value)
    matrix = is_contiguous(source.value) and op.out.axes == op.rows
    first, last = _around(source.axes, op.summed)
    if not op.rows and is_contiguous(source.value):
        yield f"{t.name(op.out)} = float({t.matrix(source, (), op.summed)}.dot({_ones(t, op)}))"
    elif not op.rows:
        yield f"{t.name(op.out)} = float({name}.sum())"
    elif matrix and first is not None and last is not None:
        yield _sum_by_product(t, op, source, first, last)
    elif is_short(op, source, op.summed):
        yield from by_slices(t, op, source, op.summed)
    else:
        axes = ", ".join(str(source.axes.index(a)) for a in op.summed)
        kept = tuple(a for a in source.axes if a in op.rows)
        out = t.aligned(Operand(op.out, op.out.axes), kept)
        yield f"np.add.reduce({name}, axis=({axes},), out={out})"


def _around(
    axes: tuple[Axis, ...], summed: tuple[Axis, ...]
) -> tuple[tuple[Axis, ...], tuple[Axis, ...]] | tuple[None, None]:
    """The axes before and after the summed ones, if these lie behind one another in order."""
    first = axes.index(summed[0])
    last = first + len(summed)
    return (axes[:first], axes[last:]) if axes[first:last] == summed else (None, None)


def _sum_by_product(
    t: Text, op: Contract, source: Operand, first: tuple[Axis, ...], last: tuple[Axis, ...]
) -> str:
    """The sum as a product with ones: from the left, from the right, or of each matrix."""
    ones, own = _ones(t, op), Operand(op.out, op.out.axes)
    if not first:
        out = t.matrix(own, (), op.rows)
        return f"{ones}.dot({t.matrix(source, (), op.summed, op.rows)}, out={out})"
    if not last:
        out = t.matrix(own, (), op.rows)
        return f"{t.matrix(source, (), op.rows, op.summed)}.dot({ones}, out={out})"
    matrices = t.matrix(source, (), first, op.summed, last)
    return f"np.matmul({ones}, {matrices}, out={t.matrix(own, (), first, last)})"


def _middle(source: Operand, axes: Sequence[Axis]) -> tuple[Axes, Axes, Axes] | None:
    """The axes before, among and after the given ones, if these are adjacent between others."""
    if not axes or not is_contiguous(source.value):
        return None
    places = [k for k, a in enumerate(source.axes) if a in axes]
    first, last = places[0], places[-1] + 1
    if last - first > len(places) or first == 0 or last == len(source.axes):
        return None
    return source.axes[:first], source.axes[first:last], source.axes[last:]


def _ones(t: Text, op: Contract) -> str:
    return t.ones(product_of([a.size for a in op.summed]))


def _reduce(t: Text, op: Reduce) -> Iterator[str]:
    source = t.name(op.source.value)
    places = sorted(op.source.axes.index(a) for a in op.over)
    axis = str(places[0]) if len(places) == 1 else f"({', '.join(map(str, places))})"
    if op.out.axes and is_short(op, op.source, op.over):
        if op.kind == "argmax":
            yield largest_by_slices(t, op)
        else:
            yield from by_slices(t, op, op.source, op.over)
    elif not op.out.axes:
        call = {"max": "max", "product": "prod", "argmax": "argmax"}[op.kind]
        kind = "int" if op.out.kind == "int" else "float"
        yield f"{t.name(op.out)} = {kind}({source}.{call}())"
    elif op.kind == "argmax":
        yield f"{source}.argmax({axis}, out={t.name(op.out)})"
    elif op.kind == "max" and (steps := _halves(t, op)) is not None:
        yield f"for low, high, larger in {steps}:"
        yield "    np.maximum(low, high, out=larger)"
    else:
        yield f"{REDUCTIONS[op.kind]}({source}, axis={axis}, out={t.name(op.out)})"


def _halves(t: Text, op: Reduce) -> str | None:
    """The steps for a maximum over axes between others; None if it is anywhere else.

    NumPy's own would go through all short pieces one by one.
    """
    middle = _middle(op.source, op.over)
    if middle is None or "workspace" not in {t.place(v) for v in (op.source.value, op.out)}:
        return None
    if t.place(op.source.value) != t.place(op.out) or op.out.kind != "float":
        return None
    t.helpers["halves"] = t.helpers["empty"] = None
    source = t.matrix(op.source, (), *middle)
    out = t.matrix(Operand(op.out, op.out.axes), (), middle[0], middle[2])
    return t.constant(f"halves({source}, {out})", "steps")


def _accumulate(t: Text, op: Accumulate) -> str:
    """From the end: both arrays are looked at from there."""
    place = op.source.axes.index(op.axis)
    turned = f"[{', '.join([*[':'] * place, '::-1'])}]" if op.back else ""
    source = t.derived(op.source.value, turned, "back")
    out = t.derived(op.out, turned, "back")
    name = {"sum": "add", "product": "multiply"}[op.kind]
    return f"np.{name}.accumulate({source}, axis={place}, out={out})"


# -- whole matrices ---------------------------------------------------------------------------


def _matrix(t: Text, op: Matrix) -> str:
    batch = tuple(a for a in op.source.axes if a not in (op.rows, op.columns))
    source = t.matrix(op.source, batch, (op.rows,), (op.columns,))
    match op.kind:
        case "inv":
            t.helpers["inverse"] = None
            text = f"inverse({source}, {t.plan.names[op.source.value]!r})"
        case "det":
            text = f"np.linalg.det({source})"
        case _:
            text = f"np.linalg.slogdet({source})[1]"
    out = t.name(op.out)
    return f"np.copyto({out}, {text})" if op.out.axes else f"{out} = float({text})"


def _solve(t: Text, op: Solve) -> str:
    """The columns side by side; without columns a vector is a matrix of one."""
    t.helpers["solved"] = None
    batch = tuple(a for a in op.matrix.axes if a not in (op.row, op.unknown))
    matrix = t.matrix(op.matrix, batch, (op.row,), (op.unknown,))
    groups = [op.columns] if op.columns else []
    own = tuple(a for a in batch if a in op.right.axes)
    right = t.matrix(op.right, own, (op.row,), *groups)
    if own and own != batch:
        right += f"[{', '.join([*(':' if a in own else 'None' for a in batch), '...'])}]"
    out = t.matrix(Operand(op.out, op.out.axes), batch, (op.unknown,), *groups)
    end = "" if op.columns else "[..., None]"
    text = f"solved({matrix}, {right}{end}, {t.plan.names[op.matrix.value]!r})"
    return f"np.copyto({out}{end}, {text})"


# -- moving entries ---------------------------------------------------------------------------


def _pad(t: Text, op: Pad) -> Iterator[str]:
    inner = []
    for before, after, own in zip(op.before, op.after, op.source.axes, strict=True):
        plain = not before.terms and not after.terms
        inner.append(":" if plain else f"{t.size(before)}:{t.size(before + own.size)}")
    middle = t.derived(op.out, f"[{', '.join(inner)}]", "inner")
    yield f"np.copyto({middle}, {t.name(op.source)})"


def _gather(t: Text, op: Gather) -> Iterator[str]:
    source, shape = op.source.value, op.source.value.shape
    merged = (*shape[: op.first], product_of(shape[op.first : op.last]), *shape[op.last :])
    suffix = "" if op.last - op.first == 1 else f".reshape{t.shape(merged)}"
    name = t.derived(source, suffix, "flat")
    index = t.name(op.index.value)
    if not op.out.axes:
        kind = "int" if op.out.kind == "int" else "float"
        yield f"{t.name(op.out)} = {kind}({name}[{index}])"
    else:
        yield f'{name}.take({index}, axis={op.first}, out={t.name(op.out)}, mode="clip")'
