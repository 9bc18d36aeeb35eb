"""Rows in parts, parts on threads, partial tables added in order: the same bits on one core or on many.

The number of parts depends on the number of rows alone, never on the machine, so sums are rounded alike
everywhere.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Partial = TypeVar("Partial")
Item = TypeVar("Item")

PARTS = 8
"""The most parts; each holds a partial table, so more would cost memory and cache."""

SMALLEST = 32_768
"""Fewer rows than these are not worth a thread."""

_lock = threading.Lock()
_pool: ThreadPoolExecutor | None = None
_here = threading.local()


def in_parts(rows: int, work: Callable[[int, int], Partial], most: int = PARTS) -> list[Partial]:
    """The results of ``work(low, high)`` on consecutive parts of the rows, in their order.

    Args:
        rows: how many rows there are.
        work: a function that lets other threads run, such as a compiled kernel.
        most: the most parts.

    >>> in_parts(5, lambda low, high: (low, high))
    [(0, 5)]
    """
    number = max(1, min(most, rows // SMALLEST))
    cuts = [rows * part // number for part in range(number + 1)]
    if number == 1:
        return [work(0, rows)]
    if getattr(_here, "is_one", False):  # work within work: waiting for threads that wait would never end
        return list(map(work, cuts[:-1], cuts[1:]))
    return list(_threads().map(work, cuts[:-1], cuts[1:]))


def for_each(items: Iterable[Item], rows: int, work: Callable[[Item], Partial]) -> list[Partial]:
    """The results of ``work(item)`` on each item, on threads where an item has many rows.

    Args:
        items: such as the columns of a design.
        rows: how many rows an item has.
        work: a function that lets other threads run, such as a sum of NumPy's.

    >>> for_each([1, 2], 1, lambda item: item + 1)
    [2, 3]
    """
    if rows < SMALLEST or getattr(_here, "is_one", False):
        return [work(item) for item in items]
    return list(_threads().map(work, items))


def _threads() -> ThreadPoolExecutor:
    global _pool  # noqa: PLW0603 - one pool a process, made when first needed
    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(_cores(), thread_name_prefix="survival", initializer=_mark)
        return _pool


def _mark() -> None:
    """A thread of the pool knows that it is one."""
    _here.is_one = True


def _forget() -> None:
    global _pool, _lock
    _pool, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
