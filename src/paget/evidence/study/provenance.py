"""What a report was made of and by: hashes of its inputs, and versions of the software."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from paget.knowledge.files import hash_of, sha256_of

SOFTWARE: Final = ("paget", "numpy", "scipy", "polars", "narwhals", "formulaic", "numba", "pyarrow", "duckdb")


def versions() -> dict[str, str]:
    """Of paget, Python and what computes."""
    found = {"python": platform.python_version()}
    for name in SOFTWARE:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def hashes(study: bytes, paths: Iterable[tuple[str, Path]]) -> dict[str, str]:
    """SHA-256 of the study file and of every file that it names; of a folder of each file in it.

    Args:
        study: bytes of the study file.
        paths: name and place of what it names.
    """
    found = {"study": sha256_of(study)}
    for name, path in paths:
        files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        for file in files:
            inner = file.relative_to(path).as_posix() if path.is_dir() else ""
            found[f"{name}/{inner}" if inner else name] = sha256_of(file.read_bytes())
    return found


def one_hash(inputs: dict[str, str]) -> str:
    """One hash of all inputs."""
    return hash_of(inputs)
