"""Models and predictions as figures: hazard ratios in a forest, calibration, decision curves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from paget.figures.calibration import Calibration, CalibrationGroup, Model, calibration
from paget.figures.decision import Decision, DecisionCurve, decision_curve
from paget.figures.drawn import WIDTH, Drawn
from paget.figures.follow_up_axis import follow_up_axis
from paget.figures.forest import Forest, ForestRow, forest
from paget.figures.shown_numbers import Estimate, count, signed
from paget.figures.table_one import Balance, BalanceRow, balance
from paget.survival.look import Look, name_of, said
from paget.survival.results import Floats

if TYPE_CHECKING:
    from paget.survival.calibration import Calibration as Calibrated
    from paget.survival.cox_model import CoxModel
    from paget.survival.decision_curve import DecisionCurves
    from paget.survival.frailty_model import FrailtyModel
    from paget.survival.parametric_model import ParametricModel
    from paget.survival.performance import Performance
    from paget.survival.propensity import PropensityWeights

_LEVEL = re.compile(r"^(?P<factor>.+)\[(?:T\.)?(?P<level>[^\]]*)\]$")
_FACTOR = re.compile(r"^C\((?P<column>[^,()]+)[^()]*\)$")


def draw_forest(
    model: CoxModel | FrailtyModel | ParametricModel, title: str = "", look: Look | None = None
) -> Drawn:
    """Ratios with intervals on a log axis: of hazards, of time, or of the odds of being cured."""
    look = look or {}
    low, high = (np.asarray(bound) for bound in model.confidence_interval())
    middle = np.asarray(model.coefficients)
    with np.errstate(over="ignore", invalid="ignore"):
        columns = [np.exp(values) for values in (middle, low, high)]
    counts, headings = _counts_of(model)
    factors, references = _factors(model.names), _references(model)
    measure, less, more = _measure(model)
    rows, left_out = [], []
    for place, (factor, level) in enumerate(factors):
        part = _part(model.names[place])
        if part != _part(model.names[place - 1]) or (place == 0 and part):
            rows.append(ForestRow(part or measure))
        if _is_nuisance(model.names, place):
            left_out.append(f"{model.names[place]} {signed(float(middle[place]))}")
            continue
        several = bool(level) and sum(one[0] == factor for one in factors) > 1
        if several and (place == 0 or factors[place - 1][0] != factor):
            rows.append(ForestRow(name_of(factor, look)))
            if factor in references:
                cells = _rest(counts, [k for k, one in enumerate(factors) if one[0] == factor], model)
                rows.append(ForestRow(references[factor], None, cells, reference=True, level=True))
        known = np.isfinite(middle[place])
        values = [float(column[place]) for column in columns] if known else [float("nan")] * 3
        name = level if several else _named(factor.removeprefix(CURED), level, references, look)
        events = counts[place][1].replace(",", "") if counts[place] else ""
        weight = float(events) if events else None
        rows.append(ForestRow(name, Estimate(*values), counts[place], weight, level=several))
    notes = [*look.get("notes", ()), f"{model.analysed}, {count(model.events)} events."]
    if left_out:
        notes.append(f"Not drawn: {', '.join(left_out)}.")
    figure = Forest(
        said(look | {"notes": (*notes, *model.notes)}, title or f"{measure}s"),
        measure,
        tuple(rows),
        columns=headings,
        less=less,
        more=more,
        weighs="the number of events",
    )
    return forest(figure, look.get("width", WIDTH))


CURED = "cured: "


def _measure(model: Any) -> tuple[str, str, str]:
    """What the ratios are, and what lies on either side of 1."""
    if "differences of log time" in getattr(model, "meaning", ""):
        return "Time ratio", "shorter", "longer"
    return "Hazard ratio", "lower hazard", "higher hazard"


def _part(name: str) -> str:
    return "Odds ratio of being cured" if name.startswith(CURED) else ""


def _is_nuisance(names: tuple[str, ...], place: int) -> bool:
    """Whether a coefficient is no comparison: an intercept, the shape of a distribution."""
    name = names[place].removeprefix(CURED)
    last = place == len(names) - 1
    return name in {"intercept", "log(scale)"} or name.startswith("log hazard ") or (last and name == "shape")


def _factors(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Factor and level of each term; a covariate that is a number has no level.

    >>> _factors(("C(stage)[T.IV]", "age"))
    [('stage', 'IV'), ('age', '')]
    """
    found = []
    for name in names:
        match = None if ":" in name else _LEVEL.match(name)
        factor, level = (match["factor"], match["level"]) if match else (name, "")
        column = _FACTOR.match(factor)
        found.append((column["column"].strip() if column else factor, level))
    return found


def _named(factor: str, level: str, references: dict[str, str], look: Look) -> str:
    name = name_of(factor, look)
    if not level:
        return name
    against = f" against {references[factor]}" if factor in references else ""
    return f"{name}: {level}{against}"


