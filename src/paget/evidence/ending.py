"""How the follow-up of each origin ended: by the first event that counts, or on the last day by the rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import polars as pl

from paget.evidence.endpoint_files import DEATHS, Choice, EndpointRule, Role
from paget.evidence.events import CLEARED
from paget.evidence.windows import RELATIVE, Window

TAKEN: Final = "new_treatment"
MISSED: Final = "missed_assessments"
LEAST_MISSED: Final = 2
NO_ASSESSMENT, NO_CONTACT = "no assessment after the origin", "no contact after the origin"
Rows = TypeVar("Rows", pl.DataFrame, pl.LazyFrame)
RETURNS: Final = ("local_recurrence", "regional_recurrence", "distant_recurrence", "recurrence", "regrowth")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of the origins, as tables.

    Attributes:
        origins: a row an origin.
        happened: the events of each.
        last: by patient the last day that the censoring rule asks for.
        alive: by patient the last day known alive, where an endpoint asks for clearance.
        assessed: ``origin, day`` of the assessments of those origins of which a strategy may ask.
    """

    origins: pl.DataFrame
    happened: pl.DataFrame
    last: pl.DataFrame
    assessed: pl.DataFrame
    alive: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the definition leaves to whoever analyses.

    Attributes:
        roles: by type of event its role; ``unknown`` is settled.
        new_treatment: a treatment that began before the event: event, censor or ignore.
        missed: a death after two or more missed assessments: event (on the day of the first missed one),
            censor (at the last assessment) or ignore.
        every: days from one planned assessment to the next; None: nothing is known to be missed.
        cleared_within: days by which an R0 is looked for, where the definition asks for one.
    """

    roles: Mapping[str, Role]
    new_treatment: Choice
    missed: Choice
    every: int | None
    cleared_within: int | None


def ended(seen: Seen, rule: EndpointRule, choices: Choices) -> pl.DataFrame:
    """A row an origin: its own columns and ``end_day, end_day_latest, status, reason, table, row_id``,
    ``variable`` and ``unclear`` (whether it is open which of two events came first).
    """
    rows = seen.origins.join(_first(seen, choices), on="origin", how="left")
    rows = rows.join(seen.last, on="patient_id", how="left")
    event = pl.col("day").is_not_null()
    later = pl.col("last") > pl.col("origin_day")
    kept = rule.censored
    never = NO_ASSESSMENT if rule.assessed else NO_CONTACT
    last = pl.when(later).then(pl.col("last")).otherwise(pl.col("origin_day"))
    role = pl.col("role")
    rows = rows.with_columns(
        end_day=pl.when(event).then(pl.col("day")).otherwise(last),
        end_day_latest=pl.when(event)
        .then(pl.col("day_latest"))
        .otherwise(pl.when(later).then(pl.col("last")).otherwise(pl.col("origin_day_latest"))),
        status=pl.when(role == "event").then(1).when(role == "competing").then(2).otherwise(0),
        reason=pl.when(event)
        .then(pl.col("type").str.replace_all("_", " "))
        .when(later.fill_null(value=False))
        .then(pl.lit(kept))
        .otherwise(pl.lit(never)),
        type=pl.col("type"),
        table=pl.when(event).then(pl.col("table")).when(later).then(pl.col("last_table")),
        row_id=pl.when(event).then(pl.col("row_id")).when(later).then(pl.col("last_row")),
        variable=pl.when(event).then(pl.col("variable")).when(later).then(pl.col("last_variable")),
        unclear=pl.col("unclear").fill_null(value=False),
    )
    if rule.assessed and choices.every and choices.missed != "ignore":
        rows = _missed(rows, seen, choices)
    if choices.new_treatment != "ignore" and "next_treatment" not in choices.roles:
        rows = _new_treatment(rows, seen, rule, choices)
    if rule.within is not None:
        rows = within(rows, rule.within, pl.col(RELATIVE) if RELATIVE in rows.columns else None)
    return rows.drop("day", "day_latest", "role", "last", "last_table", "last_row", "last_variable")


def _first(seen: Seen, choices: Choices) -> pl.DataFrame:
    """The first event of each origin that ends its follow-up."""
    ends = [name for name, role in choices.roles.items() if role != "ignored"]
    order = {name: number for number, name in enumerate(ends)}
    happened = seen.happened
    if "not_cleared" in choices.roles and choices.cleared_within is not None:
        happened = _clearance(seen, choices.cleared_within)
    ending = happened.filter(pl.col("type").is_in(ends)).with_columns(
        _order=pl.col("type").replace_strict(order, return_dtype=pl.Int32),
        role=pl.col("type").replace_strict(choices.roles, return_dtype=pl.String),
    )
    first = ending.sort("day", "_order", "table", "row_id").unique(
        "origin", keep="first", maintain_order=True
    )
    # Where a day is an interval, another event of another role may have come before it.
    rough = ending.filter((pl.col("day") != pl.col("day_latest")).any().over("origin"))
    bound = rough.group_by("origin").agg(_bound=pl.col("day_latest").min())
    unclear = (
        rough.join(bound, on="origin")
        .filter(pl.col("day") <= pl.col("_bound"))
        .group_by("origin")
        .agg(unclear=pl.col("role").n_unique() > 1)
    )
    narrowed = first.join(bound, on="origin", how="left").with_columns(
        pl.min_horizontal("day_latest", "_bound").alias("day_latest")
    )
    return narrowed.drop("_order", "_bound").join(unclear, on="origin", how="left")


def _clearance(seen: Seen, within: int) -> pl.DataFrame:
    """The events and, of who reached no R0 by a day, that day; what returns can only do so after an R0."""
    happened = seen.happened
    cleared = happened.filter(pl.col("type") == CLEARED).group_by("origin").agg(_cleared=pl.col("day").min())
    alive = seen.last if seen.alive is None else seen.alive
    known = seen.origins.join(cleared, on="origin", how="left").join(
        alive.select("patient_id", _alive="last"), on="patient_id", how="left"
    )
    limit = pl.col("origin_day") + within
    never = known.filter((pl.col("_cleared") > limit).fill_null(value=True), pl.col("_alive") >= limit)
    missing = never.select(
        "origin",
        day=limit.cast(happened["day"].dtype),
        day_latest=limit.cast(happened["day"].dtype),
        type=pl.lit("not_cleared"),
        table=pl.lit(None, pl.String),
        row_id=pl.lit(None, pl.String),
        variable=pl.lit(None, pl.String),
    )
    back = happened.join(cleared, on="origin", how="left").filter(
        ~pl.col("type").is_in(RETURNS) | (pl.col("day") >= pl.col("_cleared")).fill_null(value=False)
    )
    return pl.concat([back.drop("_cleared"), missing.select(happened.columns)])


def _before(rows: pl.DataFrame, seen: Seen, limit: str) -> pl.DataFrame:
    """``_assessed``: the last assessment by a day, not before the origin; and its row."""
    days = (
        rows.select("origin", "origin_day", limit)
        .join(seen.assessed, on="origin", how="inner")
        .filter(pl.col("day") > pl.col("origin_day"), pl.col("day") <= pl.col(limit))
        .sort("day", "table", "row_id")
        .unique("origin", keep="last", maintain_order=True)
    )
    days = days.select("origin", _assessed="day", _table="table", _row="row_id", _variable="variable")
    return rows.join(days, on="origin", how="left")


def _missed(rows: pl.DataFrame, seen: Seen, choices: Choices) -> pl.DataFrame:
    """Deaths after two or more assessments that were not done."""
    rows = _before(rows, seen, "end_day")
    last = pl.coalesce("_assessed", "origin_day")
    every = choices.every or 0
    gone = (
        pl.col("type").is_in(DEATHS)
        & (pl.col("status") > 0)
        & (pl.col("end_day") - last > LEAST_MISSED * every)
    ).fill_null(value=False)
    return _replaced(
        rows,
        gone,
        last + (every if choices.missed == "event" else 0),
        choices.missed == "event",
        "died after missed assessments"
        if choices.missed == "event"
        else "last assessment before missed ones",
    )


def _new_treatment(rows: pl.DataFrame, seen: Seen, rule: EndpointRule, choices: Choices) -> pl.DataFrame:
    """Treatments that began before the event."""
    begun = (
        seen.happened.filter(pl.col("type") == "next_treatment")
        .sort("day", "row_id")
        .unique("origin", keep="first", maintain_order=True)
        .select("origin", _begun="day", _begun_row="row_id")
    )
    rows = rows.join(begun, on="origin", how="left")
    as_event = choices.new_treatment == "event"
    before = pl.col("_begun") < pl.col("end_day")
    ended_by = pl.col("status") > 0
    if as_event:  # follow-up went on to the treatment, wherever the last assessment was
        before = pl.when(ended_by).then(before).otherwise(pl.col("_begun").is_not_null())
    before = before.fill_null(value=False)
    if as_event:
        rows = _replaced(rows, before, pl.col("_begun"), True, "new treatment", row=pl.col("_begun_row"))
    elif rule.assessed:
        rows = _before(rows, seen, "_begun")
        day = pl.coalesce("_assessed", "origin_day")
        rows = _replaced(rows, before, day, False, "last assessment before a new treatment")
    else:
        rows = _replaced(
            rows, before, pl.col("_begun"), False, "new treatment begun", row=pl.col("_begun_row")
        )
    return rows.drop("_begun", "_begun_row")


def _replaced(
    rows: pl.DataFrame, where: pl.Expr, day: pl.Expr, event: bool, reason: str, *, row: pl.Expr | None = None
) -> pl.DataFrame:
    """Other ends for some rows; the source is the assessment, or the treatment of a row."""
    if row is None:
        drop = [name for name in ("_assessed", "_table", "_row", "_variable") if name in rows.columns]
        table, found, variable = pl.col("_table"), pl.col("_row"), pl.col("_variable")
    else:
        drop, table, found, variable = [], pl.lit("treatments"), row, pl.lit("start_day")
    return rows.with_columns(
        end_day=pl.when(where).then(day).otherwise(pl.col("end_day")),
        end_day_latest=pl.when(where).then(day).otherwise(pl.col("end_day_latest")),
        status=pl.when(where).then(int(event)).otherwise(pl.col("status")),
        reason=pl.when(where).then(pl.lit(reason)).otherwise(pl.col("reason")),
        table=pl.when(where).then(table).otherwise(pl.col("table")),
        row_id=pl.when(where).then(found).otherwise(pl.col("row_id")),
        variable=pl.when(where).then(variable).otherwise(pl.col("variable")),
        unclear=pl.when(where).then(False).otherwise(pl.col("unclear")),
    ).drop(drop)


def within(rows: Rows, window: Window, relative: pl.Expr | None = None) -> Rows:
    """Follow-up that stops at the end of a window, and ``outcome``: whether the event happened in it."""
    limit = window.end(pl.col("origin_day"), relative)
    over = pl.col("end_day") > limit
    # "Not by then" needs a patient who was followed so far, or whom a competing event took first.
    whole = pl.col("end_day") >= limit
    rows = rows.with_columns(
        outcome=pl.when(over)
        .then(pl.lit("no"))
        .when(pl.col("status") == 1)
        .then(pl.lit("yes"))
        .when((pl.col("status") == 2) | whole)
        .then(pl.lit("no"))
    )
    source = ("table", "row_id", "variable")
    return rows.with_columns(
        end_day=pl.when(over).then(limit).otherwise(pl.col("end_day")),
        end_day_latest=pl.when(over).then(limit).otherwise(pl.col("end_day_latest")),
        status=pl.when(over).then(0).otherwise(pl.col("status")),
        reason=pl.when(over).then(pl.lit(f"followed for {window.words}")).otherwise(pl.col("reason")),
        **{name: pl.when(~over).then(pl.col(name)) for name in source},
    )
