"""What the board asks of records and cases: read, assess, brief, worksheet, forecast.

What a command needs is imported when it runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from paget.cli.opening import USUAL, Opening
from paget.cli.options import Json, On, Output, Overlays, Source
from paget.errors import BadInput


def read(
    path: Source,
    /,
    *,
    opening: Opening = USUAL,
    out: Annotated[
        Path | None, Parameter(help="Write the record: a new folder, or a new file FILE.duckdb.")
    ] = None,
    format: Annotated[  # noqa: A002, the name of the option
        Literal["parquet", "csv"], Parameter(help="Of the files in the folder.")
    ] = "parquet",
    as_json: Json = False,
) -> int:
    """Read a record and report what was read, ignored, not understood, rejected and contradicted."""
    from paget.cli.reading import run

    return run(path, opening, out, format, as_json)


def assess(
    path: Source,
    /,
    *,
    on: On = None,
    tumour: Annotated[str | None, Parameter(help="Only the primary of this id.")] = None,
    opening: Opening = USUAL,
    overlays: Overlays = (),
    as_json: Json = False,
    table: Annotated[
        Path | None, Parameter(help="Write a table of all findings, a row a primary, into this new folder.")
    ] = None,
) -> int:
    """List the findings as of a day: intervals, classes, criteria and scores, and what is missing.

    With --json one line for each primary of each patient. With --table a registry of any size becomes a
    folder of Parquet files, without explanation and ranking.
    """
    if table is not None:
        from paget.cli.tabulating import run as tabulate

        if as_json or tumour is not None:
            raise BadInput("--table holds every primary, as Parquet", mend="leave out --json and --tumour")
        return tabulate(path, opening, on, overlays, table)
    from paget.cli.assessing import run

    return run(path, opening, on, tumour, overlays, as_json)


def brief(
    path: Annotated[Path | None, Parameter(help="The record: a file or folder.")] = None,
    /,
    *,
    example: Annotated[bool, Parameter(help="Use the invented case in paget.")] = False,
    on: On = None,
    opening: Opening = USUAL,
    question: Annotated[str | None, Parameter(help="The question to the board.")] = None,
    overlays: Overlays = (),
    as_json: Json = False,
    text: Annotated[bool, Parameter(help="Print it for a terminal.")] = False,
    forecast: Annotated[
        bool, Parameter(help="Also run virtual patients like the case, folded: a model, not evidence.")
    ] = False,
    output: Output = None,
    open: Annotated[bool, Parameter(help="Show the page in a browser.")] = False,  # noqa: A002
) -> int:
    """Make the board brief: of one patient a page (one HTML file), of many patients lines of JSON.

    The page is written to --output, else to brief_PATIENT_DAY.html here; its path is printed.
    """
    from paget.cli.briefing import Wish, run

    if example == (path is not None):
        raise BadInput("a brief is made of one record", mend="give a path, or --example")
    if as_json and text:
        raise BadInput("--json and --text exclude each other", mend="choose one")
    wish = Wish(on, question, tuple(overlays), "json" if as_json else "text" if text else "page", forecast)
    return run(path, opening, wish, output, open)


def worksheet(
    path: Source,
    /,
    *,
    role: Annotated[
        Literal[
            "radiologist",
            "pathologist",
            "surgeon",
            "medical-oncologist",
            "anaesthetist",
            "radiation-oncologist",
            "ethics",
        ]
        | None,
        Parameter(help="Whose; left out: of all."),
    ] = None,
    on: On = None,
    tumour: Annotated[str | None, Parameter(help="Only the primary of this id.")] = None,
    opening: Opening = USUAL,
    overlays: Overlays = (),
    as_json: Json = False,
) -> int:
    """Print the questions that each role of the board answers, prefilled, with what is missing.

    With --json one line for each primary of each patient.
    """
    from paget.cli.worksheets import run

    return run(path, opening, on, tumour, role, overlays, as_json)


def forecast(
    path: Source,
    /,
    *,
    on: On = None,
    tumour: Annotated[str | None, Parameter(help="Only the primary of this id.")] = None,
    opening: Opening = USUAL,
    horizon: Annotated[str, Parameter(help="How far to look after the first detection.")] = "5 years",
    patients: Annotated[int, Parameter(help="Virtual patients to be run at most.")] = 1 << 22,
    seed: Annotated[int, Parameter(help="Of all chance; the same seed gives the same figures.")] = 0,
    model: Annotated[
        str | None, Parameter(help="Another file of virtual patients, such as a calibrated one.")
    ] = None,
    overlays: Overlays = (),
    as_json: Json = False,
) -> int:
    """Run virtual patients that are like a case: a model, not evidence; refused where too few are.

    Every figure is a model assumption; no clinical estimate exists. With --json one line for each primary.
    """
    from paget.cli.forecasting import run

    return run(path, opening, on, tumour, horizon, patients, seed, model, tuple(overlays), as_json)
