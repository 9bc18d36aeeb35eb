"""Disease status: how the disease stood on a day; what the record has no class for is kept in words."""

from __future__ import annotations

from typing import Final

from paget.intake.fhir.chart import READ, Chart, Outcome, ignored
from paget.intake.fhir.elements import child, children, codings, extensions, spoken
from paget.intake.fhir.quantities import answer
from paget.intake.fhir.references import Entry

CODES: Final = frozenset({"97509-4", "88040-1"})

_STATUSES: Final[dict[str, tuple[str, str]]] = {
    # Code -> the record's class ("" where no class says just that), and our words.
    "268910001": ("", "improved"),
    "359746009": ("stable", "stable"),
    "271299001": ("progression", "worsened"),
    "709137006": ("", "undetermined"),
    "550991000124107": ("complete", "full remission"),
    "103338009": ("complete", "full remission"),
    "551001000124108": ("partial response", "partial remission"),
    "103337004": ("partial response", "partial remission"),
    "399409002": ("", "distant metastasis"),
}
_WORDS: Final = (
    ("complete response", "complete"), ("complete remission", "complete"), ("full remission", "complete"),
    ("partial response", "partial response"), ("partial remission", "partial response"),
    ("stable disease", "stable"),
    ("progressive disease", "progression"), ("disease progression", "progression"),
    ("no evidence of disease", "no evidence"),
)  # fmt: skip
_DISTANT: Final = "399409002"

_PATHOLOGICAL: Final = frozenset({"108257001", "252416005", "714797009", "116147009"})
_CLINICAL: Final = frozenset({"363679005", "5880005", "386344002", "250724005"})


def read_disease_status(entry: Entry, chart: Chart, day: str, known: str) -> Outcome:
    """Read a disease status: a ``statuses`` row, and its words as an observation where no class says it.

    "Improved" is no response by any definition: the row is there, its class is unknown. Distant
    metastasis present is an involved site whose organ is unknown.
    """
    concept = child(entry.resource, "valueCodeableConcept")
    status, said = "", answer(concept)
    code = next((one.code for one in codings(concept) if one.code in _STATUSES), "")
    if code:
        status, said = _STATUSES[code]
    else:
        lower = " ".join(spoken(concept)).casefold()
        status = next((found for words, found in _WORDS if words in lower), "")
    if not said:
        return ignored("no value")
    primary = next(
        (one for ref in children(entry.resource, "focus") if (one := chart.primary(ref, entry, "focus"))),
        None,
    )
    tumour_id = primary.tumour_id if primary is not None else ""
    if code == _DISTANT:
        chart.add("sites", entry, known=known, own_day=day, site_id=entry.key, tumour_id=tumour_id, day=day)
        chart.say(
            "note",
            "distant metastasis without an organ: an involved site, organ unknown",
            entry,
            table="sites",
            column="organ",
        )
        return READ
    chart.add(
        "statuses",
        entry,
        known=known,
        own_day=day,
        tumour_id=tumour_id,
        day=day,
        status=status,
        basis=_basis(entry),
    )
    if not status:
        chart.add("observations", entry, known=known, own_day=day, day=day, name="disease status", text=said)
        chart.say(
            "note",
            "a disease status that no class of the record says: its class is unknown, its words are kept",
            entry,
            table="statuses",
            column="status",
        )
    return READ


def _basis(entry: Entry) -> str:
    found: set[str] = set()
    for extension in extensions(
        entry.resource, "mcode-cancer-disease-status-evidence-type", "mcode-evidence-type"
    ):
        for one in codings(child(extension, "valueCodeableConcept")):
            if one.code in _PATHOLOGICAL:
                found.add("pathological")
            elif one.code in _CLINICAL:
                found.add("clinical")
    return "pathological" if "pathological" in found else "clinical" if found else ""
