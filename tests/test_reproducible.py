"""Every page that trains a model: the same seed gives the same bits, and so does a run in pieces.

once = again = stopped twice and resumed = in another process
"""

import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derivations import noisy_student
from symnet.cli.acceptance import trainable, training_of
from symnet.notation import TrainingError
from symnet.train.history import History

ROOT = Path(__file__).parents[1]

RUNS = {  # epochs, and steps until a run is stopped: some more than an epoch has
    "autoencoder": (2, 25),
    "bert": (2, 103),
    "char_lm": (2, 198),
    "digits": (2, 46),
    "gauss_newton": (5, 4),
    "ief": (2, 103),
    "newton": (5, 4),
    "noisy_student": (2, 103),
    "qa": (2, 103),
    "recall": (2, 103),
    "resnet": (2, 24),
    "sequences": (2, 103),
}
TRAININGS = {page: training_of(page) for page in trainable()}  # loaded once: pages keep data
FEW = 12  # steps of a page's other variants
DEEP = ("-12", "-32", "-62")  # only more blocks than the stacks of 4 layers, and long to derive


@dataclass(frozen=True)
class Case:
    """A page, and one of its variants."""

    page: str
    variant: str | None
    is_first: bool

    @property
    def options(self) -> dict[str, Any]:
        chosen = {} if self.variant is None else {"variant": self.variant}
        return {"epochs": RUNS[self.page][0], **chosen}

    @property
    def steps(self) -> int:
        """Steps of a run; the models before a student are trained to their end."""
        epochs, most = RUNS[self.page]
        own = most if self.is_first else min(most, FEW)
        if self.page != "noisy_student":
            return own
        before = len(noisy_student.lineage(str(self.variant))) - 1
        return before * epochs * noisy_student.SAMPLES // noisy_student.BATCH + own


def variants() -> dict[str, Case]:
    found = {}
    for page, training in TRAININGS.items():
        for k, variant in enumerate(training.variants or (None,)):
            if page != "resnet" or not str(variant).endswith(DEEP):
                found[f"{page} {variant or ''}".strip()] = Case(page, variant, k == 0)
    return found


CASES = variants()
FIRST = {name: case for name, case in CASES.items() if case.is_first}


@dataclass(frozen=True)
class Run:
    """What can be told of a run that was stopped after some steps."""

    parameters: dict[str, np.ndarray]
    history: History
    losses: list[float]

    def is_same_as(self, other: "Run") -> bool:
        """To the last bit; the losses are those of all steps."""
        if self.parameters.keys() != other.parameters.keys():
            return False
        pairs = ((a, other.parameters[name]) for name, a in self.parameters.items())
        equal = all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in pairs)
        return equal and self.history == other.history and self.losses == other.losses


def run(case: Case, folder: Path, stops: list[int], seed: int = 0) -> Run:
    """A run from its start to the last of the stops, resumed after each of the others."""
    file, losses = folder / "run.safetensors", []
    for stop in stops:

        def after_step(t: int, loss: float, stop: int = stop) -> None:
            losses.append(loss)
            if len(losses) == stop:
                raise KeyboardInterrupt

        resume = file if losses else None
        fitted = TRAININGS[case.page].fit(
            seed=seed, checkpoint=file, resume=resume, after_step=after_step, **case.options
        )
        assert fitted.interrupted
        assert fitted.checkpoint == file
        assert len(losses) == stop
    return Run(dict(fitted.parameters), fitted.history, losses)


def files(folder: Path) -> dict[str, bytes]:
    """The checkpoints: with states of rule and model, history, place, a file for each stage."""
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


@pytest.mark.parametrize("name", CASES)
def test_the_same_run_again_and_in_pieces(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    folders = [tmp_path / which for which in ("once", "again", "pieces", "other")]
    generator = np.random.default_rng(zlib.crc32(name.encode()))
    pieces = sorted(generator.choice(np.arange(1, case.steps), 2, replace=False).tolist())
    once = run(case, folders[0], [case.steps])
    assert len(set(once.losses)) > 1
    assert once.history.loss or not case.is_first
    assert run(case, folders[1], [case.steps]).is_same_as(once)
    assert run(case, folders[2], [*pieces, case.steps]).is_same_as(once), f"stopped at {pieces}"
    assert files(folders[0]) == files(folders[1]) == files(folders[2])
    assert run(case, folders[3], [2], seed=1).losses != once.losses[:2]


def test_a_student_resumes_with_the_model_that_is_not_finished(tmp_path: Path) -> None:
    def after(calls: int) -> Callable[[int, float], None]:
        left = iter(range(calls - 1))

        def after_step(t: int, loss: float) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt

        return after_step

    train, file = noisy_student.train, tmp_path / "run.safetensors"
    options: dict[str, Any] = {"variant": "iteration-1", "checkpoint": file}
    train(1, 1, **options)
    assert list(files(tmp_path)) == ["run-teacher.safetensors", "run.safetensors"]
    assert train(0, 2, **options, after_step=after(150)).checkpoint == file
    before = files(tmp_path)
    assert list(before) == ["run-teacher.safetensors"]  # the older run's student is gone
    with pytest.raises(TrainingError, match=r"run-teacher.* is of another run"):
        train(0, 3, **options, resume=file)
    with pytest.raises(TrainingError, match="no such checkpoint"):
        train(0, 2, variant="iteration-1", resume=tmp_path / "none")
    assert files(tmp_path) == before
    rest = train(0, 2, **options, resume=file)
    whole = train(0, 2, "iteration-1")
    assert not rest.interrupted
    for name, a in whole.parameters.items():
        assert a.tobytes() == rest.parameters[name].tobytes()


def test_each_page_has_its_number_of_steps() -> None:
    assert list(RUNS) == list(TRAININGS)


def few_steps_of_all(folder: Path) -> None:
    """A checkpoint of each page, in a folder of its name."""
    for name, case in FIRST.items():
        run(case, folder / name, [min(3, case.steps)])


def test_the_order_of_hashes_does_not_matter(tmp_path: Path) -> None:
    """Another process, where sets of strings have another order."""
    here, there = tmp_path / "here", tmp_path / "there"
    program = "import sys, pathlib, tests.test_reproducible as t; "
    program += "t.few_steps_of_all(pathlib.Path(sys.argv[1]))"
    other = "1" if os.environ.get("PYTHONHASHSEED") == "0" else "0"
    subprocess.run(
        [sys.executable, "-c", program, str(there)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": other},
        check=True,
    )
    few_steps_of_all(here)
    for name in FIRST:
        assert files(here / name) == files(there / name), name
