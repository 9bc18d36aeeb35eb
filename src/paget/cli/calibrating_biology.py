"""`paget calibrate biology`: virtual patients fitted to open tables, and checked on others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from paget.cli.printing import json_text, note, printable
from paget.cli.time_left import TimeLeft
from paget.errors import BadInput

if TYPE_CHECKING:
    from paget.biology.calibration import Calibrated

SUFFIX = ".yaml"


def run(
    name: str, draws: int, patients: int, seed: int, threads: int | None, out: Path | None,
    figure: Path | None, date: str | None, overlays: tuple[Path, ...], as_json: bool,
) -> int:  # fmt: skip
    """Calibrate; print what was found, and write the knowledge file and the figure when asked.

    Returns:
        0; 2 when too few draws count for a result; 130 when it was interrupted, after printing what was
        done.
    """
    from paget.biology.calibration import calibrate, tables
    from paget.biology.calibration.fit import PREDICTED
    from paget.biology.calibration.result_file import day
    from paget.knowledge import Knowledge

    if out is not None and out.suffix != SUFFIX:
        raise BadInput("no knowledge file", where=printable(out), mend=f"end the name with {SUFFIX}")
    if date is not None:
        day(date)
    wanted = tables(name, Knowledge.load(overlays))
    watch = TimeLeft("simulations", draws + PREDICTED + 1)
    told = 0

    def tell(done: int, _: int) -> None:
        nonlocal told
        watch(done - told)
        told = done

    try:
        found = calibrate(wanted, draws=draws, patients=patients, seed=seed, threads=threads, tell=tell)
    finally:
        watch.close()
    print(json_text(as_data(found, date)) if as_json else printable(found, lines=True))
    _write(found, out, figure, date)
    if found.interrupted:
        tried, checked = len(found.draws.z), len(found.predictions)
        note(f"stopped: {tried:,} of {draws:,} sets of parameters were tried and count")
        note(f"the tables were simulated anew at {checked} of {PREDICTED} draws from the posterior")
        return 130
    return 0 if found.enough else 2


def as_data(found: Calibrated, date: str | None) -> dict[str, Any]:
    """The result for a program: as the knowledge file has it, or why there is none."""
    from paget.documents import load_yaml

    if not found.enough or not found.checked:
        return {
            "refused": "too few effective draws" if not found.enough else "the checks were not done",
            "effective": found.effective,
            "draws": len(found.draws.z),
            "interrupted": found.interrupted,
        }
    data: dict[str, Any] = load_yaml(found.file(date).encode(), "result").value
    return data


def _write(found: Calibrated, out: Path | None, figure: Path | None, date: str | None) -> None:
    from paget.cli.writing import write_whole

    if not found.enough or not found.checked:
        if out is not None or figure is not None:
            note("nothing is written: there is no result")
        return
    if out is not None:
        write_whole(out, found.file(date))
        note(str(out))
        note("A proposal: no forecast and no brief reads it unless it is named.")
    if figure is not None:
        write_whole(figure, f"{found.draw()}\n")
        note(str(figure))
