"""What was known of each patient on the day from which follow-up counts: findings and facts as of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import narwhals as nw
import numpy as np
import polars as pl

from paget.assessment import evaluate
from paget.errors import NotFound
from paget.evidence.endpoint_files import OriginRule
from paget.evidence.origins import origins
from paget.knowledge import Knowledge
from paget.knowledge.schema import nearest
from paget.possible import Classes, Range, Span, Truth
from paget.record import Record
from paget.record.follow_up import FollowUp, follow_up
from paget.rules.kinds import KINDS

KEY: Final = ("patient_id", "tumour_id")
ORIGINS: Final = "_origins"
Frame = nw.LazyFrame[Any]


def one_day(seen: FollowUp, rule: OriginRule) -> Frame:
    """The origin of each patient as a decision day: ``patient_id, as_of``; ``_origins`` says how many.

    Days that are known to a month only are left out.
    """
    start = origins(seen, rule)
    start = start.filter(nw.col("origin_day") == nw.col("origin_day_latest"))
    return start.group_by("patient_id").agg(as_of=nw.col("origin_day").min(), _origins=nw.len())


def only_one(days: Frame) -> Frame:
    """Those with one origin, as decision days."""
    return days.filter(nw.col(ORIGINS) == 1).select("patient_id", "as_of")


def beside(rows: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Each row with the values of its primary; where none is named and there is one, with those of that.

    Args:
        rows: with ``patient_id`` and ``tumour_id``.
        values: the same, one row a primary, and columns.

    Returns:
        The rows in their order, with the columns of ``values``; blank where there is no row, and
        ``_matched``: whether there is one.
    """
    columns = [name for name in values.columns if name not in KEY]
    marked = values.with_columns(_matched=pl.lit(value=True))
    named = marked.filter(pl.col("tumour_id").is_not_null())
    alone = marked.filter(pl.len().over("patient_id") == 1).drop("tumour_id")
    by_primary = rows.join(named, on=list(KEY), how="left", maintain_order="left")
    by_patient = rows.join(alone, on="patient_id", how="left", maintain_order="left")
    matched = by_primary["_matched"].is_not_null()
    found = [
        pl.when(matched).then(by_primary[name]).otherwise(by_patient[name]).alias(name) for name in columns
    ]
    also = pl.when(matched).then(True).otherwise(by_patient["_matched"].is_not_null()).alias("_matched")
    return rows.with_columns(*found, also)


def known_at_origin(
    record: Record, origin: str, names: Mapping[str, str], *, overlays: Iterable[str | Path] = ()
) -> pl.DataFrame:
    """Findings and facts as of the day of the origin, one row a primary of each patient who has one origin.

    Args:
        record: of a registry.
        origin: name of an origin file.
        names: column -> name of a finding, or of a fact.
        overlays: folders of a hospital's own knowledge.

    Returns:
        ``patient_id``, ``tumour_id`` and the columns: a number or class where one value is possible, else
        blank; of yes and no 1 and 0.

    Raises:
        NotFound: neither a finding nor a fact has that name.
    """
    overlays = tuple(overlays)
    knowledge = Knowledge.load(overlays)
    days = only_one(one_day(follow_up(record), OriginRule.read(knowledge, origin)))
    kinds = [kind.name for kind in KINDS]
    knowledge_names = {file.name for file in knowledge.of_kind(*kinds)}
    asked = [name for name in names.values() if name in knowledge_names]
    facts, results = evaluate(record, days, overlays=overlays, only=asked)
    columns: dict[str, Any] = {
        "patient_id": pl.Series(list(facts.patient_id), dtype=pl.String),
        "tumour_id": pl.Series([one or None for one in facts.tumour_id], dtype=pl.String),
    }
    for column, name in names.items():
        if name in results.outcomes:
            outcome = results[name]
            applies = np.asarray(outcome.applies.sign) >= 0
            columns[column] = _values(outcome.value, applies)
        elif name in facts.columns:
            columns[column] = _values(facts[name].value, np.ones(len(facts), dtype=bool))
        else:
            raise NotFound(
                f"neither a finding nor a fact is named {name}",
                mend=nearest(name, [*knowledge_names, *facts.columns]),
            )
    return pl.DataFrame(columns)


def _values(value: Any, there: Any) -> pl.Series:
    """What is certain of each value."""
    if isinstance(value, Span):
        value = value.length
    if isinstance(value, Range):
        sure = there & (value.low == value.high) & np.isfinite(value.low)
        return pl.Series(np.where(sure, value.low, np.nan)).fill_nan(None)
    if isinstance(value, Truth):
        sign = np.where(there, value.sign, 0)
        return pl.Series([None if one == 0 else int(one > 0) for one in sign], dtype=pl.Int64)
    if isinstance(value, Classes):
        possible = [value.possible(row) if there[row] else () for row in range(len(there))]
        return pl.Series([one[0] if len(one) == 1 else None for one in possible], dtype=pl.String)
    raise NotFound("a finding of several answers is no column", mend="name a finding with one answer")
