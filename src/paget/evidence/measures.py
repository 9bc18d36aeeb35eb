"""Any kind of endpoint by its name: a time to event, days of a window, or an outcome of several parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from paget.errors import BadInput
from paget.evidence.day_counts import lived_outside
from paget.evidence.derived import Derived, derive, derive_endpoint
from paget.evidence.endpoint_files import (
    EndpointRule,
    OriginRule,
    causes_of_death,
    kind_of,
    of_kind,
)
from paget.evidence.queries import values_of
from paget.knowledge import Knowledge, KnowledgeFile
from paget.record import Record
from paget.record.follow_up import follow_up


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Days of a window, or an outcome of several parts.

    Attributes:
        title, code: by which definition.
        rows: one row an origin: ``patient_id, tumour_id, origin_day``, then ``days_low, days_high`` (fewest
            and most days that are possible), or ``outcome`` (yes, no; blank: not known) and ``reason``; and
            ``excluded``.
        flow: how many patients and origins, and how many of each outcome.
        notes: what a reader of the result must know.
    """

    title: str
    code: str
    rows: pl.DataFrame
    flow: dict[str, int]
    notes: tuple[str, ...] = ()

    @property
    def analysed(self) -> pl.DataFrame:
        """The rows that are analysed."""
        return self.rows.filter(pl.col("excluded").is_null())

    def to_frame(self) -> pl.DataFrame:
        """The rows: one an origin, with its reason."""
        return self.rows

    def summary(self) -> str:
        """The flow in lines."""
        return "\n".join([*(f"{number:>9,}  {words}" for words, number in self.flow.items()), *self.notes])

    def __str__(self) -> str:
        return self.summary()


def derive_any(
    record: Record, endpoint: str, origin: str, *, knowledge: Knowledge | None = None, **how: Any
) -> Derived | Measured:
    """Derive an endpoint of any kind.

    Args:
        record: of a registry or a case.
        endpoint: name of its file, such as ``overall_survival`` or ``days_at_home``.
        origin: name of an origin file.
        knowledge: in force; default: the shipped.
        how: what :func:`paget.evidence.derive_endpoint` takes beside these.

    Raises:
        NotFound, BadInput: as there; an option that days of a window, or an outcome, do not have.
    """
    knowledge = knowledge or Knowledge.load()
    kind = kind_of(knowledge, endpoint)
    if kind == "endpoint":
        return derive_endpoint(record, endpoint, origin, knowledge=knowledge, **how)
    usual = {"unknown_as": "event", "months": "exclude", "assume": {}, "strategies": {}}
    strange = sorted(name for name, value in how.items() if value and usual.get(name) != value)
    file, start = knowledge.find(endpoint), OriginRule.read(knowledge, origin)
    named = file.data.get("origins", [origin])
    if origin not in named:
        raise BadInput(
            f"{file.title} is not counted from: {start.title}",
            where=origin,
            mend=f"it is counted from {' or '.join(named)}",
        )
    if strange and not (kind == "outcome" and strange == ["unknown_as"]):
        raise BadInput(f"{file.title} does not take {', '.join(strange)}", where=endpoint)
    if kind == "outcome":
        return _outcome(record, file, start, knowledge, how)
    rows = lived_outside(record, file, start)
    flow = _start_of_flow(record, rows)
    for why, number in rows["excluded"].drop_nulls().value_counts(sort=True).rows():
        flow[f"excluded: {why}"] = number
    known = rows.filter(pl.col("excluded").is_null())
    exact = known.filter(pl.col("days_low") == pl.col("days_high")).height
    flow |= {"analysed": known.height, "known to the day": exact, "known as a range": known.height - exact}
    return Measured(file.title, file.data["code"], rows, flow)


def _outcome(
    record: Record, file: KnowledgeFile, start: OriginRule, knowledge: Knowledge, how: Mapping[str, Any]
) -> Measured:
    """Yes when all parts are as they must be, no when one is not, blank when that is not known."""
    causes, unknown_as = causes_of_death(knowledge), how.get("unknown_as", "event")
    eligible = values_of(file.data.get("eligible", {}))
    parts: dict[str, pl.Series] = {}
    rows, notes = None, list[str]()
    for name, must in file.data["all"].items():
        rule = EndpointRule.read(of_kind(knowledge, name, "endpoint"))
        derived = derive(record, rule, start, causes=causes, unknown_as=unknown_as)
        rows = derived.rows
        notes += [note for note in derived.notes if note not in notes]
        known = pl.when(pl.col("excluded").is_null()).then(pl.col("outcome"))
        parts[f"{rule.title}: {must}"] = rows.select(known == must).to_series()
    if rows is None:
        raise BadInput("nothing is asked", where=file.path, mend="name endpoints with a window under all")
    for column, values in eligible.items():
        named = [value for value in values if value is not None]
        parts[f"{column} {' or '.join(named)}"] = _column(record, start, column).is_in(named)
    result = rows.select("patient_id", "tumour_id", "origin_day").hstack(_judged(parts))
    flow = _start_of_flow(record, result)
    for answer in ("yes", "no"):
        flow[answer] = int((result["outcome"] == answer).sum())
    flow["not known"] = result["outcome"].null_count()
    return Measured(file.title, file.data["code"], result, flow, tuple(notes))


def _judged(parts: Mapping[str, pl.Series]) -> pl.DataFrame:
    """``outcome`` and ``reason`` of a conjunction in which any part may be unknown."""
    told = pl.DataFrame([series.alias(name) for name, series in parts.items()])
    told = told.with_columns(
        _failed=_names([pl.when(~pl.col(name)).then(pl.lit(name)) for name in parts]),
        _open=_names([pl.when(pl.col(name).is_null()).then(pl.lit(name)) for name in parts]),
    )
    failed, unknown = pl.col("_failed") != "", pl.col("_open") != ""
    return told.select(
        outcome=pl.when(failed).then(pl.lit("no")).when(~unknown).then(pl.lit("yes")),
        reason=pl.when(failed)
        .then(pl.lit("not so: ") + pl.col("_failed"))
        .when(unknown)
        .then(pl.lit("not known: ") + pl.col("_open"))
        .otherwise(pl.lit("all is so")),
        excluded=pl.lit(None, pl.String),
    )


def _names(parts: list[pl.Expr]) -> pl.Expr:
    return pl.concat_str(parts, separator=", ", ignore_nulls=True)


def _start_of_flow(record: Record, rows: pl.DataFrame) -> dict[str, int]:
    seen = follow_up(record)
    patients = seen.view("patients").select("patient_id").unique("patient_id").collect("polars").to_native()
    return {
        "patients in the record": patients.height,
        "without this origin": patients.height - rows["patient_id"].n_unique(),
        "origins": rows.height,
    }


def _column(record: Record, start: OriginRule, column: str) -> pl.Series:
    from paget.evidence.origins import origins

    found = origins(follow_up(record), start, (column,)).collect("polars").to_native()
    held: pl.Series = found.sort("origin")[f"origin_{column}"]
    return held
