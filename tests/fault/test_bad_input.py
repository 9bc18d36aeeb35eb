"""Bad input of documents, own files and the record: what each gets, in bounded time and memory.

Numbers in the names are those of the catalogue of bad input. FHIR has its own tests.
"""

from __future__ import annotations

import gzip
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from bounded import within
from paget.documents import MAX_DEPTH, load_json, load_yaml
from paget.errors import BadInput, NotFound, PagetError
from paget.intake.read import read
from paget.record import Record, case_from_rows, read_case

SECONDS = 2.0  # beyond parsing


@pytest.fixture(autouse=True)
def in_bounded_time() -> Iterator[None]:
    with within(SECONDS + 8):  # some of these inputs take a moment to make
        yield


def refusal(action: Callable[[], object]) -> str:
    """The one clear message of a refusal: what, where, and how to mend it."""
    with within(SECONDS), pytest.raises(PagetError) as caught:
        action()
    assert caught.value.exit_code in {2, 3}
    assert caught.value.where
    assert caught.value.mend
    return str(caught.value)


def bracketed(depth: int) -> str:
    return "[" * depth + "]" * depth


JSON = [
    ("4 depth 100,000", bracketed(100_000), "nested too deeply"),
    ("4 depth of objects", '{"a":' * 100_000, "nested too deeply"),
    ("4 depth hidden by texts", '["]]]]]]]",' * 65 + "1" + "]" * 65, "nested too deeply"),
    ("4 depth hidden by quotes", '["\\"]]]]",' * 65 + "1" + "]" * 65, "nested too deeply"),
    ("5 duplicate keys", '{"a": 1, "b": {"c": 1, "c": 2}}', "a key that occurs twice in one object"),
    ("5 the key is named", '{"a": 1, "b": 2, "b": 3}', "key 'b'"),
    ("6 NaN", '{"a": NaN}', "not finite"),
    ("6 Infinity", '{"a": -Infinity}', "not finite"),
    ("7 1e400", '{"a": 1e400}', "not finite"),
    ("7 an integer of 5000 digits", "[" + "9" * 5000 + "]", "thousands of digits"),
    ("8 NUL", '{"a": "\0"}', "a NUL character"),
    ("8 NUL escaped", '{"a": "\\u0000"}', "a NUL character"),
    ("9 high surrogate", '{"a": "\\ud800"}', "half of a surrogate pair"),
    ("9 low surrogate", '{"a": "\\udc00 \\ud83d"}', "half of a surrogate pair"),
    ("10 UTF-16", '{"a": 1}'.encode("utf-16"), "UTF-16"),
    ("10 invalid UTF-8", b'{"a": "\xff"}', "not valid UTF-8"),
    ("10 invalid UTF-8 in a key", b'{"\xc3(": 1}', "not valid UTF-8"),
    ("broken", '{"a": [1, 2', "not valid JSON"),
    ("two values", '{"a": 1} {"a": 2}', "not valid JSON"),
    ("empty", "", "empty"),
    ("blank", " \n ", "empty"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "what"), [case[1:] for case in JSON], ids=[case[0] for case in JSON])
def test_json_is_refused_whole(data: bytes | str, what: str) -> None:
    assert what in refusal(lambda: load_json(data, "file.json"))


def test_json_that_only_looks_dangerous_is_read() -> None:
    assert load_json('{"a": "]]]]{{{{", "b": "\\\\u0000 \\ud83d\\ude00"}', "x") == {
        "a": "]]]]{{{{",
        "b": "\\u0000 😀",
    }
    assert load_json(bracketed(MAX_DEPTH), "x")
    assert load_json('["' + "[" * 100_000 + '"]', "x") == ["[" * 100_000]
    assert load_json('{"__proto__": 1, "constructor": {"x": 2}}', "x") == {
        "__proto__": 1,
        "constructor": {"x": 2},
    }  # 21
    notes: list[str] = []
    assert load_json(b"\xef\xbb\xbf[1]", "x", notes=notes) == [1]  # 10
    assert notes == ["it begins with a byte order mark, which was skipped"]


