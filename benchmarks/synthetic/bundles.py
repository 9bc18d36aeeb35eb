"""Synthetic mCODE bundles, a patient each: a primary with metastases, stages, markers, treatments, visits."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np

Json = dict[str, Any]

SCT, LOINC = "http://snomed.info/sct", "http://loinc.org"
MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-"


def write_bundles(path: Path, patients: int, seed: int = 1) -> int:
    """Write bundles as NDJSON, a bundle a line.

    Returns:
        The bytes written.
    """
    chance = np.random.default_rng(seed)
    with path.open("w", encoding="utf-8") as out:
        for number in range(patients):
            out.write(json.dumps(bundle(number, chance)) + "\n")
    return path.stat().st_size


def bundle(number: int, chance: np.random.Generator) -> Json:
    """A collection bundle of about fifty resources."""
    start = dt.date(2015, 1, 1) + dt.timedelta(days=int(chance.integers(0, 3000)))
    person = f"synthetic-{number}"
    resources = [_patient(person, start, chance), _primary(person, start)]
    resources += [_secondary(person, start, place, chance) for place in range(int(chance.integers(0, 4)))]
    resources += [
        _tnm(person, start, kind) for kind in ("primary-tumor", "regional-nodes", "distant-metastases")
    ]
    resources += [_laboratory(person, start, place, chance) for place in range(12)]
    resources += [_surgery(person, start), _status(person, start)]
    resources += [_drug(person, start, place) for place in range(8)]
    resources += [_vital_sign(person, start, place, chance) for place in range(16)]
    resources += [_encounter(person, start, place) for place in range(8)]
    entries = [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in resources]
    return {"resourceType": "Bundle", "id": f"bundle-{number}", "type": "collection", "entry": entries}


def _resource(kind: str, name: str, profile: str = "", **elements: Any) -> Json:
    meta = {"meta": {"profile": [MCODE + profile]}} if profile else {}
    return {"resourceType": kind, "id": name, **meta, **elements}


def _concept(system: str, code: str, display: str) -> Json:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def _day(start: dt.date, after: int) -> str:
    return (start + dt.timedelta(days=after)).isoformat()


def _of(person: str) -> Json:
    return {"reference": f"urn:uuid:{person}"}


def _patient(person: str, start: dt.date, chance: np.random.Generator) -> Json:
    born = start.replace(day=1) - dt.timedelta(days=int(chance.integers(15000, 30000)))
    return _resource(
        "Patient",
        person,
        "cancer-patient",
        gender="female",
        birthDate=born.isoformat(),
        address=[{"line": ["1 Example Street"], "city": "Exampleton", "postalCode": "00000"}],
    )


def _primary(person: str, start: dt.date) -> Json:
    return _resource(
        "Condition",
        f"{person}-primary",
        "primary-cancer-condition",
        clinicalStatus=_concept(
            "http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active"
        ),
        verificationStatus=_concept(
            "http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed", "Confirmed"
        ),
        code=_concept(SCT, "363406005", "Malignant neoplasm of colon (disorder)"),
        subject=_of(person),
        onsetDateTime=start.isoformat(),
    )


def _secondary(person: str, start: dt.date, place: int, chance: np.random.Generator) -> Json:
    codes = (
        ("94381002", "Secondary malignant neoplasm of liver"),
        ("94391008", "Secondary malignant neoplasm of lung"),
        ("94222008", "Secondary malignant neoplasm of bone"),
    )
    return _resource(
        "Condition",
        f"{person}-secondary-{place}",
        "secondary-cancer-condition",
        code=_concept(SCT, *codes[place % 3]),
        subject=_of(person),
        onsetDateTime=_day(start, int(chance.integers(0, 900))),
        extension=[
            {
                "url": MCODE + "related-condition",
                "valueReference": {"reference": f"urn:uuid:{person}-primary"},
            }
        ],
    )


def _tnm(person: str, start: dt.date, kind: str) -> Json:
    codes = {
        "primary-tumor": ("21905-5", "cT3"),
        "regional-nodes": ("21906-3", "cN1"),
        "distant-metastases": ("21907-1", "cM0"),
    }
    code, value = codes[kind]
    return _resource(
        "Observation",
        f"{person}-{kind}",
        f"tnm-{kind}-category",
        status="final",
        code=_concept(LOINC, code, f"{kind} clinical [Class] Cancer"),
        subject=_of(person),
        focus=[{"reference": f"urn:uuid:{person}-primary"}],
        effectiveDateTime=_day(start, 6),
        valueCodeableConcept=_concept("http://cancerstaging.org", value, value),
    )


def _laboratory(person: str, start: dt.date, place: int, chance: np.random.Generator) -> Json:
    return _resource(
        "Observation",
        f"{person}-cea-{place}",
        "tumor-marker-test",
        status="final",
        category=[
            _concept("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory", "Laboratory")
        ],
        code=_concept(LOINC, "2039-6", "Carcinoembryonic Ag [Mass/volume] in Serum or Plasma"),
        subject=_of(person),
        effectiveDateTime=_day(start, 90 * place) + "T09:30:00Z",
        valueQuantity={
            "value": round(float(chance.lognormal(2, 1)), 1),
            "unit": "ng/mL",
            "system": "http://unitsofmeasure.org",
            "code": "ng/mL",
        },
    )


def _surgery(person: str, start: dt.date) -> Json:
    return _resource(
        "Procedure",
        f"{person}-surgery",
        "cancer-related-surgical-procedure",
        status="completed",
        code=_concept(SCT, "359571009", "Right hemicolectomy"),
        subject=_of(person),
        performedDateTime=_day(start, 30),
        reasonReference=[{"reference": f"urn:uuid:{person}-primary"}],
    )


def _status(person: str, start: dt.date) -> Json:
    return _resource(
        "Observation",
        f"{person}-status",
        "cancer-disease-status",
        status="final",
        code=_concept(LOINC, "97509-4", "Cancer disease progression"),
        subject=_of(person),
        focus=[{"reference": f"urn:uuid:{person}-primary"}],
        effectiveDateTime=_day(start, 200),
        valueCodeableConcept=_concept(SCT, "359746009", "Patient's condition stable"),
    )


def _drug(person: str, start: dt.date, place: int) -> Json:
    return _resource(
        "MedicationAdministration",
        f"{person}-drug-{place}",
        "cancer-related-medication-administration",
        status="completed",
        medicationCodeableConcept=_concept(
            "http://www.nlm.nih.gov/research/umls/rxnorm", "32592", "oxaliplatin"
        ),
        subject=_of(person),
        effectiveDateTime=_day(start, 60 + 14 * place),
        reasonReference=[{"reference": f"urn:uuid:{person}-primary"}],
    )


def _vital_sign(person: str, start: dt.date, place: int, chance: np.random.Generator) -> Json:
    return _resource(
        "Observation",
        f"{person}-pressure-{place}",
        status="final",
        category=[
            _concept(
                "http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs", "Vital signs"
            )
        ],
        code=_concept(LOINC, "85354-9", "Blood pressure panel"),
        subject=_of(person),
        effectiveDateTime=_day(start, 30 * place),
        component=[
            {
                "code": _concept(LOINC, code, name),
                "valueQuantity": {"value": int(chance.integers(low, low + 40)), "unit": "mm[Hg]"},
            }
            for code, name, low in (("8480-6", "Systolic", 110), ("8462-4", "Diastolic", 60))
        ],
    )


def _encounter(person: str, start: dt.date, place: int) -> Json:
    return _resource(
        "Encounter",
        f"{person}-visit-{place}",
        status="finished",
        subject=_of(person),
        type=[_concept(SCT, "185349003", "Encounter for check up (procedure)")],
        period={"start": _day(start, 45 * place), "end": _day(start, 45 * place)},
    )
