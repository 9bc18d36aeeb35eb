"""The record: one patient or a registry, as dated rows in a few tables."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paget.record.case import Case, case_from_rows, read_case
    from paget.record.ddl import create_tables
    from paget.record.problems import ImportReport, Problem
    from paget.record.record import Record
    from paget.record.schema import json_schema

# Imported when first asked for: whoever needs only the vocabulary does not load an engine.
_OFFERS = {
    "Case": "case",
    "case_from_rows": "case",
    "read_case": "case",
    "create_tables": "ddl",
    "json_schema": "schema",
    "ImportReport": "problems",
    "Problem": "problems",
    "Record": "record",
}

__all__ = [
    "Case",
    "ImportReport",
    "Problem",
    "Record",
    "case_from_rows",
    "create_tables",
    "json_schema",
    "read_case",
]


def __getattr__(name: str) -> Any:
    if name not in _OFFERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_OFFERS[name]}"), name)
