"""Overlays: a later folder adds a file, replaces a whole file, or withdraws one; nothing is ever merged.

A file that replaces another names the hash of what it replaces, so that it cannot silently outlive a
change of the original:

    replaces: {path: criteria/few_lesions.yaml, sha256: 3f0a...}
    reason: our board counts to three
    by: tumour board
    date: 2026-05-01
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from paget.errors import KnowledgeError
from paget.knowledge.difference import differences, in_words
from paget.knowledge.files import KnowledgeFile

MARKS: Final = ("replaces", "withdraws")
SIGNED: Final = ("reason", "by", "date")


@dataclass(frozen=True, slots=True)
class Change:
    """What one file of an overlay does: ``adds``, ``replaces`` or ``withdraws`` which file, and why.

    ``differs``: of a replacement each entry with its old and new value.
    """

    layer: str
    does: str
    path: str
    title: str
    reason: str = ""
    by: str = ""
    date: str = ""
    differs: tuple[Mapping[str, str | None], ...] = ()

    def __str__(self) -> str:
        return sentence(asdict(self))


def sentence(change: Mapping[str, Any]) -> str:
    """A change in words, from its fields: who does what to which file, old and new values, why, by whom.

    >>> sentence({"layer": "ours", "does": "adds", "path": "scores/our_score.yaml"})
    'ours adds scores/our_score.yaml'
    """
    text = " ".join(str(change[name]) for name in ("layer", "does", "path") if change.get(name))
    if differs := change.get("differs"):
        text += f" ({in_words(differs)})"
    if reason := change.get("reason"):
        text += f": {reason}"
    signed = ", ".join(str(change[name]) for name in ("by", "date") if change.get(name))
    return f"{text} ({signed})" if signed else text


def lay(files: dict[str, KnowledgeFile], overlay: list[KnowledgeFile]) -> list[Change]:
    """Lay one overlay folder over the files so far; ``files`` is changed in place.

    Args:
        files: the files of the earlier layers by path.
        overlay: the files of the later folder.

    Raises:
        KnowledgeError: a file replaces or withdraws one that is not there or has another hash, is not
            signed with reason, by and date, or would silently take the place of another.
    """
    changes = []
    taken: dict[str, KnowledgeFile] = {}
    for file in overlay:
        does, target = _mark(file)
        if does:
            old = _target(file, does, target, files)
            if old.path in taken:
                raise KnowledgeError(
                    f"{old.path} is replaced or withdrawn twice",
                    where=file.where(does),
                    why=f"{taken[old.path].path} does so too",
                )
            taken[old.path] = file
            differs = differences(old.data, file.data) if does == "replaces" else ()
            signed = _signature(file, does)
            changes.append(Change(file.layer, does, old.path, old.title, **signed, differs=differs))
    for path in taken:
        del files[path]
    for file in overlay:
        does, _ = _mark(file)
        if does != "withdraws":
            _refuse_shadow(file, files)
            files[file.path] = file
        if not does:
            changes.append(Change(file.layer, "adds", file.path, file.title))
    return sorted(changes, key=lambda change: change.path)


def _mark(file: KnowledgeFile) -> tuple[str, Any]:
    marks = [mark for mark in MARKS if mark in file.data]
    if len(marks) > 1:
        raise KnowledgeError("a file replaces or withdraws, not both", where=file.where("withdraws"))
    return (marks[0], file.data[marks[0]]) if marks else ("", None)


def _target(file: KnowledgeFile, does: str, target: Any, files: dict[str, KnowledgeFile]) -> KnowledgeFile:
    if not isinstance(target, dict) or set(target) != {"path", "sha256"}:
        raise KnowledgeError(
            f"{does} names a path and a sha256",
            where=file.where(does),
            mend=f"write {does}: {{path: criteria/few_lesions.yaml, sha256: ...}}; "
            "`paget knowledge show NAME` prints both",
        )
    path, sha256 = str(target["path"]), str(target["sha256"])
    if path not in files:
        near = difflib.get_close_matches(path, files, n=1)
        raise KnowledgeError(
            f"there is no file {path} to {does.removesuffix('s')}",
            where=file.where(does, "path"),
            mend=f"did you mean {near[0]}?" if near else "see `paget knowledge list`",
        )
    old = files[path]
    if does == "replaces" and old.name != file.name:
        raise KnowledgeError(
            f"a file that replaces {path} keeps its name",
            where=file.where(does, "path"),
            why="other files and pages refer to it by that name",
            mend=f"call it {old.name}.yaml, or withdraw the old file and add a new one",
        )
    if old.sha256 != sha256:
        raise KnowledgeError(
            f"{path} is not the file that this overlay was written for",
            where=file.where(does, "sha256"),
            why=f"its sha256 is {old.sha256}",
            mend="compare the two; when yours still holds, write that sha256",
        )
    return old


def _signature(file: KnowledgeFile, does: str) -> dict[str, str]:
    lacking = [key for key in SIGNED if not str(file.data.get(key) or "").strip()]
    if lacking:
        raise KnowledgeError(
            f"a file that {does} another says {' and '.join(lacking)}",
            where=file.where(does),
            mend="add reason (why), by (who decided) and date",
        )
    return {key: str(file.data[key]) for key in SIGNED}


def _refuse_shadow(file: KnowledgeFile, files: dict[str, KnowledgeFile]) -> None:
    for other in files.values():
        if other.path == file.path or (other.name == file.name and other is not file):
            raise KnowledgeError(
                f"there is already a file named {file.name}: {other.path} ({other.layer})",
                where=file.where(),
                why="a file must not silently take the place of another",
                mend=f"rename it, or write replaces: {{path: {other.path}, sha256: {other.sha256}}} "
                "with reason, by and date",
            )
