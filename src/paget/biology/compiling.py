"""Simulations are compiled by numba when first called, and kept on disk; other threads may run.

What is kept is renewed when the file of the function itself changes, not when a file changes whose functions
it calls: who edits one of these deletes ``__pycache__/*.nb?`` beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """The function, compiled for the types it is called with; arithmetic as written, so that bits repeat."""
    return cast(Function, njit(nogil=True, cache=True, error_model="numpy")(function))


def inlined(function: Function) -> Function:
    """The same, put into whoever calls it: a call would hand over each array in seven words."""
    made = njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
    return cast(Function, made(function))
