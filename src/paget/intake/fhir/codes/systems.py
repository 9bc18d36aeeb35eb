"""Code systems: the addresses under which a terminology is known, each as one short name."""

from __future__ import annotations

from typing import Final

SNOMED: Final = "snomed"
LOINC: Final = "loinc"
ICD10: Final = "icd10"
ICDO: Final = "icdo"
PCS: Final = "icd10pcs"
RXNORM: Final = "rxnorm"
NCIT: Final = "ncit"
HGNC: Final = "hgnc"
AJCC: Final = "ajcc"
ABSENT: Final = "absent"

_ADDRESSES: Final[dict[str, str]] = {
    "http://snomed.info/sct": SNOMED,
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "http://loinc.org": LOINC,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "http://hl7.org/fhir/sid/icd-10-cm": ICD10,
    "http://hl7.org/fhir/sid/icd-10": ICD10,
    "http://hl7.org/fhir/sid/icd-10-gm": ICD10,
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": ICD10,
    "http://fhir.de/CodeSystem/dimdi/icd-10-gm": ICD10,
    "urn:oid:2.16.840.1.113883.6.90": ICD10,
    "urn:oid:2.16.840.1.113883.6.3": ICD10,
    "http://terminology.hl7.org/CodeSystem/icd-o-3": ICDO,
    "http://hl7.org/fhir/sid/icd-o-3": ICDO,
    "urn:oid:2.16.840.1.113883.6.43.1": ICDO,
    "http://www.cms.gov/Medicare/Coding/ICD10": PCS,
    "http://hl7.org/fhir/sid/icd-10-pcs": PCS,
    "urn:oid:2.16.840.1.113883.6.4": PCS,
    "http://www.nlm.nih.gov/research/umls/rxnorm": RXNORM,
    "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl": NCIT,
    "http://ncimeta.nci.nih.gov": NCIT,
    "http://www.genenames.org": HGNC,
    "http://www.genenames.org/geneId": HGNC,
    "http://cancerstaging.org": AJCC,
    "http://terminology.hl7.org/CodeSystem/data-absent-reason": ABSENT,
    "http://terminology.hl7.org/CodeSystem/v3-NullFlavor": ABSENT,
}


def system(address: str) -> str:
    """The short name of a code system, or "" for one that paget has no table of.

    >>> system("http://loinc.org"), system("http://snomed.info/sct/900000000000207008"), system("http://x.org")
    ('loinc', 'snomed', '')
    """
    known = _ADDRESSES.get(address)
    if known is not None:
        return known
    plain = address.split("|", 1)[0].rstrip("/")
    if plain.startswith("http://snomed.info/sct/"):
        return SNOMED
    return _ADDRESSES.get(plain, "")
