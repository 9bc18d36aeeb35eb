"""What a study file may say: its keys with their meaning, as one declaration for check and editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from paget.knowledge.schema import DIALECT, TEXT

NUMBER: Final[dict[str, Any]] = {"type": "number"}
COUNT: Final[dict[str, Any]] = {"type": "integer"}
TEXTS: Final[dict[str, Any]] = {"type": "array", "items": TEXT, "minItems": 1}
LENGTH: Final[dict[str, Any]] = {"anyOf": [NUMBER, TEXT]}
NAMES: Final[dict[str, Any]] = {"type": "object", "additionalProperties": TEXT}
KNOWN: Final[dict[str, Any]] = {"anyOf": [TEXTS, NAMES]}
VALUE: Final[dict[str, Any]] = {"type": ["string", "number"]}
VALUES: Final[dict[str, Any]] = {"anyOf": [VALUE, {"type": "array", "items": VALUE, "minItems": 1}]}

DESIGNS: Final[Mapping[str, tuple[str, ...]]] = {
    "time-dependent": (),
    "landmark": ("days",),
    "sequential trials": ("controls",),
    "clone-censor-weight": ("grace", "repetitions"),
    "simon-makuch": ("until", "shown", "origin", "scale", "title"),
    "mantel-byar": (),
}
"""Ways to compare patients by an exposure after the origin, and what each may say."""

MODELS: Final[Mapping[str, tuple[str, ...]]] = {
    "cox": ("formula", "strata", "ties"),
    "parametric": ("formula", "distribution"),
    "cure": ("formula", "distribution"),
    "log-rank": ("by",),
    "restricted mean": ("until", "by"),
}
"""Kinds of model, and what each may say."""

FIGURES: Final[Mapping[str, tuple[str, ...]]] = {
    "flow": (),
    "survival": ("by", "until", "shown", "origin", "scale"),
    "incidence": ("by", "until", "shown", "origin"),
    "forest": ("model",),
    "comparisons": (),
    "table one": ("by", "columns"),
}
"""Kinds of figure and table, and what each may say."""

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "landmark": ("days",),
    "clone-censor-weight": ("grace",),
    "cox": ("formula",),
    "parametric": ("formula",),
    "cure": ("formula",),
    "log-rank": ("by",),
    "restricted mean": ("until",),
    "forest": ("model",),
}
"""What a design, model or figure must say."""


def _mapping(meaning: str, required: tuple[str, ...] = (), /, **keys: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": meaning,
        "required": list(required),
        "additionalProperties": False,
        "properties": keys,
    }


def _said(meaning: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": meaning, **schema}


def _listed(meaning: str, item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "description": meaning, "items": item, "minItems": 1}


_CONDITION: Final = _mapping(
    "Who stays; who fails it, or of whom it is not known, leaves and is counted.",
    ("column",),
    column=_said("One that is known at the origin.", TEXT),
    **{"is": _said("This value, or one of these.", VALUES)},
    at_least=NUMBER,
    at_most=NUMBER,
    above=NUMBER,
    below=NUMBER,
    reads=_said("What stands in the flow of patients.", TEXT),
)
_BANDS: Final = {
    "type": "object",
    "description": "Groups of a number, by the name of the new column.",
    "additionalProperties": _mapping(
        "Of which column, and the number from which each next group begins.",
        ("column", "from"),
        column=TEXT,
        **{"from": {"type": "array", "items": NUMBER, "minItems": 1}},
        names=_said("Of the groups, one more than numbers.", TEXTS),
    ),
}
_SHOWN: Final = {"enum": ["day", "week", "month", "year"]}
_LOOK: Final[dict[str, dict[str, Any]]] = {
    "title": _said("Above it.", TEXT),
    "until": _said("The last time: days, or a length such as 60 months.", LENGTH),
    "shown": _said("Unit of the axis.", _SHOWN),
    "origin": _said("From what the time counts, in a word.", TEXT),
    "scale": _said("What the curves are, such as: Alive, of 100.", TEXT),
}

STUDY: Final[dict[str, Any]] = {
    "$schema": DIALECT,
    "title": "A study of paget",
    **_mapping(
        "Cohort, endpoint, exposure, design, models, figures.",
        ("title", "cohort", "endpoint"),
        title=_said("Of the study.", TEXT),
        question=_said("What is asked, in a sentence.", TEXT),
        authors=_said("Who made it.", TEXT),
        note=_said("What a reader should know.", TEXT),
        cohort=_mapping(
            "Where the patients come from, and what is known of them at the origin.",
            ("data",),
            data=_said("A record, or a table (CSV, Parquet) with a row a patient; beside this file.", TEXT),
            map=_said("A mapping file that makes a record of the table.", TEXT),
            overlays=_said("Folders of own knowledge.", TEXTS),
            known_at_origin=_said(
                "Columns that may be used. Of a record: name, and the finding or fact as of the day of the "
                "origin. Of a table: a list of its columns that hold what was known on that day.",
                KNOWN,
            ),
            bands=_BANDS,
            include=_listed("Conditions in order; each patient leaves once.", _CONDITION),
        ),
        endpoint=_mapping(
            "What is observed: derived from a record, or a time and status as supplied.",
            derive=_said("Name of an endpoint file, such as overall_survival.", TEXT),
            **{"from": _said("Name of an origin file, such as metastasectomy.", TEXT)},
            assume=_said("What a blank is taken for; it stands in the flow.", NAMES),
            unknown_as=_said("What a death of unknown cause counts as.", {"enum": ["event", "competing"]}),
            time=_said("Of a table: column of days from the origin to event or censoring.", TEXT),
            event=_said("Of a table: column of 1 (event), 0 (censored), 2 (competing).", TEXT),
            entry=_said("Of a table: column of the day from which a patient is at risk.", TEXT),
            patient=_said("Of a table: column that names the patient.", TEXT),
            name=_said("Of the endpoint, where it is as supplied.", TEXT),
        ),
        about=_mapping(
            "What columns mean, so that the guard can look at them; one that is not named is not looked at.",
            (),
            known=_said("Of a covariate the column of the day from the origin on which it was known.", NAMES),
            of_origin=_said("Results of the operation at the origin, known some days later.", TEXTS),
            enrolled=_said("The day on which a patient entered the cohort.", TEXT),
            intent=_said("The intent of treatment.", TEXT),
            assessments=_said("How often disease was assessed during follow-up.", TEXT),
            edition=_said("The edition, or era, of staging.", TEXT),
            stage=_said("Columns that are stages.", TEXTS),
            death=_said("1 for who died by the end of follow-up.", TEXT),
            recurrence=_said("1 for whom disease came back.", TEXT),
        ),
        overrides=_said(
            "By the name of a flag of the guard the reason to print what it refuses; it stands there.",
            NAMES,
        ),
        exposure=_mapping(
            "What patients are compared by.",
            ("name", "decided"),
            name=_said("At the origin: the column. After it: what to call it.", TEXT),
            decided=_said(
                "When it is decided. What happens after the origin cannot define groups.",
                {"enum": ["at the origin", "after the origin"]},
            ),
            day=_said("Of a table: column of the day from the origin on which it began; blank: never.", TEXT),
            begins=_said("Of a record: name of an origin file whose first day after the origin it is.", TEXT),
            adjust=_said("Covariates, the right side of a formula.", TEXT),
            override=_said("Print a refused comparison all the same, for this reason.", TEXT),
        ),
        design=_listed(
            "Ways to compare by an exposure after the origin.",
            _mapping(
                "One of them.",
                ("method",),
                method={"enum": list(DESIGNS)},
                days=_said("Landmark: at least three days, so that no one of them is chosen.",
                           {"type": "array", "items": LENGTH, "minItems": 1}),
                grace=_said("Clone, censor, weight: the last day of the grace period.", LENGTH),
                repetitions=_said("Of its bootstrap; default 200.", COUNT),
                controls=_said("Sequential trials: at most so many a trial.", COUNT),
                **_LOOK,
            ),
        ),
        models=_listed(
            "Models and tests; columns are those known at the origin.",
            _mapping(
                "One of them.",
                ("kind",),
                kind={"enum": list(MODELS)},
                name=_said("By which figures call it.", TEXT),
                formula=_said("The right side, such as: age + C(site).", TEXT),
                strata=_said("Cox: column of the strata.", TEXT),
                ties=_said("Cox: how ties are taken.", {"enum": ["efron", "breslow", "exact"]}),
                distribution=_said("Parametric, cure: weibull, exponential, log-normal, ...", TEXT),
                by=_said("Column of the groups.", TEXT),
                until=_said("Restricted mean: the horizon.", LENGTH),
            ),
        ),
        figures=_listed(
            "Figures and tables, in the order of the report.",
            _mapping(
                "One of them.",
                ("kind",),
                kind={"enum": list(FIGURES)},
                by=_said("Column of the groups.", TEXT),
                model=_said("Name of the model.", TEXT),
                columns=_said("Of a table one; default: all that are known at the origin.", TEXTS),
                **_LOOK,
            ),
        ),
    ),
}  # fmt: skip
"""The JSON Schema of a study file."""
