"""The values of which random clinical cases are made: each decides some fact, on both sides of its limits."""

from __future__ import annotations

from typing import Any, Final

Row = dict[str, Any]

VALUES: Final[dict[str, dict[str, tuple[Any, ...]]]] = {
    "patients": {
        "sex": ("female", "male"),
    },
    "tumours": {
        "site": ("colon", "colon", "rectum", "lung", "kidney", "soft tissue"),
        "histology": ("adenocarcinoma", "adenocarcinoma", "sarcoma", "urothelial carcinoma"),
        "grade": ("G2", "Fuhrman 3", "high grade"),
    },
    "stagings": {
        "prefix": ("c", "p", "yp", "r"),
        "t": ("T3", "T4a", "TX"),
        "n": ("N0", "N1", "N1c", "N2b", "NX"),
        "m": ("M0", "M0", "M1a", "MX"),
        "stage_group": ("III", "IVA", "unstaged"),
        "nodes_positive": (0, 1, 4),
    },
    "sites": {
        "organ": ("liver", "lung", "peritoneum", "lymph node", "lymph node"),
        "relation": ("regional", "distant", "distant"),
    },
    "lesions": {
        "relation": ("distant", "distant", "primary", "local", "local", "regional"),
        "organ": ("liver", "liver", "lung", "brain", "peritoneum", "pleura", "lymph node", "rectum"),
        "location": ("S2", "right lobe", "left upper lobe", "lingula", "RML", "hilum"),
        "laterality": ("left", "right", "both", "midline"),
    },
    "judgements": {
        "role": ("radiologist", "pathologist", "surgeon", "board"),
        "certainty": ("proven", "probable", "indeterminate", "benign"),
        "visible": (True, False),
        "treatable_by": ("surgery", "ablation", "stereotactic radiotherapy", "systemic", "none"),
        "r0_expected": (True, False),
        "vessel": ("carotid artery", "internal carotid", "portal vein"),
        "contact_degrees": (90.0, 270.0),
        "invades": (("bladder",), ("vagina", "rectum")),
    },
    "measurements": {"longest_mm": (8.0, 50.0, 51.0), "volume_ml": (0.3, 70.0)},
    "treatments": {
        "modality": ("surgery", "surgery", "chemoradiotherapy", "radiotherapy", "ablation", "systemic",
                     "embolisation"),
        "stage": (1, 2, 3),
        "procedure": ("portal vein embolisation", "gastric bypass", "hemicolectomy"),
        "intent": ("curative", "palliative", "diagnostic"),
        "definitive": (True, True, False),
        "residual": ("R0", "R0", "R1", "R2", "RX", "R0 or R1", "R1 or R2"),
        "field": (("pelvis",), ("liver", "chest")),
        "technique": ("SBRT", "conventional"),
        "dose_gy": (50.4, 30.0),
        "fractions": (28, 5),
        "cycles": (4, 8),
    },
    "targets": {"removed": (True, True, False)},
    "statuses": {
        "status": ("complete", "no evidence", "stable", "partial response", "progression", "recurrence"),
        "site": ("whole disease", "primary", "local", "regional", "distant"),
        "basis": ("clinical", "pathological"),
    },
    "events": {
        "kind": ("finding during operation", "finding during operation", "complication"),
        "text": ("peritoneal metastases", "as expected", "an adhesion more"),
    },
    "observations": {
        "name": ("cea", "cea", "ecog", "haemoglobin"),
        "low": (1.0, 2.0),
        "high": (2.0, 4.0),
        "text": ("yes", "no", "mutated", "wild type", "polymetastatic"),
        "unit": ("ng/mL", "ug/L", "ug/mL", "g/dL"),
    },
    "studies": {
        "kind": ("ct", "ct", "pet-ct", "mr", "endoscopy", "ultrasound", "laparoscopy", "molecular"),
        "covers": (("chest", "abdomen", "pelvis"), ("chest", "abdomen", "pelvis"), ("liver",),
                   ("whole body",), ("colon",), ("brain",), ("neck",)),
    },
}  # fmt: skip
"""The values that are drawn, by table and column; each decides some fact."""

AGES: Final[dict[str, tuple[int, ...]]] = {
    "birth_day": (15_000, 22_000, 25_567),
    "diagnosed_day": (58, 200, 400, 400, 800, 800, 800, -20),
    "found_day": (-20, -1, 0, 1, 30, 58, 183, 200, 365, 366, 800, 810),
    "start_day": (-20, -1, 0, 1, 2, 31, 58, 198, 390, 390, 790, 790),
    "day": (-20, -1, 0, 0, 1, 1, 29, 30, 31, 42, 43, 56, 57, 100, 390),
}
"""Days before the decision day that are drawn; negative: after it."""


