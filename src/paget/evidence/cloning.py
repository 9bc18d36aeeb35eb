"""Clone, censor, weight: exposure within a grace period against none within it, compared from the origin."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.evidence.comparison import Comparison
from paget.evidence.exposure import Exposure
from paget.evidence.followed import ENTRY, EVENT, ID, TIME, Followed
from paget.evidence.remedies import formula_of
from paget.evidence.splitting import EXPOSED, EXPOSED_FROM, with_exposure

WEIGHT: Final = "_weight"
TRUNCATED_AT: Final = 0.99
MOST_STEPS: Final = 50
LEAST_PROBABILITY: Final = 0.05
Floats = NDArray[np.float64]


def clone_censor_weight(
    followed: Followed,
    exposure: Exposure,
    adjust: str = "",
    *,
    grace: float,
    repetitions: int = 200,
    seed: int = 0,
) -> Comparison:
    """Compare two strategies from the origin: be exposed by a day, or not by that day.

    Each patient is copied to both strategies and censored in the one that the course contradicts: in "not
    exposed" on the day of an exposure within the grace period, in "exposed" at its end when there was none.
    The copies that stay are weighted by the inverse of the probability to stay, from a Cox model of the
    exposure on the covariates; weights are cut at the 99th percentile of patients in each strategy. The
    interval is from a bootstrap of patients.

    Args:
        followed: the endpoint, without delayed entry.
        exposure: decided after the origin.
        adjust: what leads to the exposure, known at the origin; without it staying is taken as chance.
        grace: the last day of the grace period.
        repetitions: of the bootstrap.
        seed: of the bootstrap.

    Raises:
        BadInput: delayed entry, or nobody exposed within the grace period.

    .. [1] Hernan MA. BMJ 2018;360:k182. [2] Maringe C et al. Int J Epidemiol 2020;49:1719-1729.
    """
    frame = with_exposure(followed, exposure)
    if frame.filter(pl.col(ENTRY) > 0).height:
        raise BadInput("delayed entry", where="clone, censor, weight", mend="use time_dependent()")
    within = (pl.col(EXPOSED_FROM) <= grace).fill_null(value=False)
    if not frame.select(within.any()).item():
        raise BadInput("nobody is exposed within the grace period", where=f"grace {grace:g} days")
    estimate, model, weights, least = _estimate(frame, adjust, grace)
    generator = np.random.Generator(np.random.Philox(seed))
    found = []
    for _ in range(repetitions):
        drawn = frame[generator.integers(0, frame.height, frame.height)].with_columns(
            pl.int_range(pl.len()).alias(ID)
        )
        again = _again(drawn, adjust, grace)
        if again is not None:
            found.append(again)
    low, high = np.quantile(found, [0.025, 0.975]) if found else (np.nan, np.nan)
    caution = (
        f"; the least probability to stay is {least:.3f}: some patients could hardly have done otherwise"
    )
    return Comparison(
        f"clone, censor, weight: by day {grace:g} against not by then",
        exposure.name,
        estimate,
        float(np.std(found, ddof=1)) if len(found) > 1 else float("nan"),
        frame.height,
        int(frame[EVENT].sum()),
        "immortal time: both strategies begin at the origin with the same patients",
        "what leads to the exposure and is not among the covariates"
        + (caution if least < LEAST_PROBABILITY else ""),
        {
            "bootstrap": f"{len(found)} of {repetitions}",
            "largest weight": f"{weights.max():.2f} (cut at the 99th percentile of patients)",
            "least probability to stay": f"{least:.3f}",
        },
        model,
        (float(low), float(high)),
    )


def _again(frame: pl.DataFrame, adjust: str, grace: float) -> float | None:
    try:
        estimate = _estimate(frame, adjust, grace)[0]
    except BadInput:  # a sample without an event in one strategy
        return None
    return estimate if np.isfinite(estimate) else None


def _estimate(frame: pl.DataFrame, adjust: str, grace: float) -> tuple[float, Any, Floats, float]:
    from paget.survival import cox

    clones, least = cloned(frame, adjust, grace)
    clones = truncated(clones)
    model = cox(clones, EXPOSED, time=TIME, event=EVENT, entry=ENTRY, weights=WEIGHT, cluster=ID)
    return float(model.coefficients[EXPOSED]), model, clones[WEIGHT].to_numpy(), least


def truncated(clones: pl.DataFrame) -> pl.DataFrame:
    """Weights cut at their 99th percentile over patients, in each strategy by itself.

    Over rows it would cut the few who stand for many: a patient of the strategy that is weighted day by day
    has many rows, one of the other a single one.
    """
    largest = clones.group_by(EXPOSED, ID).agg(pl.col(WEIGHT).max())
    limits = largest.group_by(EXPOSED).agg(pl.col(WEIGHT).quantile(TRUNCATED_AT, "higher"))
    cut = pl.col(EXPOSED).replace_strict(limits[EXPOSED], limits[WEIGHT], return_dtype=pl.Float64)
    return clones.with_columns(pl.min_horizontal(WEIGHT, cut))


def cloned(frame: pl.DataFrame, adjust: str, grace: float) -> tuple[pl.DataFrame, float]:
    """Both copies of each patient in (start, stop] rows with weights, and the least probability to stay."""
    days, hazard = _hazard_of_exposure(frame, adjust, grace)
    risk = hazard(frame)  # how many times the baseline hazard of exposure a patient has
    cumulative = np.concatenate([[0.0], days[1]])
    steps = np.concatenate([[0.0], days[0]])
    time, event = frame[TIME].to_numpy(), frame[EVENT].to_numpy()
    exposed = frame[EXPOSED_FROM].fill_null(np.inf).to_numpy()
    by_grace = exposed <= grace

    # Strategy "exposed": censored at the end of grace; who is exposed stands for both from then on.
    stays = 1.0 - np.exp(-cumulative[-1] * risk)
    end = np.where(by_grace, time, np.minimum(time, grace))
    ended = np.where(by_grace | (time <= grace), event, 0)
    first = [
        _rows(
            frame, np.zeros(len(time)), np.minimum(end, grace), ended * (end <= grace), np.ones(len(time)), 1
        )
    ]
    after = end > grace
    first.append(
        _rows(
            frame.filter(after), np.full(after.sum(), grace), end[after], ended[after], 1.0 / stays[after], 1
        )
    )

    # Strategy "not exposed": censored on the day of exposure; weighted by 1 / P(not exposed yet).
    end = np.where(by_grace, exposed, time)
    ended = np.where(by_grace, 0, event)
    edges = np.concatenate([steps, [np.inf]])
    second = []
    for place, start in enumerate(steps):
        here = end > start
        stop = np.minimum(end, edges[place + 1])
        last = end <= edges[place + 1]
        weight = np.exp(cumulative[place] * risk)
        second.append(
            _rows(
                frame.filter(here),
                np.full(here.sum(), start),
                stop[here],
                (ended * last)[here],
                weight[here],
                0,
            )
        )
    # A cloned row of no length says nothing.
    clones = pl.concat([*first, *second]).filter(pl.col(TIME) > pl.col(ENTRY))
    probability = np.concatenate(
        [stays[after & by_grace], np.exp(-cumulative[-1] * risk)[(time > grace) & ~by_grace]]
    )
    return clones, float(probability.min()) if len(probability) else 1.0


def _rows(
    frame: pl.DataFrame, start: Floats, stop: Floats, event: Any, weight: Floats, exposed: int
) -> pl.DataFrame:
    return frame.select(ID).with_columns(
        pl.Series(ENTRY, start, pl.Float64),
        pl.Series(TIME, stop, pl.Float64),
        pl.Series(EVENT, np.asarray(event), pl.Int64),
        pl.Series(WEIGHT, weight, pl.Float64),
        pl.lit(exposed).alias(EXPOSED),
    )


def _hazard_of_exposure(frame: pl.DataFrame, adjust: str, grace: float) -> tuple[tuple[Floats, Floats], Any]:
    """Days and cumulative baseline hazard of exposure within grace, and each patient's multiple of it."""
    from paget.survival import cox, nelson_aalen

    last = pl.min_horizontal(pl.col(TIME), pl.col(EXPOSED_FROM).fill_null(np.inf), pl.lit(grace))
    begins = (pl.col(EXPOSED_FROM) <= grace).fill_null(value=False).cast(pl.Int64)
    # An exposure on the day of the origin counts half a day later, so that it is an event like the others.
    course = frame.with_columns(last.clip(lower_bound=0.5).alias(TIME), begins.alias(EVENT))
    if adjust:
        model = cox(course, formula_of("", adjust), time=TIME, event=EVENT)
        base = model.baseline_hazard("zero")
        days, hazard = np.asarray(base["time"]), np.asarray(base["hazard"])

        def multiple(rows: pl.DataFrame) -> Floats:
            return np.exp(model.linear_predictor(rows))

    else:
        curve = next(iter(nelson_aalen(course, time=TIME, event=EVENT)))
        at, hazard_at = np.asarray(curve.time, np.float64), np.asarray(curve.cumulative_hazard)
        steps = np.flatnonzero(np.diff(np.concatenate([[0.0], hazard_at])) > 0)
        days, hazard = at[steps], hazard_at[steps]

        def multiple(rows: pl.DataFrame) -> Floats:
            return np.ones(rows.height)

    if len(days) > MOST_STEPS:  # weights change on fifty days, each as on its last
        kept = np.unique(np.linspace(0, len(days) - 1, MOST_STEPS).round().astype(int))
        days, hazard = days[kept], hazard[kept]
    return (days, hazard), multiple
