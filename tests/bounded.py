"""Bounded time, on a machine that may be busy: processor seconds, not those of the clock on the wall."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PATIENCE: Final = (
    30  # seconds of the clock for each of the processor: only a wait without an end takes so long
)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What is done inside takes no more than so many seconds of the processor."""
    wall, work = time.monotonic(), time.process_time()
    yield
    assert time.process_time() - work < seconds
    assert time.monotonic() - wall < seconds * PATIENCE
