"""`paget assess`: findings as JSON lines, or as a list to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from paget.cli.file_by_file import LeftOut, readable
from paget.cli.opening import Opening, open_record
from paget.cli.printing import console, json_line, note, printable
from paget.errors import BadInput, PagetError

if TYPE_CHECKING:
    from paget.record import Record

MISSING: Final = 8  # of what is missing, the most informative
COUNTED: Final = ("day", "lesion", "organ", "node")
RANKED: Final = (
    1000  # patients; ranking tries every missing fact of every patient, which a registry does not need
)


def run(
    path: Path,
    opening: Opening,
    on: str | None,
    tumour: str | None,
    overlays: Sequence[Path],
    as_json: bool,
) -> int:
    """Assess and print; of a folder with broken files what can be read, with the exit code of the worst.

    Raises:
        PagetError: what `paget.read` and `paget.assess` raise.
    """
    try:
        record = open_record(path, opening)
    except BadInput as error:
        if tumour is not None:
            raise
        return _those_that_can_be_read(readable(path, opening, error), on, overlays, as_json)
    say_rejected(record)
    ranking = len(record.patient_ids()) <= RANKED
    if not ranking:
        note(f"What is missing is ranked for up to {RANKED} patients; choose one with --patient.")
    days: set[str] = set()
    _show(record, on, tumour, overlays, ranking, as_json, days)
    if on is None and days:
        say_days(sorted(days))
    return 0


def _those_that_can_be_read(
    found: Sequence[Record | PagetError], on: str | None, overlays: Sequence[Path], as_json: bool
) -> int:
    """Of a folder with broken files the patients of the others; what is left out is said."""
    left_out = LeftOut()
    days: set[str] = set()
    for each in found:
        if isinstance(each, PagetError):
            left_out.refuse(each)
    for record in (each for each in found if not isinstance(each, PagetError)):
        say_rejected(record)
        for patient in left_out.patients(record):
            try:
                _show(record.only(patient), on, None, overlays, True, as_json, days)
            except PagetError as error:
                left_out.refuse(error, patient)
    if on is None and days:
        say_days(sorted(days))
    return left_out.exit_code


def _show(
    record: Record,
    on: str | None,
    tumour: str | None,
    overlays: Sequence[Path],
    ranking: bool,
    as_json: bool,
    days: set[str],
) -> None:
    """Print the assessments of a record, and note their days."""
    from paget.assessment import each

    for assessment in each(record, on, tumour=tumour, overlays=tuple(overlays), ranking=ranking):
        found = assessment.to_dict()
        if as_json:
            print(json_line(found))
        else:
            if days:
                print()
            _print(found)
        days.add(str(assessment.as_of))


def say_rejected(record: Any) -> None:
    """Say on the error stream how many rows the record lacks."""
    if rejected := record.report.count("rejected"):
        rows = "1 row was" if rejected == 1 else f"{rejected} rows were"
        note(f"{rows} rejected and not used; `paget read` says which and why.")


def say_days(days: Sequence[str]) -> None:
    """Say which day was taken when none was given."""
    if len(days) == 1:
        note(f"Decision day: {days[0]}, the last day known in the record; --on sets another.")
    else:
        note(f"Decision day: each patient's last known day, {days[0]} to {days[-1]}; --on sets another.")


def in_words(value: Any, unit: str | None = None) -> str:
    """A finding's value as a person writes it.

    >>> in_words({"low": 2, "high": None}), in_words(["early", "late"]), in_words(366.0, "day")
    ('2 or more', 'early or late', '366 days')
    """
    if value is None:
        return "unknown"
    if isinstance(value, Mapping) and not value.keys() <= {"low", "high"}:  # a schedule: a state for each
        text = "; ".join(f"{name}: {in_words(state)}" for name, state in value.items())
    elif isinstance(value, Mapping):
        low, high = value.get("low"), value.get("high")
        if low is None and high is None:
            return "unknown"
        if high is None:
            text = f"{_number(low)} or more"
        elif low is None:
            text = f"at most {_number(high)}"
        else:
            text = f"{_number(low)} to {_number(high)}"
    elif isinstance(value, list):
        text = " or ".join(map(str, value))
    else:
        text = _number(value)
    if not unit or unit == "1":
        return text
    return f"{text} {unit}s" if unit in COUNTED and text != "1" else f"{text} {unit}"


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _print(found: Mapping[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    from paget.knowledge.overlays import sentence

    screen = console()
    primary = f"primary {found['tumour']}" if found["tumour"] else "no primary recorded"
    about = f"{found['patient']}, {primary}, as of {found['as_of']}"
    screen.print(Text(printable(about), "bold"))
    screen.print(Text(f"knowledge {printable(found['knowledge'])}", "dim"))
    for overlay in found.get("overlays") or ():
        screen.print(Text(printable(f"overlay {sentence(overlay)}"), "cyan"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("finding", "value", "because", "missing", "confirmed"):
        table.add_column(heading, header_style="bold", overflow="fold")
    absent = []
    for name, finding in found["findings"].items():
        if finding.get("applies", True) is False:
            absent.append(name)
            continue
        value = in_words(finding["value"], finding.get("unit"))
        if finding.get("applies") == "unknown":
            value = f"{value} (if it applies)"
        if finding.get("at_boundary"):
            value = f"{value} (at the boundary)"
        cells = [name, value, _because(finding), _names(finding.get("missing") or ())]
        cells.append("yes" if finding.get("confirmed") else "no")
        table.add_row(*(Text(printable(cell)) for cell in cells))
    screen.print(table)
    missing = found.get("most_informative_missing") or ()
    if missing:
        screen.print(Text("Most informative of what is missing", "bold"))
    for one in missing[:MISSING]:
        flips = one["flips"]
        if isinstance(flips, list):
            flips = ", ".join(map(str, flips))
        elif isinstance(flips, int):
            flips = f"{flips} finding{'' if flips == 1 else 's'}"
        by = f"; resolved by {one['resolved_by']}" if one.get("resolved_by") else ""
        screen.print(Text(printable(f"  {one['fact']}: could change {flips}{by}")))
    if absent:
        screen.print(Text(printable(f"Not of this disease: {', '.join(absent)}"), "dim"))


def _because(finding: Mapping[str, Any]) -> str:
    said = []
    for fact in finding.get("because") or ():
        day = f" ({fact['day']})" if fact.get("day") else ""
        said.append(f"{fact['fact']} {in_words(fact['value'], fact.get('unit'))}{day}")
    return ", ".join(said)


def _names(missing: Sequence[Any]) -> str:
    return ", ".join(str(one["fact"]) if isinstance(one, Mapping) else str(one) for one in missing)
