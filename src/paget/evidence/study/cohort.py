"""The patients of a study: followed from the origin, with what was known then, and who left by which rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import polars as pl

from paget.errors import BadInput, PagetError
from paget.evidence.about import About
from paget.evidence.as_of_origin import beside, known_at_origin
from paget.evidence.began import days_of_beginning
from paget.evidence.derived import Derived, derive_endpoint
from paget.evidence.followed import ENTRY, EVENT, ID, TIME, Followed, as_supplied
from paget.evidence.study.plan import Study, columns_of, names_of
from paget.evidence.study.provenance import hashes
from paget.knowledge import Knowledge
from paget.knowledge.schema import nearest

STATUS, DAY, COMPETING = "_status", "_day_of_exposure", "_competing"
_TABLES: Final = (".csv", ".tsv", ".parquet")
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """The patients.

    Attributes:
        followed: those who are analysed; ``_status`` is 1, 2 (competing) or 0, ``_day_of_exposure`` the day
            of an exposure after the origin.
        flow: how many came in, left by which rule, are analysed, and how they ended.
        derived: the endpoint, where it was derived.
        columns: what is known at the origin.
        inputs: hash of each file.
        knowledge: hash of the knowledge in force.
        notes: what a reader must know.
    """

    followed: Followed
    flow: dict[str, int]
    derived: Derived | None
    columns: tuple[str, ...]
    inputs: dict[str, str]
    knowledge: str
    notes: tuple[str, ...]

    @property
    def competing(self) -> int:
        """How many ended with a competing event."""
        return int((self.followed.frame[STATUS] == 2).sum())


def cohort_of(study: Study, told: Told) -> Cohort:
    """Read the data and make the cohort.

    Args:
        study: the file.
        told: is told what is being done.

    Raises:
        PagetError: data or knowledge that is not there or cannot be read; a condition on a column of another
            kind; nobody is left.
    """
    part = study.data["cohort"]
    source = study.beside(part["data"], "cohort", "data")
    mapping = study.beside(part["map"], "cohort", "map") if "map" in part else None
    overlays = [study.beside(one, "cohort", "overlays") for one in part.get("overlays", ())]
    named = [(part["data"], source), *([(part["map"], mapping)] if mapping else [])]
    named += list(zip(part.get("overlays", ()), overlays, strict=True))
    inputs = hashes(study.text, named)
    if "derive" in study.data["endpoint"]:
        knowledge = Knowledge.load(overlays)
        derived, frame, notes = _of_record(study, source, mapping, overlays, knowledge, told)
        flow, mark, base = dict(derived.flow), knowledge.hash, derived.rule.title
    else:
        frame, base = _of_table(study, source)
        derived, mark, notes = None, "", ()
        flow = {"patients in the table": frame.height}
    frame = _banded(study, frame)
    frame, left = _included(study, frame)
    if not frame.height:
        raise study.wrong(("cohort",), "nobody is left", "see the conditions under include")
    frame = frame.with_columns((pl.col(STATUS) == 2).cast(pl.Int64).alias(COMPETING))
    kept = Followed(frame, study.data["endpoint"].get("name", base), derived is not None)
    try:
        kept = kept.with_about(_about(study))
    except BadInput as error:
        raise study.wrong(("about",), f"{error.what}: {error.where}", error.mend) from error
    return Cohort(
        kept, _flow(flow, left, frame), derived, tuple(columns_of(study)), inputs, mark, tuple(notes)
    )


def _about(study: Study) -> About:
    """What the columns mean, as the study says."""
    said: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in study.part("about").items()
    }
    return About(**said, competing=COMPETING)


def _columns_about(study: Study) -> list[tuple[tuple[str | int, ...], str]]:
    """The columns that are named under about, with their places."""
    found: list[tuple[tuple[str | int, ...], str]] = []
    for name, value in study.part("about").items():
        if isinstance(value, dict):
            found += [(("about", name, key), column) for key, column in value.items()]
            found += [(("about", name, key), key) for key in value]
        else:
            found += [(("about", name), column) for column in (value if isinstance(value, list) else [value])]
    return found


def _of_record(
    study: Study, source: Path, mapping: Path | None, overlays: list[Path], knowledge: Knowledge, told: Told
) -> tuple[Derived, pl.DataFrame, tuple[str, ...]]:
    from paget.intake.read import read

    told("reading the record")
    record = read(source, map=mapping)
    endpoint = study.data["endpoint"]
    told("deriving the endpoint")
    derived = derive_endpoint(
        record,
        endpoint["derive"],
        endpoint["from"],
        knowledge=knowledge,
        unknown_as=endpoint.get("unknown_as", "event"),
        assume=endpoint.get("assume"),
    )
    frame = derived.followed().frame.sort("patient_id", "tumour_id", "origin_day")
    frame = frame.with_columns(pl.int_range(pl.len()).alias(ID), pl.col("status").alias(STATUS))
    names = names_of(study.data["cohort"].get("known_at_origin"))
    notes = list(derived.notes)
    if names:
        told("what was known at the origin")
        try:
            known = known_at_origin(record, endpoint["from"], names, overlays=overlays)
        except PagetError as error:
            raise study.wrong(("cohort", "known_at_origin"), error.what, error.mend) from error
        frame = beside(frame, known)
        if missing := frame.height - int(frame["_matched"].sum()):
            of_whom = f"{missing} origins are of patients with several, or of no single primary"
            notes.append(f"{of_whom}: nothing is known of them at the origin")
        frame = frame.drop("_matched")
    exposure = study.part("exposure")
    if exposure.get("decided") == "after the origin":
        frame, rough = days_of_beginning(record, knowledge, exposure["begins"], frame, DAY)
        if rough:
            raise study.wrong(
                ("exposure", "begins"),
                f"of {rough} patients the day of the exposure is known to a month only",
                "leave them out of the data, and say how many",
            )
    own = [ID, TIME, EVENT, ENTRY, STATUS, "patient_id", "origin_day", *names]
    return derived, frame.select([*own, *([DAY] if DAY in frame.columns else [])]), tuple(notes)


def _of_table(study: Study, source: Path) -> tuple[pl.DataFrame, str]:
    """A table of follow-up; of its columns only those that the study names are kept."""
    endpoint, exposure = study.data["endpoint"], study.part("exposure")
    frame = _read(study, source)
    names = names_of(study.data["cohort"].get("known_at_origin"))
    asked: list[tuple[tuple[str | int, ...], str]] = [
        (("endpoint", key), endpoint[key]) for key in ("time", "event", "entry", "patient") if key in endpoint
    ]
    asked += [(("cohort", "known_at_origin"), column) for column in names.values()]
    also = [(path, column) for path, column in _columns_about(study) if column not in names]
    asked += also
    if exposure.get("decided") == "after the origin":
        key = "day" if "day" in exposure else "name"
        asked.append((("exposure", key), exposure[key]))
    for path, column in asked:
        if column not in frame.columns:
            raise study.wrong(path, f"the table has no column {column}", nearest(column, frame.columns))
    event = pl.col(endpoint["event"])
    if not frame[endpoint["event"]].dtype.is_numeric() and frame[endpoint["event"]].dtype != pl.Boolean:
        raise study.wrong(("endpoint", "event"), "the event is no number", "1 event, 0 censored, 2 competing")
    frame = frame.with_columns(event.cast(pl.Int64).alias(STATUS))
    frame = frame.with_columns(pl.when(pl.col(STATUS) == 2).then(0).otherwise(pl.col(STATUS)).alias("_one"))
    try:
        supplied = as_supplied(
            frame,
            time=endpoint["time"],
            event="_one",
            entry=endpoint.get("entry"),
            patient=endpoint.get("patient"),
        )
    except BadInput as error:
        raise study.wrong(("endpoint",), f"{error.what} ({error.where})", error.mend) from error
    columns = [pl.col(ID), pl.col(TIME), pl.col(EVENT), pl.col(ENTRY), pl.col(STATUS)]
    columns += [pl.col(column).alias(name) for name, column in names.items()]
    columns += [pl.col(column) for column in dict.fromkeys(column for _, column in also)]
    if exposure.get("decided") == "after the origin":
        columns.append(pl.col(exposure.get("day", exposure["name"])).alias(DAY))
    return supplied.frame.select(columns), endpoint.get("name", "the endpoint as supplied")


def _read(study: Study, source: Path) -> pl.DataFrame:
    if source.suffix.lower() not in _TABLES:
        raise study.wrong(
            ("cohort", "data"),
            "an endpoint as supplied stands in a table",
            "name a file .csv or .parquet, or derive the endpoint of a record",
        )
    try:
        if source.suffix.lower() == ".parquet":
            return pl.read_parquet(source)
        separator = "\t" if source.suffix.lower() == ".tsv" else ","
        return pl.read_csv(source, separator=separator, infer_schema_length=None, null_values=["", "NA"])
    except (pl.exceptions.PolarsError, OSError) as error:
        raise study.wrong(("cohort", "data"), "the table cannot be read", "is it complete?") from error


def _banded(study: Study, frame: pl.DataFrame) -> pl.DataFrame:
    for name, band in study.data["cohort"].get("bands", {}).items():
        column, cuts = band["column"], band["from"]
        if not frame[column].dtype.is_numeric():
            raise study.wrong(("cohort", "bands", name), f"{column} is no number", "bands are of numbers")
        names = band.get("names") or [
            f"below {cuts[0]:g}",
            *(f"{low:g} to below {high:g}" for low, high in pairwise(cuts)),
            f"{cuts[-1]:g} or more",
        ]
        found: Any = pl.lit(names[0])
        for cut, group in zip(cuts, names[1:], strict=True):
            found = pl.when(pl.col(column) >= cut).then(pl.lit(group)).otherwise(found)
        known = pl.col(column).is_not_null() & ~pl.col(column).cast(pl.Float64).is_nan()
        frame = frame.with_columns(pl.when(known).then(found).cast(pl.Enum(names)).alias(name))
    return frame


def _included(study: Study, frame: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Who stays, and how many left by each condition."""
    left: dict[str, int] = {}
    for place, condition in enumerate(study.data["cohort"].get("include", ())):
        column = condition["column"]
        holds = pl.col(column).is_not_null()
        compared = [key for key in ("at_least", "at_most", "above", "below") if key in condition]
        if compared and not frame[column].dtype.is_numeric():
            raise study.wrong(("cohort", "include", place, compared[0]), f"{column} is no number")
        for key, ask in (("at_least", "ge"), ("at_most", "le"), ("above", "gt"), ("below", "lt")):
            if key in condition:
                holds &= getattr(pl.col(column), ask)(condition[key])
        if "is" in condition:
            wanted = condition["is"] if isinstance(condition["is"], list) else [condition["is"]]
            holds &= pl.col(column).cast(pl.String).is_in(_texts(frame[column], wanted))
        words = condition.get("reads") or f"{column} is not as asked"
        unknown = int(frame[column].null_count())
        stays = frame.filter(holds)
        gone = frame.height - stays.height - unknown
        if gone:
            left[f"excluded: {words}"] = left.get(f"excluded: {words}", 0) + gone
        if unknown:
            left[f"excluded: {column} is not known"] = (
                left.get(f"excluded: {column} is not known", 0) + unknown
            )
        frame = stays
    return frame, left


def _texts(column: pl.Series, wanted: list[Any]) -> list[str]:
    """Values as this column writes them."""
    if column.dtype.is_numeric():
        return pl.Series(wanted, strict=False).cast(column.dtype, strict=False).cast(pl.String).to_list()
    return [str(value) for value in wanted]


def _flow(flow: dict[str, int], left: dict[str, int], frame: pl.DataFrame) -> dict[str, int]:
    """The flow of the endpoint, then who left by the conditions of the study."""
    counted = ("analysed", "events", "competing events", "censored")
    found = {words: number for words, number in flow.items() if words not in counted}
    found |= left
    status = frame[STATUS]
    found["analysed"] = frame.height
    found["events"] = int((status == 1).sum())
    if competing := int((status == 2).sum()):
        found["competing events"] = competing
    found["censored"] = int((status == 0).sum())
    return found
