"""Where in the body: SNOMED CT structures, ICD-O-3 topography and plain words as organ, side and location."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from paget.intake.fhir.codes.icd import topography
from paget.intake.fhir.codes.systems import ICD10, ICDO, SNOMED
from paget.intake.fhir.elements import Coding
from paget.record.vocabulary import PRIMARY_SITES


class Place(NamedTuple):
    """A place in the body in the record's words; "" where it is not said."""

    organ: str = ""
    laterality: str = ""
    location: str = ""


SNOMED_STRUCTURES: Final[dict[str, Place]] = {
    "39607008": Place("lung"),
    "31094006": Place("lung", "", "lobe"),
    "44714003": Place("lung", "left", "upper lobe"),
    "41224006": Place("lung", "left", "lower lobe"),
    "45653009": Place("lung", "right", "upper lobe"),
    "72481006": Place("lung", "right", "middle lobe"),
    "266005": Place("lung", "right", "lower lobe"),
    "10200004": Place("liver"),
    "71854001": Place("colon"),
    "32713005": Place("colon", "", "caecum"),
    "9040008": Place("colon", "", "ascending"),
    "485005": Place("colon", "", "transverse"),
    "32622004": Place("colon", "", "descending"),
    "60184004": Place("colon", "", "sigmoid"),
    "34402009": Place("rectum"),
    "66754008": Place("appendix"),
    "30315005": Place("small bowel"),
    "69695003": Place("stomach"),
    "32849002": Place("oesophagus"),
    "15776009": Place("pancreas"),
    "28231008": Place("gallbladder"),
    "12738006": Place("brain"),
    "23451007": Place("adrenal"),
    "64033007": Place("kidney"),
    "18639004": Place("kidney", "left"),
    "9846003": Place("kidney", "right"),
    "41216001": Place("prostate"),
    "76752008": Place("breast"),
    "80248007": Place("breast", "left"),
    "73056007": Place("breast", "right"),
    "15497006": Place("ovary"),
    "35039007": Place("uterus"),
    "71252005": Place("cervix"),
    "89837001": Place("bladder"),
    "272673000": Place("bone"),
    "39937001": Place("skin"),
    "59441001": Place("lymph node"),
    "62683002": Place("lymph node", "", "mediastinal"),
    "15425007": Place("peritoneum"),
    "3120008": Place("pleura"),
    "72410000": Place("mediastinum"),
    "69748006": Place("thyroid"),
    "78904004": Place("chest wall"),
}

LATERALITIES: Final = {
    "7771000": "left", "24028007": "right", "51440002": "both", "399488007": "midline",
}  # fmt: skip

_ORGAN_WORDS: Final = (
    # The first that matches counts: what contains another's word stands before it.
    ("lymph node", r"lymph\w*[ -]node|\bnodes?\b|\blymphatic"),
    ("bone marrow", r"bone marrow"),
    ("chest wall", r"chest wall|thoracic wall"),
    ("abdominal wall", r"abdominal wall"),
    ("spinal cord", r"spinal cord"),
    ("meninges", r"meninge"),
    ("rectosigmoid junction", r"rectosigmoid"),
    ("appendix", r"\bappendix|appendic"),
    ("anus", r"\banus\b|\banal\b"),
    ("rectum", r"\brectum|\brectal"),
    ("small bowel", r"small (?:bowel|intestin)|duoden|jejun|\bileum|\bileal"),
    ("colon", r"\bcolon\b|\bcolonic|caecum|cecum|sigmoid|hepatic flexure|splenic flexure|colectom"),
    ("bile duct", r"bile duct|cholangiocarcinom|biliary|hilar bile"),
    ("gallbladder", r"gall ?bladder|cholecystectom"),
    ("liver", r"\bliver|hepat"),
    ("pancreas", r"pancrea"),
    ("stomach", r"stomach|gastric|gastrectom"),
    ("oesophagus", r"o?esophag"),
    ("spleen", r"\bspleen|splenectom"),
    ("adrenal", r"\badrenal|suprarenal"),
    ("kidney", r"\bkidney|\brenal|nephrectom"),
    ("ureter", r"\bureter"),
    ("bladder", r"\bbladder|cystectom"),
    ("prostate", r"prostat"),
    ("testis", r"\btestis|testic|orchi[de]"),
    ("penis", r"\bpenis|penile"),
    ("ovary", r"\bovar|oophorectom"),
    ("cervix", r"cervix|uterine cervi|cervical cancer"),
    ("uterus", r"uterus|uterine|endometri|hysterectom"),
    ("vagina", r"\bvagin"),
    ("vulva", r"\bvulv"),
    ("breast", r"\bbreast|mammary|mastectom|lumpectom"),
    ("pleura", r"\bpleura"),
    ("pericardium", r"pericardi"),
    ("mediastinum", r"mediastin"),
    ("lung", r"\blungs?\b|pulmonary|bronch|pneumonectom"),
    ("retroperitoneum", r"retroperiton"),
    ("peritoneum", r"peritone|\boment"),
    ("brain", r"\bbrain|cerebr|cerebell|intracranial"),
    ("nasopharynx", r"nasopharyn"),
    ("oropharynx", r"oropharyn|tonsil|base of tongue|soft palate"),
    ("hypopharynx", r"hypopharyn"),
    ("larynx", r"\blaryn|glotti"),
    ("salivary gland", r"salivary|parotid"),
    ("nose and sinuses", r"\bnasal|\bnose\b|paranasal|maxillary sinus"),
    ("oral cavity", r"oral cavity|\bmouth\b|\btongue|\bgingiv|hard palate"),
    ("thyroid", r"thyroid"),
    ("thymus", r"\bthym(?:us|ic|om)"),
    ("eye", r"\beye|\bocular|\buvea|retina"),
    ("skin", r"\bskin\b|cutaneous"),
    ("heart", r"\bheart|cardiac"),
    ("bone", r"\bbones?\b|osseous|skelet|vertebra"),
    ("soft tissue", r"soft tissue|\bmuscle"),
    ("pelvis", r"\bpelvi"),
)  # fmt: skip

