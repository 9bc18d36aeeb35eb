"""Tumour size: the diameters of a lesion on a day, in mm; of no lesion in particular, an observation."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from paget.errors import UnitError
from paget.intake.fhir.body_structure import Lesions
from paget.intake.fhir.chart import READ, Chart, Outcome, Primary, ignored, not_understood
from paget.intake.fhir.elements import Json, child, children, codings, text, words
from paget.intake.fhir.quantities import known_unit, unit_of, value_of_quantity
from paget.intake.fhir.references import Entry
from paget.units import unit

SIZE: Final = "21889-1"
LONGEST: Final = "33728-7"
OTHER: Final = "33729-5"

_METHODS: Final = {
    "787377000": "pathology", "104157003": "pathology", "5880005": "examination", "16310003": "ultrasound",
    "113091000": "mr", "77477000": "ct", "82918005": "pet", "363680008": "x-ray", "363679005": "imaging",
}  # fmt: skip


class Diameters(NamedTuple):
    """Diameters in mm: the longest, and the others from short to long."""

    longest: float | None
    others: tuple[float, ...]


class _Refused(Exception):
    """A size that cannot be used, and how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what, self.mend = what, mend


def _in_mm(quantity: Json) -> float | None:
    value = value_of_quantity(quantity, "")
    if value.wrong:
        raise _Refused("something else where a size belongs", "write a number with a decimal point")
    if value.low is None:
        return None
    if value.high != value.low:
        raise _Refused("a size with a limit sign", "write the size that was measured")
    written = unit_of(quantity)
    if written is None:
        raise _Refused("a size without a unit", "write mm or cm beside the number")
    try:
        factor = unit(known_unit(written, "")[1])
    except UnitError as error:
        raise _Refused("a size in a unit that nobody knows", "write it in mm or cm") from error
    if factor.dimension != "length":
        raise _Refused("a size in a unit that is no length", "write it in mm or cm")
    if factor.factor == 1.0:
        return value.low
    return float(Decimal(repr(value.low)) * Decimal(repr(factor.factor)))  # 1.1 cm is 11 mm


def _diameters(resource: Json, code: str) -> Diameters:
    longest: float | None = None
    others: list[float] = []
    if code in (SIZE, LONGEST) and isinstance(resource.get("valueQuantity"), dict):
        longest = _in_mm(child(resource, "valueQuantity"))
    for component in children(resource, "component"):
        kinds = {one.code for one in codings(child(component, "code"))}
        size = _in_mm(child(component, "valueQuantity")) if kinds & {LONGEST, OTHER} else None
        if size is None:
            continue
        if LONGEST in kinds:
            longest = size
        else:
            others.append(size)
    return Diameters(longest, tuple(sorted(others)))


def read_tumour_size(
    entry: Entry, chart: Chart, lesions: Lesions, code: str, day: str, known: str
) -> Outcome:
    """Read a tumour size: a ``measurements`` row of its lesion, else an observation.

    Args:
        entry: the Observation.
        chart: where rows go.
        lesions: the lesions, by BodyStructure and identifier.
        code: the LOINC code under which it stands.
        day: the day of the measurement.
        known: the day on which it became known.
    """
    resource = entry.resource
    try:
        size = _diameters(resource, code)
    except _Refused as refused:
        chart.say(
            "rejected",
            refused.what,
            entry,
            refused.mend,
            table="measurements",
            row=entry.key,
            column="longest_mm",
        )
        return not_understood(refused.what)
    if size.longest is None and not size.others:
        if text(resource, "valueString"):
            return not_understood("a size in words only")
        return ignored("no value")
    method = _method(resource)
    found = _lesions_named(entry, chart, lesions)
    if not found and (primary := _primary_named(entry, chart)) is not None:
        found = _lesions_of_primary(primary, chart, lesions)
    if len(found) == 1:
        chart.add(
            "measurements",
            entry,
            known=known,
            own_day=day,
            lesion_id=found[0],
            day=day,
            longest_mm=size.longest,
            short_mm=size.others[0] if size.others else None,
            third_mm=size.others[1] if len(size.others) > 1 else None,
            method=method,
        )
        lesions.measured.setdefault(found[0], []).append((day, known))
        return READ
    chart.say(
        "note",
        "a size that names no single lesion of this source: kept as the observation tumour size",
        entry,
        "name the tumour by focus, or by the identifier of its specimen",
        table="observations",
    )
    longest = size.longest if size.longest is not None else size.others[-1]
    chart.add(
        "observations",
        entry,
        known=known,
        own_day=day,
        day=day,
        name="tumour size",
        low=longest,
        high=longest,
        unit="mm",
        text=method,
    )
    return READ


def _method(resource: Json) -> str:
    method = child(resource, "method")
    return next((_METHODS[one.code] for one in codings(method) if one.code in _METHODS), words(method))


def _lesions_named(entry: Entry, chart: Chart, lesions: Lesions) -> list[str]:
    named: list[str] = []
    for reference in children(entry.resource, "focus"):
        found = chart.find(reference, entry, "focus")
        if found is not None and found.name in lesions.by_structure:
            named.append(lesions.by_structure[found.name])
    if named:
        return list(dict.fromkeys(named))
    specimen = chart.find(child(entry.resource, "specimen"), entry, "specimen")
    return lesions.of_specimen(specimen.resource) if specimen is not None else []


def _primary_named(entry: Entry, chart: Chart) -> Primary | None:
    foci = children(entry.resource, "focus")
    return next((one for ref in foci if (one := chart.primary(ref, entry, "focus")) is not None), None)


def _lesions_of_primary(primary: Primary, chart: Chart, lesions: Lesions) -> list[str]:
    """The primary itself as a lesion, where a size speaks of the condition and no tumour is named for it."""
    own = [
        lesion_id
        for lesion_id, row in lesions.rows.items()
        if row.get("relation") == "primary" and row.get("tumour_id") == primary.tumour_id
    ]
    if own:
        return own
    lesion_id = f"{primary.tumour_id}-primary"
    lesions.rows[lesion_id] = chart.add(
        "lesions",
        primary.entry,
        lesion_id=lesion_id,
        tumour_id=primary.tumour_id,
        relation="primary",
        organ=primary.row.get("site", ""),
        laterality=primary.row.get("laterality", ""),
    )
    return [lesion_id]
