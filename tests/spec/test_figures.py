"""Figures: drawn to scale, readable without seeing them, coloured by class only, and never past the day."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.figures import (
    NARROW,
    WIDE,
    Bar,
    BodyMap,
    Dot,
    Interval,
    Moment,
    Primary,
    Scale,
    Series,
    Size,
    Spot,
    Timeline,
    Track,
    body_map,
    glyph,
    pips,
    share_bar,
    sparkline,
    sprite,
    timeline,
)
from paget.figures.body_outline import place_of, segment_of
from paget.figures.lanes import Lanes, spread
from paget.figures.svg import width_of
from paget.figures.time_axis import TimeAxis

LIVER = (
    Spot("L1", "liver", "segment II", "", 32, known=True, says="32 mm"),
    Spot("P1", "lung", "right lower lobe", "right", 6, known=False, says="6 mm"),
    Spot("Bone", "bone", "", "", None, known=False, says="number unknown"),
    Spot("L9", "liver", "segment VI", "", 10, known=True, says="removed", gone=True),
)
MAP = BodyMap(
    LIVER, (Primary("rectum", "", "", ("primary", "removed R0"), gone=True),), "Where", "Liver: L1."
)
COURSE = Timeline(
    start=0,
    as_of=1000,
    written_as_of="18 Nov 2025",
    title="Course",
    description="All of it.",
    bars=(Bar((100, 100), (200, 200), "CAPOX × 6"), Bar((600, 600), None, "Still on it")),
    moments=(
        Moment((300, 300), "Resection, R0", "1 Jan 2024", operation=True),
        Moment((800, 800), "Found", "3 May"),
    ),
    interval=Interval((300, 300), (800, 800), "disease-free 16.4 months"),
    tracks=(
        Track(
            "L1",
            "II",
            (800, 800),
            (Size((700, 700), 11, seen_later=True), Size((800, 800), 24)),
            known=True,
            says="24 mm",
        ),
        Track("P1", "lung", (800, 800), (Size((800, 830), 6),), known=False, says="6 mm"),
        Track("Bone", "", (820, 850), (), known=False, says="number unknown"),
        Track("L2", "V", (300, 300), (Size((300, 300), 9),), known=True, says="removed", gone=(500, 500)),
    ),
    series=(
        Series("CT", (Dot((200, 200)), Dot((900, 900))), "100 days, limit 56", late=True),
        Series(
            "CEA, ng/mL", (Dot((250, 250), "4.8"), Dot((910, 940), "no result", known=False)), "60 to 90 days"
        ),
    ),
)
FIGURES = {
    "timeline, wide": timeline(COURSE, "a", width=WIDE),
    "timeline, narrow": timeline(COURSE, "b", width=NARROW),
    "timeline, relative": timeline(Timeline(-30, 900, "day 900", "Course", "Days.", relative=True), "c"),
    "body map": body_map(MAP, "d"),
    "body map, head": body_map(
        BodyMap((Spot("B1", "brain", "", "left", 11, known=True, says="11 mm"),), (), "Where", "Brain."), "e"
    ),
    "body map, empty": body_map(BodyMap((), (), "Where", "No lesion is recorded."), "f"),
}
SMALL = {
    "sparkline": sparkline(COURSE.tracks[0].sizes, Scale(600, 1000, 30)),
    "sparkline, unknown": sparkline(COURSE.tracks[1].sizes, Scale(600, 1000, 30), known=False),
    "sparkline, empty": sparkline((), Scale(600, 1000, 30)),
    "pips": pips(2, 3, 5),
    "share": share_bar(0.3),
    "glyph": glyph("unknown"),
    "sprite": sprite(),
}


def elements(svg: str, tag: str, class_: str | None = None) -> list[ET.Element]:
    found = ET.fromstring(svg).iter(tag)
    return [e for e in found if class_ is None or class_ in (e.get("class") or "").split()]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_says_what_it_shows(name: str) -> None:
    root = ET.fromstring(FIGURES[name])
    title, description = root.find("title"), root.find("desc")
    assert root.get("role") == "img"
    assert title is not None
    assert description is not None
    assert title.text
    assert description.text
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


@pytest.mark.parametrize("name", [*FIGURES, *SMALL])
def test_colours_come_by_class_and_nothing_is_styled_in_place(name: str) -> None:
    for element in ET.fromstring({**FIGURES, **SMALL}[name]).iter():
        assert "style" not in element.attrib
        assert "stroke" not in element.attrib
        assert element.get("fill") in (None, "url(#hatch)")
        assert not any(
            re.search(r"#[0-9a-f]{3,6}\b|rgb|http", value)
            for key, value in element.attrib.items()
            if key not in ("href", "fill")
        )


@pytest.mark.parametrize("name", SMALL)
def test_small_figures_are_silent_beside_their_number(name: str) -> None:
    assert ET.fromstring(SMALL[name]).get("aria-hidden") == "true"


def test_a_sign_without_a_word_beside_it_has_a_label() -> None:
    assert 'aria-label="unknown"' in glyph("unknown", "unknown")
    assert ET.fromstring(glyph("yes", '"<met>&')).get("aria-label") == '"<met>&'


def test_names_with_markup_are_escaped() -> None:
    course = Timeline(0, 10, "<i>today</i>", "a & b", '"><script>', bars=(Bar((1, 1), (2, 2), "<b>x</b>"),))
    drawn = timeline(course, "x")
    assert "<script" not in drawn
    assert "<b>" not in drawn
    assert "&lt;b&gt;x&lt;/b&gt;" in drawn


def test_lesions_are_drawn_to_scale() -> None:
    # 32 mm: radius 16 px in the liver drawn at 1 px a mm, 16 x 0.42 = 6.72 px on the body.
    radii = sorted(float(e.get("r", "")) for e in elements(FIGURES["body map"], "circle", "les"))
    assert radii == [6.7, 16.0]


def test_a_lesion_of_unknown_nature_and_an_organ_of_unknown_number_are_dashed() -> None:
    rings = elements(FIGURES["body map"], "circle", "ring-u")
    assert len(rings) == 2
    assert all(ring.get("stroke-dasharray") for ring in rings)
    assert "number unknown" in FIGURES["body map"]


def test_the_head_is_drawn_only_where_it_matters() -> None:
    assert float(ET.fromstring(FIGURES["body map, head"]).get("height", "")) > 400
    assert float(ET.fromstring(FIGURES["body map, empty"]).get("height", "")) == 318


@pytest.mark.parametrize(
    ("location", "side", "segment"),
    [
        ("segment II", "", "II"),
        ("Segment VIII, dome", "", "VIII"),
        ("seg IVb", "", "IVb"),
        ("S6", "", "VI"),
        ("segment 4a", "", "IVa"),
        ("right lobe", "", "right"),
        ("", "left", "left"),
        ("dome", "", ""),
    ],
)
def test_liver_segments_are_read_as_surgeons_write_them(location: str, side: str, segment: str) -> None:
    assert segment_of(location, side) == segment


def test_the_patients_right_is_at_the_readers_left() -> None:
    assert place_of("lung", "", "right")[0] < 112 < place_of("lung", "", "left")[0]
    assert place_of("lung", "left upper lobe", "")[1] < place_of("lung", "left lower lobe", "")[1]


@pytest.mark.parametrize("organ", ["lung", "breast", "kidney"])
def test_an_organ_of_unknown_side_is_drawn_on_neither_and_says_so(organ: str) -> None:
    right, left = place_of(organ, "", "right"), place_of(organ, "", "left")
    assert right[0] < place_of(organ, "", "")[0] < left[0]
    unknown = BodyMap((), (Primary(organ, "", "", ("primary", "removed"), gone=True),), "Where", "")
    known = BodyMap((), (Primary(organ, "", "left", ("primary", "removed"), gone=True),), "Where", "")
    assert "primary, side unknown" in body_map(unknown, "m")
    assert "side unknown" not in body_map(known, "m")
    spot = Spot("L1", organ, "", "", 12, known=True, says="12 mm")
    assert "side unknown" in body_map(BodyMap((spot,), (), "Where", ""), "m")


def test_a_tumour_of_unknown_size_is_amber_from_its_ring_to_its_name() -> None:
    spot = Spot("K9", "bone", "", "", None, known=True, says="size unknown")
    drawn = body_map(BodyMap((spot,), (), "Where", ""), "m")
    assert {e.text for e in elements(drawn, "text") if "t-u" in (e.get("class") or "")} == {
        "K9, size unknown"
    }


def test_lines_to_names_lie_under_the_lesions() -> None:
    spots = tuple(
        Spot(f"A{n}", "adrenal", "", side, 25, known=True, says="25 mm")
        for n, side in enumerate(("left", "right"), 1)
    )
    drawn = list(ET.fromstring(body_map(BodyMap(spots, (), "Where", ""), "m")))
    leaders = [i for i, e in enumerate(drawn) if e.get("class") == "l-thin" and e.tag.endswith("line")]
    lesions = [i for i, e in enumerate(drawn) if e.get("class") == "les"]
    assert leaders
    assert max(leaders) < min(lesions)


def test_a_name_too_long_for_its_line_goes_on_below() -> None:
    primary = Primary("rectum", "", "", ("primary", "operated on, result unknown"), gone=False)
    drawn = body_map(BodyMap(LIVER, (primary,), "Where", ""), "m")
    at = {e.text: (float(e.get("x", "")), float(e.get("y", ""))) for e in elements(drawn, "text") if e.text}
    name, more = at["primary"], at["operated on, result unknown"]
    assert more == (name[0], name[1] + 15)


# The strip


@pytest.mark.parametrize("label", ["Cisplatin", "A drug with a rather long name, and another"])
def test_a_course_that_begins_on_the_day_is_drawn_before_its_line(label: str) -> None:
    drawn = timeline(Timeline(0, 1000, "", "t", "d", bars=(Bar((1000, 1000), (1000, 1000), label),)), "x")
    root = ET.fromstring(drawn)
    edge = max(float(e.get("x1", "")) for e in root.iter("line") if e.get("class") == "l")
    [bar] = [e for e in root.iter("rect") if e.get("class") == "f2"]
    assert float(bar.get("x", "")) + float(bar.get("width", "")) <= edge
    name = next(e for e in root.iter("text") if e.text == label)
    assert float(name.get("x", "")) + width_of(label) < edge


@pytest.mark.parametrize("name", ["timeline, wide", "timeline, narrow"])
def test_nothing_is_drawn_after_the_day(name: str) -> None:
    root = ET.fromstring(FIGURES[name])
    edge = max(
        float(e.get("x1", ""))
        for e in root.iter("line")
        if e.get("class") == "l" and e.get("x1") == e.get("x2")
    )
    marks = [float(e.get("cx", "")) for e in root.iter("circle")]
    ends = [
        float(e.get("x", "")) + float(e.get("width", ""))
        for e in root.iter("rect")
        if e.get("class") != "f-paper"
    ]
    assert marks
    assert max(marks) <= edge
    assert max(ends) <= edge + 0.1


def test_days_lie_on_one_scale() -> None:
    axis = TimeAxis(0, 1000, 100, 1100)
    assert [axis.x(day) for day in (0, 250, 1000, 2000, -5)] == [100, 350, 1100, 1100, 100]


def test_a_partial_date_is_the_line_over_its_possible_days() -> None:
    course = Timeline(0, 1000, "", "t", "d", series=(Series("CT", (Dot((100, 130)),), "870 to 900 days"),))
    drawn = ET.fromstring(timeline(course, "x"))
    axis = next(e for e in drawn.iter("line") if e.get("class") == "grid" and e.get("y1") == e.get("y2"))
    left, right = float(axis.get("x1", "")), float(axis.get("x2", ""))
    [span] = [e for e in drawn.iter("line") if e.get("stroke-dasharray") == "2 2"]
    [dot] = list(drawn.iter("circle"))
    # Day 100, day 130 and their middle, 115, of 1,000.
    for value, day in ((span.get("x1"), 100), (span.get("x2"), 130), (dot.get("cx"), 115)):
        assert float(value or "") == pytest.approx(left + (right - left) * day / 1000, abs=0.06)


def test_what_is_past_its_limit_or_unknown_is_dashed_and_amber() -> None:
    drawn = FIGURES["timeline, wide"]
    assert all(e.get("stroke-dasharray") for e in elements(drawn, "line", "l-u"))
    # The lesion of unknown nature, the organ of unknown number, the late CT, the sample without a result.
    assert len(elements(drawn, "circle", "ring-u")) == 4
    amber = {e.text for e in elements(drawn, "text", "t-u")}
    assert {"100 days, limit 56", "number unknown", "no result"} <= amber
    assert "60 to 90 days" not in amber


def test_a_course_without_an_end_is_an_open_bar() -> None:
    bars = elements(FIGURES["timeline, wide"], "rect", "none-u")
    assert len(bars) == 1
    assert bars[0].get("stroke-dasharray")


def test_a_lesion_read_in_retrospect_has_a_ring_and_a_dashed_line() -> None:
    assert len(elements(FIGURES["timeline, wide"], "circle", "ring")) == 1
    assert [e.get("stroke-dasharray") for e in elements(FIGURES["timeline, wide"], "polyline")] == ["5 2"]


def test_more_than_fits_is_said() -> None:
    tracks = tuple(
        Track(f"L{n}", "II", (1, 1), (Size((5, 5), n),), known=True, says=f"{n} mm") for n in range(1, 15)
    )
    drawn = timeline(Timeline(0, 10, "", "t", "d", tracks=tracks), "x")
    assert "and 5 more" in drawn
    assert "L14" in drawn  # the largest keep their names
    assert "L5<" not in drawn


@pytest.mark.parametrize("years", [0.2, 1, 3, 8, 15, 40, 90])
@pytest.mark.parametrize("relative", [False, True])
def test_ticks_keep_apart_whatever_the_span(years: float, relative: bool) -> None:
    axis = TimeAxis(19_000, 19_000 + int(365.25 * years), 100, 1150, relative)
    ticks = axis.ticks()
    labelled = [tick.x for tick in ticks if tick.label]
    assert all(100 <= tick.x <= 1150 for tick in ticks)
    assert all(after - before > 20 for before, after in pairwise(labelled))
    assert len(ticks) < 60


# Small figures


def test_a_score_is_sure_possible_and_empty() -> None:
    drawn = pips(2, 3, 5)
    assert len(elements(drawn, "rect", "f")) == 2
    assert len([e for e in elements(drawn, "rect") if e.get("fill") == "url(#hatch)"]) == 1
    assert len(elements(drawn, "rect", "l-thin")) == 2


@pytest.mark.parametrize(("low", "high", "most"), [(3, 2, 5), (-1, 2, 5), (0, 6, 5)])
def test_an_impossible_score_is_refused(low: int, high: int, most: int) -> None:
    with pytest.raises(ValueError, match="between 0 and its largest value"):
        pips(low, high, most)


def test_small_lines_share_both_scales() -> None:
    scale = Scale(0, 100, 40)
    first = sparkline((Size((0, 0), 10), Size((50, 50), 20)), scale)
    second = sparkline((Size((50, 50), 20), Size((100, 100), 40)), scale)
    ends = [[(e.get("cx"), e.get("cy")) for e in elements(svg, "circle")] for svg in (first, second)]
    assert ends[0][1] == ends[1][0]


# Labels


@given(st.lists(st.floats(0, 300), max_size=12), st.floats(5, 20))
def test_spread_keeps_order_and_distance(wanted: list[float], apart: float) -> None:
    placed = spread(wanted, apart, 0, 300)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    assert all(placed[b] - placed[a] >= apart - 1e-6 for a, b in pairwise(order))


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(1, 200)), max_size=30))
def test_labels_in_a_line_never_overlap(wanted: list[tuple[float, float]]) -> None:
    lanes = Lanes(most=4, gap=6)
    placed: dict[int, list[tuple[float, float]]] = {}
    for left, width in wanted:
        lane = lanes.place(left, left + width)
        if lane is not None:
            assert all(left + width + 6 <= a or left >= b + 6 for a, b in placed.get(lane, []))
            placed.setdefault(lane, []).append((left, left + width))
    assert len(lanes) <= 4
