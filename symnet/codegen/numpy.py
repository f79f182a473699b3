"""Plan -> a Python module that needs nothing but NumPy.

    workspace(N, ..)   arrays for these sizes, and the function `run` that computes in them
    prepared(N, ..)    the same; the last few are kept
    evaluate(x=, ..)   sizes from the shapes, then `run` for them

`run` takes the given tensors, then an array for each output; it writes new states over the old
ones, and returns outputs and new states without axes. Each statement stands below the formula of
the definition that it computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symnet.codegen.buffers import Memory, assign
from symnet.codegen.numpy_ops import lines
from symnet.codegen.numpy_runtime import HELPERS
from symnet.codegen.numpy_text import Text
from symnet.codegen.plan import Carry, Loop, Op, Operand, Plan, Result, Value, View
from symnet.codegen.size import Size
from symnet.codegen.traverse import results

KEPT = 8  # workspaces that a module keeps


@dataclass(frozen=True)
class Source:
    """The text of a module, and how its functions are called.

    `given` are the parameters of `evaluate` and the first ones of `run`, `outs` the next ones of
    `run`: (tensor, parameter, shape). `returned` and `returned_states` are the
    tensors whose values `run` returns, in this order.
    """

    text: str
    given: tuple[tuple[str, str], ...]
    outs: tuple[tuple[str, str, tuple[Size, ...]], ...]
    returned: tuple[str, ...]
    returned_states: tuple[str, ...]
    sizes: tuple[tuple[str, str, int], ...]  # extent, tensor, axis that tells it
    free: tuple[str, ...]  # extents that no shape tells


def write(plan: Plan, dtype: str, title: str = "") -> Source:
    """The module for a plan; dtype is float32 or float64."""
    return _Module(plan, assign(plan)).source(dtype, title)


class _Module(Text):
    """One module while it is being written."""

    def __init__(self, plan: Plan, memory: Memory) -> None:
        super().__init__(plan, memory)
        self.body: list[str] = []
        self._note = ""
        self._outs: list[tuple[str, str, Result]] = []
        self._new = {r.name: state for state, r in plan.updates}
        for r in plan.outputs:
            if r.axes and r.name not in self._new:
                known = any(v.note == r.name for v in plan.given)
                name = self.unused(f"{r.name}_out" if known else r.name)
                self.parameter["out", r.name] = name
                self._outs.append((r.name, name, r))

    def source(self, dtype: str, title: str) -> Source:
        self._static()
        if self.plan.ranges:
            self.helpers["require"] = None
        for op in self.plan.ops:
            self._op(op, 2)
        outputs = list(self._finish_outputs())
        states = list(self._finish_updates())
        if outputs or states:
            values = ", ".join(v for _, v in (*outputs, *states))
            self.body.append(f"        return ({values},)")
        text = "\n".join(self._module(dtype, title)).rstrip() + "\n"
        return Source(
            text=text,
            given=tuple((v.note, self.parameter["given", v.note]) for v in self.plan.given),
            outs=tuple((n, p, tuple(a.size for a in r.axes)) for n, p, r in self._outs),
            returned=tuple(n for n, _ in outputs),
            returned_states=tuple(n for n, _ in states),
            sizes=self._size_origins()[0],
            free=self._size_origins()[1],
        )

    # -- statements

    def _static(self) -> None:
        for op in self.plan.static:
            made = list(lines(self, op))
            self.setup.extend(made)
        for name, excess in self.plan.zeros:
            self.helpers["inside"] = None
            self.setup.append(f"inside({self.size(excess)}, {name!r})")

    def _op(self, op: Op, depth: int) -> None:
        pad = "    " * depth
        if op.note != self._note:
            self._note = op.note
            formula = self.plan.formulas.get(op.note)
            if formula is not None:
                self.body.extend(_comment(formula, pad))
        if isinstance(op, Loop):
            self._loop(op, depth)
        elif isinstance(op, View) and self._stays(op) and self.place(op.out) == "workspace":
            self.setup.extend(lines(self, op))
        elif self._goes_to_start(op):
            self.start.extend(lines(self, op))
        else:
            self.body.extend(pad + line for line in lines(self, op))
        for value in results(op):
            if self.is_boxed(value):
                self.body.append(f"{pad}{self.boxed(value)}[()] = {self.name(value)}")

    def _goes_to_start(self, op: Op) -> bool:
        """Views of what a call passes are made first."""
        return isinstance(op, View) and self._stays(op) and self.place(op.out) == "call"

    def _stays(self, op: View) -> bool:
        """Whether the view is the same array throughout a call."""
        return bool(op.out.axes) and op.out.level <= 0

    def _loop(self, op: Loop, depth: int) -> None:
        pad = "    " * depth
        for c in op.carries:
            if c.base is not None:
                self._base(c, pad)
        variable = self.unused(op.axis.letter)
        self.loop[op.axis] = variable
        steps = f"range({self.size(op.axis.size)})"
        self.body.append(
            f"{pad}for {variable} in {f'reversed({steps})' if op.backwards else steps}:"
        )
        inner = pad + "    "
        for c in op.carries:
            if self._computed_in_slot(c):
                assert isinstance(c.result, Operand)
                slot = f"{self.rows(c.out)}[{self._position(c, variable)}]"
                self.body.append(f"{inner}{self.name(c.result.value)} = {slot}")
        for x in op.body:
            self._op(x, depth + 1)
        for c in op.carries:
            if not self._computed_in_slot(c):
                value = self.argument(c.result, c.out.axes[1:])
                slot = f"{self.name(c.out)}[{self._position(c, variable)}]"
                self.body.append(f"{inner}{slot} = {value}")

    def _computed_in_slot(self, c: Carry) -> bool:
        buffer = isinstance(c.result, Operand) and self.memory.buffers.get(c.result.value)
        return bool(buffer) and buffer.role == "slot" and buffer.owner is c.out  # type: ignore[union-attr]

    def _position(self, c: Carry, variable: str) -> str:
        return variable + (f" + {self.size(c.before)}" if c.before.terms else "")

    def _base(self, c: Carry, pad: str) -> None:
        assert c.base is not None
        start = c.base.axes[0] if isinstance(c.base, Operand) and c.base.axes else None
        axes = c.out.axes[1:]
        if start is not None and start not in axes:
            axes = (start, *axes)
        value = self.argument(c.base, axes)
        self.body.append(f"{pad}{self.name(c.out)}[:{self.size(c.before)}] = {value}")

    # -- what leaves

    def _finish_outputs(self) -> Iterator[tuple[str, str]]:
        for r in self.plan.outputs:
            if not r.axes:
                yield r.name, self.argument(r.item, ())
            if not r.axes or r.name in self._new:
                continue
            name = self.parameter["out", r.name]
            value = self.argument(r.item, r.axes)
            if value != name:
                self.body.append(f"        np.copyto({name}, {value})")

    def _finish_updates(self) -> Iterator[tuple[str, str]]:
        for state, r in self.plan.updates:
            value = self.argument(r.item, r.axes)
            name = self.parameter["given", state]
            if not r.axes:
                yield state, value
            elif value != name:
                self.body.append(f"        np.copyto({name}, {value})")

    # -- the module

    def _size_origins(self) -> tuple[tuple[tuple[str, str, int], ...], tuple[str, ...]]:
        """For each extent a tensor and an axis whose size it is; and the extents without one."""
        found: dict[str, tuple[str, int]] = {}
        for v in self.plan.given:
            for k, a in enumerate(v.axes):
                found.setdefault(str(a.size), (v.note, k))
        told = [(e, *found[e]) for e in self.plan.extents if e in found]
        return tuple(told), tuple(e for e in self.plan.extents if e not in found)

    def _module(self, dtype: str, title: str) -> Iterator[str]:
        helpers = [HELPERS[h] for h in sorted(self.helpers)]
        text = "\n".join((*helpers, *self.setup, *self.start, *self.body))
        yield '"""' + (title or "Generated by symnet; it needs NumPy and nothing else.")
        yield ""
        yield from (f"    {line}" for f in self.plan.formulas.values() for line in _lines(f))
        yield '"""'
        yield ""
        if "math." in text:
            yield "import math"
            yield ""
        yield "import numpy as np"
        yield ""
        yield f"DTYPE = np.{dtype}"
        yield "workspaces = {}"
        for helper in helpers:
            yield "\n" + helper.rstrip()
        yield from self._workspace()
        yield from self._prepared()
        yield from self._evaluate()

    def _workspace(self) -> Iterator[str]:
        extents = ", ".join(self.extent.values())
        parameters = ", ".join(
            [
                *(self.parameter["given", v.note] for v in self.plan.given),
                *(p for _, p, _ in self._outs),
            ]
        )
        yield ""
        yield ""
        yield f"def workspace({extents}):"
        yield '    """Arrays for these sizes, and the function that computes in them."""'
        yield from (f"    {line}" for line in self.setup)
        yield ""
        yield f"    def run({parameters}):"
        body = [*(f"        {line}" for line in self.start), *self.body]
        if self.plan.quiet:
            yield "        # What lies outside of a function's domain is computed, and not used."
            yield '        with np.errstate(all="ignore"):'
            body = [f"    {line}" if line else line for line in body]
        yield from body or ["        pass"]
        yield ""
        yield "    return run"

    def _prepared(self) -> Iterator[str]:
        extents = ", ".join(self.extent[e] for e in self.plan.extents)
        key = f"({extents},)" if len(self.plan.extents) == 1 else f"({extents})"
        yield ""
        yield ""
        yield f"def prepared({extents}):"
        yield f'    """`run` for these sizes; the last {KEPT} are kept."""'
        yield f"    key = {key}"
        yield "    if key not in workspaces:"
        yield f"        while len(workspaces) >= {KEPT}:"
        yield "            del workspaces[next(iter(workspaces))]"
        yield "        workspaces[key] = workspace(*key)"
        yield "    return workspaces[key]"

    def _evaluate(self) -> Iterator[str]:
        told, free = self._size_origins()
        names = {v.note: self.parameter["given", v.note] for v in self.plan.given}
        parameters = [*names.values(), *(self.extent[e] for e in free)]
        yield ""
        yield ""
        yield f"def evaluate({', '.join(['*', *parameters]) if parameters else ''}):"
        yield '    """The outputs for arrays of the right shapes: ' + _shapes(self.plan) + '."""'
        states = {state for state, _ in self.plan.updates}
        for v in self.plan.given:
            yield f"    {names[v.note]} = {_converted(v, names[v.note], v.note in states)}"
        for extent, tensor, axis in told:
            yield f"    {self.extent[extent]} = {names[tensor]}.shape[{axis}]"
        for v in self.plan.given:
            if v.axes:
                expected = self.shape(v.shape)
                yield f"    if {names[v.note]}.shape != {expected}:"
                yield (
                    f'        raise ValueError(f"{v.note} has shape {{{names[v.note]}.shape}}, '
                    f'expected {{{expected}}}")'
                )
        for name, size in self.plan.ranges:
            yield f"    require({names[name]}, {self.size(size)}, {name!r})"
        kinds = {r.name: "np.intp" if _is_integer(r) else "DTYPE" for r in self.plan.outputs}
        for name, parameter, r in self._outs:
            shape = self.shape([a.size for a in r.axes])
            yield f"    {parameter} = np.empty({shape}, {kinds[name]})"
        arguments = ", ".join([*names.values(), *(p for _, p, _ in self._outs)])
        scalars = [r.name for r in self.plan.outputs if not r.axes]
        call = f"prepared({', '.join(self.extent[e] for e in self.plan.extents)})({arguments})"
        yield f"    returned = {call}" if scalars else f"    {call}"
        values = {n: p for n, p, _ in self._outs}
        values |= {n: f"returned[{k}]" for k, n in enumerate(scalars)}
        values |= {n: names[s] for n, s in self._new.items() if n not in values}
        if len(self.plan.outputs) == 1:
            yield f"    return {values[self.plan.outputs[0].name]}"
        else:
            items = ", ".join(f"{r.name!r}: {values[r.name]}" for r in self.plan.outputs)
            yield f"    return {{{items}}}"


def _is_integer(r: Result) -> bool:
    return isinstance(r.item, Operand) and r.item.value.kind == "int"


def _converted(v: Value, name: str, is_state: bool) -> str:
    if not v.axes:
        return f"{'int' if v.kind == 'int' else 'float'}({name})"
    dtype = "np.intp" if v.kind == "int" else "DTYPE"
    return f"np.{'array' if is_state else 'ascontiguousarray'}({name}, {dtype})"


def _lines(formula: str) -> list[str]:
    return formula.replace("\\", " ").replace('"""', "'''").splitlines()


def _shapes(plan: Plan) -> str:
    return ", ".join(
        f"{v.note}[{', '.join(str(s) for s in v.shape)}]" if v.axes else v.note for v in plan.given
    )


def _comment(formula: str, pad: str) -> Iterator[str]:
    """The formulas as comments, wrapped at 100 columns."""
    for one in _lines(formula):
        line = f"{pad}#"
        for w in one.split(" "):
            if len(line) + len(w) + 1 > 100 and line.strip() != "#":
                yield line
                line = f"{pad}#    "
            line += f" {w}"
        yield line
