"""An endpoint derived from a record: a row an origin, each with its reason, and the flow of patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import narwhals as nw
import polars as pl

from paget.errors import BadInput
from paget.evidence.about import About
from paget.evidence.eligibility import excluded, flow_of, narrowed
from paget.evidence.ending import MISSED, TAKEN, Choices, Seen, ended
from paget.evidence.endpoint_files import (
    ALIVE,
    CHOICES,
    DEATHS,
    STRATEGIES,
    Choice,
    EndpointRule,
    OriginRule,
    Role,
    causes_of_death,
)
from paget.evidence.events import events
from paget.evidence.followed import ENTRY, EVENT, ID, TIME, Followed
from paget.evidence.last_seen import assessments, last_day
from paget.evidence.origins import origins
from paget.evidence.windows import RELATIVE
from paget.knowledge import Knowledge
from paget.record import Record
from paget.record.follow_up import FollowUp, follow_up
from paget.record.tables import TABLES

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn

UnknownAs = Literal["event", "competing"]
Months = Literal["exclude", "interval"]
UNKNOWN: Final = "events of unknown kind"


@dataclass(frozen=True, slots=True, eq=False)
class Differing:
    """The same endpoint under another choice, where that changes a row.

    Attributes:
        question: what was chosen, such as ``new_treatment``.
        choice: the other choice.
        rows: what comes out under it, as ``Derived.rows``.
        changed: how many rows that are analysed differ.
        events: how many events there are then.
    """

    question: str
    choice: str
    rows: pl.DataFrame
    changed: int
    events: int


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """A derived endpoint.

    Attributes:
        rule, origin: by which definition, from which day.
        rows: one row an origin: ``patient_id, tumour_id, origin_day, end_day, time`` (days), ``status`` (1
            event, 2 competing, 0 censored), ``reason``, ``table, row_id, variable`` (where it stands),
            ``excluded`` (why a row is not analysed; blank for those that are); with a window ``outcome``
            (yes, no; blank: not followed so far).
        flow: how many patients and origins, excluded by which reason, analysed.
        choices: what was chosen where the definition leaves it open.
        differing: the other choices that change a row.
        notes: what a reader of the result must know.
        undated: patients whose days are counted from a day of their own, and are no dates.
    """

    rule: EndpointRule
    origin: OriginRule
    rows: pl.DataFrame
    flow: dict[str, int]
    choices: Mapping[str, str]
    differing: tuple[Differing, ...] = ()
    notes: tuple[str, ...] = ()
    undated: frozenset[str] = frozenset()

    @property
    def analysed(self) -> pl.DataFrame:
        """The rows that are analysed."""
        return self.rows.filter(pl.col("excluded").is_null())

    def followed(self) -> Followed:
        """For a comparison: event against all else.

        A row that ends on the day of its origin ends half a day later, so that it counts.

        Raises:
            BadInput: a row of which the time is an interval; :meth:`intervals` has them.
        """
        rows = self.analysed
        if rough := rows.filter(pl.col("time_low") != pl.col("time_high")).height:
            raise BadInput(
                f"{rough} times are known as an interval only",
                where=self.rule.title,
                mend="analyse intervals() as interval-censored, or derive with months='exclude'",
            )
        frame = rows.with_columns(
            pl.int_range(pl.len()).alias(ID),
            pl.max_horizontal(pl.col("time").cast(pl.Float64), pl.lit(0.5)).alias(TIME),
            (pl.col("status") == 1).cast(pl.Int64).alias(EVENT),
            pl.lit(0.0).alias(ENTRY),
            (pl.col("status") == 2).cast(pl.Int64).alias("competing"),
        )
        return Followed(frame, self.rule.title, derived=True, about=About(competing="competing"))

    def intervals(self) -> pl.DataFrame:
        """For an interval-censored analysis: ``lower`` and ``upper`` days of each event; of a censored row
        ``upper`` is blank.

        A competing event counts as censored.
        """
        event = pl.col("status") == 1
        return self.analysed.select(
            "patient_id",
            "tumour_id",
            lower=pl.col("time_low").clip(lower_bound=0).cast(pl.Float64),
            upper=pl.when(event).then(pl.col("time_high").cast(pl.Float64)),
            status=event.cast(pl.Int64),
        )

    def to_frame(self) -> pl.DataFrame:
        """The rows: one an origin, with its reason."""
        return self.rows

    def summary(self) -> str:
        """The flow in lines, and what other choices would give."""
        lines = [f"{number:>9,}  {words}" for words, number in self.flow.items()]
        for other in self.differing:
            chosen = self.choices[other.question]
            lines.append(
                f"{other.question.replace('_', ' ')}: {chosen}, {self.flow['events']:,} events; "
                f"{other.choice}, {other.events:,} events ({other.changed:,} rows differ)"
            )
        return "\n".join([*lines, *self.notes])

    def plot(self, width: float = 700) -> Drawn:
        """The flow of patients as SVG."""
        from paget.evidence.drawing import draw_flow

        return draw_flow(self, width)


def derive_endpoint(
    record: Record,
    endpoint: str,
    origin: str,
    *,
    knowledge: Knowledge | None = None,
    unknown_as: UnknownAs = "event",
    assume: Mapping[str, str] | None = None,
    strategies: Mapping[str, Choice] | None = None,
    assessed_every: int | None = None,
    cleared_within: int | None = None,
    months: Months = "exclude",
) -> Derived:
    """Derive an endpoint of a record.

    Args:
        record: of a registry or a case.
        endpoint: name of an endpoint file, such as ``overall_survival``.
        origin: name of an origin file, such as ``metastasectomy``.
        knowledge: in force; default: the shipped.
        unknown_as: what an event of unknown kind counts as, where the endpoint says so. The other way is in
            ``differing`` where it changes a row: cancer-specific survival is then a range.
        assume: what a blank column of eligibility is taken for, such as ``{"residual": "R0"}``; it stands in
            the flow.
        strategies: for ``new_treatment`` (one that began before the event) and ``missed_assessments`` (death
            after two or more) one of event, censor, ignore; default: as the file says. What another strategy
            would give is in ``differing`` where it changes a row.
        assessed_every: days from one planned assessment to the next; without it none is known to be missed.
        cleared_within: days by which an R0 is looked for, where the endpoint counts its absence as an event.
        months: a row whose time is known to a month only is excluded with that reason, or kept as interval.

    Returns:
        Rows with reasons, and the flow of patients.

    Raises:
        NotFound, BadInput: no such file, or of another kind; an eligibility of which this origin has no
            column; an assumption about nothing that is asked; a strategy that there is not; no
            ``cleared_within`` where it is needed.
    """
    knowledge = knowledge or Knowledge.load()
    rule, start = EndpointRule.of(knowledge, endpoint), OriginRule.read(knowledge, origin)
    return derive(
        record,
        rule,
        start,
        causes=causes_of_death(knowledge),
        unknown_as=unknown_as,
        assume=assume,
        strategies=strategies,
        assessed_every=assessed_every,
        cleared_within=cleared_within,
        months=months,
    )


def derive(
    record: Record,
    rule: EndpointRule,
    start: OriginRule,
    *,
    causes: Mapping[str, str],
    unknown_as: UnknownAs = "event",
    assume: Mapping[str, str] | None = None,
    strategies: Mapping[str, Choice] | None = None,
    assessed_every: int | None = None,
    cleared_within: int | None = None,
    months: Months = "exclude",
) -> Derived:
    """The same by rules that were read; see :func:`derive_endpoint`.

    Args:
        record: of a registry or a case.
        rule: the endpoint.
        start: its origin.
        causes: by written cause of death its type.
        unknown_as: what an event of unknown kind counts as.
        assume: what a blank column of eligibility is taken for.
        strategies: for a new treatment and for missed assessments.
        assessed_every: days from one planned assessment to the next.
        cleared_within: days by which an R0 is looked for.
        months: whether a row with an interval as its time is kept.
    """
    assumed = dict(assume or {})
    _check(rule, start, assumed, strategies or {}, cleared_within)
    chosen = Choices(
        roles_of(rule, unknown_as),
        (strategies or {}).get(TAKEN, rule.strategies[TAKEN]),
        (strategies or {}).get(MISSED, rule.strategies[MISSED]),
        assessed_every,
        cleared_within,
    )
    seen = follow_up(record)
    columns = {column.name for column in TABLES[start.table].columns}
    found = origins(seen, start, tuple(name for name in rule.eligible if name in columns))
    first = _collected(found).with_columns(
        pl.lit(None, pl.String).alias(f"origin_{name}") for name in rule.eligible if name not in columns
    )
    taken = {
        f"assumed: {name} is {value}": first[f"origin_{name}"].null_count() for name, value in assumed.items()
    }
    first = first.with_columns(pl.col(f"origin_{name}").fill_null(value) for name, value in assumed.items())
    first = narrowed(first, seen, found, rule)
    base = _collected(seen.view("patients").select("patient_id", "time_base"))
    undated = frozenset(base.filter(pl.col("time_base") == "relative")["patient_id"])
    if rule.within is not None and rule.within.months is not None:
        first = first.with_columns(pl.col("patient_id").is_in(list(undated)).alias(RELATIVE))
    known = _known(seen, first, found, rule, causes, bool(assessed_every))

    def rows_under(choices: Choices) -> pl.DataFrame:
        return _timed(ended(known, rule, choices), rule, months)

    rows = rows_under(chosen)
    patients = _collected(seen.view("patients").select("patient_id").unique("patient_id")).height
    flow = flow_of(rows, patients) | {words: number for words, number in taken.items() if number}
    differing = []
    for question, choice, choices in _others(rule, chosen, unknown_as, known):
        other = rows_under(choices)
        if changed := _changed(rows, other):
            counted = other.filter(pl.col("excluded").is_null(), pl.col("status") == 1).height
            differing.append(Differing(question, choice, other, changed, counted))
    named = {UNKNOWN: unknown_as, TAKEN: chosen.new_treatment, MISSED: chosen.missed}
    notes = (*_never_recorded(rule, known), *_not_looked_at(rule, chosen))
    return Derived(rule, start, rows, flow, named, tuple(differing), notes, undated)


def _never_recorded(rule: EndpointRule, known: Seen) -> list[str]:
    """Own types of which the record has no row: that none happened, or that none was written, looks alike."""
    types = set(known.happened["type"].unique().to_list())
    return [
        f"no row of the record is a {name.replace('_', ' ')}: that they were recorded at all is not known"
        for name in rule.own
        if not {name, f"{name}_possibly"} & types
    ]


def _not_looked_at(rule: EndpointRule, chosen: Choices) -> list[str]:
    if rule.assessed and chosen.missed != "ignore" and not chosen.every:
        return ["missed assessments were not looked at: how often patients were to be seen was not given"]
    return []


def _check(
    rule: EndpointRule,
    start: OriginRule,
    assumed: Mapping[str, str],
    strategies: Mapping[str, str],
    cleared_within: int | None,
) -> None:
    columns = {column.name for column in TABLES[start.table].columns}
    asked = {name: values for name, values in rule.eligible.items() if None not in values}
    if lacking := [name for name in asked if name not in columns]:
        raise BadInput(
            f"{rule.title} asks for {', '.join(lacking)} of the origin, which {start.title} does not have",
            where=start.name,
            mend="use an origin that is an operation",
        )
    if rule.origins and start.name not in rule.origins:
        raise BadInput(
            f"{rule.title} is not counted from: {start.title}",
            where=start.name,
            mend=f"it is counted from {' or '.join(rule.origins)}",
        )
    if strange := sorted(assumed.keys() - rule.eligible.keys()):
        raise BadInput(
            f"{rule.title} does not ask for {', '.join(strange)}",
            where="assume",
            mend=f"it asks for {', '.join(rule.eligible) or 'nothing'}",
        )
    for question, choice in strategies.items():
        if question not in STRATEGIES or choice not in CHOICES:
            raise BadInput(
                f"no such strategy: {question} {choice}",
                where="strategies",
                mend=f"for {' and '.join(STRATEGIES)} one of {', '.join(CHOICES)}",
            )
    if "not_cleared" in rule.events and cleared_within is None:
        raise BadInput(
            f"{rule.title} counts that no R0 was reached as an event; by which day is not said",
            where="cleared_within",
            mend="give the days from the origin by which an R0 is looked for",
        )


def roles_of(rule: EndpointRule, unknown_as: UnknownAs) -> dict[str, Role]:
    """By type of event its role; what is possibly an own event is one, or none, as unknown kinds are."""
    roles: dict[str, Role] = {}
    for name, role in rule.events.items():
        roles[name] = unknown_as if role == "unknown" else role
        if any(query.least_grade for query in rule.own.get(name, ())):
            roles[f"{name}_possibly"] = role if unknown_as == "event" else "ignored"
    return roles


def _others(
    rule: EndpointRule, chosen: Choices, unknown_as: UnknownAs, known: Seen
) -> list[tuple[str, str, Choices]]:
    """Each other choice where the definition leaves one open and the data may know the difference."""
    others: list[tuple[str, str, Choices]] = []
    types = set(known.happened["type"].unique().to_list())
    roles = roles_of(rule, "competing" if unknown_as == "event" else "event")
    if any(roles[name] != chosen.roles[name] for name in types & roles.keys()):
        settled = "competing" if unknown_as == "event" else "event"
        others.append((UNKNOWN, settled, replace(chosen, roles=roles)))
    if "next_treatment" in types and "next_treatment" not in rule.events and rule.assessed:
        others += [
            (TAKEN, choice, replace(chosen, new_treatment=choice))
            for choice in CHOICES
            if choice != chosen.new_treatment
        ]
    if rule.assessed and chosen.every and types & set(DEATHS):
        others += [
            (MISSED, choice, replace(chosen, missed=choice)) for choice in CHOICES if choice != chosen.missed
        ]
    return others


def _known(
    seen: FollowUp,
    first: pl.DataFrame,
    found: nw.LazyFrame[Any],
    rule: EndpointRule,
    causes: Mapping[str, str],
    missed: bool,
) -> Seen:
    happened = _collected(events(seen, found, causes, rule.own))
    last = _collected(last_day(seen, rule.censored))
    alive = _collected(last_day(seen, ALIVE)) if "not_cleared" in rule.events else None
    asked = happened.filter(pl.col("type") == "next_treatment")["origin"].unique() if not missed else None
    assessed = pl.DataFrame(schema={"origin": first["origin"].dtype, "day": pl.Int32, "table": pl.String,
                                    "row_id": pl.String, "variable": pl.String})  # fmt: skip
    if rule.assessed and (missed or (asked is not None and asked.len())):
        of = first.select("origin", "patient_id")
        of = of if asked is None else of.filter(pl.col("origin").is_in(asked.implode()))
        assessed = of.join(_collected(assessments(seen)), on="patient_id").drop("patient_id")
    return Seen(first, happened, last, assessed, alive)


def _timed(rows: pl.DataFrame, rule: EndpointRule, months: Months) -> pl.DataFrame:
    rows = (
        rows.sort("origin")
        .with_columns(  # a join may give them in any order
            time=pl.col("end_day") - pl.col("origin_day"),
            time_low=pl.col("end_day") - pl.col("origin_day_latest"),
            time_high=pl.col("end_day_latest") - pl.col("origin_day"),
        )
        .with_columns(excluded(rule, keep_intervals=months == "interval"))
    )
    return rows.select(
        "patient_id",
        pl.col("origin_tumour").alias("tumour_id"),
        "origin_day",
        "origin_day_latest",
        "end_day",
        "end_day_latest",
        "time",
        "time_low",
        "time_high",
        "status",
        "reason",
        "table",
        "row_id",
        "variable",
        *(["outcome"] if rule.within is not None else []),
        "excluded",
    )


def _changed(rows: pl.DataFrame, other: pl.DataFrame) -> int:
    """How many origins come out otherwise; the rows are in the same order."""
    both = rows.select("time", "status", "excluded").hstack(
        other.select(_time="time", _status="status", _excluded="excluded")
    )
    same = (
        pl.col("time").eq_missing(pl.col("_time"))
        & pl.col("status").eq_missing(pl.col("_status"))
        & pl.col("excluded").eq_missing(pl.col("_excluded"))
    )
    return both.filter(~same).height


def _collected(frame: nw.LazyFrame[Any]) -> pl.DataFrame:
    found: pl.DataFrame = frame.collect("polars").to_native()
    return found
