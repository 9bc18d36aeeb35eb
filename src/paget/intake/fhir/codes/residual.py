"""Residual tumour after an operation: the ways in which a code or a short text says R0, R1, R2 or RX."""

from __future__ import annotations

import re
from typing import Final

from paget.intake.fhir.codes.systems import LOINC, SNOMED
from paget.intake.fhir.elements import Json, codings, spoken

CLASSIFICATIONS: Final = frozenset({(LOINC, "84892-9"), (SNOMED, "445200009"), (SNOMED, "17964000")})
"""Observations whose value is a residual tumour class."""

MARGINS: Final = frozenset({(LOINC, "44669-0")})
"""Observations of a pathologist about the margin of a specimen."""

_UNINVOLVED: Final = "LA27151-2"
_WHOLE: Final = re.compile(
    r"(?:p?)(R0|R1|R2|RX)(?:\s?\((?:is|cy\+|is\+|mic|loc)\))?(?:[ -]?resection| category)?", re.IGNORECASE
)
_IN_WORDS: Final = re.compile(r"\b(?:residual|resection|cancer|category)\b.*?\b(R[012X])\b", re.IGNORECASE)
_DENIED: Final = re.compile(r"\bno[tn]?\b|\bcannot\b", re.IGNORECASE)
_EITHER: Final = re.compile(r"\s*(R[012])\s*(?:/|or|-|–)\s*(R[012])\b.*", re.IGNORECASE)
_PAIRS: Final = {frozenset({"R0", "R1"}): "R0 or R1", frozenset({"R1", "R2"}): "R1 or R2"}


def residual_in_words(said: str) -> str:
    """The residual tumour class that a text states; "" when it states none.

    >>> [residual_in_words(said) for said in ("R1(is)", "R0 or R1, undecided", "no R0 reached")]
    ['R1', 'R0 or R1', '']
    """
    plain = said.strip()
    either = _EITHER.fullmatch(plain)
    if either:
        return _PAIRS.get(frozenset({either[1].upper(), either[2].upper()}), "")
    whole = _WHOLE.fullmatch(plain)
    if whole:
        return whole[1].upper()
    inside = None if _DENIED.search(plain) else _IN_WORDS.search(plain)
    return inside[1].upper() if inside else ""


def residual(concept: Json) -> str:
    """The residual tumour class that a coded value states: a code that is the class, or its words."""
    said = [one.code for one in codings(concept)] + spoken(concept)
    return next((found for one in said if (found := residual_in_words(one))), "")


def margin(concept: Json) -> str:
    """R0 where a margin is stated to be free of invasive tumour, "R1 or R2" where it is involved, else "".

    >>> margin({"coding": [{"system": "http://loinc.org", "code": "LA27151-2"}]})
    'R0'
    """
    if any(one.code == _UNINVOLVED for one in codings(concept)):
        return "R0"
    said = " ".join(spoken(concept)).casefold()
    if re.search(r"\buninvolved\b|\bnot involved\b|\bnegative\b|\bfree\b", said):
        return "R0"
    if re.search(r"\binvolved\b|\bpositive\b", said):
        return "R1 or R2"
    return ""


def either(one: str, other: str) -> str:
    """The class that holds two statements about one operation: both are possible.

    >>> either("R0", "R1"), either("R0", "R0"), either("R0", "R2")
    ('R0 or R1', 'R0', '')
    """
    if one == other or not other:
        return one
    if not one:
        return other
    parts = frozenset(one.split(" or ")) | frozenset(other.split(" or "))
    return _PAIRS.get(parts, "")
