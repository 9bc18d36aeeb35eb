"""The catalogue: every fact that rules may read, with meaning, unit, smallest step and what resolves it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from paget.facts.declaration import Fact
from paget.facts.value_sets import DISEASES, ValueSets
from paget.knowledge import Knowledge
from paget.record.vocabulary import HISTOLOGIES, PRIMARY_SITES

CONTROL: Final = ("controlled", "controllable", "uncontrolled")

_STAGING: Final = "staging of all regions that the disease demands"
_DATES: Final = "day of the operation on the primary, its margin, and day of detection"
_SIZES: Final = "measurement of every lesion, with complete staging"


def _number(name: str, meaning: str, unit: str, resolved_by: str, resolution: float = 1.0) -> Fact:
    return Fact(name, "number", meaning, unit, resolution, resolved_by=resolved_by, minimum=0)


_FIXED: Final = (
    Fact(
        "disease",
        "class",
        "Disease group of the primary.",
        classes=DISEASES,
        resolved_by="site and histology",
    ),
    Fact(
        "tumour_site",
        "class",
        "Organ of the primary.",
        classes=PRIMARY_SITES,
        resolved_by="site of the primary",
    ),
    Fact("histology", "class", "Histological type.", classes=HISTOLOGIES, resolved_by="pathology"),
    Fact(
        "primary_control",
        "class",
        "Whether the primary and its region are free of tumour, can be "
        "cleared within the plan, or are progressing or beyond treatment.",
        classes=CONTROL,
        resolved_by="residual tumour after treatment of the primary, and staging",
    ),
    Fact("has_metastasis", "truth", "A metastasis is, or has been, known.", resolved_by=_STAGING),
    Fact(
        "metastasis_stands",
        "truth",
        "A metastasis is there on the day: neither removed nor judged benign.",
        resolved_by=_STAGING,
    ),
    Fact("liver_metastasis", "truth", "A liver metastasis stands.", resolved_by="imaging of the liver"),
    Fact(
        "dissemination", "truth", "Malignant effusion, meningeal or peritoneal disease.", resolved_by=_STAGING
    ),
    Fact("peritoneal_metastasis", "truth", "Peritoneal disease.", resolved_by=_STAGING),
    Fact(
        "staging_complete",
        "truth",
        "Every region that the disease demands is covered by a study young enough.",
        resolved_by=_STAGING,
    ),
    Fact("primary_in_place", "truth", "The primary tumour stands.", resolved_by="staging of the primary"),
    Fact(
        "diagnosis_to_metastasis",
        "span",
        "From the diagnosis of the primary to the first metastasis.",
        "day",
        resolved_by="day of diagnosis and day of detection",
    ),
    Fact(
        "disease_free_interval",
        "span",
        "From the end of the last local curative treatment of the primary to the "
        "first detection of a metastasis; 0 when the metastasis was there before that end.",
        "day",
        resolved_by=_DATES,
    ),
    Fact(
        "treatment_to_failure",
        "span",
        "From the end of the first definitive treatment to the first local or "
        "regional disease found after it.",
        "day",
        resolved_by="follow-up of the treated site",
    ),
    _number("lesion_count", "Metastases standing; peritoneal ones are not counted.", "lesion", _STAGING),
    _number(
        "organ_count",
        "Organs with metastases standing; a paired organ once, all distant nodes once.",
        "organ",
        _STAGING,
    ),
    _number("liver_lesion_count", "Liver metastases standing.", "lesion", "imaging of the liver"),
    _number("lung_lesion_count", "Lung metastases standing.", "lesion", "CT of the chest"),
    _number(
        "untreatable_lesion_count",
        "Metastases standing that local treatment cannot clear.",
        "lesion",
        "judgement of every lesion by those who would treat it",
    ),
    _number("largest_lesion", "Longest diameter of the largest metastasis.", "mm", _SIZES),
    _number(
        "largest_liver_lesion",
        "Longest diameter of the largest liver metastasis.",
        "mm",
        "measurement of every liver lesion",
    ),
    _number(
        "total_volume",
        "Volume of all metastases, each as a sphere on its longest diameter.",
        "mL",
        _SIZES,
        0.1,
    ),
    _number("measured_volume", "Sum of measured volumes.", "mL", "volumetry of every lesion", 0.1),
    _number("sum_of_cubes", "Sum of the cubes of the longest diameters.", "cm3", _SIZES, 0.1),
    _number(
        "primary_nodes_positive",
        "Regional nodes of the primary with tumour.",
        "node",
        "pathology of the primary",
    ),
    _number("cea", "CEA in serum.", "ng/mL", "a blood test: CEA", 0.1),
    _number("ecog", "Performance status, ECOG.", "", "examination"),
    _number("cea_age", "Age of the last CEA.", "day", "a blood test: CEA"),
)


def catalogue(knowledge: Knowledge) -> dict[str, Fact]:
    """Every fact by name; one for the age of each examination named in knowledge.

    >>> catalogue(Knowledge.load())["liver_mr_age"].unit
    'day'
    """
    examinations: Iterable[Fact] = (
        _number(f"{name}_age", f"Age of the last {one.words}.", "day", one.words)
        for name, one in ValueSets.of(knowledge).examinations.items()
    )
    return {fact.name: fact for fact in (*_FIXED, *examinations)}
