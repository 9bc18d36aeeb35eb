"""Each virtual patient's course, by an independent implementation in NumPy on the same streams."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from paget.biology import virtual_patient
from paget.biology.kept import ROW

PEER = Path(__file__).resolve().parents[2] / "benchmarks" / "virtual_patients_numpy.py"
MODELS = {
    "shipped": {},
    "exponential": {"ceiling_log10": 0, "doubling_time": [60, 70, 70]},
    "felt early, many residuals, drugs, dormancy": {
        "symptom_cells": 1e10, "p_r0": 0.4, "p_r1": 0.3, "systemic_lines": 3, "most_lesions": 2,
        "seeding": [5e-10] * 3, "dormant_share": 0.2,
    },
    "nobody treated": {"most_operations": 0, "systemic_lines": 0, "largest_at_start": 1e11},
}  # fmt: skip


@pytest.fixture(scope="module")
def peer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("virtual_patients_numpy", PEER)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_plain_python_gives_the_same_bits(tmp_path: Path) -> None:
    """The same functions, interpreted: nothing of the arithmetic is left to a compiler or a library."""
    code = (
        "import sys, numpy as np\n"
        "from paget.biology import virtual_patient\n"
        "model = virtual_patient.of('virtual_colorectal').with_(seeding=[4e-10] * 3, symptom_cells=2e10)\n"
        "np.save(sys.argv[1], model.simulate(300, seed=5, threads=1, rows=True).kept)\n"
    )
    kept = []
    for off in ("0", "1"):
        own = {**os.environ, "NUMBA_DISABLE_JIT": off, "PYTHONWARNINGS": "ignore"}
        file = str(tmp_path / f"{off}.npy")
        subprocess.run([sys.executable, "-c", code, file], env=own, check=True, capture_output=True)
        kept.append(np.load(file))
    assert kept[0].tobytes() == kept[1].tobytes()
    assert kept[0][:, ROW.index("lesions_ever")].sum() > 150


@pytest.mark.parametrize("name", MODELS)
def test_every_course_is_the_same(name: str, peer: ModuleType) -> None:
    model = virtual_patient.of("virtual_colorectal").with_(**MODELS[name])
    ours = model.simulate(4_000, seed=21, rows=True).kept
    theirs = peer.simulate(model, 4_000, seed=21)
    assert ours[:, ROW.index("lesions_ever")].sum() > 1_000
    for place, column in enumerate(ROW):
        # days come out of other compilations of exp and log: equal to a minute, all else exactly
        assert np.allclose(ours[:, place], theirs[:, place], rtol=1e-9, atol=1e-3), column
