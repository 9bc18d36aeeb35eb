"""How a record is opened: the options that `paget read`, `assess` and `brief` share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from paget.errors import BadInput

if TYPE_CHECKING:
    from paget.record import Record

MEGABYTE: Final = 2**20


@Parameter(name="*")
@dataclass(frozen=True)
class Opening:
    """The options."""

    map: Annotated[Path | None, Parameter(help="A mapping file, for tables that are not paget's own.")] = None
    patient: Annotated[str | None, Parameter(help="Only the patient of this id.")] = None
    strict: Annotated[bool, Parameter(help="Refuse the source when a row of it is rejected.")] = False
    max_size: Annotated[int, Parameter(help="Megabytes that one JSON or YAML document may have.")] = 256


USUAL: Final = Opening()


def open_record(path: Path, opening: Opening) -> Record:
    """Read a record.

    Raises:
        PagetError: what `paget.read` raises; or the limit is none.
    """
    from paget.intake.read import read

    if opening.max_size < 1:
        raise BadInput("a limit of no size", where="--max-size", mend="write megabytes, 1 or more")
    return read(
        path,
        map=opening.map,
        patient=opening.patient,
        strict=opening.strict,
        max_size=opening.max_size * MEGABYTE,
    )
