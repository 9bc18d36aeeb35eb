"""A life table of the population: the hazard of death a day by sex, age and perhaps calendar year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.columns import Columns
from paget.survival.results import Floats

DAYS_A_YEAR = 365.25
"""A year of age in days."""


@dataclass(frozen=True)
class LifeTable:
    """The table as an array.

    Attributes:
        hazard: (sexes, ages, years) of death a day; one year when the table has none.
        sexes: labels.
        first_age: the first age, in completed years.
        years: the calendar years, or None.
    """

    hazard: Floats
    sexes: tuple[Any, ...]
    first_age: int
    years: NDArray[np.int64] | None

    def year_starts(self) -> NDArray[np.int64]:
        """The first day of each year after the first, since 1970-01-01; the first begins before all."""
        assert self.years is not None  # noqa: S101 - asked for only when there are years
        starts = (self.years - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
        starts[0] = np.iinfo(np.int64).min // 2
        return starts

    def sex_places(self, labels: tuple[Any, ...], codes: NDArray[Any], column: str) -> NDArray[np.int64]:
        """The place in the table of each row's sex.

        Raises:
            BadInput: a sex that the table does not have.
        """
        used = {int(code) for code in np.unique(codes)}
        unknown = [str(labels[code]) for code in sorted(used) if labels[code] not in self.sexes]
        if unknown:
            there = ", ".join(map(str, self.sexes))
            raise BadInput("a sex that the table does not have", where=column, mend=f"the table has {there}")
        place = np.array([self.sexes.index(x) if x in self.sexes else 0 for x in labels], dtype=np.int64)
        return place[codes] if len(place) else np.zeros(0, dtype=np.int64)


def life_table(table: Any) -> LifeTable:
    """Read a life table.

    Args:
        table: columns ``age`` (completed years), ``sex``, perhaps ``year``, and ``probability`` (of death
            within the year of age) or ``hazard`` (a day).

    Raises:
        BadInput: a column that is missing, a gap, a row twice, a probability that is not between 0 and 1.

    >>> found = life_table({"age": [60, 61], "sex": ["f", "f"], "probability": [0.01, 0.02]})
    >>> float(found.hazard[0, 0, 0] * 365.25)  # -log(0.99)
    0.01005...
    """
    names = _names(table)
    kind = "hazard" if "hazard" in names else "probability"
    with_years = "year" in names
    columns = Columns(table, ["age", "sex", kind, *(["year"] if with_years else [])])
    sexes = columns.codes("sex")
    ages, values = _known(columns, "age"), _known(columns, kind)
    years = _known(columns, "year") if with_years else np.zeros(columns.rows)
    if not columns.rows or sexes.missing is not None:
        raise BadInput("the life table has no rows, or rows without sex", where="table")
    if (ages != np.rint(ages)).any() or (years != np.rint(years)).any():
        raise BadInput("an age or year of the life table is no whole number", where="table")
    if kind == "probability":
        if not ((values >= 0) & (values <= 1)).all():
            raise BadInput("a probability is not between 0 and 1", where="table, probability")
        with np.errstate(divide="ignore"):
            values = np.minimum(-np.log1p(-values), 50.0) / DAYS_A_YEAR
    elif (values < 0).any():
        raise BadInput("a hazard below 0", where="table, hazard")
    first_age, first_year = int(ages.min()), int(years.min())
    shape = (len(sexes.labels), int(ages.max()) - first_age + 1, int(years.max()) - first_year + 1)
    hazard = np.full(shape, np.nan)
    place = (sexes.codes.astype(int), (ages - first_age).astype(int), (years - first_year).astype(int))
    hazard[place] = values
    if np.isnan(hazard).any() or hazard.size != columns.rows:
        raise BadInput(
            "the life table has gaps or the same row twice",
            where="table",
            why=f"{shape[0]} sexes, {shape[1]} ages and {shape[2]} years make {hazard.size} rows, it has "
            f"{columns.rows}",
        )
    calendar = np.arange(first_year, first_year + shape[2], dtype=np.int64) if with_years else None
    return LifeTable(hazard, sexes.labels, first_age, calendar)


def _names(table: Any) -> list[str]:
    from collections.abc import Mapping

    if isinstance(table, Mapping):
        return list(table)
    import narwhals as nw

    try:
        return list(nw.from_native(table).collect_schema().names())
    except TypeError:
        raise BadInput("the life table is not a table", where="table") from None


def _known(columns: Columns, name: str) -> Floats:
    values, missing = columns.numbers(name)
    if missing is not None:
        raise BadInput("the life table has empty cells", where=f"table, {name}")
    return values.astype(float)
