"""What stands under the help of each command: examples to type, and what the options leave open."""

from __future__ import annotations

from typing import Final

PAGET: Final = """\
Start with the invented case, then with a file of your own:

    paget brief --example
    paget read bundle.json
    paget brief bundle.json --on 2024-05-31

PATH is a FHIR bundle, resource, NDJSON or folder (mCODE or plain R4); a case in
YAML or JSON, or a folder of them; a folder of CSV or Parquet tables; a DuckDB
file; or with --map any flat table. `paget COMMAND --help` has examples of each.

Exit codes: 0 done, 2 input that cannot be accepted, 3 not found, 70 our fault."""

READ: Final = """\
    paget read bundle.json                      what is in it, and what is not clear
    paget read cases/ --json                    the same for a program
    paget read cases/ --strict                  exit code 2 when a row is rejected
    paget read export.csv --map mapping.yaml    a registry's own table
    paget read study.ndjson --out study.duckdb  kept, to be read again quickly

A rejected row is impossible and is not in the record. A contradiction is kept:
its rows cannot all be true, and somebody should look."""

ASSESS: Final = """\
    paget assess case.yaml                      on the last day of the record
    paget assess case.yaml --on 2024-05-31      as it was known on that day
    paget assess case.yaml --tumour rectum      of several primaries one
    paget assess study.duckdb --json            a line of JSON for each primary
    paget assess study.duckdb --table findings  of a registry of any size a table
    paget assess case.yaml --overlay our-hospital/"""

WORKSHEET: Final = """\
    paget worksheet case.yaml                       of all roles
    paget worksheet case.yaml --role surgeon        the general one, and by organ
    paget worksheet case.yaml --role ethics         the four principles
    paget worksheet study.duckdb --json             a line of JSON a primary"""

BRIEF: Final = """\
    paget brief --example                       the invented case, as a page
    paget brief case.yaml --on 2024-05-31       brief_PATIENT_2024-05-31.html
    paget brief case.yaml --text                for the terminal
    paget brief case.yaml --json --output -     its content as data
    paget brief cases/ --output briefs.jsonl    of many patients, a line each
    paget brief cases/ --patient L-0312         of many one, as a page"""

FORECAST: Final = """\
    paget forecast case.yaml                    on the last day of the record
    paget forecast case.yaml --on 2024-05-31    as it was known on that day
    paget forecast case.yaml --horizon "2 years" --seed 7 --json
    paget brief case.yaml --forecast            folded, in the brief

A case outside the model is refused in a sentence: another disease, metastases
found with the primary or treated already, or too few that are like it."""

SIMULATE: Final = """\
    paget simulate virtual_colorectal --patients 100000         the shipped model
    paget simulate virtual_colorectal --patients 1000 --json    counts as data
    paget simulate virtual_colorectal --patients 1000 --rows patients.csv
    paget simulate virtual_colorectal --patients 5000 --record registry --truth truth

A model of your own is a YAML file like the shipped one, which
`paget knowledge show virtual_colorectal` prints."""

RULES: Final = """\
    paget knowledge list                        all files, and all facts
    paget knowledge show fong_score             one of them, with its sources
    paget knowledge check --overlay our-hospital/
    paget knowledge schema score --output score.schema.json"""

LIST: Final = """\
    paget knowledge list
    paget knowledge list --overlay our-hospital/    which files ours replace"""

SHOW: Final = """\
    paget knowledge show fong_score
    paget knowledge show few_lesions --json         with path and hash
    paget knowledge show few_lesions --markdown     the page of a finding
    paget knowledge show cea                        a fact"""

CHECK: Final = """\
    paget knowledge check
    paget knowledge check --overlay our-hospital/   before it is used"""

KINDS: Final = """\
    paget knowledge schema                          of every kind
    paget knowledge schema score --output score.schema.json"""

SCHEMA: Final = """\
    paget schema --output case.schema.json          for an editor to check cases
    paget schema sql                                the tables of a database
    paget schema reference                          every column, to read"""

ENDPOINT: Final = """\
    paget endpoint overall_survival study.duckdb --origin diagnosis
    paget endpoint disease_free_survival study/ --origin resection_of_primary
    paget endpoint overall_survival study/ --origin metastasectomy --out os.csv
    paget endpoint overall_survival study/ --origin diagnosis --adam --out a.csv"""

CALIBRATE: Final = """\
    paget calibrate score --help
    paget calibrate biology --help

Of a registry, into your hospital's folder, as a proposal to the board:

    $ paget calibrate score fong_score registry/ --out our-hospital/
    $ paget calibrate score fong_score registry/ --groups --at "36 months"
    $ paget calibrate score fong_score old.csv --map m.yaml --recorded "Fong score"\
"""

CALIBRATE_BIOLOGY: Final = """\
    paget calibrate biology --help

About five minutes on two processors, and again with the model as a file and a figure:

    $ paget calibrate biology
    $ paget calibrate biology --seed 1 --out calibrated.yaml --figure fit.svg
    $ paget simulate calibrated.yaml --patients 100000
    $ paget calibrate biology my_tables.yaml --draws 20000 --date 2026-05-04"""

STUDY: Final = """\
    paget study --example                       study.yaml and followed.csv, here
    paget study study.yaml --check              each mistake with its line
    paget study study.yaml                      study_report/report.html
    paget study --schema --out study.schema.json
"""

DOCTOR: Final = """\
    paget doctor
    paget doctor --json                             for a report of a fault"""
