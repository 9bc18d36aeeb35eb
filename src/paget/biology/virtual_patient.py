"""The virtual patient: growth, seeding, examinations, treatment, regrowth and death in one model, many at a
time.

Day 0 is the removal of the primary. Parameters are a knowledge file of the model ``virtual patient``; times
are days, diameters mm, and growth, seeding, residual and burden are those of the other models of this room.

    from paget.biology import virtual_patient
    found = virtual_patient.of("virtual_colorectal").simulate(100_000, seed=1)
    print(found)
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from paget.biology import growth
from paget.biology.declared import Declared, Parameter, probabilities
from paget.biology.parameter_files import ParameterSet, parameters, read
from paget.errors import BadInput, NotFound
from paget.knowledge import Knowledge

if TYPE_CHECKING:
    from paget.biology.numbers_of_model import Numbers

Floats = NDArray[np.float64]

PARAMETERS: Final = Declared(
    Parameter("horizon", "day", 1, 36525, "Last day."),
    Parameter("cells_per_cm3", "1/cm3", 0, 1e11, "Tumour cells in a cubic centimetre.", above=True),
    Parameter("primary_cells", "cell", 1, 1e15, "Cells of the primary when it is removed."),
    Parameter("primary_doubling_time", "day", 0, 1e5, "Its doubling time, median of patients.", above=True),
    Parameter("primary_log_sd", "1", 0, 3, "Standard deviation of its logarithm."),
    Parameter(
        "primary_seeding",
        "1/day",
        0,
        1,
        "Colonies a day that a cell at its surface founds (times cells^(2/3)).",
    ),
    Parameter("primary_spread", "1", 0, 1, "Where they settle, by organ."),
    Parameter(
        "largest_at_start",
        "cell",
        1,
        1e15,
        "Cells of a lesion on day 0 beyond which a patient is none of these.",
    ),
    Parameter("seeding_log_sd", "1", 0, 3, "How patients differ in seeding: standard deviation of the log."),
    Parameter("doubling_time", "day", 0, 1e5, "Of a small lesion, median, by organ.", above=True),
    Parameter(
        "patient_log_sd", "1", 0, 3, "How patients differ in growth: standard deviation of the log rate."
    ),
    Parameter("lesion_log_sd", "1", 0, 3, "How lesions of a patient differ."),
    Parameter(
        "ceiling_log10", "1", 0, 30, "Power of ten of the cells of the Gompertz ceiling; 0: exponential."
    ),
    Parameter("dormant_share", "1", 0, 1, "Share of colonies that wait before they grow."),
    Parameter("dormant_mean", "day", 0, 1e5, "Mean days of waiting."),
    Parameter("seeding", "1/day", 0, 1, "Colonies a day that a cell at a lesion's surface founds, by organ."),
    Parameter("spread", "1", 0, 1, "Where they settle: a row for each organ of origin."),
    Parameter("smallest_mm", "mm", 0, 500, "Diameter up to which no examination shows a lesion.", above=True),
    Parameter("scale_mm", "mm", 0, 500, "Millimetres above it in which sensitivity rises.", above=True),
    Parameter("best_sensitivity", "1", 0, 1, "Sensitivity for a large lesion."),
    Parameter("visits", "day", 0, 36525, "Days of the examinations, in order."),
    Parameter("symptom_cells", "cell", 1, 1e15, "Cells of a lesion that is felt."),
    Parameter("lethal_cells", "cell", 1, 1e15, "Cells of all lesions together that nobody survives."),
    Parameter("most_lesions", "1", 0, 1000, "Policy: local treatment up to so many known lesions."),
    Parameter("most_organs", "1", 0, 30, "Policy: in up to so many organs."),
    Parameter("most_operations", "1", 0, 50, "Policy: up to so many times."),
    Parameter("p_r0", "1", 0, 1, "Probability of R0 for a lesion."),
    Parameter("p_r1", "1", 0, 1, "Probability of R1; the rest is R2."),
    Parameter("residual_r1", "cell", 1, 1e15, "Cells that R1 leaves of a lesion."),
    Parameter("residual_r2", "cell", 1, 1e15, "Cells that R2 leaves of a lesion."),
    Parameter("mortality", "1", 0, 1, "Probability of death from an operation."),
    Parameter(
        "systemic_kill", "1", 0, 12, "Powers of ten by which systemic therapy sets lesions back, mean."
    ),
    Parameter("systemic_lines", "1", 0, 50, "Lines of it for those who are not treated locally."),
    Parameter("other_hazard", "1/day", 0, 1, "Hazard of death from other causes on day 0.", above=True),
    Parameter("other_doubling", "day", 0, 1e6, "Days in which that hazard doubles; 0: it stays."),
)


@dataclass(frozen=True, slots=True)
class VirtualPatients:
    """A model of virtual patients.

    Attributes:
        name: of its file.
        organs: names.
        values: its parameters by name.
        hash: of its file.
    """

    name: str
    organs: tuple[str, ...]
    values: Mapping[str, Any]
    hash: str = ""

    def __post_init__(self) -> None:
        PARAMETERS.check(**self.values)
        missing = [name for name in PARAMETERS if name not in self.values]
        if missing:
            raise BadInput("parameters are missing", where=missing[0], mend=f"add {', '.join(missing)}")
        count = len(self.organs)
        if not 1 <= count <= 30:
            raise BadInput("a model has 1 to 30 organs", where="organs", mend="name them in the file")
        for name in ("primary_spread", "doubling_time", "seeding"):
            if np.shape(self.values[name]) != (count,):
                raise BadInput("not a number for each organ", where=name, mend=f"give {count} numbers")
        matrix = probabilities("spread", self.values["spread"])
        primary = np.asarray(self.values["primary_spread"], float)
        if len(matrix) != count or (np.abs([primary.sum() - 1, *(matrix.sum(axis=1) - 1)]) > 1e-9).any():
            raise BadInput(
                "the shares of a row do not add up to 1", where="spread", mend="shares of all colonies"
            )
        if self.values["p_r0"] + self.values["p_r1"] > 1 + 1e-12:
            raise BadInput("p_r0 and p_r1 are above 1 together", where="p_r0", mend="the rest is R2")
        if (np.diff(np.asarray(self.values["visits"], float)) <= 0).any():
            raise BadInput(
                "the visits are not in order", where="visits", mend="each later than the one before"
            )

    def with_(self, **changes: Any) -> VirtualPatients:
        """The model with some parameters changed; the luck of a patient stays the same."""
        PARAMETERS.check(**changes)
        return replace(self, values={**self.values, **changes}, hash="")

    def numbers(self) -> Numbers:
        """The model as the compiled courses read it."""
        from paget.biology.numbers_of_model import numbers_of

        return numbers_of(self.values)

    def reproduction(self, days_after_detectable: float = 0.0, *, until_cells: float | None = None) -> float:
        """R_m by theory when each lesion seeds until it is large enough to be seen, plus some days.

        For the median patient and lesion: the integral of c N(t)^(2/3) over these days, by organ, times the
        spread. In a patient whose lesions grow g times as fast and seed s times as much it is s / g times
        that, when no days are added. A teaching value: for a patient no clinical estimate exists.

        Args:
            days_after_detectable: days for which a lesion goes on seeding after that size.
            until_cells: another size than that of a lesion that can be seen; below the ceiling.

        Raises:
            BadInput: the size is never reached.
        """
        from paget.biology.lesion import SURFACE

        v = self.values
        rates = math.log(2) / np.asarray(v["doubling_time"], float)
        ceiling = float(v["ceiling_log10"]) * math.log(10)
        seen_from = float(growth.cells_of(v["smallest_mm"], v["cells_per_cm3"]))
        least = seen_from if until_cells is None else until_cells
        if ceiling and math.log(least) >= ceiling * (1 - 1e-12):
            raise BadInput("a lesion never gets there", where="until_cells", mend="below ceiling_log10")
        founded = []
        for rate, seeding in zip(rates, np.asarray(v["seeding"], float), strict=True):
            decay = rate / ceiling if ceiling else 0.0
            until = (
                float(growth.days_to(least, start_cells=1, rate=rate, decay=decay)) + days_after_detectable
            )
            days = np.linspace(0, until, 4001)
            cells = growth.gompertz(days, start_cells=1, rate=rate, decay=decay)
            founded.append(seeding * float(np.trapezoid(cells**SURFACE, days)))
        matrix = np.asarray(founded)[:, None] * np.asarray(v["spread"], float)
        return float(np.abs(np.linalg.eigvals(matrix)).max())

    def simulate(
        self,
        patients: int,
        *,
        seed: int = 0,
        threads: int | None = None,
        chunk: int | None = None,
        progress: Callable[[int], None] | None = None,
        rows: bool = False,
        first: int = 0,
    ) -> Any:
        """Run many virtual patients.

        Args:
            patients: how many.
            seed: of all streams; the same seed gives the same patients, whatever else.
            threads: at once; one for each processor when left out.
            chunk: patients a chunk; it changes no result.
            progress: told how many more are finished, each time.
            rows: keep a row a patient as well (144 bytes each).
            first: number of the first patient.

        Returns:
            :class:`paget.biology.simulated.Simulated`; of the finished part when interrupted.
        """
        from paget.biology.kept import ROW
        from paget.biology.simulated import Simulated
        from paget.biology.streaming import CHUNK, stream

        if patients < 1:
            raise BadInput("too few patients", where="patients", mend="one or more")
        if chunk is not None and chunk < 1:
            raise BadInput("a chunk is too small", where="chunk", mend="one patient or more")
        kept = np.full((patients, len(ROW)), np.nan) if rows else None
        tables, interrupted = stream(
            self.numbers(),
            patients,
            seed=seed,
            threads=threads or os.cpu_count() or 1,
            chunk=chunk or CHUNK,
            done=progress,
            first=first,
            rows=kept,
        )
        return Simulated(self, seed, tables, interrupted, kept)


def of(source: str | Path | ParameterSet, knowledge: Knowledge | None = None) -> VirtualPatients:
    """The model of a parameter file.

    Args:
        source: name of a knowledge file, path of a YAML file, or a set that was read.
        knowledge: the layered set; the shipped files when left out.

    Raises:
        NotFound: there is no such file.
        KnowledgeError: it holds no virtual patients.
        BadInput: a value outside its range.
    """
    if isinstance(source, ParameterSet):
        found = source
    elif isinstance(source, Path) or str(source).endswith(".yaml"):
        from paget.knowledge import files

        path = Path(source)
        if not path.is_file():
            raise NotFound(
                "no such file", where=path.name, mend="name a YAML file of the model virtual patient"
            )
        found = read(files.read(path, path.name, path.parent.name or "here"))
    else:
        found = parameters(source, knowledge)
    if found.model != "virtual patient":
        raise BadInput("another model", where=found.name, mend="a file whose model is virtual patient")
    return VirtualPatients(found.name, found.organs, {name: found[name] for name in found}, found.hash)
