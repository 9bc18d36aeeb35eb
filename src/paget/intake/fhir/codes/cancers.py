"""What a diagnosis says of a cancer, in SNOMED CT, ICD-10 or ICD-O-3: primary or not, where, what type."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from paget.intake.fhir.codes.body import place_in_words
from paget.intake.fhir.codes.histology import type_in_words
from paget.intake.fhir.codes.icd import morphology, neoplasm, topography
from paget.intake.fhir.codes.systems import ICD10, ICDO, SNOMED
from paget.intake.fhir.elements import Coding


class Diagnosis(NamedTuple):
    """What a diagnosis says.

    ``behaviour``: primary (so stated), malignant, secondary, in situ, unstated, benign, suspected,
    history, or "" for no neoplasm at all. ``how``: by a code of our tables, or by the words beside it.
    """

    behaviour: str = ""
    organ: str = ""
    histology: str = ""
    laterality: str = ""
    stage_group: str = ""
    how: str = "code"


_P, _M, _S = "primary", "malignant", "secondary"

SNOMED_DISORDERS: Final[dict[str, Diagnosis]] = {
    "363346000": Diagnosis(_M),
    "363406005": Diagnosis(_M, "colon"),
    "93761005": Diagnosis(_P, "colon"),
    "109838007": Diagnosis(_M, "colon"),
    "363351006": Diagnosis(_M, "rectum"),
    "93984006": Diagnosis(_P, "rectum"),
    "363414004": Diagnosis(_M, "rectosigmoid junction"),
    "363358000": Diagnosis(_M, "lung"),
    "93880001": Diagnosis(_P, "lung"),
    "254637007": Diagnosis(_M, "lung", "non-small cell carcinoma"),
    "254626006": Diagnosis(_M, "lung", "adenocarcinoma"),
    "254634000": Diagnosis(_M, "lung", "squamous cell carcinoma"),
    "254632001": Diagnosis(_M, "lung", "small cell carcinoma"),
    "424132000": Diagnosis(_M, "lung", "non-small cell carcinoma", "", "I"),
    "425048006": Diagnosis(_M, "lung", "non-small cell carcinoma", "", "II"),
    "422968005": Diagnosis(_M, "lung", "non-small cell carcinoma", "", "III"),
    "423121009": Diagnosis(_M, "lung", "non-small cell carcinoma", "", "IV"),
    "67811000119102": Diagnosis(_P, "lung", "small cell carcinoma", "", "I"),
    "67821000119109": Diagnosis(_P, "lung", "small cell carcinoma", "", "II"),
    "67831000119107": Diagnosis(_P, "lung", "small cell carcinoma", "", "III"),
    "67841000119103": Diagnosis(_P, "lung", "small cell carcinoma", "", "IV"),
    "254837009": Diagnosis(_M, "breast"),
    "372064008": Diagnosis(_M, "breast"),
    "353431000119107": Diagnosis(_P, "breast", "", "left"),
    "399068003": Diagnosis(_M, "prostate"),
    "93974005": Diagnosis(_P, "prostate"),
    "254900004": Diagnosis(_M, "prostate", "carcinoma"),
    "126906006": Diagnosis("unstated", "prostate"),
    "92691004": Diagnosis("in situ", "prostate"),
    "363418001": Diagnosis(_M, "pancreas"),
    "363349007": Diagnosis(_M, "stomach"),
    "363402007": Diagnosis(_M, "oesophagus"),
    "93870000": Diagnosis(_M, "liver"),
    "109841003": Diagnosis(_M, "liver", "hepatocellular carcinoma"),
    "312104005": Diagnosis(_M, "bile duct", "adenocarcinoma"),
    "363518003": Diagnosis(_M, "kidney"),
    "702391001": Diagnosis(_M, "kidney", "renal cell carcinoma"),
    "399326009": Diagnosis(_M, "bladder"),
    "363443007": Diagnosis(_M, "ovary"),
    "363354003": Diagnosis(_M, "cervix"),
    "371973000": Diagnosis(_M, "uterus"),
    "363449006": Diagnosis(_M, "testis"),
    "363478007": Diagnosis(_M, "thyroid"),
    "363429002": Diagnosis(_M, "larynx"),
    "428061005": Diagnosis(_M, "brain"),
    "393563007": Diagnosis(_M, "", "glioma"),
    "372244006": Diagnosis(_M, "", "melanoma"),
    "93655004": Diagnosis(_M, "skin", "melanoma"),
    "424413001": Diagnosis(_M, "", "sarcoma"),
    "92814006": Diagnosis(_M, "blood", "leukaemia"),
    "91861009": Diagnosis(_M, "blood", "leukaemia"),
    "109989006": Diagnosis(_M, "bone marrow", "myeloma"),
    "118599009": Diagnosis(_M, "lymph node", "lymphoma"),
    "118601006": Diagnosis(_M, "lymph node", "lymphoma"),
    "128462008": Diagnosis(_S),
    "94260004": Diagnosis(_S, "colon"),
    "94381002": Diagnosis(_S, "liver"),
    "94391008": Diagnosis(_S, "lung"),
    "94222008": Diagnosis(_S, "bone"),
    "94225005": Diagnosis(_S, "brain"),
    "94161006": Diagnosis(_S, "adrenal"),
    "94493005": Diagnosis(_S, "pleura"),
    "94392001": Diagnosis(_S, "lymph node"),
}

_NOT_YET: Final = re.compile(r"\bsuspect|\bscreening|\brisk of|\bfear of|at risk", re.IGNORECASE)
_PAST: Final = re.compile(r"\bhistory of\b|\bfamily history\b|\bno evidence of\b", re.IGNORECASE)
_NEOPLASM: Final = re.compile(
    r"neoplas|tumou?r|cancer|carcinoma|sarcoma|malignancy|melanoma|lymphoma|leuka?emia|myeloma|metasta"
    r"|mesothelioma|glioma|blastoma|hodgkin",
    re.IGNORECASE,
)
_BESIDE: Final = re.compile(
    r"\bpain\b|fatigue|an(?:a)?emia|complication|encounter|therapy|counsel|effusion|fear\b|\bdue to\b",
    re.IGNORECASE,
)
"""Words of what a cancer brings with it, which is not the cancer."""
_SECONDARY: Final = re.compile(r"\bsecondary\b|metasta", re.IGNORECASE)
_PRIMARY: Final = re.compile(r"\bprimary\b", re.IGNORECASE)
_MALIGNANT: Final = re.compile(
    r"malignan|cancer|carcinoma|sarcoma|melanoma|lymphoma|leuka?emia|myeloma|mesothelioma|glioblastoma|hodgkin",
    re.IGNORECASE,
)
_STAGE: Final = re.compile(r"\bTNM stage ([1-4])\b|\bstage (IV|III|II|I)\b", re.IGNORECASE)
_ROMAN: Final = {"1": "I", "2": "II", "3": "III", "4": "IV"}


@lru_cache(maxsize=4096)
def diagnosis_in_words(said: str) -> Diagnosis:
    """What the words of a diagnosis say.

    >>> diagnosis_in_words("Secondary malignant neoplasm of liver")[:2]
    ('secondary', 'liver')
    >>> diagnosis_in_words("Suspected lung cancer (situation)")[0], diagnosis_in_words("Hypertension")[0]
    ('suspected', '')
    """
    if not _NEOPLASM.search(said) or _BESIDE.search(said):
        return Diagnosis()
    if _NOT_YET.search(said):
        return Diagnosis("suspected", how="words")
    if _PAST.search(said):
        return Diagnosis("history", how="words")
    where, kind = place_in_words(said), type_in_words(said)
    if kind.behaviour in ("in situ", "benign"):
        return Diagnosis(kind.behaviour, where.organ, how="words")
    stage = _STAGE.search(said)
    group = (_ROMAN.get(stage[1] or "") or (stage[2] or "").upper()) if stage else ""
    if _SECONDARY.search(said) and not _PRIMARY.search(said):
        return Diagnosis("secondary", where.organ, kind.histology, where.laterality, how="words")
    if _MALIGNANT.search(said):
        behaviour = "primary" if _PRIMARY.search(said) else "malignant"
        return Diagnosis(behaviour, where.organ, kind.histology, where.laterality, group, "words")
    return Diagnosis("unstated", where.organ, kind.histology, where.laterality, how="words")


@lru_cache(maxsize=8192)
def diagnosis_of(code: Coding) -> Diagnosis | None:
    """What one code says: by our tables, else by its words; None when neither says anything."""
    found: Diagnosis | None = None
    if code.system == SNOMED:
        found = SNOMED_DISORDERS.get(code.code)
    elif code.system == ICD10:
        neo = neoplasm(code.code)
        if neo is not None:
            found = Diagnosis(neo.behaviour, neo.organ, neo.histology, neo.laterality)
    elif code.system == ICDO:
        kind = morphology(code.code)
        if kind is not None:
            found = Diagnosis(kind[1] or "malignant", "", kind[0])
        elif (organ := topography(code.code)) != "":
            found = Diagnosis("malignant", organ)
    if found is not None:
        return found
    in_words = diagnosis_in_words(code.words) if code.words else Diagnosis()
    return in_words if in_words.behaviour else None


def diagnose(codes: list[Coding], spoken: list[str]) -> Diagnosis:
    """What a diagnosis says in all its codes together; a secondary stays one whatever another code says.

    The first code that names a thing decides it; the words serve only where no code is known to paget.
    """
    said = [found for one in codes if (found := diagnosis_of(one)) is not None]
    coded = [one for one in said if one.how == "code"]
    if not said:
        said = [found for one in spoken if (found := diagnosis_in_words(one)).behaviour]
    elif coded:
        said = coded
    if not said:
        return Diagnosis()
    behaviours = [one.behaviour for one in said]
    behaviour = "secondary" if "secondary" in behaviours else behaviours[0]
    return Diagnosis(
        behaviour,
        next((one.organ for one in said if one.organ), ""),
        next((one.histology for one in said if one.histology), ""),
        next((one.laterality for one in said if one.laterality), ""),
        next((one.stage_group for one in said if one.stage_group), ""),
        said[0].how,
    )


def organs_of(codes: list[Coding]) -> list[str]:
    """The different organs that the codes of one diagnosis name, in order."""
    named = [found.organ for one in codes if (found := diagnosis_of(one)) is not None and found.organ]
    return list(dict.fromkeys(named))
