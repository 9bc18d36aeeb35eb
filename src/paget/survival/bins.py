"""What happens between the two passes: sums at risk on each day, Efron's fractions, hazards, and what is
left.

With S0, S1 the sums of r and r x at risk in a bin, D0, D1 those of the d rows that have the event there, m
their mean weight and f = l/d for l = 0 ... d - 1 (Efron; f = 0 for Breslow), u_l = 1 / (S0 - f D0):

    a = m sum u      b = m sum f u      c0, c1, c2 = m sum u², m sum f u², m sum f² u²
    A = sum of a up to each bin;  a row is exposed to A[exit] - A[before], less b when it has the event.
    log likelihood = sum over events of w x beta - m sum log(S0 - f D0)
    information = sum v x x' - sum over bins of (c0 S1 S1' - c1 (S1 D1' + D1 S1') + c2 D1 D1')

Source: Efron B, J Am Stat Assoc 1977;72:557-565; Therneau and Grambsch, Modeling Survival Data, 2000, chapter
3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.survival.compiling import compiled, compiled_sums
from paget.survival.parts import in_parts
from paget.survival.results import Floats

FEW_TIES = 24
"""Up to so many events in a bin are summed one by one; more by a power series when their share is small."""

SMALL_SHARE = 0.125
TERMS = 18


@dataclass(frozen=True)
class Fractions:
    """The sums over tied events of each bin, named as above; ``log`` is m sum log(S0 - f D0)."""

    a: Floats
    b: Floats
    c0: Floats
    c1: Floats
    c2: Floats
    log: Floats


def fractions(
    at_risk: Floats, dying: Floats, deaths: Floats, weights: Floats, *, efron: bool, powers: Floats
) -> Fractions:
    """The sums over tied events.

    Args:
        at_risk: (bins,) S0.
        dying: (bins,) D0.
        deaths: (bins,) d.
        weights: (bins,) sum of the weights of the d rows.
        efron: Efron's method rather than Breslow's.
        powers: from :func:`power_sums`.
    """
    out = np.zeros((6, len(deaths)))
    if efron:
        _efron(at_risk, dying, deaths, weights, powers, out)
    else:
        had = deaths > 0
        with np.errstate(divide="ignore", invalid="ignore"):
            out[0, had] = weights[had] / at_risk[had]
            out[2, had] = weights[had] / at_risk[had] ** 2
            out[5, had] = weights[had] * np.where(at_risk[had] > 0, np.log(at_risk[had]), np.inf)
    return Fractions(*out)


def power_sums(deaths: Floats) -> Floats:
    """(bins, terms) sums of (l/d)^k over l = 0 ... d - 1 for k = 0, 1, ... where d is large; else 0.

    By Faulhaber's formula, with B the Bernoulli numbers: the sum over j of C(k + 1, j) B_j d^(1 - j) / (k +
    1).

    >>> power_sums(np.array([0.0, 30.0]))[:, :2].tolist()
    [[0.0, 0.0], [30.0, 14.5]]
    """
    from scipy.special import bernoulli, comb

    terms = TERMS + 3
    out = np.zeros((len(deaths), terms))
    k, j = np.arange(terms)[:, None], np.arange(terms)
    _faulhaber(deaths, np.where(j <= k, comb(k + 1, j) * bernoulli(terms - 1)[j] / (k + 1), 0.0), out)
    return out


@compiled
def _faulhaber(deaths: NDArray[Any], factors: NDArray[Any], out: NDArray[Any]) -> None:
    for t in range(deaths.shape[0]):
        if deaths[t] <= FEW_TIES:
            continue
        for k in range(out.shape[1]):
            power = deaths[t]
            for j in range(k + 1):
                out[t, k] += factors[k, j] * power
                power /= deaths[t]


@compiled
def _efron(
    at_risk: NDArray[Any],
    dying: NDArray[Any],
    deaths: NDArray[Any],
    weights: NDArray[Any],
    powers: NDArray[Any],
    out: NDArray[Any],
) -> None:
    for t in range(deaths.shape[0]):
        d = int(deaths[t])
        if d == 0:
            continue
        s, mean = at_risk[t], weights[t] / d
        if s <= 0.0 or dying[t] > s * (1.0 + 1e-9):  # what others had taken all digits: no such coefficients
            out[5, t] = np.inf
            continue
        share = dying[t] / s
        a = b = c0 = c1 = c2 = log = 0.0
        if d <= FEW_TIES or share > SMALL_SHARE:
            for l in range(d):  # noqa: E741 - as in the formula
                f = l / d
                u = 1.0 / (1.0 - f * share)
                a += u
                b += f * u
                c0 += u * u
                c1 += f * u * u
                c2 += f * f * u * u
                log -= np.log(u)
        else:
            power = 1.0
            for k in range(TERMS):
                a += powers[t, k] * power
                b += powers[t, k + 1] * power
                c0 += (k + 1) * powers[t, k] * power
                c1 += (k + 1) * powers[t, k + 1] * power
                c2 += (k + 1) * powers[t, k + 2] * power
                power *= share
                log -= powers[t, k + 1] * power / (k + 1)
        out[0, t], out[1, t] = mean * a / s, mean * b / s
        out[2, t], out[3, t], out[4, t] = mean * c0 / s**2, mean * c1 / s**2, mean * c2 / s**2
        out[5, t] = mean * (log + d * np.log(s))


@compiled
def at_risk_sums(parts: NDArray[Any], starts: NDArray[Any], out: NDArray[Any]) -> None:
    """Add tables of parts[part, kind, bin, sum] to out[1] = those with the event, out[0] = all at risk."""
    number, kinds, bins, width = parts.shape
    for t in range(bins):
        for q in range(width):
            leaving = having = 0.0
            for part in range(number):
                having += parts[part, 1, t, q]
                leaving += parts[part, 0, t, q]
                for kind in range(2, kinds):
                    leaving += parts[part, kind, t, q]
            out[1, t, q] = having
            out[0, t, q] = leaving + having
    s = starts.shape[0] - 1
    for t in range(bins - 2, -1, -1):
        if s > 0 and t + 1 == starts[s]:
            s -= 1
            continue
        for q in range(width):
            out[0, t, q] += out[0, t + 1, q]


def spread_of_means(
    all_at_risk: Floats, dying: Floats, fraction: Fractions, factor: Floats | None = None
) -> Floats:
    """(p, p) the part of the information that the means of the risk sets take away."""
    c0, c1, c2 = fraction.c0, fraction.c1, fraction.c2
    if factor is not None:
        c0, c1, c2 = c0 * factor, c1 * factor, c2 * factor
    s, d = np.ascontiguousarray(all_at_risk), np.ascontiguousarray(dying)

    def work(low: int, high: int) -> Floats:
        lower = np.zeros((s.shape[1], s.shape[1]))
        _outer_products(s, d, c0, c1, c2, low, high, lower)
        return lower

    lower = np.sum(in_parts(len(c0), work), axis=0)
    return np.asarray(np.tril(lower) + np.tril(lower, -1).T)


@compiled_sums
def _outer_products(
    at_risk: NDArray[Any],
    dying: NDArray[Any],
    c0: NDArray[Any],
    c1: NDArray[Any],
    c2: NDArray[Any],
    low: int,
    high: int,
    lower: NDArray[Any],
) -> None:
    """In a loop of its own: after a matrix product the threads of a linear algebra library go on looking for
    work, on the cores that the next pass over the rows needs.
    """
    for t in range(low, high):
        if c0[t] == 0.0:
            continue
        s, d = at_risk[t], dying[t]
        for j in range(s.shape[0]):
            of_s, of_d = c0[t] * s[j] - c1[t] * d[j], c2[t] * d[j] - c1[t] * s[j]
            for k in range(j + 1):
                lower[j, k] += of_s * s[k] + of_d * d[k]
