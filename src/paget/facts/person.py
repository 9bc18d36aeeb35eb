"""The person and the day: age in completed years, and the calendar year of the decision."""

from __future__ import annotations

import numpy as np

from paget import days
from paget.facts.declaration import FactColumn
from paget.facts.group import Group, Known, number
from paget.facts.parts import Flags, Numbers
from paget.facts.rowwise import early, late
from paget.plans import Plan, col
from paget.possible import Range
from paget.record.as_of import as_of
from paget.units import DAYS_PER_YEAR

FACTS = (
    number("age", "Age in completed years.", "year", "day of birth"),
    number("decision_year", "Calendar year of the decision.", "", "days of record as dates"),
)


def birth() -> Plan:
    """First and last possible day of birth."""
    rows = as_of("patients").with_columns(_first=early(col("birth_day")), _last=late(col("birth_day_latest")))
    return rows.group_by("decision").agg(born=col("_first").min(), born_latest=col("_last").max())


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts, day = known.parts, known.as_of
    base, base_2 = parts.count("calendar"), parts.count("calendar_2")
    dates, relative = (base > 0) & (base_2 > 0), (base < 0) & (base_2 < 0)
    born = parts.days("born", "born_latest")
    youngest, oldest = (
        completed_years(born.high, day, dates, relative),
        completed_years(born.low, day, dates, relative),
    )
    low = np.where(np.isfinite(born.high), np.maximum(youngest[0], 0), 0.0)
    high = np.where(np.isfinite(born.low), np.maximum(oldest[1], 0), np.inf)
    year = days.year_of(day)
    return {
        "age": FactColumn(Range(low, np.maximum(low, high))),
        "decision_year": FactColumn(Range(np.where(dates, year, 0.0), np.where(dates, year, np.inf))),
    }


def completed_years(born: Numbers, day: Numbers, dates: Flags, relative: Flags) -> tuple[Numbers, Numbers]:
    """Completed years from a day of birth: on the calendar, by length, or both where it is not said."""
    born = np.where(np.isfinite(born), born, 0.0)
    by_date = days.completed_years(born, day)
    by_length = np.ceil((day - born + 1) / DAYS_PER_YEAR) - 1
    first, second = np.where(relative, by_length, by_date), np.where(dates, by_date, by_length)
    return np.minimum(first, second), np.maximum(first, second)


GROUP = Group(lambda sets: FACTS, lambda shared: (birth(),), _formulas)
