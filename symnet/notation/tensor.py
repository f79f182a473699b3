"""Tensors and their entries: `x = Tensor("x", n, d)`, `x[n, k]`, `x[n, 2*u + p - 1]`, `E[t[n], d]`.

A tensor is a name with an extent for every axis, and what may be assumed of its values.
An entry is a scalar SymPy expression. A slot of an entry is an index, an affine combination of
indices, or an entry of an integer tensor (a gather).
"""

from __future__ import annotations

import keyword
from functools import cache
from typing import Any

import sympy

from symnet.notation.errors import ExtentMismatch, IndexMismatch, UnsupportedExpression
from symnet.notation.index import Extent, Index, extent, fresh
from symnet.notation.opaque import Opaque

ASSUMPTIONS = frozenset(
    {
        "real",  # any real number; assumed of every tensor that is not an integer
        "positive",  # entries > 0
        "integer",  # integers 0 .. below-1; no derivative flows into it
        "one_hot",  # along the last axis: one entry 1, the others 0
        "simplex",  # along the last axis: entries >= 0 that sum to 1
        "mask",  # entries 0 or 1
        "symmetric",
        "spd",
        "orthogonal",
    }
)


class Tensor(sympy.Atom):
    """A named array of scalars: axes with extents, and assumptions on its values.

    `assume` is a word or several of ASSUMPTIONS; `below` bounds an integer tensor: 0 .. below-1.
    Equality is by name, letters, extents and assumptions.
    """

    __slots__ = ("assume", "below", "content", "indices", "name")
    name: str
    indices: tuple[Index, ...]
    assume: frozenset[str]
    below: Extent | None
    content: tuple[str, ...]

    def __new__(
        cls,
        name: str,
        *indices: Index,
        assume: str | frozenset[str] | tuple[str, ...] = (),
        below: int | str | Extent | None = None,
    ) -> Tensor:
        if not _is_name(name):
            raise UnsupportedExpression(
                f"tensor {str(name)[:64]!r}: expected an identifier such as x"
            )
        words = frozenset((assume,) if isinstance(assume, str) else assume)
        if unknown := words - ASSUMPTIONS:
            known = ", ".join(sorted(ASSUMPTIONS))
            raise UnsupportedExpression(
                f"tensor {name}: unknown assumption {sorted(unknown)[0]!r}; known are {known}"
            )
        if not all(isinstance(i, Index) for i in indices):
            raise UnsupportedExpression(f"tensor {name}: axes are given as Index objects")
        made: Tensor = super().__new__(cls)
        made.name = name
        made.indices = tuple(indices)
        made.assume = words
        made.below = None if below is None else extent(below)
        made.content = (name, *_described(made))
        return made

    def _hashable_content(self) -> tuple[str, ...]:
        return self.content

    @property
    def shape(self) -> tuple[Extent, ...]:
        """The extents of the axes, in order."""
        return tuple(i.extent for i in self.indices)

    @property
    def order(self) -> int:
        """The number of axes."""
        return len(self.indices)

    @property
    def is_integer_valued(self) -> bool:
        return "integer" in self.assume

    def __getitem__(self, slots: Any) -> Entry:
        made = Entry(self, *(slots if isinstance(slots, tuple) else (slots,)))
        for axis, slot in enumerate(made.slots):
            check_extent(self, axis, slot)
        return made

    __iter__ = None  # else x[0], x[1], ... : SymPy's Max would walk through it

    def at(self) -> Entry:
        """The entry at the tensor's own indices: `x.at()` is `x[n, d]`."""
        return Entry(self, *self.indices)

    def like(self, name: str, **changes: Any) -> Tensor:
        """A tensor with another name over fresh indices of the same letters and extents."""
        return Tensor(name, *fresh(self.indices), **changes)

    def _sympystr(self, printer: Any) -> str:
        return self.name

    _latex = _sympystr

    def sort_key(self, order: Any = None) -> Any:
        return self.class_key(), (1, (self.name,)), sympy.S.One.sort_key(), sympy.S.One


def _is_name(name: Any) -> bool:
    if not isinstance(name, str) or not name.isidentifier():
        return False
    return not keyword.iskeyword(name) and not name.startswith("__")


@cache
def _spelled(value: sympy.Expr) -> str:
    return str(sympy.srepr(value))


def _described(t: Tensor) -> tuple[str, ...]:
    """What makes two tensors of one name equal, as text, by which SymPy can also order them."""
    axes = (f"{i.letter} {_spelled(i.extent)} {i.sequential}" for i in t.indices)
    below = "" if t.below is None else _spelled(t.below)
    return (" ".join(sorted(t.assume)), below, *axes)


class Entry(Opaque, sympy.Expr):
    """A scalar entry of a tensor; args = (tensor, slot, slot, ...)."""

    is_commutative = True
    is_real = True

    def __new__(cls, tensor: Tensor, *slots: Any) -> Entry:
        if len(slots) == 1 and slots[0] == ():
            slots = ()
        if len(slots) != tensor.order:
            raise IndexMismatch(
                f"{tensor.name}: {len(slots)} indices given, expected {tensor.order}"
                f" ({', '.join(i.letter for i in tensor.indices) or 'none'})"
            )
        made = [_slot(tensor, axis, s) for axis, s in enumerate(slots)]
        return super().__new__(cls, tensor, *made)

    @property
    def tensor(self) -> Tensor:
        return self.args[0]

    @property
    def slots(self) -> tuple[sympy.Expr, ...]:
        return self.args[1:]

    @property
    def is_plain(self) -> bool:
        """Every slot is an index, and no index stands twice."""
        return all(isinstance(s, Index) for s in self.slots) and len(set(self.slots)) == len(
            self.slots
        )

    def _sympystr(self, printer: Any) -> str:
        if not self.slots:
            return self.tensor.name
        return f"{self.tensor.name}[{','.join(printer._print(s) for s in self.slots)}]"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        lower = "".join(printer._print(s) for s in self.slots)
        text = f"{self.tensor.name}_{{{lower}}}" if self.slots else self.tensor.name
        return text if exp is None else f"{text}^{{{exp}}}"


def _slot(tensor: Tensor, axis: int, value: Any) -> sympy.Expr:
    if isinstance(value, int) and not isinstance(value, bool):
        value = sympy.Integer(value)
    if not isinstance(value, sympy.Expr):
        raise UnsupportedExpression(f"{tensor.name}: {value!r} is not an index")
    return value


def check_extent(tensor: Tensor, axis: int, slot: sympy.Expr) -> None:
    """Raise ExtentMismatch for an index that runs over another extent than the axis.

    Beside a guard such a read is legal (`[i < N] * x[i]`): it comes out of a derivative, as
    Entry(x, i); a graph checks that the guard is there.
    """
    if isinstance(slot, Index) and slot.extent != tensor.indices[axis].extent:
        raise ExtentMismatch(
            f"{tensor.name}[.. {slot.letter} ..]: axis {axis} of {tensor.name} has extent "
            f"{tensor.indices[axis].extent}, index {slot.letter} runs to {slot.extent}"
        )
