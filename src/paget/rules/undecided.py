"""Whether more than one answer is left in a value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paget.possible import Classes, Range, Truth
from paget.rules.bodies import States, Value


def open_in(value: Value, row: int) -> bool:
    """Whether more than one answer is left in one row; of a schedule, in any of its lines."""
    if isinstance(value, Truth):
        return bool(value.sign.item(row) == 0)
    if isinstance(value, Range):
        return bool(value.low.item(row) != value.high.item(row))
    if isinstance(value, Classes):
        return value.can.item(row).bit_count() != 1
    return any(one.can.item(row).bit_count() != 1 for one in value.each)


def undecided(value: Value) -> NDArray[np.bool_]:
    """Where more than one answer is left."""
    if isinstance(value, Truth):
        return value.is_unknown
    if isinstance(value, States):
        return np.asarray(np.logical_or.reduce([~one.known for one in value.each]))
    return ~value.known
