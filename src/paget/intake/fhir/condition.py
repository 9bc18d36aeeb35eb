"""Condition: a primary tumour, or an organ that a secondary cancer involves; others are left out."""

from __future__ import annotations

from typing import Final, NamedTuple

from paget.intake.fhir.chart import READ, Chart, Outcome, Primary, Secondary, ignored, not_understood
from paget.intake.fhir.codes.body import LATERALITIES, Place, place, primary_site
from paget.intake.fhir.codes.cancers import Diagnosis, diagnose, organs_of
from paget.intake.fhir.codes.histology import Type, compatible, histological_type
from paget.intake.fhir.elements import (
    Json,
    child,
    children,
    codings,
    extensions,
    profiles,
    spoken,
    text,
)
from paget.intake.fhir.onset import onset_of
from paget.intake.fhir.references import Entry

_NOT_FACTS: Final = {"refuted": "refuted", "entered-in-error": "entered in error"}
_RETURNED: Final = frozenset({"recurrence", "relapse"})
_NOT_SURE: Final = frozenset({"provisional", "differential", "unconfirmed"})
_RELATED: Final = ("condition-related", "mcode-related-primary-cancer-condition", "condition-dueTo")
_MALIGNANT: Final = ("primary", "malignant")


class Cancer(NamedTuple):
    """A Condition that is a cancer: what its codes say, where, of what type, and whether it is secondary."""

    said: Diagnosis
    where: Place
    kind: Type
    secondary: bool
    claimed: str
    """Which profile it claims: primary, secondary or none ("")."""


def read_conditions(entries: list[Entry], chart: Chart) -> list[Outcome]:
    """Read Conditions: a ``tumours`` row, a ``sites`` row, or nothing with the reason why, each in its place.

    Primaries are read first, so that a secondary finds its own.
    """
    outcomes: list[Outcome] = []
    later: list[tuple[int, Entry, Cancer, bool]] = []
    for entry in entries:
        found = _read(entry, chart)
        if isinstance(found, Cancer):
            later.append((len(outcomes), entry, found, bool(_verified(entry.resource) & _NOT_SURE)))
            found = READ
        outcomes.append(found)
    for place_in_list, entry, cancer, unsure in later:
        outcomes[place_in_list] = _secondary(entry, chart, cancer, unsure=unsure)
    return outcomes


def _verified(resource: Json) -> set[str]:
    stated = text(resource, "verificationStatus")  # a bare code in FHIR 3
    return {stated} if stated else {one.code for one in codings(child(resource, "verificationStatus"))}


def _read(entry: Entry, chart: Chart) -> Outcome | Cancer:
    """What became of a Condition; of a secondary cancer, what it says, to be read when the primaries are."""
    resource = entry.resource
    verified = _verified(resource)
    for code, reason in _NOT_FACTS.items():
        if code in verified:
            return ignored(reason)
    found = _cancer(resource)
    if isinstance(found, Outcome):
        if found.reason.startswith("behaviour"):
            chart.say("note", "a neoplasm whose behaviour is not stated: not read as a cancer", entry)
        return found
    if found.secondary:
        return found
    if verified & _NOT_SURE:
        chart.say("note", "a primary cancer that is not confirmed: not read as a tumour", entry)
        return ignored("not confirmed")
    return _primary(entry, chart, found)


def _cancer(resource: Json) -> Cancer | Outcome:
    claims = profiles(resource)
    claimed = ""
    if "mcode-primary-cancer-condition" in claims:
        claimed = "primary"
    elif "mcode-secondary-cancer-condition" in claims:
        claimed = "secondary"
    concept = child(resource, "code")
    said = diagnose(codings(concept), spoken(concept))
    kind = _histology(resource)
    if not said.behaviour and not claimed:
        return ignored("not a cancer")
    if said.behaviour in ("suspected", "history", "benign"):
        return ignored(
            {"suspected": "suspected only", "history": "history only", "benign": "benign"}[said.behaviour]
        )
    if not claimed and said.behaviour == "in situ":
        return ignored("in situ")
    if not claimed and said.behaviour == "unstated" and kind.behaviour != "malignant":
        return ignored("behaviour not stated")
    where = _body_site(resource)
    secondary = said.behaviour == "secondary" or kind.behaviour == "secondary" or claimed == "secondary"
    return Cancer(said, where, kind, secondary, claimed)


