"""Kernels are compiled by numba when first called and kept on disk; they let other threads run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

SUMS = {"contract", "reassoc", "nsz", "arcp"}
"""Sums may be reordered, to use the whole width of a core; infinities and NaN keep their meaning."""


def compiled(kernel: Kernel) -> Kernel:
    """The kernel, compiled for the types that it is called with; sums in the order written."""
    return cast(Kernel, njit(nogil=True, cache=True)(kernel))


def compiled_sums(kernel: Kernel) -> Kernel:
    """The same, where the order of sums is free."""
    return cast(Kernel, njit(nogil=True, cache=True, fastmath=SUMS)(kernel))
