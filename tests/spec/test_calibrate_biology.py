"""Calibration of virtual patients: summaries by hand, the same bytes, the file, words, interruption."""

from __future__ import annotations

import dataclasses
import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest

from open_tables import ALIVE, DOUBLING, changed, read, written
from paget.biology import virtual_patient
from paget.biology.calibration import calibrate
from paget.biology.calibration.fit import Figures
from paget.biology.calibration.result import FEWEST, weighted
from paget.biology.calibration.sampling import log_fit
from paget.biology.calibration.summaries import SUMMARIES, measured
from paget.biology.calibration.table_files import error_of
from paget.biology.calibration.tables import Unknown
from paget.biology.kept import ALIVE as STILL
from paget.biology.kept import OF_CANCER, ROW
from paget.cli import main, time_left
from paget.cli.time_left import TimeLeft
from paget.documents import load_yaml
from paget.errors import BadInput, Refused

SIZE = {"draws": 700, "patients": 300, "seed": 3}


@pytest.fixture(scope="module")
def shipped():
    return virtual_patient.of("virtual_colorectal")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return calibrate(read(tmp_path_factory.mktemp("tables")), **SIZE)


def rows(count: int, **columns: list[float]) -> dict[str, np.ndarray]:
    """Rows by hand; what is not named did not happen. Repeated 20 times, so that the model reaches them."""
    made = {name: np.full(count, -1.0) for name in ROW}
    made |= {name: np.array(values, float) for name, values in columns.items()}
    return {name: np.tile(values, 20) for name, values in made.items()}


# Summaries by hand

FIVE = rows(
    5,
    first_seen=[-1, 100, 200, 300, 400],
    first_operation=[-1, 100, 200, -1, 400],
    seen_again=[-1, 300, 1000, 500, -1],
    first_residual=[-1, 0, 1, -1, 0],
    organs_seen=[0, 1, 1, 3, 1],
    lesions_seen=[0, 1, 2, 6, 1],
    end_day=[3652, 500, 3652, 900, 3652],
    cause=[STILL, OF_CANCER, STILL, OF_CANCER, STILL],
)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"name": "recurrence", "by": 250}, 40.0),  # two of five
        ({"name": "operated when first seen"}, 75.0),  # three of four
        ({"name": "relapse after operation", "after": 0, "by": 365}, 100 / 3),  # 200 days after, 800, never
        ({"name": "relapse after operation", "after": 365, "by": 800}, 100 / 3),  # 800 days is within
        ({"name": "relapse after operation", "after": 365, "by": 799}, 0.0),
        ({"name": "relapse after operation", "after": 0, "by": 365, "residual": "R1"}, 0.0),
        ({"name": "relapse after operation", "after": 0, "by": 3300}, 100.0),  # the third is not followed
        ({"name": "free after operation", "at": 365}, 200 / 3),
        ({"name": "free after operation", "at": 1826}, 100 / 3),
        ({"name": "alive after operation", "at": 400}, 200 / 3),  # one ends on day 100 + 400
        ({"name": "alive after operation", "at": 399}, 100.0),
        ({"name": "alive after detection", "at": 601}, 50.0),  # ends 400 and 600 days after
        ({"name": "alive after detection", "at": 601, "organ": "liver"}, 200 / 3),
        ({"name": "alive after detection", "at": 601, "lesions": [2, 9]}, 50.0),
        ({"name": "years after detection", "lesions": [6, 9]}, 600 / 365.25),
    ],
)
def test_a_summary_is_the_share_counted_by_hand(asked, expected, shipped):
    value, error = measured(asked, FIVE, shipped)
    assert value == pytest.approx(expected)
    assert error >= 0


def test_who_is_operated_on_later_than_first_seen_is_none_of_those(shipped):
    late = rows(2, first_seen=[100, 100], first_operation=[100, 400], seen_again=[-1, 450])
    assert measured({"name": "operated when first seen"}, late, shipped)[0] == pytest.approx(50.0)
    relapsed = measured({"name": "relapse after operation", "after": 0, "by": 365}, late, shipped)
    assert relapsed[0] == 0.0


