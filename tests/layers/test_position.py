"""Positions: sines in even columns, cosines in odd ones; learned rows; a start."""

import numpy as np
import pytest

from symnet.codegen import build
from symnet.layers import fans, learned_position, rules, sinusoidal, sinusoidal_position
from symnet.layers.catalogue.attention import words
from symnet.notation import Index, IndexMismatch, Tensor
from symnet.render import text
from symnet.verify import interpret

N, T, D = Index("n", "N"), Index("t", "T"), Index("d", "D")
START = Tensor("start", assume="integer", below=9)


def table(rows: range, columns: int) -> np.ndarray:
    """Vaswani et al. 2017, sec. 3.5, pair by pair."""
    out = np.zeros((len(rows), columns))
    for k, pos in enumerate(rows):
        for i in range(0, columns, 2):
            angle = pos / 10000 ** (i / columns)
            out[k, i] = np.sin(angle)
            if i + 1 < columns:
                out[k, i + 1] = np.cos(angle)
    return out


@pytest.mark.parametrize("columns", [1, 2, 5, 6])
def test_the_published_table(columns: int) -> None:
    sizes = {"T": 7, "D": columns}
    graph = sinusoidal(T, D)
    assert graph.given == ()
    expected = table(range(7), columns)
    np.testing.assert_allclose(interpret(graph, {}, sizes)["p"], expected, rtol=0, atol=1e-15)
    np.testing.assert_allclose(build(graph)(sizes=sizes), expected, rtol=0, atol=1e-15)


def test_formula() -> None:
    assert text(sinusoidal_position(words())).splitlines()[1:] == [
        "p[t,d] = sum[i: d = 2*i](sin(t*w[i])) + sum[i: d = 2*i+1](cos(t*w[i]))",
        "y[n,t,d] = x[n,t,d] + p[t,d]",
    ]


def test_a_shift_of_the_place_turns_each_pair() -> None:
    """p[t + k] is a rotation of p[t]: why the table was chosen (Vaswani et al. 2017, sec. 3.5)."""
    p = build(sinusoidal(T, D))(sizes={"T": 9, "D": 4})
    w = 1 / 100.0
    turn = np.array([[np.cos(3 * w), np.sin(3 * w)], [-np.sin(3 * w), np.cos(3 * w)]])
    np.testing.assert_allclose(p[3:, 2:], p[:-3, 2:] @ turn.T, rtol=0, atol=1e-14)


@pytest.mark.parametrize("learned", [False, True])
def test_from_a_start(learned: bool, rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 3, 4))
    if learned:
        U = Tensor("U", Index("r", 9), D)
        graph = learned_position(words(), table=U, start=START)
        given = {"U": rng.normal(size=(9, 4))}
        expected = x + given["U"][5:8]
    else:
        graph, given = sinusoidal_position(words(), start=START), {}
        expected = x + table(range(5, 8), 4)
    arrays = {"x": x, "start": np.array(5), **given}
    np.testing.assert_allclose(interpret(graph, arrays)["y"], expected, rtol=0, atol=1e-14)
    np.testing.assert_allclose(build(graph)(**arrays), expected, rtol=0, atol=1e-14)


def test_learned_rows_start_with_length_one() -> None:
    graph = learned_position(words())
    (U,) = graph.parameters
    assert [str(e) for e in U.shape] == ["T", "D"]
    assert str(rules(graph)["U"].deviation) == "1/sqrt(fan_out)"
    assert str(fans(U, graph)[1]) == "D"


def test_a_vector_has_no_places() -> None:
    for layer in (sinusoidal_position, learned_position):
        with pytest.raises(IndexMismatch, match="x has 1 axes"):
            layer(Tensor("x", D))
