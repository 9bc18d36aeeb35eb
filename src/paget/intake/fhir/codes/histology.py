"""Histology: SNOMED CT morphologies, ICD-O-3 and plain words as the record's histological types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from paget.intake.fhir.codes.icd import morphology
from paget.intake.fhir.codes.systems import ICDO, SNOMED
from paget.intake.fhir.elements import Coding


class Type(NamedTuple):
    """A histological type in the record's words; its behaviour: malignant, in situ, benign or unstated."""

    histology: str = ""
    behaviour: str = ""


SNOMED_MORPHOLOGIES: Final[dict[str, Type]] = {
    "35917007": Type("adenocarcinoma", "malignant"),
    "1187332001": Type("adenocarcinoma", "malignant"),
    "399490008": Type("adenocarcinoma", "malignant"),
    "413448000": Type("adenocarcinoma", "malignant"),
    "28899001": Type("squamous cell carcinoma", "malignant"),
    "1162767002": Type("squamous cell carcinoma", "malignant"),
    "82711006": Type("ductal carcinoma", "malignant"),
    "89740008": Type("lobular carcinoma", "malignant"),
    "77284006": Type("lobular carcinoma", "in situ"),
}

_WORDS: Final = tuple(
    (word, re.compile(pattern, re.IGNORECASE))
    for word, pattern in (
        # The first that matches counts: what contains another's word stands before it.
        ("non-small cell carcinoma", r"non[ -]?small[ -]cell"),
        ("neuroendocrine tumour", r"neuroendocrine|carcinoid|merkel"),
        ("small cell carcinoma", r"\bsmall[ -]cell"),
        ("large cell carcinoma", r"large[ -]cell (?:carcinoma|lung)"),
        ("hepatocellular carcinoma", r"hepatocellular|liver cell carcinoma"),
        ("squamous cell carcinoma", r"squamous"),
        ("clear cell carcinoma", r"clear[ -]cell"),
        ("renal cell carcinoma", r"renal cell"),
        ("urothelial carcinoma", r"urothelial|transitional cell"),
        ("lobular carcinoma", r"lobular"),
        ("ductal carcinoma", r"\bduct(?:al)? carcinoma|intraductal"),
        ("gastrointestinal stromal tumour", r"gastrointestinal stromal"),
        ("mesothelioma", r"mesothelioma"),
        ("melanoma", r"melanoma"),
        ("myeloma", r"myeloma"),
        ("lymphoma", r"lymphoma|hodgkin"),
        ("leukaemia", r"leuka?emia"),
        ("glioma", r"glioma|glioblastoma|astrocytoma"),
        ("germ cell tumour", r"germ cell|seminoma"),
        ("adenocarcinoma", r"adenocarcinoma|cholangiocarcinoma"),
        ("sarcoma", r"sarcoma"),
        ("carcinoma", r"carcinoma"),
    )
)
_IN_SITU: Final = re.compile(r"in[ -]situ|intraductal", re.IGNORECASE)
_BENIGN: Final = re.compile(r"\bbenign\b", re.IGNORECASE)

_KINDS_OF: Final = {
    "carcinoma": frozenset(
        {
            "adenocarcinoma", "squamous cell carcinoma", "non-small cell carcinoma", "small cell carcinoma",
            "large cell carcinoma", "clear cell carcinoma", "renal cell carcinoma", "urothelial carcinoma",
            "hepatocellular carcinoma", "lobular carcinoma", "ductal carcinoma",
        }
    ),
    "non-small cell carcinoma": frozenset(
        {"adenocarcinoma", "squamous cell carcinoma", "large cell carcinoma", "carcinoma"}
    ),
    "renal cell carcinoma": frozenset({"clear cell carcinoma", "adenocarcinoma", "carcinoma"}),
    "adenocarcinoma": frozenset(
        {"ductal carcinoma", "lobular carcinoma", "clear cell carcinoma", "carcinoma"}
    ),
}  # fmt: skip


def compatible(one: str, other: str) -> bool:
    """Whether two histological types can both be said of one tumour: equal, or one is a kind of the other.

    >>> compatible("non-small cell carcinoma", "adenocarcinoma"), compatible("carcinoma", "melanoma")
    (True, False)
    """
    return one == other or other in _KINDS_OF.get(one, ()) or one in _KINDS_OF.get(other, ())


@lru_cache(maxsize=2048)
def type_in_words(said: str) -> Type:
    """The histological type that a text names.

    >>> type_in_words("Lobular carcinoma in situ (morphologic abnormality)")
    Type(histology='lobular carcinoma', behaviour='in situ')
    """
    word = next((name for name, pattern in _WORDS if pattern.search(said)), "")
    if _IN_SITU.search(said):
        return Type(word, "in situ")
    if _BENIGN.search(said):
        return Type(word, "benign")
    return Type(word, "malignant" if word and word not in ("neuroendocrine tumour",) else "")


def histological_type(codes: Iterable[Coding], spoken: Iterable[str] = ()) -> Type:
    """The type that codes name, else the one that the words beside them name."""
    for one in codes:
        if one.system == SNOMED and one.code in SNOMED_MORPHOLOGIES:
            return SNOMED_MORPHOLOGIES[one.code]
        if one.system == ICDO and (found := morphology(one.code)) is not None:
            return Type(*found)
    return next(
        (found for said in spoken if (found := type_in_words(said)).histology or found.behaviour), Type()
    )
