"""Random cases of cancer as registries hold them: primaries, metastases, what was judged, measured and done.

Every value that decides a fact is drawn, on both sides of the limits that count; days lie before, on and
after the decision day, are known to the day, month, year or an interval, or blank; rows have later
versions. No row contradicts itself, because the blank of one of two contradicting values decides for the
other (N0 with four positive nodes; beyond local treatment and R0 expected).
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any, Final

from clinical_values import AGES, LINKS, MOST, SCENES, TOGETHER, TYPICAL, VALUES, Row
from paget.days import date_of, day_of
from paget.record import Case, ImportReport, case_from_rows
from paget.record.cells import day_bounds
from paget.record.columns import Table
from paget.record.tables import TABLES

Rows = dict[str, list[Row]]

DRAWN: Final = tuple(name for name in VALUES if name != "patients")
"""The tables of which rows are drawn, each after those that it refers to."""

SIDES: Final = {
    "S2": "left",
    "right lobe": "right",
    "left upper lobe": "left",
    "lingula": "left",
    "RML": "right",
}
"""The side of the body on which a place lies."""

DAY: Final = day_of(dt.date(2025, 6, 24))
"""The decision day of all cases; a record in relative time counts its days from the same origin."""


def clinical_case(random: Random) -> Case:
    """One random case; none of its rows is impossible or contradicts itself."""
    return accepted(clinical_rows(random))


def clinical_rows(random: Random) -> Rows:
    """The rows of one random case by table, each with its row_id."""
    relative = random.random() < 0.1
    rows: Rows = {"patients": [{"patient_id": "P", "time_base": "relative" if relative else "calendar"}]}
    if random.random() < 0.5:
        rows["patients"][0] |= {"sex": random.choice(VALUES["patients"]["sex"])}
        rows["patients"][0]["birth_day"] = day(random, DAY - random.choice(AGES["birth_day"]), relative)
    rows["patients"] = [{column: value for column, value in row.items() if value} for row in rows["patients"]]
    scene = random.choice(SCENES) if random.random() < 0.4 else {}
    for name in DRAWN:
        table = TABLES[name]
        number = 1 + (random.random() < 0.3) if name == "tumours" else random.randint(0, MOST[name])
        found = [drawn_row(random, table, rows, relative) for _ in range(number)]
        found += [drawn_row(random, table, rows, relative, of=one) for one in scene.get(name, ())]
        if name == "observations" and random.random() < 0.6:
            line = random.choice(TOGETHER)
            several = random.sample(line, random.randint(2, len(line)))
            found += [drawn_row(random, table, rows, relative, of=one) for one in several]
        for place, row in enumerate(found):
            row["row_id"] = f"{name} {place}"
            if table.key:
                row[table.key] = f"{name.removesuffix('s')} {place}"
        rows[name] = [row for row in found if possible_row(name, row, rows, relative)]
        rows[name] += [
            version
            for row in rows[name]
            if random.random() < 0.12 and (version := newer(random, table, row, rows, relative))
        ]
    rows["targets"] = [row for row in rows["targets"] if was_known(row, rows)]
    return rows


def drawn_row(random: Random, table: Table, rows: Rows, relative: bool, of: Row | None = None) -> Row:
    """A row with most of its values, references to rows there are, and its days; without an id.

    Args:
        of: values that the row has, and the ages of its days (age, end, known, pathology).
    """
    of = dict(of or {})
    ages = {name: of.pop(name) for name in ("age", "end", "known", "pathology") if name in of}
    row: Row = {}
    for column, values in VALUES[table.name].items():
        if random.random() < 0.9:
            row[column] = random.choice(values)
    if of or (table.name in TYPICAL and random.random() < 0.5):
        row |= of or random.choice(TYPICAL[table.name])
    if row.get("low") is not None:
        row.pop("text", None)  # a number
    if table.day:
        row[table.day] = day(random, DAY - ages.get("age", random.choice(AGES[table.day])), relative)
    if table.name == "treatments":
        if not of and random.random() < 0.15:
            _plan(random, row, relative)
        _course(random, row, relative)
    for column in (column for column in LINKS if any(c.name == column for c in table.columns)):
        if column != table.key:
            _refer(random, table, row, column, rows)
    for name, column in (("known", "known_day"), ("end", "end_day"), ("pathology", "pathology_day")):
        if name in ages:
            row[column] = day(random, DAY - ages[name], relative)
    if "known_day" not in row and not ages and random.random() < (0.3 if table.name == "targets" else 0.15):
        row["known_day"] = known_later(random, row.get(table.day) if table.day else None, relative)
    return {column: value for column, value in row.items() if value is not None}


def newer(random: Random, table: Table, row: Row, rows: Rows, relative: bool) -> Row | None:
    """A version that replaces a row: some of it changed, or the row retracted; None when impossible."""
    again = row | {"row_id": f"{row['row_id']}'", "replaces": row["row_id"]}
    again["known_day"] = known_later(random, row.get(table.day) if table.day else None, relative)
    if random.random() < 0.25:
        again["retracted"] = True
    for column in random.sample(sorted(VALUES[table.name]), 1):
        again[column] = random.choice((*VALUES[table.name][column], None))
    again = {column: value for column, value in again.items() if value is not None}
    return again if possible_row(table.name, again, rows, relative) else None


def day(random: Random, exact: int, relative: bool) -> Any:
    """A day as it may be written: most often exact, else its month, its year, an interval, or blank."""
    shape = random.choice(("day",) * 14 + ("month", "year", "interval", "interval", None))
    if shape is None:
        return None
    if shape == "interval" or (relative and shape != "day"):
        first = exact - random.choice((0, 3, 30))
        return between(first, exact + random.choice((1, 3, 30)), relative)
    if relative:
        return exact
    return f"{date_of(exact):{ {'day': '%Y-%m-%d', 'month': '%Y-%m', 'year': '%Y'}[shape] }}"


def between(first: int, last: int, relative: bool) -> Any:
    """An interval of days, or the day when the two are one, in canonical form."""
    if first == last:
        return first if relative else date_of(first).isoformat()
    return f"{first}/{last}" if relative else f"{date_of(first).isoformat()}/{date_of(last).isoformat()}"


def known_later(random: Random, own: Any, relative: bool) -> Any:
    """A day not before a row's own day; any day where that is blank."""
    late = DAY - random.choice((-60, -1, 0, 1, 40))
    if isinstance(own, int) and not isinstance(own, bool):
        late = max(late, own)
    elif isinstance(own, str) and not relative and len(own) == 10:
        late = max(late, day_of(dt.date.fromisoformat(own)))
    elif own is not None:
        late = DAY + random.choice((1, 60))  # a partial day: known after all of it, or after most
    return day(random, late, relative)


