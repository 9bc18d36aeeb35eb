"""ICD-10 and ICD-O-3: what a code of a neoplasm, a topography or a morphology means, in our words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple


class Neoplasm(NamedTuple):
    """A code of a neoplasm: its behaviour, the organ, the histology and the side; "" where not said.

    ``behaviour`` is one of: primary (so stated), malignant, secondary, in situ, unstated, benign.
    """

    behaviour: str
    organ: str = ""
    histology: str = ""
    laterality: str = ""


_PRIMARIES: Final[dict[str, str]] = {
    "C00": "oral cavity", "C01": "oropharynx", "C02": "oral cavity", "C03": "oral cavity",
    "C04": "oral cavity",
    "C05": "oral cavity", "C05.1": "oropharynx", "C05.2": "oropharynx", "C06": "oral cavity",
    "C07": "salivary gland", "C08": "salivary gland", "C09": "oropharynx", "C10": "oropharynx",
    "C11": "nasopharynx", "C12": "hypopharynx", "C13": "hypopharynx", "C14": "other", "C15": "oesophagus",
    "C16": "stomach", "C17": "small bowel", "C18": "colon", "C18.1": "appendix",
    "C19": "rectosigmoid junction",
    "C20": "rectum", "C21": "anus", "C22": "liver", "C22.1": "bile duct", "C23": "gallbladder",
    "C24": "bile duct", "C25": "pancreas", "C26": "other", "C30": "nose and sinuses",
    "C31": "nose and sinuses",
    "C32": "larynx", "C33": "other", "C34": "lung", "C37": "thymus", "C38": "mediastinum", "C38.0": "heart",
    "C38.4": "pleura", "C39": "other", "C40": "bone", "C41": "bone", "C42": "blood", "C42.1": "bone marrow",
    "C43": "skin", "C44": "skin", "C45.0": "pleura", "C45.1": "peritoneum", "C45.2": "pericardium",
    "C46": "", "C47": "soft tissue", "C48": "peritoneum", "C48.0": "retroperitoneum", "C49": "soft tissue",
    "C4A": "skin", "C50": "breast", "C51": "vulva", "C52": "vagina", "C53": "cervix", "C54": "uterus",
    "C55": "uterus", "C56": "ovary", "C57": "other", "C58": "other", "C60": "penis", "C61": "prostate",
    "C62": "testis", "C63": "other", "C64": "kidney", "C65": "other", "C66": "ureter", "C67": "bladder",
    "C68": "other", "C69": "eye", "C70": "meninges", "C71": "brain", "C72": "spinal cord", "C73": "thyroid",
    "C74": "adrenal", "C75": "other", "C76": "", "C7A": "", "C80": "",
}  # fmt: skip
"""Organ of a primary by the code's first characters; the longest that fits counts."""

_HISTOLOGIES: Final[dict[str, str]] = {
    "C22.0": "hepatocellular carcinoma", "C22.1": "adenocarcinoma", "C43": "melanoma", "C45": "mesothelioma",
    "C4A": "neuroendocrine tumour", "C49.A": "gastrointestinal stromal tumour",
    "C7A": "neuroendocrine tumour",
    "C81": "lymphoma", "C82": "lymphoma", "C83": "lymphoma", "C84": "lymphoma", "C85": "lymphoma",
    "C86": "lymphoma", "C88": "lymphoma", "C90": "myeloma", "C91": "leukaemia", "C92": "leukaemia",
    "C93": "leukaemia", "C94": "leukaemia", "C95": "leukaemia",
}  # fmt: skip

_NEUROENDOCRINE: Final[dict[str, str]] = {
    "C7A.01": "small bowel", "C7A.02": "colon", "C7A.020": "appendix", "C7A.026": "rectum", "C7A.090": "lung",
    "C7A.091": "thymus", "C7A.092": "stomach", "C7A.093": "kidney",
}  # fmt: skip

_SECONDARIES: Final[dict[str, str]] = {
    "C77": "lymph node", "C78.0": "lung", "C78.1": "mediastinum", "C78.2": "pleura", "C78.3": "",
    "C78.4": "small bowel", "C78.5": "", "C78.6": "peritoneum", "C78.7": "liver", "C78.8": "",
    "C79.0": "kidney", "C79.1": "", "C79.11": "bladder", "C79.2": "skin", "C79.3": "brain",
    "C79.32": "meninges",
    "C79.4": "", "C79.5": "bone", "C79.52": "bone marrow", "C79.6": "ovary", "C79.7": "adrenal",
    "C79.81": "breast", "C79.8": "", "C79.9": "", "C7B.01": "lymph node", "C7B.02": "liver", "C7B.03": "bone",
    "C7B.04": "peritoneum", "C7B": "", "C80.0": "",
}  # fmt: skip
"""Organ of a secondary by the code's first characters; "" where the code leaves it open."""

_HAEMATOLOGICAL: Final = {"lymphoma": "lymph node", "myeloma": "bone marrow", "leukaemia": "blood"}

_SIDED_AT: Final[dict[str, int]] = {
    # Where ICD-10-CM tells the side, the place of its digit after the point: 1 right, 2 left.
    "C34": 2, "C56": 1, "C64": 1, "C62": 2, "C74": 2, "C78.0": 2, "C79.0": 2, "C79.6": 2, "C79.7": 2,
    "C50": 3,
}  # fmt: skip
_SHAPE: Final = re.compile(r"([CD]\d[\dAB])(?:\.?([\dA-Z]{1,4}))?[-!*+]?")
_MORPHOLOGY: Final = re.compile(r"(?:M-?)?(\d{4})(?:/([0-9])\d?)?")


