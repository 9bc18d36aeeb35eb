"""An overlay that withdraws most findings: how the cost depends on what is asked.

The findings that stay are those of a first look at oligometastatic disease: intervals and their classes,
burden, state, colorectal M category, the clinical risk score and its workup.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

NAMES: Final = (
    "disease_free_interval_days",
    "diagnosis_to_metastasis_days",
    "timing",
    "interval_class",
    "lesion_count",
    "organ_count",
    "largest_lesion_mm",
    "total_volume_ml",
    "sum_of_cubes_cm3",
    "oligometastatic_state",
    "m_category",
    "fong_score",
    "workup_colorectal_liver",
)


def withdraw_the_others(folder: Path) -> int:
    """Write the overlay; how many findings are left: the names above and those that they read.

    Args:
        folder: of the overlay; made.
    """
    from paget.assessment import rules_of
    from paget.knowledge import Knowledge

    rules = rules_of(Knowledge.load())
    kept = {rule.file.name for rule in rules.needed(NAMES)}
    folder.mkdir(parents=True)
    for name in rules:
        file = rules[name].file
        if name not in kept:
            (folder / f"{name}.yaml").write_text(
                f"withdraws: {{path: {file.path}, sha256: {file.sha256}}}\n"
                "reason: not asked for in this measurement\nby: benchmark\ndate: 2026-01-01\n",
                encoding="utf-8",
            )
    return len(kept)
