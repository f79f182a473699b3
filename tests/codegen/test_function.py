"""What comes in is checked; what is kept is used in place; sizes may change."""

import numpy as np
import pytest

from symnet.codegen import build, flat
from symnet.layers import dense, labels, mlp, softmax_cross_entropy
from symnet.notation import (
    Graph,
    Index,
    ShapeMismatch,
    Tensor,
    UnknownTensor,
    define,
    restrict,
    total,
)
from symnet.train.optimizers import OPTIMIZERS
from symnet.verify import interpret

n, i, k = Index("n", "N"), Index("i", "I"), Index("k", "K")
x, W, b, y = Tensor("x", n, i), Tensor("W", i, k), Tensor("b", k), Tensor("y", n, k)
t = Tensor("t", n, assume="integer", below=k.extent)
L = Tensor("L")


@pytest.fixture
def layer() -> Graph:
    return Graph(
        define(y[n, k], total(x[n, i] * W[i, k], over=i) + b[k]),
        define(L[()], total(y[n, t[n]], over=n)),
        inputs=[x, t],
        parameters=[W, b],
        outputs=[y, L],
    )


@pytest.fixture
def arrays(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {
        "x": rng.standard_normal((4, 3)),
        "W": rng.standard_normal((3, 2)),
        "b": rng.standard_normal(2),
        "t": np.array([0, 1, 1, 0]),
    }


def test_one_output_is_an_array_several_are_a_dict(
    layer: Graph, arrays: dict[str, np.ndarray]
) -> None:
    found = build(layer)(**arrays)
    assert set(found) == {"y", "L"} and isinstance(found["L"], float)
    alone = build(restrict(layer, [y]))
    assert np.array_equal(alone(**arrays), found["y"])
    assert set(alone.needed) == {"x", "W", "b"}


def test_results_are_fresh_arrays(layer: Graph, arrays: dict[str, np.ndarray]) -> None:
    f = build(layer)
    first = f(**arrays)["y"]
    kept = first.copy()
    arrays["x"] = arrays["x"] + 1
    second = f(**arrays)["y"]
    assert np.array_equal(first, kept) and not np.shares_memory(first, second)
    assert not np.shares_memory(f(**arrays)["y"], second)


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"X": np.ones(2)}, UnknownTensor, "no tensor X; did you mean x"),
        ({"zzz": np.ones(2)}, UnknownTensor, "it takes x, t, W, b"),
        ({"W": None}, ShapeMismatch, "no array is given for W"),
        ({"W": np.ones((4, 2))}, ShapeMismatch, "expected I = 3"),
        ({"W": np.ones(3)}, ShapeMismatch, "expected 2 axes"),
        ({"b": np.ones(3)}, ShapeMismatch, "b has shape"),
        ({"t": np.array([0.0, 1, 1, 0])}, ShapeMismatch, "t holds float64; expected integers"),
        ({"t": np.array([0, 2, 1, 0])}, ShapeMismatch, "t holds 2; expected integers 0 .. 1"),
        ({"t": np.array([0, -1, 1, 0])}, ShapeMismatch, "t holds -1"),
        ({"x": np.full((4, 3), 1j)}, ShapeMismatch, "x holds complex128; expected real"),
        ({"x": np.full((4, 3), "a")}, ShapeMismatch, "x holds <U1"),
    ],
)
def test_bad_input(
    layer: Graph,
    arrays: dict[str, np.ndarray],
    changes: dict[str, object],
    error: type[Exception],
    text: str,
) -> None:
    given = {v: a for v, a in {**arrays, **changes}.items() if a is not None}
    with pytest.raises(error) as caught:
        build(layer)(**given)
    assert text in str(caught.value)


def test_other_kinds_of_number_are_converted(layer: Graph, arrays: dict[str, np.ndarray]) -> None:
    given = {**arrays, "x": [[1, 0, 0]] * 4, "t": np.array([0, 1, 1, 0], np.uint8)}
    single = build(layer, dtype=np.float32)(**given)
    assert single["y"].dtype == np.float32
    assert np.allclose(single["y"], build(layer)(**given)["y"], atol=1e-6)
    strided = {**arrays, "x": np.asfortranarray(arrays["x"])}
    assert np.array_equal(build(layer)(**strided)["y"], build(layer)(**arrays)["y"])


