"""`paget brief`: a page of one patient, a text for the terminal, or lines of JSON."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from paget.cli.assessing import say_days, say_rejected
from paget.cli.file_by_file import readable
from paget.cli.opening import Opening, open_record
from paget.cli.printing import json_text, note
from paget.cli.writing import deliver
from paget.errors import BadInput, PagetError

if TYPE_CHECKING:
    from paget.brief import BriefData
    from paget.record import Record

EXAMPLE: Final = Path(__file__).parents[1] / "examples" / "liver_metastases.yaml"


@dataclass(frozen=True, slots=True)
class Wish:
    """What brief is wanted: of which day, with which question, rules and form, with a forecast or not."""

    on: str | None
    question: str | None
    overlays: tuple[Path, ...]
    form: Literal["page", "text", "json"]
    forecast: bool = False


def run(path: Path | None, opening: Opening, wish: Wish, output: Path | None, show: bool) -> int:
    """Make and deliver the brief; without a path that of the example.

    Raises:
        PagetError: what `paget.read` and `paget.brief` raise.
    """
    try:
        record = open_record(EXAMPLE if path is None else path, opening)
    except BadInput as error:
        return _many(readable(EXAMPLE if path is None else path, opening, error), wish, output)
    ids = record.patient_ids()
    if not ids:
        raise BadInput("there is no patient in the record", mend="see `paget read` for what was rejected")
    say_rejected(record)
    if len(ids) > 1:
        return _many([record], wish, output)
    brief = _brief(record, ids[0], wish)
    if path is None:
        brief = replace(brief, label="Invented case")
    if wish.on is None:
        say_days([brief.as_of])
    if wish.form == "json":
        deliver(json_text(brief.json()), output)
    elif wish.form == "text":
        printed = output is None or str(output) == "-"
        colour = printed and sys.stdout.isatty() and "NO_COLOR" not in os.environ
        deliver(brief.text(width=_width(), colour=colour), output)
    else:
        file = Path(file_name(brief)) if output is None else output
        deliver(brief.html(), file)
        if show and str(file) != "-":
            _show(file)
    return 0


def _brief(record: Record, patient: str, wish: Wish) -> BriefData:
    from paget.brief import of_record

    return of_record(
        record,
        on=wish.on,
        patient=patient,
        overlays=wish.overlays,
        question=wish.question,
        forecast=wish.forecast,
    )


def _many(found: list[Record | PagetError], wish: Wish, output: Path | None) -> int:
    """A line of JSON for each patient; what is refused is said."""
    from paget.cli.many_briefs import Lines, deliver_lines

    if wish.form == "text":
        raise BadInput(
            "a text is made of one patient, and there are several", mend="choose one with --patient"
        )
    lines = Lines(lambda record, patient: _brief(record, patient, wish))
    for each in found:
        if isinstance(each, PagetError):
            lines.refuse(each)
    records = [each for each in found if not isinstance(each, PagetError)]
    deliver_lines((line for record in records for line in lines.of(record)), output)
    if wish.on is None and lines.days:
        say_days(sorted(lines.days))
    return lines.exit_code


def file_name(brief: BriefData) -> str:
    """The name of the page when none is given: only signs that every file system takes."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", brief.patient).strip("-")[:60]
    return f"brief_{plain or 'patient'}_{re.sub(r'[^0-9A-Za-z-]+', '', brief.as_of)}.html"


def _width() -> int:
    import shutil

    return max(60, min(shutil.get_terminal_size((80, 24)).columns, 160))


def _show(file: Path) -> None:
    """Open the page in a browser where there is a desktop."""
    desktop = sys.platform in {"darwin", "win32"} or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if not desktop:
        note("There is no desktop here: open the file in a browser.")
        return
    import webbrowser

    if not webbrowser.open(file.resolve().as_uri()):
        note("No browser could be started: open the file yourself.")
