"""The two passes over the rows that a step of a Cox or Fine-Gray fit takes; the days in between are in
bins.py.

Pass 1: risk r = w exp(x beta) of each row; sums of r and of r x fall into the bin in which the row leaves,
and are taken off at the bin before which it is not yet at risk. Pass 2: with the hazard to which each row was
exposed, v = r (Q[cell] - A[before]), the sums of v x and of v x x'. Rows are taken in blocks that stay in the
cache.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray, types  # type: ignore[attr-defined]
from numba.extending import intrinsic
from numpy.typing import NDArray

from paget.survival.compiling import compiled, compiled_sums

BLOCK = 256
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


@compiled
def _column(address: int, start: int, rows: int) -> Any:
    """So many values of a column from a row on."""
    return carray(_pointer(address + 8 * start), (rows,), np.float64)  # type: ignore[call-arg]


@compiled_sums
def _exponential(eta: Array, risk: Array, bits: Array, scale: Array, m: int, largest: float) -> float:
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


@compiled_sums
def risks(
    columns: Array,
    means: Array,
    beta: Array,
    offset: Array,
    weight: Array,
    cell: Array,
    before: Array,
    low: int,
    high: int,
    wide: bool,
    risk: Array,
    table: Array,
) -> float:
    """Pass 1 over rows low to high, into risk[row] and table[cell, (r, r x)]; the largest |x beta|."""
    p, width = columns.shape[0], table.shape[1]
    eta, bits = np.empty(BLOCK), np.empty(BLOCK, np.int64)
    scale = bits.view(np.float64)
    sums = np.zeros((BLOCK, width))
    largest = 0.0
    constant = 0.0
    for j in range(p):
        constant -= beta[j] * means[j]
    for start in range(low, high, BLOCK):
        m = min(BLOCK, high - start)
        for i in range(m):
            eta[i] = constant
        for j in range(0, p - 1, 2):
            x, b, y, c = (
                _column(columns[j], start, m),
                beta[j],
                _column(columns[j + 1], start, m),
                beta[j + 1],
            )
            for i in range(m):
                eta[i] += b * x[i] + c * y[i]
        if p & 1:
            x, b = _column(columns[p - 1], start, m), beta[p - 1]
            for i in range(m):
                eta[i] += b * x[i]
        if offset.shape[0]:
            known = offset[start : start + m]
            for i in range(m):
                eta[i] += known[i]
        r, leave = risk[start : start + m], cell[start : start + m]
        largest = _exponential(eta, r, bits, scale, m, largest)
        if weight.shape[0]:
            w = weight[start : start + m]
            for i in range(m):
                r[i] *= w[i]
        if wide:
            for i in range(m):
                sums[i, 0] = r[i]
            for j in range(p):
                x, mean = _column(columns[j], start, m), means[j]
                for i in range(m):
                    sums[i, j + 1] = (x[i] - mean) * r[i]
            for i in range(m):
                into, of = table[leave[i]], sums[i]
                for q in range(0, width, 4):
                    a, b = into[q] + of[q], into[q + 1] + of[q + 1]
                    c, d = into[q + 2] + of[q + 2], into[q + 3] + of[q + 3]
                    into[q], into[q + 1], into[q + 2], into[q + 3] = a, b, c, d
            if before.shape[0]:
                enter = before[start : start + m]
                for i in range(m):
                    into, of = table[enter[i]], sums[i]
                    for q in range(0, width, 4):
                        a, b = into[q] - of[q], into[q + 1] - of[q + 1]
                        c, d = into[q + 2] - of[q + 2], into[q + 3] - of[q + 3]
                        into[q], into[q + 1], into[q + 2], into[q + 3] = a, b, c, d
        else:
            for i in range(m):
                table[leave[i], 0] += r[i]
            if before.shape[0]:
                enter = before[start : start + m]
                for i in range(m):
                    table[enter[i], 0] -= r[i]
    return largest


@compiled_sums
def exposures(
    columns: Array,
    means: Array,
    risk: Array,
    cell: Array,
    before: Array,
    hazard_to: Array,
    hazard_before: Array,
    low: int,
    high: int,
    wide: bool,
    first: Array,
    second: Array,
) -> None:
    """Pass 2 over rows low to high: first[j] gains the sums of v x_j and second[j, k] those of v x_j x_k."""
    p = columns.shape[0]
    even = p + (p & 1)
    v = np.zeros(BLOCK)
    one, two = np.empty(BLOCK), np.empty(BLOCK)
    centred = np.zeros((even, BLOCK))
    for start in range(low, high, BLOCK):
        m = min(BLOCK, high - start)
        leave, r = cell[start : start + m], risk[start : start + m]
        for i in range(m):
            v[i] = hazard_to[leave[i]]
        if before.shape[0]:
            enter = before[start : start + m]
            for i in range(m):
                v[i] -= hazard_before[enter[i]]
        for i in range(m):
            v[i] *= r[i]
        for i in range(m, BLOCK):
            v[i] = 0.0
        if not wide:
            total = 0.0
            for i in range(m):
                total += v[i]
            for j in range(0, p - 1, 2):
                x, y, s, t = _column(columns[j], start, m), _column(columns[j + 1], start, m), 0.0, 0.0
                for i in range(m):
                    s += v[i] * x[i]
                    t += v[i] * y[i]
                first[j] += s - means[j] * total
                first[j + 1] += t - means[j + 1] * total
            if p & 1:
                x, s = _column(columns[p - 1], start, m), 0.0
                for i in range(m):
                    s += v[i] * x[i]
                first[p - 1] += s - means[p - 1] * total
            continue
        for j in range(p):
            x, mean, c = _column(columns[j], start, m), means[j], centred[j]
            for i in range(m):
                c[i] = x[i] - mean
        for j in range(0, even, 2):
            x0, x1 = centred[j], centred[j + 1]
            g0, g1, s00, s10, s11 = 0.0, 0.0, 0.0, 0.0, 0.0
            for i in range(BLOCK):
                a, b = v[i] * x0[i], v[i] * x1[i]
                one[i], two[i] = a, b
                g0 += a
                g1 += b
                s00 += a * x0[i]
                s10 += b * x0[i]
                s11 += b * x1[i]
            first[j] += g0
            first[j + 1] += g1
            second[j, j] += s00
            second[j + 1, j] += s10
            second[j + 1, j + 1] += s11
            for k in range(0, j, 2):
                y0, y1 = centred[k], centred[k + 1]
                t00, t01, t10, t11 = 0.0, 0.0, 0.0, 0.0
                for i in range(BLOCK):
                    t00 += one[i] * y0[i]
                    t01 += one[i] * y1[i]
                    t10 += two[i] * y0[i]
                    t11 += two[i] * y1[i]
                second[j, k] += t00
                second[j, k + 1] += t01
                second[j + 1, k] += t10
                second[j + 1, k + 1] += t11


@compiled_sums
def column_sums(
    columns: Array, shifts: Array, weight: Array, cell: Array, bins: int, low: int, high: int, sums: Array
) -> None:
    """Over rows low to high, x less its shift: sums[0] of w x, sums[1] of x, sums[2] of x², sums[3] of w x
    with the event; x is a row of ``sums`` along its second axis.
    """
    had, w = np.empty(BLOCK), np.ones(BLOCK)
    for start in range(low, high, BLOCK):
        m = min(BLOCK, high - start)
        leave = cell[start : start + m]
        for i in range(m):
            c = leave[i]
            had[i] = 1.0 if c >= bins and c < 2 * bins else 0.0
        if weight.shape[0]:
            given = weight[start : start + m]
            for i in range(m):
                w[i] = given[i]
                had[i] *= given[i]
        for j in range(columns.shape[0]):
            x, shift = _column(columns[j], start, m), shifts[j]
            s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
            for i in range(m):
                value = x[i] - shift
                s0 += w[i] * value
                s1 += value
                s2 += value * value
                s3 += had[i] * value
            sums[0, j] += s0
            sums[1, j] += s1
            sums[2, j] += s2
            sums[3, j] += s3
