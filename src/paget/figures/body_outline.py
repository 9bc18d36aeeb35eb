"""The body seen from the front: outlines, and where each organ lies, drawn by hand at 0.42 px a mm.

The patient's right is at the reader's left. The neck's base is at y = 4; the head lies above, at
negative y. The liver is also drawn large, in coordinates of its own at 1 px a mm.
"""

from __future__ import annotations

import re
from typing import Final

Point = tuple[float, float]

PX_PER_MM: Final = 0.42
WIDTH: Final = 224
BOTTOM: Final = 304
HEAD_TOP: Final = -92

BODY: Final = (
    (
        "M74 4 C74 20 70 28 54 34 C36 40 20 44 12 60 C7 71 5 88 4 104"
        " M150 4 C150 20 154 28 170 34 C188 40 204 44 212 60 C217 71 219 88 220 104"
    ),
    (
        "M36 84 C38 112 44 138 43 164 C42 190 30 208 26 232 C22 258 22 280 24 304"
        " M188 84 C186 112 180 138 181 164 C182 190 194 208 198 232 C202 258 202 280 200 304"
    ),
    "M112 268 C108 282 106 292 106 304 M112 268 C116 282 118 292 118 304",
)
HEAD: Final = (
    "M74 4 C80 -2 83 -6 84 -13 C73 -30 70 -58 80 -74 C92 -94 132 -94 144 -74 C154 -58 151 -30 140 -13"
    " C141 -6 144 -2 150 4"
)
BRAIN: Final = (
    "M112 -83 C92 -86 81 -70 82 -54 C83 -40 96 -33 112 -34 C128 -33 141 -40 142 -54 C143 -70 132 -86 112 -83Z"
)
BRAIN_MIDLINE: Final = "M112 -83 L112 -34"
LUNGS: Final = (
    "M98 48 C84 44 68 56 60 78 C53 98 51 116 52 132 C66 124 84 122 98 130 C102 112 103 72 98 48Z",
    (
        "M126 48 C140 44 156 56 164 78 C171 98 173 116 172 132 C160 126 152 125 142 128 C140 118 132 112"
        " 126 108 C122 90 122 70 126 48Z"
    ),
)
FISSURES: Final = "M56 102 L98 88 M60 80 L100 104 M126 84 L168 108"
RECTUM: Final = "M136 214 C142 226 128 236 116 240 C110 244 112 256 112 264"
LIVER: Final = (
    "M16 78 C12 44 34 14 78 9 C104 6 120 18 142 20 C176 23 206 22 226 34 C236 41 230 58 216 70"
    " C196 87 168 92 148 100 C130 108 120 122 106 134 C88 149 56 154 36 144 C20 135 18 108 16 78Z"
)
LIVER_BORDERS: Final = (
    "M112 10 C92 40 66 90 58 150 M116 10 C112 50 104 100 100 150 M122 10 C140 40 152 70 150 110"
    " M0 90 C60 82 110 70 150 62 C180 58 210 56 240 50"
)
LIVER_AT: Final[Point] = (50, 133)
LIVER_SIZE: Final[Point] = (236, 156)

SEGMENT_NAMES: Final[dict[str, Point]] = {
    "I": (107, 79), "II": (214, 46), "III": (176, 82), "IVa": (123, 38), "IVb": (121, 98), "V": (80, 124),
    "VI": (48, 141), "VII": (30, 74), "VIII": (88, 30),
}  # fmt: skip
SEGMENTS: Final[dict[str, Point]] = {
    "I": (108, 75), "II": (184, 42), "III": (162, 72), "IV": (128, 66), "IVa": (130, 44), "IVb": (130, 82),
    "V": (84, 100), "VI": (42, 114), "VII": (52, 54), "VIII": (92, 52),
    "right": (64, 82), "left": (178, 54), "": (112, 60),
}  # fmt: skip
"""Where a lesion of a liver segment is drawn; of a lobe or of the liver where nothing closer is said."""

