"""Laws of real numbers that hold in the field; falsehoods that do not."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from symnet.notation import Graph
from symnet.notation.parse import parse
from symnet.verify.models.draws import field_draws
from symnet.verify.models.evaluate import Array, Evaluator
from symnet.verify.models.field import Field, Thinned
from symnet.verify.models.residues import PRIMES
from symnet.verify.prove import compare_in_models
from tests.verify.forms import Form

P = PRIMES[0][0]

HOLD = [
    ("np.sqrt(x**2)", "np.abs(x)"),
    ("np.abs(x)", "x*np.sign(x)"),
    ("np.abs(x*y)", "np.abs(x)*np.abs(y)"),
    ("np.sign(x*y)", "np.sign(x)*np.sign(y)"),
    ("relu(x) - relu(-x)", "x"),
    ("relu(2*x)", "2*relu(x)"),
    ("np.maximum(x, y) + np.minimum(x, y)", "x + y"),
    ("np.maximum(x, y)", "y + relu(x - y)"),
    ("np.max(x) + 3", "np.max(x + 3)"),
    ("np.max(6*x)", "6*np.max(x)"),
    ("np.max(-x)", "-np.min(x)"),
    ("np.exp(x + y)", "np.exp(x)*np.exp(y)"),
    ("np.exp(-x)", "1/np.exp(x)"),
    ("np.exp(x - x)", "1"),
    ("np.exp(np.sum(x))", "np.prod(np.exp(x))"),
    ("np.exp((x + y)**2)", "np.exp(x**2)*np.exp(x*y)**2*np.exp(y**2)"),
    ("np.exp(np.maximum(x, y))", "np.where(x >= y, np.exp(x), np.exp(y))"),
    ("np.exp(np.log(x**2))", "x**2"),
    ("np.log(np.exp(x)*np.exp(y))", "x + y"),
    ("np.log(6)", "np.log(2) + np.log(3)"),
    ("np.log(np.exp(x) + np.exp(y))", "x + np.log(1 + np.exp(y - x))"),
    ("np.log(np.sum(np.exp(x)))", "np.log(np.sum(np.exp(x - 5))) + 5"),
    ("np.tanh(x)", "2*sigmoid(2*x) - 1"),
    ("softplus(x) - softplus(-x)", "x"),
    ("np.sinh(x) + np.cosh(x)", "np.exp(x)"),
    ("np.cos(-x)**2 + np.sin(-x)**2", "1"),
    ("erf(-x) + erf(x)", "0"),
    ("np.arctan(-x)", "-np.arctan(x)"),
    ("np.sqrt(12)", "2*np.sqrt(3)"),
    ("np.where(x > 0, x, -np.inf) > 0", "x > 0"),
    ("np.maximum(np.where(x > 0, x, -np.inf), 0)", "relu(x)"),
    ("np.exp(np.where(x > 0, y, -np.inf))", "np.exp(y)*(x > 0)"),
]
FAIL = [
    ("np.sqrt(x**2)", "x"),
    ("np.abs(x + y)", "np.abs(x) + np.abs(y)"),
    ("np.sign(x + y)", "np.sign(x) + np.sign(y)"),
    ("relu(x*y)", "relu(x)*relu(y)"),
    ("relu(-2*x)", "-2*relu(x)"),
    ("np.maximum(x, y)", "np.maximum(-x, -y)"),
    ("np.max(-6*x)", "-6*np.max(x)"),
    ("np.exp(x*y)", "np.exp(x)*np.exp(y)"),
    ("np.exp(x) + np.exp(y)", "np.exp(x + y)"),
    ("np.exp(2*x)", "2*np.exp(x)"),
    ("np.log(np.abs(x + y))", "np.log(np.abs(x)) + np.log(np.abs(y))"),
    ("np.log(1 + np.exp(x))", "x"),
    ("np.sin(x + y)", "np.sin(x) + np.sin(y)"),
    ("np.sin(x)", "np.cos(x)"),
    ("erf(x)", "np.arctan(x)"),
    ("np.tanh(x)", "sigmoid(x)"),
    ("np.pi*x", "3*x"),
    ("np.e*x", "np.pi*x"),
    ("(x + y)**0.5*(x > 0)", "x**0.5*(x > 0)"),
]


def compared(left: str, right: str) -> tuple[bool, bool, str]:
    shapes = {
        n: "N" for n in ("x", "y") if n in (left + right).replace("np.exp", "").replace("max", "")
    }
    form = Form(left, shapes, None, right)
    graph = form.checker.function
    assert graph is not None
    read = form.checker.read(right, graph, {form.truth.name}, expected=form.truth.tensor)
    if read.tensor.order < form.truth.tensor.order:
        read = form.checker.read(f"{right} + 0*x", graph, {form.truth.name})
    sizes = [{s: n for s in read.graph.extents} for n in (2, 3)]
    found = compare_in_models(read.graph, read.name, form.truth.name, sizes)
    return found.equal, found.differs, found.why


@pytest.mark.parametrize(("left", "right"), HOLD)
def test_true_laws_hold(left: str, right: str) -> None:
    assert compared(left, right)[0], compared(left, right)


@pytest.mark.parametrize(("left", "right"), FAIL)
def test_false_laws_fail(left: str, right: str) -> None:
    assert not compared(left, right)[0]


def values(text: str, name: str, count: int = 200) -> tuple[Array, Field]:
    graph: Graph = parse(text, {"x": "5"})
    rng = np.random.default_rng(3)
    salts = rng.integers(0, 2**63, size=count).astype(np.uint64)
    field = Field(P, salts)
    arrays = field_draws(graph, {}, field, count, rng)
    return Evaluator(graph, arrays, {}, field).value(name), field


def test_a_negative_argument_of_a_root_rejects_the_draw() -> None:
    with pytest.raises(Thinned) as caught:
        values("y[i] = sqrt(x[i])", "y")
    assert 0 <= caught.value.alive.sum() < 30  # 2^-5 of 200


def test_a_maximum_is_one_of_the_entries() -> None:
    with pytest.raises(Thinned) as caught:
        values("m = max[i](x[i])", "m")
    alive = caught.value.alive.mean()
    assert 0.2 < alive < 0.45  # 5/2^4 of all tournaments have a winner


def test_values_stay_in_the_field() -> None:
    for text in ("y[i] = -x[i]**3", "y[i] = sin(x[i])*cos(x[i])", "y[i] = exp(-2*x[i])/7"):
        found, _ = values(text, "y")
        assert found.min() >= 0 and found.max() < P


def test_infinity_loses_every_comparison() -> None:
    field = Field(P, np.array([1], dtype=np.uint64))
    field.has_infinite = True
    low = np.array([-1])
    for v in (1, 5, P - 1):
        assert field.compare("<", low, np.array([v]))
        assert not field.compare(">=", low, np.array([v]))
    assert field.add(low, np.array([7])) == -1
    assert field.product(np.array([[7, -1, 3]]), 1) == -1
    assert field.compare("==", low, low)
    assert not field.compare("==", low, np.array([P - 1]))


def test_matrices() -> None:
    rng = np.random.default_rng(0)
    field = Field(P, np.zeros(4, dtype=np.uint64))
    for n in (1, 2, 3, 5):
        a, b = rng.integers(0, P, size=(2, 4, n, n))
        product = (a.astype(object) @ b.astype(object) % P).astype(np.int64)
        dets = [field.determinant(m) for m in (a, b, product)]
        assert (dets[0] * dets[1] % P == dets[2]).all()
        eye = a.astype(object) @ field.inverse(a).astype(object) % P
        assert (eye == np.eye(n, dtype=int)).all()


def test_conjugates_count_roots() -> None:
    field = Field(P, np.zeros(1, dtype=np.uint64))
    for v in (4, 9, 9, 25):
        field.power(np.array([[v]]), 1, 2)
    assert field.conjugates == 8
    field.power(np.array([[8]]), 1, 3)
    assert field.conjugates == 24
    assert field.asked == 0
    for x, y in pairwise((2, 3, 4)):
        field.exp_of_value(np.array([[x, y]]), Fraction(1))
    assert field.asked == 3
