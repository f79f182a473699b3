"""LSTM: gates that are open or shut, peepholes, the forget bias, and that it learns."""

import numpy as np
import pytest
import sympy

from symnet.calculus import gradient
from symnet.layers import join, last_state, lstm, mean_squared_error, readout, rules
from symnet.notation import Tensor
from symnet.train import adam, fit
from symnet.verify.interpret import interpret
from tests.layers.recurrent.cells import SIZES, drawn, k, n, states, x

SHUT, OPEN = -1e3, 1e3


def fixed_gates(rng: np.random.Generator, **biases: float) -> dict[str, np.ndarray]:
    """Arrays in which the gates named do not depend on anything: i, f, o = 0 or 1."""
    arrays = drawn(lstm(x, k, initial="given"), rng)
    for gate, bias in biases.items():
        arrays[f"W_{gate}"][:] = arrays[f"U_{gate}"][:] = 0
        arrays[f"b_{gate}"][:] = bias
    return arrays


def test_open_gates_accumulate(rng: np.random.Generator) -> None:
    """i = f = o = 1: c = c0 + sum of g, h = tanh c, and the error is handed on unchanged."""
    arrays = fixed_gates(rng, i=OPEN, f=OPEN, o=OPEN)
    graph = lstm(x, k, initial="given")
    found = interpret(graph, arrays)
    c = arrays["c0"][:, None] + np.cumsum(found["g"], axis=1)
    np.testing.assert_allclose(found["c"], c, atol=1e-14)
    np.testing.assert_allclose(found["h"], np.tanh(c), atol=1e-14)
    arrays["U_g"][:] = 0  # g does not see h: the cell is the only way back
    derived = gradient(graph, "c0", cotangent="up")
    up = rng.normal(size=found["h"].shape)
    h = interpret(graph, arrays)["h"]
    bar = interpret(derived, {**arrays, "up": up})["c0_bar"]
    np.testing.assert_allclose(bar, (up * (1 - h**2)).sum(axis=1), atol=1e-13)


def test_a_shut_forget_gate_has_no_memory(rng: np.random.Generator) -> None:
    arrays = fixed_gates(rng, i=OPEN, f=SHUT, o=OPEN)
    found = interpret(lstm(x, k, initial="given"), arrays)
    np.testing.assert_allclose(found["h"], np.tanh(found["g"]), atol=1e-14)


def test_the_carousel_is_the_product_of_forget_gates(rng: np.random.Generator) -> None:
    """dc[T-1]/dc[0] where the gates do not see h: f[1] f[2] ..."""
    graph = lstm(x, k, initial="given")
    arrays = fixed_gates(rng)
    for gate in "ifgo":
        arrays[f"U_{gate}"][:] = 0
    cell = graph.tensor("c")
    last = last_state(cell)
    derived = gradient(join(graph, last), "c0", cotangent="up")
    bar = interpret(derived, {**arrays, "up": np.ones((SIZES["N"], SIZES["H"]))})["c0_bar"]
    f = interpret(graph, arrays)["f"]
    np.testing.assert_allclose(bar, f.prod(axis=1), atol=1e-14)


def test_peepholes_of_zero_are_none(rng: np.random.Generator) -> None:
    graph = lstm(x, k, peepholes=True)
    arrays = drawn(graph, rng)
    for gate in "ifo":
        arrays[f"p_{gate}"][:] = 0
    plain = {v: a for v, a in arrays.items() if not v.startswith("p_")}
    np.testing.assert_array_equal(states(graph, arrays), states(lstm(x, k), plain))


def test_there_is_no_peephole_into_the_new_value() -> None:
    names = {p.name for p in lstm(x, k, peepholes=True).parameters}
    assert {"p_i", "p_f", "p_o"} <= names and "p_g" not in names


@pytest.mark.parametrize("bias", [1, 0, 2.5])
def test_the_forget_bias_is_a_rule(bias: float) -> None:
    rule = rules(lstm(x, k, "_1", forget_bias=bias))["b_f_1"]
    assert (rule.kind, rule.mean) == ("constant", sympy.nsimplify(bias))


def test_it_learns_to_add_what_is_marked(rng: np.random.Generator) -> None:
    """The adding problem: numbers and marks in, the sum of the marked ones out. Mean: 1/6."""
    cell = lstm(x, 8)
    last = last_state(cell.output, output="s")
    out = readout([last.output], 1)
    y = Tensor("target", n, out.output.indices[-1])
    model = join(cell, last, out, mean_squared_error(out.output, y))
    numbers, marks = rng.uniform(size=(256, 8)), np.zeros((256, 8))
    for row in marks:
        row[rng.choice(8, 2, replace=False)] = 1
    data = {"x": np.stack([numbers, marks], -1), "target": (numbers * marks).sum(1)[:, None]}
    fitted = fit(model, data, adam(1e-2), epochs=60, batch=32, seed=0)
    assert fitted.history.loss[0] > 0.1
    assert fitted.history.loss[-1] < 0.01
