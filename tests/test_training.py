"""Every page that trains a model: a short run reaches a bound that an untrained model cannot."""

import pytest

from symnet.cli.acceptance import trainable, training_of


@pytest.mark.parametrize("name", [n for n in trainable() if training_of(n).short is not None])
def test_short_run(name: str) -> None:
    short = training_of(name).short
    assert short is not None
    for figure in short():
        assert figure.reached, f"{figure.name}: {figure.measured}, expected {figure.bound}"


def test_every_page_that_trains_has_a_short_run() -> None:
    assert [n for n in trainable() if training_of(n).short is None] == []
