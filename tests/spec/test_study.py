"""Studies: the same bytes each time, through the guard, and every mistake in the file with its line."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import polars as pl
import pytest
import yaml

from liver_registry import simulated
from paget.cli import main
from paget.errors import BadInput, NotFound, Refused
from paget.evidence import as_supplied, derive_endpoint
from paget.evidence.began import days_of_beginning
from paget.evidence.study import Report, Study, StudyError, read_study, run_study
from paget.evidence.study.files import files, write
from paget.evidence.study.given_out import for_others
from paget.evidence.study.plan import in_days
from paget.evidence.study.schema import DESIGNS, FIGURES, MODELS, STUDY
from paget.evidence.study.starter import STUDY as STARTER
from paget.evidence.study.starter import table
from paget.knowledge import Knowledge
from paget.record import Record
from paget.survival import cox, kaplan_meier

CONTENT = yaml.safe_load(STARTER)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the starter and its table."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "study.yaml").write_text(STARTER, encoding="utf-8")
    (folder / "followed.csv").write_text(table(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def report(desk: Path) -> Report:
    return run_study(desk / "study.yaml")


def written(desk: Path, tmp_path: Path, **changes: Any) -> Path:
    """The starter with parts replaced (None: left out), beside its table."""
    data = copy.deepcopy(CONTENT)
    for name, value in changes.items():
        if value is None:
            data.pop(name, None)
        else:
            data[name] = value
    shutil.copy(desk / "followed.csv", tmp_path)
    file = tmp_path / "study.yaml"
    file.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return file


def section(report: Report, name: str) -> Any:
    return next(one for one in report.sections if one.name == name)


# The starter


def test_a_run_gives_the_same_bytes_each_time(desk: Path, tmp_path: Path) -> None:
    contents = []
    for place in ("one", "two"):
        folder = tmp_path / place
        shutil.copytree(desk, folder)
        assert main(["study", str(folder / "study.yaml"), "--out", str(folder / "report")]) == 0
        paths = sorted(path for path in (folder / "report").rglob("*") if path.is_file())
        contents.append({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})
    assert contents[0] == contents[1]
    assert len(contents[0]) == 17
    assert {Path(name).suffix for name in contents[0]} == {
        ".html",
        ".csv",
        ".svg",
        ".parquet",
        ".json",
        ".yaml",
    }


def test_one_changed_value_changes_the_hash(desk: Path, report: Report, tmp_path: Path) -> None:
    shutil.copytree(desk, tmp_path / "other")
    lines = table().splitlines()
    lines[1] = lines[1].replace("M001", "X001")
    (tmp_path / "other" / "followed.csv").write_text("\n".join(lines), encoding="utf-8")
    other = run_study(tmp_path / "other" / "study.yaml")
    assert other.inputs["study"] == report.inputs["study"]
    assert other.inputs["followed.csv"] != report.inputs["followed.csv"]
    assert other.inputs_hash != report.inputs_hash


def test_the_flow_adds_up(report: Report) -> None:
    flow = report.flow
    young = sum(int(line.split(",")[3]) < 40 for line in table().splitlines()[1:])
    assert flow["patients in the table"] == 240
    assert flow["excluded: younger than 40"] == young > 0
    assert flow["analysed"] == 240 - young == report.n == report.data.height
    assert flow["events"] + flow["censored"] == report.n
    assert report.events == flow["events"]


def test_models_are_those_of_the_estimators(report: Report) -> None:
    rows = report.data
    expected = cox(rows, "age + nodes", time="days", event="event").to_frame()
    assert section(report, "model_all_factors").table.equals(expected)


def test_the_answer_is_read_off_the_curves(report: Report) -> None:
    """At three years: the last at which ten are at risk in each group."""
    at = kaplan_meier(report.data, time="days", event="event", by="older").at([3 * 365.25, 4 * 365.25])
    rows = {(row["group"], round(row["time"] / 365.25)): row for row in at.to_dicts()}
    assert min(rows[group, 3]["n_risk"] for group in ("below 70", "70 or more")) >= 10
    assert min(rows[group, 4]["n_risk"] for group in ("below 70", "70 or more")) < 10
    for group in ("below 70", "70 or more"):
        assert f"{group} {100 * rows[group, 3]['survival']:.0f} of 100" in report.answer
    assert "at 3 years" in report.answer


def test_what_was_made_of_what_stands_beside_the_report(report: Report) -> None:
    made = json.loads(files(report)["made_of.json"])
    assert set(made["inputs"]) == {"study", "followed.csv"}
    assert {"paget", "python", "numpy", "polars"} <= set(made["software"])
    assert made["inputs_hash"][:4] in files(report)["report.html"].decode()


def test_rows_that_were_analysed_are_kept(desk: Path, report: Report, tmp_path: Path) -> None:
    write(report, tmp_path / "out")
    rows = pl.read_parquet(tmp_path / "out" / "data" / "analysis.parquet")
    assert rows.columns == [
        "row", "days", "event", "entry", "status", "age", "nodes", "day_of_exposure", "older",
    ]  # fmt: skip
    assert rows["age"].min() >= 40


# The guard


def test_the_refused_comparison_is_told_and_the_remedies_are_made(report: Report) -> None:
    assert report.refused is not None
    assert "made by what happens after the origin" in report.refused.what
    assert [method for method, _ in report.refused.done] == [
        "time-dependent covariate",
        "landmark on day 180",
        "landmark on day 365",
        "landmark on day 540",
    ]
    page = files(report)["report.html"].decode()
    assert "Not compared as asked: immortal time" in page
    assert "a difference, not the bias" in page
    assert "Not a treatment effect" in page


def test_without_a_design_an_immortal_exposure_is_refused(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = [{"kind": "flow"}]
    file = written(desk, tmp_path, design=None, figures=figures)
    assert main(["study", str(file)]) == 2
    said = capsys.readouterr().err
    assert "groups by second operation are made by what happens after the origin" in said
    assert "name under design: time-dependent, landmark" in said
    assert not (tmp_path / "study_report").exists()


def test_stanford_is_refused_with_its_difference(shared_data: Path, tmp_path: Path) -> None:
    """R: log hazard ratio -1.32 as asked, +0.13 with the transplant from its day."""
    shutil.copy(shared_data / "reference" / "open" / "input" / "jasa_times.csv", tmp_path / "jasa.csv")
    study = {
        "title": "Stanford",
        "cohort": {"data": "jasa.csv", "known_at_origin": ["age", "surgery"]},
        "endpoint": {"time": "futime", "event": "fustat", "patient": "id"},
        "exposure": {"name": "transplant", "decided": "after the origin", "day": "txtime"},
        "design": [
            {"method": "time-dependent"},
            {"method": "landmark", "days": [15, 30, 60, 90]},
            {"method": "sequential trials", "controls": 20},
            {"method": "clone-censor-weight", "grace": 60, "repetitions": 10},
            {"method": "simon-makuch", "until": "2 years", "shown": "month"},
            {"method": "mantel-byar"},
        ],
    }
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")
    found = run_study(tmp_path / "study.yaml")
    assert found.refused is not None
    assert "-1.32" in found.refused.why
    assert "+0.13" in found.refused.why
    compared = section(found, "compared").table
    expected = json.loads((shared_data / "reference" / "open" / "jasa.json").read_text())
    assert compared["log hazard ratio"][0] == pytest.approx(expected["td_cox_tx"]["coef"][0], abs=1e-8)
    assert compared.height == 7
    again = run_study(tmp_path / "study.yaml")
    assert files(again) == files(found)


def test_without_the_day_there_is_no_way_out(desk: Path, tmp_path: Path) -> None:
    exposure = {"name": "nodes", "decided": "after the origin"}
    cohort = CONTENT["cohort"] | {"known_at_origin": ["age"]}
    file = written(desk, tmp_path, exposure=exposure, cohort=cohort, models=None, figures=[{"kind": "flow"}])
    with pytest.raises(Refused, match="its day is not recorded") as refused:
        run_study(file)
    assert "_day" not in str(refused.value)


def test_an_override_is_printed_with_its_reason(desk: Path, tmp_path: Path) -> None:
    exposure = CONTENT["exposure"] | {"override": "asked by a reviewer"}
    found = run_study(written(desk, tmp_path, exposure=exposure))
    assert "asked by a reviewer" in found.cautions[0]
    assert section(found, "compared").table["method"][0].startswith("REFUSED, printed on request")
    assert found.refused is not None


def test_groups_known_at_the_origin_are_compared_as_asked(desk: Path, tmp_path: Path) -> None:
    exposure = {"name": "nodes", "decided": "at the origin", "adjust": "age"}
    found = run_study(written(desk, tmp_path, exposure=exposure, design=None))
    row = section(found, "compared").table.row(0, named=True)
    model = cox(found.data, "nodes + age", time="days", event="event")
    assert row["log hazard ratio"] == pytest.approx(float(model.coefficients["nodes"]), abs=1e-9)
    assert found.refused is None


# A record


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("registry")
    simulated(400, seed=21).record.write(folder / "registry")
    study = {
        "title": "By points",
        "cohort": {
            "data": "registry",
            "known_at_origin": {"points": "fong_score", "marker": "cea", "disease": "disease"},
            "bands": {"risk": {"column": "points", "from": [3], "names": ["0 to 2", "3 to 5"]}},
            "include": [
                {"column": "disease", "is": "colorectal", "reads": "another primary"},
                {"column": "points", "at_least": 1, "reads": "no point"},
            ],
        },
        "endpoint": {"derive": "overall_survival", "from": "metastasectomy"},
        "exposure": {"name": "risk", "decided": "at the origin"},
        "models": [
            {"kind": "cox", "formula": "points"},
            {"kind": "restricted mean", "until": "60 months", "by": "risk"},
        ],
        "figures": [
            {"kind": "survival", "by": "risk", "until": "7 years"},
            {"kind": "flow"},
            {"kind": "incidence", "by": "risk"},
            {"kind": "forest", "model": "cox"},
            {"kind": "table one", "by": "risk", "columns": ["marker"]},
        ],
    }  # fmt: skip
    (folder / "study.yaml").write_text(yaml.safe_dump(study, sort_keys=False), encoding="utf-8")
    return folder


def test_a_record_gives_findings_as_of_the_origin(registry: Path) -> None:
    found = run_study(registry / "study.yaml")
    truth = simulated(400, seed=21).points
    assert found.flow["excluded: no point"] == int((truth == 0).sum()) > 0
    assert found.n == int((truth > 0).sum())
    assert (
        np.bincount(found.data["points"].cast(int).to_numpy())[1:].tolist() == np.bincount(truth)[1:].tolist()
    )
    assert found.endpoint.startswith("Overall survival, from")
    assert len(found.knowledge) == 64
    assert found.inputs["registry/patients.parquet"]
    assert files(run_study(registry / "study.yaml")) == files(found)


def test_a_later_day_of_a_record_is_no_group(tmp_path: Path) -> None:
    """Every other patient had the operation on the liver; all of these lived to it."""
    whole = {name: frame.to_native() for name, frame in simulated(200, seed=2).record.tables.items()}
    even = pl.col("patient_id").str.slice(-1).is_in(["0", "2", "4", "6", "8"])
    whole["targets"] = whole["targets"].filter(even)
    whole["treatments"] = whole["treatments"].filter(even | (pl.col("treatment_id") == "primary"))
    Record.from_tables(whole).write(tmp_path / "registry")
    study = {
        "title": "Liver",
        "cohort": {"data": "registry"},
        "endpoint": {"derive": "overall_survival", "from": "resection_of_primary"},
        "exposure": {"name": "liver resection", "decided": "after the origin", "begins": "metastasectomy"},
        "design": [{"method": "time-dependent"}],
    }
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")
    found = run_study(tmp_path / "study.yaml")
    assert found.refused is not None
    assert "100 of 200 patients were exposed later" in found.refused.why
    days = found.data["day_of_exposure"]
    assert days.null_count() == 100
    assert set(days.drop_nulls().to_list()) == {
        140.0,
        740.0,
    }  # 40 after 100 or 700


def test_a_repeated_operation_begins_on_the_first_after_the_origin(tmp_path: Path) -> None:
    """Ten patients have a second and a third operation on the liver, 20 and 30 days after the first."""
    whole = {name: frame.to_native() for name, frame in simulated(60, seed=2).record.tables.items()}
    late = pl.col("patient_id") < "P00010"
    again = []
    for name, days in (("second", 20), ("third", 30)):
        rows = whole["treatments"].filter(late & (pl.col("treatment_id") == "liver"))
        moved = [pl.col(one) + days for one in rows.columns if "day" in one]
        again.append(rows.with_columns(*moved, treatment_id=pl.lit(name), row_id=pl.col("row_id") + name))
        targets = whole["targets"].filter(late)
        targets = targets.with_columns(treatment_id=pl.lit(name), row_id=pl.col("row_id") + name)
        whole["targets"] = pl.concat([whole["targets"], targets])
    whole["treatments"] = pl.concat([whole["treatments"], *again])
    record = Record.from_tables(whole)
    assert record.report.rejected == []
    rows = derive_endpoint(record, "overall_survival", "metastasectomy").followed().frame
    found, rough = days_of_beginning(record, Knowledge.load(), "metastasectomy", rows, "again")
    lived = {row["patient_id"]: row["_time"] for row in rows.to_dicts()}
    expected = {who for who in lived if who < "P00010" and lived[who] >= 20}
    assert len(expected) > 4
    assert rough == 0
    assert {row["patient_id"] for row in found.to_dicts() if row["again"] == 20} == expected
    assert found["again"].drop_nulls().to_list() == [20.0] * len(expected)


@pytest.mark.parametrize(
    ("part", "name", "said"),
    [
        ("known_at_origin", {"points": "fong_scor"}, "did you mean fong_score"),
        ("data", "registri", "no such file or folder: registri"),
    ],
)
def test_names_that_a_record_does_not_have(
    registry: Path, tmp_path: Path, part: str, name: Any, said: str
) -> None:
    data = yaml.safe_load((registry / "study.yaml").read_text())
    data["cohort"] = {"data": "registry", "known_at_origin": {"points": "age"}, part: name}
    for key in ("exposure", "models", "figures"):
        data.pop(key)
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    (tmp_path / "registry").symlink_to(registry / "registry")
    with pytest.raises((StudyError, NotFound)) as refused:
        run_study(tmp_path / "study.yaml")
    assert said in str(refused.value)
    assert "study.yaml:" in refused.value.where


# Mistakes


WRONG = """\
title: A study with mistakes
cohort:
  data: followed.csv
  known_at_origin: [age, second_operation]
  bands:
    older: {column: agee, from: [70, 60]}
