"""A calibration as a proposed overlay file: what was found, on whom, until when; the board signs it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from paget.days import write_day
from paget.evidence.too_few import LEAST_EVENTS, LEAST_PATIENTS
from paget.knowledge import Checker, Key, Kind, Knowledge, KnowledgeProblem

if TYPE_CHECKING:
    from paget.evidence.calibration import Calibration

FOLDER: Final = "calibrations"
_NUMBER: Final[dict[str, Any]] = {"type": "number"}
_COUNT: Final[dict[str, Any]] = {"type": "integer"}
_TEXT: Final[dict[str, Any]] = {"type": "string", "minLength": 1}
_ENDS: Final[dict[str, Any]] = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
_DATE: Final[dict[str, Any]] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_WITH_INTERVAL: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["value", "interval"],
    "additionalProperties": False,
    "properties": {"value": _NUMBER, "interval": _ENDS, "without_optimism": _NUMBER},
}
_ROW: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["n", "events", "expected", "published", "observed", "here", "interval", "weight"],
    "additionalProperties": False,
    "properties": {
        "score": {"anyOf": [_NUMBER, _ENDS]},
        "group": _TEXT,
        "n": _COUNT,
        "events": _COUNT,
        "expected": _NUMBER,
        "published": _NUMBER,
        "observed": _NUMBER,
        "observed_interval": _ENDS,
        "here": _NUMBER,
        "interval": _ENDS,
        "weight": _NUMBER,
    },
}


def _mapping(required: tuple[str, ...], **properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": properties,
    }


def _rows(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _mapping((), **properties)}


KINDS: Final = (
    Kind(
        "calibration",
        "What a hospital's own patients say of a published score; a proposal until the board signs it.",
        FOLDER,
        (
            Key("of", "The score's file, its hash, and which of its tables, from 1.",
                _mapping(("path", "sha256", "table"), path=_TEXT, sha256=_TEXT, table=_COUNT), required=True),
            Key("of_whom", "Operated patients say nothing of those who were not.", {"const": "operated"},
                required=True),
            Key("endpoint", "The endpoint of the published table, in its words.", _TEXT, required=True),
            Key("measured", "Endpoint and origin of the own data, and how the score was found.",
                _mapping(("endpoint", "origin", "score"), endpoint=_TEXT, origin=_TEXT, score=_TEXT),
                required=True),
            Key("unit", "Of published, observed, here and their intervals.", {"const": "%"}, required=True),
            Key("at", "The time at which so many are alive.", _TEXT, required=True),
            Key("rows", "By score or group: here is observed, drawn towards published.",
                {"type": "array", "items": _ROW, "minItems": 2}, required=True),
            Key("n", "Patients.", _COUNT, required=True),
            Key("events", "Events by that time.", _COUNT, required=True),
            Key("period", "First and last day of the origin; days, where the record has no dates.",
                _mapping((), first=_TEXT, last=_TEXT), required=True),
            Key("observed_to_expected", "Events observed to expected.", _WITH_INTERVAL, required=True),
            Key("slope", "Calibration slope; 1 where published differences hold.", _WITH_INTERVAL,
                required=True),
            Key("c_index", "Of the published risk.", _WITH_INTERVAL, required=True),
            Key("optimism", "Of the figures here, by bootstrap.",
                _mapping((), c_index=_NUMBER, c_index_without=_NUMBER, slope=_NUMBER, slope_without=_NUMBER,
                         repetitions=_COUNT)),
            Key("baseline", "Survival of the lowest risk by time, published and recalibrated.",
                _rows(at=_TEXT, published=_NUMBER, here=_NUMBER, interval=_ENDS)),
            Key("by_year", "Observed to expected events by year of the origin.",
                _rows(year=_TEXT, n=_COUNT, events=_COUNT, expected=_NUMBER, ratio=_NUMBER, interval=_ENDS)),
            Key("flow", "How many patients, and why some are not in it.", {"type": "object"}),
            Key("knowledge", "Hash of the knowledge by which the score was computed.", _TEXT),
            Key("proposed", "The day on which it was made.", _DATE, required=True),
            Key("expires", "The day after which it is shown no more.", _DATE, required=True),
            Key("signed", "Who of the board signed it, and when; without it, it is a proposal.",
                _mapping(("by", "date"), by=_TEXT, date=_DATE)),
        ),
    ),
)  # fmt: skip


def proposal(
    calibration: Calibration,
    knowledge: Knowledge,
    *,
    proposed: dt.date,
    months: int,
    source: str = "own data",
) -> tuple[str, str]:
    """The file of a calibration.

    Args:
        calibration: what was found.
        knowledge: by which.
        proposed: the day of the proposal.
        months: for how long it is shown.
        source: what the data are called.

    Returns:
        Its path within an overlay folder, and its text.
    """
    import yaml

    said, derived = calibration.published, calibration.scored.derived
    first, last = calibration.period
    dates = calibration.scored.dates
    expires = _in_months(proposed, months)
    data: dict[str, Any] = {
        "title": f"{said.file.title}, here",
        "kind": "calibration",
        "meaning": f"Alive at {calibration.at}: as published, and of our own patients.",
        "of": {"path": said.file.path, "sha256": said.file.sha256, "table": said.number},
        "of_whom": "operated",
        "endpoint": said.endpoint,
        "measured": {
            "endpoint": derived.rule.name,
            "origin": derived.origin.name,
            "score": calibration.scored.score,
        },
        "unit": "%",
        "at": calibration.at,
        "rows": [
            _row(key.key, key.is_, row)
            for key, row in zip(calibration.keys, calibration.groups.to_dicts(), strict=True)
        ],
        "n": calibration.n,
        "events": calibration.events,
        "period": {"first": write_day(first), "last": write_day(last)} if dates else {},
        "observed_to_expected": _with_interval(calibration.ratio),
        "slope": _with_interval(calibration.slope),
        "c_index": _with_interval(calibration.c_index),
        "optimism": _optimism(calibration),
        "baseline": [
            {
                "at": row["at"],
                "published": _percent(row["published"]),
                "here": _percent(row["here"]),
                "interval": [_percent(row["lower"]), _percent(row["upper"])],
            }
            for row in calibration.baseline.to_dicts()
        ],
        "by_year": [_year(row) for row in calibration.by_year.to_dicts()],
        "flow": calibration.scored.flow,
        "knowledge": knowledge.hash,
        "proposed": proposed.isoformat(),
        "expires": expires.isoformat(),
        "source": {"authors": source},
        "confirmed": False,
    }
    lines = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)
    note = "# A proposal. It is signed by adding, at the end:\n#   signed: {by: ..., date: YYYY-MM-DD}\n"
    return f"{FOLDER}/{said.file.name}_{derived.rule.name}_here.yaml", note + lines


def _row(key: str, is_: Any, row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: is_,
        "n": row["n"],
        "events": row["events"],
        "expected": round(row["expected"], 1),
        "published": _percent(row["published"]),
        "observed": _percent(row["observed"]),
        "observed_interval": [_percent(row["lower"]), _percent(row["upper"])],
        "here": _percent(row["here"]),
        "interval": [_percent(row["here_lower"]), _percent(row["here_upper"])],
        "weight": round(row["weight"], 3),
    }


def _year(row: dict[str, Any]) -> dict[str, Any]:
    if row["ratio"] is None:
        return {"year": row["year"], "n": row["n"]}
    return {
        "year": row["year"],
        "n": row["n"],
        "events": row["events"],
        "expected": round(row["expected"], 1),
        "ratio": round(row["ratio"], 3),
        "interval": [round(row["lower"], 3), round(row["upper"], 3)],
    }


def _optimism(calibration: Calibration) -> dict[str, Any]:
    found = calibration.optimism
    if not found.repetitions:
        return {"repetitions": 0}
    return {
        "c_index": round(found.c_index, 4),
        "c_index_without": round(found.c_index - found.c_index_optimism, 4),
        "slope": round(found.slope, 3),
        "slope_without": round(found.slope - found.slope_optimism, 3),
        "repetitions": found.repetitions,
    }


def _with_interval(values: tuple[float, float, float]) -> dict[str, Any]:
    value, low, high = (round(one, 3) for one in values)
    return {"value": value, "interval": [low, high]}


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _in_months(day: dt.date, months: int) -> dt.date:
    """The same day some months later, or the last of its month.

    >>> _in_months(dt.date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(dt.date(year, month + 1, 1) + dt.timedelta(days=day.day - 1), following - dt.timedelta(days=1))


def checker() -> Checker:
    """What `paget knowledge check` needs of this room."""
    return Checker(KINDS, _problems)


def _problems(knowledge: Knowledge) -> Iterator[KnowledgeProblem]:
    for file in knowledge.of_kind("calibration"):
        of = file.data.get("of")
        of = of if isinstance(of, dict) else {}
        score = knowledge.files.get(str(of.get("path")))
        if score is None:
            yield KnowledgeProblem(
                file.where("of", "path"), "there is no such file", "is the score withdrawn?"
            )
        elif score.sha256 != of.get("sha256"):
            yield KnowledgeProblem(
                file.where("of", "sha256"),
                "the score has changed since it was calibrated",
                "calibrate it again",
            )
        if isinstance(events := file.data.get("events"), int) and events < LEAST_EVENTS:
            yield KnowledgeProblem(file.where("events"), f"too few: {LEAST_EVENTS} events are needed")
        rows = file.data.get("rows")
        for place, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict) and isinstance(n := row.get("n"), int) and n < LEAST_PATIENTS:
                yield KnowledgeProblem(
                    file.where("rows", place), f"too few: {LEAST_PATIENTS} patients are needed"
                )
        for name in ("proposed", "expires"):
            if not _is_date(file.data.get(name)):
                yield KnowledgeProblem(file.where(name), f"{name} is no date", "write it as 2026-05-04")
        signed = file.data.get("signed")
        if isinstance(signed, dict) and not _is_date(signed.get("date")):
            yield KnowledgeProblem(file.where("signed"), "signed on no date", "write it as 2026-05-04")
        if str(file.data.get("expires")) <= str(file.data.get("proposed")):
            yield KnowledgeProblem(file.where("expires"), "it expires before it is proposed")


def _is_date(text: Any) -> bool:
    """Whether it is a day, written as pages compare it.

    >>> _is_date("2026-05-04"), _is_date("4 May 2026"), _is_date("20260504")
    (True, False, False)
    """
    try:
        return dt.date.fromisoformat(str(text)).isoformat() == str(text)
    except ValueError:
        return False
