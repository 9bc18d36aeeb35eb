"""Facts that scores of prognosis ask, worked out by hand: the person, pathology, genes, blood, organs, drugs.

Cases are written as in ``written_facts``: colon primary of 10 January 2023, decision on 24 June 2025.
"""

from __future__ import annotations

from typing import Any

import pytest

from written_facts import COLON, STAGED, Row, fact, judged, lesion, operation

TODAY = "2025-06-24"


def said(name: str, text: str | None = None, day: str = "2025-06-01", **more: Any) -> Row:
    return {"day": day, "name": name, "text": text, **more}


def staged(day: str = "2023-02-10", prefix: str | None = "p", **more: Any) -> Row:
    return {"tumour_id": "T", "day": day, "prefix": prefix, **more}


def course(first: str, **more: Any) -> Row:
    return {"treatment_id": first, "modality": "systemic", "start_day": first, **more}


# The person


@pytest.mark.parametrize(
    ("born", "years"),
    [
        ("1964-06-25", 60),  # 61 tomorrow
        ("1964-06-24", 61),
        ("1964-06", (60, 61)),  # some day of the month
        ("1964", (60, 61)),
        (None, (0, None)),
    ],
)
def test_age_is_in_completed_years(born: Any, years: Any) -> None:
    assert fact("age", patient={"birth_day": born}) == years


def test_age_by_length_where_days_are_counted_from_an_origin() -> None:
    person = {"birth_day": -21915, "time_base": "relative"}  # 60 years are floor(60 x 365.25) = 21915 days
    tumour = {"tumour_id": "T", "site": "colon", "diagnosed_day": 0}
    assert fact("age", on="0", patient=person, tumours=[tumour]) == 60
    assert fact("age", on="0", patient=person | {"birth_day": -21914}, tumours=[tumour]) == 59
    assert fact("decision_year", on="0", patient=person, tumours=[tumour]) == (0, None)


def test_the_year_of_the_decision() -> None:
    assert fact("decision_year") == 2025


# Pathology of the primary


@pytest.mark.parametrize(
    ("text", "category"), [("T4a", "T4"), ("pT3", "T3"), ("TX", 6), (None, 6), ("T4b", "T4"), ("large", 6)]
)
def test_t_category(text: Any, category: Any) -> None:
    found = fact("primary_t", stagings=[staged(t=text)])
    assert (len(found) if isinstance(category, int) else found) == category


def test_the_t_category_of_a_recurrence_is_not_that_of_the_primary() -> None:
    again = staged("2025-01-01", prefix="r", t="T4", stage_group="IVA")
    assert fact("primary_t", stagings=[staged(t="T2"), again]) == "T2"
    assert fact("recurrent_stage", stagings=[staged(t="T2", stage_group="II"), again]) == "IV"
    assert fact("recurrent_stage", stagings=[staged(stage_group="II")]) == ("I", "II", "III", "IV")
    open_ = again | {"prefix": None}  # perhaps of the recurrence, perhaps of the primary
    assert fact("primary_t", stagings=[staged(t="T2"), open_]) == ("T2", "T4")


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("G3", "3"),
        ("Fuhrman 4", "4"),
        ("I", "1"),
        ("high grade", ("1", "2", "3", "4")),
        (None, ("1", "2", "3", "4")),
    ],
)
def test_grade(text: Any, grade: Any) -> None:
    assert fact("grade", tumours=[COLON | {"grade": text}]) == grade


# Genes


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([("kras", "G12D")], {"kras": "mutated", "ras": "mutated"}),
        (
            [("KRAS", "wild type")],
            {"kras": "wild type", "ras": ("mutated", "wild type")},
        ),  # NRAS is not known
        ([("kras", "wt"), ("nras", "wt")], {"ras": "wild type"}),
        ([("kras", "wt"), ("nras", "mutated")], {"kras": "wild type", "nras": "mutated", "ras": "mutated"}),
        ([("RAS", "wild type")], {"kras": "wild type", "nras": "wild type", "ras": "wild type"}),
        ([("ras", "mutated")], {"kras": ("mutated", "wild type"), "ras": "mutated"}),
        ([("kras", "see report")], {"kras": ("mutated", "wild type")}),
        ([("braf", "mutated")], {"braf": ("V600E", "other mutation")}),
        ([("braf", "V600E")], {"braf": "V600E"}),
        ([("tp53", "mutated")], {"tp53": ("disruptive", "nondisruptive")}),
        ([("p16", "positive")], {"hpv": "positive"}),
        ([("MMR", "dMMR")], {"msi": "high"}),
        ([], {"msi": ("high", "stable"), "hpv": ("positive", "negative")}),
    ],
)
def test_molecular_results(results: list[tuple[str, str]], expected: dict[str, Any]) -> None:
    observations = [said(name, text) for name, text in results]
    assert {name: fact(name, observations=observations) for name in expected} == expected


def test_the_last_result_of_a_gene_counts_and_one_of_tomorrow_does_not() -> None:
    rows = [said("kras", "mutated", "2025-01-01"), said("kras", "wild type", "2025-03-01")]
    assert fact("kras", observations=rows) == "wild type"
    assert fact("kras", observations=[*rows, said("kras", "mutated", "2025-06-25")]) == "wild type"
    assert fact("kras", observations=[rows[0], rows[1] | {"day": "2025"}]) == ("mutated", "wild type")


# Blood against the limits of the laboratory


def blood(name: str, value: Any, unit: str, **limits: float) -> list[Row]:
    return [said(name, value=value, unit=unit, **limits)]


