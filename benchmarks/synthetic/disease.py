"""The disease in a synthetic registry: persons, primaries, stages, lesions and what was seen of them."""

from __future__ import annotations

import numpy as np
import polars as pl

from synthetic.columns import FIRST_DAY, Bools, Draw, Ints, children, later_versions, only, row_ids

SITES = ("colon", "rectum", "lung", "kidney", "soft tissue")
SITE_SHARES = (0.30, 0.20, 0.20, 0.15, 0.15)
HISTOLOGY = (
    "adenocarcinoma",
    "adenocarcinoma",
    "non-small cell carcinoma",
    "renal cell carcinoma",
    "sarcoma",
)
ORGANS = ("liver", "lung", "lymph node", "bone", "brain", "adrenal", "peritoneum", "soft tissue")
ORGAN_SHARES = np.array(
    [
        [0.55, 0.18, 0.10, 0.03, 0.02, 0.01, 0.10, 0.01],
        [0.45, 0.28, 0.12, 0.05, 0.02, 0.01, 0.06, 0.01],
        [0.12, 0.22, 0.12, 0.17, 0.22, 0.12, 0.01, 0.02],
        [0.09, 0.48, 0.12, 0.16, 0.06, 0.07, 0.01, 0.01],
        [0.07, 0.70, 0.03, 0.06, 0.02, 0.01, 0.05, 0.06],
    ]
)


def patients(draw: Draw, who: pl.Series, diagnosed: Ints, last: Ints) -> pl.DataFrame:
    n = len(who)
    born = diagnosed - (365.25 * np.clip(draw.chance.normal(65, 12, n), 18, 98)).astype(np.int64)
    dead = pl.Series(draw.some(n, 0.45))
    death = draw.day("death_day", last, partial=0.05, blanks=0.0)
    contact = draw.day("last_contact_day", last, partial=0.05)
    return pl.DataFrame(
        {
            "patient_id": who,
            "row_id": who,
            "sex": draw.blanked(draw.among(("female", "male"), n), 0.01),
            **draw.day("birth_day", born, partial=0.2),
            **{name: only(values, dead) for name, values in death.items()},
            "deceased": only(pl.Series([True]).new_from_index(0, n), dead),
            **{name: only(values, ~dead) for name, values in contact.items()},
            "time_base": pl.Series(["calendar"]).new_from_index(0, n),
        }
    )


def tumours(draw: Draw, who: pl.Series, site: Ints, diagnosed: Ints) -> pl.DataFrame:
    first = pl.DataFrame(
        {
            "patient_id": who,
            "tumour_id": pl.Series(["T1"]).new_from_index(0, len(who)),
            "site": draw.blanked(pl.Series(SITES).gather(site), 0.01),
            "histology": draw.blanked(pl.Series(HISTOLOGY).gather(site), 0.05),
            "grade": draw.blanked(draw.among(("G1", "G2", "G3"), len(who)), 0.3),
            **draw.day("diagnosed_day", diagnosed),
        }
    )
    second = first.filter(pl.Series(draw.some(len(who), 0.02))).with_columns(tumour_id=pl.lit("T2"))
    both = pl.concat([first, second])
    return both.with_columns(row_id=pl.concat_str("patient_id", pl.lit("-"), "tumour_id"))


def stagings(draw: Draw, who: pl.Series, diagnosed: Ints, metastatic: Bools) -> pl.DataFrame:
    n = len(who)
    pathological = draw.some(n, 0.7)
    day = diagnosed + np.where(pathological, 40, 5)
    positive = draw.chance.poisson(1.5, n)
    frame = pl.DataFrame(
        {
            "patient_id": who,
            "tumour_id": pl.Series(["T1"]).new_from_index(0, n),
            **draw.day("day", day),
            "prefix": pl.Series(["c", "p"]).gather(pathological.astype(np.int64)),
            "t": draw.blanked(draw.among(("T1", "T2", "T3", "T4a"), n, (0.1, 0.2, 0.5, 0.2)), 0.1),
            "n": draw.blanked(pl.Series(["N0", "N1", "N2"]).gather(np.minimum(positive, 2)), 0.1),
            "m": draw.blanked(pl.Series(["M0", "M1"]).gather(metastatic.astype(np.int64)), 0.1),
            "nodes_positive": draw.blanked(pl.Series(positive, dtype=pl.Int32), 0.3),
            "nodes_examined": draw.blanked(
                pl.Series(positive + draw.chance.poisson(14, n), dtype=pl.Int32), 0.2
            ),
            **draw.known(day),
        }
    )
    frame = frame.with_columns(row_id=row_ids(frame, "G"))
    return pl.concat([frame, later_versions(draw, frame, "n", "N1", 0.02)], how="diagonal")


