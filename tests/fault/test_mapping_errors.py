"""Broken flat files and mapping files: one clear message that names the place, or a row that is listed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from bounded import within
from paget.errors import BadInput, NotFound
from paget.intake.mapped import mapped_tables
from paget.record.problems import ImportReport

GOOD = """
title: A test
patient: id
rows:
  - table: patients
    columns: {sex: {column: sex}}
"""
SECRET = "Secret-Value-1"
Run = Callable[..., tuple[list[tuple[object, ...]], ImportReport]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def read(data: bytes | str, mapping: str = GOOD, name: str = "cohort.csv"):
        (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        (tmp_path / "map.yaml").write_text(dedent(mapping))
        report = ImportReport()
        tables = mapped_tables(tmp_path / name, tmp_path / "map.yaml", report=report)
        return tables["patients"].select("patient_id", "sex").rows(), report

    return read


BOTH = [("A", "female"), ("B", "male")]


@pytest.mark.parametrize(
    "data",
    [
        "id,sex\nA,female\nB,male\n",
        "id,sex\r\nA,female\r\nB,male\r\n",
        "id,sex\rA,female\rB,male\r",
        "id,sex\nA,female\nB,male",
        "id;sex\nA;female\nB;male\n",
        "id\tsex\nA\tfemale\nB\tmale\n",
        '"id","sex"\n"A","female"\n"B","male"\n',
        " id , sex \n A , female \n B , male \n",
        "id,sex\n\nA,female\n\nB,male\n\n",
        "sex,id\nfemale,A\nmale,B\n",
    ],
    ids=["lf", "crlf", "cr", "no end", "semicolon", "tab", "quoted", "blanks", "blank lines", "order"],
)
def test_ways_to_write_the_same_table(run, data):
    found, report = run(data)
    assert found == BOTH
    assert report.problems == []


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfid,sex\nA,female\nB,male\n",
        "id,sex\nA,female\nB,male\n".encode("utf-16"),
    ],
    ids=["utf-8", "utf-16"],
)
def test_a_byte_order_mark_is_accepted_and_said(run, data):
    found, report = run(data)
    assert found == BOTH
    assert [(problem.kind, problem.what) for problem in report.problems] == [
        ("note", "the file begins with a byte order mark")
    ]


def test_another_encoding_is_refused_until_it_is_named(run):
    data = "id,sex,town\nA,female,Köln\nB,male,\n".encode("latin-1")
    with pytest.raises(BadInput, match=r"byte 23 of the file is not UTF-8") as raised:
        run(data)
    assert "latin-1" in raised.value.mend
    assert run(data, "encoding: latin-1\n" + GOOD.lstrip())[0] == BOTH


@pytest.mark.parametrize("block", [1, 2, 3, 5, 100])
def test_the_byte_that_is_wrong_is_named_wherever_blocks_end(run, monkeypatch, block):
    monkeypatch.setattr("paget.intake.flat._BLOCK", block)
    assert run("id,sex,town\nA,female,Köln\nB,male,\n")[0] == BOTH
    with pytest.raises(BadInput, match=r"byte 23 of"):
        run(b"id,sex,town\nA,female,K" + b"\xf6ln\nB,male,\n")
    with pytest.raises(BadInput, match=r"byte 23 of"):
        run(b"id,sex,town\nA,female,K" + b"\xc3")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("id,sex,id\nA,female,B\n", "stand in the header twice: 'id'"),
        ("id,sex\nA,fem\0ale\n", "NUL"),
        ('id,sex\nA,"female\nB,male\n', "quotation mark is never closed"),
    ],
    ids=["empty", "blank", "duplicate header", "NUL", "open quote"],
)
def test_a_broken_file_is_refused(run, data, message):
    with pytest.raises(BadInput, match=message) as raised:
        run(data)
    assert "cohort.csv" in raised.value.where
    assert raised.value.mend


def test_a_header_without_rows_is_an_empty_record(run):
    found, report = run("id,sex\n")
    assert found == []
    assert report.read["rows of cohort.csv"] == 0


def test_rows_with_too_many_or_too_few_cells_are_listed(run):
    found, report = run("id,sex\nA,female\nX\nY,male,more\nB,male\n")
    assert found == BOTH
    assert [(problem.kind, problem.row) for problem in report.problems] == [
        ("rejected", "3"),
        ("rejected", "4"),
    ]


def test_row_numbers_are_those_of_the_file(run):
    mapping = GOOD + "check:\n  - {what: a man, when: {sex: male}}\n"
    _, report = run("id,sex\n\nA,female\nX\nB,male\n", mapping)
    assert [(p.kind, p.row) for p in report.problems] == [("rejected", "4"), ("contradiction", "5")]


def test_a_quoted_cell_may_hold_separators_and_line_feeds(run):
    mapping = GOOD + "  - table: studies\n    columns: {kind: ct, result: {column: text}}\n"
    found, _ = run('id,sex,text\nA,female,"one, two\nthree"\nB,male,"say ""no"""\n', mapping)
    assert found == BOTH


