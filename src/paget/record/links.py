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


def settle(tables: Tables, lists: Tables, problems: Problems, given: set[str]) -> tuple[Tables, Tables]:
    """The tables without the rows that cannot stand; these are listed.

    Args:
        tables: typed tables with row ids.
        lists: child tables of columns that hold several values.
        problems: gets what is rejected.
        given: tables in which some row ids were written; in the others they are unique.
    """
    unusual = _unusual(tables, given)
    versioned = _patients([t.filter(pl.col("replaces").is_not_null()) for t in tables.values()])
    if problems.refused and len(versioned):
        refused = pl.Series("patient_id", list(problems.refused), pl.String)
        unusual = pl.concat([unusual, versioned.filter(versioned.is_in(refused.implode()))]).unique()
    plain = _split(tables, unusual, keep=False)
    plain, again = _references(plain, versioned, problems)
    if len(again):
        unusual = pl.concat([unusual, again]).unique()
    if unusual.is_empty():
        settled, values = plain, lists
    else:
        settled, values = _one_by_one(tables, lists, unusual, plain, problems)
    for name, (table, _) in LISTS.items():
        values[name] = values[name].join(
            settled[table].select(_ID), on=_ID, how="semi", maintain_order="left"
        )
    return settled, values


def _patients(frames: list[pl.DataFrame]) -> pl.Series:
    return pl.concat([frame.select("patient_id") for frame in frames]).to_series().unique()


def _split(tables: Tables, patients: pl.Series, *, keep: bool) -> Tables:
    if patients.is_empty():
        return {name: table.clear() for name, table in tables.items()} if keep else dict(tables)
    chosen = patients.to_frame("patient_id")
    how = "semi" if keep else "anti"
    return {
        name: table.join(chosen, on="patient_id", how=how, maintain_order="left")  # type: ignore[arg-type]
        for name, table in tables.items()
    }


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


def _references(tables: Tables, versioned: pl.Series, problems: Problems) -> tuple[Tables, pl.Series]:
    """Reject what refers to nothing, table after table; patients with versions are left for later."""
    kept: Tables = {}
    later: list[pl.Series] = []
    for name in TABLES:
        frame = tables[name]
        for column in REFERENCES[name]:
            keys = kept[KEYS[column]].select("patient_id", column)
            named = frame.filter(pl.col(column).is_not_null())
            lost = named.join(keys, on=["patient_id", column], how="anti", maintain_order="left")
            if lost.is_empty():
                continue
            with_versions = lost["patient_id"].is_in(versioned.implode())
            later.append(lost.filter(with_versions)["patient_id"])
            _report(name, column, KEYS[column], lost.filter(~with_versions), problems)
            frame = frame.join(lost.select(_ID), on=_ID, how="anti", maintain_order="left")
        kept[name] = frame
    if not later:
        return kept, pl.Series("patient_id", [], pl.String)
    again = pl.concat(later).unique()
    return _split(kept, again, keep=False), again


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


def _one_by_one(
    tables: Tables, lists: Tables, unusual: pl.Series, plain: Tables, problems: Problems
) -> tuple[Tables, Tables]:
    some = _split(tables, unusual, keep=True)
    values = _split(lists, unusual, keep=True)
    rows = rows_of({**some, **values})
    report = problems.report
    settled = []
    for patient_id in sorted(rows):
        refused = problems.refused.get(patient_id, {})
        settled.append(
            check_references(rows[patient_id], report=report, source=report.source, refused=refused)
        )
    frames = frames_of(settled)
    others = _split(lists, unusual, keep=False)
    return (
        {name: pl.concat([plain[name], frames[name].select(list(SCHEMAS[name]))]) for name in tables},
        {name: pl.concat([others[name], frames[name]]) for name in lists},
    )
