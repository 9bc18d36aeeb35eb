"""Comparisons that give each day of follow-up to the group to which it belonged on that day."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from paget.errors import BadInput
from paget.evidence.comparison import Comparison
from paget.evidence.exposure import Exposure
from paget.evidence.followed import ENTRY, EVENT, ID, TIME, Followed
from paget.evidence.splitting import EXPOSED, EXPOSED_FROM, split, with_exposure

LEAST_LANDMARKS: Final = 3
SELECTION: Final = "selection: who was exposed differed from who was not, beyond the covariates named"


def formula_of(group: str, adjust: str) -> str:
    """The right side of a formula of a group and covariates."""
    return " + ".join(part for part in (group, adjust) if part)


def _compared(
    method: str,
    exposure: Exposure,
    frame: pl.DataFrame,
    adjust: str,
    *,
    cures: str,
    leaves: str,
    **detail: Any,
) -> Comparison:
    from paget.survival import cox

    model = cox(frame, formula_of(EXPOSED, adjust), time=TIME, event=EVENT, entry=ENTRY)
    return Comparison(
        method,
        exposure.name,
        float(model.coefficients[EXPOSED]),
        float(model.standard_errors[EXPOSED]),
        frame[ID].n_unique(),
        int(frame[EVENT].sum()),
        cures,
        leaves,
        detail,
        model,
    )


def naive(followed: Followed, exposure: Exposure, adjust: str = "") -> Comparison:
    """The comparison that the guard refuses: ever against never exposed, all of the time."""
    if exposure.day:
        ever = with_exposure(followed, exposure).with_columns(
            pl.col(EXPOSED_FROM).is_not_null().cast(pl.Int64).alias(EXPOSED)
        )
    else:
        ever = followed.frame.with_columns(followed.column(exposure.name).cast(pl.Int64).alias(EXPOSED))
    return _compared(
        "ever against never exposed",
        exposure,
        ever,
        adjust,
        cures="nothing",
        leaves="immortal time: the exposed could not die before their exposure",
    )


def at_origin(followed: Followed, exposure: Exposure, adjust: str = "") -> Comparison:
    """Groups that are known at the origin: two values; more are a model with the column as covariate."""
    values = sorted(followed.column(exposure.name).drop_nulls().unique().to_list(), key=str)
    if len(values) != 2:
        raise BadInput(
            f"{len(values)} groups",
            where=exposure.name,
            mend="put the column into a formula of paget.survival.cox",
        )
    known = followed.frame.filter(pl.col(exposure.name).is_not_null())
    frame = known.with_columns((pl.col(exposure.name) == values[1]).cast(pl.Int64).alias(EXPOSED))
    return _compared(
        f"{values[1]} against {values[0]}, known at the origin",
        exposure,
        frame,
        adjust,
        cures="nothing was wrong with the time",
        leaves=SELECTION,
        **({"rows without the group": len(followed) - frame.height} if frame.height < len(followed) else {}),
    )


def time_dependent(followed: Followed, exposure: Exposure, adjust: str = "") -> Comparison:
    """A Cox model in which a patient is exposed from the day of exposure, and unexposed before it.

    >>> from paget.evidence import as_supplied
    >>> data = {"day": [5, 6, 30, 40], "died": [1, 1, 1, 1], "operated": [None, None, 10, 12]}
    >>> operated = Exposure.after_origin("operation", day="operated")
    >>> time_dependent(as_supplied(data, time="day", event="died"), operated).patients
    4
    """
    return _compared(
        "time-dependent covariate",
        exposure,
        split(followed, exposure),
        adjust,
        cures="immortal time: each day counts for the state in which it was lived",
        leaves=f"{SELECTION}; where a change of the disease leads to exposure, the model needs that change",
    )


def landmark(followed: Followed, exposure: Exposure, days: list[float], adjust: str = "") -> list[Comparison]:
    """Groups as they stand on a day, among those still at risk, followed from that day.

    Args:
        followed: the endpoint.
        exposure: decided after the origin.
        days: at least three different days, so that no one of them is chosen by its result.
        adjust: covariates.

    Raises:
        BadInput: fewer than three days, or a day on which one group is empty.

    .. [1] Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-719.
    """
    if len(set(days)) < LEAST_LANDMARKS:
        raise BadInput(
            f"{len(set(days))} landmark days",
            why="a single day can be chosen by its result",
            mend="name three",
        )
    frame = with_exposure(followed, exposure)
    found = []
    for day in sorted(set(days)):
        at_risk = frame.filter((pl.col(TIME) > day) & (pl.col(ENTRY) <= day)).with_columns(
            (pl.col(EXPOSED_FROM) <= day).fill_null(value=False).cast(pl.Int64).alias(EXPOSED),
            pl.col(TIME) - day,
            pl.lit(0.0).alias(ENTRY),
        )
        groups = at_risk[EXPOSED].sum()
        if groups in (0, at_risk.height):
            raise BadInput(f"on day {day:g} one group is empty", where="landmark", mend="choose another day")
        found.append(
            _compared(
                f"landmark on day {day:g}",
                exposure,
                at_risk,
                adjust,
                cures="immortal time: groups are known on the day from which follow-up counts",
                leaves=f"{SELECTION}; who was exposed later counts as unexposed; silent on the excluded",
                excluded=frame.height - at_risk.height,
                exposed_by_then=groups,
            )
        )
    return found


def simon_makuch(followed: Followed, exposure: Exposure) -> Any:
    """Kaplan-Meier curves in which a patient changes from unexposed to exposed on the day of exposure.

    .. [1] Simon R, Makuch RW. Stat Med 1984;3:35-44.
    """
    from paget.survival import kaplan_meier

    return kaplan_meier(split(followed, exposure), time=TIME, event=EVENT, entry=ENTRY, by=EXPOSED)


def mantel_byar(followed: Followed, exposure: Exposure) -> Any:
    """The log-rank test of these curves.

    .. [1] Mantel N, Byar DP. J Am Stat Assoc 1974;69:81-86.
    """
    from paget.survival import logrank

    return logrank(split(followed, exposure), time=TIME, event=EVENT, entry=ENTRY, by=EXPOSED)


def from_exposure(followed: Followed, exposure: Exposure) -> Followed:
    """The exposed, followed from the day of their exposure."""
    frame = with_exposure(followed, exposure).filter(pl.col(EXPOSED_FROM).is_not_null())
    start = pl.max_horizontal(pl.col(EXPOSED_FROM), pl.col(ENTRY))
    frame = frame.with_columns((pl.col(TIME) - start).alias(TIME), pl.lit(0.0).alias(ENTRY))
    return Followed(frame.drop(EXPOSED_FROM), f"{followed.name} from {exposure.name}", followed.derived)
