"""References between the rows of a registry: what refers to nothing is rejected, at the speed of joins.

A quick screen finds the patients with something unusual (a row_id given twice, versions of nothing or
in a circle, a treatment after a death, an impossible age); they are settled one by one, with
:func:`paget.record.references.check_references`. Plain references of all others are settled together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from paget.record.checks import OLDEST_DAYS
from paget.record.columns import latest
from paget.record.frames import LISTS, SCHEMAS, frames_of, rows_of
from paget.record.references import KEYS, NOTHING, REFERENCES, REJECTED, check_references
from paget.record.tables import TABLES

if TYPE_CHECKING:
    from paget.record.listing import Problems

Tables = dict[str, pl.DataFrame]
ROUNDS: Final = 8  # versions of versions that are followed together; longer chains are followed one by one
_ID: Final = ["patient_id", "row_id"]


def settle(tables: Tables, lists: Tables, problems: Problems, given: set[str]) -> None:
    """Take the rows that cannot stand out of the tables; they are listed.

    Args:
        tables: typed tables with row ids; changed.
        lists: child tables of columns that hold several values; changed.
        problems: gets what is rejected.
        given: tables in which some row ids were written; in the others they are unique.
    """
    unusual = _unusual(tables, given)
    versioned = _patients([t.filter(pl.col("replaces").is_not_null()) for t in tables.values()])
    lost = _lost(tables)
    if len(versioned):  # a rejection may leave a version without the row that it replaces
        doubtful = pl.Series("patient_id", [*problems.refused, *lost], pl.String)
        unusual = pl.concat([unusual, versioned.filter(versioned.is_in(doubtful.implode()))]).unique()
    whole = {name: tables[name].height for name in tables}
    some, values = _split(tables, unusual, keep=True), _split(lists, unusual, keep=True)
    _leave_out(tables, unusual)
    _leave_out(lists, unusual)
    if len(lost):
        _drop_lost(tables, problems)
    if len(unusual):
        _add_one_by_one(tables, lists, {**some, **values}, problems)
    for name, (table, _) in LISTS.items():
        if tables[table].height < whole[table]:
            rows = tables[table].select(_ID)
            lists[name] = lists[name].join(rows, on=_ID, how="semi", maintain_order="left")


def _patients(frames: list[pl.DataFrame]) -> pl.Series:
    return pl.concat([frame.select("patient_id") for frame in frames]).to_series().unique()


def _split(tables: Tables, patients: pl.Series, *, keep: bool) -> Tables:
    if patients.is_empty():
        return {name: table.clear() for name, table in tables.items()} if keep else dict(tables)
    how: Any = "semi" if keep else "anti"
    chosen = patients.to_frame("patient_id")
    return {
        name: table.join(chosen, on="patient_id", how=how, maintain_order="left")
        for name, table in tables.items()
    }


def _leave_out(tables: Tables, patients: pl.Series) -> None:
    """Table by table, so that never two copies of all are in memory."""
    for name in list(tables):
        tables |= _split({name: tables[name]}, patients, keep=False)


def _unusual(tables: Tables, given: set[str]) -> pl.Series:
    """Patients to be settled one by one."""
    found = [tables[name].filter(tables[name].select(_ID).is_duplicated()) for name in sorted(given)]
    found += [_odd_versions(frame) for frame in tables.values()]
    people = tables["patients"]
    dead = people.filter(pl.col("death_day").is_not_null()).select("patient_id", death=latest("death_day"))
    if dead.height:
        after = tables["treatments"].join(dead, on="patient_id")
        found.append(after.filter(pl.col("start_day") > pl.col("death")))
    born = people.filter(pl.col("birth_day").is_not_null()).select("patient_id", birth=latest("birth_day"))
    days = [
        tables[name].select("patient_id", day=pl.coalesce("known_day", table.day or "known_day"))
        for name, table in TABLES.items()
        if name != "patients"
    ]
    lasts: list[Any] = [frame["day"].max() for frame in days if frame["day"].null_count() < frame.height]
    births: Any = born["birth"].min()
    if lasts and births is not None and max(lasts) - births > OLDEST_DAYS:
        begins = pl.concat(days).group_by("patient_id").agg(pl.col("day").min())
        found.append(begins.join(born, on="patient_id").filter(pl.col("day") - pl.col("birth") > OLDEST_DAYS))
    return _patients(found)


def _odd_versions(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows that replace something missing, or that may lie on a circle."""
    newer = frame.filter(pl.col("replaces").is_not_null()).select(*_ID, "replaces")
    if newer.is_empty():
        return newer
    older = {"left_on": ["patient_id", "replaces"], "right_on": _ID}
    missing = newer.join(frame.select(_ID), how="anti", **older)  # type: ignore[arg-type]
    going = newer
    for _ in range(ROUNDS):  # a row on a circle replaces a row that replaces one
        going = going.join(going.select(_ID), how="semi", **older)  # type: ignore[arg-type]
        if going.is_empty():
            break
    return pl.concat([missing, going])


def _lost(tables: Tables) -> pl.Series:
    """Patients of whom a row refers to nothing."""
    found = [
        _without_row(tables[name], column, tables[KEYS[column]])
        for name in TABLES
        for column in REFERENCES[name]
    ]
    return _patients(found)


def _without_row(frame: pl.DataFrame, column: str, others: pl.DataFrame) -> pl.DataFrame:
    """The rows that refer to a row which is not among others."""
    key = ["patient_id", column]
    named = frame.filter(pl.col(column).is_not_null())
    return named.join(others.select(key), on=key, how="anti", maintain_order="left")


def _drop_lost(tables: Tables, problems: Problems) -> None:
    """Reject what refers to nothing, table after table: what hangs on a rejected row is rejected too."""
    for name in TABLES:
        for column in REFERENCES[name]:
            lost = _without_row(tables[name], column, tables[KEYS[column]])
            if lost.height:
                _report(name, column, KEYS[column], lost, problems)
                tables[name] = tables[name].join(lost.select(_ID), on=_ID, how="anti", maintain_order="left")


def _report(name: str, column: str, table: str, lost: pl.DataFrame, problems: Problems) -> None:
    """Tell what was never there from what was rejected itself."""
    rejected = pl.Series(
        [
            key in problems.refused.get(patient_id, {}).get(table, ())
            for patient_id, key in lost.select("patient_id", column).iter_rows()
        ],
        dtype=pl.Boolean,
    )
    table_key = TABLES[name].key
    for fault, rows in ((REJECTED, lost.filter(rejected)), (NOTHING, lost.filter(~rejected))):
        if rows.height:
            problems.add("rejected", name, column, *fault, rows)
            if table_key:  # those that refer to it are told so
                for patient_id, key in rows.select("patient_id", table_key).iter_rows():
                    problems.refused.setdefault(patient_id, {}).setdefault(name, set()).add(key)


def _add_one_by_one(tables: Tables, lists: Tables, some: Tables, problems: Problems) -> None:
    """Settle some patients one by one and add them to the others."""
    rows = rows_of(some)
    report = problems.report
    settled = [
        check_references(
            rows[patient_id],
            report=report,
            source=report.source,
            refused=problems.refused.get(patient_id, {}),
        )
        for patient_id in sorted(rows)
    ]
    frames = frames_of(settled)
    for group in (tables, lists):
        for name in group:
            group[name] = pl.concat([group[name], frames[name].select(list(SCHEMAS[name]))])
