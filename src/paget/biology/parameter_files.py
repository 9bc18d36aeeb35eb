"""Parameters of the models as knowledge files: value, unit, range, source, and whether it was confirmed.

A file names its model; the model's module declares the names, units and utmost ranges. A number that no paper
gave says so: ``assumption`` in words instead of ``source``, and ``confirmed: false``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from paget.biology.declared import Declared
from paget.errors import KnowledgeError
from paget.knowledge import Checker, Key, Kind, Knowledge, KnowledgeFile, KnowledgeProblem

MODELS: Final = {
    "growth": "growth",
    "regrowth": "regrowth",
    "cascade": "cascade",
    "colonisation": "colonisation",
    "seeding network": "network",
    "residual hazard": "residual_hazard",
    "salvage benefit": "salvage_benefit",
    "prognosis": "prognosis",
    "immune": "immune",
    "vessel": "vessel",
    "lymph": "lymph",
    "bias lab": "bias_lab",
    "virtual patient": "virtual_patient",
}
"""By name of the model its module, which declares ``PARAMETERS``."""

_NUMBER: Final[dict[str, Any]] = {"type": "number"}
_ENTRY: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["value", "unit", "confirmed"],
    "additionalProperties": False,
    "properties": {
        "value": {"type": ["number", "array"]},
        "unit": {"type": "string", "minLength": 1},
        "range": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
        "interval": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
        "n": {"type": "integer"},
        "meaning": {"type": "string", "minLength": 1},
        "how": {"type": "string", "minLength": 1},
        "assumption": {"type": "string", "minLength": 1},
        "source": {"type": "object"},
        "confirmed": {"type": "boolean"},
    },
}

KIND: Final = Kind(
    "biology",
    "Parameters of a model of biology, each with unit, range and basis.",
    "biology",
    (
        Key("model", f"One of {', '.join(MODELS)}.", {"enum": sorted(MODELS)}, required=True),
        Key(
            "parameters",
            "By name: value, unit, range, source or assumption, confirmed.",
            {"type": "object", "additionalProperties": _ENTRY},
            required=True,
        ),
        Key(
            "organs",
            "Names of the organs, in the order of lists and matrices.",
            {"type": "array", "items": {"type": "string"}},
        ),
        Key(
            "applies",
            "Of whom it is: facts, and the classes that each may have; a forecast refuses all others.",
            {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        ),
        Key("validity", "For what it may be used.", {"type": "string", "minLength": 1}),
        Key("fit", "How the parameters were calibrated, when they were.", {"type": "object"}),
    ),
)


@dataclass(frozen=True, slots=True)
class ParameterSet(Mapping[str, Any]):
    """The parameters of one file; a name gives its value.

    Attributes:
        name, title, model: of the file.
        entries: what is written of each parameter.
        organs: names, when the model has organs.
        hash: of the file, so that a result can say what it was made with.
    """

    name: str
    title: str
    model: str
    entries: Mapping[str, Mapping[str, Any]]
    organs: tuple[str, ...]
    hash: str

    def __getitem__(self, name: str) -> Any:
        return self.entries[name]["value"]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def range(self, name: str) -> tuple[float, float]:
        """The range in which a parameter may plausibly lie; the value itself when none is written."""
        low, high = self.entries[name].get("range", [self[name], self[name]])
        return float(low), float(high)

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """The names of those that were not read in a source."""
        return tuple(name for name, entry in self.entries.items() if not entry["confirmed"])


def parameters(name: str, knowledge: Knowledge | None = None) -> ParameterSet:
    """Read a parameter file.

    Args:
        name: of the file, such as ``growth_liver_metastases``.
        knowledge: the layered set; the shipped files when left out.

    Raises:
        NotFound: there is none of that name.
        KnowledgeError: it is no parameter file, or a value lies outside what its model declares.

    >>> parameters("colonisation_illustrative").model
    'colonisation'
    """
    file = (knowledge or Knowledge.load()).find(name)
    if file.kind != KIND.name:
        raise KnowledgeError(
            f"{name} holds no parameters of biology", where=file.path, mend="see `paget knowledge list`"
        )
    return read(file)


def read(file: KnowledgeFile) -> ParameterSet:
    """A parameter file as a set.

    Raises:
        KnowledgeError: a value lies outside what its model declares.
    """
    for problem in _of_file(file):
        raise KnowledgeError(problem.what, where=problem.where, mend=problem.mend)
    data = file.data
    organs = tuple(data.get("organs", ()))
    return ParameterSet(file.name, file.title, data["model"], data["parameters"], organs, file.sha256)


def declared_by(model: str) -> Declared:
    """What a model's module declares."""
    found: Declared = import_module(f"paget.biology.{MODELS[model]}").PARAMETERS
    return found


def checker() -> Checker:
    """What `paget knowledge check` needs of this room."""
    return Checker((KIND,), _problems)


def _problems(knowledge: Knowledge) -> Iterator[KnowledgeProblem]:
    for file in knowledge.of_kind(KIND.name):
        yield from _of_file(file)


def _of_file(file: KnowledgeFile) -> Iterator[KnowledgeProblem]:
    model, entries = file.data.get("model"), file.data.get("parameters")
    if model not in MODELS:
        yield KnowledgeProblem(file.where("model"), "no such model", f"there are: {', '.join(MODELS)}")
        return
    if not isinstance(entries, dict):
        yield KnowledgeProblem(file.where("parameters"), "parameters is a mapping of names", "")
        return
    declared = declared_by(model)
    for name, entry in entries.items():
        place = file.where("parameters", name)
        if name not in declared:
            yield KnowledgeProblem(
                place, f"{model} has no parameter {name}", f"there are: {', '.join(declared)}"
            )
        elif not isinstance(entry, dict) or "value" not in entry:
            yield KnowledgeProblem(place, f"{name} has no value", "write value, unit and confirmed")
        else:
            yield from _of_entry(name, entry, declared, place)
    missing = [name for name in declared if name not in entries]
    if missing:
        yield KnowledgeProblem(file.where("parameters"), f"{', '.join(missing)} missing", "add them")
    if file.confirmed and not all(isinstance(one, dict) and one.get("confirmed") for one in entries.values()):
        what = "confirmed, though one of its parameters is not"
        yield KnowledgeProblem(file.where("confirmed"), what, "write confirmed: false")


def _of_entry(
    name: str, entry: Mapping[str, Any], declared: Declared, place: str
) -> Iterator[KnowledgeProblem]:
    own, low_high = declared[name], entry.get("range")
    if entry.get("unit") != own.unit:
        yield KnowledgeProblem(place, f"{name} is in {own.unit}", f"write unit: {own.unit}")
    if not own.holds(entry["value"]):
        yield KnowledgeProblem(place, f"{name} lies outside its range", f"a number {own.range}")
    elif isinstance(low_high, list):
        if not own.holds(low_high):
            yield KnowledgeProblem(place, f"the range of {name} is wider than can be", f"numbers {own.range}")
        elif isinstance(entry["value"], int | float) and not low_high[0] <= entry["value"] <= low_high[1]:
            yield KnowledgeProblem(place, f"the value of {name} lies outside the range written for it", "")
    if not entry.get("source") and not entry.get("assumption"):
        yield KnowledgeProblem(place, f"{name} has neither source nor assumption", "say where it is from")
    if entry.get("confirmed") and not entry.get("source"):
        yield KnowledgeProblem(place, f"{name} is confirmed without a source", "write confirmed: false")
