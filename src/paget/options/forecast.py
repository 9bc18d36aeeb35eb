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
from paget.units import DAYS_PER_YEAR

Floats = NDArray[np.float64]

FEWEST: Final = 200
"""Below this effective sample size there is no forecast."""
ENOUGH: Final = 1_000
"""From this one on no more virtual patients are run."""
BATCH: Final = 1 << 18
MOST: Final = 1 << 22
HOPELESS: Final = 1 << 20
"""So many are run before a case that none of them fits is given up."""

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
        BadInput: a value outside its range, a case outside what the model reaches, or an effective sample
            size under 200; it says why and never tells a value of the case.

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
    spacing = float(np.diff(np.asarray([0.0, *base.values["visits"]], float)).max(initial=1.0))
    tolerance = {"tolerance_days": tolerance_days or spacing, "tolerance_mm": tolerance_mm}

    kept: dict[str, list[Floats]] = {arm: [] for arm in ARMS}
    first: dict[str, Floats] = {}
    weights, done = np.zeros(0), 0
    fits: dict[str, Floats] = {}
    while done < most and effective(weights) < ENOUGH and not (done >= HOPELESS and not weights.size):
        count = min(BATCH, most - done)
        found = {
            arm: longer.with_(**changes).simulate(count, seed=seed, first=done, rows=True, threads=threads)
            for arm, changes in ARMS.items()
        }
        if any(one.interrupted for one in found.values()):
            raise KeyboardInterrupt
        seen_in = found["removed"].kept[:, ROW.index("first_seen")]
        seen = (seen_in >= 0) & (seen_in <= reach)
        here = {arm: one.kept[seen] for arm, one in found.items()}
        each = known.weights(base, columns(here["removed"]), **tolerance)
        weight = np.prod([np.ones(int(seen.sum())), *each.values()], axis=0)
        if not first:
            first, fits = here, each
        for arm in ARMS:
            kept[arm].append(here[arm][weight > 0])
        weights = np.concatenate([weights, weight[weight > 0]])
        done += count
        if progress is not None:
            progress(count)
    refuse(weights, fits, done)
    rows = {arm: columns(np.concatenate(kept[arm])) for arm in ARMS}
    prior = {arm: columns(first[arm]) for arm in ARMS}
    outlooks = {
        arm: Outlook(
            arm,
            weights,
            Events.of(rows[arm], horizon_days),
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
        rows["left"]["seeding"] / rows["left"]["growth"],
        prior["left"]["seeding"] / prior["left"]["growth"],
    )


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


def refuse(weights: Floats, fits: Mapping[str, Floats], patients: int) -> None:
    """Refuse a case that too few virtual patients fit, and say what makes it so.

    Args:
        weights: (matched,) of those that fit.
        fits: by what is known (patients,) how well each patient of the first batch fits it.
        patients: that were run.
    """
    size = effective(weights)
    if size >= FEWEST:
        return
    alone = [name for name, fit in fits.items() if not (fit > 0).any()]
    if alone:
        why = f"no virtual patient has such {' and no such '.join(alone)}"
    else:
        without = {
            name: int(np.prod([other > 0 for key, other in fits.items() if key != name], axis=0).sum())
            for name in fits
            if len(fits) > 1
        }
        each = ", ".join(f"{count:,} without {name}" for name, count in without.items())
        why = (
            f"of those in whom a lesion was seen, in the first {min(patients, BATCH):,}, fit: {each or 'few'}"
        )
    if weights.size == 0:
        raise BadInput(
            "the model does not reach this case",
            where=", ".join(fits),
            why=f"{why}; none of {patients:,} virtual patients fits",
            mend="check the values; there is no forecast for a case unlike all of the model's",
        )
    raise BadInput(
        f"too few virtual patients fit this case: effective sample size {size:.0f}, {FEWEST} are needed",
        where=", ".join(fits),
        why=f"{weights.size:,} of {patients:,} fit at all; {why}",
        mend="give ranges for what is not known exactly, or run more (most)",
    )
