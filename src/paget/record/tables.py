"""The tables of the record, declared once: what a row is, its columns, their kinds, units and meanings."""

from __future__ import annotations

from typing import Final

from paget.record.columns import Column, Table
from paget.record.vocabulary import (
    CERTAINTIES,
    HISTOLOGIES,
    INTENTS,
    LATERALITIES,
    MODALITIES,
    ORGANS,
    PRIMARY_SITES,
    REGIONS,
    RELATIONS,
    RESIDUALS,
    ROLES,
    STATUSES,
    STUDY_KINDS,
    TREATABLE_BY,
)

PATIENT = Column("patient_id", "key", "The person, by a pseudonym.", required=True)
TUMOUR = Column("tumour_id", "key", "The primary tumour; blank on a lesion: its origin is not known.")

PATIENTS: Final = Table(
    "patients",
    "a person",
    (
        PATIENT,
        Column("sex", "class", "Sex as recorded.", allowed=("female", "male", "other")),
        Column("birth_day", "day", "Day, month or year of birth."),
        Column("death_day", "day", "Day of death; blank: not known to be dead.", known_by="death_day"),
        Column("deceased", "truth", "Yes: known to be dead, even where the day is not.",
               known_by="death_day"),
        Column("death_cause", "text", "Cause of death.", known_by="death_day"),
        Column("last_contact_day", "day", "Last day known to be alive.", known_by="last_contact_day"),
        Column("time_base", "class", "calendar: days are dates; relative: days from an origin of the "
               "patient's own. Left out: calendar where dates are written.",
               allowed=("calendar", "relative")),
    ),
    key="patient_id",
)  # fmt: skip

TUMOURS: Final = Table(
    "tumours",
    "a primary tumour",
    (
        Column("tumour_id", "key", "Names the primary.", required=True),
        PATIENT,
        Column("site", "class", "Organ of origin.", allowed=PRIMARY_SITES),
        Column("histology", "class", "Histological type.", allowed=HISTOLOGIES),
        Column("diagnosed_day", "day", "Day of the first diagnosis."),
        Column("grade", "text", "Histological grade."),
        Column("laterality", "class", "Side of the body.", allowed=LATERALITIES),
    ),
    key="tumour_id",
    day="diagnosed_day",
)

STAGINGS: Final = Table(
    "stagings",
    "a TNM statement",
    (
        Column("tumour_id", "key", "The primary that is staged.", required=True),
        PATIENT,
        Column("day", "day", "Day of the statement."),
        Column("prefix", "class", "Clinical, pathological, after treatment, at recurrence.",
               allowed=("c", "p", "yc", "yp", "r", "rp", "a")),
        Column("t", "text", "T category without its letter prefix, e.g. T3."),
        Column("n", "text", "N category, e.g. N1a."),
        Column("m", "text", "M category, e.g. M0 or M1a."),
        Column("stage_group", "text", "Stage group as stated, e.g. IIIC."),
        Column("edition", "text", "Edition of the classification."),
        Column("nodes_positive", "integer", "Regional nodes with tumour.",
               unit="node", minimum=0, maximum=200),
        Column("nodes_examined", "integer", "Regional nodes examined.", unit="node", minimum=0, maximum=200),
    ),
    day="day",
    parents=("tumours",),
)  # fmt: skip

SITES: Final = Table(
    "sites",
    "an organ involved by metastasis, the number of lesions unknown (at least one)",
    (
        Column("site_id", "key", "Names the involved organ of this patient.", required=True),
        PATIENT,
        TUMOUR,
        Column("organ", "class", "The organ involved.", allowed=ORGANS),
        Column(
            "relation",
            "class",
            "Of lymph nodes: regional nodes of the primary, or distant ones. Any other organ is distant.",
            allowed=("regional", "distant"),
        ),
        Column("laterality", "class", "Side of the body.", allowed=LATERALITIES),
        Column("day", "day", "Day on which it was first seen."),
    ),
    key="site_id",
    day="day",
    parents=("tumours",),
)

