"""Cases written for a test in a line or two, and the findings about them.

A written case is one whose every question is answered unless a test takes an answer away: the primary was
removed with a clear margin, the whole body was examined on the decision day, each metastasis was judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import paget
from paget.record.case import read_case
from paget.record.record import Record

ON = "2024-06-03"
"""The decision day of written cases, unless a test says another."""

PRIMARY_OF = {"colon": "adenocarcinoma", "kidney": "clear cell carcinoma", "soft tissue": "sarcoma"}

Json = dict[str, Any]


def metastasis(organ: str, mm: float | None, found: Any, *, treatable: str | None = "surgery") -> Json:
    """A lesion of an organ, proven, measured on the day it was found, and judged by a surgeon."""
    lesion: Json = {"relation": "distant", "organ": organ, "found_day": found}
    if mm is not None:
        lesion["measurements"] = [{"day": found, "longest_mm": mm}]
    lesion["judgements"] = [{"day": found, "role": "pathologist", "certainty": "proven"}]
    if treatable is not None:
        lesion["judgements"].append({"day": found, "role": "surgeon", "treatable_by": treatable})
    return lesion


def case(
    site: str,
    metastases: Iterable[Json] = (),
    *,
    diagnosed: Any = "2021-04-12",
    removed: Any = "2021-05-10",
    histology: str | None = None,
    nodes: int | None = 0,
    cea: Sequence[Any] = (),
    examined: Any = ON,
    **more: Any,
) -> Json:
    """A patient with one primary.

    Args:
        site: of the primary.
        metastases: of :func:`metastasis`.
        diagnosed: day of the diagnosis.
        removed: day of the operation that left none of the primary; None: there was none.
        histology: default: the usual one of the site.
        nodes: positive regional nodes.
        cea: day, value and optionally unit.
        examined: day of an examination of the whole body; None: there was none.
        more: columns of the patient, and of the primary's tables (``stagings``, ``statuses``).
    """
    tumour: Json = {
        "tumour_id": "primary",
        "site": site,
        "histology": histology or PRIMARY_OF.get(site, "carcinoma"),
        "diagnosed_day": diagnosed,
        "lesions": [{"lesion_id": f"L{n}", **lesion} for n, lesion in enumerate(metastases, 1)],
        "treatments": more.pop("treatments", []),
        "stagings": more.pop("stagings", []),
        "statuses": more.pop("statuses", []),
    }
    if nodes is not None:
        tumour["stagings"].append({"day": removed or diagnosed, "prefix": "p", "nodes_positive": nodes})
    if removed is not None:
        tumour["treatments"].append(
            {
                "treatment_id": "removal",
                "modality": "surgery",
                "intent": "curative",
                "definitive": "yes",
                "start_day": removed,
                "end_day": removed,
                "residual": "R0",
                "pathology_day": removed,
            }
        )
    written: Json = {"tumours": [tumour], "observations": [], "studies": []}
    if examined is not None:
        written["studies"].append({"day": examined, "kind": "pet-mr", "covers": ["whole body"]})
    if cea:
        day, value, *unit = cea
        written["observations"].append(
            {"day": day, "name": "cea", "value": value, "unit": unit[0] if unit else "ng/mL"}
        )
    return {"patient": {"patient_id": "P1", **more}, **written}


def findings_of(written: Mapping[Any, Mapping[str, Any]], on: Any = ON) -> dict[Any, dict[str, Json]]:
    """The findings about the one primary of each case, as ``paget assess --json`` prints them."""
    cases = []
    for number, each in enumerate(written.values()):
        patient = {**each["patient"], "patient_id": f"P{number:04}"}
        read, report = read_case({**each, "patient": patient}, source="test")
        assert report.rejected == []
        cases.append(read)
    found = paget.assess(Record.from_cases(cases), on, ranking=False)
    assert [one.patient for one in found] == [one.patient_id for one in cases]
    return {name: one.to_dict()["findings"] for name, one in zip(written, found, strict=True)}


def findings(written: Mapping[str, Any], on: Any = ON) -> dict[str, Json]:
    """The findings about the one primary of a case."""
    return findings_of({"": written}, on)[""]


def value(written: Mapping[str, Any], name: str, on: Any = ON) -> Any:
    """The value of one finding."""
    return findings(written, on)[name]["value"]


def point(found: Mapping[str, Json], asked: str) -> str:
    """Whether a point of the Fong score is given: yes, no or unknown."""
    (answer,) = [each["truth"] for each in found["fong_score"]["explanation"] if asked in each["asks"]]
    return str(answer)
