"""Random valid cases for property tests, drawn from the declaration of the tables.

``cases()`` gives one case, ``several_cases()`` some of different patients. They hold several primaries,
partial dates, days at which rows became known, versions and retractions, blanks and strange texts:
whatever a record may hold. What is drawn passes :func:`paget.record.read_case` without a rejection.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from paget.days import date_of, day_of
from paget.record.case import Case, case_from_rows, read_case
from paget.record.cells import UNKNOWN, day_bounds
from paget.record.columns import Column, Table
from paget.record.problems import ImportReport
from paget.record.references import KEYS, REFERENCES
from paget.record.rows import READERS, read_rows
from paget.record.tables import TABLES
from paget.record.vocabulary import OBSERVATION_UNITS

FIRST, LAST = day_of(dt.date(2015, 1, 1)), day_of(dt.date(2025, 12, 31))
BIRTHS = (day_of(dt.date(1930, 1, 1)), day_of(dt.date(2000, 1, 1)))
MOST_ROWS = 3

_NAMES = st.sampled_from(["L1", "L2", "L10", "a b", "ü", "<b>", "=1+1", "x;y"])
_ODD = st.sampled_from(
    ["=1+1", "+1", "-x", "@a", "'", "'=a", "\tq", "\r\nx", "a,b", 'say "x"', "<script>", " x "]
)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


def texts() -> st.SearchStrategy[str]:
    """A text that a record may hold, markup and control characters included."""
    return (_TEXTS | _ODD).filter(lambda text: READERS["events"]["text"](text, False) is not UNKNOWN)


def days(first: int = FIRST, last: int = LAST, *, relative: bool = False) -> st.SearchStrategy[Any]:
    """A day: exact, or known to the month or year, or (relative) a number of days or an interval."""
    exact = st.integers(first, last)
    if relative:
        interval = st.tuples(exact, st.integers(1, 60)).map(lambda d: f"{d[0]}/{d[0] + d[1]}")
        return exact | interval
    dates = exact.map(date_of)
    interval = st.tuples(exact, st.integers(1, 60)).map(
        lambda d: f"{date_of(d[0]).isoformat()}/{date_of(d[0] + d[1]).isoformat()}"
    )
    return st.one_of(
        dates.map(dt.date.isoformat),
        dates.map(lambda date: f"{date:%Y-%m}"),
        dates.map(lambda date: f"{date:%Y}"),
        interval,
    )


def values(column: Column, *, relative: bool = False) -> st.SearchStrategy[Any]:
    """A value that a column may hold, in canonical form; not a key."""
    if column.kind == "day":
        return days(relative=relative)
    if column.kind == "class":
        return st.sampled_from(column.allowed)
    if column.kind == "truth":
        return st.booleans()
    if column.kind == "texts":
        return st.lists(st.sampled_from(column.allowed) if column.allowed else _AGENTS, max_size=3)
    if column.kind in {"number", "integer"}:
        low = 0 if column.minimum is None else column.minimum
        high = 500 if column.maximum is None else column.maximum
        if column.kind == "integer":
            return st.integers(int(low), int(high))
        numbers = st.floats(low, high, allow_subnormal=False) | st.integers(int(low), int(high)).map(float)
        return numbers.filter(
            lambda number: READERS["measurements"]["volume_ml"](number, False) is not UNKNOWN
        )
    return texts()


_AGENTS = st.sampled_from(["fluorouracil", "oxaliplatin", "bevacizumab", "5-FU"])


@st.composite
def cases(draw: st.DrawFn, patient_id: str = "P1", *, relative: bool | None = None) -> Case:
    """One valid case.

    Args:
        patient_id: its patient.
        relative: whether its days are relative; either when left out.
    """
    if relative is None:
        relative = draw(st.booleans()) and draw(st.booleans())
    document: dict[str, Any] = {"patient": {"patient_id": patient_id}}
    if relative:
        document["patient"]["time_base"] = "relative"
    keys: dict[str, list[str]] = {}
    for name, table in TABLES.items():
        if name == "patients":
            document["patient"] |= _cells(draw, table, relative, keys)
            continue
        rows = [_row(draw, table, relative, keys) for _ in range(draw(st.integers(0, MOST_ROWS)))]
        rows = [row for row in rows if row is not None]
        _add_versions(draw, table, rows, relative)
        document[name] = rows
    case, report = read_case(document)
    return _settled(draw, case, document) if report.rejected else case


def several_cases(most: int = 3) -> st.SearchStrategy[list[Case]]:
    """Valid cases of different patients."""
    ids = st.lists(st.sampled_from(["P1", "P2", "P10", "p-ü", "1"]), min_size=1, max_size=most, unique=True)
    return ids.flatmap(lambda names: st.tuples(*(cases(name) for name in names)).map(list))


def _cells(draw: st.DrawFn, table: Table, relative: bool, keys: dict[str, list[str]]) -> dict[str, Any]:
    """Some values for some of the columns of a row; the others stay blank."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.kind == "key" or column.name == "time_base" or not draw(st.booleans()):
            continue
        row[column.name] = draw(values(column, relative=relative))
    if table.name == "patients" and "birth_day" in row:
        row["birth_day"] = draw(days(*((-30_000, -20_000) if relative else BIRTHS), relative=relative))
    if table.name == "observations":
        _observe(draw, row)
    if table.name != "patients" and draw(st.integers(0, 3)) == 0:
        row["known_day"] = draw(days(relative=relative))
    if draw(st.integers(0, 5)) == 0:
        row["source"] = draw(texts())
    return row


