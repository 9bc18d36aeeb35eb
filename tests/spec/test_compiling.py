"""What is kept of compiled functions is renewed when anything changes that they are made of."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtri

from paget import elementary, streams
from paget.compiling import kernel, stamp

LEAF = """
from paget.compiling import kernel
STEP = {step}
@kernel
def leaf(x):
    return x + {added}
"""
ROOT = """
from paget.compiling import kernel
from leaf import STEP, leaf
@kernel
def root(x):
    return leaf(x) * STEP
if __name__ == "__main__":
    from root import root as kept
    print(kept(1.0), "loaded" if sum(kept.stats.cache_hits.values()) else "compiled")
"""


def _said(folder: Path) -> str:
    found = subprocess.run(
        [sys.executable, "root.py"], cwd=folder, text=True, capture_output=True, check=True,
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder / "kept"), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    return found.stdout.strip()


def test_a_changed_callee_or_number_of_another_file_is_seen(tmp_path: Path) -> None:
    (tmp_path / "root.py").write_text(ROOT)
    (tmp_path / "leaf.py").write_text(LEAF.format(step=10.0, added=1.0))
    assert _said(tmp_path) == "20.0 compiled"
    assert _said(tmp_path) == "20.0 loaded"
    (tmp_path / "leaf.py").write_text(LEAF.format(step=10.0, added=2.0))
    assert _said(tmp_path) == "30.0 compiled"  # numba alone would say 20.0: root.py is as it was
    (tmp_path / "leaf.py").write_text(LEAF.format(step=20.0, added=2.0))
    assert _said(tmp_path) == "60.0 compiled"


def test_a_function_that_can_be_kept_nowhere_is_compiled_all_the_same() -> None:
    space: dict[str, Any] = {"kernel": kernel}
    exec("@kernel\ndef twice(x):\n    return x * 2.0\n", space)  # of no file
    assert space["twice"](2.0) == 4.0


def test_a_stamp_is_that_of_the_plain_function() -> None:
    assert stamp(streams.word) == stamp(streams.word.py_func)  # type: ignore[attr-defined]
    assert stamp(streams.word) != stamp(elementary.log)


@pytest.mark.parametrize("name", ["log", "exp"])
def test_elementary_functions_are_within_three_units_of_the_last_place(name: str) -> None:
    chance = np.random.default_rng(7)
    if name == "log":
        near = [1 + chance.normal(0, 1e-2, 20_000), chance.uniform(0.6, 1.5, 20_000)]
        values = np.concatenate(
            [chance.uniform(0, 1, 20_000), np.exp(chance.uniform(-700, 700, 20_000)), *near]
        )
    else:
        values = np.concatenate([chance.uniform(-700, 700, 20_000), chance.normal(0, 1, 20_000)])
    # long doubles have 64 bits: eleven more than what is compared
    true = getattr(np, name)(values.astype(np.longdouble))
    found = np.array([getattr(elementary, name)(float(one)) for one in values])
    units = np.abs((found - true) / np.spacing(np.abs(true.astype(float))))
    assert float(units.max()) < 3


def test_elementary_functions_at_their_ends() -> None:
    assert elementary.log(1.0) == 0.0
    assert elementary.exp(0.0) == 1.0
    assert elementary.exp(-1e300) == 0.0
    assert elementary.exp(1e300) == np.inf
    assert elementary.log(2.0**-52) == pytest.approx(-52 * np.log(2), rel=1e-15)


def test_normal_numbers_are_those_of_scipy() -> None:
    words = streams.words(3, range(5_000), "tail", 1)[:, 0]
    uniform = ((words >> np.uint64(12)).astype(float) + 0.5) * 2.0**-52
    assert np.allclose([streams.normal(one) for one in words], ndtri(uniform), rtol=1e-13, atol=1e-15)