def test_a_value_over_the_limit_of_its_own_row() -> None:
    low = blood("haemoglobin", 117, "g/L", reference_low=130, reference_high=170)
    assert fact("haemoglobin_of_lower_limit", observations=low) == 0.9  # 117 / 130
    calcium = blood("corrected calcium", 2.7, "mmol/L", reference_high=2.5)
    assert fact("calcium_of_upper_limit", observations=calcium) == 1.08
    assert fact("corrected_calcium", observations=calcium) == pytest.approx(10.82, abs=0.01)  # x 4.0078
    for name in ("neutrophils", "platelets"):
        rows = blood(name, 9, "10*9/L", reference_high=7.5)
        assert fact(f"{name}_of_upper_limit", observations=rows) == 1.2
    assert fact("ldh_of_upper_limit", observations=blood("ldh", 375, "U/L", reference_high=250)) == 1.5


def test_without_a_limit_nothing_is_said() -> None:
    rows = blood("haemoglobin", 9, "g/dL")
    assert fact("haemoglobin_of_lower_limit", observations=rows) == (0, None)
    assert fact("ldh_of_upper_limit") == (0, None)


def test_a_value_below_the_limit_of_detection_stays_a_range() -> None:
    rows = blood("ldh", "<50", "U/L", reference_high=250)
    assert fact("ldh_of_upper_limit", observations=rows) == (0, 0.2)


def test_karnofsky() -> None:
    assert fact("karnofsky", observations=[said("karnofsky", value=80)]) == 80


# Organs


def test_brain_metastases() -> None:
    brain = {"day": "2025-06-20", "kind": "mr", "covers": ["brain"]}
    two = [lesion("B1", "brain"), lesion("B2", "brain")]
    assert fact("brain_lesion_count", lesions=two) == (2, None)
    assert fact("brain_lesion_count", lesions=two, studies=[brain]) == 2
    assert fact("brain_metastasis", lesions=two) == "yes"
    assert fact("brain_metastasis", studies=[brain]) == "no"
    assert fact("brain_metastasis", studies=[STAGED]) == "unknown"
    benign = [lesion("B1", "brain", judgements=[judged("radiologist", certainty="benign")])]
    assert fact("brain_metastasis", lesions=benign, studies=[brain]) == "no"


@pytest.mark.parametrize(
    ("organ", "answers"),
    [("liver", ("yes", "no", "yes")), ("lung", ("yes", "yes", "no")), ("brain", ("no", "yes", "yes"))],
)
def test_metastases_outside_an_organ(organ: str, answers: tuple[str, ...]) -> None:
    names = ("extracranial_metastasis", "extrahepatic_metastasis", "extrapulmonary_metastasis")
    closed = {"lesions": [lesion("L1", organ)], "studies": [STAGED]}
    assert tuple(fact(name, **closed) for name in names) == answers
    open_ = tuple(fact(name, lesions=closed["lesions"]) for name in names)
    assert open_ == tuple("yes" if answer == "yes" else "unknown" for answer in answers)


@pytest.mark.parametrize(
    ("judgement", "answer"),
    [
        (judged("surgeon", r0_expected="yes"), "yes"),
        (judged("surgeon", treatable_by="surgery"), "unknown"),  # R0 may be expected or not
        (judged("surgeon", treatable_by="surgery", r0_expected="no"), "no"),
        (judged("surgeon", treatable_by="none"), "no"),
        (judged("surgeon", treatable_by="ablation"), "unknown"),
        (judged("radiologist", r0_expected="yes"), "unknown"),  # not the one who operates
    ],
)
def test_resectability_of_lung_metastases(judgement: Row, answer: str) -> None:
    rows = [lesion("L1", "lung", judgements=[judgement])]
    assert fact("lung_resectable", lesions=rows, studies=[STAGED]) == answer
    assert fact("lung_resectable", lesions=rows) == ("no" if answer == "no" else "unknown")


def test_tumour_burden_of_the_liver() -> None:
    rows = [
        lesion(f"L{n}", measurements=[{"day": "2025-06-02", "longest_mm": size}])
        for n, size in enumerate((40, 12, 8))
    ]
    assert fact("liver_tumour_burden", lesions=rows, studies=[STAGED]) == 5  # 4 cm and 3 lesions
    assert fact("liver_tumour_burden", lesions=rows) == (5, None)


def test_the_margin_of_an_operation_that_was_not_done_is_open() -> None:
    assert fact("liver_margin", treatments=[operation(margin_mm=3)]) == (0, None)


# Drugs


def test_drugs_for_metastases_begin_after_the_first_of_them_was_found() -> None:
    found = {"lesions": [lesion(found="2025-01-01")]}
    adjuvant, later = course("2023-04-01", cycles=12), course("2025-02-01", end_day="2025-05-01", cycles=6)
    # 10 January 2023 to 1 February 2025: 753 days; to the decision: 896 days
    assert fact("diagnosis_to_therapy", treatments=[adjuvant, later], **found) == 753
    assert fact("diagnosis_to_therapy", treatments=[adjuvant], **found) == 896
    assert fact("since_drugs", treatments=[adjuvant, later], **found) == 143
    assert fact("since_drugs", treatments=[adjuvant], **found) == (0, None)
    assert fact("cycles_for_metastases", treatments=[adjuvant, later], **found) == 6
    assert fact("cycles_for_metastases", treatments=[adjuvant], **found) == (0, None)


def test_cycles_of_a_course_that_has_not_ended_are_open() -> None:
    rows = [course("2025-02-01", end_day="2025-05-01", cycles=6), course("2025-06-01", cycles=2)]
    assert fact("cycles_for_metastases", treatments=rows, lesions=[lesion(found="2025-01-01")]) == (6, None)
