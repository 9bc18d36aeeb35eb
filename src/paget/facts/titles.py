"""What each fact is called where it stands alone, on a worksheet or in a list.

The meaning of a fact says what it is and may be long, or speak of "it"; its title is a few words. A fact
without one here is called by its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from paget.facts.declaration import Fact

TITLES: Final = {
    "metastasis_stands": "Metastasis standing",
    "staging_complete": "Staging complete",
    "dissemination": "Effusion, meningeal or peritoneal disease",
    "dissemination_ever": "Effusion, meningeal or peritoneal disease ever",
    "lesion_count": "Metastases standing",
    "organ_count": "Organs with metastases",
    "untreatable_lesion_count": "Metastases beyond local treatment",
    "total_volume": "Volume of all metastases, as spheres",
    "measured_volume": "Volume of all metastases, measured",
    "diagnosis_to_metastasis": "Diagnosis to metastasis",
    "disease_free_interval": "Disease-free interval",
    "local_failure": "Local or regional failure",
    "treatment_to_failure": "First definitive treatment to local failure",
    "primary_control": "Control of the primary",
    "failure_detected": "Disease after definitive treatment",
    "failure_place": "Place of the new disease",
    "last_treatment_to_failure": "Last definitive treatment to new disease",
    "definitive_means": "Means of the last definitive treatment",
    "definitive_residual": "Residual tumour of the last definitive operation",
    "freedom_documented": "Freedom from disease documented in between",
    "remnant_documented": "Incomplete response documented",
    "failure_proven": "New disease proven by tissue",
    "other_origin_documented": "Sign of another origin",
    "operation_ahead": "Operation on the day or planned",
    "operation_aim": "Aim of the operation",
    "operation_target": "Target of the operation",
    "operation_on_metastases": "Operation on metastases",
    "operation_on_failure": "Operation on disease after definitive treatment",
    "operation_covers_all": "Operation on all known disease",
    "plan_covers_all": "Plan for all known disease",
    "operation_in_plan": "Operation is a step of a plan",
    "definitive_in_plan": "Plan with a definitive treatment begun",
    "operation_step": "Step of the plan",
    "plan_step_count": "Steps of the plan",
    "operation_at_positive_margin": "Operation where a margin was positive",
    "positive_margin_to_operation": "Last operation to this one",
    "most_lesions_at_once": "Most metastases at one time",
    "organs_ever": "Organs that ever held a metastasis",
    "polymetastatic_stated": "Stated: was polymetastatic",
    "never_polymetastatic_stated": "Stated: was never polymetastatic",
    "earlier_metastases_treated": "Earlier metastases were treated",
    "drugs_at_detection": "Drugs when the newest metastasis was found",
    "vanished_lesion_count": "Metastases out of sight",
    "visible_lesion_count": "Metastases in sight",
    "local_treatment_begun": "Local treatment on record",
    "last_local_means": "Means of the last local treatment",
    "last_local_residual": "Residual tumour of the last local treatment",
    "disease_left": "Disease left by the last local treatment",
    "cleared_without_operation": "Metastasis cleared without an operation",
    "weight_regain": "Lost weight that came back",
    "removable_share": "Share of the tumour that can be removed",
    "fev1": "FEV1",
    "fev1_percent": "FEV1, of the value predicted",
    "dlco_percent": "Diffusing capacity, of the value predicted",
    "vo2max_percent": "Peak oxygen uptake, of the value predicted",
    "shuttle_walk": "Shuttle walk",
    "stair_climb": "Stair climb",
    "segments_obstructed": "Segments that do not function",
    "remnant_volume_before": "Future liver remnant before embolisation",
    "remnant_volume": "Future liver remnant, volume",
    "remnant_share": "Future liver remnant, of the standardised volume",
    "remnant_to_weight": "Future liver remnant, of the body weight",
    "comorbidity_unresolved": "Comorbidity not resolved",
    "severe_malnutrition": "Severe malnutrition",
    "high_risk_operation": "Operation of high cardiac risk",
    "dependent": "Dependent in daily life",
    "central_lung_lesion": "Lung lesion too deep for a wedge",
    "earlier_irradiation": "Earlier irradiation, as asked",
    "drugs_with_irradiation": "Drugs with earlier irradiation, as asked",
    "earlier_operation": "Earlier operation of the field, as asked",
    "fields_overlap": "Overlap of the fields, as asked",
    "prevertebral_invasion": "Prevertebral invasion suspected",
    "liver_quality": "Quality of the liver",
    "hormone_excess": "Hormone excess",
    "gastric_outlet_obstruction": "Gastric outlet blocked by tumour",
    "fluid_collection": "Effusion, ascites or abscess that troubles",
    "spread_found_at_operation": "Unexpected spread found during an operation",
    "weight_loss_revision_recorded": "Word on an operation for weight loss",
    "palliative_problem_recorded": "Word on a problem that palliation treats",
    "primary_t": "T category of the primary",
    "grade": "Grade of the primary",
    "recurrent_stage": "Stage of the recurrence",
    "msi": "Microsatellites",
    "tp53": "TP53",
    "haemoglobin_of_lower_limit": "Haemoglobin over the lower limit",
    "calcium_of_upper_limit": "Corrected calcium over the upper limit",
    "neutrophils_of_upper_limit": "Neutrophils over the upper limit",
    "platelets_of_upper_limit": "Platelets over the upper limit",
    "ldh_of_upper_limit": "Lactate dehydrogenase over the upper limit",
    "lung_resectable": "Every lung metastasis resectable",
    "liver_margin": "Margin of the liver resection to come",
    "liver_tumour_burden": "Tumour burden score of the liver",
    "diagnosis_to_therapy": "Diagnosis to first drugs for metastases",
    "since_drugs": "First drugs for metastases to the decision",
    "cycles_for_metastases": "Cycles of drugs for metastases",
    "lobectomy_segments": "Segments that lobectomy would remove",
    "remnant_growth": "Growth of the remnant, percent a week",
    "lesions_to_clear": "Lesions to clear",
    "lesions_not_resectable": "Lesions not resectable with a clear margin",
    "stereotactic_lesions": "Lesions judged for stereotactic radiotherapy",
    "carotid_contact": "Contact with a carotid artery",
    "stereotactic_before": "Earlier stereotactic irradiation",
    "irradiation_overlaps": "Lesion in an irradiated region",
    "irradiation_eqd2_late": "Earlier dose, EQD2 with alpha/beta 3",
    "irradiation_eqd2_tumour": "Earlier dose, EQD2 with alpha/beta 10",
    "growth_rate": "Growth of the metastases, percent a day",
    "doubling_time": "Doubling time of the metastases",
    "drugs_between_sizes": "Drugs between the last two sizes",
    "drugs_begun": "Drugs on record",
    "lesions_grown_under_drugs": "Metastases grown under drugs",
    "lesions_shrunk_under_drugs": "Metastases shrunk under drugs",
    "measurable_disease": "Measurable disease",
    "plan_under_way": "Plan under way",
    "plan_steps_begun": "Steps of the plan under way that have begun",
    "plan_steps_ahead": "Steps of the plan under way that are ahead",
    "liver_resected": "Liver metastases resected",
    "resected_liver_margin": "Margin of the last liver resection",
    "resected_liver_lesions": "Liver metastases of the last resection",
    "largest_resected_liver_lesion": "Largest liver metastasis of the last resection",
    "age_at_liver_resection": "Age at the last liver resection",
}

_SERIES: Final = ("this operation", "a second", "a third")
_KINDS: Final = {"wedge": "wedge resections", "segment": "segmentectomies", "lobe": "lobectomies"}
_TESTS: Final = {"fev1": "FEV1", "dlco": "diffusing capacity"}


def titled(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The facts, each with its title."""
    every = {fact.name: fact for fact in facts}
    for name, fact in every.items():
        yield fact if fact.title else replace(fact, title=_title(name, every))


def _title(name: str, facts: dict[str, Fact]) -> str:
    if name in TITLES:
        return TITLES[name]
    meaning = facts[name].meaning.removesuffix(".")
    if name.endswith("_not_done"):
        age = facts.get(name.removesuffix("_not_done") + "_age")
        return (
            f"Said not to be done: {age.meaning.removesuffix('.').removeprefix('Age of the last ')}"
            if age
            else meaning
        )
    base = name.removesuffix("_age")
    if base != name and base in facts:
        return f"Age: {_title(base, facts)}"
    if name.startswith("involved_"):
        return f"Involved: {name.removeprefix('involved_').replace('_', ' ')}"
    parts = name.split("_")
    if parts[:2] == ["lung", "reserve"] and len(parts) == 4:
        return f"Lung reserve, {_KINDS[parts[2]]}, {_SERIES[int(parts[3]) - 1]}"
    if parts[0] == "ppo":
        return f"Predicted {_TESTS[parts[1]]}, {' '.join(parts[2:]) or 'by the best method'}"
    return meaning