def test_tensors_that_are_not_needed_are_ignored(
    layer: Graph, arrays: dict[str, np.ndarray]
) -> None:
    f = build(restrict(layer, [y]))
    assert f(**arrays).shape == (4, 2)
    assert f(**arrays, y=np.zeros((4, 2))).shape == (4, 2)
    with pytest.raises(ShapeMismatch):
        f(**arrays, y=np.zeros((5, 2)))


def test_labels_that_nothing_needs_are_not_asked_for() -> None:
    z = Tensor("z", n)
    unused = define(z[n], y[n, t[n]])
    graph = Graph(unused, define(L[()], total(b[k], over=k)), inputs=[y, t, b], output=L)
    assert build(graph)(b=np.ones(3)) == 3


def test_not_finite_data(layer: Graph, arrays: dict[str, np.ndarray]) -> None:
    arrays["x"][2, 1] = np.nan
    assert np.isnan(build(layer)(**arrays)["y"]).any()
    with pytest.raises(ShapeMismatch, match="x is not finite"):
        build(layer, check_finite=True)(**arrays)


def test_sizes_change_and_few_workspaces_are_kept(layer: Graph, rng: np.random.Generator) -> None:
    f = build(layer)
    for size in [3, 1, 5, 3, *range(6, 20), 3]:
        given = {
            "x": rng.standard_normal((size, 3)),
            "W": rng.standard_normal((3, 2)),
            "b": rng.standard_normal(2),
            "t": rng.integers(0, 2, size),
        }
        assert np.allclose(f(**given)["y"], given["x"] @ given["W"] + given["b"])
    assert len(f.module.workspaces) <= 8


def test_extent_that_no_array_shows() -> None:
    s = Tensor("s")
    graph = Graph(define(s[()], total(k + 1, over=k)))
    assert build(graph)(sizes={"K": 4}) == 10
    with pytest.raises(ShapeMismatch, match="size of K"):
        build(graph)()


def test_outputs_that_are_given_constant_or_equal() -> None:
    z, w, v = Tensor("z", n, k), Tensor("w", n, k), Tensor("v", k, n)
    graph = Graph(
        define(z[n, k], y[n, k]),
        define(w[n, k], 2, constant_along=[n, k]),
        define(v[k, n], y[n, k]),
        inputs=[y],
        outputs=[y, z, w, v],
    )
    given = np.arange(6.0).reshape(2, 3)
    found = build(graph)(y=given)
    assert np.array_equal(found["y"], given) and not np.shares_memory(found["y"], given)
    assert np.array_equal(found["z"], given) and np.array_equal(found["v"], given.T)
    assert (found["w"] == 2).all() and found["w"].shape == (2, 3)
    assert not np.shares_memory(found["y"], found["z"])


# -- keeping arrays ---------------------------------------------------------------------------


def test_bound_writes_into_what_is_kept(layer: Graph, arrays: dict[str, np.ndarray]) -> None:
    f = build(layer)
    out = np.zeros((4, 2))
    bound = f.bind(W=arrays["W"], b=arrays["b"], out={"y": out})
    wanted = f(**arrays)
    assert bound(x=arrays["x"], t=arrays["t"]) == wanted["L"]
    assert np.array_equal(out, wanted["y"])
    arrays["W"] *= 2
    assert bound.missing == ("x", "t")
    again = bound.run(arrays["x"], arrays["t"])
    assert again == f(**arrays)["L"]


def test_bound_refuses_what_it_would_have_to_convert(
    layer: Graph, arrays: dict[str, np.ndarray]
) -> None:
    f = build(layer, dtype=np.float32)
    out = {"y": np.zeros((4, 2), np.float32)}
    with pytest.raises(ShapeMismatch, match="W is kept as it is; expected float32"):
        f.bind(W=arrays["W"], out=out)
    gaps = np.zeros((6, 2), np.float32)[::2]
    with pytest.raises(ShapeMismatch, match="gaps"):
        f.bind(W=gaps, out=out)
    with pytest.raises(ShapeMismatch, match="y is written; give the array"):
        f.bind(W=np.zeros((3, 2), np.float32))
    with pytest.raises(UnknownTensor, match="no tensor w"):
        f.bind(w=gaps, out=out)
    with pytest.raises(ShapeMismatch, match="y and W share memory"):
        f.bind(W=out["y"][:3], out=out)


