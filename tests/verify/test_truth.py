"""What is derived, held to differences; domains; graphs reduced to what is needed."""

from dataclasses import replace

import numpy as np
import pytest

from symnet.notation import CheckFailed, Definition, Graph
from symnet.notation import replace as replaced
from symnet.notation.parse import parse
from symnet.verify.models.draws import real_draws
from symnet.verify.truth import Truth, beside, confirm, derive, draws_in_domain, without

LAYER = "z = X@w\ny = np.tanh(z)\nnp.sum(y**2)"
SHAPES = {"X": "N D", "w": "D"}


def truth(of: str = "gradient", text: str = LAYER, wrt: str = "w") -> Truth:
    return derive(parse(text, SHAPES), wrt, of, None)


def sizes_of(graph: Graph) -> dict:  # type: ignore[type-arg]
    return {s: n for s, n in zip(graph.extents, (3, 2), strict=False)}


@pytest.mark.parametrize(
    ("of", "text", "shape"),
    [
        ("gradient", LAYER, "D"),
        ("vjp", "np.tanh(X@w)", "D"),
        ("jacobian", "np.tanh(X@w)", "ND"),
        ("hessian", LAYER, "DD"),
    ],
)
def test_kinds(of: str, text: str, shape: str) -> None:
    found = truth(of, text)
    assert "".join(map(str, found.tensor.shape)) == shape
    assert found.own_order == (1 if of == "jacobian" else 0)
    arrays = real_draws(found.graph, sizes_of(found.graph), 5, np.random.default_rng(0))
    confirm(found, sizes_of(found.graph), arrays, np.random.default_rng(1))


@pytest.mark.parametrize(
    ("of", "text"), [("gradient", LAYER), ("jacobian", "np.tanh(X@w)"), ("hessian", LAYER)]
)
def test_a_wrong_derivative_is_not_confirmed(of: str, text: str) -> None:
    found = truth(of, text)
    d = found.graph.definition(found.name)
    assert d is not None
    wrong = Definition(d.entry, 2 * d.expression, d.base)
    others = tuple(wrong if x.name == found.name else x for x in found.graph.definitions)
    broken = replace(found, graph=replaced(found.graph, definitions=others))
    arrays = real_draws(broken.graph, sizes_of(broken.graph), 5, np.random.default_rng(0))
    with pytest.raises(CheckFailed, match="differs from differences"):
        confirm(broken, sizes_of(broken.graph), arrays, np.random.default_rng(1))


def test_beside_has_both() -> None:
    function = parse(LAYER, SHAPES)
    found = truth()
    names = [d.name for d in found.graph.definitions]
    assert names[: len(function.definitions)] == [d.name for d in function.definitions]
    assert {"z_bar", "w_bar"} <= set(names)
    assert [t.name for t in beside(function, function).given] == ["X", "w"]


def test_without_keeps_what_is_needed() -> None:
    found = truth().graph
    kept = without(found, {"z"})
    assert [d.name for d in kept.definitions] == ["z"]
    assert {t.name for t in kept.given} == {"X", "w"}


def test_draws_in_domain_are_finite() -> None:
    for text in ("np.log(x)", "np.sqrt(x) + np.log(x + 3)", "np.log(-x)"):
        graph = parse(text, {"x": "N"})
        name = graph.output.name
        rng = np.random.default_rng(0)
        if text == "np.log(-x)":
            with pytest.raises(CheckFailed, match="not finite"):
                draws_in_domain(graph, [name], {s: 12 for s in graph.extents}, 6, rng)
            continue
        arrays = draws_in_domain(graph, [name], {s: 12 for s in graph.extents}, 6, rng)
        assert (arrays["x"] > 0).all()


def test_matrices_that_are_inverted_are_regular() -> None:
    graph = parse("np.linalg.inv(A.T@A)", {"A": "N D"})
    sizes = dict(zip(graph.extents, (5, 3), strict=True))
    arrays = draws_in_domain(graph, [graph.output.name], sizes, 4, np.random.default_rng(0))
    assert np.linalg.cond(arrays["A"]).max() < 110


def test_without_follows_what_a_recurrence_carries() -> None:
    """h reads a later definition, a step before."""
    text = "h[t] = x[t]*g[t-1]\ng[t] = tanh(h[t])\ng[-1] = 0\ny[t] = h[t]\nz[t] = x[t]"
    kept = without(parse(text, {"x": "T"}, notation="index"), {"y"})
    assert [d.name for d in kept.definitions] == ["h", "g", "y"]
