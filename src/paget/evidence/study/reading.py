"""Reading a study file: strictly, and with every mistake that can be told without the data."""

from __future__ import annotations

from pathlib import Path

from paget.documents import load_yaml, read_bytes, shown
from paget.evidence.study.checks import Problem, problems_of
from paget.evidence.study.plan import Study, StudyError
from paget.evidence.study.schema import STUDY
from paget.knowledge.schema import misfits


def read_study(path: str | Path) -> Study:
    """Read a study file and check all of it that needs no data.

    Args:
        path: of the file.

    Raises:
        NotFound: there is none.
        StudyError: mistakes, each with its line.
    """
    file = Path(path)
    text = read_bytes(file)
    document = load_yaml(text, shown(file.name))
    study = Study(document, file.resolve().parent, text)
    if not isinstance(document.value, dict):
        raise study.wrong((), "a study is a mapping of keys to values", "`paget study --example` writes one")
    found = list(misfits(document.value, STUDY, ()))
    if not found:
        found = list(problems_of(study))
    if found:
        raise _told(study, found)
    return study


def _told(study: Study, found: list[Problem]) -> StudyError:
    lines = [
        (study.document.line(path), f"{what.strip()}{f'; {mend}' if mend else ''}")
        for path, what, mend in found
    ]
    if len(found) == 1:
        return study.wrong(found[0][0], found[0][1].strip(), found[0][2])
    said = "".join(f"\n    {study.document.where}:{line}: {words}" for line, words in sorted(lines))
    return StudyError(f"{len(found)} things are wrong with the study", why=said)
