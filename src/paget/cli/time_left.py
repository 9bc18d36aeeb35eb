"""Progress with the time left, on a terminal, from the third second of long work on."""

from __future__ import annotations

import sys
import time
from typing import Any, Final

PATIENCE: Final = 2.0  # seconds after which progress with the time left is shown


class TimeLeft:
    """A bar that appears when work takes longer than two seconds and somebody watches.

    Args:
        noun: what is counted: "virtual patients".
        total: how many there are.
    """

    def __init__(self, noun: str, total: int) -> None:
        self._noun, self._total, self._done, self._began = noun, total, 0, time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __call__(self, more: int) -> None:
        """So many more are done."""
        self._done += more
        if self._bar is None and sys.stderr.isatty() and time.monotonic() - self._began > PATIENCE:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._bar = Progress(
                TextColumn(self._noun), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
                console=Console(stderr=True), transient=True,
            )  # fmt: skip
            self._task = self._bar.add_task("", total=self._total)
            self._bar.start()
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done)

    def close(self) -> None:
        """Take it off the screen."""
        if self._bar is not None:
            self._bar.stop()
