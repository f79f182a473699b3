"""Generated code held to the literal interpreter, and its plan to the rules of legality."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from symnet.codegen import Function, build
from symnet.codegen.buffers import assign
from symnet.codegen.legal import check_memory, check_plan
from symnet.notation import Graph, replace
from symnet.verify import interpret


def legal(graph: Graph, **options: Any) -> Function:
    """The function, after its plan and its memory have been found legal."""
    f = build(graph, **options)
    check_plan(f.plan)
    check_memory(f.plan, assign(f.plan))
    return f


def every(graph: Graph) -> Graph:
    """The graph with every definition as an output: nothing can be optimised away unseen."""
    return replace(graph, outputs=[d.tensor for d in graph.definitions])


def values(f: Function, arrays: Mapping[str, Any], sizes: Any = None) -> dict[str, Any]:
    """The outputs by name, also if there is only one."""
    found = f(**arrays, sizes=sizes)
    return found if isinstance(found, dict) else {f.graph.output.name: found}


def agree(
    graph: Graph,
    arrays: Mapping[str, Any],
    sizes: Mapping[str, int] | None = None,
    tolerance: float = 1e-10,
    dtype: Any = np.float64,
) -> Function:
    """Assert that every output equals the interpreter's, relative to max(1, |value|)."""
    f = legal(graph, dtype=dtype)
    found, wanted = values(f, arrays, sizes), interpret(graph, arrays, sizes)
    for t in graph.outputs:
        a, w = np.asarray(found[t.name], float), np.asarray(wanted[t.name], float)
        assert a.shape == w.shape, t.name
        error = np.abs(a - w) / np.maximum(1, np.abs(w))
        assert not (error > tolerance).any() and not np.isnan(a).any(), f"{t.name}: {a} {w}"
    return f
