"""Models: predict, score, save, load, and parts of them."""

from pathlib import Path

import numpy as np
import pytest

from symnet.layers import join, layer_norm, mean_squared_error, mlp
from symnet.notation import Index, ShapeMismatch, Tensor, TrainingError, UnknownTensor
from symnet.train.loop import fit
from symnet.train.model import Model, accuracy, load, only, r_squared, save

N = Index("n", "N")
X = Tensor("x", N, Index("i", 4))
ENCODER = mlp(X, [3, 2], name="e")
DECODER = mlp(ENCODER.output, [3, 4], name="d")
LOSS = join(ENCODER, DECODER, mean_squared_error(DECODER.output, X))


@pytest.fixture
def data() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.normal(size=(50, 2)) @ rng.normal(size=(2, 4))


@pytest.fixture
def model(data: np.ndarray) -> Model:
    return fit(LOSS, {"x": data}, epochs=20)


def test_any_tensor_can_be_predicted(model: Model, data: np.ndarray) -> None:
    assert model.predict(x=data).shape == ()
    assert model.predict("ae2", x=data).shape == (50, 2)
    assert model.predict("ad2", x=data[:7]).shape == (7, 4)


def test_a_prediction_is_the_callers_own(model: Model, data: np.ndarray) -> None:
    first = model.predict("ae2", x=data)
    kept = first.copy()
    model.predict("ae2", x=-data)
    assert (first == kept).all()


def test_only_what_is_needed_is_asked_for() -> None:
    assert [t.name for t in only(LOSS, "ae2").parameters] == ["We1", "be1", "We2", "be2"]
    assert [t.name for t in only(DECODER, "ad2").inputs] == ["ae2"]


def test_a_rule_goes_with_its_parameter() -> None:
    """A layer norm's gain starts at 1; what stands before it does not need to know."""
    whole = join(ENCODER, layer_norm(ENCODER.output))
    assert "gamma" in {t.name for t, _ in whole.rules}
    assert only(whole, "ae2").rules == ()


def test_encoder_and_decoder_apart_are_the_whole(
    model: Model, data: np.ndarray, tmp_path: Path
) -> None:
    save(tmp_path / "encoder", model.part(ENCODER))
    save(tmp_path / "decoder", model.part(DECODER))
    code = load(tmp_path / "encoder", ENCODER).predict(x=data)
    back = load(tmp_path / "decoder", DECODER).predict(ae2=code)
    assert np.abs(back - model.predict("ad2", x=data)).max() < 1e-14


def test_save_and_load_keep_every_bit(model: Model, tmp_path: Path) -> None:
    save(tmp_path / "model", model)
    found = load(tmp_path / "model", LOSS)
    for name, a in model.parameters.items():
        assert found.parameters[name].tobytes() == a.tobytes()


def test_a_checkpoint_of_a_run_is_a_model_too(data: np.ndarray, tmp_path: Path) -> None:
    fitted = fit(LOSS, {"x": data}, epochs=2, checkpoint=tmp_path / "run")
    found = load(tmp_path / "run", LOSS)
    assert (found.parameters["We1"] == fitted.parameters["We1"]).all()


def test_another_model_is_refused(model: Model, tmp_path: Path) -> None:
    save(tmp_path / "model", model)
    with pytest.raises(TrainingError, match="is of another model: it holds"):
        load(tmp_path / "model", mlp(X, [3, 2]))
    with pytest.raises(TrainingError, match="is of another model"):
        load(tmp_path / "model", ENCODER)


def test_refusals(model: Model, data: np.ndarray) -> None:
    with pytest.raises(UnknownTensor, match="no tensor ae3; did you mean ae"):
        model.predict("ae3", x=data)
    with pytest.raises(UnknownTensor, match="x is missing"):
        model.predict("ae2")
    with pytest.raises(ShapeMismatch, match="x has shape"):
        model.predict("ae2", x=data[:, :3])
    with pytest.raises(UnknownTensor, match="no array for parameter We1"):
        Model(ENCODER, {}).part(ENCODER)


def test_accuracy_and_r_squared() -> None:
    p = np.array([[0.1, 0.9], [0.8, 0.2], [0.4, 0.6], [0.5, 0.5]])
    assert accuracy(p, np.array([1, 0, 0, 0])) == 0.75
    y = np.array([[0.0], [1.0], [2.0]])
    assert r_squared(y, y) == 1.0
    assert r_squared(np.ones((3, 1)), y) == 0.0
    with pytest.raises(ShapeMismatch, match="labels have shape"):
        accuracy(p, np.zeros(3, int))
    with pytest.raises(TrainingError, match="targets are all equal"):
        r_squared(y, np.ones((3, 1)))
    with pytest.raises(ShapeMismatch, match="targets have shape"):
        r_squared(p, y)


def test_score_chooses_by_the_kind_of_target(model: Model, data: np.ndarray) -> None:
    assert 0.5 < model.score("ad2", data, x=data) <= 1.0
    assert model.score("ad2", data.argmax(axis=1), x=data) > 0.5