def _histology(resource: Json) -> Type:
    for extension in extensions(resource, "mcode-histology-morphology-behavior"):
        concept = child(extension, "valueCodeableConcept")
        return histological_type(codings(concept), spoken(concept))
    return Type()


def _body_site(resource: Json) -> Place:
    for site in children(resource, "bodySite"):
        where = place(codings(site), spoken(site))
        if side := laterality_beside(site):
            where = where._replace(laterality=side)
        if where.organ or where.laterality:
            return where
    return Place()


def laterality_beside(node: Json) -> str:
    """The side that an extension of a body site tells; "" when none does."""
    for extension in extensions(node, "mcode-laterality-qualifier"):
        concept = child(extension, "valueCodeableConcept")
        for one in codings(concept):
            if one.code in LATERALITIES:
                return LATERALITIES[one.code]
        return place((), spoken(concept)).laterality
    return ""


def _primary(entry: Entry, chart: Chart, cancer: Cancer) -> Outcome:
    said, where, kind = cancer.said, cancer.where, cancer.kind
    organ = said.organ or where.organ
    site = primary_site(organ)
    _name_disagreements(entry, chart, cancer)
    if said.behaviour == "unstated":
        chart.say(
            "note",
            "the diagnosis code does not say malignant; read as a cancer because "
            + ("it is filed as a primary cancer" if cancer.claimed else "its morphology is malignant"),
            entry,
            table="tumours",
        )
    onset = onset_of(entry.resource, chart)
    histology = _chosen_histology(entry, chart, cancer)
    row = chart.add(
        "tumours",
        entry,
        known=onset.recorded,
        own_day=onset.day,
        tumour_id=entry.key,
        site=site,
        histology=histology,
        diagnosed_day=onset.day,
        laterality=where.laterality or said.laterality,
    )
    if onset.element == "recordedDate":
        chart.say(
            "note",
            "no onset: the day it was recorded stands for the diagnosis",
            entry,
            table="tumours",
            column="diagnosed_day",
        )
    if said.how == "words":
        chart.say(
            "note", "a diagnosis code unknown to paget: read by the words beside it", entry, table="tumours"
        )
    if _RETURNED & {one.code for one in codings(child(entry.resource, "clinicalStatus"))}:
        chart.say(
            "note",
            "marked as a recurrence: whether of an earlier tumour, and when, is not told; read as a primary",
            entry,
            table="tumours",
        )
    if not site:
        chart.say("note", "the organ of the primary is not told", entry, table="tumours", column="site")
    if kind.histology and histology and kind.histology != histology:
        chart.add(
            "observations",
            entry,
            known=onset.recorded,
            own_day=onset.day,
            day=onset.day,
            name="histology",
            text=kind.histology,
        )
    chart.primaries[entry.name] = Primary(entry.key, site, histology, entry, row)
    return READ


def _name_disagreements(entry: Entry, chart: Chart, cancer: Cancer) -> None:
    organs = organs_of(codings(child(entry.resource, "code")))
    where = cancer.where.organ
    if where and organs and where not in organs:
        organs.append(where)
    if len(organs) > 1:
        chart.say(
            "contradiction",
            f"one diagnosis names {' and '.join(organs)}; the first is taken as its organ",
            entry,
            table="tumours",
            column="site",
        )


