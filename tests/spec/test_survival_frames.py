"""The same rows in every kind of dataframe give the same model; unknown values are set aside in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from paget import survival as s

USUAL: dict[str, Any] = {"time": "days followed", "event": "died"}
FORMULA = "`age at entry` + stage + arm"


def complete() -> dict[str, list[Any]]:
    random = np.random.default_rng(3)
    n = 90
    return {
        "days followed": np.ceil(random.exponential(200, n)).astype(int).tolist(),
        "died": (random.random(n) < 0.6).tolist(),
        "age at entry": random.normal(60, 9, n).round(1).tolist(),
        "stage": random.choice(["I", "II", "III"], n).tolist(),
        "arm": random.choice(["A", "B"], n).tolist(),
        "C": random.normal(size=n).round(2).tolist(),
    }


def with_unknown() -> dict[str, list[Any]]:
    """The same rows and five more, each without one value."""
    rows = complete()
    for place, missing in enumerate(name for name in rows if name != "C"):
        for name, values in rows.items():
            values.append(None if name == missing else values[place])
    return rows


def arrow(rows: dict[str, list[Any]]) -> Any:
    return pa.table(rows)


def pandas_numpy(rows: dict[str, list[Any]]) -> Any:
    return pd.DataFrame(rows)


FRAMES: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "lists": lambda rows: rows,
    "pandas": pandas_numpy,
    "pandas, Arrow types": lambda rows: pandas_numpy(rows).convert_dtypes(dtype_backend="pyarrow"),
    "pandas, nullable types": lambda rows: pandas_numpy(rows).convert_dtypes(),
    "pandas, categories": lambda rows: pandas_numpy(rows).astype({"stage": "category", "arm": "category"}),
    "Polars": pl.DataFrame,
    "Polars, lazy": lambda rows: pl.DataFrame(rows).lazy(),
    "Polars, categories": lambda rows: pl.DataFrame(rows).cast(
        {"stage": pl.Categorical, "arm": pl.Enum(["A", "B"])}
    ),
    "PyArrow": arrow,
    "DuckDB": lambda rows: duckdb.connect().from_arrow(arrow(rows)),
}


def numbers() -> dict[str, Any]:
    """The complete rows with indicators made by hand, so that no formula engine takes part."""
    rows = complete()
    stage, arm = np.array(rows["stage"]), np.array(rows["arm"])
    plain = {name: np.array(rows[name]) for name in ("days followed", "died", "C")}
    made = {"II": stage == "II", "III": stage == "III", "B": arm == "B"}
    return plain | {"age": np.array(rows["age at entry"])} | {k: v.astype(float) for k, v in made.items()}


@pytest.mark.parametrize("kind", list(FRAMES))
def test_one_model_of_all(kind: str) -> None:
    by_hand = s.cox(numbers(), "age + II + III + B", **USUAL)
    fit = s.cox(FRAMES[kind](with_unknown()), FORMULA, **USUAL)
    assert fit.names == ("age at entry", "stage[T.II]", "stage[T.III]", "arm[T.B]")
    assert (fit.analysed.rows, fit.analysed.used) == (95, 90)
    assert np.allclose(np.asarray(fit.coefficients), np.asarray(by_hand.coefficients), rtol=1e-10)
    new = FRAMES[kind]({name: values[:2] for name, values in complete().items()})
    mine = by_hand.predict({name: values[:2] for name, values in numbers().items()}, [150])["survival"]
    assert fit.predict(new, [150])["survival"].to_list() == pytest.approx(mine.to_list(), rel=1e-10)


@pytest.mark.parametrize("kind", list(FRAMES))
def test_one_curve_and_test_of_all(kind: str) -> None:
    all_rows = with_unknown()
    rows = FRAMES[kind](all_rows)
    curves = s.kaplan_meier(rows, by="stage", **USUAL)
    known = zip(all_rows["stage"], all_rows["days followed"], all_rows["died"], strict=True)
    stages = [stage for stage, *others in known if stage is not None and None not in others]
    assert curves.analysed.excluded == {"days followed": 1, "died": 1, "stage": 1}
    assert {curve.group: curve.n_risk[0] for curve in curves} == {
        one: stages.count(one) for one in ("I", "II", "III")
    }
    assert s.logrank(rows, by="arm", strata="stage", **USUAL).df == 1


def test_columns_that_are_named_like_a_function() -> None:
    rows = complete()
    fit = s.cox(rows, "C + stage", **USUAL)
    hand = s.cox(numbers(), "C + II + III", **USUAL)
    assert np.allclose(np.asarray(fit.coefficients), np.asarray(hand.coefficients), rtol=1e-10)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("C + strata(arm)", "name the column in strata="),
        ("C + nothing(arm)", "no such function"),
        ("log(C - C)", "not finite"),
    ],
)
def test_formulas_that_cannot_be_meant(formula: str, said: str) -> None:
    with pytest.raises(s.BadInput, match=said):
        s.cox(complete(), formula, **USUAL)


def test_columns_without_a_name() -> None:
    with pytest.raises(s.BadInput, match="name of a column is text"):
        s.kaplan_meier(pd.DataFrame({0: [1, 2], 1: [1, 0]}), time=0, event=1)  # type: ignore[arg-type]