def number(name: str, value: float, unit: str | None = None) -> Row:
    """An observation in numbers."""
    return {"name": name, "low": value, "high": value, "unit": unit}


def words(name: str, text: str) -> Row:
    """An observation in words."""
    return {"name": name, "text": text, "low": None, "high": None, "unit": None}


TOGETHER: Final[tuple[tuple[Row, ...], ...]] = (
    (number("fev1 percent", 62.0, "%"), number("dlco", 55.0, "%"), number("perfusion to resect", 30.0, "%"),
     number("segments to resect", 3.0, "segment"), number("segments obstructed", 1.0, "segment"),
     number("shuttle walk", 390.0, "m"), number("stair climb", 21.0, "m"),
     number("vo2max", 14.0, "mL/kg/min")),
    (number("future liver remnant", 420.0, "mL"),
     number("future liver remnant before embolisation", 300.0, "mL"), number("weight", 80.0, "kg"),
     number("height", 180.0, "cm"), words("ascites", "mild")),
    (number("bilirubin", 17.1, "umol/L"), number("bilirubin", 2.0, "mg/dL"), number("albumin", 34.0, "g/L"),
     number("albumin", 3.4, "g/dL"), number("creatinine", 1.1, "mg/dL"), number("inr", 1.2),
     number("sodium", 133.0, "mmol/L"), words("dialysis", "no"), words("encephalopathy", "none")),
    (number("karnofsky", 80.0), number("ecog", 1.0), number("asa", 3.0), number("g8", 14.0),
     words("diabetes", "yes"), words("dementia", "no"), words("smoking", "stopped"),
     words("COPD", "unclear")),
    (number("haemoglobin", 12.0, "g/dL") | {"reference_low": 13.0},
     number("corrected calcium", 10.6, "mg/dL") | {"reference_high": 10.2},
     number("neutrophils", 9.0, "10*9/L") | {"reference_high": 7.0},
     number("platelets", 450.0, "10*9/L") | {"reference_high": 400.0},
     number("ldh", 400.0, "U/L") | {"reference_high": 250.0}),
    (words("kras", "G12D"), words("kras", "wild type"), words("nras", "wild type"), words("ras", "wild type"),
     words("braf", "mutated"), words("braf", "V600E"), words("msi", "MSS"), words("p53", "mutated")),
    (words("earlier irradiation", "no"), words("earlier operation", "no"), words("field overlap", "yes"),
     words("examination not done", "chest CT"), words("bowel obstruction", "yes"),
     words("concurrent chemotherapy", "yes"), words("concurrent chemotherapy", "no")),
    (words("lesion origin", "other histology"), words("lesion origin", "same clone"),
     words("metastatic state", "polymetastatic"), words("metastatic state", "never polymetastatic"),
     words("systemic treatment at detection", "none"), words("systemic treatment at detection", "given")),
    (number("weight loss", 12.0, "%"), number("excess weight loss", 40.0, "%"),
     number("weight regain", 30.0, "%"), words("refractory reflux", "yes"),
     words("adherence to treatment", "no")),
    (number("removable share", 80.0, "%"), number("peritoneal cancer index", 12.0),
     words("planned approach", "transoral"), words("pneumonectomy planned", "no")),
)  # fmt: skip
"""Observations that one finding reads together; some of one line are drawn into one case."""

_CLEARED: Final[Row] = {"modality": "surgery", "definitive": True, "residual": "R0", "intent": "curative"}
_STAGED: Final[Row] = {"kind": "pet-ct", "covers": ("whole body",), "age": 10}

