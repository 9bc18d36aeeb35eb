"""`paget endpoint`: derive an endpoint of a registry, with a reason for each row and the flow of patients."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from paget.cli.opening import Opening, open_record
from paget.cli.printing import note, printable
from paget.cli.writing import write_whole
from paget.errors import BadInput


def run(
    name: str,
    path: Path,
    origin: str,
    opening: Opening,
    assume: tuple[str, ...],
    overlays: tuple[Path, ...],
    out: Path | None,
    adam: bool,
    unknown_as: Literal["event", "competing"],
    strategies: tuple[str, ...] = (),
    assessed_every: int | None = None,
    cleared_within: int | None = None,
    months: Literal["exclude", "interval"] = "exclude",
) -> int:
    """Derive it; print the flow, or write the rows and print their path."""
    from paget.evidence.adam import adtte
    from paget.evidence.derived import Derived
    from paget.evidence.measures import derive_any
    from paget.knowledge import Knowledge

    derived = derive_any(
        open_record(path, opening),
        name,
        origin,
        knowledge=Knowledge.load(overlays),
        unknown_as=unknown_as,
        assume=dict(_pair(text, "--assume", "residual=R0") for text in assume),
        strategies=dict(_pair(text, "--strategy", "new_treatment=censor") for text in strategies),
        assessed_every=assessed_every,
        cleared_within=cleared_within,
        months=months,
    )
    if adam and not isinstance(derived, Derived):
        raise BadInput("no time to an event", where=name, mend="leave --adam out")
    rows = adtte(derived) if adam and isinstance(derived, Derived) else derived.rows
    if out is None:
        if isinstance(derived, Derived):
            print(f"{derived.rule.title} from: {derived.origin.title}")
        else:
            print(derived.title)
        print(derived.summary())
        return 0
    if out.suffix == ".csv":
        write_whole(out, rows.write_csv())
    elif out.suffix == ".parquet":
        if out.is_dir() or not out.parent.is_dir():
            raise BadInput(
                "no file can be written there", where=printable(out), mend="name a file in a folder"
            )
        rows.write_parquet(out)
    else:
        raise BadInput(
            "neither .csv nor .parquet", where=printable(out), mend="end the name with one of them"
        )
    for line in derived.summary().splitlines():
        note(line)
    print(printable(out))
    return 0


def _pair(text: str, option: str, such: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise BadInput("not COLUMN=VALUE", where=option, mend=f"write {such}")
    return name, value
