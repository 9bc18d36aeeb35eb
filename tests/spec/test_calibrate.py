"""Own data beside published figures: a simulated registry of known truth, and what must be refused."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import paget
from liver_registry import FONG, MONTHS, Simulated, simulated
from paget.cli import main
from paget.cli.briefing import EXAMPLE
from paget.errors import BadInput, Refused
from paget.evidence import calibration_files
from paget.evidence.calibration import Calibration, calibrate
from paget.evidence.calibration_cohort import scored
from paget.evidence.calibration_files import proposal
from paget.evidence.calibration_measures import GROUP, on_log_hazard, ratio, up_to
from paget.evidence.calibration_optimism import optimism
from paget.evidence.calibration_published import published
from paget.evidence.calibration_shrinkage import shrink
from paget.evidence.endpoint_files import EndpointRule
from paget.evidence.followed import EVENT, TIME
from paget.evidence.too_few import TooFew
from paget.knowledge import Knowledge
from paget.knowledge.checks import check_keys
from paget.record import Record

CASE = EXAMPLE.parent / "liver_metastases.yaml"  # two or three points, on its day
MAPPING = EXAMPLE.parent / "mappings" / "crlm_tcia.yaml"


@pytest.fixture(scope="module")
def better() -> Simulated:
    """A hospital whose patients die at 0.7 of the published rate."""
    return simulated(1500, seed=11, ratio=0.7)


@pytest.fixture(scope="module")
def found(better: Simulated) -> Calibration:
    return calibrate(better.record, "fong_score", repetitions=40)


def by(found: Calibration, name: str) -> Any:
    return found.groups[name].to_numpy()


# A simulated registry


def test_the_simulation_draws_from_the_table_that_is_shipped() -> None:
    table = Knowledge.load().find("fong_score").data["outcomes"][0]
    assert table["at"] == [f"{month} months" for month in MONTHS]
    assert np.array([row["percent"] for row in table["rows"]]) / 100 == pytest.approx(FONG)


def test_the_score_is_that_of_the_day_of_the_operation(better: Simulated) -> None:
    rows = scored(better.record, "fong_score", "overall_survival", "metastasectomy").rows
    assert rows["_low"].to_list() == rows["_high"].to_list() == better.points.tolist()


def test_what_was_learnt_after_the_operation_changes_no_score(better: Simulated) -> None:
    """A higher CEA and a node found a day later; known by then, they would add two points."""
    tables = {name: frame.to_native() for name, frame in better.record.tables.items()}
    before = scored(better.record, "fong_score", "overall_survival", "metastasectomy").rows
    later = before.select("patient_id", day=pl.col("origin_day") + 1)
    columns = [one for one in tables["observations"].columns if "patient" not in one and "day" not in one]
    markers = (
        tables["observations"]
        .join(later, on="patient_id", suffix="_later")
        .with_columns(
            **{name: pl.col("day_later") for name in tables["observations"].columns if "day" in name},
            low=pl.lit(900.0),
            high=pl.lit(900.0),
            row_id=pl.col("row_id") + "-later",
        )
    )
    assert columns
    more = {**tables, "observations": pl.concat([tables["observations"], markers.drop("day_later")])}
    after = scored(Record.from_tables(more), "fong_score", "overall_survival", "metastasectomy").rows
    assert after.equals(before)


def test_figures_here_hold_the_truth(better: Simulated, found: Calibration) -> None:
    truth = better.truth[:, -1]
    assert (by(found, "here_lower") < truth).all()
    assert (truth < by(found, "here_upper")).all()
    assert (np.abs(by(found, "here") - truth) < np.abs(by(found, "published") - truth)).all()


def test_events_are_as_many_as_the_truth_says(found: Calibration) -> None:
    value, low, high = found.ratio
    assert low < 0.7 < high
    assert high < 1
    assert value == pytest.approx(found.groups["events"].sum() / found.groups["expected"].sum())


def test_the_slope_is_one_where_published_differences_hold(found: Calibration) -> None:
    _, low, high = found.slope
    assert low < 1 < high


def test_the_slope_finds_differences_that_are_half_as_large() -> None:
    halved = calibrate(simulated(1500, seed=5, slope=0.5).record, "fong_score", repetitions=0)
    _, low, high = halved.slope
    assert low < 0.5 < high < 1


def test_the_recalibrated_baseline_is_the_true_survival_of_the_lowest_score(
    better: Simulated, found: Calibration
) -> None:
    """The model draws all scores as one family of curves, which the published table is not quite."""
    here = found.baseline["here"].to_numpy()
    assert found.baseline["published"].to_list() == FONG[0].tolist()
    assert np.abs(here - better.truth[0]).max() < 0.08
    assert (found.baseline["lower"].to_numpy() < here).all()
    assert (here < found.baseline["upper"].to_numpy()).all()


def test_data_that_agree_with_the_published_figures_hardly_move_them() -> None:
    same = calibrate(simulated(1500, seed=3).record, "fong_score", repetitions=0)
    moved = np.abs(by(same, "here") - by(same, "published"))
    apart = np.abs(by(same, "observed") - by(same, "published"))
    assert (moved <= apart + 1e-12).all()
    assert moved.sum() < 0.7 * apart.sum()
    assert same.ratio[1] < 1 < same.ratio[2]


def test_years_add_up_and_each_holds_the_truth_or_nearly(found: Calibration) -> None:
    years = found.by_year
    assert years["year"].to_list() == [str(year) for year in range(2010, 2018)]
    assert years["n"].sum() == found.n
    assert years["events"].sum() == found.events
    assert years["expected"].sum() == pytest.approx(found.groups["expected"].sum())
    inside = (years["lower"] < 0.7) & (years["upper"] > 0.7)
    assert inside.sum() >= 6  # of eight intervals of 95 %


def test_optimism_is_small_with_many_patients_and_is_taken_off(found: Calibration) -> None:
    assert found.optimism.repetitions == 40
    assert abs(found.optimism.c_index_optimism) < 0.02
    assert found.optimism.slope_optimism > -0.1


def test_without_optimism_the_c_index_is_nearer_to_that_of_other_patients() -> None:
    """Four groups that do not differ: on other patients any figures have a c-index of 0.5."""
    apparent, corrected = [], []
    for seed in range(12):
        chance = np.random.default_rng(seed)
        group = np.repeat(np.arange(4), 30)
        time = np.ceil(chance.exponential(1000.0, 120))
        rows = pl.DataFrame({GROUP: group, TIME: time, EVENT: (time < 1500).astype(np.int64)})
        got = optimism(up_to(rows, 1500), np.array([0.24, 0.23, 0.22, 0.21]), 1400, repetitions=20, seed=seed)
        apparent.append(got.c_index)
        corrected.append(got.c_index - got.c_index_optimism)
    assert np.mean(apparent) > 0.51
    assert abs(np.mean(corrected) - 0.5) < 0.6 * abs(np.mean(apparent) - 0.5)


def test_the_same_registry_gives_the_same_figures(better: Simulated, found: Calibration) -> None:
    again = calibrate(better.record, "fong_score", repetitions=40)
    assert again.groups.equals(found.groups)
    assert again.optimism == found.optimism


def test_named_groups_are_mixed_as_the_patients_are(better: Simulated) -> None:
    grouped = calibrate(better.record, "fong_score", by_group=True, repetitions=0)
    low = better.points[better.points <= 2]
    assert grouped.groups["group"].to_list() == ["low", "high"]
    assert grouped.groups["n"].to_list() == [len(low), len(better.points) - len(low)]
    assert by(grouped, "published")[0] == pytest.approx(FONG[low, -1].mean())


def test_an_earlier_horizon_counts_no_later_death(better: Simulated, found: Calibration) -> None:
    early = calibrate(better.record, "fong_score", at="24 months", repetitions=0)
    assert early.events < found.events
    assert by(early, "published").tolist() == pytest.approx(FONG[:, 1].tolist())
    assert (by(early, "here_lower") < better.truth[:, 1]).all()


@pytest.mark.slow
def test_a_database_gives_the_same(better: Simulated, found: Calibration, tmp_path: Path) -> None:
    better.record.to_duckdb(tmp_path / "registry.duckdb")
    there = calibrate(paget.read(tmp_path / "registry.duckdb"), "fong_score", repetitions=0)
    assert there.groups.equals(found.groups)


def test_a_few_patients_are_scored_as_many_are(better: Simulated) -> None:
    """Up to 2000 rows a record is held as lists, another way to the same findings."""
    few = {
        name: frame.to_native().filter(pl.col("patient_id") < "P00020")
        for name, frame in better.record.tables.items()
    }
    rows = scored(Record.from_tables(few), "fong_score", "overall_survival", "metastasectomy").rows
    assert rows["_low"].to_list() == better.points[:20].tolist()


def test_a_record_in_relative_days_has_no_years(better: Simulated) -> None:
    tables = {name: frame.to_native() for name, frame in better.record.tables.items()}
    tables["patients"] = tables["patients"].with_columns(time_base=pl.lit("relative"))
    relative = calibrate(Record.from_tables(tables), "fong_score", repetitions=0)
    assert relative.by_year.is_empty()
    assert relative.groups["n"].sum() == 1500


def test_a_recorded_score_is_that_of_the_day_of_the_operation(better: Simulated) -> None:
    """Written down before it, and again a year later with five points for all."""
    tables = {name: frame.to_native() for name, frame in better.record.tables.items()}
    origins = scored(better.record, "fong_score", "overall_survival", "metastasectomy").rows
    notes = []
    for days, points in ((-3, better.points), (365, np.full(1500, 5))):
        told = pl.Series("low", points, dtype=pl.Float64)
        notes.append(
            pl.DataFrame(
                {
                    "patient_id": origins["patient_id"],
                    "day": origins["origin_day"] + days,
                    "name": "Points",
                    "low": told,
                    "high": told,
                }
            )
        )
    record = Record.from_tables({**tables, "observations": pl.concat(notes)})
    rows = scored(record, "fong_score", "overall_survival", "metastasectomy", recorded="points").rows
    assert rows["_low"].to_list() == better.points.tolist()


# By hand


def test_shrinkage_by_hand() -> None:
    """With equal variances the weight is 1 - k v / sum of squares (James and Stein): 1 - 3 * 0.04 / 0.5."""
    apart = np.array([0.5, -0.3, 0.4])
    got = shrink(apart, np.full(3, 0.04))
    assert got.weight == pytest.approx(np.full(3, 1 - 3 * 0.04 / 0.5))
    assert got.difference == pytest.approx((1 - 0.24) * apart)
    unequal = shrink(apart, np.array([0.01, 0.04, 0.16]))
    assert (np.diff(unequal.weight) < 0).all()  # the less certain, the nearer to the published figure


def test_expected_events_by_hand(found: Calibration) -> None:
    """Score 0, published 93 and 79 % at 12 and 24 months (365 and 730 days): halfway in the second year."""
    day = (365 + 730) / 2
    hazard = found.published.hazard(0, np.array([day]))
    assert hazard[0] == pytest.approx((-np.log(0.93) - np.log(0.79)) / 2)


def test_the_interval_of_a_ratio_by_hand() -> None:
    """3 events: the exact interval of a Poisson mean is 0.6187 to 8.7673 (Garwood 1936); none: to 3.6889."""
    assert ratio(3, 1.0) == pytest.approx((3, 0.6187, 8.7673), abs=1e-4)
    assert ratio(0, 1.0) == pytest.approx((0, 0, 3.6889), abs=1e-4)


def test_a_group_without_a_death_has_a_place_on_the_scale() -> None:
    """11 of 11 alive: taken as 11.5 of 12."""
    middle, variance = on_log_hazard(np.array([1.0]), np.array([0.0]), np.array([11.0]))
    share = 11.5 / 12
    assert middle[0] == pytest.approx(np.log(-np.log(share)))
    assert variance[0] == pytest.approx(share * (1 - share) / 11 / (share * np.log(share)) ** 2)


# What is refused


def test_the_public_cohort_has_too_few_deaths(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = shared_data / "crlm_tcia" / "crlm_clinical_2022.csv"
    words = ["calibrate", "score", "fong_score", str(table), "--map", str(MAPPING)]
    assert main([*words, "--recorded", "clinical risk score"]) == 2
    assert "too few: 90 events, 100 are needed" in capsys.readouterr().err
    assert main(words) == 2  # its five points are not in the table
    assert "too few: 0 events" in capsys.readouterr().err


def test_a_group_below_ten_patients_is_too_few_and_its_groups_are_named() -> None:
    small = simulated(900, seed=1, ratio=0.8)
    assert (small.points == 5).sum() == 6
    with pytest.raises(TooFew, match="6 patients with score 5") as refused:
        calibrate(small.record, "fong_score", repetitions=0)
    assert (refused.value.found, refused.value.needed) == (6, 10)
    assert "--groups" in refused.value.mend


def test_events_beyond_the_horizon_do_not_count() -> None:
    """Some 140 deaths in all, and about 30 in the first year."""
    few = simulated(200, seed=4)
    with pytest.raises(TooFew, match="events by 12 months"):
        calibrate(few.record, "fong_score", at="12 months", by_group=True, repetitions=0)


@pytest.mark.parametrize("origin", ["diagnosis", "recurrence"])
def test_only_an_operation_is_an_origin(better: Simulated, origin: str) -> None:
    with pytest.raises(Refused, match="only follow-up from an operation"):
        calibrate(better.record, "fong_score", origin=origin)


UNOPERATED = """\
title: Points of those who were not operated on
kind: score
meaning: Made for this test.
applies: {disease: colorectal, liver_metastasis: yes}
sum: [{when: {liver_lesion_count: {above: 1 lesion}}}]
outcomes:
  - endpoint: overall survival without metastasectomy
    unit: "%"
    at: [12 months, 24 months]
    rows: [{score: 0, percent: [70, 40]}, {score: 1, percent: [50, 20]}]
    source: {authors: made up}
    confirmed: false
