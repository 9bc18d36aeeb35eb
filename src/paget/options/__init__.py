"""Options: what may lie ahead, side by side, from numbers of a case; every figure says what it rests on."""

from paget.options.assumed import Assumed
from paget.options.forecast import forecast
from paget.options.known import Known
from paget.options.of_case import CaseKnown
from paget.options.of_record import CaseForecast, of_record
from paget.options.outlook import Events, Forecast, Outlook

__all__ = [
    "Assumed",
    "CaseForecast",
    "CaseKnown",
    "Events",
    "Forecast",
    "Known",
    "Outlook",
    "forecast",
    "of_record",
]
