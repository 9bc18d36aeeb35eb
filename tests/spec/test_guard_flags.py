"""What else the guard finds: each flag on data that have it, on data that do not, and overridden by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from paget.errors import BadInput
from paget.evidence import (
    About,
    Complement,
    Exposure,
    Flagged,
    Followed,
    SmallGroups,
    analysis,
    as_supplied,
    curves,
    safe_to_export,
)

N = 60
CHANCE = np.random.Generator(np.random.Philox(3))
DATA: dict[str, Any] = {
    "day": np.arange(1, N + 1) * 20.0,
    "event": [number % 3 != 0 for number in range(N)],
    "died": [number % 2 for number in range(N)],
    "margin": [("R0", "R1")[number % 2] for number in range(N)],
    "cea": CHANCE.normal(size=N),
    "cea_day": [0] * (N - 5) + [90] * 5,
    "pathology_day": [7 + number % 5 for number in range(N)],
    "enrolled": [0.0] * 40 + [300.0] * 20,
    "intent": ["curative"] * 50 + ["palliative"] * 10,
    "looks": [(4, 12)[number % 2] * (number + 1) // 10 for number in range(N)],
    "equal_looks": [number // 2 + 1 for number in range(N)],
    "edition": [("7", "8")[number > 30] for number in range(N)],
    "edition_of_group": [("7", "8")[number % 2] for number in range(N)],
    "stage": [("II", "III")[number % 5 == 0] for number in range(N)],
}
MARGIN = Exposure.at_origin("margin")


def followed(about: About, name: str = "survival") -> Followed:
    return as_supplied(pl.DataFrame(DATA), time="day", event="event", name=name, about=about)


FLAGS = {
    "look-ahead": (About(known={"cea": "cea_day"}), {"adjust": "cea"}, "5 of 60 patients"),
    "delayed entry": (About(enrolled="enrolled"), {}, "20 of 60 patients"),
    "intents": (About(intent="intent"), {}, "50 curative, 10 palliative"),
    "surveillance": (About(assessments="looks"), {}, "assessments a patient-year against"),
    "staging": (About(edition="edition", stage=("stage",)), {"adjust": "stage"}, "2 editions (7, 8)"),
}


@pytest.mark.parametrize("flag", FLAGS)
def test_each_is_refused_by_name_and_can_be_overridden_by_that_name(flag: str) -> None:
    about, how, words = FLAGS[flag]
    with pytest.raises(Flagged) as caught:
        analysis(followed(about), MARGIN, **how)
    assert caught.value.flag == flag
    assert words in str(caught.value)
    assert analysis(followed(About()), MARGIN, **how).overridden == ()
    passed = analysis(followed(about), MARGIN, overrides={flag: "asked for by the board"}, **how)
    (said,) = passed.overridden
    assert flag in said
    assert "asked for by the board" in said
    assert said in passed.summary()
    assert "asked for by the board" in passed.plot().svg


def test_no_override_without_a_reason_and_none_of_what_there_is_not() -> None:
    for overrides in ({"intents": " "}, {"intentions": "because"}):
        with pytest.raises(BadInput, match="no override"):
            analysis(followed(About()), MARGIN, overrides=overrides)


def test_what_is_well_is_not_flagged() -> None:
    about = About(
        known={"stage": "zero", "margin": "pathology_day"},
        of_origin=("margin",),
        enrolled="zero",
        assessments="equal_looks",
        edition="edition",
        stage=("stage",),
    )
    data = pl.DataFrame(DATA).with_columns(zero=pl.lit(0.0))
    kept = as_supplied(data, time="day", event="event", about=about)
    found = analysis(kept, MARGIN)
    # A result of the operation may define groups; the day on which it was known is shown (7 to 11).
    assert found.detail["known on day"] == "9 (median; 11 at the latest)"
    assert found.overridden == ()


def test_delayed_entry_that_is_applied_is_well() -> None:
    data = pl.DataFrame(DATA).filter(pl.col("day") > pl.col("enrolled"))
    entered = as_supplied(data, time="day", event="event", entry="enrolled", about=About(enrolled="enrolled"))
    assert analysis(entered, MARGIN).overridden == ()


def test_the_years_before_entry_are_counted() -> None:
    """By hand: 365.25 days before entry of 730.5 in all, one event: a rate of 0.5, and of 1."""
    one = as_supplied(
        {"day": [730.5], "died": [1], "entered": [365.25]},
        time="day",
        event="died",
        about=About(enrolled="entered"),
    )
    with pytest.raises(Flagged, match=r"1\.0 of 2\.0 patient-years") as caught:
        curves(one)
    assert "0.500 a patient-year, without them 1.000" in str(caught.value)


def test_groups_staged_by_different_editions_are_flagged() -> None:
    with pytest.raises(Flagged, match="staged by different editions"):
        analysis(followed(About(edition="edition_of_group")), MARGIN)


def test_one_curve_of_two_intents_is_refused_and_one_for_each_is_not() -> None:
    kept = followed(About(intent="intent"))
    with pytest.raises(Flagged, match="different intents"):
        curves(kept)
    assert len(curves(kept, "intent").curves) == 2
    drawn = curves(kept, overrides={"intents": "as in the first report"})
    assert "as in the first report" in drawn.plot().svg


def relapse(events: list[int], back: list[int], died: list[int], name: str = "RFS") -> Followed:
    data = {"day": list(range(1, len(events) + 1)), "event": events, "back": back, "died": died}
    return as_supplied(
        data, time="day", event="event", name=name, about=About(death="died", recurrence="back")
    )


def test_recurrence_free_survival_of_which_all_events_are_deaths_is_not_what_its_name_says() -> None:
    """As published once: the recurrences were censored silently."""
    with pytest.raises(Flagged, match="all its 2 events are deaths") as caught:
        curves(relapse([1, 0, 1, 0], [0, 1, 1, 1], [1, 0, 1, 0]))
    assert "2 recurrences are censored" in str(caught.value)
    curves(relapse([1, 1, 1, 0], [0, 1, 1, 0], [1, 0, 1, 0]))  # a recurrence without a death is an event
    curves(relapse([1, 0, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0]))  # nobody recurred
    with pytest.raises(Flagged, match="1 of its events are no deaths"):
        curves(relapse([1, 1, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0], "overall survival"))


def test_one_minus_kaplan_meier_is_refused_where_events_compete() -> None:
    """By hand: of four, one has the event on day 1, one the other event on day 2, one the event on day 3.

    1-KM: 1 - 3/4 x 1/2 = 0.625. Incidence: 1/4 + 1/4 = 0.5.
    """
    data = {"day": [1, 2, 3, 4], "event": [1, 0, 1, 0], "other": [0, 1, 0, 0]}
    kept = as_supplied(data, time="day", event="event", about=About(competing="other"))
    with pytest.raises(Complement) as caught:
        curves(kept, kind="1-KM")
    assert caught.value.complement == pytest.approx(0.625)
    assert caught.value.incidence_then == pytest.approx(0.5)
    (found,) = caught.value.incidence().curves
    assert found.of(1)[-1] == pytest.approx(0.5)
    assert curves(kept, kind="1-KM", overrides={"1-KM": "to show the error"}).overridden
    assert curves(kept, kind="incidence").overridden == ()
    assert curves(kept).overridden == ()  # survival free of the event is not its probability


def test_counts_below_eleven_do_not_leave() -> None:
    table = pl.DataFrame(
        {"group": ["a", "b", "c", "d"], "patients": [40, 10, 25, 0], "deaths": [11, 0, 12, 0]}
    )
    with pytest.raises(SmallGroups, match="1 counts are below 11") as caught:
        safe_to_export(table, ["patients", "deaths"])
    hidden = caught.value.hidden()
    # The next smallest is hidden too: else the one could be found from the total.
    assert hidden["patients"].to_list() == ["40", "< 11", "not shown", "0"]
    assert hidden["deaths"].to_list() == ["11", "0", "12", "0"]
    assert safe_to_export(table, ["deaths"]).equals(table)
    given = safe_to_export(table, ["patients"], override="agreed with the registry")
    assert "agreed with the registry" in given["note"][0]
    with pytest.raises(BadInput, match="no such column"):
        safe_to_export(table, ["dead"])
