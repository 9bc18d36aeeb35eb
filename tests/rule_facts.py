"""The facts that the rules of these tests may read: declarations only, as the facts room makes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from paget.facts.declaration import Fact

DISEASES: Final = (
    "colorectal", "lung", "kidney", "head and neck", "soft tissue sarcoma", "breast", "prostate", "melanoma",
    "oesophagus or stomach", "pancreas or bile duct", "liver", "other",
)  # fmt: skip

_TRUTHS = ("has_metastasis", "metastasis_stands", "liver_metastasis", "dissemination", "peritoneal_metastasis", "staging_complete",
           "primary_in_place")  # fmt: skip
_SPANS = ("diagnosis_to_metastasis", "disease_free_interval", "treatment_to_failure")
_COUNTS = {
    "lesion_count": "lesion", "organ_count": "organ", "liver_lesion_count": "lesion",
    "lung_lesion_count": "lesion", "untreatable_lesion_count": "lesion", "primary_nodes_positive": "node",
}  # fmt: skip
_SIZES = {
    "largest_lesion": "mm", "largest_liver_lesion": "mm", "total_volume": "mL", "measured_volume": "mL",
    "sum_of_cubes": "cm3",
}  # fmt: skip
_AGES = ("ct_chest", "ct_abdomen", "ct_pelvis", "liver_mr", "pet_ct", "colonoscopy", "cea")


def _numbers(units: dict[str, str]) -> Iterator[Fact]:
    for name, unit in units.items():
        yield Fact(name, "number", name, unit, minimum=0, resolved_by="imaging")


FACTS: Final[dict[str, Fact]] = {
    fact.name: fact
    for fact in (
        Fact("disease", "class", "The disease.", classes=DISEASES, resolved_by="pathology"),
        Fact("tumour_site", "class", "The site.", classes=("colon", "rectum", "lung", "kidney", "other")),
        Fact("histology", "class", "The histology.", classes=("adenocarcinoma", "sarcoma", "other")),
        Fact("primary_control", "class", "Control of the primary.",
             classes=("controlled", "controllable", "uncontrolled"), resolved_by="status of the primary"),
        *(Fact(name, "truth", name, resolved_by="staging") for name in _TRUTHS),
        *(Fact(name, "span", name, "day", resolved_by="the two dates") for name in _SPANS),
        *_numbers(_COUNTS),
        *_numbers(_SIZES),
        Fact("cea", "number", "CEA.", "ng/mL", resolution=0.1, minimum=0, resolved_by="blood test"),
        Fact("ecog", "number", "Performance status.", minimum=0),
        Fact("age", "number", "Age.", "year", minimum=0),
        *(Fact(f"{name}_age", "number", name, "day", minimum=0, resolved_by=name) for name in _AGES),
    )
}  # fmt: skip
