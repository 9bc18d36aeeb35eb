"""From the facts of a case, as of a day, to what a forecast is told: ranges, and what each rests on.

What is not known is left out or is a range, and what only may be so never makes one narrower. A case that
certainly lies outside the model is refused in a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from paget.days import write_day
from paget.errors import BadInput
from paget.facts.catalogue import catalogue
from paget.facts.declaration import FactTable
from paget.facts.derive import Asked, derive
from paget.facts.value_sets import DISEASES, ValueSets
from paget.knowledge import Knowledge, KnowledgeFile
from paget.options import reach
from paget.options.first_seen import FirstSeen, Span, limited
from paget.options.known import LIMITS, Known
from paget.options.row_plans import Rows, rows_of
from paget.possible import Classes
from paget.record.prepared import Prepared

DISEASE: Final = "disease"
"""The fact by which a model is chosen."""
NO_MODEL: Final = "There is no model of virtual patients for this disease."


@dataclass(frozen=True, slots=True)
class Used:
    """Something that the forecast was told of the case.

    Attributes:
        item: of :class:`paget.options.Known`.
        what: in words.
        value: in words, with its unit.
        fact: the fact or the rows that it was made of.
        day: of those, as it is written; "" when it has none.
    """

    item: str
    what: str
    value: str
    fact: str
    day: str


@dataclass(frozen=True, slots=True)
class CaseKnown:
    """What is known of one primary's metastases as of a day.

    Attributes:
        patient, tumour: who and which primary; tumour "" when none is recorded.
        as_of: the decision day, ISO 8601, or a day number in a record with relative days.
        first: the day of the first detection, as it is written; "" when it is not known.
        days_since: days from then to the decision day, at least and at most.
        model: name of the file of the model; "" when there is none for it.
        known: what the forecast is told; None when it is refused.
        used: what each of these rests on.
        taken: what is not certain, and taken as so; each begins with "that".
        refused: why there is no forecast; "" when there is.
    """

    patient: str
    tumour: str
    as_of: str | int
    first: str
    days_since: tuple[float, float]
    model: str
    known: Known | None
    used: tuple[Used, ...] = ()
    taken: tuple[str, ...] = ()
    refused: str = ""


def cases(
    record: Prepared,
    asked: Asked,
    knowledge: Knowledge,
    *,
    facts: FactTable | None = None,
    reach_days: float = math.inf,
    model: str | None = None,
) -> list[CaseKnown]:
    """What is known of some decisions.

    Args:
        record: ready for views.
        asked: one row a decision, as :func:`paget.facts.derive.ask` gives them.
        knowledge: in force.
        facts: of these decisions; derived when left out.
        reach_days: the horizon: a decision that lies further from the first detection is refused.
        model: name of the file of another model than the one that is of the disease; of whom it is, is what
            that one says, unless it says so itself.

    Returns:
        one for each decision, in order.

    Raises:
        NotFound: there is no such file.
        BadInput: it holds no virtual patients.
    """
    table = derive(record, asked, knowledge) if facts is None else facts
    rows = rows_of(record, asked, knowledge)
    sets, titles = ValueSets.of(knowledge), {name: one.title for name, one in catalogue(knowledge).items()}
    models = tuple(models_of(knowledge))
    named = None if model is None else _named(model, knowledge)
    return [
        _case(table, row, rows.get(row, Rows()), sets, titles, models, reach_days, named)
        for row in range(len(table))
    ]


def models_of(knowledge: Knowledge) -> list[KnowledgeFile]:
    """The files of virtual patients that say of whom they are."""
    found = knowledge.of_kind("biology")
    return [one for one in found if one.data.get("model") == "virtual patient" and one.data.get("applies")]


def _named(model: str, knowledge: Knowledge) -> KnowledgeFile:
    """The file of a model that somebody named."""
    file = knowledge.find(model)
    if file.data.get("model") != "virtual patient":
        raise BadInput("another model", where=file.path, mend="name a file whose model is virtual patient")
    return file


def _case(
    facts: FactTable,
    row: int,
    rows: Rows,
    sets: ValueSets,
    titles: Mapping[str, str],
    models: tuple[KnowledgeFile, ...],
    reach_days: float,
    named: KnowledgeFile | None,
) -> CaseKnown:
    dates = facts.dates is None or bool(facts.dates[row])
    day, first = float(facts.as_of[row]), reach.first_day(facts, row)
    since = (day - first[1], day - first[0])
    of_it = next((one for one in models if _may_be_of(facts, row, one)), None)
    file = named or of_it
    written = _written(first, dates)
    head = (
        str(facts.patient_id[row]),
        str(facts.tumour_id[row]),
        write_day(int(day)) if dates else int(day),
    )
    said = (file.data.get("applies") if file else None) or (of_it.data["applies"] if of_it else None)
    if file is None or said is None:
        return CaseKnown(*head, written, since, "", None, refused=NO_MODEL)
    applies = {name: tuple(classes) for name, classes in said.items()}
    refused = reach.outside(facts, row, rows, applies, titles)
    if refused or since[0] >= reach_days:
        return CaseKnown(*head, written, since, file.name, None, refused=refused or reach.AFTER)
    disease = facts[DISEASE].value
    names = disease.possible(row) if isinstance(disease, Classes) else DISEASES
    regions = tuple(dict.fromkeys(region for name in names for region in sets.demanded.get(name, ())))
    seen = FirstSeen(rows, first, sets, regions, tuple(file.data.get("organs", ())))
    between = reach.interval(facts, row)
    largest = limited("largest_mm", seen.largest)
    known = Known(
        interval_days=limited("interval_days", between),
        lesions=limited("lesions", seen.lesions),
        organs=seen.found_in,
        clear=seen.clear,
        largest_mm=largest,
        sizes=tuple((float(on), limited("sizes", size)) for on, size in seen.growth),
    )
    used = tuple(_used(known, seen, written, titles, dates))
    return CaseKnown(*head, written, since, file.name, known, used, reach.taken(facts, row, rows))


def _may_be_of(facts: FactTable, row: int, file: KnowledgeFile) -> bool:
    value = facts[DISEASE].value
    wanted = file.data["applies"].get(DISEASE)
    return wanted is None or (isinstance(value, Classes) and not bool(value.is_in(wanted).is_no[row]))


def _used(known: Known, seen: FirstSeen, first: str, titles: Mapping[str, str], dates: bool) -> list[Used]:
    """What each item of what is known rests on; an item that is left out rests on nothing."""
    rows = seen.metastases or seen.perhaps
    certain = ", ".join(str(row["subject"]) for row in rows)
    others = [str(row["subject"]) for row in seen.perhaps if row not in rows]
    counted = ", ".join(filter(None, (certain, f"perhaps {', '.join(others)}" if others else "")))
    organs = ", ".join(dict.fromkeys(str(row["organ"]) for row in rows if row["organ"]))
    found = [
        Used(
            "interval_days",
            titles["disease_free_interval"],
            words("interval_days", known.interval_days),
            "disease_free_interval",
            first,
        ),
        Used("lesions", "Metastases seen on that day", words("lesions", known.lesions), counted, first),
        Used("organs", "Organs in which they were seen", ", ".join(known.organs), organs, first),
        *(Used("clear", "Shown clear", organ, *_examined(seen, organ, dates)) for organ in known.clear),
        Used("largest_mm", "Largest on that day", words("largest_mm", known.largest_mm), certain, first),
    ]
    row = seen.largest_lesion
    for on, size in known.sizes:
        day = _written((seen.day[0] + on,) * 2, dates)
        subject = "" if row is None else str(row["subject"])
        found.append(Used("sizes", "Its size on another day", words("sizes", size), subject, day))
    return [one for one in found if one.item in known.items and one.value]


def _examined(seen: FirstSeen, organ: str, dates: bool) -> tuple[str, str]:
    """The examination nearest to the first detection that covered an organ, and its day."""
    found = [row for region in seen.region(organ) for row in seen.studies(region)]
    nearest = min(found, key=lambda row: (abs(row["day"] - seen.day[1]), row["day"]))
    return str(nearest["kind"]), _written((nearest["day"], nearest["day_latest"]), dates)


def words(item: str, value: Any) -> str:
    """A value of something known, in words; "" when it is not known.

    >>> words("interval_days", (330.0, 400.0)), words("lesions", (3.0, 1000.0)), words("lesions", 1.0)
    ('330 to 400 days', '3 or more', '1')
    """
    if value is None:
        return ""
    least, most, unit = LIMITS[item]
    low, high = value if isinstance(value, tuple) else (value, value)
    unit = "" if unit == "lesion" else f" {unit}s" if unit == "day" and high != 1 else f" {unit}"
    if high >= most:
        return f"{low:g}{unit} or more"
    if low <= least < high and item != "lesions":
        return f"at most {high:g}{unit}"
    return f"{low:g}{unit}" if low == high else f"{low:g} to {high:g}{unit}"


def _written(days: Span, dates: bool) -> str:
    """A day or the days between which one lies; "" when they are open."""
    if not (math.isfinite(days[0]) and math.isfinite(days[1])):
        return ""
    low, high = int(days[0]), int(days[1])
    if dates:
        return write_day(low, high)
    return str(low) if low == high else f"{low} to {high}"
