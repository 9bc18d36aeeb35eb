"""Virtual patients as a clinic would have written them down, in tables of a record; and the truth beside.

A clinic sees what examinations show: lesions with their diameter on the day on which they were seen, what was
operated on and what it left, lines of systemic therapy, recurrence and death. It does not see deposits that
no examination showed, days of first cells, or rates. Day 0 is the operation on the primary; a day of the
engine is rounded up to a whole day, as its own tables do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from paget.biology.histories import Histories, histories
from paget.biology.kept import (
    A_LESION,
    A_STATE,
    A_TARGET,
    AN_OPERATION,
    CAUSE,
    DRUGS,
    END_DAY,
    ENTRY,
    KNOWN,
    NEVER_SEEN,
    OF_CANCER,
    OF_TREATMENT,
    OTHERWISE,
    ROW,
)
from paget.errors import BadInput

if TYPE_CHECKING:
    from paget.biology.virtual_patient import VirtualPatients

PART: Final = 20_000
"""Patients at a time: a few hundred thousand rows."""
CAUSE_WRITTEN: Final = {OF_CANCER: "cancer", OF_TREATMENT: "postoperative", OTHERWISE: "other cause"}
RESIDUAL_WRITTEN: Final = {0: "R0", 1: "R1", 2: "R2"}
COVERED: Final = "chest;abdomen;liver;pelvis"
"""What an examination of the schedule covers: all organs of the model."""
_WHOLE = pl.Int32


@dataclass(frozen=True, slots=True)
class Cohort:
    """A part of a simulated cohort.

    Attributes:
        tables: of a record, by name, in columns of the record; days are relative to the operation on the
            primary.
        truth: ``patients``, a row a patient as :data:`paget.biology.kept.ROW` has it, and ``deposits``, a row
            a deposit, seen or not; no clinician sees them.
    """

    tables: dict[str, pl.DataFrame]
    truth: dict[str, pl.DataFrame]


def cohorts(
    model: VirtualPatients,
    patients: int,
    *,
    seed: int = 0,
    first: int = 0,
    site: str = "colon",
    part: int = PART,
) -> Iterator[Cohort]:
    """Virtual patients as tables of a record, a part of them at a time.

    Args:
        model: whose patients.
        patients: how many.
        seed: of all chance; the same seed gives the same patients as :meth:`VirtualPatients.simulate`.
        first: number of the first.
        site: of the primary, a word of the record.
        part: at most so many patients at a time; it changes no row.

    Raises:
        BadInput: no patients.

    >>> from paget.biology import virtual_patient
    >>> whole = next(cohorts(virtual_patient.of("virtual_colorectal"), 50, seed=1))
    >>> whole.tables["patients"].height, sorted(whole.tables)[:3]
    (50, ['decisions', 'lesions', 'measurements'])
    """
    if patients < 1:
        raise BadInput("too few patients", where="patients", mend="one or more")
    for some in histories(model.numbers(), patients, seed=seed, first=first, part=part):
        yield _cohort(some, model, site)


def _cohort(some: Histories, model: VirtualPatients, site: str) -> Cohort:
    organs = pl.DataFrame({"place": range(len(model.organs)), "organ": model.organs}).cast({"place": _WHOLE})
    people = pl.DataFrame(some.rows, schema=list(ROW), orient="row").with_columns(
        patient_id=pl.lit("V") + (pl.int_range(pl.len()) + some.first).cast(pl.String).str.zfill(9),
        who=pl.int_range(pl.len(), dtype=_WHOLE),
        end=pl.col(ROW[END_DAY]).ceil().cast(_WHOLE),
    )
    log = pl.DataFrame(some.entries, schema=["who", *ENTRY], orient="row").with_columns(
        pl.col("who", "organ", "lesion").cast(_WHOLE), day=pl.col("day").ceil().cast(_WHOLE)
    )
    log = log.join(people.select("who", "patient_id"), on="who", maintain_order="left").join(
        organs.rename({"organ": "organ_name"}), left_on="organ", right_on="place", how="left",
        maintain_order="left",
    )  # fmt: skip
    log = log.with_columns(
        tumour_id=pl.col("patient_id") + "-T",
    )
    names = _names(log)
    log = log.join(names, on=["patient_id", "lesion"], how="left", maintain_order="left")
    visits = pl.DataFrame({"day": [float(day) for day in model.values["visits"]]})
    studies = _examinations(people, log, visits.select(pl.col("day").ceil().cast(_WHOLE)))
    tables = (
        _persons(people, site)
        | _disease(log)
        | _treatments(people, log)
        | {"studies": studies, "statuses": _statuses(studies, log)}
        | _decisions(log)
    )
    return Cohort(tables, _truth(some, people, organs, names))


def _persons(people: pl.DataFrame, site: str) -> dict[str, pl.DataFrame]:
    """Patients and their primaries."""
    dead = pl.col(ROW[CAUSE]) > 0
    tumour = pl.col("patient_id") + "-T"
    return {
        "patients": people.select(
            "patient_id",
            death_day=pl.when(dead).then("end"),
            death_cause=pl.col(ROW[CAUSE]).cast(_WHOLE).replace_strict(CAUSE_WRITTEN, default=None),
            last_contact_day="end",
            time_base=pl.lit("relative"),
        ),
        "tumours": people.select(
            "patient_id", tumour_id=tumour, site=pl.lit(site), diagnosed_day=pl.lit(0, _WHOLE)
        ),
    }


def _disease(log: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Lesions on the day on which they were first seen, and a size each time."""
    seen = _seen(log).unique(["patient_id", "lesion", "day"], keep="first", maintain_order=True)
    lesions = seen.unique("lesion_id", keep="first", maintain_order=True)
    return {
        "lesions": lesions.select(
            "lesion_id",
            "patient_id",
            "tumour_id",
            relation=pl.lit("distant"),
            organ="organ_name",
            found_day="day",
        ),
        "measurements": seen.select(
            "patient_id", "lesion_id", "day", longest_mm=pl.col("number"), method=pl.lit("ct")
        ),
    }


