"""Staging: TNM categories, stage groups and node counts of one day, joined to one statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from paget.intake.fhir.chart import READ, Chart, Outcome, Primary, Row, ignored, last_updated, not_understood
from paget.intake.fhir.codes.tnm import Statement, category, edition, stage_group
from paget.intake.fhir.elements import child, children, codings, text
from paget.intake.fhir.quantities import answer
from paget.intake.fhir.references import Entry

LETTERS: Final = {"t": "T", "n": "N", "m": "M"}


@dataclass(slots=True)
class Stated:
    """One TNM observation: what it states, of which tumour, when, and which others it sums up."""

    entry: Entry
    column: str
    value: object
    prefix: str
    edition: str
    day: str
    known: str
    primary: Primary | None
    members: list[str]
    unplaced: bool = False


@dataclass(slots=True)
class Stagings:
    """The TNM observations of a chart, until all are read and can be joined."""

    stated: list[Stated] = field(default_factory=list)


def read_tnm(
    entry: Entry, chart: Chart, stagings: Stagings, what: Statement, day: str, known: str
) -> Outcome:
    """Read a TNM observation; it becomes a row by :func:`join_stagings`."""
    resource = entry.resource
    concept = child(resource, "valueCodeableConcept") or {"text": text(resource, "valueString")}
    if any(one.system == "absent" for one in codings(concept)):
        return ignored("no value")
    prefix = what.prefix
    if what.column == "stage_group":
        value: str = stage_group(concept)
    else:
        found = category(concept, LETTERS[what.column])
        value = found.value if found is not None else ""
        if found is not None and found.prefix and not (prefix and found.prefix == prefix):
            prefix = _prefix(entry, chart, prefix, found.prefix)
    if not value:
        return ignored("no value") if not answer(concept) else not_understood("a TNM value unknown to paget")
    primary, unplaced = _of_primary(entry, chart)
    stagings.stated.append(
        Stated(
            entry,
            what.column,
            value,
            prefix,
            edition(child(resource, "method")),
            day,
            known,
            primary,
            _members(entry, chart),
            unplaced,
        )
    )
    return READ


def read_nodes(
    entry: Entry, chart: Chart, stagings: Stagings, counts: dict[str, int], day: str, known: str
) -> Outcome:
    """Read counts of regional nodes of a specimen: part of the pathological statement of their day."""
    primary, unplaced = _of_primary(entry, chart)
    for column, value in counts.items():
        stagings.stated.append(Stated(entry, column, value, "p", "", day, known, primary, [], unplaced))
    return READ


def _prefix(entry: Entry, chart: Chart, coded: str, written: str) -> str:
    """The prefix of a category where its value writes one: yp refines p, another one contradicts it."""
    if coded and coded not in written:
        chart.say(
            "contradiction",
            "a TNM category whose code and value name different classifications",
            entry,
            "",
            table="stagings",
            column="prefix",
        )
        return coded
    return written


def _members(entry: Entry, chart: Chart) -> list[str]:
    found = (chart.find(one, entry, "hasMember") for one in children(entry.resource, "hasMember"))
    return [one.name for one in found if one is not None]


def _of_primary(entry: Entry, chart: Chart) -> tuple[Primary | None, bool]:
    """The tumour that an observation speaks of, and whether it names one that is not here."""
    foci = children(entry.resource, "focus")
    for reference in foci:
        found = chart.primary(reference, entry, "focus")
        if found is not None:
            return found, False
    return None, bool(foci)


def join_stagings(chart: Chart, stagings: Stagings) -> dict[str, Outcome]:
    """Join the categories, the group and the node counts of one tumour, day and classification to one row.

    A stage group lends its tumour to the categories that it sums up, and takes them into its statement
    where they are of the same classification. Without any of these the patient's only primary is meant.
    Two different values for one column are two statements. Node counts join the one pathological
    statement of their tumour.

    Returns:
        What became of the observations that could not be placed, by name.
    """
    by_name = {one.entry.name: one for one in stagings.stated}
    heads = _lend_from_groups(stagings, by_name)
    assumed = _place_by_the_only_primary(chart, stagings)
    lost: dict[str, Outcome] = {}
    rows: dict[tuple[object, ...], list[tuple[Row, set[str]]]] = {}
    for one in sorted(stagings.stated, key=_order):
        if one.primary is None:
            reason = "its tumour is not in this source" if one.unplaced else "of which primary is not told"
            chart.say(
                "note",
                f"a TNM statement: {reason}; not recorded",
                one.entry,
                "name the tumour by focus",
                table="stagings",
            )
            lost[one.entry.name] = not_understood(reason)
            continue
        head = heads.get(one.entry.name, one)
        day = max(head.day, one.day)
        key: tuple[object, ...] = (one.primary.tumour_id, one.prefix, day)
        if one.column.startswith("nodes_") and key not in rows:
            key = _only_pathological(rows, one.primary.tumour_id) or key
        _put(chart, rows.setdefault(key, []), one, day)
    if assumed:
        chart.say(
            "note",
            f"{assumed} statements of stage or nodes name no tumour: taken to speak of the only primary",
            table="stagings",
        )
    return lost


def _lend_from_groups(stagings: Stagings, by_name: dict[str, Stated]) -> dict[str, Stated]:
    """Give a stage group's tumour to its members; the group of each member of the same classification."""
    heads: dict[str, Stated] = {}
    for group in stagings.stated:
        for name in group.members:
            member = by_name.get(name)
            if member is None or member is group:
                continue
            if member.primary is None and not member.unplaced:
                member.primary = group.primary
            if member.prefix == group.prefix:
                heads.setdefault(name, group)
    return heads


def _only_pathological(
    rows: dict[tuple[object, ...], list[tuple[Row, set[str]]]], tumour_id: str
) -> tuple[object, ...] | None:
    keys = [key for key in rows if key[0] == tumour_id and key[1] in ("p", "yp")]
    return keys[0] if len(keys) == 1 and len(rows[keys[0]]) == 1 else None


def _order(one: Stated) -> tuple[int, str, str]:
    rank = 0 if one.column == "stage_group" else 2 if one.column.startswith("nodes_") else 1
    return (rank, one.entry.key, one.column)


def _place_by_the_only_primary(chart: Chart, stagings: Stagings) -> int:
    only = chart.only_primary()
    homeless = [one for one in stagings.stated if one.primary is None and not one.unplaced]
    if only is None:
        return 0
    for one in homeless:
        one.primary = only
    return len(homeless)


def _put(chart: Chart, candidates: list[tuple[Row, set[str]]], one: Stated, day: str) -> None:
    for row, taken in candidates:
        if one.column in taken and row.get(one.column) != one.value:
            continue
        taken.add(one.column)
        row[one.column] = one.value
        if one.edition:
            row.setdefault("edition", one.edition)
        if one.known and one.known > str(row.get("known_day", day)):
            row["known_day"] = one.known
        return
    assert one.primary is not None  # noqa: S101  # only placed statements come here
    row = chart.add(
        "stagings",
        one.entry,
        known=one.known or ("" if day else last_updated(one.entry.resource)),
        own_day=day,
        tumour_id=one.primary.tumour_id,
        day=day,
        prefix=one.prefix,
        edition=one.edition,
        **{one.column: one.value},
    )
    candidates.append((row, {one.column}))
