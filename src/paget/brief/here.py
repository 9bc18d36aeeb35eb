"""Own figures beside published ones: "published 40 %, here 47 % (n = 212)", and who signed them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from paget.brief.words import listed, visible

LEAD: Final = "Here: "


def remarks(raw: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each calibration of a finding.

    >>> row = {"score": 2, "published": 40.0, "here": 46.6, "interval": [39.8, 53.1], "n": 212}
    >>> entry = {"endpoint": "overall survival", "at": "60 months", "rows": [row], "state": "proposed",
    ...          "proposed": "2026-05-04", "expires": "2027-05-04"}
    >>> for remark in remarks({"here": [entry]}):
    ...     print(remark)
    Here: overall survival at 60 months: with 2 points published 40 %, here 47 % (n = 212; 95 % 40 to 53);
    proposed on 2026-05-04, not signed by the board, until 2027-05-04
    """
    for entry in _entries(raw):
        about = f"{visible(entry['endpoint'], 80)} at {visible(entry['at'], 40)}"
        if rows := entry.get("rows"):
            yield f"{LEAD}{about}: {listed([_row(row) for row in rows])}; {_standing(entry)}"
        else:
            yield f"{LEAD}{about}: own figures are not shown ({visible(entry['state'], 60)})"


def tables(raw: Mapping[str, Any], endpoint: str, time: str) -> list[Mapping[str, Any]]:
    """Own figures as tables of outcomes, of the same endpoint and time as published ones."""
    return [
        {
            "endpoint": endpoint,
            "unit": entry["unit"],
            "at": [time],
            "rows": [
                {key: row[key] for key in ("score", "group") if key in row}
                | {"percent": [round(row["here"])]}
                for row in entry["rows"]
            ],
            "n": entry["n"],
            "population": _period(entry),
            "source": {"authors": f"here, {visible((entry.get('source') or {}).get('authors', ''), 60)}"},
            "confirmed": False,
            "note": f"drawn towards the published figures; {_standing(entry)}",
        }
        for entry in _entries(raw)
        if entry.get("rows") and entry["endpoint"] == endpoint and entry["at"] == time
    ]


def _entries(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [entry for entry in raw.get("here") or () if isinstance(entry, Mapping)]


def _row(row: Mapping[str, Any]) -> str:
    low, high = row["interval"]
    return (
        f"{_whom(row)} published {row['published']:.0f} %, here {row['here']:.0f} % "
        f"(n = {row['n']}; 95 % {low:.0f} to {high:.0f})"
    )


def _whom(row: Mapping[str, Any]) -> str:
    if "group" in row:
        return f"{visible(row['group'], 40)}:"
    score = row["score"]
    points = f"{score[0]} to {score[1]}" if isinstance(score, list) else str(score)
    return f"with {points} {'point' if score == 1 else 'points'}"


def _period(entry: Mapping[str, Any]) -> str:
    period = entry.get("period") or {}
    whom = f"{visible(entry.get('of_whom', ''), 40)} here"
    return f"{whom}, {period['first']} to {period['last']}" if period.get("first") else whom


def _standing(entry: Mapping[str, Any]) -> str:
    signed = entry.get("signed")
    if signed:
        said = f"signed by {visible(signed.get('by', ''), 60)} on {visible(signed.get('date', ''), 10)}"
    else:
        said = f"proposed on {visible(entry['proposed'], 10)}, not signed by the board"
    return f"{said}, until {visible(entry['expires'], 10)}"
