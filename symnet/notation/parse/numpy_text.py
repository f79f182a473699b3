"""NumPy notation -> Graph: Python's expressions, walked by a whitelist.

    z = X @ W + b
    np.sum((np.tanh(z) - Y)**2)  =>  z[n,k] = ..., L = ...

Every assignment is a definition under the author's name. What has no name gets one from the table
in names.py where derivatives need it; a polynomial stays one formula.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sympy

from symnet.notation.errors import ParseError, SymnetError
from symnet.notation.functions import Compare, ScalarFunction, compare, exp
from symnet.notation.graph import Graph
from symnet.notation.parse import (
    numpy_constants,
    numpy_convolution,
    numpy_diagonals,
    numpy_einsum,
    numpy_elementwise,
    numpy_joins,
    numpy_linear,
    numpy_norms,
    numpy_products,
    numpy_reduce,
    numpy_reshape,
    numpy_shaping,
    numpy_shifts,
)
from symnet.notation.parse.array import Array, elementwise, number
from symnet.notation.parse.call import Function, Value, bound, described
from symnet.notation.parse.names import NAMES, unused
from symnet.notation.parse.numpy_elementwise import powered, truth
from symnet.notation.parse.numpy_index import subscript
from symnet.notation.parse.numpy_products import matmul
from symnet.notation.parse.page import Page, has_contraction
from symnet.notation.parse.source import Source, nearest
from symnet.notation.tensor import Entry, Tensor

FUNCTIONS: dict[str, Function] = {
    **numpy_elementwise.TABLE,
    **numpy_reduce.TABLE,
    **numpy_products.TABLE,
    **numpy_einsum.TABLE,
    **numpy_diagonals.TABLE,
    **numpy_reshape.TABLE,
    **numpy_shaping.TABLE,
    **numpy_joins.TABLE,
    **numpy_shifts.TABLE,
    **numpy_constants.TABLE,
    **numpy_linear.TABLE,
    **numpy_norms.TABLE,
    **numpy_convolution.TABLE,
}
SUPPORTED = [name for name, function in FUNCTIONS.items() if not function.instead]
MODULES = {
    *("np", "numpy", "np.linalg", "numpy.linalg", "linalg", "scipy.special", "special", "math"),
    *("scipy.linalg", "nn", "F"),
}
# What a module means by a name that NumPy has too, with other axes.
IN_MODULE = {"linalg": numpy_linear.IN_LINALG, "special": numpy_reduce.IN_SPECIAL}
CONSTANTS = {"pi": sympy.pi, "e": None, "newaxis": None}
MOST_ITEMS = 4096
RELATIONS = {
    **{ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=", ast.Gt: ">", ast.GtE: ">="},
}


def read(source: Source, given: Mapping[str, Tensor], numbers: Mapping[str, sympy.Symbol]) -> Graph:
    """The graph of a text in NumPy notation; see symnet.notation.parse.parse."""
    page = Page(source, dict(given), dict(numbers), {*given, *numbers})
    return Reader(page).graph()


class Reader:
    """Walks the statements of a text and writes definitions onto a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.values: dict[str, Value] = {}
        self.loops: list[dict[str, Array]] = []
        self.repeated = _repeated(page.source.body)
        self.done: dict[str, Array] = {}

    def graph(self) -> Graph:
        body = self.page.source.body
        self._reserve()
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
        return self.page.graph(output, used)

    def _reserve(self) -> None:
        """No name made up may be one that the author gives later."""
        for statement in self.page.source.body:
            if isinstance(statement, ast.Assign):
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        self.page.taken.add(target.id)

    def _refuse_statement(self, s: ast.stmt) -> ParseError:
        if isinstance(s, ast.Expr):
            return self.page.source.error(
                s, "a formula before the last line has no name; write z = ... or remove it"
            )
        if isinstance(s, ast.AugAssign):
            return self.page.source.error(s, "+= and the like change a value; write z2 = z + ...")
        kind = type(s).__name__
        return self.page.source.error(
            s, f"{kind} is not supported; expected assignments z = ... and a formula"
        )

    def _assign(self, s: ast.Assign, is_last: bool) -> Tensor | None:
        error = self.page.source.error
        if len(s.targets) != 1 or not isinstance(s.targets[0], ast.Name):
            raise error(s.targets[0], "expected one name on the left, as in z = ...")
        target = s.targets[0]
        name = target.id
        if name in self.values or name in self.page.given or name in self.page.numbers:
            what = "has a value already" if name in self.values else "is given"
            raise error(target, f"{name} {what}; a name stands for one thing, so choose another")
        if name.startswith("__") or name in ("np", "numpy"):
            raise error(target, f"{name} cannot be a name; choose another")
        value = self.value(s.value)
        if not isinstance(value, Array):
            if is_last:
                raise error(s.value, f"the last line is {described(value)}, expected an array")
            self.values[name] = value
            return None
        constant = not value.expression.has(Tensor) and not value.indices
        if (constant or value.is_plain) and not is_last:
            self.values[name] = self.page.rename_last(value, name) or value
            return None
        made = self.page.rename_last(value, name, is_last) or self._defined(s, value, name, is_last)
        self.values[name] = made
        return made.expression.tensor

    def _defined(self, node: ast.AST, value: Array, name: str, whole: bool) -> Array:
        try:
            return self.page.name(value, name, exactly=True, whole=whole)
        except ParseError:
            raise
        except SymnetError as e:
            raise self.page.source.error(node, str(e)) from None

    def _output(self, node: ast.expr) -> Tensor:
        value = self.value(node)
        if not isinstance(value, Array):
            raise self.page.source.error(
                node, f"the formula is {described(value)}, expected an array or a number"
            )
        wanted = NAMES["output"] if value.indices else NAMES["scalar output"]
        name = unused(wanted, self.page.taken)
        made = self.page.rename_last(value, name, True) or self._defined(node, value, name, True)
        return made.expression.tensor

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
            raise self.page.source.error(node, str(e)) from None
        if key is not None and isinstance(made, Array) and _is_long(made):
            made = self.page.name(made, _name_for(node))
            self.done[key] = made
        return made

    def array(self, node: ast.expr) -> Array:
        return self._as_array(node, self.value(node))

    def _as_array(self, node: ast.expr, value: Value) -> Array:
        if isinstance(value, bool):
            return number(int(value))
        if not isinstance(value, Array):
            raise self.page.source.error(node, f"{described(value)}, expected an array or a number")
        return value

    def _refuse(self, node: ast.expr) -> ParseError:
        hints: dict[type[ast.AST], str] = {
            ast.Lambda: "write the formula itself",
            ast.NamedExpr: "assign on a line of its own: z = ...",
            ast.JoinedStr: "there is no text in a formula",
            ast.Dict: "expected arrays and numbers",
            ast.Starred: "write the arguments one by one",
            ast.BoolOp: "for arrays write (a > 0) & (b > 0)",
        }
        kind = type(node).__name__
        hint = hints.get(
            type(node), "expected arithmetic, indexing and the functions of docs/text.md"
        )
        return self.page.source.error(node, f"{kind} is not supported; {hint}")

    def _constant(self, node: ast.Constant) -> Value:
        v = node.value
        if isinstance(v, bool) or v is None or v is Ellipsis or isinstance(v, str):
            return v
        if isinstance(v, int):
            return number(v)
        if isinstance(v, float):
            if v in (float("inf"),):
                raise self.page.source.error(node, "the number is too large")
            return Array((), sympy.Rational(repr(v)))
        raise self.page.source.error(node, f"{type(v).__name__} numbers are not supported")

    def _name(self, node: ast.Name) -> Value:
        name = node.id
        for loop in reversed(self.loops):
            if name in loop:
                return loop[name]
        if name in self.values:
            value = self.values[name]
            return value.fresh() if isinstance(value, Array) else value
        if name in self.page.given:
            return self.page.tensor(name)
        if name in self.page.numbers:
            return Array((), self.page.numbers[name])
        if name == "pi":
            return Array((), sympy.pi)
        known = [*self.values, *self.page.given, *self.page.numbers]
        if name in FUNCTIONS:
            raise self.page.source.error(node, f"{name} is a function; call it: {name}(...)")
        hint = nearest(name, known) or f"; known are {', '.join(known) or 'none'}"
        raise self.page.source.error(
            node,
            f'{name} has no shape{hint}. Give it one: {{"{name}": "N D"}} or --shape {name}=N,D',
        )

    def _attribute(self, node: ast.Attribute) -> Value:
        module = _dotted(node.value)
        if module in MODULES and not self._is_value(module):
            if node.attr == "pi":
                return Array((), sympy.pi)
            if node.attr == "e":
                return Array((), exp(sympy.Integer(1)))
            if node.attr == "newaxis":
                return None
            if node.attr in ("inf", "Inf"):
                return Array((), sympy.oo)
            raise self.page.source.error(
                node, f"{module}.{node.attr} is not a number{nearest(node.attr, SUPPORTED)}"
            )
        x = self.array(node.value)
        if node.attr in ("T", "mT"):
            if node.attr == "mT" or x.order < 2:
                order = (
                    [*range(x.order - 2), x.order - 1, x.order - 2]
                    if x.order > 1
                    else [*range(x.order)]
                )
            else:
                order = [*reversed(range(x.order))]
            return Array(tuple(x.indices[k] for k in order), x.expression)
        if node.attr == "shape":
            return tuple(Array((), e) for e in x.shape)
        if node.attr == "size":
            return Array((), sympy.Mul(*x.shape))
        if node.attr == "ndim":
            return number(x.order)
        methods = [k for k in SUPPORTED if FUNCTIONS[k].method]
        hint = nearest(node.attr, [*methods, "T", "shape", "size"])
        if node.attr in methods:
            hint = f"; call it: .{node.attr}(...)"
        raise self.page.source.error(node, f"an array has no .{node.attr} here{hint}")

    def _is_value(self, name: str) -> bool:
        return name in self.values or name in self.page.given or name in self.page.numbers

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.value(node.value)
        inner = node.slice
        keys = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        found = [self._key(k) for k in keys]
        if isinstance(value, tuple | list):
            k = found[0].constant if len(found) == 1 and isinstance(found[0], Array) else None
            if k is None or not -len(value) <= k < len(value):
                raise self.page.source.error(node, f"expected a constant index below {len(value)}")
            return value[k]
        if not isinstance(value, Array):
            raise self.page.source.error(node, f"{described(value)} has no entries")
        return subscript(self.page, node, value, found)

    def _key(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Slice):
            return slice(
                *(None if e is None else self.array(e) for e in (node.lower, node.upper, node.step))
            )
        value = self.value(node)
        if isinstance(value, list):
            raise self.page.source.error(
                node, "indexing by a list is not supported; use slices or an integer tensor"
            )
        return value

    def _binary(self, node: ast.BinOp) -> Value:
        if isinstance(node.op, ast.Add | ast.Mult):
            left, right = self.value(node.left), self.value(node.right)
            if isinstance(left, list | tuple) or isinstance(right, list | tuple):
                return self._lists(node, left, right)
        else:
            left, right = self.value(node.left), self.value(node.right)
        a, b = self._as_array(node.left, left), self._as_array(node.right, right)
        op = node.op
        if isinstance(op, ast.MatMult):
            return matmul(self.page, node, a, b)
        if isinstance(op, ast.Pow):
            call = bound(
                self.page,
                ast.copy_location(ast.Call(node, [], []), node),
                FUNCTIONS["power"],
                [(a, node.left), (b, node.right)],
                {},
            )
            return powered(call, a, b)
        if isinstance(op, ast.Div):
            return self._quotient(node, a, b)
        if isinstance(op, ast.BitAnd):
            return elementwise(lambda p, q: truth(p) * truth(q), a, b)
        if isinstance(op, ast.BitOr):
            return elementwise(lambda p, q: 1 - (1 - truth(p)) * (1 - truth(q)), a, b)
        arithmetic = _ARITHMETIC.get(type(op))
        if arithmetic is not None:
            return elementwise(arithmetic, a, b)
        if isinstance(op, ast.FloorDiv | ast.Mod) and not a.indices and not b.indices:
            return self._whole(node, a, b)
        shown = {ast.BitXor: "^ is not a power; write **", ast.Mod: "% is not supported"}
        raise self.page.source.error(
            node,
            shown.get(type(op), f"{type(op).__name__} is not supported; expected + - * / ** @"),
        )

    def _lists(self, node: ast.BinOp, left: Value, right: Value) -> Value:
        if isinstance(node.op, ast.Add) and type(left) is type(right):
            return left + right
        raise self.page.source.error(
            node, f"{described(left)} and {described(right)}: expected arrays or numbers"
        )

    def _whole(self, node: ast.BinOp, a: Array, b: Array) -> Array:
        """Floor division and remainder of sizes."""
        p, q = a.expression, b.expression
        if not (p.is_integer and q.is_integer) or q.is_zero:
            raise self.page.source.error(node, "// and % are for sizes: whole numbers, not 0")
        whole = sympy.floor(p / q)
        return Array((), whole if isinstance(node.op, ast.FloorDiv) else p - q * whole)

    def _quotient(self, node: ast.BinOp, a: Array, b: Array) -> Array:
        """a / b; one over a root that is shared by several entries is named, and the quotient."""
        if b.expression.is_zero:
            raise self.page.source.error(node, "division by 0")
        if isinstance(b.expression, sympy.Add) and has_contraction(b.expression):
            b = self.page.name(b, NAMES["divisor"])
        if not _is_shared_root(a, b):
            made = elementwise(lambda p, q: p / q, a, b)
            is_sum = isinstance(b.expression, sympy.Add) and b.expression.has(exp)
            return self.page.name(made, NAMES["logistic"]) if is_sum and made.indices else made
        if not b.is_plain:
            b = self.page.name(b.mapped(lambda e: 1 / e), NAMES["reciprocal"])
        else:
            b = b.mapped(lambda e: 1 / e)
        before, core = _centred(a.expression)
        if not core.has(Tensor):
            return elementwise(lambda p, q: p * q, a, b)
        made = elementwise(lambda p, q: p * q, Array(a.indices, core), b)
        named = self.page.name(made, NAMES["normalised"])
        return elementwise(lambda p, q: p * q, Array(a.indices, before), named)

    def _unary(self, node: ast.UnaryOp) -> Value:
        x = self.array(node.operand)
        if isinstance(node.op, ast.USub):
            return x.mapped(lambda e: -e)
        if isinstance(node.op, ast.UAdd):
            return x
        return x.mapped(lambda e: 1 - truth(e))

    def _compare(self, node: ast.Compare) -> Value:
        items = [self.array(n) for n in (node.left, *node.comparators)]
        out: Array | None = None
        for k, op in enumerate(node.ops):
            relation = RELATIONS.get(type(op))
            if relation is None:
                raise self.page.source.error(
                    node, f"{type(op).__name__} is not supported; expected < <= == != > >="
                )
            made = self._bracket(relation, items[k], items[k + 1])
            out = made if out is None else elementwise(lambda p, q: p * q, out, made)
        assert out is not None
        return out

    def _bracket(self, relation: str, a: Array, b: Array) -> Array:
        if all(x.expression.is_number and not x.indices for x in (a, b)):
            return number(int(_compared(relation, a.expression, b.expression)))
        if (settled := _truth_of(relation, a, b)) is not None:
            return settled
        for x in (a, b):
            if has_contraction(x.expression):
                a = self.page.name(a, NAMES["argument"]) if x is a else a
                b = self.page.name(b, NAMES["argument"]) if x is b else b
        return elementwise(lambda p, q: compare(relation, p, q), a, b)

    def _call(self, node: ast.Call) -> Value:
        function, subject = self._callee(node)
        if function.instead:
            raise self.page.source.error(
                node.func, f"{function.name} is not supported; {function.instead}"
            )
        positional = [(self._argument(a), a) for a in node.args]
        keywords: dict[str, tuple[Value, ast.AST]] = {}
        for k in node.keywords:
            if k.arg is None:
                raise self.page.source.error(k.value, "** is not supported; write the arguments")
            keywords[k.arg] = (self._argument(k.value), k.value)
        if subject is not None:
            positional = [(subject, node.func), *positional]
            if function.name in _VARIADIC and len(positional) > 2:
                rest = tuple(v for v, _ in positional[1:])
                positional = [positional[0], (rest, positional[1][1])]
        return function.rule(bound(self.page, node, function, positional, keywords))

    def _argument(self, node: ast.expr) -> Value:
        if isinstance(node, ast.Starred):
            raise self.page.source.error(node, "* is not supported; write the arguments one by one")
        return self.value(node)

    def _callee(self, node: ast.Call) -> tuple[Function, Value]:
        """The function that is called, and the array whose method it is."""
        error = self.page.source.error
        f = node.func
        if isinstance(f, ast.Name):
            if f.id in FUNCTIONS and not self._is_value(f.id):
                return FUNCTIONS[f.id], None
            if self._is_value(f.id):
                raise error(
                    f, f"{f.id} is an array, not a function; for a product write {f.id} * ..."
                )
            raise error(f, f"{f.id} is not supported{nearest(f.id, SUPPORTED)}")
        if not isinstance(f, ast.Attribute):
            raise error(f, "expected the name of a function before (")
        module = _dotted(f.value)
        if module is not None and not self._is_value(module.split(".")[0]):
            own = IN_MODULE.get(module.split(".")[-1], {})
            if module in MODULES and f.attr in FUNCTIONS:
                return own.get(f.attr, FUNCTIONS[f.attr]), None
            if module in MODULES or module.split(".")[0] in MODULES:
                raise error(f, f"{module}.{f.attr} is not supported{nearest(f.attr, SUPPORTED)}")
        subject = self.array(f.value)
        found = FUNCTIONS.get(f.attr)
        if found is None or not found.method:
            methods = [k for k in SUPPORTED if FUNCTIONS[k].method]
            hint = f"; write np.{f.attr}(...)" if found else nearest(f.attr, methods)
            raise error(f, f"an array has no method {f.attr} here{hint}")
        return found, subject

    def _sequence(self, node: ast.Tuple | ast.List) -> Value:
        items = [self._argument(e) for e in node.elts]
        return tuple(items) if isinstance(node, ast.Tuple) else items

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> list[Value]:
        out: list[Value] = []
        for _ in self._rounds(list(node.generators)):
            out.append(self.value(node.elt))
            if len(out) > MOST_ITEMS:
                raise self.page.source.error(node, f"more than {MOST_ITEMS} items")
        if not out:
            raise self.page.source.error(node, "no items: the conditions hold nowhere")
        return out

    def _rounds(self, generators: list[ast.comprehension]) -> Iterator[None]:
        if not generators:
            yield
            return
        g, rest = generators[0], generators[1:]
        if not isinstance(g.target, ast.Name):
            raise self.page.source.error(g.target, "expected one loop variable, as in for k in ...")
        for k in self._range(g.iter):
            self.loops.append({g.target.id: number(k)})
            try:
                if all(self._holds(c) for c in g.ifs):
                    yield from self._rounds(rest)
            finally:
                self.loops.pop()

    def _range(self, node: ast.expr) -> range:
        hint = "expected range(...) with constant integers"
        is_range = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if not is_range or node.func.id != "range" or node.keywords:  # type: ignore[attr-defined]
            raise self.page.source.error(node, hint)
        ends = [self.array(a).constant for a in node.args]  # type: ignore[attr-defined]
        if (
            not 1 <= len(ends) <= 3
            or any(e is None for e in ends)
            or (len(ends) == 3 and not ends[2])
        ):
            raise self.page.source.error(node, hint)
        made = range(*[e for e in ends if e is not None])
        if len(made) > MOST_ITEMS:
            raise self.page.source.error(node, f"{len(made)} items, expected at most {MOST_ITEMS}")
        return made

    def _holds(self, node: ast.expr) -> bool:
        """A condition on loop variables, settled at once."""
        if isinstance(node, ast.BoolOp):
            parts = (self._holds(v) for v in node.values)
            return all(parts) if isinstance(node.op, ast.And) else any(parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return not self._holds(node.operand)
        value = self.value(node)
        if isinstance(value, bool):
            return value
        if isinstance(value, Array) and value.constant is not None:
            return bool(value.constant)
        raise self.page.source.error(
            node, "the condition must be constant; for arrays use np.where"
        )

    def _choice(self, node: ast.IfExp) -> Value:
        return self.value(node.body if self._holds(node.test) else node.orelse)


_VARIADIC = {"transpose", "reshape"}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda p, q: p + q,
    ast.Sub: lambda p, q: p - q,
    ast.Mult: lambda p, q: p * q,
}
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


