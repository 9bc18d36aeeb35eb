"""Files of FHIR: a document, NDJSON, either compressed, or a folder of them; opened within limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from paget.documents import Refusals, load_json, read_bytes, read_lines
from paget.errors import BadInput, NotFound, PagetError
from paget.intake.fhir.elements import Json, printable, profiles, text
from paget.intake.fhir.references import Entry, entry_of

_LINES: Final = (".ndjson", ".jsonl")
_DOCUMENTS: Final = (".json", *_LINES)
_BOM: Final = b"\xef\xbb\xbf"
_DEEPEST: Final = 8  # bundles within bundles


@dataclass(slots=True)
class Document:
    """What one file, or one line of NDJSON, holds.

    Attributes:
        file: the name that rows carry as their source.
        kind: "Bundle" or the type of the one resource.
        bundle_type: collection, searchset, transaction, ...
        entries: its resources.
        empty: entries of a bundle without a resource.
        size: bytes of JSON.
        bom: whether it began with a byte order mark.
    """

    file: str
    kind: str
    bundle_type: str
    entries: list[Entry]
    empty: int
    size: int
    bom: bool = False

    @property
    def mcode(self) -> bool:
        """Whether any of its resources claims a profile of mCODE."""
        return any(name.startswith("mcode-") for one in self.entries for name in profiles(one.resource))


@dataclass(slots=True)
class Skipped:
    """Files of a folder that were not read: how many of each kind."""

    by_kind: dict[str, int] = field(default_factory=dict)


def is_many(path: Path) -> bool:
    """Whether a path may hold many patients by its nature: a folder, or NDJSON."""
    return path.is_dir() or _plain_suffix(path) in _LINES


def _plain_suffix(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix


def documents(path: Path, max_size: int, skipped: Skipped) -> Iterator[Document]:
    """Every document of a file or folder, in the order of names and lines.

    Args:
        path: a file or folder.
        max_size: bytes that one JSON document may have.
        skipped: filled with the files of a folder that are not FHIR JSON.

    Raises:
        NotFound: there is nothing at that path.
        BadInput: a file is no FHIR JSON, is broken, too large, or grows without measure; of a folder or
            NDJSON all such files or lines are named.
    """
    broken = Refusals()
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_symlink() or not file.is_file():
                continue
            name = file.relative_to(path).as_posix()
            if _plain_suffix(file) not in _DOCUMENTS:
                kind = printable(_plain_suffix(file) or "without a suffix", 20)
                skipped.by_kind[kind] = skipped.by_kind.get(kind, 0) + 1
                continue
            try:
                yield from _file(file, name, max_size)
            except PagetError as error:
                broken.add(error)
                if broken.enough:
                    break
        broken.raise_if_any(printable(path.name, 120), "files")
    elif path.is_file():
        yield from _file(path, path.name, max_size)
    else:
        raise NotFound("no such file or folder", where=printable(str(path), 200))


def _file(path: Path, name: str, max_size: int) -> Iterator[Document]:
    where = printable(name, 120)
    if _plain_suffix(path) == ".xml":
        raise _xml(where)
    if _plain_suffix(path) in _LINES:
        broken = Refusals()
        for number, line in read_lines(path, where, max_size=max_size):
            try:
                document = _document(line, name, f"{where} line {number}", max_size)
            except PagetError as error:
                broken.add(error)
                if broken.enough:
                    break
            else:
                yield document
        broken.raise_if_any(where, "lines")
    else:
        yield _document(read_bytes(path, max_size=max_size), name, where, max_size)


def _document(data: bytes, name: str, where: str, max_size: int) -> Document:
    if data[:200].lstrip(_BOM + b" \t\r\n").startswith(b"<"):
        raise _xml(where)
    notes: list[str] = []
    tree = load_json(data, where, max_size=max_size, notes=notes)
    if not isinstance(tree, dict) or not isinstance(tree.get("resourceType"), str):
        raise BadInput(
            "not a FHIR resource",
            where=where,
            why="there is no resourceType",
            mend="give a Bundle, a resource, or NDJSON with one of these a line",
        )
    entries: list[Entry] = []
    empty = _unfold(tree, "", name, entries, 0)
    for position, entry in enumerate(entries, start=1):
        if not entry.id and not entry.url:
            entries[position - 1] = entry_of(entry.resource, f"entry-{position}", name)
    bundle = tree["resourceType"] == "Bundle"
    return Document(
        name,
        tree["resourceType"],
        text(tree, "type") if bundle else "",
        entries,
        empty,
        len(data),
        bool(notes),
    )


def _unfold(resource: Json, url: str, name: str, entries: list[Entry], depth: int) -> int:
    """Put a resource, or those of a bundle, into the list; the number of entries without a resource."""
    if resource.get("resourceType") != "Bundle" or depth > _DEEPEST:
        entries.append(entry_of(resource, url, name))
        return 0
    listed = resource.get("entry")
    empty = 0
    for entry in listed if isinstance(listed, list) else [listed] if isinstance(listed, dict) else []:
        inner = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(inner, dict):
            empty += 1
            continue
        inner_url = entry.get("fullUrl")
        if not isinstance(inner_url, str):
            inner_url = ""
        if inner.get("resourceType") == "Bundle":
            empty += _unfold(inner, inner_url, name, entries, depth + 1)
        else:
            entries.append(entry_of(inner, inner_url, name))
    return empty


def _xml(where: str) -> BadInput:
    return BadInput(
        "FHIR in XML is not read",
        where=where,
        why="paget reads FHIR as JSON",
        mend="export it as JSON (application/fhir+json)",
    )