PAIRED: Final[dict[str, tuple[str, str]]] = {
    "kidney": ("M74 178 C64 180 62 214 74 220 C84 222 84 208 80 200 C84 192 84 178 74 178Z",
               "M150 174 C160 176 162 210 150 216 C140 218 140 204 144 196 C140 188 140 174 150 174Z"),
    "adrenal": ("M80 166 l8 10 l-14 2z", "M144 162 l6 12 l-14 -2z"),
}  # fmt: skip
"""Outlines that are drawn only where they matter: the patient's right and left organ."""

SPINE: Final = "M107 34 h10 v226 h-10z M92 250 C84 240 72 238 62 244 M132 250 C140 240 152 238 162 244"

_SIDES: Final[dict[str, tuple[Point, Point]]] = {  # the patient's right, left
    "lung": ((76, 96), (150, 92)),
    "pleura": ((56, 118), (170, 118)),
    "kidney": ((74, 200), (150, 196)),
    "adrenal": ((81, 173), (144, 169)),
    "breast": ((66, 104), (158, 104)),
    "brain": ((97, -60), (127, -60)),
    "ovary": ((94, 242), (130, 242)),
    "testis": ((108, 292), (116, 292)),
    "ureter": ((88, 226), (136, 226)),
    "chest wall": ((48, 110), (176, 110)),
    "soft tissue": ((34, 150), (190, 150)),
    "thyroid": ((106, 12), (118, 12)),
    "salivary gland": ((82, -16), (142, -16)),
    "eye": ((100, -44), (124, -44)),
    "bone": ((84, 248), (140, 248)),
}
_MIDDLE: Final[dict[str, Point]] = {
    "liver": (LIVER_AT[0] + 47, LIVER_AT[1] + 25), "brain": (112, -58), "meninges": (112, -80),
    "eye": (100, -44), "nose and sinuses": (112, -32), "nasopharynx": (112, -26), "oral cavity": (112, -18),
    "oropharynx": (112, -12), "hypopharynx": (112, -2), "larynx": (112, 4), "thyroid": (112, 12),
    "oesophagus": (112, 92), "thymus": (112, 58), "mediastinum": (112, 76), "heart": (120, 112),
    "pericardium": (120, 112), "bone": (112, 206), "bone marrow": (112, 222), "spinal cord": (112, 148),
    "lymph node": (118, 210), "peritoneum": (150, 226), "retroperitoneum": (122, 200), "spleen": (168, 160),
    "pancreas": (124, 186), "stomach": (144, 150), "bile duct": (102, 190), "gallbladder": (88, 194),
    "small bowel": (112, 216), "colon": (112, 214), "appendix": (80, 238),
    "rectosigmoid junction": (122, 238), "rectum": (112, 251), "anus": (112, 264), "bladder": (112, 260),
    "prostate": (112, 266), "uterus": (112, 250), "cervix": (112, 258), "vagina": (112, 264),
    "vulva": (112, 270), "penis": (112, 284), "abdominal wall": (60, 216), "pelvis": (112, 246),
    "skin": (190, 120), "blood": (112, 120), "unknown primary": (112, 120),
}  # fmt: skip
_PLACES: Final[tuple[tuple[str, str, Point], ...]] = (  # organ, words in the location, where
    ("bone", r"skull|cranial", (112, -88)),
    ("bone", r"cervical|\bc\d", (112, 10)),
    ("bone", r"thorac|dorsal|\bt\d|\bth\d", (112, 96)),
    ("bone", r"lumbar|\bl\d|spin|vertebra", (112, 196)),
    ("bone", r"sacr", (112, 246)),
    ("bone", r"rib", (58, 120)),
    ("bone", r"stern", (112, 88)),
    ("bone", r"scapula|clavic|shoulder", (44, 52)),
    ("bone", r"humerus|humeral|\barm", (14, 92)),
    ("bone", r"femur|femor|hip", (62, 278)),
    ("bone", r"ili|pelvi|acetab|pubi|ischi", (72, 252)),
    ("lymph node", r"cervic|neck|supraclav", (88, 8)),
    ("lymph node", r"axill", (42, 84)),
    ("lymph node", r"mediast|hil|paratrach|subcar|thorac", (112, 78)),
    ("lymph node", r"inguin|groin", (84, 274)),
    ("lymph node", r"pelvi|iliac|obturat|mesorect", (96, 248)),
    ("colon", r"right|ascend|caec|cec|hepatic", (72, 214)),
    ("colon", r"left|descend|splenic", (156, 214)),
    ("colon", r"transv", (112, 204)),
    ("colon", r"sigm", (134, 240)),
    ("brain", r"cerebell|posterior fossa", (112, -38)),
    ("brain", r"front", (112, -76)),
)
_HEAD: Final = frozenset({
    "brain", "meninges", "eye", "nose and sinuses", "nasopharynx", "oral cavity", "oropharynx", "hypopharynx",
    "larynx", "salivary gland",
})  # fmt: skip
_SEGMENT: Final = re.compile(r"\b(VIII|VII|VI|IV ?[ab]|IV|V|III|II|I)\b", re.IGNORECASE)
_ARABIC: Final = re.compile(r"\b(?:s|seg|segment)\.? ?([1-8])([ab]?)\b", re.IGNORECASE)
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def is_in_head(organ: str) -> bool:
    """Whether the head must be drawn for it."""
    return organ in _HEAD


