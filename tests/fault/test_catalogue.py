"""The catalogue of bad input, number by number, through the command line: what a user gets for each.

Refused: exit code 2 and one message that says what, where and how to mend it. Said: exit code 0, the
record is read, and the report names it. Rejected: exit code 0 and the row is listed; 2 with --strict.
No message holds a value of a patient. (Numbers that concern the service have their tests there.)
"""

from __future__ import annotations

import gzip
import io
import json
import socket
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from bounded import within
from paget.cli import main

FILES = {*range(1, 14), *range(16, 20), 21, 22, 41, *range(50, 54), *range(58, 65)}
"""The numbers of the catalogue that concern files."""

SECRET = "Smith-1947"  # stands where a value of a patient stands
PATIENT = {"resourceType": "Patient", "id": "p1"}
COLON = {
    "resourceType": "Condition",
    "id": "c1",
    "subject": {"reference": "Patient/p1"},
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "363406005"}]},
}


@dataclass(frozen=True)
class Bad:
    """A bad input: its number, its file, and what a user gets."""

    number: int
    name: str
    content: bytes | Callable[[], bytes]
    gets: Literal["refused", "said", "rejected"]
    words: str
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.number}-{self.words[:30]}"


def text(value: str) -> bytes:
    return value.encode()


def bundle(*resources: Any) -> bytes:
    entries = [{"resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def case(**tables: Any) -> bytes:
    return json.dumps({"patient": {"patient_id": "P1"}, **tables}).encode()


def zipped(name: str, content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return held.getvalue()


def many_entries() -> bytes:
    entry = b'{"resource":{"resourceType":"Basic","id":"b"}},'
    head, tail = b'{"resourceType":"Bundle","type":"collection","entry":[', b'{"resource":%s}]}'
    return head + entry * 1_000_000 + tail % json.dumps(PATIENT).encode()


def referring(address: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "21889-1"}]},
        "subject": {"reference": "Patient/p1"},
        "focus": [{"reference": address}],
        "valueQuantity": {"value": 12, "unit": "mm", "system": "http://unitsofmeasure.org", "code": "mm"},
        "effectiveDateTime": "2024-05-01",
    }


CIRCLE = bundle(
    PATIENT,
    {
        "resourceType": "Observation",
        "id": "a",
        "status": "final",
        "hasMember": [{"reference": "Observation/b"}],
    },
    {
        "resourceType": "Observation",
        "id": "b",
        "status": "final",
        "hasMember": [{"reference": "Observation/a"}],
    },
)
CLASH = {**COLON, "contained": [{"resourceType": "X", "id": "a"}, {"resourceType": "Y", "id": "a"}]}
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "%s">]><Bundle>&a;</Bundle>'
LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
GZ_BOMB = gzip.compress(b" " * 2**20, 9)
STUDY = {"kind": "ct", "day": "2024-05-01"}

