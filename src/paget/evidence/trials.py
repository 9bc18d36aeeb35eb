"""Sequential target trials: on each day of exposure who begins then against who has not begun yet."""

from __future__ import annotations

from typing import Final

import polars as pl

from paget.errors import BadInput
from paget.evidence.comparison import Comparison
from paget.evidence.exposure import Exposure
from paget.evidence.followed import ENTRY, EVENT, ID, TIME, Followed
from paget.evidence.remedies import SELECTION, formula_of
from paget.evidence.splitting import EXPOSED, EXPOSED_FROM, with_exposure

TRIAL: Final = "_trial"
MOST_ROWS: Final = 20_000_000


def sequential_trials(
    followed: Followed, exposure: Exposure, adjust: str = "", *, controls: int | None = None, seed: int = 0
) -> Comparison:
    """One Cox model over all trials, each with its own baseline; variance by patient.

    In the trial of day d stand all who are at risk and were not exposed before d. Who is exposed on d is
    followed to the end; who is not is followed until an own exposure, and censored there.

    Args:
        followed: the endpoint.
        exposure: decided after the origin.
        adjust: covariates known at the origin.
        controls: at most so many unexposed a trial, drawn by chance; default: all.
        seed: of that chance.

    Raises:
        BadInput: more than 20 million rows; ask for fewer controls.

    .. [1] Hernan MA, Robins JM. Am J Epidemiol 2016;183:758-764.
    .. [2] Gran JM et al. Stat Med 2010;29:2757-2768.
    """
    frame = with_exposure(followed, exposure)
    days = frame[EXPOSED_FROM].drop_nulls().unique().sort().to_list()
    parts: list[pl.DataFrame] = []
    rows = 0
    for day in days:
        eligible = frame.filter(
            (pl.col(ENTRY) <= day)
            & (pl.col(TIME) > day)
            & (pl.col(EXPOSED_FROM).is_null() | (pl.col(EXPOSED_FROM) >= day))
        )
        begins = (pl.col(EXPOSED_FROM) == day).fill_null(value=False)
        exposed, others = eligible.filter(begins), eligible.filter(~begins)
        if controls is not None and others.height > controls:
            others = others.sample(controls, seed=seed + len(parts), shuffle=False)
        crosses = pl.col(EXPOSED_FROM).is_not_null()
        others = others.with_columns(
            pl.when(crosses).then(pl.col(EXPOSED_FROM)).otherwise(pl.col(TIME)).alias(TIME),
            pl.when(crosses).then(0).otherwise(pl.col(EVENT)).alias(EVENT),
        )
        trial = pl.concat(
            [
                exposed.with_columns(pl.lit(1).alias(EXPOSED)),
                others.with_columns(pl.lit(0).alias(EXPOSED), pl.col(EVENT).cast(pl.Int64)),
            ]
        )
        rows += trial.height
        if rows > MOST_ROWS:
            raise BadInput(
                "more than 20 million rows", where="sequential trials", mend="ask for fewer controls"
            )
        if exposed.height and others.height:
            parts.append(
                trial.with_columns(
                    pl.col(TIME) - day, pl.lit(0.0).alias(ENTRY), pl.lit(day, pl.Float64).alias(TRIAL)
                )
            )
    if not parts:
        raise BadInput("no day has exposed and unexposed patients at risk", where=exposure.day)
    return _fitted(pl.concat(parts), exposure, adjust)


def _fitted(trials: pl.DataFrame, exposure: Exposure, adjust: str) -> Comparison:
    from paget.survival import cox

    model = cox(trials, formula_of(EXPOSED, adjust), time=TIME, event=EVENT, strata=TRIAL, cluster=ID)
    errors = model.robust_standard_errors
    return Comparison(
        "sequential target trials",
        exposure.name,
        float(model.coefficients[EXPOSED]),
        float((model.standard_errors if errors is None else errors)[EXPOSED]),
        trials[ID].n_unique(),
        int(trials.filter(pl.col(EVENT) == 1)[ID].n_unique()),
        "immortal time: each trial begins on the day on which its groups are made",
        f"{SELECTION}; who crosses over is censored, fair only if the covariates tell why they cross",
        {"trials": trials[TRIAL].n_unique(), "rows": trials.height},
        model,
    )
