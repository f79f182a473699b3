"""The walker of index notation against the project's parser and interpreter."""

from dataclasses import replace

import numpy as np
import pytest

from symnet.verify.slips.reading import read_formula
from symnet.verify.slips.trial import Evaluator
from tests.verify.slips.settings import Made

MADE = Made(
    "np.sum(X@W) + x@x + np.trace(A) + a + np.sum(E[t])",
    {"X": "N D", "W": "D K", "x": "N", "A": "M M", "a": "", "E": "V D", "t": "N"},
    "x",
    assume={"t": "integer<V"},
)
TEXTS = [
    "y[n,k] = sum[d](X[n,d]*W[d,k])",
    "y[n,k] = tanh(sum[d](X[n,d]*W[d,k])) + a",
    "y[d] = mean[n](X[n,d])^2",
    "y[n] = max[d](X[n,d]) - min[d](X[n,d])",
    "y[n,d] = softmax[d](X[n,d])",
    "y[n] = logsumexp[d](X[n,d])",
    "y[i,j] = [i < j]*A[i,j] + delta(i,j)",
    "x_bar[n] = [1 <= n]*x[n-1]",
    "y[n] = sum[m: m <= n](x[m])",
    "y[n,d] = E[t[n],d]",
    "y = det[p,q](A[p,q])",
    "y[i,j] = sum[k](inv[p,q](A[p,q])[i,k]*A[j,k])",
    "m[n] = mean[d](X[n,d])\ny[n,d] = X[n,d] - m[n]",
    "h[n] = a*[n >= 1]*h[n-1] + x[n]\nx_bar[n] = h[n]",
    "y[n] = where(x[n] > 0, x[n], a*x[n])",
    "y[i] = sum[k](A[i,k]*sum[i](A[i,k]))",
]


@pytest.mark.parametrize("text", TEXTS)
def test_values_are_those_of_the_project(text: str) -> None:
    expected = MADE.read(text)
    assert expected is not None
    formula = read_formula(text, "index")
    setting = replace(MADE.setting(text), truth=expected)
    made = Evaluator(setting, formula.letters or (), setting.values)
    for k, wanted in enumerate(expected):
        found = made.value(formula.root, k)
        assert found is not None
        assert np.allclose(found, wanted, 1e-12, 1e-12)


def test_extents_must_be_said() -> None:
    formula = read_formula("sum[d](a)", "index")
    setting = MADE.setting("sum[d](a)")
    assert Evaluator(setting, (), setting.values).raw(formula.root, 0) is None


def test_tensors_have_slots() -> None:
    formula = read_formula("y[n] = x + x[n]", "index")
    setting = MADE.setting("y[n] = x[n]")
    made = Evaluator(setting, ("n",), setting.values)
    assert made.value(formula.root, 0) is None