def _chosen_histology(entry: Entry, chart: Chart, cancer: Cancer) -> str:
    """The code's own type; the morphology beside it where the code has none, or only says carcinoma."""
    coded, beside = cancer.said.histology, cancer.kind
    if beside.behaviour == "in situ" and cancer.said.behaviour in _MALIGNANT:
        chart.say(
            "contradiction",
            "a malignant diagnosis with a morphology in situ; the morphology is not taken",
            entry,
            table="tumours",
            column="histology",
        )
        return coded
    if coded and beside.histology and not compatible(coded, beside.histology):
        chart.say(
            "contradiction",
            f"the diagnosis says {coded}, its morphology {beside.histology}; the diagnosis is taken",
            entry,
            table="tumours",
            column="histology",
        )
    if not coded or (coded == "carcinoma" and beside.histology):
        return beside.histology
    return coded


def _secondary(entry: Entry, chart: Chart, cancer: Cancer, *, unsure: bool) -> Outcome:
    said, where = cancer.said, cancer.where
    if cancer.claimed == "secondary" and said.behaviour in ("in situ", "unstated"):
        return not_understood(f"a secondary cancer that is {said.behaviour}")
    origin = None
    for extension in extensions(entry.resource, *_RELATED):
        origin = origin or chart.primary(child(extension, "valueReference"), entry, "related condition")
    _name_misfiled(entry, chart, cancer, "" if origin is not None else " of unknown origin")
    onset = onset_of(entry.resource, chart)
    organ = said.organ or where.organ
    row = chart.add(
        "sites",
        entry,
        known=onset.recorded,
        own_day=onset.day,
        site_id=entry.key,
        tumour_id=origin.tumour_id if origin else "",
        organ=organ,
        laterality=where.laterality or said.laterality,
        day=onset.day,
    )
    if unsure:
        chart.add(
            "judgements",
            entry,
            known=onset.recorded,
            own_day=onset.day,
            site_id=entry.key,
            day=onset.day,
            certainty="indeterminate",
        )
    if said.how == "words":
        chart.say(
            "note", "a diagnosis code unknown to paget: read by the words beside it", entry, table="sites"
        )
    if organ == "lymph node":
        chart.say("note", "nodes with tumour: whether regional or distant is not told", entry, table="sites")
    if origin is None and cancer.claimed != "primary":
        chart.say(
            "note", "a secondary cancer whose primary is not told", entry, table="sites", column="tumour_id"
        )
    chart.secondaries[entry.name] = Secondary(
        entry.key, origin.tumour_id if origin else "", organ, str(row.get("laterality", "")), entry, row
    )
    return READ


def _name_misfiled(entry: Entry, chart: Chart, cancer: Cancer, origin: str) -> None:
    """Name a secondary cancer under the primary profile, and a primary under the secondary one."""
    of = f" of {cancer.said.organ}" if cancer.said.organ else ""
    if cancer.claimed == "primary":
        chart.say(
            "contradiction",
            f"secondary malignant neoplasm{of} filed as a primary; recorded as a site{origin}",
            entry,
            "file it under the secondary cancer profile, with its primary",
            table="sites",
        )
    elif cancer.claimed == "secondary" and cancer.said.behaviour == "primary":
        chart.say(
            "contradiction",
            f"primary malignant neoplasm{of} filed as a secondary; recorded as a site{origin}",
            entry,
            table="sites",
        )


def name_lookalikes(chart: Chart) -> None:
    """Name primaries of one organ, side and type that may be one tumour recorded twice; both are kept."""
    seen: list[Primary] = []
    for one in chart.primaries.values():
        for other in seen:
            sides = {one.row.get("laterality"), other.row.get("laterality")} - {None}
            alike = not one.histology or not other.histology or compatible(one.histology, other.histology)
            if one.site and one.site == other.site and len(sides) < 2 and alike:
                chart.say(
                    "note",
                    f"two primaries of {one.site} that may be one tumour recorded twice; both are kept",
                    one.entry,
                    f"compare with {other.entry.name}",
                    table="tumours",
                )
        seen.append(one)
