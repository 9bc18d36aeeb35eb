"""The knowledge in force: the shipped files with a hospital's overlays laid on them, under one hash."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from paget.documents import shown
from paget.errors import KnowledgeError, NotFound
from paget.knowledge.files import KnowledgeFile, hash_of, read, sha256_of, walk
from paget.knowledge.overlays import Change, lay

SHIPPED: Final = Path(__file__).parent / "shipped"


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """All knowledge files in force.

    Attributes:
        files: by path, in a fixed order.
        hash: one hash of the layered set; it stands on every page.
        overlays: what each overlay file does, in order of the folders.
    """

    files: Mapping[str, KnowledgeFile]
    hash: str
    overlays: tuple[Change, ...] = ()

    @classmethod
    def load(cls, overlays: Iterable[str | Path] = (), *, shipped: Path = SHIPPED) -> Knowledge:
        """Read the shipped files and lay the overlay folders on them, later ones last.

        The same folders are read once a process.

        Args:
            overlays: folders of a hospital's own files.
            shipped: the folder below them all.

        Raises:
            NotFound: an overlay folder does not exist.
            KnowledgeError: a file that cannot be read, or that shadows another.
        """
        return _load(tuple(Path(folder).resolve() for folder in overlays), shipped)

    def find(self, name: str) -> KnowledgeFile:
        """The file of that name ("fong_score") or path ("scores/fong_score.yaml").

        Raises:
            NotFound: there is none; the nearest names are given.
        """
        for file in self.files.values():
            if name in (file.name, file.path, file.path.removesuffix(".yaml")):
                return file
        names = [file.name for file in self.files.values()]
        near = difflib.get_close_matches(name, names, n=3) or [one for one in names if name in one][:3]
        raise NotFound(
            f"there is no knowledge file named {name!r}",
            mend=f"did you mean {' or '.join(near)}?" if near else "see `paget knowledge list`",
        )

    def of_kind(self, *kinds: str) -> Iterator[KnowledgeFile]:
        """The files of some kinds, in order of their paths."""
        return (file for file in self.files.values() if file.kind in kinds)

    def __iter__(self) -> Iterator[KnowledgeFile]:
        return iter(self.files.values())

    def __len__(self) -> int:
        return len(self.files)


@cache
def _load(overlays: tuple[Path, ...], shipped: Path) -> Knowledge:
    tables: dict[str, str] = {}
    files: dict[str, KnowledgeFile] = {}
    changes: list[Change] = []
    lay(files, _layer(shipped, "shipped", tables))  # the ground, not a change
    for number, folder in enumerate(overlays, start=1):
        name = shown(folder.name)
        if not folder.is_dir():
            raise NotFound(f"there is no overlay folder {name}", mend="name an existing folder")
        if folder.name in {other.name for other in overlays[: number - 1]}:
            name = f"{name}-{number}"
        changes += lay(files, _layer(folder, name, tables))
    ordered = dict(sorted(files.items()))
    hashes = {path: file.sha256 for path, file in ordered.items()} | tables
    return Knowledge(ordered, hash_of(hashes), tuple(changes))


def _layer(folder: Path, name: str, tables: dict[str, str]) -> list[KnowledgeFile]:
    """The YAML files of one folder; the hashes of its tables are noted under layer and path."""
    layer = []
    for path, location in walk(folder):
        if path.endswith(".csv"):
            tables[f"{name}/{path}"] = sha256_of(location.read_bytes())
        else:
            layer.append(read(location, path, name))
    if not layer and name != "shipped":
        raise KnowledgeError(
            "the overlay folder holds no knowledge file",
            where=name,
            mend="put YAML files into it, laid out as the shipped ones",
        )
    return layer
