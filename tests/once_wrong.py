"""Small cases in which a blank once narrowed an answer or flipped it, each for one defect that was mended."""

from __future__ import annotations

from typing import Any, Final

from clinical_cases import Rows


def of(**tables: Any) -> Rows:
    """A small case: rows get their ids, and are about the one primary where they must be."""
    rows: Rows = {"patients": [{"patient_id": "P", "time_base": "calendar"}], "targets": [], "treatments": []}
    for name, found in tables.items():
        rows[name] = [{"row_id": f"{name} {place}", **row} for place, row in enumerate(found)]
    return rows


OPERATION = {"treatment_id": "O", "modality": "surgery", "definitive": True, "residual": "R0"}
METASTASIS = {"lesion_id": "L", "relation": "distant", "found_day": "2025-06-23"}
SITE = {"site_id": "S", "relation": "distant"}
STAGED = {"kind": "ct", "covers": ("whole body",), "day": "2025-06-12"}
ON_THE_DAY = {"treatment_id": "O", "modality": "surgery", "end_day": "2025-06-24"}
PRIMARY = {"tumour_id": "T"}
ONCE_WRONG: Final = {
    "a treatment a year before the diagnosis": of(
        tumours=[PRIMARY | {"diagnosed_day": "2025-04-27"}],
        lesions=[METASTASIS],
        treatments=[OPERATION | {"start_day": "2024-05-30"}],
    ),
    "a metastasis on the day of the diagnosis, a year after a treatment": of(
        tumours=[PRIMARY | {"diagnosed_day": "2025-06-23"}],
        lesions=[METASTASIS],
        treatments=[OPERATION | {"start_day": "2024-05-30"}],
    ),
    "a row that is no metastasis": of(
        lesions=[{"lesion_id": "L", "relation": "primary", "found_day": "2025-06-25"}],
        treatments=[OPERATION | {"start_day": "2024-12-08"}],
    ),
    "a treatment that may be definitive": of(
        treatments=[{"treatment_id": "O", "modality": "surgery", "start_day": "2023-04-26"}]
    ),
    "a pathological stage without M": of(
        tumours=[PRIMARY],
        stagings=[PRIMARY | {"prefix": "p", "m": "M1a", "day": "2025-06-01"}],
        studies=[STAGED],
    ),
    "a target that is left": of(
        sites=[SITE],
        treatments=[ON_THE_DAY],
        targets=[{"treatment_id": "O", "site_id": "S", "removed": False}],
    ),
    "the only site that an operation addresses": of(
        sites=[SITE], treatments=[ON_THE_DAY], targets=[{"treatment_id": "O", "site_id": "S"}]
    ),
    "a positive margin of unknown origin": of(
        tumours=[PRIMARY, {"tumour_id": "U"}],
        lesions=[{"lesion_id": "L", "relation": "local"}],
        treatments=[
            OPERATION | {"residual": "R1 or R2", "end_day": "2025-04-27"},
            ON_THE_DAY | {"treatment_id": "X", "tumour_id": "T"},
        ],
        targets=[{"treatment_id": "X", "lesion_id": "L"}],
    ),
    "contact with a vessel that nobody names": of(
        lesions=[{"lesion_id": "L", "relation": "local", "found_day": "2025-05-01"}],
        judgements=[
            {
                "lesion_id": "L",
                "role": "radiologist",
                "certainty": "proven",
                "vessel": "carotid artery",
                "contact_degrees": 90.0,
                "day": "2025-05-01",
            },
            {
                "lesion_id": "L",
                "role": "radiologist",
                "certainty": "proven",
                "contact_degrees": 270.0,
                "day": "2025-06-01",
            },
        ],
    ),
    "no drugs when something was found that is no metastasis": of(
        lesions=[{"lesion_id": "L", "relation": "regional"}],
        observations=[{"name": "systemic treatment at detection", "text": "none", "day": "2025-06-24"}],
    ),
    "a statement about a state without a metastasis": of(
        sites=[{"site_id": "S", "day": "2025-07-14"}],
        observations=[{"name": "metastatic state", "text": "never polymetastatic", "day": "2025-04-28"}],
    ),
    "two results of genes that disagree": of(
        observations=[
            {"name": "kras", "text": "G12D", "day": "2025-05-13"},
            {"name": "ras", "text": "wild type", "day": "2025-06-23"},
        ]
    ),
    "an operation that was denied": of(
        treatments=[{"treatment_id": "O", "modality": "surgery", "end_day": "2025-06-22"}],
        observations=[{"name": "earlier operation", "text": "no", "day": "2025-04-29"}],
    ),
    "an overlap with an irradiation that was denied": of(
        observations=[
            {"name": "field overlap", "text": "yes", "day": "2025-03-16"},
            {"name": "earlier irradiation", "text": "no", "day": "2025-05-24"},
        ]
    ),
    "a step of the plan that may have been": of(
        treatments=[
            {"treatment_id": "D", "modality": "systemic", "stage": 3, "plan_id": "plan"},
            {"treatment_id": "O", "modality": "surgery", "start_day": "2025-06-24", "plan_id": "plan"},
        ]
    ),
    "a target left that may be known": of(
        lesions=[{"lesion_id": "L", "found_day": "2024-06-24"}],
        treatments=[{"treatment_id": "O", "modality": "surgery", "start_day": "2025-04-25"}],
        targets=[{"treatment_id": "O", "lesion_id": "L", "removed": False, "known_day": "2025"}],
    ),
    "a target that may have been retracted": of(
        lesions=[METASTASIS | {"found_day": "2024-06-24"}],
        treatments=[
            {"treatment_id": "O", "modality": "surgery", "end_day": "2025-06-23"},
            {
                "treatment_id": "X",
                "modality": "chemoradiotherapy",
                "definitive": True,
                "start_day": "2025-04-27",
            },
        ],
        targets=[
            {"treatment_id": "O", "lesion_id": "L"},
            {
                "treatment_id": "O",
                "lesion_id": "L",
                "replaces": "targets 0",
                "retracted": True,
                "known_day": "2025-05-26/2025-06-26",
            },
        ],
    ),
    "a step that may have begun, and what it left": of(
        lesions=[{"lesion_id": "L"}],
        treatments=[
            {"treatment_id": "E", "modality": "embolisation", "plan_id": "plan", "start_day": "2025-06-23"},
            {
                "treatment_id": "O",
                "modality": "surgery",
                "definitive": True,
                "plan_id": "plan",
                "start_day": "2025-06-24",
            },
        ],
        targets=[{"treatment_id": "E", "lesion_id": "L", "known_day": "2025-06-17"}],
    ),
    "a course of which only the end is exact": of(
        treatments=[
            {"treatment_id": "O", "modality": "surgery", "start_day": "2025-06-24", "plan_id": "plan"},
            {
                "treatment_id": "D",
                "modality": "systemic",
                "start_day": "2025",
                "end_day": "2025-04-25",
                "plan_id": "plan",
            },
        ]
    ),
    "an operation on a lesion that may have been retracted": of(
        lesions=[
            {"lesion_id": "L", "relation": "local"},
            {"lesion_id": "L", "found_day": "2023-04-16", "replaces": "lesions 0", "retracted": True},
        ],
        treatments=[{"treatment_id": "O", "modality": "surgery", "start_day": "2023-04-16"}],
        targets=[{"treatment_id": "O", "lesion_id": "L"}],
    ),
    "a site that may have been retracted": of(
        sites=[SITE, SITE | {"day": "2025-05-12", "replaces": "sites 0", "retracted": True}],
        treatments=[{"treatment_id": "O", "modality": "surgery", "end_day": "2025-04-27"}],
        targets=[{"treatment_id": "O", "site_id": "S"}],
    ),
    "a treatment that may be drugs": of(
        sites=[{"site_id": "S"}],
        treatments=[{"treatment_id": "O", "modality": "systemic", "definitive": True}],
    ),
    "two words on one target, of which one may not be known yet": of(
        lesions=[{"lesion_id": "L", "relation": "local", "found_day": "2023-04"}],
        treatments=[OPERATION | {"residual": "R1", "end_day": "2025-04-25"}],
        targets=[
            {"treatment_id": "O", "lesion_id": "L"},
            {"treatment_id": "O", "lesion_id": "L", "removed": True, "known_day": "2025"},
        ],
    ),
    "drugs on the day of the newest metastasis, which may have been found later this year": of(
        sites=[{"site_id": "S", "day": "2025"}],
        lesions=[{"lesion_id": "L", "relation": "distant", "found_day": "2025-05-25"}],
        observations=[{"name": "systemic treatment at detection", "text": "given", "day": "2025-06-24"}],
    ),
    "the same of a lesion": of(
        lesions=[
            {"lesion_id": "K", "relation": "distant", "found_day": "2025"},
            {"lesion_id": "L", "relation": "distant", "found_day": "2025-05-25"},
        ],
        observations=[{"name": "systemic treatment at detection", "text": "given", "day": "2025-06-24"}],
    ),
}
