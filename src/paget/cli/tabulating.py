"""`paget assess --table`: the findings of a registry as a folder of Parquet files."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from paget.cli.assessing import say_rejected
from paget.cli.opening import Opening, open_record
from paget.cli.printing import note, printable
from paget.cli.progress import Progress
from paget.errors import BadInput


def run(path: Path, opening: Opening, on: str | None, overlays: Sequence[Path], folder: Path) -> int:
    """Write the table, batch after batch; the folder is there when all of it is.

    Raises:
        BadInput: the folder is there already, or the record or the day cannot be used.
        NotFound: the record is not there.
    """
    from paget.assessment import evaluate_in_batches, table_of
    from paget.assessment.assess import day_number, refuse_another_base
    from paget.knowledge import Knowledge

    if folder.exists():
        raise BadInput("it is there already", where=printable(folder), mend="name a new folder with --table")
    day = day_number(on)
    record = open_record(path, opening)
    say_rejected(record)
    knowledge = Knowledge.load(overlays)
    partly = folder.with_name(f".{folder.name}.{os.getpid()}")
    partly.mkdir(parents=True)
    progress, rows = Progress("decisions"), 0
    try:
        for number, (facts, results) in enumerate(evaluate_in_batches(record, day, overlays=overlays)):
            refuse_another_base(on, facts)
            table_of(facts, results).write_parquet(partly / f"findings-{number:04}.parquet")
            rows += len(facts)
            progress.tell(rows)
        if not rows:
            raise BadInput(
                "no day is recorded", where="the whole record", mend="give the decision day (--on)"
            )
        rules = results.ruleset
        unconfirmed = sorted(name for name in results if not rules[name].file.confirmed)
        made_of = {
            "knowledge": knowledge.hash,
            "overlays": [Path(one).name for one in overlays],
            "on": on or "the last known day of each patient",
            "decisions": rows,
            "unconfirmed": unconfirmed,
        }
        (partly / "made_of.json").write_text(json.dumps(made_of, indent=1) + "\n", encoding="utf-8")
        partly.rename(folder)
    except BaseException:
        shutil.rmtree(partly, ignore_errors=True)
        raise
    finally:
        progress.clear()
    print(printable(folder))
    findings = f"{len(results.outcomes)} findings, {len(unconfirmed)} unconfirmed (made_of.json names them)"
    note(f"{rows} decisions, a row each; {findings}; knowledge {knowledge.hash[:8]}.")
    return 0
