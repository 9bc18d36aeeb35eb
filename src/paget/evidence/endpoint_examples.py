"""The examples of an endpoint's file: a patient by days, what more happened, and what must come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from paget.errors import BadInput
from paget.evidence.measures import derive_any
from paget.knowledge import Knowledge, KnowledgeFile
from paget.record import Record
from paget.record.case import read_case
from paget.record.tables import TABLES

_STATUSES: Final = {1: "event", 2: "competing", 0: "censored"}


def misses(knowledge: Knowledge, file: KnowledgeFile) -> Iterator[tuple[int, str]]:
    """The examples of a file that come out otherwise: number, and in words what comes out instead.

    Raises:
        BadInput: a patient that cannot be read.
    """
    given = file.data["examples"]
    cases = []
    for number, example in enumerate(given["cases"]):
        document = merged(given["patient"], example.get("with", {}))
        document["patient"] = document.get("patient", {}) | {
            "patient_id": f"{number:04d}",
            "time_base": "relative",
        }
        case, report = read_case(document, source=file.name)
        rejected = [problem for problem in report.problems if problem.kind == "rejected"]
        if rejected:
            raise BadInput(f"example {number + 1}: {rejected[0].what}")
        cases.append(case)
    more = {"cleared_within": given["cleared_within"]} if "cleared_within" in given else {}
    rows = derive_any(Record.from_cases(cases), file.name, given["origin"], knowledge=knowledge, **more).rows
    by_patient = {row["patient_id"]: row for row in rows.to_dicts()}
    for number, example in enumerate(given["cases"]):
        found = by_patient.get(f"{number:04d}")
        came = _came_out(found, example["expect"])
        if came != example["expect"]:
            yield number, f"{_in_words(came)} comes out, not {_in_words(example['expect'])}"


def merged(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """A case with more rows; a row with the key of another changes that one."""
    case: dict[str, Any] = {
        name: list(rows) if isinstance(rows, list) else dict(rows) for name, rows in base.items()
    }
    for name, rows in more.items():
        if isinstance(rows, dict):
            case[name] = case.get(name, {}) | rows
            continue
        key = TABLES[name].key if name in TABLES else None
        listed = list(case.get(name, []))
        for row in rows:
            same = [place for place, old in enumerate(listed) if key and old.get(key) == row.get(key)]
            if same and row.get(key) is not None:
                listed[same[0]] = listed[same[0]] | row
            else:
                listed.append(row)
        case[name] = listed
    return case


def _came_out(row: Mapping[str, Any] | None, expect: Mapping[str, Any]) -> dict[str, Any]:
    if row is None:
        return {"excluded": "no origin"}
    if row["excluded"] is not None and "excluded" not in expect:
        return {"excluded": row["excluded"]}
    named = dict(row) | {"status": _STATUSES.get(row.get("status", -1))}
    return {name: named.get(name) for name in expect}


def _in_words(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())
