"""BodyStructure: one lesion, tracked by its identifier; and the volume of a course of radiotherapy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from paget.intake.fhir.chart import READ, Chart, Outcome, Primary, Row, Secondary, ignored
from paget.intake.fhir.codes.body import LATERALITIES, Place, place
from paget.intake.fhir.elements import Json, child, children, codings, extensions, profiles, spoken, text
from paget.intake.fhir.references import Entry

_TUMOUR: Final = "mcode-tumor"
_VOLUME: Final = "mcode-radiotherapy-volume"


@dataclass(slots=True)
class Lesions:
    """The lesions of a chart: by the BodyStructure and by the identifier that name them.

    Attributes:
        rows: the ``lesions`` row of each, by lesion_id.
        by_structure: lesion_id by the name of a BodyStructure.
        by_identifier: lesion_id by (system, value).
        measured: days on which each was measured, for the day on which it was found.
    """

    rows: dict[str, dict[str, object]] = field(default_factory=dict)
    by_structure: dict[str, str] = field(default_factory=dict)
    by_identifier: dict[tuple[str, str], str] = field(default_factory=dict)
    measured: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def of_specimen(self, specimen: Json) -> list[str]:
        """The lesions whose identifier a Specimen shares."""
        shared = (self.by_identifier.get(one) for one in identifiers(specimen))
        return list(dict.fromkeys(one for one in shared if one))


def identifiers(resource: Json) -> list[tuple[str, str]]:
    """The identifiers of a resource as (system, value)."""
    return [
        (text(one, "system"), value)
        for one in children(resource, "identifier")
        if (value := text(one, "value").strip())
    ]


def where_of(resource: Json) -> Place:
    """The place that a BodyStructure names, with the side that its qualifiers tell."""
    location = child(resource, "location")
    said = [*spoken(location), *([text(resource, "description")] if text(resource, "description") else [])]
    where = place(codings(location), said)
    for qualifier in children(resource, "locationQualifier"):
        for one in codings(qualifier):
            if one.code in LATERALITIES:
                where = where._replace(laterality=LATERALITIES[one.code])
    return where


def read_body_structures(
    entries: Iterable[Entry], chart: Chart, lesions: Lesions, measured: set[str]
) -> list[Outcome]:
    """Read BodyStructures: a ``lesions`` row for each tumour identifier.

    Args:
        entries: the BodyStructures.
        chart: where rows go.
        lesions: filled here.
        measured: the names of the BodyStructures that a tumour size speaks of.
    """
    return [_read(entry, chart, lesions, measured) for entry in entries]


def _read(entry: Entry, chart: Chart, lesions: Lesions, measured: set[str]) -> Outcome:
    resource = entry.resource
    if resource.get("active") is False:
        return ignored("no longer active")
    claims = profiles(resource)
    related = [child(one, "valueReference") for one in extensions(resource, "mcode-related-condition")]
    if _VOLUME in claims:
        return READ  # looked up by the course of radiotherapy that names it
    if _TUMOUR not in claims and not related and entry.name not in measured:
        return ignored("not a tumour")
    known = next(
        (lesions.by_identifier[one] for one in identifiers(resource) if one in lesions.by_identifier), None
    )
    lesion_id = known or entry.key
    lesions.by_structure[entry.name] = lesion_id
    for identifier in identifiers(resource):
        lesions.by_identifier.setdefault(identifier, lesion_id)
    if known is not None:
        return READ  # the same tumour once more
    primary: Primary | None = None
    secondary: Secondary | None = None
    for reference in related:
        primary = primary or chart.primary(reference, entry, "related condition")
        secondary = secondary or chart.secondary(reference, entry, "related condition")
    where = where_of(resource)
    relation = ""
    if secondary is not None:
        relation = "" if secondary.organ == "lymph node" else "distant"
        where = where._replace(organ=where.organ or secondary.organ)
        secondary.lesions.append(lesion_id)
    elif primary is not None:
        relation = "primary"
    of = secondary or primary
    tumour_id = of.tumour_id if of is not None else ""
    lesions.rows[lesion_id] = chart.add(
        "lesions",
        entry,
        lesion_id=lesion_id,
        tumour_id=tumour_id,
        relation=relation,
        organ=where.organ,
        location=where.location,
        laterality=where.laterality,
    )
    if not related:
        chart.say("note", "a tumour that names no condition: its origin is unknown", entry, table="lesions")
    return READ


def date_lesions(chart: Chart, lesions: Lesions) -> None:
    """Give each lesion the day on which it was found, and take away the sites that lesions stand for.

    A single lesion of a condition was found when the condition began. Of several, each was found when
    it was first measured. A lesion keeps the day on which the condition became known.
    """
    for primary in chart.primaries.values():
        own = [
            lesion_id
            for lesion_id, row in lesions.rows.items()
            if row.get("relation") == "primary" and row.get("tumour_id") == primary.tumour_id
        ]
        for lesion_id in own:
            _date(lesions, lesion_id, primary.row, "diagnosed_day", alone=len(own) == 1)
    for secondary in chart.secondaries.values():
        for lesion_id in secondary.lesions:
            _date(lesions, lesion_id, secondary.row, "day", alone=len(secondary.lesions) == 1)
        if secondary.lesions:
            _lesions_for_site(chart, secondary)
    for lesion_id, row in lesions.rows.items():
        if "found_day" not in row and (first := _first(lesions, lesion_id)) is not None:
            row["found_day"] = first[0]
            if first[1]:
                row["known_day"] = first[1]


def _lesions_for_site(chart: Chart, secondary: Secondary) -> None:
    """Let the lesions of a condition stand where its site stood, in what was judged and treated as well."""
    for table in ("judgements", "targets"):
        kept: list[Row] = []
        for row in chart.rows[table]:
            if row.get("site_id") == secondary.site_id:
                without = {name: value for name, value in row.items() if name not in ("site_id", "row_id")}
                kept.extend(
                    {**without, "row_id": f"{row['row_id']} {one}", "lesion_id": one}
                    for one in secondary.lesions
                )
            else:
                kept.append(row)
        chart.rows[table] = kept
    chart.rows["targets"] = _once(chart.rows["targets"])
    chart.rows["sites"] = [row for row in chart.rows["sites"] if row is not secondary.row]


def _once(targets: list[Row]) -> list[Row]:
    """Each lesion once for each treatment; that it was removed outlasts that it was addressed."""
    chosen: dict[tuple[object, ...], Row] = {}
    for row in targets:
        key = (row["treatment_id"], row.get("lesion_id"), row.get("site_id"))
        if key not in chosen or "removed" in row:
            chosen[key] = row
    return list(chosen.values())


def _first(lesions: Lesions, lesion_id: str) -> tuple[str, str] | None:
    days = [one for one in lesions.measured.get(lesion_id, []) if one[0]]
    return min(days) if days else None


def _date(
    lesions: Lesions, lesion_id: str, condition: dict[str, object], column: str, *, alone: bool
) -> None:
    row, began = lesions.rows[lesion_id], condition.get(column)
    first = _first(lesions, lesion_id)
    if alone and began and (first is None or str(began) <= first[0]):
        row["found_day"] = began
        if "known_day" in condition:
            row["known_day"] = condition["known_day"]
    elif first is not None:
        row["found_day"] = first[0]
        if first[1]:
            row["known_day"] = first[1]
    elif began:
        row["found_day"] = began
        if "known_day" in condition:
            row["known_day"] = condition["known_day"]
