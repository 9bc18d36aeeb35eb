"""The JSON Schema of a case and the SQL statements of the tables, read from their declaration.

The schema accepts what :func:`paget.record.read_case` accepts without a rejection, child rows under
their parents included; with it an editor completes and checks a case while it is written.
"""

from __future__ import annotations

from typing import Any, Final

from paget.record.columns import Column, Table
from paget.record.structure import CHILDREN
from paget.record.tables import TABLES

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_DATE: Final = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
_DAY: Final[dict[str, Any]] = {
    "description": "A date, month, year, or an interval of two; in a relative record days from the origin.",
    "anyOf": [
        {"type": "string", "pattern": f"^{_DATE}(/{_DATE})?$"},
        {"type": "string", "pattern": "^-?[0-9]+(/-?[0-9]+)?$"},
        {"type": "integer"},
        {"type": "null"},
    ],
}
_TRUTH: Final[dict[str, Any]] = {"enum": ["yes", "no", "unknown", True, False, None]}
_VALUE: Final[dict[str, Any]] = {
    "description": 'A result: 40, "40 ng/mL", "<0.5" or ">200"; instead of low and high.',
    "anyOf": [
        {"type": "number"},
        {"type": "string", "pattern": r"^\s*(<=|>=|<|>|≤|≥)?\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)"},
        {"type": "null"},
    ],
}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a case as it may be written in YAML or JSON.

    >>> json_schema()["required"]
    ['patient']
    """
    tables = {name: _rows(table) for name, table in TABLES.items()}
    person = {"$ref": "#/$defs/patients"}
    return {
        "$schema": DIALECT,
        "title": "A case: one patient's record",
        "type": "object",
        "additionalProperties": False,
        "required": ["patient"],
        "properties": {
            "patient": {**person, "description": "The person."},
            **{
                name: {"description": f"Each {table.meaning}.", **tables[name]}
                for name, table in TABLES.items()
            },
        },
        "$defs": {
            "day": _DAY,
            "truth": _TRUTH,
            **{name: _row(table) for name, table in TABLES.items()},
        },
    }


def _rows(table: Table) -> dict[str, Any]:
    return {"type": ["array", "null"], "items": {"$ref": f"#/$defs/{table.name}"}}


def _row(table: Table) -> dict[str, Any]:
    properties = {column.name: _cell(column) for column in table.all_columns}
    if table.name == "observations":
        properties["value"] = _VALUE
    properties |= {child: _rows(TABLES[child]) for child in CHILDREN[table.name]}
    required = [table.key] if table.key else []
    return {
        "type": "object",
        "description": f"{table.meaning[0].upper()}{table.meaning[1:]}.",
        "additionalProperties": False,
        **({"required": required} if required else {}),
        "properties": properties,
    }


def _cell(column: Column) -> dict[str, Any]:
    said = column.meaning + (f" In {column.unit}." if column.unit else "")
    about = {"description": said}
    if column.kind == "day":
        return {"$ref": "#/$defs/day", **about}
    if column.kind == "truth":
        return {"$ref": "#/$defs/truth", **about}
    if column.kind == "class":
        return {"enum": [*column.allowed, None], **about}
    if column.kind == "texts":
        item = {"enum": list(column.allowed)} if column.allowed else {"type": "string"}
        return {"type": ["array", "null"], "items": item, **about}
    if column.kind in {"number", "integer"}:
        number: dict[str, Any] = {"type": column.kind}
        if column.minimum is not None:
            number["minimum"] = column.minimum
        if column.maximum is not None:
            number["maximum"] = column.maximum
        with_unit = {"type": "string", "pattern": r"^\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)"}
        return {"anyOf": [number, with_unit, {"type": "null"}], **about}
    if column.kind == "key":
        blank = [] if column.required else ["null"]
        return {"type": ["string", "integer", *blank], **about}
    return {"type": ["string", "number", "null"], **about}
