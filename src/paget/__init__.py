"""paget: from one patient's cancer record to a tumour board's decision, and from a registry to evidence.

Three calls do the main work: :func:`paget.read` a record from whatever a user has, :func:`paget.assess`
it as of a day, and :func:`paget.brief` it as a page for the board. :func:`paget.analysis` compares patients,
and refuses groups that are made by the future; :func:`paget.forecast` runs a model of virtual patients that
are like a case. Each is loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paget import brief
    from paget.assessment import assess
    from paget.evidence import analysis
    from paget.intake.read import read
    from paget.options import of_record as forecast

_OFFERS = {
    "read": ("paget.intake.read", "read"),
    "assess": ("paget.assessment", "assess"),
    "analysis": ("paget.evidence", "analysis"),
    "forecast": ("paget.options", "of_record"),
}

__all__ = ["analysis", "assess", "brief", "forecast", "read"]


def __getattr__(name: str) -> Any:
    if name == "brief":  # a room that can be called: paget.brief(record, on="2025-06-24")
        return import_module("paget.brief")
    if name not in _OFFERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, offer = _OFFERS[name]
    return getattr(import_module(module), offer)