def segment_of(location: str, laterality: str) -> str:
    """The liver segment that a location names, else its side, else "".

    >>> segment_of("segment IVb, near a vein", ""), segment_of("seg 6", ""), segment_of("", "left")
    ('IVb', 'VI', 'left')
    """
    if found := _ARABIC.search(location):
        return _ROMAN[int(found[1]) - 1] + found[2].lower()
    if found := _SEGMENT.search(location):
        name = found[1].replace(" ", "")
        return name[:-1].upper() + name[-1].lower() if name[-1] in "abAB" else name.upper()
    words = f"{location} {laterality}".lower()
    return "right" if "right" in words else "left" if "left" in words else ""


def is_side_unknown(organ: str, location: str, laterality: str) -> bool:
    """Whether an organ is one of two, and nothing says which.

    >>> is_side_unknown("lung", "upper lobe", ""), is_side_unknown("lung", "", "left")
    (True, False)
    """
    words = f"{location} {laterality}".lower()
    placed = any(organ == name and re.search(pattern, words) for name, pattern, _ in _PLACES)
    return organ in _SIDES and organ not in _MIDDLE and not placed and not re.search("right|left", words)


def place_of(organ: str, location: str, laterality: str) -> Point:
    """Where a lesion of an organ is drawn on the body; between the two when its side is unknown.

    >>> place_of("lung", "right lower lobe", "right")
    (68, 112.0)
    """
    words = f"{location} {laterality}".lower()
    if organ == "liver":
        x, y = SEGMENTS[segment_of(location, laterality)]
        return (LIVER_AT[0] + PX_PER_MM * x, LIVER_AT[1] + PX_PER_MM * y)
    for name, pattern, point in _PLACES:
        if organ == name and re.search(pattern, words):
            return point
    if organ in _SIDES and ("right" in words or "left" in words):
        x, y = _SIDES[organ]["left" in words]
        if organ == "lung":
            return _lobe(x, words)
        return x, y
    if organ in _MIDDLE:
        return _MIDDLE[organ]
    if organ in _SIDES:
        (right, y), (left, _) = _SIDES[organ]
        return ((right + left) / 2, y)
    return (112, 140)


def _lobe(x: float, words: str) -> Point:
    inward = 8 if x < WIDTH / 2 else -8
    if "lower" in words:
        return (x - inward, 112.0)
    if "upper" in words or "apex" in words or "apic" in words:
        return (x + inward, 68.0)
    return (x, 92.0)
