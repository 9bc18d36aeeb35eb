"""A report for those outside the house: tables without patients' rows and without counts below 11."""

from __future__ import annotations

import io
import re
from typing import Final

import polars as pl

from paget.evidence.small_groups import HIDDEN, LEAST, SmallGroups, safe_to_export
from paget.evidence.study.files import DATA, MADE_OF, PAGE, files
from paget.evidence.study.report import Report

WITHHELD: Final = "withheld.csv"
_COUNTS: Final = frozenset(
    {"n", "patients", "events", "number", "at risk", "censored", "n_risk", "n_event", "n_censor"}
)
_LEADS: Final = re.compile(r"^(\d+) \(")  # "55 (40 %)" of a Table 1
_OF_GROUP: Final = re.compile(r", n = (\d+)$")


def for_others(report: Report, override: str = "") -> dict[str, bytes]:
    """The files that may leave the house, by their path within a folder.

    Args:
        report: of a study.
        override: give small counts out all the same, for this reason (``overrides: {small groups: ...}`` of
            the study); it stands in each such table.

    Returns:
        Tables in which counts from 1 to 10 are "< 11" (where one of a column is, the next smallest too), the
        figures whose tables hold none, what they were made of, and ``withheld.csv`` with a reason a file.
        Neither the page nor the rows of patients are among them.
    """
    kept: dict[str, bytes] = {}
    withheld = [(DATA, "rows of patients"), (PAGE, "the page of the house, with all counts")]
    whole = files(report)
    small: set[str] = set()
    for path, content in whole.items():
        if not path.startswith("tables/"):
            continue
        name = path.removeprefix("tables/").removesuffix(".csv")
        table = pl.read_csv(io.BytesIO(content), infer_schema_length=None)
        if group := _small_column(table):
            small.add(name)
            if not override:
                withheld.append((path, f"{group}: a group below {LEAST}"))
                continue
        hidden = _hidden(table, override)
        if hidden is not None:
            small.add(name)
            withheld += [] if override else [(path, f"counts below {LEAST} are hidden in it")]
        kept[path] = content if hidden is None else hidden.write_csv().encode()
    for path, content in whole.items():
        if path in {DATA, PAGE} or path.startswith("tables/"):
            continue
        name = path.removeprefix("figures/").removesuffix(".svg")
        if name in small and path.startswith("figures/") and not override:
            withheld.append((path, f"it carries counts below {LEAST}"))
            continue
        kept[path] = content
    order = (*(path for path in (MADE_OF,) if path in kept), *sorted(kept))
    found = {path: kept[path] for path in dict.fromkeys(order)}
    reasons = pl.DataFrame(withheld, schema=["file", "why"], orient="row")
    return found | {WITHHELD: reasons.write_csv().encode()}


def _hidden(table: pl.DataFrame, override: str) -> pl.DataFrame | None:
    """The table without its small counts; None when it has none."""
    counts = [name for name in table.columns if name.lower() in _COUNTS and table.schema[name].is_numeric()]
    leading = [name for name in table.columns if table.schema[name] == pl.String and _leads(table[name])]
    numbers = table.with_columns(
        pl.col(name).str.extract(_LEADS.pattern, 1).cast(pl.Int64) for name in leading
    )
    both = [*counts, *leading]
    if not both:
        return None
    try:
        shown = safe_to_export(numbers, both, override=override)
    except SmallGroups as refused:
        hide = _with_a_second(refused.hidden().select(both), numbers.select(both))
        return table.with_columns(
            pl.when(hide[name]).then(pl.lit(HIDDEN)).otherwise(table[name].cast(pl.String)).alias(name)
            for name in both
        )
    return table.with_columns(shown["note"]) if "note" in shown.columns else None


def _with_a_second(hidden: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Where counts are hidden; of a row in which it is one alone, the next smallest too.

    At risk, censored and events add up to all, and groups to their total.
    """
    rows = []
    for shown, row in zip(hidden.rows(), numbers.rows(), strict=True):
        hide = [cell == HIDDEN for cell in shown]
        rest = [(count, place) for place, count in enumerate(row) if count and not hide[place]]
        if sum(hide) == 1 and rest:
            hide[min(rest)[1]] = True
        rows.append(hide)
    return pl.DataFrame(rows, schema=dict.fromkeys(numbers.columns, pl.Boolean), orient="row")


def _leads(column: pl.Series) -> bool:
    return any(_LEADS.match(cell) for cell in column.drop_nulls())


def _small_column(table: pl.DataFrame) -> str:
    """A column whose name tells of a group that is too small."""
    for name in table.columns:
        found = _OF_GROUP.search(name)
        if found and 0 < int(found[1]) < LEAST:
            return name.removesuffix(found[0])
    return ""