def _plan(random: Random, row: Row, relative: bool) -> None:
    """An operation of the decision day or of one to come, known before."""
    row |= {"modality": "surgery", "known_day": between(DAY - 7, DAY - random.choice((1, 7)), relative)}
    row["start_day"] = day(random, DAY + random.choice((0, 0, 1, 20)), relative)


def _course(random: Random, row: Row, relative: bool) -> None:
    """The last day, the day of the pathology report and the plan of a treatment."""
    start = row.get("start_day")
    if isinstance(start, str) and len(start) == 10 and not relative:
        start = day_of(dt.date.fromisoformat(start))
    if isinstance(start, int) and random.random() < 0.6:
        length = 0 if row.get("modality") == "surgery" else random.choice((1, 40))
        row["end_day"] = day(random, start + length, relative)
    if isinstance(start, int) and random.random() < 0.4:
        row["pathology_day"] = day(random, start + random.choice((0, 9, 29, 31)), relative)
    if start is None and random.random() < 0.5:
        row["end_day"] = day(random, DAY - random.choice((-5, 2, 31, 700)), relative)
    if random.random() < 0.4:
        row["plan_id"] = "plan"


def _refer(random: Random, table: Table, row: Row, column: str, rows: Rows) -> None:
    """Name a row of another table; of a lesion and a site one."""
    if column in {"lesion_id", "site_id"}:
        other = {"lesion_id": "site_id", "site_id": "lesion_id"}[column]
        if other in row or (column == "lesion_id" and table.name != "measurements" and random.random() < 0.2):
            return
    elif column == "tumour_id" and table.name != "stagings" and random.random() < 0.3:
        return
    keys = sorted({other[column] for other in rows.get(LINKS[column], [])})
    if keys:
        row[column] = random.choice(keys)


def contradicts_itself(name: str, row: Row, relative: bool) -> bool:
    """Whether the values of a row cannot all be true, though each of them could."""
    if name == "stagings":
        counted, category = row.get("nodes_positive"), row.get("n")
        if counted is None or category not in {"N0", "N1", "N2b", "N1c"}:
            return False
        return (counted > 0) != (category in {"N1", "N2b"})
    if name == "sites":
        return row.get("organ", "lymph node") != "lymph node" and row.get("relation") == "regional"
    if name == "judgements":
        beyond = row.get("treatable_by") in {"none", "systemic"}
        return beyond and row.get("r0_expected") is True
    if name == "lesions":
        sides = {SIDES.get(row.get("location", "")), row.get("laterality")} - {None}
        return len(sides) > 1
    if row.get("definitive") is True and row.get("intent") in {"palliative", "diagnostic"}:
        return True
    if row.get("modality") == "surgery" and {"start_day", "end_day"} <= row.keys():
        (first, last), (first_end, last_end) = (
            day_bounds(row[column], relative) for column in ("start_day", "end_day")
        )
        return first_end > last or last_end < first  # an operation lasts one day
    return False


def was_known(target: Row, rows: Rows) -> bool:
    """Whether what a treatment addressed may have been known by the decision day, as it must."""
    for name, key in (("lesions", "lesion_id"), ("sites", "site_id")):
        for row in rows.get(name, []):
            day = row.get("known_day", row.get(TABLES[name].day))
            if target.get(key) == row[key] and day is not None:
                return day_bounds(day, rows["patients"][0]["time_base"] == "relative")[0] <= DAY
    return True


def possible_row(name: str, row: Row, rows: Rows, relative: bool) -> bool:
    """Whether a row by itself is accepted and does not contradict itself."""
    if contradicts_itself(name, row, relative):
        return False
    report = ImportReport()
    person = {"patient_id": "P", "time_base": "relative" if relative else "calendar"}
    alone = {column: value for column, value in row.items() if column != "replaces"}
    case_from_rows({**rows, "patients": [person], name: [alone]} | _without_children(name), report=report)
    return not report.rejected


def _without_children(name: str) -> Rows:
    """No rows of the tables that come after a table: they may refer to what is left out."""
    names = list(DRAWN)
    return {later: [] for later in names[names.index(name) + 1 :]}


def accepted(rows: Rows) -> Case:
    """The case of rows that are all possible."""
    report = ImportReport()
    case = case_from_rows(rows, report=report)
    assert not report.rejected, report.rejected
    return case
