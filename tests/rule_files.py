"""Rules written in a test: knowledge made in memory or in a folder, without the shipped files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from paget.documents import load_yaml
from paget.facts.declaration import Fact
from paget.knowledge import Knowledge, KnowledgeFile
from paget.rules import RuleSet, compile_rules, finding, table_of

SOURCE = {"title": "a rule of this test", "source": {"authors": "nobody"}, "confirmed": False}


def knowledge_of(**files: str | Mapping[str, Any]) -> Knowledge:
    """Knowledge of files given by name, as YAML text or as data; title and source are added to data."""
    made = {}
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps({**SOURCE, **content})
        path = f"rules/{name}.yaml"
        made[path] = KnowledgeFile(path, "shipped", "0" * 64, Path(path), load_yaml(text, path))
    return Knowledge(made, "")


def rules_of(catalogue: Mapping[str, Fact], **files: str | Mapping[str, Any]) -> RuleSet:
    """The rules of files given by name."""
    return compile_rules(knowledge_of(**files), catalogue)


def find(ruleset: RuleSet, given: Mapping[str, Any], name: str = "rule") -> dict[str, Any]:
    """A finding of a case written by hand."""
    return finding(ruleset.evaluate(table_of([given], ruleset.catalogue)), name)
