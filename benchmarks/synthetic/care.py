"""The care in a synthetic registry: treatments, targets, statuses, events, values, studies, decisions."""

from __future__ import annotations

import numpy as np
import polars as pl

from paget.record.columns import latest
from synthetic.columns import FIRST_DAY, Bools, Draw, Ints, children, later_versions, row_ids


def treatments(
    draw: Draw,
    who: pl.Series,
    diagnosed: Ints,
    found: Ints,
    metastatic: Bools,
    last: Ints,
    lesions: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    primary = np.flatnonzero(draw.some(len(who), 0.85) & (diagnosed + 70 < last))
    systemic = np.flatnonzero(metastatic & draw.some(len(who), 0.75) & (found + 160 < last))
    removal = np.flatnonzero(metastatic & draw.some(len(who), 0.4) & (found + 160 < last))
    groups = (
        (primary, diagnosed[primary] + 35, "surgery", True, 0),
        (systemic, found[systemic] + 30, "systemic", False, 90),
        (removal, found[removal] + 120, "surgery", None, 0),
    )
    frames = []
    for of, start, modality, definitive, length in groups:
        n = len(of)
        surgery = modality == "surgery"
        residual = (
            draw.among(("R0", "R1", "R2", "RX"), n, (0.8, 0.1, 0.05, 0.05))
            if surgery
            else pl.Series([None] * n, dtype=pl.String)
        )
        frames.append(
            pl.DataFrame(
                {
                    "patient_id": who.gather(of),
                    "tumour_id": pl.Series(["T1"]).new_from_index(0, n),
                    "modality": pl.Series([modality]).new_from_index(0, n),
                    "intent": draw.blanked(draw.among(("curative", "palliative"), n, (0.8, 0.2)), 0.1),
                    "definitive": draw.blanked(
                        pl.Series([definitive], dtype=pl.Boolean).new_from_index(0, n), 0.05
                    ),
                    **draw.day("start_day", start),
                    **draw.day("end_day", start + length, blanks=0.05),
                    "residual": draw.blanked(residual, 0.1),
                    **(draw.day("pathology_day", start + 10, blanks=0.3) if surgery else {}),
                }
            )
        )
    frame = pl.concat(frames, how="diagonal")
    frame = frame.with_columns(row_id=row_ids(frame, "X")).with_columns(treatment_id="row_id")
    removals = frame[len(primary) + len(systemic) :].select("patient_id", "treatment_id")
    targets = lesions.select("patient_id", "lesion_id").join(removals, on="patient_id")
    targets = targets.filter(pl.Series(draw.some(targets.height, 0.8)))
    targets = targets.with_columns(removed=draw.blanked(pl.Series(draw.some(targets.height, 0.9)), 0.1))
    drugs = frame[len(primary) : len(primary) + len(systemic)].select("row_id", "patient_id")
    agents = pl.concat(
        [drugs.with_columns(value=pl.lit("fluorouracil")), drugs.with_columns(value=pl.lit("oxaliplatin"))]
    )
    return {
        "treatments": frame,
        "targets": targets.with_columns(row_id=row_ids(targets, "A")),
        "treatments_agents": agents,
    }


def statuses(draw: Draw, who: pl.Series, found: Ints, last: Ints) -> pl.DataFrame:
    of = children(draw, draw.chance.choice([0, 1, 2], len(who), p=[0.3, 0.4, 0.3]))
    n = len(of)
    span = np.maximum(last - found, 1)[of]
    frame = pl.DataFrame(
        {
            "patient_id": who.gather(of),
            "tumour_id": pl.Series(["T1"]).new_from_index(0, n),
            **draw.day("day", found[of] + (draw.chance.random(n) * span).astype(np.int64)),
            "status": draw.among(
                ("no evidence", "stable", "progression", "recurrence", "partial response"), n
            ),
            "basis": draw.blanked(draw.among(("clinical", "pathological"), n, (0.9, 0.1)), 0.3),
        }
    )
    return frame.with_columns(row_id=row_ids(frame, "U"))


def events(draw: Draw, treatments: pl.DataFrame) -> pl.DataFrame:
    frame = treatments.filter(
        (pl.col("modality") == "surgery") & pl.Series(draw.some(treatments.height, 0.2))
    )
    day = frame["start_day"].fill_null(FIRST_DAY).to_numpy().astype(np.int64) + 5
    frame = frame.select("patient_id", "treatment_id").with_columns(
        **draw.day("day", day),
        kind=draw.among(("complication", "readmission"), frame.height, (0.8, 0.2)),
        grade=draw.among(("Clavien-Dindo I", "Clavien-Dindo II", "Clavien-Dindo IIIa"), frame.height),
    )
    return frame.with_columns(row_id=row_ids(frame, "E"))


def observations(draw: Draw, who: pl.Series, diagnosed: Ints, found: Ints) -> pl.DataFrame:
    of = children(draw, draw.chance.choice([1, 2, 3, 4, 5], len(who), p=[0.2, 0.3, 0.2, 0.2, 0.1]))
    n = len(of)
    kind = draw.chance.choice(3, n, p=[0.5, 0.3, 0.2])
    cea = np.round(draw.chance.lognormal(2.0, 1.4, n), 1)
    low_limit = (kind == 0) & (cea < 0.6)
    high = np.select(
        [low_limit, kind == 0, kind == 1], [0.5, np.maximum(cea, 0.6), draw.chance.integers(0, 4, n)], 12.5
    )
    low = np.where(low_limit, 0.0, high)
    day = np.where(draw.some(n, 0.5), diagnosed[of], found[of]) - draw.chance.integers(0, 20, n)
    frame = pl.DataFrame(
        {
            "patient_id": who.gather(of),
            **draw.day("day", day),
            "name": pl.Series(["cea", "ecog", "haemoglobin"]).gather(kind),
            "low": pl.Series(low),
            "high": pl.Series(high),
            "unit": pl.Series(["ng/mL", None, "g/dL"]).gather(kind),
            "text": pl.Series([None], dtype=pl.String).new_from_index(0, n),
            **draw.known(day, 0.2),
        }
    )
    frame = frame.with_columns(row_id=row_ids(frame, "O"))
    return pl.concat([frame, later_versions(draw, frame, "text", "corrected", 0.01)], how="diagonal")


def studies(draw: Draw, who: pl.Series, diagnosed: Ints, found: Ints) -> dict[str, pl.DataFrame]:
    of = children(draw, draw.chance.choice([1, 2, 3], len(who), p=[0.3, 0.4, 0.3]))
    n = len(of)
    day = np.where(draw.some(n, 0.4), diagnosed[of], found[of]) - draw.chance.integers(0, 30, n)
    frame = pl.DataFrame(
        {
            "patient_id": who.gather(of),
            **draw.day("day", day),
            "kind": draw.among(("ct", "mr", "pet-ct", "endoscopy"), n, (0.5, 0.2, 0.2, 0.1)),
            **draw.known(day, 0.3),
        }
    )
    frame = frame.with_columns(row_id=row_ids(frame, "Y"))
    covers = [
        frame.filter(pl.col("kind").is_in(kinds)).select("row_id", "patient_id", value=pl.lit(region))
        for kinds, region in (
            (["ct"], "chest"), (["ct"], "abdomen"), (["ct"], "pelvis"), (["mr"], "liver"),
            (["pet-ct"], "whole body"), (["endoscopy"], "colon"),
        )
    ]  # fmt: skip
    return {"studies": frame, "studies_covers": pl.concat(covers)}


def decisions(draw: Draw, who: pl.Series, day: Ints) -> pl.DataFrame:
    n = len(who)
    exact = pl.Series(day + draw.chance.integers(7, 90, n), dtype=pl.Int32)
    frame = pl.DataFrame(
        {
            "patient_id": who,
            "decision_id": pl.Series(["D1"]).new_from_index(0, n),
            "tumour_id": pl.Series(["T1"]).new_from_index(0, n),
            "day": exact,
            latest("day"): exact,
        }
    )
    return frame.with_columns(row_id=pl.concat_str("patient_id", pl.lit("-D1")))
