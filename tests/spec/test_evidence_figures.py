"""The figures of evidence: drawn where the numbers are, adding up, the same bytes each time."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.figure_samples import LONG, cohort, others, survival

from paget.errors import BadInput
from paget.evidence import Exposure, ImmortalTime, analysis, as_supplied
from paget.evidence.drawing import draw_counts
from paget.evidence.table_one import table_one
from paget.figures.ink import CLASSES, DASHES, GROUPS, TOKENS, style_sheet
from paget.figures.of_evidence import (
    Counts,
    Decision,
    DecisionCurve,
    Drawn,
    Estimate,
    Flow,
    FlowStep,
    Forest,
    ForestRow,
    GroupCounts,
    Layer,
    Said,
    Stacked,
    StepCurve,
    StepCurves,
    Swimmer,
    Swimmers,
    decision_curve,
    flow,
    follow_up_axis,
    forest,
    stacked,
    step_curves,
    swimmers,
)
from paget.survival import (
    aalen_johansen,
    bootstrap,
    concordance,
    cox,
    kaplan_meier,
    mean_count,
    multi_state,
    parametric,
    pool,
    propensity_weights,
    rmst,
)
from paget.survival.calibration import calibration_curve
from paget.survival.performance import performance

SVG = "{http://www.w3.org/2000/svg}"
FOUR = {"day": [100, 200, 300, 400], "died": [1, 0, 1, 0]}


def tree(figure: Drawn) -> ET.Element:
    return ET.fromstring(figure.svg)


def words(figure: Drawn) -> list[str]:
    return ["".join(one.itertext()) for one in tree(figure).iter(f"{SVG}text")]


def lines(figure: Drawn, class_: str) -> list[dict[str, float]]:
    found = re.findall(rf'<line ([^>]*)class="{class_}"', figure.markup)
    return [{k: float(v) for k, v in re.findall(r'(x1|x2|y1|y2)="([^"]+)"', one)} for one in found]


def plot_of(figure: Drawn) -> tuple[float, float, float, float]:
    """Left, right, top and foot of a plot: its lowest long line across is the axis."""
    across = [one for one in lines(figure, "ax") if one["x2"] - one["x1"] > 200 and one["y1"] == one["y2"]]
    axis = max(across, key=lambda one: one["y1"])
    return axis["x1"], axis["x2"], min(one["y1"] for one in lines(figure, "grid")), axis["y1"]


# Where things stand


def test_a_step_curve_is_drawn_where_its_numbers_are() -> None:
    # 4 patients; died 1 of 4 on day 100: 3/4; censored on 200; died 1 of 2 on day 300: 3/8; censored on 400.
    figure = kaplan_meier(FOUR, time="day", event="died").plot(least=1)
    left, right, top, foot = plot_of(figure)
    x = {day: f"{left + (right - left) * day / 400:.1f}".removesuffix(".0") for day in (0, 100, 300, 400)}
    y = {s: f"{foot - (foot - top) * s:.1f}".removesuffix(".0") for s in (1, 3 / 4, 3 / 8)}
    expected = f"M{x[0]} {y[1]}H{x[100]}V{y[3 / 4]}H{x[300]}V{y[3 / 8]}H{x[400]}"
    drawn = re.findall(r'<path d="([^"]+)" class="s1"/>', figure.markup)
    assert drawn == [expected]


def test_counts_at_a_tick_are_of_those_who_left_before_it() -> None:
    # Months 1 (died), 2 (died), 2 (censored), 3 (censored): at month 2 three are at risk, one has died.
    rows = {"month": [1, 2, 2, 3], "died": [1, 1, 0, 0]}
    numbers = kaplan_meier(rows, time="month", event="died").plot(unit="month").numbers
    assert numbers.columns[:5] == ("curve", "months", "At risk", "Censored", "Events")
    assert [row[1:5] for row in numbers.rows] == [(0, 4, 0, 0), (1, 4, 0, 0), (2, 3, 0, 1), (3, 1, 1, 2)]
    # Survival at each tick includes its own deaths: 1, 3/4, 3/4 x 2/3, the same.
    assert [row[5] for row in numbers.rows] == pytest.approx([100, 75, 50, 50])


def test_those_who_enter_late_are_yet_to_enter_until_they_do() -> None:
    rows = {"month": [4, 6, 6], "died": [1, 0, 0], "from": [0, 2, 3]}
    figure = kaplan_meier(rows, time="month", event="died", entry="from").plot(unit="month")
    table = figure.numbers.to_frame()
    assert table["Yet to enter"].to_list() == [2, 2, 1, 0, 0, 0, 0]
    assert table["At risk"].to_list() == [1, 1, 2, 3, 3, 2, 2]
    assert (table["Yet to enter"] + table["At risk"] + table["Censored"] + table["Events"]).to_list() == [
        3
    ] * 7


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(0, 3000), st.integers(0, 2), st.integers(0, 2), st.integers(0, 60)),
        min_size=1,
        max_size=60,
    ),
    st.booleans(),
)
def test_the_table_adds_up_to_n_at_each_tick(rows: list[tuple[int, int, int, int]], late: bool) -> None:
    data = {
        "day": [day + enter + 1 for day, _, _, enter in rows],
        "what": [(None, "relapse", "death")[kind] for _, kind, _, _ in rows],
        "died": [int(kind > 0) for _, kind, _, _ in rows],
        "group": [group for _, _, group, _ in rows],
        "from": [enter for _, _, _, enter in rows],
    }
    entry = "from" if late else None
    size = {str(group): data["group"].count(group) for group in data["group"]}
    curves = kaplan_meier(data, time="day", event="died", by="group", entry=entry).plot().numbers
    causes = sorted({cause for cause in data["what"] if cause})
    found = aalen_johansen(data, time="day", event="what", by="group", entry=entry) if causes else None
    for numbers in (curves, *([found.plot(cause=causes[0]).numbers] if found else [])):
        place = {name: numbers.columns.index(name) for name in numbers.columns[2:-3]}
        for row in numbers.rows:
            counts = [row[k] for k in place.values()]
            assert sum(counts) == size[str(row[0])]
            assert min(counts) >= 0
        for group in size:
            for name in place.keys() - {"At risk", "Yet to enter"}:
                exits = [row[place[name]] for row in numbers.rows if row[0] == group]
                assert exits == sorted(exits)


def test_counts_that_do_not_add_up_are_refused() -> None:
    axis = follow_up_axis(400)
    rows = (Counts("At risk", (9.0,) * len(axis.ticks)), Counts("Events", (2.0,) * len(axis.ticks)))
    curve = StepCurve("A", (100.0,), (0.5,))
    with pytest.raises(BadInput, match="add up"):
        step_curves(StepCurves(Said("x"), axis, "Of 100", (curve,), (GroupCounts("A", 10.0, rows),)))


@pytest.mark.parametrize(
    ("days", "unit", "ticks"),
    [
        (10, "day", ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
        (60, "week", ["0", "1", "2", "3", "4", "5", "6", "7", "8"]),
        (913, "month", ["0", "3", "6", "9", "12", "15", "18", "21", "24", "27"]),
        (1827, "year", ["0", "1", "2", "3", "4", "5"]),
        (7305, "year", ["0", "2", "4", "6", "8", "10", "12", "14", "16", "18", "20"]),
        (36525, "year", ["0", "10", "20", "30", "40", "50", "60", "70", "80", "90", "100"]),
    ],
)
def test_time_is_shown_in_the_unit_that_reads_best(days: int, unit: str, ticks: list[str]) -> None:
    axis = follow_up_axis(days, room=480)
    assert (axis.shown, [axis.label(tick) for tick in axis.ticks]) == (unit, ticks)


def test_a_forest_is_symmetric_around_no_difference_on_its_log_axis() -> None:
    rows = (ForestRow("half", Estimate(0.5, 0.25, 1)), ForestRow("twice", Estimate(2, 1, 4)))
    figure = forest(Forest(Said("x"), "Hazard ratio", rows))
    low, high = lines(figure, "l")
    none = next(one["x1"] for one in lines(figure, "ax") if one["x1"] == one["x2"])
    assert (
        low["x2"] == pytest.approx(none, abs=0.11) == high["x1"]
    )  # 1 is the end of the one, the start of the other
    assert none - low["x1"] == pytest.approx(high["x2"] - none, abs=0.2)
    left, right = sorted(
        float(x) + float(side) / 2
        for x, side in re.findall(r'<rect x="([^"]+)" y="[^"]+" width="([^"]+)"', figure.markup)
    )
    # log 2 is half of log 4.
    assert none - left == pytest.approx((none - low["x1"]) / 2, abs=0.2)
    assert right - none == pytest.approx((high["x2"] - none) / 2, abs=0.2)


def test_a_forest_says_what_has_no_estimate_and_where_an_interval_goes_on() -> None:
    figure = others()["forest"]
    assert {"not estimated", "under 0.001", "0.30", "0.20 to 0.50"} <= set(words(figure))
    assert "Arrow: the interval goes on." in words(figure)[-1]
    assert re.search(r'class="l-no" stroke-dasharray="4 3"', figure.markup)  # refused
    with pytest.raises(BadInput, match="below 0"):
        forest(Forest(Said("x"), "Hazard ratio", (ForestRow("a", Estimate(-1)),)))


def test_a_flow_that_does_not_add_up_is_refused() -> None:
    steps = [FlowStep(10, "in"), FlowStep(4, "out", "leave"), FlowStep(6, "analysed")]
    assert [row[0] for row in flow(Flow(Said("x"), tuple(steps))).numbers.rows] == [10, 4, 6]
    with pytest.raises(BadInput, match="7 stay where 6 are left"):
        flow(Flow(Said("x"), (*steps[:2], FlowStep(7, "analysed"))))
    parts = (FlowStep(5, "events", "of them"), FlowStep(3, "censored", "of them"))
    with pytest.raises(BadInput, match="8 are named of 6"):
        flow(Flow(Said("x"), (*steps, *parts)))


def test_the_flow_of_an_endpoint_tells_operations_from_patients() -> None:
    counts = {
        "patients in the record": 10,
        "without this origin": 4,
        "origins": 7,
        "analysed": 7,
        "events": 2,
    }
    shown = words(draw_counts(counts, "Who is in it"))
    assert "origins of 6 patients" in shown
    assert "−4" in shown


def test_a_stack_ends_at_100_and_shows_one_group() -> None:
    axis = follow_up_axis(400)
    with pytest.raises(BadInput, match="add up to 100"):
        stacked(Stacked(Said("x"), axis, "Of 100", (100.0,), (Layer("a", (0.5,), 0.0, ()),)))
    rows = cohort(200, 2)
    found = aalen_johansen(rows, time="day", event="cause", by="group")
    with pytest.raises(BadInput, match="one group"):
        found.plot(stacked=True)
    whole = found.plot(stacked=True, group=LONG[0], free="alive")
    last = max(row[1] for row in whole.numbers.rows)
    assert sum(row[2] for row in whole.numbers.rows if row[1] == last) == pytest.approx(100)


def test_what_cannot_be_told_apart_or_drawn_is_refused() -> None:
    found = aalen_johansen(cohort(300, 6), time="day", event="cause", by="group")
    with pytest.raises(BadInput, match="too many curves"):
        found.plot()
    with pytest.raises(BadInput, match="no such cause"):
        found.plot(cause="stroke")
    axis = follow_up_axis(10)
    with pytest.raises(BadInput, match="0 patients"):
        swimmers(Swimmers(Said("x"), axis, ()))
    with pytest.raises(BadInput, match="no room"):
        swimmers(Swimmers(Said("x"), axis, (Swimmer("a", 5),)), width=200)
    with pytest.raises(BadInput, match="two thresholds"):
        decision_curve(DecisionCurve(Said("x"), (0.1,), (Decision("a", (0.1,)),)))
    with pytest.raises(BadInput, match=r"not written as \.png"):
        survival()["steep"].save("figure.png")


# What is said


def test_a_median_that_is_not_reached_is_said_and_an_early_one_is_told_in_days() -> None:
    shown = survival()
    assert any("median not reached" in text for text in words(shown["no event"]))
    # Half are dead on day 1 and the curve stays there to day 2: the middle.
    assert any("median 1.5 (1 to 2) days" in text for text in words(shown["steep"]))


def test_few_at_risk_are_drawn_thin_and_without_a_band() -> None:
    rows = {"day": list(range(1, 21)), "died": [1] * 20}
    thin = r'<path d="M([\d.]+) [^"]*" class="s1 few"'
    figure = kaplan_meier(rows, time="day", event="died").plot()
    left, right, _, _ = plot_of(figure)
    expected = left + (right - left) * 11 / 20  # 10 are at risk up to day 11
    assert [float(x) for x in re.findall(thin, figure.markup)] == pytest.approx([expected], abs=0.06)
    assert not re.findall(thin, kaplan_meier(rows, time="day", event="died").plot(least=1).markup)
    alone = survival()["one patient"].markup
    assert "p1 band" not in alone
    assert re.findall(thin, alone)


def test_the_guard_s_override_is_printed_on_the_figure() -> None:
    chance = np.random.Generator(np.random.Philox(3))
    death, operation = np.ceil(chance.exponential(400, 200)), np.ceil(chance.exponential(200, 200))
    operated = np.where(operation < death, operation, np.nan)
    followed = as_supplied(
        {"day": death, "died": np.ones(200), "operated": operated}, time="day", event="died"
    )
    exposure = Exposure.after_origin("operation", day="operated")
    with pytest.raises(ImmortalTime) as refused:
        analysis(followed, exposure)
    both = refused.value.plot(*refused.value.landmark([30, 60, 90]))
    names = [row[0] for row in both.numbers.rows]
    assert names == ["Refused: ever against never exposed", "Time-dependent covariate", "Landmark on day 30",
                     "Landmark on day 60", "Landmark on day 90"]  # fmt: skip
    ratios = [math.log(row[3]) for row in both.numbers.rows[:2]]
    assert ratios == pytest.approx([refused.value.naive, refused.value.time_dependent_estimate])
    forced = analysis(followed, exposure, override="asked for by the board").plot()
    top = words(forced)[:4]
    assert "REFUSED, printed on request (asked for by the board)" in " ".join(top)
    assert forced.description.startswith("REFUSED")

    moving = refused.value.plot_curves()
    table = moving.numbers.to_frame()
    before = table.filter(pl.col("curve") == "No operation yet")
    crossed = int(np.sum(operation < death))
    assert before["Had operation"].to_list()[-1] <= crossed
    assert before["Had operation"].is_sorted()
    rows = ("At risk", "Had operation", "Censored", "Events")
    assert set(before.select(pl.sum_horizontal(rows)).to_series()) == {200}
    assert set(before["Censored"]) == {0}  # all died: who moved is not censored


def test_overrides_stand_on_every_figure_of_survival() -> None:
    reason = "REFUSED, printed on request: groups by response"
    rows = cohort(60, 2)
    for figure in (
        kaplan_meier(rows, time="day", event="died", by="group").plot(overrides=[reason]),
        aalen_johansen(rows, time="day", event="cause").plot(overrides=[reason]),
        aalen_johansen(rows, time="day", event="cause").plot(overrides=[reason], stacked=True),
        cox(rows, "group", time="day", event="died").plot(overrides=[reason]),
    ):
        assert words(figure)[0] == reason


def test_a_model_shows_levels_under_their_factor_with_the_reference_named() -> None:
    rows = {**cohort(300, 3), "male": [k % 2 for k in range(300)]}
    rows["arm"] = ["ABC"[LONG.index(str(group))] for group in rows["group"]]
    figure = cox(rows, "arm + male", time="day", event="died").plot(names={"arm": "Strategy"})
    names = [row[0] for row in figure.numbers.rows]
    assert names == ["Strategy, A", "Strategy, B", "Strategy, C", "male"]
    counts = [rows["arm"].count(arm) for arm in "ABC"]
    assert [int(str(row[1])) for row in figure.numbers.rows[:3]] == counts
    events = [sum(d for d, a in zip(rows["died"], rows["arm"], strict=True) if a == arm) for arm in "ABC"]
    assert [int(str(row[2])) for row in figure.numbers.rows[:3]] == events
    assert figure.numbers.rows[0][3] == 1
    assert "reference" in words(figure)
    time = parametric(rows, "male", time="day", event="died", distribution="weibull").plot()
    assert "Time ratio, 95 %" in words(time)
    assert any("Not drawn: intercept" in one for one in words(time))


def test_a_prediction_and_weights_and_states_draw_themselves() -> None:
    rows = {**cohort(200, 2), "p": [0.2 + 0.6 * (k % 10) / 10 for k in range(200)]}
    judged = performance(rows, time="day", event="died", predicted="p", day=365, groups=5)
    figure = judged.plot(scale="dead by 1 year")
    assert [row[2] for row in figure.numbers.rows] == pytest.approx(
        [100 * p for p in judged.groups["predicted"]]
    )
    smooth = calibration_curve(rows, time="day", event="died", predicted="p", day=365).plot()
    assert any(one.startswith("slope ") for one in words(smooth))
    assert len(re.findall(r'<path d="[^"]+" class="s1"/>', smooth.markup)) == 1
    assert len(smooth.numbers.rows) > len(figure.numbers.rows) == 5
    rows["arm"] = [k % 3 // 2 for k in range(200)]
    balanced = propensity_weights(rows, "p", group="arm").plot()
    assert len(balanced.numbers.rows) == 1
    moves = {"who": [1, 1, 2], "from": [0, 50, 0], "day": [50, 80, 100], "to": ["ill", "dead", None]}
    states = multi_state(moves, subject="who", entry="from", time="day", to="to").plot(shown="day")
    last = max(row[1] for row in states.numbers.rows)
    assert sum(row[2] for row in states.numbers.rows if row[1] == last) == pytest.approx(100)


# What a file is


@pytest.fixture(scope="module")
def figures() -> dict[str, Drawn]:
    return survival() | others()


def test_a_file_stands_alone_and_carries_its_numbers(figures: dict[str, Drawn], tmp_path: Path) -> None:
    for name, figure in figures.items():
        root = tree(figure)
        title, description, metadata = list(root)[:3]
        assert (title.tag, description.tag, metadata.tag) == (
            f"{SVG}title",
            f"{SVG}desc",
            f"{SVG}metadata",
        ), name
        assert title.text
        assert description.text
        assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        numbers = json.loads(metadata.text or "")
        assert numbers["columns"] == list(figure.numbers.columns)
        assert len(numbers["rows"]) == len(figure.numbers.rows) > 0
        assert float(root.get("viewBox", "").split()[3]) == pytest.approx(figure.height + 20, abs=0.06)
        assert not re.search(
            r"class=|style=|<script|<style|href|https?://(?!www\.w3\.org/2000/svg)", figure.svg
        )
        assert "NaN" not in figure.svg
        assert not re.search(r"\bnan\b", figure.svg)
        saved = figure.save(tmp_path / f"{name.replace(' ', '_')}.svg")
        assert saved.read_text(encoding="utf-8") == f"{figure.svg}\n"
        assert figure._repr_svg_() == str(figure) == figure.svg
        assert len(figure.svg) < 200_000
    figures["steep"].save(tmp_path / "steep.csv")
    assert (
        (tmp_path / "steep.csv").read_text(encoding="utf-8").startswith("curve,years,At risk,Censored,Events")
    )


def test_on_a_page_the_figure_names_classes_that_have_rules_and_a_table_follows(
    figures: dict[str, Drawn],
) -> None:
    sheet = style_sheet()
    for figure in figures.values():
        assert not re.search(r'(?:stroke|fill)="(?:#|rgb)', figure.markup)
        for names in set(re.findall(r'class="([^"]+)"', figure.markup)):
            for name in names.split():
                assert name == "drawn" or (name in CLASSES and f".{name} " in sheet)
        html = figure.html()
        assert html.count("<tr>") == len(figure.numbers.rows) + 1
        assert "<caption>" in html


def test_text_of_the_data_is_escaped() -> None:
    bad = "<script>alert(\"x\")</script> & 'more'"
    rows = {"day": [100, 200, 300], "died": [1, 0, 1], "group": [bad] * 3}
    figure = kaplan_meier(rows, time="day", event="died", by="group").plot(
        title=bad, origin=bad, scale=bad, notes=[bad], overrides=[bad], landmarks={bad: 100}
    )
    assert "<script" not in figure.svg + figure.html()
    root = tree(figure)
    assert root[0].text == bad
    assert bad in words(figure)
    assert json.loads(root[2].text or "")["rows"][0][0] == bad
    assert "<script" not in table_one(rows, by="group", title=bad, names={"day": bad}).html()


def test_the_same_data_give_the_same_bytes_in_any_process() -> None:
    script = (
        "import hashlib; from tests.figure_samples import others, survival; "
        "drawn = ''.join(one.svg for one in (survival() | others()).values()); "
        "print(hashlib.sha256(drawn.encode()).hexdigest())"
    )
    here = Path(__file__).resolve().parents[1]
    again = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": f"{here.parent}:{here}", "PYTHONHASHSEED": "77"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout.strip()
    ours = "".join(one.svg for one in (survival() | others()).values())
    assert again == hashlib.sha256(ours.encode()).hexdigest()


def test_a_large_cohort_is_a_small_file_that_keeps_its_shape() -> None:
    chance = np.random.Generator(np.random.Philox(5))
    rows = {"day": np.ceil(chance.exponential(1500, 200_000)), "died": np.ones(200_000)}
    curves = kaplan_meier(rows, time="day", event="died")
    figure = curves.plot(until=5000, least=1)
    assert len(figure.svg) < 90_000
    path = re.findall(r'<path d="M([^"]+)" class="s1"/>', figure.markup)[0]
    left, right, top, foot = plot_of(figure)
    x = float(path.split()[0])
    for command, value in re.findall(r"([HV])([\d.]+)", path):
        if command == "H":
            x = float(value)
        else:  # no further from the curve than half a pixel across
            day = 5000 * (x - left) / (right - left)
            near = curves.at([max(day - 6, 0), day + 6])["survival"].to_list()
            share = (foot - float(value)) / (foot - top)
            assert near[1] - 0.002 <= share <= near[0] + 0.002


def test_the_pictures_of_the_page_are_those_that_its_lines_draw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = Path(__file__).resolve().parents[2] / "docs"
    page = (docs / "figures.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "page"}
    for block in re.findall(r"^```python\n(.*?)^```$", page, re.M | re.S):
        exec(compile(block, "figures.md", "exec"), names)
    drawn = sorted(file.name for file in tmp_path.glob("*.svg"))
    pictures = docs / "images" / "figures"
    assert drawn == sorted(file.name for file in pictures.glob("*.svg"))
    assert drawn == sorted(re.findall(r"\]\(images/figures/([^)]+)\)", page))
    for name in drawn:  # titles and numbers in words; run `make docs-figures` when they differ
        ours, shown = (ET.fromstring((folder / name).read_text("utf-8")) for folder in (tmp_path, pictures))
        assert [one.text for one in list(ours)[:2]] == [one.text for one in list(shown)[:2]], name


# Seen by all


def linear(colour: str) -> np.ndarray:
    part = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(light, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# Machado GM, Oliveira MM, Fernandes L. IEEE Trans Vis Comput Graph 2009;15:1291-1298, full severity.
SEEN_BY = {
    "all cones": np.eye(3),
    "no red": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                        [-0.003882, -0.048116, 1.051998]]),
    "no green": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                          [-0.011820, 0.042940, 0.968881]]),
    "no blue": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                         [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip


@pytest.mark.parametrize("eye", SEEN_BY)
def test_six_groups_differ_to_every_eye_and_by_dash_without_colour(eye: str) -> None:
    seen = [lab(SEEN_BY[eye] @ linear(TOKENS[f"o{k}"][0])) for k in range(1, GROUPS + 1)]
    assert min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2)) > 10
    assert len(set(DASHES)) == GROUPS


def contrast(one: str, other: str) -> float:
    bright = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (bright[1] + 0.05) / (bright[0] + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_lines_and_words_stand_out_from_the_paper(scheme: int) -> None:
    paper = TOKENS["paper"][scheme]
    for name, look in CLASSES.items():
        text = name.startswith("t-") or name.endswith("t")
        colour = look.get("fill" if text else "stroke")
        if colour in TOKENS and name not in {"halo", "grid"}:
            assert contrast(TOKENS[colour][scheme], paper) >= (4.5 if text else 3), name


def test_each_group_has_its_dash_on_its_curve_and_in_the_table(figures: dict[str, Drawn]) -> None:
    markup = figures["6 groups"].markup
    for place, dash in enumerate(DASHES, start=1):
        attribute = f' stroke-dasharray="{dash}"' if dash else ""
        assert re.search(rf'<path d="[^"]+" class="s{place}"{attribute}/>', markup)
        assert re.search(rf'<line [^>]*class="s{place}"{attribute}/>', markup)


# Table 1


def test_standardised_differences_by_hand() -> None:
    rows = {
        "arm": ["A", "A", "B", "B"],
        "age": [60.0, 70.0, 62.0, 80.0],  # means 65, 71; variances 50, 162: 6 / sqrt(106) = 0.5828
        "male": [1, 0, 1, 1],  # 1/2, 1; variances 1/4, 0: (1/2) / sqrt(1/8) = 1.4142
    }
    table = table_one(rows, by="arm")
    assert [row.difference for row in table.rows] == pytest.approx([6 / 106**0.5, 2**0.5])
    # Shares 1/2, 1/4, 1/4 and 1/4, 1/4, 1/2. Over the last two levels the difference is (0, 1/4); the mean
    # covariance [[3/16, -3/32], [-3/32, 7/32]] has determinant 33/1024: d² = (1/16) (3/16) (1024/33) = 4/11.
    stage = {"arm": ["A"] * 4 + ["B"] * 4, "stage": list("IIVX") + list("IVXX")}
    assert table_one(stage, by="arm").rows[0].difference == pytest.approx((4 / 11) ** 0.5)


def test_the_unknown_is_counted_apart_and_shares_are_of_the_known() -> None:
    rows = {"arm": ["A", "A", "A", "B"], "ras": ["mutated", None, "wild", "wild"], "node": [1, 0, None, 0]}
    table = table_one(rows, by="arm")
    found = {(row[0], row[1]): row[2:4] for row in table.numbers.rows}
    assert found["ras", "mutated"] == ("1 (50 %)", "0 (0 %)")
    assert found["ras", "not recorded"] == ("1 (33 %)", "0 (0 %)")
    assert found["node", ""] == ("1 (50 %)", "0 (0 %)")
    assert table.groups == ("A, n = 3", "B, n = 1")


def test_table_one_reads_alike_as_text_html_csv_and_frame() -> None:
    table = table_one(cohort(90, 3), by="group", columns=["day", "cause"], title="Who they are")
    frame = table.to_frame()
    assert frame.columns == ["variable", "level", *table.groups, "standardised difference"]
    assert frame.height == len(table.rows) == table.html().count("<tr>") - 2  # its head and its foot
    assert table.to_csv().splitlines()[0].startswith("variable,level,")
    for row in table.rows:
        assert all(cell in str(table) and cell in table.html() for cell in row.cells)
    assert table.html().count('scope="row"') == frame.height
    assert str(table).startswith("Who they are\n")


def test_weights_of_one_change_nothing_and_a_weight_counts() -> None:
    rows = {"arm": ["A", "A", "B", "B"], "age": [60.0, 70, 62, 80], "male": [1, 0, 1, 0], "w": [1.0] * 4}
    plain = table_one(rows, by="arm", columns=["age", "male"])
    ones = table_one(rows, by="arm", columns=["age", "male"], weights="w")
    assert [row.difference for row in ones.rows] == pytest.approx([row.difference for row in plain.rows])
    twice = table_one({**rows, "w": [3.0, 1, 1, 1]}, by="arm", columns=["male"], weights="w")
    assert twice.rows[0].cells == ("3 (75 %)", "1 (50 %)")
    assert twice.groups[0] == "A, n = 4"
    for weight in ([0.0, 1, 1, 1], [None, 1, 1, 1]):
        with pytest.raises(BadInput, match="weight"):
            table_one({**rows, "w": weight}, by="arm", weights="w")


def test_what_is_no_table_one_is_refused() -> None:
    with pytest.raises(BadInput, match="no such column"):
        table_one({"a": [1]}, by="b")
    with pytest.raises(BadInput, match="no group"):
        table_one({"a": [1, 2], "b": ["x", None]}, by="b")
    with pytest.raises(BadInput, match="13 levels"):
        table_one({"a": [str(k) for k in range(13)]})
    with pytest.raises(BadInput, match=r"html or \.csv"):
        table_one({"a": [1, 0]}).save("table.docx")
    assert not table_one({"a": [1, 0]}).has_differences


# Estimates on a plain axis, and mean counts


def test_restricted_means_are_drawn_with_their_numbers() -> None:
    """Two who die on days 2 and 4, and two on days 4 and 8: means up to day 4 of 3 and 4."""
    rows = {"day": [2, 4, 4, 8], "died": [1, 1, 1, 1], "arm": ["A", "A", "B", "B"]}
    found = rmst(rows, time="day", event="died", horizon=4, by="arm")
    drawn = found.plot(names={"B": "Wedge"})
    assert drawn.numbers.to_frame()["Mean"].to_list() == [3, 4]
    assert drawn.numbers.to_frame()["Group"].to_list() == ["A", "Wedge"]
    assert "4 of 4 rows" in drawn.svg


def test_mean_counts_are_drawn_a_hundred_patients() -> None:
    """Two patients, each with an event on day 1 and one of them on day 2: 100 and 150 a hundred patients."""
    rows = {"who": [1, 1, 2, 2], "from": [0, 1, 0, 1], "to": [1, 2, 1, 2], "event": [1, 1, 1, 0]}
    found = mean_count(rows, subject="who", entry="from", time="to", event="event")
    drawn = found.plot(shown="day")
    table = drawn.numbers.to_frame()
    last = table.rows(named=True)[-1]
    assert last["Events a hundred patients"] == 150
    assert "Mean number of events" in drawn.title


def test_concordance_pooled_and_bootstrapped_estimates_are_drawn() -> None:
    rows = {"day": [1, 2, 3, 4], "died": [1, 1, 0, 1], "points": [3, 1, 2, 0]}
    index = concordance(rows, time="day", event="died", score="points")
    assert index.plot().numbers.to_frame()["Concordance"].to_list() == [0.8]
    again = bootstrap(rows, lambda some: np.asarray(some["points"], dtype=float).mean(), repetitions=20)
    assert again.plot().numbers.to_frame()["Estimate"].to_list() == [1.5]
    fits = [
        cox({"day": [1, 2, 3, 4, 5], "died": [1, 1, 1, 0, 1], "x": x}, "x", time="day", event="died")
        for x in ([1, 0, 1, 0, 0], [1, 0, 1, 1, 0])
    ]
    pooled = pool(fits)
    mean = (fits[0].coefficients["x"] + fits[1].coefficients["x"]) / 2
    assert pooled.plot().numbers.to_frame()["Coefficient"].to_list() == pytest.approx([mean])
