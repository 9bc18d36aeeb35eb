"""A derived endpoint as a table of time to event in the words of ADaM (ADTTE)."""

from __future__ import annotations

from typing import Final

import polars as pl

from paget.evidence.derived import Derived

_DOMAINS: Final = {
    "patients": "DM",
    "statuses": "RS",
    "lesions": "TU",
    "sites": "TU",
    "tumours": "DM",
    "treatments": "CM",
}


def adtte(derived: Derived) -> pl.DataFrame:
    """One row an origin that is analysed.

    Args:
        derived: an endpoint of records with dates; of relative days the numbers stand for dates.

    Returns:
        ``USUBJID, PARAMCD, PARAM, STARTDT, ADT, AVAL, CNSR, EVNTDESC, CNSDTDSC, SRCDOM, SRCVAR, SRCSEQ``. The
        first day counts: AVAL = ADT - STARTDT + 1, while the time of an analysis is ADT - STARTDT. CNSR is 0
        for the event, 1 for censored, 2 for a competing event.
    """
    event, rows = pl.col("status") == 1, derived.analysed
    domain = pl.col("table").replace_strict(_DOMAINS, default=None, return_dtype=pl.String)
    day = {
        "patients": "death_day",
        "lesions": "found_day",
        "tumours": "diagnosed_day",
        "treatments": "start_day",
    }
    variable = pl.col("table").replace_strict(day, default="day", return_dtype=pl.String)
    return rows.select(
        USUBJID=pl.col("patient_id"),
        PARAMCD=pl.lit(derived.rule.code),
        PARAM=pl.lit(derived.rule.title),
        STARTDT=pl.col("origin_day").cast(pl.Date),
        ADT=pl.col("end_day").cast(pl.Date),
        AVAL=pl.col("time") + 1,
        CNSR=pl.when(event).then(0).when(pl.col("status") == 2).then(2).otherwise(1),
        EVNTDESC=pl.when(pl.col("status") > 0).then(pl.col("reason")),
        CNSDTDSC=pl.when(pl.col("status") == 0).then(pl.col("reason")),
        SRCDOM=domain,
        SRCVAR=pl.when(pl.col("table").is_not_null()).then(variable),
        SRCSEQ=pl.col("row_id"),
    )
