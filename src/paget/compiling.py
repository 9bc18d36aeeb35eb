"""Simulations and estimators are compiled by numba when first called, and kept on disk.

Numba renews what it keeps when the file of the function itself changes. Here it is renewed as well when
anything changes that the function takes from elsewhere: the functions that it calls, theirs in turn, numbers
and classes of other files. Functions stand below those that they call, so that all
is known by then. Other threads may run meanwhile.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final, TypeVar, cast

import numpy as np
from numba import njit
from numba.core import caching
from numba.core.dispatcher import Dispatcher

Function = TypeVar("Function", bound=Callable[..., Any])

_PLAIN: Final = (bool, int, float, complex, str, bytes, np.generic)


def kernel(function: Function, **options: Any) -> Function:
    """The function, compiled for the types it is called with, and kept on disk while its sources stay.

    Args:
        function: of numbers, arrays and tuples of them.
        options: of :func:`numba.njit`.

    Returns:
        What is called like the function.
    """
    made = njit(nogil=True, **options)(function)
    with contextlib.suppress(RuntimeError):  # numba's, where nothing can be written: compiled each time
        made._cache = cast(Any, _Cache)(function)  # as Dispatcher.enable_caching does, with our stamp
    return cast(Function, made)


def stamp(function: Callable[..., Any]) -> str:
    """A hash of the sources and numbers that a compiled function is made of.

    Args:
        function: plain, or compiled by :func:`kernel`.
    """
    plain = function.py_func if isinstance(function, Dispatcher) else function
    return _stamp(plain)


@functools.cache
def _stamp(function: Callable[..., Any]) -> str:
    found = hashlib.sha256(_file(inspect.getfile(function)))
    known = {**function.__globals__, **inspect.getclosurevars(function).nonlocals}
    for name in sorted(set(_names(function.__code__))):
        if name in known:
            found.update(f"{name}={_said(known[name])};".encode())
    return found.hexdigest()


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    yield from code.co_freevars
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _names(one)


def _said(value: Any) -> str:
    """What of a value goes into compiled code, in words."""
    if isinstance(value, Dispatcher):
        return _stamp(value.py_func)
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{value.shape}{value.tobytes().hex()}"
    if isinstance(value, tuple):
        return ",".join(_said(one) for one in value)
    if isinstance(value, _PLAIN):
        return repr(value)
    module = value if isinstance(value, ModuleType) else inspect.getmodule(value)
    if module is not None and module.__name__.partition(".")[0] == __name__.partition(".")[0]:
        return hashlib.sha256(_file(str(module.__file__))).hexdigest()
    return ""  # of Python, numpy or numba: their versions are numba's own concern


@functools.cache
def _file(path: str) -> bytes:
    return Path(path).read_bytes()


class _AllSources:
    """A place on disk whose stamp covers all sources, not one file alone."""

    _stamp: str

    @classmethod
    def from_function(cls, function: Any, path: str) -> Any:
        """The place for a function, or None where nothing can be written."""
        found = super().from_function(function, path)  # type: ignore[misc]
        if found is not None:
            found._stamp = _stamp(function)
        return found

    def get_source_stamp(self) -> str:
        """What must be equal for a kept function to be used."""
        return self._stamp


class _Given(_AllSources, caching.UserProvidedCacheLocator):
    """The folder NUMBA_CACHE_DIR."""


class _Beside(_AllSources, caching.InTreeCacheLocator):
    """``__pycache__`` beside the source."""


class _OfTheUser(_AllSources, caching.UserWideCacheLocator):
    """The user's folder of caches, where the sources cannot be written to."""


class _Kept(caching.CompileResultCacheImpl):
    _locator_classes = [  # noqa: RUF012 - as numba declares it
        _Given,
        _Beside,
        _OfTheUser,
    ]


class _Cache(caching.FunctionCache):
    _impl_class = _Kept
