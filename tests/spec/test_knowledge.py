"""Knowledge: which files are in force, what an overlay may do, and what an author is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from paget.errors import BadInput, KnowledgeError, NotFound
from paget.knowledge import Checker, Key, Kind, Knowledge, KnowledgeProblem, check
from paget.rules import KINDS, checker
from rule_facts import FACTS

NOTE = Kind(
    "note",
    "A note.",
    "notes",
    (
        Key("text", "The text.", {"type": "string"}, required=True),
        Key("tags", "Words.", {"type": "array", "items": {"type": "string"}}),
    ),
)
NOTES = Checker((NOTE,), lambda knowledge: ())
SIGNED = "reason: our board says so\nby: tumour board\ndate: 2026-05-01\n"


def note(text: str, more: str = "") -> str:
    return f"title: A note\nkind: note\ntext: {text}\n{more}"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def replaces(path: str, old: str, word: str = "replaces") -> str:
    return f"{word}: {{path: {path}, sha256: {sha(old)}}}\n{SIGNED}"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A shipped folder with two notes, and an empty overlay folder."""
    shipped, hospital = tmp_path / "shipped", tmp_path / "hospital"
    for name in ("one", "two"):
        write(shipped, f"notes/{name}.yaml", note(name))
    hospital.mkdir()
    return shipped, hospital


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


def load(folders: tuple[Path, Path], *, overlaid: bool = True) -> Knowledge:
    shipped, hospital = folders
    return Knowledge.load([hospital] if overlaid else [], shipped=shipped)


def refused(folders: tuple[Path, Path]) -> str:
    with pytest.raises(KnowledgeError) as caught:
        load(folders)
    return str(caught.value)


def test_files_are_found_by_name_and_by_path(folders: tuple[Path, Path]) -> None:
    knowledge = load(folders, overlaid=False)
    assert list(knowledge.files) == ["notes/one.yaml", "notes/two.yaml"]
    assert knowledge.find("one") is knowledge.find("notes/one.yaml") is knowledge.find("notes/one")
    with pytest.raises(NotFound, match="did you mean one") as caught:
        knowledge.find("onn")
    assert caught.value.exit_code == 3


def test_an_overlay_adds(folders: tuple[Path, Path]) -> None:
    write(folders[1], "notes/three.yaml", note("three"))
    knowledge = load(folders)
    assert knowledge.find("three").layer == "hospital"
    assert [str(change) for change in knowledge.overlays] == ["hospital adds notes/three.yaml"]


def test_an_overlay_replaces_a_whole_file_and_signs(folders: tuple[Path, Path]) -> None:
    write(folders[1], "notes/one.yaml", note("other", replaces("notes/one.yaml", note("one"))))
    knowledge = load(folders)
    assert len(knowledge) == 2
    assert knowledge.find("one").data["text"] == "other"
    (change,) = knowledge.overlays
    said = "hospital replaces notes/one.yaml (text: one becomes other): our board says so"
    assert str(change) == f"{said} (tumour board, 2026-05-01)"
    assert change.differs == ({"where": "text", "old": "one", "new": "other"},)


def test_every_difference_of_a_replacement_is_told(folders: tuple[Path, Path]) -> None:
    shipped, hospital = folders
    old = (
        "title: A\nkind: note\nlimits: {a: {value: 5 mm, note: x}}\nsum:\n- {when: {b: 1}, points: 1}\n"
        "- {c: 2}\n"
    )
    new = (
        "title: A\nkind: note\nlimits: {a: {value: 6 mm}}\nsum:\n- {when: {b: 3}, points: 1}\n"
        "confirmed: false\nexamples: [x]\n"
    )
    write(shipped, "notes/rule.yaml", old)
    write(hospital, "notes/rule.yaml", new + replaces("notes/rule.yaml", old))
    (change,) = load(folders).overlays
    assert [tuple(one.values()) for one in change.differs] == [
        ("limits.a.value", "5 mm", "6 mm"),
        ("limits.a.note", "x", None),
        ("sum.1.when.b", "1", "3"),
        ("sum.2", "c 2", None),
        ("confirmed", None, "no"),
    ]
    assert str(change).startswith(
        "hospital replaces notes/rule.yaml (limits.a.value: 5 mm becomes 6 mm; sum.1.when.b: 1 becomes 3; "
        "sum.2: c 2 is left out; confirmed: no is added; 1 more difference): our board says so"
    )


def test_an_overlay_withdraws(folders: tuple[Path, Path]) -> None:
    write(
        folders[1],
        "notes/one.yaml",
        "title: gone\nkind: note\n" + replaces("notes/one.yaml", note("one"), "withdraws"),
    )
    knowledge = load(folders)
    assert list(knowledge.files) == ["notes/two.yaml"]
    assert knowledge.overlays[0].does == "withdraws"


