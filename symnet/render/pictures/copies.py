"""An output that is another tensor by a second name stands in that tensor's box.

h = o tanh(c) -> y = h   =>   one box: h = o tanh(c), y = h
"""

from __future__ import annotations

import networkx as nx

from symnet.notation.graph import Definition, Graph, entries
from symnet.notation.tensor import Entry


def without_copies(graph: Graph, network: nx.DiGraph[str]) -> nx.DiGraph[str]:
    """The network without boxes of outputs that are copies and of which nothing else is made.

    A node has its `copies` as an attribute; what came to them, a given cotangent, comes to it.
    """
    found = {y: h for y in network if (h := _original(graph, network, y)) is not None}
    if not found:
        return network
    out = network.copy()
    for y, h in found.items():
        data, copy = out.nodes[h], out.nodes[y]
        for tail in [t for t in out.predecessors(y) if t != h and not out.has_edge(t, h)]:
            out.add_edge(tail, h, **out.edges[tail, y])
        data["copies"] = (*data.get("copies", ()), y)
        data["kind"] = "output"
        for said in ("formula", "latex"):
            data[said] = f"{data[said]}\n{copy[said]}"
        out.remove_node(y)
    return out


def is_copy(d: Definition) -> bool:
    """Whether a definition is y[i,j] = h[i,j]."""
    e = d.expression
    return d.base is None and isinstance(e, Entry) and e.slots == d.free


def _original(graph: Graph, network: nx.DiGraph[str], y: str) -> str | None:
    """The tensor of whose definition y is a copy, if y is an output and nothing more."""
    d, data = graph.definition(y), network.nodes[y]
    if d is None or not is_copy(d) or data["kind"] != "output" or data["cotangent"]:
        return None
    [e] = entries(d.expression)
    h = e.tensor.name
    if h not in network or network.nodes[h]["kind"] != "definition":
        return None
    back = [t for t in network.predecessors(y) if t != h]
    after = network.out_edges(y, data="kind")
    is_end = all(t == h and kind == "backward" for _, t, kind in after)
    given = all(network.nodes[t]["kind"] == "cotangent" for t in back)
    return h if is_end and given else None
