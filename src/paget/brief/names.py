"""Studies, markers and other measured values as clinicians write them."""

from __future__ import annotations

from typing import Any, Final

from paget.brief.words import capital, number, unit_words, visible

_KINDS: Final = {
    "ct": "CT",
    "mr": "MRI",
    "mri": "MRI",
    "pet-ct": "PET-CT",
    "pet-mr": "PET-MRI",
    "x-ray": "X-ray",
}

MARKERS: Final = {
    "cea": "CEA",
    "ca 19-9": "CA 19-9",
    "ca 125": "CA 125",
    "ca 15-3": "CA 15-3",
    "psa": "PSA",
    "afp": "AFP",
    "ldh": "LDH",
}
"""Measured values that are drawn as a series."""

MOLECULAR: Final = {
    "ras": "RAS",
    "kras": "KRAS",
    "nras": "NRAS",
    "braf": "BRAF",
    "mismatch repair": "mismatch repair",
    "mmr": "mismatch repair",
    "msi": "MSI",
    "her2": "HER2",
    "egfr": "EGFR",
    "alk": "ALK",
    "ros1": "ROS1",
    "pd-l1": "PD-L1",
    "er": "ER",
    "pr": "PR",
    "tp53": "TP53",
    "hpv": "HPV",
    "p16": "p16",
}
"""Molecular results that stand beside the histology."""

_NAMES: Final = {**MARKERS, **MOLECULAR, "ecog": "ECOG", "asa": "ASA", "karnofsky": "Karnofsky"}


def kind_words(kind: str | None) -> str:
    """A kind of study, or a method of measuring.

    >>> kind_words("mr"), kind_words("bone scan"), kind_words(None)
    ('MRI', 'Bone scan', '')
    """
    written = visible(kind or "", 30)
    return _KINDS.get(written.lower(), capital(written))


def observation_name(name: str | None) -> str:
    """The name of a measured value.

    >>> observation_name("cea"), observation_name("haemoglobin")
    ('CEA', 'haemoglobin')
    """
    return _NAMES.get((name or "").lower(), visible(name or "observation", 40))


def observation_words(row: Any) -> str:
    """A measured value in words: "2.9 ng/mL", "below 0.5 ng/mL", "G12D mutated"."""
    if row.text:
        return visible(row.text, 120)
    unit = unit_words(visible(row.unit or "", 20))
    if row.low is None and row.high is None:
        return "unknown"
    if row.low is not None and row.low == row.high:
        text = number(row.low)
    elif row.high is None:
        text = f"above {number(row.low)}"
    elif not row.low:
        text = f"below {number(row.high)}"
    else:
        text = f"{number(row.low)} to {number(row.high)}"
    return f"{text} {unit}".strip()
