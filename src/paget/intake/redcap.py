"""REDCap flat exports: one file with the rows of all forms, taken apart into a table for each repeating form.

A repeating form has a table of its own under its name; all other rows (one a patient, or one a patient
and event) are the main table. The boxes of a checkbox field become one column with the codes that are
ticked, "1|3": with no box ticked it is blank, because an empty checkbox says nothing. Raw and labelled
exports are both read.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from paget.intake.flat import ROW
from paget.record.problems import ImportReport

INSTRUMENT: Final = "redcap_repeat_instrument"
INSTANCE: Final = "redcap_repeat_instance"
EVENT: Final = "redcap_event_name"

REDCAP_COLUMNS: Final = (EVENT, INSTRUMENT, INSTANCE, "redcap_data_access_group", "redcap_survey_identifier")
"""Columns that REDCap writes itself."""

TICKS: Final = "|"
"""What stands between the codes of ticked boxes: write split: "|" in the mapping."""

_LABELLED: Final = {
    "Event Name": EVENT,
    "Repeat Instrument": INSTRUMENT,
    "Repeat Instance": INSTANCE,
    "Data Access Group": "redcap_data_access_group",
    "Survey Identifier": "redcap_survey_identifier",
}
_BOX: Final = re.compile(r"(.+?)___(.+)")
_LABELLED_BOX: Final = re.compile(r"(.+) \(choice=(.+)\)", re.DOTALL)


def split_redcap(frame: pl.DataFrame, *, report: ImportReport) -> dict[str, pl.DataFrame]:
    """The tables of a REDCap export.

    Args:
        frame: the whole export as texts; its first column names the record.
        report: receives the number of rows of each form.

    Returns:
        The main table under "", and each repeating form under its name in lower case with
        underscores ("Lung Lesions" as ``lung_lesions``).

    >>> rows = pl.DataFrame({"record_id": ["1"], "sites___1": ["1"], "sites___2": ["0"], "sites___3": ["1"]})
    >>> split_redcap(rows, report=ImportReport())[""]["sites"].to_list()
    ['1|3']
    """
    frame = frame.rename({old: new for old, new in _LABELLED.items() if old in frame.columns})
    frame = _boxes_joined(frame)
    if INSTRUMENT not in frame.columns:
        return {"": frame}
    form = (
        pl.col(INSTRUMENT)
        .str.to_lowercase()
        .str.replace_all(r"[^a-z0-9]+", "_")
        .str.strip_chars("_")
        .fill_null("")
    )
    parts = frame.with_columns(_form=form).partition_by(
        "_form", as_dict=True, include_key=False, maintain_order=True
    )
    tables = {str(name): part for (name,), part in parts.items()}
    tables.setdefault("", frame.clear())
    for name, part in tables.items():
        if name:
            report.read[f"rows of the form {name}"] += part.height
    return tables


def _boxes_joined(frame: pl.DataFrame) -> pl.DataFrame:
    """With each checkbox field as one column of ticked codes, in the place of its first box."""
    fields: dict[str, dict[str, str]] = {}
    for name in frame.columns:
        if name == ROW:
            continue
        if match := _BOX.fullmatch(name) or _LABELLED_BOX.fullmatch(name):
            code = match[2]
            code = f"-{code[1:]}" if re.fullmatch(r"_\d+", code) else code  # REDCap writes ___-9 as ____9
            fields.setdefault(match[1], {})[name] = code
    joined = []
    for field, boxes in fields.items():
        if field in frame.columns:
            continue
        ticked = [
            pl.when(pl.col(box).str.to_lowercase().is_in(["1", "checked", "yes", "true", code.lower()])).then(
                pl.lit(code)
            )
            for box, code in boxes.items()
        ]
        codes = pl.concat_str(ticked, separator=TICKS, ignore_nulls=True)
        joined.append(pl.when(codes != "").then(codes).alias(field))
    boxes_used = [box for field, boxes in fields.items() if field not in frame.columns for box in boxes]
    return frame.with_columns(joined).drop(boxes_used)
