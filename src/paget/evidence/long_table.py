"""An endpoint of a registry kept as one long table, a row an event: patient, day, what happened.

How each patient's first event is found stands in :mod:`paget.evidence.first_and_last`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import narwhals as nw
import polars as pl

from paget.errors import BadInput
from paget.evidence.derived import Derived, UnknownAs, roles_of
from paget.evidence.eligibility import flow_of
from paget.evidence.ending import NO_ASSESSMENT, NO_CONTACT, within
from paget.evidence.endpoint_files import DEATHS, EVENT_TYPES, EndpointRule, OriginRule, Role
from paget.evidence.first_and_last import TYPES, StrangeWords, first_and_last
from paget.knowledge import Knowledge

ORIGIN, ASSESSMENT, CONTACT = "origin", "assessment", "contact"


def derive_from_events(
    source: Any,
    endpoint: str,
    *,
    patient: str = "patient_id",
    day: str = "day",
    kind: str = "type",
    which: Literal["first", "last"] = "first",
    knowledge: Knowledge | None = None,
    unknown_as: UnknownAs = "event",
    assume: Mapping[str, str] | None = None,
) -> Derived:
    """Derive an endpoint of a table of events.

    Args:
        source: a Parquet file, or any frame that narwhals takes: a row an event, with a patient, a whole
            number of days since any day 0, and what happened: ``origin``, ``assessment``, ``contact``, or a
            type of event (``distant_recurrence``, ``death_of_cancer``, or an own type of the endpoint).
        endpoint: name of an endpoint file.
        patient: column of the patient.
        day: column of the day; a row without one is passed over.
        kind: column of what happened.
        which: of several origins of a patient the one that counts.
        knowledge: in force; default: the shipped.
        unknown_as: what an event of unknown kind counts as.
        assume: what the origins are, where the endpoint asks: ``{"residual": "R0"}`` when the table's origins
            are R0 operations. The table does not say; so somebody must.

    Returns:
        A row a patient with an origin, and the flow of patients. The source of a row is its day and reason.

    Raises:
        BadInput: a column that is not there, a word that is no type of event, days that are no whole numbers,
            an eligibility that is not assumed, a definition that needs more than such a table has.

    >>> events = {"patient_id": [1, 1, 1, 2, 2], "day": [0, 213, 400, 10, 300],
    ...           "type": ["origin", "distant_recurrence", "death_of_cancer", "origin", "contact"]}
    >>> derived = derive_from_events(pl.DataFrame(events), "overall_survival")
    >>> derived.rows.select("patient_id", "time", "status").rows()
    [(1, 400, 1), (2, 290, 0)]
    """
    rule = EndpointRule.of(knowledge or Knowledge.load(), endpoint)
    assumed = dict(assume or {})
    _check(rule, assumed)
    frame = _opened(source, (patient, day, kind))
    roles = roles_of(rule, unknown_as)
    ends = [name for name, role in roles.items() if role != "ignored"]
    deaths = [place for place, name in enumerate(ends) if name in DEATHS]
    words = list(dict.fromkeys([*ends, ORIGIN, ASSESSMENT, CONTACT, *EVENT_TYPES, *rule.own, *roles]))
    frame = frame.select(
        patient_id=nw.col(patient), day=nw.col(day).cast(nw.Int32), type=nw.col(kind).cast(nw.String)
    )
    try:
        found = first_and_last(frame, words, len(ends), deaths, which, assessed=rule.assessed)
    except StrangeWords as error:
        raise BadInput(
            f"{error.args[0]} different entries are no type of event",
            where=kind,
            mend=f"there are {', '.join(sorted(words))}",
        ) from error
    rows = _ended(found.filter(pl.col("origin_day").is_not_null()), rule, roles, ends)
    flow = flow_of(rows, found.height)
    for name, value in assumed.items():
        flow[f"assumed: {name} is {value}"] = rows.height
    origin = OriginRule(
        "origin", "The origin that the table gives", "patients", "day", {}, "any", which, None, False
    )
    return Derived(rule, origin, rows, flow, {"events of unknown kind": unknown_as})


def _check(rule: EndpointRule, assumed: Mapping[str, str]) -> None:
    needs = [name for name, values in rule.eligible.items() if None not in values and name not in assumed]
    if needs:
        raise BadInput(
            f"{rule.title} asks for {', '.join(needs)} of the origin, which a table of events does not have",
            where="assume",
            mend="give origins of which it is so, and say it: assume={'residual': 'R0'}",
        )
    for name, value in assumed.items():
        if name not in rule.eligible or value not in rule.eligible[name]:
            raise BadInput(f"{rule.title} is not of {name} {value}", where="assume")
    if rule.without or "not_cleared" in rule.events or any(q.change for o in rule.own.values() for q in o):
        raise BadInput(
            f"{rule.title} needs more than a table of events", where=rule.name, mend="derive it from a record"
        )


def _opened(source: Any, columns: tuple[str, ...]) -> nw.LazyFrame[Any]:
    if isinstance(source, str | Path):
        if not Path(source).exists():
            raise BadInput("no such file", where=Path(source).name)
        frame = nw.from_native(pl.scan_parquet(source))
    else:
        frame = nw.from_native(source).lazy()
    schema = frame.collect_schema()
    for column in columns:
        if column not in schema:
            raise BadInput("no such column", where=column, mend=f"there are {', '.join(schema)}")
    if not schema[columns[1]].is_integer():
        raise BadInput(
            "days are no whole numbers",
            where=columns[1],
            mend="count days from any day 0, such as 1970-01-01",
        )
    return frame


def _ended(
    found: pl.DataFrame, rule: EndpointRule, roles: Mapping[str, Role], ends: list[str]
) -> pl.DataFrame:
    never = NO_ASSESSMENT if rule.assessed else NO_CONTACT
    statuses = {"event": 1, "competing": 2}
    words = [name.replace("_", " ") for name in ends]
    followed = f"followed for {rule.within.words if rule.within else 'all days'}"
    reasons = pl.Enum(list(dict.fromkeys([*words, rule.censored, never, followed])))
    event, later = pl.col("first").is_not_null(), pl.col("last") > pl.col("origin_day")
    code = (pl.col("first") % TYPES).cast(pl.Int32)
    status = {place: statuses.get(roles[name], 0) for place, name in enumerate(ends)}
    last = pl.when(later).then(pl.col("last")).otherwise(pl.col("origin_day"))
    rows = found.lazy().with_columns(
        end_day=pl.when(event).then(pl.col("first").floordiv(TYPES)).otherwise(last),
        status=_chosen(code, status, pl.Int32).fill_null(0),
        reason=pl.when(event)
        .then(_chosen(code, dict(enumerate(words)), reasons))
        .when(later)
        .then(pl.lit(rule.censored, reasons))
        .otherwise(pl.lit(never, reasons)),
    )
    nothing = {name: pl.lit(None) for name in ("tumour_id", "table", "row_id", "variable", "excluded")}
    rows = rows.with_columns(**nothing)
    if rule.within is not None:
        rows = within(rows.with_columns(end_day_latest="end_day"), rule.within)
    time = pl.col("end_day") - pl.col("origin_day")
    outcome = ["outcome"] if rule.within is not None else []
    return rows.select(
        "patient_id", "tumour_id", "origin_day", "end_day", time.alias("time"), time.alias("time_low"),
        time.alias("time_high"), "status", "reason", "table", "row_id", "variable", *outcome, "excluded",
    ).sort("patient_id").collect(engine="streaming")  # fmt: skip


def _chosen(code: pl.Expr, values: Mapping[int, Any], kind: Any) -> pl.Expr:
    """The value of a code; a chain of conditions streams, where a table of replacements does not."""
    chosen: Any = pl.lit(None, kind)
    for number, value in values.items():
        chosen = pl.when(code == number).then(pl.lit(value, kind)).otherwise(chosen)
    return chosen  # type: ignore[no-any-return]
