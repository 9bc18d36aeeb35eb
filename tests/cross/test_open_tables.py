"""Each figure of the shipped tables is that of the evidence tables, with its source and its confirmation."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from paget.knowledge import Knowledge

TABLES = Knowledge.load().find("colorectal_open_tables").data["tables"]
PRINTED = {name for name, one in TABLES.items() if " " not in one["figure"] and "," not in one["figure"]}
RELAPSES = ("relapse_year_1", "relapse_year_2", "relapse_year_3")


@pytest.fixture(scope="module")
def entries(shared_data: Path) -> dict[str, dict[str, Any]]:
    folder = shared_data.parent / "evidence"
    if not folder.is_dir():
        pytest.skip("no evidence tables beside the shared data")
    every = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.yaml"))]
    return {entry["id"]: entry for one in every for entry in one["entries"]}


def at(values: Any, path: str) -> Any:
    for key in path.split("."):
        values = values[key]
    return values


@pytest.mark.parametrize("name", TABLES)
def test_source_and_confirmation_are_those_of_the_entry(name: str, entries) -> None:
    table, entry = TABLES[name], entries[TABLES[name]["entry"]]
    assert table["confirmed"] is entry["confirmed"]
    for key in ("authors", "year", "doi"):
        if key in table["source"] and key in entry["source"]:
            assert str(table["source"][key]) == str(entry["source"][key])


@pytest.mark.parametrize("name", sorted(PRINTED))
def test_a_printed_figure_is_that_of_the_entry(name: str, entries) -> None:
    table = TABLES[name]
    values = entries[table["entry"]]["values"]
    found = at(values, table["figure"])
    assert table["value"] == (found["value"] if isinstance(found, dict) else found)
    if "se" in table:
        above, _, last = table["figure"].rpartition(".")
        errors = at(values, above)
        assert table["se"] == errors["sem" if last == "doubling_days" else "age_sem"]
    if "n" in table:
        group = at(values, table["figure"].split(".")[0])
        own = group.get("n") if isinstance(group, dict) else None
        assert table["n"] == (own or entries[table["entry"]]["n"])


def test_relapses_are_the_only_counts_that_give_all_printed_shares(entries) -> None:
    """Shares of three decimals by group, of 709: one set of group sizes fits each score, and all agree."""
    entry, counted = entries["crlm.plato.relapse_fractions"], []
    for score in ("fong", "game", "mcs", "nordlinger"):
        groups = [shares for name, shares in entry["values"].items() if name.startswith(score)]
        possible = [
            [
                n
                for n in range(1, entry["n"])
                if np.round(np.array(one) * n).sum() == n
                and (np.abs(np.round(np.array(one) * n) / n - one) <= 0.00051).all()
            ]
            for one in groups
        ]
        sizes = [choice for choice in itertools.product(*possible) if sum(choice) == entry["n"]]
        assert len(sizes) == 1
        counted.append(
            sum(np.round(np.array(one) * n) for one, n in zip(groups, sizes[0], strict=True)).tolist()
        )
    assert counted == [[344, 89, 20, 23, 233]] * 4
    for name, count in zip(RELAPSES, counted[0], strict=False):
        assert TABLES[name]["value"] == round(100 * count / 709, 1)


def test_differences_and_their_errors_follow_from_the_two_arms(entries) -> None:
    def error(*intervals: list[float]) -> float:
        return math.hypot(*((high - low) / 3.92 for low, high in intervals))

    arms = entries["crlm.clocc.long_term"]["values"]
    ends = entries["crlm.clocc.os_hr"]["values"]["os_ci95_pct"]
    for years in (5, 8):
        table, survival = TABLES[f"ablation_gain_{years}y"], arms[f"os_{years}y_pct"]
        assert table["value"] == pytest.approx(survival["combined"] - survival["systemic"])
        assert table["se"] == pytest.approx(
            error(ends["combined"][f"y{years}"], ends["systemic"][f"y{years}"]), abs=0.05
        )
    for years in (3, 5, 8):
        assert TABLES[f"drugs_alone_{years}y"]["interval"] == ends["systemic"][f"y{years}"]
    sabr = entries["oligomet.sabr_comet2020"]["values"]["os_5y_pct"]
    assert TABLES["sabr_gain_5y"]["value"] == pytest.approx(sabr["sabr"] - sabr["standard"])
    assert TABLES["sabr_gain_5y"]["se"] == pytest.approx(
        error(sabr["sabr_ci95"], sabr["standard_ci95"]), abs=0.05
    )
    breast = entries["oligomet.nrg_br002"]["values"]["os_3y_pct"]
    assert TABLES["ablation_gain_breast_3y"]["value"] == pytest.approx(breast["ablation"] - breast["soc"])
    shares = [(breast["soc"] / 100, 65), (breast["ablation"] / 100, 64)]
    assert TABLES["ablation_gain_breast_3y"]["se"] == pytest.approx(
        100 * math.sqrt(sum(share * (1 - share) / n for share, n in shares)), abs=0.05
    )


def test_the_declared_spread_of_series_is_that_of_their_range(entries) -> None:
    values = entries["crlm.kanas2012.meta"]["values"]
    for key, name in (("os_5y_pct", "alive_5y"), ("os_10y_pct", "alive_10y")):
        low, high = values[key]["range"]
        assert TABLES[name]["spread"] == pytest.approx((high - low) / 4.64, abs=0.1)
