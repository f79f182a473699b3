"""A graph as a function of arrays: checked on the way in, computed by generated code.

f = build(graph);   f(x=..., W=...) -> array, or a dict by name;   f.source is the code
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from operator import itemgetter
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from symnet.codegen.numpy import Source
from symnet.codegen.plan import Plan
from symnet.notation.errors import ShapeMismatch, UnknownTensor
from symnet.notation.graph import Graph
from symnet.notation.sizes import bind_sizes
from symnet.notation.tensor import Tensor

Array = np.ndarray[Any, Any]


class Function:
    """Generated code for one graph.

    A call raises UnknownTensor for a name that no tensor of the graph has, and ShapeMismatch for a
    tensor that is missing, of another shape or kind, out of its range, or, with check_finite, not
    finite. Tensors of the graph that are not needed are ignored. The arrays of its workspace are
    used again by the next call, so two threads need two functions.
    """

    def __init__(
        self,
        graph: Graph,
        plan: Plan,
        parts: Source,
        module: ModuleType,
        dtype: type[np.floating[Any]],
        check_finite: bool = False,
    ) -> None:
        self.graph, self.plan, self.parts, self.module = graph, plan, parts, module
        self.dtype, self.check_finite = dtype, check_finite
        self.source = parts.text
        self._tensors = {t.name: t for t in graph.tensors}
        self.needed = tuple(name for name, _ in parts.given)
        self._sizes: dict[Any, dict[str, int]] = {}

    def __call__(self, *, sizes: Mapping[str, int] | None = None, **arrays: Any) -> Any:
        """The outputs: an array (a float if it has no axes), or several in a dict by name.

        `sizes` gives the extents that no array shows.
        """
        self.check_names(arrays)
        taken = self.taken({n: a for n, a in arrays.items() if n in self.needed})
        missing = [n for n in self.needed if n not in taken]
        if missing:
            raise ShapeMismatch(f"no array is given for {', '.join(missing)}")
        shapes = {n: np.shape(a) for n, a in {**arrays, **taken}.items()}
        found = self.sizes_of(shapes, sizes or {})
        self.check_ranges(taken, found)
        given = {parameter: taken[name] for name, parameter in self.parts.given}
        return self.module.evaluate(**given, **{e: found[e] for e in self.parts.free})

    def save(self, path: str | Path) -> None:
        """Write the code to a file: a module that needs NumPy and nothing else."""
        Path(path).write_text(self.source, encoding="utf-8")

    # -- what comes in

    def check_names(self, names: Iterable[str]) -> None:
        """Raise UnknownTensor, with the nearest names, for a name that no tensor has."""
        for name in names:
            if name not in self._tensors:
                folded = {t.casefold(): t for t in self._tensors}
                near = [folded[m] for m in get_close_matches(name.casefold(), folded, 3)]
                hint = f"did you mean {' or '.join(near)}?" if near else ""
                raise UnknownTensor(
                    f"the function has no tensor {name}; "
                    + (hint or f"it takes {', '.join(self.needed) or 'none'}")
                )

    def taken(self, arrays: Mapping[str, Any]) -> dict[str, Any]:
        """The arrays in the right kind of number, without gaps."""
        return {n: self._array(self._tensors[n], a) for n, a in arrays.items()}

    def _array(self, t: Tensor, value: Any) -> Array:
        array = np.asarray(value)
        wanted, kinds = ("integers", "iub") if t.is_integer_valued else ("real numbers", "fiub")
        if array.dtype.kind not in kinds:
            raise ShapeMismatch(f"{t.name} holds {array.dtype}; expected {wanted}")
        made = array.astype(np.intp if t.is_integer_valued else self.dtype, order="C", copy=False)
        if self.check_finite and not np.isfinite(made).all():
            raise ShapeMismatch(f"{t.name} is not finite: it holds nan or inf; check the data")
        return made

    def sizes_of(
        self, shapes: Mapping[str, tuple[int, ...]], given: Mapping[str, int]
    ) -> dict[str, int]:
        """The extents by name; raises ShapeMismatch where shapes contradict each other."""
        key = (tuple(shapes.items()), tuple(given.items()))
        if key not in self._sizes:
            bound = bind_sizes(self._tensors.values(), dict(shapes))
            found = {**{str(s): n for s, n in bound.items()}, **given}
            missing = [e for e in self.plan.extents if e not in found]
            if missing:
                raise ShapeMismatch(
                    f"no array shows the size of {missing[0]}; "
                    f"give it: sizes={{{missing[0]!r}: ..}}"
                )
            self._sizes[key] = found
        return self._sizes[key]

    def check_ranges(self, arrays: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
        """Raise ShapeMismatch for an integer tensor with an entry outside of 0 .. below-1."""
        for name, below in self.plan.ranges:
            if name not in arrays:
                continue
            low, high, size = np.min(arrays[name]), np.max(arrays[name]), int(below.at(sizes))
            if low < 0 or high >= size:
                raise ShapeMismatch(
                    f"{name} holds {low if low < 0 else high}; expected integers 0 .. {size - 1}"
                )

    # -- keeping arrays

    def bind(self, *, out: Mapping[str, Array] | None = None, **kept: Any) -> Bound:
        """The function with some arrays kept by reference and its outputs written into `out`."""
        return Bound(self, kept, dict(out or {}))


class Bound:
    """A function that keeps arrays: a call passes the others only.

    Outputs with axes are written into `out`; the graph's updates are made in the kept states (one
    without axes is kept as an array of shape ()). A call returns the outputs without axes: a float,
    a dict by name if there are several, None if there is none.
    """

    def __init__(self, function: Function, kept: Mapping[str, Any], out: dict[str, Array]) -> None:
        self._function, self._parts = function, function.parts
        function.check_names([*kept, *out])
        states = {state.name for state, _ in function.graph.updates}
        self._kept = {n: a for n, a in kept.items() if n in function.needed or n in states}
        absent: list[str] = sorted(states - set(self._kept))
        absent += [n for n, _, _ in self._parts.outs if n not in out]
        if absent:
            raise ShapeMismatch(f"bind: {absent[0]} is written; give the array to keep")
        for name, array in (*self._kept.items(), *out.items()):
            self._check_kept(name, array)
        self._check_apart(out)
        self.out = out
        self.missing = tuple(n for n in function.needed if n not in self._kept)
        self._runs: dict[Any, Any] = {}
        self._shapes: Any = None
        self._current: Any = None

    def _check_kept(self, name: str, array: Any) -> None:
        """A kept array is used as it is: nothing is converted."""
        t = self._function.graph.tensor(name)
        dtype = np.dtype(np.intp if t.is_integer_valued else self._function.dtype)
        if not t.order and isinstance(array, int | float):
            return
        if not isinstance(array, np.ndarray) or array.dtype != dtype:
            found = getattr(array, "dtype", type(array).__name__)
            raise ShapeMismatch(f"bind: {name} is kept as it is; expected {dtype}, found {found}")
        if not array.flags.c_contiguous:
            raise ShapeMismatch(f"bind: {name} has gaps in memory; keep a contiguous array")

    def _check_apart(self, out: Mapping[str, Array]) -> None:
        """What is written must not lie where something else is read or written."""
        for name, array in out.items():
            others = {**self._kept, **{n: a for n, a in out.items() if n != name}}
            for other, a in others.items():
                if isinstance(a, np.ndarray) and np.may_share_memory(array, a):
                    raise ShapeMismatch(f"bind: {name} and {other} share memory; give two arrays")

    def __call__(self, **arrays: Any) -> Any:
        """Compute for arrays that are checked first."""
        function = self._function
        function.check_names(arrays)
        taken = function.taken({n: a for n, a in arrays.items() if n in self.missing})
        absent = [n for n in self.missing if n not in taken]
        if absent:
            raise ShapeMismatch(f"no array is given for {', '.join(absent)}")
        function.check_ranges(taken, self._sizes(taken))
        return self.run(*(a if a.ndim else a.item() for a in (taken[n] for n in self.missing)))

    def run(self, *arrays: Any) -> Any:
        """Compute for arrays in the order of `missing`, of the right kind; only shapes are checked.

        An index out of range is not noticed here: the nearest entry is read.
        """
        shapes = tuple([getattr(a, "shape", ()) for a in arrays])
        if shapes != self._shapes:
            if shapes not in self._runs:
                while len(self._runs) >= 8:
                    del self._runs[next(iter(self._runs))]
                self._runs[shapes] = self._prepared(dict(zip(self.missing, arrays, strict=True)))
            self._shapes, self._current = shapes, self._runs[shapes]
        return self._current(arrays)

    def _sizes(self, arrays: Mapping[str, Any]) -> dict[str, int]:
        everything = {**self._kept, **self.out, **arrays}
        return self._function.sizes_of({n: np.shape(a) for n, a in everything.items()}, {})

    def _prepared(self, arrays: Mapping[str, Any]) -> Any:
        """A function of the missing arrays for these shapes."""
        sizes = self._sizes(arrays)
        plan = self._function.plan
        run = self._function.module.prepared(*(sizes[e] for e in plan.extents))
        values = {**self._kept, **arrays}
        needed = self._function.needed
        arguments: list[Any] = [values[n] for n in needed]
        arguments += [self.out[n] for n, _, _ in self._parts.outs]
        places = [needed.index(n) for n in self.missing]
        numbers = [(needed.index(n), a) for n, a in self._kept.items() if _is_kept_number(a)]
        finish = self._finish()
        if places == list(range(len(places))) and not numbers:
            rest = arguments[len(places) :]
            return lambda passed: finish(run(*passed, *rest))

        def call(passed: tuple[Any, ...]) -> Any:
            for k, a in zip(places, passed, strict=True):
                arguments[k] = a
            for k, a in numbers:
                arguments[k] = a.item()
            return finish(run(*arguments))

        return call

    def _finish(self) -> Any:
        """What is done with the values without axes that `run` returns."""
        outputs, states = self._parts.returned, self._parts.returned_states
        if not states and len(outputs) <= 1:
            return itemgetter(0) if outputs else _nothing
        count, kept = len(outputs), [self._kept[s] for s in states]

        def finish(returned: tuple[Any, ...]) -> Any:
            for array, value in zip(kept, returned[count:], strict=True):
                array[()] = value
            if count <= 1:
                return returned[0] if count else None
            return dict(zip(outputs, returned, strict=False))

        return finish


def _is_kept_number(a: Any) -> bool:
    return isinstance(a, np.ndarray) and not a.ndim


def _nothing(returned: None) -> None:
    return None
