"""`paget schema`: the declaration of the record as JSON Schema, SQL or a reference page."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from paget.cli.printing import json_text
from paget.cli.writing import deliver


def run(what: Literal["case", "sql", "reference"], output: Path | None) -> int:
    """Print or write it."""
    if what == "case":
        from paget.record.schema import json_schema

        text = json_text(json_schema())
    elif what == "sql":
        from paget.record.ddl import create_tables

        text = "".join(f"{statement};\n" for statement in create_tables())
    else:
        from paget.record.reference import page

        text = page()
    deliver(text, output)
    return 0
