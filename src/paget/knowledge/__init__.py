"""Knowledge: finds, overlays and hashes the YAML files in which thresholds, rules and figures live."""

from paget.knowledge.checks import Checker, Kind, KnowledgeProblem, check
from paget.knowledge.files import KnowledgeFile
from paget.knowledge.library import Knowledge
from paget.knowledge.overlays import Change
from paget.knowledge.schema import Key, json_schema

__all__ = [
    "Change",
    "Checker",
    "Key",
    "Kind",
    "Knowledge",
    "KnowledgeFile",
    "KnowledgeProblem",
    "check",
    "json_schema",
]
