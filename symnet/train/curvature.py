"""Second derivatives of a loss by all of its parameters together, as one matrix.

    H = [d2L/dp dq],  a block for each pair of parameters: the jacobian by q of the gradient by p

H (P, P) has the parameters end to end in its rows and columns, as theta (P,) has them. The
generalised Gauss-Newton matrix leaves out how a tensor a of the graph bends:

    G = H - sum dL/da d2a/dp dq  =  J^T (d2L/da2) J,  J = da/dtheta,  for a loss of a alone

A penalty beside a keeps its own second derivatives. Where L is convex in a, and the penalty in
theta, G has no negative eigenvalue. The blocks are Graphs, derived and compiled like any gradient.
Source: Schraudolph 2002; for a the residuals of least squares Gauss 1809. Ours: what of L does not
pass through a.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations_with_replacement
from typing import Any

import networkx as nx
import numpy as np
import sympy

from symnet.calculus import gradient, jacobian
from symnet.codegen import Bound
from symnet.layers import join, reuse
from symnet.notation import (
    Definition,
    Entry,
    Graph,
    GraphError,
    Tensor,
    define,
    dependencies,
    replace,
    restrict,
)
from symnet.train import compiled
from symnet.train.compiled import Block

Array = np.ndarray[Any, Any]


def hessian_block(loss: Graph, p: str, q: str) -> Graph:
    """d2L/dp dq of a scalar, named `dp_bar_dq`: the axes of p first, then those of q."""
    return jacobian(gradient(loss, p), q)


def gauss_newton_block(loss: Graph, p: str, q: str, at: str) -> Graph:
    """The same without sum dL/da d2a/dp dq, named `G_p_q`; `at` is the name of a.

    The gradient by p is J_p^T (dL/da) and what does not pass through a. J_p is taken at copies of
    the parameters, which stay as they are while q varies; then they are the parameters again.
    Raises UnknownTensor if the graph has no a, GraphError if a is given or depends on itself.
    """
    loss = replace(loss, updates=(), rules=(), estimates=())
    a, P = loss.tensor(at), loss.tensor(p)
    _check_apart(loss, a)
    beside = [d for d in loss.definitions if d.name != a.name]
    rest = replace(loss, definitions=beside, inputs=(*loss.inputs, a))
    slopes = gradient(restrict(rest, loss.outputs), [a, P])
    inner = restrict(loss, [a])
    suffix = _suffix(loss)
    pulled = _at_copies(gradient(inner, P, slopes.outputs[0].name), suffix)
    slope = Tensor(f"slope{suffix}", *P.indices)
    ways = (slopes.outputs[1], pulled.output)
    both = sympy.Add(*(Entry(t, *P.indices) for t in ways))
    last = Graph(define(Entry(slope, *P.indices), both), inputs=ways, output=slope)
    found = jacobian(join(inner, slopes, pulled, last), q)
    named = Tensor(f"G_{p}_{q}", *found.output.indices)
    return _at_parameters(found, loss, named, suffix)


def _check_apart(loss: Graph, a: Tensor) -> None:
    if loss.definition(a.name) is None:
        raise GraphError(f"{a.name} is given; Gauss-Newton needs a tensor that the graph defines")
    arrows = dependencies(loss)
    if a.name in nx.descendants(arrows, a.name) or arrows.has_edge(a.name, a.name):
        raise GraphError(f"{a.name} depends on itself; Gauss-Newton needs a tensor that does not")


def _suffix(loss: Graph) -> str:
    """An ending that makes new names of all names."""
    taken = {t.name for t in loss.tensors}
    suffix = "_0"
    while any(name.endswith(suffix) for name in taken):
        suffix += "0"
    return suffix


def _at_copies(graph: Graph, suffix: str) -> Graph:
    """The graph at copies of its parameters; they and what it defines have the ending."""
    given = (*graph.inputs, *graph.parameters)
    copies = {
        t.name: Tensor(f"{t.name}{suffix}", *t.indices, assume=t.assume, below=t.below)
        for t in graph.parameters
    }
    return reuse(replace(graph, inputs=given, parameters=()), copies, suffix)


def _at_parameters(found: Graph, loss: Graph, named: Tensor, suffix: str) -> Graph:
    """The parameters in place of their copies, so that no definition stands there twice."""
    back = {f"{t.name}{suffix}": t for t in loss.tensors}
    tensors = {**back, found.output.name: named}
    own = {d.name for d in loss.definitions}
    made = [
        Definition(_moved(d.entry, tensors), _moved(d.expression, tensors))
        for d in found.definitions
        if d.name not in own and d.name not in back
    ]
    definitions = (*loss.definitions, *made)
    return restrict(replace(loss, definitions=definitions, outputs=[named]), [named])


def _moved(e: sympy.Basic, tensors: Mapping[str, Tensor]) -> Any:
    if isinstance(e, Entry):
        slots = (_moved(s, tensors) for s in e.slots)
        return Entry(tensors.get(e.tensor.name, e.tensor), *slots)
    return e.func(*(_moved(a, tensors) for a in e.args)) if e.args else e


class Curvature:
    """The blocks of one loss as generated code, and the matrix that they are put into.

    `matrix` (P, P) is written anew by each call, for the parameters as they are then. Only blocks
    on and above the diagonal are computed; the others are their transposes.
    """

    def __init__(
        self, loss: Graph, block: Block, parameters: Mapping[str, Array], kept: Mapping[str, Array]
    ) -> None:
        dtype = next(iter(parameters.values())).dtype.type
        self._ends = np.cumsum([0, *(a.size for a in parameters.values())])
        self.matrix = np.zeros((self._ends[-1], self._ends[-1]), dtype)
        self._blocks: list[tuple[slice, slice, Bound, Array]] = []
        numbered = list(enumerate(parameters.items()))
        for (k, (p, a)), (m, (q, b)) in combinations_with_replacement(numbered, 2):
            function = compiled.block(block, loss, p, q, dtype)
            made = np.zeros((*a.shape, *b.shape), dtype)
            out = {function.graph.output.name: made} if made.ndim else {}
            bound = function.bind(out=out, **parameters, **kept)
            self._blocks.append((self._piece(k), self._piece(m), bound, made))

    def __call__(self, batch: Mapping[str, Array]) -> Array:
        """The matrix for a batch (with what is drawn for it)."""
        for rows, columns, bound, made in self._blocks:
            found = bound.run(*(batch[name] for name in bound.missing))
            if not made.ndim:
                made[...] = found
            block = made.reshape(rows.stop - rows.start, columns.stop - columns.start)
            self.matrix[rows, columns] = block
            if rows != columns:
                self.matrix[columns, rows] = block.T
        return self.matrix

    def _piece(self, k: int) -> slice:
        return slice(int(self._ends[k]), int(self._ends[k + 1]))
