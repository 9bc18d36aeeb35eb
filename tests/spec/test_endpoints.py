"""Endpoints derived from records: worked out by hand, one patient a situation; and the public cohort."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from followed_cases import CT, DIED, DRUGS, LIVER, LUNG, RECURRED, SEEN, colon, record
from paget.errors import BadInput, KnowledgeError, NotFound
from paget.evidence import Exposure, analysis, derive_endpoint, endpoint_files
from paget.evidence.adam import adtte
from paget.intake.read import read
from paget.knowledge import Knowledge


def one(
    endpoint: str, case: dict[str, Any], origin: str = "resection_of_primary", **how: Any
) -> dict[str, Any]:
    (row,) = derive_endpoint(record(case), endpoint, origin, **how).rows.to_dicts()
    return row


SITUATIONS = {
    "dead": ("overall_survival", colon("P", patient=DIED), (366, 1, "death of unknown cause")),
    "alive": ("overall_survival", colon("P", patient=SEEN), (304, 0, "last day known alive")),
    "a study shows that a patient lives": (
        "overall_survival",
        colon("P", studies=[CT]),
        (182, 0, "last day known alive"),
    ),
    "nothing after the operation": ("overall_survival", colon("P"), (0, 0, "no contact after the origin")),
    "recurrence before death": (
        "disease_free_survival",
        colon("P", patient=DIED, statuses=[RECURRED]),
        (213, 1, "local recurrence"),
    ),
    "a lesion found later": (
        "disease_free_survival",
        colon("P", lesions=[LIVER | {"found_day": "2020-09-01"}]),
        (213, 1, "distant recurrence"),
    ),
    "a lesion that was there before": (
        "disease_free_survival",
        colon("P", lesions=[LIVER | {"found_day": "2020-01-15"}], studies=[CT]),
        (182, 0, "last assessment"),
    ),
    "a lesion that proved benign": (
        "disease_free_survival",
        colon(
            "P",
            lesions=[LIVER | {"found_day": "2020-06-01"}],
            judgements=[
                {"lesion_id": "L", "day": "2020-07-01", "role": "pathologist", "certainty": "benign"}
            ],
            studies=[CT],
        ),
        (182, 0, "last assessment"),
    ),
    "free of disease is censored at the last assessment, not at the last contact": (
        "disease_free_survival",
        colon("P", patient=SEEN, studies=[CT]),
        (182, 0, "last assessment"),
    ),
    "never assessed: censored at the origin": (
        "disease_free_survival",
        colon("P", patient=SEEN),
        (0, 0, "no assessment after the origin"),
    ),
    "a second primary of another organ": (
        "disease_free_survival",
        colon("P", tumours=[LUNG]),
        (213, 1, "second primary elsewhere"),
    ),
    "which recurrence-free survival ignores": (
        "recurrence_free_survival",
        colon("P", tumours=[LUNG], studies=[CT]),
        (182, 0, "last assessment"),
    ),
    "death of the cancer": (
        "cancer_specific_survival",
        colon("P", patient=DIED | {"death_cause": "Cancer"}),
        (366, 1, "death of cancer"),
    ),
    "death of another cause competes": (
        "cancer_specific_survival",
        colon("P", patient=DIED | {"death_cause": "other"}),
        (366, 2, "death of other cause"),
    ),
    "the next treatment": (
        "time_to_next_treatment",
        colon("P", patient=DIED, treatments=[DRUGS]),
        (213, 1, "next treatment"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_situations(situation: str) -> None:
    endpoint, case, expected = SITUATIONS[situation]
    row = one(endpoint, case)
    assert (row["time"], row["status"], row["reason"]) == expected
    assert row["excluded"] is None


def test_a_death_of_unknown_cause_makes_a_range() -> None:
    case = colon("P", patient=DIED)
    assert one("cancer_specific_survival", case)["status"] == 1
    assert one("cancer_specific_survival", case, unknown_as="competing")["status"] == 2


EXCLUDED = {
    "R1": (colon("P", "R1"), "residual is not R0"),
    "no margin": (colon("P", None), "residual is not recorded"),
    "a month": (colon("P", statuses=[RECURRED | {"day": "2020-09"}]), "known to a month or year only"),
}


@pytest.mark.parametrize("why", EXCLUDED)
def test_who_is_not_analysed_has_a_reason(why: str) -> None:
    case, words = EXCLUDED[why]
    derived = derive_endpoint(record(case), "disease_free_survival", "resection_of_primary")
    assert words in derived.rows["excluded"][0]
    assert derived.flow["analysed"] == 0
    assert [words in reason for reason in derived.flow if reason.startswith("excluded")] == [True]


def test_an_assumption_stands_in_the_flow() -> None:
    derived = derive_endpoint(
        record(colon("P", None), colon("Q")),
        "disease_free_survival",
        "resection_of_primary",
        assume={"residual": "R0"},
    )
    assert derived.flow["analysed"] == 2
    assert derived.flow["assumed: residual is R0"] == 1


def test_the_flow_adds_up() -> None:
    nobody = {"patient": {"patient_id": "N"}}
    registry = record(
        nobody, colon("A", patient=DIED), colon("B", "R1"), colon("C", statuses=[RECURRED]), colon("D")
    )
    flow = derive_endpoint(registry, "disease_free_survival", "resection_of_primary").flow
    assert flow == {
        "patients in the record": 5,
        "without this origin": 1,
        "origins": 4,
        "excluded: residual is not R0": 1,
        "analysed": 3,
        "events": 2,
        "censored": 1,
    }


def test_r0_against_r1_at_the_same_operation_is_not_refused() -> None:
    cases = [
        colon(f"P{number}", ("R0", "R1")[number % 2], patient={"death_day": f"2021-0{1 + number % 9}-15"})
        for number in range(8)
    ]
    derived = derive_endpoint(record(*cases), "overall_survival", "resection_of_primary")
    followed = derived.followed()
    margin = {f"P{number}": ("R0", "R1")[number % 2] for number in range(8)}
    followed.frame.insert_column(0, followed.frame["patient_id"].replace(margin).alias("residual"))
    assert analysis(followed, Exposure.at_origin("residual")).events == 8


def test_adam_counts_the_first_day() -> None:
    derived = derive_endpoint(record(colon("P", patient=DIED)), "overall_survival", "resection_of_primary")
    (row,) = adtte(derived).to_dicts()
    assert (row["PARAMCD"], row["AVAL"], row["CNSR"], str(row["STARTDT"]), str(row["ADT"])) == (
        "OS", 367, 0, "2020-02-01", "2021-02-01",
    )  # fmt: skip
    assert (row["SRCDOM"], row["SRCVAR"], row["EVNTDESC"]) == ("DM", "death_day", "death of unknown cause")


def test_the_same_on_duckdb(tmp_path: Path) -> None:
    registry = record(
        colon("A", patient=DIED), colon("B", statuses=[RECURRED], studies=[CT]), colon("C", studies=[CT])
    )
    registry.to_duckdb(tmp_path / "registry.duckdb")
    other = read(tmp_path / "registry.duckdb")
    for endpoint in ("overall_survival", "disease_free_survival", "time_to_next_treatment"):
        here, there = (
            derive_endpoint(one, endpoint, "resection_of_primary").rows.sort("patient_id")
            for one in (registry, other)
        )
        assert here.equals(there), endpoint


def test_what_cannot_be_meant_is_refused() -> None:
    registry = record(colon("P"))
    with pytest.raises(NotFound):
        derive_endpoint(registry, "overal_survival", "diagnosis")
    with pytest.raises(KnowledgeError, match="fong_score is no endpoint"):
        derive_endpoint(registry, "fong_score", "diagnosis")
    with pytest.raises(BadInput, match="asks for residual of the origin"):
        derive_endpoint(registry, "disease_free_survival", "diagnosis")
    with pytest.raises(BadInput, match="does not ask for margin"):
        derive_endpoint(registry, "overall_survival", "diagnosis", assume={"margin": "R0"})


def test_of_the_public_cohort_138_events_are_131_recurrences_and_7_deaths(shared_data: Path) -> None:
    mapping = Path(__file__).parents[2] / "src" / "paget" / "examples" / "mappings" / "crlm_tcia.yaml"
    registry = read(shared_data / "crlm_tcia" / "crlm_clinical_2022.csv", map=mapping)
    survival = derive_endpoint(registry, "overall_survival", "metastasectomy")
    assert (survival.flow["analysed"], survival.flow["events"]) == (197, 107)  # as the file's vital_status
    free = derive_endpoint(registry, "disease_free_survival", "metastasectomy", assume={"residual": "R0"})
    events = free.analysed.filter(free.analysed["status"] == 1)
    assert events.height == 138
    assert events["reason"].str.contains("recurrence").sum() == 131
    both = free.analysed.join(survival.analysed, on="patient_id", suffix="_os")
    assert (both["time"] <= both["time_os"]).all()
    # Without a margin on record there is no disease-free survival.
    assert derive_endpoint(registry, "disease_free_survival", "metastasectomy").flow["analysed"] == 0


def test_recurrence_free_survival_whose_event_is_death_alone_is_objected_to(tmp_path: Path) -> None:
    """As published once: 28 recurrences silently censored."""
    folder = tmp_path / "ours" / "endpoints"
    folder.mkdir(parents=True)
    text = """\
title: Recurrence-free survival of our series
kind: endpoint
code: RFS2
meaning: To death.
events: {death_of_cancer: event, recurrence: ignored}
censored: last assessment
source: {authors: practice}
confirmed: false
"""
    (folder / "our_rfs.yaml").write_text(text, encoding="utf-8")
    (problem,) = endpoint_files.checker().check(Knowledge.load([tmp_path / "ours"]))
    assert "whose event is death alone" in str(problem)