LESIONS: Final = Table(
    "lesions",
    "one deposit of tumour, tracked by identity",
    (
        Column("lesion_id", "key", "Names the lesion.", required=True),
        PATIENT,
        TUMOUR,
        Column("relation", "class", "Its relation to the primary.", allowed=RELATIONS),
        Column("organ", "class", "The organ it lies in.", allowed=ORGANS),
        Column("location", "text", "Where in the organ: segment, lobe, station."),
        Column("laterality", "class", "Side of the body.", allowed=LATERALITIES),
        Column("found_day", "day", "Day of the first study that shows it, even if proven later."),
    ),
    key="lesion_id",
    day="found_day",
    parents=("tumours",),
)

JUDGEMENTS: Final = Table(
    "judgements",
    "what someone judged of a lesion or site on a day",
    (
        PATIENT,
        Column("lesion_id", "key", "The lesion judged; or"),
        Column("site_id", "key", "the site judged."),
        Column("day", "day", "Day of the judgement."),
        Column("role", "class", "Who judged.", allowed=ROLES),
        Column("by", "text", "Name or initials of who judged."),
        Column("certainty", "class", "Whether it is tumour. Counts from a radiologist, a pathologist, "
               "the board or an unnamed role.", allowed=CERTAINTIES),
        Column("visible", "truth", "Whether it can still be seen."),
        Column("treatable_by", "class", "Local treatment that can clear it; none: beyond local treatment.",
               allowed=TREATABLE_BY),
        Column("r0_expected", "truth", "Whether an R0 resection is expected."),
        Column("vessel", "text", "The vessel it touches."),
        Column("contact_degrees", "number", "Circumference of contact with that vessel.",
               unit="deg", minimum=0, maximum=360),
        Column("invades", "texts", "Organs it grows into.", allowed=ORGANS),
    ),
    day="day",
    parents=("lesions", "sites"),
)  # fmt: skip

MEASUREMENTS: Final = Table(
    "measurements",
    "a size of a lesion on a day",
    (
        PATIENT,
        Column("lesion_id", "key", "The lesion measured.", required=True),
        Column("day", "day", "Day of the study on which it was measured."),
        Column("longest_mm", "number", "Longest diameter.", unit="mm", minimum=0, maximum=500),
        Column("short_mm", "number", "Shortest diameter.", unit="mm", minimum=0, maximum=500),
        Column("third_mm", "number", "Third diameter.", unit="mm", minimum=0, maximum=500),
        Column("volume_ml", "number", "Measured volume.", unit="mL", minimum=0, maximum=20000),
        Column("method", "text", "How it was measured: ct, mr, pathology."),
    ),
    day="day",
    parents=("lesions",),
)

TREATMENTS: Final = Table(
    "treatments",
    "a treatment or a course of treatment",
    (
        Column("treatment_id", "key", "Names the treatment.", required=True),
        Column("plan_id", "key", "Names the plan of which it is a step (two-stage hepatectomy)."),
        Column("stage", "integer", "Which step of its plan.", minimum=1, maximum=20),
        PATIENT,
        TUMOUR,
        Column("modality", "class", "Kind of treatment.", allowed=MODALITIES),
        Column("procedure", "text", "What was done, e.g. right hemicolectomy."),
        Column("approach", "class", "How an operation was done.",
               allowed=("open", "laparoscopic", "robotic", "thoracoscopic", "endoscopic", "percutaneous",
                        "transoral")),
        Column("intent", "class", "Its aim.", allowed=INTENTS),
        Column("definitive", "truth", "Yes: a definitive local treatment with curative aim. Of the primary, "
               "unless its targets are metastases."),
        Column("start_day", "day", "First day."),
        Column("end_day", "day", "Last day; of an operation its day.", known_by="end_day"),
        Column("residual", "class", "Residual tumour after it.", allowed=RESIDUALS, known_by="pathology_day"),
        Column("margin_mm", "number", "Closest margin.",
               unit="mm", minimum=0, maximum=200, known_by="pathology_day"),
        Column("pathology_day", "day", "Day of the pathology report.", known_by="pathology_day"),
        Column("field", "texts", "Regions irradiated or operated on.", allowed=REGIONS),
        Column("technique", "text", "Technique of radiotherapy or ablation."),
        Column("dose_gy", "number", "Total dose.", unit="Gy", minimum=0, maximum=200, known_by="end_day"),
        Column("fractions", "integer", "Number of fractions.",
               unit="fraction", minimum=0, maximum=100, known_by="end_day"),
        Column("agents", "texts", "Drugs."),
        Column("line", "integer", "Line of systemic treatment.", minimum=0, maximum=20),
        Column("cycles", "integer", "Cycles given.", minimum=0, maximum=200, known_by="end_day"),
        Column("stop_reason", "text", "Why it was stopped.", known_by="end_day"),
    ),
    key="treatment_id",
    day="start_day",
    last_day="end_day",
    parents=("tumours",),
)  # fmt: skip