CATALOGUE = [
    Bad(1, "x.json", text(XXE % "file:///etc/passwd"), "refused", "XML is not read"),
    Bad(2, "x.xml", text(XXE % "http://169.254.169.254/"), "refused", "XML is not read"),
    Bad(3, "x.yaml", text(LAUGHS), "refused", "an alias or anchor"),
    Bad(4, "x.json", b"[" * 100_000 + b"]" * 100_000, "refused", "nested too deeply"),
    Bad(4, "x.yaml", b"[" * 100_000 + b"]" * 100_000, "refused", "nested too deeply"),
    Bad(
        5,
        "x.json",
        text(f'{{"patient": {{"patient_id": "{SECRET}", "patient_id": "B"}}}}'),
        "refused",
        "occurs twice",
    ),
    Bad(5, "x.yaml", text(f"patient: {{patient_id: {SECRET}, patient_id: B}}"), "refused", "occurs twice"),
    Bad(6, "x.json", text('{"patient": {"patient_id": "P1"}, "x": NaN}'), "refused", "not finite"),
    Bad(6, "x.json", text('{"resourceType": "Patient", "id": "a", "x": -Infinity}'), "refused", "not finite"),
    Bad(7, "x.json", text('{"patient": {"patient_id": "P1"}, "x": 1e400}'), "refused", "not finite"),
    Bad(8, "x.json", text('{"patient": {"patient_id": "P\\u00001"}}'), "refused", "a NUL character"),
    Bad(8, "x.yaml", b"patient: {patient_id: P\x001}", "refused", "a NUL character"),
    Bad(9, "x.json", text('{"patient": {"patient_id": "P\\ud800"}}'), "refused", "half of a surrogate pair"),
    Bad(10, "x.json", b'{"patient": {"patient_id": "P\xff"}}', "refused", "not valid UTF-8"),
    Bad(10, "x.json", b"\xef\xbb\xbf" + case(), "said", "byte order mark"),
    Bad(10, "x.json", b"\xef\xbb\xbf" + bundle(PATIENT, COLON), "said", "byte order mark"),
    Bad(11, "x.json", CIRCLE, "said", "Observation"),
    Bad(
        12,
        "x.json",
        bundle(PATIENT, COLON, referring("http://169.254.169.254/latest/meta-data")),
        "said",
        "Observation",
    ),
    Bad(13, "x.json", bundle(PATIENT, COLON, referring("file:///etc/passwd")), "said", "Observation"),
    Bad(16, "x.json", bundle(PATIENT, CLASH), "refused", "contained"),
    Bad(
        17,
        "x.json",
        bundle(PATIENT, {"resourceType": "Horse", "id": "h"}),
        "said",
        "Horse: has no place in the record",
    ),
    Bad(18, "x.json", many_entries, "said", "1000000  Basic: has no place in the record"),
    Bad(18, "x.json", many_entries, "refused", "larger than the limit", ("--max-size", "20")),
    Bad(19, "x.json", bundle(PATIENT, COLON, referring("Patient?identifier=x|1")), "said", "Observation"),
    Bad(
        21,
        "x.json",
        bundle({**PATIENT, "__proto__": {"id": "p2"}, "constructor": {}}, COLON),
        "said",
        "1 patient: p1",
    ),
    Bad(22, "x.json", bundle(PATIENT, {**PATIENT, "id": "p2"}), "refused", "p1, p2"),
    Bad(41, "x.json.gz", lambda: GZ_BOMB * 600, "refused", "larger than the limit"),
    Bad(41, "x.ndjson.gz", lambda: gzip.compress(b"\n" * 50_000_000, 9), "refused", "grows without measure"),
    Bad(50, "x.yaml", text("patient: !!python/object/apply:os.system [ls]"), "refused", "a tag"),
    Bad(51, "x.zip", zipped("../../outside.json", case()), "refused", "a zip archive"),
    Bad(52, "x.zip", zipped("inner.zip", zipped("x.json", b" " * 10_000_000)), "refused", "a zip archive"),
    Bad(52, "x.json.gz", gzip.compress(gzip.compress(case())), "refused", "a gzip file within a gzip file"),
    Bad(53, "\u202egnp.<b>\x1b[31m\n.json", case(), "said", r"\u202egnp.<b>\x1b[31m\n.json: paget case"),
    Bad(58, "x.json", case(studies=[{**STUDY, "result": "=HYPERLINK(1)"}]), "said", "1 patient: P1"),
    Bad(
        59, "x.json", case(patient={"patient_id": "P1\n2026 ERROR\x1b[2J"}), "said", r"P1\n2026 ERROR\x1b[2J"
    ),
    Bad(
        60, "x.json", case(studies=[{**STUDY, "day": "2025-02-29"}]), "rejected", "the calendar does not have"
    ),
    Bad(
        60,
        "x.json",
        case(patient={"patient_id": "P1", "birth_day": "1880"}, studies=[STUDY]),
        "rejected",
        "age above 120",
    ),
    Bad(
        60,
        "x.json",
        case(
            patient={"patient_id": "P1", "death_day": "2020-01-01"},
            treatments=[{"treatment_id": "T", "modality": "surgery", "start_day": "2020-02-01"}],
        ),
        "rejected",
        "after the death",
    ),
    Bad(
        61,
        "x.json",
        case(lesions=[{"lesion_id": "L1", "measurements": [{"longest_mm": 3200, "day": "2024"}]}]),
        "rejected",
        "outside 0 to 500 mm",
    ),
    Bad(
        61,
        "x.json",
        case(observations=[{"name": "cea", "value": "1,5", "unit": "ng/mL"}]),
        "rejected",
        "a decimal comma",
    ),
    Bad(
        61,
        "x.json",
        case(observations=[{"name": "cea", "value": -4, "unit": "ng/mL"}]),
        "rejected",
        "column low",
    ),
    Bad(
        61,
        "x.json",
        case(observations=[{"name": "cea", "value": "<0.5", "unit": "ng/mL"}]),
        "said",
        "No problem found",
    ),
    Bad(
        62,
        "x.json",
        case(observations=[{"name": "cea", "value": 999, "unit": "ng/mL"}]),
        "said",
        "Read as unknown (1 row)",
    ),
    Bad(
        62, "x.json", case(patient={"patient_id": "P1", "sex": "unknown"}), "said", "Read as unknown (1 row)"
    ),
    Bad(62, "x.json", case(observations=[{"name": "ecog", "value": True}]), "rejected", "a yes or no where"),
    Bad(63, "x.ndjson", b"\n\n", "refused", "no"),
    Bad(63, "x.json", case(), "said", "1 patient: P1"),
    Bad(
        64,
        "x.json",
        case(studies=[{**STUDY, "result": "<script>alert(1)</script>"}]),
        "said",
        "1 patient: P1",
    ),
    Bad(
        64,
        "x.json",
        case(tumours=[{"tumour_id": "<img src=x>", "site": f"<b>{SECRET}"}]),
        "rejected",
        "column site",
    ),
]


