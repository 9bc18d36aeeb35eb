"""The reference page of the record, as Markdown, read from the declaration of the tables.

It is kept in docs/reference/record.md; ``python -m paget.record.reference docs/reference/record.md``
writes it again, and a test compares the two.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from paget.record.checks import OLDEST_YEARS, ROW_CHECKS
from paget.record.columns import EVERY_TABLE, Column, Table
from paget.record.consistency import CONTRADICTIONS
from paget.record.tables import TABLES
from paget.record.vocabulary import MOLAR_MASS, OBSERVATION_LIMITS, OBSERVATION_UNITS

_KINDS: Final = {
    "key": "identifier",
    "text": "text",
    "class": "one of",
    "day": "day",
    "integer": "whole number",
    "number": "number",
    "truth": "yes or no",
    "texts": "list of",
}
_TOP: Final = """\
# The record

Generated from the declaration of the tables in `src/paget/record/tables.py`.

A record is one patient or a registry, as dated rows in a few tables. A **case** is one patient as a
document, in YAML or JSON: `patient` is one row of `patients`; every other table is a list of rows. Rows
may be written under the row they belong to ("under" below); they inherit its identifiers. Everything but
the identifiers marked *required* may be left blank. Blank is unknown, never no.

**Identifiers** hold within the patient: two patients may each have a lesion L1.

**Days** are `2024-05-31`, `2024-05` or `2024`; `2024-05-03/2024-05-09` is any day from the first to the
second. With `time_base: relative` in `patient`, days are whole numbers from an origin of the patient's own
(`-30`, `0`, `365`, `30/60`). In tables (Parquet, DuckDB) a day is two columns of whole days since 1970-01-01:
`found_day`, its first possible day, and `found_day_latest`, its last. In CSV it is text as above.

**Lists** are lists in a case, a child table in a record (`studies_covers`: row_id, patient_id, value), and
texts with `;` between in CSV.

**Numbers** have a decimal point and may carry a unit (`3.2 cm` in a column of mm is read as 32). An
observation may have `value: 40`, `value: "<0.5"` or `value: ">200"` in place of `low` and `high`.

**Unknown** may be left out, or written blank, `unknown`, `n/a`, -9, -99, -999, -9999, 999 or 9999; each such
value is counted in the report. A true 999 of an observation is written as a range (low 998.5, high 999.5).

**Versions**: a row that corrects another one names it in `replaces`. Of a chain of versions the last one
known by the day counts. Two rows of the same name that do not replace each other both hold, and are named
as a contradiction. **Known**: a row is known from its `known_day`, or its own day when that is blank. A
column that is known later names the day by which it is.
"""


def page() -> str:
    """The reference page."""
    parts = [_TOP]
    parts += ["## Columns of every table\n", _table(EVERY_TABLE)]
    for table in TABLES.values():
        parts += _section(table)
    parts += _observations()
    parts += _problems()
    return "\n".join(parts)


def _section(table: Table) -> list[str]:
    said = [f"A row is {table.meaning}."]
    if table.parents:
        said.append(f"May be written under {' or '.join(f'`{parent}`' for parent in table.parents)}.")
    if table.day:
        said.append(f"Its day is `{table.day}`.")
    return [f"## {table.name}\n", " ".join(said) + "\n", _table(table.columns)]


def _table(columns: tuple[Column, ...]) -> str:
    rows = ["| column | holds | meaning |", "|---|---|---|"]
    rows += [f"| `{column.name}` | {_holds(column)} | {_meaning(column)} |" for column in columns]
    return "\n".join(rows) + "\n"


def _holds(column: Column) -> str:
    if column.allowed:
        return f"{_KINDS[column.kind]}: {', '.join(column.allowed)}"
    text = "list of texts" if column.kind == "texts" else _KINDS[column.kind]
    if column.unit:
        text += f" in {column.unit}"
    if column.minimum is not None or column.maximum is not None:
        text += f", {column.minimum:g} to {column.maximum:g}"
    return text


def _meaning(column: Column) -> str:
    notes = []
    if column.required:
        notes.append("*Required.*")
    if column.known_by and column.known_by != column.name:
        notes.append(f"Known by `{column.known_by}`.")
    elif column.known_by:
        notes.append("Known from that day.")
    return " ".join([column.meaning, *notes]).replace("|", "\\|")


def _observations() -> list[str]:
    rows = ["| name | unit of facts | possible values |", "|---|---|---|"]
    for name, unit in OBSERVATION_UNITS.items():
        least, most, zero = OBSERVATION_LIMITS.get(name, (None, None, True))
        least_text = (
            "any" if least is None else f"{'' if zero else 'above '}{least:g}" if least == 0 else f"{least:g}"
        )
        bounds = f"{least_text} to {most:g}" if most is not None else f"{least_text} or more"
        rows.append(f"| {name} | {unit or '(none)'} | {bounds} |")
    amounts = " and ".join(MOLAR_MASS)
    explained = (
        "Kept in the unit in which they are written. A unit of another dimension, an unknown unit or an "
        "impossible value rejects the row; without a unit the value is kept and no fact uses it. A "
        f'concentration of zero is written as a limit (`"<0.5"`). {amounts.capitalize()} are converted '
        "between mass and amount. Observations of other names are kept as they are.\n"
    )
    return [
        "## Observations of known names\n",
        explained,
        "\n".join(rows) + "\n",
    ]


def _problems() -> list[str]:
    rejected = dict.fromkeys(f"- `{check.table}.{check.column}`: {check.what}" for check in ROW_CHECKS)
    named = dict.fromkeys(f"- {found.what} ({_tables_of(found.what)})" for found in CONTRADICTIONS)
    first = (
        "A rejected row is not in the record; it is listed with the reason. `--strict` refuses the whole "
        "source. A value that its column cannot hold rejects its row, and so do:\n"
    )
    more = (
        "- a reference to a row that is not in the record, or that was rejected itself\n"
        "- a row_id given twice to different rows, and the second of two equal rows\n"
        "- `replaces` that names no row of the table, or versions that replace each other in a circle\n"
        "- a treatment that begins after a death which was on record by then\n"
        f"- of a person who would be older than {OLDEST_YEARS} years when the record begins, what the row of "
        "`patients` says (the person stays)\n"
    )
    second = (
        "Rows that are possible one by one and cannot all be true are kept and named, where it is certain:\n"
    )
    return [
        "## What rejects a row\n",
        first,
        "\n".join(rejected),
        more,
        "## What is named as a contradiction\n",
        second,
        "\n".join(named) + "\n",
    ]


def _tables_of(what: str) -> str:
    tables = list(dict.fromkeys(found.table for found in CONTRADICTIONS if found.what == what))
    if len(tables) < 10:
        return ", ".join(f"`{name}`" for name in tables)
    return "all tables" if len(tables) == len(TABLES) else "all tables with a day"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8", newline="\n")