def _dotted(node: ast.expr) -> str | None:
    """np.linalg for the names of modules, else None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return None if before is None else f"{before}.{node.attr}"
    return None


def _is_long(x: Array) -> bool:
    """More than a function of one entry, or a number times it: exp(x) stays as it is."""
    e = x.expression.as_coeff_Mul()[1]
    inner = e.args[0].as_coeff_Mul()[1] if isinstance(e, ScalarFunction) else e
    return bool(x.expression.has(Tensor)) and not isinstance(inner, Entry)


def _centred(e: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """g (x - mu) as (g, x - mu); what is no such product as (1, e)."""
    parts = e.args if isinstance(e, sympy.Mul) else ()
    sums = [p for p in parts if isinstance(p, sympy.Add)]
    if len(sums) != 1:
        return sympy.S.One, e
    return sympy.Mul(*(p for p in parts if p is not sums[0])), sums[0]


def _is_shared_root(a: Array, b: Array) -> bool:
    """Whether b is a root of a sum, the same for several entries of a."""
    e = b.expression
    is_root = isinstance(e, sympy.Pow) and e.exp.is_Rational and not e.exp.is_Integer
    named = isinstance(e, sympy.Expr) and b.is_plain and _tensor_name(e) in ROOTS
    own = [i for i in b.indices if i.extent != 1]
    return (is_root or named) and b.expression.has(Tensor) and len(own) < a.order


def _truth_of(relation: str, a: Array, b: Array) -> Array | None:
    """mask == 1 and mask > 0 are the mask, mask == 0 is its opposite; None for anything else."""
    if not isinstance(a.expression, Compare) or b.indices or not b.expression.is_number:
        return None
    holds = {v: bool(_compared(relation, sympy.Integer(v), b.expression)) for v in (0, 1)}
    if holds[0] == holds[1]:
        return a.mapped(lambda _: sympy.Integer(int(holds[1])))
    return a if holds[1] else a.mapped(lambda e: 1 - e)


def _compared(relation: str, p: sympy.Expr, q: sympy.Expr) -> bool:
    """The truth of a relation of two numbers."""
    table = {"<": p < q, "<=": p <= q, ">": p > q, ">=": p >= q, "==": p == q, "!=": p != q}
    return bool(table[relation])


ROOTS = {NAMES["std"], NAMES["norm"]}


def _tensor_name(e: Any) -> str:
    name = e.tensor.name if hasattr(e, "tensor") else ""
    return str(name).rstrip("0123456789")


def _name_for(node: ast.AST) -> str:
    """What a repeated expression is called."""
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Sub | ast.Add):
            return NAMES["difference"]
        return NAMES["product"] if isinstance(node.op, ast.MatMult | ast.Mult) else NAMES["other"]
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        return NAMES.get(name, NAMES["value"])
    return NAMES["other"]


def _repeated(body: tuple[ast.stmt, ...]) -> dict[int, str]:
    """The nodes of expressions that stand more than once, by what they are.

    Parts of a repeated expression are counted once; loop variables make what they stand in unique.
    """
    counts: Counter[str] = Counter()
    found: dict[int, str] = {}

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            return
        if isinstance(node, ast.expr) and _is_worth_naming(node):
            key = ast.dump(node)
            counts[key] += 1
            found[id(node)] = key
            if counts[key] > 1:
                return
        for child in ast.iter_child_nodes(node):
            visit(child)

    for statement in body:
        visit(statement)
    return {node: key for node, key in found.items() if counts[key] > 1}


def _is_worth_naming(node: ast.expr) -> bool:
    """Work that one would not write down twice: a function, a product, or a sum with one."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        return name not in _CHEAP
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.MatMult):
            return True
        return any(
            _is_worth_naming(n)
            for n in ast.walk(node)
            if n is not node and isinstance(n, ast.Call | ast.BinOp)
        ) or isinstance(node.op, ast.Sub)
    return False


_CHEAP = {
    *("transpose", "reshape", "arange", "ones", "zeros", "eye", "identity", "len", "range"),
    *("swapaxes", "expand_dims", "squeeze", "ravel", "sqrt"),
}
