"""Values of an Observation: a number with its limits and unit, or words; units as paget spells them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from paget.intake.fhir.codes.laboratory import ANSWERS, ARBITRARY, FACTORS, IN_ARBITRARY_UNITS, UNITS
from paget.intake.fhir.elements import Json, child, codings, named, number, text, words


class Value(NamedTuple):
    """A value: least and greatest possible number (None: open), unit (None: not written), or words."""

    low: float | None = None
    high: float | None = None
    unit: str | None = None
    said: str = ""
    wrong: bool = False  # something that is no number stands where a number belongs

    @property
    def blank(self) -> bool:
        """Whether nothing was measured."""
        return self.low is None and self.high is None and not self.said


_LIMIT: Final = re.compile(
    r"\s*(<=|>=|<|>|≤|≥)?\s*(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*((?:[A-Za-zµ%\[{]|10[*^]).*)?"
)


def known_unit(written: str, name: str) -> tuple[float, str]:
    """A written unit in paget's spelling, with the factor that the number must be multiplied by.

    >>> known_unit("g/dl", "haemoglobin"), known_unit("U/mL", "ca 19-9"), known_unit("[lb_av]", "weight")
    ((1.0, 'g/dL'), (1.0, '[IU]/mL'), (0.45359237, 'kg'))
    """
    plain = written.strip()
    if name in IN_ARBITRARY_UNITS and plain in ARBITRARY:
        return 1.0, ARBITRARY[plain]
    if name == "ldh" and plain == "[IU]/L":
        return 1.0, "U/L"
    factor, symbol = FACTORS.get(plain, (1.0, plain))
    return factor, UNITS.get(symbol, symbol)


def unit_of(quantity: Json) -> str | None:
    """The unit of a Quantity: its code, else its words; None when neither is written."""
    code = text(quantity, "code").strip()
    if code and text(quantity, "system") in ("", "http://unitsofmeasure.org"):
        return code
    return text(quantity, "unit").strip() or code or None


def value_of_quantity(quantity: Json, name: str) -> Value:
    """The limits of a Quantity: both ends equal, or one open where a comparator says so."""
    found = number(quantity, "value")
    if found is None:
        return Value(wrong=quantity.get("value") is not None)
    written = unit_of(quantity)
    factor, symbol = known_unit(written, name) if written is not None else (1.0, None)
    return _limits(text(quantity, "comparator"), found * factor if factor != 1.0 else float(found), symbol)


def _limits(sign: str, value: float, unit: str | None) -> Value:
    if sign in ("<", "<=", "≤"):
        return Value(0.0, value, unit)
    if sign in (">", ">=", "≥"):
        return Value(value, None, unit)
    return Value(value, value, unit)


def value_of(node: Json, name: str = "") -> Value:
    """The value[x] of an Observation or a component, whatever its type.

    Args:
        node: the Observation or component.
        name: the record's name of what is measured, which some spellings of units depend on.

    >>> value_of({"valueQuantity": {"value": 0.5, "comparator": "<", "code": "ng/mL"}}, "cea")
    Value(low=0.0, high=0.5, unit='ng/mL', said='', wrong=False)
    """
    if isinstance(node.get("valueQuantity"), dict):
        return value_of_quantity(child(node, "valueQuantity"), name)
    for key in ("valueInteger", "valueDecimal"):
        found = number(node, key)
        if found is not None:
            return Value(float(found), float(found))
    concept = child(node, "valueCodeableConcept")
    if concept:
        return Value(said=answer(concept))
    said = text(node, "valueString").strip()
    if said:
        return _in_words(said, name)
    ranged = child(node, "valueRange")
    if ranged:
        low = value_of_quantity(child(ranged, "low"), name)
        high = value_of_quantity(child(ranged, "high"), name)
        return Value(low.low, high.high, low.unit or high.unit)
    ratio = child(node, "valueRatio")
    if ratio:
        above = number(child(ratio, "numerator"), "value")
        below = number(child(ratio, "denominator"), "value")
        if above is not None and below is not None:
            return Value(said=f"{above:g}:{below:g}")
    if isinstance(node.get("valueBoolean"), bool):
        return Value(said="yes" if node["valueBoolean"] else "no")
    return Value()


def _in_words(said: str, name: str) -> Value:
    match = _LIMIT.fullmatch(said)
    if match is None:
        return Value(said=said)
    factor, symbol = known_unit(match[3], name) if match[3] else (1.0, None)
    return _limits(match[1] or "", float(match[2]) * factor, symbol)._replace(said=said)


def answer(concept: Json) -> str:
    """A coded answer in words: ours where the code is known, else those beside it; "" for an absent value."""
    for one in codings(concept):
        if one.code in ANSWERS:
            return ANSWERS[one.code]
    if any(one.system == "absent" for one in codings(concept)):
        return ""
    return named(concept) if words(concept) else ""
