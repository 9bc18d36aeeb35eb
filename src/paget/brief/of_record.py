"""The brief of one patient of a record, as of a day: assessed, with the record as it was known then."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from paget.assessment import assess
from paget.brief.contents import Notes, data
from paget.brief.page import BriefData
from paget.errors import BadInput, NotFound
from paget.knowledge import Knowledge
from paget.record import Record

if TYPE_CHECKING:
    from paget.options import CaseForecast


def of_record(
    record: Record,
    on: str | int | None = None,
    *,
    patient: str | None = None,
    overlays: Iterable[str | Path] = (),
    question: str | None = None,
    forecast: bool = False,
) -> BriefData:
    """The board brief of one patient.

    Args:
        record: the record.
        on: the decision day; default: the last known day of the record.
        patient: whose brief; may be left out when the record holds one patient.
        overlays: folders of a hospital's own knowledge.
        question: the question put to the board; default: the one in the record.
        forecast: also run virtual patients that are like the case, which takes some seconds.

    Raises:
        NotFound: no such patient.
        BadInput: several patients and none named.
    """
    overlays = tuple(overlays)
    ids = record.patient_ids()
    if not ids:
        raise NotFound("the record holds no patient", mend="`paget read` says what was read")
    if patient is None and len(ids) > 1:
        raise BadInput("the record holds several patients", mend="name one with --patient")
    who = ids[0] if patient is None else patient
    alone = record if ids == [who] else record.only(who)
    found = [one.to_dict() for one in assess(alone, on, overlays=overlays, roles=())]
    ahead: list[CaseForecast] = []
    if forecast:
        from paget.options import of_record as forecast_of

        ahead = forecast_of(alone, on, overlays=overlays)
    return data(
        alone.case(who),
        found,
        question=question,
        notes=Notes(report=alone.report, default_day=on is None),
        knowledge=Knowledge.load(overlays),
        forecasts=ahead,
    )
