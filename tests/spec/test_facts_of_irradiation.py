"""Whether drugs were given with earlier irradiation: by the record, and by whoever was asked."""

from __future__ import annotations

import pytest

from written_facts import Row, fact


def said(name: str, text: str) -> Row:
    return {"day": "2025-06-01", "name": name, "text": text}


def beams(modality: str | None) -> Row:
    return {"treatment_id": "R", "modality": modality, "start_day": "2024-03-01", "end_day": "2024-04-15"}


ALONE, TOGETHER = said("drugs with irradiation", "no"), said("drugs with irradiation", "yes")


@pytest.mark.parametrize(
    ("treatments", "observations", "answer"),
    [
        ([], [], "unknown"),
        ([beams("radiotherapy")], [], "unknown"),  # another course may be unwritten
        ([beams("radiotherapy")], [ALONE], "no"),
        ([beams("radiotherapy")], [TOGETHER], "yes"),
        ([beams("chemoradiotherapy")], [], "yes"),
        ([beams("chemoradiotherapy")], [ALONE], "yes"),  # what was done was done
        ([beams(None)], [ALONE], "unknown"),
        ([], [said("earlier irradiation", "no")], "no"),
        ([], [ALONE], "no"),
    ],
)
def test_drugs_with_irradiation(treatments: list[Row], observations: list[Row], answer: str) -> None:
    assert fact("irradiated_with_drugs", treatments=treatments, observations=observations) == answer
