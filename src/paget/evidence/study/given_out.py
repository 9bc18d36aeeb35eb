"""A report for those outside the house: tables without patients' rows and without counts below 11."""

from __future__ import annotations

import io
import re
from typing import Final

import polars as pl

from paget.evidence.small_groups import HIDDEN, HIDDEN_TOO, LEAST, SmallGroups, safe_to_export
from paget.evidence.study.files import DATA, MADE_OF, PAGE, files
from paget.evidence.study.report import Report

WITHHELD: Final = "withheld.csv"
_COUNTS: Final = frozenset(
    {"n", "patients", "events", "number", "at risk", "censored", "n_risk", "n_event", "n_censor"}
)
_TOLD: Final = "detail"
"""A column of words with counts in them; it stays in the house."""
_LEADS: Final = re.compile(r"^(\d+) \(")  # "55 (40 %)" of a Table 1
_OF_GROUP: Final = re.compile(r", n = (\d+)$")


def for_others(report: Report, override: str = "") -> dict[str, bytes]:
    """The files that may leave the house, by their path within a folder.

    Args:
        report: of a study.
        override: give small counts out all the same, for this reason (``overrides: {small groups: ...}`` of
            the study); it stands in each such table.

    Returns:
        Tables in which counts from 1 to 10 are "< 11" (where one of a column or row is, the next smallest is
        "not shown"), the figures whose tables hold none, what they were made of, and ``withheld.csv`` with a
        reason a file. Neither the page nor the rows of patients are among them, nor a flow with a small step.
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
        if why := _small_column(table) or _small_step(table):
            small.add(name)
            if not override:
                withheld.append((path, why))
                continue
        told = _TOLD in table.columns and not override
        if told:
            table = table.drop(_TOLD)
            withheld.append((path, f"its column {_TOLD}, which has counts in it"))
        hidden = _hidden(table, override)
        if hidden is not None:
            small.add(name)
            withheld += [] if override else [(path, f"counts below {LEAST} are hidden in it")]
        shown = table if hidden is None else hidden
        kept[path] = shown.write_csv().encode() if told or hidden is not None else content
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
        hidden = _with_a_second(refused.hidden().select(both), numbers.select(both))
        return table.with_columns(
            pl.when(hidden[name].is_in([HIDDEN, HIDDEN_TOO]))
            .then(hidden[name])
            .otherwise(table[name].cast(pl.String))
            .alias(name)
            for name in both
        )
    return table.with_columns(shown["note"]) if "note" in shown.columns else None


def _with_a_second(hidden: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Counts, of which some are hidden; of a row in which one is alone, the next smallest is not shown.

    At risk, censored and events add up to all.
    """
    rows = []
    for shown, row in zip(hidden.rows(), numbers.rows(), strict=True):
        cells = list(shown)
        open_ = [place for place, cell in enumerate(cells) if cell not in (HIDDEN, HIDDEN_TOO)]
        rest = [(row[place], place) for place in open_ if row[place]]
        if len(cells) - len(open_) == 1 and rest:
            cells[min(rest)[1]] = HIDDEN_TOO
        rows.append(cells)
    return pl.DataFrame(rows, schema=dict.fromkeys(numbers.columns, pl.String), orient="row")


def _leads(column: pl.Series) -> bool:
    return any(_LEADS.match(cell) for cell in column.drop_nulls())


def _small_column(table: pl.DataFrame) -> str:
    """Why a table stays here: the name of a column tells of a group that is too small."""
    for name in table.columns:
        found = _OF_GROUP.search(name)
        if found and 0 < int(found[1]) < LEAST:
            return f"{name.removesuffix(found[0])}: a group below {LEAST}"
    return ""


def _small_step(table: pl.DataFrame) -> str:
    """Why a table stays here: it is a flow, of which the steps tell any single one."""
    if not {"number", "who"} <= set(table.columns):
        return ""
    few = table.filter(pl.col("number").is_between(1, LEAST - 1)).height
    return f"a step below {LEAST}, which the others add up to" if few else ""