source: {authors: made up}
confirmed: false
examples: [{given: {liver_lesion_count: 2 lesions}, expect: {score: 1}}]
"""


def test_operated_patients_never_calibrate_those_who_were_not(better: Simulated, tmp_path: Path) -> None:
    (tmp_path / "scores").mkdir()
    (tmp_path / "scores" / "without_operation.yaml").write_text(UNOPERATED, encoding="utf-8")
    with pytest.raises(Refused, match="never calibrate the option without an operation"):
        calibrate(better.record, "without_operation", overlays=[tmp_path])


def test_a_table_of_medians_is_no_curve(better: Simulated) -> None:
    with pytest.raises(BadInput, match="no table of overall survival"):
        calibrate(better.record, "mskcc_score")


def test_a_model_is_told_from_a_table(better: Simulated) -> None:
    with pytest.raises(BadInput, match="calibration_curve"):
        calibrate(better.record, "relapse_2y_fong")


def test_a_table_that_says_zero_has_no_hazard() -> None:
    knowledge = Knowledge.load()
    rule = EndpointRule.of(knowledge, "overall_survival")
    with pytest.raises(BadInput) as refused:
        published(knowledge, "fong_score", rule, operated=True, number=4)  # 0 % at 60 months with 4 or 5
    assert "all or none are alive" in refused.value.why


# The proposal, and what is shown of it


@pytest.fixture(scope="module")
def ours(found: Calibration, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("overlays") / "our-hospital"
    place, text = proposal(found, Knowledge.load(), proposed=dt.date(2025, 1, 31), months=13)
    (folder / place).parent.mkdir(parents=True)
    (folder / place).write_text(text, encoding="utf-8")
    return folder


def here(folder: Path, on: str = "2025-06-24") -> Any:
    (assessed,) = paget.assess(paget.read(CASE), on, overlays=[folder])
    return assessed.findings["fong_score"]["here"]


def problems(folder: Path) -> list[str]:
    """What `paget knowledge check` says of the calibrations in a folder, without the rest of knowledge."""
    knowledge, checker = Knowledge.load([folder]), calibration_files.checker()
    kinds = {kind.name: kind for kind in checker.kinds}
    keys = [one for file in knowledge.of_kind("calibration") for one in check_keys(file, kinds)]
    return [str(one) for one in [*keys, *checker.check(knowledge)]]


def edited(folder: Path, into: Path, old: str, new: str) -> Path:
    shutil.copytree(folder, into / "our-hospital")
    (file,) = (into / "our-hospital" / "calibrations").iterdir()
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return into / "our-hospital"


def test_the_proposal_is_a_knowledge_file_without_a_problem(ours: Path) -> None:
    assert main(["knowledge", "check", "--overlay", str(ours)]) == 0
    file = Knowledge.load([ours]).find("fong_score_overall_survival_here")
    assert (file.data["proposed"], file.data["expires"]) == ("2025-01-31", "2026-02-28")
    assert "signed" not in file.data
    assert file.confirmed is False
    assert file.data["period"]["first"] >= "2010-01-01"


def test_a_finding_tells_the_rows_that_are_still_possible(ours: Path, found: Calibration) -> None:
    (entry,) = here(ours)
    assert [row["score"] for row in entry["rows"]] == [2, 3]
    assert entry["state"] == "proposed"
    row = found.groups.row(2, named=True)
    shown = entry["rows"][0]
    assert shown["published"] == 40
    assert (shown["here"], shown["n"]) == (round(100 * row["here"], 1), row["n"])
    assert shown["interval"][0] < shown["here"] < shown["interval"][1]


def test_who_signed_is_said(ours: Path, tmp_path: Path) -> None:
    signed = edited(
        ours, tmp_path, "confirmed: false", "confirmed: false\nsigned: {by: board, date: '2025-02-07'}"
    )
    assert problems(signed) == []
    (entry,) = here(signed)
    assert (entry["state"], entry["signed"]["by"]) == ("signed", "board")


def test_after_its_day_it_is_shown_no_more(ours: Path) -> None:
    (entry,) = here(ours, on="2026-02-28")
    assert entry["state"] == "proposed"
    (entry,) = here(ours, on="2026-03-01")
    assert (entry["state"], entry["rows"]) == ("expired", [])


def test_of_a_score_that_has_changed_it_says_nothing(ours: Path, tmp_path: Path) -> None:
    sha256 = Knowledge.load().find("fong_score").sha256
    other = edited(ours, tmp_path, sha256, "0" * 64)
    (entry,) = here(other)
    assert (entry["state"], entry["rows"]) == ("the score has changed since", [])
    assert "calibrate it again" in problems(other)[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\nevents: ", "\nevents: 99 # "),
        ("  n: ", "  n: 9 # "),
        ("expires: '2026-02-28'", "expires: next year"),
        ("confirmed: false", "confirmed: false\nsigned: {by: board, date: today}"),
    ],
)
def test_a_file_with_too_few_is_no_knowledge(ours: Path, tmp_path: Path, old: str, new: str) -> None:
    assert problems(edited(ours, tmp_path, old, new))


# The command


def test_the_command_writes_the_proposal(
    better: Simulated, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    better.record.write(tmp_path / "registry")
    words = ["calibrate", "score", "fong_score", str(tmp_path / "registry"), "--repetitions", "5"]
    words += ["--date", "2026-05-04"]
    assert main([*words, "--out", str(tmp_path / "ours")]) == 0
    printed = capsys.readouterr()
    assert "score 2: published 40 %, here " in printed.out
    assert "(95 % " in printed.out
    assert "unsigned" in printed.err
    (file,) = (tmp_path / "ours" / "calibrations").iterdir()
    first = file.read_bytes()
    assert main([*words, "--out", str(tmp_path / "ours")]) == 0
    assert file.read_bytes() == first
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["proposed"] == "2026-05-04"
    assert main(words) == 0
    assert "calibration slope" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--date", "4 May"], "that is no date"),
        (["--months", "0"], "valid for no time"),
        (["--at", "50 months"], "no time of the published table"),
        (["--table", "9"], "no such table"),
    ],
)
def test_a_wrong_option_is_said(
    better: Simulated, tmp_path: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    better.record.only("P00000").write(tmp_path / "one")
    assert main(["calibrate", "score", "fong_score", str(tmp_path / "one"), *words]) == 2
    assert said in capsys.readouterr().err


def test_nothing_of_a_calibration_can_be_changed(found: Calibration) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.at = "12 months"  # type: ignore[misc]


# The brief


def test_the_brief_shows_own_figures_beside_the_published(ours: Path, found: Calibration) -> None:
    part = paget.brief(paget.read(CASE), on="2025-06-24", overlays=[ours]).parts[0]
    score = next(one for one in part.scores if one.name == "fong_score")
    tables = {table.title: table for table in score.outcomes}
    (survival,) = [table for title, table in tables.items() if title.startswith("Overall survival after")]
    published, own = survival.rows[0], survival.rows[-1]
    assert published.cells == ("40", "20")  # with two points, with three
    rows = found.groups.filter(pl.col("group").is_in(["score 2", "score 3"])).to_dicts()
    assert own.cells == tuple(f"{100 * row['here']:.0f}" for row in rows)
    assert own.source.startswith("Here, own data")
    assert own.confirmed is False
    said = next(remark for remark in score.remarks if remark.startswith("Here: "))
    two = rows[0]
    assert f"with 2 points published 40 %, here {100 * two['here']:.0f} % (n = {two['n']}; 95 % " in said
    assert "proposed on 2025-01-31, not signed by the board, until 2026-02-28" in said
    others = [table for title, table in tables.items() if not title.startswith("Overall survival after")]
    assert others
    assert not any(row.source.startswith("Here") for table in others for row in table.rows)


def test_an_expired_proposal_is_named_and_not_shown(ours: Path) -> None:
    part = paget.brief(paget.read(CASE), on="2026-03-01", overlays=[ours]).parts[0]
    score = next(one for one in part.scores if one.name == "fong_score")
    assert not any(row.source.startswith("Here") for table in score.outcomes for row in table.rows)
    assert any("own figures are not shown (expired)" in remark for remark in score.remarks)
