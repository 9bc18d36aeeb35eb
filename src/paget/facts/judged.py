"""What was last judged and measured of each lesion or site, as of each decision day."""

from __future__ import annotations

from typing import Final

from paget.facts.rowwise import latest_rows, possible, sure, truth
from paget.plans import Expr, Plan, coalesce, col, lit, when

KEYS: Final = ["decision", "subject", "is_site"]

_CERTAINTY_ASKED_OF: Final = ("radiologist", "pathologist", "board")
_WHO_DO_NOT_TREAT: Final = ("radiologist", "pathologist")
_LOCAL: Final = ("surgery", "ablation", "stereotactic radiotherapy", "radiotherapy")


def subjects(rows: Plan) -> Plan:
    """Rows about a lesion or a site, under one name: ``subject`` and ``is_site``."""
    return rows.with_columns(
        subject=coalesce(col("lesion_id"), col("site_id")),
        is_site=when(col("lesion_id").is_null()).then(lit(1)).otherwise(lit(0)),
    )


def reality(judgements: Plan) -> Plan:
    """Whether each lesion is tumour: ``may_be_tumour``, ``may_be_benign``, ``proven``, ``judged``.

    Certainty counts from a radiologist, a pathologist or the board; from an unnamed role it may widen
    the answer. Indeterminate leaves both open; so does a blank.
    """
    role, certainty = col("role"), col("certainty")
    rows = latest_rows(judgements, KEYS, role.is_in(_CERTAINTY_ASKED_OF))
    benign, tumour = certainty == "benign", certainty.is_in(["proven", "probable"])
    return (
        rows.with_columns(
            _tumour=possible(~benign),
            _benign=possible(~tumour),
            _proven=sure(certainty == "proven"),
            _may_be_proven=possible(certainty == "proven"),
        )
        .group_by(*KEYS)
        .agg(
            proven=col("_proven").min(),
            may_be_proven=col("_may_be_proven").max(),
            may_be_tumour=col("_tumour").max(),
            may_be_benign=col("_benign").max(),
            judged=col("_any").max(),
        )
    )


def treatability(judgements: Plan) -> Plan:
    """Whether each lesion can be cleared by local treatment: ``may_be_treatable``, ``may_be_beyond``.

    Those who would treat it say so: a row of a radiologist or pathologist does not speak of it. Where
    the last row leaves it blank, it is open. Whether it can be resected is told beside it
    (``may_be_resectable``, ``may_be_unresectable``), and asks for a word on R0: a local treatment alone
    leaves that open.
    """
    by, r0 = col("treatable_by"), col("r0_expected")
    rows = latest_rows(judgements, KEYS, ~col("role").is_in(_WHO_DO_NOT_TREAT))
    yes = by.is_in(_LOCAL) | (by.is_null() & r0.fill_null(False))
    no = by.is_in(["none", "systemic"])
    unresectable = no | ~r0
    return (
        rows.with_columns(
            _yes=when(no.fill_null(False)).then(lit(0)).otherwise(lit(1)),
            _no=when(yes.fill_null(False)).then(lit(0)).otherwise(lit(1)),
            _resectable=when(unresectable.fill_null(False)).then(lit(0)).otherwise(lit(1)),
            _unresectable=when(r0.fill_null(False) & ~no.fill_null(False)).then(lit(0)).otherwise(lit(1)),
        )
        .group_by(*KEYS)
        .agg(
            may_be_treatable=col("_yes").max(),
            may_be_beyond=col("_no").max(),
            may_be_resectable=col("_resectable").max(),
            may_be_unresectable=col("_unresectable").max(),
            treat_judged=col("_any").max(),
        )
    )


def size(measurements: Plan) -> Plan:
    """The last size of each lesion: ``size_low``, ``size_high`` (mm), volumes, and whether each is known."""
    keys = ["decision", "lesion_id"]
    longest, volume = col("longest_mm"), col("volume_ml")
    rows = latest_rows(measurements, keys, lit(True))
    return (
        rows.with_columns(
            _size_blank=sure(longest.is_null()),
            _volume_blank=sure(volume.is_null()),
            _size=longest.fill_null(0.0),
            _volume=volume.fill_null(0.0),
            is_site=lit(0),
        )
        .group_by(*keys, "is_site")
        .agg(
            size_low=col("_size").min(),
            size_high=col("_size").max(),
            size_blank=col("_size_blank").max(),
            volume_low=col("_volume").min(),
            volume_high=col("_volume").max(),
            volume_blank=col("_volume_blank").max(),
            measured=col("_any").max(),
        )
        .with_columns(
            size_low=col("size_low") * col("measured"), volume_low=col("volume_low") * col("measured")
        )
        .rename({"lesion_id": "subject"})
    )


def is_tumour() -> Expr:
    """Whether a deposit is tumour: yes unless judged otherwise."""
    judged = col("judged").fill_null(0)
    may_be = when(judged == 0).then(lit(1)).otherwise(col("may_be_tumour"))
    return truth(1 - col("may_be_benign").fill_null(0), may_be)


def is_treatable() -> Expr:
    """Whether local treatment can clear a deposit: open unless judged."""
    judged = col("treat_judged").fill_null(0) > 0
    return truth(
        when(judged).then(1 - col("may_be_beyond")).otherwise(lit(0)),
        when(judged).then(col("may_be_treatable")).otherwise(lit(1)),
    )