def test_a_summary_of_hardly_any_patient_is_none(shipped):
    few = {name: values[:5] for name, values in FIVE.items()}
    assert math.isnan(measured({"name": "alive after operation", "at": 400}, few, shipped)[0])


def test_a_difference_is_that_of_the_same_patients(shipped):
    others = FIVE | {"end_day": np.tile(np.array([3652.0, 400, 700, 900, 3652]), 20)}
    others["cause"] = np.full(100, float(OF_CANCER))
    asked = {"name": "alive after detection", "at": 400}
    # 400 days after: first policy: no, yes, yes, yes; the other: no, yes, yes, yes
    assert measured(asked, FIVE, shipped, others)[0] == 0.0
    # 1000 days after detection: first: no, yes, no, yes (2 of 4); the other: no, no, no, yes (1 of 4)
    value, error = measured(asked | {"at": 1000}, FIVE, shipped, others)
    assert value == pytest.approx(25.0)
    assert error == pytest.approx(math.sqrt(0.25 * 0.75 / 79) * 100)  # of 80 differences of 0 and 1


def test_doubling_time_and_age_follow_the_gompertz_curve_by_hand(shipped):
    """1 cm3 holds 1e9 cells: of a ceiling of 1e13, 9/13 of the growth is gone, and its clock is -ln(4/13)."""
    mm = 10 * (6 / math.pi) ** (1 / 3)
    made = rows(1, first_seen=[100], largest_mm=[mm], largest_rate=[0.02], organs_seen=[1])
    doubling, _ = measured({"name": "doubling time when seen"}, made, shipped)
    assert doubling == pytest.approx(math.log(2) / (0.02 * 4 / 13))
    age, _ = measured({"name": "age when seen", "organ": "liver"}, made, shipped)
    assert age == pytest.approx(13 * math.log(10) * math.log(13 / 4) / 0.02 / 365.25)
    straight, _ = measured({"name": "age when seen"}, made, shipped.with_(ceiling_log10=0))
    assert straight == pytest.approx(9 * math.log(10) / 0.02 / 365.25)


def test_summaries_of_a_run_are_those_of_its_counts(shipped):
    run = shipped.simulate(5_000, seed=4, rows=True)
    assert measured({"name": "recurrence", "by": 1826}, run.rows, shipped)[0] == pytest.approx(
        100 * run.seen_by(1826)
    )


def test_the_error_of_a_figure_by_hand():
    assert error_of(DOUBLING) == 8.0
    assert error_of({"value": 20, "unit": "%", "n": 400}) == pytest.approx(2.0)
    assert error_of({"value": 0, "unit": "%", "n": 99}) == pytest.approx(100 * math.sqrt(0.005 * 0.995 / 99))
    assert error_of({"value": 20, "unit": "day", "n": 400}) == 0.0


def test_the_fit_is_the_normal_density():
    # (3 - 1)^2 / (2 (3^2 + 4^2)) + ln 5; a figure that was not reached does not fit at all
    fit = log_fit(np.array([[3.0], [math.nan]]), np.array([[4.0], [4.0]]), np.array([1.0]), np.array([3.0]))
    assert fit[0] == pytest.approx(-4 / 50 - math.log(5))
    assert fit[1] == -math.inf


def test_a_prior_and_its_way_back():
    for unknown in (Unknown("a", 2.0, 6.0, False), Unknown("a", 1e-11, 1e-8, True)):
        assert unknown.value(unknown.z(unknown.value(0.7))) == pytest.approx(unknown.value(0.7))
        assert unknown.low < unknown.value(-3.0) < unknown.value(3.0) < unknown.high
    assert Unknown("a", 2.0, 6.0, False).value(0.0) == pytest.approx(4.0)


def test_a_list_by_organ_keeps_its_proportions(tmp_path):
    wanted = read(tmp_path)
    spelt = wanted.spelt(wanted.unknowns[1], 54.0)
    assert spelt == pytest.approx([54.0, 62.0, 62.0])  # 27, 31, 31 in the file


