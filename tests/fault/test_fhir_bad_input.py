"""Broken, hostile and odd FHIR files: refused whole with one clear message, or read and said."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bounded import within
from paget.errors import BadInput, NotFound
from paget.intake.fhir import read_fhir
from paget.intake.fhir.read import read_rows
from paget.record.case import Case
from paget.record.problems import ImportReport

PATIENT = {"resourceType": "Patient", "id": "p1"}
COLON = {
    "resourceType": "Condition",
    "id": "c1",
    "subject": {"reference": "Patient/p1"},
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "363406005"}]},
}


def bundle(*resources: Any, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": r} for r in resources],
        **more,
    }


def put(folder: Path, content: bytes | str | dict[str, Any], name: str = "file.json") -> Path:
    path = folder / name
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def cases(path: Path, **options: Any) -> tuple[list[Case], ImportReport]:
    found, report = read_fhir(path, **options)
    return list(found), report


WHOLE = json.dumps(bundle(PATIENT, COLON))

REFUSED = {
    "1 to 3: XML": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Bundle>&a;</Bundle>',
    "XML after a byte order mark": b"\xef\xbb\xbf <Bundle/>",
    "4: a depth of 100,000": b'{"resourceType": "Bundle", "entry": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "5: a key twice": b'{"resourceType": "Patient", "id": "a", "id": "b"}',
    "6: NaN": b'{"resourceType": "Patient", "id": "a", "x": NaN}',
    "6: Infinity": b'{"resourceType": "Patient", "id": "a", "x": -Infinity}',
    "7: 1e400": b'{"resourceType": "Patient", "id": "a", "x": 1e400}',
    "8: a NUL byte": b'{"resourceType": "Patient", "id": "a\x00b"}',
    "8: an escaped NUL": b'{"resourceType": "Patient", "id": "a\\u0000b"}',
    "9: half a surrogate pair": b'{"resourceType": "Patient", "id": "a\\ud800"}',
    "10: invalid UTF-8": b'{"resourceType": "Patient", "id": "a\xff"}',
    "truncated": WHOLE[: len(WHOLE) // 2].encode(),
    "empty": b"",
    "a list": b'[{"resourceType": "Patient", "id": "a"}]',
    "a number": b"7",
    "no resourceType": b'{"id": "a"}',
    "a resourceType that is no text": b'{"resourceType": ["Patient"], "id": "a"}',
    "no patient": json.dumps(bundle(COLON)).encode(),
    "an empty bundle": json.dumps(bundle()).encode(),
    "16: contained ids that clash": json.dumps(
        bundle(
            PATIENT,
            {**COLON, "contained": [{"resourceType": "X", "id": "a"}, {"resourceType": "Y", "id": "a"}]},
        )
    ).encode(),
    "22: two patients": json.dumps(bundle(PATIENT, {**PATIENT, "id": "p2"})).encode(),
    "22: a subject who is another patient": json.dumps(
        bundle(PATIENT, {**COLON, "subject": {"reference": "Patient/p2"}})
    ).encode(),
    "22: a value of another patient that is not even read": json.dumps(
        bundle(
            PATIENT,
            {"resourceType": "Observation", "code": {"text": "x"}, "subject": {"reference": "Patient/p2"}},
        )
    ).encode(),
    "22: a subject on another server": json.dumps(
        {
            "resourceType": "Bundle",
            "entry": [
                {"fullUrl": "http://hospital.example/fhir/Patient/p1", "resource": PATIENT},
                {
                    "resource": {
                        **COLON,
                        "subject": {"reference": "http://hospital.example.evil/fhir/Patient/p1"},
                    }
                },
            ],
        }
    ).encode(),
    "gzip within": gzip.compress(gzip.compress(WHOLE.encode())),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_whole_with_one_clear_message(what: str, tmp_path: Path) -> None:
    content = REFUSED[what]
    with within(2), pytest.raises(BadInput) as refused:
        cases(put(tmp_path, content))
    message = str(refused.value)
    assert refused.value.what
    assert "file.json" in refused.value.where
    assert len(message.splitlines()) <= 4
    assert len(message) < 1000


def test_xml_by_its_name_is_refused_without_being_opened(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="XML"):
        cases(put(tmp_path, "anything", "file.xml"))


def test_nothing_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        cases(tmp_path / "absent.json")


def test_a_document_beyond_the_limit_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = put(tmp_path, WHOLE + " " * 3_000_000)
    with pytest.raises(BadInput, match="limit") as refused:
        cases(path, max_size=1_000_000)
    assert "NDJSON" in refused.value.mend
    path = put(tmp_path, json.dumps(PATIENT) + "\n" + json.dumps(COLON) + " " * 3_000_000, "file.ndjson")
    with pytest.raises(BadInput, match="limit"):
        cases(path, max_size=1_000_000)


def test_a_bomb_of_gzip_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    path = put(tmp_path, gzip.compress(b" " * 80_000_000 + WHOLE.encode()), "file.json.gz")
    with pytest.raises(BadInput, match="limit"):
        cases(path, max_size=10_000_000)
    # As lines each is small; the whole grows 800 times.
    path = put(tmp_path, gzip.compress(b" \n" * 8_000_000), "file.ndjson.gz")
    with pytest.raises(BadInput, match="without measure"):
        cases(path)


def test_a_damaged_gzip_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(WHOLE.encode())
    for name in ("file.json.gz", "file.ndjson.gz"):
        with pytest.raises(BadInput, match="gzip"):
            cases(put(tmp_path, packed[:-20], name))


def test_10_a_byte_order_mark_is_accepted_and_said(tmp_path: Path) -> None:
    found, report = cases(put(tmp_path, b"\xef\xbb\xbf" + WHOLE.encode()))
    assert len(found) == 1
    assert any("byte order mark" in problem.what for problem in report.problems)


def test_11_references_in_a_circle_end(tmp_path: Path) -> None:
    def secondary(name: str, other: str) -> dict[str, Any]:
        url = "http://hl7.org/fhir/StructureDefinition/condition-related"
        return {
            **COLON,
            "id": name,
            "code": {"text": "Secondary malignant neoplasm of liver"},
            "extension": [{"url": url, "valueReference": {"reference": f"Condition/{other}"}}],
        }

    (case,), _ = cases(put(tmp_path, bundle(PATIENT, secondary("a", "b"), secondary("b", "a"))))
    assert [site.tumour_id for site in case.sites] == [None, None]


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",  # 12
        "file:///etc/passwd",  # 13
        "Patient?identifier=x|y",  # 19
        "#nobody",
        "../../etc/passwd",
        "javascript:alert(1)",
        "Group/g1",
    ],
)
def test_12_13_19_an_address_is_never_followed(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    lost = {**COLON, "id": "c2", "subject": {"reference": address}}
    (case,), report = cases(put(tmp_path, bundle(PATIENT, COLON, lost)))
    assert len(case.tumours) == 1
    assert report.not_understood == {
        "Condition: its subject cannot be found here, and no address is followed": 1
    }


def test_17_unknown_types_are_ignored_and_counted(tmp_path: Path) -> None:
    odd = {"resourceType": "Horse\n\u202e\x1b[31m", "id": "h"}
    _, report = cases(put(tmp_path, bundle(PATIENT, odd, odd, {"resourceType": ""}, {"no": "type"}, 7, None)))
    assert report.ignored["Horse\\n\\u202e\\x1b[31m: has no place in the record"] == 2
    assert report.ignored["no resourceType: has no place in the record"] == 2
    assert report.ignored["Bundle: entry without a resource"] == 2


def test_18_many_entries_take_bounded_time(tmp_path: Path) -> None:
    entry = b'{"resource":{"resourceType":"Basic","id":"b"}},'
    head = b'{"resourceType":"Bundle","type":"collection","entry":['
    tail = b'{"resource":{"resourceType":"Patient","id":"p1"}}]}'
    with within(15):
        _, report = cases(put(tmp_path, head + entry * 200_000 + tail))
    assert report.ignored["Basic: has no place in the record"] == 200_000


def test_21_odd_keys_are_plain_text(tmp_path: Path) -> None:
    odd = {**COLON, "__proto__": {"subject": "x"}, "constructor": {"prototype": 1}, "__class__": "y"}
    (case,), _ = cases(put(tmp_path, bundle({**PATIENT, "__proto__": []}, odd)))
    assert len(case.tumours) == 1


def test_53_56_59_markup_and_controls_in_names_are_kept_and_printed_escaped(tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)>\r\n\x1b[31m=cmd"
    path = put(tmp_path, bundle({**PATIENT, "id": name}, {k: v for k, v in COLON.items() if k != "subject"}))
    (case,), _ = cases(path)
    assert case.patient.patient_id == name
    twice = put(tmp_path, bundle({**PATIENT, "id": name}, {**PATIENT, "id": "q"}), "a\nb.json")
    with pytest.raises(BadInput) as refused:
        cases(twice)
    assert "\x1b" not in str(refused.value)
    assert "\r" not in str(refused.value)
    assert len(str(refused.value).splitlines()) <= 4


WRONG_SHAPES = [
    None,
    True,
    0,
    1.5,
    "",
    "text",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"coding": "x"},
    {"coding": [7, None]},
    {"reference": 7},
    [{"reference": None}],
    {"value": "3"},
    10**400,
]


@pytest.mark.parametrize("shape", WRONG_SHAPES, ids=lambda shape: repr(shape)[:20])
def test_what_is_not_shaped_as_fhir_says_is_absent(shape: Any, tmp_path: Path) -> None:
    sys.set_int_max_str_digits(5000)
    spec = Path(__file__).parents[1] / "spec" / "fhir"
    for name in ("colon.json", "lesions.json", "radiotherapy.json", "medication.json", "studies.json"):
        for position, entry in enumerate(json.loads((spec / name).read_text())["entry"]):
            for key in entry["resource"]:
                if key in ("resourceType", "id"):
                    continue
                tree = json.loads((spec / name).read_text())
                tree["entry"][position]["resource"][key] = shape
                try:
                    list(read_rows(put(tmp_path, tree))[0])
                except BadInput:
                    continue


def test_a_folder_may_hold_other_things_and_says_so(tmp_path: Path) -> None:
    put(tmp_path, bundle(PATIENT, COLON), "a.json")
    put(tmp_path, "a;b", "table.csv")
    put(tmp_path, "<Patient/>", "b.xml")
    (tmp_path / "link.json").symlink_to("/etc/passwd")
    (case,), report = cases(tmp_path)
    assert len(case.tumours) == 1
    assert report.ignored["file .csv: not FHIR in JSON"] == 1
    assert report.ignored["file .xml: not FHIR in JSON"] == 1


def test_a_folder_of_two_servers_with_one_id_for_two_people_is_refused(tmp_path: Path) -> None:
    for server in ("a", "b"):
        tree = {
            "resourceType": "Bundle",
            "entry": [{"fullUrl": f"http://{server}.example/Patient/1", "resource": {**PATIENT, "id": "1"}}],
        }
        put(tmp_path, tree, f"{server}.json")
    with pytest.raises(BadInput, match="two servers"):
        cases(tmp_path)


def test_a_resource_whose_patient_is_elsewhere_is_counted_and_not_read(tmp_path: Path) -> None:
    lines = [PATIENT, COLON, {**COLON, "id": "c2", "subject": {"reference": "Patient/p9"}}]
    path = put(tmp_path, "\n".join(json.dumps(one) for one in lines), "file.ndjson")
    (case,), report = cases(path)
    assert len(case.tumours) == 1
    assert report.not_understood == {"Condition: its patient is not in this source": 1}


def test_61_62_impossible_values_reject_their_row_and_nothing_else(tmp_path: Path) -> None:
    def cea(name: str, **quantity: Any) -> dict[str, Any]:
        code = {"coding": [{"system": "http://loinc.org", "code": "2039-6"}]}
        return {
            "resourceType": "Observation",
            "id": name,
            "status": "final",
            "code": code,
            "subject": {"reference": "Patient/p1"},
            "effectiveDateTime": "2020-01-01",
            "valueQuantity": {"system": "http://unitsofmeasure.org", "code": "ng/mL", **quantity},
        }

    tree = bundle(
        {**PATIENT, "birthDate": "1880-01-01"},
        COLON,
        cea("a", value=4),
        cea("b", value=-4),
        cea("c", value=0),
        cea("d", value=4, code="mm"),
        cea("e", value=True),
        cea("f", value="1,5"),
        cea("g", value=10**400),
    )
    (case,), report = cases(put(tmp_path, tree))
    assert [(row.name, row.low) for row in case.observations] == [("cea", 4.0)]
    # A yes, a decimal comma, a number beyond all measure, a negative, a zero, a length; an age of 140.
    assert [(problem.table, problem.column) for problem in report.rejected] == [
        ("observations", "low"),
        ("observations", "low"),
        ("observations", "low"),
        ("observations", "low"),
        ("observations", "high"),
        ("observations", "unit"),
        ("patients", "birth_day"),
    ]
    for problem in report.problems:
        assert "1,5" not in str(problem)  # no value of a patient in a message
