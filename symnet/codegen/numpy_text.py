"""Pieces of NumPy source: names, sizes, numbers, and the views in which operands are read.

What depends on sizes only stands in the workspace and is made once; views of the arrays that a
call passes stand at the start of the call; what moves with a loop stands where it is used.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Sequence
from fractions import Fraction

from symnet.codegen.arrangement import COMPARISONS
from symnet.codegen.buffers import Buffer, Memory
from symnet.codegen.numpy_runtime import HELPERS
from symnet.codegen.plan import STATIC, Coefficient, Iota, Item, Map, Operand, Plan, Value, View
from symnet.codegen.program import unused_name
from symnet.codegen.scalar import Affine, Axis
from symnet.codegen.size import ONE, Size, product_of
from symnet.codegen.traverse import everything

OWN_NAMES = {
    "np",
    "math",
    "DTYPE",
    "workspace",
    "run",
    "prepared",
    "evaluate",
    "workspaces",
    "key",
    "returned",
    "low",
    "high",
    "larger",
}
RESERVED = (
    OWN_NAMES | set(HELPERS) | set(keyword.kwlist) | set(keyword.softkwlist) | set(dir(builtins))
)
NUMBER_NAMES = {0.0: "zero", 0.5: "half", 1.0: "one", 2.0: "two", -1.0: "minus_one"}
TAKES_ARRAYS = {"add", "subtract", "multiply", "divide"} | COMPARISONS
DTYPES = {"float": "DTYPE", "int": "np.intp", "bool": "bool"}


class Text:
    """The variables of the generated module, and the lines that set them up."""

    def __init__(self, plan: Plan, memory: Memory) -> None:
        self.plan, self.memory = plan, memory
        self.setup: list[str] = []  # in the workspace
        self.start: list[str] = []  # at the start of a call
        self.helpers: dict[str, None] = {}
        self.taken: set[str] = set(RESERVED)
        self.extent = {e: self.unused(e) for e in plan.extents}
        self.loop: dict[Axis, str] = {}
        self.view_of = {
            op.out: op
            for op in (*everything(plan.static), *everything(plan.ops))
            if isinstance(op, View)
        }
        self.made_by_assignment = set(self.view_of) | {
            op.out for op in everything(plan.static) if isinstance(op, Iota)
        }
        self.given = set(plan.given)
        self._names: dict[Value, str] = {}
        self._arrays: dict[tuple[Buffer, tuple[Size, ...], str], str] = {}
        self._first: dict[Buffer, tuple[str, tuple[Size, ...]]] = {}
        self._derived: dict[tuple[str, str], str] = {}
        self._numbers: dict[str, str] = {}
        self._boxes: dict[Value, str] = {}
        self._runs: dict[Value, str] = {}
        self._entrywise_numbers = {
            a.value
            for op in everything(plan.ops)
            if isinstance(op, Map) and op.out.axes and op.function in TAKES_ARRAYS
            for a in op.args
            if isinstance(a, Operand) and not a.axes and a.value.kind == "float"
        }
        self.parameter: dict[tuple[str, str], str] = {}
        for v in plan.given:
            self._names[v] = self.parameter["given", v.note] = self.unused(v.note)

    def unused(self, stem: str) -> str:
        """A variable name that nothing else has."""
        name = f"{stem}_" if stem in RESERVED else stem
        name = unused_name(self.taken, name)
        self.taken.add(name)
        return name

    # -- numbers

    def size(self, s: Size) -> str:
        return s.text(self.extent.__getitem__)

    def shape(self, sizes: Sequence[Size]) -> str:
        """A tuple display."""
        inner = ", ".join(map(self.size, sizes))
        return f"({inner},)" if len(sizes) == 1 else f"({inner})"

    def number(self, c: Coefficient) -> str:
        """A float: a literal, or a variable of the workspace."""
        value = c.literal
        if value is not None:
            return _literal(value)
        return self.constant(self._power_text(c))

    def constant(self, text: str, hint: str = "c_1") -> str:
        """A variable of the workspace for an expression that depends on sizes and arrays there."""
        if text not in self._numbers:
            self._numbers[text] = name = self.unused(hint)
            self.setup.append(f"{name} = {text}")
        return self._numbers[text]

    def _power_text(self, c: Coefficient) -> str:
        above = [repr(float(abs(c.ratio).numerator) * abs(c.factor))]
        below = [repr(float(c.ratio.denominator))] if c.ratio.denominator != 1 else []
        for s, q in c.powers:
            (above if q > 0 else below).append(self._power(s, abs(q)))
        if above[0] == "1.0" and len(above) > 1:
            del above[0]
        sign = "-" if (c.ratio < 0) != (c.factor < 0) else ""
        top = "*".join(above)
        if not below:
            return f"{sign}{top}"
        return f"{sign}{top}/{below[0]}" if len(below) == 1 else f"{sign}{top}/({'*'.join(below)})"

    def _power(self, s: Size, q: Fraction) -> str:
        text = self.size(s)
        text = text if text.isidentifier() or text.isdigit() else f"({text})"
        return text if q == 1 else f"{text}**{q.numerator if q.denominator == 1 else float(q)}"

    def index(self, e: Affine) -> str:
        """An integer: sizes and loop variables."""
        parts = []
        for axis, c in e.terms:
            name = self.loop[axis]
            parts.append(name if c == ONE else f"({self.size(c)})*{name}")
        if e.constant.terms or not parts:
            parts.append(self.size(e.constant))
        return " + ".join(parts).replace("+ -", "- ")

    # -- arrays

    def name(self, value: Value) -> str:
        """The variable that holds a value; its array is set up when it is first named."""
        if value in self._names:
            return self._names[value]
        buffer = self.memory.buffers.get(value)
        if buffer is None or buffer.role == "slot":
            self._names[value] = name = self.unused(self.plan.names[value])
            if buffer is None and value.axes and value not in self.made_by_assignment:
                self.setup.append(f"{name} = {self.empty(value)}")
            return name
        if buffer.role in ("out", "state"):
            return self.parameter["given" if buffer.role == "state" else "out", buffer.name]
        self._names[value] = self._array(value, buffer)
        return self._names[value]

    def _array(self, value: Value, buffer: Buffer) -> str:
        """A variable of the workspace; values of one definition in one array share it."""
        key = (buffer, value.shape, value.note)
        if key not in self._arrays:
            best = [self.plan.names[v] for v in self._same(value, buffer)]
            self._arrays[key] = name = self.unused(value.note if value.note in best else best[0])
            if buffer not in self._first:
                self.setup.append(f"{name} = {self.empty(value, buffer)}")
                self._first[buffer] = (name, value.shape)
            else:
                first, shape = self._first[buffer]
                same = shape == value.shape
                self.setup.append(f"{name} = {first if same else self._reshaped(first, value)}")
        return self._arrays[key]

    def _same(self, value: Value, buffer: Buffer) -> list[Value]:
        found = [
            v
            for v, other in self.memory.buffers.items()
            if other is buffer and v.shape == value.shape and v.note == value.note
        ]
        return [value, *found]

    def _reshaped(self, first: str, value: Value) -> str:
        return f"{first}.reshape{self.shape(value.shape)}"

    def empty(self, value: Value, buffer: Buffer | None = None) -> str:
        """An expression for a new array; it holds zeros, for some entries are never written."""
        self.helpers["empty"] = None
        return f"empty({self.shape(value.shape)}, {DTYPES[value.kind]})"

    def place(self, value: Value) -> str:
        """Where the array of a value is known: workspace, call, or loop."""
        while value in self.view_of:
            if value.level > 0:
                return "loop"
            value = self.view_of[value].source
        if value in self.given:
            return "call"
        buffer = self.memory.buffers.get(value)
        if buffer is None:
            return "workspace" if value.level == STATIC else "loop"
        return {"out": "call", "state": "call", "slot": "loop"}.get(buffer.role, "workspace")

    def derived(self, value: Value, suffix: str, hint: str) -> str:
        """A view of a value's array, made once where that is possible."""
        name = self.name(value)
        if not suffix:
            return name
        place = self.place(value)
        if place == "loop":
            return f"{name}{suffix}"
        if (name, suffix) not in self._derived:
            self._derived[name, suffix] = new = self.unused(f"{name}_{hint}")
            (self.setup if place == "workspace" else self.start).append(f"{new} = {name}{suffix}")
        return self._derived[name, suffix]

    def defined(self, value: Value, text: str) -> str:
        """A variable for an expression over a value's array, made once where that is possible."""
        place = self.place(value)
        if place == "loop":
            return text
        if (text, "") not in self._derived:
            self._derived[text, ""] = new = self.unused(f"{self.name(value)}_at")
            (self.setup if place == "workspace" else self.start).append(f"{new} = {text}")
        return self._derived[text, ""]

    def ones(self, s: Size) -> str:
        """A vector of ones."""
        return self.constant(f"np.ones({self.size(s)}, DTYPE)", "ones")

    def row_of_ones(self, s: Size) -> str:
        """A matrix of one row of ones."""
        return self.constant(f"np.ones((1, {self.size(s)}), DTYPE)", "ones")

    def filled(self, shape: Sequence[Size], number: str) -> str:
        """An array of one number that broadcasts to this shape."""
        self.helpers["filled"] = None
        return self.constant(f"filled({self.shape(shape)}, {number})", "filled")

    def rows(self, value: Value) -> str:
        """The rows of an array of the workspace, to be taken by their number in a loop."""
        self.helpers["rows"] = None
        return self.constant(f"rows({self.name(value)})", f"{self.name(value)}_rows")

    def scratch(self, shape: Sequence[Size]) -> str:
        """An array whose contents nobody needs after the statement; one for each shape."""
        self.helpers["empty"] = None
        return self.constant(f"empty({self.shape(shape)}, DTYPE)", "scratch")

    def runs(self, index: Value) -> tuple[list[str], str]:
        """A variable for the sorted index, and the statement that sets it where it is new."""
        self.helpers["runs"] = None
        if index in self._runs and index.level <= 0:
            return [], self._runs[index]
        self._runs[index] = name = self.unused(f"{self.name(index)}_runs")
        return [f"{name} = runs({self.name(index)})"], name

    def pair(self, text: str) -> tuple[str, str]:
        """Variables for the two results of a call that depends on sizes only."""
        both = self.constant(text, "places")
        return f"{both}[0]", f"{both}[1]"

    # -- operands

    def aligned(self, o: Operand, axes: Sequence[Axis]) -> str:
        """The operand so that it broadcasts over the axes."""
        if not o.axes:
            return self.name(o.value)
        suffix = alignment(o.axes, axes)
        return self.derived(o.value, suffix, "T" if suffix.startswith(".") else "col")

    def matrix(self, o: Operand, batch: Sequence[Axis], *groups: Sequence[Axis]) -> str:
        """The operand with each group of axes merged into one, after the batch axes."""
        order = [*batch, *(a for g in groups for a in g)]
        suffix = transposed([o.axes.index(a) for a in order])
        hint = "T" if suffix else "m"
        if any(len(g) != 1 for g in groups):
            sizes = [a.size for a in batch] + [product_of([a.size for a in g]) for g in groups]
            suffix += f".reshape{self.shape(sizes)}"
        return self.derived(o.value, suffix, hint)

    def entrywise(self, item: Item, axes: Sequence[Axis]) -> str:
        """An argument of a ufunc; a number stands in an array without axes.

        NumPy takes 0.25 us to make such an array of a Python number, as long as for 1000 entries.
        """
        if isinstance(item, Coefficient):
            value = item.literal
            hint = "c_1" if value is None else NUMBER_NAMES.get(value, "c_1")
            text = self._power_text(item) if value is None else _literal(value)
            return self.constant(f"np.array({text}, DTYPE)", hint)
        if isinstance(item, Affine) and not item.terms:
            return self.constant(f"np.array({self.index(item)}, np.intp)", "k_1")
        if isinstance(item, Operand) and not item.axes and item.value.kind == "float":
            return self.boxed(item.value)
        return self.argument(item, axes)

    def boxed(self, value: Value) -> str:
        """The array without axes that holds a number of the call."""
        if value not in self._boxes:
            self._boxes[value] = name = self.unused(f"{self.name(value)}_array")
            if value.level == STATIC:
                self.setup.append(f"{name} = np.array({self.name(value)}, DTYPE)")
            else:
                self.setup.append(f"{name} = np.array(0, DTYPE)")
            if value in self.given:
                self.start.append(f"{name}[()] = {self.name(value)}")
        return self._boxes[value]

    def is_boxed(self, value: Value) -> bool:
        """Whether an operation on arrays reads the number."""
        return value in self._entrywise_numbers and value not in self.given

    def argument(self, item: Item, axes: Sequence[Axis]) -> str:
        """An argument of an operation over the axes."""
        if isinstance(item, Operand):
            return self.aligned(item, axes)
        return self.number(item) if isinstance(item, Coefficient) else f"({self.index(item)})"


def alignment(have: Sequence[Axis], axes: Sequence[Axis]) -> str:
    """The suffix with which an array over the axes `have` broadcasts over `axes`."""
    if not have:
        return ""
    first = min(axes.index(a) for a in have)
    index = [":" if a in have else "None" for a in axes[first:]]
    suffix = transposed([list(have).index(a) for a in axes if a in have])
    return suffix + (f"[{', '.join(index)}]" if "None" in index else "")


def transposed(order: list[int]) -> str:
    """The suffix that brings axes into this order."""
    if order == sorted(order):
        return ""
    return ".T" if order == [1, 0] else f".transpose({', '.join(map(str, order))})"


def _literal(value: float) -> str:
    if value in (float("inf"), float("-inf")):
        return "np.inf" if value > 0 else "-np.inf"
    return repr(value)