def test_every_number_that_concerns_files_has_a_test() -> None:
    assert {bad.number for bad in CATALOGUE} == FILES


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("an address was followed")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("bad", CATALOGUE, ids=str)
def test_what_a_user_gets(bad: Bad, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / bad.name
    file.write_bytes(bad.content if isinstance(bad.content, bytes) else bad.content())
    before = sorted(path.name for path in tmp_path.iterdir())
    megabytes = file.stat().st_size / 1e6
    with within(2 + megabytes / 5):  # 2 s beyond reading it
        code = main(["read", str(file), *bad.options])
    said = capsys.readouterr()
    printed = said.out + said.err
    assert all(sign.isprintable() or sign == "\n" for sign in printed)
    assert SECRET not in printed
    assert "Traceback" not in printed
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    if bad.gets == "refused":
        assert (code, said.out) == (2, "")
        assert bad.words in said.err
        assert "where:" in said.err
        assert "mend:" in said.err
        assert len(said.err.splitlines()) <= 4
        return
    assert code == 0, said.err
    assert bad.words in said.out
    assert ("Rejected" in said.out) == (bad.gets == "rejected")
    if bad.number == 18:  # once is enough
        return
    code = main(["read", str(file), "--strict"])
    assert code == (2 if bad.gets == "rejected" else 0)
    assert SECRET not in capsys.readouterr().err


def test_50_code_in_a_rule_is_a_problem_of_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marker = tmp_path / "ran"
    (tmp_path / "ours" / "criteria").mkdir(parents=True)
    rule = (
        "title: A rule with code\nkind: criteria\nmeaning: x\n"
        f"all: [\"__import__('os').system('touch {marker}')\"]\n"
        "source: {authors: practice}\nconfirmed: false\n"
    )
    (tmp_path / "ours" / "criteria" / "code.yaml").write_text(rule)
    assert main(["knowledge", "check", "--overlay", str(tmp_path / "ours")]) == 2
    assert "criteria/code.yaml:4" in capsys.readouterr().out
    assert not marker.exists()
