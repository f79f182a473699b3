"""NumPy notation -> Graph: Python's expressions, walked by a whitelist.

    z = X @ W + b
    np.sum((np.tanh(z) - Y)**2)  =>  z[n,k] = ..., L = ...

Every assignment is a definition under the author's name. What has no name gets one from the table
in names.py where derivatives need it; a polynomial stays one formula. Names of functions stand with
or without np.; so sum(X) is np.sum(X), while sum(x[k] for k in range(3)) adds up what is listed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import sympy

from symnet.notation.errors import ParseError, SymnetError
from symnet.notation.functions import exp
from symnet.notation.graph import Graph
from symnet.notation.index import Extent
from symnet.notation.parse.array import Array, number
from symnet.notation.parse.call import Function, Kind, Value, bound, described
from symnet.notation.parse.comprehension import Loops
from symnet.notation.parse.names import NAMES, unused
from symnet.notation.parse.numpy_arithmetic import RELATIONS, SIGNS, binary, compared, unary
from symnet.notation.parse.numpy_functions import (
    FUNCTIONS,
    METHODS,
    MODULES,
    SUPPORTED,
    dotted,
    function,
    unknown_module,
    unsupported,
)
from symnet.notation.parse.numpy_index import subscript
from symnet.notation.parse.numpy_products import matmul
from symnet.notation.parse.page import Page
from symnet.notation.parse.reassigned import told_apart
from symnet.notation.parse.repeats import is_long, name_for, repeated
from symnet.notation.parse.source import Source, nearest
from symnet.notation.tensor import Entry, Tensor

CONSTANTS: dict[str, Value] = {
    **{"pi": Array((), sympy.pi), "e": Array((), exp(sympy.Integer(1))), "newaxis": None},
    **{"inf": Array((), sympy.oo), "Inf": Array((), sympy.oo), "infty": Array((), sympy.oo)},
}
KINDS = {
    **{"float": "float", "float64": "float", "float32": "float", "double": "float"},
    **{"int": "int", "int64": "int", "int32": "int", "bool": "bool", "bool_": "bool"},
}
ATTRIBUTES = ("T", "mT", "shape", "size", "ndim")
VARIADIC = frozenset({"transpose", "reshape"})  # x.transpose(1, 0) is x.transpose((1, 0))


def read(source: Source, given: Mapping[str, Tensor], numbers: Mapping[str, sympy.Symbol]) -> Graph:
    """The graph of a text in NumPy notation; see symnet.notation.parse.parse.

    An integer tensor without a range gets that of the axis along which it is used.
    """
    page = Page(source, dict(given), dict(numbers), {*given, *numbers})
    graph = Reader(page).graph()
    found = {name: e for name, (e, *more) in page.looked_up.items() if not more}
    ranged = {n: bounded(x, found[n]) if n in found else x for n, x in given.items()}
    return read(source, ranged, numbers) if found else graph


def bounded(x: Tensor, below: Extent) -> Tensor:
    """The integer tensor with its range 0 .. below-1."""
    return Tensor(x.name, *x.indices, assume=x.assume, below=below)


class Reader:
    """Walks the statements of a text and writes definitions onto a page."""

    def __init__(self, page: Page) -> None:
        body, renamed = told_apart(page.source.body, page.given, page.numbers)
        page.source = replace(page.source, body=body)
        page.notes.extend(renamed)
        self.page = page
        self.error = page.source.error
        self.values: dict[str, Value] = {}
        self.loops = Loops(page.source, self.value)
        self.repeated = repeated(page.source.body)
        self.done: dict[str, Array] = {}

    # statements

    def graph(self) -> Graph:
        body = self.page.source.body
        for statement in body:
            self.page.taken |= _assigned(statement)  # no name made up may be given later
        output: Tensor | None = None
        for k, statement in enumerate(body):
            is_last = k == len(body) - 1
            if isinstance(statement, ast.Assign):
                output = self._assign(statement, is_last)
            elif isinstance(statement, ast.Expr) and is_last:
                output = self._output(statement.value)
            else:
                raise self._refuse_statement(statement)
        assert output is not None
        used = [x for name, x in self.page.given.items() if name in self.page.used]
        try:
            return self.page.graph(output, used)
        except SymnetError as e:
            raise self.error(body[-1], str(e)) from None

    def _refuse_statement(self, s: ast.stmt) -> ParseError:
        if isinstance(s, ast.Expr):
            return self.error(
                s, "a formula before the last line has no name; write z = ... or remove it"
            )
        kind = type(s).__name__
        return self.error(s, f"{kind} is not supported; expected assignments z = ... and a formula")

    def _assign(self, s: ast.Assign, is_last: bool) -> Tensor | None:
        if len(s.targets) != 1:
            raise self.error(s.targets[1], "expected one name on the left, as in z = ...")
        target = s.targets[0]
        if isinstance(target, ast.Tuple | ast.List):
            self._unpack(s, target, is_last)
            return None
        if not isinstance(target, ast.Name):
            what = "entries of an array" if isinstance(target, ast.Subscript) else "this"
            raise self.error(
                target,
                f"an assignment to {what} is not supported; write z = ... with np.where, np.stack "
                "or np.concatenate",
            )
        return self._store(target, s.value, self.value(s.value), is_last)

    def _unpack(self, s: ast.Assign, target: ast.Tuple | ast.List, is_last: bool) -> None:
        """N, D = X.shape: names for the values of a tuple, such as sizes."""
        value = self.value(s.value)
        names = [e for e in target.elts if isinstance(e, ast.Name)]
        if isinstance(value, Array):
            left = names[0].id if names else "a"
            right = s.value.id if isinstance(s.value, ast.Name) else "z"
            raise self.error(
                target, f"unpacking an array is not supported; write {left} = {right}[0] and so on"
            )
        if not isinstance(value, tuple | list) or len(names) != len(target.elts):
            raise self.error(target, "expected one name on the left, as in z = ...")
        if len(names) != len(value):
            raise self.error(target, f"{len(names)} names for {len(value)} values")
        if is_last:
            raise self.error(s, "the last line has several values, expected one array")
        for name, v in zip(names, value, strict=True):
            self._store(name, s.value, v, False)

    def _store(
        self, target: ast.Name, node: ast.expr, value: Value, is_last: bool
    ) -> Tensor | None:
        """Give the value its name, as a definition if it is more than an entry or a number."""
        name = target.id
        if name in self.page.numbers and _is_number(value, self.page.numbers[name]):
            return None  # N = X.shape[0], as it was
        if name in self.page.numbers:
            raise self.error(target, f"{name} is an extent of a shape; choose another name")
        if name in self.values or name in self.page.given:
            raise self.error(target, f"{name} has a value already; choose another name")
        if name.startswith("__") or name in ("np", "numpy"):
            raise self.error(target, f"{name} cannot be a name; choose another")
        if not isinstance(value, Array):
            if is_last:
                raise self.error(node, f"the last line is {described(value)}, expected an array")
            self.values[name] = value
            return None
        constant = not value.expression.has(Tensor) and not value.indices
        if (constant or value.is_plain) and not is_last:
            self.values[name] = self._renamed(value, name) or value
            return None
        made = self._renamed(value, name, is_last)
        made = made or self._defined(node, value, name, is_last)
        self.values[name] = made
        return made.expression.tensor

    def _renamed(self, value: Array, name: str, whole: bool = False) -> Array | None:
        """The last definition under the author's name, also where it stands for a repeated part."""
        made = self.page.rename_last(value, name, whole)
        if made is not None:
            old = value.expression.tensor
            for key, known in self.done.items():
                if isinstance(known.expression, Entry) and known.expression.tensor == old:
                    self.done[key] = made
        return made

    def _defined(self, node: ast.AST, value: Array, name: str, whole: bool) -> Array:
        try:
            return self.page.name(value, name, exactly=True, whole=whole)
        except ParseError:
            raise
        except SymnetError as e:
            raise self.error(node, str(e)) from None

    def _output(self, node: ast.expr) -> Tensor:
        value = self.value(node)
        if not isinstance(value, Array):
            hint = "; write np.array([...])" if isinstance(value, list) else ""
            raise self.error(
                node, f"the formula is {described(value)}, expected an array or a number{hint}"
            )
        if isinstance(node, ast.Name) and (tensor := self._tensor_of(value)) is not None:
            return tensor
        wanted = NAMES["output"] if value.indices else NAMES["scalar output"]
        name = unused(wanted, self.page.taken)
        made = self._renamed(value, name, True) or self._defined(node, value, name, True)
        return made.expression.tensor

    def _tensor_of(self, value: Array) -> Tensor | None:
        """The defined tensor that a value is, axes and all: its name is that of the output."""
        e = value.expression
        if not isinstance(e, Entry) or not value.is_plain or e.slots != value.indices:
            return None
        return None if e.tensor.name in self.page.given else e.tensor

    # values

    def value(self, node: ast.expr) -> Value:
        """The value of an expression; one that stands twice gets a name once."""
        key = self.repeated.get(id(node))
        if key is not None and key in self.done:
            return self.done[key].fresh()
        rule = _RULES.get(type(node))
        if rule is None:
            raise self._refuse(node)
        try:
            made = rule(self, node)
        except ParseError:
            raise
        except SymnetError as e:
            raise self.error(node, str(e)) from None
        if key is not None and isinstance(made, Array) and is_long(made):
            made = self.page.name(made, name_for(node))
            self.done[key] = made
        return made

    def array(self, node: ast.expr) -> Array:
        """The value as an array."""
        return self._as_array(node, self.value(node))

    def _as_array(self, node: ast.expr, value: Value) -> Array:
        if isinstance(value, bool):
            return number(int(value))
        if not isinstance(value, Array):
            hint = "; write np.array([...])" if isinstance(value, list) else ""
            raise self.error(node, f"{described(value)}, expected an array or a number{hint}")
        return value

    def _refuse(self, node: ast.expr) -> ParseError:
        if isinstance(node, ast.BoolOp):
            sign = SIGNS[type(node.op)]
            join = "&" if sign == "and" else "|"
            return self.error(node, f"'{sign}' is for constants; write (a > 0) {join} (b > 0)")
        kind = type(node).__name__
        return self.error(
            node, f"{kind} is not supported; expected arithmetic, indexing and calls of functions"
        )

    def _constant(self, node: ast.Constant) -> Value:
        v = node.value
        if isinstance(v, bool) or v is None or v is Ellipsis or isinstance(v, str):
            return v
        return number(v) if isinstance(v, int) else Array((), sympy.Rational(repr(v)))

    def _name(self, node: ast.Name) -> Value:
        name = node.id
        value = self.loops.find(name)
        if value is None:
            value = self.values.get(name)
        if value is not None or name in self.values:
            return value.fresh() if isinstance(value, Array) else value
        if name in self.page.given:
            return self.page.tensor(name)
        if name in self.page.numbers:
            return Array((), self.page.numbers[name])
        if name in ("pi", "inf"):
            return CONSTANTS[name]
        if name in KINDS:
            return Kind(KINDS[name])
        if name in SUPPORTED:
            raise self.error(node, f"{name} is a function; call it: {name}(...)")
        if name in FUNCTIONS:
            raise unsupported(self.page.source, node, name)
        known = [*self.values, *self.page.given, *self.page.numbers]
        hint = nearest(name, known) or f"; known are {', '.join(known) or 'none'}"
        raise self.error(
            node,
            f'{name} has no shape{hint}. Give it one: {{"{name}": "N D"}} or --shape {name}=N,D',
        )

    def _attribute(self, node: ast.Attribute) -> Value:
        module, name = dotted(node.value), node.attr
        if module is not None and not self._is_value(module.split(".")[0]):
            return self._of_module(node, module)
        x = self.array(node.value)
        if name in ("T", "mT"):
            order = [*range(x.order)]
            turned = order if name == "T" else order[-2:]
            if name == "mT" and x.order < 2:
                raise self.error(node, f"{described(x)} has no rows and columns to swap")
            return x.reordered([*order[: x.order - len(turned)], *reversed(turned)])
        if name == "shape":
            return tuple(Array((), e) for e in x.shape)
        if name == "size":
            return Array((), sympy.Mul(*x.shape))
        if name == "ndim":
            return number(x.order)
        hint = nearest(name, [*METHODS, *ATTRIBUTES])
        if name in METHODS:
            hint = f"; call it: .{name}(...)"
        raise self.error(node, f"an array has no .{name} here{hint}")

    def _of_module(self, node: ast.Attribute, module: str) -> Value:
        """np.pi, and errors for what is no number."""
        name = node.attr
        if module not in MODULES:
            raise unknown_module(self.page.source, node, module)
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in KINDS:
            return Kind(KINDS[name])
        if name in SUPPORTED:
            raise self.error(node, f"{module}.{name} is a function; call it: {module}.{name}(...)")
        raise unsupported(self.page.source, node, name, module)

    def _is_value(self, name: str) -> bool:
        known = name in self.values or name in self.page.given or name in self.page.numbers
        return known or self.loops.find(name) is not None

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.value(node.value)
        inner = node.slice
        nodes = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        keys = [self._key(k) for k in nodes]
        if isinstance(value, tuple | list):
            return self._item(node, value, keys)
        if not isinstance(value, Array):
            raise self.error(node, f"{described(value)} has no entries")
        return subscript(self.page, node, value, keys, nodes)

    def _item(
        self, node: ast.Subscript, value: tuple[Value, ...] | list[Value], keys: Any
    ) -> Value:
        """An item, or a slice, of a tuple such as X.shape."""
        (key, *more) = keys
        if not more and isinstance(key, slice):
            ends = [key.start, key.stop, key.step]
            plain = [e if e is None else e.constant for e in ends]
            if all(e is None or p is not None for e, p in zip(ends, plain, strict=True)):
                return value[slice(*plain)]
        k = key.constant if not more and isinstance(key, Array) else None
        if k is None or not -len(value) <= k < len(value):
            raise self.error(
                node.slice, f"expected a constant index below {len(value)}, of {described(value)}"
            )
        return value[k]

    def _key(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Slice):
            ends = (node.lower, node.upper, node.step)
            return slice(*(None if e is None else self.value(e) for e in ends))
        return self.value(node)

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Add) and type(left) is type(right):
            if isinstance(left, list | tuple):
                return left + right
        elif isinstance(node.op, ast.Mult) and isinstance(left, list | tuple):
            raise self.error(node, f"{described(left)} times a number; write the items, or np.tile")
        a, b = self._as_array(node.left, left), self._as_array(node.right, right)
        if not isinstance(node.op, ast.MatMult):
            return binary(self.page, node, a, b)
        if a.truth and b.truth:
            raise self.error(node, "@ of two comparisons is no number in NumPy; write 1*a @ b")
        return matmul(self.page, node, a, b)

    def _unary(self, node: ast.UnaryOp) -> Value:
        return unary(self.page, node, self.array(node.operand))

    def _compare(self, node: ast.Compare) -> Value:
        for op in node.ops:
            if SIGNS[type(op)] not in RELATIONS:
                raise self.error(
                    node, f"'{SIGNS[type(op)]}' is not supported; expected < <= == != > >="
                )
        return compared(self.page, node, [self.array(n) for n in (node.left, *node.comparators)])

    def _sequence(self, node: ast.Tuple | ast.List) -> Value:
        items = [self.value(e) for e in node.elts]
        return tuple(items) if isinstance(node, ast.Tuple) else items

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> list[Value]:
        return self.loops.listed(node)

    def _choice(self, node: ast.IfExp) -> Value:
        return self.value(node.body if self.loops.holds(node.test) else node.orelse)

    # calls

    def _call(self, node: ast.Call) -> Value:
        found, subject = self._callee(node)
        positional: list[tuple[Value, ast.AST]] = [(self.value(a), a) for a in node.args]
        keywords: dict[str, tuple[Value, ast.AST]] = {}
        for k in node.keywords:
            assert k.arg is not None  # ** is refused when the text is read
            value = self.value(k.value)
            if k.arg != "dtype":
                keywords[k.arg] = (value, k.value)
            elif not isinstance(value, Kind) or value.name != "float":
                raise self.error(k.value, "dtype: all numbers are real; expected float or none")
        if subject is not None:
            if found.name in VARIADIC and len(positional) > 1:
                positional = [(tuple(v for v, _ in positional), positional[0][1])]
            positional = [(subject, node.func), *positional]
        return found.rule(bound(self.page, node, found, positional, keywords))

    def _callee(self, node: ast.Call) -> tuple[Function, Value]:
        """The function that is called, and the array whose method it is."""
        f, source = node.func, self.page.source
        if isinstance(f, ast.Name):
            if self._is_value(f.id):
                raise self.error(
                    f, f"{f.id} is an array, not a function; for a product write {f.id} * ..."
                )
            return function(source, f, f.id), None
        if not isinstance(f, ast.Attribute):
            raise self.error(f, "expected the name of a function before (")
        module = dotted(f.value)
        if module is not None and not self._is_value(module.split(".")[0]):
            if module in MODULES:
                return function(source, f, f.attr, module), None
            if module.split(".")[0] in MODULES:
                raise unsupported(
                    source, f, module.split(".")[-1], ".".join(module.split(".")[:-1])
                )
            raise unknown_module(source, f, module)
        subject = self.array(f.value)
        if f.attr in ATTRIBUTES:
            raise self.error(f, f".{f.attr} is not called; write it without brackets")
        found = FUNCTIONS.get(f.attr)
        if found is None or not found.method:
            hint = f"; write np.{f.attr}(...)" if found else nearest(f.attr, METHODS)
            raise self.error(f, f"an array has no method {f.attr} here{hint}")
        return function(source, f, f.attr), subject


_RULES: dict[type[ast.AST], Callable[[Reader, Any], Value]] = {
    ast.Constant: Reader._constant,
    ast.Name: Reader._name,
    ast.Attribute: Reader._attribute,
    ast.Subscript: Reader._subscript,
    ast.BinOp: Reader._binary,
    ast.UnaryOp: Reader._unary,
    ast.Compare: Reader._compare,
    ast.Call: Reader._call,
    ast.Tuple: Reader._sequence,
    ast.List: Reader._sequence,
    ast.ListComp: Reader._comprehension,
    ast.GeneratorExp: Reader._comprehension,
    ast.IfExp: Reader._choice,
}


def _assigned(statement: ast.stmt) -> set[str]:
    """The names on the left of an assignment."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}


def _is_number(value: Value, symbol: sympy.Symbol) -> bool:
    return isinstance(value, Array) and not value.indices and value.expression == symbol
