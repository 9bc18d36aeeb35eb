"""Weights of clones: who stands for many is not cut because others have many rows."""

from __future__ import annotations

import polars as pl

from paget.evidence.cloning import WEIGHT, truncated
from paget.evidence.followed import ID
from paget.evidence.splitting import EXPOSED


def test_the_largest_weight_of_one_percent_of_patients_is_cut_in_each_strategy() -> None:
    # Not exposed: 10 patients with 50 rows each, weights up to 1.5. Exposed: 200 patients with a row each, of
    # whom 10 stand for four and one for fifty.
    others = pl.DataFrame(
        {
            ID: [patient for patient in range(10) for _ in range(50)],
            EXPOSED: [0] * 500,
            WEIGHT: [1 + day / 98 for _ in range(10) for day in range(50)],
        }
    )
    exposed = pl.DataFrame({ID: range(200), EXPOSED: [1] * 200, WEIGHT: [1.0] * 189 + [4.0] * 10 + [50.0]})
    found = truncated(pl.concat([others, exposed]))
    assert found.filter(pl.col(EXPOSED) == 0)[WEIGHT].to_list() == others[WEIGHT].to_list()
    assert found.filter(pl.col(EXPOSED) == 1)[WEIGHT].to_list() == [1.0] * 189 + [4.0] * 11
