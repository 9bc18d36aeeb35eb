"""Writing a result: whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from paget.cli.printing import printable
from paget.errors import BadInput


def write_whole(path: Path, text: str) -> None:
    """Write a file by way of a temporary one beside it, so that no reader ever sees a part.

    Raises:
        BadInput: the folder does not exist or cannot be written to, or the path is a folder.
    """
    if path.is_dir():
        raise BadInput("that is a folder", where=printable(path), mend="name a file")
    if not path.parent.is_dir():
        raise BadInput(
            "no such folder to write into",
            where=printable(path.parent),
            mend="make it first, or name another",
        )
    try:
        handle, unfinished = tempfile.mkstemp(prefix=".paget-", dir=path.parent)
    except PermissionError as error:
        raise BadInput(
            "a folder that cannot be written to",
            where=printable(path.parent),
            mend="name another with --output, or ask for the right to write there",
        ) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(unfinished).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o600)
        Path(unfinished).replace(path)
    finally:
        Path(unfinished).unlink(missing_ok=True)


def deliver(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file and print the file's path."""
    if output is None or str(output) == "-":
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        return
    write_whole(output, text if text.endswith("\n") else f"{text}\n")
    print(printable(output))
