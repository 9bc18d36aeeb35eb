"""Facts in words: what each is called, what knowing it would tell, and who settles it."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Final

from paget.brief.words import visible


@dataclass(frozen=True, slots=True)
class FactWords:
    """A fact in words.

    Attributes:
        name: as it stands before its value: "distant lesions: at least 3".
        tells: what one knows when one knows it: "how many distant lesions there are"; "" when clear.
        who: whose work it is.
    """

    name: str
    tells: str
    who: str = ""


RADIOLOGY: Final = "radiology"
_PATHOLOGY: Final = "pathology"
_RECORDS: Final = "case records"

FACTS: Final[dict[str, FactWords]] = {
    "disease": FactWords("disease", "which disease it is", _PATHOLOGY),
    "tumour_site": FactWords("site of the primary", "where the primary lies", _RECORDS),
    "histology": FactWords("histology", "the histology", _PATHOLOGY),
    "primary_control": FactWords(
        "control of the primary", "whether the primary is controlled", "surgery, pathology, radiology"
    ),
    "primary_in_place": FactWords("primary in place", "whether the primary stands", RADIOLOGY),
    "has_metastasis": FactWords("metastasis", "whether there is a metastasis", RADIOLOGY),
    "metastasis_stands": FactWords("standing metastasis", "whether a metastasis stands", RADIOLOGY),
    "liver_metastasis": FactWords("liver metastasis", "whether the liver is involved", RADIOLOGY),
    "dissemination": FactWords(
        "dissemination", "whether there is an effusion, meningeal or peritoneal disease", RADIOLOGY
    ),
    "peritoneal_metastasis": FactWords(
        "peritoneal metastasis", "whether the peritoneum is involved", RADIOLOGY
    ),
    "staging_complete": FactWords("complete staging", "whether staging is complete", RADIOLOGY),
    "diagnosis_to_metastasis": FactWords(
        "diagnosis to metastasis", "the time from diagnosis to metastasis", _RECORDS
    ),
    "disease_free_interval": FactWords("disease-free interval", "the disease-free interval", _RECORDS),
    "treatment_to_failure": FactWords(
        "treatment to failure", "the time from treatment to local failure", _RECORDS
    ),
    "last_treatment_to_failure": FactWords(
        "last definitive treatment to failure",
        "the time from the last definitive treatment to failure",
        _RECORDS,
    ),
    "failure_detected": FactWords(
        "disease after definitive treatment",
        "whether disease came back after definitive treatment",
        RADIOLOGY,
    ),
    "failure_place": FactWords("place of the new disease", "where the new disease lies", RADIOLOGY),
    "failure_proven": FactWords(
        "new disease proven by tissue", "whether tissue has proven the new disease", _PATHOLOGY
    ),
    "definitive_means": FactWords(
        "last definitive treatment", "by what the primary was last treated definitively", _RECORDS
    ),
    "definitive_residual": FactWords(
        "residual tumour of the last definitive operation", "whether that operation left tumour", _PATHOLOGY
    ),
    "freedom_documented": FactWords(
        "freedom from disease after treatment", "whether there was freedom from disease in between", "clinic"
    ),
    "remnant_documented": FactWords(
        "incomplete response documented", "whether treatment left a remnant", "clinic"
    ),
    "other_origin_documented": FactWords(
        "sign of another origin", "whether there is a sign of another origin", _PATHOLOGY
    ),
    "lung_metastasis": FactWords("lung metastasis", "whether the lungs are involved", RADIOLOGY),
    "lesion_count": FactWords("distant lesions", "how many distant lesions there are", RADIOLOGY),
    "organ_count": FactWords("organs with distant lesions", "in how many organs they lie", RADIOLOGY),
    "liver_lesion_count": FactWords("liver metastases", "how many liver metastases there are", RADIOLOGY),
    "lung_lesion_count": FactWords("lung metastases", "how many lung metastases there are", RADIOLOGY),
    "untreatable_lesion_count": FactWords(
        "lesions beyond local treatment",
        "how many lesions local treatment cannot clear",
        "those who would treat",
    ),
    "largest_lesion": FactWords("largest lesion", "the size of the largest lesion", RADIOLOGY),
    "largest_liver_lesion": FactWords(
        "largest liver metastasis", "the size of the largest liver metastasis", RADIOLOGY
    ),
    "total_volume": FactWords("volume of all lesions, as spheres", "the volume of all lesions", RADIOLOGY),
    "measured_volume": FactWords(
        "volume of all lesions, measured", "the measured volume of all lesions", RADIOLOGY
    ),
    "sum_of_cubes": FactWords("sum of cubed diameters", "the sum of cubed diameters", RADIOLOGY),
    "primary_nodes_positive": FactWords(
        "positive nodes of the primary", "how many nodes of the primary were positive", _PATHOLOGY
    ),
    "cea": FactWords("CEA", "", "laboratory"),
    "cea_age": FactWords("CEA", "", "laboratory"),
    "ecog": FactWords("ECOG", "", "clinic"),
}
"""The facts of the catalogue. An age of an examination is named by its examination; others by their name."""

_PARTS: Final = {
    "cea": "CEA", "ct": "CT", "mr": "MRI", "pet": "PET", "ecog": "ECOG", "fong": "Fong", "m": "M",
    "ra": "RA", "ras": "RAS", "psa": "PSA", "ldh": "LDH", "inr": "INR", "asa": "ASA", "g8": "G8",
    "fev1": "FEV1", "dlco": "DLCO", "vo2max": "VO₂max", "aids": "AIDS", "percent": "in percent",
    "id": "", "ml": "", "mm": "", "cm3": "",
}  # fmt: skip

_SETTLED: Final = (
    (r"anaesthetist", "anaesthesia"),
    (r"blood test|serum", "laboratory"),
    (r"pathology|biopsy|histology", _PATHOLOGY),
    (r"\b(ct|mri|pet|imaging|ultrasound|scan|volumetry|measurement|staging)\b", RADIOLOGY),
    (r"lung function|exercise", "function tests"),
    (r"operation|laparoscopy", "surgery"),
    (r"history|examination|questions|weigh|measuring|weight", "clinic"),
    (r"day of|record", _RECORDS),
)
"""Whose work it is to settle a fact that has no words of its own, by what settles it."""


@functools.lru_cache(maxsize=4096)
def name_words(name: str) -> str:
    """A name of a finding, or of anything else in knowledge, as words.

    >>> name_words("liver_lesion_count"), name_words("cea"), name_words("pet_ct_age")
    ('liver lesion count', 'CEA', 'PET-CT age')
    """
    text = " ".join(_PARTS.get(part, part) for part in visible(name, 80).split("_"))
    return " ".join(text.replace("PET CT", "PET-CT").replace("disease free", "disease-free").split())


@functools.lru_cache(maxsize=4096)
def fact_words(name: str, resolved_by: str = "") -> FactWords:
    """A fact in words; one without words of its own by its name and by what settles it.

    >>> fact_words("lesion_count").name, fact_words("ct_chest_age").name
    ('distant lesions', 'CT chest')
    >>> fact_words("heart_failure", "history and examination").who
    'clinic'
    """
    if name in FACTS:
        return FACTS[name]
    words = name_words(name.removesuffix("_age"))
    settled = resolved_by.lower()
    who = next((who for pattern, who in _SETTLED if re.search(pattern, settled)), "")
    return FactWords(words, words, who or (RADIOLOGY if name.endswith("_age") else ""))