def test_a_replacement_of_another_version_is_refused_and_names_the_right_hash(
    folders: tuple[Path, Path],
) -> None:
    write(folders[1], "notes/one.yaml", note("other", replaces("notes/one.yaml", note("older"))))
    text = refused(folders)
    assert "not the file that this overlay was written for" in text
    assert sha(note("one")) in text
    assert "hospital/notes/one.yaml:4" in text


@pytest.mark.parametrize("lacking", ["reason", "by", "date"])
def test_a_replacement_is_signed(folders: tuple[Path, Path], lacking: str) -> None:
    mark = replaces("notes/one.yaml", note("one"))
    write(
        folders[1],
        "notes/one.yaml",
        note(
            "other", "".join(line for line in mark.splitlines(keepends=True) if not line.startswith(lacking))
        ),
    )
    assert f"says {lacking}" in refused(folders)


@pytest.mark.parametrize("path", ["notes/one.yaml", "elsewhere/one.yaml"])
def test_a_new_file_does_not_silently_shadow(folders: tuple[Path, Path], path: str) -> None:
    write(folders[1], path, note("other"))
    text = refused(folders)
    assert "already a file named one" in text
    assert sha(note("one")) in text


def test_a_replacement_keeps_the_name(folders: tuple[Path, Path]) -> None:
    write(folders[1], "notes/uno.yaml", note("other", replaces("notes/one.yaml", note("one"))))
    assert "keeps its name" in refused(folders)


def test_what_is_not_there_cannot_be_replaced(folders: tuple[Path, Path]) -> None:
    write(folders[1], "notes/one.yaml", note("other", replaces("notes/onee.yaml", note("one"))))
    assert "did you mean notes/one.yaml" in refused(folders)


def test_the_same_file_is_not_replaced_twice_in_one_folder(folders: tuple[Path, Path]) -> None:
    write(folders[1], "notes/one.yaml", note("other", replaces("notes/one.yaml", note("one"))))
    write(folders[1], "more/one.yaml", note("third", replaces("notes/one.yaml", note("one"))))
    assert "replaced or withdrawn twice" in refused(folders)


def test_later_folders_lie_on_earlier_ones(folders: tuple[Path, Path], tmp_path: Path) -> None:
    first = note("first", replaces("notes/one.yaml", note("one")))
    write(folders[1], "notes/one.yaml", first)
    department = tmp_path / "department"
    write(department, "notes/one.yaml", note("second", replaces("notes/one.yaml", first)))
    knowledge = Knowledge.load([folders[1], department], shipped=folders[0])
    assert knowledge.find("one").data["text"] == "second"
    assert [change.layer for change in knowledge.overlays] == ["hospital", "department"]


def test_the_hash_speaks_of_all_that_is_in_force(folders: tuple[Path, Path], tmp_path: Path) -> None:
    plain = load(folders, overlaid=False)
    assert len(plain.hash) == 64
    copy = tmp_path / "copy"
    for name in ("two", "one"):  # written in another order
        write(copy, f"notes/{name}.yaml", note(name))
    assert Knowledge.load(shipped=copy).hash == plain.hash
    write(folders[1], "notes/three.yaml", note("three"))
    assert load(folders).hash != plain.hash
    write(copy, "notes/curve.csv", "time,share\n0,1\n")
    assert (
        Knowledge.load([copy / "notes"], shipped=folders[1]).hash != Knowledge.load(shipped=folders[1]).hash
    )


def test_the_same_folders_are_read_once(folders: tuple[Path, Path]) -> None:
    assert load(folders, overlaid=False) is load(folders, overlaid=False)


def test_two_overlays_of_one_name_are_told_apart(folders: tuple[Path, Path], tmp_path: Path) -> None:
    write(tmp_path / "a" / "own", "notes/three.yaml", note("three"))
    write(tmp_path / "b" / "own", "notes/four.yaml", note("four"))
    knowledge = Knowledge.load([tmp_path / "a" / "own", tmp_path / "b" / "own"], shipped=folders[0])
    assert [change.layer for change in knowledge.overlays] == ["own", "own-2"]


