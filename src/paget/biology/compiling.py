"""Simulations are compiled by numba when first called; arithmetic as written, so that bits repeat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from paget.compiling import kernel

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """The function, compiled for the types it is called with."""
    return kernel(function, error_model="numpy")


def inlined(function: Function) -> Function:
    """The same, put into whoever calls it: a call would hand over each array in seven words.

    It makes no arrays, so that references to them need not be counted.
    """
    return kernel(function, error_model="numpy", forceinline=True, _nrt=False)


def counting(function: Function) -> Function:
    """The function that calls those which are put into it; it makes no arrays either."""
    return kernel(function, error_model="numpy", _nrt=False)
