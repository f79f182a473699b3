"""Expressions that stand more than once in a text: they are named once.

np.exp(z - m)/np.sum(np.exp(z - m))  =>  e = exp(z - m);  e/sum(e)
"""

from __future__ import annotations

import ast
from collections import Counter

from symnet.notation.functions import ScalarFunction
from symnet.notation.parse.array import Array
from symnet.notation.parse.names import NAMES
from symnet.notation.tensor import Entry, Tensor

CHEAP = frozenset(
    {
        *("transpose", "reshape", "arange", "ones", "zeros", "eye", "identity", "len", "range"),
        *("swapaxes", "expand_dims", "squeeze", "ravel", "sqrt"),
    }
)


def repeated(body: tuple[ast.stmt, ...]) -> dict[int, str]:
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
    if isinstance(node, ast.BinOp):
        return any(map(_is_work, ast.walk(node)))
    return _is_work(node)


def _is_work(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return _called(node) not in CHEAP
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult | ast.Sub)


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def name_for(node: ast.AST) -> str:
    """What a repeated expression is called."""
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Sub | ast.Add):
            return NAMES["difference"]
        return NAMES["product"] if isinstance(node.op, ast.MatMult | ast.Mult) else NAMES["other"]
    if isinstance(node, ast.Call):
        return NAMES.get(_called(node), NAMES["value"])
    return NAMES["other"]


def is_long(x: Array) -> bool:
    """More than a function of one entry, or a number times it: exp(x) stays as it is."""
    e = x.expression.as_coeff_Mul()[1]
    inner = e.args[0].as_coeff_Mul()[1] if isinstance(e, ScalarFunction) else e
    return bool(x.expression.has(Tensor)) and not isinstance(inner, Entry)