def _organs(draw: Draw, site: Ints) -> pl.Series:
    bounds = ORGAN_SHARES.cumsum(axis=1)[site]
    chosen = (draw.chance.random(len(site))[:, None] > bounds[:, :-1]).sum(axis=1)
    return draw.blanked(pl.Series(ORGANS).gather(chosen), 0.02)


def lesions(
    draw: Draw, who: pl.Series, site: Ints, diagnosed: Ints, found: Ints, metastatic: Bools
) -> dict[str, pl.DataFrame]:
    many = np.where(metastatic & draw.some(len(who), 0.85), draw.chance.geometric(0.4, len(who)), 0)
    of = children(draw, np.minimum(many, 20))
    n = len(of)
    later = np.where(draw.some(n, 0.3), draw.chance.integers(20, 400, n), 0)
    frame = pl.DataFrame(
        {
            "patient_id": who.gather(of),
            "tumour_id": draw.blanked(pl.Series(["T1"]).new_from_index(0, n), 0.03),
            "relation": draw.blanked(
                draw.among(("distant", "local", "regional"), n, (0.88, 0.06, 0.06)), 0.01
            ),
            "organ": _organs(draw, site[of]),
            **draw.day("found_day", found[of] + later),
            **draw.known(found[of] + later, 0.15),
        }
    )
    frame = frame.with_columns(row_id=row_ids(frame, "L"))
    return {"lesions": frame.with_columns(lesion_id="row_id")}


def sites(draw: Draw, who: pl.Series, site: Ints, found: Ints, metastatic: Bools) -> pl.DataFrame:
    of = np.flatnonzero(metastatic & draw.some(len(who), 0.25))
    frame = pl.DataFrame(
        {
            "patient_id": who.gather(of),
            "site_id": pl.Series(["S1"]).new_from_index(0, len(of)),
            "tumour_id": pl.Series(["T1"]).new_from_index(0, len(of)),
            "organ": _organs(draw, site[of]),
            **draw.day("day", found[of]),
        }
    )
    return frame.with_columns(row_id=row_ids(frame, "S"))


def judgements(draw: Draw, lesions: pl.DataFrame) -> pl.DataFrame:
    frame = lesions.filter(pl.Series(draw.some(lesions.height, 0.5))).select(
        "patient_id", "lesion_id", "found_day"
    )
    n = frame.height
    after = frame["found_day"].fill_null(FIRST_DAY).to_numpy().astype(np.int64) + draw.chance.integers(
        0, 60, n
    )
    frame = frame.drop("found_day").with_columns(
        **draw.day("day", after),
        role=draw.among(("radiologist", "pathologist", "surgeon", "board"), n, (0.5, 0.2, 0.2, 0.1)),
        certainty=draw.blanked(
            draw.among(("proven", "probable", "indeterminate", "benign"), n, (0.3, 0.4, 0.2, 0.1)), 0.1
        ),
        visible=draw.blanked(pl.Series(draw.some(n, 0.95)), 0.3),
        treatable_by=draw.blanked(
            draw.among(("surgery", "ablation", "stereotactic radiotherapy", "none"), n), 0.3
        ),
        r0_expected=draw.blanked(pl.Series(draw.some(n, 0.6)), 0.5),
    )
    return frame.with_columns(row_id=row_ids(frame, "J"))


def measurements(draw: Draw, lesions: pl.DataFrame) -> pl.DataFrame:
    of = children(draw, draw.chance.choice([0, 1, 2], lesions.height, p=[0.15, 0.45, 0.4]))
    frame = lesions.select("patient_id", "lesion_id", "found_day")[of]
    n = frame.height
    longest = np.clip(np.round(draw.chance.lognormal(3.0, 0.6, n)), 2, 300)
    day = frame["found_day"].fill_null(FIRST_DAY).to_numpy().astype(np.int64) + draw.chance.integers(
        0, 120, n
    )
    frame = frame.drop("found_day").with_columns(
        **draw.day("day", day),
        **draw.known(day),
        longest_mm=draw.blanked(pl.Series(longest), 0.04),
        short_mm=draw.blanked(pl.Series(np.round(longest * 0.75)), 0.3),
        third_mm=draw.blanked(pl.Series(np.round(longest * 0.8)), 0.6),
        volume_ml=draw.blanked(pl.Series(0.0005 * longest**3), 0.9),
        method=draw.among(("ct", "mr"), n),
    )
    return frame.with_columns(row_id=row_ids(frame, "M"))
