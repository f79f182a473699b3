"""Ctrl-C is heard once, kept for the next step, and obeyed at once the second time."""

import os
import signal
import threading

import pytest

from symnet.train.interrupt import Interrupt, at_once


def test_first_is_kept_second_raises() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupt() as asked:
        assert not asked()
        os.kill(os.getpid(), signal.SIGINT)
        assert asked()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_nothing_is_installed() -> None:
    answers: list[bool] = []

    def work() -> None:
        with Interrupt() as asked:
            answers.append(asked())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert answers == [False]


def test_at_once_the_first_raises() -> None:
    with at_once(), Interrupt() as asked, pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
    assert not asked()
    with Interrupt() as asked:
        os.kill(os.getpid(), signal.SIGINT)
        assert asked()
