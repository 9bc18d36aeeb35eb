"""Options: what may lie ahead, side by side, from numbers of a case; every figure says what it rests on."""

from paget.options.assumed import Assumed
from paget.options.forecast import forecast
from paget.options.known import Known
from paget.options.outlook import Events, Forecast, Outlook

__all__ = ["Assumed", "Events", "Forecast", "Known", "Outlook", "forecast"]
