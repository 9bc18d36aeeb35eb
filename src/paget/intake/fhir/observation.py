"""Observation: which reader each kind goes to, by code, then by profile; the rest is left out at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from paget.intake.fhir.body_structure import Lesions
from paget.intake.fhir.chart import READ, Chart, Outcome, Row, ignored, last_updated, not_understood
from paget.intake.fhir.codes.genes import REGIONS_STUDIED, VARIANT
from paget.intake.fhir.codes.histology import histological_type
from paget.intake.fhir.codes.laboratory import OTHER_FLUIDS, QUALITATIVE, SERUM
from paget.intake.fhir.codes.residual import CLASSIFICATIONS, MARGINS, margin, residual, residual_in_words
from paget.intake.fhir.codes.staging_systems import SYSTEMS, staging_system, staging_system_in_words
from paget.intake.fhir.codes.systems import LOINC, NCIT, SNOMED
from paget.intake.fhir.codes.tnm import STATEMENTS
from paget.intake.fhir.disease_status import CODES as STATUS_CODES
from paget.intake.fhir.disease_status import read_disease_status
from paget.intake.fhir.elements import (
    Coding,
    Json,
    child,
    children,
    coding_of,
    codings,
    day,
    profiles,
    spoken,
    text,
    when,
    words,
)
from paget.intake.fhir.measured import read_comorbidities, read_in_words, read_marker, read_measured
from paget.intake.fhir.molecular import read_variant
from paget.intake.fhir.other_staging import read_other_system
from paget.intake.fhir.quantities import answer, value_of
from paget.intake.fhir.references import Entry
from paget.intake.fhir.residual_tumour import read_residual
from paget.intake.fhir.staging import Stagings, read_nodes, read_tnm
from paget.intake.fhir.tumour_size import LONGEST, SIZE, read_tumour_size

RETRACTED: Final = {
    "entered-in-error": "entered in error", "cancelled": "cancelled",
    "registered": "registered, without a result",
    "preliminary": "preliminary", "unknown": "status unknown",
}  # fmt: skip

_NODES: Final = {"92832-5": "nodes_positive", "21893-3": "nodes_positive", "92833-3": "nodes_examined",
                 "21894-1": "nodes_examined"}  # fmt: skip
_GRADES: Final = frozenset({(LOINC, "44648-4"), (LOINC, "33732-9"), (NCIT, "C18000")})
_TYPES: Final = frozenset({(LOINC, "31206-6"), (LOINC, "59847-4")})
_COMORBIDITIES: Final = (SNOMED, "398192003")
_METASTATIC_HISTORY: Final = (SNOMED, "1287652008")
_DEATH_CAUSE: Final = (LOINC, "69453-9")
_SUMMARY: Final = (LOINC, "77753-2")
_STAGE: Final = (LOINC, "67213-9")


@dataclass(slots=True)
class Reading:
    """What observations are read against: the lesions, the operations, and the stagings so far."""

    lesions: Lesions = field(default_factory=Lesions)
    operations: dict[str, Row] = field(default_factory=dict)
    stagings: Stagings = field(default_factory=Stagings)


Reader = Callable[[Entry, Chart, Reading, Coding, str, str], Outcome]


def _size(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    return read_tumour_size(entry, chart, reading.lesions, code.code, on, known)


def _tnm(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    system = staging_system(codings(child(entry.resource, "method")), set())
    if system is not None:
        return read_other_system(entry, chart, system, on, known, lambda one: chart.missing(one, entry))
    return read_tnm(entry, chart, reading.stagings, STATEMENTS[code.system, code.code], on, known)


def _other_stage(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    resource = entry.resource
    system = staging_system([code, *codings(child(resource, "method"))], profiles(resource))
    if system is None:
        said = [
            *spoken(child(resource, "method")),
            *spoken(child(resource, "valueCodeableConcept")),
            *spoken(child(resource, "code")),
        ]
        system = staging_system_in_words(said)
    if system is None:
        return not_understood("a stage of a system unknown to paget")
    return read_other_system(entry, chart, system, on, known, lambda one: chart.missing(one, entry))


def _status(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    return read_disease_status(entry, chart, on, known)


def _serum(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    return read_measured(entry, chart, SERUM[code.code], on, known)


def _fluid(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    return ignored(f"{OTHER_FLUIDS[code.code]} in a fluid that is not serum")


def _qualitative(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    return read_in_words(entry, chart, QUALITATIVE[code.code], on, known)


def _variant(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    return read_variant(entry, chart, on, known)


def _regions_studied(
    entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str
) -> Outcome:
    return ignored("genes that were looked at, without a result")


def _residual(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    concept = child(entry.resource, "valueCodeableConcept")
    if (code.system, code.code) in MARGINS:
        stated = margin(concept)
    else:
        stated = residual(concept) or residual_in_words(text(entry.resource, "valueString"))
    if not stated:
        return (
            ignored("no value")
            if not answer(concept)
            else not_understood("a residual class unknown to paget")
        )
    return read_residual(entry, chart, reading.operations, stated, on, known)


def _nodes(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    counts: dict[str, int] = {}
    for node in (entry.resource, *children(entry.resource, "component")):
        column = next((_NODES[one.code] for one in codings(child(node, "code")) if one.code in _NODES), "")
        value = value_of(node).low if column else None
        if value is not None and value == int(value):
            counts[column] = int(value)
    if not counts:
        return ignored("no value")
    return read_nodes(entry, chart, reading.stagings, counts, on, known)


def _grade(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    return read_in_words(entry, chart, "grade", on, known)


def _type(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    concept = child(entry.resource, "valueCodeableConcept")
    kind = histological_type(codings(concept), spoken(concept))
    said = kind.histology or words(concept)
    if not said:
        return ignored("no value")
    if kind.behaviour == "in situ":
        said = f"{said} in situ"
    chart.add("observations", entry, known=known, own_day=on, day=on, name="histology", text=said)
    return READ


def _comorbidities(
    entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str
) -> Outcome:
    return read_comorbidities(entry, chart, on, known)


def _metastatic_history(
    entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str
) -> Outcome:
    value = entry.resource.get("valueBoolean")
    if value is True or "valueCodeableConcept" in entry.resource:
        return read_in_words(entry, chart, "history of metastatic cancer", on, known)
    return ignored("no history of metastatic cancer, which does not say that there is no metastasis")


def _death_cause(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    said = value_of(entry.resource).said
    rows = chart.rows["patients"]
    if not said or not rows:
        return ignored("no value")
    rows[0].setdefault("death_cause", said)
    return READ


def _summary(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    return ignored("a summary of observations that are read one by one")


READERS: Final[dict[tuple[str, str], Reader]] = {
    **dict.fromkeys(((LOINC, code) for code in (SIZE, LONGEST)), _size),
    **dict.fromkeys(STATEMENTS, _tnm),
    **dict.fromkeys((*SYSTEMS, _STAGE), _other_stage),
    **dict.fromkeys(((LOINC, code) for code in STATUS_CODES), _status),
    **dict.fromkeys(((LOINC, code) for code in SERUM), _serum),
    **dict.fromkeys(((LOINC, code) for code in OTHER_FLUIDS), _fluid),
    **dict.fromkeys(((LOINC, code) for code in QUALITATIVE), _qualitative),
    (LOINC, VARIANT): _variant,
    (LOINC, REGIONS_STUDIED): _regions_studied,
    **dict.fromkeys(CLASSIFICATIONS | MARGINS, _residual),
    **dict.fromkeys(((LOINC, code) for code in _NODES), _nodes),
    **dict.fromkeys(_GRADES, _grade),
    **dict.fromkeys(_TYPES, _type),
    _COMORBIDITIES: _comorbidities,
    _METASTATIC_HISTORY: _metastatic_history,
    _DEATH_CAUSE: _death_cause,
    _SUMMARY: _summary,
}

_CODES: Final = frozenset(code for _, code in READERS)


def _marker(entry: Entry, chart: Chart, reading: Reading, code: Coding, on: str, known: str) -> Outcome:
    return read_marker(entry, chart, on, known)


_BY_PROFILE: Final[dict[str, Reader]] = {
    "mcode-tumor-size": _size,
    "mcode-cancer-stage": _other_stage,
    "mcode-cancer-stage-group": _other_stage,
    "mcode-ALL-risk-assessment": _other_stage,
    "mcode-deauville-scale": _other_stage,
    "mcode-lymphoma-stage": _other_stage,
    "mcode-rhabdomyosarcoma-risk-assessment": _other_stage,
    "mcode-tumor-marker-test": _marker,
    "mcode-tumor-marker": _marker,
    "mcode-cancer-disease-status": _status,
    "mcode-genomic-variant": _variant,
    "mcode-cancer-genetic-variant": _variant,
    "mcode-histologic-grade": _grade,
    "mcode-histologic-behavior-and-type": _type,
}

_NO_CODE: Final = Coding("", "", "")
UNUSED: Final = ignored("not among those that the record holds")


def _reader(resource: Json) -> tuple[Reader | None, Coding]:
    for item in children(resource.get("code"), "coding"):
        # Nearly all observations end here, so this looks first whether the bare code is one of ours.
        bare = item.get("code")
        if isinstance(bare, str) and bare in _CODES:
            code = coding_of(item)
            found = READERS.get((code.system, code.code)) if code is not None else None
            if code is not None and found is not None:
                return found, code
    return _by_profile(resource)


def _by_profile(resource: Json) -> tuple[Reader | None, Coding]:
    if "meta" not in resource:
        return None, _NO_CODE
    for name in sorted(profiles(resource)):
        found = _BY_PROFILE.get(name)
        if found is not None:
            return found, next(iter(codings(child(resource, "code"))), _NO_CODE)
    return None, _NO_CODE


def is_read(resource: Json) -> bool:
    """Whether an Observation is of a kind that the record holds."""
    return _reader(resource)[0] is not None


def read_observation(entry: Entry, chart: Chart, reading: Reading) -> Outcome:
    """Read an Observation by its code, else by its profile; what the record has no place for is left out."""
    resource = entry.resource
    reader, code = _reader(resource)
    if reader is None:
        return UNUSED
    status = resource.get("status")
    if isinstance(status, str) and status in RETRACTED:
        return ignored(RETRACTED[status])
    on = when(resource, "effective").start
    known = day(resource.get("issued")) or chart.issued.get(entry.name, "")
    if not on and not known:
        known = last_updated(resource)
    return reader(entry, chart, reading, code, on, known)
