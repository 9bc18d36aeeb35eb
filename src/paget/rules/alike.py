"""Decisions that are alike in all that is asked of them: one stands for all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


def alike(columns: Sequence[NDArray[np.int8]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first of all rows with the same values, and for each row which of these it is like.

    Rows are told apart by a hash of their values; should two that differ share one, each stays by itself.

    >>> alike([np.array([1, 0, 1, 1], np.int8), np.array([1, 0, 1, 1], np.int8)])
    (array([1, 0]), array([1, 0, 1, 1]))
    """
    values = np.array(columns)
    hashes = np.zeros(values.shape[1], np.int64)
    for value, factor in zip(values, _factors(len(values)), strict=True):
        hashes += value * factor
    _, first, kinds = np.unique(hashes, return_index=True, return_inverse=True)
    if np.array_equal(values, values[:, first][:, kinds]):
        return first, kinds
    return np.arange(hashes.size), np.arange(hashes.size)


@lru_cache(maxsize=256)
def _factors(columns: int) -> NDArray[np.int64]:
    return np.random.default_rng(columns).integers(1, 2**62, columns, np.int64)
