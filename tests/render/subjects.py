"""Graphs on which matrix form and NumPy form are judged, and the arrays to judge them with.

The catalogue, the models of the judges, the samples: each with its gradient; Hessians and
Jacobians; products written by hand in einsum's way; random graphs with their gradients.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

import numpy as np

from symnet.calculus import gradient, hessian, jacobian
from symnet.layers.catalogue import catalogue
from symnet.notation import Graph, size_of
from symnet.notation.parse import parse
from symnet.verify import interpret
from symnet.verify.sample import random_sizes, sample
from tests.graphs import Seeded, random_case
from tests.judges import models
from tests.render import samples

# argmax of values that are equal but for their rounding: the printed form rounds otherwise
TIES = {234}
FIXED = {"one_hot", "mask", "simplex", "integer"}
MODELS: dict[str, Callable[[], Graph]] = {
    **catalogue(),  # first: those below keep their names, which pages and golden files have
    "lstm": models.lstm,
    "convolution": models.convolution,
    "max_pool": models.max_pool,
    "embedding": models.embedding,
    "layer_norm": models.layer_norm,
    "batch_norm": models.batch_norm,
    "attention": models.attention,
    "causal_attention": lambda: models.attention(causal=True),
    "sample_classifier": samples.classifier,
    "sample_cell": samples.cell,
    "sample_lstm": samples.lstm,
    "sample_layer_norm": samples.layer_norm,
    "sample_convolution": samples.convolution,
}


def backward(graph: Graph) -> Graph:
    """Forward and gradient with respect to all real tensors."""
    real = [t for t in graph.given if not t.is_integer_valued]
    wrt = [t.name for t in real if not set(t.assume) & FIXED] or [t.name for t in real]
    bar = f"{graph.output.name}_bar" if graph.output.order else None
    return gradient(graph, wrt, cotangent=bar, with_value=True)


# einsum's subscripts, with the shapes that they imply: networks of every kind
NETWORKS = [
    *("ij,jk->ik", "ij,kj->ik", "ji,jk->ki", "ij,jk,kl->il", "ij,j->i", "i,ij,j->", "i,j->ij"),
    *("ij,ij->", "ij,ji->", "ij,jk,ki->", "ij,ij->ij", "ij,ij->i", "ij,ij->j", "ij,j->ij"),
    *("ij,i->ij", "ij,i,j->ij", "ij,i,j->", "ij->", "ij->i", "ij->j", "i->", "i,i->", "i,i,i->"),
    *("ii->", "ii->i", "ij,jk,k,i->", "ij,ij,ij->", "ij,kj,j->ik", "ij,kj,k->i", "ij,ik,jk->"),
    *("bij,bjk->bik", "bij,bik->jk", "bij,j->bi", "bij->bj", "bij->", "bij,bij->b", "bhij->bi"),
    *("bhid,bhjd->bhij", "bij,bjk->ik", "ij,jk,jl->ikl", "i,j,k->ijk", "ij,kl->ijkl", "ij,jk->kj"),
    *("ij,jk,ik->i", "ij,jk,jl,k,l->i", "i,i,ij->j", "ij,jj->i", "bii->b", "ij,ji->i", "ij,kl->jk"),
]


def network(subscripts: str) -> Graph:
    """The einsum of tensors A, B, ... of these subscripts."""
    inputs, _ = subscripts.split("->")
    names = dict(zip("ABCDEFG", inputs.split(","), strict=False))
    shapes = {name: " ".join(f"n_{letter}" for letter in axes) for name, axes in names.items()}
    text = f"np.einsum('{subscripts}', {', '.join(names)})"
    return parse(text, shapes, notation="numpy")


TYPED: dict[str, tuple[str, dict[str, str], str]] = {
    "least squares": ("np.sum((X@w - y)**2)", {"X": "N D", "w": "D", "y": "N"}, "w"),
    "logistic": ("np.sum(softplus(X@w) - y*(X@w))", {"X": "N D", "w": "D", "y": "N"}, "w"),
    "log det": ("np.linalg.slogdet(X)[1]", {"X": "N N"}, "X"),
    "inverse": ("np.trace(A@np.linalg.inv(X)@B)", {"A": "M N", "X": "N N", "B": "N M"}, "X"),
    "norm": ("np.sqrt(np.sum(x**2))", {"x": "N"}, "x"),
    "squares": ("np.sum(x**2)/2", {"x": "N"}, "x"),
    "cubes": ("np.sum(x**3)", {"x": "N"}, "x"),
    "log-sum-exp": ("np.log(np.sum(np.exp(x)))", {"x": "N"}, "x"),
    "row maxima": ("np.sum(np.max(X, axis=1)**2)", {"X": "N D"}, "X"),
    "factorisation": ("np.sum((X - U@V.T)**2)", {"X": "N D", "U": "N K", "V": "D K"}, "U"),
}


def typed(name: str) -> Iterator[Graph]:
    """The function, its gradient and its Hessian; of log-sum-exp also the Jacobian of its terms."""
    text, shapes, wrt = TYPED[name]
    graph = parse(text, shapes)
    yield graph
    yield gradient(graph, wrt, with_value=True)
    yield hessian(graph, wrt)
    if name == "log-sum-exp":
        yield jacobian(parse("np.exp(x)/np.sum(np.exp(x))", {"x": "N"}), "x")


def random_graphs(seeds: range) -> Iterator[tuple[str, Graph, dict[str, int]]]:
    """A random graph of each seed and its gradient, with sizes."""
    for seed in sorted(set(seeds) - TIES):
        case = random_case(Seeded(seed), 6)
        graph = case.graph
        bar = "q_bar" if graph.output.order else None
        for kind, g in (
            ("forward", graph),
            ("gradient", gradient(graph, case.wrt, cotangent=bar, with_value=True)),
        ):
            yield f"{kind} of {seed}", g, {s.name: case.sizes[s.name] for s in g.extents}


def drawn(
    graph: Graph, rng: np.random.Generator, sizes: dict[str, int] | None = None, smallest: int = 2
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, int]]:
    """(given arrays, values of all definitions by the interpreter, sizes by name).

    Every row of a mask has a 1: where a row has none, index form is 0, and a quotient of matrices
    is 0/0.
    """
    if sizes is None:
        found = random_sizes(graph, rng, smallest)
    else:
        found = {s: sizes[s.name] for s in graph.extents}
    arrays = sample(graph, found, rng)
    for t in graph.given:
        if "mask" in t.assume and t.order:
            arrays[t.name][..., 0] = np.maximum(
                arrays[t.name][..., 0], arrays[t.name].max(axis=-1) == 0
            )
    named = {s.name: n for s, n in found.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return arrays, interpret(graph, arrays, named), named


def shape(graph: Graph, name: str, sizes: dict[str, int]) -> tuple[int, ...]:
    """The shape of a tensor at these sizes."""
    known = {s: sizes[s.name] for s in graph.extents}
    return tuple(size_of(e, known) for e in graph.tensor(name).shape)
