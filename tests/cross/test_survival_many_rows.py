"""Cox models of so many rows that the search starts from a sample, against R by an identity.

With Breslow's way with ties, k copies of the rows have the same coefficients, 1/k of the variance, and the
log likelihood k l - k d log(k), where l and d are the log likelihood and the events of the rows once: each
event's sum at risk is k times as large. R's figures for the rows once are therefore exact for the copies.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from paget import survival as s
from paget.survival.samples import sampled

COPIES = 3001  # 510,170 rows


def copies(shared_data: Path, wanted: list[str]) -> tuple[pl.DataFrame, Any]:
    folder = shared_data / "reference" / "open"
    rows = pl.read_csv(folder / "input" / "jasa_tmerge.csv", null_values=["", "NA"], infer_schema_length=None)
    rows = rows.select(wanted).drop_nulls()
    return pl.concat([rows] * COPIES), json.loads((folder / "jasa.json").read_text())


def agree(fit: s.CoxModel, ref: Any, times: int) -> None:
    order = [fit.names.index(term) for term in ref["terms"]]
    assert fit.converged
    assert not fit.notes
    assert sampled(fit.likelihood, 100_000) is not None
    np.testing.assert_allclose(np.asarray(fit.coefficients)[order], ref["coef"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(
        np.asarray(fit.standard_errors)[order] * np.sqrt(times), ref["se"], rtol=1e-7, atol=0
    )
    shift = ref["nevent"] * np.log(times)
    expected = [times * (one - shift) for one in ref["loglik"]]
    np.testing.assert_allclose(list(fit.log_likelihood), expected, rtol=1e-12)


def test_intervals_with_delayed_entry(shared_data: Path) -> None:
    columns = ["age", "transplant", "surgery", "year", "tstart", "tstop", "death"]
    rows, ref = copies(shared_data, columns)
    fit = s.cox(
        rows,
        "age * transplant + surgery + year",
        time="tstop",
        event="death",
        entry="tstart",
        ties="breslow",
    )
    agree(fit, ref["td_cox_full"], COPIES)


def test_two_copies_by_weight(shared_data: Path) -> None:
    columns = ["age", "transplant", "surgery", "year", "tstart", "tstop", "death"]
    rows, ref = copies(shared_data, columns)
    half = pl.concat([rows, rows.head(len(rows) // COPIES)])  # an even number of copies, half of them kept
    half = half.head(len(half) // 2).with_columns(twice=2.0)
    fit = s.cox(
        half,
        "age * transplant + surgery + year",
        time="tstop",
        event="death",
        entry="tstart",
        weights="twice",
        ties="breslow",
    )
    assert sampled(fit.likelihood, 25_000) is not None
    order = [fit.names.index(term) for term in ref["td_cox_full"]["terms"]]
    np.testing.assert_allclose(np.asarray(fit.coefficients)[order], ref["td_cox_full"]["coef"], atol=1e-9)


@pytest.mark.parametrize("term", ["twin", "harmless", "constant"])
def test_a_term_without_an_estimate_is_named(shared_data: Path, term: str) -> None:
    """A column that another explains, one group without events, one value: as with few rows."""
    rows, _ = copies(shared_data, ["age", "surgery", "tstart", "tstop", "death"])
    place = pl.int_range(pl.len())
    rows = rows.with_columns(
        twin=1.0 - 2.0 * pl.col("surgery"),
        harmless=((pl.col("death") == 0) & (place % 3 == 0)).cast(pl.Float64),
        constant=3.0,
    )
    fit = s.cox(rows, f"age + surgery + {term}", time="tstop", event="death", entry="tstart")
    words = {
        "twin": "explained by the terms before",
        "harmless": "without end",
        "constant": "the same in all",
    }
    assert any(note.startswith(f"{term}: ") and words[term] in note for note in fit.notes), fit.notes
