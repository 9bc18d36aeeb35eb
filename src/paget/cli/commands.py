"""The commands with their options and help. What a command needs is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from paget.cli import examples
from paget.cli.opening import USUAL, Opening
from paget.errors import BadInput


def _version() -> str:
    from importlib.metadata import version

    return version("paget")


app = App(
    name="paget",
    help="From one patient's record to a tumour board's decision about metastasectomy or salvage surgery.",
    help_epilogue=examples.PAGET,
    help_format="plaintext",
    version=_version,
    default_parameter=Parameter(negative=(), show_default=lambda value: value or None),
)
knowledge = App(
    name="knowledge",
    help="The rules, thresholds and scores in force, with their sources.",
    help_format="plaintext",
    help_epilogue=examples.RULES,
)
app.command(knowledge)
calibration = App(
    name="calibrate",
    help="Published scores on your own data, and virtual patients to open tables; both as proposals.",
    help_format="plaintext",
    help_epilogue=examples.CALIBRATE,
)
app.command(calibration)
app.register_install_completion_command(help="Make the shell complete paget's commands and options.")

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


@app.command(help_epilogue=examples.READ)
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


@app.command(help_epilogue=examples.ASSESS)
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


@app.command(help_epilogue=examples.BRIEF)
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


@app.command(help_epilogue=examples.WORKSHEET)
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


@app.command(help_epilogue=examples.ENDPOINT)
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


@calibration.command(name="score", help_epilogue=examples.CALIBRATE)
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


@calibration.command(name="biology", help_epilogue=examples.CALIBRATE_BIOLOGY)
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


@app.command(help_epilogue=examples.STUDY)
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


@app.command(help_epilogue=examples.FORECAST)
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


@app.command(help_epilogue=examples.SIMULATE)
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


@knowledge.command(name="list", help_epilogue=examples.LIST)
def list_(*, overlays: Overlays = (), as_json: Json = False) -> int:
    """List every file in force, with whether its numbers were read in its source, and all facts."""
    from paget.cli.knowing import list_files

    return list_files(overlays, as_json)


@knowledge.command(help_epilogue=examples.SHOW)
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


@knowledge.command(help_epilogue=examples.CHECK)
def check(*, overlays: Overlays = (), as_json: Json = False) -> int:
    """Check all files in force: keys, units, sources, examples. Exit code 2 when one is wrong."""
    from paget.cli.knowing import check_files

    return check_files(overlays, as_json)


@knowledge.command(name="schema", help_epilogue=examples.KINDS)
def knowledge_schema(
    kind: Annotated[str | None, Parameter(help="Only of this kind of file.")] = None,
    /,
    *,
    output: Output = None,
) -> int:
    """Print the JSON Schema of knowledge files, for editors."""
    from paget.cli.knowing import schema_of_files

    return schema_of_files(kind, output)


@app.command(help_epilogue=examples.SCHEMA)
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


@app.command(help_epilogue=examples.DOCTOR)
def doctor(*, overlays: Overlays = (), as_json: Json = False) -> int:
    """Say whether everything that paget needs is here, and how to mend what is not."""
    from paget.cli.health import run

    return run(overlays, as_json)
