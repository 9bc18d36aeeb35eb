"""An endpoint derived from a record: a row an origin, each with its reason, and the flow of patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import narwhals as nw
import polars as pl

from paget.errors import BadInput
from paget.evidence.endpoint_files import EndpointRule, OriginRule, causes_of_death
from paget.evidence.events import events, last_days
from paget.evidence.followed import ENTRY, EVENT, ID, TIME, Followed
from paget.evidence.origins import origins
from paget.knowledge import Knowledge
from paget.record import Record
from paget.record.follow_up import follow_up

UnknownAs = Literal["event", "competing"]
_NEVER: Final = 2**30


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """A derived endpoint.

    Attributes:
        rule, origin: by which definition, from which day.
        rows: one row an origin: ``patient_id, tumour_id, origin_day, end_day, time`` (days), ``status`` (1
            event, 2 competing, 0 censored), ``reason``, ``table, row_id`` (where it stands), ``excluded``
            (why a row is not analysed; blank for those that are).
        flow: how many patients and origins, excluded by which reason, analysed.
    """

    rule: EndpointRule
    origin: OriginRule
    rows: pl.DataFrame
    flow: dict[str, int]

    @property
    def analysed(self) -> pl.DataFrame:
        """The rows that are analysed."""
        return self.rows.filter(pl.col("excluded").is_null())

    def followed(self) -> Followed:
        """For a comparison: event against all else.

        A row that ends on the day of its origin ends half a day later, so that it counts.
        """
        rows = self.analysed
        frame = rows.with_columns(
            pl.int_range(pl.len()).alias(ID),
            pl.max_horizontal(pl.col("time").cast(pl.Float64), pl.lit(0.5)).alias(TIME),
            (pl.col("status") == 1).cast(pl.Int64).alias(EVENT),
            pl.lit(0.0).alias(ENTRY),
        )
        return Followed(frame, self.rule.title, derived=True)

    def summary(self) -> str:
        """The flow in lines."""
        return "\n".join(f"{number:>9,}  {words}" for words, number in self.flow.items())


def derive_endpoint(
    record: Record,
    endpoint: str,
    origin: str,
    *,
    knowledge: Knowledge | None = None,
    unknown_as: UnknownAs = "event",
    assume: Mapping[str, str] | None = None,
) -> Derived:
    """Derive an endpoint of a record.

    Args:
        record: of a registry or a case.
        endpoint: name of an endpoint file, such as ``overall_survival``.
        origin: name of an origin file, such as ``metastasectomy``.
        knowledge: in force; default: the shipped.
        unknown_as: what an event of unknown kind counts as, where the endpoint says so; derive both ways for
            the range.
        assume: what a blank column of eligibility is taken for, such as ``{"residual": "R0"}``; it stands in
            the flow.

    Returns:
        Rows with reasons, and the flow of patients. A day that is known to a month only is excluded with that
        reason: its time is an interval.

    Raises:
        NotFound, BadInput: no such file, or of another kind; an eligibility of which this origin has no
            column; an assumption about nothing that is asked.
    """
    knowledge = knowledge or Knowledge.load()
    rule, start = EndpointRule.of(knowledge, endpoint), OriginRule.read(knowledge, origin)
    seen = follow_up(record)
    lacking = [c for c in rule.eligible if c not in seen.view(start.table).collect_schema().names()]
    if lacking:
        raise BadInput(
            f"{rule.title} asks for {', '.join(lacking)} of the origin, which {start.title} does not have",
            where=start.name,
            mend="use an origin that is an operation",
        )
    assumed = dict(assume or {})
    if strange := sorted(assumed.keys() - rule.eligible.keys()):
        raise BadInput(
            f"{rule.title} does not ask for {', '.join(strange)}",
            where="assume",
            mend=f"it asks for {', '.join(rule.eligible) or 'nothing'}",
        )
    found = origins(seen, start, tuple(rule.eligible))
    first = _collected(found)
    taken = {
        f"assumed: {name} is {value}": first[f"origin_{name}"].null_count() for name, value in assumed.items()
    }
    first = first.with_columns(pl.col(f"origin_{name}").fill_null(value) for name, value in assumed.items())
    happened = _collected(events(seen, found, causes_of_death(knowledge)))
    last = _collected(last_days(seen, found))
    rows = _ended(first, happened, last, rule, unknown_as).with_columns(_excluded(rule))
    patients = _collected(seen.view("patients").select("patient_id").unique("patient_id")).height
    flow = _flow(rows, patients) | {words: number for words, number in taken.items() if number}
    return Derived(rule, start, rows.drop([f"origin_{name}" for name in rule.eligible]), flow)


def _collected(frame: nw.LazyFrame[Any]) -> pl.DataFrame:
    found: pl.DataFrame = frame.collect("polars").to_native()
    return found


def _ended(
    first: pl.DataFrame, happened: pl.DataFrame, last: pl.DataFrame, rule: EndpointRule, unknown_as: UnknownAs
) -> pl.DataFrame:
    """How follow-up of each origin ended: the first of what ends it, else the last day by its rule."""
    roles = {name: (unknown_as if role == "unknown" else role) for name, role in rule.events.items()}
    ends = [name for name, role in roles.items() if role != "ignored"]
    order = {name: number for number, name in enumerate(ends)}
    ending = (
        happened.filter(pl.col("type").is_in(ends))
        .with_columns(_order=pl.col("type").replace_strict(order, return_dtype=pl.Int32))
        .sort("day", "_order", "table", "row_id")
        .group_by("origin", maintain_order=True)
        .first()
        .with_columns(role=pl.col("type").replace_strict(roles, return_dtype=pl.String))
    )
    censoring = "assessed" if rule.assessed else "alive"
    words = "last assessment" if rule.assessed else "last day known alive"
    rows = first.join(ending, on="origin", how="left").join(last, on="origin", how="left")
    ended = pl.col("day").is_not_null()
    return rows.with_columns(
        end_day=pl.when(ended).then(pl.col("day")).otherwise(pl.col(censoring)),
        end_day_latest=pl.when(ended).then(pl.col("day_latest")).otherwise(pl.col(censoring)),
        status=pl.when(pl.col("role") == "event")
        .then(1)
        .when(pl.col("role") == "competing")
        .then(2)
        .otherwise(0),
        reason=pl.when(ended).then(pl.col("type").str.replace_all("_", " ")).otherwise(pl.lit(words)),
    ).select(
        "patient_id",
        pl.col("origin_tumour").alias("tumour_id"),
        "origin_day",
        "origin_day_latest",
        "end_day",
        "end_day_latest",
        (pl.col("end_day") - pl.col("origin_day")).alias("time"),
        "status",
        "reason",
        "table",
        "row_id",
        *(f"origin_{name}" for name in rule.eligible),
    )


def _excluded(rule: EndpointRule) -> pl.Expr:
    """Why a row is not analysed: the first reason that holds."""
    imprecise = pl.col("end_day") != pl.col("end_day_latest")
    reasons = [
        (
            pl.col("origin_day") != pl.col("origin_day_latest"),
            "the day of the origin is known to a month or year only",
        )
    ]
    for name, values in rule.eligible.items():
        column, named = pl.col(f"origin_{name}"), [value for value in values if value is not None]
        if None not in values:
            reasons.append((column.is_null(), f"{name} is not recorded"))
        reasons.append((column.is_not_null() & ~column.is_in(named), f"{name} is not {' or '.join(named)}"))
    reasons += [
        (
            imprecise | pl.col("end_day_latest").is_null(),
            "the day of the end is known to a month or year only",
        ),
        (pl.col("time") < 0, "the end lies before the origin"),
    ]
    why = pl.lit(None, pl.String)
    for holds, words in reversed(reasons):
        why = pl.when(holds).then(pl.lit(words)).otherwise(why)
    return why.alias("excluded")


def _flow(rows: pl.DataFrame, patients: int) -> dict[str, int]:
    flow = {
        "patients in the record": patients,
        "without this origin": patients - rows["patient_id"].n_unique(),
    }
    counts = rows.group_by("excluded").len().sort("excluded")
    flow["origins"] = rows.height
    flow |= {f"excluded: {why}": number for why, number in counts.rows() if why is not None}
    analysed = rows.filter(pl.col("excluded").is_null())
    flow["analysed"] = analysed.height
    flow["events"] = analysed.filter(pl.col("status") == 1).height
    if competing := analysed.filter(pl.col("status") == 2).height:
        flow["competing events"] = competing
    flow["censored"] = analysed.filter(pl.col("status") == 0).height
    return flow
