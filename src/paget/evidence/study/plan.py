"""A study file as read and checked: every mistake with its line, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from paget.days import days_in_months
from paget.documents import Document, load_yaml, read_bytes, shown
from paget.errors import BadInput, NotFound, UnitError
from paget.evidence.study.schema import DESIGNS, FIGURES, MODELS, NEEDED, STUDY
from paget.knowledge.schema import misfits, nearest
from paget.units import quantity

Path_ = tuple[str | int, ...]
Problem = tuple[Path_, str, str]
_KINDS: Final = (("design", "method", DESIGNS), ("models", "kind", MODELS), ("figures", "kind", FIGURES))
_EVERYWHERE: Final = frozenset({"kind", "method", "name", "title"})
_OF_A_RECORD: Final = ("derive", "from", "assume", "unknown_as")
_OF_A_TABLE: Final = ("time", "event", "entry", "patient", "name")


class StudyError(BadInput):
    """A study file that cannot be run as it is written; each mistake with its line."""


@dataclass(frozen=True, slots=True)
class Study:
    """A study file.

    Attributes:
        document: its content, with lines.
        folder: in which it lies; other files are named from there.
        text: its bytes.
    """

    document: Document
    folder: Path
    text: bytes

    @property
    def data(self) -> dict[str, Any]:
        """Its content."""
        found: dict[str, Any] = self.document.value
        return found

    def part(self, name: str) -> dict[str, Any]:
        """A part of it; empty where it is left out."""
        return dict(self.data.get(name) or {})

    def items(self, name: str) -> list[dict[str, Any]]:
        """The items of a list; none where it is left out."""
        return list(self.data.get(name) or [])

    def where(self, *path: str | int) -> str:
        """Its name and the line of a part: ``study.yaml:12``."""
        return f"{self.document.where}:{self.document.line(path)}"

    def wrong(self, path: Path_, what: str, mend: str = "") -> StudyError:
        """One mistake."""
        return StudyError(what, where=self.where(*path), mend=mend)

    def beside(self, name: str, *path: str | int) -> Path:
        """A file or folder that it names.

        Raises:
            NotFound: there is none.
        """
        found = self.folder / name
        if not found.exists():
            raise NotFound(
                f"no such file or folder: {shown(name)}",
                where=self.where(*path),
                mend="it is looked for beside the study file",
            )
        return found


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
        found = [*_of_kinds(study), *_of_endpoint(study), *_of_exposure(study), *_of_names(study)]
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


def _of_kinds(study: Study) -> Iterator[Problem]:
    """Designs, models and figures say what they need, and nothing that is of another kind."""
    for part, word, kinds in _KINDS:
        for place, item in enumerate(study.items(part)):
            kind = item[word]
            for key in item:
                if key not in kinds[kind] and key not in _EVERYWHERE:
                    mend = f"it may say {', '.join(kinds[kind])}" if kinds[kind] else "leave it out"
                    yield (part, place, key), f"{kind} has no {key}", mend
            for key in NEEDED.get(kind, ()):
                if key not in item:
                    yield (part, place), f"{kind} needs {key}", ""
            for key in ("until", "grace", "days"):
                lengths = item.get(key)
                for one in lengths if isinstance(lengths, list) else [lengths] if key in item else []:
                    yield from _length(one, (part, place, key))


def _length(value: Any, path: Path_) -> Iterator[Problem]:
    try:
        days = in_days(value)
    except UnitError as error:
        yield path, error.what, error.mend
    else:
        if not days > 0:
            yield path, "a length of time that is not above 0", ""


def in_days(value: float | str) -> float:
    """A length of time in days; a bare number is days.

    Raises:
        UnitError: no length of time.

    >>> in_days(90), in_days("60 months"), in_days("2 years")
    (90.0, 1826.0, 730.0)
    """
    found = quantity(value)
    if not found.unit.symbol:
        return float(found.value)
    if found.unit.symbol in {"month", "year"}:
        return float(days_in_months(found.to("month")))
    return float(found.to("day"))


def _of_endpoint(study: Study) -> Iterator[Problem]:
    endpoint = study.data["endpoint"]
    record = [key for key in _OF_A_RECORD if key in endpoint]
    table = [key for key in _OF_A_TABLE if key in endpoint]
    if record and table:
        yield ("endpoint", table[0]), f"{record[0]} is of a record, {table[0]} of a table", "choose one"
    elif "derive" in endpoint or record:
        for key in ("derive", "from"):
            if key not in endpoint:
                yield ("endpoint",), f"the endpoint of a record needs {key}", ""
    else:
        for key in ("time", "event"):
            if key not in endpoint:
                yield ("endpoint",), f"an endpoint as supplied needs {key}", "or derive and from, of a record"
    known = study.data["cohort"].get("known_at_origin")
    if record and isinstance(known, list):
        mend = "write name: finding"
        yield ("cohort", "known_at_origin"), "of a record each column names a finding or fact", mend


def _of_exposure(study: Study) -> Iterator[Problem]:
    exposure, designs = study.part("exposure"), study.items("design")
    if not exposure:
        if designs:
            yield ("design",), "a design without an exposure", "name what patients are compared by"
        return
    at_origin = exposure["decided"] == "at the origin"
    for key in ("day", "begins", "override"):
        if at_origin and key in exposure:
            yield ("exposure", key), f"an exposure at the origin has no {key}", ""
    if at_origin and designs:
        mend = "leave the design out; the comparison is made as asked"
        yield ("design",), "these designs are for an exposure after the origin", mend
    record = "derive" in study.data["endpoint"]
    if not at_origin and record and "begins" not in exposure:
        yield ("exposure",), "which day the exposure begins is not said", "name an origin file under begins"
    if not at_origin and "begins" in exposure and not record:
        yield ("exposure", "begins"), "a table has no origins", "name the column of the day under day"
    if "day" in exposure and record:
        yield ("exposure", "day"), "a record has no such column", "name an origin file under begins"


def _of_names(study: Study) -> Iterator[Problem]:
    """Columns are known at the origin; figures call models that are there."""
    known = set(columns_of(study))
    exposure = study.part("exposure")
    later = (
        {exposure.get("name"), exposure.get("day")}
        if exposure.get("decided") == "after the origin"
        else set()
    )
    for name in sorted(known & later, key=str):
        what = f"{name} is decided after the origin, so it cannot be known there"
        yield ("cohort", "known_at_origin"), what, "leave it out; the design says how it is compared"
    bands = study.data["cohort"].get("bands", {})
    for name, band in bands.items():
        cuts, names = band["from"], band.get("names", [])
        if cuts != sorted(set(cuts)):
            yield ("cohort", "bands", name, "from"), "the numbers do not rise", ""
        if names and len(names) != len(cuts) + 1:
            what = f"{len(cuts)} numbers make {len(cuts) + 1} groups, and there are {len(names)} names"
            yield ("cohort", "bands", name, "names"), what, ""
    for path, name in _columns_named(study):
        if name in later:
            what = f"groups by {name} are made by what happens after the origin"
            yield path, what, "the design says how it is compared"
        elif name not in known:
            yield (
                path,
                f"{name} is not among what is known at the origin",
                nearest(name, known) if known else "",
            )
    models = [model.get("name", model["kind"]) for model in study.items("models")]
    for name in sorted({name for name in models if models.count(name) > 1}):
        place = len(models) - 1 - models[::-1].index(name)
        yield ("models", place), f"two models are called {name}", "give each a name"
    for place, figure in enumerate(study.items("figures")):
        if "model" in figure and figure["model"] not in models:
            mend = nearest(figure["model"], models) if models else "add one under models"
            yield ("figures", place, "model"), f"no model is called {figure['model']}", mend
        if figure["kind"] == "comparisons" and not exposure:
            yield ("figures", place), "comparisons need an exposure", ""


def columns_of(study: Study) -> list[str]:
    """The columns that may be used: known at the origin, and bands of these."""
    cohort = study.data["cohort"]
    return [*(cohort.get("known_at_origin") or ()), *cohort.get("bands", {})]


def _columns_named(study: Study) -> Iterator[tuple[Path_, str]]:
    cohort, exposure = study.data["cohort"], study.part("exposure")
    for name, band in cohort.get("bands", {}).items():
        yield ("cohort", "bands", name, "column"), band["column"]
    for place, condition in enumerate(cohort.get("include", ())):
        yield ("cohort", "include", place, "column"), condition["column"]
    if exposure.get("decided") == "at the origin":
        yield ("exposure", "name"), exposure["name"]
    yield from (
        (("exposure", "adjust"), name)
        for name in _variables(study, exposure.get("adjust"), ("exposure", "adjust"))
    )
    for part in ("models", "figures"):
        for place, item in enumerate(study.items(part)):
            for key in ("by", "strata"):
                if key in item:
                    yield (part, place, key), item[key]
            for name in item.get("columns", ()):
                yield (part, place, "columns"), name
            path = (part, place, "formula")
            yield from ((path, name) for name in _variables(study, item.get("formula"), path))


def _variables(study: Study, formula: str | None, path: Path_) -> list[str]:
    """The columns that a formula names.

    Raises:
        StudyError: it is no formula.
    """
    if not formula:
        return []
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    try:
        return sorted(str(one) for one in Formula(formula).required_variables)
    except (FormulaicError, SyntaxError) as error:
        raise study.wrong(path, "not a formula", "write the right side, such as: age + C(site)") from error


def names_of(mapping: Mapping[str, Any] | list[str] | None) -> dict[str, str]:
    """What is known at the origin as column -> name; of a list each is its own.

    >>> names_of(["age"]), names_of(None)
    ({'age': 'age'}, {})
    """
    if not mapping:
        return {}
    return dict(mapping) if isinstance(mapping, Mapping) else {name: name for name in mapping}