def _seen(log: pl.DataFrame) -> pl.DataFrame:
    return log.filter(pl.col("kind") == A_LESION)


def _statuses(studies: pl.DataFrame, log: pl.DataFrame) -> pl.DataFrame:
    """What each examination means: recurrence or progression when a lesion was seen, else no evidence, unless
    disease was known before.
    """
    shown = _seen(log).select("patient_id", "day").unique().with_columns(shown=pl.lit(value=True))
    found = _before(studies.select("patient_id", "day"), log)
    found = found.join(shown, on=["patient_id", "day"], how="left").filter(
        pl.col("shown") | (pl.col("state") != KNOWN)
    )
    known = pl.when(pl.col("state") == KNOWN).then(pl.lit("progression")).otherwise(pl.lit("recurrence"))
    return found.sort("patient_id", "day").select(
        "patient_id",
        "day",
        tumour_id=pl.col("patient_id") + "-T",
        status=pl.when("shown").then(known).otherwise(pl.lit("no evidence")),
        site=pl.when("shown").then(pl.lit("distant")).otherwise(pl.lit("whole disease")),
        basis=pl.lit("clinical"),
    )


def _before(rows: pl.DataFrame, log: pl.DataFrame) -> pl.DataFrame:
    """Rows with the state that a patient was in on the day before, as ``state``."""
    states = log.filter(pl.col("kind") == A_STATE).select("patient_id", "day", state="number")
    found = rows.sort("day").join_asof(
        states.sort("day"),
        on="day",
        by="patient_id",
        strategy="backward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    return found.with_columns(pl.col("state").fill_null(NEVER_SEEN)).sort("patient_id", "day")


def _treatments(people: pl.DataFrame, log: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The operation on the primary, later operations with what they addressed, and lines of drugs."""
    drugs, operation = pl.col("kind") == DRUGS, pl.col("kind") == AN_OPERATION
    is_done = (drugs | operation).cast(_WHOLE)
    before = is_done.cum_sum().over("patient_id") - is_done  # targets stand before their operation
    numbered = log.with_columns(treatment_id=pl.format("{}-X{}", "patient_id", before + 1))
    worst = pl.col("number").cast(_WHOLE).replace_strict(RESIDUAL_WRITTEN, default=None)
    later = numbered.filter(drugs | operation).select(
        "treatment_id",
        "patient_id",
        "tumour_id",
        modality=pl.when(drugs).then(pl.lit("systemic")).otherwise(pl.lit("surgery")),
        intent=pl.when(drugs).then(pl.lit("palliative")).otherwise(pl.lit("curative")),
        definitive=pl.when(operation).then(pl.lit(value=True)),
        start_day="day",
        end_day=pl.when(operation).then("day"),
        residual=pl.when(operation).then(worst),
        pathology_day=pl.when(operation).then("day"),
        line=pl.when(drugs).then(pl.col("number").cast(_WHOLE)),
    )
    day = pl.lit(0, _WHOLE)
    primary = people.select(
        "patient_id", treatment_id=pl.col("patient_id") + "-X0", tumour_id=pl.col("patient_id") + "-T",
        modality=pl.lit("surgery"), intent=pl.lit("curative"), definitive=pl.lit(value=True), start_day=day,
        end_day=day, residual=pl.lit("R0"), pathology_day=day, line=pl.lit(None, _WHOLE),
    )  # fmt: skip
    targets = numbered.filter(pl.col("kind") == A_TARGET).select(
        "patient_id", "treatment_id", "lesion_id", removed=pl.col("number") == 0.0
    )
    treatments = pl.concat([primary.select(later.columns), later]).sort("patient_id", maintain_order=True)
    return {"treatments": treatments, "targets": targets}


def _examinations(people: pl.DataFrame, log: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """An examination on each day of the schedule in life, and on each day on which a lesion was seen."""
    kept = people.select("patient_id", "end").join(visits, how="cross").filter(pl.col("day") <= pl.col("end"))
    seen = _seen(log).select("patient_id", "day").unique()
    days = pl.concat([kept.select("patient_id", "day"), seen]).unique().sort("patient_id", "day")
    return days.with_columns(kind=pl.lit("ct"), covers=pl.lit(COVERED))


def _decisions(log: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """A decision on each day on which a lesion was seen; what was chosen is what was done on that day."""
    seen = _seen(log).select("patient_id", "tumour_id", "day").unique()
    done = log.filter(pl.col("kind").is_in([AN_OPERATION, DRUGS])).select("patient_id", "day", "kind")
    done = done.unique(["patient_id", "day"], keep="first", maintain_order=True)
    chosen = (
        pl.when(pl.col("kind") == AN_OPERATION)
        .then(pl.lit("operation"))
        .when(pl.col("kind") == DRUGS)
        .then(pl.lit("systemic therapy"))
        .otherwise(pl.lit("neither"))
    )
    decided = seen.join(done, on=["patient_id", "day"], how="left").sort("patient_id", "day")
    return {
        "decisions": decided.select(
            "patient_id",
            "tumour_id",
            "day",
            decision_id=pl.format("{}-D{}", "patient_id", pl.int_range(pl.len()).over("patient_id") + 1),
            question=pl.lit("May the lesions be removed?"),
            chosen=chosen,
            signed_day="day",
        )
    }


def _names(log: pl.DataFrame) -> pl.DataFrame:
    """Lesions numbered as they were seen, so that no gap tells of one that was not."""
    seen = _seen(log).unique(["patient_id", "lesion"], keep="first", maintain_order=True)
    number = pl.int_range(pl.len()).over("patient_id") + 1
    return seen.select("patient_id", "lesion", lesion_id=pl.format("{}-L{}", "patient_id", number))


def _truth(
    some: Histories, people: pl.DataFrame, organs: pl.DataFrame, names: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Rows of patients, and all deposits; one that was never seen has no name in the record."""
    statuses = {0: "hidden", 1: "known", 2: "gone"}
    columns = ["who", "lesion", "place", "born_day", "rate_per_day", "status"]
    deposits = pl.DataFrame(some.deposits, schema=columns, orient="row").with_columns(
        pl.col("who", "lesion", "place", "status").cast(_WHOLE)
    )
    deposits = deposits.join(people.select("who", "patient_id"), on="who", maintain_order="left")
    deposits = deposits.join(organs, on="place", how="left", maintain_order="left")
    deposits = deposits.join(names, on=["patient_id", "lesion"], how="left", maintain_order="left")
    happened = [pl.when(pl.col(name) >= 0).then(pl.col(name)).alias(name) for name in ROW]
    return {
        "patients": people.select("patient_id", *happened),
        "deposits": deposits.select(
            "patient_id",
            "organ",
            "born_day",
            "rate_per_day",
            "lesion_id",
            status=pl.col("status").replace_strict(statuses, return_dtype=pl.String),
        ),
    }
