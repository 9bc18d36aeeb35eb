"""Open tables to which virtual patients are calibrated, or against which they are checked, as knowledge.

A file names the model, the parameters to be fitted with their prior, and the tables: the figure, where it is
printed, whether it was read there, its error, and the summary of virtual patients that corresponds to it. A
figure that was not confirmed may be a check, and is marked; it is no data of a fit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from paget.biology import virtual_patient
from paget.biology.calibration.table_files import KIND, error_of, problems
from paget.biology.parameter_files import ParameterSet, parameters
from paget.biology.virtual_patient import VirtualPatients
from paget.errors import KnowledgeError, NotFound
from paget.knowledge import Knowledge
from paget.knowledge.checks import check_keys

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A parameter to be fitted, with its prior."""

    name: str
    low: float
    high: float
    log: bool

    def value(self, z: Any) -> Any:
        """The parameter at a standard normal number.

        >>> round(Unknown("lethal_cells", 10.0, 1000.0, True).value(0.0), 9)
        100.0
        """
        share = ndtr(z)
        if self.log:
            low, high = math.log(self.low), math.log(self.high)
            found = np.exp(low + share * (high - low))
        else:
            found = self.low + share * (self.high - self.low)
        return found.item() if np.ndim(z) == 0 else found

    def z(self, value: float) -> float:
        """The standard normal number of a value; the nearest inside when it lies outside the prior."""
        if self.log:
            share = (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        else:
            share = (value - self.low) / (self.high - self.low)
        return float(ndtri(min(1 - 1e-9, max(1e-9, share))))


@dataclass(frozen=True, slots=True)
class Table:
    """One figure of a published table.

    Attributes:
        name: in the file.
        data: what is written of it.
        error: standard error of the figure by sampling; 0 when none is printed and only a spread declared.
        spread: standard deviation by which series, or their patients and the model's, differ; declared.
    """

    name: str
    data: Mapping[str, Any]
    error: float
    spread: float

    @property
    def value(self) -> float:
        """The figure."""
        return float(self.data["value"])

    @property
    def unit(self) -> str:
        """Its unit."""
        return str(self.data["unit"])

    @property
    def deviation(self) -> float:
        """Sampling error and declared spread together."""
        return math.hypot(self.error, self.spread)

    @property
    def fitted(self) -> bool:
        """Whether it is data of the fit; else it is a check."""
        return bool(self.data["use"] == "fit")

    @property
    def confirmed(self) -> bool:
        """Whether the figure was read in public text."""
        return bool(self.data["confirmed"])

    @property
    def policies(self) -> tuple[Mapping[str, Any], ...]:
        """What is changed in the model; for a difference, the policy and the one subtracted."""
        first = dict(self.data.get("with", {}))
        return (first, dict(self.data["against"])) if "against" in self.data else (first,)


@dataclass(frozen=True, slots=True)
class Tables:
    """A file of tables, checked.

    Attributes:
        name, title, hash: of the file.
        gathered: day of the tables.
        base: the parameters of the model's file.
        model: the virtual patients as that file has them.
        unknowns: parameters to be fitted.
        tables: all of them.
    """

    name: str
    title: str
    hash: str
    gathered: str
    base: ParameterSet
    model: VirtualPatients
    unknowns: tuple[Unknown, ...]
    tables: tuple[Table, ...]

    @property
    def fitted(self) -> tuple[Table, ...]:
        """The data of the fit."""
        return tuple(one for one in self.tables if one.fitted)

    @property
    def checks(self) -> tuple[Table, ...]:
        """The tables that the fit never sees."""
        return tuple(one for one in self.tables if not one.fitted)

    def changes(self, z: Floats) -> dict[str, Any]:
        """The parameters at a point, as the model takes them."""
        return {
            one.name: self.spelt(one, one.value(float(at))) for one, at in zip(self.unknowns, z, strict=True)
        }

    def spelt(self, unknown: Unknown, value: float) -> Any:
        """A number as the model takes it: of a list by organ all in proportion to the first."""
        base = self.model.values[unknown.name]
        return [value * one / base[0] for one in base] if isinstance(base, list) else value


def tables(source: str | Path, knowledge: Knowledge | None = None) -> Tables:
    """Read the tables of a knowledge file or a YAML file.

    Args:
        source: name of a knowledge file, or path of a YAML file.
        knowledge: the layered set; the shipped files when left out.

    Raises:
        NotFound: there is no such file, or no such model.
        KnowledgeError: it is no such file, or something in it cannot be used; with its line.
    """
    layered = knowledge or Knowledge.load()
    if isinstance(source, Path) or str(source).endswith(".yaml"):
        from paget.knowledge import files

        path = Path(source)
        if not path.is_file():
            raise NotFound("no such file", where=path.name, mend="name a YAML file of biology tables")
        file = files.read(path, path.name, path.parent.name or "here")
    else:
        file = layered.find(source)
    if file.kind != KIND.name:
        raise KnowledgeError("holds no biology tables", where=file.where("kind"), mend=f"kind: {KIND.name}")
    for problem in [*check_keys(file, {KIND.name: KIND}), *problems(file, layered)]:
        raise KnowledgeError(problem.what, where=problem.where, mend=problem.mend)
    data = file.data
    base = parameters(data["model"], layered)
    return Tables(
        file.name,
        file.title,
        file.sha256,
        str(data["gathered"]),
        base,
        virtual_patient.of(base),
        tuple(_unknown(name, one) for name, one in data["parameters"].items()),
        tuple(
            Table(name, one, error_of(one), float(one.get("spread", 0.0)))
            for name, one in data["tables"].items()
        ),
    )  # fmt: skip


def _unknown(name: str, data: Mapping[str, Any]) -> Unknown:
    low, high = data["range"]
    return Unknown(name, float(low), float(high), data["prior"] == "log-uniform")
