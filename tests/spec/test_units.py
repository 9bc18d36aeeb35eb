"""Units are part of a value: what is read, what is turned into what, and what is refused."""

from __future__ import annotations

import pytest

from paget.errors import UnitError
from paget.units import UNITS, quantity, unit


@pytest.mark.parametrize(("text", "symbol", "expected"), [
    ("5 cm", "mm", 50.0),
    ("50 mm", "cm", 5.0),
    ("200 ug/L", "ng/mL", 200.0),
    ("12 g/dL", "g/L", 120.0),
    ("2 weeks", "day", 14.0),
    ("12 months", "day", 365.25),  # a mean month; thresholds in months go by the calendar instead
    ("1 year", "month", 12.0),
    ("1 L", "mL", 1000.0),
    ("1 cm3", "mL", 1.0),
    ("3", "", 3.0),
    ("-0.5 mm", "mm", -0.5),
    ("1e3 mL", "L", 1.0),
])  # fmt: skip
def test_a_quantity_in_another_unit(text: str, symbol: str, expected: float) -> None:
    assert quantity(text).to(symbol) == pytest.approx(expected, rel=1e-15)


def test_the_same_unit_is_never_rounded() -> None:
    assert quantity("0.1 g/dL").to("g/dL") == 0.1


@pytest.mark.parametrize(
    ("text", "symbol"), [("200 mm", "ng/mL"), ("5 lesions", "organ"), ("3", "lesion"), ("1 mL", "mm")]
)
def test_things_of_different_kinds_are_not_compared(text: str, symbol: str) -> None:
    with pytest.raises(UnitError, match="not a"):
        quantity(text).to(symbol)


@pytest.mark.parametrize("text", ["", "mm", "1,5 mm", "five mm", "1 2 mm", "NaN mm", "inf"])
def test_what_is_no_number_with_a_unit_is_refused(text: str) -> None:
    with pytest.raises(UnitError):
        quantity(text)


def test_a_yes_is_no_quantity() -> None:
    with pytest.raises(UnitError, match="yes or no"):
        quantity(True)


def test_an_unknown_unit_names_its_neighbours() -> None:
    with pytest.raises(UnitError, match="unknown unit 'ngml'") as caught:
        unit("ngml")
    assert "ng/mL" in str(caught.value)


def test_each_unit_reads_back_as_itself() -> None:
    for symbol, one in UNITS.items():
        assert unit(symbol) is one
        assert quantity(f"2 {symbol}").to(symbol) == 2.0
