"""`paget study`: run a study file, check it, or write a starter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paget.cli.printing import json_text, note, printable
from paget.cli.progress import Progress
from paget.cli.writing import deliver, write_whole
from paget.errors import BadInput

if TYPE_CHECKING:
    from paget.evidence.study.report import Report


def run(path: Path, out: Path | None, check: bool, for_others: Path | None = None) -> int:
    """Run a study and write its report; print its path. With ``check`` only say whether the file is sound.

    Args:
        path: of the study.
        out: folder of the report.
        check: only check.
        for_others: folder of what may leave the house.
    """
    from paget.evidence.study import read_study, run_study
    from paget.evidence.study.files import PAGE, write

    study = read_study(path)
    if check:
        print(f"{printable(path)}: no mistake found; columns are looked for when it runs")
        return 0
    folder = out if out is not None else path.with_name(f"{path.stem}_report")
    progress = Progress("steps")
    try:
        report = run_study(study, progress.say)
    finally:
        progress.clear()
    written = write(report, folder)
    if for_others is not None:
        _give_out(report, for_others, study.give_out)
    print(printable(str(report), lines=True))
    note(f"{len(written)} files; data/ holds the rows of patients and stays in the house.")
    print(printable(folder / PAGE))
    return 0


def _give_out(report: Report, folder: Path, override: str) -> None:
    """Write what may leave the house into a folder of its own, new or empty."""
    from paget.evidence.study.given_out import WITHHELD, for_others

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput("not a new or empty folder", where=printable(folder), mend="name another")
    found = for_others(report, override)
    for name, content in found.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    note(f"{len(found)} files for others in {printable(folder)}; {WITHHELD} says what is not among them.")


def example(folder: Path) -> int:
    """Write the starter and its made-up table; files that are there stay."""
    from paget.evidence.study.starter import STUDY, table

    files = {folder / "study.yaml": STUDY, folder / "followed.csv": table()}
    for file in files:
        if file.exists():
            raise BadInput(
                "it is there already", where=printable(file), mend="name another folder with --out"
            )
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        write_whole(file, text)
        print(printable(file))
    return 0


def schema(output: Path | None) -> int:
    """Print or write the JSON Schema of study files."""
    from paget.evidence.study.schema import STUDY

    deliver(json_text(STUDY), output)
    return 0