YAML = [
    ("3 aliases", "a: &a [1]\nb: *a", "an alias or anchor"),
    ("3 a laugh", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "an alias or anchor"),
    ("4 depth in flow", bracketed(100_000), "nested too deeply"),
    ("4 depth in blocks", "\n".join(" " * n + "- " for n in range(200)), "nested too deeply"),
    ("5 duplicate keys", "a: 1\nb: 2\na: 3", "a key that occurs twice"),
    ("6 NaN", "a: .nan", "not finite"),
    ("7 1e400", "a: 1e400", "not finite"),
    ("7 an integer of 5000 digits", "a: " + "9" * 5000, "thousands of digits"),
    ("8 NUL", "a: b\0c", "a NUL character"),
    ("8 NUL escaped", 'a: "\\0"', "a NUL character"),
    ("9 surrogate", 'a: "\\ud800"', "not valid YAML"),
    ("10 invalid UTF-8", b"a: \xff", "not valid UTF-8"),
    ("50 code in a tag", "a: !!python/object/apply:os.system [ls]", "a tag"),
    ("50 code as a tag of its own", "a: !run ls", "a tag"),
    ("two documents", "a: 1\n---\nb: 2", "a second document"),
    ("a key that is a list", "? [a, b]\n: 1", "a key that is a list or mapping"),
    ("a tab", "a:\n\t- 1", "not valid YAML"),
]


@pytest.mark.parametrize(("data", "what"), [case[1:] for case in YAML], ids=[case[0] for case in YAML])
def test_yaml_is_refused_whole(data: bytes | str, what: str) -> None:
    assert what in refusal(lambda: load_yaml(data, "file.yaml"))


def test_yaml_is_read_as_version_1_2() -> None:
    text = "on: yes\nno: off\nn: null\nday: 2024-05-31\nid: 007\nsex: 1:30\nx: 0o17\nt: true\nf: .5\n"
    assert load_yaml(text + "text: |\n  <b>\n", "x").value == {
        "on": "yes", "no": "off", "n": None, "day": "2024-05-31", "id": "007", "sex": "1:30", "x": 15,
        "t": True, "f": 0.5, "text": "<b>\n",
    }  # fmt: skip


def test_yaml_names_the_line() -> None:
    document = load_yaml("a:\n  - b: 1\n  - c:\n      d: 2\n", "x")
    assert [document.line(path) for path in [(), ("a", 0), ("a", 1, "c", "d"), ("a", 7), ("z",)]] == [
        1,
        2,
        4,
        1,
        1,
    ]
    with pytest.raises(BadInput) as caught:
        load_yaml("a: 1\nb: 2\nb: 3\n", "case.yaml")
    assert "case.yaml, line 3" in str(caught.value)


# Files


def test_18_a_document_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "big.json"
    with file.open("wb") as stream:
        stream.truncate(300 * 2**20)
    message = refusal(lambda: read(file))
    assert "256 MB" in message
    assert "NDJSON" in message
    file.write_text('{"patient": {"patient_id": "P1"}}')
    assert "larger than the limit" in refusal(lambda: read(file, max_size=20))
    assert read(file, max_size=33).patient_ids() == ["P1"]


