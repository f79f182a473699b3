"""Index notation -> Graph: sums are written, an entry has an index for each axis.

    y[n,o] = sum[i](x[n,i]*W[i,o]) + b[o]           h[t,k] = tanh(x[t,k] + sum[j](h[t-1,j]*U[j,k]))
    q[u,p] = [0 <= 2*u+p-1 < N]*x[2*u+p-1]          h[-1,k] = 0

Several lines are several definitions. A bracket is 1 where it holds, else 0; where it is 0, nothing
else in its product is read. A recurrence has a line for its value before the start. `^` is a power,
and `=` in a bracket is `==`; sn.text prints what this reads.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import networkx as nx
import sympy

from symnet.notation import functions as f
from symnet.notation import matrix, reductions
from symnet.notation.errors import ParseError, SymnetError
from symnet.notation.graph import Definition, Graph
from symnet.notation.index import Index, free_indices, rename
from symnet.notation.intake import intake
from symnet.notation.parse.array import axis_letter
from symnet.notation.parse.index_scope import (
    HEADS,
    REDUCTIONS,
    Letter,
    Line,
    Scope,
    slots_of,
    tensor_name,
)
from symnet.notation.parse.names import NAMES, unused
from symnet.notation.parse.numpy_elementwise import NAMED, PLAIN, TWO
from symnet.notation.parse.source import Source, nearest
from symnet.notation.tensor import Entry, Tensor

RELATIONS = {
    **{ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=", ast.Gt: ">", ast.GtE: ">="},
}
ONE_ARGUMENT: dict[str, Callable[[Any], Any]] = {
    **PLAIN,
    **NAMED,
    **{"sqrt": f.sqrt, "detach": f.detach},
}
TWO_ARGUMENTS: dict[str, Callable[[Any, Any], Any]] = {
    **TWO,
    **{"leaky_relu": f.leaky_relu, "delta": f.delta},
}
KNOWN = {*ONE_ARGUMENT, *TWO_ARGUMENTS, *REDUCTIONS, *HEADS, "where"}


def read(source: Source, given: Mapping[str, Tensor], numbers: Mapping[str, sympy.Symbol]) -> Graph:
    """The graph of a text in index notation; see symnet.notation.parse.parse."""
    return Reader(source, dict(given), dict(numbers)).graph()


class Reader:
    """Reads the lines of a text: definitions, values before a start, zeros beyond an end."""

    def __init__(
        self, source: Source, given: dict[str, Tensor], numbers: dict[str, sympy.Symbol]
    ) -> None:
        self.source = source
        self.given = given
        self.numbers = numbers
        self.bases: dict[str, tuple[ast.stmt, list[ast.expr], ast.expr]] = {}
        self.beyond: set[str] = set()
        self.updates: list[tuple[ast.expr, ast.expr]] = []
        self.lines = self._lines()
        self.scope = Scope(source, given, numbers, self.lines)
        self.notes: list[tuple[str, str]] = []
        self.tensors: dict[str, Tensor] = {}
        self.sequential = self._sequential()
        self.indices: dict[Letter, Index] = {}
        self._settle()

    # statements

    def _lines(self) -> list[Line]:
        out: list[Line] = []
        body = self.source.body
        for k, s in enumerate(body):
            if isinstance(s, ast.Assign):
                self._assignment(s, out)
            elif isinstance(s, ast.Expr) and _is_update(s.value):
                assert isinstance(s.value, ast.Compare)
                new = s.value.comparators[0]
                assert isinstance(new, ast.UnaryOp)
                self.updates.append((s.value.left, new.operand))
            elif isinstance(s, ast.Expr) and k == len(body) - 1:
                out.append(self._anonymous(s, out))
            elif isinstance(s, ast.Expr):
                raise self.source.error(
                    s, "a formula before the last line has no name: write z = .."
                )
            else:
                raise self.source.error(
                    s, f"{type(s).__name__} is not supported; expected lines y[n] = ..."
                )
        if not out:
            raise ParseError("no definition in the text; expected lines such as y[n] = x[n]^2")
        return out

    def _assignment(self, s: ast.Assign, out: list[Line]) -> None:
        for target in s.targets:
            name, slots = self._target(target)
            if any(_is_negative(x) for x in slots):
                if name in self.bases and ast.dump(self.bases[name][2]) != ast.dump(s.value):
                    raise self.source.error(
                        target, f"{name} has two values before its start; expected one for all"
                    )
                self.bases.setdefault(name, (s, slots, s.value))
            elif _is_zero(s.value) and any(
                not isinstance(x, ast.Name) or x.id in self.numbers for x in slots
            ):
                self.beyond.add(name)
            else:
                if name in self.given or any(line.name == name for line in out):
                    what = "given" if name in self.given else "defined"
                    raise self.source.error(
                        target, f"{name} is {what} already; choose another name"
                    )
                if bad := [x for x in slots if not isinstance(x, ast.Name)]:
                    raise self.source.error(bad[0], "expected a letter for each axis on the left")
                out.append(Line(s, name, tuple(slots), s.value))

    def _target(self, target: ast.expr) -> tuple[str, list[ast.expr]]:
        if isinstance(target, ast.Name):
            return target.id, []
        if isinstance(target, ast.Subscript):
            return tensor_name(self.source, target), slots_of(target)
        raise self.source.error(target, "expected y or y[n,k] on the left")

    def _anonymous(self, s: ast.Expr, before: list[Line]) -> Line:
        """A last formula: its free letters are its axes, in the order in which they stand."""
        free = _free_letters(s.value, {*self.given, *self.numbers, *(x.name for x in before)})
        taken = {*self.given, *self.numbers, *(x.name for x in before)}
        name = unused(NAMES["output"] if free else NAMES["scalar output"], taken)
        slots = [ast.copy_location(ast.Name(x, ast.Load()), s.value) for x in free]
        return Line(s, name, tuple(slots), s.value)

    # extents and axes

    def _settle(self) -> None:
        items: list[tuple[object, str]] = []
        for line in self.lines:
            items += [(letter, letter.name) for letter in line.letters.values()]
        for bound in self.scope.bindings.values():
            items += [(letter, letter.name) for letter in bound.values()]
        determined = {
            self.scope._root((n, k)) for n, (o, _) in self.scope.orders.items() for k in range(o)
        }
        for item, name in items:
            known = self.scope.extent_of(item) is not None
            if not known and self.scope._root(item) not in determined:
                assert isinstance(item, Letter)
                raise self.source.error(
                    item.node,
                    f"{name} stands alone in no slot, so nothing says how far it runs; "
                    f"write {name}<N for an extent N",
                )
        self.scope.settle(items)
        for line in self.lines:
            for letter in line.letters.values():
                letter.sequential = (line.name, letter.name) in self.sequential
        for item, _ in items:
            assert isinstance(item, Letter)
            e = self.scope.extent_of(item)
            assert e is not None
            self.indices[item] = Index(item.name, e, item.sequential)
        self._inputs()
        for line in self.lines:
            own = [self.indices[line.letters[s.id]] for s in line.slots if isinstance(s, ast.Name)]
            self.tensors[line.name] = Tensor(line.name, *(i.fresh() for i in own))

    def _inputs(self) -> None:
        """The given tensors; those whose shapes the text determines, and integers, are made here."""
        defined = {line.name for line in self.lines}
        for name, (order, node) in self.scope.orders.items():
            if name in defined:
                continue
            x = self.given.get(name)
            if x is None:
                extents = []
                for axis in range(order):
                    e = self.scope.extent_of((name, axis))
                    if e is None:
                        raise self.source.error(
                            node,
                            f'the shape of {name} is not determined; give it: {{"{name}": "N"}}',
                        )
                    extents.append(e)
                x = Tensor(name, *(Index(axis_letter(e, k), e) for k, e in enumerate(extents)))
                shape = " x ".join(map(str, extents)) or "a scalar"
                self.notes.append((name, f"shape {shape}, from {self.source.text_of(node)}"))
            if name in self.scope.integers and not x.is_integer_valued and not x.assume:
                below = self.scope.extent_of(self.scope.integers[name])
                x = Tensor(name, *x.indices, assume="integer", below=below)
            self.tensors[name] = x
        for name, x in self.given.items():
            self.tensors.setdefault(name, x)

    def _sequential(self) -> set[tuple[str, str]]:
        """(definition, letter) along which a recurrence runs."""
        position = {line.name: k for k, line in enumerate(self.lines)}
        found: set[tuple[str, str]] = set()
        carried: set[tuple[str, int]] = set()
        arrows: nx.DiGraph[str] = nx.DiGraph()
        reads: list[tuple[Line, str, list[ast.expr]]] = []
        for line in self.lines:
            for node in ast.walk(line.right):
                if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
                    if node.value.id in position:
                        reads.append((line, node.value.id, slots_of(node)))
                        arrows.add_edge(node.value.id, line.name)
        for line, name, slots in reads:
            if position[name] < position[line.name]:
                continue
            for axis, slot in enumerate(slots):
                letter = _shifted(slot)
                if letter in line.letters:
                    carried.add((name, axis))
                    found.add((line.name, letter))
        component = {
            n: k for k, c in enumerate(nx.strongly_connected_components(arrows)) for n in c
        }
        by_name = {line.name: line for line in self.lines}
        for name, axis in carried:
            slot = by_name[name].slots[axis]
            if isinstance(slot, ast.Name):
                found.add((name, slot.id))
        changed = True
        while changed:
            changed = False
            for line, name, slots in reads:
                if component.get(name) != component.get(line.name):
                    continue
                for axis, slot in enumerate(slots):
                    own = by_name[name].slots[axis]
                    letter = slot.id if isinstance(slot, ast.Name) else _shifted(slot)
                    if letter not in line.letters or not isinstance(own, ast.Name):
                        continue
                    pair = {(line.name, letter), (name, own.id)}
                    if pair & found and not pair <= found:
                        found |= pair
                        changed = True
        for line, name, slots in reads:  # a shifted reading of a recurrence has its extent
            for axis, slot in enumerate(slots):
                letter = _shifted(slot)
                own = by_name[name].slots[axis]
                if (
                    letter in line.letters
                    and isinstance(own, ast.Name)
                    and (name, own.id) in found
                    and (line.name, letter) in found
                ):
                    self.scope.same(line.letters[letter], (name, axis), slot)
        return found

    # definitions

    def graph(self) -> Graph:
        made = [self._definition(line) for line in self.lines]
        defined = {d.name for d in made}
        used = {e.name for d in made for e in d.expression.atoms(Tensor)}
        used |= {e.name for d in made if d.base is not None for e in d.base.atoms(Tensor)}
        updates = [self._update(*pair) for pair in self.updates]
        used |= {x.name for pair in updates for x in pair}
        inputs = [x for n, x in self.tensors.items() if n in used and n not in defined]
        if unknown := sorted(set(self.bases) - defined):
            raise self.source.error(self.bases[unknown[0]][0], f"{unknown[0]} is not defined")
        notes = [n for n in self.notes if n[0] in used]
        try:
            return Graph(*made, inputs=inputs, output=made[-1].tensor, notes=notes, updates=updates)
        except SymnetError as e:
            places = [line for line in self.lines if str(e).startswith(line.name)]
            raise self.source.error(places[0].node if places else None, str(e)) from None

    def _update(self, state: ast.expr, new: ast.expr) -> tuple[Tensor, Tensor]:
        pair = []
        for node in (state, new):
            name, _ = self._target(node)
            if name not in self.tensors:
                raise self.source.error(node, f"{name} is not known{nearest(name, self.tensors)}")
            pair.append(self.tensors[name])
        return pair[0], pair[1]

    def _definition(self, line: Line) -> Definition:
        scope = {name: self.indices[letter] for name, letter in line.letters.items()}
        free = [scope[s.id] for s in line.slots if isinstance(s, ast.Name)]
        try:
            right = intake(self.value(line.right, scope, line))
            for i in free_indices(right) - set(free):
                raise self.source.error(
                    line.right,
                    f"{i.letter} is free on the right but not on the left; sum over it",
                )
            base = self._base(line, scope)
            return Definition(Entry(self.tensors[line.name], *free), right, base)
        except ParseError:
            raise
        except SymnetError as e:
            raise self.source.error(line.node, str(e)) from None

    def _base(self, line: Line, scope: dict[str, Index]) -> sympy.Expr | None:
        found = self.bases.get(line.name)
        is_carried = any(i.sequential for i in scope.values())
        if found is None:
            return None
        statement, slots, right = found
        if not is_carried:
            raise self.source.error(
                statement, f"{line.name} is no recurrence: it does not mention itself at t-1"
            )
        inner: dict[str, Index] = {}
        for own, slot in zip(line.slots, slots, strict=True):
            assert isinstance(own, ast.Name)
            if isinstance(slot, ast.Name):
                inner[slot.id] = scope[own.id]
        return intake(self.value(right, inner, line))

    # expressions

    def value(self, node: ast.expr, scope: dict[str, Index], line: Line) -> Any:
        """The SymPy expression of a node."""
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node, scope)
            case ast.Subscript(value=ast.Call()):
                return self._inverse(node, scope, line)
            case ast.Subscript():
                return self._entry(node, scope, line)
            case ast.BinOp():
                return self._binary(node, scope, line)
            case ast.UnaryOp(op=ast.USub()):
                return -self.value(node.operand, scope, line)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.value(node.operand, scope, line)
            case ast.Compare():
                return self._bracket(node, scope, line)
            case ast.List(elts=[inner]):
                return self._in_brackets(inner, scope, line)
            case ast.Call(func=ast.Subscript()):
                return self._reduction(node, scope, line)
            case ast.Call():
                return self._call(node, scope, line)
        raise self.source.error(node, f"{type(node).__name__} is not supported in index notation")

    def _constant(self, node: ast.Constant) -> sympy.Expr:
        v = node.value
        if isinstance(v, int) and not isinstance(v, bool):
            return sympy.Integer(v)
        if isinstance(v, float) and v != float("inf"):
            return sympy.Rational(repr(v))
        raise self.source.error(node, f"expected a number, found {str(v)[:40]!r}")

    def _name(self, node: ast.Name, scope: dict[str, Index]) -> sympy.Expr:
        name = node.id
        if name in scope:
            return scope[name]
        if name in self.tensors or name in self.given:
            x = self.tensors.get(name) or self.given[name]
            if x.order:
                letters = ",".join(i.letter for i in x.indices)
                raise self.source.error(
                    node, f"{name} has {x.order} axes; write its entry, {name}[{letters}]"
                )
            return Entry(x)
        if name in self.numbers:
            return self.numbers[name]
        symbols = {str(s): s for i in self.indices.values() for s in i.extent.free_symbols}
        if name in symbols:
            return symbols[name]
        if name == "pi":
            return sympy.pi
        if name == "oo":
            return sympy.oo
        if name in KNOWN:
            raise self.source.error(node, f"{name} is a function; write {name}(..)")
        hint = nearest(name, [*self.tensors, *self.numbers, *scope])
        raise self.source.error(
            node,
            f'{name} is no tensor, index or extent here{hint}; a scalar needs the shape "": '
            f'{{"{name}": ""}}',
        )

    def _entry(self, node: ast.Subscript, scope: dict[str, Index], line: Line) -> sympy.Expr:
        name = tensor_name(self.source, node)
        x = self.tensors[name]
        slots = []
        guard: sympy.Expr = sympy.S.One
        for axis, slot in enumerate(slots_of(node)):
            made = self.value(slot, scope, line)
            slots.append(made)
            if name in self.beyond and _shifted(slot) in scope and x.indices[axis].sequential:
                guard = guard * f.compare("<", made, x.indices[axis].extent)
        try:
            return guard * Entry(x, *slots)
        except SymnetError as e:
            raise self.source.error(node, str(e)) from None

    def _binary(self, node: ast.BinOp, scope: dict[str, Index], line: Line) -> sympy.Expr:
        a, b = self.value(node.left, scope, line), self.value(node.right, scope, line)
        match node.op:
            case ast.Add():
                return a + b
            case ast.Sub():
                return a - b
            case ast.Mult():
                return a * b
            case ast.Div():
                if b == 0:
                    raise self.source.error(node, "division by 0")
                return a / b
            case ast.Pow():
                return self._power(node, a, b)
        raise self.source.error(
            node, f"{type(node.op).__name__} is not supported; expected + - * / ^"
        )

    def _power(self, node: ast.BinOp, a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
        if isinstance(b, sympy.Rational):
            if abs(b) > 4096 or (a.is_number and abs(b) > 64):
                raise self.source.error(node, f"the exponent {str(b)[:40]} is too large")
            if a == 0 and b < 0:
                raise self.source.error(node, "division by 0")
            return sympy.Pow(a, b)
        return intake(f.exp(b * f.log(a)))

    def _in_brackets(self, node: ast.expr, scope: dict[str, Index], line: Line) -> sympy.Expr:
        """[relation], or a product of relations joined by `and`."""
        if isinstance(node, ast.Compare):
            return self._bracket(node, scope, line)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            return sympy.Mul(*(self._in_brackets(v, scope, line) for v in node.values))
        raise self.source.error(node, "expected a relation in the bracket, such as [i < j]")

    def _bracket(self, node: ast.Compare, scope: dict[str, Index], line: Line) -> sympy.Expr:
        sides = [self.value(n, scope, line) for n in (node.left, *node.comparators)]
        out: sympy.Expr = sympy.S.One
        for k, op in enumerate(node.ops):
            if type(op) not in RELATIONS:
                raise self.source.error(node, "expected one of < <= = != > >=")
            out = out * f.compare(RELATIONS[type(op)], sides[k], sides[k + 1])
        return out

    def _reduction(self, node: ast.Call, scope: dict[str, Index], line: Line) -> sympy.Expr:
        head = node.func
        assert isinstance(head, ast.Subscript) and isinstance(head.value, ast.Name)
        bound = {n: self.indices[x] for n, x in self.scope.bindings[id(head)].items()}
        inner = {**scope, **bound}
        body = self.value(node.args[0], inner, line)
        over = list(bound.values())
        kind = head.value.id
        for c in _conditions(head):
            body = self._in_brackets(c, inner, line) * body
        if kind in HEADS:
            return self._head(node, kind, body, over)
        if kind == "softmax":
            top = rename(f.exp(body), {})
            outer = {i: scope[n] for n, i in bound.items() if n in scope}
            return rename(top, outer) / reductions.total(f.exp(body), over)
        if kind == "argmax":
            return reductions.argmax(body, over[0])
        made = {
            **{"sum": reductions.total, "prod": reductions.product, "mean": reductions.mean},
            **{"max": reductions.amax, "min": reductions.amin, "logsumexp": reductions.logsumexp},
        }
        return made[kind](body, over)

    def _head(self, node: ast.Call, kind: str, body: sympy.Expr, over: list[Index]) -> sympy.Expr:
        if len(over) != 2:
            raise self.source.error(node, f"{kind}[p,q](..) is over two letters: rows and columns")
        if kind == "inv":
            raise self.source.error(node, "write the place of the entry: inv[p,q](A[p,q])[i,j]")
        made = matrix.det if kind == "det" else matrix.logdet
        return made(body, (over[0], over[1]))

    def _inverse(self, node: ast.Subscript, scope: dict[str, Index], line: Line) -> sympy.Expr:
        call = node.value
        assert isinstance(call, ast.Call)
        head = call.func
        is_head = isinstance(head, ast.Subscript) and isinstance(head.value, ast.Name)
        if not is_head or head.value.id != "inv":  # type: ignore[union-attr]
            raise self.source.error(node, "only inv[p,q](A[p,q])[i,j] has entries")
        assert isinstance(head, ast.Subscript)
        bound = {n: self.indices[x] for n, x in self.scope.bindings[id(head)].items()}
        body = self.value(call.args[0], {**scope, **bound}, line)
        at = [self.value(s, scope, line) for s in slots_of(node)]
        over = list(bound.values())
        if len(over) != 2 or len(at) != 2:
            raise self.source.error(node, "expected inv[p,q](A[p,q])[i,j]")
        return matrix.inverse(body, (over[0], over[1]), (at[0], at[1]))

    def _call(self, node: ast.Call, scope: dict[str, Index], line: Line) -> sympy.Expr:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if isinstance(node.func, ast.Attribute) and self.source.text_of(node.func.value) in (
            *("np", "numpy", "math"),
        ):
            name = node.func.attr
        if name is None or name not in KNOWN:
            shown = self.source.text_of(node.func)
            raise self.source.error(node.func, f"{shown} is not supported{nearest(shown, KNOWN)}")
        if name in REDUCTIONS | HEADS and name not in TWO_ARGUMENTS:
            hint = "" if name not in ("max", "min") else f" or {name}imum(a, b)"
            raise self.source.error(node, f"say over what: {name}[i](..){hint}")
        if node.keywords:
            raise self.source.error(node.keywords[0].value, "expected arguments without names")
        args = [self.value(a, scope, line) for a in node.args]
        expected = 3 if name == "where" else 2 if name in TWO_ARGUMENTS else 1
        if len(args) != expected:
            raise self.source.error(node, f"{name} takes {expected} arguments, found {len(args)}")
        if name == "where":
            return f.where(*args)
        if name in TWO_ARGUMENTS:
            return TWO_ARGUMENTS[name](*args)
        return ONE_ARGUMENT[name](*args)


def _conditions(head: ast.Subscript) -> list[ast.expr]:
    parts = head.slice.elts if isinstance(head.slice, ast.Tuple) else [head.slice]
    for k, part in enumerate(parts):
        if isinstance(part, ast.Slice) and part.upper is not None:
            return [part.upper, *parts[k + 1 :]]
    return []


def _is_update(node: ast.expr) -> bool:
    """state <- value, which Python reads as state < -value."""
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return False
    new = node.comparators[0]
    return (
        isinstance(node.ops[0], ast.Lt)
        and isinstance(new, ast.UnaryOp)
        and isinstance(new.op, ast.USub)
        and isinstance(node.left, ast.Name | ast.Subscript)
    )


def _is_negative(slot: ast.expr) -> bool:
    return isinstance(slot, ast.UnaryOp) and isinstance(slot.op, ast.USub)


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


def _shifted(slot: ast.expr) -> str:
    """t for a slot t-1 or t+1; "" for any other."""
    if (
        isinstance(slot, ast.BinOp)
        and isinstance(slot.op, ast.Add | ast.Sub)
        and isinstance(slot.left, ast.Name)
        and isinstance(slot.right, ast.Constant)
    ):
        return slot.left.id
    return ""


def _free_letters(node: ast.AST, known: set[str]) -> list[str]:
    """The letters in slots that no reduction binds, in the order in which they stand."""
    out: dict[str, None] = {}

    def visit(n: ast.AST, bound: frozenset[str], in_slot: bool) -> None:
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Subscript):
            parts = n.func.slice.elts if isinstance(n.func.slice, ast.Tuple) else [n.func.slice]
            names = {m.id for p in parts[:] for m in _heads(p)}
            for a in (*n.args, *_conditions(n.func)):
                visit(a, bound | names, False)
            return
        if isinstance(n, ast.Subscript):
            visit(n.value, bound, False)
            for s in slots_of(n):
                visit(s, bound, True)
            return
        if isinstance(n, ast.Name):
            if in_slot and n.id not in bound and n.id not in known:
                out.setdefault(n.id)
            return
        for child in ast.iter_child_nodes(n):
            visit(child, bound, in_slot)

    visit(node, frozenset(), False)
    return list(out)


def _heads(part: ast.expr) -> list[ast.Name]:
    if isinstance(part, ast.Slice):
        part = part.lower or part
    if isinstance(part, ast.Compare):
        part = part.left
    return [part] if isinstance(part, ast.Name) else []
