"""Calls of functions in NumPy notation: a signature, the values bound to it, and checked access.

    @rule(TABLE, "sum(a, axis=None, keepdims=False)", method=True)
    def _sum(call: Call) -> Value: ...

To add a function, write such a rule into the table of its family. `call.array("a")` is an Array,
`call.axes("axis", array)` the axes as positions; what does not fit is an error under its place.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from symnet.notation.errors import ParseError, SymnetError
from symnet.notation.parse.array import Array, number, stacked
from symnet.notation.parse.page import Page
from symnet.notation.parse.source import nearest

Value = Any  # Array, tuple or list of values, Kind, None, bool, str, slice, Ellipsis
REQUIRED = object()
LARGEST = 10**9  # of a size


@dataclass(frozen=True)
class Kind:
    """A type of numbers, where one is asked for: float, int or bool."""

    name: str


@dataclass(frozen=True)
class Function:
    """A name with its parameters (name, default or REQUIRED) and its rule."""

    name: str
    parameters: tuple[tuple[str, Any], ...]
    rule: Callable[[Call], Value]
    method: bool
    instead: str = ""  # what there is in its place, of a function that is not supported

    @property
    def signature(self) -> str:
        shown = (p if d is REQUIRED else f"{p}={d}" for p, d in self.parameters)
        return f"{self.name}({', '.join(shown)})"


Table = dict[str, Function]


def rule(
    table: Table, signature: str, *others: str, method: bool = False
) -> Callable[[Callable[[Call], Value]], Callable[[Call], Value]]:
    """Enter a function under the name of its signature, and under the other names."""
    tree = ast.parse(f"def {signature}: pass").body[0]
    assert isinstance(tree, ast.FunctionDef)
    names = [a.arg for a in tree.args.args]
    defaults = [ast.literal_eval(d) for d in tree.args.defaults]
    padded = [REQUIRED] * (len(names) - len(defaults)) + defaults
    parameters = tuple(zip(names, padded, strict=True))

    def enter(made: Callable[[Call], Value]) -> Callable[[Call], Value]:
        for name in (tree.name, *others):
            table[name] = Function(name, parameters, made, method)
        return made

    return enter


def refuse(table: Table, instead: str, *names: str) -> None:
    """Enter functions that are known and not supported, with what there is in their place."""

    def refused(call: Call) -> Value:
        raise call.error(f"not supported; {instead}")

    for name in names:
        table[name] = Function(name, (), refused, True, instead)


@dataclass
class Call:
    """A call with its values bound to the parameters of the function."""

    page: Page
    node: ast.AST
    function: Function
    values: dict[str, Value]
    nodes: dict[str, ast.AST]

    def __getitem__(self, name: str) -> Value:
        return self.values[name]

    def error(self, message: str, name: str | None = None) -> ParseError:
        """An error under the argument of that name, or under the whole call."""
        node = self.nodes.get(name, self.node) if name else self.node
        return self.page.source.error(node, f"{self.function.name}: {message}")

    def array(self, name: str) -> Array:
        """The argument as an array."""
        return self.as_array(self[name], name)

    def as_array(self, value: Value, name: str) -> Array:
        if isinstance(value, Array):
            return value
        if isinstance(value, bool):
            return number(int(value))
        if isinstance(value, list | tuple) and value:
            items = [self.as_array(v, name) for v in value]
            try:
                return stacked(items, 0)
            except SymnetError as e:
                raise self.error(str(e), name) from None
        raise self.error(f"{name} is {described(value)}, expected an array or a number", name)

    def arrays(self, name: str) -> list[Array]:
        """The argument as a list of arrays."""
        value = self[name]
        if not isinstance(value, list | tuple) or not value:
            raise self.error(
                f"{name} is {described(value)}, expected a list of arrays such as [a, b]", name
            )
        return [self.as_array(v, name) for v in value]

    def integer(self, name: str) -> int:
        """The argument as a constant integer."""
        return self.as_integer(self[name], name)

    def as_integer(self, value: Value, name: str) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, Array) and value.constant is not None:
            return value.constant
        raise self.error(f"{name} is {described(value)}, expected a constant integer", name)

    def integers(self, name: str) -> tuple[int, ...]:
        """The argument as a tuple of constant integers; an integer alone is one."""
        value = self[name]
        if isinstance(value, list | tuple):
            return tuple(self.as_integer(v, name) for v in value)
        return (self.as_integer(value, name),)

    def flag(self, name: str) -> bool:
        """The argument as True or False."""
        value = self[name]
        if isinstance(value, bool):
            return value
        if isinstance(value, Array) and value.constant in (0, 1):
            return bool(value.constant)
        raise self.error(f"{name} is {described(value)}, expected True or False", name)

    def extent(self, value: Value, name: str) -> sympy.Expr:
        """A value as an extent: a number or an expression of extents."""
        if isinstance(value, int) and not isinstance(value, bool):
            return sympy.Integer(value)
        if isinstance(value, Array) and not value.indices and value.expression.is_integer:
            if value.expression.is_Integer and abs(value.expression) > LARGEST:
                raise self.error(f"the size {value.expression} is too large", name)
            return value.expression
        raise self.error(f"{name} is {described(value)}, expected a size such as N or 3", name)

    def axis(self, value: Value, order: int, name: str = "axis") -> int:
        """An axis of an array of that order, counted from the left."""
        k = self.as_integer(value, name)
        if not -order <= k < order:
            many = "axis" if order == 1 else "axes"
            raise self.error(f"{name}={k}, but the array has {order} {many}", name)
        return k % order

    def axes(self, name: str, array: Array) -> tuple[int, ...]:
        """Axes of the array, all of them for None; each once."""
        value = self[name]
        if value is None:
            return tuple(range(array.order))
        listed = value if isinstance(value, list | tuple) else (value,)
        found = tuple(self.axis(v, array.order, name) for v in listed)
        if len(set(found)) != len(found):
            raise self.error(f"{name}: an axis is named twice", name)
        return found


def described(value: Value) -> str:
    """A value as an error names it."""
    if isinstance(value, Array):
        shape = ", ".join(str(e) for e in value.shape)
        if not value.indices:
            return f"the number {str(value.expression)[:40]}"
        return f"an array of shape ({shape})"
    if isinstance(value, Kind):
        return f"the type {value.name}"
    kinds = {tuple: "a tuple", list: "a list", slice: "a slice", str: "a text", type(None): "None"}
    return kinds.get(type(value), str(value)[:40])


def bound(
    page: Page,
    node: ast.Call,
    function: Function,
    positional: Sequence[tuple[Value, ast.AST]],
    keywords: Mapping[str, tuple[Value, ast.AST]],
) -> Call:
    """The values bound to the parameters; an error names what is missing or too much."""
    values: dict[str, Value] = {}
    nodes: dict[str, ast.AST] = {}
    names = [p for p, _ in function.parameters]
    if len(positional) > len(names):
        raise page.source.error(
            positional[len(names)][1],
            f"{len(positional)} arguments, expected at most {len(names)}: {function.signature}",
        )
    for name, (value, place) in zip(names, positional, strict=False):
        values[name], nodes[name] = value, place
    for name, (value, place) in keywords.items():
        if name not in names:
            hint = nearest(name, names) or f"; it takes {', '.join(names)}"
            raise page.source.error(place, f"{function.name} has no argument {name}{hint}")
        if name in values:
            raise page.source.error(place, f"{function.name}: {name} is given twice")
        values[name], nodes[name] = value, place
    for name, default in function.parameters:
        if name not in values:
            if default is REQUIRED:
                raise page.source.error(
                    node, f"{function.name}: {name} is missing: {function.signature}"
                )
            values[name] = number(default) if type(default) is int else default
    return Call(page, node, function, values, nodes)
