"""Calibrate virtual patients to open tables, and check them on tables that the fit never saw.

The model is simulated at many sets of parameters, each with the same luck (common random numbers), and each
set counts as much as its figures fit (:mod:`paget.biology.calibration.sampling`). The checks are simulated at
draws from the posterior on other virtual patients, and at the parameters as the model's file has them.

    from paget.biology.calibration import calibrate
    print(calibrate("colorectal_open_tables", draws=4_000, patients=2_000, seed=1))
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from paget.biology.calibration.result import Calibrated
from paget.biology.calibration.sampling import Draws, importance
from paget.biology.calibration.summaries import measured
from paget.biology.calibration.tables import Table, Tables
from paget.biology.virtual_patient import VirtualPatients
from paget.errors import BadInput
from paget.streams import seed_of, uniforms

Floats = NDArray[np.float64]

FEWEST_DRAWS: Final = 100
FEWEST_PATIENTS: Final = 200
MOST_PATIENTS: Final = 1_000_000  # rows of one set are kept in memory, 144 bytes each
PREDICTED: Final = 200
"""Draws from the posterior at which the checks are simulated."""


def calibrate(
    tables: Tables,
    *,
    draws: int = 20_000,
    patients: int = 10_000,
    seed: int = 0,
    threads: int | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Calibrated:
    """Fit the parameters of virtual patients to open tables.

    Args:
        tables: what to fit and to check; see :func:`paget.biology.calibration.tables.tables`.
        draws: sets of parameters that are tried.
        patients: virtual patients of each, for each policy.
        seed: the same seed gives the same bits, for any number of threads.
        threads: at once; one for each processor when left out.
        tell: told how many simulations are done, of how many.

    Returns:
        Posterior, fit, checks and what the data cannot tell apart; of what was done when interrupted. With
        an effective sample size below 200 it says so, and writes no file.

    Raises:
        BadInput: too few draws or patients, or too many for memory.
    """
    if draws < FEWEST_DRAWS:
        raise BadInput("too few draws", where="draws", mend=f"{FEWEST_DRAWS} or more")
    if not FEWEST_PATIENTS <= patients <= MOST_PATIENTS:
        mend = f"{FEWEST_PATIENTS} to {MOST_PATIENTS:,}"
        raise BadInput("patients lies outside its range", where="patients", mend=mend)
    if threads is not None and threads < 1:
        raise BadInput("threads lies outside its range", where="threads", mend="one or more")
    seed_of(seed)
    at_once, total = threads or os.cpu_count() or 1, draws + PREDICTED + 1
    done = 0

    def one_more(more: int) -> None:
        nonlocal done
        done += more
        if tell is not None:
            tell(done, total)

    figures = Figures(tables.fitted, tables.model, seed, patients)
    found = importance(
        lambda z: figures(tables.changes(z)),
        np.array([one.value for one in tables.fitted]),
        np.array([one.deviation for one in tables.fitted]),
        len(tables.unknowns),
        draws,
        seed=seed,
        threads=at_once,
        tell=one_more,
    )
    chosen = resampled(found, PREDICTED, seed)
    others = Figures(tables.tables, tables.model, seed, patients, first=patients)
    points: list[Mapping[str, Any]] = [{}, *(tables.changes(found.z[at]) for at in chosen)]
    checked = [] if found.interrupted else _each(others, points, at_once, one_more)
    stopped = found.interrupted or len(checked) < len(points)
    values = np.array([value for value, _ in checked]).reshape(len(checked), len(tables.tables))
    return Calibrated(
        tables,
        found,
        patients,
        seed,
        stopped,
        chosen[: max(0, len(checked) - 1)],
        values[1:],
        values[0] if len(checked) else np.full(len(tables.tables), np.nan),
    )


class Figures:
    """The figures of some tables, as virtual patients give them; each policy is simulated once.

    Args:
        tables: which.
        model: whose parameters are changed.
        seed: of all luck.
        patients: of each policy.
        first: number of the first patient.
    """

    def __init__(
        self, tables: Sequence[Table], model: VirtualPatients, seed: int, patients: int, first: int = 0
    ) -> None:
        self._tables, self._model = tables, model
        self._seed, self._patients, self._first = seed, patients, first

    def __call__(self, changes: Mapping[str, Any]) -> tuple[Floats, Floats]:
        """(tables,) figures and their Monte Carlo standard errors, with some parameters changed."""
        seen: dict[str, tuple[VirtualPatients, Mapping[str, Floats]]] = {}

        def run(policy: Mapping[str, Any]) -> tuple[VirtualPatients, Mapping[str, Floats]]:
            name = json.dumps(policy, sort_keys=True)
            if name not in seen:
                model = self._model.with_(**{**changes, **policy})
                found = model.simulate(
                    self._patients,
                    seed=self._seed,
                    threads=1,
                    chunk=self._patients,
                    rows=True,
                    first=self._first,
                )
                seen[name] = (model, found.rows)
            return seen[name]

        values = np.full((2, len(self._tables)), np.nan)
        for place, table in enumerate(self._tables):
            policies = [run(policy) for policy in table.policies]
            model, rows = policies[0]
            others = policies[1][1] if len(policies) > 1 else None
            values[:, place] = measured(table.data["summary"], rows, model, others)
        return values[0], values[1]


def resampled(found: Draws, count: int, seed: int) -> list[int]:
    """Draws from the posterior with equal weight, by systematic resampling.

    >>> weights = np.array([0.5, 0.0, 0.5])
    >>> resampled(Draws(np.zeros((3, 1)), np.zeros((3, 1)), np.zeros((3, 1)), weights, False), 4, 1)
    [0, 0, 2, 2]
    """
    if not found.weights.sum() > 0:
        return []
    start = float(uniforms(seed, [0], "calibration resampling", 1)[0, 0])
    at = (start + np.arange(count)) / count
    places = np.searchsorted(np.cumsum(found.weights), at)
    return [int(place) for place in np.minimum(places, found.weights.size - 1)]


def _each(
    figures: Figures, points: Sequence[Mapping[str, Any]], threads: int, tell: Callable[[int], None]
) -> list[tuple[Floats, Floats]]:
    """Simulate each point; of an interrupted run those before the first that was not finished."""
    got: list[tuple[Floats, Floats]] = []
    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        waiting = [pool.submit(figures, point) for point in points]
        try:
            for one in waiting:
                got.append(one.result())
                tell(1)
        except KeyboardInterrupt:
            for one in waiting:
                one.cancel()
    return got
