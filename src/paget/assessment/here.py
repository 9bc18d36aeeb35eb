"""Own figures beside published ones: what a hospital's calibrations say of the findings of a case."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from paget.days import write_day
from paget.knowledge import Knowledge, KnowledgeFile

_KEPT: Final = ("of_whom", "endpoint", "unit", "at", "n", "events", "period", "proposed", "expires", "source")
CHANGED, EXPIRED, SIGNED, PROPOSED = "the score has changed since", "expired", "signed", "proposed"


def put_beside(findings: Mapping[str, dict[str, Any]], knowledge: Knowledge, day: int | None) -> None:
    """Put under ``here`` of each finding that was calibrated what was found, for the values still possible.

    Each entry says its ``state``: proposed (nobody signed it), signed, expired by the decision day, or made
    for a file that has changed; of the last two ``rows`` is empty.

    Args:
        findings: by name; changed in place.
        knowledge: in force, with the calibrations of overlays.
        day: of the decision; None in a record without dates, where nothing expires.
    """
    for file in knowledge.of_kind("calibration"):
        of = file.data["of"]
        found = findings.get(PurePosixPath(of["path"]).stem)
        if found is None or found["applies"] is False:
            continue
        state = _state(file, knowledge, day)
        rows = file.data["rows"] if state in {SIGNED, PROPOSED} else []
        entry: dict[str, Any] = {name: file.data[name] for name in _KEPT if name in file.data}
        entry |= {"rows": [row for row in rows if _fits(row, found)], "state": state, "rule": file.path}
        entry["table"] = of["table"]
        if state == SIGNED:
            entry["signed"] = file.data["signed"]
        found.setdefault("here", []).append(entry)


def _state(file: KnowledgeFile, knowledge: Knowledge, day: int | None) -> str:
    of = file.data["of"]
    score = knowledge.files.get(of["path"])
    if score is None or score.sha256 != of["sha256"]:
        return CHANGED
    if day is not None and write_day(day) > str(file.data["expires"]):
        return EXPIRED
    return SIGNED if file.data.get("signed") else PROPOSED


def _fits(row: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether a row is of a score, or group, that is still possible."""
    if "group" in row:
        groups = found.get("group")
        return row["group"] in (groups if isinstance(groups, list) else [groups])
    low, high = _ends(row["score"])
    value = found.get("value")
    if isinstance(value, Mapping):
        least, most = value.get("low"), value.get("high")
        return (most is None or low <= most) and (least is None or high >= least)
    return isinstance(value, int | float) and low <= value <= high


def _ends(score: Any) -> tuple[float, float]:
    return (score[0], score[1]) if isinstance(score, list) else (score, score)