TARGETS: Final = Table(
    "targets",
    "a lesion or site that a treatment addressed; known with the end of the treatment",
    (
        PATIENT,
        Column("treatment_id", "key", "The treatment.", required=True),
        Column("lesion_id", "key", "The lesion addressed; or"),
        Column("site_id", "key", "the site addressed."),
        Column("removed", "truth", "Yes: removed or ablated completely."),
    ),
    parents=("treatments",),
)

STATUSES_TABLE: Final = Table(
    "statuses",
    "a judgement of the disease on a day",
    (
        PATIENT,
        TUMOUR,
        Column("day", "day", "Day of the judgement."),
        Column("status", "class", "State of the disease.", allowed=STATUSES),
        Column(
            "site",
            "class",
            "What it speaks of; blank: not said.",
            allowed=("whole disease", *RELATIONS),
        ),
        Column("basis", "class", "What it rests on.", allowed=("clinical", "pathological")),
    ),
    day="day",
    parents=("tumours",),
)

EVENTS: Final = Table(
    "events",
    "what happened around a treatment",
    (
        PATIENT,
        Column("treatment_id", "key", "The treatment."),
        Column("day", "day", "Day it happened."),
        Column("kind", "class", "Kind of event.",
               allowed=("complication", "readmission", "finding during operation", "toxicity", "other")),
        Column("text", "text", "What happened."),
        Column("grade", "text", "Grade, with its scale: Clavien-Dindo IIIa."),
    ),
    day="day",
    parents=("treatments",),
)  # fmt: skip

OBSERVATIONS: Final = Table(
    "observations",
    "a measured value",
    (
        PATIENT,
        Column("day", "day", "Day of the sample or examination."),
        Column("name", "text", "What was measured: cea, haemoglobin, ecog, kras."),
        Column("low", "number", "Smallest possible value; equal to high when exact."),
        Column("high", "number", "Largest possible value; \"below 0.5\" is low 0, high 0.5."),
        Column("text", "text", "A result in words: mutated, wild type."),
        Column("unit", "text", "Unit, in UCUM."),
        Column("reference_low", "number", "Lower limit of the reference interval."),
        Column("reference_high", "number", "Upper limit of the reference interval."),
    ),
    day="day",
)  # fmt: skip

STUDIES: Final = Table(
    "studies",
    "an examination that was done and reported",
    (
        PATIENT,
        Column("day", "day", "Day on which it was done."),
        Column("kind", "class", "Kind of examination.", allowed=STUDY_KINDS),
        Column(
            "covers",
            "texts",
            "Regions that a final report speaks of; blank: it closes no question.",
            allowed=REGIONS,
        ),
        Column("result", "text", "Conclusion, as text."),
    ),
    day="day",
)

DECISIONS: Final = Table(
    "decisions",
    "a point at which the board decides about one tumour, and later what it decided",
    (
        Column("decision_id", "key", "Names the decision.", required=True),
        PATIENT,
        TUMOUR,
        Column("day", "day", "The decision day."),
        Column("question", "text", "The question put to the board."),
        Column("chosen", "text", "What was chosen.", known_by="signed_day"),
        Column("by", "text", "Who decided.", known_by="signed_day"),
        Column("signed_day", "day", "Day of the signature.", known_by="signed_day"),
        Column("basis_hash", "text", "Hash of the assessment that was signed.", known_by="signed_day"),
        Column("carried_out", "truth", "Whether it was done.", known_by="signed_day"),
        Column("reason_not", "text", "Why it was not done.", known_by="signed_day"),
    ),
    key="decision_id",
    day="day",
)

TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        PATIENTS, TUMOURS, STAGINGS, SITES, LESIONS, JUDGEMENTS, MEASUREMENTS, TREATMENTS, TARGETS,
        STATUSES_TABLE, EVENTS, OBSERVATIONS, STUDIES, DECISIONS,
    )
}  # fmt: skip
"""All tables, by name, in the order of the reference page."""
