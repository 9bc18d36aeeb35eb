"""The logarithm and the exponential by arithmetic alone: the same bits on every machine.

The mathematical library of a system may differ from another's in the last bits; additions, multiplications
and divisions may not (IEEE 754). A number is reduced by a power of two and a table of 128 steps, until a
short series is enough [1]; the error is below three units in the last place. Both are compiled into whoever
calls them.

[1] Tang PTP. Table-driven implementation of the exponential function in IEEE floating-point arithmetic. ACM
Trans Math Softw 1989;15:144-157; of the logarithm function. 1990;16:378-400.
"""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from typing import Any, Final

import numpy as np

from paget.compiling import kernel

_BITS: Final = 7
_STEPS: Final = 1 << _BITS
_STEP_MASK: Final = np.int64(_STEPS - 1)
_MANTISSA, _BELOW, _STEP_BITS, _BIAS = np.int64(52), np.int64(52 - _BITS), np.int64(_BITS), np.int64(1023)
_FROM: Final = np.int64(0x3FE6000000000000)  # 0.6875: mantissas are taken from there to twice that
_TO_WHOLE: Final = 1.5 * 2.0**52  # added and taken away again, it rounds to the nearest whole number


def _middles() -> np.ndarray[Any, np.dtype[np.float64]]:
    """A number from the middle of each step of the mantissa; 1 itself on both sides of 1."""
    ends = (_FROM + (np.arange(_STEPS + 1, dtype=np.int64) << _BELOW)).view(np.float64)
    found = 0.5 * (ends[:-1] + ends[1:])
    found[(ends[:-1] == 1) | (ends[1:] == 1)] = 1.0
    return found


with localcontext() as _exact:
    _exact.prec = 40
    _LN2_HIGH: Final = float.fromhex("0x1.62e42feep-1")  # 32 bits: a whole number times it is exact
    _LN2_LOW: Final = float(Decimal(2).ln() - Decimal(_LN2_HIGH))  # what these leave of it
    _STEPS_PER_LN2: Final = float(_STEPS / Decimal(2).ln())
    _MIDDLE: Final = _middles()
    _LN_MIDDLE: Final = np.array([float(Decimal(float(one)).ln()) for one in _MIDDLE])
    _POWER: Final = np.array([float(Decimal(2) ** (Decimal(step) / _STEPS)) for step in range(_STEPS)])
_PER_MIDDLE: Final = 1.0 / _MIDDLE
_STEP_HIGH, _STEP_LOW = _LN2_HIGH / _STEPS, _LN2_LOW / _STEPS


def _log(x: Any) -> Any:
    above = np.float64(x).view(np.int64) - _FROM
    k = above >> _MANTISSA  # x = 2^k m
    step = (above >> _BELOW) & _STEP_MASK
    m = np.int64(above - (k << _MANTISSA) + _FROM).view(np.float64)
    f = (m - _MIDDLE[step]) * _PER_MIDDLE[step]  # ln x = k ln 2 + ln middle + ln(1 + f)
    g = f * f
    series = (-1 / 2 + f * (1 / 3)) + g * ((-1 / 4 + f * (1 / 5)) + g * (-1 / 6 + f * (1 / 7)))
    return (k * _LN2_HIGH + _LN_MIDDLE[step]) + (f + (g * series + k * _LN2_LOW))


log = kernel(_log, error_model="numpy", forceinline=True)
"""ln x of a positive normal number."""


def _exp(x: Any) -> Any:
    if x < -708.0:
        return 0.0
    if x > 709.0:
        return math.inf
    shifted = x * _STEPS_PER_LN2 + _TO_WHOLE
    steps = np.float64(shifted).view(np.int64)
    k = shifted - _TO_WHOLE  # e^x = 2^(k / 128) e^r
    r = (x - k * _STEP_HIGH) - k * _STEP_LOW
    g = r * r
    series = (r + g * (1 / 2 + r * (1 / 6))) + g * g * (1 / 24 + r * (1 / 120))
    power = _POWER[steps & _STEP_MASK]
    scale = np.int64(((steps >> _STEP_BITS) + _BIAS) << _MANTISSA).view(np.float64)
    return (power + power * series) * scale


exp = kernel(_exp, error_model="numpy", forceinline=True)
"""e^x; 0 below -708, infinite above 709."""
