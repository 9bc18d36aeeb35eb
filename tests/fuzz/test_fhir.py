"""Whatever is done to a FHIR bundle, it is read, or refused with one clear error; resources count once."""

from __future__ import annotations

import contextlib
import copy
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from paget.errors import PagetError
from paget.intake.fhir import read_fhir
from paget.record.case import Case

BUNDLES = Path(__file__).parents[1] / "spec" / "fhir"
TREES = [json.loads(path.read_text()) for path in sorted(BUNDLES.glob("*.json"))]

texts = st.text(max_size=12) | st.sampled_from(
    [
        "2020-02-30",
        "2020",
        "final",
        "Patient/p1",
        "#x",
        "http://snomed.info/sct",
        "Condition",
        "urn:uuid:x",
        "R0",
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def places(tree: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The path of every part of a document."""
    found = [path] if path else []
    if isinstance(tree, dict):
        for key, value in tree.items():
            found += places(value, (*path, key))
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            found += places(value, (*path, number))
    return found


PLACES = [places(tree) for tree in TREES]


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """One of our bundles with some of its parts replaced, taken away, doubled or renamed."""
    number = draw(st.integers(0, len(TREES) - 1))
    tree = copy.deepcopy(TREES[number])
    for _ in range(draw(st.integers(1, 5))):
        path = draw(st.sampled_from(PLACES[number]))
        parent: Any = tree
        try:
            for step in path[:-1]:
                parent = parent[step]
            match draw(st.sampled_from(("replace", "remove", "double", "rename"))):
                case "replace":
                    parent[path[-1]] = draw(values)
                case "remove":
                    del parent[path[-1]]
                case "double" if isinstance(parent, list):
                    parent.append(copy.deepcopy(parent[path[-1]]))
                case "rename" if isinstance(parent, dict):
                    parent[draw(texts)] = parent.pop(path[-1])
                case _:
                    pass
        except (KeyError, IndexError, TypeError):
            continue
    return tree


@settings(max_examples=300)
@given(mutated())
def test_a_mutated_bundle_is_read_or_refused(tree: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.json"
        path.write_text(json.dumps(tree))
        try:
            cases, report = read_fhir(path)
            found = list(cases)
        except PagetError:
            return
    assert all(isinstance(case, Case) for case in found)
    entries = tree.get("entry", [])
    held = entries if isinstance(entries, list) else [entries] if isinstance(entries, dict) else []
    inside = [entry["resource"] for entry in held if isinstance(entry, dict) and "resource" in entry]
    nested = any(isinstance(one, dict) and one.get("resourceType") == "Bundle" for one in inside)
    read = sum(many for name, many in report.read.items() if not name[:1].islower())
    if not nested and tree["resourceType"] == "Bundle":
        assert read + report.ignored.total() + report.not_understood.total() == len(held)


@settings(max_examples=200)
@given(st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("any.json", "any.ndjson", "any.json.gz"):
            path = Path(folder) / name
            path.write_bytes(data)
            with contextlib.suppress(PagetError):
                list(read_fhir(path)[0])