endpoint: {time: days, event: died}
exposure: {name: second, decided: after the origin, day: second_operation}
design:
  - {method: landmark}
  - {method: time-dependent, days: [3]}
models:
  - {kind: cox, formula: age + second_operation}
  - {kind: cox, formula: "age +"}
figures:
  - {kind: survival, by: oldr}
  - {kind: forest, model: coxx}
  - {kind: survival, until: 60 mm}
"""


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(WRONG, encoding="utf-8")
    with pytest.raises(StudyError) as refused:
        read_study(tmp_path / "study.yaml")
    lines = [line.strip() for line in str(refused.value).splitlines()]
    for told in (
        "study.yaml:4: second_operation is decided after the origin, so it cannot be known there",
        "study.yaml:6: agee is not among what is known at the origin; did you mean age?",
        "study.yaml:6: the numbers do not rise",
        "study.yaml:10: landmark needs days",
        "study.yaml:11: time-dependent has no days",
        "study.yaml:13: groups by second_operation are made by what happens after the origin",
        "study.yaml:14: not a formula",
        "study.yaml:14: two models are called cox; give each a name",
        "study.yaml:16: oldr is not among what is known at the origin; did you mean older?",
        "study.yaml:17: no model is called coxx; did you mean cox?",
        "study.yaml:18: 60 mm is a length",
    ):
        assert any(line.startswith(told) for line in lines), told


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("cohort:", "cohorte:", 6, "did you mean cohort?"),
        ("  known_at_origin: [age", "  known_at_orgin: [age", 10, "did you mean known_at_origin?"),
        ("kind: survival", "kind: survivl", 40, "did you mean survival?"),
        ("method: landmark", "method: landmrk", 32, "did you mean landmark?"),
        ("decided: after the origin ", "decided: afterwards ", 26, "known: at the origin, after the origin"),
        ("  time: days", "  tme: days", 19, "did you mean time"),
    ],
)  # fmt: skip
def test_a_misspelt_key_is_told_with_what_was_meant(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in STARTER
    text = STARTER.replace(old, new, 1)
    place = next(number for number, one in enumerate(text.splitlines(), 1) if new in one)
    (tmp_path / "study.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as refused:
        read_study(tmp_path / "study.yaml")
    assert said in str(refused.value)
    assert f"study.yaml:{place}" in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cohort": CONTENT["cohort"] | {"known_at_origin": ["age", "nodesx"]}}, "did you mean nodes"),
        ({"endpoint": {"time": "dys", "event": "died"}}, "did you mean days"),
        ({"endpoint": {"time": "days", "event": "patient"}}, "the event is no number"),
        ({"endpoint": {"time": "days", "event": "age"}}, "neither 1 nor 0"),
        ({"cohort": CONTENT["cohort"] | {"include": [{"column": "age", "above": 100}]}}, "nobody is left"),
        ({"cohort": CONTENT["cohort"] | {"data": "study.yaml"}}, "stands in a table"),
        ({"design": [{"method": "landmark", "days": [30]}]}, "1 landmark days"),
    ],
)
def test_what_the_data_do_not_have_is_told_with_its_line(
    desk: Path, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    models = None if "cohort" in changes else CONTENT["models"]
    changes = {"models": models, "figures": [{"kind": "flow"}], **changes}
    if models is None:
        changes["exposure"] = CONTENT["exposure"] | {"adjust": "age"}
    with pytest.raises(StudyError) as refused:
        run_study(written(desk, tmp_path, **changes))
    assert said in str(refused.value)
    assert refused.value.where.startswith("study.yaml:")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"exposure": None}, "a design without an exposure"),
        ({"exposure": {"name": "nodes", "decided": "at the origin"}}, "for an exposure after the origin"),
        ({"endpoint": {"derive": "overall_survival"}}, "needs from"),
        ({"endpoint": {"time": "days"}}, "needs event"),
        ({"endpoint": {"derive": "overall_survival", "time": "days"}}, "choose one"),
    ],
)
def test_parts_that_do_not_fit_each_other(
    desk: Path, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    figures = [{"kind": "flow"}]
    with pytest.raises(StudyError) as refused:
        read_study(written(desk, tmp_path, figures=figures, **changes))
    assert said in str(refused.value)


def test_who_is_not_known_leaves_and_is_counted(desk: Path, tmp_path: Path) -> None:
    file = written(desk, tmp_path, exposure=None, design=None, models=None, figures=[{"kind": "flow"}])
    lines = table().splitlines()
    first = lines[1].split(",")
    lines[1] = ",".join([*first[:3], "", *first[4:]])
    (tmp_path / "followed.csv").write_text("\n".join(lines), encoding="utf-8")
    found = run_study(file)
    assert found.flow["excluded: age is not known"] == 1


def test_small_groups_are_said(desk: Path, tmp_path: Path) -> None:
    bands = {"older": {"column": "age", "from": [85]}}
    file = written(desk, tmp_path, cohort=CONTENT["cohort"] | {"bands": bands})
    assert "below 11 patients: do not pass this report on" in run_study(file).cautions[0]


@pytest.fixture
def given_out(desk: Path, tmp_path: Path) -> Path:
    """What `paget study --for-others` writes of the starter."""
    words = ["study", str(desk / "study.yaml"), "--out", str(tmp_path / "in")]
    assert main([*words, "--for-others", str(tmp_path / "out")]) == 0
    return tmp_path / "out"


def test_what_leaves_the_house_has_no_rows_of_patients_and_no_small_counts(given_out: Path) -> None:
    assert not (given_out / "report.html").exists()
    assert not list(given_out.rglob("*.parquet"))
    withheld = dict(pl.read_csv(given_out / "withheld.csv").rows())
    assert withheld["data/analysis.parquet"] == "rows of patients"
    assert not (given_out / "figures/survival.svg").exists()
    assert (given_out / "figures/flow.svg").exists()
    curves = pl.read_csv(given_out / "tables/survival.csv")
    counts = curves.select("At risk", "Censored", "Events")
    for row in counts.rows():
        assert not any(cell.isdigit() and 0 < int(cell) < 11 for cell in row)
        # the three add up to all: one alone could be found
        assert sum(cell in {"< 11", "not shown"} for cell in row) != 1
    inside = pl.read_csv(given_out.parent / "in" / "tables" / "survival.csv").select(counts.columns)
    for row, whole in zip(counts.rows(), inside.rows(), strict=True):
        assert all(count < 11 for cell, count in zip(row, whole, strict=True) if cell == "< 11")


def test_counts_in_words_and_steps_that_add_up_stay_in_the_house(desk: Path, tmp_path: Path) -> None:
    """240 - 4 = 236: the others tell a small step. By day 40 eight were exposed, which only words say."""
    include = [{"column": "age", "at_least": 37, "reads": "younger"}]
    design = [{"method": "landmark", "days": [40, 365, 540]}]
    cohort = CONTENT["cohort"] | {"include": include}
    report = run_study(written(desk, tmp_path, cohort=cohort, design=design, figures=[{"kind": "flow"}]))
    assert report.flow["excluded: younger"] == 4
    whole, found = files(report), for_others(report)
    assert b"exposed_by_then 8" in whole["tables/compared.csv"]
    assert b"exposed_by_then" not in found["tables/compared.csv"]
    assert not {"tables/flow.csv", "figures/flow.svg"} & set(found)
    withheld = dict(pl.read_csv(found["withheld.csv"]).rows())
    assert withheld["tables/flow.csv"] == "a step below 11, which the others add up to"
    assert "detail" in withheld["tables/compared.csv"]
    assert b"exposed_by_then 8" in for_others(report, "agreed")["tables/compared.csv"]


def test_small_counts_leave_the_house_for_a_reason_that_stands_on_them(desk: Path, tmp_path: Path) -> None:
    why = "agreed with the registry"
    report = run_study(written(desk, tmp_path, overrides={"small groups": why}))
    assert f"Counts below 11 are given out: {why}." in report.cautions
    found = for_others(report, why)
    assert "figures/survival.svg" in found
    curves = pl.read_csv(found["tables/survival.csv"])
    assert (curves["At risk"] < 11).any()
    assert curves["note"].unique().to_list() == [f"counts below 11 are given out: {why}"]
    assert "data/analysis.parquet" not in found


def test_lengths_of_time() -> None:
    """Months and years as floor(30.4375 n): 60 months are 1826 days."""
    assert [in_days(one) for one in (30, "60 months", "2 weeks", "1 year")] == [30, 1826, 14, 365]


# The files and the command


def test_the_page_asks_nobody_for_anything(report: Report) -> None:
    page = files(report)["report.html"].decode()
    assert "<script" not in page
    assert "default-src 'none'" in page
    for word in ('src="', "url(", "@import", "<link", ' style="'):
        assert word not in page.replace("url(#", ""), word


def test_words_of_the_study_are_escaped(desk: Path, tmp_path: Path) -> None:
    file = written(desk, tmp_path, title="<b>A</b> & B", figures=[{"kind": "flow", "title": "<i>flow</i>"}])
    page = files(run_study(file))["report.html"].decode()
    assert "&lt;b&gt;A&lt;/b&gt; &amp; B" in page
    assert "<i>flow" not in page


def test_a_folder_of_something_else_is_left_alone(report: Report, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(BadInput, match="holds something else"):
        write(report, tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_an_earlier_run_is_replaced_and_nothing_of_it_stays(
    desk: Path, report: Report, tmp_path: Path
) -> None:
    write(report, tmp_path / "out")
    fewer = run_study(written(desk, tmp_path, figures=[{"kind": "flow"}], models=None))
    write(fewer, tmp_path / "out")
    assert [one.name for one in (tmp_path / "out" / "figures").iterdir()] == ["flow.svg"]


def test_the_starter_is_written_and_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "--example", "--out", str(tmp_path / "new")]) == 0
    assert main(["study", "--example", "--out", str(tmp_path / "new")]) == 2  # nothing is written over
    assert main(["study", str(tmp_path / "new" / "study.yaml"), "--check"]) == 0
    capsys.readouterr()
    assert main(["study", str(tmp_path / "new" / "study.yaml")]) == 0
    assert capsys.readouterr().out.rstrip().endswith("study_report/report.html")
    assert main(["study"]) == 2
    assert main(["study", str(tmp_path / "none.yaml")]) == 3


def test_the_schema_takes_the_starter_and_refuses_what_the_check_refuses(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["study", "--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema == json.loads(json.dumps(STUDY))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    assert list(validator.iter_errors(CONTENT)) == []
    assert list(validator.iter_errors({**CONTENT, "titel": "x"})) != []
    assert list(validator.iter_errors({**CONTENT, "figures": [{"kind": "survivl"}]})) != []


def test_every_kind_is_in_the_schema() -> None:
    properties = STUDY["properties"]
    for part, word, kinds in (
        ("design", "method", DESIGNS),
        ("models", "kind", MODELS),
        ("figures", "kind", FIGURES),
    ):
        item = properties[part]["items"]["properties"]
        assert item[word]["enum"] == list(kinds)
        assert {key for keys in kinds.values() for key in keys} <= set(item)


def test_an_endpoint_as_supplied_is_never_called_derived(report: Report) -> None:
    assert "as supplied, not derived" in report.endpoint
    followed = as_supplied(report.data, time="days", event="event")
    assert followed.derived is False


def test_a_study_is_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text("- 1\n", encoding="utf-8")
    with pytest.raises(StudyError, match="a study is a mapping"):
        read_study(tmp_path / "study.yaml")
    assert isinstance(read_study, type(run_study))
    assert Study.__doc__


# What else the guard finds


ABOUT = """\
who,days,died,points,aim,registered
A,40,1,3,cure,0
B,55,1,4,cure,0
C,90,1,2,palliation,0
D,130,1,3,cure,60
E,200,0,1,cure,0
F,210,2,2,palliation,150
G,320,1,3,cure,0
H,400,0,1,cure,0
"""


def about(tmp_path: Path, **more: Any) -> Path:
    (tmp_path / "rows.csv").write_text(ABOUT, encoding="utf-8")
    study = {
        "title": "About",
        "cohort": {"data": "rows.csv", "known_at_origin": ["points"]},
        "endpoint": {"time": "days", "event": "died", "patient": "who", "name": "Time to death"},
        "figures": [{"kind": "survival"}],
        **more,
    }
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(study, sort_keys=False), encoding="utf-8")
    return tmp_path / "study.yaml"


@pytest.mark.parametrize(
    ("meaning", "said"),
    [
        ({"intent": "aim"}, "one curve holds patients who were treated with different intents"),
        ({"enrolled": "registered"}, "patients entered the cohort after the origin"),
    ],
)
def test_what_the_guard_finds_is_refused_in_the_words_of_a_study(
    tmp_path: Path, meaning: dict[str, str], said: str
) -> None:
    with pytest.raises(Refused) as refused:
        run_study(about(tmp_path, about=meaning))
    assert said in refused.value.what
    assert "overrides: {" in refused.value.mend
    assert refused.value.where.startswith("study.yaml:")


def test_an_override_by_name_stands_on_the_figure(tmp_path: Path) -> None:
    reason = {"intents": "all of one ward"}
    found = run_study(about(tmp_path, about={"intent": "aim"}, overrides=reason))
    assert "all of one ward" in section(found, "survival").figure.svg
    assert "Printed all the same (intents): all of one ward." in found.cautions


def test_a_look_ahead_covariate_is_refused_in_a_model(tmp_path: Path) -> None:
    known = {"known": {"points": "registered"}}
    models = [{"kind": "cox", "formula": "points"}]
    with pytest.raises(Refused, match="points was not known when follow-up began"):
        run_study(about(tmp_path, about=known, models=models, figures=[{"kind": "flow"}]))


def test_a_flag_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no flag intent") as refused:
        run_study(about(tmp_path, overrides={"intent": "why"}))
    assert "did you mean intents" in refused.value.mend


def test_a_competing_event_is_counted_and_drawn(tmp_path: Path) -> None:
    found = run_study(about(tmp_path, figures=[{"kind": "survival"}, {"kind": "incidence"}]))
    assert found.flow["competing events"] == 1
    assert "Competing events (1) are censored here; see the incidence." in section(found, "survival").lines
    assert section(found, "incidence").figure is not None
    assert "Yet to enter" not in section(found, "survival").figure.svg