def _longest(table: dict[str, str], code: str) -> str | None:
    for length in range(len(code), 2, -1):
        found = table.get(code[:length])
        if found is not None:
            return found
    return None


@lru_cache(maxsize=4096)
def neoplasm(written: str) -> Neoplasm | None:
    """What an ICD-10 code says; None when it is no code of a neoplasm.

    >>> neoplasm("C78.7"), neoplasm("C34.12").organ, neoplasm("C34.12").laterality, neoplasm("I50.32")
    (Neoplasm(behaviour='secondary', organ='liver', histology='', laterality=''), 'lung', 'left', None)
    """
    match = _SHAPE.fullmatch(written.strip().upper())
    if match is None:
        return None
    root, rest = match[1], match[2] or ""
    code = f"{root}.{rest}" if rest else root
    if root[0] == "D":
        return _not_invasive(root)
    if not ("C00" <= root <= "C97" or root in ("C4A", "C7A", "C7B")):
        return None
    secondary = _longest(_SECONDARIES, code)
    if secondary is not None or root in ("C77", "C78", "C79"):
        return Neoplasm("secondary", secondary or "", "", _side(code))
    histology = _longest(_HISTOLOGIES, code) or ""
    if code == "C80.2":
        return Neoplasm("malignant")
    organ = (
        _longest(_NEUROENDOCRINE, code) or _longest(_PRIMARIES, code) or _HAEMATOLOGICAL.get(histology, "")
    )
    return Neoplasm("malignant", organ, histology, _side(code))


def _not_invasive(root: str) -> Neoplasm | None:
    if "D00" <= root <= "D09":
        return Neoplasm("in situ")
    if "D10" <= root <= "D36":
        return Neoplasm("benign")
    if "D37" <= root <= "D49":
        return Neoplasm("unstated")
    return None


def _side(code: str) -> str:
    place = _SIDED_AT.get(code[:5]) or _SIDED_AT.get(code[:3])
    if place is None:
        return ""
    digits = code.partition(".")[2]
    digit = digits[place - 1 : place]
    return {"1": "right", "2": "left"}.get(digit, "")


@lru_cache(maxsize=1024)
def topography(written: str) -> str:
    """The organ of an ICD-O-3 topography or of an ICD-10 code of a primary, "" when it names none.

    >>> topography("C18.7"), topography("C77.9"), topography("8140/3")
    ('colon', 'lymph node', '')
    """
    code = written.strip().upper()
    if code.startswith("C77"):
        return "lymph node"
    match = _SHAPE.fullmatch(code)
    if match is None or code[0] != "C":
        return ""
    return _longest(_PRIMARIES, f"{match[1]}.{match[2]}" if match[2] else match[1]) or ""


_MORPHOLOGIES: Final = (
    (8010, 8011, "carcinoma"), (8012, 8014, "large cell carcinoma"), (8013, 8013, "neuroendocrine tumour"),
    (8020, 8022, "carcinoma"), (8041, 8045, "small cell carcinoma"), (8046, 8046, "non-small cell carcinoma"),
    (8050, 8086, "squamous cell carcinoma"), (8120, 8131, "urothelial carcinoma"),
    (8140, 8152, "adenocarcinoma"), (8160, 8163, "adenocarcinoma"), (8170, 8175, "hepatocellular carcinoma"),
    (8180, 8239, "adenocarcinoma"), (8240, 8249, "neuroendocrine tumour"), (8250, 8309, "adenocarcinoma"),
    (8310, 8310, "clear cell carcinoma"), (8311, 8311, "adenocarcinoma"),
    (8312, 8319, "renal cell carcinoma"),
    (8320, 8499, "adenocarcinoma"), (8500, 8509, "ductal carcinoma"), (8519, 8520, "lobular carcinoma"),
    (8521, 8521, "ductal carcinoma"), (8523, 8523, "ductal carcinoma"), (8524, 8524, "lobular carcinoma"),
    (8525, 8579, "adenocarcinoma"), (8720, 8790, "melanoma"), (8800, 8921, "sarcoma"),
    (8936, 8936, "gastrointestinal stromal tumour"), (9040, 9044, "sarcoma"), (9050, 9055, "mesothelioma"),
    (9060, 9102, "germ cell tumour"), (9120, 9252, "sarcoma"), (9380, 9480, "glioma"),
    (9590, 9729, "lymphoma"), (9731, 9734, "myeloma"), (9735, 9738, "lymphoma"), (9800, 9948, "leukaemia"),
)  # fmt: skip
"""Ranges of morphology codes and the record's word for them; a later range inside an earlier one wins."""

_BEHAVIOURS: Final = {
    "0": "benign", "1": "unstated", "2": "in situ", "3": "malignant", "6": "secondary", "9": "malignant",
}  # fmt: skip


@lru_cache(maxsize=1024)
def morphology(written: str) -> tuple[str, str] | None:
    """Histology and behaviour of an ICD-O-3 morphology; None when it is no such code.

    >>> morphology("8140/3"), morphology("8046/3"), morphology("8140/2"), morphology("C18.7")
    (('adenocarcinoma', 'malignant'), ('non-small cell carcinoma', 'malignant'),
    ('adenocarcinoma', 'in situ'), None)
    """
    match = _MORPHOLOGY.fullmatch(written.strip())
    if match is None:
        return None
    code = int(match[1])
    found = [word for low, high, word in _MORPHOLOGIES if low <= code <= high]
    return (found[-1] if found else ""), _BEHAVIOURS.get(match[2] or "", "")
