"""`paget calibrate`: a published score on a registry, and the proposal of an overlay file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from paget.cli.opening import Opening, open_record
from paget.cli.printing import json_text, note, printable
from paget.cli.progress import Progress
from paget.cli.writing import write_whole
from paget.errors import BadInput


@dataclass(frozen=True)
class Wish:
    """What is to be calibrated, and how."""

    name: str
    endpoint: str
    origin: str
    at: str | None
    table: int | None
    by_group: bool
    recorded: str | None
    overlays: tuple[Path, ...]
    repetitions: int


def run(
    wish: Wish,
    path: Path,
    opening: Opening,
    out: Path | None,
    source: str,
    date: str | None,
    months: int,
    as_json: bool,
) -> int:
    """Calibrate; print what was found, and write the proposal when a folder is named.

    Raises:
        PagetError: what `paget.read` and `paget.evidence.calibration.calibrate` raise; a date that is none.
    """
    from paget.evidence.calibration import calibrate
    from paget.evidence.calibration_files import proposal
    from paget.knowledge import Knowledge

    proposed = _date(date)
    if months < 1:
        raise BadInput("valid for no time", where="--months", mend="write how many months, 1 or more")
    if out is not None and out.exists() and not out.is_dir():
        raise BadInput("no folder", where=printable(out), mend="name an overlay folder, there or new")
    progress = Progress("bootstrap samples")
    record = open_record(path, opening)
    try:
        found = calibrate(
            record,
            wish.name,
            endpoint=wish.endpoint,
            origin=wish.origin,
            at=wish.at,
            table=wish.table,
            by_group=wish.by_group,
            recorded=wish.recorded,
            overlays=wish.overlays,
            repetitions=wish.repetitions,
            told=progress.tell,
        )
    finally:
        progress.clear()
    place, text = proposal(
        found, Knowledge.load(wish.overlays), proposed=proposed, months=months, source=source
    )
    if out is not None:
        file = out / place
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text)
        note("A proposal, unsigned: it is shown as such until the board signs it.")
    if as_json:
        from paget.documents import load_yaml

        print(json_text(load_yaml(text.encode(), place).value))
    elif out is None:
        print(printable(str(found), lines=True))
    else:
        print(printable("\n".join(found.sentences()), lines=True))
        print(printable(out / place))
    return 0


def _date(text: str | None) -> dt.date:
    """The day of the proposal: today's when left out."""
    if text is None:
        return dt.datetime.now(tz=dt.UTC).date()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput("that is no date", where="--date", mend="write it as 2026-05-04") from None
