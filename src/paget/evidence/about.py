"""What the columns of followed patients mean, so that the guard can look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class About:
    """Columns by their meaning; a column that is not named is not looked at.

    Attributes:
        known: covariate -> column of the day, from the origin, on which it became known.
        of_origin: covariates that are results of the operation at the origin (residual tumour, nodes, a
            molecular result): known some days later, and yet properties of that day.
        enrolled: the day, from the origin, on which a patient entered the cohort (registration, sequencing,
            referral).
        intent: the intent of treatment.
        assessments: how often disease was assessed during follow-up; a number a patient.
        edition: the edition, or era, of staging.
        stage: covariates that are stages.
        death: whether the patient died (1 or 0), at the end of follow-up.
        recurrence: whether disease came back (1 or 0).
        competing: whether another event ended follow-up, after which this one cannot come (1 or 0).
    """

    known: Mapping[str, str] = field(default_factory=dict)
    of_origin: tuple[str, ...] = ()
    enrolled: str = ""
    intent: str = ""
    assessments: str = ""
    edition: str = ""
    stage: tuple[str, ...] = ()
    death: str = ""
    recurrence: str = ""
    competing: str = ""
