"""Operations and other treatments: what a procedure code or its words say was done, and to which organ."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from paget.intake.fhir.codes.body import place_in_words
from paget.intake.fhir.codes.systems import PCS, SNOMED
from paget.intake.fhir.elements import Coding


class Operation(NamedTuple):
    """A treatment: its modality, our words ("": the file's), organ, approach, and whether it resects."""

    modality: str
    procedure: str = ""
    organ: str = ""
    approach: str = ""
    resects: bool = False


SNOMED_OPERATIONS: Final[dict[str, Operation]] = {
    "359615001": Operation("surgery", "lobectomy of lung", "lung", "", True),
    "173171007": Operation("surgery", "lobectomy of lung", "lung", "", True),
    "43075005": Operation("surgery", "partial colectomy", "colon", "", True),
    "64368001": Operation("surgery", "partial mastectomy", "breast", "", True),
    "392021009": Operation("surgery", "lumpectomy of breast", "breast", "", True),
    "172043006": Operation("surgery", "mastectomy", "breast", "", True),
    "90470006": Operation("surgery", "prostatectomy", "prostate", "", True),
    "26294005": Operation("surgery", "radical prostatectomy", "prostate", "", True),
    "107963000": Operation("surgery", "liver resection", "liver", "", True),
    "703423002": Operation("chemoradiotherapy", "chemoradiotherapy"),
    "367336001": Operation("systemic", "chemotherapy"),
    "108290001": Operation("radiotherapy", "radiotherapy"),
    "33195004": Operation("radiotherapy", "external beam radiotherapy"),
    "152198000": Operation("radiotherapy", "brachytherapy"),
}

COURSE_SUMMARY: Final = "1217123003"
"""SNOMED CT: a course of radiotherapy, summed up."""

INTENTS: Final[dict[str, str]] = {
    "373808002": "curative", "363676003": "palliative", "399707004": "supportive", "261004008": "diagnostic",
    # The German basic oncology data set; O is local cure of oligometastatic disease.
    "K": "curative", "P": "palliative", "D": "diagnostic", "O": "curative",
}  # fmt: skip

_PCS_SYSTEMS: Final = {
    "0BF": ("lung", "lower lobe"), "0BC": ("lung", "upper lobe"), "0BD": ("lung", "middle lobe"),
    "0BG": ("lung", "upper lobe"), "0BH": ("lung", "lingula"), "0BJ": ("lung", "lower lobe"),
    "0BK": ("lung", "lung"), "0BL": ("lung", "lung"), "0BM": ("lung", "both lungs"),
    "0D5": ("oesophagus", "oesophagus"), "0D6": ("stomach", "stomach"), "0DE": ("colon", "large intestine"),
    "0DF": ("colon", "right colon"), "0DG": ("colon", "left colon"), "0DH": ("colon", "caecum"),
    "0DK": ("colon", "ascending colon"), "0DL": ("colon", "transverse colon"),
    "0DM": ("colon", "descending colon"), "0DN": ("colon", "sigmoid colon"), "0DP": ("rectum", "rectum"),
    "0DJ": ("appendix", "appendix"),
    "0F0": ("liver", "liver"), "0F1": ("liver", "right lobe of liver"),
    "0F2": ("liver", "left lobe of liver"),
    "0FG": ("pancreas", "pancreas"), "0F4": ("gallbladder", "gallbladder"),
    "0G2": ("adrenal", "left adrenal"), "0G3": ("adrenal", "right adrenal"), "0GK": ("thyroid", "thyroid"),
    "0HT": ("breast", "right breast"), "0HU": ("breast", "left breast"), "0HV": ("breast", "both breasts"),
    "0T0": ("kidney", "right kidney"), "0T1": ("kidney", "left kidney"), "0TB": ("bladder", "bladder"),
    "0V0": ("prostate", "prostate"), "000": ("brain", "brain"), "007": ("brain", "cerebral hemisphere"),
    "0U9": ("uterus", "uterus"), "0UC": ("cervix", "cervix"), "0U0": ("ovary", "right ovary"),
    "0U1": ("ovary", "left ovary"), "0U2": ("ovary", "both ovaries"),
}  # fmt: skip
"""ICD-10-PCS: section and body system (two characters) with the body part, as organ and part."""

_PCS: Final = re.compile(
    r"([0-9A-HJ-NP-Z]{2})([BTF5])([0-9A-HJ-NP-Z])([0-9A-HJ-NP-Z])[0-9A-HJ-NP-Z]([0-9A-HJ-NP-Z])"
)
_PCS_DEEDS: Final = {"B": "excision of part of", "T": "resection of", "5": "destruction of"}
_THORAX: Final = frozenset({"lung", "oesophagus"})

_APPROACHES: Final = tuple(
    (approach, re.compile(pattern, re.IGNORECASE))
    for approach, pattern in (
        ("robotic", r"robot"),
        ("thoracoscopic", r"thoracoscop|\bVATS\b"),
        ("laparoscopic", r"laparoscop"),
        ("endoscopic", r"endoscop|transurethral|colonoscop"),
        ("transoral", r"transoral"),
        ("percutaneous", r"percutaneous"),
        ("open", r"\bopen\b|laparotomy|thoracotomy"),
    )
)
_ABLATION: Final = re.compile(
    r"\bablation|radiofrequency|microwave|cryoablation|cryosurg|electroporation", re.I
)
_EMBOLISATION: Final = re.compile(r"emboli[sz]ation|chemoemboli|radioemboli", re.I)
_TRANSPLANT: Final = re.compile(r"\btransplant", re.I)
_RADIATION: Final = re.compile(
    r"radiotherap|radiation therap|irradiation|brachytherap|radiosurg|proton (?:beam|therap)", re.I
)
_DRUGS: Final = re.compile(r"chemotherap|immunotherap|antineoplastic|hormone therap|targeted therap", re.I)
_RESECTION: Final = re.compile(
    r"\b(?!plasm)\w*ectomy\b|resection|excision|\bexenteration|\bamputation|debulking|cytoreducti", re.I
)
_NOT_TREATMENT: Final = re.compile(
    r"biops|planning|simulation|consult|education|follow[ -]?up|thrombectomy|vasectomy|embolectomy", re.I
)


@lru_cache(maxsize=4096)
def operation_in_words(said: str) -> Operation | None:
    """The local or systemic treatment that a text names; None when it names none.

    >>> operation_in_words("Laparoscopic right hemicolectomy")
    Operation(modality='surgery', procedure='', organ='colon', approach='laparoscopic', resects=True)
    >>> operation_in_words("Biopsy of prostate") is None
    True
    """
    if _NOT_TREATMENT.search(said):
        return None
    organ = place_in_words(said).organ
    approach = next((name for name, pattern in _APPROACHES if pattern.search(said)), "")
    radiation, drugs = _RADIATION.search(said), _DRUGS.search(said)
    if radiation and drugs:
        return Operation("chemoradiotherapy", "", organ)
    if radiation:
        return Operation("radiotherapy", "", organ)
    if _EMBOLISATION.search(said):
        return Operation("embolisation", "", organ, approach)
    if _ABLATION.search(said):
        return Operation("ablation", "", organ, approach)
    if drugs:
        return Operation("systemic", "", organ)
    if _TRANSPLANT.search(said):
        return Operation("transplantation", "", organ, approach)
    if _RESECTION.search(said):
        return Operation("surgery", "", organ, approach, True)
    return None


@lru_cache(maxsize=1024)
def operation_by_pcs(code: str) -> Operation | None:
    """The operation of an ICD-10-PCS code: excision, resection or destruction of an organ that matters here.

    >>> operation_by_pcs("0FT14ZZ")[1:4]
    ('resection of right lobe of liver', 'liver', 'laparoscopic')
    """
    match = _PCS.fullmatch(code.strip().upper())
    if match is None or match[5] == "X":  # X: for diagnosis
        return None
    where = _PCS_SYSTEMS.get(match[1] + match[3])
    deed = _PCS_DEEDS.get(match[2])
    if where is None or deed is None:
        return None
    organ, part = where
    by_scope = "thoracoscopic" if organ in _THORAX else "laparoscopic"
    approach = {"0": "open", "3": "percutaneous", "4": by_scope, "7": "endoscopic", "8": "endoscopic"}.get(
        match[4], ""
    )
    if match[2] == "5":
        return Operation("ablation", f"{deed} {part}", organ, approach)
    return Operation("surgery", f"{deed} {part}", organ, approach, True)


def operation_by_code(codes: list[Coding]) -> Operation | None:
    """The treatment that a procedure's codes name by our tables; None when they name none."""
    for one in codes:
        known = SNOMED_OPERATIONS.get(one.code) if one.system == SNOMED else None
        if known is None and one.system == PCS:
            known = operation_by_pcs(one.code)
        if known is not None:
            return known
    return None


def operation_in(said: list[str]) -> Operation | None:
    """The treatment that any of the texts names; None when none does."""
    return next((found for one in said if (found := operation_in_words(one)) is not None), None)


def approach_in(said: list[str]) -> str:
    """How it was done, where a text says so; "" where none does."""
    return next((name for one in said for name, pattern in _APPROACHES if pattern.search(one)), "")
