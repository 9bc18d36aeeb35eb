"""Molecular results of the tumour: KRAS, NRAS, RAS, BRAF, microsatellites, HPV and TP53, in classes.

The last result counts. Names and words of results are spellings of knowledge (``value_sets/genes.yaml``,
``value_sets/gene_results.yaml``); any other word leaves every class possible.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.by_name import ByName
from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known
from paget.facts.parts import Flags
from paget.facts.rowwise import latest_rows
from paget.facts.value_sets import ValueSets
from paget.plans import Expr, col, lit, when
from paget.possible import Classes
from paget.record.as_of import as_of

MUTATED: Final = ("mutated", "wild type")
CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "kras": MUTATED,
    "nras": MUTATED,
    "ras": MUTATED,
    "braf": ("V600E", "other mutation", "wild type"),
    "msi": ("high", "stable"),
    "hpv": ("positive", "negative"),
    "tp53": ("disruptive", "nondisruptive", "wild type"),
}
"""The classes of each result."""

ALSO_SAY: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "braf": {"mutated": ("V600E", "other mutation"), "positive": ("V600E", "other mutation")},
    "tp53": {"mutated": ("disruptive", "nondisruptive")},
    "kras": {"positive": ("mutated",), "negative": ("wild type",)},
    "nras": {"positive": ("mutated",), "negative": ("wild type",)},
    "ras": {"positive": ("mutated",), "negative": ("wild type",)},
}
"""Words of results that say one of several classes, or a class by another name."""

MEANINGS: Final = {
    "kras": "KRAS of the tumour.",
    "nras": "NRAS of the tumour.",
    "ras": "KRAS and NRAS of the tumour together.",
    "braf": "BRAF of the tumour.",
    "msi": "Microsatellites of the tumour: instability high, or stable.",
    "hpv": "Human papillomavirus (or p16) in the tumour.",
    "tp53": "TP53 of the tumour: disruptive mutation, another, or none.",
}

FACTS = tuple(
    Fact(name, "class", MEANINGS[name], classes=classes, resolved_by="molecular pathology of the tumour")
    for name, classes in CLASSES.items()
)


NAMELESS: Final = "molecular_nameless"
"""In the place of a gene where a row has no name: it may be any of them."""


def results(sets: ValueSets) -> ByName:
    """By decision and gene which classes the last result leaves possible (``kras_0``, ``kras_1``, ...)."""
    what: Expr = when(col("name").is_null()).then(lit(NAMELESS)).otherwise(lit(None, "text"))
    for gene in CLASSES:
        what = when(col("name").is_in(sets.words["genes"][gene])).then(lit(gene)).otherwise(what)
    said: Expr = lit(None, "text")
    for thing, spellings in sets.words["gene_results"].items():
        said = when(col("text").is_in(spellings)).then(lit(thing)).otherwise(said)
    names = [name for gene in CLASSES for name in sets.words["genes"][gene]]
    rows = as_of("observations").filter(col("name").is_null() | col("name").is_in(names))
    rows = rows.with_columns(_what=what, _said=said)
    rows = latest_rows(rows, ["decision", "_what"], lit(True))
    places = [str(place) for place in range(max(map(len, CLASSES.values())))]
    rows = rows.with_columns(**{f"_{place}": _leaves(int(place)) for place in places})
    last = rows.group_by("decision", "_what").agg(
        any=col("_any").max(), **{place: col(f"_{place}").max() for place in places}
    )
    return ByName(last, "_what", (NAMELESS, *CLASSES), ("any", *places))


def _leaves(place: int) -> Expr:
    """1 where a result leaves the class at a place possible, else 0."""
    leaves: Expr = lit(0)
    for gene, classes in CLASSES.items():
        if place >= len(classes):
            continue
        says = {name: (name,) for name in classes} | ALSO_SAY.get(gene, {})
        others = [thing for thing, meant in says.items() if classes[place] not in meant]
        possible = when(col("_said").is_in(others)).then(lit(0)).otherwise(lit(1))
        leaves = when(col("_what") == gene).then(possible).otherwise(leaves)
    return leaves


def _formulas(known: Known) -> dict[str, FactColumn]:
    can = {gene: _possible(known, gene) for gene in CLASSES}
    both, own = can["ras"], _written(known, "ras")  # what is written of a gene is not asked of another
    for gene in ("kras", "nras"):  # a wild type RAS is a wild type of both
        can[gene][0] = can[gene][0] & (_written(known, gene) | both[0])
    can["ras"] = [
        np.where(own, both[0], can["kras"][0] | can["nras"][0]),
        np.where(own, both[1], can["kras"][1] & can["nras"][1]),
    ]
    return {
        gene: FactColumn(
            Classes(
                CLASSES[gene],
                np.asarray(
                    sum((flag * np.uint64(1 << place) for place, flag in enumerate(flags)), np.uint64(0)),
                    np.uint64,
                ),
            )
        )
        for gene, flags in can.items()
    }


def _written(known: Known, gene: str) -> Flags:
    """Where a row speaks, or may speak, of a gene."""
    parts = known.parts
    written = parts.told(f"{NAMELESS}_any")
    for place in range(len(CLASSES[gene])):
        written |= parts.flag(f"{gene}_{place}")
    return written


def _possible(known: Known, gene: str) -> list[Flags]:
    """Of each class whether it is still possible; all are where no result is certain."""
    parts = known.parts
    nothing = ~parts.flag(f"{gene}_any") | parts.told(f"{NAMELESS}_any")
    return [nothing | parts.flag(f"{gene}_{place}") for place in range(len(CLASSES[gene]))]


GROUP = Group(lambda sets: FACTS, lambda shared: (results(shared.sets),), _formulas)