def test_bound_checks_its_call(layer: Graph, arrays: dict[str, np.ndarray]) -> None:
    bound = build(layer).bind(W=arrays["W"], b=arrays["b"], out={"y": np.zeros((4, 2))})
    with pytest.raises(ShapeMismatch, match="no array is given for t"):
        bound(x=arrays["x"])
    with pytest.raises(ShapeMismatch, match="t holds 7"):
        bound(x=arrays["x"], t=np.array([0, 7, 0, 0]))
    with pytest.raises(ShapeMismatch):
        bound(x=np.ones((5, 3)), t=arrays["t"])
    with pytest.raises(UnknownTensor):
        bound(x=arrays["x"], tt=arrays["t"])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_updates_are_made_in_the_kept_states(name: str, rng: np.random.Generator) -> None:
    rule = OPTIMIZERS[name]()
    states = {s.name: rng.random(5) for s in rule.states}
    theta, g = rng.standard_normal(5), rng.standard_normal(5)
    f = build(rule.graph)
    numbers = {"eta": 0.1, **rule.settings} | ({"t": 3.0} if "t" in f.needed else {})
    wanted = interpret(rule.graph, {"theta": theta, "g": g, **states, **numbers})
    plain = f(theta=theta, g=g, **states, **numbers)
    kept = {"theta": theta.copy(), **{s: a.copy() for s, a in states.items()}}
    bound = f.bind(g=g, **kept, **{k: v for k, v in numbers.items() if k != "t"})
    bound(**({"t": 3.0} if "t" in f.needed else {}))
    for state, new in rule.graph.updates:
        assert np.allclose(kept[state.name], wanted[new.name], rtol=1e-12)
        one = plain if isinstance(plain, np.ndarray) else plain[new.name]
        assert np.allclose(one, wanted[new.name], rtol=1e-12)
    assert np.shares_memory(bound._kept["theta"], kept["theta"])


def test_numbers_as_states() -> None:
    c, c_new, s, s_new = Tensor("c"), Tensor("c_new"), Tensor("s", k), Tensor("s_new", k)
    graph = Graph(
        define(c_new[()], c[()] + 1),
        define(s_new[k], s[k] * c[()]),
        inputs=[c, s],
        outputs=[c_new],
        updates=[(c, c_new), (s, s_new)],
    )
    count, vector = np.array(2.0), np.ones(3)
    bound = build(graph).bind(c=count, s=vector)
    assert bound() == 3 and count == 3 and vector.tolist() == [2, 2, 2]
    assert bound() == 4 and vector.tolist() == [6, 6, 6]
    with pytest.raises(ShapeMismatch, match="s is written"):
        build(graph).bind(c=count)


def test_states_that_take_each_others_values() -> None:
    p, q, r = Tensor("p", k), Tensor("q", k), Tensor("r", k)
    graph = Graph(
        define(r[k], p[k] + q[k]),
        inputs=[p, q],
        outputs=[r],
        updates=[(p, q), (q, r)],
    )
    a, c = np.array([1.0, 2]), np.array([10.0, 20])
    build(graph).bind(p=a, q=c, out={"r": np.zeros(2)})()
    assert a.tolist() == [10, 20] and c.tolist() == [11, 22]


def test_training_step_with_flat_vectors(rng: np.random.Generator) -> None:
    z = Tensor("x", n, Index("i", 3))
    model = mlp(z, [4, 2], "tanh")
    loss = softmax_cross_entropy(model.output, labels(model.output))
    from symnet.calculus import gradient
    from symnet.layers import join

    graph = join(model, loss)
    names = [v.name for v in graph.parameters]
    shapes = {v.name: tuple(map(int, v.shape)) for v in graph.parameters}
    theta, parameters = flat(shapes, np.float64)
    g, slots = flat(shapes, np.float64)
    theta[:] = rng.standard_normal(theta.size)
    f = build(gradient(graph, names, with_value=True))
    step = f.bind(**parameters, out={f"{v}_bar": slots[v] for v in names})
    batch = {"x": rng.standard_normal((6, 3)), "t": rng.integers(0, 2, 6)}
    value = step(**batch)
    wanted = f(**batch, **parameters)
    assert value == wanted["L"]
    assert np.array_equal(g, np.concatenate([wanted[f"{v}_bar"].ravel() for v in names]))
    assert dense(z, 4).output.order == 2
