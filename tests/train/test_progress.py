"""The progress bar: on a terminal, on standard error, and nowhere else."""

import os
import pty
import subprocess
import sys

import pytest

from symnet.train.progress import Progress

PROGRAM = """
from symnet.train.progress import Progress
with Progress(True, epochs=2, samples=100) as bar:
    for epoch in range(2):
        for k in range(10):
            bar.step(epoch, 10, 0.5, 0.25)
print("done")
"""


def test_silent_where_nobody_asked_or_looks(capfd: pytest.CaptureFixture[str]) -> None:
    for shown in (False, True):
        with Progress(shown, epochs=1, samples=10) as bar:
            bar.step(0, 10, 0.5, None)
    out, err = capfd.readouterr()
    assert out == ""
    assert err.strip() == ""


def test_on_a_terminal_it_shows_epoch_loss_validation_and_speed() -> None:
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=theirs, env=env, timeout=60
    )
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.stdout == b"done\n"
    for part in ("epoch 2/2", "loss 0.5", "validation 0.25", "/s"):
        assert part in shown
