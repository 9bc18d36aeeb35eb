"""`paget simulate --record`: virtual patients as a folder of the record, and the truth in another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paget.cli.printing import note
from paget.cli.progress import Progress
from paget.errors import Refused

if TYPE_CHECKING:
    from paget.biology.virtual_patient import VirtualPatients


def write(
    model: VirtualPatients, patients: int, seed: int, site: str, record: Path, truth: Path | None
) -> None:
    """Write them, some thousand patients at a time, each part checked as any record is.

    Raises:
        BadInput: a folder holds something already.
        Refused: a row does not stand in a record.
    """
    from contextlib import ExitStack

    from paget.biology.cohort import cohorts
    from paget.record import Record
    from paget.record.parts import Parts

    progress, done = Progress("virtual patients"), 0
    try:
        with ExitStack() as open_folders:
            tables = open_folders.enter_context(Parts(record))
            hidden = open_folders.enter_context(Parts(truth)) if truth is not None else None
            for part in cohorts(model, patients, seed=seed, site=site):
                found = Record.from_tables(part.tables)
                if found.report.problems:
                    first = found.report.problems[0]
                    raise Refused(first.what, where=f"{first.table}, {first.column}", mend=first.mend)
                tables.add(found)
                if hidden is not None:
                    for name, frame in part.truth.items():
                        hidden.add_frame(name, frame)
                done += part.tables["patients"].height
                progress.tell(done, patients)
    finally:
        progress.clear()
    note(str(record))
    if truth is not None:
        note(f"{truth}: the truth, which no clinician sees")
