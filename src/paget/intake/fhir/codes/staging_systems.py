"""Staging systems other than TNM: by which code each is known, and which cancers it can belong to."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from paget.intake.fhir.codes.systems import NCIT, SNOMED
from paget.intake.fhir.elements import Coding


class System(NamedTuple):
    """A staging system: its name, the cancer it belongs to in words, and the sites and types that fit it."""

    name: str
    belongs_to: str
    sites: frozenset[str] = frozenset()
    histologies: frozenset[str] = frozenset()

    def fits(self, site: str, histology: str) -> bool:
        """Whether a tumour of this site and type can be staged by it; what is not known can."""
        if site in self.sites or histology in self.histologies:
            return True
        return not site and not histology


_BINET = System("Binet", "chronic lymphocytic leukaemia", frozenset({"blood"}), frozenset({"leukaemia"}))
_RAI = _BINET._replace(name="Rai")
_ALL = System("ALL risk", "acute lymphoblastic leukaemia", frozenset({"blood"}), frozenset({"leukaemia"}))
_FAB = System("FAB", "acute leukaemia", frozenset({"blood"}), frozenset({"leukaemia"}))
_FIGO = System("FIGO", "gynaecological cancer", frozenset({"ovary", "uterus", "cervix", "vagina", "vulva"}))
_CLARK = System("Clark", "melanoma of the skin", frozenset({"skin"}), frozenset({"melanoma"}))
_BRESLOW = _CLARK._replace(name="Breslow")
_GLEASON = System("Gleason", "prostate cancer", frozenset({"prostate"}))
_ISS = System("ISS", "multiple myeloma", frozenset({"bone marrow"}), frozenset({"myeloma"}))
_RISS = _ISS._replace(name="R-ISS")
_INSS = System("INSS", "neuroblastoma", frozenset({"adrenal", "retroperitoneum"}))
_INRG = _INSS._replace(name="INRG")
_WILMS = System("Wilms", "nephroblastoma of the kidney", frozenset({"kidney"}))
_LYMPHOMA = System("Hodgkin (lymphoma)", "lymphoma", frozenset({"lymph node"}), frozenset({"lymphoma"}))
_DEAUVILLE = _LYMPHOMA._replace(name="Deauville")
_RHABDO = System("rhabdomyosarcoma", "rhabdomyosarcoma", frozenset({"soft tissue"}), frozenset({"sarcoma"}))
_RETINO = System("retinoblastoma", "retinoblastoma", frozenset({"eye"}))
_PRETEXT = System("PRETEXT", "hepatoblastoma", frozenset({"liver"}))
_DUKES = System("Dukes", "colorectal cancer", frozenset({"colon", "rectum", "rectosigmoid junction"}))

SYSTEMS: Final[dict[tuple[str, str], System]] = {
    (NCIT, "C141212"): _BINET,
    (SNOMED, "1149099005"): _BINET,
    (NCIT, "C141207"): _RAI,
    (NCIT, "C141206"): _RAI,
    (SNOMED, "1149131009"): _RAI,
    (NCIT, "C167435"): _ALL,
    (SNOMED, "385361009"): _FIGO,
    (SNOMED, "254383006"): _FIGO,
    (SNOMED, "106250008"): _FIGO,
    (SNOMED, "106243009"): _BRESLOW,
    (SNOMED, "103419001"): _CLARK,
    (SNOMED, "385377005"): _GLEASON,
    (NCIT, "C139007"): _ISS,
    (SNOMED, "1149162008"): _ISS,
    (NCIT, "C141392"): _RISS,
    (SNOMED, "1149163003"): _RISS,
    (SNOMED, "409720004"): _INSS,
    (NCIT, "C133427"): _INRG,
    (SNOMED, "405931009"): _WILMS,
    (SNOMED, "385388004"): _LYMPHOMA,
    (SNOMED, "254375000"): _LYMPHOMA,
    (SNOMED, "254373007"): _LYMPHOMA,
    (SNOMED, "254374001"): _LYMPHOMA,
    (SNOMED, "708895006"): _DEAUVILLE,
    (SNOMED, "405916000"): _RHABDO,
    (NCIT, "C148010"): _RHABDO,
}
"""By the code of the observation or of its method."""

PROFILES: Final[dict[str, System]] = {
    "mcode-ALL-risk-assessment": _ALL,
    "mcode-cll-binet-stage": _BINET,
    "mcode-cll-rai-stage": _RAI,
    "mcode-deauville-scale": _DEAUVILLE,
    "mcode-gynecologic-tumor-figo-stage": _FIGO,
    "mcode-lymphoma-stage": _LYMPHOMA,
    "mcode-melanoma-breslow-depth-stage": _BRESLOW,
    "mcode-melanoma-clark-level": _CLARK,
    "mcode-myeloma-iss-stage": _ISS,
    "mcode-myeloma-riss-stage": _RISS,
    "mcode-prostate-gleason-grade-group": _GLEASON,
    "mcode-rhabdomyosarcoma-risk-assessment": _RHABDO,
}

_NAMES: Final = (
    (_BINET, r"\bbinet\b"), (_RAI, r"\brai\b"), (_FIGO, r"\bfigo\b"), (_CLARK, r"\bclark\b"),
    (_BRESLOW, r"\bbreslow\b"), (_GLEASON, r"\bgleason\b"),
    (_RISS, r"\br-?iss\b|revised international staging"),
    (_ISS, r"\biss\b|international staging system"), (_INRG, r"\binrg"), (_INSS, r"\binss\b|neuroblastoma"),
    (_WILMS, r"\bwilms\b|nephroblastoma"), (_DEAUVILLE, r"\bdeauville\b"),
    (_LYMPHOMA, r"ann arbor|lugano|cotswold|hodgkin|lymphoma stage"), (_RHABDO, r"rhabdomyosarcoma"),
    (_RETINO, r"retinoblastoma"), (_PRETEXT, r"\bpretext?\b"), (_DUKES, r"\bdukes\b"),
    (_FAB, r"\bFAB\b|french.american.british"),
)  # fmt: skip
_IN_WORDS: Final = tuple((known, re.compile(pattern, re.IGNORECASE)) for known, pattern in _NAMES)


def staging_system(codes: list[Coding], claimed: set[str]) -> System | None:
    """The system that an observation's codes or profile name; None when they name none."""
    for one in codes:
        known = SYSTEMS.get((one.system, one.code))
        if known is not None:
            return known
    return next((PROFILES[name] for name in claimed if name in PROFILES), None)


def staging_system_in_words(said: list[str]) -> System | None:
    """The system that texts name; None when they name none.

    >>> staging_system_in_words(["Binet Stage A"]).belongs_to
    'chronic lymphocytic leukaemia'
    """
    return next((known for known, pattern in _IN_WORDS for one in said if pattern.search(one)), None)
