"""What paget knows and declares, and whether it is here.

What a command needs is imported when it runs.
"""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from paget.cli.options import Json, Output, Overlays
from paget.errors import BadInput


def list_(*, overlays: Overlays = (), as_json: Json = False) -> int:
    """List every file in force, with whether its numbers were read in its source, and all facts."""
    from paget.cli.knowing import list_files

    return list_files(overlays, as_json)


def show(
    name: Annotated[str, Parameter(help="Its name, such as fong_score.")],
    /,
    *,
    overlays: Overlays = (),
    as_json: Json = False,
    markdown: Annotated[bool, Parameter(help="Print the page of a finding, in Markdown.")] = False,
) -> int:
    """Show one file, with its sources and the hash that an overlay names to replace it; or one fact."""
    from paget.cli.knowing import show_file, show_page

    if as_json and markdown:
        raise BadInput("--json and --markdown exclude each other", mend="choose one")
    return show_page(name, overlays) if markdown else show_file(name, overlays, as_json)


def check(*, overlays: Overlays = (), as_json: Json = False) -> int:
    """Check all files in force: keys, units, sources, examples. Exit code 2 when one is wrong."""
    from paget.cli.knowing import check_files

    return check_files(overlays, as_json)


def knowledge_schema(
    kind: Annotated[str | None, Parameter(help="Only of this kind of file.")] = None,
    /,
    *,
    output: Output = None,
) -> int:
    """Print the JSON Schema of knowledge files, for editors."""
    from paget.cli.knowing import schema_of_files

    return schema_of_files(kind, output)


def schema(
    what: Annotated[
        Literal["case", "sql", "reference"],
        Parameter(help="JSON Schema of a case, SQL of the tables, or the reference page."),
    ] = "case",
    /,
    *,
    output: Output = None,
) -> int:
    """Print the declaration of the record: JSON Schema of a case, SQL, or the reference page."""
    from paget.cli.declaring import run

    return run(what, output)


def doctor(*, overlays: Overlays = (), as_json: Json = False) -> int:
    """Say whether everything that paget needs is here, and how to mend what is not."""
    from paget.cli.health import run

    return run(overlays, as_json)