def _observe(draw: st.DrawFn, row: dict[str, Any]) -> None:
    """A name, a range and a unit that go together."""
    for column in ("low", "high", "unit", "reference_low", "reference_high"):
        row.pop(column, None)
    name = draw(st.sampled_from(["cea", "cea", "ecog", "ca 19-9", "albumin", "kras"]))
    row["name"] = name
    unit = draw(st.sampled_from(["ng/mL", "ug/L"])) if name == "cea" else OBSERVATION_UNITS.get(name) or None
    if unit is not None and draw(st.integers(0, 9)):
        row["unit"] = unit
    top = 5 if name == "ecog" else 90 if name == "albumin" else 400
    shape = draw(st.sampled_from(["exact", "below", "above", "between", "blank"]))
    number = float(draw(st.integers(1, top)))
    if shape in {"exact", "above"}:
        row["low"] = number
    if shape in {"exact", "below"}:
        row["high"] = number
    if shape == "below":
        row["low"] = 0.0
    if shape == "between":
        row["low"], row["high"] = sorted((number, float(draw(st.integers(1, top)))))


def _row(draw: st.DrawFn, table: Table, relative: bool, keys: dict[str, list[str]]) -> dict[str, Any] | None:
    row = _cells(draw, table, relative, keys)
    refers = list(REFERENCES[table.name])
    if {"lesion_id", "site_id"} <= set(refers):  # one of the two
        refers.remove(draw(st.sampled_from(["lesion_id", "site_id"])))
    for column in refers:
        known = keys.get(column, [])
        must = table.column(column).required or column in {"lesion_id", "site_id"}
        if known and (must or draw(st.integers(0, 4))):
            row[column] = draw(st.sampled_from(known))
        elif must:
            return None
    if table.key:
        row[table.key] = draw(_NAMES)
        keys.setdefault(table.key, []).append(row[table.key])
    return row


def _add_versions(draw: st.DrawFn, table: Table, rows: list[dict[str, Any]], relative: bool) -> None:
    """Newer versions of some rows, or their retraction."""
    for number, row in enumerate(list(rows)):
        if draw(st.integers(0, 4)):
            continue
        row["row_id"] = f"r{number}"
        again = dict(row) if draw(st.booleans()) else row | _cells(draw, table, relative, {})
        again |= {
            "row_id": f"r{number}'",
            "replaces": row["row_id"],
            "known_day": draw(days(relative=relative)),
        }
        if draw(st.booleans()):
            again["retracted"] = True
        rows.append(again)


def _settled(draw: st.DrawFn, case: Case, document: dict[str, Any]) -> Case:
    """What is left after the rejection of rows that random values made impossible."""
    again, report = read_case(case.document())
    assert not report.rejected, report.rejected
    return again


def known_from(row: dict[str, Any], table: str, *, relative: bool) -> tuple[int, int] | None:
    """First and last day on which a canonical row may have become known; None: its day is blank."""
    own = TABLES[table].day
    day = row["known_day"] if row["known_day"] is not None else row[own] if own else None
    return None if day is None else day_bounds(day, relative)


VERSIONING = frozenset({"row_id", "known_day", "replaces", "retracted", "source", "time_base"})


@st.composite
def blanked(draw: st.DrawFn, case: Case) -> Case | None:
    """The same case with one value blank (no key, known day or version column); None when it holds none."""
    rows = case.rows()
    filled = [
        (name, number, column.name)
        for name, table in TABLES.items()
        for number, row in enumerate(rows.get(name, []))
        for column in table.columns
        if column.kind != "key" and column.name not in VERSIONING and row[column.name] not in (None, ())
    ]
    if not filled:
        return None
    name, number, column = draw(st.sampled_from(filled))
    rows[name][number][column] = None
    return case_from_rows(rows)


@st.composite
def with_later_rows(draw: st.DrawFn, case: Case, known_day: str | int) -> Case:
    """The same case with more rows and newer versions of its rows, all known from a day on."""
    rows = case.rows()
    keys = {column: sorted({row[column] for row in rows.get(name, [])}) for column, name in KEYS.items()}
    for name, table in TABLES.items():
        for number in range(draw(st.integers(0, 2))):
            row = _later_row(draw, table, case, keys)
            if row is None:
                continue
            olds = [
                old
                for old in case.rows().get(name, [])
                if not table.key or name == "patients" or old[table.key]
            ]
            if olds and draw(st.booleans()):
                old = draw(st.sampled_from(olds))
                row = old | row | {"replaces": old["row_id"]}
                if table.key:
                    row[table.key] = old[table.key]
                if draw(st.booleans()):
                    row["retracted"] = True
            row |= {"row_id": f"later {number}", "known_day": known_day, "patient_id": case.patient_id}
            if case_row_stands(name, row, case):
                rows.setdefault(name, []).append(row)
    return case_from_rows(rows)


def _later_row(
    draw: st.DrawFn, table: Table, case: Case, keys: dict[str, list[str]]
) -> dict[str, Any] | None:
    if table.name == "patients":
        return _cells(draw, table, case.is_relative, keys)
    return _row(draw, table, case.is_relative, dict(keys))


def case_row_stands(name: str, row: dict[str, Any], case: Case) -> bool:
    """Whether a row by itself is possible."""
    blank = dict.fromkeys((column.name for column in TABLES[name].all_columns), None)
    person = {"patient_id": case.patient_id, "time_base": case.patient.time_base}
    report = ImportReport()
    kept = read_rows({"patients": [person], name: [blank | row]}, source="", report=report)
    return name in kept and not report.rejected


__all__ = [
    "KEYS",
    "blanked",
    "cases",
    "days",
    "known_from",
    "several_cases",
    "texts",
    "values",
    "with_later_rows",
]
