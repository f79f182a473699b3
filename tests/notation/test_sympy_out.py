"""Graph -> SymPy -> Graph keeps the values; SymPy's own printers print both forms."""

from collections.abc import Mapping
from itertools import cycle

import numpy as np
import pytest
import sympy

from symnet.calculus import gradient
from symnet.layers.catalogue import catalogue
from symnet.notation import Graph, SymnetError, entries
from symnet.notation.exchange import from_sympy, to_sympy
from symnet.notation.parse import parse
from symnet.verify import interpret
from tests.graphs import is_composed

PRINTERS = {"str": str, "latex": sympy.latex, "pretty": sympy.pretty, "srepr": sympy.srepr}
CATALOGUE = {name: build() for name, build in catalogue().items()}
VARIED = {
    name: next(t.name for t in graph.given if not t.is_integer_valued)
    for name, graph in CATALOGUE.items()
    if any(not t.is_integer_valued for t in graph.given)
}
GRADIENTS = {
    f"{name} by {x}": gradient(CATALOGUE[name], x, cotangent="up")
    if CATALOGUE[name].output.order
    else gradient(CATALOGUE[name], x)
    for name, x in VARIED.items()
}
TYPED = {
    text: parse(text, shapes)
    for text, shapes in [
        ("np.sum((X@w - y)**2)/2", {"X": "N D", "w": "D", "y": "N"}),
        ("np.where(x > 0, x, -2*x)", {"x": "N"}),
        ("np.max(x) + np.min(x)", {"x": "N"}),
        ("np.cumsum(x)", {"x": "N"}),
        ("np.prod(1 + x**2)", {"x": "N"}),
        ("A @ np.linalg.inv(A + B) @ B", {"A": "N N", "B": "N N"}),
        ("np.linalg.slogdet(A)[1] + np.linalg.det(A)", {"A": "N N"}),
        ("np.diff(x)", {"x": 6}),
        ("conv1d(x, w)", {"x": "1 1 7", "w": "1 1 3"}),
        ("np.sinh(x) + np.cosh(x)*np.arctan(x)", {"x": "N"}),
        ("np.tril(A) @ x", {"A": "N N", "x": "N"}),
    ]
}
ALL = {**CATALOGUE, **GRADIENTS, **TYPED}


def _arrays(graph: Graph) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(3)
    sizes = dict(zip(graph.extents, cycle((3, 4, 5, 2, 6)), strict=False))
    out: dict[str, np.ndarray] = {}
    for t in graph.given:
        shape = tuple(int(e.subs(sizes)) for e in t.shape)
        if t.is_integer_valued:
            out[t.name] = draw.integers(0, int(t.below.subs(sizes)), shape)
        elif "one_hot" in t.assume:
            out[t.name] = np.eye(shape[-1])[draw.integers(0, shape[-1], shape[:-1])]
        else:
            made = draw.normal(size=shape)
            square = len(shape) == 2 and shape[0] == shape[1]
            made = made + 3 * np.eye(*shape) if square else made
            out[t.name] = np.abs(made) + 0.1 if "positive" in t.assume else made
    return out


def _assumed(graph: Graph) -> Mapping[str, object]:
    """What is assumed of the tensors that the definitions mention."""
    mentioned = {e.tensor.name for d in graph.definitions for e in entries(d.expression)}
    return {
        t.name: [f"integer<{t.below}" if a == "integer" else a for a in t.assume]
        for t in graph.given
        if t.assume and t.name in mentioned
    }


@pytest.mark.parametrize("name", ALL)
def test_there_and_back_has_the_same_values(name: str) -> None:
    graph = ALL[name]
    if is_composed(graph):
        with pytest.raises(SymnetError, match=r"extent|floor|ceiling"):
            from_sympy(to_sympy(graph), assume=_assumed(graph))
        return
    read = {t.name for t in graph.given}
    back = from_sympy(to_sympy(graph), assume=_assumed(graph))
    assert {t.name for t in back.given} <= read
    arrays = _arrays(graph)
    sizes = {s.name: n for s, n in zip(graph.extents, cycle((3, 4, 5, 2, 6)), strict=False)}
    expected = interpret(graph, arrays, sizes)
    known = {s.name for s in back.extents}
    given = {t.name: arrays[t.name] for t in back.given}
    found = interpret(back, given, {n: s for n, s in sizes.items() if n in known})
    for d in graph.definitions:
        np.testing.assert_allclose(
            found[d.name], expected[d.name], rtol=1e-9, atol=1e-11, err_msg=d.name
        )


@pytest.mark.parametrize("printer", PRINTERS)
@pytest.mark.parametrize("name", CATALOGUE)
def test_sympy_prints_definitions_and_their_plain_form(name: str, printer: str) -> None:
    graph, shown = CATALOGUE[name], PRINTERS[printer]
    for d in graph.definitions:
        assert shown(d.expression).strip()
    for equation in () if is_composed(graph) else to_sympy(graph):
        assert shown(equation.rhs).strip()
        assert shown(equation).strip()


@pytest.mark.parametrize("name", ["dense", "softmax", "softmax_cross_entropy", "mlp"])
def test_the_plain_form_holds_no_head_of_ours(name: str) -> None:
    for equation in to_sympy(CATALOGUE[name]):
        for part in sympy.preorder_traversal(equation):
            assert not type(part).__module__.startswith("symnet"), part


def test_a_definition_alone_is_one_equation() -> None:
    graph = CATALOGUE["dense"]
    (equation,) = to_sympy(graph.definitions[-1])
    assert str(equation) == str(to_sympy(graph)[-1])
    assert equation.lhs.base.name == graph.output.name
    assert equation.rhs.has(sympy.Sum)


def test_text_is_refused() -> None:
    for bad in ("x + 1", [("y", "__import__('os')")], None, object(), []):
        with pytest.raises(SymnetError):
            from_sympy(bad)
