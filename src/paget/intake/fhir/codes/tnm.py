"""TNM: which observation states which category, and what its value says; by code, else by its words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from paget.intake.fhir.codes.systems import AJCC, LOINC, NCIT, SNOMED
from paget.intake.fhir.elements import Coding, Json, codings, spoken, text


class Statement(NamedTuple):
    """What an observation states: the column of a staging, and c or p where its code says so."""

    column: str
    prefix: str = ""


class Category(NamedTuple):
    """A category and the prefix written with it: ("T3", "c")."""

    value: str
    prefix: str = ""


STATEMENTS: Final[dict[tuple[str, str], Statement]] = {
    (SNOMED, "78873005"): Statement("t"),
    (SNOMED, "399504009"): Statement("t", "c"),
    (SNOMED, "384625004"): Statement("t", "p"),
    (SNOMED, "277206009"): Statement("n"),
    (SNOMED, "399534004"): Statement("n", "c"),
    (SNOMED, "371494008"): Statement("n", "p"),
    (SNOMED, "277208005"): Statement("m"),
    (SNOMED, "399387003"): Statement("m", "c"),
    (SNOMED, "371497001"): Statement("m", "p"),
    (SNOMED, "399390009"): Statement("stage_group"),
    (SNOMED, "399537006"): Statement("stage_group", "c"),
    (SNOMED, "399588009"): Statement("stage_group", "p"),
    (LOINC, "21905-5"): Statement("t", "c"),
    (LOINC, "21899-0"): Statement("t", "p"),
    (LOINC, "21911-3"): Statement("t"),
    (LOINC, "21906-3"): Statement("n", "c"),
    (LOINC, "21900-6"): Statement("n", "p"),
    (LOINC, "21912-1"): Statement("n"),
    (LOINC, "21907-1"): Statement("m", "c"),
    (LOINC, "21901-4"): Statement("m", "p"),
    (LOINC, "21913-9"): Statement("m"),
    (LOINC, "21908-9"): Statement("stage_group", "c"),
    (LOINC, "21902-2"): Statement("stage_group", "p"),
    (LOINC, "21914-7"): Statement("stage_group"),
}

SNOMED_CATEGORIES: Final[dict[str, str]] = {
    "1222604002": "cTX", "1228882005": "cT0", "1228884006": "cTis", "1228889001": "cT1",
    "1228891009": "cT1mi",
    "1228892002": "cT1a", "1228895000": "cT1b", "1228899006": "cT1c", "1228929004": "cT2",
    "1228931008": "cT2a",
    "1228934000": "cT2b", "1228936003": "cT2c", "1228938002": "cT3", "1228939005": "cT3a",
    "1228940007": "cT3b",
    "1228944003": "cT4", "1228945002": "cT4a", "1228946001": "cT4b", "1228947005": "cT4c",
    "1228948000": "cT4d",
    "1228950008": "pTX", "1228951007": "pT0", "1228953005": "pTis", "1228957006": "pT1",
    "1228958001": "pT1mi",
    "1228959009": "pT1a", "1228962007": "pT1b", "1229846008": "pT1c", "1229852009": "pT2",
    "1229853004": "pT2a",
    "1229856007": "pT2b", "1229859000": "pT3", "1229860005": "pT3a", "1229861009": "pT3b",
    "1229864001": "pT4",
    "1229865000": "pT4a", "1229866004": "pT4b", "1229867008": "pT4c", "1229868003": "pT4d",
    "1229966003": "cNX", "1229967007": "cN0", "1229973008": "cN1", "1229974002": "cN1mi",
    "1229975001": "cN1a",
    "1229976000": "cN1b", "1229977009": "cN1c", "1229978004": "cN2", "1229981009": "cN2a",
    "1229982002": "cN2b",
    "1229984001": "cN3", "1229985000": "cN3a", "1229986004": "cN3b", "1229987008": "cN3c",
    "1229945006": "pNX", "1229947003": "pN0", "1229951001": "pN1", "1229952008": "pN1mi",
    "1229954009": "pN1a",
    "1229955005": "pN1b", "1229956006": "pN1c", "1229957002": "pN2", "1229959004": "pN2a",
    "1229960009": "pN2b",
    "1229962001": "pN3", "1229963006": "pN3a", "1229964000": "pN3b", "1229965004": "pN3c",
    "1229901006": "cM0", "1229903009": "cM1", "1229904003": "cM1a", "1229907005": "cM1b",
    "1229910003": "cM1c",
    "1229916009": "pM1", "1229917000": "pM1a", "1229920008": "pM1b", "1229923005": "pM1c",
}  # fmt: skip

SNOMED_GROUPS: Final[dict[str, str]] = {
    "1222605001": "0", "1222723001": "I", "1222724007": "IA", "1222728005": "IB", "1222731006": "IC",
    "1222765007": "II", "1222766008": "IIA", "1222769001": "IIB", "1222770000": "IIC",
    "1222801008": "III", "1222802001": "IIIA", "1222805004": "IIIB", "1222806003": "IIIC",
    "1222811001": "IIID",
    "1222837003": "IV", "1222838008": "IVA", "1222841004": "IVB", "1222842006": "IVC",
}  # fmt: skip

EDITIONS: Final[dict[tuple[str, str], str]] = {
    (SNOMED, "444256004"): "6", (SNOMED, "443830009"): "7", (SNOMED, "897275008"): "8", (SNOMED,
    "1269566009"): "9",
    (NCIT, "C146985"): "8",
}  # fmt: skip

_CATEGORIES: Final = {
    letter: re.compile(
        rf"(?<![A-Za-z])([acpry]{{0,3}})({letter}(?:is|mi|a|X|x|[0-4])(?:mi|[a-e][1-3]?)?(?:\([A-Za-z0-9]+[+-]?\))?)"
        r"(?![A-Za-z0-9])"
    )
    for letter in "TNM"
}
_GROUP: Final = re.compile(r"(?:stage\s+)?(0|IV|III|II|I)\s?([A-E]?[1-3]?)", re.IGNORECASE)
_GROUP_IN_WORDS: Final = re.compile(r"\bstage\s+(0|IV|III|II|I)([A-E]?[1-3]?)(?![A-Za-z0-9])", re.IGNORECASE)
_ARABIC: Final = re.compile(r"([0-4])([A-E]?[1-3]?)", re.IGNORECASE)
_ROMAN: Final = {"0": "0", "1": "I", "2": "II", "3": "III", "4": "IV"}
_EDITION: Final = re.compile(
    r"\b([6-9])(?:th)? (?:edition|version)|\b(?:edition|version|AJCC|UICC)\s?([6-9])\b", re.IGNORECASE
)
_PREFIXES: Final = {
    frozenset(""): "", frozenset("c"): "c", frozenset("p"): "p", frozenset("yc"): "yc", frozenset("yp"): "yp",
    frozenset("y"): "", frozenset("r"): "r", frozenset("rp"): "rp", frozenset("rc"): "r", frozenset("a"): "a",
    frozenset("ryp"): "rp",
}  # fmt: skip


def statement(codes: list[Coding]) -> Statement | None:
    """Which TNM statement an observation's code makes; None when it makes none."""
    return next((found for one in codes if (found := STATEMENTS.get((one.system, one.code)))), None)


