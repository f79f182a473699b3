"""Windows of a sequence, and a state that is carried from one to the next."""

from pathlib import Path

import numpy as np
import pytest

from symnet.layers import labels, softmax_cross_entropy
from symnet.layers.model import join
from symnet.notation import (
    Entry,
    Graph,
    Index,
    ShapeMismatch,
    Tensor,
    TrainingError,
    UnknownTensor,
    define,
    tanh,
    total,
)
from symnet.train.loop import fit
from symnet.train.model import kept_tensors
from symnet.train.optimizers import adam
from symnet.train.streams import streams


def test_windows() -> None:
    source = streams(np.arange(23), 3)
    assert source.count(2) == 3 and source.samples(2) == 6
    first, n = source.batch(0, 0, 0, 2)
    assert n == 2
    assert first["x"].tolist() == [[0, 1, 2], [11, 12, 13]]
    assert first["y"].tolist() == [[1, 2, 3], [12, 13, 14]]
    assert source.batch(0, 0, 1, 2)[0]["x"].tolist() == [[3, 4, 5], [14, 15, 16]]


def test_refusals() -> None:
    with pytest.raises(ShapeMismatch, match="one axis of integers"):
        streams(np.zeros(4), 2)
    with pytest.raises(TrainingError, match="10 entries are too few for 4 streams of 3 steps"):
        streams(np.arange(10), 3).count(4)
    with pytest.raises(TrainingError, match="0 steps"):
        streams(np.arange(10), 0)


def language_model(carry: bool) -> Graph:
    """h[t] = tanh(E[x[t]] + h[t-1] U), logits h W, and the last h carried into the next window."""
    n, t = Index("n", "N"), Index("t", 2, sequential=True)
    k, j, v = Index("k", 12), Index("j", 12), Index("v", 4)
    x = Tensor("x", n, t, assume="integer", below=4)
    E, U, W = Tensor("E", v, k), Tensor("U", j, k), Tensor("W", k, v)
    h, h0, last = Tensor("h", n, t, k), Tensor("h0", n, k), Tensor("last", n, k)
    a = Tensor("a", n, t, v)
    before = total(h[n, t - 1, j] * U[j, k], over=j)
    net = Graph(
        define(h[n, t, k], tanh(E[x[n, t], k] + before), base=h0[n, k] if carry else 0),
        define(a[n, t, v], total(h[n, t, k] * W[k, v], over=k)),
        *([define(last[n, k], Entry(h, n, 1, k))] if carry else []),
        inputs=[x, h0] if carry else [x],
        parameters=[E, U, W],
        output=a,
        updates=[(h0, last)] if carry else [],
    )
    loss = softmax_cross_entropy(a, labels(a, "y"))
    return join(net, loss)


def text(length: int = 1201) -> np.ndarray:
    """0 0 0 0 1 2 3, again and again, in windows of 2: only a carried state tells what comes."""
    return np.resize([0, 0, 0, 0, 1, 2, 3], length)


def test_a_carried_state_knows_what_a_window_does_not() -> None:
    kept, lost = (
        fit(language_model(carry), streams(text(), 2), adam(0.01), epochs=12, batch=8, seed=1)
        for carry in (True, False)
    )
    assert lost.history.loss[-1] > 0.29  # one or two symbols leave 0.297 nats open
    assert kept.history.loss[-1] < 0.1
    assert [t.name for t in kept_tensors(kept.graph)] == ["E", "U", "W"]
    given = text(15)[None, :14].reshape(7, 2)
    assert kept.predict("p", x=given).shape == (7, 2, 4)
    state = np.zeros((1, 12))
    for row in given:  # one window after the other, the state handed on
        p = kept.predict("p", x=row[None], h0=state)
        state = kept.predict("last", x=row[None], h0=state)
    assert p[0, -1].argmax() == text(15)[14]


def test_interrupted_and_resumed_with_a_carried_state(tmp_path: Path) -> None:
    def stop(t: int, loss: float) -> None:
        if t == 100:
            raise KeyboardInterrupt

    options = {
        "epochs": 2, "batch": 8, "validation": streams(text(301), 2), "score": ("a", "y")
    }  # fmt: skip
    whole = fit(language_model(True), streams(text(), 2), adam(0.01), **options)
    fit(
        language_model(True),
        streams(text(), 2),
        adam(0.01),
        **options,
        after_step=stop,
        checkpoint=tmp_path / "c",
    )
    rest = fit(
        language_model(True), streams(text(), 2), adam(0.01), **options, resume=tmp_path / "c"
    )
    assert (whole.parameters["U"] == rest.parameters["U"]).all()
    assert whole.history == rest.history
    assert whole.history.score[-1] > 0.8  # a carried state tells what comes


def test_names_that_the_model_does_not_have() -> None:
    with pytest.raises(UnknownTensor, match="data: no input is called ids; did you mean"):
        fit(language_model(False), streams(text(), 2, x="ids"), epochs=1)
