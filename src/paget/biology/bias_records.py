"""Cohorts of the laboratory of biases as tables of a record: relative days, one primary a patient.

Days are rounded up to whole days, so that an operation stands on the day on which it began and nobody dies on
the day of diagnosis; the truth stays in the experiment.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from paget.biology.bias_lab import Experiment
from paget.errors import BadInput

Columns = Mapping[str, NDArray[Any]]
Table = dict[str, list[Any]]
Tables = dict[str, Table]


def record_tables(experiment: Experiment) -> Tables:
    """A cohort as tables of a record.

    Args:
        experiment: immortal time, lead time or reset clock. Of the silent phase, on which length time rests,
            no record tells.

    Returns:
        By table its columns; ``Record.from_tables`` takes them as frames, and ``paget.read`` when they are
        written as files.

    Raises:
        BadInput: an experiment of which no record can be made.

    >>> from paget.biology import bias_lab
    >>> lab = bias_lab.lead_time(10, mean_survival=400, lead=90)
    >>> record_tables(lab)["tumours"]["diagnosed_day"][:2]
    [-90, -90]
    """
    if experiment.name not in _SHAPES:
        raise BadInput(
            "no record tells of this experiment", where="experiment", mend=f"one of: {', '.join(_SHAPES)}"
        )
    return _SHAPES[experiment.name](experiment.columns)


def _immortal_time(columns: Columns) -> Tables:
    """Diagnosis on day 0, an operation after the waiting time, death."""
    day, operated = _whole(columns["day"]), np.asarray(columns["operated"])
    ids = _ids(day.size)
    who = np.flatnonzero(np.isfinite(operated))
    start = [math.floor(operated[i]) for i in who]
    treatments: Table = {
        "treatment_id": [f"{ids[i]}-O" for i in who],
        "patient_id": [ids[i] for i in who],
        "tumour_id": [f"{ids[i]}-T" for i in who],
        "modality": ["surgery"] * who.size,
        "start_day": start,
        "end_day": start,
    }
    return _persons(ids, [0] * day.size, death=day, last=day) | {"treatments": treatments}


def _lead_time(columns: Columns) -> Tables:
    """Day 0 is that of symptoms; who was tested was diagnosed some days before it, and dies no later."""
    tested = np.asarray(columns["tested"]) > 0
    lead = np.where(tested, math.floor(float(columns["lead"][0])), 0)
    death = _whole(np.asarray(columns["day"]) - np.where(tested, columns["lead"][0], 0.0))
    ids = _ids(tested.size)
    found: Table = {
        "patient_id": ids,
        "day": (-lead).tolist(),
        "name": ["found by"] * tested.size,
        "text": ["screening" if one else "symptoms" for one in tested],
    }
    return _persons(ids, (-lead).tolist(), death=death, last=death) | {"observations": found}


def _reset_clock(columns: Columns) -> Tables:
    """The primary removed on day 0, a metastasis, its removal on the day after, and recurrence again."""
    first, last = _whole(columns["recurrence"]), _whole(columns["last_recurrence"])
    ids = _ids(first.size)
    who = np.flatnonzero(np.isfinite(np.asarray(columns["salvage"])))
    both = [(i, 0) for i in range(first.size)] + [(int(i), int(first[i]) + 1) for i in who]
    recurrences = [(i, int(first[i])) for i in range(first.size)]
    recurrences += [(int(i), int(max(last[i], first[i] + 1)) + 1) for i in who]
    treatments: Table = {
        "treatment_id": [f"{ids[i]}-{'O' if day == 0 else 'S'}" for i, day in both],
        "patient_id": [ids[i] for i, _ in both],
        "tumour_id": [f"{ids[i]}-T" for i, _ in both],
        "modality": ["surgery"] * len(both),
        "definitive": [True] * len(both),
        "start_day": [day for _, day in both],
        "end_day": [day for _, day in both],
        "residual": ["R0"] * len(both),
        "pathology_day": [day for _, day in both],
    }
    statuses: Table = {
        "patient_id": [ids[i] for i, _ in recurrences],
        "tumour_id": [f"{ids[i]}-T" for i, _ in recurrences],
        "day": [day for _, day in recurrences],
        "status": ["recurrence"] * len(recurrences),
        "site": ["distant"] * len(recurrences),
    }
    lesions: Table = {
        "lesion_id": [f"{one}-L" for one in ids],
        "patient_id": ids,
        "tumour_id": [f"{one}-T" for one in ids],
        "relation": ["distant"] * first.size,
        "organ": ["liver"] * first.size,
        "found_day": first.tolist(),
    }
    targets: Table = {
        "patient_id": [ids[i] for i in who],
        "treatment_id": [f"{ids[i]}-S" for i in who],
        "lesion_id": [f"{ids[i]}-L" for i in who],
        "removed": [True] * who.size,
    }
    tables = _persons(ids, [0] * first.size, death=None, last=last + 2)
    own = {"treatments": treatments, "statuses": statuses, "lesions": lesions, "targets": targets}
    return tables | own


def _persons(ids: list[str], diagnosed: list[int], *, death: Any, last: Any) -> Tables:
    died = {} if death is None else {"death_day": death.tolist()}
    base = {"last_contact_day": last.tolist(), "time_base": ["relative"] * len(ids)}
    patients: Table = {"patient_id": ids, **died, **base}
    tumours: Table = {
        "tumour_id": [f"{one}-T" for one in ids],
        "patient_id": ids,
        "site": ["colon"] * len(ids),
        "diagnosed_day": diagnosed,
    }
    return {"patients": patients, "tumours": tumours}


def _ids(count: int) -> list[str]:
    return [f"S{number:07d}" for number in range(count)]


def _whole(days: Any) -> NDArray[np.int64]:
    return np.asarray(np.ceil(np.asarray(days, float)), np.int64)


_SHAPES: Final[Mapping[str, Callable[[Columns], Tables]]] = {
    "immortal time": _immortal_time,
    "lead time": _lead_time,
    "reset clock": _reset_clock,
}
