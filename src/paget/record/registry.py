"""From frames of any origin to the tables of a record: typed, checked, what cannot stand left out and listed.

The steps are those of a case: read each value, reject the row with an impossible one, fill in row ids,
reject what refers to nothing. A problem that a million rows share is listed a thousand times and counted.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from paget.errors import BadInput
from paget.record.cells import SPACES
from paget.record.checks import ROW_CHECKS
from paget.record.columns import Column, Table, latest
from paget.record.frames import LIST_SCHEMA, LISTS, SCHEMAS, empty
from paget.record.links import settle
from paget.record.observations import OUTSIDE, ZERO, conversion, unit_problem
from paget.record.problems import ImportReport, Problem, ProblemKind
from paget.record.references import NOTHING, SHARED_ID, bare_person
from paget.record.rows import READERS, fill_row_ids
from paget.record.series import read_series
from paget.record.tables import TABLES
from paget.record.vocabulary import OBSERVATION_LIMITS, OBSERVATION_UNITS

LISTED: Final = 1000  # rows with the same problem that are listed one by one; the rest is counted
_BLANK: Final = ("a required value is blank", "write it")
_UNKNOWN: Final = "a word or code for unknown, read as unknown"
ROW: Final = "row"


@dataclass
class Problems:
    """Collects problems of whole tables."""

    report: ImportReport
    listed: dict[tuple[str, ...], int] = field(default_factory=dict)
    refused: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """Rejected rows by patient and table, as far as they are listed."""

    def add(
        self, kind: ProblemKind, table: str, column: str, what: str, mend: str, rows: pl.DataFrame
    ) -> None:
        """One problem for each row, named by its row_id, its key or its number."""
        kind_of = (kind, table, column, what)
        shown = min(rows.height, LISTED - self.listed.get(kind_of, 0))
        self.listed[kind_of] = self.listed.get(kind_of, 0) + shown
        source = self.report.source
        for number, (patient_id, name) in enumerate(
            rows.select("patient_id", _name(table, rows)).iter_rows()
        ):
            if kind == "rejected" and patient_id is not None:
                self.refused.setdefault(patient_id, {}).setdefault(table, set()).add(name)
            if number < shown:
                self.report.problems.append(
                    Problem(kind, what, mend, table, name or "", column, patient_id or "", source)
                )
        if rows.height > shown:
            more = f"{what}; and more rows alike"
            self.report.problems.append(
                Problem(kind, more, mend, table, "", column, "", source, rows.height - shown)
            )


def _name(table: str, rows: pl.DataFrame) -> pl.Expr:
    """What a row is called in a problem."""
    key = TABLES[table].key if table in TABLES else None
    named: list[Any] = [name for name in ("row_id", key) if name in rows.columns]
    number = [pl.format("#{}", pl.col(ROW) + 1)] if ROW in rows.columns else []
    return pl.coalesce([*named, *number]).alias("name of the row")


def read_tables(written: Mapping[str, pl.DataFrame], report: ImportReport) -> dict[str, pl.DataFrame]:
    """The tables of a record from frames as they were written.

    Args:
        written: frames by table name; columns may be left out; days as day numbers, dates or ISO texts,
            optionally with a ``*_latest`` column; lists as child tables, lists, or texts with ";".
        report: gets the problems and the counts of rows.

    Raises:
        BadInput: a table or column that does not exist, or rows without any patient id; all are listed.
    """
    check_structure({name: frame.columns for name, frame in written.items()}, report.source)
    problems = Problems(report)
    relative = _relative_patients(written)
    tables: dict[str, pl.DataFrame] = {}
    lists: dict[str, pl.DataFrame] = {}
    for name, table in TABLES.items():
        frame = written.get(name)
        if frame is None or frame.is_empty():
            tables[name] = empty(name)
            lists |= {f"{name}_{column.name}": empty(f"{name}_{column.name}") for column in table.lists}
            continue
        frame = _with_values(frame, table, written, problems)
        tables[name] = _read_table(table, frame, relative, problems)
    tables["patients"] = _people(written, tables, relative, problems)
    _drop_strangers(tables, problems)
    given = {name for name, frame in tables.items() if frame["row_id"].null_count() < frame.height}
    for name, table in TABLES.items():
        tables[name] = _with_row_ids(table, tables[name], lists, problems)
    tables, lists = settle(tables, lists, problems, given)
    for name in TABLES:
        report.read[name] += tables[name].height
    return {name: tables[name] if name in tables else lists[name] for name in SCHEMAS}


def check_structure(columns: Mapping[str, list[str]], source: str) -> None:
    """Refuse tables and columns that do not exist.

    Args:
        columns: the columns of each table.
        source: the file, for the message.

    Raises:
        BadInput: all that is wrong is named.
    """
    wrong: list[str] = []
    for name, found in columns.items():
        if name not in SCHEMAS:
            wrong.append(f"no table {name!r}{_near(name, list(SCHEMAS))}")
            continue
        known = list(SCHEMAS[name])
        if name in TABLES:
            known += [column.name for column in TABLES[name].lists]
        wrong += [f"{name}: no column {c!r}{_near(c, known)}" for c in found if c not in known]
        needed = LIST_SCHEMA if name in LISTS else ("patient_id",)
        wrong += [f"{name}: the column {c} is missing" for c in needed if c not in found]
    if wrong:
        raise BadInput(
            "the tables do not follow the structure of a record",
            where=source,
            why="; ".join(wrong[:20]) + (f"; and {len(wrong) - 20} more" if len(wrong) > 20 else ""),
            mend="rename or leave out what is named; the reference page lists every table and column",
        )


def _near(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def _key_text(name: str = "patient_id") -> pl.Expr:
    return pl.col(name).cast(pl.String).str.strip_chars(SPACES)


def _relative_patients(written: Mapping[str, pl.DataFrame]) -> pl.Series:
    """Ids of the patients whose days are relative."""
    people = written.get("patients")
    if people is None or "time_base" not in people.columns or people.is_empty():
        return pl.Series("patient_id", [], pl.String)
    base = pl.col("time_base").cast(pl.String).str.strip_chars(SPACES).str.to_lowercase()
    return people.filter(base == "relative").select(_key_text()).to_series().unique()


def _among(patients: pl.Series, some: pl.Series) -> pl.Series:
    if some.is_empty():
        return pl.Series([False]).new_from_index(0, len(patients))
    return patients.is_in(some.implode()).fill_null(value=False)


def _with_values(
    frame: pl.DataFrame, table: Table, written: Mapping[str, pl.DataFrame], problems: Problems
) -> pl.DataFrame:
    """Child tables of values gathered into list columns of their rows."""
    for column in table.lists:
        child = written.get(f"{table.name}_{column.name}")
        if child is None or child.is_empty() or column.name in frame.columns:
            continue
        if "row_id" not in frame.columns:
            frame = frame.with_columns(row_id=pl.lit(None, pl.String))
        child = child.select(_key_text("row_id"), _key_text(), pl.col("value").cast(pl.String))
        keys = frame.select(_key_text("row_id"), _key_text())
        lost = child.join(keys, on=["row_id", "patient_id"], how="anti")
        if lost.height:
            problems.add("rejected", f"{table.name}_{column.name}", "row_id", *NOTHING, lost)
        gathered = child.group_by("row_id", "patient_id").agg(pl.col("value").alias(column.name))
        frame = (
            frame.with_columns(_row=_key_text("row_id"), _patient=_key_text())
            .join(
                gathered,
                left_on=["_row", "_patient"],
                right_on=["row_id", "patient_id"],
                how="left",
                maintain_order="left",
            )
            .drop("_row", "_patient")
        )
    return frame


def _read_table(table: Table, frame: pl.DataFrame, relative: pl.Series, problems: Problems) -> pl.DataFrame:
    """Read every column; leave out the rows that are impossible."""
    height = frame.height
    patients = frame.select(_key_text()).to_series()
    is_relative = _among(patients, relative)
    columns: list[pl.Series] = []
    lists: dict[str, pl.Series] = {}
    faulty: list[tuple[str, pl.DataFrame]] = []
    for column in table.all_columns:
        if column.name not in frame.columns:
            nothing = pl.Series(column.name, [None], pl.Null).new_from_index(0, height)
            columns += _nothing(column, nothing)
            continue
        last = frame[latest(column.name)] if latest(column.name) in frame.columns else None
        read = READERS[table.name][column.name]
        reading = read_series(column, frame[column.name], read, is_relative, last)
        if table.name == "observations" and column.name == "name":
            reading = read_series(column, _known_names(reading.values), read, is_relative)
        if reading.unknown:
            problems.report.problems.append(
                Problem(
                    "unknown value", _UNKNOWN, "", table.name, "", column.name, "",
                    problems.report.source, reading.unknown,
                )
            )  # fmt: skip
        if reading.faults.height:
            faulty.append((column.name, reading.faults))
        if column.kind == "texts":
            lists[column.name] = reading.values
            continue
        columns.append(reading.values.rename(column.name))
        if reading.last is not None:
            columns.append(reading.last.rename(latest(column.name)))
    read_frame = pl.DataFrame(columns).cast(SCHEMAS[table.name])  # type: ignore[arg-type]
    read_frame = read_frame.with_row_index(ROW)
    bad = _list_faults(table, read_frame, faulty, problems)
    kept = read_frame.join(bad, on=ROW, how="anti", maintain_order="left")
    kept = _check_rows(table, kept, problems)
    if lists:
        kept = kept.with_columns(
            pl.DataFrame([values.rename(f"list {name}") for name, values in lists.items()])
            .with_row_index(ROW)
            .join(kept.select(ROW), on=ROW, how="semi", maintain_order="left")
            .drop(ROW)
        )
    return kept


def _nothing(column: Column, nothing: pl.Series) -> list[pl.Series]:
    if column.kind == "texts":
        return []
    if column.kind == "day":
        return [nothing, nothing.rename(latest(column.name))]
    return [nothing]


def _known_names(values: pl.Series) -> pl.Series:
    low = values.str.strip_chars(SPACES).str.to_lowercase()
    return values.zip_with(~low.is_in(list(OBSERVATION_UNITS)).fill_null(value=False), low)


def _list_faults(
    table: Table, frame: pl.DataFrame, faulty: list[tuple[str, pl.DataFrame]], problems: Problems
) -> pl.DataFrame:
    """Report impossible values and blanks where a value is required; the rows concerned."""
    bad: list[pl.DataFrame] = [pl.DataFrame(schema={ROW: pl.UInt32})]
    for column, faults in faulty:
        for (what, mend), some in faults.sort("row").group_by("what", "mend", maintain_order=True):
            rows = some.select(ROW).join(frame, on=ROW, how="left", maintain_order="left")
            problems.add("rejected", table.name, column, str(what), str(mend), rows)
        bad.append(faults.select(ROW))
    said = pl.concat(bad).unique()
    for required in table.all_columns:
        if required.required:
            blank = frame.filter(pl.col(required.name).is_null())
            if blank.height:
                fresh = blank.join(
                    pl.concat([f.select(ROW) for c, f in faulty if c == required.name] + bad[:1]),
                    on=ROW,
                    how="anti",
                )
                if fresh.height:
                    problems.add("rejected", table.name, required.name, *_BLANK, fresh)
                said = pl.concat([said, blank.select(ROW)])
    return said.unique()


class _Expressions:
    """The values of a table, as expressions."""

    def first(self, day: str) -> pl.Expr:
        return pl.col(day)

    def last(self, day: str) -> pl.Expr:
        return pl.col(latest(day))

    def number(self, column: str) -> pl.Expr:
        return pl.col(column)

    def blank(self, column: str) -> pl.Expr:
        return pl.col(column).is_null()


def _check_rows(table: Table, frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """Leave out rows whose values are impossible together; the first check that fails is named."""
    checks = [check for check in ROW_CHECKS if check.table == table.name]
    for check in checks:
        fails = frame.select(check.fails(_Expressions()).fill_null(value=False)).to_series()
        if fails.any():
            problems.add("rejected", table.name, check.column, check.what, check.mend, frame.filter(fails))
            frame = frame.filter(~fails)
    if table.name == "observations":
        for (what, mend, column), wrong in _observation_faults(frame):
            rows = frame.join(wrong, on=ROW, how="semi", maintain_order="left")
            if rows.height:
                problems.add("rejected", table.name, column, what, mend, rows)
                frame = frame.join(wrong, on=ROW, how="anti", maintain_order="left")
    return frame


def _observation_faults(frame: pl.DataFrame) -> Iterator[tuple[tuple[str, str, str], pl.DataFrame]]:
    """Observations of a known name in a wrong unit or with an impossible value; first the units."""
    known = frame.filter(pl.col("name").is_in(list(OBSERVATION_UNITS)))
    units = known.select("name", "unit").unique()
    factors: list[float | None] = []
    faults: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for name, symbol in units.iter_rows():
        usable, factor = conversion(name, symbol)
        factors.append(factor if usable == "yes" else None)
        if fault := unit_problem(name, usable):
            faults.setdefault(fault, []).append({"name": name, "unit": symbol})
    for fault, wrong in faults.items():
        some = pl.DataFrame(wrong, schema={"name": pl.String, "unit": pl.String})
        yield fault, known.join(some, on=["name", "unit"], how="semi", nulls_equal=True).select(ROW)
    limits = pl.DataFrame(
        [(name, *OBSERVATION_LIMITS.get(name, (None, None, True))) for name in OBSERVATION_UNITS],
        schema={"name": pl.String, "least": pl.Float64, "most": pl.Float64, "zero": pl.Boolean},
        orient="row",
    )
    judged = (
        known.join(
            units.with_columns(factor=pl.Series(factors, dtype=pl.Float64)),
            on=["name", "unit"],
            nulls_equal=True,
        )
        .filter(pl.col("factor").is_not_null())
        .join(limits, on="name")
    )
    zero = (pl.col("high") == 0) & ~pl.col("zero")
    yield ZERO, judged.filter(zero).select(ROW)
    low, high = pl.col("low") * pl.col("factor"), pl.col("high") * pl.col("factor")
    outside = pl.any_horizontal(
        low < pl.col("least"), high < pl.col("least"), low > pl.col("most"), high > pl.col("most")
    )
    yield OUTSIDE, judged.filter(outside & ~zero.fill_null(value=False)).select(ROW)


def _people(
    written: Mapping[str, pl.DataFrame],
    tables: dict[str, pl.DataFrame],
    relative: pl.Series,
    problems: Problems,
) -> pl.DataFrame:
    """The patients, each with at least one row: of one whose rows were impossible the person remains."""
    people = tables["patients"]
    named = written.get("patients")
    if named is None:
        found = [table.select("patient_id") for name, table in tables.items() if name != "patients"]
        ids = pl.concat(found).unique().to_series()
        if len(ids):
            what = "there is no table of patients; they are taken from the other tables"
            problems.report.problems.append(Problem("note", what, table="patients", rows=len(ids)))
    else:
        ids = named.select(_key_text()).to_series().unique()
    ids = ids.drop_nulls()
    ids = ids.filter(~ids.is_in(people["patient_id"].implode()) & (ids != "")).sort()
    bare = pl.DataFrame(
        [bare_person(patient_id, "") for patient_id in ids], schema_overrides={"row_id": pl.String}
    )
    if bare.height:
        people = pl.concat([people, bare.with_columns(row_id=None)], how="diagonal_relaxed")
    is_relative = pl.col("patient_id").is_in(relative.implode())
    base = pl.when(is_relative).then(pl.lit("relative")).otherwise(pl.lit("calendar"))
    return people.with_columns(time_base=base).cast(SCHEMAS["patients"])  # type: ignore[arg-type]


def _drop_strangers(tables: dict[str, pl.DataFrame], problems: Problems) -> None:
    """Reject rows of patients who are not among the patients."""
    people = tables["patients"].select("patient_id").unique()
    for name in TABLES:
        if name == "patients" or tables[name].is_empty():
            continue
        strangers = tables[name].join(people, on="patient_id", how="anti", maintain_order="left")
        if strangers.height:
            problems.add("rejected", name, "patient_id", *NOTHING, strangers)
            tables[name] = tables[name].join(people, on="patient_id", how="semi", maintain_order="left")


def _with_row_ids(
    table: Table, frame: pl.DataFrame, lists: dict[str, pl.DataFrame], problems: Problems
) -> pl.DataFrame:
    """Fill in row ids as for a case, then move lists of values to their child tables."""
    if frame["row_id"].null_count():
        frame = _fill_row_ids(table, frame)
    if table.lists:
        frame = _drop_shared_ids(table, frame, problems)
    for column in table.lists:
        child = f"{table.name}_{column.name}"
        held = f"list {column.name}"
        if held not in frame.columns:
            lists[child] = empty(child)
            continue
        lists[child] = (
            frame.select("row_id", "patient_id", pl.col(held).alias("value"))
            .explode("value")
            .drop_nulls("value")
            .unique(maintain_order=True)
            .cast(LIST_SCHEMA)  # type: ignore[arg-type]
        )
        frame = frame.drop(held)
    return frame.select(list(SCHEMAS[table.name]))


def _fill_row_ids(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    if frame["row_id"].null_count() == frame.height and table.key:
        keys = frame.select({"patient_id", table.key})
        if not keys.is_duplicated().any():
            return frame.with_columns(row_id=table.key)
    missing = pl.col("row_id").is_null()
    base = pl.col(table.key) if table.key else pl.lit(table.name)
    if table.key is None and frame["row_id"].null_count() == frame.height and _grouped(frame):
        row = pl.int_range(pl.len())
        begins = pl.col("patient_id") != pl.col("patient_id").shift(1).fill_null("")
        number = row - pl.when(begins).then(row).forward_fill() + 1
    else:
        number = pl.int_range(pl.len()).over("patient_id", base, missing) + 1
    if table.key:
        name = pl.when(number == 1).then(base).otherwise(pl.format("{}#{}", base, number))
    else:
        name = pl.format("{}-{}", base, number)
    given = frame.filter(~missing).select("patient_id", "row_id")
    frame = frame.with_columns(_filled=missing, row_id=pl.when(missing).then(name).otherwise("row_id"))
    taken = frame.filter("_filled").join(given, on=["patient_id", "row_id"], how="semi")
    return _fill_slowly(table, frame, taken["patient_id"].unique()).drop("_filled")


def _grouped(frame: pl.DataFrame) -> bool:
    """Whether the rows of each patient follow one another."""
    patients = frame["patient_id"]
    return bool(patients.rle_id().max() == patients.n_unique() - 1)


def _drop_shared_ids(table: Table, frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """Reject rows that share a row_id and differ in a list, before the lists lose their rows."""
    held = [name for name in (f"list {column.name}" for column in table.lists) if name in frame.columns]
    key = ["patient_id", "row_id"]
    shared = frame.filter(pl.struct(key).is_duplicated()) if held else frame.clear()
    if shared.is_empty():
        return frame
    texts = [pl.col(name).list.join("\x1f").fill_null("") for name in held]
    differ = shared.group_by(key).agg([text.n_unique() for text in texts])
    differ = differ.filter(pl.any_horizontal(pl.col(name) > 1 for name in held))
    rows = frame.join(differ, on=key, how="semi", maintain_order="left")
    if rows.height:
        problems.add("rejected", table.name, "row_id", *SHARED_ID, rows)
    return frame.join(differ, on=key, how="anti", maintain_order="left")


def _fill_slowly(table: Table, frame: pl.DataFrame, patients: pl.Series) -> pl.DataFrame:
    """Of the few patients who have a given row id that looks like a filled one, one by one."""
    if patients.is_empty():
        return frame
    columns = {"patient_id", "row_id", *([table.key] if table.key else [])}
    some = frame.filter(pl.col("patient_id").is_in(patients.implode()))
    renamed: dict[str, list[Any]] = {ROW: [], "row_id": []}
    for part in some.partition_by("patient_id"):
        rows = part.select(ROW, "_filled", *sorted(columns)).to_dicts()
        for row in rows:
            if row["_filled"]:
                row["row_id"] = None
        fill_row_ids(table, rows)
        renamed[ROW] += [row[ROW] for row in rows]
        renamed["row_id"] += [row["row_id"] for row in rows]
    new = pl.DataFrame(renamed, schema={ROW: pl.UInt32, "row_id": pl.String})
    return frame.update(new, on=ROW)
