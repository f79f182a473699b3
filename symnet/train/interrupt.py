"""Ctrl-C between two steps, never inside of one.

with Interrupt() as stop:      first Ctrl-C: stop() becomes True;  second: KeyboardInterrupt
with at_once(): ..             for runs whose half is worth nothing: the first is KeyboardInterrupt
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType, TracebackType
from typing import Any, Self

_at_once: ContextVar[bool] = ContextVar("at_once", default=False)


@contextmanager
def at_once() -> Iterator[None]:
    """Within it the first Ctrl-C ends everything: no figure is measured of half a run."""
    token = _at_once.set(True)
    try:
        yield
    finally:
        _at_once.reset(token)


class Interrupt:
    """Collects SIGINT while `with` lasts; outside of the main thread it only answers False."""

    def __init__(self) -> None:
        self._asked = False
        self._before: Any = None

    def __call__(self) -> bool:
        """Whether the run was asked to stop."""
        return self._asked

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._asked or _at_once.get():
            raise KeyboardInterrupt
        self._asked = True