def test_18_memory_stays_bounded_by_the_size_of_the_file(tmp_path: Path) -> None:
    studies = [{"kind": "ct", "day": "2020-01-05", "result": f"text {n}"} for n in range(200_000)]
    file = tmp_path / "case.json"
    file.write_text(json.dumps({"patient": {"patient_id": "P1"}, "studies": studies}))
    size = file.stat().st_size
    code = (
        "import resource, sys; from pathlib import Path; from paget.documents import load_json\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "load_json(Path(sys.argv[1]).read_bytes(), 'x')\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 12 * size + 200 * 2**20


def test_41_a_gzip_bomb_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    zeros = gzip.compress(b" " * 2**20, 9)
    for name, words in (("bomb.json.gz", "larger than the limit"), ("bomb.ndjson.gz", "without measure")):
        file = tmp_path / name
        file.write_bytes(zeros * 600)  # 600 MB of blanks in less than a megabyte
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert words in refusal(lambda file=file: read(file, max_size=8 * 2**20))
        assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 200 * 2**20


def test_41_a_bomb_of_one_case_again_and_again_ends_at_the_second(tmp_path: Path) -> None:
    file = tmp_path / "bomb.ndjson.gz"
    file.write_bytes(gzip.compress(b'{"patient": {"patient_id": "P1"}}\n' * 1_000_000, 9))
    assert "two cases of the same patient" in refusal(lambda: read(file))
    file.write_bytes(gzip.compress(b"{\n" * 1_000_000, 9))
    assert "1000 or more lines are broken" in refusal(lambda: read(file))


def test_52_packed_twice_and_zip_are_refused(tmp_path: Path) -> None:
    twice = tmp_path / "case.json.gz"
    twice.write_bytes(gzip.compress(gzip.compress(b"{}")))
    assert "gzip file within a gzip file" in refusal(lambda: read(twice))
    damaged = tmp_path / "damaged.json.gz"
    damaged.write_bytes(gzip.compress(b'{"patient": {"patient_id": "P1"}}' * 100)[:-20])
    assert "damaged gzip" in refusal(lambda: read(damaged))
    slip = tmp_path / "case.zip"  # 51
    with zipfile.ZipFile(slip, "w") as packed:
        packed.writestr("../../outside.json", "{}")
    assert "a zip archive" in refusal(lambda: read(slip))
    assert not (tmp_path.parent.parent / "outside.json").exists()


ODD_NAMES = [
    "<script>.json",
    "a\nb.json",
    "a\r\nSet-Cookie.json",
    "\u202egnp.json",
    "..\\..\\x.json",
    "\x1b[31m.json",
    "=1+1.json",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_53_odd_file_names_are_read_and_shown_without_their_controls(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text('{"patient": {"patient_id": "P1", "birth_day": "2025-02-29"}}')
    record = read(file)
    assert record.patient_ids() == ["P1"]
    said = [record.report.source, *map(str, record.report.problems)]
    file.write_text("{")
    said.append(refusal(lambda: read(file)).replace("\n", ""))
    assert all(text.isprintable() for text in said)


def test_a_path_that_is_nothing(tmp_path: Path) -> None:
    assert "no such file" in refusal(lambda: read(tmp_path / "nothing.json"))
    assert "nothing that paget reads" in refusal(lambda: read(tmp_path))
    (tmp_path / "notes.txt").write_text("hello")
    assert "not paget's own" in refusal(lambda: read(tmp_path))
    (tmp_path / "x.bin").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert "nothing that paget reads" in refusal(lambda: read(tmp_path / "x.bin"))
    (tmp_path / "page.html").write_text("<html>")
    assert refusal(lambda: read(tmp_path / "page.html"))
    assert "not a plain file" in refusal(lambda: read("/dev/null"))


def test_54_a_file_is_what_it_holds_and_not_what_it_is_called(tmp_path: Path) -> None:
    database = tmp_path / "case.json"
    Record.from_cases([read_case({"patient": {"patient_id": "P1"}})[0]]).to_duckdb(database)
    assert read(database).engine == "duckdb"
    damaged = tmp_path / "half.duckdb"
    damaged.write_bytes(database.read_bytes()[:5000])
    assert "cannot be opened" in refusal(lambda: read(damaged))
    assert refusal(lambda: read(database.rename(tmp_path / "patients.csv")) and read(tmp_path))


def test_a_database_of_something_else(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "x.duckdb")) as database:
        database.execute("CREATE TABLE cars AS SELECT 1 AS wheels")
    assert "none of its tables" in refusal(lambda: read(tmp_path / "x.duckdb"))
    with duckdb.connect(str(tmp_path / "x.duckdb")) as database:
        database.execute("CREATE TABLE patients AS SELECT 'P1' AS patient_id")
    assert dict(read(tmp_path / "x.duckdb").report.ignored) == {"table that the record does not have": 1}


def test_55_a_database_reads_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("patient_id\nsecret\n")
    file = tmp_path / "view.duckdb"
    with duckdb.connect(str(file)) as database:
        database.execute(f"CREATE VIEW patients AS SELECT * FROM read_csv('{secret}')")
    message = refusal(lambda: read(file).patient_ids())
    assert "secret" not in message


def test_a_folder_of_different_things(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_text("patient_id\nP1\n")
    (tmp_path / "case.yaml").write_text("patient: {patient_id: P2}\n")
    assert "different things" in refusal(lambda: read(tmp_path))
    (tmp_path / "case.yaml").unlink()
    (tmp_path / "patients.parquet").write_bytes(b"")
    assert "two files hold the table" in refusal(lambda: read(tmp_path))
    (tmp_path / "patients.parquet").unlink()
    (tmp_path / "tumors.csv").write_text("patient_id\nP1\n")
    assert "did you mean tumours" in refusal(lambda: read(tmp_path))
    (tmp_path / "tumors.csv").rename(tmp_path / "tumours.parquet")
    assert "not a Parquet file" in refusal(lambda: read(tmp_path))


def test_one_broken_file_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("patient: {patient_id: P1}\n")
    (tmp_path / "b.yaml").write_text("patient: {patient_id: P2\n")
    assert "b.yaml" in refusal(lambda: read(tmp_path))
    (tmp_path / "b.yaml").write_text("patient: {patient_id: P1}\n")
    assert "two cases of the same patient" in refusal(lambda: read(tmp_path))


def test_the_patient_is_picked(tmp_path: Path) -> None:
    lines = [
        json.dumps({"patient": {"patient_id": f"P{n}", "sex": "queen" if n == 2 else "male"}})
        for n in range(9)
    ]
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(lines) + "\n\n")
    assert len(read(file).patient_ids()) == 9
    assert read(file, patient="P3").patient_ids() == ["P3"]
    assert read(file, patient="P3").report.rejected == []
    with pytest.raises(NotFound) as caught:
        read(file, patient="P33")
    assert "P0, P1" in str(caught.value)
    with pytest.raises(BadInput, match="1 row was rejected"):
        read(file, strict=True)
    assert read(file, patient="P3", strict=True).report.read == {"patients": 1}


def test_the_contradictions_of_one_patient_are_named_once() -> None:
    odd = {"last_contact_day": "2021", "death_day": "2020"}
    cases = [read_case({"patient": {"patient_id": name, **odd}})[0] for name in ("P1", "P2")]
    record = Record.from_cases(cases)
    assert len(record.report.contradictions) == 2
    assert [p.patient_id for p in record.only("P2").report.contradictions] == ["P2"]


# CSV


def folder(path: Path, **tables: str | bytes) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in ({"patients": "patient_id\nP1\n"} | tables).items():
        data = text if isinstance(text, bytes) else text.encode()
        (path / f"{name}.csv").write_bytes(data)
    return path


CSV = [
    ("8 NUL", b"patient_id\nP1\0\n", "a NUL character"),
    ("10 invalid UTF-8", b"patient_id,sex\nP1,\xff\n", "not valid UTF-8"),
    ("10 invalid UTF-8 in the header", b"patient_id,s\xffx\nP1,male\n", "not valid UTF-8"),
    ("empty", b"", "the file is empty"),
    ("a column twice", b"patient_id,sex,sex\nP1,male,male\n", "stands in the header twice"),
    ("a column that does not exist", b"patient_id,gender\nP1,male\n", "no column 'gender'"),
    ("no patient_id", b"sex\nmale\n", "the column patient_id is missing"),
    ("an open quotation mark", b'patient_id,sex\n"P1,male\n', "never closed"),
]


@pytest.mark.parametrize(("data", "what"), [case[1:] for case in CSV], ids=[case[0] for case in CSV])
def test_a_broken_csv_is_refused_whole(tmp_path: Path, data: bytes, what: str) -> None:
    assert what in refusal(lambda: read(folder(tmp_path / "x", patients=data)))


def test_csv_as_it_is_found(tmp_path: Path) -> None:
    people = "\ufeffpatient_id;birth_day;sex\r\nP1;1960-05;Female\r\n;1970;male\r\nP2;1970;male;x\r\nP3;;\r\n"
    studies = 'patient_id,day,covers\nP1,2020,"chest; abdomen"\nP3,2020-02-03,\n'
    record = read(folder(tmp_path / "x", patients=people, studies=studies))
    assert [(c.patient_id, c.patient.birth_day, c.patient.sex) for c in record.cases()] == [
        ("P1", "1960-05", "female"), ("P3", None, None),
    ]  # fmt: skip
    assert record.case("P1").studies[0].covers == ("abdomen", "chest")
    assert [(p.row, p.what) for p in record.report.rejected] == [
        ("#3", "the row does not have 3 cells as the header has"), ("#2", "a required value is blank"),
    ]  # fmt: skip
    assert [p.what for p in record.report.problems if p.kind == "note"] == [
        "it begins with a byte order mark, which was skipped"
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_end_as_any_system_ends_them(tmp_path: Path, end: str) -> None:
    rows = ["patient_id,sex", "P1,female", "P2,male", ""]
    record = read(folder(tmp_path / "x", patients=end.join(rows)))
    assert [(case.patient_id, case.patient.sex) for case in record.cases()] == [
        ("P1", "female"),
        ("P2", "male"),
    ]


def test_numbers_in_a_column_of_days(tmp_path: Path) -> None:
    def days(text: str) -> list[str | None]:
        rows = "\n".join(f"P1,{cell}" for cell in text.split())
        record = read(folder(tmp_path / "x", studies=f"patient_id,day\n{rows}\n"))
        return [row.day for row in record.case("P1").studies]

    assert days("2020 1975") == ["2020", "1975"]  # years
    assert days("18262 1975") == ["2020-01-01", "1975-05-30"]  # 1975 days after 1970-01-01
    assert days("2020-01-01 1975 999") == ["2020-01-01", "1975", None]


def test_58_cells_that_a_spreadsheet_would_run_are_texts_and_are_written_as_texts(tmp_path: Path) -> None:
    texts = ["=1+1", "+1", "-1", "@sum(A1)", "\tx", "\rx", "'=1", "'", "plain", '=HYPERLINK("http://x","y")']
    rows = [{"result": text} for text in texts]
    case, report = read_case({"patient": {"patient_id": "=P"}, "studies": rows})
    assert report.problems == []
    assert [row.result for row in case.studies] == texts
    Record.from_cases([case]).write(tmp_path / "out", "csv")
    written = pl.read_csv(tmp_path / "out" / "studies.csv", infer_schema=False)
    assert all(
        not str(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
        for row in written.rows()
        for cell in row
        if cell
    )
    assert read(tmp_path / "out").case("=P") == case


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a\nb",
        "\x1b[31mred",
        "\u202ex",
        "{{7*7}}",
        "%s%n",
        "Robert'); DROP TABLE",
    ],
)
def test_59_64_markup_and_controls_are_kept_as_text_and_shown_in_no_message(text: str) -> None:
    document = {
        "patient": {"patient_id": "P1"},
        "studies": [{"result": text, "kind": text}, {"result": text}],
    }
    case, report = read_case(document)
    assert [row.result for row in case.studies] == [text]
    assert all(text not in str(problem) for problem in report.problems)


def test_61_a_decimal_comma_names_its_row(tmp_path: Path) -> None:
    measured = (
        'patient_id,lesion_id,longest_mm\nP1,L1,"1,5"\nP1,L1,1.5\nP1,L1,3200\nP1,L1,3.2 cm\nP1,L1,999\n'
    )
    record = read(folder(tmp_path / "x", lesions="patient_id,lesion_id\nP1,L1\n", measurements=measured))
    assert [(p.row, p.what) for p in record.report.rejected] == [
        ("#1", "a decimal comma"),
        ("#3", "outside 0 to 500 mm"),
    ]
    assert [row.longest_mm for row in record.case("P1").measurements] == [1.5, 32.0, None]
    assert record.report.count("unknown value") == 1


def test_61_results_of_a_file_are_those_of_a_case(tmp_path: Path) -> None:
    written = ["40", "<0.5", "> 200 ng/mL", "1,5", "mutated", "0 ng/mL", "-3"]
    written += ["unknown", "999", "", "40 ug/L", "40 mm"]
    rows = [{"row_id": f"r{n}", "name": "CEA", "value": value or None} for n, value in enumerate(written)]
    for row in rows[:2]:
        row["unit"] = "ng/mL"
    case, report = read_case({"patient": {"patient_id": "P1"}, "observations": rows})
    text = "\n".join(f'P1,r{n},CEA,"{value}",{rows[n].get("unit", "")}' for n, value in enumerate(written))
    record = read(folder(tmp_path / "x", observations=f"patient_id,row_id,name,value,unit\n{text}\n"))
    assert record.case("P1") == case
    found = {(p.row, p.column, p.what, p.mend) for p in record.report.rejected}
    assert found == {(p.row, p.column, p.what, p.mend) for p in report.rejected}
    assert {row for row, *_ in found} == {"r3", "r4", "r5", "r6", "r11"}
    assert record.report.count("unknown value") == report.count("unknown value") == 2


def test_values_of_a_table_that_is_not_there(tmp_path: Path) -> None:
    covers = "row_id,patient_id,value\ns1,P1,chest\n"
    record = read(folder(tmp_path / "x", studies_covers=covers))
    assert [(p.table, p.row) for p in record.report.rejected] == [("studies_covers", "s1")]
    both = folder(tmp_path / "y", studies_covers=covers, studies="row_id,patient_id,covers\ns1,P1,liver\n")
    assert "in a column and in a child table" in refusal(lambda: read(both))


def test_63_degenerate_records() -> None:
    nobody = Record.from_cases([])
    assert (nobody.patient_ids(), list(nobody.cases()), nobody.report.problems) == ([], [], [])
    assert (
        Record.from_tables(
            {"patients": pl.DataFrame({"patient_id": []}, schema={"patient_id": pl.String})}
        ).patient_ids()
        == []
    )
    assert Record.from_tables({}).patient_ids() == []
    alone = Record.from_tables({"studies": pl.DataFrame({"patient_id": ["P1"]})})
    assert alone.patient_ids() == ["P1"]
    assert [p.kind for p in alone.report.problems] == ["note"]


def test_many_versions_of_one_row_are_read_in_bounded_time() -> None:
    studies = [{"row_id": f"v{n}", "replaces": f"v{n - 1}" if n else None} for n in range(20_000)]
    case = case_from_rows({"patients": [{"patient_id": "P1"}], "studies": studies})
    assert len(case.studies) == 20_000
    record = Record.from_tables(Record.from_cases([case]).tables)
    assert record.report.rejected == []
    studies[0]["replaces"] = "v19999"
    with within(SECONDS):
        assert case_from_rows({"patients": [{"patient_id": "P1"}], "studies": studies}).studies == ()


def test_a_million_structure_errors_are_one_message() -> None:
    document: dict[str, Any] = {"patient": {"patient_id": "P1"}, "studies": [{"knd": "ct"}] * 1_000_000}
    message = refusal(lambda: read_case(document, source="x"))
    assert len(message) < 10_000
    assert "and 999980 more" in message


def test_nothing_is_left_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = Record.from_cases([read_case({"patient": {"patient_id": "P1"}})[0]])
    record.write(tmp_path / "there")
    record.to_duckdb(tmp_path / "there.duckdb")
    assert "there already" in refusal(lambda: record.write(tmp_path / "there"))
    assert "there already" in refusal(lambda: record.to_duckdb(tmp_path / "there.duckdb"))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(OSError, match="No space"):
        record.write(tmp_path / "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there", "there.duckdb"]