def test_cells_that_a_spreadsheet_would_run_are_kept_as_text_and_counted(run):
    mapping = GOOD + "  - table: studies\n    columns: {kind: ct, result: {column: text}}\n"
    _, report = run('id,sex,text\nA,female,"=HYPERLINK(1)"\nB,male,@x\nB,male,+a\nB,male,-1\n', mapping)
    assert [(p.kind, p.column, p.rows) for p in report.problems] == [("note", "text", 3)]


def test_patients_of_any_name_stay_who_they_are(run):
    found, _ = run("id,sex\n=1+1,female\n<b>,male\n")
    assert found == [("=1+1", "female"), ("<b>", "male")]


def test_a_missing_file_is_not_found(tmp_path: Path):
    (tmp_path / "map.yaml").write_text(GOOD)
    with pytest.raises(NotFound, match="no such file"):
        mapped_tables(tmp_path / "no.csv", tmp_path / "map.yaml", report=ImportReport())
    with pytest.raises(NotFound, match="no such mapping file"):
        mapped_tables(tmp_path / "no.csv", tmp_path / "no.yaml", report=ImportReport())


def test_columns_that_the_file_lacks_are_all_named(run):
    mapping = """
    title: A test
    patient: id
    rows:
      - table: patients
        columns: {sex: {column: gender}, last_contact_day: {column: sen}}
        when: {status: 1}
    """
    with pytest.raises(BadInput, match="lacks 3 thing") as raised:
        run("id,sex,seen\nA,female,2024\n", mapping)
    assert "'gender'" in raised.value.what
    assert "'sen' (did you mean seen or sex?)" in raised.value.what
    assert "'status'" in raised.value.what


def test_a_part_that_the_file_lacks_is_named(run):
    mapping = GOOD + "  - table: lesions\n    from: lesions\n    columns: {organ: liver}\n"
    with pytest.raises(BadInput, match=r"the part 'lesions' \(its parts: none: it is one table\)"):
        run("id,sex\nA,female\n", mapping)


def test_every_mistake_of_a_mapping_is_named_with_its_line(run):
    mapping = """\
title: A test
pateint: id
time_base: relatives
days_per_month: 12
values:
  organs: {Liver: livver}
days:
  a: {column: x, unit: months, after: b}
  b: {day: a}
rows:
  - table: sits
    columns: {}
  - table: sites
    columns: {organs: liver, organ: {column: s, values: organs}, day: {day: c}}
  - table: stagings
    columns: {m: M0}
    one_per: [patient, n]
  - table: lesions
    columns:
      organ: kidny
      relation: {column: r, otherwise: distant}
      found_day: {column: d, unit: hours}
      laterality: {column: l, text: "{l}"}
check:
  - {what: x}
"""
    with pytest.raises(BadInput) as raised:
        run("id,sex\nA,female\n", mapping)
    message = raised.value.what
    for line, words in (
        (1, "patient is missing"),
        (2, "there is no key 'pateint'; did you mean patient?"),
        (3, "time_base is one of calendar, relative, not 'relatives'; did you mean relative"),
        (4, "a month has between 28 and 31 days"),
        (8, "the day a is counted from itself"),
        (10, "no rows for the table patients"),
        (11, "there is no table 'sits'; did you mean sites"),
        (14, "there is no column of sites 'organs'; did you mean organ"),
        (14, "organ: 'livver' is not an allowed value; did you mean liver?"),
        (14, "there is no day 'c' under days"),
        (16, "stagings needs the column tumour_id"),
        (17, "one_per takes row, patient, or columns of the item, not 'n'"),
        (20, "organ: 'kidny' is not an allowed value; did you mean kidney"),
        (21, "otherwise belongs to values"),
        (22, "unit is one of days, weeks, months, years, not 'hours'"),
        (23, "write one of value, column and text"),
        (25, "write one of when and disagree"),
    ):
        assert any(text.strip().startswith(f"line {line}: {words}") for text in message.splitlines()), (
            line,
            words,
            message,
        )
    assert raised.value.where == "map.yaml"


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("[1, 2]", "the file is written as keys with values"),
        ("title: x\nrows: {table: patients}", "rows is a list"),
        (GOOD.replace("{sex: {column: sex}}", "[sex]"), "columns is written as keys with values"),
        (GOOD.replace("sex: {column: sex}", "sex: {column: [a]}"), "column is a text"),
        (GOOD.replace("sex: {column: sex}", "sex: sex"), "a column of the file is written {column: name}"),
        (GOOD + "    when: [a]\n", "a condition is written"),
        (GOOD + "    when: {a: {above: yes}}\n", "above is a number"),
        (GOOD + "    when: {a: {given: 1}}\n", "write given: true or given: false"),
        (GOOD + "    one_per: row\n", "a person is one row"),
        (GOOD + "decimal: ;\n", "decimal is one of"),
        (GOOD.replace("sex: {column: sex}", "birth_day: {column: b, unit: months}"), "need days_per_month"),
        (GOOD.replace("sex: {column: sex}", "birth_day: {age: b}"), "age needs on"),
        (GOOD.replace("sex: {column: sex}", "birth_day: 12.5"), "birth_day"),
        (GOOD.replace("sex: {column: sex}", "death_cause: {text: '{a'}"), "pairs of braces"),
        (GOOD + "  - {table: sites, columns: {organ: {column: a, split: x}, "
         "laterality: {column: b, split: x}}}",
         "only one column may be split"),
        (GOOD + "values: {v: {A: x, a: y}}\n", "twice with different meanings"),
        (GOOD + "title: again\n", "twice"),
        ("a: &x 1\nb: *x\n", ""),
        ("\t: :", ""),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_follow_the_language_is_refused(run, mapping, message):
    with pytest.raises(BadInput) as raised:
        run("id,sex\nA,female\n", mapping)
    assert message in str(raised.value)


