"""Reading the elements of a FHIR resource without trusting their shape: what is not FHIR is absent."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from paget.intake.fhir.codes.systems import system

Json = dict[str, Any]

_NOTHING: Final[Json] = {}
_KIND: Final = re.compile(
    r"\s*\((?:procedure|regime/therapy|disorder|finding|situation|qualifier value|observable entity|event"
    r"|body structure|morphologic abnormality|substance|product)\)\s*$"
)


class Coding(NamedTuple):
    """One code: its system by short name ("" when unknown to paget), the code, and the words beside it."""

    system: str
    code: str
    words: str


class When(NamedTuple):
    """First and last day of something, as written to the day, month or year; "" where not given."""

    start: str
    end: str


def child(node: Any, name: str) -> Json:
    """The object under a name; an empty one when there is none."""
    value = node.get(name) if isinstance(node, dict) else None
    return value if isinstance(value, dict) else _NOTHING


def children(node: Any, name: str) -> list[Json]:
    """The objects under a name; one object counts as a list of one."""
    value = node.get(name) if isinstance(node, dict) else None
    if value is None:
        return []
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) else []


def text(node: Any, name: str) -> str:
    """The text under a name; "" when there is none."""
    value = node.get(name) if isinstance(node, dict) else None
    return value if isinstance(value, str) else ""


def number(node: Any, name: str) -> float | int | None:
    """The number under a name; a yes or no is not a number, nor is one beyond all measure."""
    value = node.get(name) if isinstance(node, dict) else None
    if isinstance(value, float):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 1000:  # fits a float
        return value
    return None


def day(value: Any) -> str:
    """The date of a FHIR date or time, in the time zone in which it is written.

    What is not a text is passed on as text, for the record to refuse with its row.

    >>> day("2019-04-15T13:28:17.239+02:00"), day("2019-04"), day(None)
    ('2019-04-15', '2019-04', '')
    """
    if isinstance(value, str):
        return value.split("T", 1)[0].strip()
    return "" if value is None else str(value)


def when(resource: Json, stem: str) -> When:
    """The days of ``effective[x]``, ``performed[x]`` and their like.

    >>> when({"performedPeriod": {"start": "2020-01-02", "end": "2020-03"}}, "performed")
    When(start='2020-01-02', end='2020-03')
    """
    for suffix in ("DateTime", "Instant", "Date"):
        moment = resource.get(stem + suffix)
        if moment is not None:
            on = day(moment)
            return When(on, on)
    period = child(resource, stem + "Period")
    if period:
        return When(day(period.get("start")), day(period.get("end")))
    return When("", "")


def codings(concept: Any) -> list[Coding]:
    """The codes of a CodeableConcept, in order; those without a code are left out."""
    found = (coding_of(item) for item in children(concept, "coding"))
    return [one for one in found if one is not None]


def coding_of(item: Json) -> Coding | None:
    """One Coding; None when it has no code."""
    code = item.get("code")
    if not isinstance(code, str) or not (plain := code.strip()):
        return None
    address, shown = item.get("system"), item.get("display")
    return Coding(
        system(address) if isinstance(address, str) else "", plain, shown if isinstance(shown, str) else ""
    )


def words(concept: Any) -> str:
    """What a CodeableConcept says in words: its text, else the first display."""
    said = text(concept, "text").strip()
    if said:
        return said
    return next(
        (shown for item in children(concept, "coding") if (shown := text(item, "display").strip())), ""
    )


def spoken(concept: Any) -> list[str]:
    """Everything that a CodeableConcept says in words: each display, and its text."""
    said = [text(item, "display") for item in children(concept, "coding")] + [text(concept, "text")]
    return [one for one in said if one.strip()]


def named(concept: Any) -> str:
    """A CodeableConcept in words, without the kind that SNOMED CT adds in parentheses; else by its code."""
    said = words(concept)
    if said:
        return _KIND.sub("", said)
    return next((f"{one.system or 'code'} {one.code}" for one in codings(concept)), "")


def extensions(node: Any, *tails: str) -> list[Json]:
    """The extensions whose address ends with one of the given names."""
    return [one for one in children(node, "extension") if text(one, "url").rsplit("/", 1)[-1] in tails]


def profiles(resource: Json) -> set[str]:
    """The last parts of the addresses of the profiles that a resource claims, without versions."""
    value = child(resource, "meta").get("profile")
    claimed = value if isinstance(value, list) else [value]
    return {one.rsplit("/", 1)[-1].split("|", 1)[0] for one in claimed if isinstance(one, str)}


def printable(name: str, most: int = 80) -> str:
    r"""A name as it may stand in a message: controls and direction marks escaped, long ones cut.

    >>> printable("a\nb"), printable("x" * 100)[-4:]
    ('a\\nb', 'xxx…')
    """
    shown = name[: most + 1]
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
    return shown if len(shown) <= most else shown[: most - 1] + "…"