def test_a_missing_or_empty_overlay_is_said(folders: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no overlay folder nowhere"):
        Knowledge.load([tmp_path / "nowhere"], shipped=folders[0])
    assert "holds no knowledge file" in refused(folders)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("Bad-Name.yaml", note("x"), "small letters"),
        ("list.yaml", "- a\n- b\n", "a mapping"),
        ("twice.yaml", "title: a\ntitle: b\n", "occurs twice"),
        ("alias.yaml", "title: &a x\ntext: *a\n", "alias"),
        ("open.yaml", "title: [a\n", "not valid YAML"),
    ],
)
def test_files_that_cannot_be_read_as_knowledge(
    folders: tuple[Path, Path], name: str, text: str, message: str
) -> None:
    write(folders[1], f"notes/{name}", text)
    with pytest.raises(BadInput) as caught:
        load(folders)
    assert message in str(caught.value)
    assert f"hospital/notes/{name}" in str(caught.value)


# The check


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: t\nkind: nota\ntext: x\n", "two.yaml:2: no room knows the kind 'nota'; did you mean note?"),
        ("title: t\nkind: note\n", "two.yaml:1: text is missing; add it: The text."),
        ("kind: note\ntext: x\n", "two.yaml:1: title is missing"),
        (
            "title: t\nkind: note\ntext: x\ntitel: y\n",
            "two.yaml:4: a note has no key 'titel'; did you mean title?",
        ),
        ("title: t\nkind: note\ntext: 5\n", "two.yaml:3: text must be text"),
        (
            "title: t\nkind: note\ntext: x\nconfirmed: perhaps\n",
            "two.yaml:4: confirmed must be true or false",
        ),
        ("title: t\nkind: note\ntext: x\ntags: [a, 2]\n", "two.yaml:4: tags.1 must be text"),
        (
            "title: t\nkind: note\ntext: x\nsource: {author: me}\n",
            "source has no key 'author'; did you mean authors?",
        ),
        ("title: t\nkind: note\ntext: x\nsource: {year: 1999}\n", "source lacks authors"),
        ("title: t\nkind: note\ntext: x\nsource: me\n", "source must be a mapping or a list"),
    ],
)
def test_what_an_author_is_told(folders: tuple[Path, Path], text: str, message: str) -> None:
    write(folders[0], "notes/two.yaml", text)
    problems = check(load(folders, overlaid=False), [NOTES])
    assert message in "\n".join(map(str, problems))


def test_good_files_have_no_problems_and_rooms_add_their_own(folders: tuple[Path, Path]) -> None:
    def own(knowledge: Knowledge) -> Iterator[KnowledgeProblem]:
        yield KnowledgeProblem(knowledge.find("one").where("text"), "too short")

    knowledge = load(folders, overlaid=False)
    assert check(knowledge, [NOTES]) == []
    assert [str(p) for p in check(knowledge, [Checker((NOTE,), own)])] == ["notes/one.yaml:3: too short"]


def test_each_kind_has_a_schema_and_the_shipped_files_follow_it() -> None:
    schemas = {kind.name: kind.schema() for kind in KINDS}
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for file in Knowledge.load().of_kind(*schemas):
        jsonschema.validate(file.data, schemas[file.kind])


def test_the_rules_room_names_file_line_and_unit(tmp_path: Path) -> None:
    write(
        tmp_path,
        "criteria/big.yaml",
        """title: Big
kind: criteria
all:
  - {cea: {above: 200 mm}}
source: {authors: nobody}
confirmed: false
examples: [{given: {cea: 1 ng/mL}, expect: {holds: no}}]
""",
    )
    write(
        tmp_path,
        "criteria/wrong.yaml",
        """title: Wrong
kind: criteria
all:
  - {lesion_count: {at_most: 5 lesions}}
source: {authors: nobody}
confirmed: false
examples:
  - {given: {lesion_count: 5 lesions}, expect: {holds: no}}
  - {given: {lesion_count: 5 mm}, expect: {holds: no}}
  - {given: {lesions: 5 lesions}, expect: {holds: no}}
  - {given: {}, expect: {held: no}}
""",
    )
    told = "\n".join(map(str, check(Knowledge.load(shipped=tmp_path), [checker(FACTS)])))
    assert "criteria/big.yaml:4: cea is a mass concentration in ng/mL; 200 mm is a length" in told
    assert "criteria/wrong.yaml:8: the example expects holds no; it is yes" in told
    assert "criteria/wrong.yaml:9, lesion_count: lesion_count counts lesions; 5 mm is a length" in told
    assert "criteria/wrong.yaml:10: there is no fact 'lesions'" in told
    assert "criteria/wrong.yaml:11: an example cannot expect 'held'" in told


def test_a_rule_without_source_or_examples_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "criteria/bare.yaml", "title: Bare\nkind: criteria\nall:\n  - {liver_metastasis: yes}\n")
    told = "\n".join(map(str, check(Knowledge.load(shipped=tmp_path), [checker(FACTS)])))
    for key in ("source", "confirmed", "examples"):
        assert f"{key} is missing" in told
