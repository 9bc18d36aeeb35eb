"""Probabilities as people of 100: what a logistic model gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paget.brief.words import UNKNOWN, Shown, bounds


def is_share(raw: Mapping[str, Any]) -> bool:
    """Whether a finding is a probability: a score without a unit, by a logistic model."""
    return raw.get("kind") == "score" and not raw.get("unit")


def share_words(value: Any) -> Shown:
    """A probability as people of 100.

    >>> share_words(0.547).text, share_words({"low": 0.475, "high": 0.509}).text
    ('55 of 100', '48 to 51 of 100')
    """
    ends = bounds(value)
    if ends is None or ends[0] is None or ends[1] is None:
        return UNKNOWN
    low, high = round(100 * ends[0]), round(100 * ends[1])
    if low == high:
        return Shown(f"{low} of 100", "known" if ends[0] == ends[1] else "partly")
    return Shown(f"{low} to {high} of 100", "partly")
