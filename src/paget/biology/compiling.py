"""Simulations are compiled by numba when first called and kept on disk; they let other threads run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """The function, compiled for the types it is called with; arithmetic as written, so that bits repeat."""
    return cast(Function, njit(nogil=True, cache=True, error_model="numpy")(function))
