"""A case's forecast by virtual patients that are like it: what may come, and what removing lesions changes.

Virtual patients of the shipped model are run twice with the same luck: once all lesions seen on the first
day are removed for good (R0, nobody dies of it), once they are left alone; nobody has systemic therapy. Each
counts as much as it fits what is known of the case on that day (:mod:`paget.options.known`). More are run
until the effective sample size suffices; below 200 the forecast is refused. The parameters of the model stay
where its file has them: their own uncertainty is in no interval.

    from paget.options import Known, forecast
    print(forecast(Known(interval_days=(330, 400), lesions=1, organs=("liver",), largest_mm=18)))
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from paget.biology import virtual_patient
from paget.biology.kept import ROW
from paget.biology.virtual_patient import VirtualPatients
from paget.errors import BadInput
from paget.options.assumed import effective
from paget.options.known import Known
from paget.options.outlook import Events, Forecast, Outlook
from paget.options.unlike import hopeless, refuse
from paget.units import DAYS_PER_YEAR

Floats = NDArray[np.float64]

ENOUGH: Final = 1_000
"""From this one on no more virtual patients are run."""
BATCH: Final = 1 << 18
MOST: Final = 1 << 22
ONE_BY_ONE: Final = 400
"""Up to so many that fit are run a second time one by one; more of them with all others of their batch."""

ARMS: Final[Mapping[str, Mapping[str, float]]] = {
    "removed": {
        "most_lesions": 64,
        "most_organs": 30,
        "most_operations": 1,
        "p_r0": 1,
        "p_r1": 0,
        "mortality": 0,
        "systemic_lines": 0,
    },
    "left": {"most_operations": 0, "systemic_lines": 0},
}
"""What the two runs change in the model; up to the first detection they are the same."""


def forecast(
    known: Known,
    model: VirtualPatients | None = None,
    *,
    horizon_days: float = 5 * DAYS_PER_YEAR,
    tolerance_days: float | None = None,
    tolerance_mm: float = 0.2,
    seed: int = 0,
    most: int = MOST,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Forecast:
    """Forecast a case by virtual patients weighted by how well they fit it.

    Args:
        known: of the case, on the day on which metastases were first seen.
        model: of virtual patients; the shipped one when left out. Examinations go on to the end at its last
            spacing.
        horizon_days: how far to look; five years when left out.
        tolerance_days: of the interval; the widest spacing between examinations when left out.
        tolerance_mm: of a diameter, as a difference of its logarithm: 0.2 is about a fifth.
        seed: the same seed gives the same bits, for any number of threads.
        most: virtual patients to be run at most.
        threads: at once; one for each processor when left out.
        progress: told how many more were run, each time.

    Returns:
        The forecast. Every figure is a model assumption; no clinical estimate exists.

    Raises:
        BadInput: a value outside its range.
        Unlike: no virtual patient, or too few of them, are like the case: an effective sample size under
            200, or one that will not get there; it says why and never tells a value of the case.

    >>> case = Known(interval_days=(330, 400), lesions=1, organs=("liver",), clear=("lung",), largest_mm=18)
    >>> found = forecast(case, seed=1)
    >>> found.effective >= 200, found.r_m("removed").value < found.r_m("left").value
    (True, True)
    """
    base = model or virtual_patient.of("virtual_colorectal")
    if not 1 <= horizon_days <= 7305:
        raise BadInput("horizon_days lies outside its range", where="horizon_days", mend="1 to 7305 days")
    for name, value in (("tolerance_days", tolerance_days), ("tolerance_mm", tolerance_mm)):
        if value is not None and not 0 < value < math.inf:
            raise BadInput(f"{name} lies outside its range", where=name, mend="a number above 0")
    base.reproduction(until_cells=float(base.values["lethal_cells"]))  # refused when a lesion never kills
    if most < 1:
        raise BadInput("too few patients", where="most", mend="one or more")
    reach, longer = float(base.values["horizon"]), followed(base, horizon_days)
    arms = {arm: longer.with_(**changes) for arm, changes in ARMS.items()}
    spacing = float(np.diff(np.asarray([0.0, *base.values["visits"]], float)).max(initial=1.0))
    tolerance = {"tolerance_days": tolerance_days or spacing, "tolerance_mm": tolerance_mm}

    kept: dict[str, list[Floats]] = {arm: [] for arm in ARMS}
    first: dict[str, Floats] = {}
    weights, done = np.zeros(0), 0
    fits: dict[str, Floats] = {}
    while done < most and effective(weights) < ENOUGH and not hopeless(weights, done, most):
        count = min(BATCH, most - done)
        rows = {"removed": _run(arms["removed"], count, seed=seed, first=done, threads=threads)}
        seen_on = rows["removed"][:, ROW.index("first_seen")]
        seen = np.flatnonzero((seen_on >= 0) & (seen_on <= reach))
        each = known.weights(base, columns(rows["removed"][seen]), **tolerance)
        weight = np.prod([np.ones(seen.size), *each.values()], axis=0)
        fit = seen[weight > 0]
        if not first or fit.size > ONE_BY_ONE:
            rows["left"] = _run(arms["left"], count, seed=seed, first=done, threads=threads)
        else:  # few fit: only these are left alone as well, and nothing else comes of it
            alone = [_run(arms["left"], 1, seed=seed, first=done + int(one), threads=1) for one in fit]
            rows["left"] = np.full_like(rows["removed"], np.nan)
            rows["left"][fit] = np.concatenate(alone) if alone else rows["left"][fit]
        if not first:
            first, fits = {arm: one[seen] for arm, one in rows.items()}, each
        for arm in ARMS:
            kept[arm].append(rows[arm][fit])
        weights = np.concatenate([weights, weight[weight > 0]])
        done += count
        if progress is not None:
            progress(count)
    refuse(weights, fits, done, first=min(done, BATCH))
    matched = {arm: columns(np.concatenate(kept[arm])) for arm in ARMS}
    prior = {arm: columns(first[arm]) for arm in ARMS}
    outlooks = {
        arm: Outlook(
            arm,
            weights,
            Events.of(matched[arm], horizon_days),
            Events.of(prior[arm], horizon_days),
            horizon_days,
        )
        for arm in ARMS
    }
    return Forecast(
        known,
        base,
        seed,
        done,
        weights.size,
        horizon_days,
        outlooks["removed"],
        outlooks["left"],
        matched["left"]["seeding"] / matched["left"]["growth"],
        prior["left"]["seeding"] / prior["left"]["growth"],
    )


def _run(model: VirtualPatients, count: int, *, seed: int, first: int, threads: int | None) -> Floats:
    """The rows of some virtual patients.

    Raises:
        KeyboardInterrupt: they were interrupted; a part of them says nothing.
    """
    found = model.simulate(count, seed=seed, first=first, rows=True, threads=threads)
    if found.interrupted:
        raise KeyboardInterrupt
    rows: Floats = found.kept
    return rows


def followed(model: VirtualPatients, days: float) -> VirtualPatients:
    """The model followed for some days more, with examinations to the end at its last spacing."""
    visits = [float(day) for day in model.values["visits"]]
    horizon = float(model.values["horizon"]) + days
    if visits:
        step = visits[-1] - (visits[-2] if len(visits) > 1 else 0.0)
        while visits[-1] + step <= horizon:
            visits.append(visits[-1] + step)
    return model.with_(horizon=horizon, visits=visits)


def columns(rows: Floats) -> dict[str, Floats]:
    """Rows of virtual patients by the names of their columns."""
    return dict(zip(ROW, rows.T, strict=True))
