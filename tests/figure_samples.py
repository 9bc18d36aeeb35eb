"""Figures that are hard to draw: many groups with long names, nobody at risk, one patient, all on one day."""

from __future__ import annotations

import numpy as np

from paget.evidence.table_one import table_one
from paget.figures.of_evidence import (
    Calibration,
    CalibrationGroup,
    Decision,
    DecisionCurve,
    Drawn,
    Estimate,
    Event,
    Flow,
    FlowStep,
    Forest,
    ForestRow,
    Model,
    Said,
    Stretch,
    Swimmer,
    Swimmers,
    calibration,
    decision_curve,
    flow,
    follow_up_axis,
    forest,
    swimmers,
)
from paget.survival import aalen_johansen, kaplan_meier

LONG = (
    "Resection of the primary with simultaneous hepatectomy <FOLFOX & bevacizumab>",
    "Liver first",
    "Primary first",
    "Watch",
    "Ablation of all lesions with curative intent, percutaneous",
    "Systemic therapy only, no local treatment at all of any lesion",
)
"""Names of six groups."""

NAN = float("nan")


def cohort(rows: int, groups: int, seed: int = 1) -> dict[str, list[object]]:
    """A simulated cohort: days, events, groups, causes."""
    chance = np.random.Generator(np.random.Philox(seed))
    group = chance.integers(0, groups, rows)
    death = np.ceil(chance.exponential(700 + 150 * group))
    end = np.ceil(chance.uniform(200, 2500, rows))
    seen = death <= end
    cause = np.where(chance.uniform(size=rows) < 0.6, "recurrence", "death of another cause")
    return {
        "day": np.minimum(death, end).tolist(),
        "died": seen.astype(int).tolist(),
        "group": [LONG[k] for k in group],
        "cause": [str(c) if s else None for c, s in zip(cause, seen, strict=True)],
    }


def survival() -> dict[str, Drawn]:
    """Curves of good and of ugly data."""
    six, found = cohort(600, 6), {}
    for groups in range(1, 7):
        rows = cohort(80 * groups, groups)
        curves = kaplan_meier(rows, time="day", event="died", by="group")
        found[f"{groups} groups"] = curves.plot(origin="the first treatment", scale="Alive, of 100")
    curves = kaplan_meier(six, time="day", event="died", by="group")
    marks = {"landmark, six months": 182.0, "9 months": 273.0, "1 year": 365.0, "end of accrual": 2300.0}
    found["narrow"] = curves.plot(width=480, landmarks=marks, overrides=["Refused, printed on request " * 4])
    found["long scale"] = curves.plot(
        width=480, origin="the day of " * 12, scale="Alive without recurrence, progression or death " * 3
    )
    tiny = {
        "no event": ([100, 200, 300] * 10, [0] * 30),
        "one patient": ([100], [1]),
        "one censored": ([100], [0]),
        "first day": ([0, 0, 0], [1, 1, 0]),
        "steep": ([1] * 50 + [2] * 40 + [2000] * 10, [1] * 90 + [0] * 10),
        "a century": ([36525, 20000, 9000], [1, 0, 1]),
    }
    for name, (day, died) in tiny.items():
        found[name] = kaplan_meier({"day": day, "died": died}, time="day", event="died").plot()
    causes = aalen_johansen(six, time="day", event="cause")
    found["incidence"], found["stack"] = causes.plot(), causes.plot(stacked=True, free="alive, no recurrence")
    two = aalen_johansen(cohort(300, 2), time="day", event="cause", by="group")
    found["incidence by group"] = two.plot()
    found["one cause"] = two.plot(cause="recurrence", width=480)
    return found


def others() -> dict[str, Drawn]:
    """Forests, flows, lanes, calibration and net benefit with long words and numbers at the edge."""
    rows = (
        ForestRow(
            "A very long factor name that will fit into no line of any figure", Estimate(1e-9, 0, 1e30)
        ),
        ForestRow("B", Estimate(55, 3, 900), ("12", "3"), 5),
        ForestRow("C", Estimate(NAN)),
        ForestRow("D", Estimate(1, 1, 1), ("1,000,000", "100,000"), 1e6),
        ForestRow("Refused", Estimate(0.3, 0.2, 0.5), ("5", "4"), refused=True),
        ForestRow("All", Estimate(1.1, 0.9, 1.4), pooled=True),
    )
    words = ("favours resection of all the metastases", "favours systemic therapy, or observation")
    ratios = Forest(Said("Forest"), "Hazard ratio", rows, columns=("Patients", "Events"), less=words[0])
    differences = (ForestRow("Mean", Estimate(-3.25, -7.5, 1.0)), ForestRow("Cost", Estimate(12.5, 8, 17)))
    steps = (
        FlowStep(12_345_678, "in a registry of a whole country, over a very long period of time indeed " * 2),
        FlowStep(12_345_677, "the day is known to the month only " * 4, "leave"),
        FlowStep(1, "analysed"),
        FlowStep(1, "censored", "of them"),
    )
    kinds = ("FOLFOX", "radiotherapy", "maintenance", "wait", "trial drug", "no treatment at all")
    events = ("recurrence", "death", "resection", "ablation", "stoma closure", "second primary")
    lanes = tuple(
        Swimmer(
            f"patient number {place} of the cohort",
            100.0 + 10 * place,
            place % 2 == 0,
            tuple(Stretch(10.0 * k, 10.0 * k + 9, kind) for k, kind in enumerate(kinds)),
            tuple(Event(65.0 + 6 * k, kind) for k, kind in enumerate(events)),
        )
        for place in range(12)
    )
    groups = tuple(CalibrationGroup(p, Estimate(1.2 * p, 0.8 * p, 1.5 * p), 50) for p in (0.1, 0.3, 0.6))
    judged = Calibration(
        Said("Calibration"),
        "dead, or with a recurrence anywhere, within five years of the resection",
        (Model("A score with a long name, recalibrated", groups, ("slope 0.83 (0.61 to 1.05)",)),
         Model("Another", groups[:1])),
    )  # fmt: skip
    ways = (Decision("A model with many covariates", (0.1, 0.05, 0.04)), Decision("B", (0.1, 0.04, -0.02)),
            Decision("act on all", (0.1, -0.02, -0.3), plain=True))  # fmt: skip
    who = table_one(cohort(300, 3), by="group", columns=["day", "cause"], names={"day": LONG[0]})
    return {
        "forest": forest(ratios),
        "narrow forest": forest(ratios, 480),
        "differences": forest(Forest(Said("Differences"), "Difference, months", differences, log=False)),
        "flow": flow(Flow(Said("Flow"), steps), 480),
        "lanes": swimmers(Swimmers(Said("Courses"), follow_up_axis(220, room=500), lanes)),
        "many lanes": swimmers(Swimmers(Said("Courses"), follow_up_axis(220, room=500), lanes * 5)),
        "calibration": calibration(judged),
        "decision": decision_curve(DecisionCurve(Said("Net benefit"), (0.1, 0.2, 0.3), ways), 480),
        "balance": who.plot(480),
    }
