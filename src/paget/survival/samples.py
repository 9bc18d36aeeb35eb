"""A start for a fit of very many rows: the coefficients of samples of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.survival.newton import ROUGH, maximise
from paget.survival.partial_likelihood import PartialLikelihood
from paget.survival.parts import for_each
from paget.survival.results import Floats

SAMPLED = 200_000
"""From so many rows on a fit starts from samples."""

SAMPLES = (100_000, 25_000)
"""Rows of the samples from which a fit starts, each taken from the one before; the smallest comes first."""

MANY = 4
"""A sample is taken of at least so many times its rows."""


def from_samples(likelihood: PartialLikelihood) -> tuple[Floats, Floats | None]:
    """Coefficients of samples, each the start of the next, and the information that the last one promises.

    None for the information, and 0 for the coefficients, where there are too few rows or events for a sample,
    or where a sample has no maximum: the search then begins where it would without.
    """
    nothing, samples = np.zeros(likelihood.terms), list[PartialLikelihood]()
    for size in SAMPLES if likelihood.rows >= SAMPLED else ():
        sample = sampled(samples[-1] if samples else likelihood, size)
        samples += [] if sample is None else [sample]
    start, information = nothing, None
    for sample in reversed(samples):
        found = maximise(sample, start, likelihood.scale, close=ROUGH)
        if found.redundant or found.endless or not np.isfinite(found.beta).all():
            return nothing, None
        start, information = found.beta, found.information * (likelihood.rows / sample.rows)
    return start, information


def sampled(likelihood: PartialLikelihood, size: int) -> PartialLikelihood | None:
    """About so many rows, every k-th, to start from; None when there are too few rows or events."""
    every = likelihood.rows // size
    if every < MANY or likelihood.sets.deaths.sum() / every < 100 * (1 + likelihood.terms):
        return None
    some, sets = slice(None, None, every), likelihood.sets

    def taken(values: NDArray[Any]) -> NDArray[Any]:
        return np.ascontiguousarray(values[some])

    cell, weights, had = taken(sets.cell), taken(likelihood.weights), slice(sets.bins, 2 * sets.bins)
    cells = sets.kinds * sets.bins
    deaths = np.bincount(cell, minlength=cells)[had].astype(float)
    sums = np.bincount(cell, weights, minlength=cells)[had].astype(float) if len(weights) else deaths
    before = None if sets.before is None else taken(sets.before)
    columns = tuple(for_each(likelihood.design.columns, likelihood.rows, taken))
    return replace(
        likelihood,
        design=replace(likelihood.design, columns=columns),
        sets=replace(sets, cell=cell, before=before, deaths=deaths, weights=sums),
        weights=weights,
        offset=taken(likelihood.offset),
    )
