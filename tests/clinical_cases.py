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

from paget.days import date_of, day_of
from paget.record import Case, ImportReport, case_from_rows
from paget.record.cells import day_bounds
from paget.record.columns import Table
from paget.record.tables import TABLES

Row = dict[str, Any]
Rows = dict[str, list[Row]]

DAY: Final = day_of(dt.date(2025, 6, 24))
"""The decision day of all cases; a record in relative time counts its days from the same origin."""

VALUES: Final[dict[str, dict[str, tuple[Any, ...]]]] = {
    "tumours": {
        "site": ("colon", "colon", "rectum", "lung", "kidney", "soft tissue"),
        "histology": ("adenocarcinoma", "adenocarcinoma", "sarcoma", "urothelial carcinoma"),
        "grade": ("G2", "Fuhrman 3", "high grade"),
    },
    "stagings": {
        "prefix": ("c", "p", "yp", "r"),
        "t": ("T3", "T4a", "TX"),
        "n": ("N0", "N1", "N1c", "N2b", "NX"),
        "m": ("M0", "M0", "M1a", "MX"),
        "nodes_positive": (0, 1, 4),
    },
    "sites": {
        "organ": ("liver", "lung", "peritoneum", "lymph node", "lymph node"),
        "relation": ("regional", "distant", "distant"),
    },
    "lesions": {
        "relation": ("distant", "distant", "primary", "local", "local", "regional"),
        "organ": ("liver", "liver", "lung", "brain", "peritoneum", "pleura", "lymph node"),
    },
    "judgements": {
        "role": ("radiologist", "pathologist", "surgeon", "board"),
        "certainty": ("proven", "probable", "indeterminate", "benign"),
        "treatable_by": ("surgery", "ablation", "systemic", "none"),
        "r0_expected": (True, False),
    },
    "measurements": {"longest_mm": (8.0, 50.0, 51.0), "volume_ml": (0.3, 70.0)},
    "treatments": {
        "modality": ("surgery", "surgery", "chemoradiotherapy", "ablation", "systemic"),
        "definitive": (True, True, False),
        "residual": ("R0", "R0", "R1", "R2", "RX", "R0 or R1", "R1 or R2"),
        "cycles": (4, 8),
    },
    "targets": {"removed": (True, True, False)},
    "statuses": {
        "status": ("complete", "no evidence", "stable", "progression", "recurrence"),
        "site": ("whole disease", "primary", "local", "regional", "distant"),
    },
    "observations": {
        "name": ("cea", "cea", "ecog", "haemoglobin"),
        "low": (1.0, 2.0),
        "high": (2.0, 4.0),
        "unit": ("ng/mL", "ug/L", "ug/mL", "g/dL"),
    },
    "studies": {
        "kind": ("ct", "ct", "pet-ct", "mr", "endoscopy", "ultrasound"),
        "covers": (("chest", "abdomen", "pelvis"), ("chest", "abdomen", "pelvis"), ("liver",),
                   ("whole body",), ("colon",)),
    },
}  # fmt: skip
"""The values that are drawn, by table and column; each decides some fact."""

AGES: Final[dict[str, tuple[int, ...]]] = {
    "diagnosed_day": (58, 200, 400, 400, 800, 800, 800, -20),
    "found_day": (-20, -1, 0, 1, 30, 58, 183, 200, 365, 366, 800, 810),
    "start_day": (-20, -1, 0, 1, 2, 31, 58, 198, 390, 390, 790, 790),
    "day": (-20, -1, 0, 0, 1, 1, 29, 30, 31, 42, 43, 56, 57, 100, 390),
}
"""Days before the decision day that are drawn; negative: after it."""

TYPICAL: Final[dict[str, tuple[Row, ...]]] = {
    "lesions": ({"relation": "distant", "organ": "liver"}, {"relation": "distant", "organ": "lung"}),
    "judgements": (
        {"role": "radiologist", "certainty": "proven"},
        {"role": "surgeon", "treatable_by": "surgery", "r0_expected": True},
    ),
    "treatments": (
        {"modality": "surgery", "definitive": True, "residual": "R0"},
        {"modality": "chemoradiotherapy", "definitive": True, "residual": None},
    ),
    "statuses": ({"status": "complete", "site": "primary"}, {"status": "complete", "site": "whole disease"}),
    "observations": (
        *({"name": "cea", "low": value, "high": value, "unit": "ng/mL"} for value in (3.0, 200.0, 201.0)),
        {"name": "cea", "low": 0.2, "high": 0.2, "unit": "ug/mL"},
        {"name": "ecog", "low": 1.0, "high": 1.0, "unit": None},
        {"name": "haemoglobin", "low": 12.0, "high": 12.0, "unit": "g/dL", "reference_low": 13.0},
        {"name": "ldh", "low": 400.0, "high": 400.0, "unit": "U/L", "reference_high": 250.0},
        *({"name": "kras", "text": text, "low": None, "high": None} for text in ("G12D", "wild type")),
        *({"name": "braf", "text": text, "low": None, "high": None} for text in ("mutated", "V600E")),
    ),
    "studies": ({"kind": "ct", "covers": ("head", "chest", "abdomen", "pelvis")},),
}
"""Rows that are common, and that together make findings certain; drawn as often as all others."""

MOST: Final = {
    "stagings": 2, "sites": 1, "lesions": 3, "judgements": 3, "measurements": 3, "treatments": 3,
    "targets": 2, "statuses": 2, "observations": 2, "studies": 3,
}  # fmt: skip

LINKS: Final = {
    "tumour_id": "tumours",
    "lesion_id": "lesions",
    "site_id": "sites",
    "treatment_id": "treatments",
}


def clinical_case(random: Random) -> Case:
    """One random case; none of its rows is impossible or contradicts itself."""
    return accepted(clinical_rows(random))


def clinical_rows(random: Random) -> Rows:
    """The rows of one random case by table, each with its row_id."""
    relative = random.random() < 0.1
    rows: Rows = {"patients": [{"patient_id": "P", "time_base": "relative" if relative else "calendar"}]}
    for name in VALUES:
        table = TABLES[name]
        number = 1 + (random.random() < 0.3) if name == "tumours" else random.randint(0, MOST[name])
        found = [drawn_row(random, table, rows, relative) for _ in range(number)]
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


def drawn_row(random: Random, table: Table, rows: Rows, relative: bool) -> Row:
    """A row with most of its values, references to rows there are, and its days; without an id."""
    row: Row = {}
    for column, values in VALUES[table.name].items():
        if random.random() < 0.9:
            row[column] = random.choice(values)
    if table.name in TYPICAL and random.random() < 0.5:
        row |= random.choice(TYPICAL[table.name])
    if table.day:
        row[table.day] = day(random, DAY - random.choice(AGES[table.day]), relative)
    if table.name == "treatments":
        _course(random, row, relative)
    for column in (column for column in LINKS if any(c.name == column for c in table.columns)):
        if column != table.key:
            _refer(random, table, row, column, rows)
    if random.random() < 0.15:
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
    names = list(VALUES)
    return {later: [] for later in names[names.index(name) + 1 :]}


def accepted(rows: Rows) -> Case:
    """The case of rows that are all possible."""
    report = ImportReport()
    case = case_from_rows(rows, report=report)
    assert not report.rejected, report.rejected
    return case
