"""The closed sets of words that the record accepts for sites, organs, histologies, studies and statuses."""

from __future__ import annotations

from typing import Final

ORGANS: Final = (
    "lung", "liver", "brain", "meninges", "bone", "bone marrow", "adrenal", "kidney", "peritoneum",
    "pleura", "pericardium", "heart", "mediastinum", "lymph node", "skin", "soft tissue", "spleen",
    "pancreas", "ovary", "uterus", "cervix", "vagina", "vulva", "breast", "thyroid", "colon", "rectum",
    "rectosigmoid junction", "anus", "appendix", "small bowel", "stomach", "oesophagus", "bile duct",
    "gallbladder", "bladder", "ureter", "prostate", "testis", "penis", "oral cavity", "oropharynx",
    "nasopharynx", "hypopharynx", "larynx", "nose and sinuses", "salivary gland", "thymus", "eye",
    "abdominal wall", "chest wall", "pelvis", "retroperitoneum", "spinal cord", "blood", "other",
)  # fmt: skip
"""Organs and regions that a lesion or an involved site may lie in; paired organs have one name."""

PRIMARY_SITES: Final = (
    "colon", "rectum", "rectosigmoid junction", "anus", "appendix", "small bowel", "stomach",
    "oesophagus", "liver", "bile duct", "gallbladder", "pancreas", "lung", "pleura", "thymus", "breast",
    "kidney", "ureter", "bladder", "prostate", "testis", "penis", "ovary", "uterus", "cervix", "vagina",
    "vulva", "skin", "soft tissue", "retroperitoneum", "bone", "oral cavity", "oropharynx",
    "nasopharynx", "hypopharynx", "larynx", "nose and sinuses", "salivary gland", "thyroid", "adrenal",
    "brain", "eye", "peritoneum", "lymph node", "bone marrow", "blood", "unknown primary", "other",
)  # fmt: skip

HISTOLOGIES: Final = (
    "adenocarcinoma", "squamous cell carcinoma", "non-small cell carcinoma", "small cell carcinoma",
    "large cell carcinoma", "clear cell carcinoma", "renal cell carcinoma", "urothelial carcinoma",
    "hepatocellular carcinoma", "neuroendocrine tumour", "sarcoma", "gastrointestinal stromal tumour",
    "melanoma", "germ cell tumour", "mesothelioma", "glioma", "lymphoma", "leukaemia", "myeloma",
    "lobular carcinoma", "ductal carcinoma", "carcinoma", "other",
)  # fmt: skip

REGIONS: Final = (
    "head", "brain", "neck", "chest", "abdomen", "liver", "pelvis", "colon", "spine", "bone",
    "whole body", "breast", "limb", "heart",
)  # fmt: skip
"""Regions of the body that a study covers or that a field of irradiation includes."""

STUDY_KINDS: Final = (
    "ct", "mr", "pet-ct", "pet-mr", "ultrasound", "x-ray", "bone scan", "endoscopy", "laparoscopy",
    "biopsy", "pathology", "lung function", "perfusion scan", "exercise test", "liver volumetry",
    "echocardiography", "molecular", "mammography", "other",
)  # fmt: skip

MODALITIES: Final = (
    "surgery", "radiotherapy", "chemoradiotherapy", "ablation", "embolisation", "systemic",
    "transplantation", "other",
)  # fmt: skip

STATUSES: Final = (
    "complete", "near-complete", "partial response", "stable", "progression", "persistence",
    "recurrence", "regrowth", "no evidence",
)  # fmt: skip

CERTAINTIES: Final = ("proven", "probable", "indeterminate", "benign")
RELATIONS: Final = ("primary", "local", "regional", "distant")
LATERALITIES: Final = ("left", "right", "both", "midline")
INTENTS: Final = ("curative", "palliative", "diagnostic", "supportive")
RESIDUALS: Final = ("R0", "R1", "R2", "RX", "R0 or R1", "R1 or R2")
ROLES: Final = (
    "radiologist", "pathologist", "surgeon", "medical oncologist", "radiation oncologist",
    "anaesthetist", "interventional radiologist", "board",
)  # fmt: skip
TREATABLE_BY: Final = ("surgery", "ablation", "stereotactic radiotherapy", "radiotherapy", "systemic", "none")

OBSERVATION_UNITS: Final[dict[str, str]] = {
    "cea": "ng/mL", "ca 19-9": "[IU]/mL", "ca 125": "[IU]/mL", "psa": "ng/mL", "afp": "ng/mL",
    "haemoglobin": "g/dL", "albumin": "g/L", "creatinine": "umol/L", "bilirubin": "umol/L",
    "platelets": "10*9/L", "neutrophils": "10*9/L", "ldh": "U/L", "corrected calcium": "mg/dL",
    "fev1": "L", "dlco": "%",
    "ecog": "", "karnofsky": "", "asa": "", "weight": "kg", "height": "cm",
    "excess weight loss": "%", "weight regain": "%", "removable share": "%",
    "inr": "", "sodium": "mmol/L", "g8": "", "weight loss": "%", "fev1 percent": "%",
    "shuttle walk": "m", "stair climb": "m", "vo2max": "mL/kg/min", "vo2max percent": "%",
    "segments to resect": "segment", "segments obstructed": "segment", "perfusion to resect": "%",
    "future liver remnant": "mL", "future liver remnant before embolisation": "mL",
    "peritoneal cancer index": "",
}  # fmt: skip
"""Observations whose unit is checked, each with the unit in which facts hold it; other names are kept."""

OBSERVATION_LIMITS: Final[dict[str, tuple[float | None, float | None, bool]]] = {
    "cea": (0, None, False), "ca 19-9": (0, None, False), "ca 125": (0, None, False), "psa": (0, None, False),
    "afp": (0, None, False), "haemoglobin": (0, 30, False), "albumin": (0, 100, False),
    "creatinine": (0, 5000, False), "bilirubin": (0, 2000, False), "platelets": (0, None, True),
    "neutrophils": (0, None, True), "ldh": (0, None, False), "corrected calcium": (2, 40, False),
    "fev1": (0, 12, False), "dlco": (0, 300, False),
    "ecog": (0, 5, True), "karnofsky": (0, 100, True), "asa": (1, 6, False), "weight": (0.2, 650, False),
    "height": (10, 280, False), "inr": (0.2, 30, False), "sodium": (80, 220, False), "g8": (0, 17, True),
    "excess weight loss": (0, 250, True), "weight regain": (0, 500, True), "removable share": (0, 100, True),
    "weight loss": (0, 100, True), "fev1 percent": (0, 250, False), "shuttle walk": (0, 5000, True),
    "stair climb": (0, 200, True), "vo2max": (0, 100, False), "vo2max percent": (0, 300, False),
    "segments to resect": (0, 19, True), "segments obstructed": (0, 19, True),
    "perfusion to resect": (0, 100, True), "future liver remnant": (0, 10000, True),
    "future liver remnant before embolisation": (0, 10000, True), "peritoneal cancer index": (0, 39, True),
}  # fmt: skip
"""Least and greatest possible value in the unit of facts, and whether exactly zero is possible (a
concentration of zero is a value below the limit of detection, and written so)."""

MOLAR_MASS: Final[dict[str, float]] = {"creatinine": 113.12, "bilirubin": 584.66, "corrected calcium": 40.078}
"""g/mol, of the observations that laboratories report both by mass and by amount."""
