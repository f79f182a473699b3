"""Claims on a page: text, definitions, identities, steps; the verdict, and what was expected."""

import json

import pytest

from symnet.calculus import gradient
from symnet.cli.claim import Claim, Claimed, Finding, check_claim
from symnet.layers import activation, linear, softmax
from symnet.notation import Definition, GraphError, Index, Tensor, define, total
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind, Verdict

N, I, J = Index("n", "N"), Index("i", "I"), Index("j", "J")
X = Tensor("x", N, I)
Y_BAR, W_BAR = Tensor("y_bar", N, J), Tensor("W_bar", I, J)
RIGHT = "W_bar[i,j] = sum[n](x[n,i]*y_bar[n,j])"


def find(
    claimed: Claimed,
    slip: SlipKind | None = None,
    step: int | None = None,
    wrt: tuple[str, ...] = ("W",),
) -> Finding:
    graph = linear(X, J, output="y")
    claim = Claim(claimed, "a source", right=slip is None, slip=slip, step=step)
    return check_claim(graph, gradient(graph, wrt, "y_bar"), claim, wrt)


def test_text_whatever_the_letters() -> None:
    found = find("W_bar[a,b] = sum[c](y_bar[c,b]*x[c,a])")
    assert found.verdict is Verdict.PROVED
    assert found.as_expected
    assert str(found).startswith("claim (a source):  W_bar[a,b] = ")
    assert "\n  proved: " in str(found)


def test_text_in_numpy_notation() -> None:
    assert find("W_bar = x.T @ y_bar").verdict is Verdict.PROVED
    assert find("r = x.T; W_bar = r @ y_bar").verdict is Verdict.PROVED


def test_a_definition_is_shown_as_text() -> None:
    d: Definition = define(W_BAR[I, J], total(X[N, I] * Y_BAR[N, J], over=N))
    found = find(d)
    assert found.shown == RIGHT
    assert found.verdict is Verdict.PROVED


def test_an_identity() -> None:
    assert find("sum[j](y[n,j]) == sum[i,j](W[i,j]*x[n,i])").verdict is Verdict.PROVED
    assert not find("sum[j](y[n,j]) == sum[i](x[n,i])").as_expected


@pytest.mark.parametrize("factor", ["1.0005", "-1", "2"])
def test_refuted_and_the_entry_is_shown(factor: str) -> None:
    found = find(f"W_bar[i,j] = {factor}*sum[n](x[n,i]*y_bar[n,j])")
    assert found.verdict is Verdict.REFUTED
    assert not found.as_expected
    assert "\n  REFUTED: W_bar[i,j] = " in str(found)
    assert "  there    W_bar[" in str(found)


def test_a_known_mistake_has_to_be_refuted_for_its_slip() -> None:
    wrong = f"W_bar[i,j] = 2*{RIGHT.partition(' = ')[2]}"
    found = find(wrong, SlipKind.FACTOR)
    assert found.as_expected
    assert f"refuted, as a known mistake should be: {wrong}" in str(found)
    other = find(wrong, SlipKind.SIGN)
    assert not other.as_expected
    assert "but not for its slip, sign" in str(other)
    assert not find(wrong, SlipKind.OTHER).as_expected
    held = find(RIGHT, SlipKind.FACTOR)
    assert not held.as_expected
    assert "a known mistake, but proved" in str(held)


def test_a_derivation_and_the_number_of_its_wrong_step() -> None:
    steps = (RIGHT, "= sum[n](y_bar[n,j]*x[n,i])", "= sum[n](y_bar[n,j]*x[n,i])/2")
    assert find(steps[:2]).as_expected
    found = find(steps, SlipKind.FACTOR, 3)
    assert found.as_expected
    assert not find(steps, SlipKind.FACTOR, 2).as_expected
    assert "\n   2  = sum[n](y_bar[n,j]*x[n,i])" in str(found)
    assert "step 3: refuted, as a known mistake should be" in str(found)


def test_what_does_not_fit_together() -> None:
    with pytest.raises(GraphError, match="names its slip"):
        Claim(RIGHT, "a source", right=False)
    with pytest.raises(GraphError, match="names its slip"):
        Claim(RIGHT, "a source", slip=SlipKind.SIGN)
    with pytest.raises(GraphError, match="names its step"):
        Claim((RIGHT,), "a source", right=False, slip=SlipKind.SIGN)
    with pytest.raises(GraphError, match="names its step"):
        Claim(RIGHT, "a source", right=False, slip=SlipKind.SIGN, step=1)


def test_a_claim_about_nothing_is_refused() -> None:
    with pytest.raises(GraphError, match="claim about V_bar, which is not derived"):
        find("V_bar[i,j] = sum[n](x[n,i]*y_bar[n,j])")
    with pytest.raises(GraphError, match="a claim says what it is about"):
        find("sum[n](x[n,i]*y_bar[n,j])")


def test_jacobian_and_hessian() -> None:
    x = Tensor("x", I)
    p = softmax(x)
    claim = Claim("dp_dx[j,k] = p[j]*([j = k] - p[k])", "a source")
    assert check_claim(p, gradient(p, "x", "p_bar"), claim, ("x",)).as_expected
    L = parse("L = sum[i](x[i]^3)", {"x": "I"})
    claim = Claim("d2L_dx2[i,j] = 6*[i = j]*x[i]", "a source")
    assert check_claim(L, gradient(L, "x"), claim, ("x",)).as_expected


def test_a_cotangent_that_has_no_name_in_the_gradient() -> None:
    g = parse("p[k] = exp(x[k])/sum[j](exp(x[j]))\nL = -log(p[0])", {"x": "K"})
    derived = gradient(g, "x")
    assert derived.definition("p_bar") is None
    claim = Claim("p_bar[k] = -[k = 0]/p[0]", "a source")
    assert check_claim(g, derived, claim, ("x",)).as_expected


def test_a_graph_that_is_not_differentiated() -> None:
    graph = activation(Tensor("x", N), "tanh", output="t")
    claim = Claim("t[n] = 2*sigmoid(2*x[n]) - 1", "a source")
    assert check_claim(graph, graph, claim).verdict is Verdict.PROVED


def test_as_json() -> None:
    values = json.loads(json.dumps(find("W_bar = 2*x.T @ y_bar", SlipKind.FACTOR).as_json()))
    assert values["verdict"] == "refuted"
    assert values["slip"]["kind"] == "factor"
    assert values["slip"]["correction"]
    assert values["claim"] == "W_bar = 2*x.T @ y_bar"
    assert (values["right"], values["as_expected"]) == (False, True)
