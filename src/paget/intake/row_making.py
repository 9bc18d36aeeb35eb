"""Makes the rows of a table of the record from those of a flat file, and merges those that belong together.

Where several rows of the file become one row of the record, blank cells are passed over and the others
must agree. Days that differ become the interval that spans them; any other value becomes unknown. Both
are reported as contradictions.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from paget.intake.flat import ROW
from paget.intake.listing import list_rows
from paget.intake.mapping import Cell, Day, Rows
from paget.intake.sheet import Sheet
from paget.intake.sheet_days import day_of
from paget.intake.sheet_values import limits_of, value_of
from paget.record.columns import latest
from paget.record.problems import ImportReport
from paget.record.tables import TABLES

_WHO: Final = "patient_id"
_PLACE: Final = "place"  # keeps the order of the file, and of the words in a cell


def make_rows(sheet: Sheet, rows: Rows, source: str, report: ImportReport) -> pl.DataFrame:
    """The rows of one item of a mapping.

    Args:
        sheet: the part of the file that the item reads.
        rows: the item.
        source: the file's name, for the report and the rows' source.
        report: receives rejected rows and contradictions.

    Returns:
        The columns of the record's table that the item fills, ``patient_id``, ``source`` and
        :data:`paget.intake.flat.ROW`.
    """
    sheet = _chosen(sheet, rows)
    columns, wrong = _columns(sheet, rows)
    frame = _without_unreadable(pl.DataFrame(columns), wrong, rows, source, report)
    if "source" not in frame.columns:
        frame = frame.with_columns(source=pl.concat_str(pl.lit(f"{source} row "), pl.col(ROW)))
    return frame if rows.one_per is None else merge_rows(frame, rows, source, report)


def merge_rows(frame: pl.DataFrame, rows: Rows, source: str, report: ImportReport) -> pl.DataFrame:
    """One row for each patient and each different set of the columns that make a row.

    Args:
        frame: what :func:`make_rows` gives.
        rows: the item; its ``one_per`` names the columns that make a row.
        source: the file's name.
        report: receives what disagrees.
    """
    keys = [_WHO]
    for name in rows.one_per or ():
        keys += [name, latest(name)] if isinstance(rows.cells[name], Day) else [name]
    several = frame.select(keys).is_duplicated()
    if not several.any():
        return frame
    frame = frame.with_row_index(_PLACE)
    merged, differ = _merging(frame, rows, keys)
    groups = frame.filter(several).group_by(keys, maintain_order=True)
    marks = [test.fill_null(value=False).alias(f"differ {name}") for name, test in differ.items()]
    found = groups.agg(*merged, *marks)
    for name in differ:
        spanned = isinstance(rows.cells.get(name), Day)
        places = found.filter(pl.col(f"differ {name}")).select(_WHO, pl.col(ROW).cast(pl.String))
        list_rows(
            report,
            "contradiction",
            f"rows of the file disagree; {'taken as the days between' if spanned else 'left unknown'}",
            places.iter_rows(),
            number=places.height,
            mend="correct the file, or say in the mapping which counts",
            table=rows.table,
            column=name,
            source=source,
        )
    return pl.concat([frame.filter(~several), found.select(frame.columns)]).sort(_PLACE).drop(_PLACE)


def _chosen(sheet: Sheet, rows: Rows) -> Sheet:
    """The rows of the file that the item speaks of, one for each word of a cell that is split."""
    if (never := sheet.holds(rows.never)) is not None:
        who = sheet.mapping.patient
        barred = sheet.frame.filter(never).select(who).unique()
        frame = sheet.frame.join(barred, on=who, how="anti", maintain_order="left")
        sheet = Sheet(frame, sheet.mapping, sheet.remarks)
    sheet = sheet.filtered(sheet.holds(rows.when))
    lists = {column.name for column in TABLES[rows.table].lists}
    for name, cell in rows.cells.items():
        if isinstance(cell, Cell) and cell.split and name not in lists:
            sheet = sheet.exploded(cell.column, cell.split)
    return sheet


def _columns(sheet: Sheet, rows: Rows) -> tuple[dict[str, pl.Series], dict[str, pl.Series]]:
    """The columns of the record, and by column why cells could not be read."""
    table = TABLES[rows.table]
    columns = {_WHO: sheet.frame[sheet.mapping.patient], ROW: sheet.frame[ROW]}
    wrong: dict[str, pl.Series] = {}
    for name, cell in rows.cells.items():
        if isinstance(cell, Day):
            found = day_of(sheet, cell)
            columns[name], columns[latest(name)] = found.low, found.upper
        elif name == "value":
            found = limits_of(sheet, cell)
            columns["low"], columns["high"] = found.low, found.upper
        else:
            found = value_of(sheet, cell, table.column(name))
            columns[name] = found.low
        if found.why is not None:
            wrong[name] = found.why
    return columns, wrong


def _without_unreadable(
    frame: pl.DataFrame, wrong: dict[str, pl.Series], rows: Rows, source: str, report: ImportReport
) -> pl.DataFrame:
    """The rows without those that have an unreadable cell; a person stays, with that cell blank."""
    person = rows.table == "patients"
    for name, why in wrong.items():
        places = frame.select(_WHO, pl.col(ROW).cast(pl.String), why=why).drop_nulls("why")
        for (reason,), group in places.group_by("why", maintain_order=True):
            what, _, mend = str(reason).partition("\n")
            list_rows(
                report,
                "rejected",
                f"{what}; the cell is left blank" if person else what,
                group.drop("why").iter_rows(),
                number=group.height,
                mend=mend,
                table=rows.table,
                column=name,
                source=source,
            )
    if person or not wrong:
        return frame
    bad = pl.DataFrame([why.alias(name) for name, why in wrong.items()])
    return frame.filter(bad.select(pl.all_horizontal(pl.all().is_null())).to_series())


def _merging(frame: pl.DataFrame, rows: Rows, keys: list[str]) -> tuple[list[pl.Expr], dict[str, pl.Expr]]:
    """How each column is merged, and by column whether the rows disagree."""
    merged: list[pl.Expr] = [pl.col(_PLACE, ROW, "source").first()]
    differ: dict[str, pl.Expr] = {}
    done = {*keys, _PLACE, ROW, "source"}
    for name, cell in rows.cells.items():
        if isinstance(cell, Day) and name not in done:
            low, high = pl.col(name), pl.col(latest(name))
            merged.append(low.max() if cell.take == "latest" else low.min())
            merged.append(high.min() if cell.take == "earliest" else high.max())
            if not cell.take:
                differ[name] = (low.min() != low.max()) | (high.min() != high.max())
            done |= {name, latest(name)}
    for name, kind in frame.schema.items():
        if name in done:
            continue
        value = pl.col(name)
        if isinstance(kind, pl.List):
            merged.append(value.explode(empty_as_null=True).drop_nulls().unique().sort())
        else:
            merged.append(pl.when(value.min() == value.max()).then(value.min()).alias(name))
            differ[name] = value.min() != value.max()
    return merged, differ
