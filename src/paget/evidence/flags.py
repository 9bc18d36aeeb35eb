"""What else misleads: each flag says what it found in these data, and has a name to override it by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from paget.errors import BadInput, Refused
from paget.evidence.endpoint_files import OF_DISEASE
from paget.evidence.followed import ENTRY, EVENT, TIME, Followed

LOOK_AHEAD = "look-ahead"
DELAYED_ENTRY = "delayed entry"
NAME = "name"
INTENTS = "intents"
SURVEILLANCE = "surveillance"
STAGING = "staging"
COMPETING = "1-KM"
FLAGS: Final = (LOOK_AHEAD, DELAYED_ENTRY, NAME, INTENTS, SURVEILLANCE, STAGING, COMPETING)

DAYS_A_YEAR: Final = 365.25
MORE_OFTEN: Final = 1.25
"""A group that is looked at this many times as often, and more than by chance, finds its events earlier."""
_SHORT: Final = ("rfs", "dfs", "pfs", "mfs", "efs", "ttr", "lrfs")


class Flagged(Refused):
    """An analysis that would mislead, for a reason other than immortal time.

    Attributes:
        flag: its name, under which ``overrides`` can name a reason to print it all the same.
    """

    def __init__(self, flag: str, what: str, *, where: str, why: str, mend: str) -> None:
        self.flag = flag
        way = f'{mend}; to print it all the same: overrides={{"{flag}": reason}}'
        super().__init__(what, where=where, why=why, mend=way)


def settled(flags: Iterable[Flagged], overrides: Mapping[str, str]) -> tuple[str, ...]:
    """What was found and overridden, in words for the result; the first that was not is raised.

    Args:
        flags: what was found.
        overrides: by flag the reason to print it all the same.

    Raises:
        Flagged: one that is not overridden.
        BadInput: an override of a flag that there is not, or without a reason.
    """
    for name, reason in overrides.items():
        if name not in FLAGS or not reason.strip():
            raise BadInput(
                f"no override: {name}", where="overrides", mend=f"a reason for one of {', '.join(FLAGS)}"
            )
    told = []
    for found in flags:
        if found.flag not in overrides:
            raise found
        told.append(f"Overridden ({found.flag}: {overrides[found.flag]}): {found.what}; {found.why}")
    return tuple(told)


def flags_of(followed: Followed, *, by: str = "", covariates: Sequence[str] = ()) -> Iterator[Flagged]:
    """All that is found in followed patients.

    Args:
        followed: with what its columns mean (``about``).
        by: column of the groups that are compared; "": one curve.
        covariates: columns of the model.
    """
    yield from _look_ahead(followed, [*([by] if by else []), *covariates])
    yield from _delayed_entry(followed)
    yield from _name(followed)
    yield from _intents(followed, by)
    if by:
        yield from _surveillance(followed, by)
    yield from _staging(followed, by, covariates)


def _look_ahead(followed: Followed, columns: Sequence[str]) -> Iterator[Flagged]:
    about = followed.about
    for column in columns:
        if column not in about.known or column in about.of_origin:
            continue
        day = followed.column(about.known[column]).cast(pl.Float64)
        late = int((day > followed.frame[ENTRY]).sum())
        if late:
            yield Flagged(
                LOOK_AHEAD,
                f"{column} was not known when follow-up began",
                where=f"{followed.name}, {column}",
                why=f"of {late} of {len(followed)} patients it became known later; the dead never had it",
                mend="count from the day it was known, take it as a time-dependent exposure, or leave it out",
            )


def _delayed_entry(followed: Followed) -> Iterator[Flagged]:
    column = followed.about.enrolled
    if not column:
        return
    enrolled = followed.column(column).cast(pl.Float64)
    late = (enrolled > followed.frame[ENTRY]).fill_null(value=False)
    if not late.any():
        return
    frame = followed.frame.filter(late)
    until = pl.min_horizontal(pl.col(column).cast(pl.Float64), pl.col(TIME)) - pl.col(ENTRY)
    years = float(frame.select(until.sum()).item()) / DAYS_A_YEAR
    whole = float((followed.frame[TIME] - followed.frame[ENTRY]).sum()) / DAYS_A_YEAR
    events = float(followed.frame[EVENT].sum())
    yield Flagged(
        DELAYED_ENTRY,
        "patients entered the cohort after the origin, and are counted from it",
        where=f"{followed.name}, {column}",
        why=f"{int(late.sum())} of {len(followed)} patients had to live until they entered: {years:.1f} of "
        f"{whole:.1f} patient-years hold no event by construction; with them the rate is "
        f"{_rate(events, whole)} a patient-year, without them {_rate(events, whole - years)}",
        mend=f"as_supplied(..., entry={column!r}), with those left out who did not live to enter",
    )


def _rate(events: float, years: float) -> str:
    return f"{events / years:.3f}" if years > 0 else "without limit"


def _name(followed: Followed) -> Iterator[Flagged]:
    about, said = followed.about, followed.name.lower()
    words = said.replace("-", " ").replace(",", " ").split()
    of_disease = any(word in said for word in OF_DISEASE) or any(word in _SHORT for word in words)
    if not about.death or not len(followed):
        return
    event = followed.frame[EVENT] == 1
    death = followed.column(about.death).cast(pl.Int64) == 1
    if of_disease and event.any() and bool((death | ~event).fill_null(value=False).all()):
        censored = ""
        if about.recurrence:
            back = followed.column(about.recurrence).cast(pl.Int64) == 1
            missed = int((back & ~event).sum())
            if not missed and not (back & event).any():
                return  # nothing came back: death may well be the only event
            censored = f"; {missed} recurrences are censored"
        yield Flagged(
            NAME,
            f"{followed.name}: all its {int(event.sum())} events are deaths",
            where=followed.name,
            why=f"an endpoint of disease ends at its return too{censored}",
            mend="call it what it is, or count the recurrences",
        )
    overall = "overall survival" in said or "os" in words
    other = int((event & ~death).sum())
    if overall and other:
        yield Flagged(
            NAME,
            f"{followed.name}: {other} of its events are no deaths",
            where=followed.name,
            why="overall survival ends at death alone",
            mend="call it what it is",
        )


def _intents(followed: Followed, by: str) -> Iterator[Flagged]:
    column = followed.about.intent
    if not column or column == by:
        return
    intent = followed.column(column).cast(pl.String).alias("intent")
    frame = pl.DataFrame(
        {
            "intent": intent,
            "group": followed.column(by).cast(pl.String) if by else pl.repeat("", len(intent), eager=True),
        }
    )
    mixed = frame.drop_nulls("intent").group_by("group").agg(pl.col("intent").n_unique().alias("intents"))
    if (mixed["intents"] > 1).any():
        counts = intent.drop_nulls().value_counts().sort("count", "intent", descending=[True, False])
        told = ", ".join(f"{number} {name}" for name, number in counts.rows())
        yield Flagged(
            INTENTS,
            "one curve holds patients who were treated with different intents",
            where=f"{followed.name}, {column}",
            why=f"{told}: it describes none of them",
            mend=f"a curve for each: by={column!r}",
        )


def _surveillance(followed: Followed, by: str) -> Iterator[Flagged]:
    column = followed.about.assessments
    if not column:
        return
    groups = (
        followed.frame.filter(pl.col(by).is_not_null())
        .group_by(by)
        .agg(
            pl.col(column).sum().cast(pl.Float64).alias("number"),
            ((pl.col(TIME) - pl.col(ENTRY)).sum() / DAYS_A_YEAR).alias("years"),
        )
        .filter(pl.col("years") > 0)
        .with_columns((pl.col("number") / pl.col("years")).alias("rate"))
        .sort("rate", by)
    )
    if groups.height < 2:
        return
    least, most = groups.row(0, named=True), groups.row(-1, named=True)
    if most["number"] == 0:
        return
    # Of two Poisson rates, the lower bound of the ratio on the log scale; none at all counts as half of one.
    few = max(least["number"], 0.5)
    ratio = most["rate"] / (few / least["years"])
    lower = ratio * float(np.exp(-1.96 * np.sqrt(1 / few + 1 / most["number"])))
    if ratio >= MORE_OFTEN and lower > 1:
        yield Flagged(
            SURVEILLANCE,
            f"groups by {by} were not looked at equally often",
            where=f"{followed.name}, {column}",
            why=f"{most['rate']:.1f} assessments a patient-year against {least['rate']:.1f}: who is looked "
            "at more often is found to recur earlier",
            mend="compare death from any cause, or analyse the times as intervals between assessments",
        )


def _staging(followed: Followed, by: str, covariates: Sequence[str]) -> Iterator[Flagged]:
    about = followed.about
    if not about.edition:
        return
    edition = followed.column(about.edition).cast(pl.String)
    named = sorted(edition.drop_nulls().unique().to_list())
    if len(named) < 2:
        return
    used = [column for column in ([by] if by else []) + list(covariates) if column in about.stage]
    if used:
        yield Flagged(
            STAGING,
            f"{', '.join(used)} does not mean the same in all patients",
            where=f"{followed.name}, {about.edition}",
            why=f"they were staged by {len(named)} editions ({', '.join(named)}): when patients move between "
            "stages, both can look better",
            mend="restage by one edition, or analyse each alone",
        )
    elif by:
        shares = (
            pl.DataFrame({"group": followed.column(by).cast(pl.String), "edition": edition})
            .drop_nulls()
            .group_by("group")
            .agg(pl.col("edition").n_unique().alias("n"), pl.col("edition").min().alias("only"))
        )
        if shares.height > 1 and (shares["n"] == 1).all() and shares["only"].n_unique() > 1:
            yield Flagged(
                STAGING,
                f"groups by {by} were staged by different editions",
                where=f"{followed.name}, {about.edition}",
                why="no edition is in more than one group: they differ by era and all that changed with it",
                mend="restage by one edition, and compare within an era",
            )


def variables(formula: str) -> list[str]:
    """The columns that a formula needs."""
    if not formula.strip():
        return []
    from formulaic import Formula

    needed: Any = Formula(formula).required_variables
    return sorted(str(name) for name in needed)
