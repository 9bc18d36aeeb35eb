"""The keys of a file of open tables, and what in it cannot be used."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from paget.biology import virtual_patient
from paget.biology.calibration import summaries
from paget.biology.virtual_patient import PARAMETERS, VirtualPatients
from paget.errors import BadInput, PagetError
from paget.knowledge import Checker, Key, Kind, Knowledge, KnowledgeFile, KnowledgeProblem
from paget.knowledge.schema import SOURCES, TEXT

NORMAL_95: Final = 1.959963984540054
_PAIR: Final[dict[str, Any]] = {
    "type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2
}  # fmt: skip
_UNKNOWN: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["range", "prior"],
    "additionalProperties": False,
    "properties": {"range": _PAIR, "prior": {"enum": ["uniform", "log-uniform"]}, "because": TEXT},
}
_TABLE: Final[dict[str, Any]] = {
    "type": "object",
    "required": [
        "entry", "figure", "what", "population", "value", "unit", "summary", "use", "source", "confirmed",
    ],
    "additionalProperties": False,
    "properties": {
        "entry": TEXT,
        "figure": TEXT,
        "what": TEXT,
        "population": TEXT,
        "value": {"type": "number"},
        "unit": {"enum": ["%", "day", "year"]},
        "n": {"type": "integer"},
        "se": {"type": "number"},
        "interval": _PAIR,
        "spread": {"type": "number"},
        "spread_because": TEXT,
        "summary": {"type": "object"},
        "with": {"type": "object"},
        "against": {"type": "object"},
        "use": {"enum": ["fit", "check"]},
        "how": TEXT,
        "note": TEXT,
        "source": SOURCES,
        "confirmed": {"type": "boolean"},
    },
}  # fmt: skip

KIND: Final = Kind(
    "biology tables",
    "Open tables to which virtual patients are calibrated or against which they are checked.",
    "biology_tables",
    (
        Key("model", "The knowledge file of the virtual patients.", TEXT, required=True),
        Key(
            "gathered",
            "The day on which the tables were last looked through; a result is dated by it.",
            {"type": "string", "minLength": 10},
            required=True,
        ),
        Key(
            "parameters",
            "By name: range and prior (uniform, log-uniform). Of a list by organ the first number; the "
            "others keep their proportion.",
            {"type": "object", "additionalProperties": _UNKNOWN},
            required=True,
        ),
        Key(
            "tables",
            "By name: a figure, its source, its error (se, interval of 95 %, or n of a share), a declared "
            "spread between series, the summary that corresponds, and its use: fit or check.",
            {"type": "object", "additionalProperties": _TABLE},
            required=True,
        ),
    ),
)


def error_of(table: Mapping[str, Any]) -> float:
    """The standard error of a figure: as printed, from its interval of 95 %, or of a share of n.

    >>> round(error_of({"value": 30, "unit": "%", "n": 100}), 4)      # sqrt(30 * 70 / 100)
    4.5826
    >>> round(error_of({"value": 30, "interval": [20, 40]}), 4)       # 20 / (2 * 1.96)
    5.1021
    """
    if "se" in table:
        return float(table["se"])
    if "interval" in table:
        low, high = table["interval"]
        return float((high - low) / (2 * NORMAL_95))
    if "n" in table and table["unit"] == "%":
        share, n = float(table["value"]) / 100, table["n"]
        if not 0 < share < 1:
            share = (share * n + 0.5) / (n + 1)  # none or all of n are not sure of no error
        return 100 * math.sqrt(share * (1 - share) / n)
    return 0.0


def checker() -> Checker:
    """What `paget knowledge check` needs."""
    return Checker(
        (KIND,), lambda knowledge: (
            problem for file in knowledge.of_kind(KIND.name) for problem in problems(file, knowledge)
        )
    )  # fmt: skip


def problems(file: KnowledgeFile, knowledge: Knowledge) -> Iterator[KnowledgeProblem]:
    """What in one file cannot be used, beyond its keys."""
    data = file.data
    unknowns, every = data.get("parameters"), data.get("tables")
    if not isinstance(unknowns, dict) or not isinstance(every, dict):
        return  # the keys are checked elsewhere
    try:
        model = virtual_patient.of(str(data.get("model")), knowledge)
    except PagetError as error:
        yield KnowledgeProblem(file.where("model"), error.what, error.mend)
        return
    if not _is_day(data.get("gathered")):
        yield KnowledgeProblem(file.where("gathered"), "gathered on no day", "write it as 2026-05-04")
    if not unknowns:
        yield KnowledgeProblem(file.where("parameters"), "nothing is to be fitted", "name a parameter")
    for name, one in unknowns.items():
        yield from _of_unknown(name, one, model, file.where("parameters", name))
    if not any(isinstance(one, dict) and one.get("use") == "fit" for one in every.values()):
        yield KnowledgeProblem(file.where("tables"), "no table is data of a fit", "use: fit")
    for name, one in every.items():
        if isinstance(one, dict):
            yield from _of_table(name, one, model, file.where("tables", name))


def _of_unknown(name: str, one: Any, model: VirtualPatients, where: str) -> Iterator[KnowledgeProblem]:
    declared = PARAMETERS.get(name)
    if declared is None:
        yield KnowledgeProblem(
            where, f"the model has no parameter {name}", f"there are: {', '.join(PARAMETERS)}"
        )
        return
    ends = one.get("range") if isinstance(one, dict) else None
    if not (isinstance(ends, list) and len(ends) == 2 and all(isinstance(end, int | float) for end in ends)):
        return  # the keys are checked elsewhere
    base = model.values[name]
    whole = [base] if isinstance(base, int | float) else base
    if not all(isinstance(each, int | float) and each > 0 for each in whole):
        yield KnowledgeProblem(where, f"{name} cannot be fitted", "a number, or a list of numbers above 0")
        return
    if not ends[0] < ends[1]:
        yield KnowledgeProblem(where, f"the range of {name} is none", "write the lower end first")
    elif not all(declared.holds([end * each / whole[0] for each in whole]) for end in ends):
        yield KnowledgeProblem(
            where, f"the range of {name} is wider than can be", f"numbers {declared.range}"
        )
    elif one.get("prior") == "log-uniform" and ends[0] <= 0:
        yield KnowledgeProblem(
            where, f"{name} is log-uniform from 0", "start above 0, or write prior: uniform"
        )
    else:
        try:
            for end in ends:
                model.with_(**{name: [end * each / whole[0] for each in whole] if len(whole) > 1 else end})
        except BadInput as error:
            yield KnowledgeProblem(where, f"{name}: {error.what}", error.mend)


def _of_table(
    name: str, one: Mapping[str, Any], model: VirtualPatients, where: str
) -> Iterator[KnowledgeProblem]:
    value, asked = one.get("value"), one.get("summary")
    if not isinstance(value, int | float) or not isinstance(asked, dict):
        return
    try:
        model.with_(**one.get("against", {}))
        summaries.check(asked, model.with_(**one.get("with", {})), where)
    except BadInput as error:
        yield KnowledgeProblem(where, f"{name}: {error.what}", error.mend)
        return
    summary = summaries.SUMMARIES[asked["name"]]
    if one.get("unit") != summary.unit:
        yield KnowledgeProblem(
            where, f"{name} is in another unit than its summary", f"unit: {summary.unit!r}"
        )
    if "against" in one and not summary.compared:
        yield KnowledgeProblem(where, f"{name}: no difference of this summary", "leave out against")
    low, high = (-100 if "against" in one else 0, 100) if summary.unit == "%" else (-math.inf, math.inf)
    if not low <= value <= high:
        yield KnowledgeProblem(where, f"{name} lies outside its range", f"from {low} to {high} %")
        return
    if ("se" in one and one["se"] <= 0) or ("n" in one and one["n"] < 1) or one.get("spread", 1) <= 0:
        yield KnowledgeProblem(where, f"{name}: an error of nothing", "se, n and spread are above 0")
    elif "interval" in one and not one["interval"][0] < one["interval"][1]:
        yield KnowledgeProblem(where, f"{name}: the interval is none", "write the lower end first")
    elif error_of(one) == 0.0 and "spread" not in one:
        yield KnowledgeProblem(where, f"{name} has no error", "write se, interval, n of a share, or spread")
    if "spread" in one and not one.get("spread_because"):
        yield KnowledgeProblem(where, f"{name}: a spread without a reason", "write spread_because")
    if one.get("use") == "fit" and not one.get("confirmed"):
        yield KnowledgeProblem(
            where, f"{name} was not confirmed, and is no data of a fit", "read it, or write use: check"
        )


def _is_day(text: Any) -> bool:
    try:
        return dt.date.fromisoformat(str(text)).isoformat() == str(text)
    except ValueError:
        return False