def test_weighted_quantiles_are_those_of_repeated_values():
    values, counts = np.array([1.0, 2.0, 5.0]), np.array([1.0, 2.0, 1.0])
    assert weighted(values, counts, [0.5])[0] == pytest.approx(2.0)
    assert (np.diff(weighted(values, counts, [0.1, 0.3, 0.6, 0.9])) >= 0).all()


# A calibration


def test_it_says_posterior_fit_checks_and_what_is_told(found):
    assert found.enough
    assert [one.table.name for one in found.fit] == ["recurrence", "doubling"]
    assert all(one.agrees for one in found.fit)
    for one in found.fit:
        assert one.interval[0] < one.table.value < one.interval[1]
    said = str(found)
    assert f"effective draws {found.effective:.0f}" in said
    assert "Checks: tables that the fit never saw" in said
    assert "(figure unconfirmed)" in said
    assert "R_m of lesions" in said
    assert "no clinical estimate exists" in said


def test_the_posterior_lies_within_the_prior_and_is_narrower(found):
    for unknown in found.tables.unknowns:
        quantiles = found.quantiles(unknown)
        assert unknown.low < quantiles[0] < quantiles[2] < quantiles[4] < unknown.high
        assert quantiles[4] / quantiles[0] < 0.9 * unknown.high / unknown.low


def test_the_checks_are_of_other_patients_and_no_part_of_the_fit(found, tmp_path):
    other = read(tmp_path, changed(tables__alive=ALIVE | {"value": 20.0}))
    again = calibrate(other, **SIZE)
    assert np.array_equal(again.draws.weights, found.draws.weights)
    assert not again.checks[0].agrees
    assert again.checks[0].distance > 1.96  # the model gives more than 20 %
    again_there = found.predictions[:, :2] == found.draws.figures[list(found.chosen)]
    assert again_there.mean() < 0.2  # other patients: some shares are alike by chance
    assert "DOES NOT AGREE" in str(again)
    assert "do not agree: alive" in str(again)


def test_the_same_bytes_for_any_number_of_threads(found):
    first = found.file()
    for threads in (1, 3):
        again = calibrate(found.tables, **SIZE, threads=threads)
        assert again.file() == first
        assert str(again.draw()) == str(found.draw())
    assert calibrate(found.tables, **SIZE | {"seed": 4}).file() != first


def test_the_file_is_a_dated_model_that_runs(found, tmp_path):
    path = tmp_path / "calibrated.yaml"
    path.write_text(found.file("2026-06-01"), encoding="utf-8")
    model = virtual_patient.of(path)
    assert model.values["doubling_time"] == pytest.approx(found.best()["doubling_time"], rel=1e-3)
    assert model.values["visits"] == found.tables.model.values["visits"]
    data = load_yaml(path.read_bytes(), path.name).value
    fit = data["fit"]
    assert (fit["date"], fit["state"], fit["seed"]) == ("2026-06-01", "proposed", 3)
    assert fit["tables"]["sha256"] == found.tables.hash
    assert fit["of"]["sha256"] == found.tables.base.hash
    assert data["confirmed"] is False
    assert [one["table"] for one in fit["data"]] == ["recurrence", "doubling"]
    assert [one["confirmed"] for one in fit["checks"]] == [False]
    assert len(fit["sample"]["rows"]) == 50
    assert load_yaml(found.file().encode(), "again").value["fit"]["date"] == "2026-05-04"


def test_the_values_of_the_file_fit_the_tables_that_made_them(found):
    values, _ = Figures(found.tables.fitted, found.tables.model, 77, 4_000)(found.best())
    for value, one in zip(values, found.tables.fitted, strict=True):
        assert abs(value - one.value) < 2 * one.deviation  # the draw's own 300 patients are noisy