SCENES: Final[tuple[dict[str, tuple[Row, ...]], ...]] = (
    {  # an operation of the day on what came after a definitive one
        "lesions": ({"relation": "local", "age": 60}, {"relation": "distant", "organ": "liver", "age": 60}),
        "treatments": (
            _CLEARED | {"age": 400, "plan_id": "plan", "stage": 1},
            {"modality": "surgery", "age": 0, "known": 7, "plan_id": "plan", "stage": 2, "definitive": True},
        ),
        "targets": ({"known": 7}, {"known": 7}),
        "studies": (_STAGED,),
    },
    {  # a positive margin, and an operation again
        "lesions": ({"relation": "local", "age": 40},),
        "treatments": (
            _CLEARED | {"age": 60, "residual": "R1", "pathology": 50},
            {"modality": "surgery", "age": 0, "known": 3, "intent": "curative"},
        ),
        "targets": ({"known": 3},),
    },
    {  # a new lesion, proven, of another origin or the same
        "lesions": ({"relation": "local", "age": 100},),
        "judgements": ({"role": "pathologist", "certainty": "proven", "age": 90},),
        "treatments": (_CLEARED | {"age": 800},),
        "statuses": ({"status": "no evidence", "site": "whole disease", "age": 400},),
        "observations": (words("lesion origin", "other histology") | {"age": 80},),
        "studies": (_STAGED,),
    },
    {  # lung metastases that can be resected
        "lesions": ({"relation": "distant", "organ": "lung", "location": "RML", "laterality": "right",
                     "age": 58},),
        "judgements": ({"role": "surgeon", "treatable_by": "surgery", "r0_expected": True, "age": 20},),
        "observations": (number("fev1 percent", 62.0, "%"), number("dlco", 55.0, "%")),
        "studies": (_STAGED,),
    },
    {  # liver metastases on both sides, an embolisation, drugs before
        "lesions": ({"relation": "distant", "organ": "liver", "location": "S2", "laterality": "left",
                     "age": 200},
                    {"relation": "distant", "organ": "liver", "location": "right lobe", "laterality": "right",
                     "age": 200}),
        "treatments": (
            {"modality": "embolisation", "procedure": "portal vein embolisation", "age": 43,
             "definitive": None},
            {"modality": "systemic", "age": 150, "end": 60, "cycles": 4, "definitive": None,
             "residual": None},
        ),
        "observations": (number("future liver remnant", 420.0, "mL") | {"age": 1},
                         number("future liver remnant before embolisation", 300.0, "mL"),
                         number("weight", 80.0, "kg"), number("height", 180.0, "cm")),
    },
    {  # irradiated before, in the field of what stands
        "lesions": ({"relation": "local", "organ": "rectum", "age": 30},),
        "treatments": ({"modality": "chemoradiotherapy", "definitive": True, "age": 400, "end": 360,
                        "dose_gy": 50.4, "fractions": 28, "field": ("pelvis",), "residual": None},),
        "statuses": ({"status": "complete", "site": "primary", "age": 300},),
    },
    {  # metastases one after another, treated
        "lesions": ({"relation": "distant", "organ": "lung", "age": 500},
                    {"relation": "distant", "organ": "liver", "age": 58}),
        "treatments": (_CLEARED | {"age": 450}, {"modality": "systemic", "age": 300, "end": 20, "cycles": 8}),
        "targets": ({"removed": True},),
        "observations": (words("metastatic state", "polymetastatic"),),
    },
)  # fmt: skip
"""Rows that belong together: of each the values and, where they matter, the ages of its days."""

TYPICAL: Final[dict[str, tuple[Row, ...]]] = {
    "lesions": ({"relation": "distant", "organ": "liver"}, {"relation": "distant", "organ": "lung"}),
    "judgements": (
        {"role": "radiologist", "certainty": "proven"},
        {"role": "surgeon", "treatable_by": "surgery", "r0_expected": True},
        {"role": "radiologist", "visible": False},
    ),
    "treatments": (
        {"modality": "surgery", "definitive": True, "residual": "R0"},
        {"modality": "chemoradiotherapy", "definitive": True, "residual": None},
        {"modality": "systemic", "definitive": None, "residual": None},
    ),
    "statuses": ({"status": "complete", "site": "primary"}, {"status": "complete", "site": "whole disease"}),
    "observations": (
        *(number("cea", value, "ng/mL") for value in (3.0, 200.0, 201.0)),
        number("cea", 0.2, "ug/mL"),
        *(row for line in TOGETHER for row in line),
    ),
    "studies": ({"kind": "ct", "covers": ("head", "chest", "abdomen", "pelvis")},),
}
"""Rows that are common, and that together make findings certain; drawn as often as all others."""

MOST: Final = {
    "stagings": 2, "sites": 1, "lesions": 3, "judgements": 3, "measurements": 3, "treatments": 3,
    "targets": 2, "statuses": 2, "events": 1, "observations": 2, "studies": 3,
}  # fmt: skip

LINKS: Final = {
    "tumour_id": "tumours",
    "lesion_id": "lesions",
    "site_id": "sites",
    "treatment_id": "treatments",
}
