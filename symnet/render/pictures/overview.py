"""Network of tensors -> network of layers: one box for a layer, and what flows between the boxes.

    x -> [mu, v, r, x_hat, y1] -> a    =>    x -> [layer norm y1] -> a

A parameter that only one layer uses vanishes into it, and is counted there. What is in no layer
stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import networkx as nx
import sympy

from symnet.notation.graph import Graph
from symnet.notation.tensor import Entry
from symnet.render.pictures.network import folded, retraced
from symnet.render.pictures.parts import boxes
from symnet.render.pictures.picture import counted

ALONE = ("input", "parameter", "cotangent", "absent")


def overview(graph: Graph, network: nx.DiGraph[str]) -> nx.DiGraph[str]:
    """The network of layers of a graph whose network is given, or unrolled.

    A box has kind "layer", its title as formula, `outputs` (the tensors that others use, or that
    are outputs of the graph) and `parameters` (how many are in it). Edges have, besides what those
    of the tensors have, `tensors` (what flows forward) and `cotangents` (what flows back).
    An unrolled network has a box for each step.
    """
    home, back = boxes(graph), _back(graph, network)
    if any("step" in data for data in network.nodes.values()):
        home, back = _by_step(network, home), _backward(network)
    home |= _absorbed(network, home)
    sums = _sums(graph)
    out: nx.DiGraph[str] = nx.DiGraph(**network.graph)
    for name, data in network.nodes.items():
        if name in sums and name not in home:
            out.add_node(name, **data, title="+", outputs=((name, data["shape"]),), parameters=0)
        elif name not in home:
            out.add_node(name, **data)
        elif home[name] not in out and data["kind"] not in ALONE:
            inside = [n for n in network if home.get(n) == home[name]]
            out.add_node(home[name], **_box(home[name], inside, network))
    for tail, head, data in network.edges(data=True):
        ends = home.get(tail, tail), home.get(head, head)
        if ends[0] != ends[1] or (data["kind"] == "carried" and tail in home):
            _forth(out, ends, tail, data)
    for tail, head in back:
        ends = home.get(tail, tail), home.get(head, head)
        if ends[0] != ends[1]:
            _called_back(out, ends, tail, head, network)
    return out


def grouped(graph: Graph, network: nx.DiGraph[str]) -> dict[str, str]:
    """Tensor -> layer, for the layers of an overview that are worth a frame around them.

    Those are the layers of several definitions; none, where there are not several such layers.
    Parameters and given cotangents of a layer are in its frame too.
    """
    home = boxes(graph)
    often = Counter(box for name, box in home.items() if name in network)
    several = {box for box, count in often.items() if count > 1}
    home |= _absorbed(network, home)
    for name, kind in network.nodes(data="kind"):
        heads = list(network.successors(name))
        if kind == "cotangent" and len(heads) == 1 and heads[0] in home:
            home[name] = home[heads[0]]
    return {n: box for n, box in home.items() if box in several} if len(several) > 1 else {}


def _by_step(network: nx.DiGraph[str], home: Mapping[str, str]) -> dict[str, str]:
    """A box for each step of a recurrence; what is of no step is where it would be."""
    found = {}
    for name, data in network.nodes.items():
        if data["step"] is None and name in home:
            found[name] = home[name]
        elif data["step"] is not None and data["kind"] not in ALONE:
            found[name] = f"{data['step_of']} step {data['step']}".strip()
    return found


def _absorbed(network: nx.DiGraph[str], home: Mapping[str, str]) -> dict[str, str]:
    """Parameters that only one layer uses, with that layer."""
    found = {}
    for name, kind in network.nodes(data="kind"):
        forth = [
            h for h in network.successors(name) if network.edges[name, h]["kind"] != "backward"
        ]
        users = {home.get(head, head) for head in forth}
        if kind == "parameter" and len(users) == 1 and users <= set(home.values()):
            found[name] = users.pop()
    return found


def _sums(graph: Graph) -> set[str]:
    """The tensors that are a sum of others of the same shape, such as x + a."""
    return {
        d.name
        for d in graph.definitions
        if isinstance(d.expression, sympy.Add)
        and all(isinstance(e, Entry) and e.slots == d.free for e in d.expression.args)
    }


def _box(title: str, inside: Iterable[str], network: nx.DiGraph[str]) -> dict[str, Any]:
    own = set(inside)
    kinds = {n: network.nodes[n]["kind"] for n in inside}
    used = {n for n in own if any(h not in own and network.edges[n, h]["kind"] != "backward"
                                  for h in network.successors(n))}  # fmt: skip
    used |= {n for n in own if kinds[n] in ("output", "loss")}
    outputs = [n for n in inside if kinds[n] not in ALONE and n in used]
    parameters = sum(kind == "parameter" for kind in kinds.values())
    said = [f"{n} ({network.nodes[n]['extents']})" for n in outputs]
    said += [counted(parameters)] if parameters else []
    return {
        "kind": "loss" if "loss" in kinds.values() else "layer",
        "title": _short(title, outputs),
        "outputs": tuple((n, network.nodes[n]["shape"]) for n in outputs),
        "parameters": parameters,
        "formula": title,
        "latex": "",
        "extents": ", ".join(said),
        "shape": (),
        "cotangent": "",
        "cotangent_formula": "",
        "cotangent_latex": "",
    }


def _short(title: str, outputs: Iterable[str]) -> str:
    """The title without the output that tells it from others: this stands under it."""
    return next((title.removesuffix(f" {n}") for n in outputs if title.endswith(f" {n}")), title)


def _forth(out: nx.DiGraph[str], ends: tuple[str, str], tail: str, data: Mapping[str, Any]) -> None:
    """Add what flows forward along one edge to the edge between the boxes."""
    if data["kind"] == "backward":
        return
    if not out.has_edge(*ends):
        out.add_edge(*ends, **{**data, "backward": False}, tensors=(), cotangents=())
    edge = out.edges[ends]
    edge["tensors"] = tuple(dict.fromkeys([*edge["tensors"], tail]))
    if data["kind"] == "forward":
        edge |= {k: data[k] for k in ("kind", "shift", "extents")}


def _back(graph: Graph, network: nx.DiGraph[str]) -> Iterator[tuple[str, str]]:
    """Where cotangents flow: against what flows forward, and from those that are given."""
    folds = folded(graph)
    yield from (edge for edge in retraced(folds) if network.has_edge(*edge[::-1]))
    given = network.nodes(data="kind")
    yield from (edge for edge in _backward(network) if given[edge[0]] == "cotangent")


def _backward(network: nx.DiGraph[str]) -> Iterator[tuple[str, str]]:
    return ((tail, head) for tail, head, back in network.edges(data="backward") if back)


def _called_back(
    out: nx.DiGraph[str], ends: tuple[str, str], tail: str, head: str, network: nx.DiGraph[str]
) -> None:
    """Add a backward edge, called by the cotangent of its head, else by that of its tail."""
    if not out.has_edge(*ends):
        data = dict(kind="backward", shift=0, extents=network.nodes[head]["extents"])
        out.add_edge(*ends, **data, tensors=(), cotangents=())
    edge = out.edges[ends]
    edge["backward"] = True
    bar = network.nodes[head]["cotangent"] or network.nodes[tail]["cotangent"]
    given = network.nodes[tail]["kind"] == "cotangent"
    if bar and not given:
        edge["cotangents"] = tuple(dict.fromkeys([*edge["cotangents"], bar]))
