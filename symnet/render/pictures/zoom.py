"""Parts of a network: one layer by itself, one direction only, without what is not connected.

encoder block, "feed-forward layer"   =>   y1 (oval) -> u -> h -> f <- f_bar (oval)
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import networkx as nx

from symnet.notation.errors import GraphError
from symnet.notation.graph import Graph
from symnet.render.pictures.parts import members

Show: TypeAlias = Literal["both", "forward", "backward"]
OUTSIDE = "the rest"  # no tensor can be called that


def zoomed(graph: Graph, network: nx.DiGraph[str], layer: str) -> nx.DiGraph[str]:
    """The definitions of a layer, with what comes in from outside as ovals.

    So do cotangents: those of what the layer gives out, and others that its formulas mention. Where
    a cotangent is made inside and elsewhere too, an oval with three dots stands for elsewhere.
    Raises GraphError for a layer that is not there, or whose name several have.
    """
    inside = set(members(graph, layer)) & set(network)
    kept = {*inside, *_given(network, inside)}
    out: nx.DiGraph[str] = nx.DiGraph()
    for name, data in network.nodes.items():
        if name in kept:
            out.add_node(name, **(data if name in inside else _as_given(data)))
    for tail, head, data in network.edges(data=True):
        if tail in kept and head in kept and (tail in inside or head in inside):
            out.add_edge(tail, head, **data)
    results = {n for n in inside if network.nodes[n]["kind"] in ("output", "loss")}
    results |= {n for n in inside for h in network.successors(n)
                if h not in inside and network.edges[n, h]["kind"] != "backward"}  # fmt: skip
    for name in sorted(kept, key=lambda n: (n not in inside, list(network).index(n))):
        _from_outside(name, out, network, name in results)
    return out


def _given(network: nx.DiGraph[str], inside: set[str]) -> set[str]:
    """What the definitions inside mention: tensors, and cotangents that are given."""
    return {
        tail
        for tail, head, data in network.edges(data=True)
        if head in inside
        and (data["kind"] != "backward" or network.nodes[tail]["kind"] == "cotangent")
    }


def _as_given(data: dict[str, Any]) -> dict[str, Any]:
    """A tensor that comes from outside: an oval, unless it is a parameter or a given cotangent."""
    if data["kind"] in ("parameter", "cotangent"):
        return data
    return {**data, "kind": "input", "formula": "", "latex": ""}


def _from_outside(
    name: str, out: nx.DiGraph[str], network: nx.DiGraph[str], is_result: bool
) -> None:
    """Ovals for the cotangents outside from which that of a tensor is made."""
    data = out.nodes[name]
    back = [t for t in network.predecessors(name) if network.edges[t, name]["backward"]]
    far = [t for t in back if not out.has_edge(t, name)]
    if not far or not data["cotangent"]:
        return
    called = {network.nodes[t]["cotangent"] or t: network.nodes[t] for t in far}
    if is_result and len(far) == len(back):
        called = {data["cotangent"]: dict(data)}
        data |= {"cotangent": "", "cotangent_formula": "", "cotangent_latex": ""}
    elif (is_result or data["kind"] == "input") and not all(bar in out for bar in called):
        called = {OUTSIDE: {"shape": (), "extents": "", "symbol": r"\cdots"}}
    for bar, source in called.items():
        if bar not in out:
            out.add_node(bar, **_oval(source))
        extents = data["extents"]
        out.add_edge(bar, name, kind="backward", shift=0, backward=True, extents=extents)


def _oval(source: dict[str, Any]) -> dict[str, Any]:
    empty = dict.fromkeys(("formula", "latex", "cotangent", "cotangent_formula"), "")
    made: dict[str, Any] = {"kind": "cotangent", **empty, "cotangent_latex": ""}
    return made | {k: source[k] for k in ("shape", "extents", "symbol") if k in source}


def one_way(network: nx.DiGraph[str], show: Show) -> nx.DiGraph[str]:
    """Only the forward or only the backward edges; nodes at which none are left go.

    In a backward network a node is a cotangent: its formula is that of the cotangent.
    Raises GraphError for a direction that is none, or that the graph does not have.
    """
    if show == "both":
        return network
    if show not in ("forward", "backward"):
        raise GraphError(f"show={show!r}: expected 'both', 'forward' or 'backward'")
    out = network.copy()
    if show == "forward":
        _forget_cotangents(out)
    else:
        _forget_tensors(out)
    return connected(out)


def _forget_cotangents(out: nx.DiGraph[str]) -> None:
    for tail, head, data in list(out.edges(data=True)):
        data["backward"] = False
        if data["kind"] == "backward":
            out.remove_edge(tail, head)
    for data in out.nodes.values():
        data |= {"cotangent": "", "cotangent_formula": "", "cotangent_latex": ""}


def _forget_tensors(out: nx.DiGraph[str]) -> None:
    if not any(back for _, _, back in out.edges(data="backward")):
        raise GraphError("the graph has no cotangents to draw: take its gradient first")
    for tail, head, data in list(out.edges(data=True)):
        if data["backward"]:
            data |= {"kind": "backward", "shift": 0}
        else:
            out.remove_edge(tail, head)
    out.remove_nodes_from([n for n, degree in list(out.degree) if not degree])
    for data in out.nodes.values():
        data |= {"formula": data["cotangent_formula"], "latex": data["cotangent_latex"]}
        data |= {"row": data["cotangent"], "cotangent": "", "cotangent_formula": ""}


def connected(network: nx.DiGraph[str]) -> nx.DiGraph[str]:
    """Without given tensors that nothing mentions and that mention nothing."""
    given = ("input", "parameter", "cotangent", "absent")
    kinds = network.nodes(data="kind")
    kept = [n for n, kind in kinds if network.degree(n) or kind not in given]
    return network.subgraph(kept or list(network)).copy()