def _references(model: Any) -> dict[str, str]:
    """The level of each factor with which the others are compared, where the model's coding tells."""
    engine = getattr(getattr(getattr(model, "likelihood", None), "design", None), "engine", None)
    found = {}
    for term, (_, state) in getattr(engine, "encoder_state", {}).items():
        levels = [str(level) for level in state.get("categories", ())]
        shown = {level for name, level in zip(model.names, _levels(model.names), strict=True) if term in name}
        rest = [level for level in levels if level not in shown]
        if levels and len(rest) == 1:
            column = _FACTOR.match(term)
            found[column["column"].strip() if column else term] = rest[0]
    return found


def _levels(names: tuple[str, ...]) -> list[str]:
    return [level for _, level in _factors(names)]


def _counts_of(model: Any) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    """Patients and events in each level, when a row is a patient and the model knows its rows."""
    none: list[tuple[str, ...]] = [() for _ in model.names]
    cohort = getattr(model, "cohort", None)
    if cohort is None or cohort.entry is not None or getattr(model, "likelihood", None) is None:
        return none, ()
    event = np.asarray(cohort.event) == 1
    found = [_count(np.asarray(column), event) for column in model.likelihood.design.columns]
    return found, ("n", "Events")


def _count(column: Floats, event: Any) -> tuple[str, ...]:
    one = column == 1
    if not np.all(one | (column == 0)):
        return "", ""
    return count(float(one.sum())), count(float((one & event).sum()))


def _rest(counts: list[tuple[str, ...]], places: list[int], model: Any) -> tuple[str, ...]:
    """Patients and events in none of some levels."""
    if not counts[places[0]]:
        return ()
    columns = [np.asarray(model.likelihood.design.columns[place]) for place in places]
    other = (np.sum(columns, axis=0) == 0).astype(float)
    return _count(other, np.asarray(model.cohort.event) == 1)


_POINTS = 60
"""Of a smooth curve: as many as a page can show."""


def draw_smooth_calibration(found: Calibrated, look: Look | None = None) -> Drawn:
    """The same with a smooth curve through the rows, its slope and its mean error."""
    half = 1.959963984540054 * found.slope_se
    order = np.argsort(found.predicted, kind="stable")
    some = np.unique(np.linspace(0, len(order) - 1, _POINTS).astype(int))
    predicted, observed = (np.asarray(v)[order][some] for v in (found.predicted, found.observed))
    known = np.isfinite(observed)
    curve = tuple(zip(predicted[known].tolist(), observed[known].tolist(), strict=True))
    told = [
        f"slope {found.slope:.2f} ({found.slope - half:.2f} to {found.slope + half:.2f})",
        f"observed over expected {found.observed_over_expected:.2f}",
        f"mean error {100 * found.mean_error:.1f} of 100",
    ]
    return draw_calibration(found.groups, look, curve, [one for one in told if "nan" not in one], found.notes)


def draw_calibration(
    found: Performance,
    look: Look | None = None,
    curve: tuple[tuple[float, float], ...] = (),
    told: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> Drawn:
    """Observed against predicted by the day, in groups of like prediction."""
    look = look or {}
    axis = follow_up_axis(found.day, unit=look.get("unit", "day"), shown=look.get("shown"))
    names = list(found.groups)
    rows = zip(*(found.groups[name] for name in names), strict=True)
    groups = []
    for row in rows:
        one = dict(zip(names, row, strict=True))
        observed = Estimate(one["observed"], one["lower"], one["upper"])
        groups.append(CalibrationGroup(one["predicted"], observed, one["n"]))
    told = (*told, f"Brier score {found.brier:.3f}", f"AUC {found.auc:.2f}")
    event = look.get("scale", f"with the event by {axis.said(found.day)}")
    figure = Calibration(
        said(look | {"notes": (*look.get("notes", ()), *notes)}, "Calibration"),
        event,
        (Model(look.get("title", "Prediction"), tuple(groups), told, curve),),
    )
    return calibration(figure, look.get("width", 560.0))


def draw_decisions(found: DecisionCurves, look: Look | None = None) -> Drawn:
    """Net benefit by threshold, of each prediction, of acting on all and on none."""
    look = look or {}
    ways = [
        Decision("act on all" if name == "all" else name_of(name, look), values.tolist(), plain=name == "all")
        for name, values in found.net_benefit.items()
        if name != "none"
    ]
    words = said(look | {"notes": (*look.get("notes", ()), *found.notes)}, "Net benefit by threshold")
    return decision_curve(
        DecisionCurve(words, found.thresholds.tolist(), tuple(ways)), look.get("width", WIDTH)
    )


def draw_balance(weights: PropensityWeights, look: Look | None = None) -> Drawn:
    """How far the groups differ in each covariate, before and after weighting."""
    look = look or {}
    factors = _factors(tuple(weights.balance))
    rows = tuple(
        BalanceRow(_named(factor, level, {}, look), before, after)
        for (factor, level), (before, after) in zip(factors, weights.balance.values(), strict=True)
    )
    words = said(look | {"notes": (*look.get("notes", ()), *weights.notes)}, "Balance of covariates")
    return balance(Balance(words, rows), look.get("width", WIDTH))
