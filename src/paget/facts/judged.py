"""What was last judged, measured and removed of each lesion or site, as of each decision day."""

from __future__ import annotations

from typing import Any, Final

import narwhals as nw

from paget.facts.rowwise import latest_rows, possible, sure, truth

Frame = nw.LazyFrame[Any]
KEYS: Final = ["decision", "subject", "is_site"]

_CERTAINTY_ASKED_OF: Final = ("radiologist", "pathologist", "board")
_ONLY_WHAT_IS_WRITTEN: Final = ("radiologist", "pathologist")
_LOCAL: Final = ("surgery", "ablation", "stereotactic radiotherapy", "radiotherapy")


def subjects(rows: Frame) -> Frame:
    """Rows about a lesion or a site, under one name: ``subject`` and ``is_site``."""
    return rows.with_columns(
        subject=nw.coalesce(nw.col("lesion_id"), nw.col("site_id")),
        is_site=nw.when(nw.col("lesion_id").is_null()).then(nw.lit(1)).otherwise(nw.lit(0)),
    )


def reality(judgements: Frame) -> Frame:
    """Whether each lesion is tumour: ``may_be_tumour``, ``may_be_benign``, ``judged``.

    Certainty counts from a radiologist, a pathologist or the board; from an unnamed role it may widen
    the answer. Indeterminate leaves both open; so does a blank.
    """
    role, certainty = nw.col("role"), nw.col("certainty")
    rows = latest_rows(judgements, KEYS, role.is_in(_CERTAINTY_ASKED_OF))
    benign, tumour = certainty == "benign", certainty.is_in(["proven", "probable"])
    return (
        rows.with_columns(_tumour=possible(~benign), _benign=possible(~tumour))
        .group_by(*KEYS)
        .agg(
            may_be_tumour=nw.col("_tumour").max(),
            may_be_benign=nw.col("_benign").max(),
            judged=nw.col("_any").max(),
        )
    )


def treatability(judgements: Frame) -> Frame:
    """Whether each lesion can be cleared by local treatment: ``may_be_treatable``, ``may_be_beyond``.

    A radiologist's or pathologist's row speaks of it only where it says something; any other row
    always does, and a blank then means that it is open.
    """
    by, r0 = nw.col("treatable_by"), nw.col("r0_expected")
    says = ~by.is_null() | ~r0.is_null()
    quiet = nw.col("role").is_in(_ONLY_WHAT_IS_WRITTEN)
    rows = latest_rows(judgements, KEYS, says | ~quiet)
    yes = by.is_in(_LOCAL) | (by.is_null() & r0.fill_null(False))
    no = by.is_in(["none", "systemic"])
    return (
        rows.with_columns(
            _yes=nw.when(no.fill_null(False)).then(nw.lit(0)).otherwise(nw.lit(1)),
            _no=nw.when(yes.fill_null(False)).then(nw.lit(0)).otherwise(nw.lit(1)),
        )
        .group_by(*KEYS)
        .agg(
            may_be_treatable=nw.col("_yes").max(),
            may_be_beyond=nw.col("_no").max(),
            treat_judged=nw.col("_any").max(),
        )
    )


def removal(targets: Frame, treatments: Frame) -> Frame:
    """Whether each lesion or site was removed: counts ``removed_sure`` and ``removed_possible``.

    A target is known with the end of its treatment.
    """
    ends = treatments.select(
        "decision", "treatment_id", _treated="known", _began="began", _done="finished_known"
    ).unique(["decision", "treatment_id"], keep="any")
    rows = subjects(targets).join(ends, on=["decision", "treatment_id"], how="left")
    own = ~nw.col("known_day").is_null()
    known = nw.when(own).then(nw.col("known")).otherwise(nw.col("_done"))
    done = known & nw.col("_treated") & nw.col("_began") & nw.col("removed")
    return (
        rows.with_columns(_removed=done)
        .with_columns(_sure=sure(nw.col("_removed")), _possible=possible(nw.col("_removed")))
        .group_by(*KEYS)
        .agg(removed_sure=nw.col("_sure").max(), removed_possible=nw.col("_possible").max())
    )


def size(measurements: Frame) -> Frame:
    """The last size of each lesion: ``size_low``, ``size_high`` (mm), volumes, and whether each is known."""
    keys = ["decision", "lesion_id"]
    longest, volume = nw.col("longest_mm"), nw.col("volume_ml")
    rows = latest_rows(measurements, keys, nw.lit(value=True))
    return (
        rows.with_columns(
            _size_blank=sure(longest.is_null()),
            _volume_blank=sure(volume.is_null()),
            _size=longest.fill_null(0.0),
            _volume=volume.fill_null(0.0),
        )
        .group_by(*keys)
        .agg(
            size_low=nw.col("_size").min(),
            size_high=nw.col("_size").max(),
            size_blank=nw.col("_size_blank").max(),
            volume_low=nw.col("_volume").min(),
            volume_high=nw.col("_volume").max(),
            volume_blank=nw.col("_volume_blank").max(),
            measured=nw.col("_any").max(),
            size_day=nw.col("_newest").max(),
            size_day_latest=nw.col("_to").max(),
        )
        .rename({"lesion_id": "subject"})
    )


def is_tumour() -> nw.Expr:
    """Whether a deposit is tumour: yes unless judged otherwise."""
    judged = nw.col("judged").fill_null(0)
    may_be = nw.when(judged == 0).then(nw.lit(1)).otherwise(nw.col("may_be_tumour"))
    return truth(1 - nw.col("may_be_benign").fill_null(0), may_be)


def is_treatable() -> nw.Expr:
    """Whether local treatment can clear a deposit: open unless judged."""
    judged = nw.col("treat_judged").fill_null(0) > 0
    return truth(
        nw.when(judged).then(1 - nw.col("may_be_beyond")).otherwise(nw.lit(0)),
        nw.when(judged).then(nw.col("may_be_treatable")).otherwise(nw.lit(1)),
    )
