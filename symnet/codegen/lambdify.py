"""The name under which a SymPy user finds `build`: arguments in order, of SymPy or of a Graph.

lambdify([A, x], A*x)  =>  f(A, x), NumPy text in f.source
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy

from symnet.codegen.build import build
from symnet.codegen.function import Function
from symnet.notation.errors import ShapeMismatch, UnsupportedExpression
from symnet.notation.exchange import from_sympy
from symnet.notation.graph import Graph, replace
from symnet.notation.sizes import bind_sizes


class Positional:
    """Generated code called by position; `function` takes names, `source` is the text.

    A call raises ShapeMismatch for a wrong number of arguments, and what Function raises.
    """

    def __init__(self, function: Function, names: tuple[str, ...], many: bool) -> None:
        self.function, self.names, self.many = function, names, many
        self.source = function.source
        self.__doc__ = f"f({', '.join(names)})\n\n{self.source}"
        self._extents = {s.name for s in function.graph.extents}
        self._given = {t.name for t in function.graph.given}

    def __call__(self, *values: Any) -> Any:
        """The value of the expression; a list of values, in order, for several."""
        if len(values) != len(self.names):
            raise ShapeMismatch(
                f"{len(values)} arguments are given, expected {len(self.names)}: "
                f"f({', '.join(self.names)})"
            )
        pairs = list(zip(self.names, values, strict=True))
        sizes = {n: int(v) for n, v in pairs if n in self._extents}
        arrays = {n: np.asarray(v) for n, v in pairs if n in self._given}
        self._check_sizes(sizes, arrays)
        found = self.function(sizes=sizes, **arrays)
        return list(found.values()) if self.many and isinstance(found, dict) else found

    def _check_sizes(self, sizes: dict[str, int], arrays: dict[str, Any]) -> None:
        """An extent that is an argument is the one that the arrays have."""
        shapes = {n: np.shape(a) for n, a in arrays.items()}
        for symbol, size in bind_sizes(self.function.graph.given, shapes).items():
            if sizes.get(symbol.name, size) != size:
                raise ShapeMismatch(
                    f"{symbol} = {sizes[symbol.name]} is given, but the arrays have {size}"
                )


def lambdify(args: Any, expression: Any, **options: Any) -> Positional:
    """A NumPy function of `args`, in their order.

    `args` are symbols, MatrixSymbols, IndexedBases or names, one or several; an extent may be
    among them (others are read off the arrays), and a symbol that does not occur. `expression` is a
    Graph, or what from_sympy takes: one expression, or definitions (name, expression) and Eq, of
    which the last is the value. A list of expressions without names gives the list of their values.
    Every array has as many axes as its symbol: a column vector n x 1 has two.
    `options` are those of `build`. Raises UnsupportedExpression for an argument that is missing,
    stands twice, or is a name that nothing has, and what from_sympy and build raise.
    """
    names = tuple(map(_name, args if isinstance(args, list | tuple) else [args]))
    listed = isinstance(expression, list) and not any(map(_is_named, expression))
    graph = _of_several(expression, names) if listed else _of_one(expression)
    known = {t.name for t in graph.given} | {s.name for s in graph.extents}
    _check(names, known, graph, args)
    return Positional(build(graph, **options), names, listed)


def _name(given: Any) -> str:
    """The name of an argument; text is a name and never evaluated."""
    if isinstance(given, str):
        return given
    name = getattr(given, "name", None)
    if isinstance(given, sympy.Basic) and isinstance(name, str):
        return name
    raise UnsupportedExpression(
        f"lambdify: the argument {str(given)[:64]!r}; expected a Symbol, a MatrixSymbol, an "
        "IndexedBase or a name"
    )


def _is_named(item: Any) -> bool:
    return isinstance(item, tuple | sympy.Eq)


def _of_one(expression: Any) -> Graph:
    return expression if isinstance(expression, Graph) else from_sympy(expression)


def _of_several(expressions: list[Any], names: tuple[str, ...]) -> Graph:
    """Outputs y0, y1, ..., under names that are free."""
    taken = {*names, *(str(s) for e in expressions for s in getattr(e, "free_symbols", ()))}
    stem = next(s for s in ("y", "out", "value", "result_") if not _begins(s, taken))
    outputs = [f"{stem}{k}" for k in range(len(expressions))]
    graph = from_sympy(list(zip(outputs, expressions, strict=True)))
    return replace(graph, outputs=tuple(graph.tensor(n) for n in outputs))


def _begins(stem: str, taken: set[str]) -> bool:
    return any(n.startswith(stem) and n[len(stem) :].isdecimal() for n in taken)


def _check(names: tuple[str, ...], known: set[str], graph: Graph, args: Any) -> None:
    listed = args if isinstance(args, list | tuple) else [args]
    for name, given in zip(names, listed, strict=True):
        if names.count(name) > 1:
            raise UnsupportedExpression(f"lambdify: the argument {name} stands twice")
        if name not in known and isinstance(given, str):
            graph.tensor(name)  # raises UnknownTensor with the nearest names
            raise UnsupportedExpression(f"lambdify: {name} is defined, so it is no argument")
    mentioned = {t.name for t in graph.given}
    if missing := sorted(mentioned - set(names)):
        raise UnsupportedExpression(
            f"lambdify: {', '.join(missing)} occurs and is no argument; "
            f"expected all of {', '.join(t.name for t in graph.given)}"
        )
