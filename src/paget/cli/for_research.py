"""What research asks: endpoints, studies, calibration, virtual patients.

What a command needs is imported when it runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from paget.cli.opening import USUAL, Opening
from paget.cli.options import Json, Overlays, Source
from paget.errors import BadInput


def endpoint(
    name: Annotated[str, Parameter(help="Its name, such as overall_survival.")],
    path: Source,
    /,
    *,
    origin: Annotated[str, Parameter(help="From which day: diagnosis, metastasectomy, ...")],
    opening: Opening = USUAL,
    assume: Annotated[
        tuple[str, ...],
        Parameter(help="What a blank is taken for, such as residual=R0; it stands in the flow."),
    ] = (),
    overlays: Overlays = (),
    out: Annotated[Path | None, Parameter(help="Write the rows: FILE.csv or FILE.parquet.")] = None,
    adam: Annotated[bool, Parameter(help="Name the columns as ADaM does (ADTTE).")] = False,
    unknown_as: Annotated[
        Literal["event", "competing"], Parameter(help="What a death of unknown cause counts as.")
    ] = "event",
    strategies: Annotated[
        tuple[str, ...],
        Parameter(
            name="--strategy",
            help="new_treatment or missed_assessments as event, censor or ignore: new_treatment=censor.",
        ),
    ] = (),
    assessed_every: Annotated[
        int | None, Parameter(help="Days from one planned assessment to the next, to know of missed ones.")
    ] = None,
    cleared_within: Annotated[
        int | None, Parameter(help="Days by which an R0 is looked for (event-free survival).")
    ] = None,
    months: Annotated[
        Literal["exclude", "interval"], Parameter(help="A time known to a month: left out, or an interval.")
    ] = "exclude",
) -> int:
    """Derive an endpoint of every patient, each row with its reason, and the flow of patients.

    Endpoints and origins are knowledge files: `paget knowledge list` names them.
    """
    from paget.cli.endpoints import run

    return run(
        name, path, origin, opening, assume, overlays, out, adam, unknown_as,
        strategies, assessed_every, cleared_within, months,
    )  # fmt: skip


def calibrate_score(
    name: Annotated[str, Parameter(help="Its name, such as fong_score.")],
    path: Source,
    /,
    *,
    endpoint: Annotated[str, Parameter(help="What is observed.")] = "overall_survival",
    origin: Annotated[str, Parameter(help="The operation from which it counts.")] = "metastasectomy",
    at: Annotated[str | None, Parameter(help="A time of the published table; left out: its last.")] = None,
    table: Annotated[int | None, Parameter(help="Which published table of the score, from 1.")] = None,
    groups: Annotated[bool, Parameter(help="By the named groups of the score, not by each row.")] = False,
    recorded: Annotated[
        str | None,
        Parameter(help="Take the score from this observation; left out: it is computed as of that day."),
    ] = None,
    opening: Opening = USUAL,
    overlays: Overlays = (),
    repetitions: Annotated[int, Parameter(help="Samples of the bootstrap.")] = 200,
    out: Annotated[Path | None, Parameter(help="Write the proposal into this overlay folder.")] = None,
    source: Annotated[str, Parameter(help="What the data are called in it.")] = "own data",
    date: Annotated[str | None, Parameter(help="Its date; left out: today.")] = None,
    months: Annotated[int, Parameter(help="For how long it is shown.")] = 12,
    as_json: Json = False,
) -> int:
    """Compare the published survival of a score with that of a registry, and propose own figures.

    Below 100 events, or with a group below 10 patients, the answer is "too few" (exit code 2). Own figures
    are drawn towards the published ones, and are a proposal until the board signs the file.
    """
    from paget.cli.calibrating import Wish, run

    wish = Wish(name, endpoint, origin, at, table, groups, recorded, tuple(overlays), repetitions)
    return run(wish, path, opening, out, source, date, months, as_json)


def calibrate_biology(
    tables: Annotated[
        str, Parameter(help="Open tables: a knowledge file's name, or a YAML file.")
    ] = "colorectal_open_tables",
    /,
    *,
    draws: Annotated[int, Parameter(help="Sets of parameters that are tried.")] = 8_000,
    patients: Annotated[int, Parameter(help="Virtual patients of each.")] = 2_000,
    seed: Annotated[int, Parameter(help="The same seed gives the same bytes.")] = 0,
    threads: Annotated[
        int | None, Parameter(help="At once; left out: one for each processor. It changes no result.")
    ] = None,
    out: Annotated[Path | None, Parameter(help="Write the calibrated model: FILE.yaml.")] = None,
    figure: Annotated[Path | None, Parameter(help="Draw it: FILE.svg.")] = None,
    date: Annotated[
        str | None, Parameter(help="Its date; left out: the day on which the tables were gathered.")
    ] = None,
    overlays: Overlays = (),
    as_json: Json = False,
) -> int:
    """Fit virtual patients to open tables, and check them on tables that the fit never sees.

    Says the posterior, the fit and misfit of each table, and what the data cannot tell apart. With fewer than
    200 effective draws there is no result (exit code 2). Ctrl-C keeps what was done.
    """
    from paget.cli.calibrating_biology import run

    return run(tables, draws, patients, seed, threads, out, figure, date, tuple(overlays), as_json)


def study(
    path: Annotated[Path | None, Parameter(help="The study file.")] = None,
    /,
    *,
    out: Annotated[
        Path | None, Parameter(help="Folder of the report; left out: STUDY_report beside the file.")
    ] = None,
    check: Annotated[bool, Parameter(help="Only say whether the file is sound.")] = False,
    for_others: Annotated[
        Path | None,
        Parameter(help="Also write what may leave the house: no rows of patients, no counts below 11."),
    ] = None,
    example: Annotated[bool, Parameter(help="Write a commented starter with its made-up table.")] = False,
    schema: Annotated[bool, Parameter(help="Print the JSON Schema of study files, for editors.")] = False,
) -> int:
    """Run a study file: cohort, endpoint, exposure, design, models and figures make a report.

    The folder gets report.html, tables as CSV, figures as SVG, the rows analysed as Parquet, hashes of the
    inputs and versions of the software: the same bytes each time. A comparison by what happens after the
    origin is refused; the design names what is done instead.
    """
    from paget.cli import studying

    if (path is not None) + example + schema != 1:
        raise BadInput("a study file, or --example, or --schema", mend="give one of them")
    if schema:
        return studying.schema(out)
    if example or path is None:
        return studying.example(out or Path())
    return studying.run(path, out, check, for_others)


def simulate(
    model: Annotated[str, Parameter(help="A YAML file of a model, or the name of a knowledge file.")],
    /,
    *,
    patients: Annotated[int, Parameter(help="How many virtual patients.")] = 100_000,
    seed: Annotated[int, Parameter(help="Of all chance; the same seed gives the same patients.")] = 0,
    threads: Annotated[int | None, Parameter(help="At once; left out: one a processor.")] = None,
    chunk: Annotated[int | None, Parameter(help="Patients a chunk; it changes no result.")] = None,
    rows: Annotated[Path | None, Parameter(help="Write a row a patient: FILE.csv or FILE.parquet.")] = None,
    figure: Annotated[Path | None, Parameter(help="Write the states over time as FILE.svg.")] = None,
    record: Annotated[
        Path | None, Parameter(help="Write what a clinic would see as a record, a FOLDER.")
    ] = None,
    truth: Annotated[Path | None, Parameter(help="Write what it would not see into another FOLDER.")] = None,
    site: Annotated[str, Parameter(help="Of the primary, in the record.")] = "colon",
    overlays: Overlays = (),
    as_json: Json = False,
) -> int:
    """Simulate virtual patients of a biological model; a teaching tool, no patient's prognosis.

    Ctrl-C keeps what was finished.
    """
    from paget.cli.simulate import run

    return run(
        model, patients, seed, threads, chunk, rows, figure, tuple(overlays), as_json, record, truth, site
    )
