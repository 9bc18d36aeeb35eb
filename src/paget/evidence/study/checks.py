"""What is wrong with a study file beyond its keys: what belongs together, and names that are not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from paget.errors import UnitError
from paget.evidence import flags
from paget.evidence.small_groups import FLAG as SMALL_GROUPS
from paget.evidence.study.plan import Place, Study, columns_of, in_days, names_of
from paget.evidence.study.schema import DESIGNS, FIGURES, MODELS, NEEDED
from paget.knowledge.schema import nearest

Problem = tuple[Place, str, str]
"""Where, what, and how to mend it."""

_KINDS: Final = (("design", "method", DESIGNS), ("models", "kind", MODELS), ("figures", "kind", FIGURES))
_EVERYWHERE: Final = frozenset({"kind", "method", "name", "title"})
_OF_A_RECORD: Final = ("derive", "from", "assume", "unknown_as")
_OF_A_TABLE: Final = ("time", "event", "entry", "patient", "name")


def problems_of(study: Study) -> Iterator[Problem]:
    """Everything that can be told without the data, of a file whose keys are right."""
    yield from _of_kinds(study)
    yield from _of_endpoint(study)
    yield from _of_exposure(study)
    yield from _of_names(study)


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
            if variables(item.get("formula", "")) is None:
                yield (part, place, "formula"), "not a formula", "the right side, such as: age + C(site)"
            for key in ("until", "grace", "days"):
                lengths = item.get(key)
                for one in lengths if isinstance(lengths, list) else [lengths] if key in item else []:
                    yield from _length(one, (part, place, key))


def _length(value: Any, path: Place) -> Iterator[Problem]:
    try:
        days = in_days(value)
    except UnitError as error:
        yield path, error.what, "write days as a number, or a length such as 60 months"
    else:
        if not days > 0:
            yield path, "a length of time that is not above 0", ""


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
    if variables(exposure.get("adjust", "")) is None:
        yield ("exposure", "adjust"), "not a formula", "the right side, such as: age + C(site)"
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
    taken = set(names_of(study.data["cohort"].get("known_at_origin")).values())
    for name in sorted((known | taken) & later, key=str):
        what = f"{name} is decided after the origin, so it cannot be known there"
        yield ("cohort", "known_at_origin"), what, "leave it out; the design says how it is compared"
    for name in study.overrides:
        if name not in flags.FLAGS:
            mend = nearest(name, (*flags.FLAGS, SMALL_GROUPS))
            yield ("overrides", name), f"the guard has no flag {name}", mend
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
            mend = nearest(figure["model"], dict.fromkeys(models)) if models else "add one under models"
            yield ("figures", place, "model"), f"no model is called {figure['model']}", mend
        if figure["kind"] == "comparisons" and not exposure:
            yield ("figures", place), "comparisons need an exposure", ""


def _columns_named(study: Study) -> Iterator[tuple[Place, str]]:
    cohort, exposure = study.data["cohort"], study.part("exposure")
    for name, band in cohort.get("bands", {}).items():
        yield ("cohort", "bands", name, "column"), band["column"]
    for place, condition in enumerate(cohort.get("include", ())):
        yield ("cohort", "include", place, "column"), condition["column"]
    if exposure.get("decided") == "at the origin":
        yield ("exposure", "name"), exposure["name"]
    yield from _in_formula(exposure, ("exposure", "adjust"))
    for part in ("models", "figures"):
        for place, item in enumerate(study.items(part)):
            for key in ("by", "strata"):
                if key in item:
                    yield (part, place, key), item[key]
            for name in item.get("columns", ()):
                yield (part, place, "columns"), name
            yield from _in_formula(item, (part, place, "formula"))


def _in_formula(item: Mapping[str, Any], path: Place) -> Iterator[tuple[Place, str]]:
    for name in variables(item.get(str(path[-1]), "")) or ():
        yield path, name


def variables(formula: str) -> list[str] | None:
    """The columns that a formula names; None: it is no formula."""
    from formulaic.errors import FormulaicError

    try:
        return flags.variables(formula)
    except (FormulaicError, SyntaxError, TypeError, ValueError):
        return None