def test_messages_never_repeat_a_patient_s_value(run):
    mapping = """
    title: A test
    patient: id
    rows:
      - table: patients
        columns:
          sex: {column: sex, values: {female: female}}
          birth_day: {column: born}
      - table: measurements
        columns: {lesion_id: L1, longest_mm: {column: size}}
      - table: sites
        columns: {organ: liver, day: {column: found}}
    check:
      - {what: odd, when: {size: {given: true}}}
    """
    row = f"A,female,{SECRET},{SECRET},{SECRET}"
    _, report = run(f"id,sex,born,size,found\n{row}\n", mapping)
    assert len(report.rejected) == 3
    assert SECRET not in "".join(map(str, report.problems))


def test_a_long_text_that_is_not_understood_is_counted_and_not_shown(run):
    mapping = GOOD.replace("{column: sex}", "{column: sex, values: {f: female}}")
    told = "a sentence about the patient that goes on for a while"
    _, report = run(f"id,sex\nA,{told}\nB,odd\n", mapping)
    assert dict(report.not_understood) == {
        "column sex: a longer text is not in the value map": 1,
        "column sex: 'odd' is not in the value map": 1,
    }


def test_control_characters_in_words_are_escaped(run):
    mapping = GOOD.replace("{column: sex}", "{column: sex, values: {f: female}}")
    _, report = run("id,sex\nA,\x1b[31mred\n", mapping)
    assert "\x1b" not in "".join(report.not_understood)


def test_a_pointer_to_large_file_storage_is_named(run):
    mapping = "format: cbioportal\n" + GOOD.replace("patient: id", "patient: PATIENT_ID").lstrip()
    with pytest.raises(BadInput, match="pointer to large file storage"):
        run(
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
            mapping,
            "data_clinical_patient.txt",
        )


def test_a_folder_without_cbioportal_files_is_refused(tmp_path: Path):
    (tmp_path / "map.yaml").write_text("format: cbioportal\n" + GOOD.lstrip())
    (tmp_path / "study").mkdir()
    with pytest.raises(BadInput, match="no cBioPortal files"):
        mapped_tables(tmp_path / "study", tmp_path / "map.yaml", report=ImportReport())


def test_a_damaged_parquet_file_is_refused(run):
    with pytest.raises(BadInput, match="not a Parquet file"):
        run(b"PAR1 nothing", name="cohort.parquet")


def test_many_bad_cells_are_listed_up_to_a_limit_and_counted(run):
    mapping = GOOD + "  - table: sites\n    columns: {organ: liver, day: {column: sex}}\n"
    rows = "".join(f"P{number},female\n" for number in range(12_000))
    with within(2):
        _, report = run(f"id,sex\n{rows}", mapping)
    assert len(report.rejected) == 10_001
    assert report.count("rejected") == 12_000
