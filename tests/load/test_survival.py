"""Estimators of millions of rows: what they hold at most stays below half of what they were given."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from paget import survival as s

ROWS = 3_000_000
COVARIATES = ("one", "two", "three", "four")
Rows = dict[str, np.ndarray[Any, Any]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    chance = np.random.default_rng(4)
    cause = chance.integers(0, 3, ROWS).astype(np.int8)
    return {
        "day": chance.integers(1, 3000, ROWS).astype(np.int32),
        "event": (cause == 1).astype(np.int8),
        "cause": cause,
        "group": chance.integers(0, 4, ROWS).astype(np.int8),
    } | {name: chance.normal(size=ROWS) for name in COVARIATES}


@pytest.mark.parametrize(
    "estimate",
    [
        lambda rows: s.kaplan_meier(rows, time="day", event="event", by="group"),
        lambda rows: s.aalen_johansen(rows, time="day", event="cause", by="group"),
        lambda rows: s.cox(rows, " + ".join(COVARIATES), time="day", event="event"),
    ],
    ids=["kaplan_meier", "aalen_johansen", "cox"],
)
def test_the_peak_is_below_one_and_a_half_inputs(rows: Rows, estimate: Callable[[Rows], Any]) -> None:
    small = {name: values[:1000] for name, values in rows.items()}
    estimate(small)  # what is made once: compiled functions, imports
    tracemalloc.start()
    kept = estimate(rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    used = ("day", "event", *COVARIATES) if isinstance(kept, s.CoxModel) else ("day", "cause", "group")
    assert peak < 0.5 * sum(rows[name].nbytes for name in used)
