"""Examinations: which kind of study a code or its words name, and which regions of the body it shows."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from paget.intake.fhir.codes.systems import LOINC, SNOMED
from paget.intake.fhir.elements import Coding


class Examination(NamedTuple):
    """A study: its kind in the record's words and the regions that it shows."""

    kind: str
    regions: tuple[str, ...] = ()


KNOWN: Final[dict[tuple[str, str], Examination]] = {
    (LOINC, "72254-6"): Examination("ct", ("chest", "abdomen", "pelvis")),
    (LOINC, "24627-2"): Examination("ct", ("chest",)),
    (LOINC, "24725-4"): Examination("ct", ("head", "brain")),
    (LOINC, "24590-2"): Examination("mr", ("brain",)),
    (LOINC, "30670-4"): Examination("mr", ("liver",)),
    (LOINC, "44139-4"): Examination("pet-ct", ("whole body",)),
    (LOINC, "36643-5"): Examination("x-ray", ("chest",)),
    (LOINC, "18746-8"): Examination("endoscopy", ("colon",)),
    (SNOMED, "73761001"): Examination("endoscopy", ("colon",)),
    (SNOMED, "418891003"): Examination("ct", ("chest", "abdomen")),
    (SNOMED, "399208008"): Examination("x-ray", ("chest",)),
    (SNOMED, "71651007"): Examination("mammography", ("breast",)),
    (SNOMED, "40701008"): Examination("echocardiography", ("heart",)),
    (SNOMED, "127783003"): Examination("lung function"),
    (SNOMED, "23426006"): Examination("lung function"),
}  # fmt: skip

PATHOLOGY: Final = frozenset({"22637-3", "60568-3", "11526-1", "11529-5", "60567-5", "22634-0"})
MOLECULAR: Final = frozenset({"51969-4", "81247-9"})

MODALITIES: Final[dict[str, str]] = {
    # DICOM modality -> kind of study.
    "CT": "ct", "MR": "mr", "US": "ultrasound", "DX": "x-ray", "CR": "x-ray", "RF": "x-ray",
    "MG": "mammography",
    "ES": "endoscopy",
}  # fmt: skip

_KINDS: Final = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        # The first that matches counts.
        ("biopsy", r"biops|fine needle aspirat"),
        ("pet-mr", r"\bPET\W{0,3}MR"),
        ("pet-ct", r"\bPET\b|positron emission"),
        ("mammography", r"mammogra|\bMG breast"),
        ("bone scan", r"bone scan\b|bone scintigra|\bNM bone"),
        ("perfusion scan", r"perfusion (?:scan|scintigra)|ventilation.perfusion"),
        ("liver volumetry", r"liver volumetry|volumetry of liver"),
        ("echocardiography", r"echocardiogra"),
        ("exercise test", r"exercise test|cardiopulmonary exercise|\bergometr"),
        ("lung function", r"spirometr|lung function|pulmonary function|respiratory function"),
        ("laparoscopy", r"(?:diagnostic|staging|exploratory) laparoscop"),
        (
            "endoscopy",
            r"colonoscop|gastroscop|bronchoscop|endoscop|sigmoidoscop|cystoscop|laryngoscop|proctoscop",
        ),
        ("ct", r"\bCT\b|computed tomogra|computerized (?:axial )?tomogra"),
        ("mr", r"\bMRI?\b|magnetic resonance"),
        ("ultrasound", r"\bUS\b|ultraso"),
        ("x-ray", r"\bx-?ray\b|\bXR\b|radiogra|\bXA\b"),
    )
)
_REGIONS: Final = tuple(
    (regions, re.compile(pattern, re.IGNORECASE))
    for regions, pattern in (
        (("whole body",), r"whole body"),
        (("neck", "chest", "abdomen", "pelvis"), r"skull base to mid-?thigh"),
        (("head",), r"\bhead\b"),
        (("brain",), r"\bbrain\b|\bcerebr"),
        (("neck",), r"\bneck\b"),
        (("chest",), r"\bchest\b|\bthora(?:x|cic structure)\b|\blungs?\b"),
        (("abdomen",), r"\babdomen\b|\babdominal\b|\babd\b"),
        (("liver",), r"\bliver\b|\bhepat"),
        (("pelvis",), r"\bpelvis\b|\bpelvic\b|\bpelv\b"),
        (("colon",), r"colonoscop"),
        (("spine",), r"\bspine\b|\bspinal\b"),
        (("breast",), r"\bbreast|mammogra"),
        (("bone",), r"bone scan\b|bone scintigra|\bNM bone"),
        (("heart",), r"\bheart\b|echocardiogra"),
    )
)
_PARTIAL: Final = re.compile(
    r"guid(?:ed|ance)|limited|angiogra|\blocali[sz]ation|drainage|interventional|for measurement|radiation"
    r"|planning",
    re.IGNORECASE,
)
"""Words of a study that was not made to look at all of a region."""


@lru_cache(maxsize=4096)
def examination_in_words(said: str) -> Examination | None:
    """The study that a text names; None when it names none.

    >>> examination_in_words("CT Chest and Abdomen and Pelvis W contrast IV")
    Examination(kind='ct', regions=('chest', 'abdomen', 'pelvis'))
    >>> examination_in_words("CT guidance for needle biopsy of Liver").regions
    ()
    """
    kind = next((name for name, pattern in _KINDS if pattern.search(said)), "")
    if not kind:
        return None
    if kind in ("biopsy", "lung function", "exercise test", "liver volumetry") or _PARTIAL.search(said):
        return Examination(kind)
    return Examination(kind, regions_in(said))


@lru_cache(maxsize=4096)
def regions_in(said: str) -> tuple[str, ...]:
    """The regions of the body that a text names, in the order of the table.

    >>> regions_in("Thoracic structure (body structure)")
    ('chest',)
    """
    return tuple(dict.fromkeys(one for names, pattern in _REGIONS if pattern.search(said) for one in names))


def examination(codes: list[Coding], spoken: list[str]) -> Examination | None:
    """The study that codes name by our table, else by the words beside them; None when neither does."""
    for one in codes:
        known = KNOWN.get((one.system, one.code))
        if known is not None:
            return known
    return next((found for said in spoken if (found := examination_in_words(said)) is not None), None)
