"""The same case with less known, with more known, and with what only became known after the decision day.

A variant is what was changed, in words, and the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any, Final

from clinical_cases import DAY, DRAWN, Rows, between, contradicts_itself, drawn_row, was_known
from clinical_values import AGES, LINKS, VALUES, Row
from paget.record.cells import day_bounds
from paget.record.columns import Column
from paget.record.tables import TABLES

Variant = tuple[str, Rows]

TURNS: Final = (DAY - 57, DAY - 56, DAY - 1, DAY, DAY + 1)
"""Days about which a partial day is made exact, besides its first and last."""


def blanks(rows: Rows) -> Iterator[Variant]:
    """Each value blank: of all columns but keys and those that say when a row holds.

    A report of pathology that is still to come stays: the record takes the residual tumour as known 30
    days after an operation without one, so its day is a known day too.
    """
    for name, number, column in _cells(rows):
        value = rows[name][number].get(column.name)
        future = column.name == "pathology_day" and value and _last(value, is_relative(rows)) > DAY
        if value is not None and not future:
            yield f"{name}[{number}].{column.name} blank", changed(rows, name, number, column.name, None)


def fillings(rows: Rows) -> Iterator[Variant]:
    """Each blank filled with each value that goes with its row, each partial day made exact.

    What a treatment addressed was known by then: it is not found in the future.
    """
    for label, variant in _fillings(rows):
        if all(was_known(row, variant) for row in variant.get("targets", [])):
            yield label, variant


def _fillings(rows: Rows) -> Iterator[Variant]:
    relative = is_relative(rows)
    for name, number, column in _cells(rows):
        row = rows[name][number]
        value = row.get(column.name)
        if column.kind == "day":
            later = () if column.name == "pathology_day" else AGES.get(column.name, AGES["start_day"])
            values = _exact(value, later, relative)
        else:
            values = [] if value is not None else list(dict.fromkeys(VALUES[name].get(column.name, ())))
        yield from _with_each(rows, name, number, column.name, values)
    for name in DRAWN:
        for number, row in enumerate(rows.get(name, [])):
            own = TABLES[name].day
            known, dated = row.get("known_day"), own and row.get(own) is not None
            if known is not None or not (dated or name in {"treatments", "targets"}):
                yield from _with_each(rows, name, number, "known_day", _exact(known, AGES["day"], relative))


def origins(rows: Rows, primaries: Iterable[str]) -> Iterator[Variant]:
    """Each row of unknown origin given to each of some primaries."""
    for name in DRAWN:
        if any(column.name == "tumour_id" and not column.required for column in TABLES[name].columns):
            for number, row in enumerate(rows.get(name, [])):
                if row.get("tumour_id") is None:
                    yield from _with_each(rows, name, number, "tumour_id", primaries)


def without_studies(rows: Rows) -> Iterator[Variant]:
    """Each study left out, with its versions."""
    studies = rows.get("studies", [])
    for number, study in enumerate(studies):
        if "replaces" not in study:
            mine = {study["row_id"]}
            mine |= {row["row_id"] for row in studies if row.get("replaces") in mine}
            yield (
                f"no studies[{number}]",
                {**rows, "studies": [s for s in studies if s["row_id"] not in mine]},
            )


def later(rows: Rows, random: Random) -> Iterator[Variant]:
    """Rows, versions and retractions known after the decision day."""
    relative = is_relative(rows)
    tomorrow = between(DAY + 1, DAY + 1, relative)
    for name in DRAWN:
        table, found = TABLES[name], rows.get(name, [])
        row = drawn_row(random, table, rows, relative) | {"row_id": "later"}
        if table.key:
            row[table.key] = "later"
        yield f"{name}: a row known later", {**rows, name: [*found, row | {"known_day": tomorrow}]}
        if table.day:
            dated = {c: v for c, v in row.items() if c not in {"known_day", "end_day", "pathology_day"}}
            dated[table.day] = between(DAY + 1, DAY + random.choice((1, 9)), relative)
            yield f"{name}: a row dated later", {**rows, name: [*found, dated]}
        for number, old in enumerate(found):
            keys = {column.name: old.get(column.name) for column in table.columns if column.kind == "key"}
            version = drawn_row(random, table, rows, relative) | keys
            version |= {"row_id": "later", "replaces": old["row_id"], "known_day": tomorrow}
            yield f"{name}[{number}] corrected later", {**rows, name: [*found, _filled(version)]}
            version["retracted"] = True
            yield f"{name}[{number}] retracted later", {**rows, name: [*found, _filled(version)]}


def unreported(rows: Rows) -> Rows:
    """The case as it is while no treatment has ended or been reported: both days are still to come."""
    relative = is_relative(rows)
    tomorrow = between(DAY + 1, DAY + 1, relative)
    treatments = []
    for row in rows["treatments"]:
        begun = "start_day" in row and _last(row["start_day"], relative) <= DAY
        still_on = {"end_day": tomorrow} if row.get("modality", "surgery") != "surgery" else {}
        treatments.append(row | still_on | {"pathology_day": tomorrow} if begun else row)
    return {**rows, "treatments": treatments}


def learnt_later(rows: Rows) -> Iterator[Variant]:
    """Other values of the columns that are learnt after the decision day."""
    relative = is_relative(rows)
    for name, number, column in _cells(rows):
        by = rows[name][number].get(column.known_by) if column.known_by else None
        if by is None or _last(by, relative) <= DAY:
            continue
        values = VALUES[name].get(column.name, ())
        if column.kind == "day":
            values = tuple(between(DAY + ahead, DAY + ahead, relative) for ahead in (1, 400))
        yield from _with_each(rows, name, number, column.name, values)


def planned(rows: Rows, *, told: bool) -> Iterator[Variant]:
    """An operation that begins on the decision day or later, and removes what there is.

    Args:
        told: whether the plan was known before the decision day; else it becomes known when it is done.
    """
    relative = is_relative(rows)
    lesions = [{"lesion_id": row["lesion_id"]} for row in rows.get("lesions", [])]
    sites = [{"site_id": row["site_id"]} for row in rows.get("sites", [])]
    known = {"known_day": between(DAY - 1, DAY - 1, relative)} if told else {}
    for ahead in (0, 1, 30) if told else (1, 30):
        day = between(DAY + ahead, DAY + ahead, relative)
        row = {"treatment_id": "later", "modality": "surgery", "definitive": True, "residual": "R0"}
        row |= known | {"row_id": "later", "start_day": day}
        targets = [
            {"row_id": f"later {number}", "treatment_id": "later", "removed": True} | one
            for number, one in enumerate(lesions + sites)
        ]
        more = {"treatments": [*rows["treatments"], row], "targets": [*rows["targets"], *targets]}
        yield f"an operation in {ahead} days", {**rows, **more}


def smaller(rows: Rows) -> Iterator[Rows]:
    """The case without one of its rows and what refers to it, or without one value, known days included."""
    keys = {table: key for key, table in LINKS.items()}
    for name in DRAWN:
        for number, row in enumerate(rows.get(name, [])):
            rest = [*rows[name][:number], *rows[name][number + 1 :]]
            fewer = {**rows, name: [one for one in rest if one.get("replaces") != row["row_id"]]}
            key = keys.get(name)
            if key and all(one[key] != row[key] for one in fewer[name]):
                fewer = {
                    table: [one for one in found if one.get(key) != row[key]]
                    for table, found in fewer.items()
                }
            yield fewer
    for name in VALUES:
        for number, row in enumerate(rows.get(name, [])):
            for column in row.keys() - {"row_id", "time_base", TABLES[name].key}:
                yield changed(rows, name, number, column, None)


def changed(rows: Rows, name: str, number: int, column: str, value: Any) -> Rows:
    """The rows with one value changed; None is blank."""
    table = [*rows[name]]
    table[number] = _filled({**table[number], column: value})
    return {**rows, name: table}


def is_relative(rows: Rows) -> bool:
    """Whether the days are counted from an origin."""
    return bool(rows["patients"][0]["time_base"] == "relative")


def _filled(row: Row) -> Row:
    return {column: value for column, value in row.items() if value is not None}


def _cells(rows: Rows) -> Iterator[tuple[str, int, Column]]:
    """Every cell that says something of the patient: all but keys and what every table carries."""
    for name in VALUES:
        for number in range(len(rows.get(name, []))):
            for column in TABLES[name].columns:
                if column.kind != "key" and column.name != "time_base":
                    yield name, number, column


def _with_each(rows: Rows, name: str, number: int, column: str, values: Iterable[Any]) -> Iterator[Variant]:
    for value in values:
        variant = changed(rows, name, number, column, value)
        if _goes_together(name, variant[name][number], is_relative(rows), column):
            yield f"{name}[{number}].{column} {value}", variant


def _exact(value: Any, ages: Iterable[int], relative: bool) -> list[Any]:
    """Some exact days that a partial or blank day may be."""
    if value is None:
        exact = {DAY - age for age in ages}
    else:
        first, last = day_bounds(value, relative)
        exact = set() if first == last else {first, last, *(d for d in TURNS if first < d < last)}
    return [between(one, one, relative) for one in sorted(exact)]


def _goes_together(name: str, row: Row, relative: bool, changed: str) -> bool:
    """Whether the values of a row can be true together: known when it happened, or planned before."""
    own = TABLES[name].day
    day, known = row.get(own) if own else None, row.get("known_day")
    was_planned = name == "treatments" and changed != "known_day"
    if (
        day is not None
        and known is not None
        and not was_planned
        and _last(known, relative) < _last(day, relative)
    ):
        return False
    return not contradicts_itself(name, row, relative)


def _last(day: Any, relative: bool) -> int:
    return day_bounds(day, relative)[1]
