"""Molecular findings: a gene, and whether a variant of it was found."""

from __future__ import annotations

from paget.intake.fhir.chart import READ, Chart, Outcome, ignored, not_understood
from paget.intake.fhir.codes.genes import ABSENT, GENE_STUDIED, GERMLINE, HGNC, PRESENT, SOURCE
from paget.intake.fhir.elements import Json, child, children, codings, text
from paget.intake.fhir.references import Entry


def read_variant(entry: Entry, chart: Chart, day: str, known: str) -> Outcome:
    """Read a variant: an ``observations`` row, named by its gene, that says mutated or wild type.

    A variant of two genes is their fusion. A germline variant is said to be one.
    """
    resource = entry.resource
    genes, germline = _genes_and_source(resource)
    found = _found(resource)
    if not genes:
        return not_understood("a variant without a gene")
    if not found:
        return ignored("no value")
    said = {"present": "mutated", "absent": "wild type"}[found]
    if len(genes) > 1:
        said = {"present": "fusion found", "absent": "no fusion found"}[found]
    chart.add(
        "observations",
        entry,
        known=known,
        own_day=day,
        day=day,
        name="-".join(genes),
        text=f"{said} (germline)" if germline else said,
    )
    return READ


def _genes_and_source(resource: Json) -> tuple[list[str], bool]:
    genes: list[str] = []
    germline = False
    for component in children(resource, "component"):
        kinds = {one.code for one in codings(child(component, "code"))}
        value = child(component, "valueCodeableConcept")
        if GENE_STUDIED in kinds:
            for one in codings(value):
                genes.append(HGNC.get(one.code) or one.words.strip().casefold() or one.code.casefold())
                break
            else:
                if said := text(value, "text").strip():
                    genes.append(said.casefold())
        if SOURCE in kinds and any(one.code == GERMLINE for one in codings(value)):
            germline = True
    return list(dict.fromkeys(genes)), germline


def _found(resource: Json) -> str:
    concepts = [child(resource, "valueCodeableConcept"), *children(resource, "interpretation")]
    for concept in concepts:
        codes = {one.code for one in codings(concept)}
        if codes & PRESENT:
            return "present"
        if codes & ABSENT:
            return "absent"
    return ""