_WORDS: Final = tuple((organ, re.compile(pattern, re.IGNORECASE)) for organ, pattern in _ORGAN_WORDS)
_SIDES: Final = (
    ("both", re.compile(r"\bbilateral\b|\bboth\b|right and left", re.IGNORECASE)),
    ("left", re.compile(r"\bleft\b", re.IGNORECASE)),
    ("right", re.compile(r"\bright\b", re.IGNORECASE)),
)
_PARTS: Final = re.compile(
    r"\b(upper|middle|lower) lobe\b|\bsegments? (?:\d|[IV]+)[ab]?\b|\bcaput|\bhead of pancreas\b",
    re.IGNORECASE,
)
_KIND: Final = re.compile(r"\s*\((?:[a-z ]+ )?(?:structure|disorder|procedure|finding|situation)\)\s*$")


@lru_cache(maxsize=4096)
def place_in_words(said: str) -> Place:
    """The place that a text names; a text that names two organs gives the more particular one.

    >>> place_in_words("Structure of lower lobe of left lung (body structure)")
    Place(organ='lung', laterality='left', location='lower lobe')
    """
    plain = _KIND.sub("", said)
    organ = next((name for name, pattern in _WORDS if pattern.search(plain)), "")
    side = next((name for name, pattern in _SIDES if pattern.search(plain)), "")
    part = _PARTS.search(plain)
    return Place(organ, side, part[0].lower() if part and organ else "")


def place(codes: Iterable[Coding], spoken: Iterable[str] = ()) -> Place:
    """The place that codes name, what they leave open filled from the words beside them."""
    organ = side = location = ""
    for one in codes:
        if one.system == SNOMED:
            known = SNOMED_STRUCTURES.get(one.code, Place())
        elif one.system in (ICDO, ICD10):
            known = Place(topography(one.code))
        else:
            known = Place()
        organ, side, location = organ or known.organ, side or known.laterality, location or known.location
    for said in spoken:
        known = place_in_words(said)
        organ = organ or known.organ
        if known.organ in ("", organ):
            side, location = side or known.laterality, location or known.location
    return Place(organ, side, location)


def primary_site(organ: str) -> str:
    """The site of a primary in an organ: the organ itself, or other where the record has no name for it."""
    if not organ or organ in PRIMARY_SITES:
        return organ
    return "other"


_REGIONS: Final = {
    "head": ("brain", "meninges", "eye"),
    "neck": ("oral cavity", "oropharynx", "nasopharynx", "hypopharynx", "larynx", "nose and sinuses",
             "salivary gland", "thyroid"),
    "chest": ("lung", "pleura", "pericardium", "heart", "mediastinum", "chest wall", "thymus", "oesophagus"),
    "abdomen": ("liver", "pancreas", "stomach", "spleen", "kidney", "adrenal", "gallbladder", "bile duct",
                "small bowel", "colon", "peritoneum", "retroperitoneum", "abdominal wall", "appendix"),
    "pelvis": ("rectum", "rectosigmoid junction", "anus", "bladder", "prostate", "uterus", "cervix", "ovary",
               "vagina", "vulva", "pelvis"),
    "breast": ("breast",),
    "spine": ("spinal cord",),
    "bone": ("bone", "bone marrow"),
}  # fmt: skip
_REGION_OF: Final = {organ: region for region, organs in _REGIONS.items() for organ in organs}


def region(organ: str) -> str:
    """The region of the body in which an organ lies, "" where it may lie in several.

    >>> region("lung"), region("lymph node")
    ('chest', '')
    """
    if organ in ("brain", "liver"):
        return organ
    return _REGION_OF.get(organ, "")
