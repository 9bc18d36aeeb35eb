"""The two passes over the rows that a step of a Cox or Fine-Gray fit takes; the days in between are in
bins.py.

Pass 1: risk r = w exp(x beta) of each row; sums of r and of r x fall into the bin in which the row leaves,
and are taken off at the bin before which it is not yet at risk. Pass 2: with the hazard to which each row was
exposed, v = r (Q[cell] - A[before]), the sums of v x and of v x x'. Rows are taken in blocks; see blocks.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.survival.blocks import NEAR, STREAM, add_fours, column, exponential, fours
from paget.survival.compiling import compiled_sums

Array = NDArray[Any]


@compiled_sums
def add_products(
    columns: Array, means: Array, cell: Array, before: Array, start: int, m: int, risk: Array, table: Array
) -> None:
    """Add (r, r x) of a block of rows to their row of the table, four numbers at a time."""
    p, width = columns.shape[0], table.shape[1]
    products, four = np.zeros((4, NEAR)), np.empty(4 * NEAR)
    r = risk[start : start + m]
    for first in range(0, width, 4):
        for q in range(4):
            j, into = first + q - 1, products[q]
            if j < 0:
                for i in range(m):
                    into[i] = r[i]
            elif j < p:
                x, mean = column(columns[j], start, m), means[j]
                for i in range(m):
                    into[i] = (x[i] - mean) * r[i]
            else:
                for i in range(m):
                    into[i] = 0.0
        fours(products, four, m, 1.0)
        add_fours(table, first, cell, four, m)
        if before.shape[0]:
            fours(products, four, m, -1.0)
            add_fours(table, first, before, four, m)


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
    p = columns.shape[0]
    eta, bits = np.empty(STREAM), np.empty(STREAM, np.int64)
    scale = bits.view(np.float64)
    largest = 0.0
    constant = 0.0
    for j in range(p):
        constant -= beta[j] * means[j]
    for start in range(low, high, STREAM):
        m = min(STREAM, high - start)
        for i in range(m):
            eta[i] = constant
        for j in range(0, p - 1, 2):
            x, y = column(columns[j], start, m), column(columns[j + 1], start, m)
            b, c = beta[j], beta[j + 1]
            for i in range(m):
                eta[i] += b * x[i] + c * y[i]
        if p & 1:
            x, b = column(columns[p - 1], start, m), beta[p - 1]
            for i in range(m):
                eta[i] += b * x[i]
        if offset.shape[0]:
            known = offset[start : start + m]
            for i in range(m):
                eta[i] += known[i]
        r, leave = risk[start : start + m], cell[start : start + m]
        largest = exponential(eta, r, bits, scale, m, largest)
        if weight.shape[0]:
            w = weight[start : start + m]
            for i in range(m):
                r[i] *= w[i]
        if not wide:
            for i in range(m):
                table[leave[i], 0] += r[i]
            if before.shape[0]:
                enter = before[start : start + m]
                for i in range(m):
                    table[enter[i], 0] -= r[i]
            continue
        for near in range(start, start + m, NEAR):
            k = min(NEAR, start + m - near)
            add_products(columns, means, cell[near : near + k], before[near:], near, k, risk, table)
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
    block = NEAR if wide else STREAM
    v = np.zeros(block)
    one, two = np.empty(NEAR), np.empty(NEAR)
    centred = np.zeros((even, NEAR))
    for start in range(low, high, block):
        m = min(block, high - start)
        leave, r = cell[start : start + m], risk[start : start + m]
        for i in range(m):
            v[i] = hazard_to[leave[i]]
        if before.shape[0]:
            enter = before[start : start + m]
            for i in range(m):
                v[i] -= hazard_before[enter[i]]
        for i in range(m):
            v[i] *= r[i]
        for i in range(m, block):
            v[i] = 0.0
        if not wide:
            total = 0.0
            for i in range(m):
                total += v[i]
            for j in range(0, p - 1, 2):
                x, y, s, t = column(columns[j], start, m), column(columns[j + 1], start, m), 0.0, 0.0
                for i in range(m):
                    s += v[i] * x[i]
                    t += v[i] * y[i]
                first[j] += s - means[j] * total
                first[j + 1] += t - means[j + 1] * total
            if p & 1:
                x, s = column(columns[p - 1], start, m), 0.0
                for i in range(m):
                    s += v[i] * x[i]
                first[p - 1] += s - means[p - 1] * total
            continue
        for j in range(p):
            x, mean, c = column(columns[j], start, m), means[j], centred[j]
            for i in range(m):
                c[i] = x[i] - mean
        for j in range(0, even, 2):
            x0, x1 = centred[j], centred[j + 1]
            g0, g1, s00, s10, s11 = 0.0, 0.0, 0.0, 0.0, 0.0
            for i in range(NEAR):
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
                for i in range(NEAR):
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
    had, w = np.empty(NEAR), np.ones(NEAR)
    for start in range(low, high, NEAR):
        m = min(NEAR, high - start)
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
            x, shift = column(columns[j], start, m), shifts[j]
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
