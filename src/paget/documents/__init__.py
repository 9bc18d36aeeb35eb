"""Reading JSON and YAML strictly: what could be read in two ways is refused in one clear message.

Both readers refuse duplicate keys, numbers that are not finite, NUL characters, half surrogate pairs,
invalid UTF-8 and nesting deeper than 64; YAML aliases and tags as well. YAML is read as version 1.2,
core schema: ``yes``, ``no`` and ``on`` are texts, and a date is a text.
"""

from paget.documents.files import read_bytes, read_lines
from paget.documents.json_document import load_json
from paget.documents.refusals import BOM_NOTE, MAX_DEPTH, MAX_SIZE, MAX_YAML_SIZE, Refusals, shown
from paget.documents.yaml_document import Document, load_yaml

__all__ = [
    "BOM_NOTE",
    "MAX_DEPTH",
    "MAX_SIZE",
    "MAX_YAML_SIZE",
    "Document",
    "Refusals",
    "load_json",
    "load_yaml",
    "read_bytes",
    "read_lines",
    "shown",
]
