"""`paget simulate`: run virtual patients of a model file and say what became of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from paget.cli.printing import json_text, note, printable
from paget.cli.time_left import TimeLeft
from paget.errors import BadInput

if TYPE_CHECKING:
    from paget.biology.simulated import Simulated

MOST_ROWS: Final = 5_000_000  # rows are kept in memory, 144 bytes each; counts are not


def run(
    model: str, patients: int, seed: int, threads: int | None, chunk: int | None, rows: Path | None,
    figure: Path | None, overlays: tuple[Path, ...], as_json: bool, record: Path | None = None,
    truth: Path | None = None, site: str = "colon",
) -> int:  # fmt: skip
    """Run them; print a summary or JSON, and write a row a patient, or a record, when asked.

    Returns:
        0; 130 when it was interrupted, after printing what was finished.
    """
    from paget.biology import virtual_patient
    from paget.knowledge import Knowledge

    if rows is not None and patients > MOST_ROWS:
        raise BadInput(
            "too many patients for a row each",
            where="--rows",
            mend=f"up to {MOST_ROWS:,}; counts have no limit",
        )
    if truth is not None and record is None:
        raise BadInput("--truth stands beside --record", where="--truth", mend="name a folder with --record")
    found = virtual_patient.of(model, Knowledge.load(overlays))
    watch = TimeLeft("virtual patients", patients)
    try:
        result = found.simulate(
            patients, seed=seed, threads=threads, chunk=chunk, progress=watch, rows=rows is not None
        )
    finally:
        watch.close()
    print(json_text(as_data(result)) if as_json else printable(result, lines=True))
    if rows is not None:
        _write_rows(result, rows)
    if figure is not None:
        from paget.cli.writing import write_whole

        write_whole(figure, str(result.draw()))
        note(str(figure))
    if result.interrupted:
        note(f"stopped: {result.patients:,} of {patients:,} were finished and are counted")
        return 130
    if record is not None:
        from paget.cli.simulated_record import write

        return write(found, patients, seed, site, record, truth)
    return 0


def as_data(result: Simulated) -> dict[str, Any]:
    """The counts of a run for a program: totals, survival table, states by day, sizes by year."""
    from paget.biology.simulated import NOTE
    from paget.biology.streaming import TOTALS

    return {
        "model": result.model.name, "model_sha256": result.model.hash, "seed": result.seed, "note": NOTE,
        "interrupted": result.interrupted,
        "totals": {name: result.total(name) for name in TOTALS},
        "survival": {name: column.tolist() for name, column in result.survival().items()},
        "states": {name: column.tolist() for name, column in result.states().items()},
        "seen_by_year_and_mm": result.sizes().tolist(),
    }  # fmt: skip


def _write_rows(result: Simulated, path: Path) -> None:
    import polars as pl

    frame = pl.DataFrame(result.rows)
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    elif path.suffix == ".csv":
        frame.write_csv(path)
    else:
        raise BadInput(
            "neither .csv nor .parquet", where=printable(path), mend="end the name with one of them"
        )
    note(str(path))
