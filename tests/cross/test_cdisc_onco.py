"""Every row of CDISC's expected time-to-event table (ADTTE) comes out of its responses: OS, PFS, RSD."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from paget.evidence.adam import adtte
from paget.evidence.derived import derive_endpoint
from paget.intake.read import read
from paget.knowledge import Knowledge
from paget.record import Record

HERE = Path(__file__).parent / "cdisc_onco"
COMPARED = ("USUBJID", "PARAMCD", "PARAM", "STARTDT", "ADT", "AVAL", "CNSR", "EVNTDESC", "CNSDTDSC")


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "cdisc_onco" / "adam"


@pytest.fixture(scope="module")
def responses(folder: Path) -> Record:
    return read(folder / "adrs_onco.csv", map=HERE / "adrs.yaml")


@pytest.mark.parametrize(
    ("endpoint", "code", "events"), [("os_of_the_trial", "OS", 3), ("pfs_of_the_trial", "PFS", 6)]
)
def test_every_row_is_as_expected(
    folder: Path, responses: Record, endpoint: str, code: str, events: int
) -> None:
    with (folder / "adtte_onco.csv").open(encoding="utf-8", newline="") as opened:
        wanted = [
            {name: row[name] for name in COMPARED} for row in csv.DictReader(opened) if row["PARAMCD"] == code
        ]
    assert len(wanted) == 254
    derived = derive_endpoint(
        responses, endpoint, "randomisation", knowledge=Knowledge.load([HERE / "overlay"])
    )
    rows = adtte(derived)
    found = [
        {name: "" if value is None else str(value) for name, value in row.items()}
        for row in rows.select(COMPARED).to_dicts()
    ]
    by_patient = {row["USUBJID"]: row for row in found}
    assert len(found) == len(by_patient) == 254
    different = [row for row in wanted if by_patient.get(row["USUBJID"]) != row]
    assert not different
    # 306 subjects, of whom 52 were never randomised. Only who is censored at the origin has no source row.
    assert derived.flow["patients in the record"] == 306
    assert derived.flow["without this origin"] == 52
    assert derived.flow["events"] == events
    at_origin = rows["EVNTDESC"] == "Randomization"
    assert (rows["SRCDOM"].is_null() == at_origin).all()
    assert (rows["SRCVAR"].is_null() == at_origin).all()


def test_duration_of_response(folder: Path, responses: Record) -> None:
    """The four who responded, from the first response: each row as expected, the source row's column too."""
    with (folder / "adtte_onco.csv").open(encoding="utf-8", newline="") as opened:
        wanted = [
            {name: row[name] for name in COMPARED}
            for row in csv.DictReader(opened)
            if row["PARAMCD"] == "RSD"
        ]
    assert len(wanted) == 4
    knowledge = Knowledge.load([HERE / "overlay"])
    of_the_trial = adtte(derive_endpoint(responses, "rsd_of_the_trial", "response", knowledge=knowledge))
    found = [
        {name: "" if value is None else str(value) for name, value in row.items()}
        for row in of_the_trial.select(COMPARED).sort("USUBJID").to_dicts()
    ]
    assert found == wanted
    shipped = adtte(derive_endpoint(responses, "duration_of_response", "response")).sort("USUBJID")
    assert [(str(days), str(censored)) for days, censored in shipped.select("AVAL", "CNSR").rows()] == [
        (row["AVAL"], row["CNSR"]) for row in wanted
    ]


def test_the_shipped_definitions_give_the_same_times_but_for_one_assessment(
    folder: Path, responses: Record
) -> None:
    with (folder / "adtte_onco.csv").open(encoding="utf-8", newline="") as opened:
        wanted = {
            (row["USUBJID"], row["PARAMCD"]): (row["AVAL"], row["CNSR"]) for row in csv.DictReader(opened)
        }
    different = []
    for endpoint, code in (("overall_survival", "OS"), ("progression_free_survival", "PFS")):
        rows = adtte(derive_endpoint(responses, endpoint, "randomisation"))
        for who, days, censored in rows.select("USUBJID", "AVAL", "CNSR").iter_rows():
            if (str(days), str(censored)) != wanted[who, code]:
                different.append((who, code, days, wanted[who, code]))
    # ADSL's last day alive of this subject is nine days before an assessment of the tumour: who is assessed
    # is alive, so that the shipped definition goes on to that day.
    assert different == [("01-701-1115", "OS", 64, ("55", "1"))]
