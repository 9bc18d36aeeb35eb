"""In which part of the page a finding stands, where its kind does not say it."""

from __future__ import annotations

from typing import Final

GOAL: Final = (
    "curative_goal_lost", "palliation_biliary", "palliation_gastric_outlet", "palliation_oesophageal",
    "palliation_bowel", "palliation_drainage", "functional_debulking", "weight_loss_revision",
    "revision_prepared", "revision_for_regain", "revision_for_poor_loss", "revision_for_reflux",
    "revision_for_internal_hernia", "revision_for_malnutrition",
)  # fmt: skip
REMOVAL: Final = (
    "resectable_r0", "all_treatable", "en_bloc_plan", "margin_needed", "carotid_encased",
    "prevertebral_invasion_suspected", "peritoneal_index", "peritoneal_index_limited", "bilobar_liver",
    "remnant_sufficient", "remnant_share", "remnant_to_weight", "standard_liver_volume", "remnant_growth",
    "remnant_grew_fast_enough", "liver_reserve_series",
    "lung_resection_extent", "lung_reserve_wedge", "lung_reserve_segment", "lung_reserve_lobe",
    "ablatable_lesions", "stereotactic_lesions", "hostile_field", "irradiation_overlaps",
    "irradiation_eqd2_late", "irradiation_eqd2_tumour", "time_since_irradiation", "hostile_field_raises",
    "vascularised_tissue_advised", "recipient_vessels_outside_the_field", "fistula_after_laryngectomy",
    "unusual_nodes_to_be_looked_at", "operation_name", "operation_aim", "operation_target",
    "operation_occasion", "operation_extent", "operation_step", "plan_step_count", "plan_progress",
    "plan_steps_begun", "plan_steps_ahead",
)  # fmt: skip
FITNESS: Final = (
    "ecog", "karnofsky", "asa", "g8", "g8_impaired", "haemoglobin", "albumin", "lung_risk_class",
    "lung_risk_class_european", "ppo_fev1_by_segments", "ppo_dlco_by_segments", "ppo_fev1_by_perfusion",
    "ppo_dlco_by_perfusion", "albi_grade", "child_pugh", "meld", "liver_failure_factors",
    "cardiac_risk_index", "modified_frailty_index", "charlson", "charlson_without_metastatic_points",
    "weight_loss", "body_mass_index", "smoking", "alcohol", "optimisation",
)  # fmt: skip
PROGNOSTIC: Final = frozenset({"score", "model", "factors"})
"""Kinds of findings that speak of the prognosis, unless a part names them."""

ORDER: Final = {name: at for at, name in enumerate((*GOAL, *REMOVAL, *FITNESS))}
_PLACES: Final = {
    name: key for key, names in (("goal", GOAL), ("removal", REMOVAL), ("fitness", FITNESS)) for name in names
}


def place(name: str, kind: str = "") -> str:
    """In which part a finding stands; one that no part names stands with its kind.

    >>> place("fong_score", "score"), place("cardiac_risk_index", "score"), place("timing", "classes")
    ('prognosis', 'fitness', 'disease')
    """
    return _PLACES.get(name) or ("prognosis" if kind in PROGNOSTIC else "disease")
