"""Graph -> networkx.DiGraph: the picture as data, forward and backward.

    node X: kind, formula, latex, extents, shape;  cotangent, cotangent_formula, cotangent_latex
    edge X -> Y: Y is computed from X;  edge Y -> X, backward: the cotangent of X comes from Y's

A cotangent that belongs to a tensor is an attribute of that tensor's node and not a node.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import networkx as nx
import sympy

from symnet.notation.functions import Compare, detach, sign
from symnet.notation.graph import Definition, Graph, entries, shift_of
from symnet.notation.tensor import Entry, Tensor
from symnet.render.formulas.formula import Row, rows
from symnet.render.latex import row_latex, style_of
from symnet.render.pictures.parts import path, titles
from symnet.render.text import line


class Costly(Protocol):
    """What a definition costs: operations, and how many numbers it makes."""

    @property
    def flops(self) -> sympy.Expr: ...
    @property
    def entries(self) -> sympy.Expr: ...


def to_networkx(graph: Graph, costs: Mapping[str, Costly] | None = None) -> nx.DiGraph[str]:
    """The network of a graph; a gradient graph gives forward and backward edges in one.

    Nodes, in the order of the graph: kind (input, parameter, constant, definition, output, loss,
    cotangent, or absent for a tensor of which only the cotangent is there), formula and latex
    (rows, empty for a given tensor), extents (text), shape (SymPy), cotangent (its name),
    cotangent_formula and cotangent_latex (empty where there is none), part (the layers that it is
    part of, outermost first). With `costs`, by tensor: flops and entries (how many numbers) of the
    tensor, cotangent_flops and cotangent_entries, SymPy in the extents; 0 where nothing is made.
    Edges: kind (forward, carried by a recurrence, update of a state, backward), shift (in a carried
    one), backward (True also in an edge that is both), extents of what flows along it.
    """
    folds, called = folded(graph), titles(graph)
    out: nx.DiGraph[str] = nx.DiGraph()
    for name, kind in folds.nodes.items():
        part = path(graph, name, called)
        out.add_node(name, kind=kind, **_attributes(name, folds), part=part)
        if costs is not None:
            out.nodes[name].update(_costs(name, folds, costs))
    for tail, head, kind, shift in _forward(folds):
        extents = out.nodes[tail]["extents"]
        out.add_edge(tail, head, kind=kind, shift=shift, backward=False, extents=extents)
    for tail, head in _backward(folds):
        if not out.has_edge(tail, head):
            extents = out.nodes[head]["extents"]
            out.add_edge(tail, head, kind="backward", shift=0, backward=True, extents=extents)
        out.edges[tail, head]["backward"] = True
    return out


@dataclass(frozen=True)
class Folded:
    """A graph, its cotangents folded into the tensors to which they belong."""

    graph: Graph
    nodes: dict[str, str]  # name -> kind
    definitions: tuple[Definition, ...]  # those that are nodes
    bars: dict[str, str]  # tensor -> its cotangent, where that is defined
    owner: dict[str, str]  # cotangent -> the node at which it stands
    seeds: dict[str, str]  # cotangent that is given -> its tensor
    rows: dict[str, list[Row]]  # name -> what is printed about it

    @cached_property
    def tensors(self) -> dict[str, Tensor]:
        """The tensor of each node; that of its cotangent where only this is there."""
        known = {t.name: t for t in self.graph.tensors}
        known |= {of: known[bar] for of, bar in self.bars.items() if of not in known}
        return known

    @cached_property
    def flow(self) -> nx.DiGraph[str]:
        """From each node to those that depend on it differentiably."""
        flow: nx.DiGraph[str] = nx.DiGraph()
        flow.add_nodes_from(self.nodes)
        for d in self.definitions:
            flow.add_edges_from((tail, d.name) for tail in _differentiable(d.expression))
        return flow

    @cached_property
    def useful(self) -> set[str]:
        """The nodes on which an output depends differentiably, and the outputs."""
        ends = {t.name for t in self.graph.outputs} | set(self.seeds.values())
        return {n for n in self.flow if n in ends or ends & nx.descendants(self.flow, n)}


def folded(graph: Graph) -> Folded:
    """Which tensors are nodes, and at which of them each cotangent stands."""
    named = {bar: of for of, bar in graph.cotangents}
    bars = {of: bar for bar, of in named.items() if graph.definition(bar) is not None}
    seeds = {}
    for t in graph.given if named else ():
        if t.name in named or t.name.endswith("_bar"):
            seeds[t.name] = named.get(t.name, t.name.removesuffix("_bar"))
    definitions = tuple(d for d in graph.definitions if d.name not in bars.values())
    nodes = {t.name: "cotangent" if t.name in seeds else "input" for t in graph.inputs}
    nodes |= {t.name: "cotangent" if t.name in seeds else "parameter" for t in graph.parameters}
    defined = {d.name for d in definitions}
    nodes |= {of: "absent" for of in bars if of not in nodes and of not in defined}
    outputs = {t.name for t in graph.outputs}
    for d in definitions:
        kind = "definition" if any(mentions(d)) else "constant"
        if d.name in outputs:
            kind = "output" if d.tensor.order else "loss"
        nodes[d.name] = kind
    owner = {bar: of for of, bar in bars.items()}
    owner |= {bar: of if of in nodes else bar for bar, of in seeds.items()}
    printed: dict[str, list[Row]] = {}
    for r in rows(graph):
        if r.relation == "=":
            printed.setdefault(r.name, []).append(r)
    return Folded(graph, nodes, definitions, bars, owner, seeds, printed)


def _attributes(name: str, folds: Folded) -> dict[str, Any]:
    bar = folds.bars.get(name, "")
    shape = folds.tensors[name].shape
    style = style_of(folds.graph)
    made: dict[str, Any] = {
        "extents": " x ".join(map(str, shape)),
        "shape": shape,
        "cotangent": bar,
    }
    for prefix, of in (("", name), ("cotangent_", bar)):
        own = folds.rows.get(of, []) if of else []
        made[f"{prefix}formula"] = "\n".join(map(line, own))
        made[f"{prefix}latex"] = "\n".join(row_latex(r, style) for r in own)
    return made


def _costs(name: str, folds: Folded, costs: Mapping[str, Costly]) -> dict[str, sympy.Expr]:
    made = {}
    for prefix, of in (("", name), ("cotangent_", folds.bars.get(name, ""))):
        found = costs.get(of)
        made[f"{prefix}flops"] = found.flops if found else sympy.S.Zero
        made[f"{prefix}entries"] = found.entries if found else sympy.S.Zero
    return made


# -- edges ------------------------------------------------------------------------------------


def mentions(d: Definition) -> Iterator[Entry]:
    """The entries that a definition reads."""
    yield from entries(d.expression)
    if d.base is not None:
        yield from entries(d.base)


def _forward(folds: Folded) -> Iterator[tuple[str, str, str, int]]:
    """(from, to, kind, shift)."""
    position = {d.name: k for k, d in enumerate(folds.definitions)}
    for k, d in enumerate(folds.definitions):
        found: dict[str, int] = {}
        for e in mentions(d):
            name = folds.owner.get(e.tensor.name, e.tensor.name)
            carried = position.get(name, -1) >= k
            found.setdefault(name, _shift(e) if carried else 0)
        for name, shift in found.items():
            if name != d.name or shift:
                yield name, d.name, "carried" if shift else "forward", shift
    for state, new in folds.graph.updates:
        yield new.name, state.name, "update", 0


def _shift(e: Entry) -> int:
    """s of a reference to t+s along a sequential index."""
    for own, slot in zip(e.tensor.indices, e.slots, strict=True):
        found = shift_of(slot)
        if own.sequential and found and found[1]:
            return found[1]
    return 0


def _backward(folds: Folded) -> Iterator[tuple[str, str]]:
    """(from, to): the cotangent of `to` is made from that of `from`."""
    for bar, of in folds.seeds.items():
        if of in folds.nodes:
            yield bar, of
    for of, bar in folds.bars.items():
        d = folds.graph.definition(bar)
        mentioned = [e.tensor.name for e in mentions(d)] if d is not None else []
        sources = dict.fromkeys(folds.owner[m] for m in mentioned if m in folds.owner and m != bar)
        yield from ((source, of) for source in sources) if sources else _through(of, folds)


def _through(name: str, folds: Folded) -> Iterator[tuple[str, str]]:
    """To a tensor whose cotangent mentions no other one: all the way back from the loss."""
    flow = folds.flow
    queue, seen = [name], {name}
    while queue:
        head = queue.pop(0)
        for tail in flow.successors(head):
            if folds.useful & set(flow.successors(head)) and tail not in folds.useful:
                continue
            yield tail, head
            if tail not in seen and tail not in folds.bars:
                seen.add(tail)
                queue.append(tail)


def retraced(folds: Folded) -> Iterator[tuple[str, str]]:
    """(from, to): a cotangent flows back here, be it one that has no name of its own."""
    asked = set(folds.bars)
    asked |= {n for bar in folds.bars if bar in folds.flow for n in nx.descendants(folds.flow, bar)}
    for tail, head in folds.flow.edges:
        if tail in asked and head in folds.useful:
            yield head, tail


def _differentiable(e: sympy.Basic) -> dict[str, None]:
    """The names of the tensors through which a derivative can flow, in order of occurrence."""
    if isinstance(e, Entry):
        return {e.tensor.name: None}
    if isinstance(e, Compare | detach | sign):
        return {}
    found: dict[str, None] = {}
    for a in e.args:
        found |= _differentiable(a)
    return found
