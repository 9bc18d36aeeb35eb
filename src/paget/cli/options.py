"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Source = Annotated[Path, Parameter(help="The record: a file or folder.")]
On = Annotated[
    str | None,
    Parameter(
        allow_leading_hyphen=True,
        help="The day of the decision, YYYY-MM-DD (or days from the origin in a relative record). Nothing "
        "learnt later is used. Left out: the last day known in the record.",
    ),
]
Overlays = Annotated[
    tuple[Path, ...],
    Parameter(
        name="--overlay",
        env_var="PAGET_OVERLAYS",
        help="A folder of your hospital's own rules, laid over the shipped ones; repeat it for more.",
    ),
]
Json = Annotated[bool, Parameter(name="--json", help="Print JSON.")]
Output = Annotated[Path | None, Parameter(allow_leading_hyphen=True, help="Write here; - prints.")]
