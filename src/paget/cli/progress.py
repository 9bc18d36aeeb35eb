"""How far long work has come, on the error stream, only where somebody watches it."""

from __future__ import annotations

import sys
import time
from typing import Final

PACE: Final = 0.2  # seconds between two signs


class Progress:
    """A line that is written over.

    Args:
        noun: what is counted: "briefs".
    """

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._watched = sys.stderr.isatty()
        self._said_at = time.monotonic()
        self._shown = 0  # signs on the line

    def tell(self, done: int, of: int | None = None) -> None:
        """Say how many are done, not too often."""
        if self._watched and time.monotonic() - self._said_at > PACE:
            share = f"{done} of {of}" if of is not None else str(done)
            self.say(f"{share} {self._noun}")

    def say(self, text: str) -> None:
        """Say what is being done."""
        if self._watched:
            print(f"\r{text.ljust(self._shown)}", end="", file=sys.stderr, flush=True)
            self._said_at, self._shown = time.monotonic(), len(text)

    def clear(self) -> None:
        """Take it off the screen."""
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._shown = 0
