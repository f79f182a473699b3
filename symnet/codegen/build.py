"""Generated source -> running code: the only place where text is compiled and executed.

The text is parsed first, and only a module that imports NumPy and math, and calls nothing that
could reach further, is accepted. It is registered in linecache: tracebacks and debuggers show it.
"""

from __future__ import annotations

import ast
import hashlib
import linecache
from types import ModuleType
from typing import Any

import numpy as np

from symnet.codegen.bins import with_bins
from symnet.codegen.cancel import without_quotients
from symnet.codegen.correlate import correlated
from symnet.codegen.function import Function
from symnet.codegen.hoist import hoisted
from symnet.codegen.horner import with_polynomials_in_one_form
from symnet.codegen.inline import inlined, inlined_in_loops
from symnet.codegen.lower import lower
from symnet.codegen.numpy import write
from symnet.codegen.planning import make_plan
from symnet.codegen.program import Program
from symnet.codegen.reassociate import with_known_products
from symnet.codegen.roots import with_numbers_outside
from symnet.codegen.safe import make_safe
from symnet.codegen.single import without_single_axes
from symnet.codegen.tables import with_tables
from symnet.codegen.whole import with_whole_inverses
from symnet.notation.errors import UnsupportedExpression
from symnet.notation.graph import Graph

FORBIDDEN = {"eval", "exec", "compile", "open", "__import__", "getattr", "setattr", "globals"}
MODULES = {"numpy", "math"}


def check_source(text: str) -> ast.Module:
    """The syntax tree; raises ValueError for anything that generated code never contains."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                bad = {a.name for a in names} - MODULES
            case ast.ImportFrom():
                bad = {"from-import"}
            case ast.Name(id=name):
                bad = {name} & FORBIDDEN
            case ast.Attribute(attr=name):
                bad = {name} if name.startswith("__") else set()
            case _:
                bad = set()
        if bad:
            line = getattr(node, "lineno", 0)
            raise ValueError(f"generated source, line {line}: {sorted(bad)[0]} is not allowed")
    return tree


def load(text: str) -> ModuleType:
    """The module that a generated text defines."""
    name = "symnet_generated_" + hashlib.sha256(text.encode()).hexdigest()[:12]
    file = f"<{name}>"
    code = compile(check_source(text), file, "exec")
    module = ModuleType(name)
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(code, module.__dict__)
    return module


def prepared(program: Program) -> Program:
    """The program after all passes that come before the plan."""
    safe = make_safe(without_quotients(without_single_axes(with_whole_inverses(program))))
    plain = with_polynomials_in_one_form(with_numbers_outside(safe))
    plain = without_single_axes(correlated(with_known_products(plain)))
    return inlined(with_bins(with_tables(hoisted(inlined_in_loops(plain)))))


def build(
    graph: Graph,
    backend: str = "numpy",
    dtype: type[np.floating[Any]] = np.float64,
    *,
    check_finite: bool = False,
) -> Function:
    """The function that computes a graph's outputs.

    dtype is np.float64 or np.float32; check_finite refuses arrays with nan or inf.
    Raises UnsupportedExpression for an unknown backend or dtype, and for unknown operations.
    """
    if backend != "numpy":
        raise UnsupportedExpression(f"backend {backend!r}: expected 'numpy'")
    name = np.dtype(dtype).name
    if name not in ("float64", "float32"):
        raise UnsupportedExpression(f"dtype {name}: expected float64 or float32")
    plan = make_plan(prepared(lower(graph)))
    parts = write(plan, name)
    return Function(graph, plan, parts, load(parts.text), np.dtype(dtype).type, check_finite)
