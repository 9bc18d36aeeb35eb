"""`paget forecast`: virtual patients like a case, as a text or JSON; a model, not evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paget.cli.assessing import say_days, say_rejected
from paget.cli.opening import Opening, open_record
from paget.cli.printing import json_line, printable
from paget.cli.time_left import TimeLeft
from paget.errors import BadInput, UnitError

if TYPE_CHECKING:
    from paget.options import CaseForecast
    from paget.options.of_case import Used


def run(
    path: Path, opening: Opening, on: str | None, tumour: str | None, horizon: str, patients: int, seed: int,
    model: str | None, overlays: tuple[Path, ...], as_json: bool,
) -> int:  # fmt: skip
    """Forecast each primary of a patient; one that is refused says why.

    Returns:
        0; 130 when it was interrupted: a part of a forecast says nothing.
    """
    from paget.options import of_record

    record = open_record(path, opening)
    say_rejected(record)
    watch = TimeLeft("virtual patients", patients)
    try:
        found = of_record(
            record, on, patient=opening.patient, tumour=tumour, overlays=overlays,
            horizon_days=days(horizon), patients=patients, seed=seed, model=model, progress=watch,
        )  # fmt: skip
    except KeyboardInterrupt:
        return 130
    finally:
        watch.close()
    if on is None:
        say_days(sorted({str(one.case.as_of) for one in found}))
    if as_json:
        for one in found:
            print(json_line(one.to_dict()))
    else:
        print(printable("\n\n".join(text(one) for one in found), lines=True))
    return 0


def days(horizon: str) -> float:
    """A horizon in days.

    Raises:
        BadInput: it is no time.

    >>> days("5 years"), days("400")
    (1826.25, 400.0)
    """
    from paget.units import quantity

    try:
        return float(horizon) if horizon.strip().isdigit() else quantity(horizon).to("day")
    except (UnitError, BadInput) as error:
        raise BadInput(
            "the horizon is not a time", where="--horizon", mend='write it as "5 years" or "400 days"'
        ) from error


def text(one: CaseForecast) -> str:
    """A forecast for a terminal."""
    from paget.options.shown import NOTE, about_run, about_taken, said, table, told

    case = one.case
    lines = [
        f"{case.patient}, primary {case.tumour or 'not recorded'}, as of {case.as_of}",
        f"Model, not evidence: {NOTE}.",
    ]
    if case.used:
        lines += [
            "",
            told(case, case.first),
            *(f"  {used.what}: {used.value}{_basis(used)}" for used in case.used),
        ]
        lines += [about_taken(case)] if case.taken else []
    if one.found is None:
        return "\n".join([*lines, "", f"No forecast. {one.refused}"])
    lines += ["", about_run(one)]
    for line in table(one):
        lines += ["", f"{line.title} ({line.note})" if line.note else line.title]
        lines += [
            f"  {arm:<14}{said(cell.value, cell.interval, cell.prior)}"
            for arm, cell in zip(line.arms, line.cells, strict=True)
        ]
    return "\n".join(lines)


def _basis(used: Used) -> str:
    rests = ", ".join(filter(None, (used.fact, used.day)))
    return f" ({rests})" if rests else ""
