"""What all cells share: where the state starts, which way it runs, where it is held."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.codegen import build
from symnet.layers import join, last_state, length_mask, rules, sequence_lengths
from symnet.layers.recurrent.state import INITIAL
from symnet.notation import (
    ExtentMismatch,
    GraphError,
    Index,
    IndexMismatch,
    Tensor,
    UnknownTensor,
    UnsupportedExpression,
)
from symnet.render import text
from symnet.verify.interpret import interpret
from symnet.verify.judge import judge
from tests.codegen.test_hoist import loop_bodies
from tests.layers.recurrent.cells import CELLS, SIZES, drawn, i, k, m, n, states, t, x

every_cell = pytest.mark.parametrize("name", CELLS)
PRODUCTS = {"rnn": 1, "lstm": 4, "peepholes": 4, "cho": 3, "chung": 3, "reset_after": 3}


def start(name: str) -> set[str]:
    return {"h0", "c0"} if name in ("lstm", "peepholes") else {"h0"}


# -- where the state starts -------------------------------------------------------------------


@every_cell
def test_a_start_is_zero_given_learned_or_carried(name: str) -> None:
    cell, first = CELLS[name], start(name)
    graphs = {how: cell(x, k, initial=how) for how in INITIAL}
    inputs = {how: {v.name for v in g.inputs} for how, g in graphs.items()}
    assert inputs["zero"] == inputs["learned"] == {"x"}
    assert inputs["given"] == inputs["carried"] == {"x", *first}
    learned = {p.name for p in graphs["learned"].parameters}
    assert learned - {p.name for p in graphs["zero"].parameters} == first
    assert {v.name for v in graphs["carried"].data} == {"x"}
    assert {v.name for v in graphs["carried"].states} == first
    assert not any(graphs[how].updates for how in ("zero", "given", "learned"))


@every_cell
def test_a_learned_start_has_no_sample_axis(name: str) -> None:
    graph = CELLS[name](x, k, initial="learned")
    for first in start(name):
        assert graph.tensor(first).shape == (k.extent,)


@every_cell
def test_windows_with_a_carried_state_are_one_long_sequence(
    name: str, rng: np.random.Generator
) -> None:
    whole, window = CELLS[name](x, k), CELLS[name](x, k, initial="carried")
    arrays = drawn(whole, rng)
    expected = states(whole, arrays)
    kept = {v.name: np.zeros((SIZES["N"], SIZES["H"])) for v in window.states}
    for part in (slice(0, 2), slice(2, 5)):
        found = interpret(window, {**arrays, "x": arrays["x"][:, part], **kept})
        np.testing.assert_allclose(found["h"], expected[:, part], atol=1e-14)
        kept = {old.name: found[new.name] for old, new in window.updates}


def test_no_gradient_flows_into_an_earlier_window() -> None:
    """The state is a given tensor: the cotangents of the parameters do not depend on whence."""
    graph = CELLS["rnn"](x, k, initial="carried")
    derived = gradient(graph, ["W", "U", "b"], cotangent="h_bar")
    assert "h0_bar" not in {d.name for d in derived.definitions}
    assert [(old.name, new.name) for old, new in derived.updates] in ([], [("h0", "h_T")])


@pytest.mark.parametrize("axes", [(n, k), (k,)])
def test_a_tensor_may_be_the_start(axes: tuple[Index, ...]) -> None:
    """The last state of an encoder, as a rule: no input of the joined graph."""
    given = Tensor("s", *axes)
    graph = CELLS["lstm"](x, k, h0=given)
    assert {v.name for v in graph.inputs} == {"x", "s"}
    encoder = CELLS["rnn"](x, k, "_e")
    last = last_state(encoder.output, output="s")
    both = join(encoder, last, CELLS["rnn"](x, k, h0=last.output))
    assert {v.name for v in both.inputs} == {"x"}


def test_rules_say_where_parameters_start() -> None:
    graph = CELLS["peepholes"](x, k)
    found = {name: (rule.kind, str(rule.mean)) for name, rule in rules(graph).items()}
    assert found["b_f"] == ("constant", "1")
    assert found["b_i"] == found["p_f"] == ("constant", "0")
    assert found["U_i"] == ("normal", "0")
    assert str(rules(graph)["U_i"].deviation) == "1/sqrt(fan_in)"
    assert found["W_i"] == ("uniform", "0")


# -- which way it runs ------------------------------------------------------------------------


@pytest.mark.parametrize("reverse", [False, True])
@every_cell
def test_causality(name: str, reverse: bool, rng: np.random.Generator) -> None:
    """A state does not depend on what comes after its place, in the direction of running."""
    graph = CELLS[name](x, k, reverse=reverse)
    arrays = drawn(graph, rng)
    changed = {**arrays, "x": arrays["x"].copy()}
    changed["x"][:, 2] += 1
    same = np.isclose(states(graph, arrays), states(graph, changed), atol=1e-15).all(axis=(0, 2))
    before, after = [True, True], [False, False]
    expected = [*after, False, *before] if reverse else [*before, False, *after]
    assert same.tolist() == expected


@every_cell
def test_backwards_is_forwards_on_the_sequence_turned_round(
    name: str, rng: np.random.Generator
) -> None:
    forwards = CELLS[name](x, k, initial="given")
    backwards = CELLS[name](x, k, initial="given", reverse=True)
    arrays = drawn(forwards, rng)
    turned = {**arrays, "x": arrays["x"][:, ::-1]}
    np.testing.assert_allclose(
        states(backwards, arrays), states(forwards, turned)[:, ::-1], atol=1e-14
    )


# -- where it is held -------------------------------------------------------------------------


@pytest.mark.parametrize("reverse", [False, True])
@every_cell
def test_padding_changes_nothing_and_gets_nothing(
    name: str, reverse: bool, rng: np.random.Generator
) -> None:
    """The states of the first places are those of the shorter sequence; then they are held."""
    lengths = sequence_lengths(x)
    valid = length_mask(lengths, t)
    graph = join(valid, CELLS[name](x, k, mask=valid.output, reverse=reverse))
    plain = CELLS[name](x, k, reverse=reverse)
    arrays = drawn(plain, rng)
    found = states(graph, {**arrays, "len": np.array([3, 5])})
    short = states(plain, {**arrays, "x": arrays["x"][:1, :3]})
    np.testing.assert_allclose(found[:1, :3], short, atol=1e-14)
    np.testing.assert_array_equal(found[0, 3:], 0 * short[0, :2] if reverse else short[0, [2, 2]])
    np.testing.assert_allclose(found[1:], states(plain, arrays)[1:], atol=1e-14)

    derived = gradient(graph, "x", cotangent="h_bar")
    bar = rng.normal(size=found.shape)
    x_bar = interpret(derived, {**arrays, "len": np.array([3, 5]), "h_bar": bar})["x_bar"]
    assert not x_bar[0, 3:].any()
    assert x_bar[0, :3].all() and x_bar[1].all()


def test_the_state_after_the_last_valid_place_is_the_last_state(rng: np.random.Generator) -> None:
    lengths = sequence_lengths(x)
    valid = length_mask(lengths, t)
    cell = CELLS["chung"](x, k, mask=valid.output)
    last = join(valid, cell, last_state(cell.output))
    arrays = {**drawn(cell, rng), "len": np.array([0, 2])}
    arrays.pop("m")
    found = interpret(last, arrays)
    np.testing.assert_array_equal(found["y"], np.stack([0 * found["h"][0, 0], found["h"][1, 1]]))


# -- shared weights, several inputs, leading axes ---------------------------------------------


@every_cell
def test_weights_are_shared_by_giving_the_tensors(name: str) -> None:
    first = CELLS[name](x, k, "_1")
    shared = {p.name.removesuffix("_1"): p for p in first.parameters}
    second = CELLS[name](Tensor("y", n, t, i), k, "_2", weights=shared)
    both = join(first, second)
    assert both.parameters == first.parameters
    assert rules(both)[first.parameters[-1].name] == rules(first)[first.parameters[-1].name]


def test_a_weight_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ExtentMismatch, match=r"weights\['U'\] V has extents"):
        CELLS["rnn"](x, k, weights={"U": Tensor("V", i, k)})
    with pytest.raises(UnknownTensor, match=r"weights\['V'\].*it has U, W, b"):
        CELLS["rnn"](x, k, weights={"V": Tensor("V", i, k)})


@every_cell
def test_several_inputs_are_one_input_side_by_side(name: str, rng: np.random.Generator) -> None:
    y = Tensor("y", n, t, Index("j", "I"))
    two, one = CELLS[name]([x, y], k), CELLS[name](x, k)
    arrays = drawn(two, rng)
    single = {v: a for v, a in arrays.items() if not v.startswith(("W1", "W2", "y"))}
    single["x"] = np.concatenate([arrays["x"], arrays["y"]], axis=-1)
    for p in one.parameters:
        if p.name.startswith("W"):
            pair = [arrays[p.name.replace("W", w)] for w in ("W1", "W2")]
            single[p.name] = np.concatenate(pair)
    np.testing.assert_allclose(states(two, arrays), states(one, single), atol=1e-14)


@pytest.mark.parametrize(("name", "leading"), [("rnn", 0), ("rnn", 2), ("reset_after", 0)])
def test_any_number_of_leading_axes(name: str, leading: int) -> None:
    wide = Tensor("x", *(Index(c, c.upper()) for c in "nm"[:leading]), t, i)
    graph = CELLS[name](wide, k, initial="given")
    verdict = judge(graph, [v.name for v in graph.given])
    assert verdict.passed, str(verdict)


@every_cell
def test_a_width_may_be_the_index_of_the_input(name: str) -> None:
    """Layers of one width on each other: W is a matrix, not its diagonal."""
    first = CELLS[name](x, k, "_1")
    second = CELLS[name](first.output, k, "_2")
    for p in second.parameters:
        assert len(set(p.indices)) == p.order


def test_an_index_that_is_not_sequential_becomes_so(rng: np.random.Generator) -> None:
    plain = Tensor("x", n, Index("t", "T"), i)
    graph = CELLS["rnn"](plain, k)
    arrays = drawn(graph, rng)
    assert np.array_equal(states(graph, arrays), states(CELLS["rnn"](x, k), arrays))


# -- nothing grows with T ---------------------------------------------------------------------


def both_ways(name: str, length: int | str) -> tuple[int, str]:
    """The number of definitions of a layer and its gradient, and their text."""
    over = Index("t", length, sequential=True)
    graph = CELLS[name](Tensor("x", n, over, i), k)
    wrt = [v.name for v in graph.given]
    derived = gradient(graph, wrt, cotangent="h_bar", with_value=True)
    return len(derived.definitions), text(derived)


@every_cell
def test_the_formulas_do_not_depend_on_the_length(name: str) -> None:
    count, shown = both_ways(name, "T")
    for length in (17, 1700):
        again, formula = both_ways(name, length)
        assert again == count
        assert formula.replace(str(length), "T") == shown


@pytest.mark.parametrize("reverse", [False, True])
@every_cell
def test_the_loop_over_time_holds_the_recurrent_part_only(name: str, reverse: bool) -> None:
    """One product with U_q for each gate, forwards and backwards; none with x or W_q."""
    graph = CELLS[name](x, k, reverse=reverse)
    wrt = [v.name for v in graph.given]
    source = build(gradient(graph, wrt, cotangent="h_bar", with_value=True)).source
    forward, backward = loop_bodies(source)
    assert forward.count(".dot(") == backward.count(".dot(") == PRODUCTS[name]
    code = [
        line
        for line in (forward + backward).splitlines()
        if ".dot(" in line and not line.strip().startswith("#")
    ]
    assert not any("W_" in line or " x" in line for line in code), code


# -- what is refused --------------------------------------------------------------------------


def test_what_is_refused() -> None:
    rnn = CELLS["rnn"]
    with pytest.raises(UnsupportedExpression, match="initial='random': expected one of zero"):
        rnn(x, k, initial="random")
    with pytest.raises(UnsupportedExpression, match="cannot be carried with reverse=True"):
        rnn(x, k, initial="carried", reverse=True)
    with pytest.raises(IndexMismatch, match="s has 1 axes; a recurrent layer needs"):
        rnn(Tensor("s", i), k)
    with pytest.raises(GraphError, match="none is given"):
        rnn([], k)
    with pytest.raises(ExtentMismatch, match="mask m2 has extents"):
        rnn(x, k, mask=Tensor("m2", t))
    with pytest.raises(ExtentMismatch, match="h0 s has extents"):
        rnn(x, k, h0=Tensor("s", n, i))
    with pytest.raises(ExtentMismatch, match="input y has extents"):
        rnn([x, Tensor("y", n, i)], k)


def test_a_mask_with_holes(rng: np.random.Generator) -> None:
    """Where it is 0 the state is that of before."""
    graph = CELLS["reset_after"](x, k, mask=m)
    arrays = drawn(graph, rng)
    arrays["m"] = np.array([[1, 0, 1, 0, 0], [0, 1, 1, 1, 0.0]])
    h = states(graph, arrays)
    assert not h[1, 0].any()
    np.testing.assert_array_equal(h[0, 1], h[0, 0])
    np.testing.assert_array_equal(h[0, 3:], h[0, [2, 2]])
