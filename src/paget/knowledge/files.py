"""One knowledge file: what it holds, where each line of it stands, and the hash of its bytes."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from paget.documents import Document, load_yaml, shown
from paget.errors import KnowledgeError

SUFFIXES: Final = (".yaml", ".csv")
"""What belongs to knowledge: YAML files, and the curves and tables that lie beside them."""

LARGEST: Final = 4_000_000  # bytes; a knowledge file is read by people, so more is a mistake
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """A knowledge file of one layer.

    Attributes:
        path: folder and file name within its layer, ``scores/fong_score.yaml``.
        layer: ``shipped``, or the name of the overlay folder.
        sha256: hash of the file's bytes.
        location: where it lies on disk; tables are read from beside it.
        document: its content with line numbers.
    """

    path: str
    layer: str
    sha256: str
    location: Path
    document: Document

    @property
    def name(self) -> str:
        """The file's name without folder and suffix; a finding is called by it."""
        return self.path.rpartition("/")[2].rpartition(".")[0]

    @property
    def data(self) -> dict[str, Any]:
        """The content: a mapping."""
        return cast("dict[str, Any]", self.document.value)  # read() refuses anything else

    @property
    def kind(self) -> str:
        """What kind of knowledge it is: score, criteria, value_set ..."""
        return str(self.data.get("kind", ""))

    @property
    def title(self) -> str:
        """Its title, in the words of the field."""
        return str(self.data.get("title", self.name))

    @property
    def source(self) -> list[dict[str, Any]]:
        """Where its numbers come from, one mapping a source."""
        source = self.data.get("source", [])
        return [source] if isinstance(source, dict) else list(source)

    @property
    def confirmed(self) -> bool:
        """Whether every number in it was read in its source."""
        return self.data.get("confirmed") is True

    def line(self, *path: str | int) -> int:
        """The line of a key or item, or of the nearest thing around it; lines count from 1."""
        return self.document.line(path)

    def where(self, *path: str | int) -> str:
        """Where a reader finds it: ``scores/fong_score.yaml:12``, with the layer when it is not shipped."""
        layer = "" if self.layer == "shipped" else f"{self.layer}/"
        return f"{layer}{self.path}:{self.line(*path)}"


def sha256_of(content: bytes) -> str:
    """Hash of a file's bytes, as hexadecimal digits.

    >>> sha256_of(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(content).hexdigest()


def read(location: Path, path: str, layer: str) -> KnowledgeFile:
    """Read one YAML file of a layer.

    Raises:
        KnowledgeError: the name is unfit, or the file is no mapping or no YAML that paget reads.
    """
    where = path if layer == "shipped" else f"{layer}/{path}"
    if not _NAME.fullmatch(location.stem):
        raise KnowledgeError(
            "a knowledge file is named in small letters, digits and underscores",
            where=where,
            why="findings are called by the file's name",
            mend="rename it, for example fong_score.yaml",
        )
    content = location.read_bytes()
    if len(content) > LARGEST:
        raise KnowledgeError("the file is too large", where=where, mend="keep long tables in a CSV beside it")
    document = load_yaml(content, where)
    if not isinstance(document.value, dict):
        raise KnowledgeError("a knowledge file is a mapping of keys to values", where=where)
    return KnowledgeFile(path, layer, sha256_of(content), location, document)


def walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """The knowledge files below a folder, by their path within it, in a fixed order.

    Raises:
        KnowledgeError: a file ends in .yml, and would be passed over.
        OSError: a folder in it cannot be opened.
    """
    found = []
    for place, _, names in os.walk(folder, onerror=_raise):
        found += [Path(place, name) for name in names if name.endswith((*SUFFIXES, ".yml"))]
    for entry in sorted(found, key=lambda entry: entry.relative_to(folder).as_posix()):
        path = entry.relative_to(folder).as_posix()
        if entry.suffix == ".yml":
            raise KnowledgeError(
                "a knowledge file ends in .yaml",
                where=f"{shown(folder.name)}/{shown(path)}",
                mend="rename it",
            )
        if entry.is_file():
            yield path, entry


def _raise(error: OSError) -> None:
    raise error


def hash_of(hashes: Mapping[str, str]) -> str:
    """One hash of a set of files, from each file's path and hash; the order does not matter.

    >>> hash_of({"a.yaml": "1", "b.yaml": "2"}) == hash_of({"b.yaml": "2", "a.yaml": "1"})
    True
    """
    return sha256_of("".join(f"{path}\0{hashes[path]}\n" for path in sorted(hashes)).encode())
