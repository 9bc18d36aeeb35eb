"""The figures and tables that a study asks for, each drawn by the result that it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import polars as pl

from paget.errors import PagetError
from paget.evidence.drawing import draw_comparisons, draw_counts
from paget.evidence.flags import Flagged
from paget.evidence.followed import ENTRY, EVENT, TIME
from paget.evidence.guarded_curves import curves
from paget.evidence.small_groups import LEAST
from paget.evidence.study.analyses import Compared
from paget.evidence.study.cohort import Cohort
from paget.evidence.study.plan import Study, in_days
from paget.evidence.study.report import Section
from paget.evidence.table_one import table_one
from paget.figures.drawn import Said
from paget.figures.flow import Flow, FlowStep, flow

Overrides = Mapping[str, str]

AT_RISK: Final = 10
"""Fewer at risk than this give no figure to the answer."""

MOST_YEARS: Final = 5
"""The answer speaks of no later time; the figure does."""

_YEAR: Final = 365.25


def figures(
    study: Study, cohort: Cohort, fitted: Mapping[str, Any], compared: Compared | None
) -> Iterator[tuple[Section, Any]]:
    """Each section, and of survival the curves behind it.

    Raises:
        StudyError: what cannot be drawn, with its line.
    """
    asked = study.items("figures")
    numbers: dict[str, int] = {}
    for place, item in enumerate(asked):
        kind = item["kind"]
        numbers[kind] = numbers.get(kind, 0) + 1
        name = kind.replace(" ", "_")
        if sum(one["kind"] == kind for one in asked) > 1:
            name += f"_{numbers[kind]}"
        try:
            yield _one(item, name, cohort, fitted, compared, study.overrides)
        except Flagged as refused:
            raise study.flagged(("figures", place), refused) from refused
        except PagetError as error:
            raise study.wrong(("figures", place), f"{kind}: {error.what}", error.mend) from error


def _one(
    item: dict[str, Any],
    name: str,
    cohort: Cohort,
    fitted: Mapping[str, Any],
    compared: Compared | None,
    overrides: Overrides,
) -> tuple[Section, Any]:
    kind, by = item["kind"], item.get("by")
    if kind == "flow":
        return _flow(item, name, cohort), None
    if kind == "survival":
        return _survival(item, name, cohort, overrides)
    if kind == "incidence":
        return _incidence(item, name, cohort, overrides), None
    if kind == "forest":
        title = item.get("title", f"{cohort.followed.name}, factors together")
        model = fitted[item["model"]]
        return Section(name, title, item["model"], figure=model.plot(title=title)), None
    if kind == "comparisons":
        done = list(compared.done) if compared else []
        title = item.get("title", f"By {done[0].exposure if done else 'the exposure'}")
        if compared is not None and compared.refused is not None:
            from paget.evidence.remedies import naive

            refused = compared.refused
            asked = naive(refused._followed, refused._exposure, refused._adjust)
            return Section(name, title, figure=draw_comparisons(done, title, [asked])), None
        return Section(name, title, figure=draw_comparisons(done, title)), None
    columns = item.get("columns") or [column for column in cohort.columns if column != by]
    frame, left = _with_group(cohort.followed.frame, by)
    title = item.get("title", "Who they are")
    found = table_one(frame.select(*columns, *([by] if by else [])), by=by, columns=columns, title=title)
    return Section(name, title, table=found.to_frame(), html=found.html(), lines=left), None


def _with_group(frame: pl.DataFrame, by: str | None) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Those whose group is known; how many are not is said."""
    if by is None:
        return frame, ()
    known = frame.filter(pl.col(by).is_not_null())
    left = frame.height - known.height
    return known, (f"{by} is not known of {left}, who are not shown.",) if left else ()


def _flow(item: dict[str, Any], name: str, cohort: Cohort) -> Section:
    title = item.get("title", "Who is in it")
    if cohort.derived is not None:
        drawn = draw_counts(cohort.flow, title, cohort.notes)
    else:
        kinds = {"patients in the table": "stay", "analysed": "stay"}
        steps = [
            FlowStep(
                number,
                words.removeprefix("excluded: "),
                kinds.get(words, "leave" if words.startswith("excluded") else "of them"),  # type: ignore[arg-type]
            )
            for words, number in cohort.flow.items()
        ]
        drawn = flow(Flow(Said(title), tuple(steps)))
    return Section(name, title, "each leaves once, by the first rule that fails", figure=drawn)


def _look(item: dict[str, Any], title: str, unit: str) -> dict[str, Any]:
    look: dict[str, Any] = {key: item[key] for key in ("shown", "origin", "scale") if key in item}
    if "until" in item:
        look["until"] = in_days(item["until"])
    return {"title": title, "scale": f"{unit}, of 100"} | look


def _survival(item: dict[str, Any], name: str, cohort: Cohort, overrides: Overrides) -> tuple[Section, Any]:
    from paget.survival import logrank

    by = item.get("by")
    frame, left = _with_group(cohort.followed.frame, by)
    found = curves(replace(cohort.followed, frame=frame), by or "", overrides=overrides)
    title = item.get("title", f"{cohort.followed.name}{f' by {by}' if by else ''}")
    lines = [*found.overridden, *left]
    if len(found.curves) > 1:
        lines.append(logrank(frame, time=TIME, event=EVENT, entry=ENTRY, by=by).summary())
    if cohort.competing:
        lines.append(f"Competing events ({cohort.competing}) are censored here; see the incidence.")
    drawn = found.plot(**_look(item, title, "Without the event"))
    return Section(name, title, "Kaplan-Meier, band 95 %", figure=drawn, lines=tuple(lines)), found.curves


def _incidence(item: dict[str, Any], name: str, cohort: Cohort, overrides: Overrides) -> Section:
    by = item.get("by")
    frame, left = _with_group(cohort.followed.frame, by)
    found = curves(replace(cohort.followed, frame=frame), by or "", kind="incidence", overrides=overrides)
    title = item.get("title", f"Incidence{f' by {by}' if by else ''}")
    drawn = found.plot(**_look(item, title, "With the event"))
    lines = (*found.overridden, *left)
    return Section(name, title, "Aalen-Johansen, not 1 - KM", figure=drawn, lines=lines)


def answer(found: Any, name: str) -> str:
    """The main curves in a sentence: at the last whole year at which enough are at risk in each group."""
    last = min((float(curve.time[-1]) for curve in found if len(curve.time)), default=0.0)
    for years in range(min(int(last / _YEAR), MOST_YEARS), 0, -1):
        rows = found.at([years * _YEAR]).to_dicts()
        if all(row["n_risk"] >= AT_RISK for row in rows):
            break
    else:
        return ""
    said = []
    for row in rows:
        group = "" if str(row["group"]) == "all" else f"{row['group']} "
        bounds = f"({100 * row['lower']:.0f} to {100 * row['upper']:.0f})"
        said.append(f"{group}{100 * row['survival']:.0f} of 100 {bounds}")
    return f"{name}, without the event at {years} {'year' if years == 1 else 'years'}: {'; '.join(said)}."


def small_groups(study: Study, cohort: Cohort) -> list[str]:
    """Groups of figures below eleven patients."""
    found = []
    columns = {item["by"] for part in ("figures", "models") for item in study.items(part) if "by" in item}
    for column in sorted(columns):
        counts = cohort.followed.frame.group_by(column).len().filter(pl.col(column).is_not_null())
        small = counts.filter(pl.col("len") < LEAST).height
        if small:
            groups = "a group" if small == 1 else f"{small} groups"
            found.append(f"By {column} {groups} below {LEAST} patients: do not pass this report on.")
    return found
