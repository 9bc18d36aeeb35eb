"""What the page leaves to a hospital is one or two files: a peritoneal index limit, the origin of timing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import paget
from paget.knowledge import Knowledge
from paget.record import Record
from paget.record.case import read_case
from written_cases import ON, case, metastasis

SHIPPED = Knowledge.load()
SIGNED = "reason: our board\nby: tumour board\ndate: 2024-01-15\n"


def replaced(folder: Path, path: str, *changes: tuple[str, str]) -> None:
    """A file of a hospital in place of a shipped one, with other words here and there."""
    file = SHIPPED.files[path]
    text = file.location.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    head = f"replaces: {{path: {path}, sha256: {file.sha256}}}\n{SIGNED}"
    place.write_text(head + text.partition("examples:")[0], encoding="utf-8")


def found(written: Any, *overlays: Path) -> dict[str, Any]:
    read, report = read_case(written, source="test")
    assert report.rejected == []
    (one,) = paget.assess(Record.from_cases([read]), ON, overlays=overlays, ranking=False)
    return one.findings


def test_a_hospital_sets_an_index_limit_for_peritoneal_disease(tmp_path: Path) -> None:
    """Index 6 with one peritoneal deposit: dissemination as shipped, none where up to 10 is taken on."""
    replaced(tmp_path, "value_sets/spread.yaml", ("dissemination: [peritoneum, ", "dissemination: ["))
    replaced(
        tmp_path,
        "criteria/no_dissemination.yaml",
        (
            "- {peritoneal_metastasis: yes}",
            "- {all: [{peritoneal_metastasis: yes}, {not: {peritoneal_index: {at_most: 10}}}]}",
        ),
    )

    def limited(index: int | None) -> dict[str, Any]:
        written = case("colon", [metastasis("peritoneum", None, "2024-05-20")])
        if index is not None:
            written["observations"].append(
                {"day": "2024-05-28", "name": "peritoneal cancer index", "value": index}
            )
        return found(written, tmp_path)

    assert (
        found(case("colon", [metastasis("peritoneum", None, "2024-05-20")]))["no_dissemination"]["value"]
        == "no"
    )
    assert [limited(index)["no_dissemination"]["value"] for index in (6, 10, 11, None)] == [
        "yes",
        "yes",
        "no",
        "unknown",
    ]
    assert limited(11)["oligometastatic_state"]["value"] == "polymetastatic"
    assert limited(6)["oligometastatic_state"]["value"] == "oligometastatic"


def test_a_hospital_counts_timing_from_the_end_of_treatment(tmp_path: Path) -> None:
    """Diagnosed in January, operated on in May, a metastasis in September: eight months, or four."""
    written = case(
        "colon", [metastasis("liver", 20.0, "2023-09-12")], diagnosed="2023-01-10", removed="2023-05-10"
    )
    replaced(tmp_path, "classes/timing.yaml", ("{diagnosis_to_metastasis:", "{disease_free_interval:"))
    assert found(written)["timing"]["value"] == "metachronous"
    assert found(written, tmp_path)["timing"]["value"] == "synchronous"
    before = case(
        "colon", [metastasis("liver", 20.0, "2023-04-12")], diagnosed="2023-01-10", removed="2023-05-10"
    )
    assert found(before, tmp_path)["timing"]["value"] == "synchronous"
