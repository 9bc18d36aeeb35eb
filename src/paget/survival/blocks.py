"""Blocks of rows: a column's values where they lie, their exponential, and sums of four columns at a time.

Kernels take rows in blocks that stay in the cache: long ones (STREAM) where columns are only read through, so
that a core fetches ahead of what it needs, short ones (NEAR) where the same values are multiplied with many
others. A core adds four numbers that lie beside each other as fast as one, so rows of a table are added in
fours.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import carray, types  # type: ignore[attr-defined]
from numba.extending import intrinsic
from numpy.typing import NDArray

from paget.survival.compiling import compiled, compiled_sums

STREAM = 4096
NEAR = 256
LOG2_HIGH = 6.93147180369123816490e-01
LOG2_LOW = 1.90821492927058770002e-10
PER_LOG2 = 1.44269504088896340736
FARTHEST = 700.0

Array = NDArray[Any]


@intrinsic
def _pointer(typing_context: Any, address: Any) -> Any:
    """An address as a pointer."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(types.voidptr))

    return types.voidptr(address), generate


@intrinsic
def _add_four(typing_context: Any, to: Any, of: Any) -> Any:
    """Add four numbers at one address to four at another, in one instruction each for load, sum, store."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.VectorType(ir.DoubleType(), 4).as_pointer()
        into, added = (builder.inttoptr(address, kind) for address in arguments)
        total = builder.fadd(builder.load(into, align=8), builder.load(added, align=8))
        builder.store(total, into, align=8)
        return context.get_dummy_value()

    return types.void(to, of), generate


@compiled
def column(address: int, start: int, rows: int) -> Any:
    """So many values of a column from a row on."""
    return carray(_pointer(address + 8 * start), (rows,), np.float64)  # type: ignore[call-arg]


@compiled_sums
def fours(products: Array, four: Array, m: int, sign: float) -> None:
    """Four columns of a block, times sign, with the four values of a row beside each other."""
    a, b, c, d = products[0], products[1], products[2], products[3]
    for i in range(m):
        four[4 * i] = sign * a[i]
        four[4 * i + 1] = sign * b[i]
        four[4 * i + 2] = sign * c[i]
        four[4 * i + 3] = sign * d[i]


@compiled
def add_fours(table: Array, first: int, cell: Array, four: Array, m: int) -> None:
    """Add the fours of a block to table[cell, first : first + 4]; cells are from 0."""
    into, added = table.ctypes.data + 8 * first, four.ctypes.data
    row = 8 * table.shape[1]
    for i in range(m):
        _add_four(into + row * np.int64(cell[i]), added + 32 * i)  # type: ignore[call-arg]


@compiled_sums
def exponential(eta: Array, risk: Array, bits: Array, scale: Array, m: int, largest: float) -> float:
    """exp of a block: a power of 2 times a polynomial of degree 13 on |r| <= log(2)/2, error below 1e-16."""
    far = 0.0
    for i in range(m):
        far += eta[i] * eta[i]
    if not far < FARTHEST * FARTHEST:
        for i in range(m):
            size = abs(eta[i])
            if not size <= FARTHEST:
                eta[i] = 0.0
                largest = FARTHEST
    for i in range(m):
        x = eta[i]
        k = np.floor(x * PER_LOG2 + 0.5)
        r = (x - k * LOG2_HIGH) - k * LOG2_LOW
        q = 1.6059043836821613e-10
        q = q * r + 2.08767569878681e-09
        q = q * r + 2.505210838544172e-08
        q = q * r + 2.755731922398589e-07
        q = q * r + 2.7557319223985893e-06
        q = q * r + 2.48015873015873e-05
        q = q * r + 0.0001984126984126984
        q = q * r + 0.001388888888888889
        q = q * r + 0.008333333333333333
        q = q * r + 0.041666666666666664
        q = q * r + 0.16666666666666666
        q = q * r + 0.5
        q = q * r + 1.0
        q = q * r + 1.0
        risk[i] = q
        bits[i] = (np.int64(k) + 1023) << 52
    for i in range(m):
        risk[i] *= scale[i]
    return largest