def test_interrupted_it_keeps_what_was_done(found):
    def stop(done: int, of: int) -> None:
        assert of == SIZE["draws"] + 201
        if done == 500:
            raise KeyboardInterrupt

    part = calibrate(found.tables, **SIZE, threads=1, tell=stop)
    assert part.interrupted
    assert 400 <= len(part.draws.z) <= 500
    assert np.array_equal(part.draws.z, found.draws.z[: len(part.draws.z)])
    assert np.array_equal(part.draws.figures, found.draws.figures[: len(part.draws.z)], equal_nan=True)
    assert "interrupted" in str(part)
    assert "the checks were not done" in str(part)
    assert "not reached" not in str(part)
    with pytest.raises(BadInput, match="not done"):
        part.file()


@pytest.mark.parametrize(("checked", "enough"), [(60, False), (150, True)])
def test_interrupted_in_the_checks_it_keeps_those_that_were_done(found, checked, enough):
    def stop(done: int, _: int) -> None:
        if done == SIZE["draws"] + 1 + checked:
            raise KeyboardInterrupt

    part = calibrate(found.tables, **SIZE, threads=1, tell=stop)
    assert part.interrupted
    assert len(part.predictions) == len(part.chosen) == checked
    assert np.array_equal(part.predictions, found.predictions[:checked], equal_nan=True)
    assert part.checked is enough
    if enough:
        assert load_yaml(part.file().encode(), "part").value["fit"]["interrupted"] is True


def test_progress_with_time_left_comes_from_the_third_second_on(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    watch = TimeLeft("simulations", 10)
    watch(4)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(time_left, "PATIENCE", -1.0)
    watch(2)
    watch.close()
    assert "simulations" in capsys.readouterr().err


def test_too_few_effective_draws_are_said_and_refused(found, tmp_path):
    narrow = read(tmp_path, changed(tables__recurrence__se=0.01, tables__doubling__se=0.01))
    few = calibrate(narrow, draws=120, patients=200, seed=1)
    assert few.effective < FEWEST
    assert "TOO FEW" in str(few)
    with pytest.raises(Refused, match="effective") as refused:
        few.file()
    assert refused.value.where == "draws"
    none = dataclasses.replace(found, draws=dataclasses.replace(found.draws, weights=0 * found.draws.weights))
    assert "no set of parameters fits" in str(none)


def test_every_summary_says_what_it_is():
    for summary in SUMMARIES.values():
        assert summary.meaning.endswith(".")
        assert summary.unit in {"%", "day", "year"}


# The command


def test_the_command_writes_file_and_figure_and_prints_json(tmp_path: Path, capsys):
    path, out, figure = written(tmp_path), tmp_path / "out.yaml", tmp_path / "out.svg"
    words = ["calibrate", "biology", str(path), "--draws", "700", "--patients", "300", "--seed", "3"]
    assert main([*words, "--out", str(out), "--figure", str(figure), "--json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out) == load_yaml(out.read_bytes(), "out").value
    assert "proposal" in shown.err
    assert figure.read_text(encoding="utf-8").startswith("<svg")
    before = out.read_bytes()
    assert main([*words, "--out", str(out), "--threads", "1"]) == 0
    assert out.read_bytes() == before
    assert "told by the data" in capsys.readouterr().out
    assert main(["simulate", str(out), "--patients", "500"]) == 0


def test_the_command_ends_with_2_and_writes_nothing_without_a_result(tmp_path: Path, capsys):
    path, out = written(tmp_path, changed(tables__recurrence__se=0.01)), tmp_path / "out.yaml"
    assert (
        main(["calibrate", "biology", str(path), "--draws", "100", "--patients", "200", "--out", str(out)])
        == 2
    )
    assert not out.exists()
    shown = capsys.readouterr()
    assert "TOO FEW" in shown.out
    assert "nothing is written" in shown.err
    assert main(["calibrate", "biology", str(path), "--draws", "100", "--patients", "200", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["refused"] == "too few effective draws"


def test_the_command_ends_with_130_when_interrupted(tmp_path: Path, capsys, monkeypatch):
    def stop(self, more: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time_left.TimeLeft, "__call__", stop)
    words = ["calibrate", "biology", str(written(tmp_path)), "--draws", "700", "--patients", "300"]
    assert main(words) == 130
    shown = capsys.readouterr()
    assert "interrupted" in shown.out
    assert "stopped:" in shown.err
