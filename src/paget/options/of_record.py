"""The forecast of a patient of a record, as of a day: what the model is told of the facts, what it says.

import paget
for one in paget.forecast(paget.read("case.yaml"), on="2025-06-24"):
print(one)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from paget.assessment.assess import day_number, refuse_another_base
from paget.biology import virtual_patient
from paget.biology.simulated import NOTE
from paget.errors import BadInput, NotFound
from paget.facts.derive import ask, derive
from paget.knowledge import Knowledge
from paget.options.assumed import Assumed
from paget.options.forecast import MOST, forecast
from paget.options.of_case import CaseKnown, cases
from paget.options.outlook import Forecast
from paget.options.unlike import Unlike
from paget.record import Record
from paget.record.prepared import prepared
from paget.units import DAYS_PER_YEAR

HORIZON: Final = 5 * DAYS_PER_YEAR
"""How far a forecast looks, days after the first detection, when nothing is said."""
YEAR: Final = 365.0
"""An earlier day at which it is read as well."""


@dataclass(frozen=True, slots=True)
class CaseForecast:
    """The forecast of one primary's metastases, or why there is none.

    Attributes:
        case: what the model was told of it, and what that rests on.
        seed: of the virtual patients.
        horizon_days: after the first detection.
        knowledge: hash of the knowledge in force.
        found: the forecast; None when it is refused.
        refused: why, in a sentence; "" when it is not.
    """

    case: CaseKnown
    seed: int
    horizon_days: float
    knowledge: str
    found: Forecast | None
    refused: str

    def figures(self) -> tuple[tuple[str, str, float | None, Assumed], ...]:
        """Each figure as its name, the arm ("" of both together), the days it is read at, and itself."""
        if self.found is None:
            return ()
        both = {"removed": self.found.removed, "left": self.found.left}
        days = sorted({min(YEAR, self.horizon_days), self.horizon_days})
        return (
            *(("next_lesion", arm, None, one.next_lesion()) for arm, one in both.items()),
            *(("new_lesion", arm, by, one.lesion_by(by)) for by in days for arm, one in both.items()),
            *(("other_organ", arm, by, one.other_organ_by(by)) for by in days for arm, one in both.items()),
            *(("death", arm, by, one.death_by(by)) for by in days for arm, one in both.items()),
            *(("change_by_removal", "", by, self.found.changed_by_removal(by)) for by in days),
            *(("r_m", arm, None, self.found.r_m(arm)) for arm in both),
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON; a time that lies beyond the horizon is null."""
        case, found = self.case, self.found
        return {
            "patient": case.patient,
            "tumour": case.tumour or None,
            "as_of": case.as_of,
            "knowledge": self.knowledge,
            "note": NOTE,
            "model": case.model or None,
            "model_sha256": None if found is None else found.model.hash,
            "seed": self.seed,
            "horizon_days": self.horizon_days,
            "first_detection": case.first or None,
            "days_since": [_finite(days) for days in case.days_since],
            "known": None if case.known is None else _listed(asdict(case.known)),
            "used": [asdict(one) for one in case.used],
            "taken": list(case.taken),
            "refused": self.refused or None,
            "patients": None if found is None else found.patients,
            "matched": None if found is None else found.matched,
            "effective_sample_size": None if found is None else found.effective,
            "figures": [_figure(*one) for one in self.figures()],
        }

    def __str__(self) -> str:
        head = f"{self.case.patient}, primary {self.case.tumour or 'not recorded'}, as of {self.case.as_of}"
        return f"{head}\n{self.refused if self.found is None else self.found}"


def of_record(
    record: Record,
    on: str | int | None = None,
    *,
    patient: str | None = None,
    tumour: str | None = None,
    overlays: Iterable[str | Path] = (),
    horizon_days: float = HORIZON,
    patients: int = MOST,
    seed: int = 0,
    model: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[CaseForecast]:
    """Forecast a patient's metastases by virtual patients that are like the case; a model, no evidence.

    Args:
        record: the record.
        on: the decision day; default: the last day known in the record.
        patient: whose forecast; may be left out when the record holds one patient.
        tumour: only of this primary.
        overlays: folders of a hospital's own knowledge.
        horizon_days: how far to look after the first detection; five years when left out.
        patients: virtual patients to be run at most.
        seed: the same seed gives the same forecast.
        model: name of a file of virtual patients, such as a calibrated one; left out: the one that is of the
            disease.
        progress: told how many more were run, each time.

    Returns:
        one for each primary: a forecast, or the sentence why there is none.

    Raises:
        NotFound: no such patient or primary.
        BadInput: several patients and none named; a horizon or number of patients outside its range.
    """
    ids = record.patient_ids()
    if not ids:
        raise NotFound("the record holds no patient", mend="`paget read` says what was read")
    if patient is None and len(ids) > 1:
        raise BadInput("the record holds several patients", mend="name one with --patient")
    if not 1 <= horizon_days <= 7305:
        raise BadInput("the horizon lies outside its range", where="horizon", mend="1 day to 20 years")
    if patients < 1:
        raise BadInput("too few virtual patients", where="patients", mend="one or more")
    alone = record if patient is None else record.only(patient)
    knowledge = Knowledge.load(tuple(overlays))
    ready = prepared(alone)
    asked = ask(ready, day_number(on), tumour)
    facts = derive(ready, asked, knowledge)
    if tumour is not None and not len(facts):
        raise NotFound("no such primary is known on that day", mend="`paget read` lists the primaries")
    if not len(facts):
        raise BadInput("no day is recorded", where="the whole record", mend="give the decision day (--on)")
    refuse_another_base(on, facts)
    return [
        _of_case(one, knowledge, horizon_days, patients, seed, progress)
        for one in cases(ready, asked, knowledge, facts=facts, reach_days=horizon_days, model=model)
    ]


def _of_case(
    case: CaseKnown,
    knowledge: Knowledge,
    horizon_days: float,
    patients: int,
    seed: int,
    progress: Callable[[int], None] | None,
) -> CaseForecast:
    refused, found = case.refused, None
    if case.known is not None:
        model = virtual_patient.of(case.model, knowledge)
        try:
            found = forecast(
                case.known, model, horizon_days=horizon_days, seed=seed, most=patients, progress=progress
            )
        except Unlike as unlike:
            refused = unlike.sentence
    return CaseForecast(case, seed, horizon_days, knowledge.hash, found, refused)


def _listed(value: Any) -> Any:
    """A value with lists where it has tuples, as JSON has them."""
    if isinstance(value, dict):
        return {name: _listed(one) for name, one in value.items()}
    return [_listed(one) for one in value] if isinstance(value, tuple | list) else value


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _figure(name: str, arm: str, days: float | None, one: Assumed) -> dict[str, Any]:
    low, value, high = one.prior[1], one.prior[0], one.prior[2]
    return {
        "name": name,
        "arm": arm or None,
        "days": days,
        "what": one.what,
        "value": _finite(one.value),
        "low": _finite(one.low),
        "high": _finite(one.high),
        "interval": one.interval,
        "unit": one.unit,
        "prior": {"value": _finite(value), "low": _finite(low), "high": _finite(high)},
        "note": one.note,
    }
