"""Graph -> DOT source, for Graphviz: a picture with its formulas as text.

Every label is escaped: what a name or a formula contains is text, never markup, a port or a link.
"""

from __future__ import annotations

import graphviz
import networkx as nx

from symnet.notation.graph import Graph
from symnet.render.pictures.network import to_networkx

FILL = {"parameter": "#fef3c7", "loss": "#fee2e2", "layer": "#f3f4f6"}
SHAPE = {"input": "ellipse", "cotangent": "ellipse"}


def dot(graph: Graph) -> str:
    """DOT source: forward edges solid, backward edges dashed with the cotangent's formula."""
    return dot_of(to_networkx(graph))


def dot_of(network: nx.DiGraph[str]) -> str:
    """DOT source of a network as to_networkx makes it."""
    out = graphviz.Digraph(
        graph_attr={"rankdir": "LR"},
        node_attr={"fontname": "serif", "fillcolor": "#ffffff", "shape": "box"},
        edge_attr={"fontname": "serif", "color": "#4b5563"},
    )
    for name, node in network.nodes.items():
        shape = SHAPE.get(node["kind"], "box")
        rounded = ",rounded" if shape == "box" and node["kind"] != "parameter" else ""
        out.node(
            graphviz.escape(name),
            label=_lines(node.get("title") or node["formula"] or name, node["extents"]),
            shape=shape,
            style=f"filled{rounded}",
            fillcolor=FILL.get(node["kind"], "#ffffff"),
            color="#b91c1c" if node["kind"] in ("loss", "cotangent") else "#374151",
        )
    labelled: set[str] = set()
    for tail, head, edge in network.edges(data=True):
        ends = graphviz.escape(tail), graphviz.escape(head)
        if edge["kind"] in ("carried", "update"):
            text = f"t{edge['shift']:+d}" if edge["shift"] else "update"
            out.edge(*ends, label=_lines(text), constraint="false")
        elif edge["kind"] == "forward":
            flows = ", ".join(edge.get("tensors", ()))
            out.edge(*ends, **({"label": _lines(flows)} if flows else {}))
        if edge["backward"]:
            formula = "" if head in labelled else network.nodes[head]["cotangent_formula"]
            if "cotangents" in edge:
                formula = ", ".join(edge["cotangents"])
            labelled.add(head)
            red = {"color": "#b91c1c", "fontcolor": "#b91c1c"}
            out.edge(*ends, label=_lines(formula), style="dashed", constraint="false", **red)
    return str(out.source)


def _lines(*texts: str) -> str:
    r"""Lines of a label, each escaped; \n between them is DOT's own line break."""
    lines = [line for text in texts for line in text.splitlines() if line]
    return "\\n".join(graphviz.escape(line) for line in lines)