@lru_cache(maxsize=2048)
def category_in_words(said: str, letter: str) -> Category | None:
    """The category of a letter T, N or M that a text names.

    >>> category_in_words("American Joint Committee on Cancer cT3 (qualifier value)", "T")
    Category(value='T3', prefix='c')
    >>> category_in_words("ypN1mi", "N")
    Category(value='N1mi', prefix='yp')
    """
    match = _CATEGORIES[letter].search(said)
    if match is None:
        return None
    value = match[2]
    return Category(value[0] + value[1:].replace("x", "X"), _PREFIXES.get(frozenset(match[1]), ""))


def category(concept: Json, letter: str) -> Category | None:
    """The category that a coded value states: by its code, else by its words."""
    for one in codings(concept):
        if one.system == SNOMED and (known := SNOMED_CATEGORIES.get(one.code)) is not None:
            return category_in_words(known, letter)
    said = spoken(concept) + [one.code for one in codings(concept)]
    return next((found for one in said if (found := category_in_words(one, letter))), None)


@lru_cache(maxsize=1024)
def _group(said: str, whole: bool) -> str:
    plain = said.strip()
    match = (_GROUP.fullmatch if whole else _GROUP_IN_WORDS.search)(plain)
    if match:
        return match[1].upper() + match[2].upper()
    match = _ARABIC.fullmatch(plain) if whole else None
    return _ROMAN[match[1]] + match[2].upper() if match else ""


def stage_group(concept: Json) -> str:
    """The stage group that a coded value states, in Roman digits; "" when it states none.

    >>> stage_group({"coding": [{"system": "http://cancerstaging.org", "code": "3C"}]})
    'IIIC'
    """
    for one in codings(concept):
        if one.system == SNOMED and one.code in SNOMED_GROUPS:
            return SNOMED_GROUPS[one.code]
        if one.system == AJCC and (found := _group(one.code, whole=True)):
            return found
    said = spoken(concept)
    return next((found for one in said if (found := _group(one, whole=True) or _group(one, whole=False))), "")


def edition(concept: Json) -> str:
    """The edition of the classification, "8"; "" when it is not said."""
    for one in codings(concept):
        known = EDITIONS.get((one.system, one.code))
        if known:
            return known
    for said in spoken(concept):
        match = _EDITION.search(said)
        if match:
            return match[1] or match[2]
    return text(concept, "edition")
