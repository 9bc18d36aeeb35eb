"""Genes: HGNC numbers and symbols of those that a board asks for, and what a test found."""

from __future__ import annotations

from typing import Final

HGNC: Final[dict[str, str]] = {
    "HGNC:6407": "kras", "HGNC:7989": "nras", "HGNC:5173": "hras", "HGNC:1097": "braf", "HGNC:11998": "tp53",
    "HGNC:3236": "egfr", "HGNC:3430": "erbb2", "HGNC:427": "alk", "HGNC:10261": "ros1", "HGNC:7029": "met",
    "HGNC:9967": "ret", "HGNC:8975": "pik3ca", "HGNC:11389": "stk11", "HGNC:1100": "brca1",
    "HGNC:1101": "brca2",
    "HGNC:7127": "mlh1", "HGNC:7325": "msh2", "HGNC:7329": "msh6", "HGNC:9122": "pms2", "HGNC:6342": "kit",
    "HGNC:583": "apc", "HGNC:5382": "idh1", "HGNC:1014": "bcr", "HGNC:76": "abl1",
}  # fmt: skip

GENE_STUDIED: Final = "48018-6"
CHANGE_OF_DNA: Final = "48004-6"
CHANGE_OF_PROTEIN: Final = "48005-3"
HGVS: Final = "81290-9"
SOURCE: Final = "48002-0"
GERMLINE: Final = "LA6683-2"
VARIANT: Final = "69548-6"
REGIONS_STUDIED: Final = "53041-0"

PRESENT: Final = frozenset({"LA9633-4", "10828004", "52101004", "LA6576-8"})
ABSENT: Final = frozenset({"LA9634-2", "260385009", "2667000", "LA6577-6"})
