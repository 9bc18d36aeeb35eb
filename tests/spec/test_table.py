"""The table of findings says what the findings of each case say, for a registry of any size."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import paget
from paget.assessment import assess, evaluate_in_batches, table_of
from paget.cli import main
from paget.record import Record

EXAMPLES = sorted(Path(str(resources.files("paget") / "examples")).glob("*.yaml"))


@pytest.fixture(scope="module")
def registry() -> Record:
    return Record.from_cases(case for file in EXAMPLES for case in paget.read(file).cases())


def told(row: dict[str, Any], name: str, finding: dict[str, Any]) -> Any:
    """A finding of a row of the table as JSON has it."""
    if finding["applies"] is False:
        return None
    value = finding["value"]
    if f"{name}_low" in row:
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        return low if low is not None and low == high else {"low": low, "high": high}
    if isinstance(value, dict):
        items = {key.removeprefix(f"{name}."): one for key, one in row.items() if key.startswith(f"{name}.")}
        return {key: "unknown" if one == "yes or no" else one for key, one in items.items()}
    return row[name].split(" or ") if isinstance(value, list) else row[name]


def test_each_finding_of_each_case_is_in_its_row(registry: Record) -> None:
    frames = [table_of(*found) for found in evaluate_in_batches(registry, patients=2)]
    assert len(frames) > 1
    rows = {(row["patient_id"], row["tumour_id"]): row for row in pl.concat(frames).to_dicts()}
    compared = 0
    for one in assess(registry, ranking=False):
        row = rows.pop((one.patient, one.tumour))
        assert (row["day"], str(row["as_of"])) == (one.day, one.as_of)
        for name, finding in one.findings.items():
            said, value = told(row, name, finding), finding["value"]
            if isinstance(value, dict) and value.keys() != {"low", "high"}:
                value = {key: " or ".join(v) if isinstance(v, list) else v for key, v in value.items()}
            if isinstance(said, list):
                said, value = sorted(said), sorted(" or ".join(value).split(" or "))
            assert said == value, name
            applies = {True: "yes", False: "no", "unknown": "unknown"}[finding["applies"]]
            assert row.get(f"{name}_applies", "yes") == applies, name
            compared += 1
    assert rows == {}
    assert compared > 500


def test_the_command_writes_a_folder_that_is_whole_or_not_there(
    tmp_path: Path, registry: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.write(tmp_path / "registry")
    folder = tmp_path / "findings"
    assert main(["assess", str(tmp_path / "registry"), "--table", str(folder), "--on", "2025-06-24"]) == 0
    table = pl.read_parquet(folder / "*.parquet")
    assert set(table["as_of"].cast(pl.String)) == {"2025-06-24"}
    made_of = json.loads((folder / "made_of.json").read_text(encoding="utf-8"))
    assert made_of["decisions"] == table.height
    named = set(
        made_of["unconfirmed"]
    )  # by their files: of two the figures were not read, of the third they were
    assert {"interval_class", "oligometastatic_state"} <= named
    assert "timing" not in named
    capsys.readouterr()
    assert main(["assess", str(tmp_path / "registry"), "--table", str(folder)]) == 2  # never written over
    assert "already" in capsys.readouterr().err
    other = tmp_path / "other"
    assert main(["assess", str(tmp_path / "registry"), "--table", str(other), "--on", "30"]) == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["findings", "registry"]


def test_a_table_is_not_also_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(EXAMPLES[0]), "--json", "--table", str(tmp_path / "t")]) == 2
    assert "--table" in capsys.readouterr().err


def test_what_stands_beside_the_table_stays_and_its_path_is_printed_safely(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "a\x1b[31mb"
    own = tmp_path / f"{folder.name}.partial" / "own.txt"
    own.parent.mkdir()
    own.write_text("of somebody else", encoding="utf-8")
    for status in (0, 2):
        assert main(["assess", str(EXAMPLES[0]), "--table", str(folder)]) == status
        said = capsys.readouterr()
        assert "\x1b" not in said.out + said.err
    assert own.read_text(encoding="utf-8") == "of somebody else"
    assert sorted(one.name for one in tmp_path.iterdir()) == [folder.name, own.parent.name]
