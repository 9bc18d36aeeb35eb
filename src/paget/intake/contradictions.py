"""Names the rows of a flat file that cannot be true, and the patients whose rows disagree; all are kept."""

from __future__ import annotations

import polars as pl

from paget.intake.flat import ROW
from paget.intake.listing import list_rows
from paget.intake.mapping import Check
from paget.intake.sheet import Sheet
from paget.record.problems import ImportReport


def name_contradictions(sheet: Sheet, check: Check, source: str, report: ImportReport) -> None:
    """Add a problem for each row that meets a check, or for each patient whose rows disagree.

    Args:
        sheet: the part of the file.
        check: what is looked for.
        source: the file's name.
        report: receives the problems.
    """
    who = pl.col(sheet.mapping.patient).alias("who")
    if not check.disagree:
        found = sheet.filtered(sheet.holds(check.when)).frame.select(who, pl.col(ROW).cast(pl.String))
        asked = ", ".join(dict.fromkeys(test.column for group in check.when for test in group))
        list_rows(
            report,
            check.kind,
            check.what,
            found.iter_rows(),
            number=found.height,
            column=asked,
            source=source,
        )
        return
    several = sheet.frame.filter(who.is_duplicated())
    values = [pl.col(column).drop_nulls().n_unique() > 1 for column in check.disagree]
    patients = several.group_by(who, maintain_order=True).agg(*values, rows=pl.col(ROW).cast(pl.String))
    patients = patients.filter(pl.any_horizontal(check.disagree))
    for differing, group in patients.group_by(check.disagree, maintain_order=True):
        columns = [name for name, differs in zip(check.disagree, differing, strict=True) if differs]
        list_rows(
            report,
            check.kind,
            check.what,
            group.select("who", pl.col("rows").list.join(" ")).iter_rows(),
            number=group.height,
            column=", ".join(columns),
            source=source,
        )
