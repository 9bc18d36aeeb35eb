"""`paget simulate --record`: virtual patients as a folder of the record, and the truth in another."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from paget.cli.printing import note, printable
from paget.cli.time_left import TimeLeft
from paget.errors import BadInput, Refused

if TYPE_CHECKING:
    from paget.biology.virtual_patient import VirtualPatients


def write(
    model: VirtualPatients, patients: int, seed: int, site: str, record: Path, truth: Path | None
) -> int:
    """Write them, some thousand patients at a time, each part checked as any record is.

    Returns:
        0; 130 when it was interrupted: the parts that were finished are kept.

    Raises:
        BadInput: a folder holds something already, or one of the two lies in the other.
        Refused: a row does not stand in a record.
    """
    from paget.biology import cohort
    from paget.record import Record
    from paget.record.parts import Parts

    if truth is not None:
        one, other = record.resolve(), truth.resolve()
        if one.is_relative_to(other) or other.is_relative_to(one):
            raise BadInput(
                "the truth and the record lie in one folder", where="--truth", mend="name a folder beside it"
            )
    watch, done = TimeLeft("virtual patients written", patients), 0
    try:
        with ExitStack() as opened, _interrupt_noted() as stop:
            tables = opened.enter_context(Parts(record))
            hidden = opened.enter_context(Parts(truth)) if truth is not None else None
            for part in cohort.cohorts(model, patients, seed=seed, site=site):
                found = Record.from_tables(part.tables)
                if found.report.problems:
                    first = found.report.problems[0]
                    raise Refused(first.what, where=f"{first.table}, {first.column}", mend=first.mend)
                tables.add(found)
                if hidden is not None:
                    for name, frame in part.truth.items():
                        hidden.add_frame(name, frame)
                more = part.tables["patients"].height
                done += more
                watch(more)
                if stop.is_set():
                    break
    finally:
        watch.close()
    note(printable(record))
    if truth is not None:
        note(f"{printable(truth)}: the truth, which no clinician sees")
    if done < patients:
        note(f"stopped: {done:,} of {patients:,} were finished and are written")
        return 130
    return 0


@contextmanager
def _interrupt_noted() -> Iterator[threading.Event]:
    """Ctrl-C ends the work after the part that is being written, so that no part is written by half."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
