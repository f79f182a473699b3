"""A progress bar on standard error: epoch, loss, samples per second, time left.

epoch 12/60 ━━━━━━━━━━━━━━━━ loss 0.0123  validation 0.0911  83,000/s  0:00:01
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Self

REFRESH = 0.1  # seconds between redraws: a redraw costs more than a small step


class Progress:
    """Shows a run on standard error while `with` lasts; silent if `shown` is False or in a pipe."""

    def __init__(self, shown: bool, epochs: int, samples: int, done: int = 0) -> None:
        self._epochs, self._samples, self._seen, self._last = epochs, samples, done, 0.0
        self._bar: Any = _bar() if shown else None
        self._task: Any = None

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
            total = self._epochs * self._samples
            self._task = self._bar.add_task("training", total=total, completed=self._seen, note="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def step(self, epoch: int, samples: int, loss: float, validation: float | None) -> None:
        """One step of epoch 0, 1, ... on so many samples; `loss` is the epoch's mean so far."""
        self._seen += samples
        now = time.monotonic()
        last = self._seen >= self._epochs * self._samples
        if self._bar is None or (now - self._last < REFRESH and not last):
            return
        self._last = now
        note = f"loss {loss:.4g}"
        if validation is not None:
            note += f"  validation {validation:.4g}"
        self._bar.update(
            self._task,
            completed=self._seen,
            note=note,
            description=f"epoch {epoch + 1}/{self._epochs}",
        )


def _bar() -> Any:
    from rich import progress as rich_progress
    from rich.console import Console
    from rich.text import Text

    class Speed(rich_progress.ProgressColumn):
        def render(self, task: rich_progress.Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    console = Console(stderr=True)
    return rich_progress.Progress(
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(bar_width=24),
        rich_progress.TextColumn("{task.fields[note]}"),
        Speed(),
        rich_progress.TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
