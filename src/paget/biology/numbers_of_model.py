"""A model of virtual patients as the numbers that compiled courses read: logs, clocks and sums made once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paget.biology import growth
from paget.biology.kept import MOST
from paget.biology.lesion import HALVINGS, SURFACE, clock

Floats = NDArray[np.float64]

BINS: Final = 256
"""Of how patients differ in seeding, for a bound below which a first draw means no lesion at all."""
_SLACK: Final = 1e-9  # of that bound: far more than rounding, and hardly anybody falls in between
_MOST_NORMAL: Final = 8.3  # no word makes a larger normal number: 52 bits
_PASSED_OVER: Final = 14.0  # a lesion of less than e^-14 of what is lethal does not count: a millionth


class Numbers(NamedTuple):
    """The model, days and cells; `log_` is natural, a `clock` the age of a lesion of rate 1."""

    horizon: float
    log_primary_rate: float
    primary_sd: float
    whole_seeding: float  # expected colonies of the median primary until it is removed
    seeding_sd: float
    patient_sd: float
    lesion_sd: float
    crowding: float  # 1 / log of the ceiling; 0: exponential growth
    ceiling_surface: float  # N^(2/3) at the ceiling
    dormant_share: float
    dormant_mean: float
    largest_clock: float
    seen_clock: float
    felt_clock: float
    log_least: float  # cells of a lesion that no examination shows yet
    least_mm: float
    scale_mm: float
    best: float
    log_lethal: float
    counts_clock: float  # from here on a lesion counts towards what is lethal
    safe_clock: float  # below it, not even the utmost number of lesions is lethal
    most_lesions: float
    most_organs: float
    most_operations: float
    p_r0: float
    p_r1: float
    log_r1: float
    log_r2: float
    mortality: float
    kill: float
    lines: float
    other_hazard: float
    other_slope: float
    other_whole: float  # hazard of other causes up to the horizon
    other_alive: float  # exp of minus that
    log_rates: Floats  # (organs,) of the median lesion
    seedings: Floats  # (organs,) colonies a day of one cell
    spread: Floats  # (1 + organs, organs) cumulated shares; the primary's first
    visits: Floats  # (visits,) days of examinations
    halved: Floats  # (HALVINGS,) N^(2/3) at which growth has slowed to a half, a quarter, an eighth ...
    no_lesion: Floats  # (BINS,) below it a first draw means that the primary founded none


def numbers_of(values: Mapping[str, Any]) -> Numbers:
    """The numbers of a model.

    Args:
        values: parameters by name, checked, as :data:`paget.biology.virtual_patient.PARAMETERS` declares.
    """
    v = values
    one = {name: float(v[name]) for name in _AS_THEY_ARE}
    ceiling, horizon = float(v["ceiling_log10"]) * math.log(10), float(v["horizon"])
    crowding = 1 / ceiling if ceiling else 0.0
    least = math.log(float(growth.cells_of(v["smallest_mm"], v["cells_per_cm3"])))
    log_lethal = math.log(v["lethal_cells"])
    rate = math.log(2) / v["primary_doubling_time"]
    whole = float(v["primary_seeding"] * float(v["primary_cells"]) ** SURFACE / (SURFACE * rate))
    slope = math.log(2) / v["other_doubling"] if v["other_doubling"] else 0.0
    other = one["other_hazard"] * (math.expm1(slope * horizon) / slope if slope else horizon)
    seeding_sd, primary_sd = float(v["seeding_log_sd"]), float(v["primary_log_sd"])
    halvings = 1 - 0.5 ** np.arange(1, HALVINGS + 1)
    return Numbers(
        **one,
        horizon=horizon,
        log_primary_rate=math.log(rate),
        primary_sd=primary_sd,
        whole_seeding=whole,
        seeding_sd=seeding_sd,
        patient_sd=float(v["patient_log_sd"]),
        lesion_sd=float(v["lesion_log_sd"]),
        crowding=crowding,
        ceiling_surface=math.exp(SURFACE * ceiling) if ceiling else 0.0,
        largest_clock=clock(math.log(v["largest_at_start"]), crowding),
        seen_clock=clock(least, crowding),
        felt_clock=clock(math.log(v["symptom_cells"]), crowding),
        log_least=least,
        least_mm=float(v["smallest_mm"]),
        best=float(v["best_sensitivity"]),
        log_lethal=log_lethal,
        counts_clock=clock(max(0.0, log_lethal - _PASSED_OVER - math.log(MOST)), crowding),
        safe_clock=clock(log_lethal - math.log(MOST), crowding),
        log_r1=math.log(v["residual_r1"]),
        log_r2=math.log(v["residual_r2"]),
        kill=float(v["systemic_kill"]) * math.log(10),
        lines=float(v["systemic_lines"]),
        other_slope=slope,
        other_whole=other,
        other_alive=math.exp(-other),
        log_rates=np.log(math.log(2) / np.asarray(v["doubling_time"], float)),
        seedings=np.asarray(v["seeding"], float),
        spread=np.cumsum(np.vstack([v["primary_spread"], v["spread"]]).astype(float), axis=1),
        visits=np.asarray(v["visits"], float),
        halved=np.exp(SURFACE * halvings * ceiling) if ceiling else np.full(HALVINGS, np.inf),
        no_lesion=_no_lesion(whole, math.hypot(seeding_sd, primary_sd)),
    )


_AS_THEY_ARE: Final = (
    "dormant_share",
    "dormant_mean",
    "scale_mm",
    "most_lesions",
    "most_organs",
    "most_operations",
    "p_r0",
    "p_r1",
    "mortality",
    "other_hazard",
)


def _no_lesion(whole: float, log_sd: float) -> Floats:
    """By bin of the word that says how strongly a primary seeds: exp of minus the most it can expect.

    The uniform number of the first arrival lies below it when even the strongest seeder of the bin founds
    none; then neither the seeding nor the logarithm of the number need be found.
    """
    normal = NormalDist()
    strongest = [*(normal.inv_cdf(end / BINS) for end in range(1, BINS)), _MOST_NORMAL]
    expected = whole * np.exp(log_sd * np.asarray(strongest))
    return np.asarray(np.exp(-expected) * (1 - _SLACK))
