"""A derived endpoint as a table of time to event in the words of ADaM (ADTTE)."""

from __future__ import annotations

from collections.abc import Mapping
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
    "studies": "PR",
    "observations": "QS",
    "measurements": "TR",
    "events": "AE",
}


def adtte(derived: Derived) -> pl.DataFrame:
    """One row an origin that is analysed.

    Args:
        derived: an endpoint of records; of patients without dates STARTDT and ADT are blank.

    Returns:
        ``USUBJID, PARAMCD, PARAM, STARTDT, ADT, AVAL, CNSR, EVNTDESC, CNSDTDSC, SRCDOM, SRCVAR, SRCSEQ``. The
        first day counts: AVAL = ADT - STARTDT + 1, while the time of an analysis is ADT - STARTDT. CNSR is 0
        for the event, 1 for censored, 2 for a competing event. EVNTDESC and CNSDTDSC are the reason of a
        row, or what the endpoint's file has for it in ``words``.
    """
    event, rows = pl.col("status") == 1, derived.analysed
    domain = pl.col("table").cast(pl.String).replace_strict(_DOMAINS, default=None, return_dtype=pl.String)
    words = derived.rule.words
    said = {reason: texts[0] for reason, texts in words.items()}
    censored = {reason: texts[1] for reason, texts in words.items()}
    ended = pl.col("status") > 0
    reason = pl.col("reason").cast(pl.String)
    dated = ~pl.col("patient_id").is_in(list(derived.undated))
    return rows.select(
        USUBJID=pl.col("patient_id"),
        PARAMCD=pl.lit(derived.rule.code),
        PARAM=pl.lit(derived.rule.title),
        STARTDT=pl.when(dated).then(pl.col("origin_day").cast(pl.Date)),
        ADT=pl.when(dated).then(pl.col("end_day").cast(pl.Date)),
        AVAL=pl.col("time") + 1,
        CNSR=pl.when(event).then(0).when(pl.col("status") == 2).then(2).otherwise(1),
        EVNTDESC=pl.coalesce(_worded(said), pl.when(ended).then(reason)),
        CNSDTDSC=pl.when(~ended).then(pl.coalesce(_worded(censored), reason)),
        SRCDOM=domain,
        SRCVAR=pl.col("variable"),
        SRCSEQ=pl.col("row_id"),
    )


def _worded(words: Mapping[str, str]) -> pl.Expr:
    return pl.col("reason").cast(pl.String).replace_strict(dict(words), default=None, return_dtype=pl.String)
