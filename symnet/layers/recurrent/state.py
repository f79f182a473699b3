"""What all recurrent cells share: the state before a step, where it starts, where it is held.

    forwards     h[n,t,k] = F(x[n,t], h[n,t-1]),      h[n,-1,k] = 0, h0[n,k] or h0[k]
    backwards    h[n,t,k] = F(x[n,t], h_next[n,t]),   h_next[n,t,k] = h[n,t+1,k], and 0 or h0 at T-1
    held         h = m h_new + (1 - m) (state before), h_new = F(..): unchanged where m[n,t] is 0

x (.., T, I), h (.., T, H), m (.., T); the axis before the last is the sequential index t.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import sympy

from symnet.layers.axes import Width, new_axis
from symnet.layers.initial import lecun_normal
from symnet.notation import (
    Definition,
    Entry,
    ExtentMismatch,
    Graph,
    GraphError,
    Index,
    IndexMismatch,
    Rule,
    Tensor,
    UnknownTensor,
    UnsupportedExpression,
    compare,
    define,
    total,
    where,
)

Inputs: TypeAlias = Tensor | Sequence[Tensor]
INITIAL = ("zero", "given", "learned", "carried")


@dataclass(frozen=True)
class Options:
    """The options of a cell. `name` is appended to every name that it makes.

    initial: "zero"; "given" (h0 (.., H) is an input); "learned" (h0 (H,) is a parameter); "carried"
    (h0 is a state of the graph with the update h0 <- h[T-1]: truncated backpropagation through
    time, in which no gradient flows into an earlier window). `starts` are tensors in their place.
    mask: m (.., T), 1 where a sequence goes on and 0 where the state is held. reverse: from the
    last place to the first. weights: tensors to share, by the names that the cell would give
    without `name`.
    """

    name: str = ""
    initial: str = "zero"
    starts: Mapping[str, Tensor | None] = field(default_factory=dict)
    mask: Tensor | None = None
    reverse: bool = False
    weights: Mapping[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.initial not in INITIAL:
            raise UnsupportedExpression(
                f"initial={self.initial!r}: expected one of {', '.join(INITIAL)}"
            )
        if self.reverse and self.initial == "carried":
            raise UnsupportedExpression(
                "a state is carried to the next window, so it cannot be carried with reverse=True"
            )


@dataclass(frozen=True)
class State:
    """A tensor h (.., T, H) that is carried, and how the state before a step is read."""

    tensor: Tensor
    reader: Tensor
    back: int
    base: sympy.Expr | None

    def before(self, k: Index) -> Entry:
        """The state before the step, at feature k: h[n,t-1,k], or h_next[n,t,k]."""
        *batch, t, _ = self.tensor.indices
        return Entry(self.reader, *batch, t - self.back, k)


class Recurrence:
    """The parts of a cell as they are made: definitions in order, given tensors, rules, updates."""

    def __init__(self, x: Inputs, width: Width, options: Options) -> None:
        self.x = (x,) if isinstance(x, Tensor) else tuple(x)
        self.options = options
        *self.batch, t, _ = _checked(self.x)
        self.t = t if t.sequential else Index(t.letter, t.extent, sequential=True)
        beside = [i for y in self.x for i in y.indices]
        self.k = new_axis(width, beside)
        taken = {i.letter for i in (*beside, self.k)}
        letter = next((c for c in "ljmpquvw" if c not in taken), self.k.letter)
        self.l = Index(letter, self.k.extent)
        self.definitions: list[Definition] = []
        self.inputs: dict[str, Tensor] = {y.name: y for y in self.x}
        self.parameters: dict[str, Tensor] = {}
        self.rules: dict[str, tuple[Tensor, Rule]] = {}
        self.updates: list[tuple[Tensor, Tensor]] = []
        self.states: list[State] = []
        self.used: set[str] = set()
        if options.mask is not None:
            _check_shape(options.mask, (*self.batch, self.t), "mask")
            self.inputs[options.mask.name] = options.mask

    @property
    def places(self) -> tuple[Index, ...]:
        """The free indices of all that a cell defines: n, t, k."""
        return (*self.batch, self.t, self.k)

    def parameter(self, name: str, *axes: Index, rule: Rule | None = None) -> Tensor:
        """A parameter over these axes, or the tensor that is shared in its place."""
        self.used.add(name)
        made = self.options.weights.get(name, Tensor(f"{name}{self.options.name}", *axes))
        _check_shape(made, axes, f"weights[{name!r}]")
        self.parameters[made.name] = made
        if rule is not None:
            self.rules[made.name] = (made, rule)
        return made

    def define(self, name: str, value: sympy.Expr) -> Entry:
        """name[n,t,k] = value; the entry on the left."""
        made = Tensor(f"{name}{self.options.name}", *self.places)
        self.definitions.append(define(Entry(made, *self.places), value))
        return Entry(made, *self.places)

    def from_input(self, gate: str = "") -> sympy.Expr:
        """sum_i x[n,t,i] W[i,k]; several inputs are summed, with weights W1, W2, .."""
        terms = []
        for number, y in enumerate(self.x, 1):
            i = y.indices[-1]
            many = str(number) if len(self.x) > 1 else ""
            W = self.parameter(f"W{many}{gate}", i, self.k)
            terms.append(total(Entry(y, *self.batch, self.t, i) * W[i, self.k], over=i))
        return sympy.Add(*terms)

    def from_state(self, read: sympy.Expr, gate: str = "") -> sympy.Expr:
        """sum_l read[n,t,l] U[l,k]; `read` is a scalar expression at the feature l."""
        U = self.parameter(f"U{gate}", self.l, self.k, rule=lecun_normal())
        return total(read * U[self.l, self.k], over=self.l)

    def bias(self, name: str, rule: Rule | None = None) -> sympy.Expr:
        """b[k]"""
        return self.parameter(name, self.k, rule=rule)[self.k]

    def carry(self, name: str) -> State:
        """A state called `name`, to be read; `hold` says what it is."""
        suffix = self.options.name
        tensor = Tensor(f"{name}{suffix}", *self.places)
        if tensor.name in self.inputs:
            raise GraphError(f"{tensor.name} is an input already; give the layer another name=")
        start = self._start(f"{name}0")
        state = State(tensor, tensor, 1, start)
        if self.options.reverse:
            *batch, t, k = self.places
            after = Tensor(f"{name}_next{suffix}", *self.places)
            more, read = compare("<", t + 1, t.extent), Entry(tensor, *batch, t + 1, k)
            value = more * read if start == 0 else where(more, read, start)
            self.definitions.append(define(Entry(after, *self.places), value))
            state = State(tensor, after, 0, None)
        self.states.append(state)
        return state

    def hold(self, name: str, state: State, value: sympy.Expr) -> Entry:
        """state[n,t,k] = value; the new state.

        With a mask  h_new = value  and  h = m h_new + (1 - m) (state before); then it is h_new.
        """
        entry = new = Entry(state.tensor, *self.places)
        if self.options.mask is not None:
            m = Entry(self.options.mask, *self.batch, self.t)
            new = self.define(f"{name}_new", value)
            value = m * new + (1 - m) * state.before(self.k)
        self.definitions.append(define(entry, value, base=state.base))
        return new

    def graph(self) -> Graph:
        """The graph; its output is the last state. Raises UnknownTensor for a weight not used."""
        for name in self.options.weights:
            if name not in self.used:
                raise UnknownTensor(
                    f"weights[{name!r}]: the cell has no such parameter; "
                    f"it has {', '.join(sorted(self.used))}"
                )
        return Graph(
            *self.definitions,
            *self._carried(),
            inputs=self.inputs.values(),
            parameters=self.parameters.values(),
            output=self.states[0].tensor,
            updates=self.updates,
            rules=self.rules.values(),
        )

    def _start(self, name: str) -> sympy.Expr:
        initial, shared = self.options.initial, self.options.starts.get(name)
        if initial == "zero" and shared is None:
            return sympy.S.Zero
        axes = (self.k,) if initial == "learned" else (*self.batch, self.k)
        if shared is not None and shared.order == 1:
            axes = (self.k,)
        made = Tensor(f"{name}{self.options.name}", *axes) if shared is None else shared
        _check_shape(made, axes, name)
        owner = self.parameters if initial == "learned" else self.inputs
        owner[made.name] = made
        return Entry(made, *axes)

    def _carried(self) -> list[Definition]:
        """h_T[n,k] = h[n,T-1,k], and the update h0 <- h_T."""
        if self.options.initial != "carried":
            return []
        made = []
        for state in self.states:
            last = ending(state.tensor, f"{state.tensor.name}_T")
            made.append(last)
            assert isinstance(state.base, Entry)
            self.updates.append((state.base.tensor, last.tensor))
        return made


def ending(h: Tensor, name: str, reverse: bool = False) -> Definition:
    """name[n,k] = h[n,T-1,k], or h[n,0,k] with `reverse`."""
    if h.order < 2:
        raise IndexMismatch(f"{h.name} has {h.order} axes; expected .., T, H")
    *batch, t, k = h.indices
    y = Tensor(name, *batch, k)
    at = sympy.S.Zero if reverse else t.extent - 1
    return define(Entry(y, *batch, k), Entry(h, *batch, at, k))


def _checked(x: Sequence[Tensor]) -> tuple[Index, ...]:
    """The axes of the first input; the others have the same, but for the last."""
    if not x:
        raise GraphError("a recurrent layer needs an input; none is given")
    for y in x:
        if y.order < 2:
            raise IndexMismatch(f"{y.name} has {y.order} axes; a recurrent layer needs .., T, I")
        _check_shape(y, (*x[0].indices[:-1], y.indices[-1]), "input")
    return x[0].indices


def _check_shape(t: Tensor, axes: Sequence[Index], what: str) -> None:
    expected = tuple(i.extent for i in axes)
    if t.shape != expected:
        raise ExtentMismatch(f"{what} {t.name} has extents {t.shape}, expected {expected}")
