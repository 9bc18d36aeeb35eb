"""Kernels are compiled by numba when first called and kept on disk; they let other threads run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from paget.compiling import kernel

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

SUMS = {"contract", "reassoc", "nsz", "arcp"}
"""Sums may be reordered, to use the whole width of a core; infinities and NaN keep their meaning."""


def compiled(function: Kernel) -> Kernel:
    """The kernel, compiled for the types that it is called with; sums in the order written."""
    return kernel(function)


def compiled_sums(function: Kernel) -> Kernel:
    """The same, where the order of sums is free."""
    return kernel(function, fastmath=SUMS)
